"""Snatches: riders who strike from an alley or after a turn, and the many who buy, hand over, brake or only pass."""

from __future__ import annotations

import numpy as np

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    abreast,
    biker,
    carrying,
    comer,
    edge,
    go_out,
    meets,
    parked,
    passers,
    pull_up,
    ride_by,
    ride_out,
    snatched,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_until_gone
from pipeline.simulate.street import Actor, Carried, Street

NEAR_Y = 10.0
Leg = tuple[float, float, float, float]
"""Ride to (x, y), from one speed to another."""


def strolls(street: Street, x: float, side: float = -1, y: float = NEAR_Y) -> Actor:
    """Somebody comes in and is at x after an even walk."""
    return comer(street, vary(street, 12, 18), y, side).walk(x, y, vary(street, 1.15, 1.35))


def arrives(street: Street, time: float, x: float, y: float, *legs: Leg, heading_deg: float) -> tuple[Actor, Actor]:
    """A rider who starts at (x, y) and ends the last of the legs at `time`."""
    spans = zip([(x, y), *(leg[:2] for leg in legs)], legs, strict=False)
    seconds = sum(2 * float(np.hypot(to[0] - at[0], to[1] - at[1])) / (to[2] + to[3]) for at, to in spans)
    bike = street.add("motorcycle", time - seconds - 1, x, y, heading_deg)
    rider = street.person(bike.time, x, y).mount(bike)
    for leg in legs:
        rider.ride(*leg)
    return rider, bike


def passes_by(street: Street, time: float, x: float, y: float, side: float = -1) -> None:
    """A rider at even speed who is at (x, y) at `time`."""
    speed = vary(street, 6.0, 7.0)
    ride_by(street, time - 1 - abs(x - side * edge(y)) / speed, y, side, speed)


@scenario("snatch", 60)
def out_of_the_alley_behind_her_back(street: Street) -> None:
    """A rider comes aslant out of an alley across the road, tears her bag off and speeds away along the kerb."""
    woman = strolls(street, vary(street, -0.5, 1))
    x, y = woman.place
    strike = woman.time
    legs = ((x - 4.5, y + 2.4, 2.0, 6.0), (x, y + 1.0, 6.0, 6.0))
    rider, bike = arrives(street, strike, x - 10, 17.5, *legs, heading_deg=-45)
    snatched(street, woman, rider, strike)
    ride_out(rider, bike, 1, speed=6.0, end_speed=12.0)
    woman.wait(0.5).walk(x + 4.5, y, 3.1).wait(14)
    parked(street, -2, -0.8, y=16.5)
    expect_until_gone(street, "snatch", strike, bike)


@scenario("snatch", 60)
def those_at_the_bus_stop_give_chase(street: Street) -> None:
    """Two who wait for the bus run after the rider who has robbed a woman before them; she only stands and cries."""
    woman = strolls(street, vary(street, -2, -0.5), y=9.6)
    x, strike = woman.place[0], woman.time
    waiting = [street.person(0, x + 1.2 * i, 13.4 + 0.3 * (i % 2)) for i in range(3)]
    rider, bike = meets(street, woman, -1, 0.95, 6.2)
    snatched(street, woman, rider, strike)
    ride_out(rider, bike, 1, speed=6.2, end_speed=12.0)
    for i in (1, 2):
        waiting[i].until(strike + 0.6 + 0.4 * i).walk(x + 6 + i, 12.6 - i, 3.4).wait(6).walk(x + 1.5 * i, 13.5)
    go_out(woman.wait(vary(street, 13, 16)), 1)
    traffic(street, 18)
    expect_until_gone(street, "snatch", strike, bike)


@scenario("snatch", 65)
def bag_from_the_handlebar_of_the_bicycle_she_wheels(street: Street) -> None:
    """She wheels a bicycle along, like a rider at a walk; he takes the bag; she lets the bicycle stand and runs."""
    woman = comer(street, vary(street, 12, 17), 10.6)
    cycle = street.add("bicycle", woman.time, *woman.place)
    woman.take(cycle, (0.0, 0.5, 0.0)).walk(vary(street, -2, 0), 10.6, 1.15)
    x, strike = woman.place[0], woman.time
    rider, bike = meets(street, woman, -1, 1.15, 6.0)
    snatched(street, woman, rider, strike)
    ride_out(rider, bike, 1, speed=6.0, end_speed=12.0)
    woman.wait(0.4).put(cycle, 0.0, 0.5).walk(x + 5, 10.2, 3.0).wait(7).walk(x, 10.6).wait(2)
    go_out(woman.take(cycle, (0.0, 0.5, 0.0)), 1)
    passers(street, 16)
    expect_until_gone(street, "snatch", strike, bike)


