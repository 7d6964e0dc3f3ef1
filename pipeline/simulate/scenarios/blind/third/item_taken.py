"""Items taken, third set: out of the reach of owners, and by those who may."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.third.moves import potter
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
from pipeline.simulate.scenarios.moments import last_seen
from pipeline.simulate.street import Street

KIND = "item_taken"


@scenario(KIND, 110)
def bag_lifted_behind_two_who_talk(street: Street) -> None:
    """A woman sets her bag down and talks to a friend; a man comes from behind, takes it and walks quickly off."""
    passers(street, 9.4, every_s=12)
    traffic(street, 19, every_s=13)
    start = vary(street, 4, 7)
    woman, friend = comer(street, start, 12.0), comer(street, start + 0.6, 12.8)
    bag = carrying(street, woman, "handbag")
    woman.walk(-0.5, 12.0).put(bag, 0.9, -0.3)
    friend.walk(-1.4, 12.4)
    thief = comer(street, vary(street, 40, 48), 11.2, 1).walk(0.9, 11.3).take(bag)
    begin = thief.time
    go_out(thief, 1, 2.0)
    for person in (woman, friend):
        person.until(100)
    street.expect(KIND, begin, last_seen(street, thief))


@scenario(KIND, 120)
def one_of_three_suitcases_goes_astray(street: Street) -> None:
    """Three travellers wait beside their suitcases in a row; a stranger takes the last one unnoticed."""
    passers(street, 9.2, every_s=12)
    parked(street, 6.5, 7.6, y=16)
    travellers, cases = [], []
    for i in range(3):
        traveller = comer(street, vary(street, 3, 5) + 2 * i, 13.0 + 0.2 * i)
        case = carrying(street, traveller, "suitcase")
        traveller.walk(2.0 - 2.2 * i, 13.2).put(case, -0.8, -0.5)
        travellers.append(traveller)
        cases.append(case)
    stranger = comer(street, vary(street, 46, 54), 12.0).walk(-3.5, 12.0).wait(1.5).take(cases[2])
    begin = stranger.time
    go_out(stranger, -1, 1.5, 11.4)
    for traveller, case in zip(travellers[:2], cases[:2], strict=True):
        go_out(traveller.until(100).take(case), 1)
    go_out(travellers[2].until(96), -1, 1.6)
    street.expect(KIND, begin, last_seen(street, stranger))


@scenario(KIND, 110)
def first_thief_hands_it_to_the_second(street: Street) -> None:
    """One lifts a backpack from behind its owner, gives it two steps on to another who runs off, and strolls away."""
    traffic(street, 18, every_s=12)
    owner = comer(street, vary(street, 3, 6), 12.6)
    bag = carrying(street, owner, "backpack")
    owner.walk(0.4, 12.6).put(bag, -1.0, -0.2)
    second = comer(street, vary(street, 34, 38), 10.2).walk(-3.2, 10.6)
    first = comer(street, second.time, 11.4, 1).walk(-0.7, 11.6, 1.4).take(bag)
    begin = first.time
    first.walk(-2.4, 11.0, 1.6).give(bag, second)
    go_out(second, -1, 2.8)
    go_out(first.wait(1), 1, 1.3, 10.4)
    owner.until(100)
    passers(street, 15.5, every_s=13)
    street.expect(KIND, begin, last_seen(street, second))


@scenario(KIND, 110)
def rider_stops_and_grabs_from_the_bench(street: Street) -> None:
    """A man telephones four metres from his backpack; a rider stops beside it, gets down, takes it and rides off."""
    passers(street, 16.5, every_s=12)
    man = comer(street, vary(street, 3, 6), 13.4, 1)
    bag = carrying(street, man, "backpack")
    man.walk(-1.0, 13.4).put(bag, -0.3, -0.5).wait(6)
    potter(street, man, 95, (2.6, 4.2), (13.2, 14.6), (3, 8))
    rider, bike = biker(street, vary(street, 38, 44), 11.6, 1)
    pull_up(rider, -0.8, 11.6).dismount(-0.4, 0.7).wait(0.5).take(bag)
    begin = rider.time
    rider.walk(-0.9, 12.2).mount(bike)
    ride_out(rider, bike, -1, bag)
    street.expect(KIND, begin, last_seen(street, bike))


@scenario(KIND, 120, positive=False)
def daughter_carries_her_mothers_bag(street: Street) -> None:
    """A mother with a bag waits; her daughter comes, they talk, the daughter takes the bag and they go together."""
    passers(street, 9.2, every_s=11)
    traffic(street, 18, every_s=13)
    mother = comer(street, vary(street, 3, 6), 12.4)
    bag = carrying(street, mother, "handbag")
    mother.walk(-0.4, 12.4).put(bag, 0.6, -0.3)
    daughter = street.person(vary(street, 28, 34), 2.5, 20).walk(0.8, 12.9).wait(vary(street, 16, 20)).take(bag)
    mother.until(daughter.time + 0.3)
    go_out(daughter, 1, 1.2)
    go_out(mother, 1, 1.2)


@scenario(KIND, 110, positive=False)
def two_suitcases_alike_side_by_side(street: Street) -> None:
    """Two strangers set alike suitcases down a metre apart, wait, and each takes his own, past the other."""
    passers(street, 9.2, every_s=12)
    traffic(street, 18, every_s=12)
    first, second = comer(street, vary(street, 3, 5), 12.2), comer(street, vary(street, 9, 12), 12.4, 1)
    cases = [carrying(street, person, "suitcase") for person in (first, second)]
    first.walk(-1.0, 12.2).put(cases[0], 0.6, -0.4)
    second.walk(1.2, 12.4).put(cases[1], -0.6, -0.5)
    first.until(vary(street, 46, 50)).take(cases[0])
    go_out(first.walk(-0.2, 11.0), 1)
    second.until(first.time - 6).take(cases[1])
    go_out(second, -1)


@scenario(KIND, 110, positive=False)
def driver_loads_the_guests_suitcase(street: Street) -> None:
    """A driver gets out, talks to the guest a while, and carries the suitcase to his car beside its owner."""
    passers(street, 9.2, every_s=12)
    guest = comer(street, vary(street, 3, 6), 12.8)
    case = carrying(street, guest, "suitcase")
    guest.walk(-2.5, 12.8).put(case, 0.6, -0.3)
    car = street.add("car", vary(street, 18, 22), 24, 16.5, 180).drive(9, 16.5, 7).drive(3.5, 16.5, 3)
    driver = street.person(car.time + 2, 3.0, 15.1).walk(-1.4, 12.6, 1.3).wait(vary(street, 17, 22)).take(case)
    guest.until(driver.time)
    guest.walk(2.0, 15.0, 1.2)
    driver.walk(3.2, 15.2, 1.2).hide(case).wait(2)
    end = max(guest.time, driver.time) + 1
    driver.until(end).leave()
    guest.until(end).leave()
    car.until(end + 3).drive(-4, 16.5, 3).drive(-24, 16.5, 7).leave()


@scenario(KIND, 110, positive=False)
def curious_man_lifts_it_and_puts_it_back(street: Street) -> None:
    """A passer-by lifts a backpack, looks round for its owner, carries it 1.2 m to the wall and goes his way."""
    traffic(street, 18, every_s=12)
    passers(street, 9.2, every_s=13)
    owner = comer(street, vary(street, 3, 6), 12.2)
    bag = carrying(street, owner, "backpack")
    owner.walk(-1.0, 12.2).put(bag, 0.5, -0.2).wait(8)
    potter(street, owner, 78, (-6.5, -5.0), (13, 14.5), (5, 10))
    man = comer(street, vary(street, 38, 44), 11.4, 1).walk(-0.1, 11.5).take(bag).wait(2)
    man.walk(0.7, 12.3, 0.8).put(bag, 0.2, 0.3).wait(2)
    go_out(man, -1, 1.3, 11.2)
    owner.walk(0.4, 12.3).take(bag)
    go_out(owner, 1)


@scenario(KIND, 130, positive=False)
def owner_changes_her_place_three_times(street: Street) -> None:
    """A woman carries her suitcase from one waiting place to the next; at each of them strangers stand close by."""
    traffic(street, 19, every_s=13)
    passers(street, 9.0, every_s=14)
    for x in (-5.5, 0.4, 5.6):
        comer(street, 1 + vary(street, 0, 2), 13.6, -1 if x < 0 else 1).walk(x, 13.6).until(126)
    woman = comer(street, vary(street, 8, 11), 12.0)
    case = carrying(street, woman, "suitcase")
    for x in (-4.6, 1.2, 4.8):
        woman.walk(x, 12.3).put(case, 0.4, -0.4).wait(vary(street, 16, 22)).take(case)
    go_out(woman, 1, 1.2, 11.8)


@scenario(KIND, 120, positive=False)
def pupils_of_one_group_mix_up_their_bags(street: Street) -> None:
    """Four pupils come together with two backpacks, stand together, and two others of the four carry them on."""
    passers(street, 9.0, every_s=12)
    traffic(street, 19, every_s=13)
    start = vary(street, 4, 7)
    pupils = [comer(street, start + 0.8 * i, 11.8 + 0.6 * i) for i in range(4)]
    bags = [carrying(street, pupil, "backpack") for pupil in pupils[:2]]
    for i, pupil in enumerate(pupils):
        pupil.walk(1.2 - 0.8 * i, 11.9 + 0.6 * (i % 2), vary(street, 1.25, 1.35))
    for pupil, bag in zip(pupils, bags, strict=False):
        pupil.put(bag, 0.2, -0.4)
    leave = max(pupil.time for pupil in pupils) + vary(street, 30, 36)
    for pupil, bag in zip(pupils[2:], bags, strict=True):
        pupil.until(leave).walk(bag.place[0] - 0.3, bag.place[1] + 0.5).take(bag)
    for pupil in pupils:
        go_out(pupil.until(leave + 2), 1, 1.25)
