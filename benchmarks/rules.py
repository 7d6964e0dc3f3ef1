"""What scene and rules cost per frame, with every rule on, by number of objects: `python -m benchmarks.rules`."""

from __future__ import annotations

import json
import statistics
import time as clock
from typing import Any

import numpy as np

from benchmarks import machine
from benchmarks.eventless import settings
from pipeline import build
from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.noise import REALISTIC
from pipeline.simulate.record import record
from pipeline.simulate.street import Street
from pipeline.types import canonical

COUNTS = (5, 10, 20, 40)
ROUNDS = 3
FPS = (5.0, 10.0, 25.0)


def street(objects: int) -> Street:
    """A mix: half walkers to and fro, a quarter parked two-wheelers, the rest bags and riders passing."""
    told = Street(120.0, np.random.default_rng(objects))
    for i in range(objects):
        x, y = -8 + 16 * (i / objects), 8.0 + 13 * ((i * 7) % objects) / objects
        if i % 2 == 0:
            walker = told.person(0, x, y)
            while walker.time < 120:
                walker.walk(-x, y).wait(3).walk(x, y).wait(3)
        elif i % 4 == 1:
            told.add("motorcycle", 0, x, y)
        elif i % 8 == 3:
            told.add("backpack", 0, x, y)
        else:
            bike = told.add("motorcycle", 0, x, y)
            rider = told.person(0, x, y).mount(bike)
            while rider.time < 120:
                rider.ride(-x or 1.0, y).ride(x, y)
    return told


def measure(objects: int, fps: float) -> dict[str, float]:
    """Medians over the rounds of the mean microseconds per frame."""
    camera = PinholeCamera()
    city = settings(camera)
    recording = record(street(objects), camera, fps, REALISTIC, 0)
    cost: dict[str, list[float]] = {"tracker": [], "scene": [], "rules": [], "tracks": []}
    for _ in range(ROUNDS):
        lane = build.lane(city, city.cameras[0], recording.names, camera.frame_size)
        spent = dict.fromkeys(cost, 0.0)
        for time, rows in recording:
            a = clock.thread_time()
            tracks = lane._tracker.update(time, canonical(rows, recording.names))
            b = clock.thread_time()
            lane.scene.advance(time, tracks)
            c = clock.thread_time()
            for rule in lane.rules:
                rule.judge(lane.scene)
            d = clock.thread_time()
            spent["tracker"] += b - a
            spent["scene"] += c - b
            spent["rules"] += d - c
            spent["tracks"] += len(lane.scene.ids) / 1e6
        for name, seconds in spent.items():
            cost[name].append(seconds / len(recording) * 1e6)
    return {name: round(statistics.median(values), 1) for name, values in cost.items()}


def main() -> None:
    report: dict[str, Any] = {"machine": machine.describe(), "threads": "1 (OMP_NUM_THREADS=1)", "runs": []}
    for fps in FPS:
        for objects in COUNTS:
            row = {"fps": fps, "objects": objects, **measure(objects, fps)}
            report["runs"].append(row)
            print(row)
    (machine.RESULTS / "rules.json").write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
