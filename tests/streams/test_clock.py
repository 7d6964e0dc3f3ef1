"""Capture times: evenly spaced as the camera took them, on the receiver's clock, whatever the network does."""

import numpy as np
import pytest

from pipeline.streams.clock import CaptureClock

WALL = 1_700_000_000.0


def times(pts, arrivals, jump_s=2.0):
    """Stamps of one epoch; stops at the picture that ends it."""
    clock = CaptureClock(WALL, 100.0, jump_s)
    made = []
    for one, arrival in zip(pts, arrivals, strict=True):
        stamp = clock.stamp(one, 100.0 + arrival)
        if stamp is None:
            break
        made.append(stamp)
    return made


def test_jitter_of_the_network_does_not_reach_the_times():
    pts = np.arange(500) / 25
    arrivals = pts + 0.01 + np.random.default_rng(0).exponential(0.05, 500)
    made = times(pts + 1234, arrivals)
    steps = np.diff([stamp.time for stamp in made])
    assert np.abs(steps[100:] - 0.04).max() < 0.011
    assert made[-1].time == pytest.approx(WALL + pts[-1] + 0.01, abs=0.02)


def test_no_picture_was_taken_after_it_came():
    pts = np.arange(300) / 25
    arrivals = np.maximum.accumulate(pts + np.random.default_rng(1).uniform(0, 0.5, 300))
    made = times(pts, arrivals)
    assert all(stamp.time <= WALL + arrival + 0.02 for stamp, arrival in zip(made, arrivals, strict=True))
    assert all(stamp.lag >= 0 for stamp in made)


def test_after_a_stall_the_burst_keeps_its_times():
    pts = np.arange(200) / 25
    arrivals = np.where(pts < 4, pts, np.maximum(pts, 6.0))
    made = times(pts, arrivals)
    assert len(made) == 200
    assert made[110].lag == pytest.approx(6.0 - pts[110], abs=0.01)
    assert made[110].time == pytest.approx(WALL + pts[110], abs=0.01)


@pytest.mark.parametrize(
    ("drift", "most"), [(1.0, 0.001), (1.001, 0.07), (0.999, 0.07)], ids=["none", "1000 ppm fast", "1000 ppm slow"]
)
def test_a_camera_clock_that_drifts_is_followed(drift, most):
    arrivals = np.arange(0, 600, 0.2)
    made = times(arrivals * drift, arrivals)
    assert len(made) == len(arrivals)
    assert abs(made[-1].time - (WALL + arrivals[-1])) < most


def test_delay_that_grows_slowly_is_delay():
    """A box that is 5 % too slow falls behind by a second every 20 s; nobody may call that now."""
    pts = np.arange(0, 300, 0.04)
    made = times(pts, pts * 1.05)
    assert made[-1].lag == pytest.approx(300 * 0.05 - 315 * 0.001, rel=0.05)


@pytest.mark.parametrize("jump", [3600.0, 5.0, -0.6, -3600.0])
def test_a_jump_ends_the_epoch(jump):
    pts = np.arange(100) / 25
    pts[50:] += jump
    assert len(times(pts, np.arange(100) / 25)) == 50


@pytest.mark.parametrize("jump", [1.9, 0.5, -0.1], ids=["a pause", "a short one", "disorder"])
def test_a_small_one_does_not(jump):
    pts = np.arange(100) / 25
    pts[50:] += jump
    made = times(pts, np.arange(100) / 25)
    assert len(made) == 100
    assert all(np.diff([round(stamp.time * 1000) for stamp in made]) > 0)


def test_pictures_without_time_stamps_are_timed_by_their_arrival():
    made = times([None] * 5, [0.0, 0.04, 0.04, 0.08, 0.12])
    assert [round(stamp.time - WALL, 3) for stamp in made] == [0.0, 0.04, 0.041, 0.08, 0.12]
