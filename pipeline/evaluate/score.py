"""Findings against truth: per kind what was found, missed and falsely alarmed, how surely and how soon."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from pipeline.errors import ConfigError
from pipeline.evaluate import finding as folded
from pipeline.evaluate import truth as true
from pipeline.evaluate.finding import Finding, findings
from pipeline.evaluate.interval import Estimate, f1, rate, share
from pipeline.evaluate.match import LATE_S, TOLERANCE_S, Matching, match
from pipeline.evaluate.truth import NONE, Truth
from pipeline.evaluate.watched import Hours, between, covering, hours_of

__all__ = ["ALL", "SPLITS", "Finding", "Hours", "Report", "Score", "Table", "as_dict", "evaluate", "findings"]

ALL = "all"
SPLITS: tuple[Literal["noise", "light"], ...] = ("noise", "light")


@dataclass(frozen=True, slots=True)
class Score:
    """How well one kind was found. A ratio is None where there is nothing to take it of."""

    kind: str
    truths: int
    true_positives: int
    misses: int
    false_alarms: int
    duplicates: int
    """Further findings of something found already; they count for no other number but `alerts_per_event`."""
    hours: float | None
    """Camera-hours watched."""
    precision: Estimate | None
    """TP / (TP + FP)."""
    recall: Estimate | None
    """TP / truths."""
    f1: Estimate | None
    false_alarms_per_hour: Estimate | None
    """Per camera-hour."""
    alerts_per_event: float | None
    """(TP + duplicates) / TP: how often an officer is told of the same thing."""
    delay_median_s: float | None
    """Of `opened_at` − the truth's start, over the matched findings; a threshold of 60 s alone gives 60."""
    delay_p95_s: float | None


@dataclass(frozen=True, slots=True)
class Table:
    """The score of every kind, and of all taken together."""

    kinds: tuple[Score, ...]
    total: Score


@dataclass(frozen=True, slots=True)
class Report:
    """All that an evaluation says."""

    table: Table
    splits: Mapping[str, Mapping[str, Table]]
    """By `noise` and `light`, then by their values; empty where the truth names none."""
    hours: Hours
    matching: Matching
    notes: tuple[str, ...]
    """What a reader should know before he believes a number."""
    tolerance_s: float
    late_s: float


def evaluate(
    findings: Sequence[Finding],
    truths: Sequence[Truth],
    hours: float | None = None,
    *,
    kinds: Collection[str] | None = None,
    tolerance_s: float = TOLERANCE_S,
    late_s: float = LATE_S,
) -> Report:
    """Score findings against truth; the order of neither matters.

    `hours` are the camera-hours watched; without them they come from the truth (see `watched.hours_of`). `kinds`
    restricts what is compared, else it is every kind on either side.

    Raises:
        ConfigError: a kind asked for is on neither side.
    """
    watched = hours_of(findings, truths, hours)
    chosen = _chosen(findings, truths, kinds)
    judged = [item for item in findings if item.kind in chosen]
    matching = match(judged, [row for row in truths if row.kind in chosen], tolerance_s, late_s)
    return Report(
        table=_table(matching, watched.value),
        splits={key: split for key in SPLITS if (split := _split(key, matching, truths))},
        hours=watched,
        matching=matching,
        notes=_notes(matching, truths, tolerance_s),
        tolerance_s=tolerance_s,
        late_s=late_s,
    )


def as_dict(report: Report) -> dict[str, Any]:
    """The report as one JSON object: numbers rounded, times RFC 3339, every miss and false alarm by name."""
    hours = report.hours
    return {
        "tolerance_s": report.tolerance_s,
        "late_s": report.late_s,
        "hours": {"value": round(hours.value, 4), "source": hours.source, "text": hours.text},
        **_table_dict(report.table),
        "splits": {
            key: {value: _table_dict(table) for value, table in split.items()} for key, split in report.splits.items()
        },
        "notes": list(report.notes),
        "matched": [_pair_dict(*pair) for pair in report.matching.matched],
        "duplicates": [_pair_dict(*pair) for pair in report.matching.duplicates],
        "false_alarms": [folded.as_dict(item) for item in report.matching.false_alarms],
        "misses": [true.as_dict(row) for row in report.matching.misses],
    }


def _table_dict(table: Table) -> dict[str, Any]:
    return {"kinds": {score.kind: _score_dict(score) for score in table.kinds}, ALL: _score_dict(table.total)}


