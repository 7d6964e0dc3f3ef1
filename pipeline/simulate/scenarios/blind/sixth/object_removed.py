"""Removed objects: carried off by hand, by tooth or under a coat; and those that are hidden, nudged or just resting.

`YARD` is the watched ground in most plays; `BENCH` lies near the camera and `WALL` far away from it.
"""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    abreast,
    beside,
    biker,
    car_by,
    carrying,
    comer,
    edge,
    go_out,
    passers,
    pull_up,
    ride_out,
    traffic,
    vary,
)
from pipeline.simulate.street import Street

YARD = [(-4.0, 9.5), (4.0, 9.5), (4.0, 16.0), (-4.0, 16.0)]
BENCH = [(-4.0, 6.8), (4.0, 6.8), (4.0, 11.0), (-4.0, 11.0)]
WALL = [(-5.0, 12.0), (5.0, 12.0), (5.0, 18.0), (-5.0, 18.0)]


@scenario("object_removed", 115)
def backpack_goes_under_a_poncho(street: Street) -> None:
    """Two women chat four metres from a backpack; a man in a poncho halts, has it under the cloth, and strolls on."""
    street.zones["bench"] = BENCH
    bag = street.add("backpack", 0, vary(street, -1, 0.5), 9)
    for i in range(2):
        street.person(0, bag.place[0] + 4.2 + 0.9 * i, 10.2 + vary(street, 0, 0.4))
    man = beside(comer(street, vary(street, 40, 48), 8.2), bag, -0.3, -0.6).wait(vary(street, 3, 5)).take(bag)
    start = man.time
    go_out(man.wait(0.8).hide(bag).wait(1), -1, 1.2)
    passers(street, 13, 16, every_s=9)
    street.expect("object_removed", start, street.seconds, "bench")


@scenario("object_removed", 120)
def passed_on_from_hand_to_hand(street: Street) -> None:
    """One man lifts a sack and gives it, three metres on, to another, who goes off with it; the first turns back."""
    street.zones["yard"] = YARD
    sack = street.add("object", 0, vary(street, -0.5, 1), 13)
    x = sack.place[0]
    first = comer(street, vary(street, 38, 44), 12.2, 1).walk(x + 0.4, 12.3).wait(3).take(sack)
    start = first.time
    second = comer(street, start - 8, 12.6).walk(x - 3.6, 12.6)
    first.wait(1).walk(x - 2.7, 12.3, 1.1).give(sack, second)
    go_out(second.wait(0.5), -1)
    go_out(first.wait(1), 1)
    passers(street, 10, 15.4, every_s=11)
    street.expect("object_removed", start, street.seconds, "yard")


@scenario("object_removed", 125)
def hoisted_up_to_a_rider_who_waits(street: Street) -> None:
    """Far off a rider halts and stays astride; a walker hands him a gas bottle from the wall and walks away himself."""
    street.zones["wall"] = WALL
    bottle = street.add("object", 0, vary(street, -1, 1), 16)
    x = bottle.place[0]
    rider, bike = biker(street, vary(street, 38, 44), 13.5)
    pull_up(rider, x + 1.6, 13.5)
    mate = beside(comer(street, rider.time - 8, 14.8, 1), bottle, 0.5, -0.6).wait(2).take(bottle)
    start = mate.time
    mate.wait(1).walk(x + 1.8, 14.4, 1.0).give(bottle, rider).wait(1)
    rider.wait(1.5)
    ride_out(rider, bike, -1)
    go_out(mate, 1)
    traffic(street, 9, 11, every_s=10)
    street.expect("object_removed", start, street.seconds, "wall")


@scenario("object_removed", 125)
def lifted_as_the_bus_goes_by(street: Street) -> None:
    """A man stands waiting next to a suitcase; as a bus passes before him he lifts it, and he walks off with it."""
    street.zones["yard"] = YARD
    case = street.add("suitcase", 0, vary(street, -1, 1), 13.5)
    x = case.place[0]
    man = comer(street, vary(street, 34, 40), 12.8, 1).walk(x + 0.7, 13.3).wait(vary(street, 10, 14)).take(case)
    start = man.time
    car_by(street, start - (edge(9) + 5 + 0.68 * x) / 6, 9, -1, 6, kind="bus")
    go_out(man.wait(1.5), 1, 1.2)
    passers(street, 11, 17.5, every_s=12)
    street.expect("object_removed", start, street.seconds, "yard")


