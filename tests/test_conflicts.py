"""Two bodies on a plane: when they meet, how fast, and who left the ground before whom; against sums done by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import conflicts
from pipeline.conflicts import Bodies, Sweep, post_encroachment

CAR, BIKE = (4.0, 2.0), (2.0, 0.8)
EXACT = 1e-6


def body(x: float, y: float, heading_deg: float, speed: float, size: tuple[float, float] = CAR) -> Bodies:
    return Bodies(*(np.array([v], float) for v in (x, y, math.radians(heading_deg), speed, *size)))


def moving(
    x: float, y: float, heading_deg: float, speed: float, until: float, size: tuple[float, float] = CAR
) -> Sweep:
    """Straight on from time 0, ten samples a second."""
    time = np.arange(0, until + 1e-9, 0.1)
    heading = math.radians(heading_deg)
    full = np.ones(len(time))
    return Sweep(time, Bodies(x + speed * math.cos(heading) * time, y + speed * math.sin(heading) * time,
                              heading * full, speed * full, size[0] * full, size[1] * full))  # fmt: skip


MEETINGS = {
    "head-on: 36 m between the bumpers at 20 m/s": (body(0, 0, 0, 10), body(40, 0, 180, 10), 1.8, 20.0),
    "following: 20 m at 5 m/s": (body(0, 0, 0, 15), body(24, 0, 0, 10), 4.0, 5.0),
    "following a faster one: never": (body(0, 0, 0, 10), body(24, 0, 0, 15), math.inf, 0.0),
    "T-bone: 17 m to the side of one that stands": (body(0, 0, 0, 10), body(20, 0, 90, 0), 1.7, 10.0),
    "both towards one corner: the nearer side decides": (body(-20, 0, 0, 10), body(0, -20, 90, 10), 1.7, 10.0),
    "it has passed when the other comes: never": (body(-20, 0, 0, 10), body(0, -8, 90, 10), math.inf, 0.0),
    "side by side, parallel: never": (body(0, 0, 0, 10), body(0, 2.5, 0, 14), math.inf, 0.0),
    "in the next lane, towards each other: never": (body(0, 0, 0, 10), body(50, 3.5, 180, 10), math.inf, 0.0),
    "drifting sideways into the next at 10 m/s · sin 3°": (
        body(0, 0, 3, 10), body(0, 3, 0, 10 * math.cos(math.radians(3))),
        (3 - 1 - math.cos(math.radians(3)) - 2 * math.sin(math.radians(3))) / (10 * math.sin(math.radians(3))),
        10 * math.sin(math.radians(3)),
    ),
    "in contact": (body(0, 0, 0, 10), body(3, 0.5, 20, 5), 0.0, 0.0),
    "leaving each other": (body(0, 0, 180, 10), body(10, 0, 0, 10), math.inf, 0.0),
    "a motorbike under 45° into the side of a lorry": (
        body(0, 0, 45, 10, BIKE), body(30, 30, 0, 0, (12, 2.5)),
        (30 - 1.25 - 1.4 / math.sqrt(2)) / (10 / math.sqrt(2)), 10 / math.sqrt(2),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("a", "b", "ttc", "closing"), MEETINGS.values(), ids=MEETINGS.keys())
def test_meetings(a: Bodies, b: Bodies, ttc: float, closing: float) -> None:
    for one, other in ((a, b), (b, a)):
        found, speed = conflicts.approach(one, other)
        assert found[0] == pytest.approx(ttc, abs=EXACT)
        assert speed[0] == pytest.approx(closing, abs=EXACT)


angles = st.floats(-180, 180)
places = st.floats(-30, 30)
speeds = st.just(0.0) | st.floats(0.1, 20)


@settings(max_examples=300)
@given(places, places, angles, speeds, angles, speeds)
def test_time_to_collision_is_when_the_shapes_first_touch(
    x: float, y: float, turn_a: float, speed_a: float, turn_b: float, speed_b: float
) -> None:
    a, b = body(0, 0, turn_a, speed_a), body(x, y, turn_b, speed_b, BIKE)
    ttc = float(conflicts.time_to_collision(a, b)[0])

    def gap(time: float) -> float:
        shapes = []
        for one in (a, b):
            way = one.speed * time
            there = Bodies(one.x + way * np.cos(one.heading), one.y + way * np.sin(one.heading), one.heading, one.speed,
                           one.length, one.width)  # fmt: skip
            shapes.append(shapely.Polygon(conflicts.corners(there)[0]))
        return float(shapes[0].distance(shapes[1]))

    before = np.linspace(0, min(ttc, 20.0), 40, endpoint=False) if ttc > 0 else ()
    assert all(gap(time) > 0 for time in before)
    if 0 < ttc < 1000:
        assert gap(ttc) < 1e-6
    assert conflicts.gap_m(a, b)[0] == pytest.approx(gap(0.0), abs=1e-9)


@settings(max_examples=100)
@given(places, places, angles, speeds, angles, speeds, angles, places)
def test_measures_do_not_depend_on_where_the_plane_begins_and_how_it_is_turned(
    x: float, y: float, turn_a: float, speed_a: float, turn_b: float, speed_b: float, by_deg: float, shift: float
) -> None:
    turn = math.radians(by_deg)
    cos, sin = math.cos(turn), math.sin(turn)
    plain = body(0, 0, turn_a, speed_a), body(x, y, turn_b, speed_b, BIKE)
    turned = (body(shift, -shift, turn_a + by_deg, speed_a),
              body(x * cos - y * sin + shift, x * sin + y * cos - shift, turn_b + by_deg, speed_b, BIKE))  # fmt: skip
    one, other = conflicts.time_to_collision(*plain)[0], conflicts.time_to_collision(*turned)[0]
    if np.isfinite([one, other]).all():  # who meet by a hair's breadth may miss when the numbers are rounded otherwise
        assert one == pytest.approx(other, rel=1e-6, abs=1e-6)


def test_deceleration_rate() -> None:
    ttc, closing = np.array([2.0, 0.0, np.inf]), np.array([10.0, 0.0, 0.0])
    assert conflicts.drac(ttc, closing).tolist() == [2.5, 0.0, 0.0]


ENCROACHMENTS = {
    # a is past the 2 m wide way of b (its tail 1 m beyond the middle: 20 + 1 + 2 = 23 m) at 2.3 s;
    # b's nose reaches a's way (1 m before the middle) after 40 − 1 − 2 = 37 m at 3.7 s.
    "crossing at right angles": (moving(-20, 0, 0, 10, 6), moving(0, -40, 90, 10, 8), 1.4, 3.7),
    "the second is slower": (moving(-20, 0, 0, 10, 6), moving(0, -40, 90, 8, 9), 37 / 8 - 2.3, 37 / 8),
    "the other way round": (moving(0, -40, 90, 10, 8), moving(-20, 0, 0, 10, 6), 1.4, 3.7),
}


@pytest.mark.parametrize(("a", "b", "seconds", "entered"), ENCROACHMENTS.values(), ids=ENCROACHMENTS.keys())
def test_post_encroachment(a: Sweep, b: Sweep, seconds: float, entered: float) -> None:
    found = post_encroachment(a, b)
    assert found is not None
    assert found.whole
    assert (found.seconds, found.entered) == (pytest.approx(seconds, abs=0.002), pytest.approx(entered, abs=0.002))


NO_ENCROACHMENT = {
    "they touch": (moving(-20, 0, 0, 10, 6), moving(0, -20, 90, 10, 6)),
    "one follows the other": (moving(0, 0, 0, 10, 6), moving(-20, 0, 0, 10, 6)),
    "their ways do not meet": (moving(0, 0, 0, 10, 6), moving(0, 5, 0, 10, 6)),
    "one stands in the way": (moving(0, 0, 0, 0, 6), moving(-20, 0, 0, 10, 1.2)),
}


@pytest.mark.parametrize(("a", "b"), NO_ENCROACHMENT.values(), ids=NO_ENCROACHMENT.keys())
def test_no_encroachment(a: Sweep, b: Sweep) -> None:
    assert post_encroachment(a, b) is None


@pytest.mark.parametrize(("first_s", "second_s"), [(2.0, 8.0), (6.0, 4.0)], ids=["of the first", "of the second"])
def test_a_leaving_that_was_not_seen_is_told(first_s: float, second_s: float) -> None:
    found = post_encroachment(moving(-20, 0, 0, 10, first_s), moving(0, -40, 90, 10, second_s))
    assert found is not None
    assert not found.whole


def test_a_curve_is_swept_as_it_is_driven() -> None:
    """A quarter circle of radius 10 m about the origin; the other drives along y = 0 outside, then crosses it."""
    time = np.arange(0, 5.01, 0.1)
    turn = time / 5 * math.pi / 2
    full = np.ones(len(time))
    curve = Sweep(
        time, Bodies(10 * np.cos(turn), 10 * np.sin(turn), turn + math.pi / 2, math.pi * full, 2 * full, full)
    )
    assert curve.ground.area == pytest.approx(
        math.pi / 4 * (10.5**2 + 1 - 9.5**2) + 2, rel=0.02
    )  # its corners swing out
    assert curve.ground.contains(shapely.Point(10 * math.cos(0.7), 10 * math.sin(0.7)))
    assert not curve.ground.intersects(shapely.Point(8.5, 0.5))


KINDS = [(0, "following"), (29.9, "following"), (30, "merging"), (84.9, "merging"), (85, "crossing"), (149, "crossing"),
         (150, "head-on"), (180, "head-on")]  # fmt: skip


@pytest.mark.parametrize(("angle", "kind"), KINDS)
def test_kinds(angle: float, kind: str) -> None:
    assert conflicts.kind(angle) == kind
    assert conflicts.kind(angle, pedestrian=True) == "pedestrian"


def test_angles_across_180_degrees() -> None:
    assert conflicts.angle_deg(body(0, 0, 175, 1), body(0, 0, -175, 1))[0] == pytest.approx(10)
