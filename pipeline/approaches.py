"""Trajectories → approaches: of every pair that came near each other, its worst instants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from scipy.spatial import cKDTree

from pipeline import conflicts
from pipeline.trajectories import Trajectories
from pipeline.types import Bools, Floats, Ints

NEAR_M = 50.0
"""Pairs farther apart are not looked at."""
LISTED_S = 5.0
"""A pair is listed when its time to collision or its post-encroachment time falls below."""
HOLD_S = 0.2
"""What makes a conflict must last for so long: one instant may be a fault of the measurement, or a wobble."""
PAIRS_AT_ONCE = 200_000


class Limits(BaseModel):
    """What makes a conflict of an encounter."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    ttc_s: float = Field(1.5, gt=0, le=LISTED_S, description="Time to collision below which it is one (Hayward 1972)")
    pet_s: float = Field(1.5, gt=0, le=LISTED_S, description="… or post-encroachment time,")
    drac_mps2: float = Field(3.4, gt=0, description="or deceleration rate above which (AASHTO's comfortable braking).")
    closing_mps: float = Field(
        1.5, ge=0, description="Who comes closer more slowly than this is queueing, or rides beside the other."
    )


@dataclass(frozen=True, slots=True)
class Approaches:
    """What was measured of pairs within `NEAR_M`, a row a pair; indices of road users, not their names."""

    pairs: Ints
    ttc_s: Floats
    at: Floats
    """When the time to collision was least, …"""
    closing_mps: Floats
    """… and how fast they came closer, at what angle, and where they would have met."""
    angle_deg: Floats
    x_m: Floats
    y_m: Floats
    sharp_ttc_s: Floats
    """The least time to collision that lasted for `HOLD_S` while they came closer at `closing_mps` or more,"""
    sharp_drac: Floats
    """and the greatest deceleration rate that did."""
    drac: Floats
    gap_m: Floats


def approaches(trajectories: Trajectories, limits: Limits, fresh: Bools) -> Approaches:
    """Instant by instant, and of that the worst of every pair with one of the `fresh` (road users,)."""
    _, index = np.unique(trajectories.track, return_inverse=True)
    found = [
        _worst(_measured(trajectories, index, rows, limits))
        for near in pairs_of(trajectories)
        if len(rows := near[fresh[index[near]].any(axis=1)])
    ]
    if not found:
        none = np.empty(0)
        return Approaches(np.empty((0, 2), np.int64), *(none for _ in range(10)))
    return _worst(
        Approaches(*(np.concatenate([getattr(one, field.name) for one in found]) for field in fields(Approaches)))
    )


def pairs_of(trajectories: Trajectories) -> Iterator[Ints]:
    """Rows (m, 2) that are within `NEAR_M` of each other at one time, a piece of the recording at a time."""
    stamps = np.round(trajectories.time * 1000).astype(np.int64)
    starts = np.flatnonzero(np.diff(stamps, prepend=stamps[0] - 1 if len(stamps) else 0))
    sizes = np.diff(np.append(starts, len(stamps)))
    piece = np.cumsum(sizes.astype(np.int64) ** 2) // (2 * PAIRS_AT_ONCE)
    for number in np.unique(piece):
        first, last = np.flatnonzero(piece == number)[[0, -1]]
        rows = np.arange(starts[first], starts[last] + sizes[last])
        frame = np.repeat(np.arange(first, last + 1), sizes[first : last + 1])
        bodies = trajectories.bodies[rows]
        tree = cKDTree(np.column_stack([bodies.x, bodies.y, frame * 2 * NEAR_M]))
        close = tree.query_pairs(NEAR_M, output_type="ndarray")
        if len(close):
            yield rows[np.sort(close, axis=1)]


