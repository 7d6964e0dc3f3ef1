"""Labelled images, frames of free clips and composites → a folder that Ultralytics trains from.

    python -m models.train.dataset --images STREET --clips CLIPS --out OUT [--composites 1200] [--seed 8] [--limit N]

An image is there with the labels its source gave; what a source does not label is left to the teacher (`loss`).
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import yaml

from models.train.classes import NAMES, STREET
from models.train.cutouts import Boxes, Cutout, Image, compose, cut
from pipeline.streams.decode import VideoFile

FREE_CLIPS = {"room-one-by-one": 2.0, "road-single-cars": 1.0}
"""Clips under CC BY 4.0, and seconds between the frames taken: those in between show the same."""
LONG_SIDE = 416
"""Frames of clips become as large as the images are."""
PASTED = (3, 9)
"""At least so many objects are tried to be pasted into a composite, and fewer than so many."""


def labels(path: Path, size: tuple[int, int]) -> Boxes:
    """A YOLO label file, of the street classes → boxes of ours; `size` is height and width."""
    rows = np.loadtxt(path, ndmin=2) if path.exists() and path.stat().st_size else np.empty((0, 5))
    kept = [row for row in rows if STREET[int(row[0])] in NAMES]
    if not kept:
        return np.empty((0, 5))
    found = np.array(kept)
    found[:, 0] = [NAMES.index(STREET[int(class_id)]) for class_id in found[:, 0]]
    centre, half = found[:, 1:3] * size[::-1], found[:, 3:5] * size[::-1] / 2
    return np.column_stack([found[:, 0], centre - half, centre + half])


def write(folder: Path, part: str, name: str, image: Image | bytes, boxes: Boxes, size: tuple[int, int]) -> None:
    """One image with its labels; `bytes` are written as they are."""
    if isinstance(image, bytes):
        (folder / "images" / part / f"{name}.jpg").write_bytes(image)
    else:
        cv2.imwrite(str(folder / "images" / part / f"{name}.jpg"), image, [cv2.IMWRITE_JPEG_QUALITY, 92])
    height, width = size
    parts = (boxes[:, 1:] / (width, height, width, height)).tolist()
    lines = [
        f"{int(c)} {(x1 + x2) / 2:.6f} {(y1 + y2) / 2:.6f} {x2 - x1:.6f} {y2 - y1:.6f}"
        for c, (x1, y1, x2, y2) in zip(boxes[:, 0], parts, strict=True)
    ]
    (folder / "labels" / part / f"{name}.txt").write_text("\n".join(lines))


def frames(path: Path, every_s: float) -> Iterator[Image]:
    """Frames of a clip, so far apart, as large as the images."""
    video, due = VideoFile(path), 0.0
    scale = LONG_SIDE / max(video.size)
    for picture in video:
        if picture.pts_s is not None and picture.pts_s >= due:
            due = picture.pts_s + every_s
            yield picture.pixels(round(video.size[0] * scale), round(video.size[1] * scale))
    video.close()


def build(images: Path, clips: Path, out: Path, composites: int, seed: int, limit: int | None) -> dict[str, object]:
    """Write the folder; what is in it."""
    rng = np.random.default_rng(seed)
    counts: dict[str, Counter[str]] = {"train": Counter(), "val": Counter()}
    boxes_of = {part: Counter[str]() for part in counts}
    grounds: list[tuple[Image, Boxes]] = []
    pool: dict[int, list[Cutout]] = {class_id: [] for class_id in range(len(NAMES))}
    digest = hashlib.sha256()
    for part in counts:
        (out / "images" / part).mkdir(parents=True, exist_ok=True)
        (out / "labels" / part).mkdir(parents=True, exist_ok=True)
    with (images / "sources.csv").open() as file:
        rows = sorted(csv.DictReader(file), key=lambda row: (row["split"], row["file"]))
    if limit is not None:
        rows = [row for part in counts for row in [r for r in rows if r["split"] == part][:: len(rows) // limit or 1]]
    for row in rows:
        part, path = row["split"], images / "images" / row["split"] / row["file"]
        raw = path.read_bytes()
        digest.update(raw)
        image = np.asarray(cv2.imdecode(np.frombuffer(raw, np.uint8), cv2.IMREAD_COLOR), np.uint8)
        size = (image.shape[0], image.shape[1])
        boxes = labels(images / "labels" / part / f"{path.stem}.txt", size)
        write(out, part, path.stem, raw, boxes, size)
        counts[part][row["source"]] += 1
        boxes_of[part].update(NAMES[int(c)] for c in boxes[:, 0])
        if part == "train":
            for cutout in cut(image, boxes):
                pool[cutout.class_id].append(cutout)
            area = ((boxes[:, 3] - boxes[:, 1]) * (boxes[:, 4] - boxes[:, 2])).sum() / image[:, :, 0].size
            if area < 0.3:
                grounds.append((image, boxes))
    for name, every_s in FREE_CLIPS.items():
        for n, image in enumerate(frames(clips / f"{name}.mp4", every_s)):
            if limit is None or n < 4:
                write(out, "train", f"clip-{name}-{n:03d}", image, np.empty((0, 5)), (image.shape[0], image.shape[1]))
                counts["train"][name] += 1
                grounds.append((image, np.empty((0, 5)))) if n % 5 == 0 else None
    for n in range(composites):
        image, boxes = grounds[int(rng.integers(len(grounds)))]
        image, boxes = compose(image, boxes, pool, int(rng.integers(*PASTED)), rng)
        write(out, "train", f"composite-{n:05d}", image, boxes, (image.shape[0], image.shape[1]))
        counts["train"]["composite"] += 1
        boxes_of["train"].update(NAMES[int(c)] for c in boxes[:, 0])
    (out / "data.yaml").write_text(yaml.safe_dump({
        "path": str(out.resolve()), "train": "images/train", "val": "images/val", "names": dict(enumerate(NAMES)),
    }))  # fmt: skip
    told = {
        "images": {part: dict(count) for part, count in counts.items()},
        "boxes": {part: {name: count[name] for name in NAMES} for part, count in boxes_of.items()},
        "cutouts": {NAMES[class_id]: len(cutouts) for class_id, cutouts in pool.items()},
        "seed": seed, "sha256_of_labelled_images": digest.hexdigest(),
    }  # fmt: skip
    (out / "dataset.json").write_text(json.dumps(told, indent=1) + "\n")
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=Path, required=True, help="Folder with images, labels and sources.csv.")
    parser.add_argument("--clips", type=Path, required=True, help="Folder with the clips under CC BY.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--composites", type=int, default=1200)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--limit", type=int, help="About so many labelled images, for a trial.")
    args = parser.parse_args()
    told = build(args.images, args.clips, args.out, args.composites, args.seed, args.limit)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
