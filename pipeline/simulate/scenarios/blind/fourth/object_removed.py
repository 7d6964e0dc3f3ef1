"""Removed objects: what had its place and is gone from it, and what is only hidden, shifted or soon put back."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    biker,
    carrying,
    comer,
    go_out,
    lorry_stands,
    parked,
    passers,
    pillion,
    pull_up,
    ride_out,
    sets_down,
    traffic,
    vary,
)
from pipeline.simulate.street import Street

YARD = [(-4.0, 9.5), (4.0, 9.5), (4.0, 16.0), (-4.0, 16.0)]


@scenario("object_removed", 110)
def night_collector_loads_the_crate_on_his_bicycle(street: Street) -> None:
    """A crate has stood there since before the play; a scrap collector stops, loads it and cycles away with it."""
    street.zones["yard"] = YARD
    crate = street.add("object", 0, vary(street, -1, 1), 13)
    passers(street, 9, 17)
    man, cycle = biker(street, vary(street, 40, 46), 12, kind="bicycle")
    pull_up(man, crate.place[0], 12, 4.0).dismount(0.8, 0.6).wait(2).take(crate)
    start = man.time
    man.wait(1).walk(cycle.place[0] + 0.6, 12.0).mount(cycle)
    ride_out(man, cycle, 1, end_speed=4.5)
    street.expect("object_removed", start, street.seconds, "yard")


@scenario("object_removed", 130)
def suitcase_that_stood_for_a_minute_is_carried_off(street: Street) -> None:
    """It is brought, stands for about a minute while its owner is indoors, and a passer-by walks off with it."""
    street.zones["yard"] = YARD
    owner, case = sets_down(street, "suitcase", 12.5)
    owner.walk(case.place[0] + 1, 17.5).leave()
    taker = comer(street, owner.time + vary(street, 45, 50), 12, 1).walk(case.place[0] + 0.4, 12).wait(2).take(case)
    start = taker.time
    go_out(taker, -1, 1.5)
    traffic(street, 8)
    street.expect("object_removed", start, street.seconds, "yard")


@scenario("object_removed", 120)
def middle_one_of_three_pots_is_missing(street: Street) -> None:
    """Three pots stand side by side; a walker with an empty hand takes the middle one, the others stay."""
    street.zones["yard"] = YARD
    pots = [street.add("object", 0, x, 14) for x in (-1.8, 0.0, 1.8)]
    passers(street, 11, every_s=12)
    walker = comer(street, vary(street, 42, 50), 12.8).walk(-0.2, 13.1).wait(vary(street, 2, 4)).take(pots[1])
    start = walker.time
    go_out(walker, 1, 1.5, y=12.8)
    street.expect("object_removed", start, street.seconds, "yard")


@scenario("object_removed", 120)
def two_on_a_motorbike_pick_up_the_sack(street: Street) -> None:
    """The one behind gets down, heaves the sack up and sits down again with it: 15 s and both are away."""
    street.zones["yard"] = YARD
    sack = street.add("object", 0, vary(street, -1.5, 1.5), 12.9)
    traffic(street, 16.8)
    rider, bike = biker(street, vary(street, 40, 50), 11.7, 1)
    second = pillion(street, bike)
    pull_up(rider, sack.place[0] + 0.6, 11.7)
    second.dismount(0.2, 0.9).wait(2).take(sack)
    start = second.time
    second.wait(1).mount(bike)
    rider.until(second.time)
    ride_out(rider, bike, -1)
    street.expect("object_removed", start, street.seconds, "yard")


@scenario("object_removed", 120, positive=False)
def beer_lorry_unloads_in_front_of_the_crates(street: Street) -> None:
    """A lorry hides both crates for three quarters of a minute; when it drives off they stand where they stood."""
    street.zones["yard"] = YARD
    for x in (-0.8, 0.9):
        street.add("object", 0, x, 12.5)
    lorry_stands(street, vary(street, 38, 42), vary(street, 40, 46), y=9)
    passers(street, 17)


@scenario("object_removed", 110, positive=False)
def sweeper_lifts_the_bin_and_sets_it_back(street: Street) -> None:
    """He carries the bin two metres off, sweeps where it stood, and has it back in its place within eight seconds."""
    street.zones["yard"] = YARD
    bin_ = street.add("object", 0, vary(street, -1, 1), 13)
    x = bin_.place[0]
    man = comer(street, vary(street, 38, 44), 12.5).walk(x - 0.6, 12.6).wait(1).take(bin_).walk(x - 2.6, 12.6)
    man.wait(vary(street, 2, 3)).walk(x - 0.6, 12.6).put(bin_, 0.6, 0.4).wait(3)
    go_out(man, 1, y=11.5)
    passers(street, 17)


@scenario("object_removed", 120, positive=False)
def shopkeeper_makes_room_for_a_motorbike(street: Street) -> None:
    """She shifts her box by 40 cm, a rider parks beside it and stays: the box is still there."""
    street.zones["yard"] = YARD
    box = street.add("object", 0, 0, 14)
    keeper = street.person(vary(street, 40, 44), 2.5, 16.5).walk(0.9, 14.2).wait(1).take(box).wait(1)
    keeper.put(box, -1.3, -0.2).wait(2).walk(2.5, 16.5).leave()
    rider, _ = biker(street, keeper.time + 3, 12)
    pull_up(rider, 1.6, 12.4).dismount().wait(2)
    go_out(rider, -1, y=10.5)


@scenario("object_removed", 150, positive=False)
def ice_blocks_rest_for_a_moment_on_their_way_in(street: Street) -> None:
    """Three boxes, one after another, stand in the yard for 15 s until somebody carries them in: none had its place."""
    street.zones["yard"] = YARD
    time = vary(street, 3, 6)
    for i in range(3):
        carrier = comer(street, time, 12)
        box = carrying(street, carrier, "object")
        carrier.walk(-0.5, 12).put(box).wait(1)
        go_out(carrier, -1, y=11)
        helper = street.person(box.time + vary(street, 9, 11), 1, 17).walk(0.2, 12.8).take(box).walk(1, 17).leave()
        time = helper.time + vary(street, 8, 12) + i


@scenario("object_removed", 110, positive=False)
def sacks_on_both_sides_of_the_border(street: Street) -> None:
    """The sack a metre and a half beside the yard is taken after 45 s; the one within stays."""
    street.zones["yard"] = YARD
    street.add("object", 0, 2.5, 13)
    outer = street.add("object", 0, 5.6, 13)
    man = comer(street, vary(street, 42, 48), 12.2, 1).walk(6.0, 12.2).wait(2).take(outer)
    go_out(man, 1)
    passers(street, 10.5, 17)


@scenario("object_removed", 130, positive=False)
def crowd_at_the_cart_hides_the_stools(street: Street) -> None:
    """Five people stand close before two stools and a parked motorbike for half a minute; nothing is taken."""
    street.zones["yard"] = YARD
    for x in (-0.7, 0.7):
        street.add("object", 0, x, 14.5)
    parked(street, 2.4, y=14.5)
    start = vary(street, 38, 42)
    for i in range(5):
        x, y = -1.6 + 0.8 * i, 12.9 + 0.25 * (i % 2)
        guest = comer(street, start + 1.2 * i, y).walk(x, y).wait(vary(street, 28, 32))
        go_out(guest, 1 if i > 2 else -1, y=y - 0.7)