def _score_dict(score: Score) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name in Score.__slots__[1:]:
        value = getattr(score, name)
        if isinstance(value, Estimate):
            near = value.rounded()
            fields[name] = {"value": near.value, "low": near.low, "high": near.high}
        else:
            fields[name] = round(value, 4) if isinstance(value, float) else value
    return fields


def _pair_dict(finding: Finding, truth: Truth) -> dict[str, Any]:
    return {"event": folded.as_dict(finding), "truth": true.as_dict(truth)}


def _chosen(findings: Sequence[Finding], truths: Sequence[Truth], kinds: Collection[str] | None) -> set[str]:
    there = ({item.kind for item in findings} | {row.kind for row in truths}) - {NONE}
    if kinds is None:
        return there
    unknown = sorted(set(kinds) - there)
    if unknown:
        known = ", ".join(sorted(there)) or "none at all"
        raise ConfigError(f"kinds: neither events nor truth have {', '.join(unknown)}; there are {known}")
    return set(kinds)


def _table(matching: Matching, hours: float | None) -> Table:
    pairs = [*matching.matched, *matching.duplicates]
    kinds = {row.kind for _, row in pairs} | {row.kind for row in matching.misses}
    kinds |= {item.kind for item in matching.false_alarms}
    scores = [_score(kind, matching.where(_of_kind(kind), _of_kind(kind)), hours) for kind in sorted(kinds)]
    return Table(tuple(scores), _score(ALL, matching, hours))


def _of_kind(kind: str) -> Callable[[Finding | Truth], bool]:
    return lambda item: item.kind == kind


def _score(kind: str, matching: Matching, hours: float | None) -> Score:
    hits, false, missed = len(matching.matched), len(matching.false_alarms), len(matching.misses)
    delays = [item.opened_at - row.started_at for item, row in matching.matched]
    return Score(
        kind=kind,
        truths=hits + missed,
        true_positives=hits,
        misses=missed,
        false_alarms=false,
        duplicates=len(matching.duplicates),
        hours=hours,
        precision=share(hits, hits + false),
        recall=share(hits, hits + missed),
        f1=f1(hits, false, missed),
        false_alarms_per_hour=rate(false, hours),
        alerts_per_event=(hits + len(matching.duplicates)) / hits if hits else None,
        delay_median_s=float(np.percentile(delays, 50)) if delays else None,
        delay_p95_s=float(np.percentile(delays, 95)) if delays else None,
    )


def _split(key: Literal["noise", "light"], matching: Matching, truths: Sequence[Truth]) -> dict[str, Table]:
    """A table per value of `key`; what no row with a value covers is in none of them."""
    valued = [row for row in truths if getattr(row, key) is not None]
    by_camera = _by_camera(valued)

    def under(camera: str, time: float) -> str | None:
        row = covering(by_camera[camera], time)
        return None if row is None else getattr(row, key)

    values: dict[Finding | Truth, str | None] = {
        item: under(item.camera, item.opened_at) for item in matching.false_alarms
    }
    for row in truths:
        own = getattr(row, key)
        values[row] = under(row.camera, row.started_at) if own is None else own
    tables = {}
    for value in sorted({getattr(row, key) for row in valued}):
        chosen = _with_value(values, value)
        hours = between([row for row in valued if getattr(row, key) == value])
        tables[value] = _table(matching.where(chosen, chosen), hours)
    return tables


def _with_value(values: Mapping[Finding | Truth, str | None], value: str) -> Callable[[Finding | Truth], bool]:
    return lambda item: values[item] == value


def _by_camera(rows: Sequence[Truth]) -> defaultdict[str, list[Truth]]:
    cameras: defaultdict[str, list[Truth]] = defaultdict(list)
    for row in rows:
        cameras[row.camera].append(row)
    return cameras


def _notes(matching: Matching, truths: Sequence[Truth], tolerance_s: float) -> tuple[str, ...]:
    false, cameras = matching.false_alarms, _by_camera(truths)
    strange = Counter(item.kind for item in false if all(row.kind != item.kind for row in truths))
    unnamed = Counter(item.camera for item in false if item.camera not in cameras)
    watched = {row.camera for row in truths if row.kind == NONE}
    outside = [
        item
        for item in false
        if item.camera in watched and covering(cameras[item.camera], item.opened_at, tolerance_s) is None
    ]
    told = [f"{kind}: the truth has none, {count} findings are false alarms" for kind, count in strange.items()]
    told += [
        f"camera {camera}: the truth does not name it, {count} findings are false alarms"
        for camera, count in unnamed.items()
    ]
    if outside:
        told.append(f"{len(outside)} false alarms lie outside the time declared as watched")
    return tuple(sorted(told))
