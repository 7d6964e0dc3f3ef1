"""The boxes of one road user → its motion: where it was on the ground, smoothed, and how surely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cholesky_banded, solveh_banded

from pipeline import geometry
from pipeline.conflicts import Bodies, corners
from pipeline.footprint import LENGTHS_M
from pipeline.types import Floats

SIZES_M: Mapping[str, tuple[float, float]] = {**LENGTHS_M, "person": (0.5, 0.5)}
"""Length and width of a usual road user of each class."""
SMALLEST, LARGEST = 0.7, 1.5
"""So many times the usual size a vehicle may be; what looks smaller or larger still is taken for that."""
LOOKS = 5.0
"""Boxes that count as much as knowing what is usual."""
STEEP = 0.45
"""Sine of the angle between the line of sight and the ground above which a roof looks wider than what it covers."""
PIXELS, SHARE = 1.0, 0.02
"""Standard deviation of a box's lower edge: pixels, and as a share of the box's height."""
ACCELERATION = {"person": 0.8}
USUAL_ACCELERATION = 0.7
"""m/s², root mean square of what a road user does in a second: how much smoothing it bears."""
SUDDEN = 2.0
"""m/s² beyond which more acceleration is made less unlikely (Huber), so that braking hard is not smoothed away."""
FITS = 5
"""Each with the outliers and the sudden braking of the fit before."""
LEAST_S = 0.5
"""Who was seen for less has no trajectory."""
PARKED_M, PARKED_MPS = 2.0, 0.7
"""Who never got farther than that, or never went faster, is parked."""
HEADING_MPS = {"person": 0.7}
USUAL_HEADING_MPS = 1.5
"""Slower than that nobody's heading can be told from where he goes."""
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
    size_m: tuple[float, float]
    """Length and width."""


def motion(time: Floats, xyxy: Floats, homography: Floats, name: str, before: Motion | None = None) -> Motion | None:
    """Of one track: times (n,) and boxes (n, 4), NaN where it was missed. None for one that is parked or hardly seen.

    `before`: how it is known to have come here; it may stand now.

    A body is where the rectangle it covers would be seen in just such a box: below, a box ends at the nearest corner,
    and it is as wide as the corners are apart, which also tells how large a vehicle is beside a usual one of its class
    (long ones are taken to be as much wider). Both directions, across the line of sight and along it, are smoothed by
    the path that least accelerates (of a velocity that walks at random), each with what a pixel is worth there.
    """
    foot = _ground(xyxy, homography)
    seen = np.isfinite(foot).all(axis=1)
    if seen.sum() < 3 or np.ptp(time[seen]) < LEAST_S:
        return None
    if before is None and np.hypot(*np.ptp(foot[seen], axis=0)) < PARKED_M:
        return None
    across, away, sd_across, sd_away = _view(xyxy, homography)
    axes = np.stack([_mean(across[seen]), _mean(away[seen])])
    q = ACCELERATION.get(name, USUAL_ACCELERATION)
    heading = np.full(len(time), np.arctan2(axes[1, 1], axes[1, 0]) if before is None else before.heading[-1])
    known = 1.0 if before is None else before.size_m[0] / SIZES_M[name][0]
    times, middle = known, foot + away * sum(SIZES_M[name]) / 4
    least = HEADING_MPS.get(name, USUAL_HEADING_MPS)
    for _ in range(ROUNDS):
        middle = _middles(xyxy, heading, _size(name, times), homography, middle)
        smooth = [
            smoothed(time, np.where(seen, values, 0.0), np.where(seen, sd, np.inf), q)
            for values, sd in zip((middle @ axes.T).T, (sd_across, sd_away), strict=True)
        ]
        velocity = np.column_stack([smooth[0].rate, smooth[1].rate]) @ axes
        speed = np.hypot(*velocity.T)
        heading = _headings(velocity, heading, least)
        place = np.column_stack([smooth[0].value, smooth[1].value]) @ axes
        if before is None and not (speed >= least).any():
            east, north = (place[-1] - place[0]).tolist()
            heading = np.full(len(time), np.arctan2(north, east))
        moves = seen & (speed >= least) & (sd_across < STEEP * sd_away)
        times = _times(xyxy[moves], middle[moves], heading[moves], name, known, homography)
    if before is None and np.percentile(speed, 90) < PARKED_MPS:
        return None
    (value_u, rate_u), (value_v, rate_v) = (one.uncertainty() for one in smooth)
    sds = np.hypot(value_u, value_v), np.hypot(rate_u, rate_v)
    return Motion(time, place[:, 0], place[:, 1], heading, speed, *sds, _size(name, times))


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
        """Standard deviations of values and rates."""
        return _uncertainty(self.bands, self.time)


def smoothed(time: Floats, measured: Floats, sd: Floats, acceleration: float) -> Smooth:
    """The path through measurements (n,) of standard deviations `sd` (n,) that accelerates least.

    A standard deviation of inf means that nothing was measured. Minimises
    Σ ((value − measured) / sd)² + ∫ second derivative² / acceleration², where outliers, and accelerations beyond
    `SUDDEN`, count for less (Huber). Source: Reinsch 1967; with white noise as acceleration it is the
    Rauch–Tung–Striebel smoother (Wahba 1978).
    """
    step = np.diff(time)
    second = np.stack([2 / (step[:-1] * (step[:-1] + step[1:])), -2 / (step[:-1] * step[1:]),
                       2 / (step[1:] * (step[:-1] + step[1:]))])  # fmt: skip
    stiff = (step[:-1] + step[1:]) / 2 / acceleration**2
    value, weight, penalty = measured, 1 / sd**2, stiff
    for _ in range(FITS):
        full = _banded(second, penalty)
        full[2] += weight
        value = solveh_banded(full, weight * measured)
        off = np.abs(value - measured) / sd
        weight = np.minimum(1.0, OUTLIER / np.maximum(off, 1e-9)) / sd**2
        bent = np.abs(second[0] * value[:-2] + second[1] * value[1:-1] + second[2] * value[2:])
        penalty = stiff * np.minimum(1.0, SUDDEN / np.maximum(bent, 1e-9))
    rate = np.gradient(value, time) if len(time) > 2 else np.zeros(len(time))
    return Smooth(time, value, rate, full)


