"""Any detector, and beside its boxes the still things that it has no class for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import supervision as sv

from pipeline.detectors.joined import joined
from pipeline.detectors.letterbox import fit
from pipeline.detectors.static_change import StaticChange, StaticChangeSettings
from pipeline.stages import Detector
from pipeline.types import Floats, Frame, Image

OBJECT, VANISHED = "object", "object_vanished"
"""Classes of a new thing where it stands, and of the place from which one is gone."""
SAMPLED = 640
"""Longer side of the picture that is asked for, pixels: what most networks ask for too, so it is converted once."""
MOVERS = ("person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "bird", "cat", "dog",
          "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe")  # fmt: skip
MOVER_CONFIDENCE = 0.25
"""A person, vehicle or animal seen at least so surely stands for itself."""
BAGS = ("backpack", "handbag", "suitcase")
BAG_CONFIDENCE = 0.4
"""So does a bag; one seen less surely starts no track, and would be lost if it were left to the model."""


class WithStaticChange:
    """Adds what `StaticChange` sees, for each camera on its own, to what another detector finds.

    A camera's backgrounds begin anew with each epoch of its stream. Memory: about 2 MB a camera at the default size.
    """

    def __init__(self, detector: Detector, settings: StaticChangeSettings) -> None:
        """The detector is closed with this one."""
        self._detector = detector
        self._settings = settings
        self.names = (*detector.names, OBJECT, VANISHED)
        self.precision = detector.precision
        self._least = np.array([_least(name) for name in detector.names])
        self._watched: dict[str, tuple[int, tuple[int, int], StaticChange]] = {}

    def detect(self, frames: Iterable[Frame | None]) -> Iterator[tuple[Frame, sv.Detections]]:
        shared = (None if frame is None else replace(frame, pixels=_Once(frame)) for frame in frames)
        for frame, found in self._detector.detect(shared):
            yield frame, self._add(frame, found)

    def close(self) -> None:
        self._watched = {}
        self._detector.close()

    def _add(self, frame: Frame, found: sv.Detections) -> sv.Detections:
        watch = self._watch(frame)
        picture = frame.pixels(*fit(frame.size, SAMPLED).inner) if watch.due(frame.time) else None
        xyxy, confidence, vanished = watch.update(frame.time, picture, self._known(found))
        if not len(xyxy):
            return found
        class_id = np.where(vanished, len(self.names) - 1, len(self.names) - 2)
        return joined(found, xyxy, confidence, class_id)

    def _watch(self, frame: Frame) -> StaticChange:
        """The backgrounds of this camera; those of an earlier epoch, or of another picture size, are given up."""
        known = self._watched.get(frame.camera)
        if known is None or known[:2] != (frame.epoch, frame.size):
            known = (frame.epoch, frame.size, StaticChange(self._settings, frame.size))
            self._watched[frame.camera] = known
        return known[2]

    def _known(self, found: sv.Detections) -> Floats:
        if len(found) == 0 or found.confidence is None or found.class_id is None:
            return np.empty((0, 4))
        return np.asarray(found.xyxy[found.confidence >= self._least[found.class_id]], np.float64)


def _least(name: str) -> float:
    """The confidence from which a class stands for itself; infinite where it never does."""
    return MOVER_CONFIDENCE if name in MOVERS else BAG_CONFIDENCE if name in BAGS else np.inf


class _Once:
    """The pixels of a frame; the last size asked for is kept, because the next to ask mostly wants the same."""

    def __init__(self, frame: Frame) -> None:
        self._pixels = frame.pixels
        self._size = (0, 0)
        self._image: Image | None = None

    def __call__(self, width: int, height: int) -> Image:
        if self._image is None or self._size != (width, height):
            self._image, self._size = self._pixels(width, height), (width, height)
        return self._image
