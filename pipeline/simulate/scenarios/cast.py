"""The cast of the plays: people, riders and vehicles who come, pass by, park and go."""

from __future__ import annotations

import numpy as np

from pipeline.simulate.street import Actor, Carried, Street

BRAKING_M = 7.0
WALK_Y = 13.5
ROW_Y = 13.0


def vary(street: Street, low: float, high: float) -> float:
    """A number between `low` and `high`, another one for every seed."""
    return float(street.rng.uniform(low, high))


def edge(y: float) -> float:
    """So many metres left or right of the middle a walker at depth `y` is out of the picture."""
    return 0.72 * y + 4.0


def comer(street: Street, time: float, y: float, side: float = -1) -> Actor:
    """Somebody on foot just beyond the left (-1) or right (1) edge of the picture."""
    return street.person(time, side * edge(y), y)


def go_out(actor: Actor, side: float, speed: float = 1.3, y: float | None = None) -> Actor:
    """Walk beyond the left or right edge, with all that is carried, at the present depth or at `y`."""
    row = actor.place[1] if y is None else y
    return actor.walk(side * edge(row), row, speed).leave()


def passers(street: Street, *rows: float, every_s: float = 15.0) -> None:
    """All through the play somebody walks by, now and then, along one of the rows."""
    time = vary(street, 0.0, every_s)
    while time < street.seconds - 5.0:
        y = rows[street.rng.integers(len(rows))] + vary(street, -0.25, 0.25)
        side = float(street.rng.choice((-1, 1)))
        go_out(comer(street, time, y, side), -side, vary(street, 1.0, 1.5))
        time += every_s * vary(street, 0.6, 1.4)


def traffic(street: Street, *rows: float, every_s: float = 20.0) -> None:
    """All through the play motorbikes, and a car now and then, drive by at constant speed."""
    time = vary(street, 0.0, every_s)
    while time < street.seconds - 5.0:
        y = rows[street.rng.integers(len(rows))]
        side = float(street.rng.choice((-1, 1)))
        if street.rng.random() < 0.25:
            car_by(street, time, y, side, vary(street, 6.0, 9.0))
        else:
            ride_by(street, time, y, side, vary(street, 6.0, 9.0))
        time += every_s * vary(street, 0.6, 1.4)


def car_by(street: Street, time: float, y: float, side: float = -1, speed: float = 7.0, kind: str = "car") -> Actor:
    """A car (truck, bus) drives through the picture at constant speed."""
    x = edge(y) + 5.0
    return street.add(kind, time, side * x, y, _heading(side)).drive(-side * x, y, speed).leave()


def ride_by(
    street: Street, time: float, y: float, side: float = -1, speed: float = 7.0, kind: str = "motorcycle"
) -> tuple[Actor, Actor]:
    """A rider and his two-wheeler pass through the picture at constant speed."""
    rider, vehicle = biker(street, time, y, side, kind)
    ride_out(rider, vehicle, -side, speed=speed, end_speed=speed)
    return rider, vehicle


def biker(street: Street, time: float, y: float, side: float = -1, kind: str = "motorcycle") -> tuple[Actor, Actor]:
    """A rider and his two-wheeler beyond the edge, ready to go a second after `time`."""
    x = side * edge(y)
    vehicle = street.add(kind, time, x, y, _heading(side))
    return street.person(time, x, y).mount(vehicle), vehicle


def pillion(street: Street, vehicle: Actor) -> Actor:
    """Somebody who sits down behind the driver, where the vehicle is; takes one second."""
    return street.person(vehicle.time, *vehicle.place).mount(vehicle)


def pull_up(driver: Actor, x: float, y: float, speed: float = 6.5) -> Actor:
    """Ride to (x, y), braking over the last metres."""
    x0, y0 = driver.place
    share = max(1.0 - BRAKING_M / float(np.hypot(x - x0, y - y0)), 0.0)
    return driver.ride(x0 + share * (x - x0), y0 + share * (y - y0), speed).ride(x, y, speed, end_speed=0.5)


def ride_out(
    driver: Actor, vehicle: Actor, side: float, *cargo: Actor, speed: float = 1.5, end_speed: float = 8.5
) -> None:
    """Ride beyond the edge; the vehicle, all who sit on it, and the cargo are then out of sight."""
    y = vehicle.place[1]
    driver.ride(side * edge(y), y, speed, end_speed)
    vehicle.leave()
    vanish(vehicle.time, *cargo)


def vanish(time: float, *actors: Actor) -> None:
    """Out of sight from `time` on; say this last, since whoever carries them shows them until he leaves himself."""
    for actor in actors:
        actor.shown[-1][1] = time


def parked(street: Street, *xs: float, y: float, kind: str = "motorcycle", heading_deg: float = 90.0) -> list[Actor]:
    """Vehicles that have stood there since before the play."""
    return [street.add(kind, 0.0, x, y, heading_deg) for x in xs]


def carrying(street: Street, person: Actor, kind: str) -> Actor:
    """Something the person has had with him from the start."""
    item = street.add(kind, person.time, *person.place)
    person.take(item)
    return item


def beside(actor: Actor, thing: Actor, dx: float = 0.0, dy: float = -0.7, speed: float = 1.3) -> Actor:
    """Walk up to something, dx and dy metres from its middle."""
    return actor.walk(thing.place[0] + dx, thing.place[1] + dy, speed)


