"""Ordinary street life, told as small stories; each says why it is no event by the default settings of DESIGN §4.

The street: people walk at y = 7.4…9.9 and 20.6…21.6 m, traffic keeps to the right on the road between them (+x on
the near side), two-wheelers park in a row behind the far pavement, and two doors lie behind the row.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipeline.simulate.street import Actor, Street

Story = Callable[[Street, float], None]
"""`story(street, time)` casts its actors so that the first of them comes about `time`."""

NEAR_Y = (7.4, 9.9)
FAR_Y = (20.6, 21.6)
ROW_Y = 23.6
SLOTS = tuple(round(x, 1) for x in np.arange(-8.8, 8.9, 1.1).tolist())
DOORS = ((-10.6, 26.0), (10.6, 26.0))
LANES = {"car": (13.7, 16.6), "motorcycle": (11.7, 18.6), "bicycle": (10.8, 19.6)}
"""Where each class drives: on the near side towards +x, on the far side towards -x. Lorries go where cars go."""
SPEEDS_KMH = {"car": (25, 42), "truck": (22, 38), "bus": (22, 36), "motorcycle": (20, 40), "bicycle": (11, 19)}
STAY_S = 52.0
BAG_OFFSETS = {"backpack": (-0.25, 0.0, 0.9), "handbag": (0.0, -0.3, 0.5), "suitcase": (-0.5, -0.2, 0.05)}


def edge(y: float) -> float:
    """|x| where somebody at depth y has left the picture of the default camera for sure, metres."""
    return 0.8 * y + 3.0


def passers(street: Street, time: float) -> None:
    """One to three people walk through. In view for less than 40 s: no loitering, and no group that stays."""
    x, y, way, speed = _way(street, spare=1.2)
    for i in range(int(street.rng.choice([1, 2, 3], p=[0.6, 0.31, 0.09]))):
        street.person(time, -way * (x + 0.35 * (i % 2)), y + 0.55 * i).walk(way * x, y + 0.55 * i, speed).leave()


def phone(street: Street, time: float) -> None:
    """Somebody stops for 5–45 s over his phone. He is gone within 55 s of coming: no loitering."""
    x, y, way, speed = _way(street)
    stop = float(street.rng.uniform(5, max(6.0, STAY_S - _through_s(y, speed))))
    place = way * street.rng.uniform(-0.3, 0.3) * y
    street.person(time, -way * x, y).walk(place, y, speed).wait(min(stop, 45.0)).walk(way * x, y, speed).leave()


def chat(street: Street, time: float) -> None:
    """Two meet, talk and go on. Two are no group (3), and each is in view for less than 55 s."""
    x, y, _, speed = _way(street, spare=0.6)
    place = float(street.rng.uniform(-0.3, 0.3) * y)
    stop = float(street.rng.uniform(5, max(6.0, STAY_S - 3 - _through_s(y, speed))))
    meeting = time + (x + place) / speed
    one = street.person(time, -x, y).walk(place - 0.4, y, speed)
    other = street.person(meeting - (x - place) / speed, x, y + 0.5).walk(place + 0.4, y + 0.5, speed)
    part = max(one.time, other.time) + min(stop, 45.0)
    one.until(part).walk(x, y, speed).leave()
    other.until(part).walk(-x, y + 0.5, speed).leave()


def bearer(street: Street, time: float) -> None:
    """Somebody carries a bag through: it never leaves him."""
    x, y, way, speed = _way(street)
    person, _ = _with_bag(street, time, -way * x, y, way)
    person.walk(way * x, y, speed).leave()


def rest(street: Street, time: float) -> None:
    """A bag is set down for 5–25 s; its owner stands beside it, so it is never alone; 30 s would make it settled."""
    x, y, way, speed = _way(street)
    person, bag = _with_bag(street, time, -way * x, y, way)
    stop = float(np.clip(STAY_S - _through_s(y, speed), 5.0, street.rng.uniform(5, 25)))
    person.walk(way * street.rng.uniform(-0.3, 0.3) * y, y, speed).wait(1).put(bag, 0.4 * way, -0.2).wait(stop)
    person.take(bag, _beside(bag, way)).walk(way * x, y, speed).leave()


def handover(street: Street, time: float) -> None:
    """One of two friends who came together carries on the bag of the other: company may."""
    x, y, way, speed = _way(street, spare=0.7)
    giver, bag = _with_bag(street, time, -way * x, y, way)
    friend = street.person(time, -way * x, y + 0.7)
    place = way * street.rng.uniform(-0.3, 0.3) * y
    for person, dy in ((giver, 0.0), (friend, 0.7)):
        person.walk(place, y + dy, speed).wait(2)
    giver.give(bag, friend)
    for person, dy in ((giver, 0.0), (friend, 0.7)):
        person.wait(2).walk(way * x, y + dy, speed).leave()


def to_the_door(street: Street, time: float) -> None:
    """Somebody comes home, or goes out: 10–30 s in view."""
    (door_x, door_y), (_, y, way, speed) = _door(street), _far_way(street)
    if street.rng.random() < 0.5:
        street.person(time, -way * edge(y), y).walk(door_x, y, speed).walk(door_x, door_y, speed).leave()
    else:
        street.person(time, door_x, door_y).walk(door_x, y, speed).walk(way * edge(y), y, speed).leave()


def leash(street: Street, time: float) -> None:
    """A dog walks out of the picture beside whoever led it in: at a walk, not leaving fast."""
    x, y, way, speed = _way(street)
    person, dog = street.person(time, -way * x, y), street.add("dog", time, -way * x, y)
    person.lead(dog).walk(way * street.rng.uniform(-0.4, 0.4) * y, y, speed)
    person.wait(float(street.rng.uniform(0, 8))).walk(way * x, y, speed).leave()


def stray(street: Street, time: float) -> None:
    """A dog trots through on its own and leaves over the edge of the picture: nobody takes it."""
    x, y, way, _ = _way(street)
    dog = street.add("dog", time, -way * x, y)
    for share in (-0.5, -0.1, 0.3):
        dog.walk(way * share * y, y + float(street.rng.uniform(-0.6, 0.6)), float(street.rng.uniform(1.2, 2.8)))
        dog.wait(float(street.rng.choice([0.0, 0.0, 2.0, 5.0])))
    dog.walk(way * x, y, 2.2).leave()


def traffic(street: Street, time: float) -> None:
    """A vehicle drives through its lane within the limit; some two-wheelers pass walkers closely, nobody is touched."""
    name = str(street.rng.choice(["motorcycle", "car", "bicycle", "truck", "bus"], p=[0.55, 0.23, 0.13, 0.06, 0.03]))
    side = int(street.rng.integers(2))
    way = 1 if side == 0 else -1
    y = LANES.get(name, LANES["car"])[side] + float(street.rng.uniform(-0.12, 0.12))
    x = edge(y) + 8.0
    speed = float(street.rng.uniform(*SPEEDS_KMH[name])) / 3.6
    if name not in ("motorcycle", "bicycle"):
        street.add(name, time, -way * x, y, 90.0 - 90.0 * way).drive(way * x, y, speed).leave()
        return
    driver = _mounted(street, name, time, -way * x, y, way)
    slower = speed * float(street.rng.uniform(0.7, 1.0))
    driver.ride(-way * x / 2, y, speed).ride(0, y, speed, slower).ride(way * x / 2, y, slower, speed)
    driver.ride(way * x, y, speed).leave()


def parking(street: Street, time: float, slot_x: float) -> None:
    """A motorcycle parks; its rider walks off, comes back the same way 20 s to 20 min later and rides off on it.

    It leaves with the rider who brought it: not taken. Less than 5 s are spent beside the neighbours: no prowling.
    """
    lane = LANES["motorcycle"][1]
    rider = _mounted(street, "motorcycle", time, edge(lane) + 8.0, lane, -1)
    crew = [actor for actor in street.actors if actor.body.class_name == "person"]
    motorcycle = street.actors[0]
    speed = float(street.rng.uniform(5.5, 9.0))
    rider.ride(slot_x + 9.0, lane, speed).ride(slot_x + 3.0, lane, speed, 4.0).ride(slot_x, 21.2, 4.0, 2.5)
    rider.ride(slot_x, ROW_Y, 2.5, 1.5)
    for i, person in enumerate(reversed(crew)):
        person.dismount(0.1 * i, -1.4 - 0.5 * i).wait(0.5)
    if street.rng.random() < 0.4:
        exit_x, exit_y = edge(21.0) * (1 if slot_x > 0 else -1), 21.0
    else:
        exit_x, exit_y = min(DOORS, key=lambda door: abs(door[0] - slot_x))
    for i, person in enumerate(crew):
        person.walk(slot_x, 21.2 - 0.6 * i, 1.4).walk(exit_x, 21.2 - 0.6 * i, 1.3).walk(exit_x, exit_y, 1.3).leave()
    back = max(person.time for person in crew) + float(np.exp(street.rng.uniform(np.log(15), np.log(1200))))
    for i, person in enumerate(crew):
        person.appear(back + 0.8 * i, exit_x, exit_y).walk(exit_x, 21.2 - 0.6 * i, 1.3)
        person.walk(slot_x, 21.2 - 0.6 * i, 1.3)
    start = max(person.time for person in crew)
    for i, person in enumerate(crew):
        person.until(start).walk(slot_x + 0.2 * i, ROW_Y - 1.4, 1.5).mount(motorcycle)
    _ride_off(rider, slot_x)


def own_bike(street: Street, time: float, slot_x: float) -> None:
    """Somebody walks along the row to his own motorcycle, parked before the recording began, and rides off.

    Nobody was seen to park it, so nobody's vehicle is taken; he stands less than 5 s beside any vehicle.
    """
    motorcycle = street.add("motorcycle", -60.0, slot_x, ROW_Y, 90.0)
    _, y, way, speed = _far_way(street)
    person = street.person(time, -way * edge(y), y).walk(slot_x, 21.2, speed).walk(slot_x, ROW_Y - 1.4, speed)
    _ride_off(person.wait(0.5).mount(motorcycle), slot_x)


def delivery(street: Street, time: float) -> None:
    """A lorry stops at the kerb for less than 50 s (60 make a stopped vehicle); its driver carries a box indoors."""
    lane, kerb = LANES["car"][1], 18.3
    door_x, door_y = _door(street)
    x = edge(lane) + 8.0
    stop = 0.45 * door_x
    truck = street.add("truck", time, x, lane, 180.0).drive(stop + 9, lane, 7.5).drive(stop, kerb, 4.5)
    driver = street.person(truck.time + 2.0, stop - 2.5, kerb + 1.6)
    box = street.add("object", driver.time, *driver.place)
    driver.take(box).walk(door_x, 21.2, 1.6).walk(door_x, door_y, 1.6).leave()
    driver.hide(box)
    driver.appear(driver.time + float(street.rng.uniform(2, 5)), door_x, door_y)
    driver.walk(door_x, 21.2, 1.8).walk(stop - 2.5, kerb + 1.6, 1.8).leave()
    truck.until(driver.time + 2.0).drive(stop - 8, lane, 4.0).drive(-x, lane, 7.5).leave()


def parcel(street: Street, time: float) -> None:
    """A parcel is set down at a door; while the messenger waits, somebody takes it in.

    It is never alone, lies for less than 20 s and moves by less than 3 m: neither abandoned, nor dumped, nor taken.
    """
    (door_x, door_y), (_, y, way, speed) = _door(street), _far_way(street)
    messenger = street.person(time, -way * edge(y), y)
    box = street.add("object", time, *messenger.place)
    messenger.take(box).walk(door_x, y, speed).walk(door_x, door_y - 1.6, speed).wait(1).put(box, 0.0, 0.5)
    resident = street.person(messenger.time + float(street.rng.uniform(4, 12)), door_x, door_y)
    resident.walk(door_x, door_y - 0.6, 0.8).take(box).wait(1).walk(door_x, door_y, 0.8).leave()
    messenger.until(resident.time).walk(door_x, y, speed).walk(way * edge(y), y, speed).leave()


def _way(street: Street, spare: float = 0.0) -> tuple[float, float, int, float]:
    """A walk through the picture on one of the pavements: edge x, y, direction ±1, speed in m/s."""
    low, high = NEAR_Y if street.rng.random() < 0.5 else FAR_Y
    y = float(street.rng.uniform(low, max(high - spare, low)))
    return edge(y), y, int(street.rng.choice([-1, 1])), float(np.clip(street.rng.normal(1.3, 0.15), 1.0, 1.7))


def _far_way(street: Street) -> tuple[float, float, int, float]:
    _, _, way, speed = _way(street)
    y = float(street.rng.uniform(*FAR_Y))
    return edge(y), y, way, speed


def _through_s(y: float, speed: float) -> float:
    """How long a walk across the picture takes at depth y, seconds."""
    return 2 * (0.77 * y + 0.8) / speed


def _door(street: Street) -> tuple[float, float]:
    return DOORS[int(street.rng.integers(len(DOORS)))]


def _with_bag(street: Street, time: float, x: float, y: float, way: int) -> tuple[Actor, Actor]:
    name = str(street.rng.choice(["backpack", "handbag", "suitcase"], p=[0.4, 0.4, 0.2]))
    person, bag = street.person(time, x, y), street.add(name, time, x, y)
    return person.take(bag, _beside(bag, way)), bag


def _beside(bag: Actor, way: int) -> tuple[float, float, float]:
    dx, dy, dz = BAG_OFFSETS[bag.body.class_name]
    return dx * way, dy, dz


def _mounted(street: Street, name: str, time: float, x: float, y: float, way: int) -> Actor:
    """The driver of a two-wheeler, some with a second person behind; the vehicle is cast first."""
    vehicle = street.add(name, time - 3.0, x, y, 90.0 - 90.0 * way)
    driver = street.person(time - 3.0, x, y).mount(vehicle)
    if name == "motorcycle" and street.rng.random() < 0.25:
        street.person(driver.time, x, y).mount(vehicle)
    return driver


def _ride_off(rider: Actor, slot_x: float) -> None:
    lane = LANES["motorcycle"][1]
    rider.ride(slot_x, 21.2, 1.5, 3.0).ride(slot_x - 3.0, lane, 3.0, 4.5).ride(slot_x - 14.0, lane, 4.5, 8.0)
    rider.ride(-edge(lane) - 8.0, lane, 8.0).leave()
