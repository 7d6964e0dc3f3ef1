"""Evidence goes when its time is over: never unnoted, and never while somebody holds it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass

import structlog

from pipeline.errors import OutboxError
from pipeline.evidence.ledger import Entry, Ledger, read
from pipeline.evidence.settings import EvidenceSettings
from pipeline.wire import parse_timestamp

DAY_S = 86_400.0
EXPIRE_S = 3600.0
"""Between two looks for evidence whose time is over."""
LEFT_FREE_MB = 512
"""So much of the disk stays free for alerts, whatever the quota says."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Due:
    """A file that may go, and why."""

    entry: Entry
    why: str


def held(entries: Iterable[Entry]) -> set[str]:
    """Events under a legal hold."""
    events: set[str] = set()
    for entry in entries:
        if entry.kind == "hold":
            events.add(entry.event_id)
        elif entry.kind == "release":
            events.discard(entry.event_id)
    return events


def due(entries: list[Entry], settings: EvidenceSettings, now: float, used_bytes: int) -> list[Due]:
    """Which files may go at `now` (UTC seconds): those whose time is over, then the oldest until the quota holds."""
    keep = held(entries)
    gone = {entry.path for entry in entries if entry.kind == "removed"}
    files = [e for e in entries if e.kind in ("file", "found") and e.path not in gone and e.event_id not in keep]
    over = [e for e in files if now - parse_timestamp(e.at) > settings.days(str(e.facts.get("severity"))) * DAY_S]
    found = [Due(entry, "retention") for entry in over]
    left = used_bytes - sum(_size(entry) for entry in over)
    going = {entry.path for entry in over}
    for entry in (e for e in files if e.path not in going):
        if left <= settings.quota_gb * 2**30:
            break
        found.append(Due(entry, "quota"))
        left -= _size(entry)
    return found


def expire(ledger: Ledger, settings: EvidenceSettings, now: float) -> int:
    """Remove what is due; a tombstone is written before a file goes. How many went. Raises `OutboxError`."""
    later = _Later(ledger)
    entries, wrong = read(ledger.path)
    if wrong:
        log.error("the evidence ledger is damaged, nothing is removed; see matthan verify", fault=str(wrong[0]))
        return 0
    there = [ledger.folder / entry.path for entry in entries if entry.kind in ("file", "found")]
    used = sum(path.stat().st_size for path in there if path.exists())
    room = used + shutil.disk_usage(ledger.folder).free - LEFT_FREE_MB * 2**20
    quota = min(settings.quota_gb * 2**30, max(0, room))
    removed = 0
    for one in due(entries, settings, now, round(used + settings.quota_gb * 2**30 - quota)):
        if one.entry.event_id in later.held():
            continue  # somebody began to hold it meanwhile
        ledger.append("removed", one.entry.path, one.entry.sha256, one.entry.event_id, {"why": one.why})
        try:
            (ledger.folder / one.entry.path).unlink(missing_ok=True)
        except OSError as exc:
            raise OutboxError(f"{one.entry.path}: cannot be removed: {exc.strerror or exc}") from exc
        removed += 1
    return removed


class _Later:
    """Holds that are laid while evidence is being removed."""

    def __init__(self, ledger: Ledger) -> None:
        self._path = ledger.path
        self._read = self._path.stat().st_size
        self._held: set[str] = set()

    def held(self) -> set[str]:
        with self._path.open("rb") as file:
            file.seek(self._read)
            lines = file.readlines()
        if lines and not lines[-1].endswith(b"\n"):
            lines.pop()  # being written
        self._read += sum(map(len, lines))
        self._held |= held(map(Entry.model_validate_json, lines))
        return self._held


def _size(entry: Entry) -> int:
    return int(entry.facts.get("bytes", 0))
