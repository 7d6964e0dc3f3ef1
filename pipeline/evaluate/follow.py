"""A second look at chosen candidates: their gauges over time, and the paths of their tracks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from pipeline.config import Camera, City
from pipeline.evaluate.candidate import Key, Watch
from pipeline.evaluate.trace import steps, watches
from pipeline.recording import Recording
from pipeline.scene import Scene
from pipeline.types import Gauge, Reading

STEP_S = 0.2
"""At most five samples a second …"""
SAMPLES = 3000
"""… and about so many in all, however long the span."""
Sample = tuple[float, tuple[Gauge, ...]]
Point = tuple[float, float, float, float | None, float | None]
"""Time, x and y in pixels of the source frame, and metres on the ground where the camera is calibrated."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What was seen between `start` and `end`, UTC seconds."""

    start: float
    end: float
    samples: Mapping[Key, list[Sample]] = field(default_factory=dict)
    """Five a second, and every one in which a gauge was met or ceased to be."""
    paths: Mapping[int, list[Point]] = field(default_factory=dict)
    """Where the anchors of the tracks were, by track."""


def follow(
    city: City, camera: Camera, recording: Recording, keys: Collection[Key], tracks: Collection[int], start: float,
    end: float,
) -> Followed:  # fmt: skip
    """Run the lane again, up to `end`, and keep what the first look was told to keep nothing of."""
    seen = _Follower(set(keys), set(tracks), start, end)
    watched: list[Watch] = []
    time = float("-inf")
    for lane, _ in steps(city, camera, recording):
        watched = watched or watches(city, camera, lane)
        if lane.scene.time == time or lane.scene.time > end:
            break
        time = lane.scene.time
        if time >= start:
            seen.look(lane.scene, watched)
    seen.finish()
    return Followed(start, end, seen.samples, seen.paths)


class _Follower:
    def __init__(self, keys: set[Key], tracks: set[int], start: float, end: float) -> None:
        self.samples: dict[Key, list[Sample]] = {key: [] for key in sorted(keys, key=str)}
        self.paths: dict[int, list[Point]] = {track: [] for track in sorted(tracks)}
        # A hair less than the step, because times are rounded to the millisecond.
        self._step_s = max(STEP_S, (end - start) / SAMPLES) - 2e-3
        self._last: dict[Key, Sample] = {}

    def look(self, scene: Scene, watched: list[Watch]) -> None:
        for watch in watched:
            for reading in watch.judge.readings(scene):
                key = (watch.rule, watch.zone, reading.subject)
                if key in self.samples:
                    self._sample(key, scene.time, reading)
        for track, points in self.paths.items():
            row = scene.view.row.get(track)
            if row is not None and (not points or scene.time - points[-1][0] >= self._step_s):
                x, y = scene.anchors[row].tolist()
                u, v = scene.view.plane[row].tolist() if scene.calibrated else (None, None)
                points.append((scene.time, x, y, u, v))

    def finish(self) -> None:
        """The last reading of each candidate, whether its turn had come or not."""
        for key, sample in self._last.items():
            if self.samples[key][-1][0] < sample[0]:
                self.samples[key].append(sample)

    def _sample(self, key: Key, time: float, reading: Reading) -> None:
        kept = self.samples[key]
        sample = self._last[key] = (time, reading.gauges)
        turned = bool(kept) and [g.met for g in kept[-1][1]] != [g.met for g in reading.gauges]
        if not kept or turned or time - kept[-1][0] >= self._step_s:
            kept.append(sample)
