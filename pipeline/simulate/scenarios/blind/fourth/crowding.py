"""Crowding: too many people in one place for ten seconds, and full streets that are not."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import comer, go_out, parked, passers, traffic, vary
from pipeline.simulate.scenarios.moments import expect_stay
from pipeline.simulate.street import Actor, Street

SQUARE = [(-5.5, 9.5), (5.5, 9.5), (5.5, 17.5), (-5.5, 17.5)]
Spots = Sequence[tuple[float, float]]


def grid(columns: int, rows: int, x: float = 0.0, y: float = 11.0, pitch_m: float = 1.5) -> list[tuple[float, float]]:
    """Places in staggered rows around x, so that nobody stands right behind another."""
    left = x - pitch_m * (columns - 1) / 2
    return [(left + pitch_m * i + (0.7 if j % 2 else 0.0), y + 1.4 * j) for j in range(rows) for i in range(columns)]


def come(street: Street, time: float, every_s: float, spots: Spots) -> list[Actor]:
    """People who come from both sides, one after another, each to his place; the farther half from the right."""
    people = []
    for i, (x, y) in enumerate(spots):
        side = -1 if x < 0 else 1
        people.append(comer(street, time + every_s * i, y + vary(street, -0.1, 0.1), side).walk(x, y, 1.4))
    return people


def disperse(street: Street, people: Sequence[Actor], time: float) -> None:
    """From `time` on all go out, each to the side he is nearer to, the outer ones first."""
    for person in people:
        x = person.place[0]
        go_out(person.until(time + 0.5 * (7.0 - abs(x)) + vary(street, 0, 0.3)), -1 if x < 0 else 1)


@scenario("crowding", 80, settings={"count": 8})
def ten_parents_press_round_the_school_gate(street: Street) -> None:
    """Eight are too many: ten parents stand in the square for 25 s as motorbikes go by in front of them."""
    street.zones["square"] = SQUARE
    traffic(street, 7.5, every_s=9)
    parents = come(street, vary(street, 3, 5), 0.8, grid(5, 2, y=12))
    disperse(street, parents, parents[-1].time + vary(street, 24, 28))
    expect_stay(street, "crowding", parents, "square", 8)


@scenario("crowding", 90, settings={"count": 6})
def vaccination_queue_where_the_first_gives_way_to_the_next(street: Street) -> None:
    """Eight wait, two are called away and two others come at once: never fewer than six for 40 s."""
    street.zones["square"] = SQUARE
    queue = come(street, vary(street, 3, 5), 1.0, [(-4.2 + 1.2 * i, 13 + 0.5 * (i % 2)) for i in range(8)])
    full = queue[-1].time
    late = [comer(street, full + 8 + 6 * i, 15.5).walk(-3 + 1.5 * i, 15.5) for i in range(2)]
    for i in range(2):
        go_out(queue[7 - i].until(full + 12 + 7 * i), 1, y=11)
    disperse(street, [*queue[:6], *late], full + vary(street, 34, 38))
    expect_stay(street, "crowding", [*queue, *late], "square", 6)


@scenario("crowding", 90)
def eighteen_watch_the_lion_dance(street: Street) -> None:
    """No number is set, so fifteen are too many: eighteen stand in three rows for 25 s, the camera above them."""
    street.zones["square"] = [(-6.5, 9.5), (6.5, 9.5), (6.5, 18.0), (-6.5, 18.0)]
    people = come(street, vary(street, 2, 4), 0.6, grid(6, 3, x=-0.3, y=12, pitch_m=1.7))
    disperse(street, people, people[-1].time + vary(street, 25, 30))
    expect_stay(street, "crowding", people, "square", 15)


@scenario("crowding", 80, settings={"count": 9})
def two_wedding_parties_meet_in_the_lane(street: Street) -> None:
    """Six come from the left and six from the right, greet each other for 20 s, and go on through each other."""
    street.zones["square"] = SQUARE
    start = vary(street, 3, 6)
    guests = []
    for side in (-1.0, 1.0):
        for i in range(6):
            x, y = side * (0.8 + 1.3 * (i % 3)), 12.0 + 1.6 * (i // 3) + (0.5 if side > 0 else 0.0)
            guests.append(comer(street, start + 0.9 * (i % 3), y, side).walk(x, y, 1.3))
    stop = max(guest.time for guest in guests) + vary(street, 20, 24)
    for i, guest in enumerate(guests):
        go_out(guest.until(stop + 0.7 * (i % 3)), 1 if i < 6 else -1)
    expect_stay(street, "crowding", guests, "square", 9)


@scenario("crowding", 90, positive=False, settings={"count": 8})
def seven_within_and_four_behind_the_rope(street: Street) -> None:
    """Eight are too many; seven stand in the square for 40 s, four others more than a metre outside it."""
    street.zones["square"] = [(-5.5, 9.5), (3.0, 9.5), (3.0, 17.5), (-5.5, 17.5)]
    spots = [*grid(4, 2, x=-1.4, y=11.5)[:7], *((4.6 + 1.1 * (i % 2), 11.2 + 1.3 * i) for i in range(4))]
    start = vary(street, 2, 3)
    people = [comer(street, start + i, y, -1 if x < 3 else 1).walk(x, y) for i, (x, y) in enumerate(spots)]
    stop = people[-1].time + vary(street, 38, 42)
    for person in people:
        go_out(person.until(stop), -1 if person.place[0] < 3 else 1)


@scenario("crowding", 70, positive=False, settings={"count": 8})
def pupils_are_let_across_and_gone_in_seven_seconds(street: Street) -> None:
    """Ten pupils walk through the square in a pack; eight of them are in it together for no more than six seconds."""
    street.zones["square"] = [(-4.0, 9.5), (4.0, 9.5), (4.0, 17.5), (-4.0, 17.5)]
    start = vary(street, 10, 16)
    for i in range(10):
        pupil = street.person(start + 0.3 * (i // 5), -14 - 1.2 * (i // 5), 11 + 1.2 * (i % 5))
        pupil.walk(13 + 1.2 * (1 - i // 5), pupil.place[1], 1.2).leave()
    passers(street, 19)


@scenario("crowding", 80, positive=False, settings={"count": 7})
def five_guests_and_a_full_row_of_motorbikes(street: Street) -> None:
    """Seven are too many; five people eat before nine parked motorbikes and a dog for the whole play."""
    street.zones["square"] = SQUARE
    parked(street, *(-4.8 + 1.2 * i for i in range(9)), y=16)
    street.add("dog", 0, 3.5, 11)
    for i in range(5):
        street.person(0, -3.2 + 1.5 * i, 12.5 + 0.7 * (i % 2))
    traffic(street, 7.5, every_s=12)


@scenario("crowding", 100, positive=False, settings={"count": 8})
def funeral_walks_through_in_a_long_file(street: Street) -> None:
    """Fourteen mourners in single file, two metres apart: never more than six of them are in the square."""
    street.zones["square"] = SQUARE
    start = vary(street, 2, 5)
    for i in range(14):
        go_out(comer(street, start + 1.8 * i, 13 + 0.2 * (i % 3)), 1, 1.15)


@scenario("crowding", 90, positive=False)
def twelve_do_their_evening_exercises(street: Street) -> None:
    """No number is set, so fifteen are too many: twelve stand in rows for the whole play and two walk round them."""
    street.zones["square"] = SQUARE
    for x, y in grid(4, 3, x=-0.4, y=11.5, pitch_m=2.2):
        street.person(0, x + vary(street, -0.1, 0.1), y)
    parked(street, -9, -7.8, y=15)
    go_out(comer(street, vary(street, 15, 20), 18.7), 1)


@scenario("crowding", 90, positive=False, settings={"count": 7})
def two_chess_tables_of_which_one_is_in_the_zone(street: Street) -> None:
    """Seven are too many; five stand round one table within, six round another that is two metres outside."""
    street.zones["square"] = [(-6.0, 9.5), (0.0, 9.5), (0.0, 16.5), (-6.0, 16.5)]
    for x, near in ((-3.0, 5), (4.4, 6)):
        spots = [(x - 1.4, 12.3), (x + 1.4, 12.3), (x, 11.6), (x - 0.8, 14.3), (x + 0.8, 14.3), (x + 2.0, 13.4)][:near]
        street.add("object", 0, x, 13)
        come(street, vary(street, 2, 4), 0.9, spots)
    traffic(street, 18)
