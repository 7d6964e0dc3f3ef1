"""The questions that are asked most: what was in a zone, what stopped there, when it is busiest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from pipeline.ask.views import Run
from pipeline.config import Camera
from pipeline.errors import ConfigError
from pipeline.types import Bools, Floats

GAP_S = 2.5
"""Who is not seen for longer has left: while nothing changes a look a second is kept."""
STILL = 0.25
"""What moves by less than this part of its box's diagonal stands."""
VEHICLES = ("bicycle", "motorcycle", "car", "bus", "truck")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)|24:00")


@dataclass(frozen=True, slots=True)
class Stay:
    """One track in a zone, from when to when. The number means nothing outside its camera and recording."""

    camera: str
    zone: str
    class_name: str
    track: int
    recording: int
    begun: float
    """UTC seconds."""
    ended: float
    box: tuple[float, float, float, float]
    """In the middle of it, pixels."""

    @property
    def seconds(self) -> float:
        return self.ended - self.begun

    @property
    def middle(self) -> float:
        """When it was in `box`."""
        return (self.begun + self.ended) / 2


class Span:
    """From when to when something is asked: two moments, or two times of day, every day."""

    def __init__(self, begin: str | None, end: str | None, zone: ZoneInfo) -> None:
        """`2026-03-01T14:00` on the city's clock or with an offset, or `14:00`. Raises `ConfigError`."""
        daily = [text is not None and _CLOCK.fullmatch(text) is not None for text in (begin, end)]
        if any(daily) and not all(daily):
            raise ConfigError("--from and --to: both a time of day, as 14:00, or both a moment, as 2026-03-01T14:00")
        self.daily = all(daily)
        self._zone = zone
        self._clock = (_minutes(begin or "0:00"), _minutes(end or "24:00")) if self.daily else (0, 1440)
        self.begin = -np.inf if self.daily or begin is None else _moment("--from", begin, zone)
        self.end = np.inf if self.daily or end is None else _moment("--to", end, zone)

    def within(self, times: Floats) -> Bools:
        """Which of these (n,) UTC seconds are asked for."""
        inside: Bools = (times >= self.begin) & (times < self.end)
        if self.daily and len(times):
            minutes = np.array([self._minute(second) for second in times.tolist()])
            begin, end = self._clock
            inside &= (minutes >= begin) & (minutes < end) if begin < end else (minutes >= begin) | (minutes < end)
        return inside

    def _minute(self, second: float) -> float:
        local = datetime.fromtimestamp(second, self._zone)
        return local.hour * 60 + local.minute + local.second / 60


def inside(run: Run, camera: Camera, zone: str, classes: Sequence[str], span: Span) -> list[Stay]:
    """Every track whose feet (the middle of its box's lower edge) were in the zone, and when.

    Raises `ConfigError` where the camera has no such zone.
    """
    return [stay for track in _tracks(run, camera, zone, classes, span) for stay in track.stays()]


def stopped(run: Run, camera: Camera, zone: str, classes: Sequence[str], span: Span, seconds: float) -> list[Stay]:
    """Every track that stood in the zone for at least so long."""
    return [stay for track in _tracks(run, camera, zone, classes, span) for stay in track.stops(seconds)]


def busiest(run: Run, camera: str | None) -> list[dict[str, object]]:
    """Tracks by camera, hour of the city's clock and class, the busiest hour first; counts people and vehicles seen, of
    whom one who comes back is another.
    """
    table = run.ask(
        """WITH begun AS (SELECT camera, recording, track, mode(class) AS class, min(time) AS since FROM tracks
                          WHERE ? IS NULL OR camera = ? GROUP BY ALL)
           SELECT camera, strftime(date_trunc('hour', city_time(since)), '%Y-%m-%d %H:%M') AS hour, class,
                  count(*) AS tracks FROM begun GROUP BY ALL ORDER BY tracks DESC, camera, hour, class""",
        [camera, camera],
    )
    rows: list[dict[str, object]] = table.to_pylist()
    return rows


@dataclass(frozen=True, slots=True)
class _Track:
    """The rows of one track in a zone, in order of time."""

    camera: str
    zone: str
    class_name: str
    number: int
    recording: int
    times: Floats
    boxes: Floats

    def stays(self) -> Iterator[Stay]:
        ends = np.flatnonzero(np.diff(self.times) > GAP_S) + 1
        for rows in np.split(np.arange(len(self.times)), ends):
            yield self._stay(rows[0], rows[-1])

    def stops(self, seconds: float) -> Iterator[Stay]:
        middles = (self.boxes[:, :2] + self.boxes[:, 2:]) / 2
        diagonal = np.hypot(*(self.boxes[:, 2:] - self.boxes[:, :2]).T)
        first = 0
        while first < len(self.times):
            near = np.hypot(*(middles[first:] - middles[first]).T) < STILL * diagonal[first]
            near[1:] &= np.diff(self.times[first:]) <= GAP_S
            last = first + (int(np.argmin(near)) if not near.all() else len(near)) - 1
            if self.times[last] - self.times[first] >= seconds:
                yield self._stay(first, last)
                first = last + 1
            else:
                first += 1

    def _stay(self, first: int, last: int) -> Stay:
        middle = first + int(
            np.argmin(np.abs(self.times[first : last + 1] - (self.times[first] + self.times[last]) / 2))
        )
        x1, y1, x2, y2 = self.boxes[middle].tolist()
        return Stay(self.camera, self.zone, self.class_name, self.number, self.recording, float(self.times[first]),
                    float(self.times[last]), (x1, y1, x2, y2))  # fmt: skip


def _tracks(run: Run, camera: Camera, zone: str, classes: Sequence[str], span: Span) -> Iterator[_Track]:
    if zone not in camera.zones:
        known = ", ".join(camera.zones) or "none"
        raise ConfigError(f"--zone: camera {camera.id} has no zone {zone!r}; it has {known}")
    table = run.ask(
        """SELECT t.*, f.width, f.height FROM tracks t
           JOIN (SELECT DISTINCT camera, recording, width, height FROM files) f USING (camera, recording)
           WHERE camera = ? AND time >= ? AND time < ? ORDER BY recording, track, time""",
        [camera.id, max(span.begin, -1e12), min(span.end, 1e12)],
    )
    columns = {name: table.column(name).to_numpy() for name in table.column_names}
    size = np.stack([columns["width"], columns["height"]], axis=1)
    feet = np.stack([(columns["x1"] + columns["x2"]) / 2, columns["y2"]], axis=1) / size
    inside = shapely.contains_xy(shapely.Polygon(camera.zones[zone].polygon), feet) & span.within(columns["time"])
    keys = np.stack([columns["recording"], columns["track"]], axis=1)
    starts = np.flatnonzero(np.any(np.diff(keys, axis=0, prepend=keys[:1] - 1) != 0, axis=1))
    for first, last in zip(starts.tolist(), [*starts[1:].tolist(), len(keys)], strict=True):
        rows = np.arange(first, last)[inside[first:last]]
        names, counts = np.unique(columns["class"][first:last].astype(str), return_counts=True)
        name = str(names[np.argmax(counts)])
        if len(rows) and (not classes or name in classes):
            boxes = np.stack([columns[c][rows] for c in ("x1", "y1", "x2", "y2")], axis=1)
            yield _Track(camera.id, zone, name, int(keys[first, 1]), int(keys[first, 0]), columns["time"][rows], boxes)


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _moment(option: str, text: str, zone: ZoneInfo) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{option}: must be like 2026-03-01T14:00 or 14:00, got {text!r}") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp()
