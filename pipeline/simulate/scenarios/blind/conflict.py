"""Conflict: two road users miss each other by little; following, crossing and queueing as people do is none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import car_by, comer, edge, go_out, parked, ride_by, vary
from pipeline.simulate.scenarios.moments import clock
from pipeline.simulate.street import Actor, Street
from pipeline.types import Floats

Point = tuple[float, float]
TWO_WHEELERS = ("bicycle", "motorcycle")
WALKERS_TOO = {"classes": ["bicycle", "motorcycle", "car", "truck", "bus", "person"]}


def on_wheels(street: Street, kind: str, time: float, x: float, y: float, heading_deg: float = 0.0) -> Actor:
    """A vehicle at (x, y), ready to go at `time`; a two-wheeler has its rider on it. Unseen until then."""
    if kind not in TWO_WHEELERS:
        return street.add(kind, time, x, y, heading_deg)
    vehicle = street.add(kind, time - 1.0, x, y, heading_deg)
    rider = street.person(time - 1.0, x, y).mount(vehicle)
    rider.shown, vehicle.shown = [[time, np.inf]], [[time, np.inf]]
    return vehicle


def roll(vehicle: Actor, path: Sequence[Point], speed: float, *legs: Point) -> Actor:
    """Go along the path at `speed`, changing evenly by each leg (seconds, speed then), on to its end."""
    points = np.array([vehicle.place, *path])
    along = np.append(0.0, np.cumsum(np.hypot(*np.diff(points, axis=0).T)))
    knots = np.append(0.0, np.cumsum([seconds for seconds, _ in legs]))
    speeds = np.array([speed, *(then for _, then in legs)])
    if speeds[-1] > 0:
        knots, speeds = np.append(knots, knots[-1] + along[-1] / speeds[-1]), np.append(speeds, speeds[-1])
    times = np.union1d(np.arange(0.0, knots[-1], 0.1), knots)
    rates = np.interp(times, knots, speeds)
    gone = np.append(0.0, np.cumsum(np.diff(times) * (rates[1:] + rates[:-1]) / 2))
    if gone[-1] > along[-1]:
        over = int(np.searchsorted(gone, along[-1]))
        times[over] = np.interp(along[-1], gone[over - 1 : over + 1], times[over - 1 : over + 1])
        times, gone = times[: over + 1], np.append(gone[:over], along[-1])
    x, y = (np.interp(gone, along, points[:, i]) for i in (0, 1))
    start = vehicle.time
    vehicle.keys += [(start + float(t), float(a), float(b)) for t, a, b in zip(times[1:], x[1:], y[1:], strict=True)]
    return vehicle


def stop_after(distance: float, speed: float, brake: float) -> list[Point]:
    """Legs that go on at `speed` and brake (m/s²) to rest after so many metres."""
    return [((distance - speed**2 / (2 * brake)) / speed, speed), (speed / brake, 0.0)]


def sidestep(x: float, y: float, to_x: float, to_y: float) -> list[Point]:
    """A smooth change of lane from (x, y) to (to_x, to_y), along the street."""
    shares = np.linspace(0.0, 1.0, 15)
    bends = (1 - np.cos(np.pi * shares)) / 2
    return [(x + float(s) * (to_x - x), y + float(b) * (to_y - y)) for s, b in zip(shares, bends, strict=True)]


def corners(actor: Actor, times: Floats) -> tuple[Floats, Floats, Floats]:
    """The ground it fills (T, 4, 2), its velocity (T, 2), and its axes (T, 2, 2)."""
    back, ahead = actor.where(times - 0.05)[:, :2], actor.where(times + 0.05)[:, :2]
    velocity = (ahead - back) / 0.1
    speed = np.hypot(*velocity.T)
    angle = np.arctan2(velocity[:, 1], velocity[:, 0])
    moving = speed > 0.1
    known = np.maximum.accumulate(np.where(moving, np.arange(len(times)), -1))
    angle = np.where(known >= 0, angle[known], np.radians(actor.heading_deg))
    forward = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    left = np.stack([-forward[:, 1], forward[:, 0]], axis=1)
    half_length, half_width = actor.body.length_m / 2, actor.body.width_m / 2
    middle = actor.where(times)[:, :2]
    rectangle = [middle + i * half_length * forward + j * half_width * left for i in (-1, 1) for j in (-1, 1)]
    return np.stack(rectangle, axis=1), velocity, np.stack([forward, left], axis=1)


def times_to_collision(a: Actor, b: Actor, times: Floats) -> Floats:
    """Seconds until the two rectangles touch if neither changes speed or heading, (T,); infinite if never."""
    ground_a, velocity_a, axes_a = corners(a, times)
    ground_b, velocity_b, axes_b = corners(b, times)
    first, last = np.zeros(len(times)), np.full(len(times), np.inf)
    for i in range(4):
        axis = axes_a[:, i] if i < 2 else axes_b[:, i - 2]
        p, q = (np.einsum("tcd,td->tc", ground, axis) for ground in (ground_a, ground_b))
        closing = np.einsum("td,td->t", velocity_a - velocity_b, axis)
        with np.errstate(divide="ignore", invalid="ignore"):
            bounds = np.stack([(q.min(1) - p.max(1)) / closing, (q.max(1) - p.min(1)) / closing])
        apart = (q.min(1) > p.max(1)) | (p.min(1) > q.max(1))
        still = np.abs(closing) < 1e-6
        first = np.maximum(first, np.where(still, np.where(apart, np.inf, 0.0), bounds.min(axis=0)))
        last = np.minimum(last, np.where(still, np.inf, bounds.max(axis=0)))
    return np.where(first <= last, first, np.inf)


def closest_call(street: Street, a: Actor, b: Actor) -> float:
    """When the time to collision of the two was least."""
    times = clock(street, 0.02)
    times = times[a.in_sight(times) & b.in_sight(times)]
    return float(times[np.argmin(times_to_collision(a, b, times))])


def expect_call(street: Street, kind: str, a: Actor, b: Actor) -> None:
    time = closest_call(street, a, b)
    street.expect(kind, time, time)


@scenario("conflict", 40)
def biker_brakes_late_behind_a_car(street: Street) -> None:
    """A car brakes for a dog and the motorbike behind sees it a second late; they never touch."""
    start, y, speed = vary(street, 6, 12), 15.0, vary(street, 6.8, 7.2)
    car = on_wheels(street, "car", start, -12.0, y)
    roll(car, [(edge(y) + 5, y)], speed, (1.2, speed), (1.3, 1.5), (2.0, 1.5), (3.0, 6.0)).leave()
    bike = on_wheels(street, "motorcycle", start, -12.0 - 3.1 - vary(street, 6.5, 6.8), y)
    roll(bike, [(edge(y) + 5, y)], speed, (2.3, speed), (1.0, 1.5), (2.5, 1.5), (3.0, 5.5)).leave()
    street.add("dog", start, 7.5, 18.0, -90).walk(7.5, 10.0, 3.2).walk(edge(10), 10.0, 2.0).leave()
    expect_call(street, "conflict", car, bike)


@scenario("conflict", 45)
def motorbike_shoots_out_of_the_alley(street: Street) -> None:
    """A motorbike comes fast out of a side street and a car has to brake hard for it, at a right angle."""
    meet, x, y, speed = vary(street, 10, 18), 1.0, 12.5, vary(street, 7.2, 7.8)
    bike_speed = vary(street, 6.2, 6.8)
    bike = on_wheels(street, "motorcycle", meet - 14 / bike_speed, x, y + 14, -90)
    roll(bike, [(x, 4.0)], bike_speed).leave()
    away = edge(y) + 5
    car = on_wheels(street, "car", meet - (x + away) / speed, -away, y)
    roll(car, [(away, y)], speed, ((x + away) / speed - 1.2, speed), (speed / 5.5, 0.0), (3.0, 0.0), (4.0, 7.0)).leave()
    expect_call(street, "conflict", car, bike)


@scenario("conflict", 40)
def biker_crosses_just_behind_a_car(street: Street) -> None:
    """Neither brakes and they are never on a course to meet, but the car has left that ground only just before."""
    clear, y, speed, bike_speed = vary(street, 9, 16), 12.0, vary(street, 7, 8), vary(street, 5.5, 6.5)
    away = edge(y) + 5
    left_at = 0.35 + 2.15
    street.add("car", clear - (left_at + away) / speed, -away, y).drive(away, y, speed).leave()
    enters = clear + vary(street, 0.55, 0.75)
    ahead = 0.9 + 0.95
    bike = on_wheels(street, "motorcycle", enters - (14 - ahead) / bike_speed, 0.0, y + 14, -90)
    roll(bike, [(0.0, 4.0)], bike_speed).leave()
    street.expect("conflict", enters, enters)


@scenario("conflict", 50, settings=WALKERS_TOO)
def walker_steps_out_before_a_motorbike(street: Street) -> None:
    """A man on the far pavement turns and crosses without looking; the rider stops about two metres from him."""
    speed, y, x = vary(street, 7.2, 7.8), 12.5, 2.0
    man = comer(street, vary(street, 4, 7), 17).walk(x, 17, vary(street, 1.2, 1.4)).walk(x, y, 1.5)
    meet = man.time
    go_out(man.walk(x, 9.0, 1.5), 1)
    away = edge(y) + 3
    bike = on_wheels(street, "motorcycle", meet - (x + away) / speed, -away, y)
    roll(
        bike, [(away, y)], speed, ((x + away) / speed - 1.1, speed), (speed / 5.5, 0.0), (3.0, 0.0), (3.0, 7.0)
    ).leave()
    expect_call(street, "conflict", bike, man)


@scenario("conflict", 60, positive=False)
def queue_forms_and_dissolves_at_the_light(street: Street) -> None:
    """Four vehicles roll up gently behind each other, wait close together and move off one by one."""
    y, speed, away = 18.0, 6.0, edge(18) + 5
    start, green = vary(street, 3, 5), vary(street, 32, 35)
    for i, (kind, x) in enumerate((("car", 5.5), ("motorcycle", -0.6), ("car", -6.7), ("motorcycle", -12.8))):
        vehicle = on_wheels(street, kind, start + 5 * i, -36.0, y)
        roll(vehicle, [(x, y)], speed, *stop_after(x + 36.0, speed, vary(street, 0.95, 1.1)))
        roll(vehicle.until(green + 2.0 * i), [(away, y)], 0.3, (4.5, speed)).leave()


@scenario("conflict", 45, positive=False)
def paths_cross_four_seconds_apart(street: Street) -> None:
    """A motorbike crosses the car's path at a right angle four seconds after the car; the ground is the same."""
    clear, y, speed, bike_speed = vary(street, 9, 16), 12.0, vary(street, 6.5, 8), vary(street, 5, 6.5)
    away = edge(y) + 5
    street.add("car", clear - (2.5 + away) / speed, -away, y).drive(away, y, speed).leave()
    bike = on_wheels(street, "motorcycle", clear + vary(street, 3.8, 4.4) - 12.15 / bike_speed, 0.0, y + 14, -90)
    roll(bike, [(0.0, 4.0)], bike_speed).leave()


