"""Snatches: a rider strikes in passing and speeds away, and passes that look like it but take nothing."""

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

NEAR_Y = 9.5
"""The pavement: near enough for a handbag to be seen."""


def walker(street: Street, side: float, x: float, y: float = NEAR_Y) -> Actor:
    """Somebody who has come in from a side and walked as far as x, where the rider will be beside him."""
    return comer(street, vary(street, 12, 20), y, side).walk(x, y, vary(street, 1.15, 1.4))


@scenario("snatch", 60)
def waits_astride_at_the_kerb_for_his_victim(street: Street) -> None:
    """He has stood astride at the kerb until she is past, starts after her, tears her bag off and speeds away."""
    woman = walker(street, -1, vary(street, 1, 2))
    x, y = woman.place
    rider, bike = biker(street, 1, y + 1.0)
    pull_up(rider, -5.5, y + 1.0)
    strike = woman.time
    rider.until(strike - 2 * (x + 5.5) / 8.0).ride(x, y + 1.0, 1.0, end_speed=7.0)
    snatched(street, woman, rider, strike)
    ride_out(rider, bike, 1, speed=7.0, end_speed=12.0)
    woman.walk(x + 4, y, 3.2).wait(15)
    expect_until_gone(street, "snatch", strike, bike)


@scenario("snatch", 60)
def comes_head_on_and_pulls_it_off_her_shoulder(street: Street) -> None:
    """He rides towards her, the one behind takes her bag as they pass, and she turns round and runs after them."""
    woman = walker(street, 1, vary(street, -1, 1))
    rider, bike = meets(street, woman, -1, 0.9, 6.0, two=True)
    strike = woman.time
    behind = street.actors[-1]
    snatched(street, woman, behind, strike)
    ride_out(rider, bike, 1, speed=6.0, end_speed=12.0)
    x, y = woman.place
    woman.wait(0.5).walk(x + 6, y, 3.0).wait(12)
    passers(street, 15)
    expect_until_gone(street, "snatch", strike, bike)


@scenario("snatch", 65)
def jerked_off_her_feet_between_other_walkers(street: Street) -> None:
    """Three walk along, metres apart; the rider strikes the middle one, who stays where she is pulled down."""
    woman = walker(street, -1, vary(street, -2, 0))
    start = woman.keys[0][0]
    for shift in (-3.5, 3.5):
        go_out(comer(street, start + shift, NEAR_Y), 1, 1.25)
    rider, bike = meets(street, woman, -1, 1.0, 6.5)
    strike = woman.time
    snatched(street, woman, rider, strike)
    ride_out(rider, bike, 1, speed=6.5, end_speed=12.5)
    woman.wait(vary(street, 15, 18))
    go_out(woman, -1)
    expect_until_gone(street, "snatch", strike, bike)


@scenario("snatch", 60)
def phone_out_of_the_hand_of_a_walker_who_then_stands(street: Street) -> None:
    """Nothing to be seen goes along, but he who walked while typing stands dead still as the two race off."""
    man = walker(street, 1, vary(street, -1, 2), 11)
    rider, bike = meets(street, man, 1, 0.9, 6.5, two=True)
    strike = man.time
    ride_out(rider, bike, -1, speed=6.5, end_speed=13.0)
    man.wait(vary(street, 10, 13))
    go_out(man, 1)
    ride_by(street, vary(street, 2, 5), 15, 1)
    expect_until_gone(street, "snatch", strike, bike)


@scenario("snatch", 60, positive=False)
def three_riders_pass_one_after_another_at_even_speed(street: Street) -> None:
    """In a narrow lane three riders pass her closely, none of them changes his speed, and she walks on with her bag."""
    woman = comer(street, vary(street, 5, 8), NEAR_Y)
    carrying(street, woman, "handbag")
    go_out(woman, 1, 1.25)
    for i in range(3):
        speed = vary(street, 6, 7.5)
        at_x = -4.0 + 4.0 * i
        meet = woman.keys[0][0] + (at_x + edge(NEAR_Y)) / 1.25
        ride_by(street, meet - 1 - (at_x + edge(NEAR_Y + 1.1)) / speed, NEAR_Y + 1.1, -1, speed)


