"""Vehicles taken: ridden off by somebody who did not park them, or by their riders, pillions and nobody at all."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    biker,
    car_by,
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
    vary,
)
from pipeline.simulate.scenarios.moments import expect_until_gone
from pipeline.simulate.street import Actor, Street


def leaves_it_at(
    street: Street, time: float, x: float, kind: str = "motorcycle", y: float = 12.5
) -> tuple[Actor, Actor]:
    """A rider comes from the left, parks at (x, y) and stands before what he rode."""
    rider, vehicle = biker(street, time, y, -1, kind)
    return pull_up(rider, x, y, 6.5 if kind == "motorcycle" else 4.0).dismount().wait(2), vehicle


def fetches(owner: Actor, vehicle: Actor, side: float, end_speed: float = 8.0) -> None:
    """He walks up to it on the camera's side and rides off on it."""
    owner.walk(vehicle.place[0], 11.7).wait(2).mount(vehicle)
    ride_out(owner, vehicle, side, end_speed=end_speed)


@scenario("vehicle_taken", 130)
def midwife_is_with_a_patient(street: Street) -> None:
    """She parks and goes in at a door; 75 s later a man comes out of the next house and rides off on her motorbike."""
    midwife, bike = parks(street, vary(street, 2, 4), 1)
    x = bike.place[0]
    midwife.walk(x - 1.6, 11.9).walk(x - 3, 18).leave()
    man = street.person(bike.time + vary(street, 62, 68), x + 5.5, 18).walk(x + 2, 13)
    start = rides_off(man.walk(x + 1.2, 11.8), bike, 1)
    passers(street, 9.5, every_s=13)
    expect_until_gone(street, "vehicle_taken", start, bike)


@scenario("vehicle_taken", 130)
def courier_knocks_with_his_back_to_the_street(street: Street) -> None:
    """He waits at a door seven metres off; a walker mounts his motorbike, and he turns round and runs after it."""
    courier, bike = parks(street, vary(street, 2, 4))
    x = bike.place[0]
    courier.walk(x - 1.5, 12.2).walk(x - 5, 17.5)
    man = comer(street, bike.time + vary(street, 64, 70), 10.5, 1)
    start = rides_off(man, bike, 1)
    courier.until(start + 1.5).walk(x - 2, 14, 3.0).walk(x + 5, 12.5, 3.5).wait(10)
    traffic(street, 8.5, every_s=16)
    expect_until_gone(street, "vehicle_taken", start, bike)


@scenario("vehicle_taken", 150)
def middle_one_of_three_bicycles_at_the_pagoda(street: Street) -> None:
    """Three women park their bicycles and pray in view far back; a man from the street rides off on the middle one."""
    cycles = []
    for i, x in enumerate((3.0, 0.4, -2.2)):
        woman, cycle = leaves_it_at(street, vary(street, 1, 2) + 8 * i, x, "bicycle")
        cycles.append(cycle)
        woman.walk(x - 1.3, 12.0).walk(x - 1.3, 15.5).walk(-3.0 + 2.5 * i, 18.5)
    man = comer(street, cycles[2].time + vary(street, 66, 72), 10.8)
    man.walk(0.4, 11.7).wait(3)
    start = man.time
    man.mount(cycles[1]).ride(0.8, 10.2, 1.5)
    ride_out(man, cycles[1], 1, end_speed=5)
    expect_until_gone(street, "vehicle_taken", start, cycles[1])


@scenario("vehicle_taken", 130)
def idler_at_the_wall_takes_his_chance(street: Street) -> None:
    """He has leant on the wall since before she came; while she is in the shop he rides off on her motorbike."""
    idler = street.person(0, vary(street, 5, 6), 15.5)
    woman, bike = parks(street, vary(street, 3, 5))
    x = bike.place[0]
    woman.walk(x - 1.5, 12.0).walk(x - 2.5, 18).leave()
    idler.until(bike.time + vary(street, 66, 72)).walk(x + 1.8, 11.7)
    start = rides_off(idler, bike, -1)
    passers(street, 9.5, 17, every_s=12)
    expect_until_gone(street, "vehicle_taken", start, bike)


