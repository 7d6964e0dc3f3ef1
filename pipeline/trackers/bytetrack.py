"""Our own ByteTrack: motion only, all tracks as arrays, all durations in seconds."""

from __future__ import annotations

import numpy as np
import supervision as sv
from pydantic import BaseModel, Field

from pipeline.geometry import box_iou
from pipeline.trackers import assign
from pipeline.trackers.kalman import VALUE, Kalman, Noise
from pipeline.types import TENTATIVE, Bools, Floats, Ints
from pipeline.view import groups


class ByteTrackSettings(BaseModel, extra="forbid", frozen=True):
    """One default for every frame rate and detector; sizes are the mean of an object's width and height."""

    start_confidence: float = Field(default=0.4, ge=0, le=1, description="a detection below this never starts a track")
    high_confidence: float = Field(default=0.4, ge=0, le=1, description="detections from here on are matched first")
    low_confidence: float = Field(default=0.1, ge=0, le=1, description="detections below this are ignored")
    low_s: float = Field(
        default=0.5, ge=0, description="a weak detection continues only tracks unseen for at most so long"
    )
    lost_s: float = Field(default=2.0, gt=0, description="a track unseen for longer is over")
    tentative_s: float = Field(
        default=0.15, ge=0, description="a track seen only once ends after being missed for so long"
    )
    buffer: float = Field(
        default=0.3, ge=0, description="boxes grow by this many sizes on every side before they are compared"
    )
    match_similarity: float = Field(default=0.15, gt=0, le=1, description="least likeness × confidence of a match")
    low_similarity: float = Field(
        default=0.5, gt=0, le=1, description="least likeness of a match with a weak detection"
    )
    duplicate_iou: float = Field(
        default=0.5, gt=0, le=1, description="a box this much over a tracked one starts no track"
    )
    measured: tuple[float, float] = Field(
        default=(0.05, 0.05), description="noise of a box, sizes: (centre, width and height)"
    )
    speed: tuple[float, float] = Field(
        default=(2.0, 0.6), description="speed to expect of something new, sizes per second"
    )
    drift: tuple[float, float] = Field(default=(0.3, 0.1), description="change of velocity to expect within one second")


