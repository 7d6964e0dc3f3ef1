"""Where a tracker has mixed two persons up: who turned in another's stead, and who stands in another's place."""

from __future__ import annotations

import numpy as np

from pipeline.paths import EDGE_PX, STITCH_S, TOP, Path, Paths, T, U, V, X, Y
from pipeline.riders import Riders
from pipeline.types import Floats, Ints
from pipeline.view import View

TURN_LOOKS = 6
TURN_MPS = 0.7
RELIEF_S, RELIEF_STAND_S, RELIEF_STEP_S, RELIEF_MPS = 2.4, 0.8, 0.1, 0.4
RELIEF_SPOT, RELIEF_WAY, RELIEF_NEAR = 0.15, 0.25, 0.25
"""Whoever comes to stand where another stood, within a foot (shares of the height), while that one, with whom he was
mixed up in between, goes on his way, is the other."""
SIDE = 0.9
"""So many heights from the side of the picture, somebody else may have come in."""
TURN_ASIDE, TURN_DEEP, TURN_PACE = 0.4, 0.4, 0.8
"""Who turns on his heel at a walk, with somebody else so near in the picture, in heights, was mixed up with him; so
much farther, per second, if the other was not seen just then."""
TURN_S, ABREAST = 1.2, 0.7
"""Whose way before it was alike (cosine) walked beside him and turned with him."""
BORROWED_S, WALK_MPS, RIDE_MPS, RISE = 1.0, 2.2, 2.2, 0.2
"""Whoever was on foot, slower than the one, so short a time ago, does not now sit on what is faster than the other, the
upper edge of his box so many heights off."""


