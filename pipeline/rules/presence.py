"""Events about one being in a place for long: opened at the threshold, escalated, closed when the stay is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.dwell import Stay
from pipeline.rules.ledger import Ledger, Measures, Place, Wording
from pipeline.rules.settings import PresenceSettings
from pipeline.scene import Scene
from pipeline.types import Event, Gauge, Reading, Reason, TrackBox


class Presence:
    """Turns stays into events: each stay speaks once, at the threshold, and is silent until it is over."""

    def __init__(self, place: Place, settings: PresenceSettings, wording: Wording) -> None:
        self._place = place
        self._settings = settings
        self._clock = place.clock(settings)
        self._ledger = Ledger(place, settings, wording)

    def judge(self, scene: Scene, lingers: Callable[[int], bool] = lambda _: True) -> list[Event]:
        """The events of this frame; `lingers(track)` may hold back a stay that has reached the threshold."""
        ended = self._clock.advance(scene, self._ledger.awake(scene))
        events: list[Event] = []
        if ended and self._ledger.events:
            for stay in ended:
                events += self._close(scene, stay, None)
        for stay in self._clock.stays.values():
            if self._dwell_s(stay) < self._settings.seconds or stay.absent_since is not None:
                continue
            if stay in self._ledger.events:
                tracks, measures = self._told(scene, stay, self._settings.escalate_s or 0.0)
                events += self._ledger.escalate(scene, stay, self._dwell_s(stay), tracks, measures)
            elif not self._ledger.quiet(scene) and lingers(stay.track):
                tracks, measures = self._told(scene, stay, self._settings.seconds)
                events += self._ledger.open(scene, stay, stay.sure_since, stay.first_box, tracks, measures)
        return events

    def close(self, scene: Scene, reason: Reason) -> list[Event]:
        return [event for stay in self._clock.stays.values() for event in self._close(scene, stay, reason)]

    def readings(self, scene: Scene) -> list[Reading]:
        """How far every stay has come, and how those ended that ended in this frame."""
        found = []
        # Asked again in the same frame, the clock only repeats which stays ended.
        for stay in [*self._clock.stays.values(), *self._clock.advance(scene, self._ledger.awake(scene))]:
            absent = 0.0 if stay.absent_since is None else scene.time - stay.absent_since
            gauges = (
                Gauge("dwell_s", self._dwell_s(stay), self._settings.seconds),
                Gauge("absent_s", absent, self._settings.gap, at_least=False),
            )
            found.append(Reading((stay.since, *stay.first_box), self._place.zone, (stay.track,), gauges))
        return found

    def _close(self, scene: Scene, stay: Stay, reason: Reason | None) -> list[Event]:
        opened = self._ledger.events.get(stay)
        if opened is None:
            return []
        tracks, measures = self._told(scene, stay, float(opened.measures["threshold_s"]))
        return self._ledger.close(scene, stay, stay.last, reason, tracks, measures)

    def _told(self, scene: Scene, stay: Stay, threshold_s: float) -> tuple[Sequence[TrackBox], Measures]:
        tracks = (scene.box(stay.track),) if scene.knows(stay.track) else ()
        return tracks, {"dwell_s": self._dwell_s(stay), "threshold_s": threshold_s}

    def _dwell_s(self, stay: Stay) -> float:
        """What was told is not taken back when he is later mixed up with another."""
        opened = self._ledger.events.get(stay)
        return stay.dwell_s if opened is None else stay.last - opened.started_at - stay.hidden_s
