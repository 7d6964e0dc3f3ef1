"""Events about being in a place for long: opened at the threshold, escalated, closed when the stay is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import shapely

from pipeline.dwell import DwellClock, Stay
from pipeline.rules.settings import PresenceSettings
from pipeline.scene import Scene
from pipeline.types import Event, Reason, Severity, Topic

_RAISED: dict[Severity, Severity] = {"info": "notice", "notice": "alert", "alert": "alert"}


@dataclass(frozen=True, slots=True)
class Place:
    """A rule in a zone of one camera."""

    rule: str
    rule_sha256: str
    zone: str
    shape: shapely.Polygon
    """In pixels of the source frame."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How a kind of event is called and told: `tell(zone, dwell_s, threshold_s)` gives the summary by language."""

    kind: str
    topic: Topic
    onvif_topic: str | None
    tell: Callable[[str, float, float], dict[str, str]]


class Presence:
    """Turns stays into events: each stay speaks once, at the threshold, and is silent until it is over."""

    def __init__(self, place: Place, settings: PresenceSettings, wording: Wording) -> None:
        self._place = place
        self._settings = settings
        self._wording = wording
        self._clock = DwellClock(place.shape, settings.classes, settings.gap)
        self._open: dict[Stay, Event] = {}
        self._quiet_until = float("-inf")

    def judge(self, scene: Scene, lingers: Callable[[int], bool] = lambda _: True) -> list[Event]:
        """The events of this frame; `lingers(track)` may hold back a stay that has reached the threshold."""
        hours = self._settings.active_hours
        ended = self._clock.advance(scene, hours is None or hours.contains(scene.local))
        events = [self._closed(scene, stay, None) for stay in ended if stay in self._open]
        for stay in self._clock.stays.values():
            if not stay.present:
                continue
            if stay in self._open:
                events += self._escalated(scene, stay)
            elif stay.dwell_s >= self._settings.seconds and scene.time >= self._quiet_until and lingers(stay.track):
                events.append(self._opened(scene, stay))
        return events

    def close(self, scene: Scene, reason: Reason) -> list[Event]:
        return [self._closed(scene, s, reason) for s in list(self._clock.stays.values()) if s in self._open]

    def _opened(self, scene: Scene, stay: Stay) -> Event:
        self._quiet_until = scene.time + self._settings.cooldown_s
        event = Event(
            kind=self._wording.kind,
            topic=self._wording.topic,
            rule=self._place.rule,
            rule_sha256=self._place.rule_sha256,
            severity=self._settings.severity,
            phase="opened",
            zone=self._place.zone,
            started_at=stay.since,
            time=scene.time,
            identity=stay.first_box,
            onvif_topic=self._wording.onvif_topic,
            published=self._settings.publish,
        )
        event = self._open[stay] = self._measured(event, scene, stay, self._settings.seconds)
        return event

    def _escalated(self, scene: Scene, stay: Stay) -> list[Event]:
        limit = self._settings.escalate_s
        opened = self._open[stay]
        if limit is None or opened.phase == "updated" or stay.dwell_s < limit:
            return []
        raised = replace(opened, phase="updated", time=scene.time, severity=_RAISED[opened.severity])
        event = self._open[stay] = self._measured(raised, scene, stay, limit)
        return [event]

    def _closed(self, scene: Scene, stay: Stay, reason: Reason | None) -> Event:
        event = self._open.pop(stay)
        event = self._measured(event, scene, stay, float(event.measures["threshold_s"]))
        return replace(event, phase="closed", time=scene.time, ended_at=stay.last, reason=reason)

    def _measured(self, event: Event, scene: Scene, stay: Stay, threshold_s: float) -> Event:
        measures = {"dwell_s": stay.dwell_s, "threshold_s": threshold_s, "calibrated": scene.calibrated}
        summary = self._wording.tell(self._place.zone, stay.dwell_s, threshold_s)
        tracks = (scene.box(stay.track),) if scene.knows(stay.track) else event.tracks
        return replace(event, tracks=tracks, measures=measures, summary=summary)
