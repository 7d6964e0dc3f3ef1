"""Where nothing in a scene has a known size: the camera from how tall people and cars look at each place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from pipeline.errors import InputError
from pipeline.recording import Recording
from pipeline.types import Bools, Floats

HEIGHTS_M: Mapping[str, tuple[float, float]] = {"person": (1.65, 0.12), "car": (1.50, 0.15), "bus": (3.0, 0.25)}
"""Mean height of a class and its spread, metres: adults in Vietnam are 1.68 and 1.56 m tall (NCD-RisC 2020)."""
LEAST = 60
"""Boxes."""
SURE, EDGE_PX = 0.5, 3.0
"""Boxes below this confidence or cut off by the picture's edge do not count."""
FOV_DEG = 75.0
"""Horizontal field of view of a street camera with a lens of 2.8 to 4 mm, which most have. Heights do not tell it."""
SPREAD_LEAST = 0.15
"""Of the picture's height: people must have been seen over as much, or near and far cannot be told apart."""


@dataclass(frozen=True, slots=True)
class Pose:
    """A camera above the origin, looking along +y, that does not lean to a side."""

    height_m: float
    tilt_deg: float
    fov_deg: float
    frame_size: tuple[int, int]
    boxes: int
    error: float
    """Mean relative error of the heights."""

    def ground(self, pixels: Floats) -> Floats:
        """Pixels (n, 2) → metres (n, 2); NaN at and above the horizon."""
        return _ground(
            pixels, self.height_m, np.radians(self.tilt_deg), _focal(self.fov_deg, self.frame_size), self.frame_size
        )

    def pairs(self) -> tuple[Floats, Floats]:
        """Six points of the picture and where they lie on the ground."""
        width, height = self.frame_size
        horizon = height / 2 - _focal(self.fov_deg, self.frame_size) * np.tan(np.radians(self.tilt_deg))
        top = max(float(horizon), 0.0)
        image = np.array([(u * width, top + v * (height - top)) for v in (0.95, 0.6, 0.3) for u in (0.15, 0.85)]).round(
            1
        )
        return image, self.ground(image).round(3)


def from_sizes(recording: Recording, frame_size: tuple[int, int], fov_deg: float = FOV_DEG) -> Pose:
    """The camera that makes people and cars as tall as they usually are.

    `fov_deg` is the lens' horizontal field of view. If it is 15° off, distances are off by a third to a half.

    Raises:
        InputError: too few boxes, or all at one distance.
    """
    xyxy, height_m, spread = _usable(recording, frame_size)
    if len(xyxy) < LEAST:
        raise InputError(
            f"calibration by sizes needs {LEAST} boxes of {', '.join(HEIGHTS_M)} in full view, got {len(xyxy)}"
        )
    if np.ptp(np.percentile(xyxy[:, 3], [5, 95])) < SPREAD_LEAST * frame_size[1]:
        raise InputError("calibration by sizes needs people near and far; all were seen at about the same distance")

    focal = _focal(fov_deg, frame_size)

    def off(guess: Floats) -> Floats:
        seen = _heights(xyxy, height_m, float(np.exp(guess[0])), float(guess[1]), focal, frame_size)
        measured = xyxy[:, 3] - xyxy[:, 1]
        return np.where(np.isfinite(seen), np.log(np.maximum(seen, 1.0) / measured), 3.0) / spread

    best = min(
        (least_squares(off, [np.log(height), np.radians(tilt)], loss="soft_l1",
                       bounds=([np.log(1.5), 0.0], [np.log(40.0), np.radians(85)]))
         for height in (3.0, 6.0, 12.0) for tilt in (10.0, 25.0, 45.0)),
        key=lambda found: found.cost,
    )  # fmt: skip
    error = float(np.median(np.abs(off(best.x) * spread)))
    return Pose(float(np.exp(best.x[0])), float(np.degrees(best.x[1])), fov_deg, frame_size, len(xyxy), error)


def _usable(recording: Recording, frame_size: tuple[int, int]) -> tuple[Floats, Floats, Floats]:
    """Boxes (n, 4), the height of their class and its relative spread (n,)."""
    known = np.array([name in HEIGHTS_M for name in recording.names] or [False])
    box = recording.xyxy
    inside = (box[:, :2] > EDGE_PX).all(axis=1) & (box[:, 2:] < np.array(frame_size) - EDGE_PX).all(axis=1)
    kept: Bools = known[recording.class_id] & inside & (recording.confidence >= SURE) if len(box) else np.zeros(0, bool)
    names = [recording.names[i] for i in recording.class_id[kept]]
    mean = np.array([HEIGHTS_M[name][0] for name in names])
    return box[kept], mean, np.array([HEIGHTS_M[name][1] for name in names]) / mean if len(mean) else mean


def _focal(fov_deg: float, frame_size: tuple[int, int]) -> float:
    return float(frame_size[0] / 2 / np.tan(np.radians(fov_deg) / 2))


def _ground(pixels: Floats, height_m: float, tilt: float, focal: float, frame_size: tuple[int, int]) -> Floats:
    right, down = ((np.asarray(pixels, np.float64) - np.array(frame_size) / 2) / focal).T
    ahead, fall = np.cos(tilt) - down * np.sin(tilt), np.sin(tilt) + down * np.cos(tilt)
    reach = height_m / np.where(fall > 1e-9, fall, np.nan)
    return np.column_stack([right * reach, ahead * reach])


def _heights(
    xyxy: Floats, height_m: Floats, camera_m: float, tilt: float, focal: float, frame_size: tuple[int, int]
) -> Floats:
    """How tall, in pixels (n,), upright things of these heights look whose feet are where the boxes end."""
    feet = np.column_stack([(xyxy[:, 0] + xyxy[:, 2]) / 2, xyxy[:, 3]])
    y = _ground(feet, camera_m, tilt, focal, frame_size)[:, 1]
    down, ahead = camera_m - height_m, y
    depth = ahead * np.cos(tilt) + down * np.sin(tilt)
    top = frame_size[1] / 2 + focal * (down * np.cos(tilt) - ahead * np.sin(tilt)) / np.where(
        depth > 0.1, depth, np.nan
    )
    return np.asarray(xyxy[:, 3] - top)
