"""Vehicle taken, where riders are mixed up: parked side by side, exchanged, hidden, back by another way."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    beside,
    biker,
    comer,
    edge,
    go_out,
    lorry_stands,
    parked,
    parks,
    passers,
    pillion,
    pull_up,
    ride_out,
    rides_off,
    round_the_block,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_until_gone
from pipeline.simulate.street import Actor, Street

SOON = {"parked_s": 20}


def _two_park(street: Street, apart_m: float) -> list[tuple[Actor, Actor]]:
    """Two strangers, one from either side, park side by side, within some seconds of each other, and lock up."""
    pairs = []
    for i, side in enumerate((-1.0, 1.0)):
        rider, bike = biker(street, vary(street, 4, 6) + 3 * i, 12.5, side)
        pull_up(rider, side * apart_m / 2, 12.5).dismount(0.0, -0.7)
        pairs.append((rider, bike))
    end = pairs[1][0].time + 6
    for rider, _ in pairs:
        rider.until(end)
    return pairs


@scenario("vehicle_taken", 130, settings=SOON)
def who_parked_beside_him_takes_his_motorbike(street: Street) -> None:
    """Two strangers lock their motorbikes side by side for 6 s and part; one returns and rides off on the other's."""
    passers(street, 17)
    (owner, bike), (thief, _) = _two_park(street, 1.3)
    go_out(owner, -1, y=10.5)
    go_out(thief, 1, y=10.5)
    thief.appear(thief.time + vary(street, 24, 30), *thief.place)
    expect_until_gone(street, "vehicle_taken", rides_off(thief, bike, -1), bike)


@scenario("vehicle_taken", 140, settings=SOON)
def two_riders_leave_on_each_others_motorbikes(street: Street) -> None:
    """They come from different sides, park four metres apart, and each leaves on the other's motorbike: two events."""
    (first, one), (second, two) = _two_park(street, 4.0)
    first.walk(-6.0, 10.5).wait(vary(street, 28, 32))
    second.walk(6.0, 10.5).wait(vary(street, 40, 44))
    expect_until_gone(street, "vehicle_taken", rides_off(first, two, 1), two)
    expect_until_gone(street, "vehicle_taken", rides_off(second, one, -1), one)


@scenario("vehicle_taken", 130, settings=SOON)
def mounted_behind_a_lorry(street: Street) -> None:
    """A lorry hides the motorbike for a while; a stranger walks in behind it on foot and comes out riding."""
    owner, bike = parks(street, vary(street, 4, 6))
    go_out(owner, 1, y=11)
    start = bike.time + vary(street, 32, 38)
    lorry_stands(street, start, 30, x=bike.place[0], y=8.6)
    thief = comer(street, start - 2, 12.0)
    beside(thief, bike).until(start + 12).mount(bike)
    ride_out(thief, bike, 1)
    expect_until_gone(street, "vehicle_taken", thief.carried[-1].start, bike)


@scenario("vehicle_taken", 120, settings=SOON)
def owner_runs_beside_his_motorbike(street: Street) -> None:
    """He telephones two metres from it when a stranger mounts and starts; he runs along for six metres, in vain."""
    traffic(street, 18)
    owner, bike = parks(street, vary(street, 4, 7))
    owner.walk(bike.place[0] - 2.2, 11.2)
    thief = comer(street, bike.time + vary(street, 28, 36), 11.3, 1)
    start = rides_off(thief, bike, 1)
    owner.until(start + 1).walk(owner.place[0] + 6.5, 11.6, 3.6).wait(6)
    go_out(owner, 1)
    expect_until_gone(street, "vehicle_taken", start, bike)


@scenario("vehicle_taken", 140, positive=False, settings=SOON)
def owner_comes_back_round_the_block(street: Street) -> None:
    """He walks out on the right, comes back from the left after half a minute, and rides off on his own motorbike."""
    passers(street, 17)
    owner, bike = parks(street, vary(street, 4, 7))
    go_out(owner.walk(owner.place[0] + 1, 11), 1)
    owner.appear(owner.time + vary(street, 26, 34), -edge(11), 11)
    rides_off(owner, bike, 1)


@scenario("vehicle_taken", 150, positive=False, settings=SOON)
def pillion_comes_back_alone_the_way_the_driver_went(street: Street) -> None:
    """Two came on it and went different ways; the pillion comes back, from the driver's side, and rides it home."""
    driver, bike = biker(street, vary(street, 4, 7), 12.5)
    mate = pillion(street, bike)
    pull_up(driver, vary(street, -1, 1), 12.5).dismount(0.6, -0.8).wait(3)
    mate.dismount(-0.8, -0.7).wait(3)
    go_out(driver, 1, y=11)
    round_the_block(mate.walk(mate.place[0], 10.8), -1, vary(street, 26, 32), 11)
    rides_off(mate, bike, 1)


@scenario("vehicle_taken", 130, positive=False, settings=SOON)
def owner_sits_behind_a_friend(street: Street) -> None:
    """He waits beside his motorbike; a friend comes on foot, takes the handlebars at once, and he sits down behind."""
    passers(street, 17)
    owner, bike = parks(street, vary(street, 4, 7))
    owner.walk(bike.place[0] + 1.2, 11.2)
    friend = comer(street, bike.time + vary(street, 26, 34), 11.4)
    beside(friend, bike).mount(bike)
    beside(owner.until(friend.time), bike).mount(bike)
    friend.until(owner.time)
    ride_out(friend, bike, 1)


@scenario("vehicle_taken", 130, positive=False, settings=SOON)
def moved_aside_to_free_another(street: Street) -> None:
    """Somebody wheels a parked motorbike two metres aside, gets his own out from behind it, and rides off on that."""
    owner, bike = parks(street, vary(street, 4, 7))
    (own,) = parked(street, bike.place[0], y=14.2)
    go_out(owner, 1, y=11)
    man = beside(comer(street, bike.time + vary(street, 28, 34), 11), bike, 0.0, -0.5)
    man.push(bike, man.place[0] + 2.0, man.place[1], 0.8).wait(1)
    beside(man, own, 0.0, -0.9).wait(2).mount(own)
    ride_out(man, own, -1)


@scenario("vehicle_taken", 120, positive=False, settings=SOON)
def stranger_parks_beside_it_and_leaves_on_his_own(street: Street) -> None:
    """A second rider parks a metre beside, busies himself between the two for 25 s, and rides his own away again."""
    owner, bike = parks(street, vary(street, 4, 6))
    go_out(owner, 1, y=11)
    rider, own = biker(street, owner.time + 6, 12.7, 1)
    pull_up(rider, bike.place[0] + 1.4, 12.7).dismount(-0.7, -0.6).wait(vary(street, 22, 28))
    rides_off(rider, own, 1)
