"""Dumping: rubbish left in the zone by somebody who goes away, and loads that belong there or are not left."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    biker,
    carrying,
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
from pipeline.simulate.street import Actor, Street

CORNER = [(-4.0, 9.5), (4.0, 9.5), (4.0, 16.5), (-4.0, 16.5)]


def loaded(street: Street, time: float, y: float, side: float = -1, kind: str = "motorcycle") -> tuple[Actor, ...]:
    """A rider, his two-wheeler, and a load on its footboard."""
    rider, vehicle = biker(street, time, y, side, kind)
    load = street.add("object", rider.time, *rider.place)
    rider.take(load, (0.5, -0.1, 0.3))
    return rider, vehicle, load


@scenario("dumping", 120)
def bag_from_the_footboard_on_a_rainy_night(street: Street) -> None:
    """He stops, gets down, sets the bag at the wall and rides off within 10 s; others in ponchos ride by behind him."""
    street.zones["corner"] = CORNER
    rider, bike, bag = loaded(street, vary(street, 8, 14), 11.5)
    pull_up(rider, vary(street, -1, 1), 11.5).dismount(0.2, 0.9).wait(1).put(bag, 0.3, 0.6)
    start = rider.time
    rider.wait(2).mount(bike)
    ride_out(rider, bike, 1)
    traffic(street, 18, every_s=10)
    street.expect("dumping", start, street.seconds, "corner")


@scenario("dumping", 130)
def driver_gets_out_with_a_box_and_drives_on(street: Street) -> None:
    """A car halts, its driver carries a box three steps to the wall, gets in again and drives on."""
    street.zones["corner"] = CORNER
    car = street.add("car", vary(street, 4, 7), -18, 11).drive(-7, 11, 6).drive(-1.5, 11, 2.5)
    man = street.person(car.time + 3, 1.2, 11.2)
    box = carrying(street, man, "object")
    man.wait(1).walk(1.4, 13.2).wait(1).put(box, 0.3, 0.3)
    start = man.time
    man.wait(1).walk(1.2, 11.2).wait(1).leave()
    car.until(man.time + 2).drive(3, 11, 3).drive(18, 11, 6).leave()
    passers(street, 9.5, 17.5)
    street.expect("dumping", start, street.seconds, "corner")


@scenario("dumping", 125)
def household_waste_from_the_door_across_the_lane(street: Street) -> None:
    """A woman comes out of a house outside the zone, leaves her bag at the lamp post within it, and goes in again."""
    street.zones["corner"] = CORNER
    woman = street.person(vary(street, 8, 14), 9, 15)
    bag = carrying(street, woman, "object")
    woman.walk(2.5, 13).wait(vary(street, 2, 3)).put(bag)
    start = woman.time
    woman.wait(1).walk(9, 15).leave()
    passers(street, 10.5, 18)
    street.expect("dumping", start, street.seconds, "corner")


@scenario("dumping", 130)
def torn_suitcase_left_while_two_pretend_to_phone(street: Street) -> None:
    """Two on a motorbike halt; the one behind sets an old suitcase down, they wait a little as if to phone, and go."""
    street.zones["corner"] = CORNER
    rider, bike = biker(street, vary(street, 5, 9), 12, 1)
    second = pillion(street, bike)
    case = street.add("suitcase", second.time, *second.place)
    second.take(case, (-0.3, -0.3, 0.5))
    pull_up(rider, vary(street, -1, 1), 12)
    second.dismount(0.6, 0.9).wait(2).put(case, 1.0, -0.2)
    start = second.time
    second.wait(vary(street, 9, 12)).mount(bike)
    rider.until(second.time)
    ride_out(rider, bike, -1)
    passers(street, 9.5, every_s=20)
    street.expect("dumping", start, street.seconds, "corner")


@scenario("dumping", 120, positive=False)
def scrap_collector_picks_the_box_up_in_time(street: Street) -> None:
    """It has lain there for 42 to 48 s when a scrap collector carries it off: a minute is asked for."""
    street.zones["corner"] = CORNER
    rider, bike, box = loaded(street, vary(street, 5, 9), 11.5)
    pull_up(rider, 0, 11.5).dismount(0.2, 0.9).wait(1).put(box, 0.3, 0.6)
    start = rider.time
    rider.wait(1).mount(bike)
    ride_out(rider, bike, 1)
    collector = comer(street, start + vary(street, 33, 37), 12.5, 1).walk(box.place[0] + 0.6, 12.6).wait(1).take(box)
    go_out(collector, -1)
    passers(street, 17.5)


@scenario("dumping", 140, positive=False)
def corn_seller_squats_beside_her_basket(street: Street) -> None:
    """She sets her basket down and stays within two metres of it for the rest of the play, as customers come and go."""
    street.zones["corner"] = CORNER
    woman = comer(street, vary(street, 3, 6), 13)
    basket = carrying(street, woman, "object")
    woman.walk(vary(street, -0.5, 0.5), 13).put(basket, 0.5, -0.6).wait(2)
    x = woman.place[0]
    for i in range(3):
        time = 30 + 28 * i + vary(street, 0, 4)
        buyer = comer(street, time, 11.2, 1 if i % 2 else -1).walk(x + 0.8, 11.2).wait(vary(street, 7, 10))
        go_out(buyer, -1)
        woman.until(time + 20).walk(x - 0.9, 13.4, 0.6).wait(2).walk(x, 13, 0.6)


@scenario("dumping", 120, positive=False, settings={"collection_hours": "20:30-22:00"})
def bins_go_out_before_the_nine_o_clock_lorry(street: Street) -> None:
    """Two neighbours set their bags at the corner at nine in the evening, within the hours of collection."""
    street.zones["corner"] = CORNER
    for i, side in enumerate((-1.0, 1.0)):
        one = comer(street, vary(street, 4, 7) + 9 * i, 13, side)
        bag = carrying(street, one, "object")
        go_out(one.walk(1.4 * side, 13).wait(1).put(bag, 0.0, 0.7).wait(1), side, y=12.2)
    traffic(street, 18)


@scenario("dumping", 120, positive=False)
def bag_goes_to_the_bin_beside_the_corner(street: Street) -> None:
    """He walks through the corner, halts to look round, and leaves his bag at the bin a metre and a half outside."""
    street.zones["corner"] = CORNER
    street.add("object", 0, 6.4, 13.4)
    man = comer(street, vary(street, 5, 9), 12)
    bag = carrying(street, man, "object")
    man.walk(0, 12).wait(vary(street, 4, 6)).walk(5.4, 12.6).wait(1).put(bag, 0.2, 0.5).wait(2)
    go_out(man, -1, y=11)
    passers(street, 17.5)


@scenario("dumping", 140, positive=False)
def peddler_steps_away_from_her_load_for_moments(street: Street) -> None:
    """Three times she goes four metres off and is back at her baskets within 7 s; after 90 s she takes them along."""
    street.zones["corner"] = CORNER
    woman = comer(street, vary(street, 3, 6), 12.5)
    baskets = carrying(street, woman, "object")
    woman.walk(-1.5, 12.5).put(baskets, 0.3, 0.5)
    for _ in range(3):
        woman.wait(vary(street, 17, 20)).walk(2.6, 13.6, 1.4).wait(vary(street, 1, 2)).walk(-1.5, 12.5, 1.4)
    woman.wait(vary(street, 12, 15)).take(baskets)
    go_out(woman, 1, y=11.5)


@scenario("dumping", 130, positive=False)
def rider_parks_beside_yesterdays_heap_and_goes_shopping(street: Street) -> None:
    """He stops next to two bags that have lain there since before the play, parks, and walks off with empty hands."""
    street.zones["corner"] = CORNER
    for x in (0.2, 1.1):
        street.add("object", 0, x, 14.2)
    parked(street, -2.5, y=14.2)
    rider, bike = biker(street, vary(street, 5, 9), 12.3)
    pull_up(rider, -0.6, 12.3).dismount(1.0, 0.6).wait(4)
    go_out(rider, 1, y=11.0)
    rider.appear(rider.time + vary(street, 60, 70), *rider.place).walk(1.2, 11).walk(bike.place[0], 11.5).mount(bike)
    ride_out(rider, bike, -1)
