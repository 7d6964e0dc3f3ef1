"""Two-wheelers taken, third set: by somebody who did not park them, and by all who may."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.third.moves import potter
from pipeline.simulate.scenarios.cast import (
    biker,
    comer,
    go_out,
    parked,
    passers,
    pillion,
    pull_up,
    ride_out,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import last_seen
from pipeline.simulate.street import Street

KIND = "vehicle_taken"


@scenario(KIND, 160)
def ridden_off_while_its_owner_eats(street: Street) -> None:
    """The owner eats at a stall eight metres away in view; a man from the street mounts his bike and rides off."""
    passers(street, 9.2, every_s=12)
    traffic(street, 20, every_s=12)
    owner, bike = biker(street, vary(street, 3, 6), 13.5)
    pull_up(owner, -3.5, 13.5).dismount(0, 0.9).walk(4.4, 14.4)
    potter(street, owner, 150, (4.0, 5.6), (13.8, 15.4), (8, 16))
    thief = comer(street, vary(street, 94, 104), 12.4).walk(-3.7, 12.6).wait(2).mount(bike)
    begin = thief.time
    thief.wait(vary(street, 1, 3))
    ride_out(thief, bike, -1)
    street.expect(KIND, begin, last_seen(street, bike))


@scenario(KIND, 170)
def bicycle_gone_from_the_school_fence(street: Street) -> None:
    """Far off a pupil leans her bicycle at a fence and goes in at a gate; a walker rides away on it later."""
    traffic(street, 11, every_s=12)
    parked(street, -3.6, -5.0, y=19, kind="bicycle")
    girl, cycle = biker(street, vary(street, 3, 6), 18, 1, "bicycle")
    pull_up(girl, 1.5, 18, 4).dismount(0, 0.9).wait(3).walk(-0.5, 23).leave()
    thief = comer(street, vary(street, 98, 108), 16.8).walk(1.4, 17.2).wait(3).mount(cycle)
    begin = thief.time
    ride_out(thief, cycle, 1, speed=1.5, end_speed=5)
    passers(street, 20.5, every_s=20)
    street.expect(KIND, begin, last_seen(street, cycle))


@scenario(KIND, 180)
def the_wrong_one_of_two_bikes(street: Street) -> None:
    """Two friends park side by side and go to a stall; a stranger takes one, the other is fetched later."""
    passers(street, 9.0, every_s=13)
    riders = []
    for i in range(2):
        rider, bike = biker(street, vary(street, 3, 5) + 5 * i, 13 + 1.4 * i)
        pull_up(rider, -2.5, 13 + 1.4 * i).dismount(0.9, 0.0).wait(1).walk(4.5, 14.0 + i)
        potter(street, rider, 140, (4.0, 6.2), (13.5, 15.8), (6, 12))
        riders.append((rider, bike))
    thief = comer(street, vary(street, 98, 106), 12.0, 1).walk(-2.3, 12.1).wait(1.5).mount(riders[0][1])
    begin = thief.time
    ride_out(thief, riders[0][1], -1)
    owner, bike = riders[1]
    owner.walk(bike.place[0] + 0.6, bike.place[1] - 0.8).mount(bike)
    ride_out(owner, bike, 1)
    go_out(riders[0][0].walk(-2, 12.5), -1, 1.8)
    street.expect(KIND, begin, last_seen(street, riders[0][1]))


@scenario(KIND, 170)
def two_thieves_come_on_one_and_leave_on_two(street: Street) -> None:
    """Two ride up, the one behind gets down, takes a bike parked in view before, and they part."""
    traffic(street, 20, every_s=13)
    owner, bike = biker(street, vary(street, 3, 6), 14, 1)
    pull_up(owner, 1.0, 14).dismount(0, 0.9).wait(2).walk(1.5, 20).leave()
    driver, own = biker(street, vary(street, 92, 100), 11.8)
    thief = pillion(street, own)
    pull_up(driver, -0.6, 11.8).wait(1)
    thief.until(driver.time).dismount(0.3, 0.8).walk(0.9, 13.2).wait(3).mount(bike)
    begin = thief.time
    driver.until(begin + 1)
    ride_out(thief, bike, -1)
    driver.ride(3, 12.2, 2, 4)
    ride_out(driver, own, 1, speed=4)
    passers(street, 9.0, every_s=14)
    street.expect(KIND, begin, last_seen(street, bike))


@scenario(KIND, 170, positive=False)
def chat_on_the_pavement_and_home(street: Street) -> None:
    """A rider parks, talks to two people three metres off for a minute and a half, and rides off on his own bike."""
    passers(street, 9.0, every_s=11)
    traffic(street, 19, every_s=12)
    for i in range(2):
        comer(street, 1 + i, 14.6 + 0.7 * i, 1).walk(2.4 + 0.5 * i, 14.6 + 0.7 * i).until(160)
    owner, bike = biker(street, vary(street, 8, 12), 12.6)
    pull_up(owner, -0.8, 12.6).dismount(0.2, 0.9).walk(1.5, 14.6)
    potter(street, owner, owner.time + vary(street, 86, 96), (1.0, 1.9), (14.0, 15.4), (6, 14))
    owner.walk(-0.6, 13.5).mount(bike)
    ride_out(owner, bike, 1)


@scenario(KIND, 120, positive=False)
def brother_takes_over_after_forty_seconds(street: Street) -> None:
    """A rider hands his bike over: he parks it for forty seconds only, and his brother from the house rides away."""
    passers(street, 9.2, every_s=12)
    traffic(street, 19, every_s=12)
    owner, bike = biker(street, vary(street, 5, 9), 13)
    pull_up(owner, 0.0, 13).dismount(0, 0.9).wait(1)
    parked_at = owner.time - 1
    brother = street.person(parked_at + 14, 2.0, 19).walk(0.8, 14.4).wait(4)
    owner.walk(0.2, 14.6).until(brother.time)
    brother.until(parked_at + vary(street, 38, 44)).walk(0.2, 13.8).mount(bike)
    ride_out(brother, bike, -1)
    owner.until(brother.time).walk(2.0, 19).leave()


@scenario(KIND, 170, positive=False)
def the_one_behind_rides_on_alone(street: Street) -> None:
    """Two come on one bike and both get down; after 80 s the passenger rides on alone and the driver stays."""
    passers(street, 9.0, every_s=12)
    traffic(street, 19, every_s=13)
    driver, bike = biker(street, vary(street, 3, 6), 12.8)
    passenger = pillion(street, bike)
    pull_up(driver, 0.5, 12.8).wait(0.5)
    passenger.until(driver.time).dismount(-0.4, 0.9)
    driver.until(passenger.time + 1).dismount(0.5, 0.9)
    end = driver.time + vary(street, 78, 86)
    potter(street, driver, end + 40, (1.0, 2.2), (13.9, 15.0), (6, 14))
    potter(street, passenger, end, (-0.6, 0.6), (13.9, 15.0), (6, 14))
    passenger.walk(0.4, 13.7).mount(bike)
    ride_out(passenger, bike, 1)


@scenario(KIND, 140, positive=False)
def bike_of_the_night_shift(street: Street) -> None:
    """A bike that has stood there since before the camera looked is ridden off by somebody out of the house."""
    bikes = parked(street, -1.6, 0.0, 1.6, y=14)
    passers(street, 9.6, every_s=10)
    traffic(street, 19.5, every_s=12)
    worker = street.person(vary(street, 76, 90), 3.0, 19).walk(0.7, 15.2).wait(2).walk(0.3, 14.9).mount(bikes[1])
    worker.wait(2).ride(0.2, 11.5, 1, 2)
    ride_out(worker, bikes[1], 1)


@scenario(KIND, 180, positive=False)
def attendant_makes_room_in_the_row(street: Street) -> None:
    """An attendant wheels a guest's bike a metre and a half aside after 80 s; the guest himself rides off on it."""
    traffic(street, 19, every_s=13)
    passers(street, 9.0, every_s=13)
    attendant = comer(street, 1, 11.6, 1).walk(4.5, 12.0)
    guest, bike = biker(street, vary(street, 6, 9), 13)
    pull_up(guest, -0.5, 13).dismount(0, -0.9).walk(-5.0, 13.6)
    potter(street, guest, 130, (-6.0, -4.6), (13.0, 14.4), (8, 14))
    attendant.until(guest.shown[0][0] + vary(street, 92, 98)).walk(-0.4, 12.4).wait(1)
    attendant.push(bike, 1.1, 12.4, 0.7).wait(1).walk(4.5, 12.0).until(175)
    guest.walk(bike.place[0] - 0.2, bike.place[1] - 0.8).mount(bike)
    ride_out(guest, bike, -1)


@scenario(KIND, 170, positive=False)
def colleagues_fetch_two_bikes_alike(street: Street) -> None:
    """Two colleagues park side by side, talk in view for a minute and a half, and each rides off on his own."""
    passers(street, 9.0, every_s=12)
    pairs = []
    for i in range(2):
        rider, bike = biker(street, vary(street, 3, 5) + 4 * i, 12.8 + 1.6 * i, 1)
        pull_up(rider, 1.5, 12.8 + 1.6 * i).dismount(-1.0, 0.0).walk(-1.8 - 0.4 * i, 13.2 + i)
        pairs.append((rider, bike))
    end = pairs[-1][0].time + vary(street, 84, 94)
    for i, (rider, bike) in enumerate(pairs[::-1]):
        potter(street, rider, end + 3 * i, (-3.0, -1.4), (12.6, 14.8), (6, 12))
        rider.walk(bike.place[0] - 0.9, bike.place[1]).mount(bike)
        ride_out(rider, bike, -1)
    traffic(street, 20, every_s=13)
