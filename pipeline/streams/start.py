"""When a recording began: what the user says, else its name, else its container."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

NAME_PATTERNS: tuple[str, ...] = (
    # 20260301_140322, 2026-03-01_14-03-22, 2026-03-01T14.03.22, ch01_20260301140322 (Hikvision, Reolink, most phones)
    r"(?<!\d)(?P<Y>20\d\d)[-_.]?(?P<m>\d\d)[-_.]?(?P<d>\d\d)[-_ T.]{0,3}(?P<H>\d\d)[-_.:h]?(?P<M>\d\d)[-_.:m]?(?P<S>\d\d)(?!\d)",
    # 2026-03-01/001/dav/14/14.03.22-14.10.00[M][0@0][0].dav (Dahua)
    r"(?P<Y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)/(?:.*/)?(?P<H>\d\d)\.(?P<M>\d\d)\.(?P<S>\d\d)[-\[][^/]*$",
    # 2026-03-01/14/camera/03.22.mp4 (Frigate)
    r"(?P<Y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)/(?P<H>\d\d)/[^/]+/(?P<M>\d\d)\.(?P<S>\d\d)\.[^/]*$",
    # 1772373802.mp4 (seconds since 1970, UTC)
    r"(?<!\d)(?P<epoch>1[4-9]\d{8})(?!\d)",
)
"""Tried in order on the path, with `/` between folders; groups Y m d H M S in the city's time, or epoch in UTC."""


@dataclass(frozen=True, slots=True)
class Start:
    """When a recording began, and how that is known."""

    time: float
    """UTC seconds."""
    source: str
    """One of: --start, file name, container, unknown."""


def recording_start(
    path: Path,
    zone: tzinfo,
    given: datetime | None = None,
    created: datetime | None = None,
    patterns: Sequence[str] = NAME_PATTERNS,
) -> Start:
    """The start of the recording in `path`; a time without a zone is on the city's clock.

    Where nothing tells it, time counts from 1970-01-01, so that nobody mistakes it for a real one.
    """
    if given is not None:
        return Start(_utc(given, zone), "--start")
    named = _from_name(path.as_posix(), zone, patterns)
    if named is not None:
        return Start(named, "file name")
    if created is not None:
        return Start(_utc(created, zone), "container")
    return Start(0.0, "unknown")


def _from_name(name: str, zone: tzinfo, patterns: Sequence[str]) -> float | None:
    for pattern in patterns:
        for match in re.finditer(pattern, name):
            parts = match.groupdict()
            if parts.get("epoch"):
                return float(parts["epoch"])
            try:
                return _utc(datetime(*(int(parts[p]) for p in "YmdHMS")), zone)  # type: ignore[arg-type]
            except (ValueError, KeyError):
                continue
    return None


def _utc(moment: datetime, zone: tzinfo) -> float:
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
    return aware.astimezone(UTC).timestamp()
