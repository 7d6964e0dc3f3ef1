"""Before and after a date: did a place get better, beside places where nothing was done, and beside its own luck?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special, stats
from scipy.optimize import elementwise

from pipeline.blackspots.risk import Rates, rates
from pipeline.types import Bools, Floats

QUANTILES, TRENDS = 100, 21
"""Points that stand for what a rate before, and a trend, may have been."""
LEAST_COMPARED = 10.0
"""Incidents of the comparison group, before and after: below, its trend is a guess."""


@dataclass(frozen=True, slots=True)
class Trend:
    """How incidents per traffic changed where nothing was done: after over before, and its standard error in logs."""

    ratio: float
    error: float
    degrees: float
    """Of freedom of Student's t: places of the group less one, inf where they differ by chance alone."""

    @property
    def spread(self) -> Floats:
        """`TRENDS` equally likely ratios."""
        share = (np.arange(TRENDS) + 0.5) / TRENDS
        off = stats.t.ppf(share, self.degrees) if np.isfinite(self.degrees) else stats.norm.ppf(share)
        return np.asarray(self.ratio * np.exp(self.error * off))


@dataclass(frozen=True, slots=True)
class Change:
    """Of every treated place, columns (n,): incidents after over those expected had nothing been done."""

    before: Floats
    after: Floats
    expected: Floats
    effect: Floats
    """Below 1: better. The median of what it may be."""
    low: Floats
    high: Floats
    """95 % interval."""
    better: Floats
    """The chance that it got better."""
    trend: Trend

    @property
    def found(self) -> Bools:
        """Places whose interval leaves 1 out."""
        return np.asarray((self.low > 1) | (self.high < 1), np.bool_)


def trend(
    before: Floats, after: Floats, exposure_before: Floats, exposure_after: Floats, usual: Floats
) -> Trend:  # fmt: skip
    """Of the comparison group; counts, exposures and `usual`, the empirical-Bayes rates before, (m,).

    Where the treated places were chosen for their many incidents, those that are left had too little bad luck, and get
    worse by themselves: beside `usual` they do not. Where they were chosen for what they are, the counts before are
    right, and `usual` is not, because it makes all places more alike. Nobody says which, so the ratio is half-way, and
    how far apart the two are adds to the error. So do places whose trends differ by more than chance (quasi-Poisson).

    Raises:
        ValueError: the group had too few incidents.
    """
    if min(before.sum(), after.sum()) < LEAST_COMPARED:
        raise ValueError(
            f"the comparison group needs {LEAST_COMPARED:g} incidents before and after, got {before.sum():g} and "
            f"{after.sum():g}"
        )
    plain = after.sum() / exposure_after.sum() / (before.sum() / exposure_before.sum())
    share = plain * exposure_after / (plain * exposure_after + exposure_before)
    total = before + after
    known = total > 0
    off = (after - total * share)[known] ** 2 / (total * share * (1 - share))[known]
    degrees = max(int(known.sum()) - 1, 1)
    wider = float(off.sum()) / degrees
    # Only where chance alone would hardly do it: else a group of few places would be believed to be uneven.
    uneven = known.sum() > 1 and stats.chi2.sf(off.sum(), degrees) < 0.1
    chance = (wider if uneven else 1.0) * (1 / before.sum() + 1 / after.sum())
    fair = after.sum() / (usual * exposure_after).sum()
    error = float(np.sqrt(chance + (np.log(plain / fair) / 2) ** 2))
    return Trend(float(np.sqrt(plain * fair)), error, degrees if uneven else np.inf)


def change(
    before: Floats, after: Floats, exposure_before: Floats, exposure_after: Floats, treated: Bools
) -> Change:  # fmt: skip
    """What became of the `treated` (n,) among all places, beside the others; counts and exposures (n,).

    Treated places are mostly chosen because they had many incidents, of which some were bad luck: without any treatment
    they would have had fewer. So the rate before is the empirical-Bayes one of `rates`, among all places (Hauer 1997).
    """
    usual = rates(before, exposure_before)
    rest = ~treated
    beside = trend(before[rest], after[rest], exposure_before[rest], exposure_after[rest], usual.mean[rest])
    return _compare(before[treated], after[treated], usual[np.flatnonzero(treated)], exposure_after[treated], beside)


def _compare(before: Floats, after: Floats, usual: Rates, exposure: Floats, beside: Trend) -> Change:
    awaited = (usual.points(QUANTILES)[:, :, None] * beside.spread * exposure[:, None, None]).reshape(len(after), -1)
    low, middle, high = (_quantile(after, awaited, share) for share in (0.025, 0.5, 0.975))
    expected = usual.mean * beside.ratio * exposure
    better = _below(after, awaited, np.ones(len(after)))
    return Change(before, after, expected, middle, low, high, better, beside)


def _below(after: Floats, awaited: Floats, effect: Floats) -> Floats:
    """The chance (n,) that each effect is below `effect` (n,): the rate after, given its count, has Jeffreys' prior."""
    return np.asarray(special.gammainc(after[:, None] + 0.5, effect[:, None] * awaited).mean(axis=1))


def _quantile(after: Floats, awaited: Floats, share: float) -> Floats:
    def off(log_effect: Floats, rows: Floats) -> Floats:
        chosen = rows.astype(int)
        return _below(after[chosen], awaited[chosen], np.exp(log_effect)) - share

    middle = np.log((after + 0.5) / awaited.mean(axis=1))
    found = elementwise.find_root(
        off, (middle - 40, middle + 40), args=(np.arange(len(after)),), tolerances={"xatol": 1e-5}
    )
    return np.asarray(np.exp(found.x))
