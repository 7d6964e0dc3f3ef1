"""How people of these plays pass the time, and how a rider comes up to somebody at the right moment."""

from __future__ import annotations

from pipeline.simulate.scenarios.cast import biker, edge, vary
from pipeline.simulate.street import Actor, Street

Range = tuple[float, float]


def potter(street: Street, actor: Actor, until: float, xs: Range, ys: Range, rest_s: Range = (4.0, 12.0)) -> Actor:
    """Stand here and there between `xs` and `ys` until a time."""
    while actor.time < until:
        actor.walk(vary(street, *xs), vary(street, *ys), vary(street, 0.7, 1.1))
        actor.wait(min(vary(street, *rest_s), max(until - actor.time, 0.0)))
    return actor


def stand_around(street: Street, spots: list[Range], time: float, spread_s: float) -> list[Actor]:
    """People who come from both sides, one for each spot, within `spread_s`."""
    people = []
    for x, y in spots:
        side = -1.0 if street.rng.random() < 0.5 else 1.0
        start = street.person(time + vary(street, 0.0, spread_s), side * edge(y), y)
        people.append(start.walk(x, y, vary(street, 1.2, 1.7)))
    return people


def rows_of(street: Street, count: int, columns: int, x: float, y: float, gap_m: float = 1.6) -> list[Range]:
    """Spots in rows of `columns` around x, from y on away from the camera, none quite in line."""
    spots = []
    for i in range(count):
        row, column = divmod(i, columns)
        shift = 0.5 * gap_m * (row % 2)
        across = x + gap_m * (column - (columns - 1) / 2) + shift + vary(street, -0.15, 0.15)
        spots.append((across, y + 1.35 * gap_m * row + vary(street, -0.15, 0.15)))
    return spots


def disperse(street: Street, people: list[Actor], time: float, spread_s: float) -> None:
    """Everybody walks off to one side or the other, some time within `spread_s`."""
    for person in people:
        person.until(time + vary(street, 0.0, spread_s))
        side = -1.0 if person.place[0] < 0 else 1.0
        person.walk(side * edge(person.place[1]), person.place[1], vary(street, 1.2, 1.6)).leave()


def raider(street: Street, meet: float, x: float, y: float, side: float, speed: float) -> tuple[Actor, Actor]:
    """A rider who comes from `side` at constant speed and is at (x, y) at the time `meet`."""
    seconds = abs(side * edge(y) - x) / speed
    rider, bike = biker(street, meet - seconds - 1.0, y, side)
    rider.ride(x, y, speed)
    return rider, bike
