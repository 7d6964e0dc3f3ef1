"""Prowling, third set: one who tries parked vehicles, and those who have business beside them."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.third.moves import potter
from pipeline.simulate.scenarios.cast import (
    beside,
    biker,
    comer,
    go_out,
    parked,
    passers,
    pull_up,
    ride_out,
    traffic,
    vary,
)
from pipeline.simulate.street import Actor, Street

KIND = "prowling"


def _visit(street: Street, person: Actor, vehicle: Actor, low: float, high: float, dx: float, dy: float) -> float:
    """Stand at a vehicle for a while; gives when he came to stand there."""
    beside(person, vehicle, dx + vary(street, -0.1, 0.1), dy)
    came = person.time
    person.wait(vary(street, low, high))
    return came


@scenario(KIND, 130)
def handles_of_three_cars_along_the_kerb(street: Street) -> None:
    """A man goes along parked cars and bends to the windows of three of them, 7 to 9 s each; people pass behind him."""
    cars = parked(street, -7, 0, 7, y=14.5, kind="car", heading_deg=0)
    passers(street, 10.2, every_s=11)
    traffic(street, 19, every_s=13)
    man = comer(street, vary(street, 22, 28), 12.4)
    came = [_visit(street, man, car, 7, 9, 0.6, -1.35) for car in cars]
    street.expect(KIND, came[0], man.time)
    go_out(man, 1, 1.4, 12.4)


@scenario(KIND, 140)
def locks_of_the_boarding_house_bikes(street: Street) -> None:
    """Somebody tries the locks of four of six bikes in a yard for 6 to 8 s each, out of order, and walks off."""
    bikes = parked(street, -5.5, -3.3, -1.1, 1.1, 3.3, 5.5, y=13.5)
    passers(street, 9.4, every_s=12)
    man = comer(street, vary(street, 24, 32), 15.4, 1)
    order = [bikes[i] for i in (5, 3, 4, 1)]
    came = []
    for bike in order:
        man.walk(bike.place[0] + 0.9, 15.2)
        came.append(_visit(street, man, bike, 6.2, 8, 0.75, 0.2))
        man.walk(bike.place[0] + 0.9, 15.2)
    street.expect(KIND, came[0], man.time)
    go_out(man, -1, 1.3)


@scenario(KIND, 200)
def pauses_between_a_car_a_bike_and_a_lorry(street: Street) -> None:
    """A man tries a car, smokes aside, tries a motorbike, waits aside and tries a lorry: in two minutes."""
    car = parked(street, -6.5, y=15, kind="car", heading_deg=0)[0]
    bike = parked(street, 0.5, y=14)[0]
    lorry = parked(street, 8.5, y=16.5, kind="truck", heading_deg=0)[0]
    passers(street, 10.0, every_s=12)
    traffic(street, 21, every_s=14)
    man = comer(street, vary(street, 22, 28), 12.6)
    first = _visit(street, man, car, 7, 9, 0.8, -1.4)
    man.walk(-3.0, 11.8, 1.0).wait(vary(street, 16, 22))
    _visit(street, man, bike, 7, 9, -0.75, -0.1)
    man.walk(2.8, 11.6, 1.0).wait(vary(street, 18, 24))
    _visit(street, man, lorry, 7.5, 9.5, -1.0, -1.7)
    street.expect(KIND, first, man.time)
    go_out(man, 1, 1.3, 13)


@scenario(KIND, 130)
def one_tries_and_one_stands_lookout_far_back(street: Street) -> None:
    """At 19 m one of two tries three bikes while the other keeps watch in the open, four metres before the row."""
    bikes = parked(street, -4, -1.2, 1.6, 4.4, y=19.5)
    traffic(street, 12.5, every_s=12)
    start = vary(street, 22, 28)
    prowler, lookout = comer(street, start, 17.6), comer(street, start + 1, 16.4)
    lookout.walk(0.6, 15.4)
    came = []
    for bike in bikes[:3]:
        prowler.walk(bike.place[0] - 0.9, 17.8)
        came.append(_visit(street, prowler, bike, 6.5, 8.5, -0.75, -0.1))
        prowler.walk(bike.place[0] - 0.9, 17.8)
    street.expect(KIND, came[0], prowler.time)
    go_out(prowler, 1, 1.6, 17.6)
    lookout.until(prowler.time - 8)
    go_out(lookout, 1, 1.6)


@scenario(KIND, 130, positive=False)
def leaflets_for_every_bike(street: Street) -> None:
    """A boy hangs a leaflet on each of five parked bikes, about a second each, and on two on his way back."""
    bikes = parked(street, -6.6, -3.3, 0.0, 3.3, 6.6, y=13.5)
    passers(street, 9.4, every_s=11)
    traffic(street, 19, every_s=12)
    boy = comer(street, vary(street, 24, 30), 12.2)
    for bike in bikes:
        boy.walk(bike.place[0], 12.1, 1.4).wait(vary(street, 0.8, 1.4))
    boy.walk(6.0, 10.6).wait(12)
    for bike in (bikes[3], bikes[1]):
        boy.walk(bike.place[0], 12.1, 1.4).wait(vary(street, 0.8, 1.4)).walk(bike.place[0] - 1.0, 10.8)
    go_out(boy, -1)


@scenario(KIND, 140, positive=False)
def which_one_was_mine(street: Street) -> None:
    """A woman looks closely at two bikes, finds her own to be the next one, and rides off on it at once."""
    bikes = parked(street, -5.0, -1.8, 1.4, -8.2, y=13.5)
    passers(street, 9.4, every_s=12)
    traffic(street, 19, every_s=12)
    woman = comer(street, vary(street, 26, 34), 11.4)
    for bike in bikes[:2]:
        _visit(street, woman, bike, 6, 7.5, -0.75, 0.0)
        woman.walk(woman.place[0], 11.4)
    beside(woman, bikes[2], -0.6, -0.6, 1.4).mount(bikes[2])
    ride_out(woman, bikes[2], 1, speed=2.5)


@scenario(KIND, 150, positive=False)
def owners_come_one_by_one(street: Street) -> None:
    """Four people each busy themselves at one bike of a row and ride it off: four bikes, but everybody at one only."""
    bikes = parked(street, -6, -2.8, 3.6, 0.4, y=13.5)
    passers(street, 9.4, every_s=12)
    for i, bike in enumerate(bikes):
        side = -1.0 if i < 2 else 1.0
        owner = comer(street, 22 + 22 * i + vary(street, 0, 4), 11.6, side)
        owner.walk(bike.place[0] + 0.75 * side, 11.6)
        _visit(street, owner, bike, 6.5, 9, 0.75 * side, -0.1)
        owner.mount(bike).wait(1)
        ride_out(owner, bike, side)


@scenario(KIND, 170, positive=False)
def couple_packs_two_bikes_to_and_fro(street: Street) -> None:
    """A couple carries things to two of four bikes, back and forth, several times; the other two they do not touch."""
    bikes = parked(street, -6.2, -2.6, 1.0, 6.0, y=13.5)
    passers(street, 9.4, every_s=12)
    start = vary(street, 20, 24)
    for i in range(2):
        person = street.person(start + 2 * i, -0.8, 18.5).walk(-0.8, 15.8)
        for k in range(4):
            bike = bikes[1 + (i + k) % 2]
            _visit(street, person, bike, 6, 8, 0.75 if bike is bikes[1] else -0.75, 0.7 - 0.9 * i)
            person.walk(-0.8, 15.8).wait(vary(street, 3, 6))
        bike = bikes[1 + i]
        beside(person, bike, 0.75 if i == 0 else -0.75, 0.3).mount(bike).ride(bike.place[0], 11.4, 1, 2)
        ride_out(person, bike, -1 if i == 0 else 1)
    traffic(street, 20, every_s=14)


@scenario(KIND, 120, positive=False)
def lottery_tickets_at_the_red_light(street: Street) -> None:
    """Riders wait at a light for half a minute and a seller steps up to four of them in turn: nothing is parked."""
    passers(street, 9.2, every_s=13)
    riders = []
    for i in range(4):
        rider, bike = biker(street, vary(street, 24, 25) + 1.6 * i, 13 + 0.2 * (i % 2))
        riders.append((pull_up(rider, 5.0 - 3.2 * i, 13 + 0.2 * (i % 2)), bike))
    seller = comer(street, 20, 11.4, 1).walk(6, 11.4).until(riders[0][0].time + 2)
    for _, bike in riders:
        seller.walk(bike.place[0] + 0.2, 12.1, 1.4).wait(vary(street, 5.5, 6.2))
    go = seller.time + 1.5
    go_out(seller.walk(seller.place[0], 11.0, 1.5), -1)
    for i, (rider, bike) in enumerate(riders):
        rider.until(go + 0.8 * i)
        ride_out(rider, bike, 1)


@scenario(KIND, 160, positive=False)
def parking_guard_sits_by_the_first_bike(street: Street) -> None:
    """A guard stays two minutes beside one bike of the row and paces before the others at more than two metres."""
    bikes = parked(street, -5.4, -2.2, 1.0, 4.2, y=14.5)
    passers(street, 9.4, every_s=12)
    traffic(street, 20, every_s=12)
    guard = comer(street, vary(street, 6, 10), 13.4)
    for _ in range(3):
        _visit(street, guard, bikes[0], 18, 26, -0.75, -0.2)
        guard.walk(-5.6, 11.4)
        potter(street, guard, guard.time + vary(street, 12, 16), (-3, 4), (10.6, 11.3), (3, 7))
        guard.walk(-6.4, 11.4)
    go_out(guard, -1)
