"""Labelled images, frames of free clips and composites → a folder that Ultralytics trains from.

    python -m models.train.dataset --images STREET --clips CLIPS --teacher YOLO11N --out OUT [--composites 1200]

An image is there with the labels its source gave; what a source does not label is left to the teacher (`loss`), who
also says what else may be cut out of it.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import yaml
from supervision import box_iou_batch
from ultralytics import YOLO

from models.train.classes import COCO, NAMES, STREET
from models.train.cutouts import Boxes, Cutout, Image, compose, cut
from pipeline.streams.decode import VideoFile

FREE_CLIPS = {"room-one-by-one": 2.0, "road-single-cars": 1.0}
"""Clips under CC BY 4.0, and seconds between the frames taken: those in between show the same."""
LONG_SIDE = 416
"""Frames of clips become as large as the images are."""
GROUND_FILLED, GROUND_EVERY = 0.3, 5
"""Pasted into are pictures whose boxes take less than this share, and every so-many-th frame of a clip."""
PARTS = ("train", "val")
UNLABELLED: Boxes = np.empty((0, 5))
PASTED = (3, 9)
"""At least so many objects are tried to be pasted into a composite, and fewer than so many."""
SURE = 0.5
"""What the teacher is surer of than this is cut out, or kept clear of."""
SAME = 0.5
"""A box of the teacher that overlaps a label by more than this (IoU) is the same thing."""
Seen = Callable[[Image], Boxes]
"""What the teacher sees in a picture."""


def labels(path: Path, size: tuple[int, int], classes: Sequence[str] = STREET) -> Boxes:
    """A YOLO label file, of `classes` → boxes of ours (class, xyxy in pixels); `size` is height and width."""
    rows = np.loadtxt(path, ndmin=2) if path.exists() and path.stat().st_size else np.empty((0, 5))
    kept = [row for row in rows if classes[int(row[0])] in NAMES]
    if not kept:
        return np.empty((0, 5))
    found = np.array(kept)
    found[:, 0] = [NAMES.index(classes[int(class_id)]) for class_id in found[:, 0]]
    centre, half = found[:, 1:3] * size[::-1], found[:, 3:5] * size[::-1] / 2
    return np.column_stack([found[:, 0], centre - half, centre + half])


@dataclass(frozen=True, slots=True)
class Street:
    """A labelled image: of which part and source, its file as it is, its pixels, its boxes."""

    part: str
    source: str
    name: str
    raw: bytes
    image: Image
    boxes: Boxes


def streets(images: Path, limit: int | None) -> Iterator[Street]:
    """The labelled images, or about `limit` of them, always in the same order."""
    with (images / "sources.csv").open() as file:
        rows = sorted(csv.DictReader(file), key=lambda row: (row["split"], row["file"]))
    if limit is not None:
        rows = [row for part in PARTS for row in [r for r in rows if r["split"] == part][:: len(rows) // limit or 1]]
    for row in rows:
        path = images / "images" / row["split"] / row["file"]
        raw = path.read_bytes()
        image = np.asarray(cv2.imdecode(np.frombuffer(raw, np.uint8), cv2.IMREAD_COLOR), np.uint8)
        boxes = labels(images / "labels" / row["split"] / f"{path.stem}.txt", (image.shape[0], image.shape[1]))
        yield Street(row["split"], row["source"], path.stem, raw, image, boxes)


class Folder:
    """What Ultralytics trains from, and how much of what is in it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.images: dict[str, Counter[str]] = {part: Counter() for part in PARTS}
        self.boxes: dict[str, Counter[str]] = {part: Counter() for part in PARTS}
        for kind, part in itertools.product(("images", "labels"), PARTS):
            (path / kind / part).mkdir(parents=True, exist_ok=True)

    def add(self, part: str, name: str, source: str, image: Image, boxes: Boxes, raw: bytes | None = None) -> None:
        """One image with its labels; `raw` is its file, where it has one."""
        picture = self._path / "images" / part / f"{name}.jpg"
        if raw is None:
            cv2.imwrite(str(picture), image, [cv2.IMWRITE_JPEG_QUALITY, 92])
        else:
            picture.write_bytes(raw)
        height, width = image.shape[:2]
        lines = [
            f"{int(c)} {(x1 + x2) / 2:.6f} {(y1 + y2) / 2:.6f} {x2 - x1:.6f} {y2 - y1:.6f}"
            for c, (x1, y1, x2, y2) in zip(boxes[:, 0], boxes[:, 1:] / (width, height, width, height), strict=True)
        ]
        (self._path / "labels" / part / f"{name}.txt").write_text("\n".join(lines))
        self.images[part][source] += 1
        self.boxes[part].update(NAMES[int(c)] for c in boxes[:, 0])

    def close(self) -> None:
        """Write `data.yaml`."""
        told = {
            "path": str(self._path.resolve()),
            "train": "images/train",
            "val": "images/val",
            "names": dict(enumerate(NAMES)),
        }
        (self._path / "data.yaml").write_text(yaml.safe_dump(told))


