"""Loitering: shelter from the rain, night calls and long smokes, and the many errands that stay short of a minute."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import biker, comer, go_out, parked, passers, pull_up, ride_out, traffic, vary
from pipeline.simulate.scenarios.moments import expect_stay
from pipeline.simulate.street import Street

LANE = [(-5.0, 9.5), (5.0, 9.5), (5.0, 16.0), (-5.0, 16.0)]


@scenario("loitering", 125)
def poncho_man_shelters_under_three_awnings(street: Street) -> None:
    """He waits out the rain under one awning after the other, 80 s in all, while ponchos ride by before him."""
    street.zones["lane"] = LANE
    traffic(street, 8, every_s=9)
    man = comer(street, vary(street, 4, 8), 14)
    for x in (-3.5, 0, 3.5):
        man.walk(x, vary(street, 13.5, 14.5), 1.2).wait(vary(street, 22, 26))
    go_out(man, 1)
    expect_stay(street, "loitering", [man], "lane")


@scenario("loitering", 130)
def waits_while_an_acquaintance_comes_and_goes(street: Street) -> None:
    """He stays 80 s; a friend stops beside him for a quarter of a minute and walks on: one loiterer, not two."""
    street.zones["lane"] = LANE
    man = comer(street, vary(street, 4, 7), 12, 1).walk(0.5, 12).wait(vary(street, 75, 85))
    friend = comer(street, vary(street, 22, 28), 12.5).walk(-0.6, 12.4).wait(vary(street, 13, 17))
    go_out(friend, 1, y=14)
    go_out(man, -1)
    expect_stay(street, "loitering", [man], "lane")


@scenario("loitering", 125)
def idler_walks_round_behind_the_parked_motorbikes(street: Street) -> None:
    """For 75 s he strolls to and fro behind a row of parked motorbikes that hide his legs from the camera."""
    street.zones["lane"] = LANE
    parked(street, -3, -1, 1, 3, y=11)
    man = comer(street, vary(street, 4, 8), 13.4).walk(-4, 13.4)
    stop = man.time + vary(street, 74, 84)
    while man.time < stop:
        man.walk(-man.place[0], 13.4, 0.9).wait(vary(street, 1, 4))
    go_out(man, 1)
    expect_stay(street, "loitering", [man], "lane")


@scenario("loitering", 110)
def stands_at_the_very_side_of_the_picture(street: Street) -> None:
    """A whole picture as the zone: he leans on the wall a metre and a half from its left edge for 75 s."""
    passers(street, 9.5, 16, every_s=11)
    man = comer(street, vary(street, 6, 10), 13).walk(-9.3, 13).wait(vary(street, 72, 80))
    go_out(man, -1)
    expect_stay(street, "loitering", [man])


@scenario("loitering", 140, positive=False)
def tea_drinker_goes_in_to_pay_and_comes_out_again(street: Street) -> None:
    """He stands in the lane for 45 s, is in the shop for 15 s, and stands there for 40 s more: away in between."""
    street.zones["lane"] = LANE
    passers(street, 18)
    man = comer(street, vary(street, 3, 6), 13).walk(1, 13).wait(vary(street, 36, 39)).walk(1, 17).leave()
    man.appear(man.time + vary(street, 14, 18), 1, 17).walk(1, 13).wait(vary(street, 30, 34))
    go_out(man, -1)


@scenario("loitering", 120, positive=False)
def debt_collector_knocks_at_four_doors(street: Street) -> None:
    """From border to border he needs 47 to 52 s, with a stop at every door: near the threshold, but short of it."""
    street.zones["lane"] = LANE
    traffic(street, 18)
    man = comer(street, vary(street, 6, 10), 14.5)
    for x in (-3.6, -1.2, 1.2, 3.6):
        man.walk(x, 14.5, 1.25).wait(vary(street, 9.8, 10.8))
    go_out(man, 1, 1.25)


@scenario("loitering", 135, positive=False)
def night_guards_change_places_at_the_post(street: Street) -> None:
    """The second comes as the first goes, and they meet within two steps of the post; each is there for 45 s."""
    street.zones["lane"] = LANE
    first = comer(street, vary(street, 3, 6), 12).walk(-0.4, 12).wait(vary(street, 38, 41))
    second = comer(street, first.time - 17, 12.3, 1).walk(0.8, 12.3).until(first.time).wait(vary(street, 34, 37))
    go_out(first, -1)
    go_out(second, 1)


@scenario("loitering", 150, positive=False)
def seller_of_cane_juice_behind_the_border(street: Street) -> None:
    """She stands a metre and a half outside the lane for the whole play; her customers stay for 20 to 30 s each."""
    street.zones["lane"] = LANE
    street.person(0, 6.7, 13)
    time = vary(street, 4, 7)
    for i in range(4):
        side = -1 if i % 2 else 1
        buyer = comer(street, time, 11.5, side).walk(4.0, 11 + 0.9 * i).wait(vary(street, 18, 26))
        go_out(buyer, -1)
        time += vary(street, 24, 28)


@scenario("loitering", 130, positive=False, settings={"max_displacement_m": 2.0})
def watchman_between_two_gates_seven_metres_apart(street: Street) -> None:
    """He is in the lane for 100 s, but shifts from one gate to the other every 20 s: not a man who keeps to a spot."""
    street.zones["lane"] = LANE
    passers(street, 10.5, 18)
    man = comer(street, vary(street, 3, 6), 13.5)
    for x in (-3.5, 3.5, -3.5, 3.5):
        man.walk(x, 13.5, 1.2).wait(vary(street, 16, 20))
    go_out(man, 1)


@scenario("loitering", 140, positive=False)
def two_couriers_wait_for_orders_one_after_the_other(street: Street) -> None:
    """Each stops, gets down for half a minute at the same door and rides off; both together would be a minute."""
    street.zones["lane"] = LANE
    time = vary(street, 3, 6)
    for x in (-1.0, 0.8):
        rider, bike = biker(street, time, 12)
        pull_up(rider, x, 12).dismount().walk(x, 13.6).wait(vary(street, 22, 27)).walk(x, 12.8)
        rider.mount(bike)
        ride_out(rider, bike, 1)
        time = rider.time + vary(street, 1, 3)
