"""Do plays give the same events at 5, 10 and 25 frames a second? `python -m benchmarks.rates`.

Plays without detection noise are judged at the three rates; every event must be there at all of them, and begin and
reach its threshold within one frame period of the slowest.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
from collections import Counter

from benchmarks import machine
from benchmarks.scenarios import PARTS, Job, chosen, perform
from pipeline.evaluate.finding import Finding
from pipeline.simulate.record import START

FPS = (5.0, 10.0, 25.0)
PERIOD_S = 1 / min(FPS) + 0.0015
"""One period, and the rounding of two times to milliseconds."""


def apart(findings: list[list[Finding]]) -> str:
    """How the findings of the rates differ; empty if they agree."""
    if len({len(found) for found in findings}) > 1:
        return "events: " + ", ".join(f"{len(found)} at {fps:g} fps" for found, fps in zip(findings, FPS, strict=True))
    for same in zip(*findings, strict=True):
        for name in ("started_at", "opened_at"):
            times = sorted(getattr(found, name) - START for found in same)
            if times[-1] - times[0] > PERIOD_S:
                return f"{name} {times[0]:.2f} to {times[-1]:.2f} s"
    return ""


def compare(name: str) -> tuple[str, int, str]:
    """The play, its events at the slowest rate, and how the rates differ."""
    findings = [
        sorted(perform(Job(name, 0, fps, "clean"))[1], key=lambda found: (found.started_at, found.opened_at))
        for fps in FPS
    ]
    return name, len(findings[0]), apart(findings)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("all", *PARTS), default="all")
    parser.add_argument("--every", type=int, default=1, help="only every so manyth play, by name")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/rates.json")
    args = parser.parse_args()
    plays = sorted(chosen([], [], args.part), key=lambda play: play.name)[:: args.every]
    kinds = {play.name: play.kind for play in plays}
    with multiprocessing.Pool(machine.cores()) as pool:
        results = pool.map(compare, kinds, chunksize=1)
    tally = {kind: Counter[str]() for kind in sorted(set(kinds.values()))}
    for name, events, difference in results:
        tally[kinds[name]].update(plays=1, events=events, apart=bool(difference))
    differing = {name: difference for name, _, difference in results if difference}
    for kind, counts in tally.items():
        print(kind, dict(counts))
    for name, difference in differing.items():
        print(f"{name}: {difference}")
    print(f"{len(plays) - len(differing)} of {len(plays)} plays agree at {', '.join(f'{fps:g}' for fps in FPS)} fps")
    if args.write:
        command = f"python -m benchmarks.rates --part {args.part} --every {args.every} --write"
        report = {"command": command, "machine": machine.describe(), "kinds": tally, "apart": differing}
        (machine.RESULTS / "rates.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
