"""Group loitering: three and more who stay for over a minute, and groups too small, too short or on the wrong side."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import car_by, comer, friends, go_out, parked, passers, traffic, vary
from pipeline.simulate.scenarios.moments import expect_stay
from pipeline.simulate.street import Actor, Street

CORNER = [(-5.0, 9.5), (5.0, 9.5), (5.0, 16.5), (-5.0, 16.5)]
Spots = tuple[tuple[float, float], ...]


def take_places(street: Street, time: float, spots: Spots, every_s: float = 1.2) -> list[Actor]:
    """People who come one after another, each from the side he will stand on."""
    people = []
    for i, (x, y) in enumerate(spots):
        people.append(comer(street, time + every_s * i, y, -1 if x < 0 else 1).walk(x, y))
    return people


def scatter(people: list[Actor], time: float) -> None:
    """At `time` everybody goes off to the side he stands on."""
    for person in people:
        go_out(person.until(time), -1 if person.place[0] < 0 else 1)


@scenario("group_loitering", 125)
def ushers_wait_under_the_wedding_arch(street: Street) -> None:
    """Four young men wait for the bride for 75 s; guests walk past them on both sides all the while."""
    street.zones["corner"] = CORNER
    passers(street, 10.3, 16, every_s=9)
    ushers = take_places(street, vary(street, 3, 5), ((-2.2, 13), (-0.8, 13.6), (0.8, 13.6), (2.2, 13)))
    scatter(ushers, ushers[-1].time + vary(street, 68, 76))
    expect_stay(street, "group_loitering", ushers, "corner", 3)


@scenario("group_loitering", 130)
def fishermen_mend_a_net_at_the_far_quay(street: Street) -> None:
    """Three stand round a net 18 m away for 80 s, small in the picture; lorries pass between them and the camera."""
    street.zones["corner"] = [(-5.0, 15.0), (5.0, 15.0), (5.0, 21.0), (-5.0, 21.0)]
    street.add("object", 0, 0, 18)
    for i in range(4):
        car_by(street, 10 + 22 * i + vary(street, 0, 6), 11, -1 if i % 2 else 1, 9, kind="truck" if i % 2 else "car")
    men = take_places(street, vary(street, 2, 4), ((-1.3, 18), (1.3, 18.2), (0.2, 19.5)))
    scatter(men, men[-1].time + vary(street, 74, 82))
    expect_stay(street, "group_loitering", men, "corner", 3)


@scenario("group_loitering", 135)
def boys_play_marbles_behind_the_motorbikes(street: Street) -> None:
    """Three boys shift from place to place behind four parked motorbikes that hide their legs, for 78 s in all."""
    street.zones["corner"] = CORNER
    parked(street, -3, -1.2, 0.8, 2.6, y=11)
    traffic(street, 8, every_s=13)
    boys = take_places(street, vary(street, 3, 5), ((-1.8, 13.2), (0, 14), (1.8, 13.2)))
    stop = boys[-1].time + vary(street, 70, 76)
    for i, boy in enumerate(boys):
        while boy.time < stop:
            boy.wait(vary(street, 6, 11)).walk(-1.8 + 1.8 * i + vary(street, -0.6, 0.6), vary(street, 13, 15), 0.9)
    scatter(boys, stop)
    expect_stay(street, "group_loitering", boys, "corner", 3)


@scenario("group_loitering", 110, settings={"count": 4, "seconds": 40})
def passengers_stand_about_at_the_closed_ferry(street: Street) -> None:
    """Four for 40 s are too many here; five wait before the barrier for 60 s and give up, one a little earlier."""
    street.zones["corner"] = CORNER
    spots = ((-3, 12.4), (-1.5, 13.8), (0.2, 12.2), (1.8, 13.6), (3.2, 12.4))
    people = take_places(street, vary(street, 3, 5), spots)
    stop = people[-1].time + vary(street, 56, 62)
    go_out(people[1].until(stop - 14), -1, y=14.5)
    scatter([people[0], *people[2:]], stop)
    traffic(street, 18.5, every_s=12)
    expect_stay(street, "group_loitering", people, "corner", 4)


@scenario("group_loitering", 110, positive=False)
def graduates_line_up_for_the_photograph(street: Street) -> None:
    """Six line up, are photographed from outside, and have all gone again after three quarters of a minute."""
    street.zones["corner"] = CORNER
    start = vary(street, 5, 9)
    photographer = comer(street, start, 8.2).walk(0, 8.2)
    pupils = take_places(street, start + 2, tuple((-2.5 + i, 13.5 + 0.4 * (i % 2)) for i in range(6)), 0.8)
    stop = max(pupil.time for pupil in pupils) + vary(street, 24, 28)
    scatter(pupils, stop)
    go_out(photographer.until(stop + 3), 1)
    passers(street, 18.5)


@scenario("group_loitering", 170, positive=False)
def cobblers_and_one_customer_after_another(street: Street) -> None:
    """Two cobblers sit there all the time; each of three customers is with them for half a minute, with pauses."""
    street.zones["corner"] = CORNER
    for x in (-0.8, 0.8):
        street.person(0, x, 14)
    time = vary(street, 3, 6)
    for i in range(3):
        side = 1 if i % 2 else -1
        customer = comer(street, time, 12.4, side).walk(0.6 * side, 12.4).wait(vary(street, 21, 25))
        go_out(customer, -side)
        time += vary(street, 47, 50)
    traffic(street, 19, every_s=12)


@scenario("group_loitering", 130, positive=False)
def card_table_beyond_the_low_wall(street: Street) -> None:
    """Four play cards for the whole play two metres beside the corner; within it a woman sweeps for 40 s, alone."""
    street.zones["corner"] = [(-5.0, 9.5), (1.0, 9.5), (1.0, 16.5), (-5.0, 16.5)]
    street.add("object", 0, 4.6, 13.2)
    for x, y in ((3.5, 13.2), (5.7, 13.2), (4.6, 12.3), (4.6, 14.4)):
        street.person(0, x, y)
    woman = comer(street, vary(street, 12, 20), 12)
    for x in (-3.5, -1.5, 0):
        woman.walk(x, vary(street, 11.5, 14), 0.7).wait(vary(street, 5, 7))
    go_out(woman, -1)
    passers(street, 18.5)


@scenario("group_loitering", 150, positive=False)
def lodgers_hang_up_their_washing_in_turns(street: Street) -> None:
    """Four lodgers come out one by one for 30 s each; never more than two of them are at the line together."""
    street.zones["corner"] = CORNER
    start = vary(street, 3, 6)
    for i in range(4):
        x = -2.4 + 1.6 * i
        lodger = street.person(start + 24 * i, x, 18).walk(x, 14.5).wait(vary(street, 27, 31)).walk(x, 18)
        lodger.leave()
    parked(street, -7, 7, y=15)
    traffic(street, 8, every_s=14)


@scenario("group_loitering", 120, positive=False)
def school_minibus_comes_after_forty_seconds(street: Street) -> None:
    """A mother and four children gather one by one; 40 s after the third is there all have boarded the bus behind."""
    street.zones["corner"] = CORNER
    spots = ((-2.0, 12), (-0.8, 13), (0.4, 12), (1.6, 13), (2.6, 12))
    group = take_places(street, vary(street, 4, 8), spots, 4)
    bus = street.add("bus", group[-1].time + vary(street, 15, 18), -26, 18.5).drive(-6, 18.5, 7).drive(0, 18.5, 2.5)
    for i, person in enumerate(group):
        person.until(bus.time + 1 + 1.2 * i).walk(person.place[0], 16.9).leave()
    bus.until(group[-1].time + 2).drive(6, 18.5, 2.5).drive(26, 18.5, 7).leave()
    passers(street, 8.3, every_s=13)


@scenario("group_loitering", 140, positive=False)
def lunch_is_eaten_in_two_shifts(street: Street) -> None:
    """Three workers eat for 38 s and go; a quarter of a minute later three others come and eat for as long."""
    street.zones["corner"] = CORNER
    start = vary(street, 3, 5)
    for side in (-1.0, 1.0):
        shift = friends(street, 3, start, 0.4 * side, 13, side)
        stop = max(person.time for person in shift) + vary(street, 32, 36)
        for person in shift:
            go_out(person.until(stop), side)
        start = stop + vary(street, 13, 16)
    street.add("object", 0, 0, 15.5)
    traffic(street, 18.5, every_s=14)
