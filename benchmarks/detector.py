"""The shipped detector beside YOLO11n: `python -m benchmarks.detector [--model NAME-OR-PATH] [--write]`.

Average precision, as COCO defines it (pycocotools' rules, by supervision), on two sets that matthan-n was not trained
on: the held-out street images, where each class is judged only on images whose source labels it, and the sample of COCO
val 2017. Means are over the classes that a set labels. Both models see every picture as the product shows it to them:
letterboxed, on OpenVINO (f32), longer side `--input`.

The same with bad seeing (`seeing`): night, rain, a crowd; `--write` also draws what both see then.

Clips: of YOLO11n's persons and vehicles (confidence ≥ 0.25) taller than 40 px, how many the model finds (IoU ≥ 0.5,
person or any vehicle), and how many boxes of its own it has that YOLO11n does not even suspect (confidence ≥ 0.1).

By the overlap above which one of two boxes is dropped: the same of matthan-n, clips together.

Speed: both models in turn on the same pictures, one thread, processor milliseconds a picture; and how good they are at
smaller inputs.

`--epochs RUN/weights`: instead, how good a training run was after each of its epochs (`save_period=1`) on the two sets.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import supervision as sv
from rich.console import Console
from rich.table import Table
from supervision.metrics import MeanAveragePrecision

from benchmarks import machine, seeing
from models.train.classes import COCO, NAMES, STREET
from models.train.dataset import labels
from models.train.ship import IOU
from pipeline import build
from pipeline.detectors.letterbox import GREY
from pipeline.detectors.settings import DetectorSettings
from pipeline.simulate import demo_scene
from pipeline.stages import Detector
from pipeline.streams.decode import VideoFile
from pipeline.streams.file import FileStream
from pipeline.types import Frame, Image

ALL = 0.001
"""Confidence from which boxes count for average precision."""
SURE, SUSPECTED = 0.25, 0.1
TALL_PX = 40
SAME = 0.5
CLIPS = ("shopping-street-1080p", "motorway-720p", "motorbikes-at-lights", "night-crowd-8-frames")
"""Street clips; no frame of them was trained on."""
CLIP_FPS = 2.0
SPEED_PICTURES = 60
CROWD = 8
"""So many persons make a picture of the COCO sample one of a crowd."""
SHOWN = machine.ROOT / "models" / "seen.jpg"
SHOWN_SECOND = 22.0
Spoil = Callable[[Image, np.random.Generator], Image]
Arm = tuple[str, str]
"""A model, by name or path, and its precision."""
INPUTS = (320, 416, 512, 640)
OVERLAPS = (0.7, 0.6, 0.5, 0.4)
AS_THEY_ARE = ("street val", "COCO val sample")


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
    path = folder / "images" / name
    height, width = read(path).shape[:2]
    rows = labels(folder / "labels" / name.with_suffix(".txt"), (height, width), classes)
    return Labelled(path, sv.Detections(rows[:, 1:], class_id=rows[:, 0].astype(np.int64)), known)


def read(path: Path) -> Image:
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR), np.uint8)


def frames(images: Sequence[Labelled], spoil: Spoil | None) -> Iterator[Frame]:
    for n, labelled in enumerate(images):
        image = read(labelled.path)
        image = image if spoil is None else spoil(image, np.random.default_rng(n))
        yield Frame("c", 0, float(n), (image.shape[1], image.shape[0]), lambda w, h, image=image: _sized(image, w, h))


def _sized(image: Image, width: int, height: int) -> Image:
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def detector(
    name: str, precision: str, side: int, confidence: float, threads: int, iou: float | None = None
) -> Detector:
    """A model on OpenVINO, with all of our classes that it knows; `iou` as the model has it, if not given."""
    return build.detector(DetectorSettings.model_validate({
        "name": name, "precision": precision, "input": side, "confidence": confidence, "threads": threads,
        "classes": NAMES, "iou": iou,
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
    return (sv.box_iou_batch(a.xyxy, b.xyxy) >= SAME) & ((a.class_id == 0)[:, None] == (b.class_id == 0)[None])


def speed(arms: Mapping[str, Arm], side: int, rounds: int) -> dict[str, float]:
    """Processor milliseconds a picture of 16:9 that fills the input, one thread, both in turn; median of the rounds."""
    models = {arm: detector(name, kind, side, SURE, 1) for arm, (name, kind) in arms.items()}
    picture: Image = np.full((side * 9 // 16, side, 3), GREY, np.uint8)
    shots = [Frame("c", 0, float(n), (side, side * 9 // 16), lambda w, h: picture) for n in range(SPEED_PICTURES)]
    taken: dict[str, list[float]] = {arm: [] for arm in arms}
    for _ in range(rounds + 1):
        for arm, model in models.items():
            begun = time.process_time()
            for _ in model.detect(shots):
                pass
            taken[arm].append((time.process_time() - begun) / SPEED_PICTURES * 1000)
    return {arm: round(float(np.median(own[1:])), 2) for arm, own in taken.items()}


def sets() -> Iterator[tuple[str, list[Labelled], Spoil | None]]:
    """Name, pictures, and how they are spoilt."""
    held_out, sample = street(), coco()
    yield "street val", held_out, None
    yield "COCO val sample", sample, None
    yield "street val by night", held_out, seeing.night
    yield "street val in rain", held_out, seeing.rain
    yield "crowds of the COCO sample", [row for row in sample if (row.truth.class_id == 0).sum() >= CROWD], None


def show(models: dict[str, Detector]) -> None:
    """What each model sees in the demo's scene, by day, by night, in rain and full of people, side by side."""
    stage, rng = demo_scene.Stage(), np.random.default_rng(8)
    day = stage.frame(SHOWN_SECOND)[0]
    scenes = [day, seeing.night(day, rng), seeing.rain(day, rng), seeing.crowd(stage, rng)]
    rows = []
    for model in models.values():
        shots = [
            Frame("c", 0, float(n), demo_scene.SIZE, lambda w, h, p=scene: _sized(p, w, h))
            for n, scene in enumerate(scenes)
        ]
        found = [ours(boxes, model.names) for _, boxes in model.detect(shots)]
        rows.append(np.hstack([_drawn(scene, boxes) for scene, boxes in zip(scenes, found, strict=True)]))
    sheet = cv2.resize(np.vstack(rows), None, fx=0.45, fy=0.45, interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(SHOWN), sheet, [cv2.IMWRITE_JPEG_QUALITY, 80])