@scenario("vehicle_taken", 140, positive=False)
def wife_drives_home_and_he_sits_behind(street: Street) -> None:
    """They come on one motorbike, he in front, eat in view for 80 s, and ride home on it with her in front."""
    man, bike = biker(street, vary(street, 2, 4), 12.5)
    wife = pillion(street, bike)
    pull_up(man, vary(street, -1, 1), 12.5)
    wife.dismount(-0.6, -0.9)
    man.until(wife.time).dismount(0.5, -0.8).wait(1)
    x = bike.place[0]
    wife.walk(x - 1.6, 11.9).walk(x - 4.2, 14.2)
    man.walk(x - 1.4, 11.6).walk(x - 3.2, 14.4)
    stop = man.time + vary(street, 76, 82)
    wife.until(stop).walk(x - 1.6, 12.0).walk(x - 0.2, 11.7).wait(1).mount(bike)
    man.until(stop + 2).walk(x - 1.4, 11.8).walk(x - 0.5, 11.7).until(wife.time + 0.5).mount(bike)
    wife.until(man.time)
    ride_out(wife, bike, 1)
    passers(street, 17, every_s=13)


@scenario("vehicle_taken", 110, positive=False)
def shop_boy_moves_it_after_twenty_seconds(street: Street) -> None:
    """A guest gets off and sits down in view; 20 s later the shop's boy rides the motorbike round the corner."""
    guest, bike = parks(street, vary(street, 3, 5), 1)
    x = bike.place[0]
    guest.walk(x + 1.6, 12.0).walk(x + 3.5, 15.5)
    boy = street.person(bike.time + vary(street, 9, 12), x - 3, 17.5).walk(x - 1.8, 11.8).walk(x, 11.7).mount(bike)
    ride_out(boy, bike, -1, end_speed=5)
    guest.until(100)
    traffic(street, 8.5, every_s=14)


@scenario("vehicle_taken", 140, positive=False)
def owner_wheels_it_home_with_a_flat_tyre(street: Street) -> None:
    """He parks, looks at the tyre, telephones two metres off for 75 s, and pushes the motorbike out of the picture."""
    owner, bike = parks(street, vary(street, 3, 5))
    x = bike.place[0]
    owner.wait(vary(street, 6, 9)).walk(x + 2.0, 11.5).wait(vary(street, 66, 72)).walk(x + 0.2, 11.8).wait(2)
    owner.push(bike, edge(11.8), 11.8, 1.1).leave()
    bike.leave()
    passers(street, 9.5, 16.5)


@scenario("vehicle_taken", 140, positive=False)
def stranger_leans_on_it_and_walks_on(street: Street) -> None:
    """A stranger stands at the parked motorbike for 20 s and goes; then its owner, in view all along, rides off."""
    owner, bike = parks(street, vary(street, 3, 5))
    x = bike.place[0]
    owner.walk(x - 1.6, 12.0).walk(x - 4.5, 14.5)
    stranger = comer(street, vary(street, 45, 50), 11.4, 1).walk(x + 0.4, 11.7).wait(vary(street, 17, 22))
    go_out(stranger, 1, y=11.0)
    owner.until(stranger.time + 6).walk(x - 1.4, 12.0)
    fetches(owner, bike, -1)
    car_by(street, vary(street, 30, 40), 8.5, -1)


@scenario("vehicle_taken", 130, positive=False)
def motorbike_taxi_waits_astride_for_a_fare(street: Street) -> None:
    """The driver never gets off; after 80 s at the kerb a customer sits down behind him and they are off."""
    driver, bike = biker(street, vary(street, 3, 5), 12.5)
    pull_up(driver, vary(street, -1, 1), 12.5)
    x = bike.place[0]
    customer = comer(street, driver.time + vary(street, 66, 72), 11.3, 1).walk(x - 0.2, 11.6).wait(vary(street, 4, 6))
    customer.mount(bike)
    driver.until(customer.time)
    ride_out(driver, bike, 1)
    parked(street, -5.5, -4.3, y=15.5)
    passers(street, 9.5, 17.5)


@scenario("vehicle_taken", 150, positive=False)
def neighbours_leave_and_hers_stays_where_it_is(street: Street) -> None:
    """Three motorbikes stand there from before the play; their lodgers ride those off, and at last she takes hers."""
    row = parked(street, -6.0, -4.0, 3.5, y=15.5)
    woman, bike = leaves_it_at(street, vary(street, 2, 3), -0.4)
    woman.walk(-1.8, 12.0).walk(-2.2, 16.5)
    for i, other in enumerate(row):
        x = other.place[0]
        lodger = street.person(vary(street, 34, 36) + 16 * i, x + 1.0, 18.5).walk(x + 1.0, 15.5).walk(x + 0.7, 14.8)
        lodger.wait(1).mount(other).ride(x, 10.4, 2.0)
        ride_out(lodger, other, 1 if i == 2 else -1)
    woman.until(vary(street, 92, 96)).walk(-1.8, 12.2)
    fetches(woman, bike, 1)
