"""Limits that an evaluation must keep, for a script or a CI that judges by exit code."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.evaluate.interval import Estimate
from pipeline.evaluate.score import Report, Score


@dataclass(frozen=True, slots=True)
class Limits:
    """What each kind must reach; None asks for nothing."""

    min_precision: float | None = None
    min_recall: float | None = None
    min_f1: float | None = None
    max_false_per_hour: float | None = None
    max_alerts_per_event: float | None = None


def mistakes(numbers: Mapping[str, float | None], hours: float | None) -> list[str]:
    """A line for every option, by name, that is below 0, and for hours watched that are not above it."""
    wrong = [
        f"--{name}: must be 0 or more, got {value:g}"
        for name, value in numbers.items()
        if value is not None and not (math.isfinite(value) and value >= 0)
    ]
    if hours is not None and not (math.isfinite(hours) and hours > 0):
        wrong.append(f"--hours: must be more than 0, got {hours:g}")
    return wrong


def failures(report: Report, limits: Limits) -> list[str]:
    """One line for each limit that a kind misses; empty when all are kept.

    Recall, F1 and alerts per event concern every kind with truth; precision and false alarms per hour every kind with
    findings. A limit that nothing could be held against counts as missed: silence is no pass.
    """
    true = [score for score in report.table.kinds if score.truths]
    found = [score for score in report.table.kinds if score.true_positives + score.false_alarms]
    lines = []
    if not true:
        asked = {"--min-recall": limits.min_recall, "--min-f1": limits.min_f1}
        lines += [f"{option}: the truth has no event to hold it against" for option, limit in asked.items() if limit]
    for score in found:
        lines += _below(score, "precision", score.precision, limits.min_precision, _of_found)
    for score in true:
        lines += _below(score, "recall", score.recall, limits.min_recall, _of_true)
        lines += _below(score, "f1", score.f1, limits.min_f1, _of_both)
    for score in found:
        lines += _too_many_false(score, limits.max_false_per_hour)
    for score in true:
        lines += _too_many_alerts(score, limits.max_alerts_per_event)
    return lines


def _below(
    score: Score, name: str, got: Estimate | None, limit: float | None, counts: Callable[[Score], str]
) -> list[str]:
    if limit is None or (got is not None and got.value >= limit):
        return []
    value = "unknown" if got is None else f"{got.value:.4g}"
    return [f"{score.kind}: {name} {value} ({counts(score)}) is below --min-{name} {limit:g}"]


def _of_found(score: Score) -> str:
    return f"{score.true_positives} of {score.true_positives + score.false_alarms} findings are true"


def _of_true(score: Score) -> str:
    return f"{score.true_positives} of {score.truths} found"


def _of_both(score: Score) -> str:
    return f"{score.true_positives} found, {score.misses} missed, {score.false_alarms} false alarms"


def _too_many_false(score: Score, limit: float | None) -> list[str]:
    got, option = score.false_alarms_per_hour, f"--max-false-per-hour {limit}"
    if limit is None or (got is not None and got.value <= limit):
        return []
    if got is None:
        return [f"{score.kind}: false alarms per hour are unknown, so {option} cannot be checked; give --hours"]
    told = f"{got.value:.4g} false alarms per camera-hour ({score.false_alarms} in {score.hours:.4g} h)"
    return [f"{score.kind}: {told} are above {option}"]


def _too_many_alerts(score: Score, limit: float | None) -> list[str]:
    got = score.alerts_per_event
    # Nothing found means nothing repeated: that is for the limit on recall to say.
    if limit is None or got is None or got <= limit:
        return []
    told = f"{score.true_positives + score.duplicates} for {score.true_positives}"
    return [f"{score.kind}: {got:.4g} alerts per event ({told}) are above --max-alerts-per-event {limit:g}"]
