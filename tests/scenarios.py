"""Scenes told as who is where when, turned into recordings and judged by real lanes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline import build, config
from pipeline.recording import Recording, read_detections
from pipeline.types import Event

SIZE = (1280, 720)
T0 = 1_772_373_600.0
"""2026-03-01 21:00:00 in Hà Tĩnh."""
ALLEY = [[0.1, 0.1], [0.6, 0.1], [0.6, 1.0], [0.1, 1.0]]
INSIDE, OUTSIDE = (400.0, 500.0), (1000.0, 500.0)


@dataclass(frozen=True)
class Actor:
    """Somebody whose feet are at `path(seconds)`, None while he is not to be seen."""

    path: Callable[[float], tuple[float, float] | None]
    height: float = 180.0
    class_name: str = "person"
    confidence: float = 0.8

    def row(self, t: float) -> list[float] | None:
        feet = self.path(t)
        if feet is None:
            return None
        x, y = feet
        half = self.height * (0.2 if self.class_name == "person" else 0.6)
        return [x - half, y - self.height, x + half, y, self.confidence]


def stand(place: tuple[float, float], *spans: tuple[float, float], away: tuple[float, float] | None = None) -> Actor:
    """At `place` during the half-open spans of seconds; otherwise `away`, or out of sight where that is None."""
    return Actor(lambda t: place if any(a <= t < b for a, b in spans) else away)


def walk(*points: tuple[float, float, float], **kwargs: object) -> Actor:
    """Along (second, x, y) points, out of sight before the first and after the last."""
    times, xs, ys = np.array(points).T

    def path(t: float) -> tuple[float, float] | None:
        if not times[0] <= t <= times[-1]:
            return None
        return float(np.interp(t, times, xs)), float(np.interp(t, times, ys))

    return Actor(path, **kwargs)  # type: ignore[arg-type]


def instants(seconds: float, fps: float) -> list[float]:
    return [i / fps for i in range(int(seconds * fps) + 1)]


def csv(actors: Iterable[Actor], times: Iterable[float], start: float = T0) -> str:
    """A detections file of the scene."""
    lines = ["time,x1,y1,x2,y2,confidence,class"]
    actors = list(actors)
    for t in times:
        rows = [(actor, row) for actor in actors if (row := actor.row(t))]
        lines += [f"{start + t:.3f}," + ",".join(f"{v:.3f}" for v in row) + f",{a.class_name}" for a, row in rows]
        if not rows:
            lines.append(f"{start + t:.3f},,,,,,")
    return "\n".join(lines) + "\n"


def city(rules: dict, zones: dict | None = None, lines: dict | None = None, **camera: object) -> config.City:
    """A city of one camera; every rule holds in the zone `alley`, or where `zones` and `lines` put it."""
    if zones is None and lines is None:
        zones = {"alley": {"polygon": ALLEY, "rules": list(rules)}}
    own = {"id": "cam-1", "ward": "w1", "frame_size": list(SIZE), "zones": zones or {}, "lines": lines or {}, **camera}
    return config.check({"city": "test", "wards": {"w1": {}, "w2": {}}, "rules": rules, "cameras": [own]})


def record(tmp_path: Path, text: str) -> Recording:
    path = tmp_path / "scene.det.csv"
    path.write_text(text)
    return read_detections(path)


def judge(recording: Recording, settings: config.City, camera: str = "cam-1") -> list[Event]:
    """All events of a recording, as the lane of that camera sees it."""
    lane = build.lane(settings, settings.camera(camera), recording.names, SIZE)
    events = [event for time, rows in recording for event in lane.step(time, rows)[1]]
    return events + lane.close("end_of_input")


def opened(events: list[Event]) -> list[Event]:
    return [event for event in events if event.phase == "opened"]
