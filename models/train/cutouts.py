"""Pictures composed of others: people and vehicles cut out of labelled images and pasted into streets.

What is rare in the labels becomes common, at every size and in every light, beside and before others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.train.classes import NAMES

Image = npt.NDArray[np.uint8]
"""(height, width, 3), BGR."""
Boxes = npt.NDArray[np.float64]
"""(n, 5): class id, x1, y1, x2, y2 in pixels."""
LEAST_PX = 16
"""Of the shorter side: less shows too little to be pasted elsewhere."""
MARGIN = 0.15
"""Of the box, shown to GrabCut around it as background."""
ENOUGH_PX = 160
"""GrabCut is slow, and an edge found on so many pixels is fine enough."""
WHOLE = 0.8
"""So much of the sides of its box an object spans that GrabCut found whole."""
TOUCHED = 0.1
"""At most so much of an object that is cut out lies in the box of another."""
FILLED = (0.35, 0.92)
"""So much of its box a whole object fills."""
RARE = {"person": 3.0, "bicycle": 4.0, "motorcycle": 3.0, "car": 0.7, "bus": 2.0, "truck": 2.0}
"""How often each class is pasted, in parts; cars are in every picture anyway."""
COVERED = 0.35
"""At most so much of what is there may be hidden by what is pasted."""


@dataclass(frozen=True, slots=True)
class Cutout:
    """An object without its surroundings: `pixels` (h, w, 3) and how much of each is its own, `alpha` (h, w), 0..1."""

    class_id: int
    pixels: Image
    alpha: npt.NDArray[np.float32]


def cut(image: Image, boxes: Boxes) -> list[Cutout]:
    """The objects of an image that stand free and whole, by GrabCut (Rother et al. 2004) from their boxes."""
    height, width = image.shape[:2]
    found = []
    for n, (class_id, x1, y1, x2, y2) in enumerate(boxes):
        inside = x1 > 2 and y1 > 2 and x2 < width - 2 and y2 < height - 2
        if not inside or min(x2 - x1, y2 - y1) < LEAST_PX:
            continue
        if (_hidden(boxes[n, 1:], np.delete(boxes, n, 0)[:, 1:]) > TOUCHED).any():
            continue
        x, y = round(x1), round(y1)
        own = _own(image, (x, y, round(x2), round(y2)))
        rows, columns = np.flatnonzero(own.any(1)), np.flatnonzero(own.any(0))
        if not len(rows) or np.ptp(rows) < WHOLE * len(own) - 2 or np.ptp(columns) < WHOLE * own.shape[1] - 2:
            continue
        top, left = rows[0], columns[0]
        own = own[top : rows[-1] + 1, left : columns[-1] + 1]
        if FILLED[0] < own.mean() < FILLED[1]:
            pixels = np.ascontiguousarray(image[y + top :, x + left :][: len(own), : own.shape[1]])
            found.append(Cutout(int(class_id), pixels, cv2.GaussianBlur(own, (3, 3), 0)))
    return found


def _own(image: Image, box: tuple[int, int, int, int]) -> npt.NDArray[np.float32]:
    """Which pixels of a box (x1, y1, x2, y2) belong to what is in it, (h, w), 0 or 1; found on a smaller picture."""
    x1, y1, x2, y2 = box
    dx, dy = round(MARGIN * (x2 - x1)), round(MARGIN * (y2 - y1))
    left, top = max(0, x1 - dx), max(0, y1 - dy)
    crop = image[top : y2 + dy, left : x2 + dx]
    scale = min(1.0, ENOUGH_PX / max(crop.shape[:2]))
    small = cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    rect = [round(scale * side) for side in (x1 - left, y1 - top, x2 - x1, y2 - y1)]
    mask = np.zeros(small.shape[:2], np.uint8)
    cv2.grabCut(small, mask, rect, np.zeros((1, 65)), np.zeros((1, 65)), 3, cv2.GC_INIT_WITH_RECT)
    own = np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)
    whole = cv2.resize(own, crop.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole[y1 - top : y2 - top, x1 - left : x2 - left] > 0.5, np.float32)


def compose(
    image: Image, boxes: Boxes, cutouts: dict[int, list[Cutout]], count: int, rng: np.random.Generator
) -> tuple[Image, Boxes]:
    """Paste up to `count` cutouts, by class id, into a copy of `image`, each somewhere where it hides little."""
    image, placed = image.copy(), boxes.copy()
    classes = [class_id for class_id in cutouts if cutouts[class_id]]
    parts = np.array([RARE[NAMES[class_id]] for class_id in classes])
    for class_id in rng.choice(classes, size=count, p=parts / parts.sum()):
        pool = cutouts[int(class_id)]
        made = _resized(pool[int(rng.integers(len(pool)))], image.shape[:2], rng)
        height, width = made.alpha.shape
        x, y = int(rng.integers(0, image.shape[1] - width + 1)), int(rng.integers(0, image.shape[0] - height + 1))
        box = np.array([x, y, x + width, y + height], float)
        if (_hidden(placed[:, 1:], box[None]) > COVERED).any() or (_hidden(box, placed[:, 1:]) > COVERED).any():
            continue
        ground = image[y : y + height, x : x + width].astype(np.float32)
        light = (ground.mean() + 20) / (made.pixels.mean() + 20)
        lit = np.clip(made.pixels * light ** rng.uniform(0.0, 0.8), 0, 255)
        alpha = made.alpha[:, :, None]
        image[y : y + height, x : x + width] = (lit * alpha + ground * (1 - alpha)).astype(np.uint8)
        placed = np.vstack([placed, [class_id, *box]])
    return image, placed


def _resized(cutout: Cutout, size: Sequence[int], rng: np.random.Generator) -> Cutout:
    """Between a tenth of the picture and all but all of it, smaller ones more often, mirrored every other time."""
    height, width = cutout.alpha.shape
    wanted = np.exp(rng.uniform(np.log(0.1), np.log(0.95))) * min(size)
    scale = min(wanted / max(height, width), 0.9 * size[0] / height, 0.9 * size[1] / width, 1.5)
    to = (max(6, round(width * scale)), max(6, round(height * scale)))
    pixels, alpha = (cv2.resize(part, to, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
                     for part in (cutout.pixels, cutout.alpha))  # fmt: skip
    if rng.random() < 0.5:
        pixels, alpha = pixels[:, ::-1], alpha[:, ::-1]
    return Cutout(cutout.class_id, np.asarray(pixels, np.uint8), np.asarray(alpha, np.float32))


def _hidden(boxes: npt.NDArray[np.float64], others: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How much of each of `boxes` (n, 4) or (4,) lies in each of `others`, as numpy broadcasts them."""
    low, high = np.maximum(boxes[..., :2], others[..., :2]), np.minimum(boxes[..., 2:], others[..., 2:])
    area = (boxes[..., 2:] - boxes[..., :2]).prod(-1)
    return np.asarray(np.clip(high - low, 0, None).prod(-1) / np.maximum(area, 1e-9))
