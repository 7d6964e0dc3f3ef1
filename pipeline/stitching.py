"""Which lost path goes on as a new track, and whether a track that shows again is still the same."""

from __future__ import annotations

import math
from collections.abc import Set as AbstractSet

import numpy as np

from pipeline import geometry
from pipeline.paths import EDGE_PX, SPEED_WINDOW_S, STITCH_S, TOP, Path, Paths, T, U, V, X, Y
from pipeline.types import Floats
from pipeline.view import overlap

STANDING_S = 1.0
STANDING_REACH = 0.4
"""Who moves no farther than this share of his height within `STANDING_S` stands still."""
AT_SIDE_S = 3.0
"""At the side of the picture, which cuts who walks out, he seems to stand: there it takes so long to be sure."""
GLIMPSES_S = 10.0
"""Who was seen too seldom for that is judged by so long a past."""
DASH_S = 0.3
"""Who breaks into a run is lost by the tracker for no longer, at up to 2.5 heights (15 km/h) from where he was."""
BRAKING_MPS2 = 4.0
"""Nobody slows down harder, while he is not seen: tyres hold twice that, people rarely ask it of them."""
GAINING_MPS2, RUN_MPS = 3.0, 2.2
"""A two-wheeler sets off so hard; who goes at less than a run may do anything."""
FOLLOW_M = 3.0
CUT = 0.8
MAY_BE = 0.1
"""So many heights off where it was expected, and as many more with every second, a part of it may show."""
OTHER_M, OTHER_MPS = 0.5, 0.7
"""At the side of the picture, who shows again farther from where he was expected is a newcomer."""


