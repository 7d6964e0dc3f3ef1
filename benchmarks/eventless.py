"""False alarms per camera-hour with every kind on, on ordinary street life: `python -m benchmarks.eventless`.

Half hours of simulated life in which nothing is an event by the default settings, with realistic noise, each with a
camera of its own. Whatever an alert rule says is a false alarm.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import multiprocessing
import time as clock
from collections import Counter
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import machine
from pipeline import build, config
from pipeline.evaluate import finding
from pipeline.evaluate.interval import rate
from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.noise import PRESETS
from pipeline.simulate.record import CAMERA, START, record
from pipeline.simulate.traffic import BUSY, CALM, eventless
from pipeline.wire import encode

KINDS = (
    "loitering", "group_loitering", "crowding", "object_abandoned", "object_removed", "item_taken", "vehicle_taken",
    "snatch", "prowling", "animal_taken", "dumping",
)  # fmt: skip
YARD = [(-4.0, 5.7), (4.0, 5.7), (4.0, 6.6), (-4.0, 6.6)]
"""Ground that nobody enters, for the rule about closed zones; its far edge is the line nobody crosses."""
DENSITIES = {"calm": CALM, "busy": BUSY}


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    density: str
    seed: int
    fps: float
    noise: str
    hours: float = 0.5


def settings(camera: PinholeCamera) -> config.City:
    rules = {kind: {"kind": kind} for kind in (*KINDS, "intrusion", "line_crossing")}
    return config.check(
        {
            "city": "street",
            "wards": {"w1": {}},
            "rules": rules,
            "cameras": [
                {
                    "id": CAMERA,
                    "ward": "w1",
                    "frame_size": list(camera.frame_size),
                    "calibration": camera.calibration(),
                    "zones": {
                        "all": {"polygon": [[0, 0], [1, 0], [1, 1], [0, 1]], "rules": list(KINDS)},
                        "yard": {"polygon": camera.ground_polygon(YARD), "rules": ["intrusion"]},
                    },
                    "lines": {"gate": {"points": camera.ground_line(YARD[3], YARD[2]), "rules": ["line_crossing"]}},
                }
            ],
        }
    )


def watch(job: Job) -> tuple[Job, float, list[dict[str, Any]]]:
    """The seconds watched, and the false alarms."""
    camera = PinholeCamera()
    city = settings(camera)
    origin = build.origin(city, city.cameras[0], build.provenance(city, "replay", "recorded", None, []))
    seconds, alarms = 0.0, []
    for piece, street in enumerate(eventless(job.seed, job.hours, DENSITIES[job.density])):
        recording = record(street, camera, job.fps, PRESETS[job.noise], job.seed * 1000 + piece)
        lane = build.lane(city, city.cameras[0], recording.names, camera.frame_size)
        messages = [encode(event, origin) for time, rows in recording for event in lane.step(time, rows)[1]]
        messages += [encode(event, origin) for event in lane.close("end_of_input")]
        seconds += street.seconds
        alarms += [
            {
                "kind": f.kind,
                "density": job.density,
                "seed": job.seed,
                "piece": piece,
                "from_s": round(f.started_at - START, 1),
                "at_s": round(f.opened_at - START, 1),
            }
            for f in finding.findings(messages)
        ]
    return job, seconds, alarms


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=300.0)
    parser.add_argument("--fps", type=float, default=5.0)
    parser.add_argument("--noise", default="realistic")
    parser.add_argument("--busy", type=float, default=0.25, help="share of the hours that are busy")
    parser.add_argument("--seed", type=int, default=1000, help="the first seed")
    parser.add_argument("--processes", type=int, default=machine.cores())
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/eventless.json")
    args = parser.parse_args()
    halves = round(args.hours / 0.5)
    jobs = [
        Job("busy" if i < round(args.busy * halves) else "calm", args.seed + i, args.fps, args.noise)
        for i in range(halves)
    ]
    console, begun = Console(width=150), clock.perf_counter()
    watched: Counter[str] = Counter()
    alarms: list[dict[str, Any]] = []
    with multiprocessing.Pool(args.processes) as pool:
        for job, seconds, found in pool.imap_unordered(watch, jobs):
            watched[job.density] += seconds
            alarms += found
            for alarm in found:
                console.print(f"  {alarm}", highlight=False)
    hours = sum(watched.values()) / 3600
    estimate = rate(len(alarms), hours)
    by_kind = Counter(alarm["kind"] for alarm in alarms)
    table = Table(
        "kind", "false alarms", "per camera-hour", title=f"{hours:.1f} h, {args.noise} noise, {args.fps:g} fps"
    )
    for kind in (*KINDS, "intrusion", "line_crossing"):
        table.add_row(kind, str(by_kind[kind]), f"{by_kind[kind] / hours:.4f}")
    console.print(table)
    console.print(f"all: {len(alarms)} = {estimate} per camera-hour; {clock.perf_counter() - begun:.0f} s")
    if args.write:
        report = {
            "command": f"python -m benchmarks.eventless --hours {args.hours:g} --busy {args.busy:g} --fps {args.fps:g} --noise {args.noise} --seed {args.seed} --write",
            "machine": machine.describe(), "fps": args.fps, "noise": args.noise, "kinds": [*KINDS, "intrusion", "line_crossing"],
            "hours": {k: v / 3600 for k, v in watched.items()}, "false_alarms": len(alarms), "by_kind": dict(by_kind),
            "per_camera_hour": dataclasses.asdict(estimate), "alarms": sorted(alarms, key=lambda a: (a["density"], a["seed"], a["from_s"])),
        }  # fmt: skip
        (machine.RESULTS / "eventless.json").write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
