"""The errors a run may meet, and what the run does about each.

MatthanError
├── ConfigError     the city file or an option is wrong: nothing starts, exit 2
├── InputError      a file, folder or camera cannot be read: that camera stops, exit 2 when it was asked for by name
├── ModelError      the weights are missing or the runtime fails: everything stops, exit 2
├── OutboxError     an event cannot be stored: everything stops before any side effect, exit 1
│   ├── OutboxConflict  other bytes under a stored (event_id, revision): refused, the first stays
│   └── OutboxFull  the disk takes no more: a run over files waits; `Intake` sheds telemetry and keeps alerts in memory
└── SinkError       a sink cannot take events now: they wait in the outbox, the sink is tried again
    └── SinkRefusal a sink refuses one message for good: it is set aside, the next ones go on
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_CREDENTIALS = re.compile(r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*://)\S+@")
_NAMED = re.compile(r"(?i)(?P<name>(?:password|passwd|pwd|secret|token)=)[^&\s]+")


def redact(text: str) -> str:
    """Hide the user and password of every URL in `text`, and what is called a password or token in a query.

    >>> redact("rtsp://admin:s3cret@10.1.2.3/stream2 timed out")
    'rtsp://***@10.1.2.3/stream2 timed out'
    >>> redact("https://u:hun/t@er2@host/x?token=abc&n=1")
    'https://***@host/x?token=***&n=1'
    """
    return _NAMED.sub(r"\g<name>***", _CREDENTIALS.sub(r"\g<scheme>***@", text))


class MatthanError(Exception):
    """Anything a user can act on: one line that says what, where, what was got and what is allowed."""

    exit_code = 1

    def __str__(self) -> str:
        return redact(super().__str__())


class ConfigError(MatthanError):
    """The city file or an option is wrong; `mistakes` lists every one, each with its path."""

    exit_code = 2

    def __init__(self, mistakes: str | Sequence[str]) -> None:
        self.mistakes = [mistakes] if isinstance(mistakes, str) else list(mistakes)
        super().__init__("\n".join(self.mistakes))


class InputError(MatthanError):
    """A file, folder or camera cannot be read."""

    exit_code = 2


class ModelError(MatthanError):
    """The weights are missing or damaged, or the runtime cannot run them."""

    exit_code = 2


class OutboxError(MatthanError):
    """An event cannot be stored (disk full, damaged file)."""


class OutboxConflict(OutboxError):
    """Other bytes came under an (event_id, revision) that is already stored."""


class OutboxFull(OutboxError):
    """The disk, or its quota, takes no more."""


class SinkError(MatthanError):
    """A sink cannot take events now."""


class SinkRefusal(SinkError):
    """A sink refuses the first message it was offered, and always will (too large, malformed)."""
