"""Events to Kafka, a topic per ward and family, keyed by camera."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Sequence
from itertools import takewhile
from typing import Any, Literal

from confluent_kafka import KafkaError, KafkaException, Producer
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from pipeline.errors import SinkError, SinkRefusal
from pipeline.sinks.topics import TopicSettings, ensure
from pipeline.wire import DeadLetter, Message

LINGER_MS = 5
RAISED_AT_MOST = 100
"""One fatal error is raised once, but every report that it falls on is."""
HEADERS = [("content-type", b"application/cloudevents+json; charset=UTF-8")]
FOR_GOOD = {
    KafkaError.MSG_SIZE_TOO_LARGE,
    KafkaError.RECORD_LIST_TOO_LARGE,
    KafkaError.INVALID_MSG,
    KafkaError.INVALID_RECORD,
    KafkaError.TOPIC_EXCEPTION,
}
"""Errors of the message itself. All others (no broker, no right, no topic, no space) may pass: the message waits."""
_FALLEN = {KafkaError._PURGE_QUEUE, KafkaError._PURGE_INFLIGHT, KafkaError._GAPLESS_GUARANTEE}
_LATE = KafkaError(KafkaError._TIMED_OUT, "not acknowledged in time")
_quiet = logging.getLogger("matthan.librdkafka")
_quiet.addHandler(logging.NullHandler())
_quiet.propagate = False


class KafkaSettings(BaseModel):
    """Which brokers, how to log in, how long to wait for them, and what topics are like."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    bootstrap_servers: tuple[str, ...] = Field(min_length=1, description="host:port of some brokers.")
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = None
    sasl_username: str | None = None
    sasl_password: SecretStr | None = Field(None, description="By ${ENV}.")
    ssl_cafile: str | None = Field(None, description="PEM of who signed the brokers' certificates; unset = system's.")
    ssl_certfile: str | None = Field(None, description="PEM of this client's certificate, where brokers ask for one.")
    ssl_keyfile: str | None = None
    compression: Literal["none", "gzip", "lz4", "zstd", "snappy"] = Field(
        "gzip", description="gzip is what every client can read; lz4 costs a fifth of the time."
    )
    api_version: str | None = Field(
        None, description='For a broker that cannot be asked for its version, e.g. "2.3"; unset = ask.'
    )
    timeout_s: float = Field(10.0, gt=0, description="For connecting, and for one batch to be acknowledged.")
    max_message_bytes: int = Field(
        1_000_000, gt=0, description="A larger message goes to the dead letters; no more than the brokers allow."
    )
    topics: TopicSettings = TopicSettings()
    properties: dict[str, SecretStr] = Field({}, description="Further properties of librdkafka, by their names there.")

    def connection(self) -> dict[str, Any]:
        """Options of librdkafka with which any client, whatever it does, reaches the brokers."""
        password, version = self.sasl_password, self.api_version
        milliseconds = max(round(self.timeout_s * 1000), 1000)
        options = {
            "bootstrap.servers": ",".join(self.bootstrap_servers),
            "client.id": "matthan",
            "security.protocol": self.security_protocol,
            "sasl.mechanism": self.sasl_mechanism,
            "sasl.username": self.sasl_username,
            "sasl.password": password.get_secret_value() if password else None,
            "ssl.ca.location": self.ssl_cafile,
            "ssl.certificate.location": self.ssl_certfile,
            "ssl.key.location": self.ssl_keyfile,
            "ssl.endpoint.identification.algorithm": "https",
            "socket.timeout.ms": milliseconds,
            "socket.connection.setup.timeout.ms": milliseconds,
            "reconnect.backoff.max.ms": 1000,
            "api.version.request": None if version is None else False,
            "broker.version.fallback": version,
            **{name: value.get_secret_value() for name, value in self.properties.items()},
        }
        return {name: value for name, value in options.items() if value is not None}


