"""Tracks of one calibrated camera → trajectories: where road users were on the ground, smoothed, and how surely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cholesky_banded, solveh_banded

from pipeline import geometry
from pipeline.conflicts import Bodies, corners
from pipeline.footprint import LENGTHS_M
from pipeline.recording import Recording
from pipeline.riders import Riders
from pipeline.trajectories import Trajectories
from pipeline.types import Bools, Floats, Ints
from pipeline.view import TWO_WHEELERS

SIZES_M: Mapping[str, tuple[float, float]] = {**LENGTHS_M, "person": (0.5, 0.5)}
"""Length and width of a usual road user of each class."""
PIXELS, SHARE = 1.0, 0.02
"""Standard deviation of a box's lower edge: pixels, and as a share of the box's height."""
ACCELERATION = {"person": 0.8}
USUAL_ACCELERATION = 1.0
"""m/s², root mean square of what a road user does in a second: how much smoothing it bears."""
FILL_S = 1.0
"""Where a track was missed for no longer, its way is known all the same."""
LEAST_S = 0.5
"""Who was seen for less has no trajectory."""
PARKED_M, MOVING_MPS = 2.0, 0.7
"""Who never got farther than that is parked; slower than that nobody has a heading of his own."""
SPRINT_MPS = 4.0
"""A person who is so fast for half of his time rides something that was not detected."""
RIDING = 0.5
"""A person who fits on a two-wheeler in so many of his frames rides it: one road user, not two."""
OUTLIER = 3.0
"""Standard deviations beyond which a measurement is believed less (Huber)."""
ROUNDS = 3
"""The middle of a vehicle depends on its heading, and the heading on where its middle was."""


@dataclass(frozen=True, slots=True)
class Motion:
    """One road user: when, where its middle was, which way it went, and how sure that is; columns (n,)."""

    time: Floats
    x: Floats
    y: Floats
    heading: Floats
    speed: Floats
    position_sd_m: Floats
    speed_sd_mps: Floats


def trajectories(tracks: Recording, homography: Floats) -> Trajectories:
    """The trajectories of all that moved. `tracks` carries track ids; `homography` maps its pixels to metres.

    A rider and his two-wheeler are one road user; what is parked has no trajectory. Sizes are those usual of a class.
    """
    frame = np.repeat(np.arange(len(tracks)), np.diff(tracks.starts))
    name = _classes(tracks)
    riding = _riders(tracks, name)
    found: list[tuple[int, str, Motion]] = []
    for track in np.unique(tracks.track[tracks.track >= 0]).tolist():
        rows = np.flatnonzero(tracks.track == track)
        if track in riding or name[track] not in SIZES_M:
            continue
        made = motion(*_filled(tracks.times, frame[rows], tracks.xyxy[rows]), homography, name[track])
        if made is not None:
            kind = "motorcycle" if name[track] == "person" and np.median(made.speed) > SPRINT_MPS else name[track]
            found.append((track, kind, made))
    return _joined(found)


def _filled(times: Floats, frames: Ints, xyxy: Floats) -> tuple[Floats, Floats]:
    """The track in all frames from first to last: boxes are NaN where it was missed, left out where for long."""
    span = np.arange(frames[0], frames[-1] + 1)
    boxes = np.full((len(span), 4), np.nan)
    boxes[frames - frames[0]] = xyxy
    known = np.isin(span, frames)
    last = np.maximum.accumulate(np.where(known, np.arange(len(span)), 0))
    following = np.minimum.accumulate(np.where(known, np.arange(len(span)), len(span) - 1)[::-1])[::-1]
    kept = times[span[following]] - times[span[last]] <= FILL_S
    return times[span[kept]], boxes[kept]


def motion(time: Floats, xyxy: Floats, homography: Floats, name: str) -> Motion | None:
    """Of one track: times (n,) and boxes (n, 4), NaN where it was missed. None for one that is parked or hardly seen.

    A body is where the rectangle it covers would be seen in just such a box: below, a box ends at the nearest corner,
    and it is as wide as the corners are apart. Both directions, across the line of sight and along it, are smoothed by
    the path that least accelerates (of a velocity that walks at random), each with what a pixel is worth there.
    """
    length, width = SIZES_M[name]
    foot = _ground(xyxy, homography)
    seen = np.isfinite(foot).all(axis=1)
    if seen.sum() < 3 or np.ptp(time[seen]) < LEAST_S or np.hypot(*np.ptp(foot[seen], axis=0)) < PARKED_M:
        return None
    across, away, sd_across, sd_away = _view(xyxy, homography)
    axes = np.stack([_mean(across[seen]), _mean(away[seen])])
    q = ACCELERATION.get(name, USUAL_ACCELERATION)
    heading = np.full(len(time), np.arctan2(axes[1, 1], axes[1, 0]))
    middle = foot + away * (length + width) / 4
    for _ in range(ROUNDS):
        middle = _middles(xyxy, heading, (length, width), homography, middle)
        smooth = [
            smoothed(time, np.where(seen, values, 0.0), np.where(seen, sd, np.inf), q)
            for values, sd in zip((middle @ axes.T).T, (sd_across, sd_away), strict=True)
        ]
        velocity = np.column_stack([smooth[0].rate, smooth[1].rate]) @ axes
        heading = _headings(velocity, heading)
    place = np.column_stack([smooth[0].value, smooth[1].value]) @ axes
    speed = np.hypot(*velocity.T)
    if np.percentile(speed, 90) < MOVING_MPS:
        return None
    (value_u, rate_u), (value_v, rate_v) = (one.uncertainty() for one in smooth)
    sds = np.hypot(value_u, value_v), np.hypot(rate_u, rate_v)
    return Motion(time, place[:, 0], place[:, 1], heading, speed, *sds)


@dataclass(frozen=True, slots=True)
class Smooth:
    """A smoothed value and its rate, columns (n,), and the banded matrix (3, n) that tells how sure they are."""

    time: Floats
    value: Floats
    rate: Floats
    bands: Floats

    @property
    def value_sd(self) -> Floats:
        return self.uncertainty()[0]

    def uncertainty(self) -> tuple[Floats, Floats]:
        """Standard deviations of values and rates; costs as the cube of their number."""
        return _uncertainty(self.bands, self.time)


def smoothed(time: Floats, measured: Floats, sd: Floats, acceleration: float) -> Smooth:
    """The path through measurements (n,) of standard deviations `sd` (n,) that accelerates least.

    A standard deviation of inf means that nothing was measured. Minimises
    Σ ((value − measured) / sd)² + ∫ second derivative² / acceleration²; outliers weigh less (Huber). Source: Reinsch
    1967; with white noise as acceleration it is the Rauch–Tung–Striebel smoother (Wahba 1978).
    """
    step = np.diff(time)
    second = np.stack([2 / (step[:-1] * (step[:-1] + step[1:])), -2 / (step[:-1] * step[1:]),
                       2 / (step[1:] * (step[:-1] + step[1:]))])  # fmt: skip
    penalty = (step[:-1] + step[1:]) / 2 / acceleration**2
    bands = np.zeros((3, len(time)))
    for a in range(3):
        for b in range(a, 3):
            bands[2 - (b - a), b : len(time) - 2 + b] += penalty * second[a] * second[b]
    value, weight = measured, 1 / sd**2
    for _ in range(3):
        full = bands.copy()
        full[2] += weight
        value = solveh_banded(full, weight * measured)
        off = np.abs(value - measured) / sd
        weight = np.minimum(1.0, OUTLIER / np.maximum(off, 1e-9)) / sd**2
    rate = np.gradient(value, time) if len(time) > 2 else np.zeros(len(time))
    return Smooth(time, value, rate, full)


def _uncertainty(bands: Floats, time: Floats) -> tuple[Floats, Floats]:
    """Standard deviations of values and rates, from the inverse of the banded matrix."""
    factor = cholesky_banded(bands)
    n = len(time)
    whole = np.zeros((n, n))
    for band in range(3):
        whole[np.arange(n - 2 + band), np.arange(2 - band, n)] = factor[band, 2 - band :]
    inverse = np.linalg.inv(whole)
    covariance = inverse @ inverse.T
    value_sd = np.sqrt(np.diag(covariance))
    before, after = np.maximum(np.arange(n) - 1, 0), np.minimum(np.arange(n) + 1, n - 1)
    spread = covariance[after, after] + covariance[before, before] - 2 * covariance[before, after]
    return value_sd, np.sqrt(np.maximum(spread, 0.0)) / (time[after] - time[before])


def _ground(xyxy: Floats, homography: Floats) -> Floats:
    return geometry.project(homography, np.column_stack([(xyxy[:, 0] + xyxy[:, 2]) / 2, xyxy[:, 3]]))


def _middles(
    xyxy: Floats, heading: Floats, size: tuple[float, float], homography: Floats, guess: Floats
) -> Floats:  # fmt: skip
    """Where bodies (n,) of this length and width and these headings are whose boxes (n, 4) are seen, metres (n, 2)."""
    foot, middle, full = _ground(xyxy, homography), guess, np.ones(len(xyxy))
    for _ in range(ROUNDS):
        bodies = Bodies(middle[:, 0], middle[:, 1], heading, full, size[0] * full, size[1] * full)
        pixels = geometry.unproject(homography, corners(bodies).reshape(-1, 2)).reshape(-1, 4, 2)
        low, high = pixels.min(axis=1), pixels.max(axis=1)
        seen = geometry.project(homography, np.column_stack([(low[:, 0] + high[:, 0]) / 2, high[:, 1]]))
        middle = np.where(np.isfinite(seen), middle + foot - seen, guess)
    return middle


def _view(xyxy: Floats, homography: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Unit vectors (n, 2) on the ground across and along the line of sight, and what the box is unsure of them (n,)."""
    foot = np.column_stack([(xyxy[:, 0] + xyxy[:, 2]) / 2, xyxy[:, 3]])
    here = geometry.project(homography, foot)
    right, up = (geometry.project(homography, foot + step) - here for step in ((1.0, 0.0), (0.0, -1.0)))
    height = xyxy[:, 3] - xyxy[:, 1]
    sd = PIXELS + SHARE * height
    per_right, per_up = np.hypot(*right.T), np.hypot(*up.T)
    away = up / per_up[:, None]
    across = np.column_stack([away[:, 1], -away[:, 0]])
    return across, away, sd * per_right, sd * per_up


