"""Events to an MQTT broker at QoS 1, for a ward that has one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import takewhile
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from pipeline.errors import SinkError, SinkRefusal
from pipeline.wire import Message

LARGEST = 268_435_455
"""Bytes of a packet that the protocol can say (MQTT 3.1.1 and 5, section 2)."""
IN_FLIGHT = 20
KEEP_ALIVE_S = 30
POLL_S = 0.05


class MqttSettings(BaseModel):
    """Which broker, how to log in, and how long to wait for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    host: str
    port: int = Field(8883, gt=0, lt=65536)
    tls: bool = Field(True, description="False only on a network that nobody else can read.")
    ca_file: str | None = Field(
        None, description="PEM of who signed the broker's certificate; unset = well-known ones."
    )
    username: str | None = None
    password: SecretStr | None = Field(None, description="By ${ENV}.")
    client_id: str = Field("", description="Unset = the broker gives one, so that two senders do not part each other.")
    prefix: str = Field("matthan", description="Topics are <prefix>/<family>/<ward>/<camera>.")
    max_message_bytes: int = Field(1_000_000, gt=0, le=LARGEST - 65_536)
    timeout_s: float = Field(10.0, gt=0)


class Mqtt:
    """Publishes each message at QoS 1 in order, and counts it once the broker has acknowledged it (PUBACK).

    After any failure the connection is thrown away with what it held, which is sent again from the outbox.
    """

    name = "mqtt"

    def __init__(self, settings: MqttSettings) -> None:
        self._settings = settings
        self._client: paho.Client | None = None
        self._refused: str | None = None

    def deliver(self, messages: Sequence[Message]) -> int:
        limit = self._settings.max_message_bytes
        fitting = list(takewhile(lambda message: len(message.body) <= limit, messages))
        if messages and not fitting:
            raise SinkRefusal(f"{self._where()}: {len(messages[0].body)} bytes, allowed {limit}")
        try:
            return self._publish(fitting)
        except (OSError, ValueError, RuntimeError) as exc:
            self._drop()
            raise SinkError(f"{self._where()}: {exc}") from exc

    def _publish(self, messages: Sequence[Message]) -> int:
        client = self._connected()
        sent = [[client.publish(self._topic(t, m), m.body, qos=1) for t in m.topics] for m in messages]
        for done, infos in enumerate(sent):
            for info in infos:
                if not self._acknowledged(info):
                    self._drop()
                    if done:
                        return done
                    raise OSError(f"no acknowledgement within {self._settings.timeout_s:g} s")
        return len(messages)

    def _acknowledged(self, info: paho.MQTTMessageInfo) -> bool:
        end = time.monotonic() + self._settings.timeout_s
        while not info.is_published() and time.monotonic() < end:
            if self._client is None or not self._client.is_connected():
                return False
            info.wait_for_publish(POLL_S)
        return bool(info.is_published())

    def _topic(self, topic: str, message: Message) -> str:
        """`matthan.alerts.tran-phu` → `matthan/alerts/tran-phu/<camera>`."""
        return "/".join([self._settings.prefix, *topic.split(".")[1:], message.key])

    def _connected(self) -> paho.Client:
        if self._client is not None and self._client.is_connected():
            return self._client
        self._drop()
        settings = self._settings
        client = paho.Client(CallbackAPIVersion.VERSION2, settings.client_id, reconnect_on_failure=False)
        client.max_inflight_messages_set(IN_FLIGHT)
        client.connect_timeout = settings.timeout_s
        client.on_connect = self._told
        if settings.username is not None:
            client.username_pw_set(
                settings.username, settings.password.get_secret_value() if settings.password else None
            )
        if settings.tls:
            client.tls_set(ca_certs=settings.ca_file)
        self._refused = None
        client.connect(settings.host, settings.port, KEEP_ALIVE_S)
        self._client = client
        client.loop_start()
        end = time.monotonic() + settings.timeout_s
        while not client.is_connected():
            if self._refused is not None or time.monotonic() > end:
                raise OSError(self._refused or f"does not answer within {settings.timeout_s:g} s")
            time.sleep(POLL_S / 10)
        return client

    def _told(self, client: Any, data: Any, flags: Any, reason: Any, properties: Any) -> None:
        if reason.is_failure:
            self._refused = f"refused the connection: {reason}"

    def _where(self) -> str:
        return f"mqtt {self._settings.host}:{self._settings.port}"

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.disconnect()
            client.loop_stop()

    def close(self) -> None:
        self._drop()
