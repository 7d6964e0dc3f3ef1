"""When it began and when it ended: truth, read off the actors' own paths."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.simulate.street import Actor, Street
from pipeline.types import Bools, Floats

STEP_S = 0.1
PICTURE = [(-6.0, 6.0), (6.0, 6.0), (30.2, 40.0), (-30.2, 40.0)]
"""The ground the camera sees, metres."""
Span = tuple[float, float]


def clock(street: Street, step_s: float = STEP_S) -> Floats:
    """The instants of a play, (T,) seconds."""
    return np.arange(0.0, street.seconds + step_s / 2, step_s)


def inside(street: Street, actor: Actor, zone: str | None = None) -> Bools:
    """At which instants the actor stands in a zone, or in the picture: (T,)."""
    polygon = PICTURE if zone is None else street.zones[zone]
    x, y, _ = actor.sample(clock(street)).T
    odd = np.zeros(len(x), bool)
    for (x1, y1), (x2, y2) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        if y1 != y2:
            odd ^= ((y1 > y) != (y2 > y)) & (x < x1 + (y - y1) * (x2 - x1) / (y2 - y1))
    return odd


def together(
    street: Street, actors: Sequence[Actor], count: int = 1, zone: str | None = None, gap_s: float = 0.0
) -> list[Span]:
    """From when to when at least `count` of the actors were there; gaps up to `gap_s` are bridged."""
    times = clock(street)[np.sum([inside(street, actor, zone) for actor in actors], axis=0) >= count]
    spans: list[Span] = []
    for time in times.tolist():
        if spans and time - spans[-1][1] <= max(gap_s, 1.5 * STEP_S):
            spans[-1] = (spans[-1][0], time)
        else:
            spans.append((time, time))
    return spans


def expect_stay(
    street: Street, kind: str, actors: Sequence[Actor], zone: str | None = None, count: int = 1, gap_s: float = 4.0
) -> None:
    """Expect one event for the longest time that `count` of the actors were there together."""
    start, end = max(together(street, actors, count, zone, gap_s), key=lambda span: span[1] - span[0])
    street.expect(kind, start, end, zone)


def left(street: Street, people: Sequence[Actor], thing: Actor, metres: float, after: float) -> float:
    """When all the people were first farther than `metres` from the thing, or out of sight."""
    return _first(street, ~_near(street, people, thing, metres), after)


def back(street: Street, people: Sequence[Actor], thing: Actor, metres: float, after: float) -> float:
    """When one of the people was next within `metres` of the thing; the end of the play if nobody was."""
    return _first(street, _near(street, people, thing, metres), after)


def last_seen(street: Street, actor: Actor) -> float:
    """The last instant at which the actor was in the picture."""
    return float(clock(street)[inside(street, actor)][-1])


def crossings(street: Street, actor: Actor, line: str) -> list[float]:
    """When the actor's centre crossed the line."""
    (ax, ay), (bx, by) = street.lines[line]
    times = clock(street, 0.02)
    x, y, _ = actor.sample(times).T
    side = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
    along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
    crossed = (side[:-1] * side[1:] < 0) & (along[:-1] > 0) & (along[:-1] < 1)
    return [float(time) for time in times[1:][crossed]]


def expect_until_gone(street: Street, kind: str, start: float, actor: Actor) -> None:
    """Expect an event from `start` until the actor is out of sight."""
    street.expect(kind, start, last_seen(street, actor))


def expect_alone(street: Street, people: list[Actor], item: Actor, radius_m: float = 3.0) -> None:
    """From when they were out of the radius until one of them is back in it, or the end."""
    start = left(street, people, item, radius_m, item.time + 0.5)
    street.expect("object_abandoned", start, back(street, people, item, radius_m, start))


def expect_crossings(street: Street, *actors: Actor, line: str = "gate") -> None:
    for actor in actors:
        for time in crossings(street, actor, line):
            street.expect("line_crossing", time, time)


def _near(street: Street, people: Sequence[Actor], thing: Actor, metres: float) -> Bools:
    times = clock(street)
    at = thing.sample(times)[:, :2]
    gaps = np.stack([np.hypot(*(person.sample(times)[:, :2] - at).T) for person in people])
    return np.asarray(np.any(np.nan_to_num(gaps, nan=np.inf) <= metres, axis=0), bool)


def _first(street: Street, held: Bools, after: float) -> float:
    times = clock(street)
    found = times[held & (times >= after)]
    return float(found[0]) if len(found) else street.seconds