def _drawn(scene: Image, boxes: sv.Detections) -> Image:
    assert boxes.class_id is not None
    assert boxes.confidence is not None
    told = [f"{NAMES[c]} {p:.2f}" for c, p in zip(boxes.class_id, boxes.confidence, strict=True)]
    framed = sv.BoxAnnotator(thickness=3).annotate(scene.copy(), boxes)
    return np.asarray(sv.LabelAnnotator(text_scale=0.6, text_padding=3).annotate(framed, boxes, told), np.uint8)


def accuracy(arms: Mapping[str, Arm], side: int) -> dict[str, dict[str, Any]]:
    """Both models on every set."""
    told: dict[str, dict[str, Any]] = {}
    for title, images, spoil in sets():
        told[title] = {"images": len(images), **{arm: judged(*arms[arm], side, images, spoil) for arm in arms}}
        told[title]["share_of_yolo11n_ap50"] = round(
            told[title]["matthan-n"]["ap50"] / told[title]["yolo11n"]["ap50"], 3
        )
    return told


def judged(
    name: str, kind: str, side: int, images: Sequence[Labelled], spoil: Spoil | None, iou: float | None = None
) -> dict[str, Any]:
    """One model on one set."""
    model = detector(name, kind, side, ALL, machine.cores(), iou)
    return precision(images, [ours(rows, model.names) for _, rows in model.detect(frames(images, spoil))])


def inputs(arms: Mapping[str, Arm], rounds: int) -> dict[str, dict[str, dict[str, float]]]:
    """AP50 on the two sets as they are, and processor time, by the longer side of the input."""
    both = [(title, images) for title, images, spoil in sets() if title in AS_THEY_ARE]
    told = {}
    for side in INPUTS:
        taken = speed(arms, side, rounds)
        told[str(side)] = {
            arm: {
                **{title: judged(*arms[arm], side, images, None)["ap50"] for title, images in both},
                "cpu_ms": taken[arm],
            }
            for arm in arms
        }
    return told


