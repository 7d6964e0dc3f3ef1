"""The events of one rule in one place: opened once, raised when they last, closed; hours, cooldown and shadow."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import shapely

from pipeline.dwell import DwellClock
from pipeline.rules.settings import RuleSettings
from pipeline.scene import Scene
from pipeline.thing import Thing
from pipeline.types import Event, Floats, Measure, Reason, Severity, Topic, TrackBox

_RAISED: dict[Severity, Severity] = {"info": "notice", "notice": "alert", "alert": "alert"}
Measures = Mapping[str, Measure]


@dataclass(frozen=True, slots=True)
class Place:
    """A rule in a zone of one camera."""

    rule: str
    rule_sha256: str
    zone: str
    shape: shapely.Polygon
    """In pixels of the source frame."""
    clocks: dict[Hashable, DwellClock] = field(default_factory=dict, compare=False)
    """Shared by all rules of the zone, so that nobody's stay is counted twice."""
    direction: Floats | None = None
    """Lawful travel: an arrow (2, 2) in pixels, from its first point to its second."""

    def clock(self, settings: RuleSettings) -> DwellClock:
        """How long whom these settings name stays here, in the hours they name."""
        key = (settings.classes, settings.gap, str(settings.active_hours))
        if key not in self.clocks:
            self.clocks[key] = DwellClock(self.shape, settings.classes, settings.gap)
        return self.clocks[key]

    def holds(self, scene: Scene, thing: Thing) -> bool:
        """Does the thing stand in the zone?"""
        x1, _, x2, y2 = thing.box
        return self.covers(scene, (x1 + x2) / 2, y2)

    def covers(self, scene: Scene, x: float, y: float) -> bool:
        """Does this pixel, moved into the picture if it is outside, lie in the zone?"""
        width, height = scene.frame_size
        return bool(shapely.intersects_xy(self.shape, min(max(x, 0.0), width), min(max(y, 0.0), height)))


@dataclass(frozen=True, slots=True)
class Wording:
    """How a kind of event is called and told: `tell(zone, measures)` gives the summary by language."""

    kind: str
    topic: Topic
    onvif_topic: str | None
    tell: Callable[[str, Measures], dict[str, str]]


class Ledger:
    """Keeps the open events by a key of the rule's choice: a stay, a thing, a track."""

    def __init__(self, place: Place, settings: RuleSettings, wording: Wording) -> None:
        self._place = place
        self._settings = settings
        self._wording = wording
        self._quiet_until = float("-inf")
        self.events: dict[Hashable, Event] = {}

    def awake(self, scene: Scene) -> bool:
        """Is it an hour in which the rule looks?"""
        hours = self._settings.active_hours
        return hours is None or hours.contains(scene.local)

    def quiet(self, scene: Scene) -> bool:
        """Does the cooldown of the event before still last?"""
        return scene.time < self._quiet_until

    def open(
        self,
        scene: Scene,
        key: Hashable,
        started_at: float,
        identity: tuple[int, ...],
        tracks: Sequence[TrackBox],
        measures: Measures,
    ) -> list[Event]:
        """Open the event of `key`; nothing while another's cooldown lasts or when it is open already."""
        if key in self.events or self.quiet(scene):
            return []
        self._quiet_until = scene.time + self._settings.cooldown_s
        event = Event(
            kind=self._wording.kind,
            topic=self._wording.topic,
            rule=self._place.rule,
            rule_sha256=self._place.rule_sha256,
            severity=self._settings.severity,
            phase="opened",
            zone=self._place.zone,
            started_at=started_at,
            time=scene.time,
            identity=identity,
            onvif_topic=self._wording.onvif_topic,
            published=self._settings.publish,
        )
        event = self.events[key] = self._told(scene, event, tracks, measures)
        return [event]

    def escalate(
        self, scene: Scene, key: Hashable, lasted_s: float, tracks: Sequence[TrackBox], measures: Measures
    ) -> list[Event]:
        """Raise the severity once, when the event has lasted for `escalate_s`."""
        limit, opened = self._settings.escalate_s, self.events[key]
        if limit is None or opened.phase == "updated" or lasted_s < limit:
            return []
        raised = replace(opened, phase="updated", time=scene.time, severity=_RAISED[opened.severity])
        event = self.events[key] = self._told(scene, raised, tracks, measures)
        return [event]

    def rename(self, key: Hashable, new: Hashable) -> None:
        """What was open under one key goes on under another."""
        if key in self.events:
            self.events[new] = self.events.pop(key)

    def close(
        self,
        scene: Scene,
        key: Hashable,
        ended_at: float,
        reason: Reason | None = None,
        tracks: Sequence[TrackBox] = (),
        measures: Measures | None = None,
    ) -> list[Event]:
        """Close the event of `key`, with what was measured last, or as it was told before."""
        event = self.events.pop(key, None)
        if event is None:
            return []
        event = replace(event, phase="closed", time=scene.time, ended_at=ended_at, reason=reason)
        return [self._told(scene, event, tracks or event.tracks, event.measures if measures is None else measures)]

    def close_all(self, scene: Scene, reason: Reason) -> list[Event]:
        """The input ends: close everything as of now."""
        return [event for key in list(self.events) for event in self.close(scene, key, scene.time, reason)]

    def _told(self, scene: Scene, event: Event, tracks: Sequence[TrackBox], measures: Measures) -> Event:
        full = {**measures, "calibrated": scene.calibrated}
        return replace(event, tracks=tuple(tracks), measures=full, summary=self._wording.tell(self._place.zone, full))


class Moments:
    """Events that are over as soon as they begin: one message each."""

    def __init__(self, rule: str, rule_sha256: str, place: str, settings: RuleSettings, wording: Wording) -> None:
        """`place` is the name of the zone or line."""
        self._rule = rule
        self._rule_sha256 = rule_sha256
        self._place = place
        self._settings = settings
        self._wording = wording
        self._told_at = float("-inf")

    def tell(
        self,
        scene: Scene,
        at: float,
        tracks: Sequence[TrackBox],
        measures: Measures,
        place_m: tuple[float, float] | None = None,
        reached: float | None = None,
    ) -> list[Event]:
        """The event of what happened `at` that time, and was `reached` then or at another; nothing outside the rule's
        hours or within its cooldown.

        What happened earlier may be told later: the cooldown holds on both sides of the event told last.
        """
        hours = self._settings.active_hours
        time = at if reached is None else reached
        asleep = hours is not None and not hours.contains(scene.clock(time))
        if asleep or abs(time - self._told_at) < self._settings.cooldown_s:
            return []
        self._told_at = time
        full = {**measures, "calibrated": scene.calibrated}
        return [
            Event(
                kind=self._wording.kind,
                topic=self._wording.topic,
                rule=self._rule,
                rule_sha256=self._rule_sha256,
                severity=self._settings.severity,
                phase="closed",
                zone=self._place,
                started_at=at,
                time=time,
                ended_at=at,
                identity=tuple(side for track in tracks for side in track.xyxy),
                tracks=tuple(tracks),
                measures=full,
                summary=self._wording.tell(self._place, full),
                onvif_topic=self._wording.onvif_topic,
                published=self._settings.publish,
                place_m=place_m,
            )
        ]
