"""Abandoned things, second set: everybody who belongs to it is farther than 3 m for a minute, or nearly."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.second.backdrop import lane, market, yard
from pipeline.simulate.scenarios.cast import biker, carrying, comer, go_out, passers, pull_up, ride_out, vary
from pipeline.simulate.scenarios.moments import back, left
from pipeline.simulate.street import Actor, Street

KIND = "object_abandoned"
RADIUS_M = 3.0


def _expect(street: Street, people: list[Actor], thing: Actor, after: float) -> None:
    start = left(street, people, thing, RADIUS_M, after)
    street.expect(KIND, start, back(street, people, thing, RADIUS_M, start + 1.0))


@scenario(KIND, 150)
def suitcase_by_the_bus_shelter(street: Street) -> None:
    """A man waits beside his suitcase for a while, then simply walks off without it while others pass."""
    passers(street, 8.5, 17.5, every_s=10)
    lane(street, walk=21.0, road=24.0)
    x = vary(street, -2, 2)
    man = comer(street, vary(street, 2, 5), 12.5, -1)
    case = carrying(street, man, "suitcase")
    man.walk(x, 12.5).put(case, 0.6, 0.2).wait(vary(street, 8, 20))
    gone = man.time
    go_out(man, 1)
    _expect(street, [man], case, gone)


@scenario(KIND, 170)
def rucksack_forgotten_while_he_chats_across_the_road(street: Street) -> None:
    """He sets his rucksack at a wall, crosses to a friend seven metres off, and remembers it after over a minute."""
    market(street, walks=(8.0, 18.5), road=23.0)
    x = vary(street, -4, -2)
    man = comer(street, 2, 11.0, -1)
    bag = carrying(street, man, "backpack")
    friend = comer(street, 3, 15.0, 1).walk(5.2, 15.0)
    man.walk(x, 11.0).put(bag, -0.5, 0.2).wait(vary(street, 7, 10))
    gone = man.time
    man.walk(4.0, 14.6).wait(vary(street, 76, 90)).walk(x, 11.0, 1.5).take(bag)
    go_out(man.wait(2), -1)
    go_out(friend.until(man.time - 4), 1)
    _expect(street, [man], bag, gone)


@scenario(KIND, 140)
def rider_leaves_a_bag_at_the_wall(street: Street) -> None:
    """A rider gets off, leans a bag against the wall, fiddles with his helmet, and rides away."""
    lane(street, walk=17.0, road=20.5)
    x = vary(street, 0, 3)
    rider, bike = biker(street, vary(street, 3, 8), 12.0, 1)
    bag = carrying(street, rider, "suitcase")
    pull_up(rider, x, 12.0).dismount(0.2, -0.9).walk(x - 1.2, 11.0, 0.9).put(bag, -0.5, 0.1)
    rider.walk(x - 0.2, 11.2, 0.9).wait(vary(street, 7, 12)).mount(bike)
    gone = rider.time
    ride_out(rider, bike, -1)
    _expect(street, [rider], bag, gone)


@scenario(KIND, 165)
def both_sisters_leave_the_bag(street: Street) -> None:
    """Two sisters rest with a bag, go off in different directions; later a stranger stops beside it and walks on."""
    yard(street)
    passers(street, 8.5, every_s=14)
    one = comer(street, 2, 13.0, -1)
    bag = carrying(street, one, "suitcase")
    two = comer(street, 2.5, 13.9, -1).walk(vary(street, 0.6, 1.2), 13.9)
    one.walk(-0.6, 13.0).put(bag, 0.7, 0.1).wait(vary(street, 10, 18))
    two.until(one.time + vary(street, 4, 8))
    gone = two.time
    go_out(one, -1)
    go_out(two, 1)
    stranger = comer(street, gone + vary(street, 22, 30), 12.2, 1).walk(1.6, 12.2).wait(vary(street, 4, 7))
    go_out(stranger, -1)
    _expect(street, [one, two], bag, gone)


@scenario(KIND, 150, positive=False)
def two_steps_from_his_luggage(street: Street) -> None:
    """A traveller stands two metres from his suitcase all the time, now on one side of it, now on the other."""
    passers(street, 9.0, 18.0, every_s=9)
    x = vary(street, -2, 1)
    man = comer(street, 2, 13.0, 1)
    case = carrying(street, man, "suitcase")
    man.walk(x, 13.0).put(case, -0.4, 0.2).wait(6)
    man.walk(x + vary(street, 1.3, 1.7), 13.2, 0.8).wait(vary(street, 45, 55))
    man.walk(x - 0.4, 12.3, 0.8).walk(x - vary(street, 2.1, 2.4), 12.9, 0.8).wait(vary(street, 35, 45))
    man.walk(x, 12.8).take(case)
    go_out(man, -1)


@scenario(KIND, 140, positive=False)
def quick_run_to_the_shop(street: Street) -> None:
    """She leaves her bag at the tree, goes to buy water ten metres off and is back after fifty seconds."""
    market(street, walks=(8.5, 19.0), road=23.0)
    woman = comer(street, 2, 12.0, -1)
    bag = carrying(street, woman, "backpack")
    woman.walk(-3.0, 12.0).put(bag, -0.5, 0.2).wait(vary(street, 8, 15)).walk(6.0, 15.0, 1.5)
    woman.wait(vary(street, 32, 38)).walk(-3.0, 12.0, 1.5).wait(vary(street, 3, 8)).take(bag)
    go_out(woman, -1)


@scenario(KIND, 170, positive=False)
def husband_minds_the_cases(street: Street) -> None:
    """A couple brings two cases; she is away for a minute and a half, he stays with them, and she comes back."""
    lane(street, walk=19.5, road=23.0)
    passers(street, 8.5, every_s=12)
    woman, man = comer(street, 2, 12.6, -1), comer(street, 2.4, 13.5, -1)
    own, his = carrying(street, woman, "suitcase"), carrying(street, man, "suitcase")
    woman.walk(-1.0, 12.6).put(own, 0.5, 0.3).wait(vary(street, 7, 10))
    man.walk(0.9, 13.5).put(his, -0.6, 0.3)
    woman.walk(9.0, 15.5).wait(vary(street, 68, 80)).walk(-1.0, 12.6).wait(3).take(own)
    man.until(woman.time).take(his)
    go_out(woman, -1)
    go_out(man.wait(0.5), -1)


@scenario(KIND, 170, positive=False)
def porter_moves_the_pile_in_stages(street: Street) -> None:
    """A porter with two suitcases carries them along in turns; each stands for some twenty seconds at a time."""
    passers(street, 8.5, 18.0, every_s=12)
    porter = comer(street, 1, 12.5, -1)
    cases = [carrying(street, porter, "suitcase"), carrying(street, porter, "suitcase")]
    porter.walk(-6.5, 12.5).put(cases[0], -0.5, 0.3).put(cases[1], 0.5, 0.3).wait(vary(street, 6, 10))
    for x in (-1.0, 4.5):
        for i, case in enumerate(cases):
            at = float(case.keys[-1][1])
            porter.walk(at, 12.2, 1.2).wait(1).take(case)
            porter.walk(x + i, 12.5, 0.9).put(case, 0.4, 0.3).wait(vary(street, 1, 3))
        porter.wait(vary(street, 5, 9))
    porter.take(cases[1])
    porter.walk(4.9, 12.4, 1.0).take(cases[0])
    go_out(porter, 1, 1.0)


@scenario(KIND, 170, positive=False)
def vendor_with_her_bags_and_customers(street: Street) -> None:
    """A vendor sets two bags down and squats beside them for two minutes; customers step up and block the view."""
    market(street, walks=(18.0,), road=22.5)
    vendor = comer(street, 1, 12.5, 1)
    bags = [carrying(street, vendor, "suitcase"), carrying(street, vendor, "backpack")]
    vendor.walk(0.5, 12.5).put(bags[0], -0.9, 0.0).put(bags[1], 0.8, 0.1).wait(vary(street, 20, 30))
    vendor.walk(1.9, 13.2, 0.7).wait(vary(street, 15, 25)).walk(0.4, 12.6, 0.7)
    for i in range(4):
        x = vary(street, -1.2, 1.4)
        guest = comer(street, 14 + 25 * i, 11.2, -1 if i % 2 else 1).walk(x, 11.2).wait(vary(street, 8, 14))
        go_out(guest, -1 if i % 2 else 1)
    vendor.until(vary(street, 138, 146)).take(bags[0]).take(bags[1])
    go_out(vendor, 1)


@scenario(KIND, 190, positive=False)
def loader_who_keeps_coming_back(street: Street) -> None:
    """His bag stands at the pillar while he fetches things; he is away for under a minute, twice, and back between."""
    lane(street, walk=20.0, road=23.5)
    man = comer(street, 1, 13.5, -1)
    bag = carrying(street, man, "suitcase")
    man.walk(-2.0, 13.5).put(bag, -0.4, 0.3).wait(vary(street, 8, 12))
    for x in (7.0, 8.5):
        man.walk(x, 15.5, 1.4).wait(vary(street, 28, 34)).walk(-1.5, 13.4, 1.4).wait(vary(street, 11, 16))
    man.take(bag)
    go_out(man, -1)
