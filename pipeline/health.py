"""Is this camera fit to be believed: blocked, defocused, moved, dark, bright or frozen?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from pipeline.types import Floats

Luma = npt.NDArray[np.uint8]
Grey = npt.NDArray[np.float32]
Problem = Literal["blocked", "defocused", "moved", "dark", "bright", "frozen"]
SIDE = 320
"""Longer side of the picture that is judged, pixels."""
TILES = (8, 6)
"""Across and down; most of them must agree, so that traffic in some does not matter."""
LEARN_S = 300.0
"""Time constant of what the view is known to look like: dusk is slower."""
FIRST_LOOKS = 20
"""Until then there is nothing to compare with."""
STEADY = 0.6
"""A tile that usually looks so much like itself (correlation) is part of the view, not of the traffic in it."""
ENOUGH = 6
"""So many steady tiles are needed to say that the view changed."""


class HealthSettings(BaseModel):
    """When a camera counts as tampered with, or as offline. Defaults are ours, tried on degraded footage."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    seconds: float = Field(20.0, gt=0, description="A problem lasts so long before it is told.")
    offline_s: float = Field(20.0, gt=0, description="No picture for so long: the camera is offline.")
    every_s: float = Field(1.0, gt=0, description="Between two looks.")
    dark: float = Field(30.0, ge=0, le=255, description="Mean brightness of a picture that shows nothing,")
    bright: float = Field(215.0, ge=0, le=255, description="and of one that is blinded,")
    plain: float = Field(8.0, gt=0, description="where brightness differs by no more than this within it.")
    sharpness: float = Field(0.62, gt=0, lt=1, description="Below this part of its usual sharpness: defocused.")
    texture: float = Field(0.25, gt=0, lt=1, description="A tile with less than this part of its usual edges is lost;")
    lost: float = Field(0.6, gt=0, lt=1, description="when more than this part of the tiles is: blocked.")
    likeness: float = Field(0.5, gt=0, lt=1, description="Correlation with the usual view below this: moved.")


@dataclass(frozen=True, slots=True)
class _View:
    """What is compared of a picture."""

    small: Grey
    edges: Floats
    """Mean gradient of each tile."""
    sharpness: float
    """Fine detail by coarse: dusk takes of both, defocus of the fine."""