@scenario("snatch", 65)
def looks_her_over_and_turns_in_the_road(street: Street) -> None:
    """He rides past on the other side, turns round behind her in plain sight, and strikes on his way back."""
    woman = strolls(street, vary(street, 0, 1), y=12.2)
    x, strike = woman.place[0], woman.time
    legs = (
        (-2.0, 16.5, 6.5, 6.5), (-6.0, 16.5, 6.5, 3.0), (-7.4, 15.7, 3.0, 3.0), (-7.8, 14.6, 3.0, 3.0),
        (-7.0, 13.5, 3.0, 3.0), (x, 13.15, 3.0, 6.6),
    )  # fmt: skip
    rider, bike = arrives(street, strike, edge(16.5), 16.5, *legs, heading_deg=180)
    snatched(street, woman, rider, strike)
    ride_out(rider, bike, 1, speed=6.6, end_speed=12.0)
    woman.wait(0.5).walk(x + 5, 12.2, 3.1).wait(12)
    go_out(comer(street, strike - 6, 9, 1), -1)
    expect_until_gone(street, "snatch", strike, bike)


@scenario("snatch", 60)
def clings_to_her_bag_and_is_dragged_along(street: Street) -> None:
    """She will not let go and is dragged more than two metres before the bag is gone; she lies, he speeds off."""
    woman = strolls(street, vary(street, -3.5, -2.5))
    x, y = woman.place
    strike = woman.time
    rider, bike = meets(street, woman, -1, 0.9, 5.8)
    rider.ride(x + 3.2, y + 0.9, 5.8)
    snatched(street, woman, rider, rider.time)
    ride_out(rider, bike, 1, speed=5.8, end_speed=12.0)
    woman.walk(x + 2.4, y + 0.2, 4.2).wait(vary(street, 11, 14))
    helper = street.person(0, x + 5, 15.5).until(strike + 3).walk(x + 3.2, y + 0.8, 1.8)
    go_out(woman.until(helper.time + 6), -1, 1.0)
    expect_until_gone(street, "snatch", strike, bike)


@scenario("snatch", 75, positive=False)
def lottery_tickets_for_riders_at_the_kerb(street: Street) -> None:
    """Twice a rider halts by a ticket seller, buys and accelerates away as she walks on, her bag on her arm."""
    seller = comer(street, vary(street, 4, 7), NEAR_Y)
    carrying(street, seller, "handbag")
    for x in (-3.5, 1.5):
        seller.walk(x, NEAR_Y, 1.1)
        rider, bike = biker(street, seller.time + vary(street, 2, 4), NEAR_Y + 1.1)
        pull_up(rider, x + 0.2, NEAR_Y + 1.1).wait(vary(street, 5, 7))
        ride_out(rider, bike, 1, speed=1.0, end_speed=7.0)
        seller.until(rider.keys[-17][0] + vary(street, 0.8, 1.5))
    go_out(seller, 1, 1.1)
    passers(street, 16)


@scenario("snatch", 60, positive=False)
def lunch_bag_reached_to_her_at_a_crawl(street: Street) -> None:
    """A rider slows to 7 km/h beside a woman, gives her a bag as she halts, crawls on, and speeds up farther on."""
    woman = strolls(street, vary(street, -3, -2))
    x, y = woman.place
    given, row = woman.time, y + 1.0
    rider, bike = biker(street, given - 1 - (x - 9.5 + edge(row)) / 6.0 - 5.0 / 4.0 - 4.5 / 2.0, row)
    rider.ride(x - 9.5, row, 6.0).ride(x - 4.5, row, 6.0, end_speed=2.0).ride(x, row, 2.0)
    bag = street.add("handbag", bike.keys[0][0], *bike.keys[0][1:])
    over = (Carried(bag.time, given, rider, (0.0, -0.3, 0.6)), Carried(given, np.inf, woman, (0.3, 0.2, 0.7)))
    bag.carried.extend(over)
    rider.ride(x + 4.5, row, 2.0)
    ride_out(rider, bike, 1, speed=2.0, end_speed=7.0)
    go_out(woman.wait(vary(street, 4, 6)), 1)
    passers(street, 15.5)