class Stitching:
    """Joins the broken tracks of one camera."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths

    def broken(
        self, time: float, box: Floats, class_id: int, taken: AbstractSet[int | None], step_s: float
    ) -> Path | None:
        """The path that a track born at `time` in `box` continues: same class, ≤ 2 s ago, close by, alike in size.

        The absence may be longer than was seen of it by one frame, `step_s`. Who stood still when lost is the one
        who is found on that spot, as long as the path is remembered. Who comes in at the side of the picture where a
        path must have gone out at its pace is another.
        """
        best: tuple[float, Path] | None = None
        limit = STITCH_S + min(step_s, 0.5)
        for path in self._paths.lost_near(time, box, limit, 3 * STANDING_REACH):
            if path.id in taken or path.class_id != class_id or self._paths.has_left(path):
                continue
            distance = self._off_px(path, time, box, limit)
            if distance is not None and (best is None or distance < best[0]):
                best = (distance, path)
        return best[1] if best else None

    def fits(self, track: int, time: float, box: Floats, step_s: float) -> bool:
        """May this path have got to `box` since it was seen last? See `broken`."""
        return self._off_px(self._paths.by_id[track], time, box, STITCH_S + min(step_s, 0.5)) is not None

    def _off_px(self, path: Path, time: float, box: Floats, limit_s: float) -> float | None:
        """How far `box` is from where the path would be, pixels; None where it cannot have got there."""
        away, height = time - path.time, float(box[3] - box[1])
        if away > limit_s:
            return height * (1 + away) if self.stood(path, box) else None
        if self._is_newcomer(path, time, box):
            return None
        feet, size = geometry.anchors(box[None], self._paths.frame_size)[0], height
        if not 0.67 <= height / max(path.height, 1e-6) <= 1.5:
            if not (_cut(box, path.box) or _cut(box, self._moved(path, time))):
                return None
            size = max(height, path.height, self._paths.height_px(path))
            feet = np.array([feet[0], box[1] + size])
        distance = self._off_way(path, time, feet)
        reach = size * max(0.5 * (1 + away), 0.4 + 2.5 * away if away <= DASH_S else 0.0)
        return distance if distance <= reach else None

    def is_other(self, track: int, time: float, box: Floats) -> bool:
        """Has the tracker, after a gap, taken a newcomer at the side of the picture for one who was going out there?"""
        path = self._paths.by_id[track]
        gap = time - path.time
        if gap < 0.3 or not (self._paths.touches_edge(box) or self._paths.has_left(path)):
            return False
        expected = np.array(path.place) + self._paths.pace(path)[U : V + 1] * gap
        here = self._paths.on_plane(geometry.anchors(box[None], self._paths.frame_size))[0]
        off = float(np.hypot(*(here - expected))) * path.metres
        return off > OTHER_M + OTHER_MPS * gap

    def follow(self, born: Path) -> None:
        """`born` begins in mid-picture: whoever was lost close by a moment ago goes on as this one."""
        for path in self._paths.lost(born.born, 0.0, STITCH_S):
            near = path is not born and path.apart_m(born.birthplace) <= FOLLOW_M
            if near and path.class_id == born.class_id and not self._is_out(path, born.born):
                path.followed = True

    def stood(self, path: Path, box: Floats) -> bool:
        """Did this path stand still when it was last seen, just where `box` is? Something may hide part of either."""
        reach = STANDING_REACH * max(path.height, float(box[3] - box[1]))
        middle, off = self._rest(path)
        if not len(off) or (off <= reach / 2).mean() < 0.7:
            return False
        aside = abs((box[0] + box[2]) / 2 - middle[0])
        if _cut(box, path.box):
            return bool(aside <= reach)
        alike = 0.75 <= (box[3] - box[1]) / max(path.height, 1e-6) <= 1.33
        return bool(alike and math.hypot(aside, box[3] - middle[1]) <= reach)

    def _is_out(self, path: Path, time: float) -> bool:
        """Would the side of the picture cut this path by then, at the pace it had?"""
        ahead = self._paths.ahead_px(path, time)
        return bool(path.box[0] + ahead <= EDGE_PX or path.box[2] + ahead >= self._paths.frame_size[0] - EDGE_PX)

    def _is_newcomer(self, path: Path, time: float, box: Floats) -> bool:
        """Does `box` come in at the side of the picture when nothing of the path would be left there, at its pace?"""
        ahead = self._paths.ahead_px(path, time)
        beyond = path.box[2] + ahead <= 0 or path.box[0] + ahead >= self._paths.frame_size[0]
        return bool(beyond) and self._paths.touches_edge(box) and not self.stood(path, box)

    def _moved(self, path: Path, time: float) -> Floats:
        """Where the whole path, its hidden part too, may be by then, at about the pace it had: a box (4,)."""
        ahead, height = self._paths.ahead_px(path, time), self._paths.height_px(path)
        aside = MAY_BE * height * (1 + time - path.time)
        x1, y1, x2, _ = path.box.tolist()
        return np.array([x1 + ahead - aside, y1 - MAY_BE * height, x2 + ahead + aside, y1 + (1 + MAY_BE) * height])

    def _off_way(self, path: Path, time: float, here: Floats) -> float:
        """How far `here` (2,) is from the way the path would have gone until `time`, pixels.

        The way leads to where it would be at its velocity of the last second, or farther if it rides and gained speed,
        from where it would be if it had braked as hard as it can.
        """
        points = self._paths.over(path, SPEED_WINDOW_S)
        first, last = points[0, : Y + 1], points[-1, : Y + 1]
        span = last[T] - first[T]
        away = time - last[T]
        way = (last[X:] - first[X:]) * (away / span if span > 0 else 0.0)
        scale = path.height / self._paths.height_m(path)
        braked = BRAKING_MPS2 * away**2 / 2 * scale
        length = math.hypot(*way.tolist())
        if length > RUN_MPS * away * scale:
            gained = GAINING_MPS2 * away**2 / 2 * scale
            way, braked = way * (1 + gained / length), braked + gained
        return _off(here - last[X:], way, braked)

    def _rest(self, path: Path) -> tuple[tuple[float, float], Floats]:
        """Where it was lately, and how far off each look was, pixels; none where it was hardly seen."""
        if path.rest is None or path.rest[0] != path.time:
            path.rest = (path.time, *self._rested(path))
        return path.rest[1:]

    def _rested(self, path: Path) -> tuple[tuple[float, float], Floats]:
        seconds = AT_SIDE_S if self._paths.touches_edge(path.box) else STANDING_S
        points = self._paths.over(path, seconds)
        if points[-1, T] - points[0, T] < 0.6 * seconds:
            points = self._paths.over(path, GLIMPSES_S)
            if points[-1, T] - points[0, T] < 0.6 * seconds:
                return (0.0, 0.0), np.empty(0)
        if abs(points[-1, X] - points[0, X]) > STANDING_REACH * path.height / 2:
            return (0.0, 0.0), np.empty(0)
        middle = np.median(points[:, [X, Y, TOP]], axis=0)
        off = np.abs(points[:, [X, Y, TOP]] - middle)
        return (float(middle[0]), float(middle[1])), np.maximum(off[:, 0], off[:, 1:].min(axis=1))


def _cut(a: Floats, b: Floats) -> bool:
    """Does most of one box lie in the other, as when something in front hides a part?"""
    one, other = a.tolist(), b.tolist()
    return overlap(one, other) >= CUT or overlap(other, one) >= CUT


def _off(step: Floats, way: Floats, last: float) -> float:
    """How far the end of a step (2,) is from the `last` so much of a straight way (2,) that begins where it does."""
    length = math.hypot(*way.tolist())
    least = max(1.0 - last / max(length, 1e-9), 0.0)
    share = min(max(float(step @ way) / max(length**2, 1e-9), least), 1.0)
    return math.hypot(*(step - share * way).tolist())
