"""Trajectories → encounters: every pair that came near a collision, how near, where, and whether that is a conflict."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely

from pipeline import conflicts
from pipeline.approaches import LISTED_S, Approaches, Limits, approaches
from pipeline.conflicts import Sweep
from pipeline.trajectories import Trajectories
from pipeline.types import Bools, Floats, Ints

SLIGHT = 2.0
"""Times the limit: so far an encounter that is no conflict is called slight (TTC 3 s for 1.5 s)."""
SHARES = 151
"""So many percentiles are tried for limits that are kept together."""
ROUNDING = 1e-6
PEDESTRIAN = "person"
Severity = Literal["conflict", "slight", "none"]


@dataclass(frozen=True, slots=True)
class Encounters:
    """A row a pair, track_a < track_b; all columns (n,). NaN where a time or angle does not exist."""

    track_a: Ints
    track_b: Ints
    kind: list[str]
    min_ttc_s: Floats
    min_ttc_at: Floats
    pet_s: Floats
    pet_at: Floats
    max_drac_mps2: Floats
    angle_deg: Floats
    min_gap_m: Floats
    x_m: Floats
    y_m: Floats
    severity: list[Severity]
    class_a: list[str]
    class_b: list[str]
    closing_mps: Floats
    """When the time to collision was least."""
    held_ttc_s: Floats
    """What the severity was told by: the least time to collision that lasted while they came closer (inf: none),"""
    crossing_pet_s: Floats
    """the post-encroachment time of who crossed (NaN: none),"""
    held_drac_mps2: Floats
    """and the greatest braking needed that lasted (0: none)."""
    limits: Limits
    """By which the severity was told."""

    def __len__(self) -> int:
        return len(self.track_a)


def encounters(
    trajectories: Trajectories,
    limits: Limits | None = None,
    percentile: float | None = None,
    fresh: Bools | None = None,
    sweeps: Sequence[Sweep] | None = None,
) -> Encounters:
    """Every pair whose time to collision or post-encroachment time falls below `LISTED_S`, by (track_a, track_b).

    `percentile`: instead of fixed times and rates, call that share of the encounters no conflict
    (docs/traffic.md): where motorbikes weave through each other, 1.5 s would be everyday. `fresh` (road users,): look
    only at pairs with one of these, in the order of `by_track`; `sweeps`: their ways, where they are known already.
    """
    limits = Limits() if limits is None else limits
    if sweeps is None:
        sweeps = [Sweep(trajectories.time[rows], trajectories.bodies[rows]) for _, rows in trajectories.by_track()]
    fresh = np.ones(len(sweeps), bool) if fresh is None else fresh
    near, crossed = approaches(trajectories, limits, fresh), _encroachments(sweeps, fresh)
    close, collides = (
        {tuple(pair) for pair in rows.tolist()} for rows in (near.pairs, near.pairs[near.ttc_s < LISTED_S])
    )
    listed = collides | (close & crossed.keys())
    pairs = np.array(sorted(listed), np.int64).reshape(-1, 2)
    return _table(trajectories, limits, percentile, pairs, near, crossed)


@dataclass(frozen=True, slots=True)
class _Crossed:
    """A pair that used the same ground one after the other."""

    pet_s: float
    at: float
    angle_deg: float
    x_m: float
    y_m: float
    crossing: bool


def _encroachments(sweeps: Sequence[Sweep], fresh: Bools) -> dict[tuple[int, int], _Crossed]:
    """By pair of road users, indices, those whose post-encroachment time is below `LISTED_S`."""
    begun, ended = (np.array([sweep.time[end] for sweep in sweeps]) for end in (0, -1))
    grounds = np.array([sweep.ground for sweep in sweeps], object)
    order = np.argsort(begun, kind="stable")
    found: dict[tuple[int, int], _Crossed] = {}
    for place, one in enumerate(order.tolist()):
        until = np.searchsorted(begun[order], ended[one] + LISTED_S, side="right")
        later = order[place + 1 : until]
        later = later if fresh[one] else later[fresh[later]]
        for other in later[shapely.intersects(grounds[one], grounds[later])].tolist():
            if crossed := _crossed(sweeps[one], sweeps[other]):
                found[min(one, other), max(one, other)] = crossed
    return found


def _crossed(one: Sweep, other: Sweep) -> _Crossed | None:
    encroached = conflicts.post_encroachment(one, other)
    if encroached is None or encroached.seconds >= LISTED_S:
        return None
    left, entered = (np.array([time]) for time in (encroached.entered - encroached.seconds, encroached.entered))
    first, second = (one, other) if encroached.first else (other, one)
    where = shapely.centroid(shapely.intersection(one.ground, other.ground))
    angle = float(conflicts.angle_deg(first.at(left), second.at(entered))[0])
    crossing = encroached.whole and angle >= conflicts.FOLLOWING_DEG  # who takes the same way only follows
    return _Crossed(encroached.seconds, encroached.entered, angle, where.x, where.y, crossing)


def _table(
    trajectories: Trajectories, limits: Limits, percentile: float | None, pairs: Ints, near: Approaches,
    crossed: dict[tuple[int, int], _Crossed],
) -> Encounters:  # fmt: skip
    tracks, first = np.unique(trajectories.track, return_index=True)
    classes = np.array(trajectories.names, object)[trajectories.class_id[first]]
    row = {tuple(pair): i for i, pair in enumerate(near.pairs.tolist())}
    at = np.array([row.get(pair, -1) for pair in map(tuple, pairs.tolist())], np.int64)
    pet = np.array([
        (c.pet_s, c.at, c.angle_deg, c.x_m, c.y_m, c.pet_s if c.crossing else np.nan)
        if (c := crossed.get(pair)) else (np.nan,) * 6
        for pair in map(tuple, pairs.tolist())
    ]).reshape(-1, 6)  # fmt: skip

    def column(values: Floats, none: float = np.nan) -> Floats:
        return np.asarray(np.append(values, none)[at])

    ttc = column(near.ttc_s, np.inf)
    sharp = column(near.sharp_ttc_s, np.inf), pet[:, 5], column(near.sharp_drac, 0.0)
    if percentile is not None:
        limits = _usual(limits, percentile, *sharp)
    meets = np.isfinite(ttc)
    angle = np.where(meets, column(near.angle_deg), pet[:, 2])
    people = (classes[pairs] == PEDESTRIAN).any(axis=1).tolist()
    return Encounters(
        tracks[pairs[:, 0]], tracks[pairs[:, 1]],
        [conflicts.kind(*both) for both in zip(angle.tolist(), people, strict=True)],
        np.where(meets, ttc, np.nan), np.where(meets, column(near.at), np.nan), pet[:, 0], pet[:, 1],
        np.where(meets, column(near.drac), np.nan), angle, _finite(column(near.gap_m)),
        np.where(meets, column(near.x_m), pet[:, 3]), np.where(meets, column(near.y_m), pet[:, 4]),
        _severities(limits, *sharp),
        classes[pairs[:, 0]].tolist(), classes[pairs[:, 1]].tolist(),
        np.where(meets, column(near.closing_mps), np.nan), *sharp, limits,
    )  # fmt: skip


def _usual(limits: Limits, percentile: float, *sharp: Floats) -> Limits:
    """The limits that so many of a hundred encounters keep, all of them at once.

    It is not always the same encounters that exceed one and another: limits at each measure's own percentile would be
    exceeded by more. So all are taken at one higher percentile, the least that does.
    """

    def kept(share: float) -> bool:
        told = _severities(limits.model_copy(update=_percentiles(share, *sharp)), *sharp)
        return 100 * told.count("conflict") <= (100 - percentile) * len(told) + ROUNDING

    shares = np.linspace(percentile, 100.0, SHARES)
    share = shares[min(bisect_left(shares, True, key=kept), SHARES - 1)]
    return limits.model_copy(update=_percentiles(float(share), *sharp))


def _percentiles(share: float, ttc_s: Floats, pet_s: Floats, drac: Floats) -> dict[str, float]:
    """Of every measure that some encounters have, that which so many of a hundred of them keep."""
    return {
        name: float(np.percentile(some, of))
        for name, column, of in (
            ("ttc_s", ttc_s, 100 - share), ("pet_s", pet_s, 100 - share), ("drac_mps2", drac, share)
        )
        if len(some := column[np.isfinite(column) & (column > 0) & ((column < LISTED_S) | (name == "drac_mps2"))])
    }  # fmt: skip


def _finite(column: Floats) -> Floats:
    return np.where(np.isfinite(column), column, np.nan)


def _severities(limits: Limits, ttc_s: Floats, pet_s: Floats, drac: Floats) -> list[Severity]:
    def past(times: float) -> list[bool]:
        with np.errstate(invalid="ignore"):
            beyond = (ttc_s < limits.ttc_s * times) | (pet_s < limits.pet_s * times) | (drac > limits.drac_mps2 / times)
        found: list[bool] = beyond.tolist()
        return found

    return ["conflict" if c else "slight" if s else "none" for c, s in zip(past(1.0), past(SLIGHT), strict=True)]
