"""Leaving out what is calm: `python -m benchmarks.archive_skim [--seconds 1200] [--write]`.

`matthan archive` with and without `--skip-calm`, over footage of `benchmarks.archive_speed` in which nobody is in view,
or somebody for a tenth of the time, with an eager rule; how much faster it is, and which events are lost or moved.
Arms are interleaved. Ends with one JSON line.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from benchmarks import archive_speed, machine
from pipeline.ask.diff import Difference, diff
from pipeline.ask.views import events

TOLERANCE_S = 1.0


def eager(folder: Path) -> Path:
    """Whoever is in view for two seconds makes an event."""
    raw = yaml.safe_load(archive_speed.city(folder, gate=True).read_text())
    raw["rules"]["stay"]["seconds"] = 2
    path = folder / "eager.yaml"
    path.write_text(yaml.safe_dump(raw))
    return path


def counts(found: Sequence[Difference]) -> dict[str, int]:
    told = [difference.what for difference in found]
    return {"events": len(told) - told.count("added"), "lost": told.count("removed"), "more": told.count("added"),
            "moved_over_1_s": told.count("moved")}  # fmt: skip


def measure(folder: Path, name: str, seconds: float, rounds: int) -> dict[str, Any]:
    files, settings = archive_speed.footage(folder / name, name, seconds), eager(folder)
    taken: dict[str, list[float]] = {"all": [], "skip": []}
    for number in range(rounds):
        for arm, options in (("all", []), ("skip", ["--skip-calm"])):
            out = folder / f"{name}-{arm}-{number}"
            command = archive_speed.arms(files, settings, out, options)["archive"]
            taken[arm].append(archive_speed.timed(command)[0])
    found = diff(events(folder / f"{name}-all-0"), events(folder / f"{name}-skip-0"), TOLERANCE_S)
    total = archive_speed.cycles(seconds) * archive_speed.CYCLE_S * len(files)
    return {
        "footage_s": total, **{f"{arm}_times_real_time": round(total / float(np.median(t)), 1) for arm, t in taken.items()},
        "faster": round(float(np.median([a / b for a, b in zip(taken["all"], taken["skip"], strict=True)])), 2),
        **counts(found),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600, help="Of each of four files.")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="Write benchmarks/results/archive_skim.json.")
    args = parser.parse_args()
    os.environ.setdefault("MATTHAN_MODELS", str(machine.data() / "weights"))
    os.environ["PYTHONPATH"] = os.pathsep.join([os.getcwd(), os.environ.get("PYTHONPATH", "")])
    with tempfile.TemporaryDirectory(prefix="matthan-skim-", dir="/tmp") as name:
        result = {kind: measure(Path(name), kind, args.seconds, args.rounds) for kind in ("empty", "shadows", "tenth")}
    print(json.dumps(result))
    if args.write:
        told = {"machine": machine.describe(), "command": " ".join(["python -m benchmarks.archive_skim", *sys.argv[1:]]),
                **result}  # fmt: skip
        (machine.RESULTS / "archive_skim.json").write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
