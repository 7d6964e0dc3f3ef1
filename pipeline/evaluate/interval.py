"""How far a measured share or rate can be trusted: 95 % confidence intervals."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from scipy.special import gammaincinv, ndtri

LEVEL = 0.95
_TAIL = (1 - LEVEL) / 2


@dataclass(frozen=True, slots=True)
class Estimate:
    """What was measured, and between which values the truth lies with 95 % confidence."""

    value: float
    low: float
    high: float

    def rounded(self) -> Estimate:
        """For people and scripts: four decimals."""
        return Estimate(round(self.value, 4), round(self.low, 4), round(self.high, 4))


def in_brackets(estimate: Estimate | None) -> str:
    """A value, and its interval in the line below; a dash where there is none.

    >>> in_brackets(Estimate(0.8, 0.49, 0.9433))
    '0.80\\n(0.49–0.94)'
    """
    return "–" if estimate is None else f"{estimate.value:.2f}\n({estimate.low:.2f}–{estimate.high:.2f})"


def share(hits: int, trials: int) -> Estimate | None:
    """`hits / trials` with Wilson's score interval; None without trials.

    Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927), without
    continuity correction: centre (p + z²/2n) / (1 + z²/n), half width z/(1 + z²/n) · √(p(1 − p)/n + z²/4n²).

    >>> share(8, 10).rounded()
    Estimate(value=0.8, low=0.4902, high=0.9433)
    """
    if trials == 0:
        return None
    p, z2 = hits / trials, float(ndtri(1 - _TAIL)) ** 2
    centre, half = p + z2 / (2 * trials), sqrt(z2 * (p * (1 - p) / trials + z2 / (4 * trials**2)))
    scale = 1 + z2 / trials
    # Rounding must not push the border past the measured value, which at 0 and at all hits it equals.
    return Estimate(p, max(0.0, min(p, (centre - half) / scale)), min(1.0, max(p, (centre + half) / scale)))


def f1(true_positives: int, false_alarms: int, misses: int) -> Estimate | None:
    """2·TP / (2·TP + FP + FN); None when all are 0.

    The interval is Wilson's for p = TP / (TP + FP + FN), Jaccard's index, carried over by F1 = 2p / (1 + p), which
    rises with p. It takes each of the TP + FP + FN outcomes as one independent trial, so it is an
    approximation; it stays within 0..1 and does not shrink to a point where all or none is right.

    >>> f1(8, 2, 2).rounded()
    Estimate(value=0.8, low=0.5618, high=0.9258)
    """
    jaccard = share(true_positives, true_positives + false_alarms + misses)
    if jaccard is None:
        return None
    # From the counts themselves, so that 0.8 is 0.8 when it is held against a limit.
    value = 2 * true_positives / (2 * true_positives + false_alarms + misses)
    return Estimate(value, 2 * jaccard.low / (1 + jaccard.low), 2 * jaccard.high / (1 + jaccard.high))


def rate(count: int, hours: float | None) -> Estimate | None:
    """`count / hours` with the exact Poisson interval; None where the hours are unknown or none.

    Source: Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936): ½χ²(α/2; 2k) to
    ½χ²(1 − α/2; 2k + 2), where ½χ²(q; 2k) is the q-quantile of the gamma distribution of shape k.

    >>> rate(0, 1.0).rounded()
    Estimate(value=0.0, low=0.0, high=3.6889)
    """
    if not hours:
        return None
    low = float(gammaincinv(count, _TAIL)) if count else 0.0
    return Estimate(count / hours, low / hours, float(gammaincinv(count + 1, 1 - _TAIL)) / hours)