def frames(path: Path, every_s: float) -> Iterator[Image]:
    """Frames of a clip, so far apart, as large as the images."""
    video, due = VideoFile(path), 0.0
    scale = LONG_SIDE / max(video.size)
    for picture in video:
        if picture.pts_s is not None and picture.pts_s >= due:
            due = picture.pts_s + every_s
            yield picture.pixels(round(video.size[0] * scale), round(video.size[1] * scale))
    video.close()


def asked(teacher: Path) -> Seen:
    """The weights of YOLO11n → what it surely sees of our classes, at the size it was trained at."""
    net = YOLO(teacher)
    ids = [COCO[name] for name in NAMES]

    def see(image: Image) -> Boxes:
        found = net.predict(image, imgsz=640, conf=SURE, classes=ids, verbose=False)[0].boxes.cpu().numpy()
        return np.column_stack([[ids.index(int(c)) for c in found.cls], found.xyxy]) if len(found) else UNLABELLED

    return see


def besides(seen: Boxes, labelled: Boxes) -> Boxes:
    """The boxes that were seen and are not those labelled."""
    if not len(seen) or not len(labelled):
        return seen
    overlap = np.asarray(box_iou_batch(seen[:, 1:], labelled[:, 1:]))
    return np.asarray(seen[overlap.max(axis=1) < SAME], np.float64)


def build(
    images: Path, clips: Path, see: Seen, out: Path, composites: int, seed: int, limit: int | None
) -> dict[str, object]:
    """Write the folder; what is in it."""
    rng = np.random.default_rng(seed)
    folder, digest = Folder(out), hashlib.sha256()
    grounds: list[tuple[Image, Boxes]] = []
    cutouts: list[Cutout] = []
    for street in streets(images, limit):
        digest.update(street.raw)
        folder.add(street.part, street.name, street.source, street.image, street.boxes, street.raw)
        if street.part == "train":
            cutouts += cut(street.image, np.vstack([street.boxes, besides(see(street.image), street.boxes)]))
            if _filled(street) < GROUND_FILLED:
                grounds.append((street.image, street.boxes))
    for name, every_s in FREE_CLIPS.items():
        for n, image in enumerate(
            itertools.islice(frames(clips / f"{name}.mp4", every_s), None if limit is None else 4)
        ):
            folder.add("train", f"clip-{name}-{n:03d}", name, image, UNLABELLED)
            if n % GROUND_EVERY == 0:
                grounds.append((image, UNLABELLED))
                cutouts += cut(image, see(image))
    pool = {class_id: [c for c in cutouts if c.class_id == class_id] for class_id in range(len(NAMES))}
    for n in range(composites):
        image, boxes = grounds[int(rng.integers(len(grounds)))]
        folder.add(
            "train", f"composite-{n:05d}", "composite", *compose(image, boxes, pool, int(rng.integers(*PASTED)), rng)
        )
    folder.close()
    told = {
        "images": {part: dict(count) for part, count in folder.images.items()},
        "boxes": {part: {name: count[name] for name in NAMES} for part, count in folder.boxes.items()},
        "cutouts": {NAMES[class_id]: len(own) for class_id, own in pool.items()},
        "seed": seed, "sha256_of_labelled_images": digest.hexdigest(),
    }  # fmt: skip
    (out / "dataset.json").write_text(json.dumps(told, indent=1) + "\n")
    return told


def _filled(street: Street) -> float:
    """How much of the picture its boxes take."""
    sides = street.boxes[:, 3:] - street.boxes[:, 1:3]
    return float(sides.prod(axis=1).sum() / street.image[:, :, 0].size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=Path, required=True, help="Folder with images, labels and sources.csv.")
    parser.add_argument("--clips", type=Path, required=True, help="Folder with the clips under CC BY.")
    parser.add_argument("--teacher", type=Path, required=True, help="yolo11n.pt")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--composites", type=int, default=1200)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--limit", type=int, help="About so many labelled images, for a trial.")
    args = parser.parse_args()
    told = build(args.images, args.clips, asked(args.teacher), args.out, args.composites, args.seed, args.limit)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
