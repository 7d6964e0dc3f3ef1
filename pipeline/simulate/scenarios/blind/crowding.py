"""Crowding: fifteen people and more in a zone for ten seconds, or not quite as many, or not quite as long."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import comer, edge, go_out, parked, passers, traffic, vary
from pipeline.simulate.scenarios.moments import expect_stay
from pipeline.simulate.street import Actor, Street

SQUARE = [(-7.0, 9.5), (7.0, 9.5), (7.0, 19.5), (-7.0, 19.5)]
SPOTS = [(x + 0.7 * (row % 2), 10.8 + 2.5 * row) for row in range(4) for x in (-5.5, -3.7, -1.9, -0.1, 1.7, 3.5, 5.3)]


def _gather(street: Street, count: int, start: float, spread_s: float, stay_s: float, restless: int = 0) -> list[Actor]:
    """People come from both sides within `spread_s`, stand on spots of their own, and go `stay_s` after the last.

    So many as are `restless` go some 10 s before the others.
    """
    people = []
    for i in street.rng.permutation(len(SPOTS))[:count]:
        x, y = SPOTS[i][0] + vary(street, -0.3, 0.3), SPOTS[i][1] + vary(street, -0.3, 0.3)
        person = comer(street, start + vary(street, 0, spread_s), y, -1.0 if x < 0 else 1.0)
        people.append(person.walk(x, y, vary(street, 1.2, 1.5)))
    end = max(person.time for person in people) + stay_s
    for i, person in enumerate(people):
        person.until(end + vary(street, 0, 4) - 12 * (i < restless))
        go_out(person, 1.0 if person.place[0] > 0 else -1.0, vary(street, 1.2, 1.5))
    return people


def _procession(street: Street, count: int, start: float, speed: float, pitch_m: float) -> list[Actor]:
    """People in four files walk through the picture, `pitch_m` apart."""
    people = []
    for i in range(count):
        y = 11.0 + 2.2 * (i % 4)
        x = -edge(18) - pitch_m * (i // 4)
        people.append(street.person(start, x, y + vary(street, -0.2, 0.2)).walk(edge(18) + 1, y, speed).leave())
    return people


@scenario("crowding", 90)
def crowd_gathers_for_a_street_show(street: Street) -> None:
    """Some 21 people come within a few seconds, stand for half a minute and leave."""
    street.zones["square"] = SQUARE
    people = _gather(street, int(street.rng.integers(20, 23)), vary(street, 5, 9), 10, vary(street, 25, 35))
    expect_stay(street, "crowding", people, "square", 15)


@scenario("crowding", 110)
def crowd_that_builds_up_slowly(street: Street) -> None:
    """Twenty arrive one by one over 35 s; the fifteenth makes it a crowd, which then lasts for 25 s and more."""
    street.zones["square"] = SQUARE
    traffic(street, 22.5)
    people = _gather(street, 20, vary(street, 4, 8), 35, vary(street, 20, 25))
    expect_stay(street, "crowding", people, "square", 15)


@scenario("crowding", 80, settings={"count": 8, "seconds": 15})
def eleven_where_eight_are_too_many(street: Street) -> None:
    """A narrow place: eleven stand about for 30 s where eight for 15 s are enough."""
    street.zones["square"] = SQUARE
    people = _gather(street, 11, vary(street, 5, 9), 8, vary(street, 25, 30))
    expect_stay(street, "crowding", people, "square", 8)


@scenario("crowding", 100)
def procession_fills_the_whole_picture(street: Street) -> None:
    """Twenty-four people walk slowly through the picture, all in it for more than 15 s: a crowd on the move."""
    people = _procession(street, 24, vary(street, 5, 10), vary(street, 0.65, 0.75), 1.1)
    expect_stay(street, "crowding", people, None, 15)


@scenario("crowding", 110)
def onlookers_around_a_fallen_motorbike(street: Street) -> None:
    """A motorbike lies there, twenty-one gather, three soon have seen enough, eighteen stay for 30 s and more."""
    street.zones["square"] = SQUARE
    parked(street, 1.0, y=9.8, heading_deg=20)
    people = _gather(street, 21, vary(street, 5, 9), 8, vary(street, 32, 38), restless=3)
    expect_stay(street, "crowding", people, "square", 15)


@scenario("crowding", 80, settings={"count": 5, "seconds": 8, "gap_s": 3})
def seven_crowd_the_small_ticket_window(street: Street) -> None:
    """Seven wait before a window for 25 s where five for 8 s are enough; others pass behind them."""
    street.zones["window"] = [(-3.0, 9.5), (3.5, 9.5), (3.5, 14.5), (-3.0, 14.5)]
    passers(street, 17, 19)
    people = []
    for i in range(7):
        x, y = -2.2 + 1.5 * (i % 4) + 0.7 * (i // 4), 11.0 + 2.0 * (i // 4)
        people.append(comer(street, vary(street, 4, 9), y).walk(x, y).until(45 + vary(street, 0, 3)))
        go_out(people[-1], 1)
    expect_stay(street, "crowding", people, "window", 5)


@scenario("crowding", 90, positive=False)
def fourteen_in_the_square(street: Street) -> None:
    """Fourteen stand there for 40 s: one fewer than the rule asks for."""
    street.zones["square"] = SQUARE
    _gather(street, 14, vary(street, 5, 9), 8, vary(street, 35, 42))


@scenario("crowding", 60, positive=False)
def twenty_cross_when_the_light_turns_green(street: Street) -> None:
    """Twenty walk through a narrow zone in one go: fifteen of them are in it for at most 6 s."""
    street.zones["crossing"] = [(-4.5, 9.5), (4.5, 9.5), (4.5, 19.5), (-4.5, 19.5)]
    _procession(street, 20, vary(street, 8, 15), vary(street, 1.4, 1.6), 0.9)


@scenario("crowding", 100, positive=False)
def twelve_wait_for_a_bus(street: Street) -> None:
    """Twelve people wait for 45 s; a motorbike and a bus come by."""
    street.zones["square"] = SQUARE
    traffic(street, 22.5, every_s=12)
    _gather(street, 12, vary(street, 4, 8), 10, vary(street, 40, 48))


@scenario("crowding", 100, positive=False)
def crowd_half_of_which_stands_outside(street: Street) -> None:
    """About twenty-four people are in the picture, but only those in the right half, thirteen at most, in the zone."""
    street.zones["half"] = [(0.3, 9.5), (8.0, 9.5), (8.0, 19.5), (0.3, 19.5)]
    spots = [(x, y) for x, y in SPOTS if x > 1.0][:12] + [(x, y) for x, y in SPOTS if x < -1.0][:12]
    for x, y in spots:
        person = comer(street, vary(street, 5, 12), y, -1.0 if x < 0 else 1.0).walk(x, y)
        go_out(person.until(60 + vary(street, 0, 4)), -1.0 if x < 0 else 1.0)


@scenario("crowding", 120, positive=False)
def rush_hour_pavement(street: Street) -> None:
    """A steady stream of people, some five or six in the zone at any time."""
    street.zones["square"] = SQUARE
    passers(street, 11, 13, 15, 17, every_s=2.0)


@scenario("crowding", 100, positive=False)
def ten_people_among_many_vehicles(street: Street) -> None:
    """Ten people and a row of fourteen parked motorbikes and bicycles: two dozen things, ten of them persons."""
    street.zones["square"] = SQUARE
    parked(street, *(-6 + 0.9 * i for i in range(14)), y=19)
    street.add("dog", 0, vary(street, -2, 2), 10)
    _gather(street, 10, vary(street, 5, 9), 8, vary(street, 38, 45))


@scenario("crowding", 160, positive=False)
def two_parties_one_after_the_other(street: Street) -> None:
    """Ten stay for 30 s; when they have gone another ten come: twenty people, never more than ten at once."""
    street.zones["square"] = SQUARE
    first = _gather(street, 10, vary(street, 4, 8), 6, vary(street, 25, 30))
    _gather(street, 10, max(person.time for person in first), 6, vary(street, 25, 30))


@scenario("crowding", 90, positive=False, settings={"count": 12})
def queue_of_nine(street: Street) -> None:
    """Nine people queue at a stall for 45 s where twelve are needed."""
    street.zones["square"] = SQUARE
    for i in range(9):
        person = comer(street, vary(street, 4, 10), 13, 1).walk(-4.8 + 1.2 * i, 13 + vary(street, -0.3, 0.3))
        go_out(person.until(60 + 2 * i), -1, y=11)


@scenario("crowding", 90, positive=False, settings={"count": 8, "seconds": 30})
def ten_people_for_fifteen_seconds(street: Street) -> None:
    """Ten meet for some 15 s, counted from border to border less than 25, where the rule waits 30."""
    street.zones["square"] = SQUARE
    _gather(street, 10, vary(street, 8, 14), 3, vary(street, 10, 12))


@scenario("crowding", 100, positive=False, settings={"active_hours": "22:00-06:00"})
def evening_market_before_the_quiet_hours(street: Street) -> None:
    """Twenty people for half a minute, at nine; the rule begins at ten."""
    street.zones["square"] = SQUARE
    _gather(street, 20, vary(street, 5, 9), 10, vary(street, 25, 32))
