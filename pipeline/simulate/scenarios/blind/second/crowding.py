"""Crowding, second set: too many in the zone for ten seconds, or almost, or elsewhere."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.second.backdrop import lane, market
from pipeline.simulate.scenarios.cast import comer, go_out, parked, passers, traffic, vary
from pipeline.simulate.scenarios.moments import expect_stay
from pipeline.simulate.street import Actor, Street

KIND = "crowding"


def _spread(street: Street, count: int, x1: float, x2: float, *rows: float) -> list[tuple[float, float]]:
    """Places in rows that do not hide one another."""
    spots, per_row = [], -(-count // len(rows))
    step = (x2 - x1) / per_row
    for i in range(count):
        row, column = i % len(rows), i // len(rows)
        x = x1 + step * (column + 0.5 + (0.5 if row % 2 else 0.0)) + vary(street, -0.1, 0.1)
        spots.append((x, rows[row] + vary(street, -0.15, 0.15)))
    return spots


def _gather(
    street: Street, spots: list[tuple[float, float]], first: float, over_s: float, stay: tuple[float, float]
) -> list[Actor]:
    """People come from both sides to the spots, within `over_s`, and go between the two times of `stay`."""
    people = []
    for i, (x, y) in enumerate(spots):
        side = 1 if x > 0 else -1
        one = comer(street, first + over_s * i / len(spots), y, side).walk(x, y, vary(street, 1.2, 1.6))
        go_out(one.until(vary(street, *stay)), side, vary(street, 1.2, 1.6))
        people.append(one)
    return people


@scenario(KIND, 100)
def onlookers_of_a_collision(street: Street) -> None:
    """Two motorbikes have crashed; within half a minute eighteen people stand around, and drift apart again."""
    street.zones["road"] = [(-8.0, 9.0), (8.0, 9.0), (8.0, 19.0), (-8.0, 19.0)]
    parked(street, -0.8, 0.9, y=13.2, heading_deg=20.0)
    spots = _spread(street, 18, -7.0, 6.4, 10.0, 15.0, 17.8)
    people = _gather(street, spots, 3, 24, (62, 70))
    traffic(street, 25.0, every_s=15)
    expect_stay(street, KIND, people, "road", count=15)


@scenario(KIND, 90, settings={"count": 8})
def crush_at_the_food_cart(street: Street) -> None:
    """School is out: ten children press around a snack cart in two rows for twenty seconds."""
    street.zones["cart"] = [(-5.0, 10.0), (5.0, 10.0), (5.0, 15.0), (-5.0, 15.0)]
    market(street, walks=(18.5,), road=23.0)
    people = _gather(street, _spread(street, 10, -4.0, 3.4, 11.0, 13.8), vary(street, 6, 12), 9, (48, 52))
    expect_stay(street, KIND, people, "cart", count=8)


@scenario(KIND, 100, settings={"count": 6})
def factory_gate_at_the_end_of_shift(street: Street) -> None:
    """Workers trickle out of the gate and halt for their lifts; for a quarter of a minute there are too many."""
    street.zones["gate"] = [(-4.0, 12.0), (6.0, 12.0), (6.0, 18.0), (-4.0, 18.0)]
    lane(street, walk=21.0, road=24.0)
    people = []
    for i, (x, y) in enumerate(_spread(street, 8, -3.0, 4.4, 13.2, 16.2)):
        one = comer(street, 4 + 4.0 * i + vary(street, 0, 1), y, -1).walk(x, y, 1.3)
        people.append(go_out(one.until(58 + 2.0 * i + vary(street, 0, 1)), 1))
    expect_stay(street, KIND, people, "gate", count=6)


@scenario(KIND, 110, settings={"count": 5, "seconds": 20})
def card_game_at_the_far_corner(street: Street) -> None:
    """Seven men stand over a card game far from the camera; passers-by nearer to it hide them for moments."""
    street.zones["far"] = [(-3.0, 17.5), (7.0, 17.5), (7.0, 23.5), (-3.0, 23.5)]
    passers(street, 10.0, every_s=9)
    traffic(street, 13.5, every_s=24)
    people = _gather(street, _spread(street, 7, -1.6, 5.2, 18.8, 21.6), 3, 18, (78, 86))
    expect_stay(street, KIND, people, "far", count=5)


@scenario(KIND, 100, positive=False)
def a_dozen_at_the_wedding_tent(street: Street) -> None:
    """Twelve guests stand before the tent for a minute, in a lively street: many, but three short of the limit."""
    street.zones["tent"] = [(-8.0, 10.5), (8.0, 10.5), (8.0, 18.0), (-8.0, 18.0)]
    _gather(street, _spread(street, 12, -6.8, 5.6, 12.0, 16.0), 3, 14, (78, 84))
    passers(street, 8.0, every_s=8)
    passers(street, 21.5, every_s=9)


@scenario(KIND, 90, positive=False, settings={"count": 8})
def two_groups_meet_and_part(street: Street) -> None:
    """Two groups of five walk towards each other, pass, and are in the zone together for a few seconds only."""
    street.zones["square"] = [(-3.5, 11.0), (3.5, 11.0), (3.5, 17.0), (-3.5, 17.0)]
    market(street, walks=(20.0,), road=24.0)
    start = vary(street, 14, 24)
    for side, y in ((-1, 12.4), (1, 14.2)):
        for i in range(5):
            x = side * (13.4 + 0.9 * i)
            one = street.person(start, x, y + 0.9 * (i % 2)).walk(-side * 14.5, y + 0.9 * (i % 2), 1.1)
            one.leave()


@scenario(KIND, 100, positive=False, settings={"count": 6})
def spectators_behind_the_rope(street: Street) -> None:
    """A dozen watch a lion dance from behind the rope, two metres outside the zone; only three dancers are inside."""
    street.zones["stage"] = [(-6.0, 10.0), (6.0, 10.0), (6.0, 14.5), (-6.0, 14.5)]
    _gather(street, _spread(street, 12, -7.5, 6.5, 16.6, 18.8), 3, 15, (80, 86))
    for i in range(3):
        one = comer(street, 8 + i, 11.4 + 0.8 * i, 1).walk(2.0 - 2 * i, 11.4 + 0.8 * i)
        while one.time < 70:
            one.walk(2.0 - 2 * i + vary(street, -1.2, 1.2), 11.4 + 0.8 * i, 1.0).wait(vary(street, 0.5, 2))
        go_out(one, 1)


@scenario(KIND, 130, positive=False, settings={"count": 7})
def procession_in_single_file(street: Street) -> None:
    """Twenty pilgrims file through the zone; so thin a line that never more than five are in it at once."""
    street.zones["lane"] = [(-4.0, 11.0), (4.0, 11.0), (4.0, 15.0), (-4.0, 15.0)]
    lane(street, walk=19.0, road=23.0)
    pace = vary(street, 1.1, 1.3)
    for i in range(20):
        go_out(comer(street, 3 + 2.2 * i / pace * 1.1, 13.0 + vary(street, -0.3, 0.3), -1), 1, pace)


@scenario(KIND, 100, positive=False, settings={"count": 6})
def full_parking_and_few_people(street: Street) -> None:
    """Sixteen parked motorbikes fill the zone, but only attendants and two or three owners are among them."""
    street.zones["parking"] = [(-8.0, 11.0), (8.0, 11.0), (8.0, 18.5), (-8.0, 18.5)]
    for y in (14.0, 17.2):
        parked(street, *(-7.0 + 1.9 * i + vary(street, -0.1, 0.1) for i in range(8)), y=y)
    for i in range(4):
        one = comer(street, 3 + 6 * i, 12.0, -1 if i % 2 else 1).walk(-4.5 + 3 * i, 12.0)
        go_out(one.wait(vary(street, 30, 50)), -1 if i % 2 else 1)
    passers(street, 9.0, every_s=9)


@scenario(KIND, 100, positive=False, settings={"count": 8})
def two_queues_at_two_counters(street: Street) -> None:
    """Twelve people queue at two counters, six before each: either zone stays under its limit."""
    street.zones["left"] = [(-9.0, 11.0), (-1.2, 11.0), (-1.2, 17.0), (-9.0, 17.0)]
    street.zones["right"] = [(1.2, 11.0), (9.0, 11.0), (9.0, 17.0), (1.2, 17.0)]
    _gather(street, _spread(street, 6, -7.6, -2.6, 12.4, 15.2), 3, 10, (76, 84))
    _gather(street, _spread(street, 6, 2.2, 7.0, 12.4, 15.2), 4, 12, (76, 84))
    passers(street, 20.5, every_s=9)
