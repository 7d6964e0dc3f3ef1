"""Item taken, where it is doubtful who takes it: known for a moment, chased closely, helped, or with a like bag."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    abreast,
    beside,
    carrying,
    comer,
    go_out,
    passers,
    round_the_block,
    sets_down,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_until_gone
from pipeline.simulate.street import Street


@scenario("item_taken", 120)
def he_had_asked_for_a_light_before(street: Street) -> None:
    """A stranger stops for 6 s beside the owner, goes away, comes back when he is six metres off, and takes his bag."""
    traffic(street, 18)
    owner, bag = sets_down(street, "backpack", 12.0)
    thief = comer(street, owner.time + 2, 12.8, 1).walk(owner.place[0] + 0.9, 12.8).wait(6)
    owner.until(thief.time + 2).walk(bag.place[0] - 6.0, 13.5).until(street.seconds)
    thief.walk(9.0, 11.5).wait(vary(street, 8, 12))
    beside(thief, bag, 0.4, -0.4).take(bag)
    start = thief.time
    go_out(thief, 1, 1.7)
    expect_until_gone(street, "item_taken", start, bag)


@scenario("item_taken", 90)
def owner_chases_the_thief_at_arms_length(street: Street) -> None:
    """A runner grips the bag at its owner's feet; he is after him at once and stays a metre behind him all the way."""
    passers(street, 17)
    owner, bag = sets_down(street, "handbag", 12.0)
    thief = comer(street, bag.time + vary(street, 18, 26), 11.3, -1)
    beside(thief, bag, -0.4, -0.2, 1.6).take(bag)
    start = thief.time
    owner.until(start + 0.5)
    go_out(thief, 1, 3.4)
    go_out(owner, 1, 3.4)
    expect_until_gone(street, "item_taken", start, bag)


@scenario("item_taken", 100)
def thief_hands_it_to_his_mate(street: Street) -> None:
    """He carries the bag five metres, gives it to a mate who comes towards him, and they part: one theft."""
    owner, bag = sets_down(street, "backpack", 11.5)
    owner.walk(bag.place[0] - 4.5, 13.5).until(street.seconds)
    thief = comer(street, bag.time + vary(street, 20, 28), 11.0)
    beside(thief, bag, -0.4, -0.2).take(bag)
    start = thief.time
    thief.walk(bag.place[0] + 5.0, 11.0, 1.5)
    mate = comer(street, thief.time - 7, 11.0, 1).walk(thief.place[0] + 0.8, 11.0, 1.5).until(thief.time)
    thief.give(bag, mate)
    go_out(mate, 1, 1.6)
    go_out(thief, 1, 1.4, y=15.5)
    expect_until_gone(street, "item_taken", start, bag)


@scenario("item_taken", 110)
def thief_leaves_his_own_bag_and_takes_another(street: Street) -> None:
    """He sets his old bag down 0.9 m beside a traveller's, waits for 12 s, and leaves with the traveller's."""
    owner, bag = sets_down(street, "suitcase", 12.0)
    owner.walk(bag.place[0] - 4.0, 12.8).until(street.seconds)
    thief = comer(street, bag.time + vary(street, 15, 20), 11.3, 1)
    old = carrying(street, thief, "suitcase")
    thief.walk(bag.place[0] + 0.7, 11.3).put(old, 0.2, 0.4).wait(vary(street, 11, 14))
    beside(thief, bag, 0.4, -0.4).take(bag)
    start = thief.time
    go_out(thief, 1, 1.6, y=10.5)
    expect_until_gone(street, "item_taken", start, bag)


@scenario("item_taken", 120, positive=False)
def owner_returns_from_the_other_side_for_his_bag(street: Street) -> None:
    """He walks out on the right, comes in from the left half a minute later, and takes his own bag: the same man."""
    passers(street, 16.5)
    owner, bag = sets_down(street, "backpack", 11.5)
    round_the_block(owner, 1, vary(street, 12, 18), 11.5)
    go_out(beside(owner, bag, -0.4, 0.3).wait(1).take(bag), 1)


@scenario("item_taken", 110, positive=False)
def couple_who_keep_two_metres_apart(street: Street) -> None:
    """They come in step, two metres apart, stand like that for half a minute; she takes his bag, they leave in step."""
    him, her = abreast(street, vary(street, 4, 7), 12.5, 10.6)
    bag = carrying(street, him, "backpack")
    him.walk(0.0, 12.5).put(bag, 0.4, -0.4)
    leaving = him.time + vary(street, 28, 34)
    her.walk(0.0, 10.6).until(leaving)
    beside(her, bag, 0.0, -0.6).take(bag)
    him.until(her.time)
    go_out(her, 1, 1.2, y=10.6)
    go_out(him, 1, 1.2)


@scenario("item_taken", 110, positive=False)
def handed_over_in_walking(street: Street) -> None:
    """He takes up his own bag, walks eight metres, and gives it without stopping to somebody who comes beside him."""
    traffic(street, 18)
    owner, bag = sets_down(street, "handbag", 12.0)
    owner.wait(vary(street, 18, 26))
    beside(owner, bag, -0.3, 0.3).take(bag).walk(bag.place[0] + 6.0, 12.3, 1.2)
    friend = comer(street, max(owner.time - 9, 0), 11.3, 1).walk(owner.place[0], 11.3, 1.3).until(owner.time)
    owner.give(bag, friend)
    go_out(friend, 1, 1.3)
    go_out(owner, 1, 1.2)


@scenario("item_taken", 110, positive=False)
def porter_carries_the_case_beside_its_owner(street: Street) -> None:
    """A porter comes up, takes the case at once, and walks off with it, its owner half a step behind him."""
    passers(street, 17)
    owner, case = sets_down(street, "suitcase", 12.0)
    porter = comer(street, owner.time + vary(street, 14, 20), 11.2, 1)
    beside(porter, case, 0.4, -0.4).take(case)
    owner.until(porter.time)
    go_out(porter, 1, 1.2)
    go_out(owner, 1, 1.2, y=12.2)


@scenario("item_taken", 120, positive=False)
def two_travellers_with_like_bags(street: Street) -> None:
    """Two strangers set like bags down 0.9 m apart, wait on either side, and each goes with his own."""
    left, own = sets_down(street, "backpack", 12.0)
    right = comer(street, own.time + 1, 11.8, 1)
    other = carrying(street, right, "backpack")
    right.walk(own.place[0] + 1.3, 11.8).put(other, -0.4, -0.1).wait(1).walk(own.place[0] + 2.4, 12.0)
    left.walk(own.place[0] - 2.0, 12.3).wait(vary(street, 30, 36))
    right.until(left.time - 4)
    go_out(beside(left, own, -0.4, 0.3).take(own), -1)
    go_out(beside(right, other, 0.5, 0.2).take(other), 1)
