"""A short street scene, composed on the spot: one walker stays by the kerb, others pass; the truth is known."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import supervision as sv

from pipeline.errors import InputError
from pipeline.recording import Writer
from pipeline.streams.decode import VideoWriter
from pipeline.types import Image

SIZE = (720, 960)
FPS = 10
SECONDS = 34.0
STAYS_S = 20.0
NAMES = ("bus", "person")
Bone = tuple[tuple[int, int], tuple[int, int], int]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Sprite:
    """A cut-out: `image` (h, w, 3) and its opacity `alpha` (h, w) in 0..1."""

    image: Image
    alpha: Any


@dataclass(frozen=True, slots=True)
class Walk:
    """A sprite on a path: `points` are (second, foot x, foot y) in 0..1 of the frame; `height` in 0..1 too."""

    sprite: int
    height: float
    points: Sequence[tuple[float, float, float]]
    mirrored: bool = False

    def foot(self, time_s: float) -> tuple[float, float] | None:
        """Where the walker is, or None before and after the walk."""
        times, xs, ys = np.array(self.points).T
        if not times[0] <= time_s <= times[-1]:
            return None
        return float(np.interp(time_s, times, xs)), float(np.interp(time_s, times, ys))


WALKS = (
    Walk(1, 0.36, [(1, -0.1, 0.95), (7, 0.55, 0.97), (7 + STAYS_S, 0.55, 0.97), (32, 1.1, 0.95)]),
    Walk(0, 0.38, [(3, 1.12, 0.99), (11, -0.12, 0.98)], mirrored=True),
    Walk(0, 0.37, [(18, -0.12, 0.985), (26, 1.12, 0.985)]),
)
CITY: dict[str, Any] = {
    "city": "demo",
    "timezone": "Asia/Ho_Chi_Minh",
    "wards": {"demo": {"name": "Demo"}},
    "model": {"classes": ["person", "bicycle", "motorcycle", "car", "bus", "truck"]},
    "rules": {
        "staying": {"kind": "loitering", "seconds": 12, "gap_s": 3},
        "passing": {"kind": "line_crossing", "classes": ["person"]},
    },
    "cameras": [
        {
            "id": "demo-street",
            "ward": "demo",
            "analyse_fps": FPS,
            "frame_size": list(SIZE),
            "zones": {"kerb": {"polygon": [[0, 0.9], [1, 0.9], [1, 1], [0, 1]], "rules": ["staying"]}},
            "lines": {"crossing": {"points": [[0.3, 1], [0.3, 0.88]], "rules": ["passing"]}},
        }
    ],
}


class Stage:
    """Background and sprites, cut from the photograph that the package `ultralytics` carries.

    Photograph: `ultralytics/assets/bus.jpg`. The bus and the people standing in it are part of the truth.

    Raises:
        InputError: the photograph is not installed.
    """

    def __init__(self) -> None:
        photo = _photo()
        self.sprites = [_cut(photo, *man) for man in _MEN]
        self.background = np.asarray(cv2.resize(photo, SIZE, interpolation=cv2.INTER_AREA), np.uint8)
        scale = np.array(SIZE * 2) / np.array([photo.shape[1], photo.shape[0]] * 2)
        self.standing = [(name, _box(np.array(box) * scale)) for name, box in _STANDING]

    def frame(self, time_s: float) -> tuple[Image, list[tuple[str, Box]]]:
        """The picture at a time, and what is in it: (class name, xyxy)."""
        image = self.background.copy()
        truth = list(self.standing)
        for walk in WALKS:
            foot = walk.foot(time_s)
            if foot is not None:
                box = self.paste(image, walk, foot, time_s)
                truth += [("person", box)] if box else []
        return image, truth

    def paste(self, image: Image, walk: Walk, foot: tuple[float, float], time_s: float) -> Box | None:
        """Put a walker into `image`, its foot there (0..1) → its box, None where hardly any of it is to be seen."""
        sprite = self.sprites[walk.sprite]
        height = round(walk.height * SIZE[1])
        width = round(height * sprite.image.shape[1] / sprite.image.shape[0])
        moving = walk.foot(time_s + 0.1) != foot
        bob = round(3 * abs(np.sin(time_s * 6))) if moving else 0
        left, top = round(foot[0] * SIZE[0] - width / 2), round(foot[1] * SIZE[1]) - height - bob
        x1, y1, x2, y2 = max(left, 0), max(top, 0), min(left + width, SIZE[0]), min(top + height, SIZE[1])
        if x2 - x1 < 8:
            return None
        picture = cv2.resize(sprite.image, (width, height), interpolation=cv2.INTER_AREA)
        alpha = cv2.resize(sprite.alpha, (width, height), interpolation=cv2.INTER_AREA)[..., None]
        if walk.mirrored:
            picture, alpha = picture[:, ::-1], alpha[:, ::-1]
        part = (slice(y1 - top, y2 - top), slice(x1 - left, x2 - left))
        ground = image[y1:y2, x1:x2]
        image[y1:y2, x1:x2] = (picture[part] * alpha[part] + ground * (1 - alpha[part])).astype(np.uint8)
        return (float(x1), float(y1), float(x2), float(y2))


def compose(stage: Stage) -> Iterator[tuple[float, Image, list[tuple[str, Box]]]]:
    """The whole scene: seconds, picture, truth."""
    for i in range(round(SECONDS * FPS)):
        time_s = i / FPS
        yield (time_s, *stage.frame(time_s))


def write(stage: Stage, video: Path) -> None:
    """Write the scene as a video."""
    with VideoWriter(video, SIZE, FPS) as film:
        for time_s, image, _ in compose(stage):
            film.write(time_s, image)


def write_truth(stage: Stage, recording: Path, start: float) -> None:
    """Write what is in the scene as a detections file whose times begin at `start` (UTC seconds)."""
    with Writer(recording) as rows:
        for time_s, _, truth in compose(stage):
            rows.write(round(start + time_s, 3), _detections(truth), NAMES)


def _detections(truth: list[tuple[str, Box]]) -> sv.Detections:
    if not truth:
        return sv.Detections.empty()
    return sv.Detections(
        xyxy=np.array([box for _, box in truth]),
        confidence=np.full(len(truth), 0.9),
        class_id=np.array([NAMES.index(name) for name, _ in truth]),
    )


# Strokes (from, to, width) along the bones of the two men in the photograph, in its pixels: what GrabCut starts from.
_MEN: tuple[tuple[tuple[int, int, int, int], tuple[Bone, ...]], ...] = (
    (
        (48, 399, 245, 903),
        (
            ((136, 420), (136, 470), 40),
            ((140, 520), (140, 690), 90),
            ((105, 690), (85, 880), 36),
            ((170, 690), (205, 885), 36),
            ((215, 885), (232, 890), 16),
        ),
    ),
    (
        (221, 405, 345, 858),
        (
            ((284, 425), (284, 470), 34),
            ((285, 510), (285, 640), 70),
            ((272, 640), (262, 840), 36),
            ((300, 640), (318, 730), 34),
            ((318, 730), (285, 790), 30),
        ),
    ),
)
# What else stands in the photograph, in its pixels.
_STANDING: tuple[tuple[str, Box], ...] = (
    ("bus", (20, 229, 803, 747)),
    ("person", (48, 399, 245, 903)),
    ("person", (221, 405, 345, 858)),
    ("person", (671, 394, 810, 879)),
    ("person", (0, 551, 68, 873)),
)


def _photo() -> Image:
    found = importlib.util.find_spec("ultralytics")
    path = None if found is None or found.origin is None else Path(found.origin).parent / "assets" / "bus.jpg"
    image = None if path is None else cv2.imread(str(path))
    if image is None:
        raise InputError(
            "demo: the photograph that its scene is made of comes with ultralytics and is not there: "
            "pip install 'matthan[ultralytics]'. A video of your own needs no ultralytics: "
            "matthan analyse street.mp4 --annotate"
        )
    return np.asarray(image, np.uint8)


def _cut(photo: Image, box: tuple[int, int, int, int], bones: tuple[Bone, ...]) -> Sprite:
    """Cut a figure out along its bones (GrabCut; Rother, Kolmogorov & Blake 2004)."""
    x1, y1, x2, y2 = box
    crop = photo[y1:y2, x1:x2].copy()
    mask = np.full(crop.shape[:2], cv2.GC_BGD, np.uint8)
    for share, label in ((1.9, cv2.GC_PR_BGD), (1.4, cv2.GC_PR_FGD), (0.5, cv2.GC_FGD)):
        for a, b, width in bones:
            cv2.line(mask, (a[0] - x1, a[1] - y1), (b[0] - x1, b[1] - y1), int(label), max(2, round(width * share)))
    cv2.setRNGSeed(1)
    cv2.grabCut(crop, mask, None, np.zeros((1, 65)), np.zeros((1, 65)), 5, cv2.GC_INIT_WITH_MASK)
    solid = np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(solid)
    largest = (labels == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())).astype(np.float32)
    return Sprite(crop, cv2.GaussianBlur(largest, (5, 5), 0))


def _box(values: Any) -> Box:
    x1, y1, x2, y2 = (float(value) for value in values)
    return (x1, y1, x2, y2)
