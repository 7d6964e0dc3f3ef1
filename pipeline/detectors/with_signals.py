"""Any detector, and beside its boxes the traffic signals that show red."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import cv2
import numpy as np
import supervision as sv

from pipeline.detectors.joined import joined
from pipeline.geometry import Points
from pipeline.stages import Detector
from pipeline.types import Frame, Image
from pipeline.view import RED_SIGNAL

LIT, VIVID = 110, 90
"""Least brightness and saturation, of 255, of a lamp that is on: a dark one is coloured too, but dim."""
HUES = {"red": ((0, 9), (168, 179)), "amber": ((10, 32),), "green": ((38, 100),)}
"""Of OpenCV's 180 degrees."""
SHARE, PIXELS = 0.015, 4
"""So much of the zone is lit, and so many pixels at least."""


class WithSignals:
    """Adds to what another detector finds a box of class `red_signal`, its zone's, for every signal that shows red."""

    def __init__(self, detector: Detector, signals: Mapping[str, Mapping[str, Points]]) -> None:
        """`signals`: camera → zone → its polygon in 0..1. The detector is closed with this one."""
        self._detector = detector
        self._signals = signals
        self.names = (*detector.names, RED_SIGNAL)
        self.precision = detector.precision

    def detect(self, frames: Iterable[Frame | None]) -> Iterator[tuple[Frame, sv.Detections]]:
        for frame, found in self._detector.detect(frames):
            zones = self._signals.get(frame.camera)
            yield frame, found if zones is None else self._add(frame, found, zones)

    def close(self) -> None:
        self._detector.close()

    def _add(self, frame: Frame, found: sv.Detections, zones: Mapping[str, Points]) -> sv.Detections:
        picture = frame.pixels(*frame.size)
        red = [polygon for polygon in zones.values() if shows_red(picture, polygon)]
        if not red:
            return found
        corners = [np.asarray(polygon, np.float64) * frame.size for polygon in red]
        xyxy = np.array([[*own.min(axis=0), *own.max(axis=0)] for own in corners])
        confidence, class_id = np.ones(len(red)), np.full(len(red), len(self.names) - 1)
        return joined(found, xyxy, confidence, class_id)


def shows_red(picture: Image, polygon: Points) -> bool:
    """Is red what is lit in the polygon (0..1) of a signal?"""
    height, width = picture.shape[:2]
    corners = np.asarray(polygon, np.float64) * (width, height)
    x1, y1 = np.floor(corners.min(axis=0)).astype(int).clip(0)
    x2, y2 = np.ceil(corners.max(axis=0)).astype(int)
    part = picture[y1:y2, x1:x2]
    if part.size == 0:
        return False
    inside = np.zeros(part.shape[:2], np.uint8)
    cv2.fillPoly(inside, [np.round(corners - (x1, y1)).astype(np.int32)], 1)
    hue, saturation, value = cv2.split(cv2.cvtColor(part, cv2.COLOR_BGR2HSV))
    lit = (inside > 0) & (value >= LIT) & (saturation >= VIVID)
    share = {
        name: sum(np.count_nonzero(lit & (hue >= low) & (hue <= high)) for low, high in spans)
        for name, spans in HUES.items()
    }
    least = max(SHARE * np.count_nonzero(inside), PIXELS)
    return bool(share["red"] >= least and share["red"] > max(share["amber"], share["green"]))
