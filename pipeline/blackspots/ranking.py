"""Places in order of their rates, how sure the order is, and their profile over the week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

import numpy as np
from scipy.sparse import csr_matrix

from pipeline.blackspots import incidents as table
from pipeline.blackspots.incidents import Incidents
from pipeline.blackspots.places import Places
from pipeline.blackspots.risk import Rates, rates
from pipeline.types import Bools, Floats, Ints

BOOTSTRAPS = 200
TOP = 10


@dataclass(frozen=True, slots=True)
class Ranking:
    """Columns (p,) in the order of `places`; `order` (p,) lists them from the worst, those without traffic last.

    Rates are severity-weighted incidents per unit of exposure: per 1,000 road users where traffic was counted, else in
    the whole period.
    """

    order: Ints
    count: Floats
    weighted: Floats
    exposure: Floats
    raw: Floats
    """Weighted incidents over exposure: what a list without statistics would show."""
    rate: Floats
    """The empirical-Bayes rate."""
    low: Floats
    high: Floats
    """Its 95 % interval."""
    rank_low: Floats
    rank_high: Floats
    """95 % of the ranks it had when the days were drawn anew."""
    in_top: Floats
    """How often it then was among the first `TOP`."""
    jaccard: Floats
    """Mean and 95 % interval (3,) of the overlap of the first `TOP` with those so drawn."""

    @property
    def rated(self) -> Bools:
        """Those whose traffic is known; the others have no rank."""
        return np.isfinite(self.rate)

    @property
    def rank(self) -> Ints:
        """From 1, in the order of `places`."""
        rank = np.empty(len(self.order), np.int64)
        rank[self.order] = np.arange(1, len(self.order) + 1)
        return rank


def rank(
    incidents: Incidents, places: Places, exposure: Floats | None, zone: tzinfo, seed: int = 0, draws: int = BOOTSTRAPS
) -> Ranking:
    """Rank the places. `exposure` (p,): road users counted, 0 where nothing was; None where nothing was anywhere.

    Whole days are drawn anew, because what happens on one day hangs together: a market, rain, a road closed. Raises
    `ValueError` where there are too few places (see `rates`).
    """
    used = places.kept & (places.of >= 0)
    of, weight = places.of[used], incidents.weight[used]
    count = len(places)
    total = np.asarray(np.bincount(of, weight, count), np.float64)
    number = np.bincount(of, minlength=count).astype(float)
    units = np.ones(count) if exposure is None else np.asarray(exposure, float) / 1000
    watched = units > 0
    scale = float((weight**2).sum() / weight.sum()) if weight.sum() else 1.0
    found = shrunk(total, units, watched, scale)
    low, high = (_where(watched, part) for part in found.interval())
    mean = _where(watched, found.mean)
    order = _order(mean)
    ranks, top = _redrawn(incidents, places, units, watched, scale, zone, seed, draws)
    first = set(_first(order, watched).tolist())
    overlap = np.array([len(first & set(t.tolist())) / len(first | set(t.tolist())) for t in top])
    best, worst = np.percentile(ranks, [2.5, 97.5], axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        raw = np.where(watched, total / units, np.nan)
    return Ranking(
        order, number, total, units, raw, mean, low, high, best, worst,
        np.array([np.mean([place in own for own in map(set, top.tolist())]) for place in range(count)]),
        np.array([overlap.mean(), *np.percentile(overlap, [2.5, 97.5])]),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scaled:
    """Rates, back in weighted incidents."""

    rates: Rates
    scale: float

    @property
    def mean(self) -> Floats:
        return self.rates.mean * self.scale

    def interval(self) -> tuple[Floats, Floats]:
        low, high = self.rates.interval()
        return low * self.scale, high * self.scale


def shrunk(weighted: Floats, exposure: Floats, watched: Bools, scale: float) -> Scaled:
    """Rates of the places with exposure, from weighted counts.

    Weighted counts scatter more than counts do; divided by `scale`, the mean square of the weights over their mean,
    they scatter as counts would (the scaled Poisson approximation, Bohm and Zech 2014). With all weights 1 it is 1.
    """
    return Scaled(rates(weighted[watched] / scale, exposure[watched]), scale)


def _where(watched: Bools, values: Floats) -> Floats:
    """Values of the places watched among all, NaN for the others."""
    out = np.full(len(watched), np.nan)
    out[watched] = values
    return out


def _order(mean: Floats) -> Ints:
    """From the greatest; those unknown last."""
    return np.argsort(-np.nan_to_num(mean, nan=-np.inf), kind="stable")


def _first(order: Ints, watched: Bools) -> Ints:
    """The first `TOP`, or all whose traffic is known."""
    return order[: min(TOP, int(watched.sum()))]


def _redrawn(
    incidents: Incidents, places: Places, units: Floats, watched: Bools, scale: float, zone: tzinfo, seed: int,
    draws: int,
) -> tuple[Ints, Ints]:  # fmt: skip
    """Ranks (draws, p) and the first `TOP` places, or all with traffic, had other days been like these."""
    used = places.kept & (places.of >= 0)
    day = table.days(incidents, zone)[used]
    _, block = np.unique(
        np.where(day >= 0, day, -1 - np.arange(len(day))), return_inverse=True
    )  # one by one if unknown
    blocks = int(block.max(initial=-1)) + 1
    by_day = csr_matrix((incidents.weight[used], (places.of[used], block)), (len(places), max(blocks, 1)))
    rng = np.random.default_rng(seed)
    ranks, tops = [], []
    for _ in range(draws):
        drawn = np.bincount(rng.integers(0, blocks, blocks), minlength=max(blocks, 1)) if blocks else np.zeros(1)
        order = _order(_where(watched, shrunk(by_day @ drawn, units, watched, scale).mean))
        own = np.empty(len(order), np.int64)
        own[order] = np.arange(1, len(order) + 1)
        ranks.append(own)
        tops.append(_first(order, watched))
    return np.array(ranks), np.array(tops)
