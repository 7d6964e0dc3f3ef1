"""The picture with a metric grid on its ground, to check a calibration by eye."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np

from pipeline import geometry
from pipeline.types import Floats, Image

STEPS_M = (1.0, 2.0, 5.0, 10.0, 20.0)
LINES = 24
"""At most so many each way."""
FINE = 60
"""Points a line is drawn with, so that what is beyond the horizon can be left out."""
COLOUR, AXIS, MARK = (200, 200, 0), (0, 200, 255), (0, 0, 255)


def draw(image: Image, homography: Floats, points: Floats) -> tuple[Image, float]:
    """A copy with lines every so many metres, also returned; and the points (n, 2) pixels that were used, numbered."""
    out = np.ascontiguousarray(image).copy()
    low, high = _seen(homography, points)
    step = next((step for step in STEPS_M if (high - low).max() / step <= LINES), STEPS_M[-1])
    low, high = np.floor(low / step) * step, np.ceil(high / step) * step
    for axis in (0, 1):
        for at in np.arange(low[axis], high[axis] + step / 2, step):
            line = np.empty((FINE, 2))
            line[:, axis], line[:, 1 - axis] = at, np.linspace(low[1 - axis], high[1 - axis], FINE)
            pixels = geometry.unproject(homography, line)
            _line(out, pixels, AXIS if at == 0 else COLOUR)
            _label(out, _inside(pixels, out), f"{'xy'[axis]}={at:g}")
    for number, (u, v) in enumerate(points.tolist(), 1):
        cv2.drawMarker(out, (round(u), round(v)), MARK, cv2.MARKER_CROSS, 14, 2)
        _label(out, np.array([u + 6, v - 6]), str(number), MARK)
    return out, step


def _seen(homography: Floats, points: Floats) -> tuple[Floats, Floats]:
    """The ground around the points: half as much again as they span."""
    ground = geometry.project(homography, points)
    low, high = ground.min(axis=0), ground.max(axis=0)
    return low - (high - low) / 4, high + (high - low) / 4


def _inside(pixels: Floats, image: Image) -> Floats:
    """The first of these points that the picture shows with room for its name, else NaN."""
    with np.errstate(invalid="ignore"):
        shown = ((pixels >= (2, 12)) & (pixels <= (image.shape[1] - 40, image.shape[0] - 4))).all(axis=1)
    return np.asarray(pixels[shown.argmax()] if shown.any() else (np.nan, np.nan))


def _line(image: Image, pixels: Floats, colour: tuple[int, int, int]) -> None:
    for a, b in pairwise(pixels):
        if np.isfinite([*a, *b]).all() and max(np.abs([*a, *b])) < 30_000:
            cv2.line(image, tuple(np.round(a).astype(int)), tuple(np.round(b).astype(int)), colour, 1, cv2.LINE_AA)


def _label(image: Image, at: Floats, text: str, colour: tuple[int, int, int] = COLOUR) -> None:
    if np.isfinite(at).all() and (at >= 0).all() and at[0] < image.shape[1] and at[1] < image.shape[0]:
        cv2.putText(image, text, (round(at[0]), round(at[1])), cv2.FONT_HERSHEY_SIMPLEX, 0.4, colour, 1, cv2.LINE_AA)