class Swaps:
    """Looks for swaps among the persons of one camera; to be asked at every look at relations."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._velocities: dict[int, list[Floats]] = {}
        """By path: at the latest looks, m/s."""

    def borrowed(self, time: float, shown: list[Path | None], xyxy: Floats, persons: Ints, wheels: Ints) -> list[int]:
        """Rows of persons on foot for whom the tracker takes whoever rides by, and hides them, in this look.

        Of the rows of a frame, `shown` are their paths so far, `persons` and `wheels` those of people and two-wheelers.
        """
        tops = xyxy[persons, 1].tolist()
        moved = [row for row, top in zip(persons.tolist(), tops, strict=True) if self._walked(shown[row], time, top)]
        if not moved:
            return []
        ridden = [row for row in wheels.tolist() if (path := shown[row]) is not None and self._mps(path) > RIDE_MPS]
        seated = Riders.seated(xyxy[moved], xyxy[ridden])
        return [row for row, on in zip(moved, seated, strict=True) if on.any()]

    def _walked(self, path: Path | None, time: float, top: float) -> bool:
        """Was he on foot a moment ago, and not so high or low in the picture?"""
        if path is None or abs(top - float(path.box[1])) <= RISE * path.height or time - path.time > BORROWED_S:
            return False
        return self._mps(path, np.inf) < WALK_MPS

    def unseated(self, view: View, rides: dict[int, int]) -> list[tuple[int, Path]]:
        """Row and path of those riders who are not on their vehicles, which go on."""
        found = []
        for person, vehicle in rides.items():
            row, ridden = view.row.get(person), view.row.get(vehicle)
            if row is None or ridden is None or view.speed[ridden] < RIDE_MPS:
                continue
            if not Riders.seated(view.xyxy[row][None], view.xyxy[ridden][None]).any():
                found.append((row, self._paths.by_id[person]))
        return found

    def throw(self, rider: Path, box: Floats) -> None:
        """Cut his path off before it came to where this box (4,) is."""
        points = self._paths.over(rider, BORROWED_S)
        off = np.abs(points[:, X] - (box[0] + box[2]) / 2) > RELIEF_WAY * (box[3] - box[1])
        before = np.flatnonzero(off)
        self._paths.cut(rider, points[before[-1] if len(before) else 0].copy(), left=False)

    def _mps(self, path: Path, unknown: float = 0.0) -> float:
        """How fast a path was in its last second."""
        velocity = self._paths.mean_velocity(path, path.time - 1.0, path.time)
        return unknown if velocity is None else float(np.hypot(*velocity))

    def turned(self, view: View, persons: Ints) -> list[Path]:
        """Who turned where somebody else was, or at the side of the picture: his path is cut there, it was not him.

        A few who did turn there begin anew by this; to take one for another would say more of him than was seen.
        """
        if len(self._velocities) > 2 * len(persons) + 64:
            self._velocities = {track: v for track, v in self._velocities.items() if track in self._paths.by_id}
        cut = []
        for row in persons.tolist():
            track = view.tracks[row]
            looks = self._velocities[track] = [*self._velocities.get(track, ())[-TURN_LOOKS:], view.velocity[row]]
            if len(looks) > TURN_LOOKS and _reversed(looks[0], looks[-1]):
                path = self._paths.by_id[track]
                if self._cut(path, looks[0]):
                    cut.append(path)
                    del self._velocities[track]
        return cut

    def _cut(self, path: Path, before: Floats) -> bool:
        points = self._paths.over(path, 3.0)
        at = int((points[:, U : V + 1] @ before).argmax())
        at_side = self._at_side(points[at])
        if at < 2 or not (at_side or self._meets(path, points[at], before)):
            return False
        self._paths.cut(path, points[at].copy(), at_side)
        return True

    def _at_side(self, point: Floats) -> bool:
        """Was the middle of the box no more than `SIDE` of its heights from the side of the picture?"""
        half = SIDE * (point[Y] - point[TOP])
        return bool(point[X] - half <= EDGE_PX or point[X] + half >= self._paths.frame_size[0] - EDGE_PX)

    def _meets(self, path: Path, at: Floats, before: Floats) -> bool:
        """Was somebody before or behind him at this point who did not go the same way, `before` in m/s?"""
        group, time, height = path.class_id, float(at[T]), float(at[Y] - at[TOP])
        for other in self._paths.by_id.values():
            there = other is not path and other.time >= time - 1.0 and other.born <= time + 1.0
            if not there or other.class_id != group:
                continue
            points = self._paths.over(other, 2.0, time + 1.0)
            aside, deep = np.abs(points[:, X : Y + 1] - at[X : Y + 1]).T
            reach = (TURN_ASIDE + TURN_PACE * max(other.born - time, time - other.time, 0.0)) * height
            if ((aside <= reach) & (deep <= TURN_DEEP * height)).any():
                way = self._paths.mean_velocity(other, time - TURN_S, time)
                if way is None or float(way @ before) < ABREAST * float(np.hypot(*way) * np.hypot(*before)):
                    return True
        return False

    def relieved(self, view: View, persons: Ints) -> list[tuple[Path, Path]]:
        """Who came by and now stands just where somebody else stood, who went on the same way: the two are exchanged.

        Pairs of paths: who was taken for the one who stands, and for the one who goes.
        """
        slow = view.speed[persons] < RELIEF_MPS
        if len(persons) < 2 or not slow.any():
            return []
        boxes = view.xyxy[persons]
        middle, height = (boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3] - boxes[:, 1]
        paths = [self._paths.by_id[view.tracks[row]] for row in persons.tolist()]
        then = self._paths.until(np.array([path.slot for path in paths]), view.time - RELIEF_S)
        way = np.where(then[:, T] >= view.time - RELIEF_S - STITCH_S, middle - then[:, X], 0.0)
        went = np.abs(way) > RELIEF_WAY * height
        exchanged = []
        for i in np.flatnonzero(slow & went).tolist():
            off = np.abs(then[:, X : Y + 1] - (middle[i], boxes[i, 3])) / height[:, None]
            stood = went & (way * way[i] > 0) & (off[:, 0] <= RELIEF_SPOT) & (off[:, 1] <= 2 * RELIEF_SPOT)
            for j in np.flatnonzero(stood).tolist():
                if i != j and self._exchange(paths[i], paths[j], float(middle[i]), view.time):
                    exchanged.append((paths[i], paths[j]))
        return exchanged

    def _exchange(self, one: Path, other: Path, spot: float, time: float) -> bool:
        """Has `one` stood there for a moment, `other` before, and were they one behind the other in between?"""
        reach = RELIEF_SPOT * other.height
        here = self._paths.over(one, RELIEF_STAND_S, time)
        stood = self._paths.over(other, RELIEF_S + 1.0, time)
        stood = stood[np.abs(stood[:, X] - spot) <= reach]
        still = (np.abs(here[:, X] - spot) <= reach).all() and here[-1, T] - here[0, T] >= 0.6 * RELIEF_STAND_S
        if not still or not len(stood) or stood[-1, T] - stood[0, T] < RELIEF_STAND_S:
            return False
        apart, when = self._closest(one, other, time)
        if apart > RELIEF_NEAR * other.height:
            return False
        self._paths.exchange(one, other, when)
        for path in (one, other):
            self._velocities.pop(path.id, None)
        return True

    def _closest(self, one: Path, other: Path, time: float) -> tuple[float, float]:
        """How close two were at one time of the last moments, pixels along the picture, and when that was.

        Where one hid the other, he went straight on.
        """
        times = time - np.arange(RELIEF_S, 0.0, -RELIEF_STEP_S)
        a, b = (self._paths.over(path, RELIEF_S + 1.0, time) for path in (one, other))
        apart = np.abs(np.interp(times, a[:, T], a[:, X]) - np.interp(times, b[:, T], b[:, X]))
        at = int(apart.argmin())
        return float(apart[at]), float(times[at])


def _reversed(before: Floats, now: Floats) -> bool:
    """Is somebody who walked that way walking back?"""
    old, new = float(np.hypot(*before)), float(np.hypot(*now))
    return old > TURN_MPS and new > TURN_MPS and float(before @ now) < -0.7 * old * new
