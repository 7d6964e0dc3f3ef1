"""The Kalman filter: what it must conserve, and how sure it may be."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.trackers.kalman import COV, VALUE, VAR, VELOCITY, VELOCITY_VAR, Kalman, Noise
from pipeline.types import Floats

NOISE = Noise(measured=(0.05, 0.05), speed=(2.0, 0.6), drift=(0.3, 0.1))
BOX = np.array([[100.0, 200.0, 40.0, 100.0]])


def after(seconds: float, fps: float, velocity: tuple[float, float] = (50.0, -20.0)) -> Floats:
    """State of one box that moved at `velocity` (px/s) and was measured without error at `fps`."""
    kalman = Kalman(NOISE)
    state = kalman.start(BOX)
    for frame in range(1, round(seconds * fps) + 1):
        kalman.predict(state, 1 / fps)
        z = BOX + np.array([*velocity, 0, 0]) * frame / fps
        state = kalman.correct(state, z)
    return state


@pytest.mark.parametrize("fps", [2, 5, 10, 25, 30])
def test_learns_the_velocity_in_seconds_at_every_rate(fps: float) -> None:
    state = after(4.0, fps)
    assert state[VELOCITY, 0, :2] == pytest.approx([50, -20], abs=2)
    assert state[VALUE, 0] == pytest.approx([300, 120, 40, 100], abs=1)


@pytest.mark.parametrize("steps", [2, 7, 50], ids=lambda n: f"in {n} steps")
def test_many_short_predictions_equal_one_long(steps: int) -> None:
    once, often = after(1.0, 10), after(1.0, 10)
    Kalman(NOISE).predict(once, 1.0)
    for _ in range(steps):
        Kalman(NOISE).predict(often, 1.0 / steps)
    # The noise follows the size, which changes a little on the way.
    np.testing.assert_allclose(often, once, rtol=1e-3, atol=1e-6)


def test_equals_the_textbook_with_matrices() -> None:
    dt, size = 0.2, 70.0
    f = np.array([[1, dt], [0, 1]])
    q = (0.3 * size) ** 2 * np.array([[dt**3 / 3, dt**2 / 2], [dt**2 / 2, dt]])
    r = (0.05 * size) ** 2
    x, p = np.array([100.0, 0.0]), np.diag([r, (2.0 * size) ** 2])
    x, p = f @ x, f @ p @ f.T + q
    gain = p[:, 0] / (p[0, 0] + r)
    x, p = x + gain * (110 - x[0]), p - np.outer(gain, p[0])

    kalman = Kalman(NOISE)
    state = kalman.start(BOX)
    kalman.predict(state, dt)
    state = kalman.correct(state, np.array([[110.0, 200, 40, 100]]))

    got = state[:, 0, 0]
    assert got[[VALUE, VELOCITY]] == pytest.approx(x)
    assert got[[VAR, COV, VELOCITY_VAR]] == pytest.approx([p[0, 0], p[0, 1], p[1, 1]])


def test_noise_is_in_proportion_to_size() -> None:
    kalman = Kalman(NOISE)
    near, far = kalman.start(BOX), kalman.start(BOX / 10)
    for state in (near, far):
        kalman.predict(state, 0.5)
    np.testing.assert_allclose(near, far * np.array([10, 10, 100, 100, 100])[:, None, None])


def test_less_sure_the_longer_unseen_and_surer_once_seen() -> None:
    kalman = Kalman(NOISE)
    state = after(1.0, 10)
    sure = state[VAR, 0, 0]
    kalman.predict(state, 1.0)
    unsure = state[VAR, 0, 0]
    assert unsure > 10 * sure
    assert kalman.correct(state, state[VALUE].copy())[VAR, 0, 0] < unsure


def test_a_shrinking_box_never_turns_inside_out() -> None:
    kalman = Kalman(NOISE)
    state = kalman.start(BOX)
    state[VELOCITY, :, 2:] = -500.0
    kalman.predict(state, 2.0)
    assert state[VALUE, 0, 2:].tolist() == [1.0, 1.0]
    assert np.isfinite(state).all()


def test_correct_leaves_its_input_alone() -> None:
    state = after(1.0, 10)
    before = state.copy()
    Kalman(NOISE).correct(state, BOX)
    np.testing.assert_array_equal(state, before)
