"""Recordings end to end against their ceilings: `python -m benchmarks.archive_speed [--seconds 300] [--write]`.

Real footage, 640x360, five pictures a second analysed, four files. Each arm is a new process with a crew of as many
processes as there are cores, so that all pay for starting them and loading the model:

  decode     every picture decoded, and nothing else
  detect     every picture decoded, every fifth detected, and nothing else
  archive    `matthan archive`: plan, gate, detect, track, judge, events, stills, report
  track      Ultralytics `model.track(stream=True)` at the same rate, with ByteTrack, beside `archive` on busy footage:
             on torch, and on its own OpenVINO export; one file after the other, threads as it likes

Arms are interleaved; the ratios are medians over the rounds. Ends with one JSON line.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from benchmarks import machine
from benchmarks.soak import encode, timeline
from pipeline.archive.crew import Done, Progress, Said, work
from pipeline.archive.processes import Processes

PR_SET_CHILD_SUBREAPER = 36
FILES = 4
FPS, EVERY = 25, 5
CYCLE_S = 60
MODEL = {"name": "yolo11n", "runtime": "openvino", "precision": "bf16"}


class Decode:
    """`crew.Worker`: decodes a file."""

    def do(self, task: Path) -> Iterator[Said]:
        from pipeline.streams.decode import VideoFile

        video = VideoFile(task)
        count = sum(1 for _ in video)
        video.close()
        yield Done(count)


class Detect:
    """`crew.Worker`: decodes a file, and detects in every fifth picture."""

    def __init__(self) -> None:
        from pipeline import build
        from pipeline.detectors.settings import DetectorSettings

        self._detector, _ = build.detector(DetectorSettings.model_validate({**MODEL, "threads": 1}))

    def do(self, task: Path) -> Iterator[Said]:
        from pipeline.streams.decode import VideoFile
        from pipeline.streams.file import FileStream

        stream = FileStream(VideoFile(task), "c", 0.0, FPS / EVERY)
        count = 0
        for count, _ in enumerate(self._detector.detect(stream), 1):
            if count % 500 == 0:
                yield Progress(count)
        stream.close()
        yield Done(count)


def ceiling(kind: str, files: Sequence[Path]) -> None:
    """One of the two, in this process and its crew."""
    hands = Processes(min(machine.cores(), len(files)), {"decode": Decode, "detect": Detect}[kind])
    for _ in work(hands, files):
        pass
    hands.close()


def track(files: Sequence[Path], model: str) -> None:
    """Ultralytics, one file after the other."""
    import torch
    from ultralytics import YOLO

    torch.set_num_threads(machine.cores())
    for path in files:
        yolo = YOLO(model, task="detect")
        for _ in yolo.track(str(path), stream=True, vid_stride=EVERY, imgsz=640, conf=0.1, verbose=False,
                            tracker="bytetrack.yaml"):  # fmt: skip
            pass


def city(folder: Path, gate: bool) -> Path:
    zone = {"polygon": [[0, 0], [1, 0], [1, 1], [0, 1]], "rules": ["stay", "crowd"]}
    raw = {
        "city": "speed", "wards": {"w": {}}, "model": MODEL, "gate": {"enabled": gate},
        "rules": {"stay": {"kind": "loitering", "seconds": 30}, "crowd": {"kind": "crowding", "count": 12, "seconds": 5}},
        "cameras": [{"id": f"c{n}", "ward": "w", "zones": {"all": zone}} for n in range(FILES)],
    }  # fmt: skip
    path = folder / f"city-{gate}.yaml"
    path.write_text(yaml.safe_dump(raw))
    return path


KINDS = {
    "busy": (1.0, (0, 1, 2, 3)),
    "tenth": (0.1, (0, 1, 2, 3)),
    "shadows": (0.0, (1, 2, 3, 5)),
    "empty": (0.0, (0, 4, 0, 4)),
}
"""Of `benchmarks.soak`: how much of the time somebody is in view, and of which of its streams. In the stretches without
anybody, people outside cast shadows into all but one of them and its mirror image."""


def footage(folder: Path, kind: str, seconds: float) -> list[Path]:
    """A file of each of four cameras."""
    folder.mkdir()
    paths, (activity, streams) = [], KINDS[kind]
    for number, stream in enumerate(streams):
        path = folder / f"c{number}_20260301_140000.mp4"
        encode(path, timeline(machine.data() / "clips", stream, activity), cycles(seconds))
        paths.append(path)
    return paths


def cycles(seconds: float) -> int:
    """Whole minutes."""
    return max(1, round(seconds / CYCLE_S))


def timed(command: Sequence[str]) -> tuple[float, float]:
    """Wall and CPU seconds of a process and all it starts."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)  # what outlives its parent is ours to wait for, and to count
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall = time.perf_counter() - begun
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def arms(files: Sequence[Path], cities: Path, out: Path, options: Sequence[str]) -> dict[str, list[str]]:
    me = [sys.executable, "-m", "benchmarks.archive_speed"]
    folder = str(files[0].parent)
    return {
        "decode": [*me, "--arm", "decode", "--files", folder], "detect": [*me, "--arm", "detect", "--files", folder],
        "archive": [sys.executable, "-m", "pipeline", "archive", folder, "--city", str(cities), "--out", str(out), *options],
    }  # fmt: skip


