"""Item taken: a bag goes with somebody who is neither its owner nor came with him."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    beside,
    biker,
    carrying,
    comer,
    edge,
    go_out,
    passers,
    pillion,
    pull_up,
    ride_out,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_until_gone
from pipeline.simulate.street import Actor, Street


def _owner(street: Street, kind: str, y: float = 12.0, side: float = -1) -> tuple[Actor, Actor]:
    """Somebody brings a bag and sets it down beside himself."""
    owner = comer(street, vary(street, 4, 8), y, side)
    bag = carrying(street, owner, kind)
    owner.walk(vary(street, -1.5, 1.5), y).put(bag, 0.5, -0.4).wait(3)
    return owner, bag


def _grabs(thief: Actor, bag: Actor, dx: float = 0.4, speed: float = 1.4) -> float:
    """He walks up to the bag and picks it up; says when."""
    beside(thief, bag, dx, -0.4, speed).take(bag)
    return thief.time


@scenario("item_taken", 90)
def bag_taken_beside_its_sitting_owner(street: Street) -> None:
    """The owner sits a metre and a half from her bag; a stranger picks it up and walks off with it."""
    passers(street, 16)
    owner, bag = _owner(street, "handbag")
    owner.walk(bag.place[0] - 1.5, 12.3).until(street.seconds)
    thief = comer(street, bag.time + vary(street, 20, 30), 11, 1)
    start = _grabs(thief, bag)
    go_out(thief, 1, 1.8, y=10.5)
    expect_until_gone(street, "item_taken", start, bag)


@scenario("item_taken", 100)
def unattended_backpack_carried_off(street: Street) -> None:
    """The owner talks on the phone eight metres away while somebody takes his backpack."""
    traffic(street, 18)
    owner, bag = _owner(street, "backpack", 11)
    owner.walk(bag.place[0] - 6.5, 15.5).until(street.seconds)
    thief = comer(street, bag.time + vary(street, 28, 38), 10.5, 1)
    start = _grabs(thief, bag)
    go_out(thief, 1, 1.6)
    expect_until_gone(street, "item_taken", start, bag)


@scenario("item_taken", 100)
def suitcase_taken_by_a_rider(street: Street) -> None:
    """A rider stops, gets down, takes the suitcase of somebody who stands four metres off, and rides away."""
    owner, case = _owner(street, "suitcase", 11)
    owner.walk(case.place[0] - 4.5, 11.5).until(street.seconds)
    rider, bike = biker(street, case.time + vary(street, 22, 30), 13, 1)
    pull_up(rider, case.place[0] + 0.8, 13).dismount()
    start = _grabs(rider, case, 0.3)
    beside(rider, bike).mount(bike)
    ride_out(rider, bike, 1, case)
    expect_until_gone(street, "item_taken", start, case)


@scenario("item_taken", 80)
def bag_grabbed_at_a_run(street: Street) -> None:
    """A thief comes at a walk, grips the bag at its owner's feet and runs; the owner runs after him."""
    passers(street, 17)
    owner, bag = _owner(street, "handbag", 12.5)
    thief = comer(street, bag.time + vary(street, 18, 26), 11.8, 1)
    start = _grabs(thief, bag)
    go_out(owner.until(start + 1.5), 1, 3.2)
    go_out(thief, 1, 4.2, y=11.5)
    expect_until_gone(street, "item_taken", start, bag)


@scenario("item_taken", 120)
def one_distracts_while_the_other_takes(street: Street) -> None:
    """A stranger asks the way for 9 s; meanwhile his mate, coming from the other side, takes the suitcase."""
    owner, case = _owner(street, "suitcase", 12.5)
    owner.walk(case.place[0] - 1.6, 13)
    asker = comer(street, case.time + vary(street, 20, 28), 14).walk(owner.place[0] - 0.9, 13.6)
    thief = comer(street, asker.time + 5.5 - (edge(10.5) - case.place[0]) / 1.5, 10.5, 1)
    start = _grabs(thief, case, speed=1.5)
    go_out(thief, 1, 1.6)
    go_out(asker.wait(9), -1)
    owner.until(street.seconds)
    expect_until_gone(street, "item_taken", start, case)


@scenario("item_taken", 110, settings={"distance_m": 6.0})
def box_taken_from_behind_a_stall(street: Street) -> None:
    """A vendor's box is carried ten metres and more while she serves a customer five metres away."""
    vendor, box = _owner(street, "object", 11.5, 1)
    vendor.walk(box.place[0] + 5, 12.5).until(street.seconds)
    customer = comer(street, box.time + 8, 11, 1).walk(vendor.place[0] + 0.8, 11.5)
    thief = comer(street, box.time + vary(street, 28, 36), 10.8)
    start = _grabs(thief, box, -0.3)
    go_out(thief, -1)
    go_out(customer.wait(35), 1)
    expect_until_gone(street, "item_taken", start, box)


@scenario("item_taken", 110, positive=False)
def owner_takes_his_own_bag(street: Street) -> None:
    """He sets his bag down, walks a few metres to and fro for 40 s, takes it and leaves."""
    passers(street, 15, 17)
    owner, bag = _owner(street, "backpack")
    owner.walk(bag.place[0] + 3.5, 12).wait(vary(street, 30, 40))
    go_out(beside(owner, bag, -0.4, 0.3).take(bag), 1)


