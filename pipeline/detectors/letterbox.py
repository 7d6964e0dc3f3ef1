"""How a picture is fitted into a network's input, and boxes back into the picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.types import Floats, Frame, Image

GREY = 114
"""The colour YOLO networks were trained to see around a picture (Ultralytics LetterBox)."""


@dataclass(frozen=True, slots=True)
class Letterbox:
    """A picture scaled to `inner` and centred on a grey canvas, both (width, height) in pixels.

    ┌──────── canvas ────────┐
    │░░░░░░░░░░ grey ░░░░░░░░│
    │┌────── inner ─────────┐│  ← top
    │└──────────────────────┘│
    └────────────────────────┘
    """

    source: tuple[int, int]
    inner: tuple[int, int]
    canvas: tuple[int, int]

    @property
    def left(self) -> int:
        return round((self.canvas[0] - self.inner[0]) / 2 - 0.1)

    @property
    def top(self) -> int:
        return round((self.canvas[1] - self.inner[1]) / 2 - 0.1)

    @property
    def scale(self) -> float:
        """Canvas pixels per source pixel."""
        return min(self.canvas[0] / self.source[0], self.canvas[1] / self.source[1])

    def place(self, frame: Frame, canvas: Image) -> None:
        """Put the frame's picture into a canvas (height, width, 3) whose border is grey already."""
        width, height = self.inner
        canvas[self.top : self.top + height, self.left : self.left + width] = frame.pixels(width, height)

    def restore(self, xyxy: Floats) -> Floats:
        """Boxes (n, 4) in canvas pixels → source pixels, cut at the picture's edges."""
        width, height = self.source
        boxes = (xyxy - (self.left, self.top, self.left, self.top)) / self.scale
        return np.clip(boxes, 0, (width, height, width, height))


def fit(source: tuple[int, int], long_side: int, stride: int = 32, square: bool = False) -> Letterbox:
    """The smallest canvas of whole strides that holds the picture with its longer side at `long_side`.

    >>> fit((768, 432), 640).canvas, fit((768, 432), 640, square=True).canvas
    ((640, 384), (640, 640))
    """
    width, height = source
    ratio = long_side / max(width, height)
    inner = (max(1, round(width * ratio)), max(1, round(height * ratio)))
    if square:
        return Letterbox(source, inner, (long_side, long_side))
    return Letterbox(source, inner, (-(-inner[0] // stride) * stride, -(-inner[1] // stride) * stride))
