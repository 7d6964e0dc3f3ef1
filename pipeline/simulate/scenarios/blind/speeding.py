"""Speeding: well above the limit for two seconds and more; a fast look, a short spurt or another lane is not."""

from __future__ import annotations

import numpy as np

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.conflict import on_wheels, roll
from pipeline.simulate.scenarios.cast import car_by, edge, passers, ride_by, vary
from pipeline.simulate.scenarios.moments import clock, inside
from pipeline.simulate.street import Actor, Street

LIMIT_20 = {"limit_kmh": 20}
LIMIT_30 = {"limit_kmh": 30}
LIMIT_50 = {"limit_kmh": 50}


def expect_fast(street: Street, actor: Actor, limit_kmh: float, zone: str | None = None) -> None:
    """From when it is there and above the limit until it is not."""
    times = clock(street)
    step = actor.where(times + 0.1)[:, :2] - actor.where(times - 0.1)[:, :2]
    fast = inside(street, actor, zone) & (np.hypot(*step.T) / 0.2 > limit_kmh / 3.6)
    street.expect("speeding", float(times[fast][0]), float(times[fast][-1]), zone)


@scenario("speeding", 40, settings=LIMIT_30)
def motorbike_races_along_the_far_lane(street: Street) -> None:
    """It goes a third faster than allowed, but far from the camera, where that looks no faster than what is near."""
    start = vary(street, 12, 20)
    ride_by(street, vary(street, 2, 4), 14.0, 1, 6.0)
    expect_fast(street, ride_by(street, start, 22.0, -1, vary(street, 11.0, 12.2))[1], 30)


@scenario("speeding", 40, settings=LIMIT_30)
def car_speeds_away_from_the_camera(street: Street) -> None:
    """It drives straight away from the camera at half as much again as the limit and soon looks small and slow."""
    start, x = vary(street, 8, 16), vary(street, 1, 2)
    car = on_wheels(street, "car", start, x, 3.0, 90)
    expect_fast(street, roll(car, [(x, 55.0)], vary(street, 11.5, 12.5)).leave(), 30)
    slow = on_wheels(street, "car", start + 8, -2.0, 55.0, -90)
    roll(slow, [(-2.0, 3.0)], vary(street, 5.5, 6.5)).leave()


@scenario("speeding", 40, settings=LIMIT_20)
def motorbike_accelerates_past_the_school(street: Street) -> None:
    """It comes in at a lawful pace and speeds up in the picture; only then is it too fast."""
    y, start = 20.0, vary(street, 8, 16)
    away = edge(y)
    bike = on_wheels(street, "motorcycle", start, -away, y)
    roll(bike, [(away, y)], 4.0, (1.5, 4.0), (1.8, vary(street, 8.6, 9.4))).leave()
    expect_fast(street, bike, 20)
    passers(street, 23.0)


@scenario("speeding", 45, settings=LIMIT_20)
def one_overtakes_all_the_others(street: Street) -> None:
    """In a zone of slow traffic one motorbike passes a car and two bicycles at far more than the limit."""
    street.zones["yard"] = [(-9.5, 12.5), (9.5, 12.5), (13.0, 18.0), (-13.0, 18.0)]
    start = vary(street, 10, 15)
    car_by(street, start - 1.0, 17.0, -1, 4.2)
    for i in range(2):
        ride_by(street, start - 3.5 + 6 * i, 12.8, -1, vary(street, 3.2, 3.8), "bicycle")
    expect_fast(street, ride_by(street, start + 1.0, 15.0, -1, vary(street, 7.4, 8.0))[1], 20, "yard")


@scenario("speeding", 45, positive=False, settings=LIMIT_50)
def fast_cars_within_the_limit(street: Street) -> None:
    """Cars and motorbikes go through quickly, at some 40 km/h, where 50 is allowed."""
    for i in range(3):
        car_by(street, vary(street, 3, 6) + 13 * i, 20.0, 1, vary(street, 10.5, 11.5))
        ride_by(street, vary(street, 7, 9) + 12 * i, 16.0, -1, vary(street, 10, 11.3))


@scenario("speeding", 45, positive=False, settings=LIMIT_30)
def lawful_motorbikes_close_to_the_camera(street: Street) -> None:
    """They go at 22 km/h right under the camera, where everything rushes through the picture."""
    for i in range(4):
        ride_by(street, vary(street, 3, 5) + 10 * i, vary(street, 7.4, 8.2), (-1) ** i, vary(street, 5.8, 6.4))


@scenario("speeding", 40, positive=False, settings=LIMIT_30)
def short_spurt_past_a_bicycle(street: Street) -> None:
    """A motorbike speeds up to pass a bicycle and slows again; above the limit for well under a second."""
    y, start = 20.0, vary(street, 8, 16)
    away = edge(y)
    ride_by(street, start - 3.0, y + 1.8, -1, 4.0, "bicycle")
    bike = on_wheels(street, "motorcycle", start, -away, y)
    calm = vary(street, 6.3, 6.6)
    roll(bike, [(away, y)], calm, (2.0, calm), (0.85, 9.6), (0.85, calm)).leave()


@scenario("speeding", 45, positive=False, settings=LIMIT_30)
def buses_come_and_go_along_the_line_of_sight(street: Street) -> None:
    """A bus drives towards the camera and a lorry away from it, both a good deal below the limit."""
    start = vary(street, 4, 8)
    bus = on_wheels(street, "bus", start, -2.5, 55.0, -90)
    roll(bus, [(-2.5, 4.0)], vary(street, 6.2, 6.8)).leave()
    lorry = on_wheels(street, "truck", start + vary(street, 12, 16), 2.5, 4.0, 90)
    roll(lorry, [(2.5, 55.0)], vary(street, 6.2, 6.8)).leave()


@scenario("speeding", 45, positive=False, settings=LIMIT_30)
def fast_lane_is_outside_the_zone(street: Street) -> None:
    """The limit holds in the near lane only, where all keep to it; on the road behind, cars go twice as fast."""
    street.zones["near"] = [(-7.5, 9.5), (7.5, 9.5), (9.5, 12.5), (-9.5, 12.5)]
    for i in range(3):
        ride_by(street, vary(street, 3, 5) + 12 * i, 11.0, 1, vary(street, 4.5, 6))
        car_by(street, vary(street, 6, 9) + 12 * i, 18.5, -1, vary(street, 12.5, 14))
