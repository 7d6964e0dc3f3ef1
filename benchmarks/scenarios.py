"""Precision and recall of every rule on the scenario library: `python -m benchmarks.scenarios`.

Every play is performed with several seeds, filmed at several rates with and without detection noise, and judged by the
lane that `matthan replay` runs. A play is scored for the kind it is about.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import multiprocessing
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import machine
from pipeline import build
from pipeline.evaluate import finding, score
from pipeline.evaluate.match import match
from pipeline.evaluate.truth import NONE, Truth
from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.noise import PRESETS
from pipeline.simulate.record import START, city, play, record
from pipeline.simulate.scenarios import Scenario, load
from pipeline.wire import encode

GOALS = {
    **dict.fromkeys(("loitering", "group_loitering", "intrusion", "crowding", "line_crossing"), 0.95),
    **dict.fromkeys(("object_abandoned", "object_removed", "vehicle_taken", "dumping", "prowling"), 0.90),
    **dict.fromkeys(("item_taken", "snatch", "animal_taken"), 0.85),
}
"""Least F1 with realistic noise."""
PARTS = ("first", "second", "third", "fourth", "fifth", "sixth", "informed")
RATES = {"clean": (5.0,), "realistic": (5.0, 10.0), "harsh": (5.0, 10.0)}
"""What the rate changes without noise is measured by `rates`."""


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    name: str
    seed: int
    fps: float
    noise: str
    calibrated: bool = True

    @property
    def camera(self) -> str:
        return f"{self.name}-{self.seed}-{self.fps:g}-{self.noise}"


def perform(job: Job) -> tuple[Job, list[finding.Finding], list[Truth]]:
    """Play, film and judge; findings and truth of the kind the play is about, under a camera of its own."""
    scenario = load()[job.name]
    street, camera = play(scenario, job.seed), PinholeCamera()
    settings = city(scenario, street, camera, job.calibrated)
    recording = record(street, camera, job.fps, PRESETS[job.noise], job.seed)
    watching = settings.cameras[0]
    lane = build.lane(settings, watching, recording.names, camera.frame_size)
    origin = dataclasses.replace(
        build.origin(settings, watching, build.provenance(settings, "replay", "recorded", None, [])), camera=job.camera
    )
    messages = [encode(event, origin) for time, rows in recording for event in lane.step(time, rows)[1]]
    messages += [encode(event, origin) for event in lane.close("end_of_input")]
    found = [f for f in finding.findings(messages) if f.kind == scenario.kind]
    truths = [
        Truth(job.camera, e.kind, START + e.start, START + e.end, e.zone, job.noise)
        for e in street.truth
        if e.kind == scenario.kind
    ]
    truths.append(Truth(job.camera, NONE, START, START + street.seconds, None, job.noise))
    return job, found, truths


def run(jobs: list[Job]) -> list[tuple[Job, list[finding.Finding], list[Truth]]]:
    with multiprocessing.Pool(machine.cores()) as pool:
        return pool.map(perform, jobs, chunksize=4)


def wrong(results: Iterable[tuple[Job, list[finding.Finding], list[Truth]]]) -> list[str]:
    """One line for every play that was not judged right."""
    lines = []
    for job, found, truths in results:
        matching = match(found, [t for t in truths if t.kind != NONE], 2.0, 15.0)
        said = [f"false alarm at {f.started_at - START:.1f}-{f.opened_at - START:.1f}" for f in matching.false_alarms]
        said += [f"missed {t.started_at - START:.1f}-{t.ended_at - START:.1f}" for t in matching.misses]
        said += [f"duplicate at {f.started_at - START:.1f}" for f, _ in matching.duplicates]
        if said:
            lines.append(f"{job.camera}: {', '.join(said)}")
    return lines


def table(results: list[tuple[Job, list[finding.Finding], list[Truth]]]) -> list[dict[str, Any]]:
    """The score of every kind."""
    found = [f for _, findings, _ in results for f in findings]
    truths = [t for _, _, rows in results for t in rows]
    return [{"kind": kind, **row} for kind, row in score.as_dict(score.evaluate(found, truths))["kinds"].items()]


def chosen(kinds: list[str], names: list[str], part: str) -> list[Scenario]:
    return [
        s
        for s in load().values()
        if (not kinds or s.kind in kinds) and (not names or s.name in names) and part in ("all", s.part)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="*", default=[])
    parser.add_argument("--names", nargs="*", default=[])
    parser.add_argument("--noise", nargs="*", default=["clean", "realistic", "harsh"])
    parser.add_argument("--fps", nargs="*", type=float, default=[])
    parser.add_argument("--seeds", nargs="*", type=int, default=[0, 1, 2, 3])
    parser.add_argument("--parts", nargs="*", choices=PARTS, default=list(PARTS), help="parts of the library")
    parser.add_argument("--uncalibrated", action="store_true")
    parser.add_argument("--wrong", action="store_true", help="list every play that was judged wrong")
    parser.add_argument(
        "--write", nargs="?", const="scenarios", help="write benchmarks/results/<this, or scenarios>.json"
    )
    args = parser.parse_args()
    console = Console(width=150)
    report: dict[str, Any] = {
        "command": " ".join(["python -m benchmarks.scenarios", *sys.argv[1:]]),
        "machine": machine.describe(),
        "seeds": args.seeds,
        "parts": {},
    }
    for part in args.parts:
        scenarios = chosen(args.kinds, args.names, part)
        library = Counter(f"{s.kind} {'positive' if s.positive else 'negative'}" for s in scenarios)
        report["parts"][part] = {"library": dict(library), "runs": _runs(console, part, scenarios, args)}
    if args.write:
        (machine.RESULTS / f"{args.write}.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")


def _runs(console: Console, part: str, scenarios: list[Scenario], args: argparse.Namespace) -> list[dict[str, Any]]:
    runs = []
    for noise in args.noise:
        for fps in args.fps or RATES[noise]:
            jobs = [Job(s.name, seed, fps, noise, not args.uncalibrated) for s in scenarios for seed in args.seeds]
            results = run(jobs)
            kinds = table(results)
            _show(console, part, noise, fps, kinds)
            lines = wrong(results)
            if args.wrong:
                for line in lines:
                    console.print(f"  {line}", highlight=False)
            runs.append({"noise": noise, "fps": fps, "plays": len(jobs), "wrong": lines, "kinds": kinds})
    return runs


def _show(console: Console, part: str, noise: str, fps: float, kinds: Any) -> None:
    heads = ("kind", "truths", "precision", "recall", "F1", "goal", "alerts/event", "delay")
    shown = Table(*heads, title=f"{part}: {noise}, {fps:g} fps")
    for row in kinds:
        f1 = (row["f1"] or {}).get("value")
        goal = GOALS.get(row["kind"], 0.0)
        mark = "" if f1 is None or f1 >= (1.0 if noise == "clean" else goal) else " !"
        shown.add_row(
            row["kind"], str(row["truths"]), _share(row["precision"]), _share(row["recall"]), _share(row["f1"]) + mark,
            f"{goal:.2f}", f"{row['alerts_per_event'] or 0:.2f}", f"{row['delay_median_s'] or 0:.1f} s",
        )  # fmt: skip
    console.print(shown)


def _share(estimate: Any) -> str:
    return "–" if not estimate else f"{estimate['value']:.3f}"


if __name__ == "__main__":
    main()