@scenario("object_removed", 110)
def stray_dog_drags_the_bag_away(street: Street) -> None:
    """Nobody is near: a dog trots in, sniffs at a bag that has stood there for long, and drags it off by jerks."""
    street.zones["yard"] = YARD
    bag = street.add("object", 0, vary(street, -1.5, 0.5), 11.5)
    y = edge(11.2)
    dog = street.add("dog", vary(street, 36, 42), -y, 11.2).walk(bag.place[0] - 0.6, 11.5, 1.8)
    dog.wait(vary(street, 4, 6)).take(bag, (0.6, 0, 0.05))
    start = dog.time
    while dog.place[0] < y - 2.5:
        dog.walk(dog.place[0] + 2.2, 11.3, 1.0).wait(vary(street, 0.8, 1.6))
    dog.walk(y, 11.3, 1.2).leave()
    passers(street, 14.8, 17, every_s=14)
    street.expect("object_removed", start, street.seconds, "yard")


@scenario("object_removed", 130, positive=False)
def pavement_fills_up_with_motorbikes(street: Street) -> None:
    """Four motorbikes are parked before two boxes, one by one, and stay for good; the boxes behind are half hidden."""
    street.zones["yard"] = YARD
    for x in (-1.3, 1.2):
        street.add("object", 0, x, 14.0)
    for i, x in enumerate((3.3, 1.1, -1.1, -3.3)):
        rider, _ = biker(street, 38 + 8 * i + vary(street, 0, 2), 11.8)
        go_out(pull_up(rider, x + vary(street, -0.1, 0.1), 11.8).dismount(0, -0.9).wait(3), 1, y=10.2)
    passers(street, 8.5, 17.5, every_s=14)


@scenario("object_removed", 115, positive=False)
def schoolbags_on_the_ground_until_the_bus_comes(street: Street) -> None:
    """Three pupils rest their backpacks on the pavement for some 18 s; the bus halts behind, and each takes his own."""
    street.zones["yard"] = YARD
    pupils = abreast(street, vary(street, 24, 30), 11.5, 12.4, 13.3)
    bags = [carrying(street, pupil, "backpack") for pupil in pupils]
    for i, (pupil, bag) in enumerate(zip(pupils, bags, strict=True)):
        pupil.walk(1.8 - 1.8 * i, pupil.place[1], vary(street, 1.25, 1.35)).wait(0.5).put(bag, 0.5, 0.2)
    stop = max(pupil.time for pupil in pupils) + vary(street, 14, 16)
    bus = street.add("bus", stop - 9, -27, 18).drive(-6, 18, 6).drive(0, 18, 2).until(stop + 14)
    bus.drive(6, 18, 3).drive(27, 18, 7).leave()
    for i, (pupil, bag) in enumerate(zip(pupils, bags, strict=True)):
        pupil.until(stop + 0.8 * i).take(bag).walk(1.0 + 0.8 * i, 16.5, 1.2).leave()
    passers(street, 9.9, every_s=12)


@scenario("object_removed", 140, positive=False)
def pot_is_nudged_twice_to_let_motorbikes_in(street: Street) -> None:
    """Two riders in turn shove the pot back by 30 cm with a foot and park beside it: it is still in its place."""
    street.zones["yard"] = YARD
    pot = street.add("object", 0, vary(street, -0.2, 0.2), 13.6)
    for time, x, side in ((38.0, -1.7, -1.0), (74.0, 2.0, 1.0)):
        rider, _ = biker(street, time + vary(street, 0, 5), 12.4, side)
        pull_up(rider, x, 12.4).dismount(0, 0.9).wait(1)
        px, py = pot.place
        rider.walk(px + 0.6 * side, py - 0.3, 0.9).wait(1).take(pot, (-0.6 * side, 0.3, 0.0)).wait(0.5)
        go_out(rider.put(pot, -0.6 * side, 0.6).wait(2).walk(x + 1.4 * side, 13.4), side)
    passers(street, 10, 17.5, every_s=13)


