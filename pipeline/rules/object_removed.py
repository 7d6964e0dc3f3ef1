"""Something that stood in a place is gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from pipeline.rules import words
from pipeline.rules.ledger import Ledger, Measures, Place, Wording
from pipeline.rules.object_abandoned import THINGS
from pipeline.rules.settings import RuleSettings, Seconds
from pipeline.scene import Scene, whole_pixels
from pipeline.thing import Thing
from pipeline.things import KEEP_S
from pipeline.types import Event, Gauge, Reading, Reason


class ObjectRemovedSettings(RuleSettings):
    """Defaults: what stood for 30 s belongs there; 15 s without it, in plain view, is no bad moment of the detector."""

    kind: Literal["object_removed"] = "object_removed"
    classes: tuple[str, ...] = Field(THINGS, min_length=1)
    seconds: float = Field(15.0, gt=0, le=KEEP_S, description="Gone for so long; an obstructed view pauses the clock.")
    settle_s: Seconds = Field(30.0, description="It must have stood there for so long.")
    moved_m: float = Field(1.0, gt=0, description="Moved by less, it is still there.")


def _tell(zone: str, measures: Measures) -> dict[str, str]:
    stood, gone, limit = (float(measures[name]) for name in ("stood_s", "gone_s", "threshold_s"))
    name = str(measures["class"])
    return {
        "vi": f"{words.noun(name)} đã ở khu vực “{zone}” {words.number(stood)} giây nay không còn, "
        f"{words.number(gone)} giây (ngưỡng {words.number(limit)} giây).",
        "en": f"{words.a(name)} that had stood in zone “{zone}” for {stood:.1f} s has been gone for {gone:.1f} s "
        f"(threshold {limit:.1f} s).",
    }


_WORDING = Wording("object_removed", "alerts", "tns1:RuleEngine/ObjectRemovedDetector/ObjectRemoved", _tell)


class ObjectRemoved:
    """Fires when a thing that stood in the zone for `settle_s` has been gone from its place for `seconds`.

    Whoever takes it, its owner too: this rule watches the thing. A place that somebody stands before is not seen, and
    the clock waits. It closes when the thing is back. What came with nobody near, or was seen less than two thirds of
    the time, is taken for a flicker of the detector. It cannot see a swap for one that looks alike.
    """

    def __init__(self, place: Place, settings: ObjectRemovedSettings) -> None:
        self._place = place
        self._settings = settings
        self._ledger = Ledger(place, settings, _WORDING)
        self._told: set[Thing] = set()

    def judge(self, scene: Scene) -> Sequence[Event]:
        events: list[Event] = []
        wanted = scene.class_ids(self._settings.classes)
        for thing in scene.things.all:
            if thing.seen == scene.time and thing not in self._told:
                continue
            if thing.class_id in wanted:
                events += self._judge(scene, thing)
        return events

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        return self._ledger.close_all(scene, reason)

    def readings(self, scene: Scene) -> Sequence[Reading]:
        wanted = scene.class_ids(self._settings.classes)
        return [
            Reading((thing.id,), self._place.zone, (thing.track,), (
                Gauge("stood_s", thing.seen - thing.since, self._settings.settle_s),
                Gauge("gone_s", thing.absent_s, self._settings.seconds),
            ))
            for thing in scene.things.all if thing.class_id in wanted and self._place.holds(scene, thing)
        ]  # fmt: skip

    def _judge(self, scene: Scene, thing: Thing) -> list[Event]:
        if thing.seen == scene.time or thing.over:
            self._told.discard(thing)
            return self._ledger.close(scene, thing, scene.time)
        if thing.absent_s < self._settings.seconds or thing in self._told:
            return []
        if thing.seen - thing.since < self._settings.settle_s or not thing.is_solid or not self._ledger.awake(scene):
            return []
        if scene.sees(thing.track) and thing.moved_m < self._settings.moved_m:
            return []
        if not self._place.holds(scene, thing):
            return []
        self._told.add(thing)
        measures: Measures = {
            "stood_s": thing.seen - thing.since, "settle_s": self._settings.settle_s, "gone_s": thing.absent_s,
            "threshold_s": self._settings.seconds, "class": scene.names[thing.class_id],
        }  # fmt: skip
        return self._ledger.open(scene, thing, thing.seen, whole_pixels(thing.box), (scene.thing_box(thing),), measures)
