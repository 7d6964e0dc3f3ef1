"""Events as a judge sees them: all phases of one event folded into one finding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.types import COUNTED, Severity
from pipeline.wire import CloudEvent, Message, decode, parse_timestamp, timestamp


@dataclass(frozen=True, slots=True)
class Finding:
    """One event, whatever the number of its phases. Times are UTC seconds."""

    camera: str
    kind: str
    zone: str | None
    rule: str
    severity: Severity
    """Of its last phase, after any escalation."""
    started_at: float
    """When the conduct began."""
    opened_at: float
    """When its first phase was reached: the instant an officer could know of it."""
    ended_at: float | None
    """The last instant it held; None while it was never closed."""
    last_at: float
    """When its last phase was reached."""
    event_id: str

    @property
    def until(self) -> float:
        """Its end, as far as it is known."""
        return self.last_at if self.ended_at is None else self.ended_at


def findings(messages: Iterable[Message | CloudEvent]) -> list[Finding]:
    """Fold the phases of every event, in any order and delivered any number of times; sorted by time.

    Raises:
        InputError: a message is not an event.
    """
    phases: defaultdict[str, list[CloudEvent]] = defaultdict(list)
    for message in messages:
        event = decode(message.body) if isinstance(message, Message) else message
        if event.data.kind not in COUNTED:
            phases[event.data.event_id].append(event)
    return sorted((_fold(events) for events in phases.values()), key=_order)


def read(paths: Sequence[Path]) -> list[Finding]:
    """The findings of events files (JSON Lines) and of folders of runs (their `events.jsonl`).

    Raises:
        InputError: a file cannot be read, or a line of it is not an event.
    """
    return findings(event for path in paths for event in _read(path / "events.jsonl" if path.is_dir() else path))


def as_dict(finding: Finding) -> dict[str, Any]:
    """A finding for scripts, times in RFC 3339."""
    return {
        "event_id": finding.event_id, "camera": finding.camera, "kind": finding.kind, "zone": finding.zone,
        "rule": finding.rule, "severity": finding.severity, "started_at": timestamp(finding.started_at),
        "opened_at": timestamp(finding.opened_at),
        "ended_at": None if finding.ended_at is None else timestamp(finding.ended_at),
    }  # fmt: skip


def _fold(events: list[CloudEvent]) -> Finding:
    events = sorted(events, key=lambda event: (event.data.revision, parse_timestamp(event.time)))
    first, last = events[0].data, events[-1].data
    # Evidence may follow `closed` as an update, so the end is not always in the last phase.
    ends = [event.data.ended_at for event in events if event.data.ended_at is not None]
    return Finding(
        camera=first.camera,
        kind=first.kind,
        zone=first.zone,
        rule=first.rule,
        severity=last.severity,
        started_at=parse_timestamp(first.started_at),
        opened_at=parse_timestamp(events[0].time),
        ended_at=parse_timestamp(ends[-1]) if ends else None,
        last_at=parse_timestamp(events[-1].time),
        event_id=first.event_id,
    )


def _order(finding: Finding) -> tuple[float, float, str, str, str]:
    return finding.started_at, finding.opened_at, finding.camera, finding.kind, finding.event_id


def _read(path: Path) -> list[CloudEvent]:
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as exc:
        raise InputError(f"{path}: cannot be read: {exc.strerror}; expected events as JSON Lines") from exc
    events = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                events.append(decode(line))
            except InputError as exc:
                raise InputError(f"{path}: line {number}: {exc}") from exc
    return events