class Kafka:
    """Sends each message to its topics with acks=all and idempotence, and counts it once all brokers have it.

    The client connects with the first message, so a run starts without a broker. It holds no more than the batch that
    the courier gave it. librdkafka keeps the order of a partition through retries, and with its gapless guarantee ends
    the session rather than go on behind a message that failed. After any failure the client is thrown away: what it
    held may have been stored or not, and is sent again from the outbox.
    """

    name = "kafka"

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._producer: Producer | None = None
        self._known: set[str] = set()

    def deliver(self, messages: Sequence[Message]) -> int:
        limit = self._settings.max_message_bytes
        batch = list(takewhile(lambda message: len(message.body) <= limit, messages)) or list(messages[:1])
        while True:
            done, error = self._send(batch)
            if error is None or done:
                return done
            if error.code() not in FOR_GOOD:
                raise self._trouble(error)
            if len(batch) == 1:
                return self._alone(batch[0])
            batch = batch[: len(batch) // 2]  # a broker refuses whole batches: find the message it is about

    def _alone(self, message: Message) -> int:
        """Which of its topics refuse the message; those are told, and it is given up."""
        refused: list[DeadLetter] = []
        for topic in message.topics:
            _, error = self._send([message], [topic])
            if error is not None and error.code() not in FOR_GOOD:
                raise self._trouble(error)
            if error is not None:
                refused.append(DeadLetter.of(message, topic, f"{error.name()}: {error.str()}"))
        if not refused:
            return 1
        for letter in refused:
            note = Message(
                message.event_id, message.revision, (letter.letters_topic,), message.key, letter.encode(), ""
            )
            _, error = self._send([note], headers=[("content-type", b"application/json")])
            if error is not None:
                raise self._trouble(error)
        raise SinkRefusal("; ".join(f"{letter.topic}: {letter.reason}" for letter in refused))

    def _send(
        self, messages: Sequence[Message], topics: Sequence[str] | None = None, headers: Any = HEADERS
    ) -> tuple[int, KafkaError | None]:
        """Send all; how many from the first on are safely there, and what befell the next one."""
        batch = _Batch(len(messages))
        try:
            producer = self._connected({topic for m in messages for topic in (topics or m.topics)})
            for index, message in enumerate(messages):
                for topic in topics or message.topics:
                    self._produce(producer, topic, message, headers, batch.expects(index))
        except KafkaException as exc:
            batch.broken(exc.args[0])
        if self._producer is not None:
            _flush(self._producer, self._settings.timeout_s)
        if batch.error is not None or batch.done < len(messages):
            self._drop()
        return batch.done, batch.error

    def _produce(self, producer: Producer, topic: str, message: Message, headers: Any, report: Any) -> None:
        try:
            producer.produce(topic, message.body, message.key, headers=headers, on_delivery=report)
        except BufferError:  # librdkafka was told to hold less than a batch
            _flush(producer, self._settings.timeout_s)
            producer.produce(topic, message.body, message.key, headers=headers, on_delivery=report)

    def _connected(self, topics: set[str]) -> Producer:
        if self._producer is None:
            self._producer = Producer(self._options(), logger=_quiet)
        ensure(self._options(), topics - self._known, self._settings.topics, self._settings.timeout_s)
        self._known |= topics
        return self._producer

    def _trouble(self, error: KafkaError) -> SinkError:
        servers = ",".join(self._settings.bootstrap_servers)
        return SinkError(f"kafka {servers}: {error.name()}: {error.str()}")

    def _options(self) -> dict[str, Any]:
        settings = self._settings
        return {
            **settings.connection(),
            "acks": "all",
            "enable.idempotence": True,
            "enable.gapless.guarantee": True,
            "linger.ms": LINGER_MS,
            "compression.type": settings.compression,
            "partitioner": "murmur2_random",
            "message.max.bytes": settings.max_message_bytes,
            "message.timeout.ms": 0,  # or later messages overtake one that timed out; `_flush` ends the batch
            **{name: value.get_secret_value() for name, value in settings.properties.items()},
        }

    def _drop(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            producer.purge(in_flight=False)  # what has not been sent first, so that nothing overtakes what is under way
            producer.purge()
            _flush(producer, 0)

    def close(self) -> None:
        self._drop()


def _flush(producer: Producer, timeout_s: float) -> None:
    """Wait for the reports of all that was sent, at most so long.

    The end of a session (a fatal error of librdkafka) is raised amid the reports, as KafkaException, or as SystemError
    where the binding calls a report while that exception is set. Every record reports what befell it all the same.
    """
    end = time.monotonic() + timeout_s
    for _ in range(RAISED_AT_MOST):
        with contextlib.suppress(KafkaException, SystemError):
            producer.flush(max(0.0, end - time.monotonic()))
            return


class _Batch:
    """Counts what was acknowledged of one batch."""

    def __init__(self, size: int) -> None:
        self._missing = [0] * size
        self._failed: dict[int, KafkaError] = {}
        """The first error of each message, in the order they came."""
        self._sent = 0
        self._broken: KafkaError | None = None

    def expects(self, index: int) -> Any:
        """The callback for one record of the message at `index`."""
        self._sent = index
        self._missing[index] += 1

        def report(error: KafkaError | None, record: object) -> None:
            if error is None:
                self._missing[index] -= 1
            else:
                self._failed.setdefault(index, error)

        return report

    def broken(self, error: KafkaError) -> None:
        """Nothing was sent from the message on that was expected last."""
        self._broken = error
        self._missing[self._sent] += 1
        self._failed.setdefault(self._sent, error)

    @property
    def done(self) -> int:
        """Messages from the first on that all their topics acknowledged."""
        if self._broken is not None:
            self._missing[self._sent :] = [1] * (len(self._missing) - self._sent)
        return next((index for index, count in enumerate(self._missing) if count), len(self._missing))

    @property
    def error(self) -> KafkaError | None:
        """Why the first message that is not done is not; where it fell with another one, why that one did."""
        done = self.done
        if done == len(self._missing):
            return None
        own = self._failed.get(done)
        if own is None or own.code() in _FALLEN:
            first = next((e for e in self._failed.values() if e.code() not in _FALLEN), None)
            return first or own or _LATE
        return own
