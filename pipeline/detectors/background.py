"""Two backgrounds of one camera: what a pixel has shown for seconds, and what it showed for minutes before."""

from __future__ import annotations

from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.types import Bools

Luma = npt.NDArray[np.float32]
"""Brightness 0..255, shape (height, width)."""

CELL_PX = 40
"""Light is compared over cells of this size: far larger than a bag, smaller than what one lamp lights."""
NEIGHBOURS = np.ones((3, 3), np.uint8)
MIN_TOLERANCE = 7.0
"""Grey levels by which a still pixel may flicker: what H.264 at usual bit rates does to a calm wall."""
NOISES = 4.0
"""… or so many standard deviations of this camera's noise, whichever is more."""
NOISE_S = 10.0
TEXTURE_PX = 9
TEXTURE_LEVELS = 1.2
"""A surface whose standard deviation over a window is below this shows no texture that could be compared."""
SAME_TEXTURE = 0.7
"""Correlation from which two pictures of a spot show the same surface, whatever the light on it."""

ELLIPSE = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
RIM = np.ones((TEXTURE_PX + 2, TEXTURE_PX + 2), np.uint8)


class Rates(Protocol):
    """What `Backgrounds` reads from its settings."""

    @property
    def fast_s(self) -> float: ...
    @property
    def slow_s(self) -> float: ...
    @property
    def learn_s(self) -> float: ...
    @property
    def grace_s(self) -> float: ...
    @property
    def remember_s(self) -> float: ...
    @property
    def contrast(self) -> float: ...


class Backgrounds:
    """The dual background of Porikli, Ivanov and Haga (2008), on brightness, with all rates in seconds.

    `fast` is the mean since the pixel last changed and starts anew where the picture leaves it; `still` counts the
    seconds since then. `slow` follows at the rate of minutes, and not at all where the two disagree: it never absorbs
    what it has not been told to `adopt`. A pixel has no slow background (`known_since` is infinite) before it has been
    still and in view for `learn_s`, and loses it again behind something known that stays for `remember_s`.
    """

    def __init__(self, luma: Luma, rates: Rates) -> None:
        """`luma` is the first picture."""
        self.fast = luma.copy()
        self.slow = luma.copy()
        self.still = np.zeros(luma.shape, np.float32)
        self.known_since = np.full(luma.shape, np.inf, np.float32)
        self._away = np.zeros(luma.shape, np.float32)
        self._covered = np.zeros(luma.shape, np.float32)
        self._noise = MIN_TOLERANCE / NOISES
        self._rates = rates

    def watch(self, dt: float, credit: float, luma: Luma, covered: Bools) -> None:
        """Bring the fast background up to `luma`, `dt` seconds after the one before.

        `credit` is how much of `dt` counts as having stood still; `covered` (height, width) are pixels behind things
        that are known, where nothing ever counts as still.
        """
        step = luma - self.fast
        missed = np.abs(step)
        near = missed <= max(MIN_TOLERANCE, NOISES * self._noise)
        typical = float(np.median(missed[::4, ::4])) * 1.4826
        self._noise += (typical - self._noise) * min(1.0, dt / NOISE_S)
        self.still += near * np.float32(credit)
        self._away = np.where(near, np.float32(0), self._away + np.float32(dt))
        self.fast += step * near * (dt / (np.minimum(self.still, self._rates.fast_s) + dt))
        anew = self._away > self._rates.grace_s
        self.fast[anew] = luma[anew]
        self._away[anew] = 0
        self.still[anew | covered] = 0
        self._covered = np.where(covered, self._covered + np.float32(dt), np.float32(0))
        self.known_since[self._covered >= self._rates.remember_s] = np.inf

    def relit(self) -> Luma:
        """The slow background under the light of now: each cell scaled by the median ratio around it."""
        rows, columns = (max(1, round(side / CELL_PX)) for side in self.slow.shape)
        ratio = (self.fast[::2, ::2] + 8) / (self.slow[::2, ::2] + 8)
        height, width = ratio.shape[0] // rows * rows, ratio.shape[1] // columns * columns
        cells = ratio[:height, :width].reshape(rows, height // rows, columns, width // columns)
        gains = np.median(cells, axis=(1, 3)).astype(np.float32)
        if min(gains.shape) >= 3:
            gains = cv2.medianBlur(gains, 3)
        gain = cv2.resize(gains, self.slow.shape[::-1], interpolation=cv2.INTER_LINEAR)
        relit: Luma = np.clip((self.slow + 8) * gain - 8, 0, 255)
        return relit

    def changed(self, relit: Luma) -> Bools:
        """Where neither the light of now nor that of before explains the fast background."""
        changed = self._outside(relit) & np.isfinite(self.known_since)
        # Beside a screen or a shop window the light of a cell is not that of its wall.
        if changed.any():
            changed &= self._outside(self.slow)
        return changed

    def _outside(self, slow: Luma) -> Bools:
        """Where the fast background is not what a slow one shows within a pixel around (a shaken camera)."""
        above, below = self.fast - cv2.dilate(slow, NEIGHBOURS), cv2.erode(slow, NEIGHBOURS) - self.fast
        outside: Bools = np.maximum(above, below) > max(self._rates.contrast, NOISES * self._noise)
        return outside

    def follow(self, time: float, dt: float, held: Bools) -> None:
        """Move the slow background towards the fast one, except where it is `held`; learn what was never seen."""
        calm = (self.still >= self._rates.learn_s) & ~held
        self.slow += (self.fast - self.slow) * calm * np.float32(min(1.0, dt / self._rates.slow_s))
        self.adopt(time, calm & np.isinf(self.known_since))

    def adopt(self, time: float, where: Bools) -> None:
        """Take what is seen now for the scene, at once; `time` is on the clock of `known_since`."""
        self.slow[where] = self.fast[where]
        self.known_since[where] = time


def same_texture(now: Luma, before: Luma) -> tuple[Bools, Bools]:
    """Where two pictures show the same surface, brighter or darker; and where `before` has a texture to tell it by.

    Shadows and lamps scale a surface and leave its texture; a thing hides it: normalised correlation over a small
    window, after Jacques, Jung and Musse, "Background subtraction and shadow detection in grayscale video" (2005).
    A surface without texture is never "the same".
    """
    mean_now, mean_before = _mean(now), _mean(before)
    variance_now = _mean(now * now) - mean_now * mean_now
    variance_before = _mean(before * before) - mean_before * mean_before
    covariance = _mean(now * before) - mean_now * mean_before
    floor = TEXTURE_LEVELS**2
    textured: Bools = variance_before > floor
    alike = covariance > SAME_TEXTURE * np.sqrt(np.maximum(variance_now * variance_before, 1e-6))
    return alike & textured & (variance_now > floor / 6), textured


def beyond_light(changed: Bools, same: Bools) -> Bools:
    """The changed pixels that no shadow or lamp explains.

    Where only the light changed the texture is the `same`. Along the border of that the test fails, so what lies close
    to it counts only as part of something that reaches farther.
    """
    lit = cv2.morphologyEx((changed & same).astype(np.uint8), cv2.MORPH_OPEN, ELLIPSE)
    other = (changed & ~same).astype(np.uint8)
    core = cv2.morphologyEx(other & ~cv2.dilate(lit, RIM), cv2.MORPH_OPEN, ELLIPSE)
    beyond: Bools = (other & cv2.dilate(core, RIM)) > 0
    return beyond


def _mean(image: Luma) -> Luma:
    mean: Luma = cv2.blur(image, (TEXTURE_PX, TEXTURE_PX))
    return mean
