"""How near two road users come to a collision: time to collision, closing speed, DRAC, gap and encroachment; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely

from pipeline.types import Bools, Floats

FOLLOWING_DEG, CROSSING_DEG, HEAD_ON_DEG = 30.0, 85.0, 150.0
"""Between the headings: following below, then merging, crossing from the second on, head-on from the third. The first
two are those of SSAM 2 (FHWA, Surrogate Safety Assessment Model)."""
FINE_S = 0.001
"""When a body reaches or leaves a piece of ground is found to so much."""
Kind = Literal["following", "merging", "crossing", "head-on", "pedestrian"]


@dataclass(frozen=True, slots=True)
class Bodies:
    """Oriented rectangles that move along their headings on a metric plane, a row each; all columns are (n,).

    `x`, `y` are the centres, metres; `heading` is counter-clockwise from +x, radians; `speed` m/s; `length` along the
    heading and `width` across it, metres.
    """

    x: Floats
    y: Floats
    heading: Floats
    speed: Floats
    length: Floats
    width: Floats

    def __getitem__(self, rows: Any) -> Bodies:
        return Bodies(
            self.x[rows], self.y[rows], self.heading[rows], self.speed[rows], self.length[rows], self.width[rows]
        )

    def __len__(self) -> int:
        return len(self.x)


def approach(a: Bodies, b: Bodies) -> tuple[Floats, Floats]:
    """Seconds until a[i] and b[i] touch at constant velocity without turning, and how fast they close in then.

    Two (n,) arrays: the time to collision, 0 where they touch now, inf where they never will; and the closing speed
    along the normal of the side that is met, m/s, 0 where there is no collision ahead. Exact: two rectangles are apart
    as long as one of their four axes parts them (separating axis theorem), and on each axis that time is linear.

    >>> car = Bodies(*(np.array([v]) for v in (0.0, 0.0, 0.0, 10.0, 4.0, 2.0)))
    >>> standing = Bodies(*(np.array([v]) for v in (24.0, 0.0, 0.0, 0.0, 4.0, 2.0)))
    >>> [column.tolist() for column in approach(car, standing)]
    [[2.0], [10.0]]
    """
    cos_a, sin_a, cos_b, sin_b = np.cos(a.heading), np.sin(a.heading), np.cos(b.heading), np.sin(b.heading)
    dx, dy = b.x - a.x, b.y - a.y
    vx, vy = b.speed * cos_b - a.speed * cos_a, b.speed * sin_b - a.speed * sin_a
    cos, sin = np.abs(cos_a * cos_b + sin_a * sin_b), np.abs(cos_a * sin_b - sin_a * cos_b)
    enter, leave = np.full(len(a), -np.inf), np.full(len(a), np.inf)
    closing = np.zeros(len(a))
    for ux, uy, own, length, width in (
        (cos_a, sin_a, a.length, b.length * cos, b.width * sin),
        (-sin_a, cos_a, a.width, b.length * sin, b.width * cos),
        (cos_b, sin_b, b.length, a.length * cos, a.width * sin),
        (-sin_b, cos_b, b.width, a.length * sin, a.width * cos),
    ):  # fmt: skip
        reach, apart, speed = (own + length + width) / 2, dx * ux + dy * uy, vx * ux + vy * uy
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            one, other = (-reach - apart) / speed, (reach - apart) / speed
        first, last = np.minimum(one, other), np.maximum(one, other)  # NaN: they slide along each other
        closing = np.where(first > enter, np.abs(speed), closing)
        enter, leave = np.maximum(enter, first), np.minimum(leave, last)
    meets = (enter <= leave) & (leave >= 0)
    return np.where(meets, np.maximum(enter, 0.0), np.inf), np.where(meets & (enter > 0), closing, 0.0)


def time_to_collision(a: Bodies, b: Bodies) -> Floats:
    """Of `approach`, the times (n,)."""
    return approach(a, b)[0]


def drac(ttc_s: Floats, closing_mps: Floats) -> Floats:
    """Deceleration rate to avoid a crash, m/s², (n,): closing speed / (2 · TTC); 0 in contact and with nothing ahead.

    Source: Cooper and Ferguson 1976, as in SUMO's SSM device.
    """
    ahead = np.isfinite(ttc_s) & (ttc_s > 0)
    return np.asarray(np.where(ahead, closing_mps / (2 * np.where(ahead, ttc_s, 1.0)), 0.0))


def gap_m(a: Bodies, b: Bodies) -> Floats:
    """Least distance between a[i] and b[i], metres, (n,); 0 in contact. Of two rectangles apart a corner is nearest."""
    found = np.minimum(_to_corners(a, b), _to_corners(b, a))
    return np.where(np.isfinite(found) & ~_touch(a, b), found, 0.0)


def angle_deg(a: Bodies, b: Bodies) -> Floats:
    """Between the headings, 0..180, (n,)."""
    return np.asarray(np.abs((np.degrees(b.heading - a.heading) + 180) % 360 - 180))


def kind(angle: float, pedestrian: bool = False) -> Kind:
    """What kind of encounter it is, by the angle between the headings.

    >>> kind(12.0), kind(60.0), kind(95.0), kind(175.0)
    ('following', 'merging', 'crossing', 'head-on')
    """
    if pedestrian:
        return "pedestrian"
    if angle < FOLLOWING_DEG:
        return "following"
    if angle < CROSSING_DEG:
        return "merging"
    return "crossing" if angle < HEAD_ON_DEG else "head-on"


def corners(bodies: Bodies) -> Floats:
    """The corners of each body, counter-clockwise, (n, 4, 2) metres."""
    cos, sin = np.cos(bodies.heading)[:, None], np.sin(bodies.heading)[:, None]
    along = np.array([0.5, -0.5, -0.5, 0.5]) * bodies.length[:, None]
    across = np.array([0.5, 0.5, -0.5, -0.5]) * bodies.width[:, None]
    return np.stack(
        [bodies.x[:, None] + along * cos - across * sin, bodies.y[:, None] + along * sin + across * cos], axis=-1
    )


def _touch(a: Bodies, b: Bodies) -> Bools:
    return np.asarray(time_to_collision(a, b) == 0)


def _to_corners(a: Bodies, b: Bodies) -> Floats:
    """From each a to the nearest corner of b, (n,)."""
    off = corners(b) - np.stack([a.x, a.y], axis=-1)[:, None]
    cos, sin = np.cos(a.heading)[:, None], np.sin(a.heading)[:, None]
    along = np.abs(off[..., 0] * cos + off[..., 1] * sin) - a.length[:, None] / 2
    across = np.abs(off[..., 1] * cos - off[..., 0] * sin) - a.width[:, None] / 2
    return np.asarray(np.hypot(np.maximum(along, 0), np.maximum(across, 0)).min(axis=1))


class Sweep:
    """The way of one body, and the ground it covers."""

    def __init__(self, time: Floats, bodies: Bodies) -> None:
        """`time` (n,) seconds, increasing; between two samples the body goes straight and turns evenly."""
        self.time = time
        self.bodies = bodies
        self._turned = np.unwrap(bodies.heading)
        self._rectangles = shapely.polygons(corners(bodies))
        self.ground = _swept(self._rectangles)

    def at(self, time: Floats) -> Bodies:
        """The body at these times (m,)."""
        own = self.bodies
        return Bodies(
            np.interp(time, self.time, own.x), np.interp(time, self.time, own.y),
            np.interp(time, self.time, self._turned), np.interp(time, self.time, own.speed),
            np.interp(time, self.time, own.length), np.interp(time, self.time, own.width),
        )  # fmt: skip

    def stay(self, ground: shapely.Geometry) -> tuple[float, float] | None:
        """When the body first touches this ground, and when last; None where it never does."""
        inside = np.flatnonzero(shapely.intersects(ground, self._rectangles))
        if not len(inside):
            return None
        first, last = int(inside[0]), int(inside[-1])
        begun = self.time[0] if first == 0 else self._edge(ground, self.time[first - 1], self.time[first])
        ended = (
            self.time[-1] if last == len(self.time) - 1 else self._edge(ground, self.time[last + 1], self.time[last])
        )
        return float(begun), float(ended)

    def _edge(self, ground: shapely.Geometry, outside: float, inside: float) -> float:
        """Between a time outside and one inside, when it touches."""
        while abs(inside - outside) > FINE_S:
            middle = (outside + inside) / 2
            touches = shapely.intersects(ground, shapely.Polygon(corners(self.at(np.array([middle])))[0]))
            outside, inside = (outside, middle) if touches else (middle, inside)
        return inside


def _swept(rectangles: Any) -> shapely.Geometry:
    """All ground that the body covers."""
    if len(rectangles) == 1:
        return rectangles[0]
    pairs = shapely.multipolygons(np.stack([rectangles[:-1], rectangles[1:]], axis=1))
    ground = shapely.union_all(shapely.convex_hull(pairs))
    shapely.prepare(ground)
    return ground


@dataclass(frozen=True, slots=True)
class Encroachment:
    """One body left the ground that both sweep, `seconds` before the other entered it."""

    seconds: float
    entered: float
    first: bool
    """Whether the first one named was there first."""
    whole: bool
    """False: one was there to the end of what was seen of it, or the later one from its beginning: they may share a
    path."""


def post_encroachment(a: Sweep, b: Sweep) -> Encroachment | None:
    """How long the ground that both sweep lay free between them: the post-encroachment time.

    None where they sweep no ground in common, touch, or follow each other along it: then the first is still there when
    the second comes. Source: Allen, Shin and Cooper 1978; areas instead of points, as in SSAM.
    """
    own, other = a.stay(b.ground), b.stay(a.ground)
    if own is None or other is None:
        return None
    (_, left), (entered, gone), first, second = (own, other, a, b) if own < other else (other, own, b, a)
    if entered <= left:
        return None
    whole = left < first.time[-1] and second.time[0] < entered and gone < second.time[-1]
    return Encroachment(entered - left, entered, own < other, bool(whole))
