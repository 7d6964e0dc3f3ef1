"""Which frames deserve the detector: those in which something may have changed since it last looked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from pipeline.geometry import Points
from pipeline.types import Bools, Floats

SAME_S = 1.0
"""While nothing changes the last answer is repeated so often: the time then counts as watched."""
SETTLE_S = 1.0
"""After a change it is repeated for every picture for so long: a tracker that hears nothing of what has just stopped
believes that it goes on."""
LIVING = ("person", "dog", "cat")
"""While one of these is in view the detector looks again soon, though nothing moves."""
Luma = npt.NDArray[np.uint8]
"""Brightness, shape (height, width), uint8: the Y plane of a picture."""
Small = npt.NDArray[np.float32]
Lit = tuple[Small, float]
"""A picture in cells, and how bright it is in its middle."""
Why = Literal["first", "motion", "refresh", "same"]
"""`same`: the picture shows what it showed when the detector last looked; its answer still holds."""
NOISE_S = 60.0
"""Time constant of each cell's noise."""
NOISE_CAP = 6.0
"""So much of one change counts as noise: what passes by does not make its place noisy."""
SPECK = np.ones((2, 2), np.uint8)
"""A change smaller than this many cells is noise."""
BARREN_AFTER = 12.0
"""A cell that changed this often, lately, without anything found there, no longer calls the detector."""
BARREN_MOST = 0.5
"""… unless so much of the picture did: then it may be weather, and the detector had better look."""
FORGET_S = 600.0
"""Time constant with which fruitless calls are forgotten."""


