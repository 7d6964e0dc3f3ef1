"""Vehicles taken: a stranger leaves on what another parked, or the owner, his pillion, or somebody else's own bike."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    biker,
    car_by,
    comer,
    go_out,
    parked_row,
    parks,
    passers,
    pillion,
    pull_up,
    ride_out,
    rides_off,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_until_gone
from pipeline.simulate.street import Actor, Street


def park_at(street: Street, time: float, x: float, y: float = 12.5, side: float = -1) -> tuple[Actor, Actor]:
    """A rider comes, parks at (x, y) and stands before his motorbike."""
    rider, bike = biker(street, time, y, side)
    return pull_up(rider, x, y).dismount().wait(2), bike


@scenario("vehicle_taken", 140)
def one_of_two_guests_rides_home_and_the_other_bike_is_stolen(street: Street) -> None:
    """Two park and go in; the first comes out and takes his own, and then a walker rides off on the second's."""
    first, own = park_at(street, vary(street, 2, 4), -2.6)
    second, other = park_at(street, vary(street, 9, 11), 1.6)
    first.walk(-2.0, 11.2).walk(-0.5, 17.5).leave()
    second.walk(0.4, 11.4).walk(0, 17.5).leave()
    first.appear(first.time + vary(street, 50, 55), -0.5, 17.5).walk(-4.2, 14).walk(-3.0, 11.7)
    first.wait(2).mount(own)
    ride_out(first, own, -1)
    thief = comer(street, first.time + vary(street, 2, 4), 10.5, 1)
    start = rides_off(thief, other, -1)
    expect_until_gone(street, "vehicle_taken", start, other)


@scenario("vehicle_taken", 130)
def bicycle_is_wheeled_away_and_then_mounted(street: Street) -> None:
    """A schoolgirl parks and walks out of sight; 75 s later a man wheels her bicycle five metres and rides off."""
    girl, cycle = parks(street, vary(street, 2, 4), kind="bicycle")
    go_out(girl, -1, y=11)
    passers(street, 16, 10, every_s=11)
    man = comer(street, girl.time + vary(street, 60, 65), 11, 1).walk(cycle.place[0], 12.0).wait(3)
    start = man.time
    man.push(cycle, cycle.place[0] + 5, 12.0, 1.2).mount(cycle)
    ride_out(man, cycle, 1, end_speed=5)
    expect_until_gone(street, "vehicle_taken", start, cycle)


@scenario("vehicle_taken", 140)
def couple_goes_in_and_a_passer_by_takes_their_motorbike(street: Street) -> None:
    """Driver and pillion park and go into a house; after 70 s somebody who is neither of them rides off on it."""
    rider, bike = biker(street, vary(street, 2, 4), 12.5, 1)
    wife = pillion(street, bike)
    pull_up(rider, vary(street, -1, 1), 12.5)
    wife.dismount(-0.6, -0.9)
    rider.until(wife.time).dismount(0.5, -0.8).wait(1)
    x = bike.place[0]
    for person, dx in ((wife, -1.6), (rider, 1.6)):
        person.walk(x + dx, 12.5).walk(x + dx, 17.5).leave()
    thief = comer(street, rider.time + vary(street, 66, 72), 11)
    start = rides_off(thief, bike, 1)
    traffic(street, 8.5, every_s=25)
    expect_until_gone(street, "vehicle_taken", start, bike)


@scenario("vehicle_taken", 140)
def taken_as_a_car_passes_and_its_owner_dozes(street: Street) -> None:
    """The owner sits five metres off with his back turned; a car drives by just as the thief bends over the lock."""
    owner, bike = parks(street, vary(street, 2, 4))
    owner.walk(bike.place[0] - 5, 14.5)
    thief = comer(street, bike.time + vary(street, 66, 72), 11, 1)
    start = rides_off(thief, bike, 1)
    car_by(street, start - vary(street, 4, 5), 8.5, -1, 8)
    owner.until(start + vary(street, 3, 4)).walk(4, 13, 3.0).wait(10)
    expect_until_gone(street, "vehicle_taken", start, bike)


