"""Rates drawn towards what is usual, and before and after: against what is known, and how often they are right."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pipeline.blackspots.change import change, trend
from pipeline.blackspots.risk import rates, smooth_prior


def test_the_smooth_prior_is_found_again() -> None:
    rng = np.random.default_rng(1)
    exposure = rng.lognormal(2, 1, 20_000)
    shape, mean = smooth_prior(rng.poisson(rng.gamma(3, 0.5, 20_000) * exposure), exposure)
    assert (shape, mean) == (pytest.approx(3, rel=0.05), pytest.approx(1.5, rel=0.02))


def test_where_all_are_alike_nobody_stands_out() -> None:
    rng = np.random.default_rng(2)
    exposure = rng.lognormal(1, 1, 300)
    found = rates(rng.poisson(2.0 * exposure), exposure).mean
    assert found.std() < 0.2
    assert (rng.poisson(2.0 * exposure) / exposure).std() > 1


def test_few_data_are_drawn_far_and_many_hardly() -> None:
    exposure = np.array([1.0, 100.0, *np.full(50, 10.0)])
    count = np.array([4.0, 400.0, *np.resize([8.0, 10, 12], 50)])
    few, many, *_ = rates(count, exposure).mean.tolist()
    assert 1.0 < few < 2.0
    assert 3.5 < many < 4.0


@pytest.mark.parametrize("unit", [1e-3, 1.0, 1e4])
def test_the_unit_of_exposure_changes_nothing_else(unit: float) -> None:
    rng = np.random.default_rng(3)
    exposure = rng.lognormal(0, 1, 100)
    count = rng.poisson(3 * exposure)
    assert rates(count, exposure * unit).mean * unit == pytest.approx(rates(count, exposure).mean, rel=1e-3)


def test_quantiles_are_where_the_chance_is() -> None:
    rng = np.random.default_rng(4)
    found = rates(rng.poisson(5, 50), np.ones(50))
    for share in (0.025, 0.5, 0.975):
        assert found.below(found.quantile(share)) == pytest.approx(np.full(50, share), abs=1e-4)
    points = found.points(100)
    assert points.mean(axis=1) == pytest.approx(found.mean, rel=0.01)


@pytest.mark.parametrize("contrast", [1.0, 5.0])
def test_intervals_hold_what_they_promise(contrast: float) -> None:
    """A handful of planted black spots must not spoil the intervals of all."""
    rng, holds = np.random.default_rng(5), []
    for _ in range(12):
        exposure, risk = 10 * rng.lognormal(0, 1, 300), rng.gamma(9, 1 / 9, 300)
        risk[:10] *= contrast
        low, high = rates(rng.poisson(risk * exposure), exposure).interval()
        holds.append(np.mean((low <= risk) & (risk <= high)))
    assert 0.93 < np.mean(holds) < 0.97


def test_it_finds_more_black_spots_than_counts_and_rates_do() -> None:
    rng = np.random.default_rng(6)
    hits = {"counts": 0, "rates": 0, "ours": 0}
    for _ in range(15):
        exposure, risk = 3 * rng.lognormal(0, 1, 300), rng.gamma(9, 1 / 9, 300)
        risk[:10] *= 4
        count = rng.poisson(risk * exposure)
        for name, score in (("counts", count), ("rates", count / exposure), ("ours", rates(count, exposure).mean)):
            hits[name] += int((np.argsort(-score, kind="stable")[:10] < 10).sum())
    assert hits["ours"] > hits["rates"] > hits["counts"]


WRONG = [
    (np.ones(4), np.ones(4), "at least 5 places"),
    (np.ones(6), np.array([1.0, 1, 1, 0, 1, 1]), "must be > 0, got 0"),
]


@pytest.mark.parametrize(("count", "exposure", "says"), WRONG)
def test_what_cannot_be_ranked_is_told(count: np.ndarray, exposure: np.ndarray, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        rates(count, exposure)


def worst_treated(rng: np.random.Generator, effect: float) -> tuple[np.ndarray, ...]:
    exposure, risk = np.full(120, 6.0), rng.gamma(20, 1 / 20, 120)
    before = rng.poisson(risk * exposure).astype(float)
    treated = np.zeros(120, bool)
    treated[np.argsort(-before)[:10]] = True
    after = rng.poisson(risk * exposure * 1.2 * np.where(treated, effect, 1.0)).astype(float)
    return before, after, exposure, exposure, treated


def test_nothing_done_is_seldom_taken_for_a_change() -> None:
    """Though the worst are chosen, which get better by themselves."""
    rng, found, naive = np.random.default_rng(7), [], []
    for _ in range(25):
        data = worst_treated(rng, 1.0)
        told = change(*data)
        found += told.found.tolist()
        naive += [
            stats.binomtest(int(a), int(a + b), 1.2 / 2.2).pvalue < 0.05
            for b, a in zip(told.before, told.after, strict=True)
        ]
    assert np.mean(found) < 0.09
    assert np.mean(naive) > np.mean(found) + 0.02


def test_what_helped_is_found() -> None:
    told = change(*worst_treated(np.random.default_rng(8), 0.3))
    assert told.found.sum() >= 6
    assert np.exp(np.log(told.effect).mean()) == pytest.approx(0.3, rel=0.35)
    assert told.trend.ratio == pytest.approx(1.2, rel=0.15)
    assert (told.better > 0.75).all()


def test_those_left_when_the_worst_are_chosen_hardly_seem_to_get_worse() -> None:
    rng = np.random.default_rng(9)
    off = [np.log(change(*worst_treated(rng, 1.0)).trend.ratio / 1.2) for _ in range(40)]
    assert abs(np.mean(off)) < 0.045, "beside their counts alone: 0.067; half-way: 0.03"


def test_places_whose_trends_differ_widen_the_error() -> None:
    exposure = np.full(20, 1.0)
    before = np.full(20, 50.0)
    even = trend(before, np.full(20, 55.0), exposure, exposure, before)
    uneven = trend(before, np.resize([10.0, 100.0], 20), exposure, exposure, before)
    assert uneven.error > 3 * even.error
    assert np.isinf(even.degrees)


def test_a_comparison_group_needs_incidents() -> None:
    with pytest.raises(ValueError, match="needs 10 incidents before and after, got 4 and 20"):
        trend(np.ones(4), np.full(4, 5.0), np.ones(4), np.ones(4), np.ones(4))