def tracks(files: Sequence[Path]) -> dict[str, list[str]]:
    """Ultralytics' arms."""
    from pipeline import registry

    weights = machine.data() / "weights" / "yolo11n.pt"
    command = [
        sys.executable,
        "-m",
        "benchmarks.archive_speed",
        "--arm",
        "track",
        "--files",
        str(files[0].parent),
        "--model",
    ]
    return {"track, torch": [*command, str(weights)],
            "track, OpenVINO": [*command, str(registry.export(weights).parent)]}  # fmt: skip


def measure(folder: Path, name: str, seconds: float, rounds: int) -> dict[str, Any]:
    """All arms over one kind of footage."""
    files = footage(folder / name, name, seconds)
    slow = name == "busy"
    total = cycles(seconds) * CYCLE_S * FILES
    taken: dict[str, list[tuple[float, float]]] = {}
    for number in range(rounds):
        settings = city(folder, gate=True)
        for arm, command in arms(files, settings, folder / f"run-{name}-{number}", []).items():
            if not slow and arm == "detect":
                continue  # it takes long, and is nowhere near
            taken.setdefault(arm, []).append(timed(command))
            print(f"{name} {number} {arm}: {taken[arm][-1]}", file=sys.stderr, flush=True)
    median = {arm: float(np.median([wall for wall, _ in those])) for arm, those in taken.items()}
    cpu = {arm: float(np.median([used for _, used in those])) for arm, those in taken.items()}
    frames = total * FPS / EVERY
    return {
        "footage_s": total, "rounds": rounds,
        "times_real_time": {arm: round(total / wall, 1) for arm, wall in median.items()},
        "cpu_ms_per_analysed_frame": {arm: round(used / frames * 1000, 2) for arm, used in cpu.items()},
        "of_decode_ceiling": round(float(np.median(ratios(taken, "decode"))), 3),
        **({"of_detect_ceiling": round(float(np.median(ratios(taken, "detect"))), 3)} if slow else {}),
    }  # fmt: skip


def beside(folder: Path, seconds: float, rounds: int) -> dict[str, Any]:
    """`archive` beside Ultralytics, on busy footage."""
    files, settings = footage(folder / "beside", "busy", seconds), city(folder, gate=True)
    taken: dict[str, list[tuple[float, float]]] = {}
    others = tracks(files)
    for number in range(rounds):
        for arm, command in {**arms(files, settings, folder / f"run-beside-{number}", []), **others}.items():
            if arm == "archive" or arm in others:
                taken.setdefault(arm, []).append(timed(command))
                print(f"beside {number} {arm}: {taken[arm][-1]}", file=sys.stderr, flush=True)
    total = cycles(seconds) * CYCLE_S * FILES
    return {
        "footage_s": total, "rounds": rounds,
        **{arm: {"times_real_time": round(total / float(np.median([wall for wall, _ in those])), 1),
                 "cpu_ms_per_analysed_frame": round(float(np.median([c for _, c in those])) / total / FPS * EVERY * 1000, 2),
                 "archive_faster": round(float(np.median(
                     [w / a for (w, _), (a, _) in zip(those, taken["archive"], strict=True)])), 2)}
           for arm, those in taken.items()},
    }  # fmt: skip


def ratios(taken: dict[str, list[tuple[float, float]]], ceiling: str) -> list[float]:
    return [a[0] / b[0] for a, b in zip(taken[ceiling], taken["archive"], strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=300, help="Of each of the four busy files.")
    parser.add_argument(
        "--calm-seconds",
        type=float,
        default=3600,
        help="Of each of the four calm ones, and of those with somebody in view for a tenth of the time.",
    )
    parser.add_argument("--beside-seconds", type=float, default=120, help="Of each file shown to Ultralytics too.")
    parser.add_argument("--kinds", nargs="+", choices=["beside", *KINDS], default=["beside", *KINDS], help="Which.")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="Write benchmarks/results/archive_speed.json.")
    parser.add_argument("--arm", help=argparse.SUPPRESS)
    parser.add_argument("--files", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--model", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.arm:
        files = sorted(args.files.glob("*.mp4"))
        {"decode": partial(ceiling, "decode"), "detect": partial(ceiling, "detect"),
         "track": partial(track, model=args.model)}[args.arm](files)  # fmt: skip
        return
    os.environ.setdefault("MATTHAN_MODELS", str(machine.data() / "weights"))
    os.environ["PYTHONPATH"] = os.pathsep.join([os.getcwd(), os.environ.get("PYTHONPATH", "")])
    with tempfile.TemporaryDirectory(prefix="matthan-speed-", dir="/tmp") as name:
        result: dict[str, Any] = {}
        for kind in args.kinds:
            seconds = args.seconds if kind == "busy" else args.calm_seconds
            result[kind] = measure(Path(name), kind, seconds, args.rounds) if kind in KINDS else beside(
                Path(name), args.beside_seconds, args.rounds)  # fmt: skip
    print(json.dumps(result))
    if args.write:
        path = machine.RESULTS / "archive_speed.json"
        known = json.loads(path.read_text()) if path.exists() else {}
        command = " ".join(["python -m benchmarks.archive_speed", *sys.argv[1:]])
        told = {kind: {"command": command, "machine": machine.describe(), **found} for kind, found in result.items()}
        path.write_text(json.dumps({**known, **told}, indent=1) + "\n")


if __name__ == "__main__":
    main()