def _mean(directions: Floats) -> Floats:
    middle = directions.mean(axis=0)
    return np.asarray(middle / np.hypot(*middle))


def _headings(velocity: Floats, known: Floats) -> Floats:
    """Which way it goes; who stands keeps the heading he last had, or first gets."""
    moving = np.hypot(*velocity.T) >= MOVING_MPS
    if not moving.any():
        return known
    last = np.maximum.accumulate(np.where(moving, np.arange(len(moving)), -1))
    last[last < 0] = int(moving.argmax())
    return np.asarray(np.arctan2(velocity[last, 1], velocity[last, 0]))


def _classes(tracks: Recording) -> dict[int, str]:
    """The class each track mostly had."""
    ids, index = np.unique(tracks.track, return_inverse=True)
    votes = np.zeros((len(ids), len(tracks.names)))
    np.add.at(votes, (index, tracks.class_id), 1)
    return {int(track): tracks.names[row] for track, row in zip(ids, votes.argmax(axis=1).tolist(), strict=True)}


def _riders(tracks: Recording, name: Mapping[int, str]) -> set[int]:
    """Persons who ride a two-wheeler that has a track of its own."""
    kind = np.array([name.get(int(track), "") for track in tracks.track], object)
    person: Bools = kind == "person"
    wheels: Bools = np.isin(kind.astype(str), TWO_WHEELERS)
    seen: dict[int, int] = {}
    riding: dict[int, int] = {}
    for start, stop in zip(tracks.starts[:-1].tolist(), tracks.starts[1:].tolist(), strict=True):
        rows = np.arange(start, stop)
        people, vehicles = rows[person[start:stop]], rows[wheels[start:stop]]
        fits = Riders.seated(tracks.xyxy[people], tracks.xyxy[vehicles])
        for track, sits in zip(tracks.track[people].tolist(), fits.tolist(), strict=True):
            seen[track] = seen.get(track, 0) + 1
            riding[track] = riding.get(track, 0) + any(sits)
    return {track for track, count in seen.items() if riding[track] >= RIDING * count}


def _joined(found: list[tuple[int, str, Motion]]) -> Trajectories:
    names = tuple(sorted({kind for _, kind, _ in found}))
    counts = [len(made.time) for _, _, made in found]

    def column(name: str) -> Floats:
        return np.concatenate([getattr(made, name) for _, _, made in found] or [np.empty(0)])

    track = np.repeat(np.array([track for track, _, _ in found], np.int64), counts)
    kind = np.repeat(np.array([names.index(kind) for _, kind, _ in found], np.int64), counts)
    sizes = np.array([SIZES_M[names[k]] for k in kind.tolist()]).reshape(-1, 2)
    order = np.lexsort((track, column("time")))
    bodies = Bodies(column("x"), column("y"), column("heading"), column("speed"), sizes[:, 0], sizes[:, 1])
    return Trajectories(column("time")[order], track[order], kind[order], names, bodies[order])
