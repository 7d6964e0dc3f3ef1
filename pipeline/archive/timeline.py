"""Footage of one camera → in which order it is watched, and what a reader should know of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Literal

JOIN_S = 2.0
"""Files that follow one another within this are one recording: names tell whole seconds, and recorders pause."""
APART_S = 60.0
"""Between two files of which nothing tells when they were recorded."""
HOUR_S = 3600.0
Kind = Literal[
    "duplicate", "overlap", "gap", "clock set back", "clock jump", "summer time", "time unknown", "wrong year"
]


@dataclass(frozen=True, slots=True)
class Footage:
    """One readable file of one camera."""

    path: Path
    camera: str
    start: float
    """UTC seconds of the first picture, as far as it is known."""
    known: bool
    """Whether anything tells when it was recorded."""
    seconds: float
    size: tuple[int, int]
    """Width and height, pixels."""
    digest: str
    keys: tuple[tuple[float, str], ...]
    """Seconds from the first picture, and a hash, of every key frame."""
    holes_s: float = 0.0
    """So much its time stamps leave out in between."""

    @property
    def end(self) -> float:
        return self.start + self.seconds + self.holes_s


@dataclass(frozen=True, slots=True)
class Part:
    """A file as it is watched."""

    footage: Footage
    epoch: int
    """Parts of one epoch are one recording: who stands there at the end of one still stands there in the next."""
    skip_s: float = 0.0
    """So much of its beginning is in the part before, and not watched twice."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know before the run."""

    kind: Kind
    path: Path
    text: str


def timeline(footage: Sequence[Footage], zone: tzinfo, now: float) -> tuple[list[Part], list[Finding]]:
    """The footage of one camera in order. Nothing is left out but what is there twice.

    `zone` is the city's, on whose clock file names are; `now` (UTC seconds) tells a year that cannot be.
    """
    findings: list[Finding] = []
    ordered = _placed(_once(sorted(footage, key=lambda f: (f.start, str(f.path))), findings), findings)
    ordered = _summer_time(ordered, zone, findings)
    parts: list[Part] = []
    for one in ordered:
        if one.known and not 946_684_800 <= one.start <= now + 86_400:
            findings.append(Finding("wrong year", one.path, f"was recorded on {_day(one.start, zone)}, it says"))
        if not parts:
            parts.append(Part(one, 0))
            continue
        parts.append(_after(parts[-1], one, findings))
    return parts, findings


def _once(ordered: Sequence[Footage], findings: list[Finding]) -> list[Footage]:
    """Of files with the same pictures the first."""
    first: dict[str, Footage] = {}
    kept = []
    for one in ordered:
        same = first.setdefault(one.digest, one)
        if same is one:
            kept.append(one)
        else:
            findings.append(Finding("duplicate", one.path, f"shows what {same.path} shows; that one is watched"))
    return kept


def _placed(ordered: Sequence[Footage], findings: list[Finding]) -> list[Footage]:
    """Files of which nothing tells the time follow one another from 1970 on, so that nobody takes that for a time."""
    free, placed = 0.0, []
    for one in ordered:
        if one.known:
            placed.append(one)
            continue
        placed.append(replace(one, start=free))
        free = placed[-1].end + APART_S
        findings.append(Finding("time unknown", one.path, "nothing tells when it was recorded; counted from 1970"))
    return sorted(placed, key=lambda f: (f.start, str(f.path)))


def _summer_time(ordered: Sequence[Footage], zone: tzinfo, findings: list[Finding]) -> list[Footage]:
    """Names on the city's clock say the hour in which summer time ends twice: the second time is an hour later."""
    after: list[Footage] = []
    latest = float("-inf")
    for one in ordered:
        local = datetime.fromtimestamp(one.start, zone)
        twice = local.fold == 0 and local.utcoffset() != local.replace(fold=1).utcoffset()
        if twice and latest - one.start > JOIN_S and not any(_shared(before, one) is not None for before in after[-3:]):
            after.append(replace(one, start=local.replace(fold=1).timestamp()))
            findings.append(Finding("summer time", one.path, "is of the hour that the clock showed a second time"))
        else:
            after.append(one)
            latest = max(latest, one.end)
    return sorted(after, key=lambda f: (f.start, str(f.path)))


def _after(before: Part, one: Footage, findings: list[Finding]) -> Part:
    apart = one.start - before.footage.end
    if apart > JOIN_S:
        findings.append(Finding("gap", one.path, f"begins {_long(apart)} after the file before ends"))
        return Part(one, before.epoch + 1)
    if apart >= -JOIN_S:
        return Part(one, before.epoch + (one.size != before.footage.size))
    shared = _shared(before.footage, one)
    if shared is not None:
        findings.append(Finding("overlap", one.path, f"its first {shared:.1f} s are in {before.footage.path.name}"))
        return Part(one, before.epoch, min(shared, one.seconds))
    findings.append(Finding(
        "clock set back", one.path, f"begins {_long(-apart)} before {before.footage.path.name} ends, and shows "
        "something else; both are watched"))  # fmt: skip
    return Part(one, before.epoch + 1)


def _shared(before: Footage, one: Footage) -> float | None:
    """How much of the beginning of `one` the file before shows too, by a key frame that both have; None: nothing."""
    at = {key: time for time, key in before.keys}
    for time, key in one.keys:
        if key in at:
            return max(0.0, before.seconds - at[key] + time)
    return None


def _day(time: float, zone: tzinfo) -> str:
    return (datetime.fromtimestamp(0, zone) + timedelta(seconds=time)).strftime("%Y-%m-%d")


def _long(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 2 * HOUR_S else f"{seconds / HOUR_S:.1f} h"
