"""Where every track of one camera was: columns of the frame, a dense past for speeds, a thin one for ten minutes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from pipeline import geometry
from pipeline.types import Floats, Ints

STITCH_S = 2.0
"""A track that breaks for no longer than this is the same one, if it goes on close by (DESIGN §4)."""
SPEED_WINDOW_S = 1.0
MISSED_S = 0.5
"""Whoever was missed for longer, in frames that were analysed, may go on as somebody else."""
LOSSES = 8
REST_S = 10.0
"""So far back it is looked up since when something has been at rest."""
FASTEST = 15.0
"""Nothing moves across the picture faster than so many of its heights per second."""
EDGE_PX = 3.0
PACE_S = 0.1
"""What was seen for less has no pace yet."""
SLENDER = 0.4
"""So wide, as a share of the height, is the box of somebody on foot."""
SPARE_IDS = 1_000_000_000
"""A track that proves to be two persons needs an id that no tracker gives."""
FORGET_S = 30.0
TRAIL_STEP_S = 0.5
TRAIL_POINTS = 1200
DENSE = 64
"""So many frames are kept of every track: 2.5 s at 25 fps, 12 s at 5 fps."""
HEIGHTS_M: Mapping[str, float] = {
    "person": 1.7, "bicycle": 1.05, "motorcycle": 1.1, "car": 1.5, "truck": 3.0, "bus": 3.1, "dog": 0.55,
    "backpack": 0.5, "handbag": 0.3, "suitcase": 0.65, "object": 0.5,
}  # fmt: skip
"""Stand in for the missing scale of an uncalibrated camera: how high things of a class usually are."""
OTHER_HEIGHT_M = 0.5
T, X, Y, U, V, TOP = range(6)
"""Columns of a past: time, anchor in pixels, anchor on the plane (metres, or pixels where uncalibrated), upper edge."""
SHORT = 0.85
"""A box shorter than this share of what it was, with something before its feet, is cut off below."""
CUT_OFF, UPRIGHT, UNSEEN_S = 0.7, 0.15, 10.0
"""So is one much shorter, not narrower, whose upper edge stays, though nothing is seen before it: for some seconds."""
HEIGHT_S = 1.0
SIZE_S = 4.0
"""Time constants with which the height of a box is smoothed: to find hidden feet, and as the scale of a place."""


@dataclass(slots=True, eq=False)
class Path:
    """One stitched track. Its dense past lies in a row of `Paths`; `trail` has a point every half second."""

    id: int
    slot: int
    born: float
    birthplace: tuple[float, float]
    """On the plane."""
    first_box: Floats
    at_edge: bool = False
    """Born at the side of the picture, where newcomers come from."""
    class_id: int = 0
    """What the detector has called it most often."""
    time: float = 0.0
    box: Floats = field(default_factory=lambda: np.zeros(4))
    place: tuple[float, float] = (0.0, 0.0)
    """Where it was last seen, on the plane."""
    metres: float = 1.0
    """Metres per unit of the plane at that place."""
    trail: list[tuple[float, ...]] = field(default_factory=list)
    losses: list[tuple[float, tuple[float, float]]] = field(default_factory=list)
    """When and where it was lost before it went on, maybe as somebody else; the latest ones."""
    cut_at: float = -math.inf
    """When the side of the picture last cut its box, which then tells neither place nor pace."""
    left: bool = False
    """It was cut at the side of the picture: he went out there, and somebody else came in."""
    followed: bool = False
    """Another path began close by just after it was lost, so that it is known who went on there; until it is seen."""
    rest: tuple[float, tuple[float, float], Floats] | None = None
    """Where it stood, as of a time: worked out once for whoever is lost."""

    @property
    def height(self) -> float:
        return float(self.box[3] - self.box[1])

    def apart_m(self, place: tuple[float, float], was: tuple[float, float] | None = None) -> float:
        """Metres from `place` on the plane to where it was last seen, or to another place where it `was`."""
        u, v = was or self.place
        return math.hypot(u - place[0], v - place[1]) * self.metres

    def lose(self) -> None:
        """It goes on after it was missed: remember where that was."""
        self.losses.append((self.time, self.place))
        if len(self.losses) > LOSSES:
            del self.losses[0]


class Paths:
    """The pasts of all tracks: one row of each array per track, reused when the track is forgotten."""

    def __init__(self, frame_size: tuple[int, int], names: tuple[str, ...], homography: Floats | None) -> None:
        self.frame_size = frame_size
        self.homography = homography
        self.by_id: dict[int, Path] = {}
        self._heights_m = np.array([HEIGHTS_M.get(name, OTHER_HEIGHT_M) for name in names] or [OTHER_HEIGHT_M])
        self._free: list[int] = []
        self._slots: list[Path | None] = []
        self._spare_id = SPARE_IDS
        # Every point is written twice, DENSE apart, so that the latest DENSE points always lie in one piece.
        self._past = np.empty((0, 2 * DENSE, 6))
        self._votes = np.empty((0, max(len(names), 1)), np.int64)
        self._count: Ints = np.empty(0, np.int64)
        self._size_px: Floats = np.empty(0)
        self._trailed: Floats = np.empty(0)
        self._whole: Floats = np.empty((0, 2))
        """Of the whole box, hidden feet too: width and height, smoothed."""
        self._seen: Floats = np.empty(0)
        """When each slot's path was last seen; -inf where the slot is free."""
        self._last_box: Floats = np.empty((0, 4))

    def begin(self, track: int, time: float, box: Floats) -> Path:
        """A new path, born at `time` in `box`."""
        if not self._free:
            self._grow()
        slot = self._free.pop()
        self._past[slot] = -np.inf
        self._votes[slot], self._count[slot], self._size_px[slot], self._trailed[slot] = 0, 0, np.nan, -np.inf
        self._whole[slot] = box[2:] - box[:2]
        self._seen[slot], self._last_box[slot] = time, box
        u, v = self.on_plane(geometry.anchors(box[None], self.frame_size))[0].tolist()
        path = self.by_id[track] = self._slots[slot] = Path(
            track, slot, time, (u, v), box, time=time, box=box, place=(u, v)
        )
        return path

    def _grow(self) -> None:
        held = len(self._count)
        more = max(held, 32)
        self._past = np.concatenate([self._past, np.full((more, 2 * DENSE, 6), -np.inf)])
        self._votes = np.concatenate([self._votes, np.zeros((more, self._votes.shape[1]), np.int64)])
        self._count = np.concatenate([self._count, np.zeros(more, np.int64)])
        self._size_px = np.concatenate([self._size_px, np.full(more, np.nan)])
        self._trailed = np.concatenate([self._trailed, np.full(more, -np.inf)])
        self._whole = np.concatenate([self._whole, np.zeros((more, 2))])
        self._seen = np.concatenate([self._seen, np.full(more, -np.inf)])
        self._last_box = np.concatenate([self._last_box, np.zeros((more, 4))])
        self._slots += [None] * more
        self._free += range(held + more - 1, held - 1, -1)

    def vote(self, paths: list[Path], slots: Ints, classes: Ints) -> Ints:
        """Count what the detector calls these tracks now; return the class each was called most often, (n,)."""
        self._votes[slots, classes] += 1
        winners = np.asarray(self._votes[slots].argmax(axis=1))
        for path, class_id in zip(paths, winners.tolist(), strict=True):
            path.class_id = class_id
        return winners

    def on_plane(self, anchors: Floats) -> Floats:
        """Pixels (n, 2) → metres on the ground (n, 2); pixels as they are where the camera is not calibrated."""
        return anchors if self.homography is None else geometry.project(self.homography, anchors)

    def metres(self, slots: Ints, class_id: Ints, xyxy: Floats, seconds: float) -> Floats:
        """Metres per unit of the plane at each row (n,): 1 if calibrated, else from the usual height of the class.

        A box height is smoothed, so that one bad box does not stretch distances; `seconds` since the frame before.
        """
        if self.homography is not None:
            return np.ones(len(slots))
        height = xyxy[:, 3] - xyxy[:, 1]
        old = self._size_px[slots]
        smooth = np.where(np.isnan(old), height, old + (height - old) * (1.0 - math.exp(-seconds / SIZE_S)))
        self._size_px[slots] = smooth
        return np.asarray(self._heights_m[class_id] / np.maximum(smooth, 1.0))

    def anchors(self, slots: Ints, xyxy: Floats, seconds: float) -> Floats:
        """Where each box touches the ground (n, 2), pixels; `seconds` since the frame before.

        Where something nearer hides the feet, or what the detector does not know, the box ends too high: they are then
        as far below its upper edge as they were before.
        """
        found = geometry.anchors(xyxy, self.frame_size)
        size, before = xyxy[:, 2:] - xyxy[:, :2], self._whole[slots]
        memory = np.full(size.shape, HEIGHT_S)
        for row in np.flatnonzero(size[:, 1] < SHORT * before[:, 1]).tolist():
            x1, y1, x2, y2 = xyxy[row].tolist()
            (width, height), (whole_width, whole_height) = size[row].tolist(), before[row].tolist()
            across = np.minimum(xyxy[:, 2], x2) - np.maximum(xyxy[:, 0], x1)
            behind = ((xyxy[:, 3] > y2 + 2) & (xyxy[:, 1] < y2) & (across > 0.4 * width)).any()
            short = height * max(whole_width, width) < CUT_OFF * whole_height * width
            upright = abs(y1 - self._last_box[slots[row], 1]) < UPRIGHT * whole_height
            if behind or (short and upright):
                found[row, 1] = min(y1 + whole_height, self.frame_size[1])
                memory[row, 1] = np.inf if behind else UNSEEN_S
        self._whole[slots] = before + (size - before) * (1.0 - np.exp(-seconds / memory))
        return found

    def add(self, paths: list[Path], slots: Ints, time: float, anchors: Floats, plane: Floats, xyxy: Floats) -> None:
        """One more point for each of these paths."""
        point = np.empty((len(slots), 6))
        point[:, T], point[:, X : Y + 1], point[:, U : V + 1], point[:, TOP] = time, anchors, plane, xyxy[:, 1]
        at = self._count[slots] % DENSE
        self._past[slots, at] = point
        self._past[slots, at + DENSE] = point
        self._seen[slots], self._last_box[slots] = time, xyxy
        self._count[slots] += 1
        for row in np.flatnonzero((xyxy[:, 0] <= EDGE_PX) | (xyxy[:, 2] >= self.frame_size[0] - EDGE_PX)).tolist():
            paths[row].cut_at = time
        for row in np.flatnonzero(time - self._trailed[slots] >= TRAIL_STEP_S).tolist():
            path = paths[row]
            self._trailed[path.slot] = time
            path.trail.append((time, *anchors[row].tolist(), *plane[row].tolist(), float(xyxy[row, 1])))
            if len(path.trail) > TRAIL_POINTS + 100:
                del path.trail[:100]

    def velocity(self, slots: Ints, time: float, plane: Floats) -> Floats:
        """Mean velocity of the last second (n, 2), units of the plane per second; 0 for who was seen only once."""
        times = self._past[slots, :DENSE, T]
        recent = np.where(times >= time - SPEED_WINDOW_S - 1e-6, times, np.inf)
        at = recent.argmin(axis=1)
        rows = np.arange(len(slots))
        span = time - recent[rows, at]
        moved = plane - self._past[slots, at, U : V + 1]
        return np.asarray(moved / np.maximum(span, 1e-3)[:, None] * (span > 0.05)[:, None])

    def over(self, path: Path, seconds: float, until: float | None = None) -> Floats:
        """The points of the `seconds` before `until` (default: its last), oldest first: (n, 6), T, X, Y, U, V, TOP.

        Good until the path goes on: it may be a view of what is kept.
        """
        end = path.time if until is None else until
        count = int(self._count[path.slot])
        at = count % DENSE
        dense: Floats = self._past[path.slot, at : at + DENSE]
        if count > DENSE and dense[0, T] > end - seconds:
            older = [point for point in path.trail if end - seconds <= point[0] < dense[0, T]]
            dense = np.concatenate([np.array(older).reshape(-1, 6), dense])
        times = dense[:, T]
        return dense[times.searchsorted(end - seconds - 1e-6) : times.searchsorted(end + 1e-6, "right")]

    def nearest(
        self, path: Path, place: tuple[float, float], start: float, end: float | None = None
    ) -> tuple[float, float]:
        """How near a path was to a place of the plane from `start` on, metres, and when; (inf, 0) if not seen."""
        until = path.time if end is None else min(end, path.time)
        points = self.over(path, until - start, until) if until > start else np.empty((0, 6))
        if not len(points):
            return float("inf"), 0.0
        apart = np.hypot(points[:, U] - place[0], points[:, V] - place[1])
        at = int(apart.argmin())
        return float(apart[at] * path.metres), float(points[at, T])

    def slowest_mps(self, path: Path, start: float, end: float, window_s: float = 0.7) -> float:
        """The least mean speed of a path over `window_s` within a span of time; inf if it was hardly seen."""
        if path.id not in self.by_id:
            return float("inf")
        points = self.over(path, end - start, end)
        if len(points) < 2:
            return float("inf")
        later = np.searchsorted(points[:, T], points[:, T] + window_s - 1e-3)
        first = np.flatnonzero(later < len(points))
        if not len(first):
            return float("inf")
        moved = points[later[first], U : V + 1] - points[first, U : V + 1]
        spans = points[later[first], T] - points[first, T]
        return float((np.hypot(moved[:, 0], moved[:, 1]) / spans).min() * path.metres)

    def rests_since(self, path: Path, slack: float, settle_s: float, off_s: float) -> float:
        """Since when the middle of its box has been within `slack` pixels of where it was for the last `settle_s`.

        To be away for less than `off_s` does not count, nor does what is older than `REST_S`. Its own last time if it
        is not at rest now.
        """
        points = self.over(path, REST_S)
        x, y, times = points[:, X], (points[:, Y] + points[:, TOP]) / 2, points[:, T]
        late = times >= path.time - settle_s
        off = np.abs(x - np.median(x[late])) + np.abs(y - np.median(y[late]))
        away = off > slack
        if away[-1]:
            return path.time
        last, first = -1, 0
        for at in np.flatnonzero(away).tolist()[::-1]:
            if not away[at + 1]:
                last = at
            first = at
            if first == 0 or times[last] - times[first] >= off_s:
                share = (off[last] - slack) / (off[last] - off[last + 1])
                return float(times[last] + (times[last + 1] - times[last]) * share)
        return path.born if times[0] - path.born < TRAIL_STEP_S else float(times[0])

    def mean_velocity(self, path: Path, start: float, end: float) -> Floats | None:
        """Mean velocity of a path between two times (2,), m/s; None if it was seen for less than half of the span."""
        if path.id not in self.by_id or end <= start:
            return None
        points = self.over(path, end - start, end)
        if len(points) < 2 or points[-1, T] - points[0, T] < (end - start) / 2:
            return None
        return np.asarray((points[-1, U : V + 1] - points[0, U : V + 1]) / (points[-1, T] - points[0, T]) * path.metres)

    def typical_velocity(self, path: Path, start: float, end: float) -> Floats:
        """Where there is a `mean_velocity`: the median slope between every two looks, by axis (Theil 1950, Sen 1968).

        A few looks at somebody else, whom the tracker took for this one, don't change it.
        """
        points = self.over(path, end - start, end)[:, [T, U, V]]
        one, other = np.triu_indices(len(points), 1)
        step = points[other] - points[one]
        return np.asarray(np.median(step[:, 1:] / step[:, :1], axis=0) * path.metres)

    def steps_mps(self, path: Path, start: float, end: float) -> Floats:
        """How fast a path was from each look to the next between two times, m/s."""
        points = self.over(path, end - start, end)
        steps = np.diff(points[:, [T, U, V]], axis=0)
        return np.asarray(np.hypot(steps[:, 1], steps[:, 2]) / steps[:, 0] * path.metres)

    def lost(self, time: float, least_s: float, most_s: float) -> list[Path]:
        """Whose last look was from `least_s` to `most_s` before `time`."""
        away = time - self._seen
        slots = np.flatnonzero((away >= least_s) & (away <= most_s))
        return [path for slot in slots.tolist() if (path := self._slots[slot]) is not None]

    def lost_near(self, time: float, box: Floats, limit_s: float, reach: float) -> list[Path]:
        """A rough look: who of those lost could be the one in `box` (4,) at all, by where he was last seen.

        Who was lost for more than `limit_s` stands within `reach`, in heights, of where he was.
        """
        away = time - self._seen
        height = float(box[3] - box[1])
        recent = away <= limit_s
        far = np.where(recent, height * (1 + FASTEST * away), reach * np.maximum(height, self._whole[:, 1]))
        off = np.abs(self._last_box[:, 0] + self._last_box[:, 2] - box[0] - box[2]) / 2
        slots = np.flatnonzero((away > 0) & (away < np.inf) & (off <= far))
        return [path for slot in slots.tolist() if (path := self._slots[slot]) is not None]

    def pace(self, path: Path, seconds: float = SPEED_WINDOW_S, until: float | None = None) -> Floats:
        """What its columns (6,) gained per second in so long before `until`; 0 if it was seen for too short a time."""
        points = self.over(path, seconds, until)
        span = float(points[-1, T] - points[0, T]) if len(points) else 0.0
        return np.asarray((points[-1] - points[0]) / span if span > PACE_S else np.zeros(points.shape[1]))

    def pace_mps(self, path: Path) -> float:
        """How fast it was in its last second."""
        return float(np.hypot(*self.pace(path)[U : V + 1])) * path.metres

    def ahead_px(self, path: Path, time: float) -> float:
        """How far to the right it would get until then, at the pace it had, pixels."""
        return float(self.pace(path)[X]) * (time - path.time)

    def height_px(self, path: Path) -> float:
        """How high its whole box is, what something nearer hides included."""
        return float(self._whole[path.slot, 1])

    def height_m(self, path: Path) -> float:
        """How high things of its class usually are."""
        return float(self._heights_m[path.class_id])

    def until(self, slots: Ints, time: float) -> Floats:
        """The latest point of each path that is no later than `time`, (n, 6); a time of -inf where there is none."""
        times = self._past[slots, :DENSE, T]
        found = self._past[slots, np.where(times <= time, times, -np.inf).argmax(axis=1)]
        return np.asarray(np.where(found[:, :1] <= time, found, -np.inf))

    def cut(self, path: Path, point: Floats, left: bool) -> None:
        """End the path at one of its points (6,): what came after was somebody else. `left`: he went out there."""
        time, half = float(point[T]), SLENDER * float(point[Y] - point[TOP]) / 2
        past = self._past[path.slot]
        self._count[path.slot] -= int((self._dense(path)[:, T] > time).sum())
        past[past[:, T] > time] = -np.inf
        path.trail = [earlier for earlier in path.trail if earlier[0] <= time]
        path.time, path.place, path.left = time, (float(point[U]), float(point[V])), left
        path.box = np.array([point[X] - half, point[TOP], point[X] + half, point[Y]])
        self._seen[path.slot], self._last_box[path.slot] = time, path.box

    def exchange(self, one: Path, other: Path, since: float) -> None:
        """What came after `since` belongs to the other of these two."""
        (a, b), both = (self._dense(path) for path in (one, other)), np.array([one.slot, other.slot])
        for path, early, late in ((one, a, b), (other, b, a)):
            points = np.concatenate([early[early[:, T] <= since], late[late[:, T] > since]])[-DENSE:]
            count, at = len(points), np.arange(len(points))
            # Where there was more than is kept here, the trail holds it.
            self._count[path.slot] = count + DENSE * (self._count[path.slot] > DENSE)
            self._past[path.slot] = -np.inf
            self._past[path.slot, at] = self._past[path.slot, at + DENSE] = points
        one.trail, other.trail = (
            [p for p in early.trail if p[0] <= since] + [p for p in late.trail if p[0] > since]
            for early, late in ((one, other), (other, one))
        )
        for name in ("time", "box", "place", "metres"):
            mine, his = getattr(one, name), getattr(other, name)
            setattr(one, name, his)
            setattr(other, name, mine)
        for column in (self._seen, self._last_box, self._whole, self._size_px, self._trailed):
            column[both] = column[both[::-1]]

    def _dense(self, path: Path) -> Floats:
        """The dense past (n, 6), oldest first."""
        at = int(self._count[path.slot]) % DENSE
        points = self._past[path.slot, at : at + DENSE]
        return np.array(points[points[:, T] > -np.inf])

    def free_id(self) -> int:
        """An id for a path whose track's id is in use."""
        self._spare_id += 1
        return self._spare_id

    def touches_edge(self, box: Floats) -> bool:
        """Is the box cut by the left or right side of the picture?"""
        return bool(box[0] <= EDGE_PX or box[2] >= self.frame_size[0] - EDGE_PX)

    def has_left(self, path: Path) -> bool:
        """Was it at the edge of the picture when it was last seen, and on the way out?"""
        if path.left:
            return True
        if not self.touches_edge(path.box):
            return False
        left = path.box[0] <= EDGE_PX
        points = self.over(path, SPEED_WINDOW_S)
        if len(points) < 2:
            points = self.over(path, STITCH_S)
        out = (points[0, X] - points[-1, X]) * (1 if left else -1)
        return bool(out > 0.1 * path.height)

    def forget(self, time: float) -> list[int]:
        """Drop who was not seen for `FORGET_S`; returns the ids dropped."""
        old = [track for track, path in self.by_id.items() if time - path.time > FORGET_S]
        for track in old:
            slot = self.by_id.pop(track).slot
            self._free.append(slot)
            self._seen[slot], self._slots[slot] = -np.inf, None
        return old
