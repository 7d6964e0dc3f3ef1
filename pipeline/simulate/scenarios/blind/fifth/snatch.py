"""Snatches: torn away in passing by a rider who then speeds off, and the harmless ways in which riders meet walkers."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    biker,
    carrying,
    comer,
    edge,
    go_out,
    meets,
    passers,
    pull_up,
    ride_by,
    ride_out,
    snatched,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_until_gone
from pipeline.simulate.street import Actor, Street

KERB_Y = 9.8
"""The near kerb, where a handbag can be seen well."""


def comes_along(street: Street, x: float, side: float = -1, y: float = KERB_Y) -> Actor:
    """Somebody has come in from a side and walked along the kerb as far as x."""
    return comer(street, vary(street, 13, 19), y, side).walk(x, y, vary(street, 1.15, 1.35))


@scenario("snatch", 60)
def third_of_three_riders_is_the_one(street: Street) -> None:
    """Two riders pass her closely at an even speed; the third tears her bag off and speeds up, and she stands there."""
    woman = comes_along(street, vary(street, -1, 0))
    strike, row = woman.time, KERB_Y + 1.0
    for before in (5.0, 2.5):
        x = woman.place[0] - 1.25 * before
        ride_by(street, strike - before - 1 - (x + edge(row)) / 6.2, row, -1, 6.2)
    rider, bike = meets(street, woman, -1, 1.0, 6.2)
    snatched(street, woman, rider, strike)
    ride_out(rider, bike, 1, speed=6.2, end_speed=12.0)
    go_out(woman.wait(vary(street, 9, 12)), 1)
    expect_until_gone(street, "snatch", strike, bike)


@scenario("snatch", 60)
def second_motorbike_covers_the_escape(street: Street) -> None:
    """Two on a motorbike take her bag; an accomplice speeds past behind them three metres from her; she runs after."""
    woman = comes_along(street, vary(street, -3, -1.5))
    x, y = woman.place
    strike = woman.time
    bike = meets(street, woman, -1, 0.9, 6.0, two=True)[1]
    driver, behind = street.actors[-2], street.actors[-1]
    snatched(street, woman, behind, strike)
    ride_out(driver, bike, 1, speed=6.0, end_speed=12.0)
    mate, second = biker(street, strike + 0.3 - (x + edge(y + 3.2)) / 6.0, y + 3.2)
    mate.ride(x, y + 3.2, 6.0)
    ride_out(mate, second, 1, speed=6.0, end_speed=11.0)
    woman.wait(0.6).walk(x + 5, y, 3.2).wait(14)
    expect_until_gone(street, "snatch", strike, bike)


@scenario("snatch", 60)
def robbed_in_the_middle_of_the_road(street: Street) -> None:
    """She crosses the road; a rider cuts close behind her back, rips the bag from her arm, and she falls and lies."""
    woman = comer(street, vary(street, 8, 13), 9.0).walk(vary(street, -3, -1.5), 9.0).wait(2)
    woman.walk(woman.place[0], 12.2, 1.2)
    strike = woman.time
    rider, bike = meets(street, woman, -1, -0.9, 6.3)
    snatched(street, woman, rider, strike)
    ride_out(rider, bike, 1, speed=6.3, end_speed=12.5)
    woman.walk(woman.place[0] + 0.4, 12.2, 1.5).wait(vary(street, 13, 17)).walk(woman.place[0], 15, 1.0)
    go_out(woman, 1)
    passers(street, 17)
    expect_until_gone(street, "snatch", strike, bike)


@scenario("snatch", 60)
def slows_down_behind_her_before_he_strikes(street: Street) -> None:
    """He comes fast, brakes to 19 km/h behind her, takes the bag and opens the throttle; she runs after him."""
    woman = comes_along(street, vary(street, 1.5, 3), 1)
    x, y = woman.place
    strike = woman.time
    rider, bike = biker(street, strike - 1 - 2 * (edge(y + 1.0) - x) / 14.3, y + 1.0, 1)
    rider.ride(x, y + 1.0, 9.0, end_speed=5.3)
    snatched(street, woman, rider, strike)
    ride_out(rider, bike, -1, speed=5.3, end_speed=12.0)
    woman.wait(0.4).walk(x - 5, y, 3.2).wait(14)
    passers(street, 14.5)
    expect_until_gone(street, "snatch", strike, bike)


@scenario("snatch", 60, positive=False)
def rider_pulls_away_from_the_kerb_as_she_comes_by(street: Street) -> None:
    """He starts from rest, slowly at first, as she walks past him the other way; then she halts to find her keys."""
    woman = comer(street, vary(street, 13, 19), KERB_Y, 1)
    carrying(street, woman, "handbag")
    woman.walk(1.5, KERB_Y, 1.25)
    rider, bike = biker(street, 1, KERB_Y + 1.1)
    pull_up(rider, 0, KERB_Y + 1.1)
    rider.until(woman.time).ride(6.5, KERB_Y + 1.1, 0.5, end_speed=4.0)
    ride_out(rider, bike, 1, speed=4.0, end_speed=9.5)
    go_out(woman.walk(-1.5, KERB_Y, 1.25).wait(vary(street, 4, 7)), -1)


@scenario("snatch", 65, positive=False)
def she_runs_to_catch_the_motorbike_taxi(street: Street) -> None:
    """It passes her three metres off and halts farther on; she runs up to it, sits down behind, and off they speed."""
    woman = comes_along(street, vary(street, -5, -4))
    carrying(street, woman, "handbag")
    rider, bike = meets(street, woman, -1, 3.0, 5.5)
    rider.ride(woman.place[0] + 9, KERB_Y + 3.0, 5.5, end_speed=0.5)
    woman.wait(0.8).walk(bike.place[0] - 0.3, KERB_Y + 2.2, 2.8).wait(2).mount(bike)
    rider.until(woman.time)
    ride_out(rider, bike, 1, end_speed=9.5)
    passers(street, 16)


@scenario("snatch", 65, positive=False)
def jogger_runs_and_walks_by_turns(street: Street) -> None:
    """He breaks into a run and stops again all along the road; riders speed up past him, never nearer than 2.8 m."""
    jogger = comer(street, vary(street, 5, 8), KERB_Y)
    x = jogger.place[0]
    for i in range(6):
        x += 2 * edge(KERB_Y) / 6
        jogger.walk(x, KERB_Y, 2.9 if i % 2 else 1.3).wait(0 if i % 2 else vary(street, 2, 4))
        if i in (1, 3):
            rider, bike = meets(street, jogger, -1 if i == 1 else 1, 2.9 + 0.8 * (i == 3), 6.0)
            ride_out(rider, bike, 1 if i == 1 else -1, speed=6.0, end_speed=11.0)
    jogger.leave()


@scenario("snatch", 65, positive=False)
def dog_on_the_leash_stops_to_sniff(street: Street) -> None:
    """His dog halts at a tree, so he halts; just then a motorbike passes closely at an even speed and holds it."""
    man = comer(street, vary(street, 10, 15), KERB_Y)
    dog = street.add("dog", man.time, man.place[0] + 0.8, KERB_Y - 0.3)
    man.lead(dog).walk(vary(street, -1, 1), KERB_Y, 1.1)
    rider, bike = meets(street, man, -1, 1.2, 6.5)
    ride_out(rider, bike, 1, speed=6.5, end_speed=6.5)
    go_out(man.wait(vary(street, 6, 9)), 1, 1.1)
    passers(street, 15)


@scenario("snatch", 80, positive=False)
def scooters_crawl_through_the_market_lane(street: Street) -> None:
    """Five riders crawl along at 9 km/h, a metre from shoppers with handbags who stop at one stall after the other."""
    for i in range(3):
        shopper = comer(street, 3 + 7 * i + vary(street, 0, 2), KERB_Y, -1 if i != 1 else 1)
        carrying(street, shopper, "handbag")
        side = 1 if i != 1 else -1
        for x in (-4.5, -1.0, 2.5):
            shopper.walk(side * x, KERB_Y - 0.5 * (i == 1), 1.1).wait(vary(street, 4, 8))
        go_out(shopper, side)
    for i in range(5):
        ride_by(street, 6 + 11 * i + vary(street, 0, 3), KERB_Y + 1.1, -1, 2.5)


@scenario("snatch", 65, positive=False)
def she_drops_her_bag_as_a_racer_goes_by(street: Street) -> None:
    """A racer speeds up 3.4 m away from her; she starts, drops her bag, walks on two steps and turns back for it."""
    woman = comer(street, vary(street, 13, 18), KERB_Y)
    bag = carrying(street, woman, "handbag")
    woman.walk(vary(street, -2, 0), KERB_Y, 1.25)
    rider, bike = meets(street, woman, -1, 3.4, 6.5)
    ride_out(rider, bike, 1, speed=6.5, end_speed=12.0)
    woman.wait(0.3).put(bag, -0.2, 0.2).walk(woman.place[0] + 1.6, KERB_Y, 1.3).wait(2)
    woman.walk(woman.place[0] - 1.4, KERB_Y, 1.3).take(bag).wait(3)
    go_out(woman, 1)
    go_out(comer(street, 6, 15.5, 1), -1)
