"""Where a tracker has mixed two persons up: who turned in another's stead, and who stands in another's place."""

from __future__ import annotations

import numpy as np

from pipeline.paths import EDGE_PX, MISSED_S, STITCH_S, TOP, Path, Paths, T, U, V, X, Y
from pipeline.riders import Riders
from pipeline.types import Bools, Floats, Ints
from pipeline.view import View

TURN_LOOKS = 6
TURN_MPS = 0.7
RELIEF_S, RELIEF_STAND_S, RELIEF_STEP_S, RELIEF_MPS = 2.4, 0.8, 0.1, 0.4
RELIEF_SPOT, RELIEF_WAY, RELIEF_NEAR = 0.15, 0.25, 0.25
"""Whoever comes to stand where another stood, within a foot (shares of the height), while that one, with whom he was
mixed up in between, goes on his way, is the other."""
STAYED = 0.8
"""Who was there for such a share of the looks between the first and the last stood there."""
RELIEF_LOST_S = 6.0
"""Whoever comes to stand where another stood who was lost, or stood there last, so shortly before may be the other."""
SIDE = 0.9
"""So many heights from the side of the picture, somebody else may have come in."""
TURN_ASIDE, TURN_DEEP, TURN_PACE = 0.4, 0.4, 0.8
"""Who turns on his heel at a walk, with somebody else so near in the picture, in heights, was mixed up with him; so
much farther, per second, if the other was not seen just then."""
TURN_LOST_S, TURN_LOST = 2.5, 0.2
"""Who was lost for no longer may have got here; so much farther off, per second, from where his way led."""
TURN_S, ABREAST = 1.2, 0.7
"""Whose way before it was alike (cosine) walked beside him and turned with him."""
BORROWED_S, WALK_MPS, RIDE_MPS, RISE = 1.0, 2.2, 2.2, 0.2
"""Whoever was on foot, slower than the one, so short a time ago, does not now sit on what is faster than the other, the
upper edge of his box so many heights off."""