def overlaps(arms: Mapping[str, Arm], side: int) -> dict[str, dict[str, Any]]:
    """AP50 of matthan-n on the two sets as they are, and its boxes on all clips, by the overlap it drops doubles at."""
    both = [(title, images) for title, images, _ in sets() if title in AS_THEY_ARE]
    reference = detector(*arms["yolo11n"], side, SUSPECTED, machine.cores())
    told = {}
    for iou in OVERLAPS:
        own = clips(detector(*arms["matthan-n"], side, SURE, machine.cores(), iou), reference)
        had, found, extra = (sum(clip[key] for clip in own.values()) for key in ("yolo11n", "found", "extra"))
        told[str(iou)] = {
            **{title: judged(*arms["matthan-n"], side, images, None, iou)["ap50"] for title, images in both},
            "share_found": round(found / had, 3), "share_extra": round(extra / had, 3),
        }  # fmt: skip
    return told


def epochs(folder: Path, side: int) -> list[dict[str, Any]]:
    """AP50 on the two sets as they are after each epoch that was saved, judged as it is shipped; persons apart."""
    both = [(title, images) for title, images, _ in sets() if title in AS_THEY_ARE]
    told = []
    for epoch in sorted(int(path.stem.removeprefix("epoch")) for path in folder.glob("epoch*.pt")):
        found = {
            title: judged(str(folder / f"epoch{epoch}.pt"), "f32", side, images, None, IOU) for title, images in both
        }
        told.append({"epoch": epoch + 1, **{title: {"ap50": own["ap50"], "person": own["classes"]["person"]["ap50"]}
                                            for title, own in found.items()}})  # fmt: skip
        print(json.dumps(told[-1]))
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="matthan-n", help="Name or path of the model to judge.")
    parser.add_argument("--precision", choices=("f32", "bf16"), default="f32", help="Of the model that is judged.")
    parser.add_argument("--input", type=int, default=640)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=Path, metavar="FOLDER", help="Judge the checkpoints in it instead.")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    os.environ.setdefault("MATTHAN_MODELS", str(machine.data() / "weights"))
    if args.epochs is not None:
        curve = {"command": "python -m benchmarks.detector --epochs build/larger/run/weights", "input": args.input,
                 "epochs": epochs(args.epochs, args.input)}  # fmt: skip
        if args.write:
            (machine.RESULTS / "detector-epochs.json").write_text(json.dumps(curve, indent=1) + "\n")
        return
    arms: dict[str, Arm] = {"yolo11n": ("yolo11n", "f32"), "matthan-n": (args.model, args.precision)}
    result: dict[str, Any] = {"sets": accuracy(arms, args.input), "inputs": inputs(arms, args.rounds)}
    result["overlaps"] = overlaps(arms, args.input)
    result["clips"] = clips(*(
        detector(*arms[arm], args.input, low, machine.cores()) for arm, low in (("matthan-n", SURE), ("yolo11n", SUSPECTED))
    ))  # fmt: skip
    table = Table("set", "model", "AP50", "AP50-95", *NAMES)
    for title, own in result["sets"].items():
        for arm in arms:
            each = (own[arm]["classes"].get(name) for name in NAMES)
            table.add_row(title, arm, f"{own[arm]['ap50']:.3f}", f"{own[arm]['ap50_95']:.3f}",
                          *(f"{row['ap50']:.3f}" if row else "" for row in each))  # fmt: skip
    Console().print(table)
    print(json.dumps({key: result[key] for key in ("clips", "inputs", "overlaps")}))
    if args.write:
        told = {"command": " ".join(["python -m benchmarks.detector", *sys.argv[1:]]), "machine": machine.describe()}
        (machine.RESULTS / "detector.json").write_text(json.dumps({**told, **result}, indent=1) + "\n")
        show({arm: detector(*arms[arm], args.input, SURE, machine.cores()) for arm in arms})


if __name__ == "__main__":
    main()
