"""Items taken: somebody else's bag goes along with a stranger, or with those who may carry it."""

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
    pull_up,
    ride_out,
    sets_down,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_until_gone
from pipeline.simulate.street import Actor, Street


def companion(street: Street, owner: Actor, dx: float, y: float) -> Actor:
    """Somebody who comes in right behind the owner and stands dx metres from his final place, at depth y."""
    return comer(street, owner.keys[0][0] + 1.2, y).walk(owner.place[0] + dx, y)


@scenario("item_taken", 90)
def cyclist_stops_behind_the_chatting_women(street: Street) -> None:
    """Her backpack stands a metre behind her as she talks with a friend; a cyclist stops, takes it and pedals off."""
    owner, bag = sets_down(street, "backpack", 13)
    friend = companion(street, owner, -0.9, 13.8)
    owner.walk(bag.place[0] - 0.5, 14.0).until(62)
    friend.until(64)
    thief, cycle = biker(street, vary(street, 36, 40), 11.6, 1, "bicycle")
    pull_up(thief, bag.place[0] + 0.6, 11.6, 4.5).dismount(-0.3, 0.5).wait(1).take(bag)
    start = thief.time
    thief.mount(cycle)
    ride_out(thief, cycle, -1, end_speed=5.5)
    go_out(owner, -1, 2.5)
    go_out(friend, -1)
    expect_until_gone(street, "item_taken", start, cycle)


@scenario("item_taken", 100)
def thief_meets_the_owner_on_her_way_back(street: Street) -> None:
    """She buys cane juice eight metres off; on her way back he walks past her with her backpack in his hand."""
    owner, bag = sets_down(street, "backpack", 12)
    x = bag.place[0]
    owner.wait(4).walk(x + 7.5, 13.6).wait(vary(street, 18, 21))
    thief = comer(street, owner.time - 11, 11.4).walk(x - 0.3, 11.4).until(owner.time - 1).take(bag)
    start = thief.time
    go_out(thief, 1, 1.5)
    owner.walk(x, 13.2).wait(8)
    go_out(owner, -1)
    traffic(street, 17)
    expect_until_gone(street, "item_taken", start, thief)


@scenario("item_taken", 110)
def thief_rests_with_the_heavy_suitcase(street: Street) -> None:
    """He carries the suitcase five metres off while its owner is in the shop, sets it down, and takes it up again."""
    owner, case = sets_down(street, "suitcase", 12.5)
    x = case.place[0]
    owner.wait(6).walk(x + 0.5, 17.5).leave()
    thief = comer(street, owner.time + vary(street, 8, 12), 12, 1).walk(x + 0.3, 12).wait(2).take(case)
    start = thief.time
    thief.walk(x - 5, 12, 1.1).put(case, 0.3, -0.3).wait(vary(street, 3, 4)).take(case)
    go_out(thief, -1)
    passers(street, 10, 16)
    expect_until_gone(street, "item_taken", start, thief)


@scenario("item_taken", 110)
def stranger_on_the_far_kerb_waits_for_his_chance(street: Street) -> None:
    """Two travellers talk beside their suitcases; he who stood seven metres off for 30 s takes the outer one."""
    left, _ = sets_down(street, "suitcase", 12)
    x = left.place[0]
    right = comer(street, left.keys[0][0] + 2, 13.2, 1)
    second = carrying(street, right, "suitcase")
    right.walk(x + 1.6, 13.2).put(second, 0.8, 0.0).wait(1).walk(x + 0.6, 13.4)
    left.walk(x - 0.4, 13.2).until(75)
    right.until(76)
    thief = comer(street, vary(street, 6, 8), 17, 1).walk(x + 7.5, 17).wait(vary(street, 28, 32))
    thief.walk(second.place[0] + 0.6, 13.0, 1.5).take(second)
    start = thief.time
    go_out(thief, 1, 2.4)
    go_out(left, -1)
    go_out(right, 1)
    expect_until_gone(street, "item_taken", start, thief)


@scenario("item_taken", 110, positive=False)
def owner_passes_behind_a_lorry_to_his_bag(street: Street) -> None:
    """He sets it down, walks behind a parked lorry that hides him for some seconds, returns the same way, takes it."""
    lorry_stands(street, 4, 105, x=5.5, y=9.5)
    owner, bag = sets_down(street, "backpack", 12)
    owner.wait(5).walk(7.5, 12.5).wait(vary(street, 2, 3)).walk(bag.place[0] + 0.2, 12.3).wait(1).take(bag)
    go_out(owner, -1)
    go_out(comer(street, vary(street, 18, 24), 15, 1), -1)


