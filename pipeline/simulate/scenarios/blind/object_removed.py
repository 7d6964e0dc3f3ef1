"""Object removed: a thing that belongs to a place is gone, or only out of sight, or back at once."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    beside,
    biker,
    carrying,
    comer,
    edge,
    friends,
    go_out,
    parked,
    passers,
    pull_up,
    ride_out,
    traffic,
    vary,
)
from pipeline.simulate.street import Actor, Street

PLACE = [(-4.0, 9.0), (4.0, 9.0), (4.0, 15.5), (-4.0, 15.5)]


def _stands(street: Street, kind: str, y: float = 12.5) -> Actor:
    """A thing that has stood in the zone since before the play."""
    street.zones["place"] = PLACE
    return street.add(kind, 0.0, vary(street, -1.5, 1.5), y + vary(street, -0.3, 0.3))


def _expect(street: Street, start: float, end: float | None = None) -> None:
    street.expect("object_removed", start, street.seconds if end is None else end, "place")


@scenario("object_removed", 110)
def flower_pot_carried_away_on_foot(street: Street) -> None:
    """A pot that has stood there for more than 45 s is lifted and carried out of the picture."""
    pot = _stands(street, "object")
    passers(street, 17)
    man = beside(comer(street, vary(street, 38, 45), 11.5), pot, 0.4, -0.4).wait(2).take(pot)
    _expect(street, man.time)
    go_out(man, 1)


@scenario("object_removed", 110)
def rider_loads_a_suitcase_and_is_gone(street: Street) -> None:
    """A rider stops beside the suitcase, gets down, takes it onto the motorbike and rides off."""
    case = _stands(street, "suitcase", 11.5)
    traffic(street, 19)
    rider, bike = biker(street, vary(street, 38, 46), 13)
    pull_up(rider, case.place[0] - 0.5, 13).dismount(0, -0.8)
    beside(rider, case, 0.2, 0.4).wait(1.5).take(case)
    _expect(street, rider.time)
    beside(rider, bike).mount(bike)
    ride_out(rider, bike, 1, case)


@scenario("object_removed", 120, settings={"classes": ["bicycle"]})
def bicycle_wheeled_away(street: Street) -> None:
    """The rule guards bicycles, and one of three in a row is pushed out of the zone."""
    street.zones["place"] = PLACE
    bike, *_ = parked(street, 0.0, 1.6, 3.0, y=13, kind="bicycle")
    man = beside(comer(street, vary(street, 40, 50), 11.5), bike, 0, -0.6).wait(3)
    _expect(street, man.time)
    man.push(bike, -edge(12), 12, 1.2).leave()
    bike.leave()


@scenario("object_removed", 70, settings={"settle_s": 15, "seconds": 8})
def parcel_gone_from_the_doorstep(street: Street) -> None:
    """A quicker rule: the parcel has lain there for half a minute, and somebody walking by takes it along."""
    parcel = _stands(street, "object", 13)
    man = beside(comer(street, vary(street, 20, 26), 12.3, 1), parcel, 0.3, -0.4).wait(0.5).take(parcel)
    _expect(street, man.time)
    go_out(man, -1, 1.6)


@scenario("object_removed", 130)
def two_men_carry_a_heavy_box_into_a_door(street: Street) -> None:
    """Two come, lift the box together and carry it into a house seven metres away."""
    box = _stands(street, "object", 11.5)
    passers(street, 9.8)
    start = vary(street, 40, 48)
    first = beside(comer(street, start, 12), box, -0.6, 0.1).wait(3)
    second = beside(comer(street, start - 2, 12.5), box, 0.7, 0.1).until(first.time)
    _expect(street, first.time)
    first.take(box, (0.5, 0, 0.4)).walk(2, 18.5, 0.9).leave()
    second.walk(3.2, 18.5, 0.9).leave()


@scenario("object_removed", 170)
def barrow_box_borrowed_and_returned_later(street: Street) -> None:
    """A box is taken out of sight and brought back after 45 s and more: gone for three times as long as allowed."""
    box = _stands(street, "object")
    man = beside(comer(street, vary(street, 38, 44), 11.5), box, 0.4, -0.4).wait(1).take(box)
    start, spot = man.time, box.place
    go_out(man, 1)
    man.appear(man.time + vary(street, 28, 34), *man.place).walk(spot[0] - 0.4, spot[1] + 0.3).put(box)
    _expect(street, start, man.time)
    go_out(man.wait(2), 1)


@scenario("object_removed", 130, positive=False)
def lorry_parks_in_front_for_forty_seconds(street: Street) -> None:
    """A lorry stops between camera and suitcase and hides it for 40 s; when it leaves the suitcase is still there."""
    _stands(street, "suitcase", 14)
    lorry = street.add("truck", vary(street, 34, 40), -edge(10) - 5, 10).drive(vary(street, -0.5, 0.5), 10, 6)
    lorry.wait(vary(street, 38, 44)).drive(edge(10) + 5, 10, 5).leave()


@scenario("object_removed", 140, positive=False)
def group_stands_in_front_of_the_box(street: Street) -> None:
    """Four people stop for 40 s right before the box, so that it can hardly be seen, and go on."""
    box = _stands(street, "object", 14.5)
    people = friends(street, 4, vary(street, 36, 40), box.place[0] * 0.85, 12.2)
    for person in people:
        go_out(person.until(people[-1].time + vary(street, 38, 42)), 1)


@scenario("object_removed", 100, positive=False)
def box_put_back_after_eight_seconds(street: Street) -> None:
    """Somebody carries it two metres aside, looks at it and puts it back in its place after 8 s."""
    box = _stands(street, "object")
    passers(street, 17)
    x, y = box.place
    man = beside(comer(street, vary(street, 38, 46), 11.5), box, -0.4, 0.3).wait(1).take(box)
    man.walk(x - 2.4, y, 1.0).wait(vary(street, 3, 4)).walk(x - 0.4, y + 0.3, 1.0).put(box)
    go_out(man.wait(3), -1)


@scenario("object_removed", 100, positive=False)
def pot_shifted_by_forty_centimetres(street: Street) -> None:
    """A sweeper pushes the pot 0.4 m aside and goes on: it is still in its place."""
    pot = _stands(street, "object", 12)
    traffic(street, 18)
    man = beside(comer(street, vary(street, 38, 46), 11.5), pot, -0.4, 0.3).wait(2).take(pot)
    # He stands 0.4 m to the left of it and sets it down 0.8 m to his right.
    go_out(man.wait(1).put(pot, 0.8, -0.3).wait(2), 1)


@scenario("object_removed", 80, positive=False)
def bag_taken_up_after_a_short_rest(street: Street) -> None:
    """A walker's bag stands there for 15 to 20 s only, and half a minute is asked for."""
    street.zones["place"] = PLACE
    passers(street, 17)
    owner = comer(street, vary(street, 8, 14), 12)
    bag = carrying(street, owner, "backpack")
    go_out(owner.walk(vary(street, -1, 1), 12).put(bag).wait(vary(street, 15, 20)).take(bag), 1)


