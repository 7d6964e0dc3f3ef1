"""Events to Kafka, one topic per ward, keyed by camera."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from kafka import KafkaProducer
from kafka.errors import KafkaError
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from pipeline.errors import SinkError
from pipeline.wire import Message

LINGER_MS = 5
EXPIRY_S = 5.0
"""After its time a batch has this long to be given up by the client; a client with nothing in flight lets go of all."""
CONTENT_TYPE = [("content-type", b"application/cloudevents+json; charset=UTF-8")]


def _version(value: Any) -> Any:
    return tuple(int(part) for part in value.split(".")) if isinstance(value, str) else value


class KafkaSettings(BaseModel):
    """Which brokers, how to log in, and how long to wait for them."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    bootstrap_servers: tuple[str, ...] = Field(min_length=1, description="host:port of some brokers.")
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = None
    sasl_username: str | None = None
    sasl_password: SecretStr | None = Field(None, description="By ${ENV}.")
    ssl_cafile: str | None = None
    compression: Literal["gzip"] | None = None
    api_version: Annotated[tuple[int, ...], BeforeValidator(_version)] | None = Field(
        None, description='Skips asking the broker, e.g. "2.3"; unset = ask.'
    )
    timeout_s: float = Field(10.0, gt=0, description="For connecting, and for one batch to be acknowledged.")


class Kafka:
    """Sends each message to its topics with acks=all and idempotence, and counts it once all brokers have it.

    The client connects with the first message, so a run starts without a broker. It holds no more than the one batch
    that the courier gave it: kafka-python's own buffer is unbounded. After any failure the client is thrown away,
    because what it still holds may be sent or lost; the outbox knows what to send again.
    """

    name = "kafka"

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._producer: Any = None

    def deliver(self, messages: Sequence[Message]) -> int:
        try:
            if self._producer is None:
                self._producer = KafkaProducer(**self._options())
            return self._send(messages)
        except (KafkaError, OSError, ValueError) as exc:
            self._drop()
            servers = ",".join(self._settings.bootstrap_servers)
            raise SinkError(f"kafka {servers}: {type(exc).__name__}: {exc}") from exc

    def _send(self, messages: Sequence[Message]) -> int:
        sent = [
            [self._producer.send(t, key=m.key.encode(), value=m.body, headers=CONTENT_TYPE) for t in m.topics]
            for m in messages
        ]
        self._producer.flush(timeout=self._settings.timeout_s + EXPIRY_S)
        for done, futures in enumerate(sent):
            if not all(future.succeeded() for future in futures):
                if done == 0:
                    failed = next(future for future in futures if not future.succeeded())
                    raise failed.exception or KafkaError("not acknowledged in time")
                self._drop()
                return done
        return len(messages)

    def _options(self) -> dict[str, Any]:
        settings = self._settings
        milliseconds = int(settings.timeout_s * 1000)
        password = settings.sasl_password
        return {
            "bootstrap_servers": list(settings.bootstrap_servers),
            "client_id": "matthan",
            "acks": "all",
            "enable_idempotence": True,
            "linger_ms": LINGER_MS,
            "compression_type": settings.compression,
            "max_block_ms": milliseconds,
            "request_timeout_ms": milliseconds,
            "delivery_timeout_ms": milliseconds + LINGER_MS,
            "bootstrap_timeout_ms": milliseconds,
            "api_version": settings.api_version,
            "security_protocol": settings.security_protocol,
            "sasl_mechanism": settings.sasl_mechanism,
            "sasl_plain_username": settings.sasl_username,
            "sasl_plain_password": password.get_secret_value() if password else None,
            "ssl_cafile": settings.ssl_cafile,
        }

    def _drop(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            with contextlib.suppress(KafkaError):  # it flushes first, which fails while anything is in flight
                producer.close(timeout=0)

    def close(self) -> None:
        self._drop()