def friends(street: Street, count: int, time: float, x: float, y: float, side: float = -1) -> list[Actor]:
    """People who come together and stand in a ring around (x, y)."""
    people = []
    for i in range(count):
        angle = 2 * np.pi * (i + vary(street, -0.1, 0.1)) / count
        spot = (x + 1.2 * float(np.cos(angle)), y + 1.0 * float(np.sin(angle)))
        people.append(comer(street, time + 0.8 * i, spot[1], side).walk(*spot, vary(street, 1.25, 1.35)))
    return people


def parks(
    street: Street, time: float, side: float = -1, kind: str = "motorcycle", y: float = 12.5
) -> tuple[Actor, Actor]:
    """A rider comes, parks near the middle and gets down on the side of the camera."""
    rider, bike = biker(street, time, y, side, kind)
    speed = 6.5 if kind == "motorcycle" else 4.0
    return pull_up(rider, vary(street, -1.5, 1.5), y, speed).dismount().wait(2), bike


def rides_off(thief: Actor, bike: Actor, side: float, end_speed: float = 9.0) -> float:
    """He walks up to the bike, fumbles with the lock, and rides off; says when it began to leave."""
    beside(thief, bike).wait(3).mount(bike)
    ride_out(thief, bike, side, end_speed=end_speed)
    return thief.carried[-1].start


def sets_down(street: Street, kind: str, y: float, side: float = -1) -> tuple[Actor, Actor]:
    """Somebody comes with a thing, sets it down near the middle, and stands beside it for a moment."""
    owner = comer(street, vary(street, 4, 9), y, side)
    item = carrying(street, owner, kind)
    owner.walk(vary(street, -2, 2), y).put(item).wait(vary(street, 1, 3))
    return owner, item


def walker_to_meet(street: Street, side: float = -1, x: float = -3.0) -> Actor:
    """Somebody walks along the street and is near x (seen in his direction) when the rider comes."""
    start = vary(street, 12, 20)
    meeting_x = -side * (x + vary(street, -0.7, 0.7))
    return comer(street, start, WALK_Y, side).walk(meeting_x, WALK_Y, vary(street, 1.1, 1.4))


def meets(
    street: Street, walker: Actor, side: float, gap_m: float, speed: float, two: bool = False
) -> tuple[Actor, Actor]:
    """A rider from the left (-1) or right (1) is beside the walker, `gap_m` farther back, at the walker's time."""
    x, y = walker.place
    seats = 2 if two else 1
    rider, bike = biker(street, walker.time - abs(x - side * edge(y + gap_m)) / speed - seats, y + gap_m, side)
    if two:
        pillion(street, bike)
    return rider.ride(x, y + gap_m, speed), bike


def snatched(street: Street, walker: Actor, by: Actor, time: float) -> Actor:
    """The walker's handbag, which from `time` on goes with the rider.

    Nobody can stop to hand it over here, so the two hosts are written down instead of said with `take` and `give`.
    """
    bag = street.add("handbag", walker.keys[0][0], *walker.keys[0][1:])
    bag.carried = [Carried(bag.time, time, walker, (0.3, 0.2, 0.7)), Carried(time, float("inf"), by, (0.0, -0.3, 0.6))]
    return bag


def parked_row(street: Street, count: int = 4, kind: str = "motorcycle", pitch_m: float = 2.8) -> list[Actor]:
    """A row of parked two-wheelers, so far apart that nobody stands at two of them at once."""
    first = -pitch_m * (count - 1) / 2 + vary(street, -0.3, 0.3)
    return parked(street, *(first + pitch_m * i for i in range(count)), y=ROW_Y, kind=kind)


def lorry_stands(street: Street, start: float, seconds: float, x: float = 0.0, y: float = 9.0) -> Actor:
    """A lorry, come from the left, stands at (x, y) from `start` on for so many seconds, and goes out to the right."""
    away = edge(y) + 5.0
    lorry = street.add("truck", start - (away + x) / 6.0, -away, y).drive(x, y, 6.0)
    return lorry.wait(seconds).drive(away, y, 6.0).leave()


def round_the_block(actor: Actor, side: float, seconds: float, y: float) -> Actor:
    """He goes out on one side and, so many seconds later, comes in again from the other, at depth `y`."""
    go_out(actor, side)
    return actor.appear(actor.time + seconds, -side * edge(y), y)


def abreast(street: Street, time: float, *rows: float, side: float = -1) -> list[Actor]:
    """People who come in side by side, one in each row."""
    return [street.person(time, side * edge(max(rows)), y) for y in rows]


def pace_until(actor: Actor, time: float, near: float, far: float, speed: float = 1.2) -> Actor:
    """Up to depth `far` and down to `near` and so on, turning on the heel, until `time` has passed."""
    x, y = actor.place
    actor.walk(x, far, speed)
    while actor.time < time:
        actor.walk(x, near if actor.place[1] == far else far, speed)
    return actor.walk(x, y, speed)


def lying_dog(street: Street, y: float = 11.5) -> Actor:
    """A dog lies in the street from the start of the play."""
    return street.add("dog", 0.0, vary(street, -1.5, 1.5), y + vary(street, -0.3, 0.3))


def seizes(man: Actor, dog: Actor, seconds: float = 0.9) -> float:
    """He bends down, seizes the dog and has it out of sight `seconds` later; says when he seized it."""
    man.wait(0.8).take(dog)
    seized = man.time
    man.wait(seconds).hide(dog).wait(0.4)
    return seized


def _heading(side: float) -> float:
    return 0.0 if side < 0 else 180.0
