"""The road users of one calibrated camera: each one's way over the ground, once it is known to its end."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from pipeline.conflicts import Bodies, Sweep
from pipeline.motion import SIZES_M, Motion, motion
from pipeline.paths import STITCH_S
from pipeline.trajectories import Trajectories
from pipeline.types import Bools, Floats
from pipeline.view import View

LONGEST_S, SHARED_S = 10.0, 2.0
"""A way that is longer is told in pieces of so much, each of which goes back so far into the one before."""
FILL_S = 2.0
"""Where a track was missed for no longer, its way is known all the same."""
INSTANT_S = 0.25
"""A way is known at least so often: where frames were lost between two, also at times between them."""
HIDDEN, NEARER_PX = 0.5, 2.0
"""A box of which so much lies behind one whose lower edge is lower by so much does not end where the body does."""
LEAST_PX, UNLIKE = 1.0, 1.3
"""A box smaller than that, or so many times as tall or as flat as those around it, does not end where the body does."""
CUT = 0.006
"""A box that ends so near the side of the picture, as a share of its width, goes on beyond it."""
SPRINT_MPS = 4.0
"""A person who is so fast for half of his time rides something that was not detected."""
RIDING = 0.5
"""A person who rides a two-wheeler for so much of his way is one road user with it."""
AFTER_S = 5.0
"""A way is kept for so long after its end, for those who cross the same ground later."""


@dataclass(frozen=True, eq=False)
class Passage:
    """A way of one road user, or a piece of one."""

    track: int
    name: str
    """The class of the road user; a fast person is on a motorcycle."""
    motion: Motion
    xyxy: Floats
    """Its boxes (n, 4) at the times of the motion, NaN where it was missed."""

    @property
    def start(self) -> float:
        return float(self.motion.time[0])

    @property
    def end(self) -> float:
        return float(self.motion.time[-1])

    @cached_property
    def bodies(self) -> Bodies:
        own, (length, width) = self.motion, self.motion.size_m
        full = np.ones(len(own.time))
        return Bodies(own.x, own.y, own.heading, own.speed, length * full, width * full)

    @cached_property
    def sweep(self) -> Sweep:
        return Sweep(self.motion.time, self.bodies)

    def row(self, time: float) -> int:
        """The sample nearest to a time."""
        return int(np.abs(self.motion.time - time).argmin())

    def box(self, time: float) -> tuple[float, float, float, float]:
        """Its box when it was seen nearest to a time."""
        seen = np.flatnonzero(np.isfinite(self.xyxy[:, 0]))
        x1, y1, x2, y2 = self.xyxy[seen[np.abs(self.motion.time[seen] - time).argmin()]].tolist()
        return (x1, y1, x2, y2)


@dataclass(slots=True)
class _Way:
    """What was seen of one track, and has not been told yet."""

    name: str
    times: list[float] = field(default_factory=list)
    boxes: list[Floats] = field(default_factory=list)
    ridden: int = 0
    before: Passage | None = None
    """The piece before."""

    @property
    def came(self) -> Motion | None:
        """How it came here; how large it is counts only where it was told as what it is told now."""
        if self.before is None:
            return None
        known = self.before.motion
        return known if self.before.name == self.name else replace(known, size_m=SIZES_M[self.name])

    @property
    def seconds(self) -> float:
        return self.times[-1] - self.times[0]


class Traffic:
    """Collects the ways of a camera's road users; `passed` are those that were over, or long enough, in this frame.

    What is parked has no way. Nothing is known of a way before it is over: a road user out of sight for 2 s, or for
    `longest_s` in sight.
    """

    def __init__(self, homography: Floats, frame_size: tuple[int, int], longest_s: float = LONGEST_S) -> None:
        """`homography` maps pixels of the source frame, of this width and height, to metres."""
        self.passed: list[Passage] = []
        self.kept: list[Passage] = []
        """Passages before those, as long as another may have been there within `AFTER_S`; oldest first."""
        self._homography = homography
        self._frame_size = frame_size
        self._longest_s = longest_s
        self._frames: list[float] = []
        self._ways: dict[int, _Way] = {}

    def advance(
        self,
        view: View,
        names: Sequence[str],
        riding: Mapping[int, int],
        backlog: Mapping[int, Sequence[tuple[float, Floats]]],
    ) -> None:
        """Take the view in. `riding`: person → vehicle; `backlog`: boxes of tracks from before they were sure."""
        since = view.time - self._frames[-1] if self._frames else 0.0
        if 1.5 * INSTANT_S < since <= FILL_S:
            self._frames += np.linspace(self._frames[-1], view.time, math.ceil(since / INSTANT_S) + 1)[1:-1].tolist()
        self._frames.append(view.time)
        self.kept += self.passed
        hidden = _hidden(view.xyxy)
        for row, track in enumerate(view.tracks):
            name = names[int(view.class_id[row])]
            if name in SIZES_M:
                way = self._ways.setdefault(track, _Way(name))
                for time, box in backlog.get(track, ()):
                    if not way.times or time > way.times[-1]:
                        way.times.append(time)
                        way.boxes.append(box)
                way.name, way.ridden = name, way.ridden + (track in riding)
                way.times.append(view.time)
                way.boxes.append(np.full(4, np.nan) if hidden[row] else view.xyxy[row])
        self.passed = [*self._over(view.time, since), *self._long()]
        self._forget(view.time)

    def finish(self) -> list[Passage]:
        """The input ends: what is left of all ways."""
        found = [self._passage(track, way) for track, way in self._ways.items()]
        self.kept, self._ways = self.kept + self.passed, {}
        self.passed = [passage for passage in found if passage is not None]
        return self.passed

    def _over(self, time: float, since: float) -> list[Passage]:
        gone = [track for track, way in self._ways.items() if time - way.times[-1] > STITCH_S + min(since, 0.5)]
        found = [self._passage(track, self._ways.pop(track)) for track in gone]
        return [passage for passage in found if passage is not None]

    def _long(self) -> list[Passage]:
        found = []
        for track, way in self._ways.items():
            if way.seconds >= self._longest_s:
                passage = self._passage(track, way)
                first = int(np.searchsorted(way.times, way.times[-1] - SHARED_S))
                way.times, way.boxes, way.ridden = way.times[first:], way.boxes[first:], 0
                if passage is not None:
                    way.before = passage
                    found.append(passage)
        return found

    def _passage(self, track: int, way: _Way) -> Passage | None:
        if way.ridden >= RIDING * len(way.times):
            return None
        times, boxes = self._filled(way)
        whole = self._whole(np.where(_believed(times, boxes)[:, None], boxes, np.nan))
        seen = np.flatnonzero(np.isfinite(whole[:, 0]))
        if not len(seen):
            return None
        span = slice(seen[0], seen[-1] + 1)
        times, boxes = times[span], boxes[span]
        made = motion(times, whole[span], self._homography, way.name, way.came)
        if made is None:
            return None
        if way.name == "person" and float(np.median(made.speed)) > SPRINT_MPS:
            return Passage(track, "motorcycle", replace(made, size_m=SIZES_M["motorcycle"]), boxes)
        return Passage(track, way.name, made, boxes)

    def _filled(self, way: _Way) -> tuple[Floats, Floats]:
        """The way at the times of all frames from first to last: NaN where it was missed, left out where for long."""
        seen, frames = np.array(way.times), np.array(self._frames)
        between = frames[(frames > seen[0]) & (frames < seen[-1])]
        times = np.union1d(seen, between)
        at = np.searchsorted(seen, times, side="right") - 1
        known = seen[at] == times
        boxes = np.full((len(times), 4), np.nan)
        boxes[known] = np.array(way.boxes)[at[known]]
        following = seen[np.minimum(np.searchsorted(seen, times), len(seen) - 1)]
        kept = following - seen[at] <= FILL_S
        return times[kept], boxes[kept]

    def _whole(self, boxes: Floats) -> Floats:
        """The boxes (n, 4) as they would be were the picture larger; NaN where two of its sides cut them.

        Of a box that one side cuts the other end is known, and how wide it is for its height, from the box next to it
        that nothing cuts: it is still turned the same way. So is how high it is for its width where it ends below.
        """
        width, height = self._frame_size
        x1, y1, x2, y2 = boxes.T
        near = CUT * width
        with np.errstate(invalid="ignore"):
            left, right, above, below = x1 <= near, x2 >= width - near, y1 <= near, y2 >= height - near
        free = np.flatnonzero(np.isfinite(x1) & ~(left | right | below | above))
        cut = left.astype(int) + right + above + below
        if not len(free):
            return np.where((left | right | below)[:, None], np.nan, boxes)
        next_ = free[np.abs(np.arange(len(boxes))[:, None] - free).argmin(axis=1)]
        broad = ((x2 - x1) / (y2 - y1))[next_]
        wide, high = (y2 - y1) * broad, (x2 - x1) / broad
        whole = np.column_stack([
            np.where(left, np.minimum(x2 - wide, x1), x1), y1,
            np.where(right, np.maximum(x1 + wide, x2), x2), np.where(below, np.maximum(y1 + high, y2), y2),
        ])  # fmt: skip
        return np.where((cut > 1)[:, None], np.nan, whole)

    def _forget(self, time: float) -> None:
        under_way = [*(way.times[0] for way in self._ways.values()), *(passage.start for passage in self.passed)]
        since = min(under_way, default=time)
        self.kept = [passage for passage in self.kept if passage.end >= since - AFTER_S]
        if self._frames[0] < since:
            self._frames = self._frames[int(np.searchsorted(self._frames, since)) :]


def _hidden(xyxy: Floats) -> Bools:
    """Which boxes (n, 4) lie to a good part behind another that is nearer to the camera, (n,)."""
    size = np.minimum(xyxy[:, None, 2:], xyxy[None, :, 2:]) - np.maximum(xyxy[:, None, :2], xyxy[None, :, :2])
    shared = np.maximum(size, 0.0).prod(axis=2)
    area = np.maximum((xyxy[:, 2] - xyxy[:, 0]) * (xyxy[:, 3] - xyxy[:, 1]), 1e-9)
    nearer = xyxy[None, :, 3] > xyxy[:, None, 3] + NEARER_PX
    return np.asarray((nearer & (shared > HIDDEN * area[:, None])).any(axis=1))


def _believed(time: Floats, boxes: Floats) -> Bools:
    """Which boxes (n, 4) are about as tall as those within the second around them; another is cut by what hides it."""
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    seen = np.flatnonzero((width >= LEAST_PX) & (height >= LEAST_PX))
    kept = np.zeros(len(boxes), np.bool_)
    if len(seen):
        half = max(1, round(0.5 / max(float(np.median(np.diff(time[seen]))), 0.01))) if len(seen) > 1 else 1
        padded = np.pad(height[seen], half, constant_values=np.nan)
        usual = np.nanmedian(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1), axis=1)
        kept[seen] = np.abs(np.log(height[seen] / usual)) < np.log(UNLIKE)
    return kept


def as_table(passages: Sequence[Passage]) -> Trajectories:
    """The same as one table in which every passage is a road user of its own: its number."""
    return _joined([(number, passage, slice(None)) for number, passage in enumerate(passages)])


def trajectories(passages: Sequence[Passage]) -> Trajectories:
    """The same as one table, pieces of a way joined: each counts from where the one before ends."""
    until: dict[int, float] = {}
    parts = []
    for passage in sorted(passages, key=lambda one: one.start):
        new = passage.motion.time > until.get(passage.track, -math.inf)
        until[passage.track] = passage.end
        parts.append((passage.track, passage, new))
    return _joined(parts)


def _joined(parts: Sequence[tuple[int, Passage, Any]]) -> Trajectories:
    """Of each passage some rows, under the name of a road user."""
    names = tuple(sorted({passage.name for _, passage, _ in parts}))

    def column(of: str) -> Floats:
        return np.concatenate([getattr(passage.motion, of)[rows] for _, passage, rows in parts] or [np.empty(0)])

    def bodies(of: str) -> Floats:
        return np.concatenate([getattr(passage.bodies, of)[rows] for _, passage, rows in parts] or [np.empty(0)])

    time = column("time")
    counts = [len(passage.motion.time[rows]) for _, passage, rows in parts]
    track = np.repeat(np.array([track for track, _, _ in parts], np.int64), counts)
    kind = np.repeat(np.array([names.index(passage.name) for _, passage, _ in parts], np.int64), counts)
    order = np.lexsort((track, time))
    return Trajectories(
        time[order], track[order], kind[order], names, Bodies(*(bodies(one.name) for one in fields(Bodies)))[order],
        column("position_sd_m")[order], column("speed_sd_mps")[order],
    )  # fmt: skip
