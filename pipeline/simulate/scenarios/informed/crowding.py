"""Crowding, just below and just above: people who mill about, dip, stream, sit on motorbikes or stand at the border."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import biker, comer, go_out, pull_up, ride_out, traffic, vary
from pipeline.simulate.scenarios.moments import expect_stay
from pipeline.simulate.street import Actor, Street

SQUARE = [(-6.0, 10.0), (6.0, 10.0), (6.0, 17.5), (-6.0, 17.5)]
SIX = {"count": 6}
EIGHT = {"count": 8}


def _waiting(street: Street, count: int, until: float) -> list[Actor]:
    """People who come early and stand two metres apart, in two rows."""
    people = []
    for i in range(count):
        x, y = -4.0 + 2.2 * (i % 4), 11.5 + 2.6 * (i // 4)
        people.append(comer(street, vary(street, 3, 6), y).walk(x, y, 1.5).until(until + vary(street, 0, 3)))
        go_out(people[-1], -1)
    return people


def _steppers(street: Street, count: int, *spans: tuple[float, float]) -> list[Actor]:
    """People who stand to the right of the square and are inside it in these spans alone."""
    people = []
    for i in range(count):
        y = 11.5 + 2.0 * i
        person = comer(street, vary(street, 3, 6), y, 1).walk(7.3, y, 1.6)
        for start, end in spans:
            person.until(start - 1.0).walk(4.7, y, 1.3).until(end - 1.0).walk(7.3, y, 1.3)
        people.append(go_out(person.wait(4), 1))
    return people


@scenario("crowding", 90, settings=SIX)
def crowd_that_dips_for_three_seconds(street: Street) -> None:
    """Six for 7 s, five for 3 s, six for 9 s: a dip shorter than the gap, and together well over ten seconds."""
    street.zones["square"] = SQUARE
    start = vary(street, 25, 30)
    people = _waiting(street, 4, 60) + _steppers(street, 2, (start, start + 7), (start + 10, start + 19))
    expect_stay(street, "crowding", people, "square", 6)


@scenario("crowding", 80, settings=EIGHT)
def dense_stream_never_the_same(street: Street) -> None:
    """For half a minute people stream through, each for some 9 s, ten at a time: ever others, always too many."""
    street.zones["square"] = SQUARE
    start = vary(street, 4, 7)
    people = []
    for i in range(40):
        y, side = 11.0 + 1.5 * (i % 4), (-1.0) ** i
        people.append(go_out(comer(street, start + 0.9 * i, y, side), -side, vary(street, 1.25, 1.35)))
    expect_stay(street, "crowding", people, "square", 8)


@scenario("crowding", 80, settings=EIGHT)
def riders_wait_at_the_red_light(street: Street) -> None:
    """Ten riders stop side by side for 24 s: ten people in the saddle, in two rows."""
    street.zones["square"] = SQUARE
    start, stay = vary(street, 4, 7), vary(street, 24, 28)
    riders = []
    for i in range(10):
        x, y = 4.4 - 2.2 * (i % 5), 11.5 + 3.0 * (i // 5)
        rider, bike = biker(street, start + 1.0 * (i % 5), y)
        pull_up(rider, x, y).until(start + 14 + stay - 0.8 * (i % 5))
        ride_out(rider, bike, 1, speed=2.0, end_speed=6.0)
        riders.append(rider)
    expect_stay(street, "crowding", riders, "square", 8)


@scenario("crowding", 90, positive=False, settings=SIX)
def two_short_rushes(street: Street) -> None:
    """Six for 6 s, four for 9 s, six for 6 s: neither rush lasts, and the lull between them is no dip."""
    street.zones["square"] = SQUARE
    start = vary(street, 25, 30)
    _waiting(street, 4, 60)
    _steppers(street, 2, (start, start + 6), (start + 15, start + 21))


@scenario("crowding", 100, positive=False, settings=EIGHT)
def seven_who_mill_about(street: Street) -> None:
    """Seven walk to and fro among one another for a minute: many lost from view for a moment, never an eighth."""
    street.zones["square"] = SQUARE
    for i in range(7):
        y = 11.0 + 0.9 * i
        person = comer(street, vary(street, 3, 6), y).walk(vary(street, -4, 0), y)
        while person.time < 66:
            person.walk(vary(street, -4.5, 4.5), vary(street, 11, 16.5), vary(street, 0.9, 1.3))
        go_out(person, 1)


@scenario("crowding", 100, positive=False, settings=EIGHT)
def seven_and_now_and_then_an_eighth(street: Street) -> None:
    """Seven stand there for a minute; every 13 s somebody cuts a corner of the square, in it for some 3 s."""
    street.zones["square"] = SQUARE
    traffic(street, 21)
    _waiting(street, 7, 70)
    for i in range(4):
        man = comer(street, 8 + 13 * i + vary(street, 0, 1), 9.3, 1).walk(7.5, 9.3).walk(4.5, 11.2).walk(2.5, 9.3)
        go_out(man, -1)


@scenario("crowding", 100, positive=False, settings=EIGHT)
def onlookers_before_the_border(street: Street) -> None:
    """Five stand in the square; six more stand before it, and their bodies cover it in the picture."""
    street.zones["square"] = [(-6.0, 11.5), (6.0, 11.5), (6.0, 19.0), (-6.0, 19.0)]
    for i in range(5):
        person = comer(street, vary(street, 3, 6), 14.5 + 1.5 * (i % 2)).walk(-4 + 2.0 * i, 14.5 + 1.5 * (i % 2), 1.5)
        go_out(person.until(65 + i), -1)
    for i in range(6):
        person = comer(street, vary(street, 3, 6), 10.7, 1).walk(-4.5 + 1.8 * i, 10.7 + vary(street, -0.2, 0.1), 1.5)
        go_out(person.until(64 + i), 1)
