"""Do our runtimes find what Ultralytics finds with the same weights? `python -m benchmarks.agreement`

Both see the same pictures: photographs, and frames of every clip through our own file stream. A box of one side with
confidence ≥ 0.25 is matched when the other side has one of its class with IoU ≥ 0.9 and confidence within ± 0.02; the
other side is asked down to 0.2, so that a box at the threshold is not lost to it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import islice

import cv2
import numpy as np
import supervision as sv
from rich.console import Console
from rich.table import Table

from benchmarks import machine
from pipeline import build
from pipeline.detectors.settings import DetectorSettings
from pipeline.streams.decode import VideoFile
from pipeline.streams.file import FileStream
from pipeline.types import Frame, Image

STRONG, ASKED = 0.25, 0.2
IOU, CONFIDENCE = 0.9, 0.02
FRAMES_A_CLIP = 25
ARMS = ("f32", "bf16", "int8")


def pictures() -> Iterator[Frame]:
    """175 COCO photographs, 100 street photographs, and 25 frames spread over each clip."""
    data = machine.data()
    paths = sorted((data / "images" / "coco-val-sample" / "images").glob("*.jpg"))
    paths += sorted((data / "images" / "street").rglob("*.jpg"))[::24][:100]
    for i, path in enumerate(paths):
        image = np.asarray(cv2.imread(str(path)), np.uint8)
        yield Frame(
            "photographs", 0, float(i), (image.shape[1], image.shape[0]), lambda w, h, image=image: _sized(image, w, h)
        )
    for clip in sorted((data / "clips").glob("*.mp4")):
        video = VideoFile(clip)
        fps = FRAMES_A_CLIP / (video.duration_s or 10)
        yield from islice(FileStream(video, clip.stem, 0.0, fps), FRAMES_A_CLIP)


def _sized(image: Image, width: int, height: int) -> Image:
    if (width, height) == (image.shape[1], image.shape[0]):
        return image
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def detections(**settings: object) -> list[tuple[str, sv.Detections]]:
    detector, _ = build.detector(DetectorSettings(confidence=ASKED, threads=os.cpu_count() or 1, **settings))  # type: ignore[arg-type]
    return [(frame.camera, rows) for frame, rows in detector.detect(pictures())]


def matched(a: sv.Detections, b: sv.Detections) -> tuple[int, int]:
    """How many strong boxes of `a` have a partner in `b`, of how many. One partner serves one box."""
    strong = a[a.confidence >= STRONG]
    if not len(strong) or not len(b):
        return 0, len(strong)
    fits = sv.box_iou_batch(strong.xyxy, b.xyxy) >= IOU
    fits &= strong.class_id[:, None] == b.class_id[None]
    fits &= np.abs(strong.confidence[:, None] - b.confidence[None]) <= CONFIDENCE
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(fits, maximize=True)
    return int(fits[rows, columns].sum()), len(strong)


def main() -> None:
    os.environ.setdefault("MATTHAN_MODELS", str(machine.data() / "weights"))
    theirs = detections(runtime="ultralytics", device="cpu")
    result: dict[str, object] = {"command": "python -m benchmarks.agreement", "machine": machine.describe()}
    table = Table("precision", "pictures", "of theirs, found by us", "of ours, found by them", "both")
    for precision in ARMS:
        ours = detections(precision=precision)
        sources: dict[str, list[tuple[int, int, int, int]]] = {}
        for (camera, a), (_, b) in zip(theirs, ours, strict=True):
            sources.setdefault(camera, []).append((*matched(a, b), *matched(b, a)))
        sums = {camera: np.sum(rows, axis=0).tolist() for camera, rows in sources.items()}
        total = np.sum(list(sums.values()), axis=0)
        share = float((total[0] + total[2]) / (total[1] + total[3]))
        result[precision] = {
            "share": round(share, 4),
            "of_theirs": [int(total[0]), int(total[1])],
            "of_ours": [int(total[2]), int(total[3])],
            "by_source": sums,
        }
        table.add_row(precision, str(len(ours)), f"{total[0]}/{total[1]}", f"{total[2]}/{total[3]}", f"{share:.2%}")
    result["note"] = (
        "int8 is Ultralytics' own export for a 640×640 input, reported and not gated: its confidences lie about 0.04 lower, "
        "so few are within 0.02."
    )
    machine.RESULTS.mkdir(exist_ok=True)
    (machine.RESULTS / "agreement.json").write_text(json.dumps(result, indent=1) + "\n")
    Console().print(table)


if __name__ == "__main__":
    main()
