"""Group loitering, where it matters who the people are: they move in step, are hidden, relieve one another."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    abreast,
    biker,
    comer,
    edge,
    friends,
    go_out,
    lorry_stands,
    pace_until,
    passers,
    pull_up,
    ride_out,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_stay
from pipeline.simulate.street import Actor, Street

CORNER = [(-5.0, 9.5), (5.0, 9.5), (5.0, 16.0), (-5.0, 16.0)]


def _trio(street: Street, time: float, x: float, side: float = -1) -> list[Actor]:
    """Three who come one after the other and stand in a half circle that is open towards the camera."""
    spots = ((x - side * 1.3, 12.2), (x, 13.0), (x + side * 1.3, 12.2))
    return [comer(street, time + 1.0 * i, spot[1], side).walk(*spot) for i, spot in enumerate(spots)]


def _couple(street: Street, seconds: float) -> float:
    """Two who stand and talk for so long, and go; says when they have met."""
    couple = friends(street, 2, vary(street, 4, 6), -1.5, 12.5)
    met = couple[1].time
    for person in couple:
        go_out(person.until(met + seconds), -1)
    return met


@scenario("group_loitering", 135)
def three_walk_up_and_down_in_step(street: Street) -> None:
    """Three pace abreast for 85 s, a metre apart, and turn on their heel together: the same three all the time."""
    street.zones["corner"] = CORNER
    people = abreast(street, vary(street, 4, 7), 11.6, 12.6, 13.6)
    stop = vary(street, 98, 104)
    for i, person in enumerate(people):
        person.walk(1.0 - i, person.place[1], 1.3)
        pace_until(person, stop, 10.3, 15.2)
        go_out(person, 1)
    expect_stay(street, "group_loitering", people, "corner", 3)


@scenario("group_loitering", 150)
def lorry_stops_before_the_group(street: Street) -> None:
    """Three stand together for 95 s; a lorry hides them for 18 s, and they are still there when it goes."""
    street.zones["corner"] = CORNER
    people = _trio(street, vary(street, 4, 7), vary(street, -0.5, 0.5))
    lorry_stands(street, people[-1].time + vary(street, 28, 34), vary(street, 15, 18), y=8.8)
    end = people[-1].time + vary(street, 90, 98)
    for i, person in enumerate(people):
        go_out(person.until(end + i), 1)
    expect_stay(street, "group_loitering", people, "corner", 3)


@scenario("group_loitering", 120)
def three_riders_wait_in_the_saddle(street: Street) -> None:
    """Three on motorbikes pull up side by side and talk for 72 s without getting down."""
    street.zones["corner"] = CORNER
    start, stay = vary(street, 4, 7), vary(street, 72, 78)
    riders = []
    for i, (x, y) in enumerate(((2.6, 12.2), (0.0, 13.2), (-2.6, 12.4))):
        rider, bike = biker(street, start + 1.5 * i, y)
        pull_up(rider, x, y).until(start + 8 + stay)
        ride_out(rider, bike, 1)
        riders.append(rider)
    expect_stay(street, "group_loitering", riders, "corner", 3)


@scenario("group_loitering", 220)
def second_group_after_the_first(street: Street) -> None:
    """Three stay for 72 s and go; 15 s later three others meet at the same place for as long: two events."""
    street.zones["corner"] = CORNER
    start = vary(street, 4, 6)
    for side in (-1.0, 1.0):
        people = _trio(street, start, 0.0, side)
        end = people[-1].time + vary(street, 70, 74)
        for i, person in enumerate(people):
            go_out(person.until(end + 0.5 * i), -side)
        start = end + 11
        expect_stay(street, "group_loitering", people, "corner", 3)


@scenario("group_loitering", 170, positive=False)
def two_and_a_third_who_is_relieved(street: Street) -> None:
    """Two stay for 130 s; the third place is taken by one after the other, each for some 40 s, on the same spot."""
    street.zones["corner"] = CORNER
    start = _couple(street, 130) + 3
    for _ in range(3):
        person = comer(street, start - (edge(12.0) - 1.0) / 1.3, 12.0, 1).walk(1.0, 12.0).wait(vary(street, 31, 34))
        start = person.time + 1.0
        go_out(person, 1, y=13.2)


@scenario("group_loitering", 175, positive=False)
def third_of_them_goes_to_the_shop(street: Street) -> None:
    """Three are together for 50 s; one is seven metres away for 12 s; they are together for 45 s more."""
    street.zones["corner"] = CORNER
    people = _trio(street, vary(street, 4, 6), 1.0)
    third = min(people, key=lambda person: -person.place[0])
    spot = third.place
    third.wait(vary(street, 42, 45)).walk(8.5, 12.5).wait(vary(street, 5, 7)).walk(*spot).wait(vary(street, 40, 44))
    for person in people:
        go_out(person.until(third.time), -1)


@scenario("group_loitering", 130, positive=False)
def couple_and_a_rider_who_stops_for_fifty_seconds(street: Street) -> None:
    """Two stand there for 95 s; a friend stops beside them on his motorbike for 48 s and rides on."""
    street.zones["corner"] = CORNER
    met = _couple(street, 95)
    rider, bike = biker(street, met + vary(street, 12, 18), 12.8, 1)
    pull_up(rider, 1.5, 12.8).wait(vary(street, 44, 48))
    ride_out(rider, bike, -1)


@scenario("group_loitering", 150, positive=False)
def couple_in_a_stream_of_passers_by(street: Street) -> None:
    """Two stand there for 110 s, and people walk past within half a metre all the time, each gone in ten seconds."""
    street.zones["corner"] = CORNER
    passers(street, 11.2, 12.5, 13.8, every_s=4)
    _couple(street, 110)


@scenario("group_loitering", 150, positive=False)
def two_wait_while_a_third_goes_behind_a_lorry_for_good(street: Street) -> None:
    """Two stay for 110 s; the third goes away after 40 s, unseen behind a lorry until he comes out on its far side."""
    street.zones["corner"] = CORNER
    _couple(street, 110)
    third = comer(street, vary(street, 4, 6), 13.0, 1).walk(1.0, 13.0).wait(vary(street, 38, 41))
    lorry_stands(street, third.time - 4, 30, x=2.5, y=8.8)
    go_out(third, 1)