@scenario("object_removed", 135, positive=False)
def travellers_halt_beside_the_guarded_suitcase(street: Street) -> None:
    """Three travellers in turn set their own suitcases down next to the one that belongs there, and take them along."""
    street.zones["yard"] = YARD
    case = street.add("suitcase", 0, vary(street, -0.5, 0.5), 13.4)
    for i, side in enumerate((-1.0, 1.0, -1.0)):
        traveller = comer(street, 30 + 26 * i + vary(street, 0, 4), 12.6, side)
        own = carrying(street, traveller, "suitcase")
        beside(traveller, case, 0.8 * side, -0.8).wait(1).put(own, 0.3 * side, 0.5).wait(vary(street, 10, 14)).take(own)
        go_out(traveller, -side if i else side, y=12.2)
    traffic(street, 8.5, every_s=13)


@scenario("object_removed", 160, positive=False)
def stack_before_the_shop_grows(street: Street) -> None:
    """A porter adds two boxes to the one that stands there; a third is not wanted, and he takes it away in 14 s."""
    street.zones["yard"] = YARD
    x = street.add("object", 0, vary(street, -0.5, 0.5), 14.2).place[0]
    porter = comer(street, vary(street, 26, 30), 13, 1)
    for dx in (1.0, -1.0, 2.0):
        box = carrying(street, porter, "object")
        porter.walk(x + dx + 0.3, 13.5, 1.3).wait(1).put(box, -0.3, 0.7)
        if dx < 2:
            go_out(porter.wait(1), 1, y=13)
            porter.appear(porter.time + vary(street, 6, 9), edge(13), 13)
    keeper = street.person(porter.time + 2, -2.5, 17.5).walk(-0.8 + x, 15.2).walk(x + 1.2, 15.2, 1.0).wait(5)
    go_out(porter.wait(vary(street, 12, 15)).take(box), 1, y=13)
    keeper.until(porter.time - 6).walk(-2.5, 17.5).leave()
    passers(street, 10, every_s=12)


@scenario("object_removed", 130, positive=False)
def old_man_rests_on_the_crate(street: Street) -> None:
    """He sits down on a crate that has stood there for long and hides it for 45 s, his wife beside him; both go on."""
    street.zones["yard"] = YARD
    crate = street.add("object", 0, vary(street, -1, 1), 12.5)
    man, wife = abreast(street, vary(street, 38, 44), 11.8, 12.6, side=1)
    beside(man, crate, 0, -0.15, 0.9).wait(vary(street, 43, 48))
    beside(wife, crate, 1.1, -0.2, 0.9).until(man.time)
    for person in (man, wife):
        go_out(person.walk(person.place[0], 11.6, 0.8), -1, 0.9)
    passers(street, 10.3, 15, every_s=11)


@scenario("object_removed", 135, positive=False)
def dog_sleeps_before_the_sack(street: Street) -> None:
    """A man's dog lies down right before a sack while he chats for 45 s; it gets up and trots off, the sack remains."""
    street.zones["yard"] = YARD
    sack = street.add("object", 0, vary(street, -1, 1), 13)
    x = sack.place[0]
    man = comer(street, vary(street, 38, 42), 12.6)
    dog = street.add("dog", man.time, *man.place)
    man.lead(dog).walk(x - 1.0, 12.6, 1.2).wait(1).put(dog, 0.9, -0.1).wait(vary(street, 44, 50)).lead(dog)
    other = comer(street, man.keys[0][0] + 4, 12.2, 1).walk(x - 1.9, 12.2).until(man.time)
    go_out(man, 1, 1.2, y=11.8)
    go_out(other, -1)
    traffic(street, 8.5, 17.5, every_s=12)
