"""A changed city file, taken without a restart: checked first, and only what it touches is touched."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import structlog

from pipeline.config import Camera, City, load
from pipeline.errors import ConfigError

LOOK_S = 1.0
FIXED = ("city", "timezone", "model", "tracker", "sinks", "outbox", "evidence")
"""Sections that all cameras share, and that a running ward keeps."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Change:
    """Another city file, and what it means for the cameras."""

    city: City
    sha256: str
    """Of the whole city file; `city` may be the part of it that this ward watches."""
    added: tuple[str, ...]
    removed: tuple[str, ...]
    redrawn: tuple[str, ...]
    """Cameras whose zones, lines, calibration or rules are others: what was open there is closed."""

    def summary(self) -> dict[str, Any]:
        return {"added": self.added, "removed": self.removed, "changed": self.redrawn}


class CitySource(Protocol):
    """Where a running ward learns of another city file."""

    refused: str | None
    """Why what is there now was not taken; None where it was."""

    def poll(self, now: City) -> Change | None:
        """What changed since the last time, compared with `now`. Must not block, and raises nothing."""


class Changes:
    """Looks whether a city file was changed, and whether it was told so (SIGHUP)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = self._stamp()
        self._looked = 0.0
        self._told = False
        self.refused: str | None = None
        """Why the file as it is now was not taken; None where it was."""

    def tell(self) -> None:
        """Read the file again, whether it looks changed or not. May be called from a signal handler."""
        self._told = True

    def poll(self, now: City) -> Change | None:
        """What changed since the last time, compared with `now`; None where nothing did, or nothing that can be taken.

        A file with mistakes changes nothing; they are logged.
        """
        if not self._told and time.monotonic() - self._looked < LOOK_S:
            return None
        self._looked, stamp = time.monotonic(), self._stamp()
        if stamp == self._seen and not self._told:
            return None
        self._seen = stamp
        self._told = False
        try:
            after = load(self._path)
            need_sources(after)
            change = compare(now, after)
        except ConfigError as exc:
            self.refused = str(exc)
            for mistake in exc.mistakes:
                log.error("city file not taken, the old one holds", mistake=mistake)
            return None
        self.refused = None
        return change

    def _stamp(self) -> tuple[tuple[str, int, int], ...]:
        """Size and time of the file, and of the spreadsheets beside it."""
        stamps = []
        for path in (self._path, *sorted(self._path.parent.glob("*.csv"))):
            try:
                stat = path.stat()
            except OSError:
                continue
            stamps.append((path.name, stat.st_mtime_ns, stat.st_size))
        return tuple(stamps)


def need_sources(city: City) -> None:
    """Raises `ConfigError` where a camera has nothing to be read from."""
    missing = [i for i, camera in enumerate(city.cameras) if camera.source is None]
    if missing:
        raise ConfigError(
            [f"cameras[{i}].source: is needed to run live, e.g. rtsp://10.1.2.3/stream2" for i in missing]
        )


def compare(before: City, after: City, sha256: str | None = None) -> Change | None:
    """What changed, or None; `sha256` where `after` is a part of a city file.

    Raises `ConfigError` where something changed that needs a restart.
    """
    fixed = [section for section in FIXED if getattr(before, section) != getattr(after, section)]
    if fixed:
        raise ConfigError([f"{section}: cannot change while the ward runs; restart it" for section in fixed])
    if before == after:
        return None
    old, new = ({camera.id: camera for camera in city.cameras} for city in (before, after))
    return Change(
        city=after,
        sha256=sha256 or after.sha256(),
        added=tuple(camera for camera in new if camera not in old),
        removed=tuple(camera for camera in old if camera not in new),
        redrawn=tuple(
            camera for camera in new if camera in old and _judged(before, old[camera]) != _judged(after, new[camera])
        ),
    )


def _judged(city: City, camera: Camera) -> Any:
    """All that decides what is told of a camera."""
    names = [rule for zone in camera.zones.values() for rule in zone.rules]
    names += [rule for line in camera.lines.values() for rule in line.rules]
    rules = {name: city.rules[name] for name in names}
    return camera.zones, camera.lines, camera.calibration, rules