def _banded(second: Floats, penalty: Floats) -> Floats:
    """Σ penalty · (second derivative)² of n values as a banded matrix (3, n): the upper form of `solveh_banded`."""
    count = len(penalty) + 2
    bands = np.zeros((3, count))
    for a in range(3):
        for b in range(a, 3):
            bands[2 - (b - a), b : count - 2 + b] += penalty * second[a] * second[b]
    return bands


def _uncertainty(bands: Floats, time: Floats) -> tuple[Floats, Floats]:
    """Standard deviations of values and rates, from those entries of the inverse that lie in its five middle bands.

    Source: Takahashi, Fagan and Chin 1973.
    """
    factor = cholesky_banded(bands)
    n, own = len(time), factor[2]
    one = [*(factor[1, 1:] / own[:-1]).tolist(), 0.0]
    two = [*(factor[0, 2:] / own[:-2]).tolist(), 0.0, 0.0]
    free = (1 / own**2).tolist()
    same, next_, beyond = ([0.0] * (n + 2) for _ in range(3))
    for i in range(n - 1, -1, -1):
        beyond[i] = -(one[i] * next_[i + 1] + two[i] * same[i + 2])
        next_[i] = -(one[i] * same[i + 1] + two[i] * next_[i + 1])
        same[i] = free[i] - one[i] * next_[i] - two[i] * beyond[i]
    variance = np.array(same[:n])
    before, after = np.maximum(np.arange(n) - 1, 0), np.minimum(np.arange(n) + 1, n - 1)
    shared = np.where(after - before == 2, np.array(beyond)[before], np.array(next_)[before])
    spread = variance[after] + variance[before] - 2 * shared
    return np.sqrt(variance), np.sqrt(np.maximum(spread, 0.0)) / (time[after] - time[before])


def _ground(xyxy: Floats, homography: Floats) -> Floats:
    return geometry.project(homography, np.column_stack([(xyxy[:, 0] + xyxy[:, 2]) / 2, xyxy[:, 3]]))


def _middles(
    xyxy: Floats, heading: Floats, size: tuple[float, float], homography: Floats, guess: Floats
) -> Floats:  # fmt: skip
    """Where bodies (n,) of this length and width and these headings are whose boxes (n, 4) are seen, metres (n, 2)."""
    foot, middle = _ground(xyxy, homography), guess
    for _ in range(ROUNDS):
        low, high = _outline(middle, heading, size, homography)
        seen = geometry.project(homography, np.column_stack([(low[:, 0] + high[:, 0]) / 2, high[:, 1]]))
        middle = np.where(np.isfinite(seen), middle + foot - seen, guess)
    return middle


def _outline(middle: Floats, heading: Floats, size: tuple[float, float], homography: Floats) -> tuple[Floats, Floats]:
    """Least and greatest pixel, two (n, 2), of the ground that such bodies cover."""
    full = np.ones(len(middle))
    bodies = Bodies(middle[:, 0], middle[:, 1], heading, full, size[0] * full, size[1] * full)
    pixels = geometry.unproject(homography, corners(bodies).reshape(-1, 2)).reshape(-1, 4, 2)
    return pixels.min(axis=1), pixels.max(axis=1)


def _size(name: str, times: float) -> tuple[float, float]:
    """Length and width of what is so many times as large as usual; arms and legs make nobody on foot larger."""
    length, width = SIZES_M[name]
    return (length, width) if name == "person" else (length * times, width * times)


def _times(xyxy: Floats, middle: Floats, heading: Floats, name: str, known: float, homography: Floats) -> float:
    """How many times as large as usual a body is that looks as wide as these boxes (n, 4); `known`: as was thought."""
    low, high = _outline(middle, heading, SIZES_M[name], homography)
    looks = (xyxy[:, 2] - xyxy[:, 0]) / np.maximum(high[:, 0] - low[:, 0], 1.0)
    share = len(looks) / (len(looks) + LOOKS)
    times = known if not len(looks) else known ** (1 - share) * float(np.median(looks)) ** share
    return min(max(times, SMALLEST), LARGEST)


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


def _headings(velocity: Floats, known: Floats, least_mps: float) -> Floats:
    """Which way it goes; who stands is turned as when he came, or, where he goes on, half-way to how he leaves."""
    moving = np.hypot(*velocity.T) >= least_mps
    if not moving.any():
        return known
    rows = np.arange(len(moving))
    came = np.maximum.accumulate(np.where(moving, rows, -1))
    leaves = np.minimum.accumulate(np.where(moving, rows, len(rows))[::-1])[::-1]
    came = np.where(came < 0, leaves, came)
    leaves = np.where(leaves == len(rows), came, leaves)
    heading = np.arctan2(velocity[:, 1], velocity[:, 0])
    turned = (heading[leaves] - heading[came] + np.pi) % (2 * np.pi) - np.pi
    return np.asarray(heading[came] + np.where(np.abs(turned) < np.pi / 2, turned / 2, 0.0))
