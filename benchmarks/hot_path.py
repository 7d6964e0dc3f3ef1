"""Speed of each stage and end to end, beside Ultralytics' `model.track()`: `python -m benchmarks.hot_path`.

Every arm runs in a process of its own; arms are interleaved round by round, and ratios are taken within a round, so
that what else the machine does falls on all of them.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import machine
from benchmarks.arm import ARMS

CLIPS = ("motorway-720p.mp4", "room-one-by-one.mp4")
ROUNDS = 3
THREADS = {
    "track() default (BoT-SORT)": "torch: Ultralytics' default, cores - 1",
    "track() ByteTrack": "torch: Ultralytics' default, cores - 1",
    "track() ByteTrack, 2 threads": "torch: 2",
    "track() ByteTrack, OpenVINO export": "OpenVINO: as Ultralytics sets it (all cores, latency hint, the CPU's own precision: bf16 here)",
}
OURS = "matthan bf16"


def run(name: str, clip: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.arm", name, str(clip)],
        capture_output=True, text=True, check=False, cwd=machine.ROOT, env={k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"},
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{name} on {clip.name} failed:\n{done.stderr[-2000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measure(clip: Path, console: Console) -> dict[str, Any]:
    rounds: dict[str, list[dict[str, Any]]] = {name: [] for name in ARMS}
    for i in range(ROUNDS):
        for name in ARMS:
            rounds[name].append(run(name, clip))
            console.print(f"{clip.stem} round {i + 1}: {name}: {rounds[name][-1]['fps']:.1f} fps", highlight=False)
    arms = {name: _arm(name, runs, rounds[OURS]) for name, runs in rounds.items()}
    roofs = [_roofline(rounds, i) for i in range(ROUNDS)]
    ours = [runs["fps"] for runs in rounds[OURS]]
    return {
        "clip": clip.name,
        "arms": arms,
        "roofline_fps": statistics.median(roofs),
        "of_roofline": statistics.median(fps / roof for fps, roof in zip(ours, roofs, strict=True)),
        "of_roofline_cpu": statistics.median(
            (_cpu(rounds, "decode", i) + _cpu(rounds, "detect bf16", i)) / _cpu(rounds, OURS, i) for i in range(ROUNDS)
        ),
    }


def _arm(name: str, runs: list[dict[str, Any]], ours: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "fps": statistics.median(r["fps"] for r in runs),
        "cpu_ms": statistics.median(r["cpu_ms"] for r in runs),
        "rounds": [{"fps": round(r["fps"], 2), "cpu_ms": round(r["cpu_ms"], 3)} for r in runs],
        "threads": THREADS.get(name, "OpenVINO: all cores; decoder: 1; OMP_NUM_THREADS unset"),
        "matthan_faster": statistics.median(o["fps"] / r["fps"] for o, r in zip(ours, runs, strict=True)),
        "matthan_less_cpu": statistics.median(r["cpu_ms"] / o["cpu_ms"] for o, r in zip(ours, runs, strict=True)),
    }


def _cpu(rounds: dict[str, list[dict[str, Any]]], name: str, i: int) -> float:
    return float(rounds[name][i]["cpu_ms"])


def _roofline(rounds: dict[str, list[dict[str, Any]]], i: int) -> float:
    """Frames a second if decoding and detecting alone, one after the other, were all there is: 1 / (t_decode + t_detect)."""
    return 1 / (1 / float(rounds["decode"][i]["fps"]) + 1 / float(rounds["detect bf16"][i]["fps"]))


def main() -> None:
    console = Console()
    clips = [measure(machine.data() / "clips" / name, console) for name in CLIPS]
    result = {
        "command": "python -m benchmarks.hot_path",
        "machine": machine.describe(),
        "rounds": ROUNDS,
        "clips": clips,
    }
    machine.RESULTS.mkdir(exist_ok=True)
    (machine.RESULTS / "hot_path.json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    for clip in clips:
        table = Table("arm", "fps", "CPU ms/frame", "matthan is × faster", "× less CPU", title=clip["clip"])
        for name, arm in clip["arms"].items():
            table.add_row(name, f"{arm['fps']:.1f}", f"{arm['cpu_ms']:.2f}", f"{arm['matthan_faster']:.2f}", f"{arm['matthan_less_cpu']:.2f}")  # fmt: skip
        console.print(table)
        console.print(f"of the decode+detect roofline: {clip['of_roofline']:.2f} (CPU: {clip['of_roofline_cpu']:.2f})")


if __name__ == "__main__":
    main()
