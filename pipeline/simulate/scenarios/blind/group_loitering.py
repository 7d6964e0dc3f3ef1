"""Group loitering: three and more stay together for a minute, or only seem to."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import comer, friends, go_out, parked, passers, traffic, vary
from pipeline.simulate.scenarios.moments import expect_stay
from pipeline.simulate.street import Actor, Street

SQUARE = [(-4.0, 9.0), (4.0, 9.0), (4.0, 15.5), (-4.0, 15.5)]


def _stay_until(people: list[Actor], time: float, side: float = 1) -> None:
    """All wait until `time`, then go one after the other."""
    for i, person in enumerate(people):
        go_out(person.until(time + 0.7 * i), side)


@scenario("group_loitering", 130)
def three_friends_meet_on_the_corner(street: Street) -> None:
    """Three come together, stand in a ring for 75 to 90 s and leave: all three present for over a minute."""
    street.zones["corner"] = SQUARE
    passers(street, 17.5, 19)
    people = friends(street, 3, vary(street, 4, 8), vary(street, -1, 1), 12)
    _stay_until(people, people[-1].time + vary(street, 75, 90))
    expect_stay(street, "group_loitering", people, "corner", 3)


@scenario("group_loitering", 150)
def five_youths_of_whom_three_remain(street: Street) -> None:
    """Five gather; two go after 30 s, the other three stay for another minute: never fewer than three for 90 s."""
    street.zones["corner"] = SQUARE
    people = friends(street, 5, vary(street, 4, 8), 0, 12, 1)
    gathered = people[-1].time
    _stay_until(people[:2], gathered + vary(street, 28, 32), -1)
    _stay_until(people[2:], gathered + vary(street, 85, 95))
    expect_stay(street, "group_loitering", people, "corner", 3)


@scenario("group_loitering", 170)
def group_that_grows_one_by_one(street: Street) -> None:
    """One waits, a second comes 18 s later, a third after another 18 s; then they are three for 75 s."""
    street.zones["corner"] = SQUARE
    start = vary(street, 4, 8)
    people = [friends(street, 1, start + 18 * i, -1.5 + 0.8 * i, 12, (-1) ** i)[0] for i in range(3)]
    _stay_until(people, people[-1].time + vary(street, 72, 84), -1)
    expect_stay(street, "group_loitering", people, "corner", 3)


@scenario("group_loitering", 95, settings={"count": 4, "seconds": 30})
def four_where_four_are_too_many(street: Street) -> None:
    """A stricter place: four stand together for 40 to 48 s where 30 s are enough."""
    street.zones["corner"] = SQUARE
    traffic(street, 19)
    people = friends(street, 4, vary(street, 6, 10), 0, 12.2)
    _stay_until(people, people[-1].time + vary(street, 38, 46))
    expect_stay(street, "group_loitering", people, "corner", 4)


@scenario("group_loitering", 140)
def restless_group_that_shifts_about(street: Street) -> None:
    """Three change places in the zone all the time and stay for more than 75 s."""
    street.zones["corner"] = SQUARE
    passers(street, 18)
    people = friends(street, 3, vary(street, 4, 8), 0, 12)
    stop = people[-1].time + vary(street, 74, 86)
    for i, person in enumerate(people):
        while person.time < stop - 10:
            person.wait(vary(street, 4, 8)).walk(2 * i - 2 + vary(street, -0.5, 0.5), vary(street, 11, 13.5), 0.9)
    _stay_until(people, stop)
    expect_stay(street, "group_loitering", people, "corner", 3)


@scenario("group_loitering", 140)
def third_man_steps_aside_for_two_seconds(street: Street) -> None:
    """One of three leaves the zone for 2 s and returns: too short to break up the group of 80 s."""
    street.zones["corner"] = SQUARE
    people = [
        comer(street, vary(street, 4, 6) + i, 11.5 + i, -1).walk(x, 11.5 + i) for i, x in enumerate((1.2, 2.0, 2.8))
    ]
    people[2].wait(vary(street, 36, 42)).walk(5.0, people[2].place[1]).wait(0.5).walk(2.8, people[2].place[1])
    _stay_until(people, people[0].time + vary(street, 78, 88), -1)
    expect_stay(street, "group_loitering", people, "corner", 3)


@scenario("group_loitering", 110, positive=False)
def third_of_three_leaves_after_fifty_seconds(street: Street) -> None:
    """Three are together for about 50 s, then one goes; the other two stay: a near miss."""
    street.zones["corner"] = SQUARE
    people = friends(street, 3, vary(street, 4, 6), 0, 12)
    gathered = people[-1].time
    _stay_until(people[:1], gathered + vary(street, 44, 47), -1)
    _stay_until(people[1:], gathered + vary(street, 70, 75))


@scenario("group_loitering", 140, positive=False)
def couple_talks_while_others_walk_past(street: Street) -> None:
    """Two stand for 90 s; the third person in the zone is always another one who passes."""
    street.zones["corner"] = SQUARE
    passers(street, 10, 14, every_s=6)
    people = friends(street, 2, vary(street, 4, 8), 0, 12)
    _stay_until(people, people[-1].time + vary(street, 85, 95))


@scenario("group_loitering", 150, positive=False)
def evening_stream_of_ever_different_people(street: Street) -> None:
    """So many walk through that three are nearly always in the zone, but never the same for longer than 8 s."""
    street.zones["corner"] = SQUARE
    passers(street, 10, 12, 14, every_s=2.2)


@scenario("group_loitering", 130, positive=False)
def two_neighbours_chat_beside_parked_bikes(street: Street) -> None:
    """Only two people, for 90 s, next to parked motorbikes and a dog."""
    street.zones["corner"] = SQUARE
    parked(street, -3, -1.9, y=14)
    street.add("dog", 0, 1.5, 11)
    people = friends(street, 2, vary(street, 4, 8), 0, 12, 1)
    _stay_until(people, people[-1].time + vary(street, 80, 95))


@scenario("group_loitering", 90, positive=False)
def three_colleagues_say_goodbye_for_forty_seconds(street: Street) -> None:
    """Three talk for 35 to 42 s and part in different directions."""
    street.zones["corner"] = SQUARE
    traffic(street, 19)
    people = friends(street, 3, vary(street, 6, 10), 0, 12)
    parting = people[-1].time + vary(street, 35, 42)
    for person, side in zip(people, (-1, 1, 1), strict=True):
        go_out(person.until(parting), side)


@scenario("group_loitering", 130, positive=False)
def group_waits_outside_the_zone(street: Street) -> None:
    """Four stand together for 90 s, at least a metre and a half beside the zone."""
    street.zones["corner"] = [(-6.0, 9.0), (1.0, 9.0), (1.0, 15.5), (-6.0, 15.5)]
    people = friends(street, 4, vary(street, 4, 8), 4.2, 12, 1)
    _stay_until(people, people[-1].time + vary(street, 80, 95))


@scenario("group_loitering", 190, positive=False)
def never_more_than_two_of_three_at_once(street: Street) -> None:
    """Each of three stays for over 40 s, but the first has gone before the third comes."""
    street.zones["corner"] = SQUARE
    first, second, third = (friends(street, 1, vary(street, 4, 6) + 35 * i, -1 + i, 12)[0] for i in range(3))
    go_out(first.wait(vary(street, 40, 45)), -1)
    go_out(second.wait(vary(street, 58, 62)), 1)
    go_out(third.wait(vary(street, 48, 52)), -1)


@scenario("group_loitering", 80, positive=False)
def family_of_four_strolls_through(street: Street) -> None:
    """Four walk slowly side by side and stop for 15 s to look at something: half a minute at most."""
    street.zones["corner"] = SQUARE
    start = vary(street, 6, 12)
    for i in range(4):
        go_out(comer(street, start, 10.5 + i).walk(vary(street, -0.4, 0.4), 10.5 + i, 0.9).wait(15), 1, 0.9)


@scenario("group_loitering", 130, positive=False, settings={"count": 5})
def four_men_where_five_are_needed(street: Street) -> None:
    """Four play cards for 90 s; the rule asks for five."""
    street.zones["corner"] = SQUARE
    passers(street, 18)
    people = friends(street, 4, vary(street, 4, 8), 0, 12)
    _stay_until(people, people[-1].time + vary(street, 82, 92))


@scenario("group_loitering", 180, positive=False)
def group_breaks_up_and_meets_again(street: Street) -> None:
    """Three are together for 40 s, all leave the zone for 20 s, and are together for 40 s again."""
    street.zones["corner"] = SQUARE
    people = friends(street, 3, vary(street, 4, 6), -1, 12)
    parting = people[-1].time + vary(street, 38, 42)
    for person in people:
        x, y = person.place
        person.until(parting).walk(x - 6, y).until(parting + 24).walk(x, y).until(parting + 68)
        go_out(person, -1)


@scenario("group_loitering", 130, positive=False, settings={"active_hours": "22:30-05:00"})
def young_people_meet_before_the_quiet_hours(street: Street) -> None:
    """Four stay for 85 s at nine in the evening; the rule begins at half past ten."""
    street.zones["corner"] = SQUARE
    people = friends(street, 4, vary(street, 4, 8), 0, 12, 1)
    _stay_until(people, people[-1].time + vary(street, 80, 90))
