"""Point pairs → homography, with how well they agree, and reasons to refuse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline import geometry
from pipeline.errors import InputError
from pipeline.types import Floats

MOST_M = 0.5
"""Greater mean errors are refused: the length of a foot step, and a tenth of a car."""
MOST_SHARE = 0.02
"""… or of the longest distance between two points, where the scene is large."""
WITHOUT_BETTER = 3.0
"""A pair is named as the wrong one when the others agree so many times better without it."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A homography and what it makes of its own pairs."""

    image: Floats
    """Pixels (n, 2)."""
    ground_m: Floats
    """Metres (n, 2)."""
    homography: Floats
    """Pixels → metres (3, 3)."""
    error_m: Floats
    """How far each pair is off on the ground, (n,): left out of five pairs or more and foretold by the others."""
    error_px: Floats
    """The same in the picture, fitted with all pairs."""
    checked: bool
    """False for four pairs: they always agree, whatever they are."""

    @property
    def rms_m(self) -> float:
        return float(np.sqrt(np.mean(self.error_m**2)))


def fit(image: Floats, ground_m: Floats, most_m: float | None = None) -> Fit:
    """Least squares over at least four pairs: pixels (n, 2) ↔ metres (n, 2).

    Raises:
        InputError: too few pairs, points on one line, a mirrored plane, points beyond the horizon, or a mean error
            above `most_m` (unset: see `MOST_M`); the text names the pair that spoils it, where one does.
    """
    try:
        matrix = geometry.homography(image.tolist(), ground_m.tolist())
    except ValueError as exc:
        raise InputError(f"calibration: {exc}") from exc
    if not np.isfinite(geometry.project(matrix, image)).all():
        raise InputError("calibration: the horizon would run between the points; two of them are exchanged or wrong")
    if _mirrored(matrix, image):
        raise InputError(
            "calibration: the plane is mirrored; metres must be right-handed seen from above (x east, y north), so "
            "x and y, or latitude and longitude, may be exchanged"
        )
    apart = _left_out(image, ground_m) if len(image) > 4 else np.zeros(len(image))
    back = geometry.unproject(matrix, ground_m)
    found = Fit(image, ground_m, matrix, apart, np.hypot(*(back - image).T), len(image) > 4)
    limit = max(MOST_M, MOST_SHARE * _extent(ground_m)) if most_m is None else most_m
    if found.rms_m > limit:
        raise InputError(
            f"calibration: the {len(image)} pairs disagree by {found.rms_m:.2f} m on the average, allowed is "
            f"{limit:.2f} m; {_culprit(found)}"
        )
    return found


def rectangle(image: Floats, width_m: float, length_m: float, most_m: float | None = None) -> Fit:
    """From the corners (4, 2) of a rectangle on the ground, near left, near right, far right, far left: its width is
    across the picture, its length goes away from the camera. The plane begins at its near left corner."""
    ground = np.array([[0, 0], [width_m, 0], [width_m, length_m], [0, length_m]], float)
    return fit(image, ground, most_m)


def _mirrored(matrix: Floats, image: Floats) -> bool:
    """Seen from above, a turn to the right in the picture must stay one on the ground."""
    middle = image.mean(axis=0)
    points = geometry.project(matrix, middle + np.array([[0.0, 0], [1, 0], [0, -1]]))
    (ax, ay), (bx, by) = points[1:] - points[0]
    return bool(ax * by - ay * bx < 0)


def _left_out(image: Floats, ground_m: Floats) -> Floats:
    """How far each pair is from where the others put it, metres (n,)."""
    off = np.empty(len(image))
    for i in range(len(image)):
        others = np.arange(len(image)) != i
        try:
            matrix = geometry.homography(image[others].tolist(), ground_m[others].tolist())
        except ValueError:
            off[i] = np.inf  # without it the others lie on one line
            continue
        off[i] = np.hypot(*(geometry.project(matrix, image[i : i + 1])[0] - ground_m[i]))
    finite = np.isfinite(off)
    return np.where(finite, off, off[finite].max() if finite.any() else 0.0)


def _extent(ground_m: Floats) -> float:
    return float(np.hypot(*np.ptp(ground_m, axis=0)))


def _culprit(found: Fit) -> str:
    """The pair without which the others agree best; not the one that is farthest off: a wrong one spoils all others."""
    count = len(found.image)
    if count > 5:
        rest = [np.delete(np.arange(count), i) for i in range(count)]
        left = [float(np.sqrt(np.mean(_left_out(found.image[own], found.ground_m[own]) ** 2))) for own in rest]
        wrong = int(np.argmin(left))
        if left[wrong] * WITHOUT_BETTER < found.rms_m:
            u, v = found.image[wrong]
            off = found.error_m[wrong]
            return f"pair {wrong + 1} ({u:.0f}, {v:.0f}) is off by {off:.1f} m, without it {left[wrong]:.2f} m remain"
    return "look at them in the picture again; a lens that bends straight lines cannot be calibrated with pairs alone"
