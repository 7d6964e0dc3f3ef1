"""Prowling, second set: one person at three parked vehicles in turn, or someone with business there."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.second.backdrop import lane, market, yard
from pipeline.simulate.scenarios.cast import (
    beside,
    biker,
    comer,
    go_out,
    parked,
    passers,
    pull_up,
    ride_out,
    vary,
)
from pipeline.simulate.street import Actor, Street

KIND = "prowling"


def _row(street: Street, count: int, x: float, y: float, gap: float = 2.6, kind: str = "motorcycle") -> list[Actor]:
    heading = 0.0 if kind == "car" else 90.0
    return parked(
        street, *(x + gap * i + vary(street, -0.15, 0.15) for i in range(count)), y=y, kind=kind, heading_deg=heading
    )


@scenario(KIND, 130)
def tries_the_locks_one_by_one(street: Street) -> None:
    """A man goes along a row of motorbikes, bends over every other one for some seconds, and strolls on."""
    lane(street, walk=20.0, road=23.5)
    bikes = _row(street, 6, -6.5, 14.5)
    man = comer(street, vary(street, 4, 12), 13.0, -1)
    first = beside(man, bikes[0], 0.1, -1.3).time
    man.wait(vary(street, 7, 10))
    for bike in (bikes[2], bikes[4]):
        beside(man, bike, 0.1, -1.3, 1.1).wait(vary(street, 7, 10))
    street.expect(KIND, first, man.time)
    go_out(man, 1)


@scenario(KIND, 150)
def peers_into_parked_cars(street: Street) -> None:
    """He cups his hands at the windows of three cars along the kerb, for six to nine seconds at each."""
    passers(street, 19.5, every_s=11)
    cars = _row(street, 3, -6.5, 15.0, 6.2, "car")
    man = comer(street, vary(street, 6, 14), 13.2, 1)
    first = 0.0
    for car in reversed(cars):
        beside(man, car, vary(street, -0.4, 0.4), -1.35, 1.2)
        first = first or man.time
        man.wait(vary(street, 7, 10))
    street.expect(KIND, first, man.time)
    go_out(man, -1, 1.5)


@scenario(KIND, 200)
def breaks_off_while_somebody_comes(street: Street) -> None:
    """He handles two motorbikes, walks off while a lodger fetches hers, returns and handles a third and a fourth."""
    yard(street)
    bikes = _row(street, 5, -5.0, 15.0)
    man = comer(street, vary(street, 3, 8), 13.5, -1)
    first = beside(man, bikes[0], 0.1, -1.3).time
    man.wait(vary(street, 7, 9))
    beside(man, bikes[1], 0.1, -1.3).wait(vary(street, 7, 9)).walk(-7.5, 12.5, 1.4)
    lodger = comer(street, man.time - 8, 13.6, 1)
    beside(lodger, bikes[4], 0.0, -1.2).wait(2).mount(bikes[4])
    ride_out(lodger, bikes[4], 1)
    man.until(lodger.time + vary(street, 8, 14))
    for bike in (bikes[2], bikes[3]):
        beside(man, bike, 0.1, -1.3).wait(vary(street, 7, 9))
    street.expect(KIND, first, man.time)
    go_out(man, -1)


@scenario(KIND, 150)
def squats_between_scattered_bikes(street: Street) -> None:
    """Motorbikes stand scattered before the stalls; amid the shoppers one man squats at three of them in turn."""
    market(street, walks=(8.5, 19.0), road=23.0)
    places = ((-5.0, 12.5), (0.5, 15.5), (4.5, 12.0))
    bikes = [parked(street, x + vary(street, -0.4, 0.4), y=y)[0] for x, y in places]
    man = comer(street, vary(street, 6, 14), 11.0, -1)
    first = 0.0
    for bike in bikes:
        beside(man, bike, -0.7, -0.6, 1.2)
        first = first or man.time
        man.wait(vary(street, 8, 11))
    street.expect(KIND, first, man.time)
    go_out(man, 1)


@scenario(KIND, 100, positive=False)
def looks_for_his_own_plate(street: Street) -> None:
    """A man passes along the row, glances at every number plate for a second or two, finds his, and rides off."""
    market(street, walks=(8.5, 20.0), road=23.5)
    bikes = _row(street, 6, -6.5, 14.5)
    man = comer(street, vary(street, 4, 12), 13.1, -1)
    for bike in bikes[:4]:
        beside(man, bike, 0.0, -1.3, 1.1).wait(vary(street, 0.8, 1.8))
    beside(man, bikes[4], 0.0, -1.3).wait(vary(street, 4, 7)).mount(bikes[4])
    ride_out(man, bikes[4], 1)


@scenario(KIND, 130, positive=False)
def couple_load_their_two_bikes(street: Street) -> None:
    """A man ties parcels to his motorbike and then to his wife's; a third stands well apart. Both ride away."""
    lane(street, walk=19.5, road=23.0)
    bikes = [*_row(street, 2, -2.0, 14.0, 2.8), *parked(street, 6.5, y=14.5)]
    man, wife = comer(street, 4, 12.6, -1), comer(street, 5, 12.2, -1)
    beside(man, bikes[0], 0.1, -1.3).wait(vary(street, 12, 18))
    beside(man, bikes[1], 0.1, -1.3).wait(vary(street, 10, 15))
    wife.walk(-4.0, 12.2).until(man.time)
    beside(man, bikes[0], 0.0, -1.2).mount(bikes[0])
    beside(wife, bikes[1], 0.0, -1.2).mount(bikes[1])
    ride_out(man, bikes[0], -1)
    ride_out(wife, bikes[1], 1)


