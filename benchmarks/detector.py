"""The shipped detector beside YOLO11n: `python -m benchmarks.detector [--model NAME-OR-PATH] [--write]`.

Average precision, as COCO defines it (pycocotools' rules, by supervision), on two sets that nothing was trained on: the
held-out street images, where each class is judged only on images whose source labels it, and the sample of COCO val
2017. Both models see every picture as the product shows it to them: letterboxed, on OpenVINO, longer side `--input`.

Clips: of YOLO11n's persons and vehicles (confidence ≥ 0.25) taller than 40 px, how many the model finds (IoU ≥ 0.5,
person or any vehicle), and how many boxes of its own it has that YOLO11n does not even suspect (confidence ≥ 0.1).

Speed: both models in turn on the same pictures, one thread, processor milliseconds a picture.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import supervision as sv
from rich.console import Console
from rich.table import Table
from supervision.metrics import MeanAveragePrecision

from benchmarks import machine
from models.train.classes import COCO, NAMES, STREET
from pipeline import build
from pipeline.detectors.letterbox import GREY
from pipeline.detectors.settings import DetectorSettings
from pipeline.stages import Detector
from pipeline.streams.decode import VideoFile
from pipeline.streams.file import FileStream
from pipeline.types import Frame, Image

ALL = 0.001
"""Confidence from which boxes count for average precision."""
SURE, SUSPECTED = 0.25, 0.1
TALL_PX = 40
IOU = 0.5
CLIPS = ("shopping-street-1080p", "motorway-720p", "motorbikes-at-lights", "night-crowd-8-frames")
"""Street clips; no frame of them was trained on."""
CLIP_FPS = 2.0
SPEED_PICTURES = 60


@dataclass(frozen=True, slots=True)
class Labelled:
    """A picture, the boxes it is labelled with, of our classes, and which classes its source labels at all."""

    path: Path
    truth: sv.Detections
    known: frozenset[str]


def street() -> list[Labelled]:
    """The held-out street images."""
    folder = machine.data() / "images" / "street"
    with (folder / "sources.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == "val"]
    return [
        _labelled(folder, Path("val") / row["file"], STREET, frozenset(row["labelled_classes"].split())) for row in rows
    ]


def coco() -> list[Labelled]:
    """The sample of COCO val 2017."""
    folder = machine.data() / "images" / "coco-val-sample"
    names = {class_id: name for name, class_id in COCO.items()}
    return [
        _labelled(folder, Path(path.name), [names.get(n, "") for n in range(80)], frozenset(NAMES))
        for path in sorted((folder / "images").glob("*.jpg"))
    ]


def _labelled(folder: Path, name: Path, classes: Sequence[str], known: frozenset[str]) -> Labelled:
    path, label = folder / "images" / name, folder / "labels" / name.with_suffix(".txt")
    rows = np.loadtxt(label, ndmin=2) if label.exists() and label.stat().st_size else np.empty((0, 5))
    rows = np.array([row for row in rows if classes[int(row[0])] in NAMES]).reshape(-1, 5)
    height, width = read(path).shape[:2]
    centre, half = rows[:, 1:3] * (width, height), rows[:, 3:5] * (width, height) / 2
    class_id = np.array([NAMES.index(classes[int(c)]) for c in rows[:, 0]], np.int64)
    return Labelled(path, sv.Detections(np.hstack([centre - half, centre + half]), class_id=class_id), known)


def read(path: Path) -> Image:
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR), np.uint8)


def frames(images: Sequence[Labelled]) -> Iterator[Frame]:
    for n, labelled in enumerate(images):
        image = read(labelled.path)
        yield Frame("c", 0, float(n), (image.shape[1], image.shape[0]), lambda w, h, image=image: _sized(image, w, h))


def _sized(image: Image, width: int, height: int) -> Image:
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def detector(name: str, precision: str, side: int, confidence: float, threads: int) -> Detector:
    """A model on OpenVINO, with all of our classes that it knows."""
    return build.detector(DetectorSettings.model_validate({
        "name": name, "precision": precision, "input": side, "confidence": confidence, "threads": threads,
        "classes": NAMES,
    }))[0]  # fmt: skip


def ours(found: sv.Detections, names: Sequence[str]) -> sv.Detections:
    """The same with our class ids."""
    assert found.class_id is not None
    found.class_id = np.array([NAMES.index(names[int(c)]) for c in found.class_id], np.int64)
    return found


def precision(images: Sequence[Labelled], found: Sequence[sv.Detections]) -> dict[str, Any]:
    """AP50 and AP50-95, mean over classes and each; AP50 by size of the object as COCO has it (32², 96² pixels)."""
    each: dict[str, dict[str, float | int | None]] = {}
    for class_id, name in enumerate(NAMES):
        metric = MeanAveragePrecision()
        mine = [(row.truth, boxes) for row, boxes in zip(images, found, strict=True) if name in row.known]
        truths = [truth[truth.class_id == class_id] for truth, _ in mine]
        if not sum(map(len, truths)):
            continue
        result = metric.update([boxes[boxes.class_id == class_id] for _, boxes in mine], truths).compute()
        sizes = {"small": result.small_objects, "medium": result.medium_objects, "large": result.large_objects}
        each[name] = {"boxes": sum(map(len, truths)), "ap50": round(result.map50, 3), "ap50_95": round(result.map50_95, 3),
                      **{f"ap50_{size}": round(part.map50, 3) if part is not None and part.map50 >= 0 else None
                         for size, part in sizes.items()}}  # fmt: skip
    mean = {key: round(float(np.mean([row[key] for row in each.values()])), 3) for key in ("ap50", "ap50_95")}
    by_size = {key: round(float(np.mean([row[key] for row in each.values() if row[key] is not None])), 3)
               for key in ("ap50_small", "ap50_medium", "ap50_large")}  # fmt: skip
    return {**mean, **by_size, "classes": each}


def clips(model: Detector, reference: Detector) -> dict[str, dict[str, Any]]:
    """See the module."""
    told = {}
    for name in CLIPS:
        found, had, extra = 0, 0, 0
        pictures = list(FileStream(VideoFile(machine.data() / "clips" / f"{name}.mp4"), "c", 0.0, CLIP_FPS))
        mine = [ours(rows, model.names) for _, rows in model.detect(pictures)]
        theirs = [ours(rows, reference.names) for _, rows in reference.detect(pictures)]
        for own, other in zip(mine, theirs, strict=True):
            tall = other[(other.confidence >= SURE) & _tall(other)]
            had += len(tall)
            found += int(_same(tall, own).any(axis=1).sum())
            large = own[_tall(own)]
            extra += int((~_same(large, other).any(axis=1)).sum())
        told[name] = {"yolo11n": had, "found": found, "extra": extra,
                      "share_found": round(found / max(1, had), 3), "share_extra": round(extra / max(1, had), 3)}  # fmt: skip
    return told


def _tall(boxes: sv.Detections) -> Any:
    return boxes.xyxy[:, 3] - boxes.xyxy[:, 1] > TALL_PX


def _same(a: sv.Detections, b: sv.Detections) -> Any:
    """Which boxes show the same: (n, m) bool."""
    if not len(a) or not len(b):
        return np.zeros((len(a), len(b)), bool)
    assert a.class_id is not None
    assert b.class_id is not None
    return (sv.box_iou_batch(a.xyxy, b.xyxy) >= IOU) & ((a.class_id == 0)[:, None] == (b.class_id == 0)[None])


def speed(names: Sequence[str], precisions: Sequence[str], side: int, rounds: int) -> dict[str, float]:
    """Processor milliseconds a picture of 640x360, one thread, both in turn; the median of the rounds."""
    models = [detector(name, kind, side, SURE, 1) for name, kind in zip(names, precisions, strict=True)]
    picture: Image = np.full((360, 640, 3), GREY, np.uint8)
    shots = [Frame("c", 0, float(n), (640, 360), lambda w, h: picture) for n in range(SPEED_PICTURES)]
    taken: list[list[float]] = [[] for _ in models]
    for _ in range(rounds + 1):
        for model, own in zip(models, taken, strict=True):
            begun = time.process_time()
            for _ in model.detect(shots):
                pass
            own.append((time.process_time() - begun) / SPEED_PICTURES * 1000)
    return {f"{name} {kind}": round(float(np.median(own[1:])), 2)
            for name, kind, own in zip(names, precisions, taken, strict=True)}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="matthan-n", help="Name or path of the model to judge.")
    parser.add_argument("--precision", default="f32")
    parser.add_argument("--input", type=int, default=640)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    os.environ.setdefault("MATTHAN_MODELS", str(machine.data() / "weights"))
    cores = machine.cores()
    arms = {"yolo11n": ("yolo11n", "f32"), "matthan-n": (args.model, args.precision)}
    result: dict[str, Any] = {"sets": {}}
    table = Table("set", "model", "AP50", "AP50-95", *NAMES)
    for title, images in {"street val": street(), "COCO val sample": coco()}.items():
        result["sets"][title] = {"images": len(images)}
        for arm, (name, kind) in arms.items():
            model = detector(name, kind, args.input, ALL, cores)
            found = [ours(rows, model.names) for _, rows in model.detect(frames(images))]
            got = result["sets"][title][arm] = precision(images, found)
            table.add_row(title, arm, f"{got['ap50']:.3f}", f"{got['ap50_95']:.3f}",
                          *(f"{got['classes'][c]['ap50']:.3f}" for c in NAMES))  # fmt: skip
        both = result["sets"][title]
        both["share_of_yolo11n_ap50"] = round(both["matthan-n"]["ap50"] / both["yolo11n"]["ap50"], 3)
    result["clips"] = clips(
        *(detector(*arms[arm], args.input, low, cores) for arm, low in (("matthan-n", SURE), ("yolo11n", SUSPECTED)))
    )
    result["cpu_ms"] = speed(*zip(*arms.values(), strict=True), args.input, args.rounds)
    Console().print(table)
    print(json.dumps({"clips": result["clips"], "cpu_ms": result["cpu_ms"],
                      "of_yolo11n": {k: v["share_of_yolo11n_ap50"] for k, v in result["sets"].items()}}))  # fmt: skip
    if args.write:
        told = {"command": " ".join(["python -m benchmarks.detector", *sys.argv[1:]]), "machine": machine.describe()}
        (machine.RESULTS / "detector.json").write_text(json.dumps({**told, **result}, indent=1) + "\n")


if __name__ == "__main__":
    main()