class Health:
    """Watches one camera, across the epochs of its stream, and says what has been wrong for long enough.

    It learns what the view usually looks like while nothing is wrong, slowly enough to follow the day and not a hand.

    What it cannot see: a camera that was already covered, moved or defocused when it was first looked at (dark, bright
    and frozen it sees); a cover with as much structure as the view, in the same places; a view with no structure
    of its own (fog, a bare wall), of which it says nothing but dark, bright and frozen.
    """

    def __init__(self, settings: HealthSettings) -> None:
        self._settings = settings
        self._usual: _View | None = None
        self._alike: Floats = np.ones(TILES[0] * TILES[1])
        """How much each tile usually looks like itself."""
        self._looks = 0
        self._last: Luma | None = None
        self._last_time = -np.inf
        self._view = _Lasting(settings.seconds)
        self._frozen = _Lasting(settings.seconds)
        self.problems: tuple[Problem, ...] = ()
        """What has been wrong for `seconds`, and not yet right again for half as long."""

    def due(self, time: float) -> bool:
        return not 0 <= time - self._last_time < self._settings.every_s - 0.001

    def look(self, time: float, luma: Luma) -> tuple[Problem, ...]:
        """Judge the picture taken at `time` (brightness, (height, width)), and return `problems`.

        A hand before the lens may look covered in one picture and blurred in the next: it is the trouble with the view
        that must last, and what it looked like most often is told.
        """
        view, frozen = self._wrong(luma, time - self._last_time)
        self._last_time = time
        told = (self._view.look(time, view), self._frozen.look(time, "frozen" if frozen else None))
        self.problems = tuple(sorted(problem for problem in told if problem is not None))
        return self.problems

    def _wrong(self, luma: Luma, dt: float) -> tuple[Problem | None, bool]:
        """What is wrong with the view in this picture, and whether it is the last picture once more."""
        scale = SIDE / max(luma.shape)
        picture = cv2.resize(luma, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        frozen = self._last is not None and self._last.shape == luma.shape and bool(np.array_equal(self._last, luma))
        self._last = luma.copy()
        wrong = self._blind(picture)
        view = _seen(picture)
        if self._usual is None or self._usual.small.shape != view.small.shape:
            self._usual, self._looks = view, 0
        if wrong is None and self._looks >= FIRST_LOOKS:
            wrong = self._changed(view, self._usual)
        if wrong is None and not frozen:
            self._learn(view, dt)
        return wrong, frozen

    def _blind(self, picture: Luma) -> Problem | None:
        settings, mean, spread = self._settings, float(picture.mean()), float(picture.std())
        if spread > settings.plain:
            return None
        return "dark" if mean <= settings.dark else "bright" if mean >= settings.bright else None

    def _changed(self, view: _View, usual: _View) -> Problem | None:
        """What the steady tiles with structure of their own say."""
        settings = self._settings
        told = (self._alike >= STEADY) & (usual.edges >= 1.0)
        if told.sum() < ENOUGH:
            return None
        if (view.edges < settings.texture * usual.edges)[told].mean() > settings.lost:
            return "blocked"
        if view.sharpness < settings.sharpness * usual.sharpness:
            return "defocused"
        return "moved" if float(np.median(likeness(view.small, usual.small)[told])) < settings.likeness else None

    def _learn(self, view: _View, dt: float) -> None:
        usual = self._usual
        assert usual is not None
        self._looks += 1
        part = max(1 / self._looks, 1 - float(np.exp(-max(dt, 0.0) / LEARN_S))) if np.isfinite(dt) else 1.0
        if self._looks > 1:
            self._alike += max(1 / (self._looks - 1), part) * (likeness(view.small, usual.small) - self._alike)
        self._usual = _View(
            usual.small + np.float32(part) * (view.small - usual.small),
            usual.edges + part * (view.edges - usual.edges),
            usual.sharpness + part * (view.sharpness - usual.sharpness),
        )


class _Lasting:
    """Says what has been wrong for `seconds`, until it has been right for half as long."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: float | None = None
        self._right_since: float | None = None
        self._seen: Counter[Problem] = Counter()
        self._told: Problem | None = None

    def look(self, time: float, wrong: Problem | None) -> Problem | None:
        if wrong is None:
            self._right_since = time if self._right_since is None else self._right_since
            if self._told is None or time - self._right_since >= self._seconds / 2:
                self._since, self._told = None, None
                self._seen.clear()
            return self._told
        self._since = time if self._since is None else self._since
        self._right_since = None
        self._seen[wrong] += 1
        if self._told is None and time - self._since >= self._seconds:
            self._told = self._seen.most_common(1)[0][0]
        return self._told


def likeness(one: Grey, other: Grey) -> Floats:
    """Correlation of two pictures in each tile, -1 to 1, row by row."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    return np.array([float((a * b).mean() / max(1e-6, a.std() * b.std())) for a, b in pairs])


def _seen(picture: Luma) -> _View:
    """Blurred a little, so that leaves and noise matter less."""
    small = cv2.GaussianBlur(picture, (0, 0), 2.0).astype(np.float32)
    edges = cv2.magnitude(cv2.Sobel(small, cv2.CV_32F, 1, 0), cv2.Sobel(small, cv2.CV_32F, 0, 1))
    fine = float(np.abs(cv2.Laplacian(cv2.GaussianBlur(picture, (0, 0), 1.0), cv2.CV_32F)).mean())
    coarse = cv2.resize(edges, TILES, interpolation=cv2.INTER_AREA).astype(float).ravel()
    return _View(small, coarse, fine / (1.0 + float(coarse.mean())))


def _parts(picture: Grey) -> list[Grey]:
    """The tiles, each less its mean."""
    rows = np.array_split(picture, TILES[1], axis=0)
    parts = [part for row in rows for part in np.array_split(row, TILES[0], axis=1)]
    return [part - part.mean() for part in parts]
