"""READ FIRST: how one camera's detections become events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import supervision as sv

from pipeline.scene import Scene
from pipeline.stages import Rule, Tracker
from pipeline.types import Event, Evidence, Reason, canonical

REMEMBERED = 4096
"""So many closed events are kept in mind for evidence that comes late."""


class Lane:
    """One camera's way from detections to events: tracker → scene → rules. No I/O, no clock, nothing shared.

        detections ──canonical──▶ tracker ──ids──▶ scene ──what is seen──▶ rules ──▶ events

    `analyse`, `replay`, `live` and `archive` drive the same lane, so the same detections give the same events.
    """

    def __init__(self, tracker: Tracker, scene: Scene, rules: Sequence[Rule]) -> None:
        self.scene = scene
        self.rules = tuple(rules)
        self._tracker = tracker
        self._latest: dict[tuple[Any, ...], Event] = {}
        self._closed: dict[tuple[Any, ...], None] = {}

    def step(self, time: float, detections: sv.Detections) -> tuple[sv.Detections, list[Event]]:
        """One analysed frame: its tracks, and the events that became true with it."""
        tracks = self._tracker.update(time, canonical(detections, self.scene.names))
        return tracks, self.show(time, tracks)

    def show(self, time: float, tracks: sv.Detections) -> list[Event]:
        """One analysed frame whose tracks are known: scene and rules alone."""
        self.scene.advance(time, tracks)
        return self._number(event for rule in self.rules for event in rule.judge(self.scene))

    def close(self, reason: Reason) -> list[Event]:
        """The input ends: close what is open, and say why."""
        self.scene.end()
        return self._number(event for rule in self.rules for event in rule.close(self.scene, reason))

    def attach(self, event: Event, evidence: Sequence[Evidence]) -> Event:
        """An update of `event`, as it stands now, that carries evidence; one that is over stays over."""
        latest = self._latest.get(event.key, event)
        return self._number([replace(latest, phase="updated", evidence=tuple(evidence))])[0]

    def _number(self, events: Iterable[Event]) -> list[Event]:
        numbered = []
        for event in events:
            known = self._latest.get(event.key)
            told = replace(event, revision=0 if known is None else known.revision + 1)
            numbered.append(told)
            self._latest[event.key] = replace(told, evidence=())
            if event.phase == "closed":
                self._closed[event.key] = None
        while len(self._closed) > REMEMBERED:
            oldest = next(iter(self._closed))
            del self._closed[oldest], self._latest[oldest]
        return numbered
