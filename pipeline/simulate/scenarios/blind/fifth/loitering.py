"""Loitering: long rests in the watched lane, and the rounds, waits and errands that end before the minute does."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    biker,
    car_by,
    comer,
    edge,
    go_out,
    parked,
    passers,
    pull_up,
    ride_out,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_stay
from pipeline.simulate.street import Actor, Street

LANE = [(-4.5, 10.0), (4.5, 10.0), (4.5, 15.5), (-4.5, 15.5)]


def with_bicycle(street: Street, time: float, y: float) -> tuple[Actor, Actor]:
    """Somebody beyond the left edge who wheels a bicycle along."""
    return comer(street, time, y), street.add("bicycle", time, -edge(y), y - 0.5)


@scenario("loitering", 120)
def lottery_seller_rests_on_the_pagoda_steps(street: Street) -> None:
    """She rests on the steps for 78 s while worshippers walk past right before her, in both directions."""
    street.zones["lane"] = LANE
    passers(street, 11, every_s=8)
    seller = comer(street, vary(street, 4, 8), 13.5).walk(vary(street, -1, 1), 13.5).wait(vary(street, 72, 80))
    go_out(seller, 1)
    expect_stay(street, "loitering", [seller], "lane")


@scenario("loitering", 130)
def man_with_a_bicycle_stops_to_argue_on_the_phone(street: Street) -> None:
    """He wheels his bicycle in, leans on it for 75 s, wheels it three metres on and is off: one stay, one man."""
    street.zones["lane"] = LANE
    traffic(street, 18, every_s=12)
    man, cycle = with_bicycle(street, vary(street, 3, 6), 12.5)
    man.push(cycle, vary(street, -2, -1), 12.5, 1.2).wait(vary(street, 66, 72))
    man.push(cycle, man.place[0] + 3, 12.5).wait(vary(street, 3, 5)).push(cycle, edge(12.5), 12.5, 1.2).leave()
    cycle.leave()
    expect_stay(street, "loitering", [man], "lane")


@scenario("loitering", 125)
def two_scouts_on_opposite_kerbs(street: Street) -> None:
    """One waits on the near kerb and one on the far kerb, 75 s each, as riders pass between them: two events."""
    street.zones["lane"] = [(-4.5, 9.5), (4.5, 9.5), (4.5, 17.0), (-4.5, 17.0)]
    traffic(street, 13, every_s=9)
    near = comer(street, vary(street, 3, 5), 10.5).walk(-1.5, 10.5).wait(vary(street, 70, 76))
    far = comer(street, vary(street, 9, 12), 16, 1).walk(2, 16).wait(vary(street, 70, 76))
    go_out(near, -1)
    go_out(far, 1)
    for scout in (near, far):
        expect_stay(street, "loitering", [scout], "lane")


@scenario("loitering", 95, settings={"seconds": 30})
def stranger_at_the_meter_box_of_the_boarding_house(street: Street) -> None:
    """Half a minute is allowed; he fumbles at the meters for 48 s, far back, and a bus hides him for a moment."""
    street.zones["lane"] = [(-4.0, 14.0), (4.0, 14.0), (4.0, 19.0), (-4.0, 19.0)]
    parked(street, -6.5, -5.3, 6, y=21)
    man = comer(street, vary(street, 5, 9), 16).walk(1, 17.5).wait(vary(street, 42, 46))
    car_by(street, man.time - vary(street, 20, 26), 9, 1, 9, kind="bus")
    go_out(man, 1, y=15.5)
    expect_stay(street, "loitering", [man], "lane")


@scenario("loitering", 120, positive=False)
def bread_bicycle_halts_at_three_doors(street: Street) -> None:
    """She wheels her bicycle along and calls at three doors for some ten seconds each: 40 s from border to border."""
    street.zones["lane"] = LANE
    woman, cycle = with_bicycle(street, vary(street, 5, 12), 12)
    for x in (-3, 0, 3):
        woman.push(cycle, x, 12, 1.0).wait(vary(street, 9, 12))
    woman.push(cycle, edge(12), 12, 1.0).leave()
    cycle.leave()
    passers(street, 17.5)


@scenario("loitering", 130, positive=False)
def passengers_board_the_next_bus_that_comes(street: Street) -> None:
    """Four wait at the stop for 18 to 40 s each and board one of two buses; the stop itself is hardly ever empty."""
    street.zones["lane"] = LANE
    for i in range(2):
        bus = street.add("bus", 31 + 52 * i + vary(street, 0, 3), -25, 17).drive(-6, 17, 7).drive(0, 17, 2.5)
        for j in range(2):
            x = -1.5 + 3 * j
            guest = comer(street, bus.time - 36 + 12 * j, 12 + j, -1 if j else 1).walk(x, 12 + j)
            guest.until(bus.time + 1 + j).walk(x, 15.2).leave()
        bus.wait(7).drive(6, 17, 2.5).drive(25, 17, 7).leave()
    passers(street, 8.5, every_s=12)


@scenario("loitering", 110, positive=False)
def flat_tyre_is_pumped_up_at_the_kerb(street: Street) -> None:
    """A rider stops, and the man with the pump comes out of his door: 40 s at the wheel, and both are gone again."""
    street.zones["lane"] = LANE
    rider, bike = biker(street, vary(street, 6, 12), 12)
    pull_up(rider, 0, 12).dismount(0.3, 0.9).wait(2)
    mender = street.person(rider.time, 2.5, 18).walk(0.9, 13.0).wait(vary(street, 26, 30))
    rider.until(mender.time + 1).mount(bike)
    mender.walk(2.5, 18).leave()
    ride_out(rider, bike, 1)
    traffic(street, 8.5, every_s=14)


@scenario("loitering", 150, positive=False)
def grandson_runs_in_and_out_of_the_lane(street: Street) -> None:
    """His grandmother sits two metres outside; five times he plays in the lane for 14 s and runs back to her for 9."""
    street.zones["lane"] = LANE
    street.person(0, 6.8, 13)
    boy = street.person(0, 6.4, 12)
    boy.until(vary(street, 4, 7))
    for _ in range(5):
        boy.walk(vary(street, -1, 2), vary(street, 11.5, 14), 2.0).wait(vary(street, 9, 11))
        boy.walk(6.2, vary(street, 12, 12.6), 2.0).wait(vary(street, 9, 11))
    passers(street, 17.5)


@scenario("loitering", 110, positive=False)
def two_monks_on_their_alms_round(street: Street) -> None:
    """One behind the other they walk slowly through and halt at two doors, 40 s in the lane; women come out to give."""
    street.zones["lane"] = LANE
    start = vary(street, 5, 9)
    pause = vary(street, 15, 17)
    for i in range(2):
        monk = comer(street, start + 1.6 * i, 13)
        for x in (-2.4, 1.8):
            monk.walk(x - 1.4 * i, 13, 0.9).wait(pause)
        go_out(monk, 1, 0.9)
    for x in (-2.0, 2.2):
        at = start + (x + edge(13)) / 0.9 + (pause if x > 0 else 0)
        giver = street.person(at - 3, x + 1, 17).walk(x + 0.4, 14.2).wait(vary(street, 9, 12)).walk(x + 1, 17)
        giver.leave()


@scenario("loitering", 150, positive=False)
def bricklayers_mates_go_to_and_fro_with_bricks(street: Street) -> None:
    """Two carry bricks across the lane again and again for two minutes, seven seconds in it, then nine out of it."""
    street.zones["lane"] = LANE
    for y, first in ((11.5, -6.5), (14.0, 6.5)):
        mate = street.person(0, first, y)
        mate.wait(vary(street, 2, 8))
        while mate.time < 125:
            mate.walk(-mate.place[0], y, 1.3).wait(vary(street, 7, 9))
    street.add("object", 0, 7.2, 12.2)
    traffic(street, 18)