@scenario(KIND, 120, positive=False)
def long_repair_of_one_bike(street: Street) -> None:
    """A man crouches at his motorbike in the middle of a row for a minute; its neighbours stand three metres off."""
    yard(street)
    bikes = _row(street, 4, -4.5, 14.0, 3.3)
    man = comer(street, vary(street, 3, 8), 12.8, 1)
    beside(man, bikes[2], 0.3, -1.2).wait(vary(street, 20, 28)).walk(bikes[2].place[0] - 0.7, 13.4, 0.6)
    man.wait(vary(street, 20, 28))
    beside(man, bikes[2], 0.0, -1.2, 0.8).mount(bikes[2])
    ride_out(man, bikes[2], -1)


@scenario(KIND, 130, positive=False)
def each_at_his_own_bike(street: Street) -> None:
    """Four workers come at the same time, each fiddles with his own motorbike for a while, and they ride away."""
    passers(street, 9.0, 20.0, every_s=11)
    bikes = _row(street, 4, -4.5, 14.5, 2.9)
    for i, bike in enumerate(bikes):
        side = 1 if i > 1 else -1
        man = comer(street, 5 + 7 * i + vary(street, 0, 4), 12.0, side).walk(bike.place[0], 12.0)
        beside(man, bike, 0.0, -1.2).wait(vary(street, 8, 15)).mount(bike)
        ride_out(man, bike, side)


@scenario(KIND, 280, positive=False)
def three_halts_in_four_minutes(street: Street) -> None:
    """A man waits about for four minutes and leans near three parked motorbikes, each time with a long walk between."""
    lane(street, walk=20.0, road=23.5)
    bikes = _row(street, 3, -5.5, 14.0, 5.0)
    man = comer(street, 3, 12.6, -1)
    beside(man, bikes[0], 0.1, -1.3).wait(vary(street, 7, 9)).walk(-2.8, 10.5)
    man.until(vary(street, 112, 120))
    beside(man, bikes[1], 0.1, -1.3).wait(vary(street, 7, 9)).walk(2.0, 10.5)
    man.until(vary(street, 236, 242))
    beside(man, bikes[2], 0.1, -1.3).wait(vary(street, 7, 9))
    go_out(man, 1)


@scenario(KIND, 140, positive=False)
def guard_paces_before_the_row(street: Street) -> None:
    """A guard walks up and down before the row with halts, always more than two metres from the motorbikes."""
    market(street, walks=(8.0, 20.0), road=23.5)
    _row(street, 6, -6.5, 15.5)
    rider, bike = biker(street, vary(street, 50, 60), 11.0, 1)
    guard = comer(street, 3, 12.2, -1)
    while guard.time < 115:
        guard.walk(vary(street, -6, 6), vary(street, 11.9, 12.4), 0.9).wait(vary(street, 6, 11))
    go_out(guard, 1)
    pull_up(rider, 8.5, 11.0).wait(vary(street, 5, 9))
    ride_out(rider, bike, 1)
