"""Events as signed HTTPS requests, one each, for a case system without Kafka."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

import requests
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from pipeline.errors import SinkError, SinkRefusal
from pipeline.wire import Message

CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8"
FOR_GOOD = {400, 409, 413, 415, 422}
"""Answers about the message itself. All others (no right, no such page, too many, server fault) may pass."""


class WebhookSettings(BaseModel):
    """Where to, and the secret that proves who sent it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    url: str = Field(description="https://…; plain http only on this machine.")
    secret: SecretStr = Field(description="Shared with the receiver, by ${ENV}.")
    timeout_s: float = Field(10.0, gt=0)
    ca_file: str | None = Field(
        None, description="PEM of who signed the server's certificate; unset = well-known ones."
    )

    @field_validator("url")
    @classmethod
    def _private(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.username or parts.password:
            raise ValueError("must hold no user or password; the request is signed with `secret`")
        if not parts.hostname or parts.scheme not in {"https", "http"}:
            raise ValueError("must be an https:// URL")
        if parts.scheme == "http" and not _here(parts.hostname):
            raise ValueError("must be https:// (plain http only to this machine)")
        return url


def _here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def signature(secret: bytes, sent_s: int, body: bytes) -> str:
    """HMAC-SHA256 over `<unix seconds>.<body>`, so that an old request cannot be played again later.

    >>> signature(b"s", 1772373802, b"{}")
    'sha256=efc8f5c0c14c892e3ce2ac9b5b0b6371389e2dfdd9bb184eed04492a7b351c8b'
    """
    return "sha256=" + hmac.new(secret, b"%d." % sent_s + body, hashlib.sha256).hexdigest()


def _reason(exc: Exception) -> str:
    """What went wrong, without the URL, which may hold a token."""
    cause: BaseException = exc
    while cause.args and isinstance(inner := getattr(cause.args[0], "reason", None) or cause.args[0], BaseException):
        cause = inner
    told = getattr(cause, "strerror", None) or getattr(cause, "reason", None) or ""
    return f"{type(exc).__name__}: {type(cause).__name__}: {told}"


class Webhook:
    """POSTs each message as a structured CloudEvent and counts it once the server answered 2xx.

    Headers: `X-Matthan-Timestamp` (unix seconds of sending), `X-Matthan-Signature` (see `signature`),
    `X-Matthan-Topics` (comma-separated). Redirects are not followed: they could lead anywhere.
    """

    name = "webhook"

    def __init__(self, settings: WebhookSettings) -> None:
        self._settings = settings
        self._session = requests.Session()

    def deliver(self, messages: Sequence[Message]) -> int:
        end = time.monotonic() + self._settings.timeout_s
        for done, message in enumerate(messages):
            if not message.topics:
                continue
            if done and time.monotonic() > end:
                return done  # whoever closes the courier need not wait for a whole batch
            try:
                self._post(message)
            except SinkError:
                if done:
                    return done
                raise
        return len(messages)

    def _post(self, message: Message) -> None:
        sent = int(time.time())
        headers = {
            "Content-Type": CONTENT_TYPE,
            "X-Matthan-Timestamp": str(sent),
            "X-Matthan-Signature": signature(self._settings.secret.get_secret_value().encode(), sent, message.body),
            "X-Matthan-Topics": ",".join(message.topics),
        }
        where = f"webhook {urlsplit(self._settings.url).hostname}"
        try:
            answer = self._session.post(
                self._settings.url,
                data=message.body,
                headers=headers,
                timeout=self._settings.timeout_s,
                allow_redirects=False,
                stream=True,  # the body of an answer is nothing to us, and may be endless
                verify=self._settings.ca_file or True,
            )
        except (requests.RequestException, OSError) as exc:
            raise SinkError(f"{where}: {_reason(exc)}") from exc
        answer.close()
        if answer.status_code in FOR_GOOD:
            raise SinkRefusal(f"{where}: answered {answer.status_code} {answer.reason}")
        if not 200 <= answer.status_code < 300:
            raise SinkError(f"{where}: answered {answer.status_code} {answer.reason}, wanted 2xx")

    def close(self) -> None:
        self._session.close()
