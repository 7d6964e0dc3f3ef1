"""One measured arm in a process of its own: `python -m benchmarks.arm NAME CLIP`, prints JSON."""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from benchmarks import machine

WARM, MEASURED = 12, 80
Step = Iterator[object]


def frames(clip: Path):
    from pipeline.streams.decode import VideoFile
    from pipeline.streams.file import FileStream

    while True:  # clips are short: go round
        yield from FileStream(VideoFile(clip), "bench", 0.0)


def decode(clip: Path) -> Step:
    """Decode only; no pixel is converted."""
    yield from frames(clip)


def decode_convert(clip: Path) -> Step:
    """Decode, and convert at the detector's size."""
    from pipeline.detectors.letterbox import fit

    for frame in frames(clip):
        box = fit(frame.size, 640)
        yield frame.pixels(*box.inner)


def detector(precision: str):
    from pipeline import build
    from pipeline.detectors.settings import DetectorSettings

    return build.detector(DetectorSettings(precision=precision, confidence=0.1))[0]


def detect(clip: Path, precision: str = "bf16") -> Step:
    """Detect only: the canvases are made before, and copied into the queue."""
    from dataclasses import replace

    from pipeline.detectors.letterbox import fit

    ready = list(islice(frames(clip), 60))
    inner = fit(ready[0].size, 640).inner
    pictures = [frame.pixels(*inner) for frame in ready]

    def again():
        while True:
            for frame, picture in zip(ready, pictures, strict=True):
                yield replace(frame, pixels=lambda w, h, picture=picture: picture)

    yield from detector(precision).detect(again())


def matthan(clip: Path, precision: str = "bf16") -> Step:
    """Everything `matthan analyse` does for a frame: decode, detect, track, judge, store events and tables."""
    from pipeline import build, builtin
    from pipeline.recording import Writer
    from pipeline.sinks.outbox import Outbox
    from pipeline.wire import encode

    found = detector(precision)
    city = builtin.city(["bench"])
    provenance = build.provenance(city, "archive", "bench", None, [])
    origin = build.origin(city, city.cameras[0], provenance)
    folder = Path(tempfile.mkdtemp())
    stream = frames(clip)
    first = next(stream)
    lane = build.lane(city, city.cameras[0], found.names, first.size)
    clock = 0.0
    with Outbox(folder / "o.sqlite") as outbox, Writer(folder / "t.parquet", tracks=True) as tracks:
        for _frame, rows in found.detect(stream):
            clock += 0.04  # the clip goes round; media time does not
            boxes, events = lane.step(clock, rows)
            if events:
                outbox.put(encode(event, origin) for event in events)
            tracks.write(clock, boxes, found.names)
            yield events


def lane(clip: Path) -> Step:
    """Tracker, scene and rules alone, on detections made before."""
    from pipeline import build, builtin

    found = detector("bf16")
    ready = list(islice(found.detect(frames(clip)), 300))
    city = builtin.city(["bench"])
    own = build.lane(city, city.cameras[0], found.names, ready[0][0].size)
    clock = 0.0
    while True:
        for _, rows in ready:
            clock += 0.04
            yield own.step(clock, rows)


def ultralytics(clip: Path, tracker: str, threads: int | None, exported: bool = False) -> Step:
    """`model.track()` over the file, as its documentation shows it."""
    warnings.simplefilter("ignore")
    import torch
    from ultralytics import YOLO

    from pipeline import registry

    weights = machine.data() / "weights" / "yolo11n.pt"
    if exported:
        weights = registry.export(weights).parent
    model = YOLO(str(weights), task="detect")
    while True:
        results = model.track(
            str(clip), stream=True, tracker=f"{tracker}.yaml", imgsz=640, conf=0.1, verbose=False, persist=True
        )
        for result in results:
            if threads is not None:
                torch.set_num_threads(threads)
            yield result


ARMS: dict[str, Callable[[Path], Step]] = {
    "decode": decode,
    "decode+convert": decode_convert,
    "detect bf16": detect,
    "detect f32": lambda clip: detect(clip, "f32"),
    "lane": lane,
    "matthan bf16": matthan,
    "matthan f32": lambda clip: matthan(clip, "f32"),
    "track() default (BoT-SORT)": lambda clip: ultralytics(clip, "botsort", None),
    "track() ByteTrack": lambda clip: ultralytics(clip, "bytetrack", None),
    "track() ByteTrack, 2 threads": lambda clip: ultralytics(clip, "bytetrack", 2),
    "track() ByteTrack, OpenVINO export": lambda clip: ultralytics(clip, "bytetrack", None, exported=True),
}


def measure(name: str, clip: Path) -> dict[str, float]:
    """Frames a second, and CPU milliseconds a frame of this whole process, after warming up."""
    steps = ARMS[name](clip)
    count = MEASURED * (10 if name in {"decode", "decode+convert", "lane"} else 1)
    for _ in islice(steps, WARM):
        pass
    cpu, wall = _cpu(), time.perf_counter()
    for _ in islice(steps, count):
        pass
    wall, cpu = time.perf_counter() - wall, _cpu() - cpu
    return {"fps": count / wall, "cpu_ms": cpu / count * 1000, "frames": count}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    os.environ.setdefault("YOLO_OFFLINE", "true")
    os.environ.setdefault("MATTHAN_MODELS", str(machine.data() / "weights"))
    result = measure(sys.argv[1], Path(sys.argv[2]))
    print(json.dumps(result))
    sys.stdout.flush()
    os._exit(0)  # generators that go round for ever need no tidying up