@scenario("item_taken", 110, positive=False)
def friend_who_came_along_takes_the_bag(street: Street) -> None:
    """Two come together; after 30 s the other one carries the bag, and they leave side by side."""
    owner, bag = _owner(street, "backpack")
    friend = comer(street, owner.keys[0][0] + 0.5, 11).walk(bag.place[0] + 0.7, 11).until(owner.time)
    leaving = owner.time + vary(street, 25, 35)
    go_out(beside(friend.until(leaving), bag, 0.4, -0.3).take(bag), 1)
    go_out(owner.until(leaving + 1.5), 1)


@scenario("item_taken", 110, positive=False)
def handed_over_after_a_talk(street: Street) -> None:
    """A second person joins the owner, they talk for 20 to 25 s, and he leaves with the bag in agreement."""
    traffic(street, 18)
    owner, bag = _owner(street, "handbag")
    friend = comer(street, bag.time + vary(street, 10, 15), 11.5, 1).walk(bag.place[0] + 0.7, 11.5)
    friend.wait(vary(street, 20, 25))
    go_out(beside(friend, bag, 0.4, -0.3).take(bag), 1)
    go_out(owner.until(friend.time - 5), -1)


@scenario("item_taken", 100, positive=False)
def finder_moves_the_bag_out_of_the_way(street: Street) -> None:
    """A stranger carries it 1.5 to 1.9 m to the wall and leaves it there; the owner fetches it later."""
    owner, bag = _owner(street, "suitcase", 11.5)
    owner.walk(bag.place[0] - 6, 12.5)
    finder = comer(street, bag.time + vary(street, 18, 24), 11, 1)
    _grabs(finder, bag, 0.4)
    go_out(finder.walk(finder.place[0], finder.place[1] + vary(street, 1.5, 1.9)).put(bag, 0.0, 0.3).wait(1), 1)
    owner.until(finder.time + 2)
    go_out(beside(owner, bag, -0.4, 0.3).take(bag), -1)


@scenario("item_taken", 110, positive=False)
def stranger_sits_beside_the_bag_and_leaves_without(street: Street) -> None:
    """He stands next to somebody else's bag for 40 s, looks at it, and walks on empty-handed."""
    owner, bag = _owner(street, "backpack", 12)
    owner.walk(bag.place[0] - 2, 12.5)
    stranger = comer(street, bag.time + vary(street, 15, 20), 11, 1)
    go_out(beside(stranger, bag, 0.7, -0.3).wait(vary(street, 35, 42)), -1, y=10.5)
    owner.until(stranger.time - 4)
    go_out(beside(owner, bag, -0.4, 0.3).take(bag), 1)


@scenario("item_taken", 120, positive=False)
def wife_sets_it_down_and_husband_carries_it_on(street: Street) -> None:
    """They came together and wait together for 45 s; then he takes the suitcase she had carried."""
    passers(street, 16)
    wife, case = _owner(street, "suitcase", 12)
    husband = comer(street, wife.keys[0][0], 10.9).walk(case.place[0], 10.9).until(wife.time + vary(street, 40, 50))
    go_out(beside(husband, case, -0.4, -0.3).take(case), 1, 1.2)
    go_out(wife.until(husband.time - 10), 1, 1.2)


@scenario("item_taken", 110, positive=False)
def rider_fetches_the_bag_he_had_set_down(street: Street) -> None:
    """A rider puts his bag beside his motorbike, drinks a coffee two metres away, straps it on again and is off."""
    rider, bike = biker(street, vary(street, 4, 8), 13)
    bag = street.add("backpack", rider.time, *rider.place)
    rider.take(bag)
    pull_up(rider, 0, 13).dismount().walk(0.9, 12).put(bag).wait(2).walk(2.6, 11).wait(vary(street, 30, 40))
    beside(rider, bag, -0.4, 0.3).take(bag)
    beside(rider, bike).mount(bike)
    ride_out(rider, bike, 1, bag)


@scenario("item_taken", 120, positive=False)
def pillion_takes_the_bag_of_the_same_ride(street: Street) -> None:
    """Driver and pillion stop together; the driver sets the bag down, the pillion takes it, both ride on."""
    traffic(street, 18)
    driver, bike = biker(street, vary(street, 4, 8), 13)
    second = pillion(street, bike)
    bag = street.add("backpack", driver.time, *driver.place)
    driver.take(bag)
    pull_up(driver, 0, 13).dismount(0.5, -0.9)
    second.dismount(-0.8, -0.7)
    driver.walk(1.5, 11.8).put(bag).wait(vary(street, 25, 35))
    beside(second.until(driver.time), bag, -0.4, 0.2).take(bag)
    beside(driver, bike).mount(bike)
    beside(second, bike).until(driver.time).mount(bike)
    ride_out(driver, bike, 1, bag)


@scenario("item_taken", 100, positive=False)
def strangers_walk_close_past_a_carried_bag(street: Street) -> None:
    """The owner carries his bag; one stranger walks beside him for ten metres, others come towards him."""
    passers(street, 10.5, 14, every_s=6)
    owner, bag = _owner(street, "backpack", 12)
    leaving = owner.time + vary(street, 20, 30)
    go_out(beside(owner.until(leaving), bag, -0.4, 0.3).take(bag), 1, 1.2)
    go_out(comer(street, leaving - 8, 11).walk(owner.keys[1][1], 11, 1.4), 1, 1.2)
