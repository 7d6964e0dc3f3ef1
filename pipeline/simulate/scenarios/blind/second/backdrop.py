"""What else is in the picture: the life of a lane at night, of a market front and of a boarding-house yard."""

from __future__ import annotations

from pipeline.simulate.scenarios.cast import edge, go_out, parked, passers, traffic, vary
from pipeline.simulate.street import Actor, Street


def lane(street: Street, *, walk: float = 20.0, road: float = 24.0) -> None:
    """A lane after dark: now and then somebody walks home, now and then a motorbike goes by."""
    passers(street, walk, every_s=vary(street, 20.0, 28.0))
    traffic(street, road, every_s=vary(street, 26.0, 38.0))


def market(street: Street, *, walks: tuple[float, ...] = (8.0, 17.5), road: float = 22.0) -> None:
    """A market front by day: shoppers in both directions, traffic behind them, parked motorbikes at the far side."""
    passers(street, *walks, every_s=vary(street, 8.0, 12.0))
    traffic(street, road, every_s=vary(street, 10.0, 16.0))
    parked(street, *(x + vary(street, -0.3, 0.3) for x in (-9.0, -6.5, 7.0, 9.5)), y=26.0)


def yard(street: Street, *, walk: float = 22.0) -> None:
    """A boarding-house yard: motorbikes along the wall, a lodger who crosses it now and then."""
    parked(street, *(x + vary(street, -0.2, 0.2) for x in (-10.0, -7.6, 8.0, 10.4)), y=25.0)
    passers(street, walk, every_s=vary(street, 24.0, 34.0))


def to_and_fro(street: Street, actor: Actor, x1: float, x2: float, seconds: float, speed: float = 0.8) -> Actor:
    """Pace between two spots at the present depth, with short halts, for about so long."""
    y, end = actor.place[1], actor.time + seconds
    while actor.time < end:
        target = x2 if abs(actor.place[0] - x1) < abs(actor.place[0] - x2) else x1
        actor.walk(target, y + vary(street, -0.2, 0.2), speed).wait(vary(street, 1.0, 4.0))
    return actor


def home_from(street: Street, time: float, x: float, y: float, side: float, speed: float = 1.2) -> Actor:
    """Somebody who comes out of a door at (x, y) and walks off, one of the many."""
    return go_out(street.person(time, x, y), side, speed)


def enter_at(side: float, y: float) -> float:
    """The x just beyond the left (-1) or right (1) edge at depth `y`."""
    return side * edge(y)
