"""The ground a parked vehicle covers, from the bottom edge of its box and its usual size."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.paths import Paths

LENGTHS_M: Mapping[str, tuple[float, float]] = {
    "bicycle": (1.7, 0.5), "motorcycle": (1.9, 0.7), "car": (4.3, 1.8), "truck": (7.0, 2.4), "bus": (11.0, 2.5),
}  # fmt: skip
"""Length and width of a usual vehicle; what is not known by name is as deep as it is wide."""
FORESHORTENING = 0.35
"""Where the camera is not calibrated, a metre away from it is so much shorter than a metre across."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """A rectangle on the plane: from `corner`, `width` along `across` and `depth` along `away` (unit vectors)."""

    corner: tuple[float, float]
    across: tuple[float, float]
    away: tuple[float, float]
    width: float
    depth: float

    def gap(self, u: float, v: float) -> float:
        """How far the point (u, v) is outside, 0 inside; units of the plane."""
        du, dv = u - self.corner[0], v - self.corner[1]
        a = du * self.across[0] + dv * self.across[1]
        b = du * self.away[0] + dv * self.away[1]
        return math.hypot(max(-a, a - self.width, 0.0), max(-b, b - self.depth, 0.0))


def footprint(paths: Paths, box: list[float], class_name: str, metres: float) -> Footprint:
    """The ground under a box (4,): its bottom edge is the near side; how deep it is follows from how wide it looks.

    A vehicle of length L and width W that looks w wide is about L + W − w deep (exact side on and end on).
    """
    x1, _, x2, y2 = box
    middle = (x1 + x2) / 2
    rise = max(0.02 * (y2 - box[1]), 1.0)
    ends = paths.on_plane(np.array([[x1, y2], [x2, y2], [middle, y2], [middle, y2 - rise]]))
    across, away = ends[1] - ends[0], ends[3] - ends[2]
    width = float(np.hypot(*across))
    if not np.isfinite(ends).all() or width <= 0:
        return Footprint((float(ends[0, 0]), float(ends[0, 1])), (1.0, 0.0), (0.0, 1.0), 0.0, 0.0)
    across = across / width
    away = away - across * float(away @ across)
    away = away / max(float(np.hypot(*away)), 1e-9)
    long, short = LENGTHS_M.get(class_name, (width * metres, width * metres))
    depth_m = min(max(long + short - width * metres, short), long)
    depth = depth_m / metres * (1.0 if paths.homography is not None else FORESHORTENING)
    return Footprint(
        (float(ends[0, 0]), float(ends[0, 1])),
        (float(across[0]), float(across[1])),
        (float(away[0]), float(away[1])),
        width,
        depth,
    )