@scenario("item_taken", 90, positive=False)
def brother_who_came_along_carries_it_to_the_gate(street: Street) -> None:
    """Two come together; one sets the suitcase down, the other takes it up and walks ahead with it, ten metres."""
    owner, case = sets_down(street, "suitcase", 12)
    brother = companion(street, owner, 1.2, 12.6).until(owner.time + 10)
    brother.walk(case.place[0] + 0.6, 12.2).take(case)
    owner.walk(case.place[0] - 0.9, 12.5).until(brother.time + 4)
    go_out(brother, 1)
    go_out(owner, 1)
    passers(street, 10, 16)


@scenario("item_taken", 100, positive=False)
def rider_lifts_it_out_of_his_parking_place(street: Street) -> None:
    """A stranger carries the box a metre and a half aside to park his motorbike there; its owner looks on."""
    owner, box = sets_down(street, "object", 12.4)
    x = box.place[0]
    owner.wait(3).walk(x + 2.8, 15).until(92)
    rider, bike = biker(street, vary(street, 30, 35), 10.8, 1)
    pull_up(rider, x + 1.8, 10.8).dismount(-0.9, 0.8).walk(x + 0.4, 11.7).take(box).walk(x - 1.1, 11.7, 0.8)
    rider.put(box, 0.0, 0.4).wait(1).walk(x + 0.9, 11.6).walk(x + 1.5, 10.1).mount(bike)
    rider.ride(x, 12.3, 1.2).dismount(0.9, -0.2).wait(2)
    go_out(rider, 1, y=10.5)


@scenario("item_taken", 100, positive=False)
def two_with_like_suitcases_leave_crosswise(street: Street) -> None:
    """Strangers set down two suitcases alike, a metre and a half apart; each takes his own, and their ways cross."""
    one, mine = sets_down(street, "suitcase", 12)
    x = mine.place[0]
    other = comer(street, one.keys[0][0] + 4, 12.8, 1)
    yours = carrying(street, other, "suitcase")
    other.walk(x + 1.8, 12.8).put(yours, -0.3, -0.3)
    stop = other.time + vary(street, 22, 28)
    one.until(stop).take(mine).wait(0.5)
    other.until(stop + 1).take(yours).wait(0.5)
    go_out(one, 1, y=11)
    go_out(other, -1, y=13.6)
    traffic(street, 17)


@scenario("item_taken", 100, positive=False)
def hands_his_rucksack_to_the_friend_beside_him(street: Street) -> None:
    """They stand together for half a minute; then the owner lifts his rucksack, gives it to the friend, who goes."""
    friend = street.person(0, 0.9, 12.6)
    owner = comer(street, vary(street, 3, 6), 12)
    bag = carrying(street, owner, "backpack")
    owner.walk(-0.2, 12).put(bag, 0.1, -0.5).wait(vary(street, 26, 32)).take(bag).wait(1).give(bag, friend)
    go_out(friend.wait(1), 1)
    go_out(owner.wait(6), -1)
    parked(street, -3, -4.2, y=14)
    passers(street, 16)


@scenario("item_taken", 90, positive=False)
def owner_takes_it_up_among_people_who_set_off(street: Street) -> None:
    """Five strangers wait for the bus around her and her suitcase; she takes it, and all leave the same way."""
    owner, case = sets_down(street, "suitcase", 12)
    x = case.place[0]
    others = []
    for i, (dx, y) in enumerate(((-2.6, 12.2), (-1.4, 13.6), (1.7, 12.6), (2.4, 13.8), (0.4, 14.2))):
        others.append(comer(street, owner.keys[0][0] + 2 + i, y, -1 if dx < 0 else 1).walk(x + dx, y))
    stop = max(other.time for other in others) + vary(street, 18, 24)
    owner.until(stop).take(case)
    go_out(owner, 1, 1.25)
    for other in sorted(others, key=lambda person: -person.place[0]):
        go_out(other.until(stop + vary(street, 0, 0.5)), 1, 1.25, y=other.place[1])