class Swaps:
    """Looks for swaps among the persons of one camera: `borrowed` in every frame, all else at a look at relations."""

    def __init__(self, paths: Paths, is_wheel: Bools) -> None:
        """`is_wheel`: which classes are two-wheelers."""
        self._paths = paths
        self._is_wheel = is_wheel
        self.turns: list[tuple[Path, tuple[float, float]]] = []
        """Who turned on his heel in mid-picture, as it shows in this look, and where, on the plane."""
        self._velocities: dict[int, list[Floats]] = {}
        """By path: at the latest looks, m/s."""

    def borrowed(self, time: float, shown: list[Path | None], xyxy: Floats, persons: Ints, wheels: Ints) -> list[int]:
        """Rows of persons on foot for whom the tracker takes whoever rides by, and hides them, in this look.

        Of the rows of a frame, `shown` are their paths so far, `persons` and `wheels` those of people and two-wheelers;
        who rides by may be on one that is not seen just now.
        """
        tops = xyxy[persons, 1].tolist()
        moved = [row for row, top in zip(persons.tolist(), tops, strict=True) if self._walked(shown[row], time, top)]
        if not moved:
            return []
        seated = Riders.seated(xyxy[moved], self._ridden(time, shown, xyxy, wheels))
        return [row for row, on in zip(moved, seated, strict=True) if on.any()]

    def _ridden(self, time: float, shown: list[Path | None], xyxy: Floats, wheels: Ints) -> Floats:
        """Boxes (n, 4) of the two-wheelers that drive: where they are, or would be where they were just missed."""
        boxes = [xyxy[row] for row in wheels.tolist() if (path := shown[row]) and self._mps(path) > RIDE_MPS]
        for path in self._paths.lost(time, 1e-3, MISSED_S):
            if self._is_wheel[path.class_id] and path not in shown and self._mps(path) > RIDE_MPS:
                boxes.append(path.box + self._paths.ahead_px(path, time) * np.array([1.0, 0.0, 1.0, 0.0]))
        return np.array(boxes).reshape(-1, 4)

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
        cut, self.turns = [], []
        for row in persons.tolist():
            track = view.tracks[row]
            looks = self._velocities[track] = [*self._velocities.get(track, ())[-TURN_LOOKS:], view.velocity[row]]
            if len(looks) > TURN_LOOKS and _reversed(looks[0], looks[-1]):
                path = self._paths.by_id[track]
                points = self._paths.over(path, 3.0)
                at = int((points[:, U : V + 1] @ looks[0]).argmax())
                if at < 2:
                    continue
                if self._cut(path, points[at].copy(), looks[0]):
                    cut.append(path)
                    del self._velocities[track]
                else:
                    self.turns.append((path, (float(points[at, U]), float(points[at, V]))))
        return cut

    def _cut(self, path: Path, turn: Floats, before: Floats) -> bool:
        at_side = self._at_side(turn)
        if not (at_side or self._meets(path, turn, before)):
            return False
        self._paths.cut(path, turn, at_side)
        return True

    def _at_side(self, point: Floats) -> bool:
        """Was the middle of the box no more than `SIDE` of its heights from the side of the picture?"""
        half = SIDE * (point[Y] - point[TOP])
        return bool(point[X] - half <= EDGE_PX or point[X] + half >= self._paths.frame_size[0] - EDGE_PX)

    def _meets(self, path: Path, at: Floats, before: Floats) -> bool:
        """Was somebody before or behind him at this point who did not go the same way, `before` in m/s?"""
        group, time, height = path.class_id, float(at[T]), float(at[Y] - at[TOP])
        for other in self._paths.by_id.values():
            there = other is not path and other.time >= time - TURN_LOST_S and other.born <= time + 1.0
            if not there or other.class_id != group:
                continue
            unseen = max(other.born - time, time - other.time, 0.0)
            points, slack, then = self._paths.over(other, 2.0, time + 1.0), TURN_PACE, time
            if not len(points) and other.time > time:
                continue
            if not len(points):
                points, slack, then = self._ahead(other, time), TURN_LOST, other.time
            aside, deep = np.abs(points[:, X : Y + 1] - at[X : Y + 1]).T
            if ((aside <= (TURN_ASIDE + slack * unseen) * height) & (deep <= TURN_DEEP * height)).any():
                way = self._paths.mean_velocity(other, then - TURN_S, then)
                if way is None or float(way @ before) < ABREAST * float(np.hypot(*way) * np.hypot(*before)):
                    return True
        return False

    def _ahead(self, path: Path, time: float) -> Floats:
        """Where a path would be by then at the pace it had, (1, 6)."""
        return self._paths.over(path, 0.0) + self._paths.pace(path) * (time - path.time)

    def relieved(self, view: View, persons: Ints) -> list[tuple[Path, Path]]:
        """Who came by and now stands just where somebody else stood, who went on the same way: the two are exchanged.

        Pairs of paths: who was taken for the one who stands, and for the one who goes.
        """
        if len(persons) < 2 or not (view.speed[persons] < RELIEF_MPS).any():
            return []
        boxes = view.xyxy[persons]
        middle, height = (boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3] - boxes[:, 1]
        paths = [self._paths.by_id[view.tracks[row]] for row in persons.tolist()]
        then, way = self._ways(view, persons)
        went = np.abs(way) > RELIEF_WAY * height
        exchanged = []
        for i in np.flatnonzero((view.speed[persons] < RELIEF_MPS) & went).tolist():
            off = np.abs(then[:, X : Y + 1] - (middle[i], boxes[i, 3])) / height[:, None]
            stood = went & (way * way[i] > 0) & (off[:, 0] <= RELIEF_SPOT) & (off[:, 1] <= 2 * RELIEF_SPOT)
            for j in np.flatnonzero(stood).tolist():
                one, other = paths[i], paths[j]
                when = self._met(one, other, float(middle[i]), view.time) if i != j else None
                if when is not None:
                    self._exchange(one, other, when)
                    exchanged.append((one, other))
        return exchanged

    def stands_in(self, view: View, persons: Ints) -> list[tuple[Path, Path]]:
        """Who came by, sideways, and now stands just where somebody else was lost a moment ago: he may be that one.

        Or where one stood, with whom he was mixed up, who was seen to go on and is not seen now.

        Pairs of paths: who stands, and who stood.
        """
        slow = persons[view.speed[persons] < RELIEF_MPS]
        if not len(slow):
            return []
        found = []
        _, ways = self._ways(view, slow)
        for row, way in zip(slow.tolist(), ways.tolist(), strict=True):
            x1, _, x2, y2 = view.boxes[row]
            path = self._paths.by_id[view.tracks[row]]
            if abs(way) <= RELIEF_WAY * path.height:
                continue
            for lost in self._paths.lost(view.time, 1e-3, RELIEF_LOST_S):
                off = abs(float(lost.box[0] + lost.box[2]) - x1 - x2) / 2, abs(float(lost.box[3]) - y2)
                there = off[0] <= RELIEF_SPOT * lost.height and off[1] <= 2 * RELIEF_SPOT * lost.height
                if lost.class_id != path.class_id:
                    continue
                if there and self._paths.pace_mps(lost) < RELIEF_MPS:
                    found.append((path, lost))
                elif view.time - lost.time <= STITCH_S and not self._paths.has_left(lost):
                    met = self._met(path, lost, (x1 + x2) / 2, view.time)
                    found += [(path, lost)] if met is not None else []
        return found

    def _ways(self, view: View, persons: Ints) -> tuple[Floats, Floats]:
        """Where each was `RELIEF_S` ago, (n, 6), and how far he has gone since, pixels to the right, (n,)."""
        slots = np.array([self._paths.by_id[view.tracks[row]].slot for row in persons.tolist()])
        then = self._paths.until(slots, view.time - RELIEF_S)
        middle = (view.xyxy[persons, 0] + view.xyxy[persons, 2]) / 2
        return then, np.where(then[:, T] >= view.time - RELIEF_S - STITCH_S, middle - then[:, X], 0.0)

    def _met(self, one: Path, other: Path, spot: float, time: float) -> float | None:
        """Has `one` stood there for a moment, `other` lately? When they were one behind the other."""
        reach = RELIEF_SPOT * other.height
        here = self._paths.over(one, RELIEF_STAND_S, time)
        stood = self._paths.over(other, RELIEF_LOST_S, time)
        there = np.flatnonzero(np.abs(stood[:, X] - spot) <= reach)
        stood = stood[there[0] : there[-1] + 1] if len(there) else stood[:0]
        stayed = len(there) >= STAYED * len(stood)  # and did not only cross it twice
        still = (np.abs(here[:, X] - spot) <= reach).all() and here[-1, T] - here[0, T] >= 0.6 * RELIEF_STAND_S
        if not (still and stayed and len(stood)) or stood[-1, T] - stood[0, T] < RELIEF_STAND_S:
            return None
        apart, when = self._closest(one, other, time)
        return when if apart <= RELIEF_NEAR * other.height else None

    def _exchange(self, one: Path, other: Path, when: float) -> None:
        self._paths.exchange(one, other, when)
        for path in (one, other):
            self._velocities.pop(path.id, None)

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