@scenario("conflict", 40, positive=False)
def motorbike_overtakes_with_room(street: Street) -> None:
    """It passes a slow car two and a half metres to the side, while another car comes the other way farther off."""
    meet = vary(street, 9, 15)
    away = edge(15) + 5
    slow, fast = vary(street, 4.2, 4.8), vary(street, 7.5, 8.5)
    street.add("car", meet - away / slow, -away, 15.0).drive(away, 15.0, slow).leave()
    ride_by(street, meet - 1.0 - edge(12.5) / fast, 12.5, speed=fast)
    car_by(street, meet - vary(street, 2.5, 3.5), 19.0, 1, 7.0)


@scenario("conflict", 50, positive=False)
def pupils_ride_abreast(street: Street) -> None:
    """Three on bicycles ride side by side a metre apart, and weave a little; they cover each other in the picture."""
    start, speed = vary(street, 4, 8), vary(street, 3.6, 4.2)
    for i in range(3):
        y, x = 12.0 + 1.2 * i, -edge(15.0)
        bike = on_wheels(street, "bicycle", start, x - 0.3 * i, y)
        sway, beat = vary(street, 0.03, 0.06), vary(street, 0, 3)
        path = [(x + s, y + sway * float(np.sin(s / 4 + beat) - np.sin(beat))) for s in np.arange(1.0, -2 * x, 0.5)]
        roll(bike, path, speed).leave()


@scenario("conflict", 60, positive=False, settings=WALKERS_TOO)
def walkers_pass_close_to_parked_cars(street: Street) -> None:
    """Walkers go along a row of parked cars, less than a metre from them, and one slips through between two."""
    parked(street, -6.5, 0.0, 6.5, y=15.0, kind="car", heading_deg=0.0)
    for i in range(3):
        go_out(comer(street, vary(street, 3, 5) + 9 * i, vary(street, 13.2, 13.4)), 1, vary(street, 1.2, 1.3))
    man = comer(street, vary(street, 5, 9), 17.0, 1).walk(3.25, 17.0, 1.2).walk(3.25, 12.0, 0.9)
    go_out(man, -1, 1.2)
