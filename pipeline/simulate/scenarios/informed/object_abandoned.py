"""Object abandoned, where it is doubtful who is with it: hidden, back by another way, relieved, or a stranger."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    beside,
    carrying,
    comer,
    friends,
    go_out,
    lorry_stands,
    passers,
    round_the_block,
    sets_down,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_alone, left
from pipeline.simulate.street import Street


@scenario("object_abandoned", 150)
def stranger_waits_beside_the_abandoned_bag(street: Street) -> None:
    """The owner goes to the right for good; a stranger comes from the left and waits a metre from the bag for 80 s."""
    owner, bag = sets_down(street, "backpack", 11.5)
    go_out(owner, 1)
    stranger = comer(street, bag.time + vary(street, 12, 18), 12.2, -1).walk(bag.place[0] - 1.0, 12.2)
    go_out(stranger.wait(vary(street, 78, 84)), -1)
    expect_alone(street, [owner], bag)


@scenario("object_abandoned", 150)
def abandoned_case_pushed_aside(street: Street) -> None:
    """Half a minute after its owner has gone somebody moves it half a metre out of his way: it is alone as before."""
    passers(street, 16.5)
    owner, case = sets_down(street, "suitcase", 11.5)
    go_out(owner, 1)
    start = left(street, [owner], case, 3.0, case.time + 0.5)
    man = comer(street, start + vary(street, 22, 28), 11.0)
    beside(man, case, -0.4, 0.3).take(case).wait(0.5).walk(man.place[0] + 0.5, man.place[1], 0.8).put(case)
    go_out(man.wait(0.5), 1)
    street.expect("object_abandoned", start, street.seconds)


@scenario("object_abandoned", 160)
def friends_leave_one_after_the_other(street: Street) -> None:
    """Three stand around a suitcase; its owner goes first, the last friend 25 s later: alone only from then on."""
    people = friends(street, 3, vary(street, 4, 7), 0.0, 12.0)
    case = carrying(street, people[0], "suitcase")
    people[0].put(case, -0.6, -0.2)
    for i, person in enumerate(people):
        go_out(person.until(people[-1].time + 8) if i == 0 else person.until(people[0].time + 12 * i), (-1) ** i)
    expect_alone(street, people, case)


@scenario("object_abandoned", 170)
def owner_fetches_one_of_two_bags(street: Street) -> None:
    """He leaves two bags, comes back after 35 s, takes one of them and goes for good: the other is abandoned."""
    owner = comer(street, vary(street, 4, 7), 11.5)
    bags = [carrying(street, owner, kind) for kind in ("suitcase", "backpack")]
    owner.walk(0.0, 11.5).put(bags[0], 0.6, -0.3).put(bags[1], -0.6, -0.3).wait(2)
    spot = owner.place
    owner.walk(6.5, 12.5).wait(vary(street, 24, 28)).walk(*spot).wait(1).take(bags[1])
    back_at = owner.time
    go_out(owner, -1)
    start = left(street, [owner], bags[0], 3.0, back_at)
    street.expect("object_abandoned", start, street.seconds)


@scenario("object_abandoned", 140, positive=False)
def owner_comes_back_by_the_other_side(street: Street) -> None:
    """He goes out on the right, comes in from the left after some 40 s, and waits beside his bag: the same man."""
    passers(street, 16.5)
    owner, bag = sets_down(street, "backpack", 11.5)
    round_the_block(owner, 1, vary(street, 20, 24), 11.5)
    beside(owner, bag, -0.5, 0.3).wait(vary(street, 30, 36))
    go_out(owner.take(bag), 1)


@scenario("object_abandoned", 150, positive=False)
def owner_rests_behind_a_parked_lorry(street: Street) -> None:
    """His bag stands at the back of a lorry; he goes behind it, two metres from the bag, and sits there for 80 s."""
    street.add("truck", 0.0, 0.0, 9.0)
    owner = comer(street, vary(street, 4, 7), 12.0, 1)
    bag = carrying(street, owner, "suitcase")
    owner.walk(4.9, 12.0).put(bag, 0.2, -0.4).wait(3).walk(3.0, 12.0).wait(vary(street, 78, 86))
    go_out(beside(owner, bag, 0.0, 0.4).take(bag), 1)


@scenario("object_abandoned", 150, positive=False)
def friend_comes_later_and_takes_over_the_watch(street: Street) -> None:
    """A friend joins the owner at his bag, they talk for 12 s; the owner goes away for 80 s, the friend stays."""
    owner, bag = sets_down(street, "backpack", 12.0)
    friend = comer(street, owner.time + 3, 11.2, 1).walk(bag.place[0] + 0.7, 11.2)
    owner.until(friend.time + 12)
    go_out(owner, -1)
    owner.appear(owner.time + vary(street, 62, 68), *owner.place)
    beside(owner, bag, -0.4, 0.3).wait(2)
    go_out(friend.until(owner.time), 1)
    go_out(owner.take(bag), -1)


@scenario("object_abandoned", 140, positive=False)
def finder_brings_the_case_to_its_owner(street: Street) -> None:
    """The owner is ten metres off in full view; after 45 s somebody takes the case to him and sets it down there."""
    owner, case = sets_down(street, "suitcase", 11.5)
    side = 1.0 if case.place[0] < 0 else -1.0
    owner.walk(case.place[0] + 8.0 * side, 13.0)
    finder = comer(street, case.time + vary(street, 28, 30), 11.0, -side)
    beside(finder, case, -0.4 * side, -0.2).until(case.time + 44).take(case)
    finder.walk(owner.place[0] - 1.0 * side, 12.8).put(case, 0.3 * side, -0.3).wait(2)
    go_out(finder, -side)
    owner.until(finder.time - 4).wait(vary(street, 8, 12))
    go_out(beside(owner, case, 0.3 * side, 0.3).take(case), side)


@scenario("object_abandoned", 150, positive=False)
def lorry_hides_owner_and_bag(street: Street) -> None:
    """He waits beside his suitcase for 95 s; for 30 s a lorry hides them both, and he moves to its other side."""
    owner, case = sets_down(street, "suitcase", 12.5)
    lorry_stands(street, owner.time + 15, 30, x=0.5, y=8.8)
    owner.wait(28).walk(case.place[0] - 0.8, 12.8).wait(vary(street, 60, 66))
    go_out(beside(owner, case, -0.4, 0.3).take(case), 1)
