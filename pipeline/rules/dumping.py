"""Somebody stops, lays something down, and goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from pydantic import Field

from pipeline.rules import words
from pipeline.rules.ledger import Ledger, Measures, Place, Wording
from pipeline.rules.object_abandoned import SEEN_S, THINGS
from pipeline.rules.settings import ActiveHours, RuleSettings, Seconds
from pipeline.scene import Scene, whole_pixels
from pipeline.thing import Thing
from pipeline.types import Event, Gauge, Reading, Reason


class DumpingSettings(RuleSettings):
    """Defaults: a minute is longer than a parcel waits at a door; who is 3 m away for 10 s has gone."""

    kind: Literal["dumping"] = "dumping"
    classes: tuple[str, ...] = Field(THINGS, min_length=1)
    seconds: Seconds = 60.0
    radius_m: float = Field(3.0, gt=0, description="Within it, whoever laid it down is still there.")
    away_s: Seconds = Field(10.0, description="He must have been away for so long.")
    collection_hours: ActiveHours | None = Field(None, description="City time at which things may be laid down.")


def _tell(zone: str, measures: Measures) -> dict[str, str]:
    lies, limit, away = (float(measures[name]) for name in ("lies_s", "threshold_s", "away_s"))
    name = str(measures["class"])
    return {
        "vi": f"{words.noun(name)} được đặt xuống tại khu vực “{zone}” {words.number(lies)} giây trước (ngưỡng "
        f"{words.number(limit)} giây); người hoặc xe mang đến đã rời đi {words.number(away)} giây.",
        "en": f"{words.a(name)} was laid down in zone “{zone}” {lies:.1f} s ago (threshold {limit:.1f} s); who or what "
        f"brought it has been away for {away:.1f} s.",
    }


_WORDING = Wording("dumping", "alerts", None, _tell)


class Dumping:
    """Fires when an actor stopped in the zone, a new thing has lain there for `seconds`, and he is away for `away_s`.

    The actor is a person, or a vehicle where nobody was seen; he must have been slower than 0.8 m/s where the thing
    came to rest. Things laid down in `collection_hours` are none. It closes when the thing is gone. It cannot tell
    rubbish from goods, sees no class but those of the detector unless `static_change` runs, and nothing that is thrown
    from a moving vehicle.
    """

    def __init__(self, place: Place, settings: DumpingSettings) -> None:
        self._place = place
        self._settings = settings
        self._ledger = Ledger(place, settings, _WORDING)
        self._near: dict[Thing, float] = {}

    def judge(self, scene: Scene) -> Sequence[Event]:
        events: list[Event] = []
        wanted = scene.class_ids(self._settings.classes)
        for thing in scene.things.all:
            if thing.class_id in wanted and thing.stopped and not thing.fixture:
                events += self._judge(scene, thing)
        return events

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        return self._ledger.close_all(scene, reason)

    def readings(self, scene: Scene) -> Sequence[Reading]:
        return [
            Reading((thing.id,), self._place.zone, (thing.track,), (
                Gauge("lies_s", scene.time - thing.since, self._settings.seconds),
                Gauge("away_s", scene.time - near, self._settings.away_s),
                Gauge("absent_s", thing.absent_s, self._settings.gap, at_least=False),
            ))
            for thing, near in self._near.items() if not thing.over and thing.left_at is None
        ]  # fmt: skip

    def _judge(self, scene: Scene, thing: Thing) -> list[Event]:
        if thing not in self._near:
            if not self._place.holds(scene, thing) or self._is_collected(scene, thing):
                return []
            self._near[thing] = thing.since
        if thing.over or thing.left_at is not None or thing.absent_s > self._settings.gap:
            if thing.over:
                del self._near[thing]
            return self._ledger.close(scene, thing, thing.seen)
        if scene.attends(thing, self._settings.radius_m, company=False):
            self._near[thing] = scene.time
        lies, away = scene.time - thing.since, scene.time - self._near[thing]
        if lies < self._settings.seconds or away < self._settings.away_s or scene.time - thing.seen > SEEN_S:
            return []
        measures: Measures = {
            "lies_s": lies, "threshold_s": self._settings.seconds, "away_s": away,
            "away_threshold_s": self._settings.away_s, "radius_m": self._settings.radius_m,
            "class": scene.names[thing.class_id],
        }  # fmt: skip
        told = ((scene.thing_box(thing),), measures)
        if thing in self._ledger.events:
            return self._ledger.escalate(scene, thing, lies, *told)
        if not self._ledger.awake(scene):
            return []
        return self._ledger.open(scene, thing, thing.since, whole_pixels(thing.box), *told)

    def _is_collected(self, scene: Scene, thing: Thing) -> bool:
        hours = self._settings.collection_hours
        laid_down = scene.local - timedelta(seconds=scene.time - thing.since)
        return hours is not None and hours.contains(laid_down)