def _measured(trajectories: Trajectories, index: Ints, rows: Ints, limits: Limits) -> Approaches:
    """Pairs of rows (m, 2), measured."""
    who = index[rows]
    rows = np.where((who[:, 0] < who[:, 1])[:, None], rows, rows[:, ::-1])
    a, b = trajectories.bodies[rows[:, 0]], trajectories.bodies[rows[:, 1]]
    ttc, closing = conflicts.approach(a, b)
    drac = conflicts.drac(ttc, closing)
    sharp = closing >= limits.closing_mps
    ahead = np.where(np.isfinite(ttc), ttc, 0.0)
    met = [
        (p + q + ahead * (turn(a.heading) * a.speed + turn(b.heading) * b.speed)) / 2
        for p, q, turn in ((a.x, b.x, np.cos), (a.y, b.y, np.sin))
    ]
    pairs, at = np.sort(who, axis=1), trajectories.time[rows[:, 0]]
    longest, rate = held(pairs, at, np.where(sharp, ttc, np.inf)), held(pairs, at, np.where(sharp, -drac, 0.0))
    return Approaches(
        pairs, ttc, at, closing, conflicts.angle_deg(a, b), met[0], met[1], longest, np.maximum(-rate, 0.0), drac,
        _gaps(pairs, a, b),
    )  # fmt: skip


def held(pairs: Ints, at: Floats, values: Floats) -> Floats:
    """The greatest of each pair's values (n,) from its instant on for `HOLD_S`; inf where it was not seen so long."""
    order, _ = _by_pair(pairs, at)
    who, time, values = pairs[order], at[order], values[order]
    greatest = values.copy()
    open_ = np.arange(len(order))
    done = np.zeros(len(order), bool)
    lag = 0
    while len(open_):
        lag += 1
        open_ = open_[open_ + lag < len(order)]
        open_ = open_[(who[open_] == who[open_ + lag]).all(axis=1)]
        greatest[open_] = np.maximum(greatest[open_], values[open_ + lag])
        reached = time[open_ + lag] - time[open_] >= HOLD_S - 1e-3
        done[open_[reached]] = True
        open_ = open_[~reached]
    out = np.full(len(order), np.inf)
    out[order[done]] = greatest[done]
    return out


def _gaps(pairs: Ints, a: conflicts.Bodies, b: conflicts.Bodies) -> Floats:
    """Gaps where they may be the least of the pair, inf elsewhere."""
    apart = np.hypot(b.x - a.x, b.y - a.y)
    reach = (np.hypot(a.length, a.width) + np.hypot(b.length, b.width)) / 2
    order, starts = _by_pair(pairs)
    nearest = np.empty(len(pairs))
    nearest[order] = np.repeat(np.minimum.reduceat(apart[order], starts), np.diff(np.append(starts, len(order))))
    some = np.flatnonzero(apart - reach <= nearest)
    gaps = np.full(len(pairs), np.inf)
    gaps[some] = conflicts.gap_m(a[some], b[some])
    return gaps


def _by_pair(pairs: Ints, *then: Floats) -> tuple[Ints, Ints]:
    """An order in which rows of one pair lie together, and where each pair begins in it."""
    order = np.lexsort((*then[::-1], pairs[:, 1], pairs[:, 0]))
    own = pairs[order]
    return order, np.flatnonzero(np.append(True, (own[1:] != own[:-1]).any(axis=1)))


def _worst(near: Approaches) -> Approaches:
    """A row a pair."""
    order, starts = _by_pair(near.pairs, near.ttc_s, near.at)
    first = order[starts]

    def over(column: Floats, least: bool) -> Floats:
        return np.asarray((np.minimum if least else np.maximum).reduceat(column[order], starts))

    return Approaches(
        near.pairs[first], near.ttc_s[first], near.at[first], near.closing_mps[first], near.angle_deg[first],
        near.x_m[first], near.y_m[first], over(near.sharp_ttc_s, True), over(near.sharp_drac, False),
        over(near.drac, False), over(near.gap_m, True),
    )  # fmt: skip
