"""Vehicles taken, second set: who rides off on a motorbike that another parked, or seems to."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.second.backdrop import lane, market, yard
from pipeline.simulate.scenarios.cast import (
    beside,
    biker,
    comer,
    edge,
    go_out,
    parked,
    passers,
    pillion,
    pull_up,
    ride_out,
    vary,
)
from pipeline.simulate.scenarios.moments import last_seen
from pipeline.simulate.street import Actor, Street

KIND = "vehicle_taken"


def _parks(
    street: Street, time: float, x: float, y: float, side: float, kind: str = "motorcycle"
) -> tuple[Actor, Actor]:
    """A rider comes and parks; he stands beside his machine."""
    rider, bike = biker(street, time, y, side, kind)
    pull_up(rider, x, y, 4.0 if kind == "bicycle" else 6.5).dismount(0.2, -0.9).wait(vary(street, 2, 4))
    return rider, bike


@scenario(KIND, 170)
def shopper_inside_and_the_bike_is_gone(street: Street) -> None:
    """He parks and goes out of the picture; after a minute and a half a stranger fumbles at the lock and rides off."""
    market(street, walks=(8.0, 18.0), road=23.0)
    x = vary(street, -2, 1)
    owner, bike = _parks(street, 2, x, 13.0, -1)
    stood = owner.time
    go_out(owner, 1)
    thief = comer(street, stood + vary(street, 68, 82), 12.2, -1)
    beside(thief, bike, 0.2, -0.8).wait(vary(street, 8, 14)).mount(bike)
    start = thief.time
    ride_out(thief, bike, 1)
    street.expect(KIND, start, last_seen(street, bike))
    owner.appear(bike.time + 8, edge(13.0), 13.0)
    go_out(owner.walk(x, 12.6).wait(8), 1)


@scenario(KIND, 170)
def dropped_off_by_an_accomplice(street: Street) -> None:
    """Two come on one motorbike; the pillion gets off, wheels a parked one a few metres away, mounts, both ride off."""
    lane(street, walk=19.5, road=23.0)
    x = vary(street, 0, 3)
    owner, bike = _parks(street, 2, x, 13.5, 1)
    stood = owner.time
    go_out(owner, 1)
    driver, own = biker(street, stood + vary(street, 66, 78), 11.4, 1)
    mate = pillion(street, own)
    pull_up(driver, x + 1.4, 11.4)
    mate.dismount(-0.4, 0.7)
    beside(mate, bike, 0.3, -0.8).wait(vary(street, 5, 9))
    start = mate.time
    mate.push(bike, x - 3.5, 12.6, 1.1).wait(1.0).mount(bike)
    ride_out(mate, bike, -1)
    ride_out(driver.until(mate.time - 4), own, -1)
    street.expect(KIND, start, last_seen(street, bike))


@scenario(KIND, 170)
def school_bicycle_ridden_off(street: Street) -> None:
    """A pupil leans his bicycle at the railing beside two others; a good minute later an adult rides away on it."""
    yard(street)
    parked(street, -4.6, -3.2, y=14.4, kind="bicycle")
    x = vary(street, -0.6, 0.8)
    owner, bicycle = _parks(street, 2, x, 13.6, -1, "bicycle")
    stood = owner.time
    go_out(owner, -1)
    thief = comer(street, stood + vary(street, 66, 80), 12.6, 1)
    beside(thief, bicycle, 0.3, -0.8).wait(vary(street, 4, 8)).mount(bicycle)
    start = thief.time
    ride_out(thief, bicycle, 1, speed=1.5, end_speed=5.0)
    street.expect(KIND, start, last_seen(street, bicycle))


@scenario(KIND, 170)
def taken_under_his_eyes(street: Street) -> None:
    """The owner drinks tea ten metres away with his face to the road, while somebody else starts his motorbike."""
    market(street, walks=(8.0,), road=23.5)
    x = vary(street, 2, 4)
    owner, bike = _parks(street, 2, x, 12.0, 1)
    stood = owner.time
    owner.walk(-5.5, 15.5, 1.3)
    thief = comer(street, stood + vary(street, 68, 84), 11.2, 1)
    beside(thief, bike, 0.0, -0.8).wait(vary(street, 3, 6)).mount(bike)
    start = thief.time
    ride_out(thief, bike, -1)
    street.expect(KIND, start, last_seen(street, bike))
    owner.until(start + 3).walk(x - 4.0, 13.5, 3.0).wait(10)
    go_out(owner, -1)


@scenario(KIND, 170, positive=False)
def back_from_the_market_with_a_hat(street: Street) -> None:
    """The owner is out of the picture for a minute and a half, comes back on the other side, and rides away."""
    market(street, walks=(8.0, 18.0), road=23.0)
    x = vary(street, -2, 2)
    owner, bike = _parks(street, 2, x, 13.0, -1)
    owner.walk(x + 7.5, 15.2).wait(vary(street, 66, 84)).walk(x - 3.0, 15.4).walk(x - 0.4, 12.2, 1.0)
    owner.wait(vary(street, 2, 5)).mount(bike)
    ride_out(owner, bike, -1)


@scenario(KIND, 170, positive=False)
def pillion_drives_home(street: Street) -> None:
    """A couple comes on one motorbike; he stays at the stall, she, who sat behind, drives off after a while."""
    lane(street, walk=19.5, road=23.0)
    x = vary(street, -3, 0)
    man, bike = biker(street, 2, 13.0, -1)
    woman = pillion(street, bike)
    pull_up(man, x, 13.0).dismount(0.5, -0.9).wait(2)
    woman.dismount(-0.9, -0.8).until(man.time + 2)
    man.walk(x + 4.6, 15.4)
    woman.walk(x + 3.4, 15.2).wait(vary(street, 66, 80)).walk(x, 12.2).mount(bike)
    ride_out(woman, bike, 1)
    go_out(man.until(bike.time + 4), 1)


@scenario(KIND, 120, positive=False)
def lent_to_a_friend_at_once(street: Street) -> None:
    """He rides up to a friend, gets off, they talk, and the friend borrows the motorbike before it has stood long."""
    yard(street)
    x = vary(street, -1, 2)
    friend = comer(street, 1, 12.0, 1).walk(x + 1.2, 12.0)
    owner, bike = _parks(street, 4, x, 13.0, -1)
    friend.until(owner.time + vary(street, 30, 40)).walk(x + 0.3, 12.3).mount(bike)
    ride_out(friend, bike, 1)
    go_out(owner.until(bike.time + 3), -1)


@scenario(KIND, 170, positive=False)
def owner_moves_it_into_the_shade(street: Street) -> None:
    """The owner comes back once only to wheel his motorbike four metres along, and later rides away on it."""
    passers(street, 8.5, 18.5, every_s=11)
    x = vary(street, -3, 0)
    owner, bike = _parks(street, 2, x, 13.5, -1)
    owner.walk(x + 6, 15.5).wait(vary(street, 40, 48))
    beside(owner, bike, 0.2, -0.6).push(bike, x + 4.0, 12.9, 0.9).wait(2)
    owner.walk(x + 7.5, 15.5).wait(vary(street, 28, 36))
    beside(owner, bike, 0.0, -0.7).mount(bike)
    ride_out(owner, bike, 1)


@scenario(KIND, 170, positive=False)
def twins_side_by_side(street: Street) -> None:
    """Two riders park two metres apart and walk off together; each comes back to his own, the later one first."""
    market(street, walks=(8.0, 19.0), road=23.5)
    x = vary(street, -1.5, 0.5)
    one, bike_one = _parks(street, 2, x, 13.0, -1)
    two, bike_two = _parks(street, 5, x + 2.3, 13.2, 1)
    one.until(two.time).walk(-7.0, 16.0)
    two.walk(-6.0, 16.6)
    two.wait(vary(street, 66, 74))
    beside(two, bike_two, 0.2, -0.8).mount(bike_two)
    ride_out(two, bike_two, 1)
    one.until(two.time - vary(street, 1, 3))
    beside(one, bike_one, 0.0, -0.8).mount(bike_one)
    ride_out(one, bike_one, -1)


@scenario(KIND, 170, positive=False)
def stood_there_since_yesterday(street: Street) -> None:
    """Somebody walks up to one of the motorbikes that stood there from the start and rides off: it may be his."""
    lane(street, walk=19.5, road=23.0)
    bikes = parked(street, *(vary(street, -3.4, -3.0) + 2.4 * i for i in range(4)), y=14.0)
    mate, own = _parks(street, 4, 6.0, 13.0, 1)
    man = comer(street, vary(street, 84, 100), 12.8, -1)
    beside(man, bikes[1], 0.0, -1.0).wait(vary(street, 4, 8)).mount(bikes[1])
    ride_out(man, bikes[1], 1)
    mate.walk(9.5, 15.5).until(man.time + vary(street, 4, 8))
    beside(mate, own, 0.2, -0.8).mount(own)
    ride_out(mate, own, 1)
