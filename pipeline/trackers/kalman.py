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
    lasting_s: float
    """For how long the error of a box lasts: frames closer together than this repeat each other's error."""
    drift: tuple[float, float]
    """Of what a velocity changes by within one second; grows with the square root of time."""


class Kalman:
    """The equations; the states belong to the caller."""

    def __init__(self, noise: Noise) -> None:
        self._lasting_s = noise.lasting_s
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
        value += velocity * dt
        var += (2 * dt) * cov + (dt * dt) * velocity_var + (dt**3 / 3) * q
        cov += dt * velocity_var + (dt * dt / 2) * q
        velocity_var += dt * q

    def correct(self, state: Floats, z: Floats, since: Floats) -> Floats:
        """State (5, n, 4) after `z` (n, 4) was measured, `since` (n,) seconds after the measurement before.

        The Kalman update, written out for 2×2. An error that lasts is no white noise: of measurements taken every dt, only
        one in (1 + lasting_s / dt) is news, so the variance counts so many times.
        """
        value, velocity, var, cov, velocity_var = state
        repeated = 1 + self._lasting_s / since[:, None]
        total = var + self._measured * (_size_squared(z) * repeated)
        gain, velocity_gain, residual = var / total, cov / total, z - value
        corrected = np.empty_like(state)
        corrected[VALUE] = value + gain * residual
        corrected[VELOCITY] = velocity + velocity_gain * residual
        corrected[VAR] = var - gain * var
        corrected[COV] = cov - gain * cov
        corrected[VELOCITY_VAR] = velocity_var - velocity_gain * cov
        return corrected


def _size_squared(z: Floats) -> Floats:
    """((width + height) / 2)² of boxes (n, 4) → (n, 1)."""
    size = (z[:, 2:3] + z[:, 3:4]) * 0.5
    return np.asarray(size * size)
