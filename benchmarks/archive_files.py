"""A thousand files, one in twenty of them bad: `python -m benchmarks.archive_files [--files 1000] [--write]`.

Ten cameras, files that follow one another; bad ones are empty, overwritten, cut short in two containers, of another
codec, overlapping, copied, or without anything that tells their time. Each must be named by the run, nothing good may be
missing, and memory must not grow with the number of files. Ends with one JSON line.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import machine
from benchmarks.soak import family_of
from pipeline.recording import read_detections
from tests.live.rig import walk

CAMERAS = 10
FILE_S, FPS = 3, 10
START = 1_772_323_200
"""2026-03-01 07:00:00 in Hà Tĩnh."""
EVERY_S = 0.5


def good(folder: Path, camera: int, number: int) -> Path:
    """Like no other: the square begins elsewhere."""
    return walk(
        named(folder, camera, number), FILE_S, fps=FPS, where=lambda t: (camera * 37 + number * 11 + int(t * 40)) % 280
    )


def named(folder: Path, camera: int, number: int, suffix: str = ".mp4") -> Path:
    stamp = time.strftime("%Y%m%d_%H%M%S", time.gmtime(START + 7 * 3600 + number * FILE_S))
    return folder / f"cam-{camera}_{stamp}{suffix}"


def empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def overwritten(path: Path) -> Path:
    """Its head and its index are noise."""
    data = bytearray(path.read_bytes())
    noise = np.random.default_rng(len(data)).bytes(len(data))
    data[: len(data) // 3], data[-3000:] = noise[: len(data) // 3], noise[-3000:]
    path.write_bytes(data)
    return path


def cut_mp4(path: Path) -> Path:
    """Without its end, where an MP4 has its index."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    return path


def cut_mkv(path: Path) -> Path:
    """A Matroska file goes as far as it goes."""
    whole = remade(path, ".mkv")
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    return whole


def other_codec(path: Path) -> Path:
    return remade(path, ".avi", "-c:v", "mpeg4", "-q:v", "4")


def remade(path: Path, suffix: str, *options: str) -> Path:
    import av

    out = path.with_suffix(suffix)
    with av.open(str(path)) as source, av.open(str(out), "w") as made:
        video = source.streams.video[0]
        if options:
            stream = made.add_stream(options[1], rate=FPS)
            stream.width, stream.height, stream.pix_fmt = video.width, video.height, "yuv420p"
            for frame in source.decode(video):
                made.mux(stream.encode(frame.reformat(format="yuv420p")))
            made.mux(stream.encode(None))
        else:
            copy = made.add_stream_from_template(video)
            for packet in source.demux(video):
                if packet.dts is not None:
                    packet.stream = copy
                    made.mux(packet)
    path.unlink()
    return out


def copied(path: Path) -> Path:
    return Path(shutil.copy(path, path.with_name(f"copy_of_{path.name}")))


def timeless(path: Path) -> Path:
    camera = path.name.split("_")[0]
    return path.rename(path.with_name(f"{camera}_{path.stem[-4:]}x.mp4"))


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "empty": (empty, "quarantined"), "overwritten": (overwritten, "quarantined"), "cut mp4": (cut_mp4, "quarantined"),
    "cut mkv": (cut_mkv, "note"), "other codec": (other_codec, "watched"), "copied": (copied, "duplicate"),
    "timeless": (timeless, "time unknown"),
}  # fmt: skip
"""What is done to a file, and what the run must say of it."""