@scenario("object_removed", 110, positive=False)
def suitcase_removed_beside_the_zone(street: Street) -> None:
    """What is carried off stood two metres outside the zone; the box inside stays."""
    _stands(street, "object")
    case = street.add("suitcase", 0, vary(street, 6.0, 6.5), 13)
    man = beside(comer(street, vary(street, 38, 46), 13, 1), case, 0.4, 0.3).wait(2).take(case)
    go_out(man, 1)


@scenario("object_removed", 110, positive=False, settings={"classes": ["suitcase"]})
def backpack_taken_where_only_suitcases_count(street: Street) -> None:
    """A backpack is picked up after a minute; the suitcase the rule is for stays."""
    _stands(street, "suitcase")
    bag = street.add("backpack", 0, vary(street, 2.6, 3.2), 11)
    man = beside(comer(street, vary(street, 50, 58), 11, 1), bag, 0.4, 0.3).wait(1).take(bag)
    go_out(man, 1)


@scenario("object_removed", 150, positive=False)
def busy_pavement_before_a_standing_box(street: Street) -> None:
    """People walk by in front of the box all the time and hide it for a second or two each."""
    _stands(street, "object", 14)
    passers(street, 11, 12, 13, every_s=3.5)
    traffic(street, 9)


@scenario("object_removed", 110, positive=False)
def motorbike_parks_in_front_of_the_suitcase(street: Street) -> None:
    """A rider parks his motorbike before the suitcase for the length of a coffee; nothing is taken."""
    case = _stands(street, "suitcase", 13.5)
    rider, bike = biker(street, vary(street, 36, 42), 12)
    pull_up(rider, case.place[0] * 0.9, 12).dismount().walk(4.5, 11.5).wait(vary(street, 24, 30))
    beside(rider, bike).mount(bike)
    ride_out(rider, bike, 1)


@scenario("object_removed", 110, positive=False)
def visitor_lifts_the_box_and_sets_it_down(street: Street) -> None:
    """He holds it in his arms for 6 s on the spot and puts it down where it was."""
    box = _stands(street, "object")
    x, y = box.place
    man = beside(comer(street, vary(street, 40, 48), 11.5), box, -0.3, 0.3).wait(1).take(box, (0.3, -0.3, 0.5))
    go_out(man.wait(vary(street, 5, 7)).put(box, x - man.place[0], y - man.place[1]).wait(2), 1)
