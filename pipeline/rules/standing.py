"""Vehicles that stand in a zone: since when, and for how long of that in a queue."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.footprint import LENGTHS_M
from pipeline.rules.ledger import Ledger, Measures, Place, Wording
from pipeline.rules.settings import RuleSettings
from pipeline.rules.stretch import Stretch, Stretches
from pipeline.scene import Scene
from pipeline.types import Bools, Event, Gauge, Reading, Reason

QUEUE = 3
"""So many vehicles that stand one near the next are a queue, …"""
BETWEEN_M = 5.0
"""… with gaps of no more than that between any two of them, …"""
QUEUE_S = 180.0
"""… as long as none has stood longer: a red light does not last so long, a row of parked cars does."""
HIDDEN_S = 25.0
"""Who passes before a standing vehicle may hide it for so long."""


class Stands:
    """Opens an event for each vehicle that has stood in the zone for `seconds`, and closes it when it goes on."""

    def __init__(self, place: Place, settings: RuleSettings, wording: Wording, slow_kmh: float, queues: bool) -> None:
        """Who is slower than `slow_kmh` stands; `queues`: time in a queue counts too."""
        self._place = place
        self._settings = settings
        self._seconds = settings.seconds or 0.0
        self._slow_mps = slow_kmh / 3.6
        self._queues = queues
        self._ledger = Ledger(place, settings, wording)
        self._stretches = Stretches(settings.gap, HIDDEN_S)
        self._queued_s: dict[Stretch, float] = {}

    def judge(self, scene: Scene) -> list[Event]:
        view, mask = scene.view, scene.of(self._settings.classes)
        rows = np.flatnonzero(mask & (view.speed < self._slow_mps)).tolist() if mask.any() else []
        if not rows and not self._stretches.open:
            return []
        events: list[Event] = []
        for stretch in self._stretches.advance(scene, rows):
            events += self._close(scene, stretch, None)
        if not self._queues and scene.step_s:
            for stretch in self._in_queue(scene):
                self._queued_s[stretch] = self._queued_s.get(stretch, 0.0) + scene.step_s
        inside = scene.inside(self._place.shape)
        for row in rows:
            if inside[row]:
                events += self._reach(scene, self._stretches.open[view.tracks[row]])
        return events

    def close(self, scene: Scene, reason: Reason) -> list[Event]:
        return [event for one in self._stretches.open.values() for event in self._close(scene, one, reason)]

    def readings(self, scene: Scene) -> Sequence[Reading]:
        view, inside = scene.view, scene.inside(self._place.shape)
        return [
            Reading((one.since, *one.first_box), self._place.zone, (one.track,), (
                self._gauge(one),
            ))
            for one in self._stretches.open.values() if scene.sees(one.track) and inside[view.row[one.track]]
        ]  # fmt: skip

    def _gauge(self, stretch: Stretch) -> Gauge:
        if self._queues:
            return Gauge("stood_s", stretch.lasted_s, self._seconds)
        return Gauge("out_of_queue_s", self._counted(stretch), self._seconds)

    def _counted(self, stretch: Stretch) -> float:
        return stretch.lasted_s - self._queued_s.get(stretch, 0.0)

    def _reach(self, scene: Scene, stretch: Stretch) -> list[Event]:
        tracks = (scene.box(stretch.track),)
        if stretch in self._ledger.events:
            return self._ledger.escalate(scene, stretch, stretch.lasted_s, tracks, self._measures(scene, stretch))
        if self._counted(stretch) < self._seconds or not self._ledger.awake(scene):
            return []
        measures = self._measures(scene, stretch)
        return self._ledger.open(scene, stretch, stretch.since, stretch.first_box, tracks, measures)

    def _measures(self, scene: Scene, stretch: Stretch) -> Measures:
        return {
            "class": scene.class_name(stretch.track), "stood_s": stretch.lasted_s,
            "queued_s": self._queued_s.get(stretch, 0.0), "threshold_s": self._seconds,
        }  # fmt: skip

    def _close(self, scene: Scene, stretch: Stretch, reason: Reason | None) -> list[Event]:
        opened = self._ledger.events.get(stretch)
        told = None if opened is None else {**opened.measures, "stood_s": stretch.lasted_s}
        events = self._ledger.close(scene, stretch, stretch.last, reason, (), told)
        self._queued_s.pop(stretch, None)
        return events

    def _in_queue(self, scene: Scene) -> list[Stretch]:
        """Those who stand in a queue now: in chains of at least `QUEUE` near one another."""
        waiting = [s for s in self._stretches.open.values() if s.lasted_s <= QUEUE_S and scene.sees(s.track)]
        if len(waiting) < QUEUE:
            return []
        view = scene.view
        rows = np.array([view.row[stretch.track] for stretch in waiting])
        reach = np.array([LENGTHS_M.get(scene.names[kind], (1.0, 1.0))[0] / 2 for kind in view.class_id[rows].tolist()])
        chain = _chains(view.distance_m(rows, rows) - reach[:, None] - reach <= BETWEEN_M)
        return [stretch for stretch, size in zip(waiting, chain, strict=True) if size >= QUEUE]


def _chains(near: Bools) -> list[int]:
    """Of how many each one's chain consists, by who is near whom (n, n)."""
    linked = near | near.T
    while (wider := (linked.astype(np.int64) @ linked) > 0).sum() > linked.sum():
        linked = wider
    return [int(count) for count in linked.sum(axis=1)]