class ByteTrack:
    """ByteTrack (Zhang et al., ECCV 2022) with buffered IoU, one Kalman filter for all tracks, and media time.

    Confirmed tracks take the good detections first. Tracks seen only once take what is left, if need be from farther
    away. Tracks seen a moment ago then take the weak detections, which so continue a track but never start one. What is
    left starts new tracks. A track is confirmed by its second detection.
    """

    def __init__(self, settings: ByteTrackSettings | None = None, names: tuple[str, ...] = ()) -> None:
        self.settings = settings = settings or ByteTrackSettings()
        self._kalman = Kalman(Noise(settings.measured, settings.speed, settings.drift))
        self._group_of = groups(names)
        self._time = -np.inf
        self._step_s = 0.0
        self._next_id = 1
        self._state: Floats = np.empty((5, 0, 4))
        self._id: Ints = np.empty(0, np.int64)
        self._group: Ints = np.empty(0, np.int64)
        self._seen: Floats = np.empty(0)
        self._confirmed: Bools = np.empty(0, bool)

    def update(self, time: float, detections: sv.Detections) -> sv.Detections:
        """The same rows with `tracker_id` (1, 2, 3…; -1 = none) and, until the second detection, `tentative`.

        Raises:
            ValueError: `time` (seconds) is not later than the time before.
        """
        if not time > self._time:
            raise ValueError(f"time must increase from call to call: got {time} s after {self._time} s")
        xyxy = np.asarray(detections.xyxy, np.float64)
        confidence = _confidence(detections)
        group = self._groups(detections.class_id, len(xyxy))
        z = _centred(xyxy)
        self._advance(time)
        rows, columns = self._associate(z, confidence, group)
        ids = np.full(len(xyxy), -1, np.int64)
        tentative = np.zeros(len(xyxy), bool)
        if len(rows):
            self._continue(rows, z[columns])
            ids[columns] = self._id[rows]
        self._drop_tentative()
        if len(rows) < len(xyxy):
            new = self._newcomers(xyxy, confidence, group, ids)
            ids[new] = self._start(z[new], group[new])
            tentative[new] = True
        return sv.Detections(
            xyxy=xyxy,
            confidence=detections.confidence,
            class_id=detections.class_id,
            tracker_id=ids,
            mask=detections.mask,
            data={**detections.data, TENTATIVE: tentative},
            metadata=detections.metadata,
        )

    def _groups(self, class_id: Ints | None, count: int) -> Ints:
        """Classes (n,) → groups (n,)."""
        if class_id is None:
            return np.zeros(count, np.int64)
        return np.asarray(self._group_of[class_id]) if len(self._group_of) else class_id

    def _advance(self, time: float) -> None:
        """Forget who has been away too long, and predict the others.

        Who was seen in the last frame analysed was never missed, however long ago that is, and is predicted no farther
        than a lost track would be.
        """
        if len(self._id):
            if time - self._seen.min() > self.settings.lost_s:
                self._keep((time - self._seen <= self.settings.lost_s) | (self._seen == self._time))
            self._step_s = min(time - self._time, self.settings.lost_s)
            self._kalman.predict(self._state, self._step_s)
        self._time = time

    def _associate(self, z: Floats, confidence: Floats, group: Ints) -> tuple[Ints, Ints]:
        """Pairs (tracks, detections), found in rounds, each over what the rounds before have left."""
        if not len(z) or not len(self._id):
            return _NOBODY, _NOBODY
        s = self.settings
        same = self._group[:, None] == group
        alike = assign.similarity(self._state[VALUE], z, s.buffer) * same
        fused = alike * confidence
        fused *= fused >= s.match_similarity
        strong = confidence >= s.high_confidence
        weak = (confidence >= s.low_confidence) & ~strong
        pairs = assign.match(fused * (self._confirmed[:, None] & strong))
        once = ~self._confirmed
        if once.any():
            pairs = _then(pairs, fused, once, strong)
            # Nobody knows yet where these are heading: they may be as far as the speed to expect takes them.
            wide = assign.similarity(self._state[VALUE], z, s.buffer + s.speed[0] * self._step_s) * same * confidence
            pairs = _then(pairs, wide * (wide >= s.match_similarity), once, strong)
        if weak.any():
            recent = self._time - self._seen <= s.low_s
            pairs = _then(pairs, alike * (alike >= s.low_similarity), recent, weak)
        return pairs

    def _continue(self, rows: Ints, z: Floats) -> None:
        """Tracks `rows` were seen again at `z`."""
        self._state[:, rows] = self._kalman.correct(self._state.take(rows, axis=1), z)
        self._seen[rows] = self._time
        self._confirmed[rows] = True

    def _drop_tentative(self) -> None:
        """End the tracks that were seen once and then missed."""
        if self._confirmed.all():
            return
        missed = ~self._confirmed & (self._time - self._seen > self.settings.tentative_s)
        if missed.any():
            self._keep(~missed)

    def _newcomers(self, xyxy: Floats, confidence: Floats, group: Ints, ids: Ints) -> Ints:
        """Detections that start a track, in an order that does not depend on the order of the rows."""
        new = np.flatnonzero((ids < 0) & (confidence >= self.settings.start_confidence))
        known = np.flatnonzero(ids >= 0)
        if len(new) and len(known):
            again = box_iou(xyxy[new], xyxy[known]) > self.settings.duplicate_iou
            new = new[~(again & (group[new, None] == group[known])).any(1)]
        return new[np.lexsort((*xyxy[new, ::-1].T, group[new]))] if len(new) > 1 else new

    def _start(self, z: Floats, group: Ints) -> Ints:
        """New tracks at `z`; returns their ids."""
        count = len(z)
        if not count:
            return _NOBODY
        ids = np.arange(self._next_id, self._next_id + count)
        self._next_id += count
        self._state = np.concatenate((self._state, self._kalman.start(z)), axis=1)
        self._id = np.concatenate((self._id, ids))
        self._group = np.concatenate((self._group, group))
        self._seen = np.concatenate((self._seen, np.full(count, self._time)))
        self._confirmed = np.concatenate((self._confirmed, np.zeros(count, bool)))
        return ids

    def _keep(self, kept: Bools) -> None:
        self._state = self._state[:, kept]
        self._id = self._id[kept]
        self._group = self._group[kept]
        self._seen = self._seen[kept]
        self._confirmed = self._confirmed[kept]


_NOBODY: Ints = np.empty(0, np.int64)


def _then(pairs: tuple[Ints, Ints], weights: Floats, tracks: Bools, detections: Bools) -> tuple[Ints, Ints]:
    """`pairs` and those of a further round among the `tracks` (n,) and `detections` (m,) not paired yet."""
    if not tracks.any() or not detections.any():
        return pairs
    rows, columns = pairs
    free, wanted = tracks.copy(), detections.copy()
    free[rows], wanted[columns] = False, False
    if not free.any() or not wanted.any():
        return pairs
    more_rows, more_columns = assign.match(weights * (free[:, None] & wanted))
    return np.concatenate((rows, more_rows)), np.concatenate((columns, more_columns))


def _confidence(detections: sv.Detections) -> Floats:
    if detections.confidence is None:
        return np.ones(len(detections))
    return np.asarray(detections.confidence, np.float64)


def _centred(xyxy: Floats) -> Floats:
    """Corners (n, 4) → (centre x, centre y, width, height); a box without area counts as one pixel."""
    low, high = xyxy[:, :2], xyxy[:, 2:]
    return np.concatenate(((low + high) * 0.5, np.maximum(high - low, 1.0)), axis=1)
