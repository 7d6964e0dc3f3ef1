"""Counts for so much traffic → rates per place, shrunk towards what is usual: empirical Bayes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special, stats
from scipy.optimize import elementwise, minimize

from pipeline.types import Floats, Ints

ROUGHENED = 15
"""Steps of EM from the smooth prior towards the one the data like best. More fit chance, fewer miss black spots."""
PIECES, SHARPNESS = 60, 30.0
"""Gamma distributions the prior is made of, and the shape of each: 18 % wide."""
GRID = 200
"""Rates between which others are interpolated."""
LEAST_PLACES = 5
"""With fewer nothing can be said of what is usual."""
FLOOR = 1e-4
"""Weight a piece begins with that the smooth prior rules out, so that a black spot far out can be found."""


@dataclass(frozen=True, slots=True)
class Rates:
    """The rate of every place, per unit of exposure, as a mixture of gamma distributions.

    `weight` (n, k) of each piece in each place; `shape` (n, 1) and `scale` (n, k) of the pieces.
    """

    weight: Floats
    shape: Floats
    scale: Floats
    usual: float
    """The mean rate of the prior."""

    @property
    def mean(self) -> Floats:
        """The empirical-Bayes estimate, (n,)."""
        return np.asarray((self.weight * self.shape * self.scale).sum(axis=1))

    def below(self, rate: Floats) -> Floats:
        """The chance (n,) that each place's rate is below `rate` (n,)."""
        return np.asarray((self.weight * special.gammainc(self.shape, rate[:, None] / self.scale)).sum(axis=1))

    def quantile(self, share: float) -> Floats:
        """The rates (n,) below which each lies with this chance."""
        high = (self.shape * self.scale).max(axis=1) * 4 + self.scale.max(axis=1) * 40

        def off(log_rate: Floats, rows: Ints) -> Floats:
            return self[rows.astype(np.int64)].below(np.exp(log_rate)) - share

        found = elementwise.find_root(
            off, (np.log(high) - 60.0, np.log(high)), args=(np.arange(len(high)),), tolerances={"xatol": 1e-6}
        )
        return np.asarray(np.exp(found.x))

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Equal-tailed credible intervals, two (n,)."""
        return self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)

    def points(self, count: int) -> Floats:
        """So many equally likely rates of every place, (n, count)."""
        share = (np.arange(count) + 0.5) / count
        low, high = self.quantile(share[0] / 2), self.quantile(1 - share[0] / 2)
        grid = np.geomspace(low, high, GRID)
        below = np.stack([self.below(rate) for rate in grid])
        return np.stack([np.interp(share, below[:, i], grid[:, i]) for i in range(len(low))])

    def __getitem__(self, rows: Ints) -> Rates:
        return Rates(self.weight[rows], self.shape[rows], self.scale[rows], self.usual)


def rates(count: Floats, exposure: Floats) -> Rates:
    """Rates of the places from their counts (n,) and exposures (n,) > 0, each informed by what is usual among all.

    Count ~ Poisson(rate · exposure). The prior of the rates begins as the gamma distribution that explains all counts
    best (negative binomial regression, Hauer 1997, as in the Highway Safety Manual) and is roughened by a few steps of
    EM (Laird and Louis 1991), so that a handful of places that are much worse than the rest are not shrunk away.
    Counts may be fractions where incidents carry weights (see `ranking`).

    Raises:
        ValueError: fewer than `LEAST_PLACES`, or an exposure that is not positive.
    """
    count, exposure = np.asarray(count, np.float64), np.asarray(exposure, np.float64)
    if len(count) < LEAST_PLACES:
        raise ValueError(f"needs at least {LEAST_PLACES} places to know what is usual, got {len(count)}")
    if not (exposure > 0).all():
        raise ValueError(f"exposure must be > 0, got {exposure.min():g}")
    shape, mean = smooth_prior(count, exposure)
    centre, weight = _pieces(count, exposure, shape, mean)
    likely = _likelihood(count[:, None], exposure[:, None], SHARPNESS, centre)
    for _ in range(ROUGHENED):
        own = likely * weight
        weight = (own / own.sum(axis=1, keepdims=True)).mean(axis=0)
    own = likely * weight
    return Rates(
        own / own.sum(axis=1, keepdims=True), SHARPNESS + count[:, None],
        1 / (SHARPNESS / centre + exposure[:, None]), float(weight @ centre),
    )  # fmt: skip


def smooth_prior(count: Floats, exposure: Floats) -> tuple[float, float]:
    """Shape and mean of the gamma distribution of rates under which these counts are likeliest."""
    total = max(float(count.sum()), 0.5) / float(exposure.sum())

    def cost(guess: Floats) -> float:
        shape, mean = np.exp(guess)
        return -float(_log_likelihood(count, exposure, shape, mean).sum())

    found = minimize(cost, [0.0, np.log(total)], method="L-BFGS-B",
                     bounds=[(-4.0, np.log(200.0)), (np.log(total) - 5, np.log(total) + 5)])  # fmt: skip
    return float(np.exp(found.x[0])), float(np.exp(found.x[1]))


def _pieces(count: Floats, exposure: Floats, shape: float, mean: float) -> tuple[Floats, Floats]:
    """Where the pieces of the prior lie (k,), and how much each weighs at first (k,)."""
    smooth = stats.gamma(shape, scale=mean / shape)
    seen = (count + 0.5) / exposure
    low = max(float(smooth.ppf(FLOOR)), mean * FLOOR)
    high = max(float(smooth.ppf(1 - FLOOR / 10)), 1.3 * float(seen[count >= 3].max(initial=0.0)))
    centre = np.geomspace(low, high, PIECES)
    weight = smooth.pdf(centre) * centre
    weight += FLOOR * weight.max()
    return centre, weight / weight.sum()


def _log_likelihood(count: Floats, exposure: Floats, shape: float, mean: Floats | float) -> Floats:
    """Of counts that are Poisson for a rate that is gamma distributed: negative binomial."""
    odds = exposure * mean / shape
    return np.asarray(
        special.gammaln(shape + count) - special.gammaln(shape) - special.gammaln(count + 1)
        - shape * np.log1p(odds) + special.xlogy(count, odds / (1 + odds))
    )  # fmt: skip


def _likelihood(count: Floats, exposure: Floats, shape: float, mean: Floats) -> Floats:
    """The same, of every place (n, 1) under every piece (k,), in units of the likeliest one."""
    found = _log_likelihood(count, exposure, shape, mean)
    return np.asarray(np.exp(found - found.max(axis=1, keepdims=True)))
