"""A constant-velocity Kalman filter for all boxes of a camera at once, in seconds and pixels.

A box is measured as z = (centre x, centre y, width, height). The four coordinates are filtered independently: each has
a value, its velocity and their 2×2 covariance, so every step is a closed form over arrays and no matrix is inverted.
All noise is in proportion to the object's size, and grows with time so that one setting suits every frame rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.types import Floats

VALUE, VELOCITY, VAR, COV, VELOCITY_VAR = range(5)
"""Rows of a state (5, n, 4): value (px), velocity (px/s), var(value), cov(value, velocity), var(velocity)."""


@dataclass(frozen=True)
class Noise:
    """Standard deviations for (centre, width and height), in object sizes; a size is the mean of width and height."""

    measured: tuple[float, float]
    """Of one detected box."""
    speed: tuple[float, float]
    """Of a velocity nobody has seen yet, per second."""
    drift: tuple[float, float]
    """Of what a velocity changes by within one second; grows with the square root of time."""


class Kalman:
    """The equations; the states belong to the caller."""

    def __init__(self, noise: Noise) -> None:
        self._measured, self._speed, self._drift = (
            np.square(np.repeat(pair, 2)) for pair in (noise.measured, noise.speed, noise.drift)
        )

    def start(self, z: Floats) -> Floats:
        """State (5, n, 4) of objects first seen at `z` (n, 4)."""
        area = _size_squared(z)
        state = np.zeros((5, len(z), 4))
        state[VALUE] = z
        state[VAR] = self._measured * area
        state[VELOCITY_VAR] = self._speed * area
        return state

    def predict(self, state: Floats, dt: float) -> None:
        """Advance `state` (5, n, 4) by `dt` seconds, in place.

        White-noise acceleration of density q (Bar-Shalom, Li & Kirubarajan 2001, section 6.2):
        Q = q [[dt³/3, dt²/2], [dt²/2, dt]], so that two steps of dt/2 equal one of dt.
        """
        value, velocity, var, cov, velocity_var = state
        q = self._drift * _size_squared(value)
        gained = velocity_var * dt
        value += velocity * dt
        np.maximum(value[:, 2:], 1.0, out=value[:, 2:])  # what comes towards or goes away must not turn inside out
        var += (cov + cov + gained) * dt
        cov += gained
        state[VAR:] += np.array([[[dt**3 / 3]], [[dt**2 / 2]], [[dt]]]) * q

    def correct(self, state: Floats, z: Floats) -> Floats:
        """State (5, n, 4) after `z` (n, 4) was measured: the Kalman update, written out for 2×2."""
        total = state[VAR] + self._measured * _size_squared(z)
        gain = state[VAR : COV + 1] / total
        corrected = np.empty_like(state)
        corrected[: VELOCITY + 1] = state[: VELOCITY + 1] + gain * (z - state[VALUE])
        corrected[VAR : COV + 1] = state[VAR : COV + 1] * (1 - gain[0])
        corrected[VELOCITY_VAR] = state[VELOCITY_VAR] - gain[1] * state[COV]
        return corrected


def _size_squared(z: Floats) -> Floats:
    """((width + height) / 2)² of boxes (n, 4) → (n, 1)."""
    size = (z[:, 2:3] + z[:, 3:4]) * 0.5
    return np.asarray(size * size)
