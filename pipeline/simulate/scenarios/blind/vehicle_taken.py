"""Vehicle taken: a parked two-wheeler leaves with somebody who did not come on it."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    beside,
    biker,
    comer,
    edge,
    go_out,
    parked,
    parks,
    passers,
    pillion,
    pull_up,
    ride_out,
    rides_off,
    traffic,
    vanish,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_until_gone
from pipeline.simulate.street import Street

SOON = {"parked_s": 20}


@scenario("vehicle_taken", 140)
def stranger_rides_off_on_a_parked_motorbike(street: Street) -> None:
    """The owner parks and walks away to the right; 70 s and more later somebody from the left rides it off."""
    passers(street, 16.5)
    owner, bike = parks(street, vary(street, 4, 8))
    go_out(owner, 1, y=11)
    thief = comer(street, bike.time + vary(street, 68, 78), 11)
    expect_until_gone(street, "vehicle_taken", rides_off(thief, bike, 1), bike)


@scenario("vehicle_taken", 150)
def two_come_on_a_motorbike_and_one_takes_the_other(street: Street) -> None:
    """Two men on a motorbike stop beside a parked one; the pillion gets down, starts it, and both ride off."""
    traffic(street, 19)
    owner, bike = parks(street, vary(street, 3, 6))
    owner.walk(bike.place[0] + 1, 18.5).leave()
    driver, other = biker(street, bike.time + vary(street, 72, 84), 14.2, -1)
    mate = pillion(street, other)
    pull_up(driver, bike.place[0] - 2.5, 14.2)
    mate.dismount(0.7, -0.7)
    start = rides_off(mate, bike, 1, 10)
    driver.until(start + 1)
    ride_out(driver, other, 1, end_speed=10)
    expect_until_gone(street, "vehicle_taken", start, bike)


@scenario("vehicle_taken", 90, settings=SOON)
def bike_pushed_away_by_a_stranger(street: Street) -> None:
    """He does not start the engine: he wheels the motorbike out of the picture on foot."""
    owner, bike = parks(street, vary(street, 4, 7), 1)
    go_out(owner, 1, y=11)
    thief = beside(comer(street, bike.time + vary(street, 28, 36), 11), bike, 0, -0.6).wait(4)
    start = thief.time
    thief.push(bike, -edge(12), 12, 1.3).leave()
    bike.leave()
    expect_until_gone(street, "vehicle_taken", start, bike)


@scenario("vehicle_taken", 150)
def owner_watches_from_far_and_comes_too_late(street: Street) -> None:
    """The owner is still in view, ten metres off at a stall, when his motorbike is ridden away; he runs after it."""
    passers(street, 9.3)
    owner, bike = parks(street, vary(street, 4, 8))
    owner.walk(bike.place[0] + 7, 19)
    thief = comer(street, bike.time + vary(street, 70, 80), 11.3)
    start = rides_off(thief, bike, -1)
    go_out(owner.until(start + 1.5).walk(1, 13, 3.0), -1, 3.0)
    expect_until_gone(street, "vehicle_taken", start, bike)


@scenario("vehicle_taken", 100, settings=SOON)
def owner_in_the_house_and_taker_from_the_street(street: Street) -> None:
    """The owner goes into a door; 35 s later somebody comes along the street, not out of the door, and takes it."""
    traffic(street, 18, every_s=30)
    owner, bike = parks(street, vary(street, 5, 9))
    owner.walk(bike.place[0] + 1.5, 16).leave()
    thief = comer(street, bike.time + vary(street, 32, 40), 11, 1)
    expect_until_gone(street, "vehicle_taken", rides_off(thief, bike, 1), bike)


@scenario("vehicle_taken", 110, settings=SOON)
def bicycle_taken_from_a_row(street: Street) -> None:
    """A cyclist parks beside two other bicycles and walks away; a stranger rides off on his."""
    owner, bike = parks(street, vary(street, 5, 9), kind="bicycle")
    parked(street, bike.place[0] + 2.0, bike.place[0] + 3.3, y=13.5, kind="bicycle")
    go_out(owner, -1, y=11)
    thief = comer(street, bike.time + vary(street, 35, 45), 11, 1)
    expect_until_gone(street, "vehicle_taken", rides_off(thief, bike, -1, 5), bike)


@scenario("vehicle_taken", 150, positive=False)
def owner_returns_the_way_he_went(street: Street) -> None:
    """He parks, walks off to the right, comes back from the right after 50 s and rides off."""
    passers(street, 16.5)
    owner, bike = parks(street, vary(street, 4, 7))
    go_out(owner, 1, y=11)
    owner.appear(owner.time + vary(street, 45, 55), *owner.place)
    rides_off(owner, bike, 1)


@scenario("vehicle_taken", 150, positive=False)
def owner_comes_out_of_the_door_again(street: Street) -> None:
    """He goes into a house for 70 s, comes out of the same door and rides off."""
    traffic(street, 19)
    owner, bike = parks(street, vary(street, 4, 7))
    owner.walk(bike.place[0] + 1.5, 16).leave()
    owner.appear(owner.time + vary(street, 66, 76), *owner.place)
    rides_off(owner, bike, -1)


@scenario("vehicle_taken", 150, positive=False)
def owner_never_goes_far(street: Street) -> None:
    """He parks, stands three metres beside his motorbike for 80 s in full view, and rides off."""
    passers(street, 10, 16)
    owner, bike = parks(street, vary(street, 4, 8), 1)
    owner.walk(bike.place[0] + 3, 11.5).wait(vary(street, 72, 82))
    rides_off(owner, bike, 1)


@scenario("vehicle_taken", 150, positive=False)
def pillion_drives_home_and_owner_sits_behind(street: Street) -> None:
    """Two came on it and talked beside it for 70 s; now the former pillion drives and the owner sits behind."""
    driver, bike = biker(street, vary(street, 4, 7), 12.5)
    second = pillion(street, bike)
    pull_up(driver, vary(street, -1, 1), 12.5).dismount(0.6, -0.8)
    second.dismount(-0.8, -0.7).wait(vary(street, 68, 78))
    beside(second, bike).mount(bike)
    beside(driver.until(second.time - 3), bike).mount(bike)
    second.until(driver.time)
    ride_out(second, bike, 1)


@scenario("vehicle_taken", 150, positive=False)
def wife_who_came_along_takes_the_bike(street: Street) -> None:
    """Husband and wife arrive on one motorbike; he walks to work, she waits and rides it home after 75 s."""
    passers(street, 16)
    husband, bike = biker(street, vary(street, 4, 7), 12.5)
    wife = pillion(street, bike)
    pull_up(husband, vary(street, -1, 1), 12.5).dismount(0.6, -0.8).wait(4)
    wife.dismount(-0.8, -0.7)
    go_out(husband, 1, y=11)
    wife.walk(bike.place[0] - 2, 11.5).wait(vary(street, 70, 80))
    rides_off(wife, bike, -1)


@scenario("vehicle_taken", 110, positive=False)
def bike_that_was_there_before_the_camera_looked(street: Street) -> None:
    """A motorbike has stood there from the start; somebody comes and rides off on it: nobody saw who parked it."""
    traffic(street, 18)
    bike, *_ = parked(street, vary(street, -1, 0), 3.0, 4.2, y=13)
    rides_off(comer(street, vary(street, 65, 75), 11), bike, 1)


@scenario("vehicle_taken", 90, positive=False)
def parked_for_forty_seconds_only(street: Street) -> None:
    """Somebody else rides on with it about 42 s after it was parked, where 60 s of parking are asked for."""
    owner, bike = parks(street, vary(street, 4, 8))
    go_out(owner, 1, y=11)
    rides_off(comer(street, bike.time + vary(street, 26, 30), 11), bike, 1)


@scenario("vehicle_taken", 130, positive=False)
def passer_by_leans_on_a_parked_bike(street: Street) -> None:
    """A stranger stops at the parked motorbike for 25 s, looks at his phone and walks on."""
    passers(street, 16)
    owner, bike = parks(street, vary(street, 4, 8))
    go_out(owner, 1, y=11)
    go_out(beside(comer(street, bike.time + vary(street, 62, 70), 11), bike, 0.3).wait(vary(street, 20, 28)), 1)


@scenario("vehicle_taken", 150, positive=False)
def two_riders_park_side_by_side_and_take_their_own(street: Street) -> None:
    """Two motorbikes are parked three metres apart; after 70 s each leaves with the rider it came with."""
    pairs = [biker(street, vary(street, 4, 6) + 4 * i, 12.5) for i in range(2)]
    for (rider, _), x, stand in zip(pairs, (1.5, -1.5), (4.0, -4.0), strict=True):
        pull_up(rider, x, 12.5).dismount().wait(2).walk(stand, 11)
    leaving = pairs[1][0].time + vary(street, 66, 74)
    for i, (rider, bike) in enumerate(pairs):
        rides_off(rider.until(leaving + 6 * i), bike, 1)


@scenario("vehicle_taken", 140, positive=False)
def owner_wheels_his_broken_bike_home(street: Street) -> None:
    """He parks, kneels beside it for 75 s, and then pushes his own motorbike away."""
    traffic(street, 18)
    owner, bike = parks(street, vary(street, 4, 8))
    beside(owner, bike, 0.3).wait(vary(street, 70, 80))
    beside(owner, bike, 0, -0.6).push(bike, edge(12), 12, 1.2).leave()
    vanish(bike.time, bike)