@scenario("snatch", 70, positive=False)
def crosses_the_road_through_the_swarm(street: Street) -> None:
    """She crosses by steps and halts as riders stream past before and behind her, closely, but all at even speed."""
    x = vary(street, -1.5, 1.5)
    woman = comer(street, vary(street, 8, 12), 8.8)
    carrying(street, woman, "handbag")
    woman.walk(x, 8.8)
    for y, stream in ((8.8, ((10.2, 0.8), (10.2, 2.4))), (11.4, ((10.2, 1.4), (12.6, 0.7), (12.6, 2.1)))):
        woman.walk(x, y)
        for row, late in stream:
            passes_by(street, woman.time + late, x, row)
        woman.wait(3.2)
    woman.walk(x, 13.7)
    for row, side, late in ((12.6, -1, 1.4), (14.9, 1, 0.7), (14.9, 1, 2.2)):
        passes_by(street, woman.time + late, x, row, side)
    go_out(woman.wait(3.4).walk(x, 17), 1)


@scenario("snatch", 60, positive=False)
def turns_in_at_her_gate_long_after_the_racer(street: Street) -> None:
    """A racer speeds up close by her; she keeps her pace and her bag, and seven seconds later turns in at her gate."""
    woman = comer(street, vary(street, 10, 15), NEAR_Y)
    carrying(street, woman, "handbag")
    pace = vary(street, 1.15, 1.3)
    woman.walk(-4.2, NEAR_Y, pace)
    rider, bike = meets(street, woman, -1, 1.15, 6.0)
    ride_out(rider, bike, 1, speed=6.0, end_speed=11.0)
    woman.walk(vary(street, 4.3, 5.0), NEAR_Y, pace).walk(5.5, 17, pace).leave()
    parked(street, -3, -1.8, y=15)


@scenario("snatch", 60, positive=False)
def husband_takes_the_heavy_bag_from_her(street: Street) -> None:
    """They halt and he takes her bag, as a racer speeds up more than three metres from them; they walk on together."""
    wife, husband = abreast(street, vary(street, 10, 15), 10.3, 9.4)
    bag = carrying(street, wife, "handbag")
    x, pace = vary(street, -2, 0), vary(street, 1.15, 1.3)
    wife.walk(x, 10.3, pace)
    husband.walk(x, 9.4, pace)
    rider, bike = meets(street, wife, -1, 3.7, 6.0)
    ride_out(rider, bike, 1, speed=6.0, end_speed=11.0)
    wife.wait(0.6).give(bag, husband)
    go_out(husband.wait(1.5), 1, pace)
    go_out(wife.wait(1.5), 1, pace)
    passers(street, 17)


@scenario("snatch", 85, positive=False)
def street_sweeper_at_the_edge_of_the_traffic(street: Street) -> None:
    """She sweeps in jerks, forth and back; riders pass her closely at even speed, and one speeds up on the far side."""
    sweeper = comer(street, vary(street, 2, 4), 9.7)
    x = -7.0
    while sweeper.time < 62 and x < 7:
        sweeper.walk(x, 9.7 + vary(street, -0.2, 0.2), 1.2).wait(vary(street, 1.0, 2.5)).walk(x - 0.5, 9.7, 0.8)
        x += vary(street, 1.0, 1.5)
    go_out(sweeper, 1)
    for i in range(4):
        passes_by(street, 16 + 11 * i + vary(street, 0, 3), 0, 11.0)
    rider, bike = biker(street, vary(street, 36, 42), 13.6)
    ride_out(rider.ride(-3, 13.6, 6.0), bike, 1, speed=6.0, end_speed=11.0)


@scenario("snatch", 60, positive=False)
def rider_brakes_for_a_boy_after_his_ball(street: Street) -> None:
    """A boy with a schoolbag runs across the road; a rider brakes hard, lets him by, and then accelerates."""
    boy = comer(street, vary(street, 10, 15), 9.3)
    carrying(street, boy, "backpack")
    boy.walk(vary(street, 0, 1.5), 9.3, 1.3)
    x, start = boy.place[0], boy.time
    boy.walk(x + 0.6, 17, 3.2).wait(2)
    legs = ((x - 12.5, 12.6, 7.0, 7.0), (x - 4.5, 12.6, 7.0, 0.8))
    rider, bike = arrives(street, start + 1.0, -edge(12.6) - 4, 12.6, *legs, heading_deg=0)
    rider.until(start + 2.6)
    ride_out(rider, bike, 1, speed=0.8, end_speed=9.0)
    go_out(boy, 1, 1.3)
    passers(street, 19.5)