def footage(folder: Path, count: int) -> dict[Path, tuple[str, str]]:
    """The archive; every file with what was done to it, and what must be said of it."""
    each, expected = count // CAMERAS, dict[Path, tuple[str, str]]()
    kinds = list(BAD)
    for camera in range(CAMERAS):
        for number in range(each):
            path = good(folder, camera, number)
            index = camera * each + number
            if index % 20 == 10:
                kind = kinds[index // 20 % len(kinds)]
                if kind == "copied":
                    expected[path] = ("good", "watched")
                path = BAD[kind][0](path)
                expected[path] = (kind, BAD[kind][1])
            else:
                expected[path] = ("good", "watched")
    for camera in range(CAMERAS):  # a recorder that begins each file with the last picture group of the one before
        first, second = (named(folder, camera, n) for n in (1, 2))
        if expected.get(first, ("",))[0] == expected.get(second, ("",))[0] == "good":
            overlap(first, second)
            expected[second] = ("overlapping", "overlap")
    return expected


def overlap(first: Path, second: Path) -> None:
    """`second` begins with all of `first`."""
    import av

    beside = second.with_name("part.mp4")
    with av.open(str(beside), "w") as made:
        stream, shift = None, 0
        for path in (first, second):
            with av.open(str(path)) as source:
                video = source.streams.video[0]
                stream = stream or made.add_stream_from_template(video)
                last = 0
                for packet in source.demux(video):
                    if packet.dts is None or packet.pts is None or packet.duration is None:
                        continue
                    last = max(last, packet.pts + packet.duration)
                    packet.pts, packet.dts, packet.stream = packet.pts + shift, packet.dts + shift, stream
                    made.mux(packet)
                shift += last
    beside.replace(second)
    second.rename(first.with_stem(first.stem + "x"))


def city(folder: Path) -> Path:
    import yaml

    model = folder / "none.onnx"
    model.write_bytes(b"everything white is a person")
    zones = {"all": {"polygon": [[0, 0], [1, 0], [1, 1], [0, 1]], "rules": ["stay"]}}
    raw = {
        "city": "files", "wards": {"w": {}}, "model": {"name": str(model), "runtime": "tests.cluster.detector:White"},
        "rules": {"stay": {"kind": "loitering", "seconds": 20}},
        "cameras": [{"id": f"cam-{n}", "ward": "w", "zones": zones} for n in range(CAMERAS)],
    }  # fmt: skip
    path = folder / "city.yaml"
    path.write_text(yaml.safe_dump(raw))
    return path


class Memory(threading.Thread):
    """Watches the memory of a process and of all it has started, MB."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.seen: list[float] = []
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(EVERY_S):
            self.seen.append(sum(rss_mb(pid) for pid in family_of(self.pid)))


def rss_mb(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * 4096 / 2**20


def said(told: dict[str, Any], run: Path) -> dict[str, str]:
    """What the run says of each file."""
    words: dict[str, str] = {}
    for path, table in told["detections"].items():
        times = read_detections(run / table).times
        words[path] = "watched" if len(times) and times[-1] > FILE_S - 1.2 else "watched in part"
    for note in told["notes"]:
        words[note.split(": ")[0]] = "note"
    for finding in told["plan"]["findings"]:
        if finding["kind"] in ("duplicate", "overlap", "time unknown"):
            words[finding["path"]] = finding["kind"]
    for broken in told["quarantined"]:
        words[broken["path"]] = "quarantined"
    return words


def files(folder: Path, count: int) -> dict[str, Any]:
    archive, run = folder / "archive", folder / "run"
    archive.mkdir()
    expected = footage(archive, count)
    there = {p: expected.get(p) for p in archive.iterdir()}
    renamed = {p for p, e in there.items() if e is None}
    gone = [e for p, e in expected.items() if p not in there]
    for path in renamed:  # the overlapping ones, whose names tell when they begin
        there[path] = ("overlapping", "overlap")
    assert len(gone) == len(renamed), (gone, renamed)
    begun = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "pipeline", "archive", str(archive), "--city", str(city(folder)),
                                "--out", str(run), "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # fmt: skip
    memory = Memory(process.pid)
    memory.start()
    out, _ = process.communicate()
    took = time.monotonic() - begun
    memory.stopped.set()
    memory.join()
    summary = json.loads(out) if process.returncode == 0 else {}
    told = (
        json.loads((run / "archive.json").read_text())
        if summary
        else {"detections": {}, "notes": [], "quarantined": []}
    )
    report = (run / "report.html").read_text() if summary else ""
    words = said(told, run) if summary else {}
    wrong = {p.name: (e, words.get(str(p))) for p, e in there.items() if e is not None and words.get(str(p)) != e[1]}
    unnamed = [p.name for p, e in there.items() if e is not None and e[1] not in ("watched",) and p.name not in report]
    half = len(memory.seen) // 2
    early, late = max(memory.seen[:half], default=0), max(memory.seen[half:], default=0)
    return {
        "files": len(there), "bad": sum(e is not None and e[0] != "good" for e in there.values()),
        "exit": process.returncode, "kinds": dict(Counter(e[0] for e in there.values() if e is not None)),
        "said_otherwise": wrong, "not_in_the_report": unnamed, "hours": round(summary.get("footage_s", 0) / 3600, 3),
        "took_s": round(took, 1), "most_mb_first_half": round(early), "most_mb_second_half": round(late),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--write", action="store_true", help="Write benchmarks/results/archive_files.json.")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="matthan-files-", dir="/tmp") as name:
        result = files(Path(name), args.files)
    print(json.dumps(result))
    if args.write:
        told = {"machine": machine.describe(), "command": " ".join(["python -m benchmarks.archive_files", *sys.argv[1:]]),
                **result}  # fmt: skip
        (machine.RESULTS / "archive_files.json").write_text(json.dumps(told, indent=1) + "\n")
    raise SystemExit(result["exit"] != 0 or bool(result["said_otherwise"]) or bool(result["not_in_the_report"]))


if __name__ == "__main__":
    main()
