"""Which finding is which truth: one to one, as many as possible, repeats told from false alarms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from pipeline.evaluate.finding import Finding
from pipeline.evaluate.truth import NONE, Truth
from pipeline.types import Bools, Floats, Ints, milliseconds

TOLERANCE_S = 2.0
"""How far an annotated start or end may be off."""
LATE_S = 15.0
"""How long after its end a finding may still be reported: a rule waits for its threshold."""
Pair = tuple[Finding, Truth]
Items = tuple[list[Finding], list[Truth]]


@dataclass(frozen=True, slots=True)
class Matching:
    """Every finding and every truth, each in exactly one place."""

    matched: tuple[Pair, ...] = ()
    duplicates: tuple[Pair, ...] = ()
    """Further findings of a truth that is matched already."""
    false_alarms: tuple[Finding, ...] = ()
    misses: tuple[Truth, ...] = ()

    def where(self, finding: Callable[[Finding], bool], truth: Callable[[Truth], bool]) -> Matching:
        """The part that is of interest; a pair belongs where its truth belongs."""
        return Matching(
            tuple(pair for pair in self.matched if truth(pair[1])),
            tuple(pair for pair in self.duplicates if truth(pair[1])),
            tuple(item for item in self.false_alarms if finding(item)),
            tuple(item for item in self.misses if truth(item)),
        )


def match(
    findings: Sequence[Finding], truths: Sequence[Truth], tolerance_s: float = TOLERANCE_S, late_s: float = LATE_S
) -> Matching:
    """Assign findings to truths of the same camera, kind and, where the truth names one, zone.

    They can belong together when `[started_at, opened_at]` of the finding overlaps the truth widened by `tolerance_s`
    on both sides and `opened_at` is not later than the truth's end + `tolerance_s` + `late_s`. Of all one-to-one
    assignments (Kuhn's problem) that one is taken which matches most, then overlaps longest, then starts closest.
    Rows of kind `none` take no part. The order of the arguments never matters.
    """
    tolerance, late = milliseconds(tolerance_s), milliseconds(late_s)
    parts = [
        _assign(found, true, tolerance, late)
        for group in _groups(findings, truths)
        for found, true in _clusters(*group, tolerance)
    ]
    return Matching(
        tuple(pair for part in parts for pair in part.matched),
        tuple(pair for part in parts for pair in part.duplicates),
        tuple(item for part in parts for item in part.false_alarms),
        tuple(item for part in parts for item in part.misses),
    )


def _groups(findings: Sequence[Finding], truths: Sequence[Truth]) -> Iterator[Items]:
    groups: defaultdict[tuple[str, str], Items] = defaultdict(lambda: ([], []))
    for finding in sorted(findings, key=lambda f: (f.started_at, f.opened_at, f.event_id)):
        groups[finding.camera, finding.kind][0].append(finding)
    for truth in sorted(truths, key=lambda t: (t.started_at, t.ended_at, t.zone or "", t.noise or "", t.light or "")):
        if truth.kind != NONE:
            groups[truth.camera, truth.kind][1].append(truth)
    return (groups[key] for key in sorted(groups))


def _clusters(findings: list[Finding], truths: list[Truth], tolerance: int) -> Iterator[Items]:
    """Cut the timeline where nothing reaches across: a year of a camera then costs no year-wide matrix."""
    spans: list[tuple[int, int, Finding | Truth]] = [
        (milliseconds(f.started_at), milliseconds(max(f.started_at, f.opened_at)), f) for f in findings
    ]
    spans += [(milliseconds(t.started_at) - tolerance, milliseconds(t.ended_at) + tolerance, t) for t in truths]
    cluster: Items = ([], [])
    reach = None
    for start, end, item in sorted(spans, key=lambda span: span[0]):
        if reach is not None and start > reach:
            yield cluster
            cluster = ([], [])
        reach = end if reach is None else max(reach, end)
        cluster[0].append(item) if isinstance(item, Finding) else cluster[1].append(item)
    yield cluster


def _assign(findings: list[Finding], truths: list[Truth], tolerance: int, late: int) -> Matching:
    if not findings or not truths:
        return Matching(false_alarms=tuple(findings), misses=tuple(truths))
    allowed = _allowed(findings, truths, tolerance, late)
    overlap, nearness = _overlap_ms(findings, truths), _nearness(findings, truths)
    # One more match outweighs all overlap there can be, one millisecond of overlap all nearness.
    rank = overlap + nearness / (len(findings) + 1)
    weight = np.where(allowed, rank + (1 + overlap.max()) * (min(overlap.shape) + 1), 0.0)
    rows, columns = linear_sum_assignment(weight, maximize=True)
    chosen = {int(i): int(j) for i, j in zip(rows, columns, strict=True) if allowed[i, j]}
    spare = [i for i in range(len(findings)) if i not in chosen]
    best = np.where(allowed, rank, -1.0).argmax(axis=1)
    hit = set(chosen.values())
    return Matching(
        tuple((findings[i], truths[j]) for i, j in sorted(chosen.items())),
        tuple((findings[i], truths[int(best[i])]) for i in spare if allowed[i].any()),
        tuple(findings[i] for i in spare if not allowed[i].any()),
        tuple(truth for j, truth in enumerate(truths) if j not in hit),
    )


def _allowed(findings: list[Finding], truths: list[Truth], tolerance: int, late: int) -> Bools:
    """Whether finding i (rows) can be truth j (columns), shape (n, m)."""
    started, opened = _column([f.started_at for f in findings]), _column([f.opened_at for f in findings])
    begin, end = _column([t.started_at for t in truths]).T, _column([t.ended_at for t in truths]).T
    place = np.array([[t.zone is None or t.zone == f.zone for t in truths] for f in findings], bool)
    in_time = (started <= end + tolerance) & (opened >= begin - tolerance) & (opened <= end + tolerance + late)
    return np.asarray(place & in_time, bool)


def _overlap_ms(findings: list[Finding], truths: list[Truth]) -> Floats:
    """How long finding i and truth j last together, shape (n, m), whole milliseconds."""
    end = np.minimum(_column([f.until for f in findings]), _column([t.ended_at for t in truths]).T)
    begin = np.maximum(_column([f.started_at for f in findings]), _column([t.started_at for t in truths]).T)
    return np.asarray(np.maximum(end - begin, 0), np.float64)


def _nearness(findings: list[Finding], truths: list[Truth]) -> Floats:
    """1 for equal starts, towards 0 the farther apart, shape (n, m)."""
    apart = _column([f.started_at for f in findings]) - _column([t.started_at for t in truths]).T
    return np.asarray(1 / (1 + np.abs(apart) / 1000), np.float64)


def _column(times: list[float]) -> Ints:
    return np.array([[milliseconds(time)] for time in times], np.int64)
