"""A vehicle goes faster than a limit: the median of its speed over a while, on calibrated cameras only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from pipeline.motion import PIXELS, SHARE
from pipeline.paths import EDGE_PX, Path, T, U, V
from pipeline.rules import words
from pipeline.rules.ledger import Ledger, Measures, Place, Wording
from pipeline.rules.settings import RuleSettings, Seconds
from pipeline.rules.stretch import Stretch, Stretches
from pipeline.scene import Scene
from pipeline.types import Event, Floats, Gauge, Reading, Reason, Severity
from pipeline.view import FOUR_WHEELERS, TWO_WHEELERS

SURE = 2.0
"""Standard deviations by which a speed must be beyond the limit."""
WHOLE = 0.9
"""So much of the window must have been seen."""
STEP_S = 0.5
"""Speeds are told from places so far apart in time."""


class SpeedingSettings(RuleSettings):
    """Defaults: the limit of an undivided road in a built-up area (Circular 38/2024/TT-BGTVT); set the road's own."""

    needs: ClassVar[frozenset[str]] = frozenset({"calibration"})
    kind: Literal["speeding"] = "speeding"
    classes: tuple[str, ...] = Field((*TWO_WHEELERS, *FOUR_WHEELERS), min_length=1)
    severity: Severity = "notice"
    gap_s: float | None = Field(2.0, ge=0, description="Slower for longer ends it.")
    limit_kmh: float = Field(50.0, gt=0, description="The median speed must be above it, by more than it may be off.")
    window_s: Seconds = Field(2.0, description="Of the speeds of so long.")


def _tell(zone: str, measures: Measures) -> dict[str, str]:
    name, speed, limit, off = str(measures["class"]), *(
        float(measures[key]) for key in ("speed_kmh", "limit_kmh", "speed_sd_kmh")
    )  # fmt: skip
    return {
        "vi": f"{words.noun(name)} chạy {words.number(speed)} km/h (sai số ± {words.number(2 * off)}) tại khu vực "
        f"“{zone}”, giới hạn {words.number(limit)} km/h.",
        "en": f"{words.a(name)} went {speed:.1f} km/h (± {2 * off:.1f}) in zone “{zone}”, where the limit is "
        f"{limit:.1f} km/h.",
    }


_WORDING = Wording("speeding", "traffic", None, _tell)


class Speeding:
    """Fires when a vehicle's median speed over `window_s` in the zone is above `limit_kmh` by twice what it may be off.

    How far it may be off follows from what a pixel is worth at that place, so far away nothing is told. A box cut by
    the side of the picture does not count. It cannot serve as a legal measurement: the calibration is as good as its
    points, and the speed is that of the point where the vehicle meets the ground.
    """

    def __init__(self, place: Place, settings: SpeedingSettings) -> None:
        self._place = place
        self._settings = settings
        self._ledger = Ledger(place, settings, _WORDING)
        self._stretches = Stretches(settings.gap)
        self._now: dict[int, tuple[float, float]] = {}
        """Speed and its standard deviation of those in the zone now, km/h."""
        self._worst: dict[int, tuple[float, float]] = {}

    def judge(self, scene: Scene) -> Sequence[Event]:
        view = scene.view
        mask = scene.of(self._settings.classes)
        rows = np.flatnonzero(mask & scene.inside(self._place.shape)).tolist() if mask.any() else []
        self._now = {view.tracks[row]: told for row in rows if (told := self._speed(scene, row)) is not None}
        fast = [row for row in rows if self._is_fast(view.tracks[row])] if self._ledger.awake(scene) else []
        if not fast and not self._stretches.open:
            return []
        for track in (view.tracks[row] for row in fast):
            self._worst[track] = max(self._worst.get(track, (0.0, 0.0)), self._now[track])
        events: list[Event] = []
        for stretch in self._stretches.advance(scene, fast):
            events += self._close(scene, stretch, None)
        for stretch in self._stretches.open.values():
            if stretch.last == scene.time and stretch not in self._ledger.events:
                events += self._ledger.open(
                    scene, stretch, stretch.since, stretch.first_box, (scene.box(stretch.track),),
                    self._measures(scene, stretch, self._now[stretch.track]),
                )  # fmt: skip
        return events

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        return [event for one in list(self._stretches.open.values()) for event in self._close(scene, one, reason)]

    def readings(self, scene: Scene) -> Sequence[Reading]:
        return [
            Reading((track,), self._place.zone, (track,), (
                Gauge("speed_kmh", speed - SURE * off, self._settings.limit_kmh),
            ))
            for track, (speed, off) in self._now.items()
        ]  # fmt: skip

    def _is_fast(self, track: int) -> bool:
        if track not in self._now:
            return False
        speed, off = self._now[track]
        return speed - SURE * off > self._settings.limit_kmh

    def _speed(self, scene: Scene, row: int) -> tuple[float, float] | None:
        """Median speed over the window and its standard deviation, km/h; None where that cannot be told."""
        path, window = scene.paths.by_id[scene.view.tracks[row]], self._settings.window_s
        points = scene.paths.over(path, window)
        points = points[np.isfinite(points[:, U])]
        if len(points) < 3 or points[-1, T] - points[0, T] < WHOLE * window or self._cut(scene, path):
            return None
        later = np.searchsorted(points[:, T], points[:, T] + min(STEP_S, window / 2) - 1e-3)
        first = np.flatnonzero(later < len(points))
        moved = points[later[first], U : V + 1] - points[first, U : V + 1]
        speeds = np.hypot(moved[:, 0], moved[:, 1]) / (points[later[first], T] - points[first, T])
        return float(np.median(speeds)) * 3.6, self._off(scene, row, points) * 3.6

    @staticmethod
    def _off(scene: Scene, row: int, points: Floats) -> float:
        """The standard deviation of a speed over these points (n, 6), m/s: that of the slope of a straight line through
        them, whose places are as unsure as a box's lower edge."""
        x1, y1, x2, y2 = scene.view.boxes[row]
        middle = (x1 + x2) / 2
        here, up, aside = scene.paths.on_plane(np.array([[middle, y2], [middle, y2 - 1], [middle + 1, y2]]))
        worth = max(float(np.hypot(*(up - here))), float(np.hypot(*(aside - here))))
        times = points[:, T] - points[:, T].mean()
        return worth * (PIXELS + SHARE * (y2 - y1)) / float(np.sqrt((times**2).sum()))

    @staticmethod
    def _cut(scene: Scene, path: Path) -> bool:
        """Is the box cut by a side of the picture, so that its place is a guess?"""
        x1, y1, x2, y2 = path.box.tolist()
        width, height = scene.frame_size
        return bool(x1 <= EDGE_PX or y1 <= EDGE_PX or x2 >= width - EDGE_PX or y2 >= height - EDGE_PX)

    def _measures(self, scene: Scene, stretch: Stretch, told: tuple[float, float]) -> Measures:
        return {
            "class": scene.class_name(stretch.track),
            "speed_kmh": told[0], "speed_sd_kmh": told[1], "limit_kmh": self._settings.limit_kmh,
            "window_s": self._settings.window_s,
        }  # fmt: skip

    def _close(self, scene: Scene, stretch: Stretch, reason: Reason | None) -> list[Event]:
        worst = self._worst.pop(stretch.track, (0.0, 0.0))
        if stretch not in self._ledger.events or not scene.knows(stretch.track):
            return self._ledger.close(scene, stretch, stretch.last, reason)
        return self._ledger.close(
            scene, stretch, stretch.last, reason, (scene.box(stretch.track),), self._measures(scene, stretch, worst)
        )
