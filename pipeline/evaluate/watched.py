"""How long cameras were watched: what a rate of false alarms is a rate of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.evaluate.finding import Finding
from pipeline.evaluate.truth import NONE, Truth

Source = Literal["given", "declared", "estimated"]


@dataclass(frozen=True, slots=True)
class Hours:
    """Camera-hours watched, and how they are known."""

    value: float
    source: Source
    cameras: tuple[str, ...] = ()
    """Where estimated: of which cameras."""

    @property
    def text(self) -> str:
        """One line for people."""
        if self.source == "given":
            return f"hours: {self.value:g} camera-hours, as given"
        if self.source == "declared":
            return f"hours: {self.value:.4g} camera-hours, declared by the truth"
        return (
            f"hours: estimated from the first to the last time named, {self.value:.4g} camera-hours "
            f"({', '.join(self.cameras) or 'no camera'}; rows of kind {NONE} or --hours tell them)"
        )


def hours_of(findings: Sequence[Finding], truths: Sequence[Truth], given: float | None = None) -> Hours:
    """Camera-hours: `given`, else what the truth declares, else an estimate.

    A camera with rows of kind `none` was watched during all its rows, those with an event in them included. Any other
    camera is taken to have been watched from the first to the last time that truth or findings name.
    """
    if given is not None:
        return Hours(given, "given")
    spans: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in truths:
        spans[row.camera].append((row.started_at, row.ended_at))
    declared = {row.camera for row in truths if row.kind == NONE}
    for item in findings:
        if item.camera not in declared:
            spans[item.camera].append((item.started_at, max(item.opened_at, item.until)))
    total = sum(
        _union_s(times) if camera in declared else max(end for _, end in times) - min(start for start, _ in times)
        for camera, times in sorted(spans.items())
    )
    guessed = tuple(sorted(set(spans) - declared))
    return Hours(total / 3600, "estimated" if guessed or not spans else "declared", guessed)


def between(rows: Sequence[Truth]) -> float | None:
    """Camera-hours that `rows` declare; None where one of their cameras has no row of kind `none` among them."""
    if {row.camera for row in rows} - {row.camera for row in rows if row.kind == NONE}:
        return None
    return hours_of((), rows).value


def covering(rows: Sequence[Truth], time: float, tolerance_s: float = 0.0) -> Truth | None:
    """The row that covers an instant; of several the shortest, which says most about it."""
    over = [row for row in rows if row.started_at - tolerance_s <= time <= row.ended_at + tolerance_s]
    return min(over, key=_most_telling, default=None)


def _most_telling(row: Truth) -> tuple[float, float, str, str, str]:
    return row.ended_at - row.started_at, row.started_at, row.kind, row.noise or "", row.light or ""


def _union_s(spans: Sequence[tuple[float, float]]) -> float:
    """The length of what the spans cover together."""
    total, reach = 0.0, float("-inf")
    for start, end in sorted(spans):
        total += max(0.0, end - max(start, reach))
        reach = max(reach, end)
    return total