class GateSettings(BaseModel):
    """What counts as a change. Cells are `cell` pixels of a picture 640 wide."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    enabled: bool = Field(True, description="False: every sampled frame goes to the detector.")
    contrast: float = Field(10.0, gt=0, le=100, description="Least change of brightness of a cell, of 255.")
    noise: float = Field(4.0, gt=0, description="… and of its own noise, in mean deviations.")
    cells: int = Field(3, ge=1, description="So many cells next to each other must change.")
    side: int = Field(160, ge=40, le=640, description="Cells along the longer side of the picture.")
    linger_s: float = Field(10.0, ge=0, description="After a change, and while people are there, look again …")
    watch_s: float = Field(2.0, gt=0, description="… at least this often,")
    idle_s: float = Field(10.0, gt=0, description="and otherwise this often;")
    idle_most_s: float = Field(300.0, gt=0, description="each time that nothing came of it twice as late, at most so.")
    doze_s: float = Field(0.3, ge=0, description="After linger_s of calm, pictures closer than this are not compared.")
    masks: tuple[tuple[tuple[float, float], ...], ...] = Field(
        (), description="Polygons in 0..1 whose changes do not count, e.g. a burnt-in clock."
    )


class Gate:
    """Compares each picture of one camera, for one epoch of its stream, with the one the detector last saw.

    Slow changes add up until they count, so nothing creeps past. What a change of light as a whole explains is none:
    both pictures are brought to the same brightness first. A cell counts when it differs by more than `contrast` and
    by more than `noise` times what it differs from picture to picture anyway. Cells that keep changing without the
    detector finding anything there (foliage, a burnt-in clock) are left out until it does.

    A frame that is kept back is no absence: whoever holds the last answer may repeat it for this instant.
    """

    def __init__(self, settings: GateSettings, size: tuple[int, int], masks: Sequence[Points] = ()) -> None:
        """`size` is width and height of the picture, pixels; `masks` are privacy masks in 0..1."""
        scale = settings.side / max(size)
        self._cells = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
        self._settings = settings
        self._per_pixel = np.array(self._cells * 2, float) / (size * 2)
        self._open = self._unmasked([*masks, *settings.masks])
        self._shown: Lit | None = None
        """The picture that the detector saw last."""
        self._before: Lit | None = None
        self._noise = np.zeros(self._cells[::-1], np.float32)
        self._fruitless = np.zeros(self._cells[::-1], np.float32)
        self._any_fruitless = False
        self._unchanged = np.zeros(self._cells[::-1], bool)
        self._called: dict[int, Bools] = {}
        self._sent_at = self._moved_at = self._looked_at = -np.inf
        self._watched = False
        self._idle_s = settings.idle_s

    def judge(self, time: float, luma: Luma, number: int) -> Why:
        """Whether the picture taken at `time` goes to the detector, as its frame `number`, and why."""
        if self._dozes(time):
            return "same"
        half = (luma.shape[1] // 2, luma.shape[0] // 2)
        if min(half[0] - self._cells[0], half[1] - self._cells[1]) > 0:
            luma = cv2.resize(luma, half, interpolation=cv2.INTER_AREA)  # for which OpenCV has its fastest way
        cells = np.asarray(cv2.resize(luma, self._cells, interpolation=cv2.INTER_AREA), np.uint8)
        now = cells.astype(np.float32), _light(cells)
        changed = self._changed(now)
        self._learn_noise(time, now)
        why = self._why(time, changed)
        if why != "same":
            self._shown, self._sent_at = now, time
            self._called[number] = changed if why == "motion" else self._unchanged
            while len(self._called) > 4:
                del self._called[next(iter(self._called))]
        return why

    def answer(self, number: int, xyxy: Floats, watched: bool) -> None:
        """What the detector found in frame `number`: boxes (n, 4), pixels; `watched`: look again soon."""
        self._watched = watched
        called = self._called.pop(number, None)
        if called is None:
            return
        found = np.zeros(called.shape, bool)
        low, high = np.floor(xyxy * self._per_pixel) - 1, np.ceil(xyxy * self._per_pixel) + 1
        for x1, y1, x2, y2 in np.column_stack([low[:, :2], high[:, 2:]]).clip(0).astype(int).tolist():
            found[y1:y2, x1:x2] = True
        self._fruitless[found] = 0
        self._fruitless[called & ~found] += 1
        self._any_fruitless = bool(self._fruitless.any())

    def _dozes(self, time: float) -> bool:
        """All has long been calm, and the picture before was looked at just now: a change may wait for the next."""
        settings = self._settings
        if self._shown is None or self._watched or time - self._looked_at >= settings.doze_s - 1e-3:
            return False
        return settings.enabled and time - self._moved_at >= settings.linger_s

    def _why(self, time: float, changed: Bools) -> Why:
        settings = self._settings
        if self._shown is None or not settings.enabled:
            self._moved_at = time
            return "first" if self._shown is None else "motion"
        if self._any_fruitless:
            barren = self._fruitless > BARREN_AFTER
            if np.count_nonzero(barren) < BARREN_MOST * barren.size:
                changed = changed & ~barren
        if np.count_nonzero(changed) >= settings.cells:
            self._moved_at, self._idle_s = time, settings.idle_s
            return "motion"
        if self._watched or time - self._moved_at < settings.linger_s:
            self._idle_s = settings.idle_s
            return "refresh" if time - self._sent_at >= settings.watch_s else "same"
        if time - self._sent_at < self._idle_s:
            return "same"
        self._idle_s = min(2 * self._idle_s, max(settings.idle_s, settings.idle_most_s))
        return "refresh"

    def _changed(self, now: Lit) -> Bools:
        """Cells that show something else than the detector saw."""
        small, light = now
        if self._shown is None:
            return self._unchanged
        settings = self._settings
        shown = _relit(self._shown, light)
        if cv2.norm(small, shown, cv2.NORM_INF) <= settings.contrast:
            return self._unchanged  # as it mostly is
        differs = cv2.absdiff(small, shown)
        changed = differs > np.maximum(settings.noise * self._noise, settings.contrast)
        changed &= self._open
        return np.asarray(cv2.morphologyEx(changed.view(np.uint8), cv2.MORPH_OPEN, SPECK) > 0, np.bool_)

    def _learn_noise(self, time: float, now: Lit) -> None:
        small, light = now
        if self._before is not None:
            passed = time - self._looked_at
            differs = cv2.min(cv2.absdiff(small, _relit(self._before, light)), NOISE_CAP)
            cv2.accumulateWeighted(differs, self._noise, 1 - math.exp(-passed / NOISE_S))
            if self._any_fruitless:
                self._fruitless *= np.float32(np.exp(-passed / FORGET_S))
        self._before, self._looked_at = now, time

    def _unmasked(self, masks: Sequence[Points]) -> Bools:
        shut: npt.NDArray[np.uint8] = np.zeros(self._cells[::-1], np.uint8)
        for mask in masks:
            cv2.fillPoly(shut, [np.round(np.asarray(mask) * self._cells).astype(np.int32)], 1)
        return np.asarray(shut == 0, np.bool_)


def _light(cells: Luma) -> float:
    """How bright a picture is in its middle: the median of its cells, every third each way."""
    some = cells[::3, ::3].ravel()
    middle = (some.size - 1) // 2, some.size // 2
    parted = np.partition(some, middle)
    return (float(parted[middle[0]]) + float(parted[middle[1]])) / 2


def _relit(picture: Lit, light: float) -> Small:
    """`picture` as bright in its middle as `light`."""
    if picture[1] == light:
        return picture[0]
    made: Small = picture[0] * np.float32((light + 1) / (picture[1] + 1))
    return made


class Repeats:
    """When the last answer is told again, while the gate says `same`."""

    def __init__(self) -> None:
        self._told = self._moved = -np.inf

    def called(self, time: float, why: Why) -> None:
        """The picture taken at `time` went to the detector."""
        self._told = time
        if why == "motion":
            self._moved = time

    def due(self, time: float) -> bool:
        """Whether the answer is to be repeated for the picture taken at `time`, which shows the same."""
        if time - self._told < SAME_S and time - self._moved >= SETTLE_S:
            return False
        self._told = time
        return True


def living(names: Sequence[str]) -> Bools:
    """By class id, whether the class is one of `LIVING`, shape (names,)."""
    return np.isin(np.array(names, object), LIVING)
