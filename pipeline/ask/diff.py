"""What two runs tell differently: events that only one has, those elsewhere in time, and those measured otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.optimize import linear_sum_assignment

from pipeline.types import Floats
from pipeline.wire import Data, parse_timestamp

What = Literal["same", "moved", "changed", "removed", "added"]


@dataclass(frozen=True, slots=True)
class Difference:
    """An event of run A, its counterpart in run B, or one of them."""

    what: What
    before: Data | None
    after: Data | None

    @property
    def event(self) -> Data:
        """That of B, else of A."""
        event = self.after or self.before
        assert event is not None
        return event

    @property
    def shift_s(self) -> tuple[float, float]:
        """How much later it begins and ends in B."""
        if self.before is None or self.after is None:
            return 0.0, 0.0
        (a, b), (c, d) = span(self.before), span(self.after)
        return c - a, d - b

    @property
    def measures(self) -> dict[str, tuple[Any, Any]]:
        """What was measured otherwise, in A and in B."""
        if self.before is None or self.after is None:
            return {}
        a, b = self.before.measures, self.after.measures
        return {k: (a.get(k), b.get(k)) for k in sorted({*a, *b}) if a.get(k) != b.get(k)}


def diff(before: Iterable[Data], after: Iterable[Data], tolerance_s: float = 0.5) -> list[Difference]:
    """Compare the last word on every event of two runs, in order of time.

    Events of one kind at one place belong together where they overlap, or are no further apart than `tolerance_s`; of
    several ways to pair them the one that shares most time is taken (Kuhn–Munkres). `same`: both ends within
    `tolerance_s`, and the same measures; `changed`: others; `moved`: further apart.
    """
    found = []
    a, b = _placed(before), _placed(after)
    for place in sorted({*a, *b}, key=str):
        found += _place(a.get(place, []), b.get(place, []), tolerance_s)
    return sorted(found, key=lambda d: (d.event.started_at, d.event.event_id))


def span(event: Data) -> tuple[float, float]:
    """UTC seconds; what is still open has no length."""
    begun = parse_timestamp(event.started_at)
    return begun, begun if event.ended_at is None else parse_timestamp(event.ended_at)


def _placed(events: Iterable[Data]) -> dict[tuple[str, str, str | None], list[Data]]:
    placed = defaultdict(list)
    for event in events:
        placed[event.camera, event.kind, event.zone].append(event)
    return placed


def _place(a: Sequence[Data], b: Sequence[Data], tolerance_s: float) -> list[Difference]:
    pairs = dict(_paired(a, b, tolerance_s))
    found = [_compared(a[i], b[j], tolerance_s) for i, j in pairs.items()]
    found += [Difference("removed", event, None) for i, event in enumerate(a) if i not in pairs]
    return found + [Difference("added", None, event) for j, event in enumerate(b) if j not in pairs.values()]


def _paired(a: Sequence[Data], b: Sequence[Data], tolerance_s: float) -> list[tuple[int, int]]:
    """Which belong together. Where nothing overlaps with more than one, that is all there is to decide."""
    if not a or not b:
        return []
    first, second = (np.array([span(event) for event in events]) for events in (a, b))
    shared = _shared(first, second, tolerance_s)
    known = {event.event_id: j for j, event in enumerate(b)}
    for i, event in enumerate(a):
        if (j := known.get(event.event_id)) is not None:
            shared[i, j] = 1e9  # the same conduct of the same track: told so by its id
    rows, columns = linear_sum_assignment(shared, maximize=True)
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if shared[i, j] > 0]


def _shared(first: Floats, second: Floats, tolerance_s: float) -> Floats:
    """Seconds that each of a (n, 2) shares with each of b (m, 2), once all are longer by the tolerance; 0 = none."""
    begun = np.maximum(first[:, None, 0], second[None, :, 0])
    ended = np.minimum(first[:, None, 1], second[None, :, 1])
    shared: Floats = np.maximum(0.0, ended - begun + tolerance_s + 1e-6)
    return shared


def _compared(a: Data, b: Data, tolerance_s: float) -> Difference:
    one = Difference("moved", a, b)
    if max(map(abs, one.shift_s)) > tolerance_s:
        return one
    return Difference("changed" if one.measures or a.severity != b.severity else "same", a, b)
