"""Dumping, where it is doubtful who laid what down: among strangers, moved, an old heap, a lorry before it."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    beside,
    biker,
    carrying,
    comer,
    friends,
    go_out,
    lorry_stands,
    passers,
    pillion,
    pull_up,
    ride_out,
    round_the_block,
    traffic,
    vary,
)
from pipeline.simulate.street import Actor, Street

CORNER = [(-5.0, 9.0), (5.0, 9.0), (5.0, 16.0), (-5.0, 16.0)]


def _brings(street: Street, x: float = 0.0, y: float = 11.5, side: float = -1) -> tuple[Actor, Actor]:
    """Somebody carries a bag of rubbish into the corner, stops, and sets it down."""
    street.zones["corner"] = CORNER
    person = comer(street, vary(street, 6, 10), y, side)
    bag = carrying(street, person, "object")
    person.walk(x + vary(street, -0.4, 0.4), y).wait(1.5).put(bag, 0.3, 0.3).wait(1.5)
    return person, bag


def _expect(street: Street, start: float) -> None:
    street.expect("dumping", start, street.seconds, "corner")


@scenario("dumping", 120)
def dumped_beside_waiting_strangers(street: Street) -> None:
    """Two strangers have waited on the corner; a third sets his bag down a metre from them and goes; they stay."""
    man, bag = _brings(street)
    _expect(street, bag.time)
    for person, x in zip(friends(street, 2, 0.5, 1.6, 13.0, 1), (1.3, 2.1), strict=True):
        person.walk(x, 12.6, 0.8).until(street.seconds)
    go_out(man, -1)


@scenario("dumping", 130)
def dumped_bag_kicked_aside(street: Street) -> None:
    """The bag lies there for half a minute when somebody shoves it half a metre out of the way; it stays dumped."""
    passers(street, 17.5)
    man, bag = _brings(street)
    _expect(street, bag.time)
    laid = bag.time
    go_out(man, 1)
    other = beside(comer(street, laid + 18, 11.2), bag, -0.4, -0.2).until(laid + vary(street, 30, 34)).take(bag)
    go_out(other.walk(other.place[0] + 0.5, other.place[1], 0.8).put(bag, 0.4, 0.2).wait(0.5), 1)


@scenario("dumping", 120)
def dumper_watches_from_five_metres(street: Street) -> None:
    """He leaves his bag, goes five metres off, and stands there until the end, in view: away from it all the same."""
    man, bag = _brings(street)
    _expect(street, bag.time)
    man.walk(bag.place[0] + 5.2, 12.0).until(street.seconds)


@scenario("dumping", 120)
def pillion_gets_down_to_dump(street: Street) -> None:
    """The driver waits in the saddle, the pillion carries a bag to the wall and gets on again, and both are off."""
    street.zones["corner"] = CORNER
    traffic(street, 18)
    driver, bike = biker(street, vary(street, 5, 9), 12.8)
    mate = pillion(street, bike)
    bag = street.add("object", mate.time, *mate.place)
    mate.take(bag, (0.2, -0.3, 0.5))
    pull_up(driver, vary(street, -1, 1), 12.8)
    mate.dismount(-0.4, -0.8).walk(bike.place[0] - 0.5, 10.8).put(bag, 0.0, -0.4).wait(0.8)
    _expect(street, bag.time)
    beside(mate, bike, -0.4, -0.8).mount(bike)
    driver.until(mate.time)
    ride_out(driver, bike, 1)


@scenario("dumping", 140, positive=False)
def sweeper_moves_the_old_heap_aside(street: Street) -> None:
    """A heap that lay there before is swept a metre and a half aside, and the sweeper goes: nothing new lies there."""
    street.zones["corner"] = CORNER
    heap = street.add("object", 0.0, vary(street, -1, 0), 12.0)
    man = beside(comer(street, vary(street, 22, 30), 11.3), heap, -0.4, -0.2).wait(3).take(heap)
    go_out(man.walk(man.place[0] + 1.5, man.place[1], 0.5).put(heap, 0.4, 0.2).wait(3), 1)


@scenario("dumping", 150, positive=False)
def lorry_hides_the_old_heap_for_a_minute(street: Street) -> None:
    """A heap from before is hidden for 45 s by a lorry that stops, whose driver gets out; then it shows again."""
    street.zones["corner"] = CORNER
    street.add("object", 0.0, vary(street, -0.5, 0.5), 11.6)
    start = vary(street, 22, 28)
    lorry_stands(street, start, 45, y=8.6)
    driver = street.person(start + 3, 3.9, 10.6).walk(1.0, 11.4).wait(vary(street, 15, 20)).walk(3.9, 10.6)
    driver.leave()


@scenario("dumping", 140, positive=False)
def he_comes_back_by_the_other_side_to_his_load(street: Street) -> None:
    """He goes out on the right to look for a porter, comes in from the left after 45 s, and waits beside his load."""
    passers(street, 17.5)
    man, bag = _brings(street)
    round_the_block(man, 1, vary(street, 20, 24), 11.5)
    beside(man, bag, -0.5, -0.2).until(street.seconds)


@scenario("dumping", 190, positive=False, settings={"collection_hours": "20:59-21:01"})
def put_out_in_the_last_minute_of_collection(street: Street) -> None:
    """Her bag stands on the corner from 20 s before collection ends, and still does two minutes later."""
    street.zones["corner"] = CORNER
    woman = comer(street, vary(street, 24, 28), 11.5)
    bag = carrying(street, woman, "object")
    woman.walk(vary(street, -1, 0), 11.5).put(bag, 0.3, 0.3).wait(1.5)
    go_out(woman, -1)


@scenario("dumping", 140, positive=False)
def vendor_sits_behind_a_parked_lorry_by_her_basket(street: Street) -> None:
    """She sets her basket at the back of a lorry and sits down in its shadow, two metres off and unseen."""
    street.zones["corner"] = [(-7.0, 9.0), (7.0, 9.0), (7.0, 16.0), (-7.0, 16.0)]
    street.add("truck", 0.0, 0.0, 9.0)
    vendor = comer(street, vary(street, 4, 7), 12.0, 1)
    basket = carrying(street, vendor, "object")
    vendor.walk(4.9, 12.0).put(basket, 0.2, -0.4).wait(3).walk(3.0, 12.0).wait(vary(street, 78, 86))
    go_out(beside(vendor, basket, 0.0, 0.4).take(basket), 1)
