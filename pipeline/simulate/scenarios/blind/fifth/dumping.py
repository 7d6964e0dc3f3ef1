"""Dumping: what is left lying by somebody who goes away, and what is sorted, minded, fetched or handed on."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    biker,
    carrying,
    comer,
    go_out,
    parked,
    passers,
    pull_up,
    ride_out,
    traffic,
    vary,
)
from pipeline.simulate.street import Actor, Street

CORNER = [(-4.0, 9.5), (4.0, 9.5), (4.0, 16.5), (-4.0, 16.5)]


def brings(street: Street, time: float, y: float, side: float = -1, kind: str = "object") -> tuple[Actor, Actor]:
    """Somebody comes with a load, sets it down near the middle and straightens up again."""
    person = comer(street, time, y, side)
    load = carrying(street, person, kind)
    person.walk(vary(street, -1.5, 1.5), y, 1.2).wait(1).put(load, 0.4, 0.4)
    return person, load


@scenario("dumping", 130)
def fishmonger_leaves_her_waste_after_the_market(street: Street) -> None:
    """Among the last shoppers she sets a basket of waste down, wipes her hands for some seconds, and walks home."""
    street.zones["corner"] = CORNER
    woman, _ = brings(street, vary(street, 8, 14), 12.5)
    start = woman.time
    go_out(woman.wait(vary(street, 4, 7)), 1)
    passers(street, 10.3, 15.2, every_s=8)
    street.expect("dumping", start, street.seconds, "corner")


@scenario("dumping", 120)
def two_boys_leave_a_worn_tyre(street: Street) -> None:
    """Side by side they bring it from behind, let it drop in the middle of the corner, and run back laughing."""
    street.zones["corner"] = CORNER
    start = vary(street, 8, 14)
    first, second = (street.person(start, 3.0 + i, 19.0) for i in range(2))
    tyre = carrying(street, first, "object")
    first.walk(0.0, 13.5).wait(1).put(tyre, 0.4, -0.4)
    dropped = first.time
    second.walk(1.3, 13.8).until(dropped)
    for i, boy in enumerate((first, second)):
        boy.wait(1).walk(3.0 + i, 19.0, 2.6).leave()
    traffic(street, 9, every_s=13)
    street.expect("dumping", dropped, street.seconds, "corner")


@scenario("dumping", 135)
def cyclist_unloads_a_chair_and_rests_across_the_lane(street: Street) -> None:
    """He gets down, leaves a broken chair at the wall, wheels his bicycle seven metres on and smokes there, in view."""
    street.zones["corner"] = CORNER
    man, cycle = biker(street, vary(street, 5, 9), 12, kind="bicycle")
    chair = street.add("object", man.time, *man.place)
    man.take(chair, (-0.5, -0.1, 0.4))
    pull_up(man, -1.5, 12, 4.0).dismount(0.2, 0.9).wait(1).put(chair, 0.3, 0.7)
    start = man.time
    man.wait(1).walk(-1.5, 11.4).push(cycle, 6.0, 10.6, 1.2).until(110)
    passers(street, 17.8, every_s=12)
    street.expect("dumping", start, street.seconds, "corner")


@scenario("dumping", 90, settings={"seconds": 30})
def sack_of_feathers_where_half_a_minute_counts(street: Street) -> None:
    """A poulterer comes out of a door, leaves a sack beside two parked motorbikes in the corner, and goes in again."""
    street.zones["corner"] = CORNER
    parked(street, -2.8, -1.6, y=14.5)
    man = street.person(vary(street, 6, 12), 8.5, 15)
    sack = carrying(street, man, "object")
    man.walk(0.2, 13.4).wait(1).put(sack, -0.3, 0.5)
    start = man.time
    man.wait(2).walk(8.5, 15).leave()
    traffic(street, 9, 18.5, every_s=12)
    street.expect("dumping", start, street.seconds, "corner")


@scenario("dumping", 140, positive=False)
def florist_binds_wreaths_beside_her_buckets(street: Street) -> None:
    """She sets two buckets down and works round them for 95 s, within two metres of both, then carries both off."""
    street.zones["corner"] = CORNER
    woman = comer(street, vary(street, 3, 6), 13)
    buckets = [carrying(street, woman, "object") for _ in range(2)]
    woman.walk(0, 13).put(buckets[0], -0.7, -0.4).put(buckets[1], 0.7, -0.4)
    stop = woman.time + vary(street, 90, 100)
    while woman.time < stop:
        woman.walk(vary(street, -0.7, 0.7), vary(street, 13.2, 13.8), 0.6).wait(vary(street, 8, 12))
    woman.walk(0, 13.1, 0.8).take(buckets[0]).take(buckets[1], (-0.3, -0.2, 0.4))
    go_out(woman, 1)
    passers(street, 10, 17.8, every_s=13)


@scenario("dumping", 110, positive=False)
def movers_rest_with_the_armchair(street: Street) -> None:
    """Two carry an armchair in, set it down, stand beside it for 25 s to get their breath back, and carry it on."""
    street.zones["corner"] = CORNER
    mover, chair = brings(street, vary(street, 6, 12), 12.2)
    x = mover.place[0]
    mate = comer(street, mover.keys[0][0] + 1, 13.3).walk(x + 0.9, 13.3, 1.2).until(mover.time)
    mover.wait(1).walk(x - 0.7, 12.2, 0.8).wait(vary(street, 22, 27)).walk(x, 12.2, 0.8).take(chair)
    go_out(mover, 1, 1.0)
    go_out(mate.until(mover.keys[-2][0]), 1, 1.0)
    traffic(street, 18.5, every_s=13)


@scenario("dumping", 110, positive=False)
def schoolgirl_fetches_her_backpack_after_the_game(street: Street) -> None:
    """She drops her backpack, skips rope with friends six metres away for half a minute, and takes it home."""
    street.zones["corner"] = CORNER
    girl, bag = brings(street, vary(street, 6, 10), 12, kind="backpack")
    x = girl.place[0]
    mates = [street.person(0, x + 6 + i, 15 + i) for i in range(2)]
    girl.wait(1).walk(x + 5.6, 14, 1.8)
    for _ in range(3):
        girl.wait(vary(street, 6, 8)).walk(x + 5.6 + vary(street, -0.4, 0.4), 14 + vary(street, -0.4, 0.4), 1.0)
    girl.walk(x, 12.1, 2.0).take(bag)
    go_out(girl, -1)
    for mate in mates:
        go_out(mate.until(girl.time), 1)


@scenario("dumping", 130, positive=False, settings={"collection_hours": "20:00-23:00"})
def cardboard_goes_out_for_the_collector(street: Street) -> None:
    """In the hours of collection a shopkeeper leaves a box; 75 s later a collector loads it on his bicycle."""
    street.zones["corner"] = CORNER
    keeper = street.person(vary(street, 4, 8), 2, 18.5)
    box = carrying(street, keeper, "object")
    keeper.walk(0.5, 13).wait(1).put(box, 0.2, -0.5).wait(1).walk(2, 18.5).leave()
    man, cycle = biker(street, box.time + vary(street, 62, 66), 11, kind="bicycle")
    pull_up(man, box.place[0] - 0.2, 11, 4.0).dismount(0.3, 0.8).wait(2).take(box).wait(1).mount(cycle)
    ride_out(man, cycle, 1, end_speed=4.5)
    passers(street, 17, every_s=14)


@scenario("dumping", 140, positive=False)
def scrap_collector_sorts_the_old_heap(street: Street) -> None:
    """He sets his own sack down at a heap that lay there before, sorts for 70 s, and goes with his sack and a find."""
    street.zones["corner"] = CORNER
    heap = [street.add("object", 0, x, 14.2) for x in (0.3, 1.2, 2.1)]
    man = comer(street, vary(street, 5, 9), 13)
    sack = carrying(street, man, "object")
    man.walk(-0.3, 13).put(sack, -0.5, 0.3)
    for x in (0.3, 1.2, 0.3, 1.0, 0.6):
        man.walk(x, 13.3, 0.7).wait(vary(street, 10, 13))
    man.walk(0.5, 13.4, 0.7).take(heap[0]).walk(-0.5, 13, 0.8).take(sack, (-0.3, -0.2, 0.4))
    go_out(man, -1)
    traffic(street, 9, every_s=12)


@scenario("dumping", 100, positive=False)
def parcels_change_hands_at_the_corner(street: Street) -> None:
    """A courier stops, gives one parcel to a waiting woman and another to a man, and rides on: nothing was set down."""
    street.zones["corner"] = CORNER
    parked(street, -3, y=15)
    guests = [comer(street, 3 + i, 13, 1).walk(0.6 + 1.2 * i, 13.0) for i in range(2)]
    rider, bike = biker(street, vary(street, 16, 22), 11.2)
    loads = []
    for i in range(2):
        load = street.add("object", rider.time, *rider.place)
        rider.take(load, (0.5 - i, -0.1, 0.3))
        loads.append(load)
    pull_up(rider, 0.2, 11.2).dismount(0.2, 0.9).wait(2)
    for load, guest in zip(loads, guests, strict=True):
        guest.until(rider.time).walk(rider.place[0] + 0.5, 12.7)
        rider.give(load, guest)
        go_out(guest.wait(1), 1, y=13.4)
        rider.wait(4)
    rider.mount(bike)
    ride_out(rider, bike, 1)
    passers(street, 17.8)
