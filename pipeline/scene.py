"""What a rule may see of one camera: who is where, since when, how fast; broken track ids are stitched."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

import numpy as np
import supervision as sv

from pipeline import geometry
from pipeline.types import TENTATIVE, Bools, Floats, TrackBox

STITCH_S = 2.0
"""A track that breaks for no longer than this is the same one, if it goes on close by (DESIGN §4)."""
PERSON_HEIGHT_M = 1.7
"""Stands in for the missing scale of an uncalibrated camera: one box height of a person."""
SPEED_WINDOW_S = 1.0
STANDING_S = 3.0
STANDING_REACH = 0.4
"""Who moves no farther than this share of his height within `STANDING_S` stands still."""
FORGET_S = 30.0
TRAIL_STEP_S = 0.5
TRAIL_POINTS = 1200


@dataclass(slots=True)
class Path:
    """Where one stitched track was; `recent` is dense, `trail` keeps a point every half second for 10 minutes."""

    id: int
    votes: Counter[int]
    xyxy: Floats
    recent: deque[tuple[float, float, float]] = field(default_factory=lambda: deque(maxlen=64))
    trail: deque[tuple[float, float, float]] = field(default_factory=lambda: deque(maxlen=TRAIL_POINTS))

    @property
    def time(self) -> float:
        return self.recent[-1][0]

    @property
    def class_id(self) -> int:
        """The class the detector named most often, so that flicker does not change what a track is."""
        return self.votes.most_common(1)[0][0]

    @property
    def height(self) -> float:
        return float(self.xyxy[3] - self.xyxy[1])

    def add(self, time: float, x: float, y: float) -> None:
        self.recent.append((time, x, y))
        if not self.trail or time - self.trail[-1][0] >= TRAIL_STEP_S:
            self.trail.append((time, x, y))

    def over(self, seconds: float) -> Floats:
        """The points of the last `seconds`, oldest first: (n, 3) of time, x, y."""
        dense = [point for point in self.recent if self.time - point[0] <= seconds]
        if len(dense) < len(self.recent):
            return np.array(dense)
        since = self.time - seconds
        older = [point for point in self.trail if since <= point[0] < dense[0][0]]
        return np.array([*older, *dense])

    def expected(self, time: float) -> Floats:
        """Where the track would be at `time` if it kept its velocity of the last second: (2,) pixels."""
        points = self.over(SPEED_WINDOW_S)
        span = points[-1, 0] - points[0, 0]
        velocity = (points[-1, 1:] - points[0, 1:]) / span if span > 0 else np.zeros(2)
        return np.asarray(points[-1, 1:] + velocity * (time - points[-1, 0]))


class Scene:
    """The state of one camera at the frame it was last advanced to.

    Columns of equal length n, one row per confirmed track in view: `ids` (stitched), `class_id` (voted), `xyxy`
    and `anchors` (n, 2) in pixels. Rules read it and never change it.
    """

    def __init__(
        self,
        frame_size: tuple[int, int],
        names: tuple[str, ...],
        zone: tzinfo = UTC,
        homography: Floats | None = None,
    ) -> None:
        """`homography` maps pixels of the source frame to metres; `zone` is the city's time zone."""
        self.frame_size = frame_size
        self.names = names
        self.homography = homography
        self.time = 0.0
        self.ids = np.empty(0, np.int64)
        self.class_id = np.empty(0, np.int64)
        self.xyxy: Floats = np.empty((0, 4))
        self.anchors: Floats = np.empty((0, 2))
        self.backlog: dict[int, list[tuple[float, Floats]]] = {}
        self._zone = zone
        self._paths: dict[int, Path] = {}
        self._alias: dict[int, int] = {}
        self._pending: dict[int, list[tuple[float, Floats]]] = {}
        self._masks: dict[tuple[str, ...], Bools] = {}

    def advance(self, time: float, tracks: sv.Detections) -> None:
        """Take in the tracks of the next analysed frame (columns `tracker_id`, `class_id`, maybe `tentative`)."""
        self.time = time
        ids = tracks.tracker_id if tracks.tracker_id is not None else np.full(len(tracks), -1)
        tentative = np.asarray(tracks.data.get(TENTATIVE, np.zeros(len(tracks), bool)), bool)
        for row in np.flatnonzero(tentative & (ids >= 0)):
            self._pending.setdefault(int(ids[row]), []).append((time, tracks.xyxy[row]))
        rows = np.flatnonzero(~tentative & (ids >= 0))
        self.xyxy = np.asarray(tracks.xyxy[rows], np.float64)
        self.anchors = geometry.anchors(self.xyxy, self.frame_size)
        raw_classes = tracks.class_id[rows] if tracks.class_id is not None else np.zeros(len(rows), np.int64)
        self.backlog = {}
        self._name_tracks(ids[rows].tolist(), raw_classes.tolist())
        self._masks = {}
        self._forget()

    def _name_tracks(self, raw: list[int], classes: list[int]) -> None:
        taken = {self._alias[i] for i in raw if i in self._alias}
        for row, (raw_id, class_id) in enumerate(zip(raw, classes, strict=True)):
            if raw_id not in self._alias:
                taken.add(self._begin(raw_id, class_id, row, taken))
        ids = [self._alias[i] for i in raw]
        for row, (track, class_id) in enumerate(zip(ids, classes, strict=True)):
            path = self._paths[track]
            path.votes[class_id] += 1
            path.xyxy = self.xyxy[row]
            path.add(self.time, float(self.anchors[row, 0]), float(self.anchors[row, 1]))
        self.ids = np.array(ids, np.int64)
        self.class_id = np.array([self._paths[track].class_id for track in ids], np.int64)

    def _begin(self, raw_id: int, class_id: int, row: int, taken: set[int]) -> int:
        backlog = self._pending.pop(raw_id, [])
        time, box = backlog[0] if backlog else (self.time, self.xyxy[row])
        path = self._broken(time, box, class_id, taken)
        if path is None:
            path = self._paths[raw_id] = Path(raw_id, Counter(), box)
        self._alias[raw_id] = path.id
        for then, earlier in backlog:
            path.add(then, *self.anchor(earlier).tolist())
        if backlog:
            self.backlog[path.id] = backlog
        return path.id

    def _broken(self, time: float, box: Floats, class_id: int, taken: set[int]) -> Path | None:
        """The path that a track born at `time` in `box` continues: same class, ≤ 2 s ago, close by, alike in size."""
        best: tuple[float, Path] | None = None
        here, height = self.anchor(box), float(box[3] - box[1])
        for path in self._paths.values():
            away = time - path.time
            if path.id in taken or not 0 < away <= STITCH_S or path.class_id != class_id:
                continue
            if not 0.67 <= height / max(path.height, 1e-6) <= 1.5:
                continue
            steps = np.array([path.expected(time), [path.recent[-1][1], path.recent[-1][2]]]) - here
            distance = float(np.hypot(steps[:, 0], steps[:, 1]).min())
            if distance <= 0.5 * height * (1 + away) and (best is None or distance < best[0]):
                best = (distance, path)
        return best[1] if best else None

    def _forget(self) -> None:
        old = [track for track, path in self._paths.items() if self.time - path.time > FORGET_S]
        for track in old:
            del self._paths[track]
        if old:
            self._alias = {raw: track for raw, track in self._alias.items() if track in self._paths}
        stale = [raw for raw, points in self._pending.items() if self.time - points[-1][0] > STITCH_S]
        for raw in stale:
            del self._pending[raw]

    @property
    def calibrated(self) -> bool:
        return self.homography is not None

    @property
    def local(self) -> datetime:
        """The capture time on the city's clock."""
        return datetime.fromtimestamp(self.time, self._zone)

    def anchor(self, box: Floats) -> Floats:
        """Where one box (4,) touches the ground: (2,) pixels."""
        return np.asarray(geometry.anchors(box[None], self.frame_size)[0])

    def sees(self, track: int) -> bool:
        """Is this track in the picture now?"""
        return bool((self.ids == track).any())

    def knows(self, track: int) -> bool:
        """Is this track in the picture, or was it not long ago?"""
        return track in self._paths

    def stood_at(self, track: int, box: Floats) -> bool:
        """Did this track, now out of sight, stand still when it was lost, just where `box` is?"""
        path = self._paths.get(track)
        if path is None or self.sees(track):
            return False
        points, reach = path.over(STANDING_S), STANDING_REACH * path.height
        stood = (
            points[-1, 0] - points[0, 0] >= STANDING_S - 2 * TRAIL_STEP_S
            and np.ptp(points[:, 1:], axis=0).max() <= reach
        )
        alike = 0.75 <= (box[3] - box[1]) / max(path.height, 1e-6) <= 1.33
        return bool(stood and alike and np.hypot(*(self.anchor(box) - points[-1, 1:])) <= reach)

    def of(self, classes: Iterable[str]) -> Bools:
        """Which rows are of one of these classes → (n,) bool."""
        wanted = tuple(classes)
        if wanted not in self._masks:
            self._masks[wanted] = np.isin(self.class_id, [self.names.index(c) for c in wanted if c in self.names])
        return self._masks[wanted]

    def class_name(self, track: int) -> str:
        return self.names[self._paths[track].class_id]

    def box(self, track: int) -> TrackBox:
        """How an event shows this track: where it is, or was last seen."""
        path = self._paths[track]
        ground = self.ground(np.array([path.recent[-1][1:]]))
        metres = None if ground is None else (round(float(ground[0, 0]), 3), round(float(ground[0, 1]), 3))
        return TrackBox(track, self.class_name(track), whole_pixels(path.xyxy), metres)

    def ground(self, points: Floats) -> Floats | None:
        """Pixels (n, 2) → metres (n, 2), or None where the camera is not calibrated."""
        return None if self.homography is None else geometry.project(self.homography, points)

    def displacement_m(self, track: int, seconds: float) -> float:
        """The farthest two points this track was apart in the last `seconds`; by box heights if uncalibrated."""
        path = self._paths[track]
        points = path.over(seconds)[:, 1:]
        ground = self.ground(points)
        scale = 1.0 if ground is not None else PERSON_HEIGHT_M / max(path.height, 1e-6)
        plane = points if ground is None else ground
        return float(np.hypot(*np.ptp(plane, axis=0)) * scale)

    def speed_mps(self, track: int) -> float | None:
        """Mean speed over the ground in the last second; None if uncalibrated or seen too briefly."""
        points = self._paths[track].over(SPEED_WINDOW_S)
        ground = self.ground(points[:, 1:])
        span = float(points[-1, 0] - points[0, 0])
        if ground is None or span < SPEED_WINDOW_S / 4:
            return None
        speed = float(np.hypot(*(ground[-1] - ground[0])) / span)
        return speed if np.isfinite(speed) else None


def whole_pixels(box: Floats) -> tuple[int, int, int, int]:
    x1, y1, x2, y2 = (round(float(value)) for value in box)
    return (x1, y1, x2, y2)