@scenario("vehicle_taken", 150, positive=False)
def idler_sits_on_it_until_the_owner_is_back(street: Street) -> None:
    """A stranger sits on the parked motorbike for 15 s and walks on; its owner, always in view, rides off on it."""
    owner, bike = parks(street, vary(street, 2, 4))
    owner.walk(bike.place[0] - 1.6, 12).walk(-6, 15).wait(vary(street, 78, 84))
    idler = comer(street, vary(street, 40, 45), 11.5, 1).walk(bike.place[0], 11.7).mount(bike)
    idler.wait(vary(street, 13, 17)).dismount()
    go_out(idler, -1, y=10)
    owner.walk(bike.place[0] - 1.6, 12).walk(bike.place[0], 11.7).wait(2).mount(bike)
    ride_out(owner, bike, 1)


@scenario("vehicle_taken", 130, positive=False)
def owner_gives_a_lift_to_somebody_new(street: Street) -> None:
    """He parks and waits six metres off in full view for 75 s; a stranger comes, and both ride off, he in front."""
    owner, bike = parks(street, vary(street, 2, 4))
    x = bike.place[0]
    owner.walk(x - 1.6, 12).walk(x - 6, 13.5).wait(vary(street, 70, 76))
    guest = comer(street, owner.time - 6, 14.5).walk(x - 5, 13.9).until(owner.time)
    owner.walk(x - 1.2, 11.6).walk(x, 11.7).wait(1).mount(bike)
    guest.walk(x - 1.2, 11.7).until(owner.time + 0.5).mount(bike)
    owner.until(guest.time)
    ride_out(owner, bike, 1)
    passers(street, 17)


@scenario("vehicle_taken", 100, positive=False)
def parked_for_forty_seconds_when_another_rides_it(street: Street) -> None:
    """Somebody else rides off on it 42 to 48 s after it was parked: a minute is asked for, so it counts as lent."""
    owner, bike = parks(street, vary(street, 4, 6))
    parked_at = bike.time
    go_out(owner, -1, 2.0, y=10.8)
    other = street.person(parked_at + vary(street, 34, 38), bike.place[0] + 3, 16).walk(bike.place[0] + 1.6, 12.5)
    rides_off(other, bike, 1)
    traffic(street, 17)


@scenario("vehicle_taken", 140, positive=False)
def warden_straightens_the_row(street: Street) -> None:
    """A warden shifts two motorbikes by less than a metre; their riders, in view at the wall, stay there."""
    riders = [park_at(street, 2 + 6 * i + vary(street, 0, 1), x) for i, x in enumerate((1.8, -2.0))]
    for i, (rider, bike) in enumerate(riders):
        rider.walk(bike.place[0] + 1.7, 11.8).walk(bike.place[0] + 1.7, 15.5).until(130 + i)
    warden = comer(street, vary(street, 88, 92), 10.5)
    for _, bike in reversed(riders):
        warden.walk(bike.place[0] - 0.4, 11.9).wait(2).push(bike, bike.place[0] + 0.8, 11.9, 0.6)
        warden.wait(2).walk(bike.place[0], 10.5)
    go_out(warden, 1)


@scenario("vehicle_taken", 120, positive=False)
def night_shift_collects_its_motorbikes(street: Street) -> None:
    """Four motorbikes have stood there since before the play; three workers ride home on three of them."""
    row = parked_row(street)
    for i, bike in enumerate(row[:3]):
        worker = street.person(vary(street, 66, 68) + 9 * i, bike.place[0] + 1.3, 17.5)
        worker.walk(bike.place[0] + 1.3, 12.6).walk(bike.place[0] + 0.6, 12.2).wait(2).mount(bike)
        worker.ride(bike.place[0], 10.5 - 0.5 * i, 1.5)
        ride_out(worker, bike, 1 if i % 2 else -1)
    passers(street, 9)


@scenario("vehicle_taken", 150, positive=False)
def two_friends_at_the_tea_stall_take_their_own_in_turn(street: Street) -> None:
    """They park side by side and sit in view for 85 s; the later one leaves first, walking past the other's bike."""
    first, one = park_at(street, vary(street, 2, 4), -2.2)
    second, two = park_at(street, vary(street, 9, 11), 1.8)
    first.walk(-3.9, 11.7).walk(-4.8, 15.2)
    second.walk(-0.2, 11.2).walk(-3.4, 15.6)
    second.until(second.time + vary(street, 80, 86)).walk(-0.2, 13).walk(1.8, 11.7).wait(2).mount(two)
    ride_out(second, two, 1)
    first.until(second.time + vary(street, 3, 6)).walk(-3.9, 12.2).walk(-2.2, 11.7).wait(2).mount(one)
    ride_out(first, one, 1)
