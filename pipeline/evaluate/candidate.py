"""What looking on while a lane runs gives: who came how near to an event, and which events there were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import shapely

from pipeline.stages import Rule
from pipeline.types import Event, Gauge

Key = tuple[str, str, tuple[float | int | str, ...]]
"""Rule, zone or line, and the subject of its readings."""


@dataclass(slots=True, eq=False)
class Candidate:
    """What a rule measured of one subject in one place, from its first reading to its last. Times are UTC seconds."""

    rule: str
    zone: str
    subject: tuple[float | int | str, ...]
    first_at: float
    last_at: float
    last: tuple[Gauge, ...]
    """As it ended; an absence as long as it turned out to be."""
    tracks: tuple[int, ...] = ()
    """At its best."""
    best: tuple[Gauge, ...] = ()
    """When it was nearest to an event, within the range asked for."""
    best_at: float = 0.0
    nearness: float = -1.0
    met_since: dict[str, float] = field(default_factory=dict)
    """Since when each gauge that is met now has been met."""
    fell: tuple[Gauge, float] | None = None
    """What lost more than half of its best value after that, and when."""
    is_back: bool = False
    ended: bool = False
    fired: list[str] = field(default_factory=list)
    """Ids of its events."""

    @property
    def key(self) -> Key:
        return self.rule, self.zone, self.subject


@dataclass(slots=True)
class Firing:
    """An event with all its phases, and what was measured when its first one was reached."""

    id: str
    phases: list[Event]
    candidate: Candidate | None = None
    gauges: tuple[Gauge, ...] = ()
    reached: Mapping[str, float] = field(default_factory=dict)
    """When each gauge was met and stayed so."""

    @property
    def first(self) -> Event:
        return self.phases[0]

    @property
    def until(self) -> float:
        """When its last phase was reached."""
        return self.phases[-1].time


@dataclass(slots=True)
class Watch:
    """One rule in one place, and whom it could have seen there."""

    rule: str
    zone: str
    settings: Any
    judge: Rule
    shape: shapely.Polygon | None
    """None for a line."""
    frames: int = 0
    awake: int = 0
    """Frames within its active hours."""
    seen: int = 0
    """Frames, while awake, with somebody of its classes."""
    inside: int = 0
    """The same, in the zone."""
    candidates: list[Candidate] = field(default_factory=list)
    """The nearest ones that ended without an event."""