@scenario("snatch", 60, positive=False)
def greets_a_rider_across_the_lane_who_speeds_up(street: Street) -> None:
    """He speeds up as he passes her more than three metres off; she stands still to wave after him, bag in hand."""
    woman = comer(street, vary(street, 12, 18), NEAR_Y)
    carrying(street, woman, "handbag")
    woman.walk(vary(street, -1, 1), NEAR_Y, 1.3)
    rider, bike = meets(street, woman, -1, 3.4, 6.0)
    ride_out(rider, bike, 1, speed=6.0, end_speed=11.0)
    go_out(woman.wait(vary(street, 4, 6)), 1)


@scenario("snatch", 65, positive=False)
def pupils_in_single_file_are_overtaken_by_racers(street: Street) -> None:
    """Two youths speed up as they ride past five pupils in single file; nobody halts, and every backpack stays."""
    start = vary(street, 8, 12)
    for i in range(5):
        pupil = comer(street, start + 1.6 * i, 11)
        carrying(street, pupil, "backpack")
        go_out(pupil, 1, 1.25)
    for i in range(2):
        rider, bike = biker(street, start + 10 + 2.5 * i, 12.2)
        rider.ride(-4, 12.2, 6.0)
        ride_out(rider, bike, 1, speed=6.0, end_speed=11.0)


@scenario("snatch", 70, positive=False)
def son_rides_past_his_mother_and_stops_at_the_door(street: Street) -> None:
    """He passes her closely, brakes at once and stops at the door eight metres on; she stands still, then follows."""
    mother = comer(street, vary(street, 10, 14), NEAR_Y)
    carrying(street, mother, "handbag")
    mother.walk(vary(street, -5, -4), NEAR_Y, 1.3)
    rider, _ = meets(street, mother, -1, 1.1, 5.5)
    rider.ride(mother.place[0] + 8, NEAR_Y + 1.1, 5.5, end_speed=0.5).dismount(0.0, 0.9)
    mother.wait(2).walk(rider.place[0] - 0.9, NEAR_Y + 0.6, 1.3).wait(4)
    rider.until(mother.time).walk(rider.place[0], 17).leave()
    mother.walk(rider.place[0] - 0.9, 17).leave()


@scenario("snatch", 70, positive=False)
def bread_seller_on_his_bicycle_calls_to_a_walker(street: Street) -> None:
    """He rolls past her at walking pace, an arm's length away, and rides on as slowly; she stands to look for money."""
    woman = comer(street, vary(street, 12, 16), NEAR_Y)
    carrying(street, woman, "handbag")
    woman.walk(vary(street, -1, 1), NEAR_Y, 1.2)
    rider, cycle = biker(street, woman.time - 1 - (woman.place[0] + edge(NEAR_Y + 1)) / 2.4, NEAR_Y + 1, kind="bicycle")
    ride_out(rider, cycle, 1, speed=2.4, end_speed=2.4)
    go_out(woman.wait(vary(street, 6, 9)), 1)


@scenario("snatch", 60, positive=False)
def rain_sets_in_and_everybody_hurries(street: Street) -> None:
    """As the first drops fall a walker starts to run with her bag and a rider, four metres beyond her, speeds up."""
    woman = comer(street, vary(street, 12, 16), NEAR_Y)
    carrying(street, woman, "handbag")
    woman.walk(vary(street, -2, 0), NEAR_Y, 1.3)
    rider, bike = meets(street, woman, 1, 4.2, 6.0)
    ride_out(rider, bike, -1, speed=6.0, end_speed=10.5)
    go_out(woman, 1, 3.0)
    man = comer(street, woman.keys[0][0] - 4, 16, 1)
    go_out(man.walk(2, 16), -1, 2.8)
