"""A day of one camera judged again: `python -m benchmarks.archive_judge [--write]`.

What YOLO11n finds in two minutes of real footage (640x360, five pictures a second, gate on), again and again until the
day is full: with somebody in view for a tenth of the time, for a fifth, and two hours of a
busy street. First from the
detections (tracker, scene, rules), then from the stored tracks (scene, rules), as after a change of a rule; in one
process, on one core. Events go to the outbox. Ends with one JSON line.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import archive_speed, machine
from benchmarks.soak import encode, timeline
from pipeline import build, config
from pipeline.archive.camera import Judge, Question
from pipeline.archive.crew import Done, Failed
from pipeline.archive.look import Looker
from pipeline.archive.plan import Plan
from pipeline.archive.run import provenance
from pipeline.archive.store import Store
from pipeline.archive.timeline import Footage, Part
from pipeline.recording import Writer, read_detections

ACTIVITY = {"tenth": (0.1, 24), "fifth": (0.2, 24), "busy": (1.0, 2)}
"""Of the footage, and how many hours of the day are judged; a busy day is as good as its first two."""
CYCLES = 2
START = 1_772_298_000.0
"""Midnight in Hà Tĩnh."""


def day(folder: Path, city: config.City, name: str, activity: float, seconds: int) -> bytes:
    """A table of detections of so much of a day."""
    clip, piece, whole = folder / f"{name}.mp4", folder / "piece.parquet", io.BytesIO()
    encode(clip, timeline(machine.data() / "clips", 0, activity), CYCLES)
    detector, _ = build.detector(city.model)
    with piece.open("wb") as file:
        for _ in Looker(city, detector).look(clip, city.cameras[0], file):
            pass
    detector.close()
    recording, length = read_detections(piece), CYCLES * archive_speed.CYCLE_S
    with Writer(whole) as writer:
        for turn in range(seconds // length):
            for since, found in recording:
                writer.write(turn * length + since, found, recording.names, city.cameras[0].id)
    return whole.getvalue()


def judged(question: Question, part: Part) -> dict[str, Any]:
    """Times of one way through the day."""
    wall, cpu = time.perf_counter(), time.process_time()
    *_, last = Judge(question).do((part.footage.camera, [part]))
    if isinstance(last, Failed):
        raise last.error
    assert isinstance(last, Done)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"frames": last.value.frames, "events": last.value.events.total(), "wall_s": round(wall, 1),
            "us_per_frame": round(cpu / last.value.frames * 1e6, 1), "times_real_time": round(part.footage.seconds / wall)}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="Write benchmarks/results/archive_judge.json.")
    args = parser.parse_args()
    os.environ.setdefault("MATTHAN_MODELS", str(machine.data() / "weights"))
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    result: dict[str, Any] = {}
    for name, (activity, hours) in ACTIVITY.items():
        with tempfile.TemporaryDirectory(prefix="matthan-judge-", dir="/tmp") as place:
            folder = Path(place)
            city = config.load(archive_speed.city(folder, gate=True))
            part = Part(Footage(folder / "none.mp4", "c0", START, True, hours * 3600.0, (640, 360), name, ()), 0)
            detector, file = build.detector(city.model)
            store = Store(folder / "run", file.sha256, detector.precision, detector.names, city)
            store.put(city.cameras[0], name, day(folder, city, name, activity, hours * 3600))
            told = provenance(city, Plan({"c0": (part,)}, (), (), ()), "yolo11n", file.sha256)
            ways: dict[str, Any] = {"hours": hours}
            for way in ("from_detections", "from_tracks"):
                out = folder / way
                out.mkdir()
                ways[way] = judged(Question(city, told, store, out, out / "outbox.sqlite"), part)
            result[name] = ways
            print(name, ways, file=sys.stderr, flush=True)
    print(json.dumps(result))
    if args.write:
        told = {"machine": machine.describe(), "command": " ".join(["python -m benchmarks.archive_judge", *sys.argv[1:]]),
                **result}  # fmt: skip
        (machine.RESULTS / "archive_judge.json").write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
