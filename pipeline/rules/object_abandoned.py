"""Something is left behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from pipeline.rules import words
from pipeline.rules.ledger import Ledger, Measures, Place, Wording
from pipeline.rules.settings import RuleSettings, Seconds
from pipeline.scene import Scene, whole_pixels
from pipeline.thing import Thing
from pipeline.types import Event, Gauge, Reading, Reason
from pipeline.view import BAGS

THINGS = (*BAGS, "object")
RETURN_S = 0.5
"""Near for no longer than this, the owner only brushed the circle."""
SEEN_S = 2.0
"""It must have been seen so lately to be called still there."""


class ObjectAbandonedSettings(RuleSettings):
    """Defaults: unattended means 3 m away (PETS 2006 draws its circles at 2 and 3 m), for 60 s."""

    kind: Literal["object_abandoned"] = "object_abandoned"
    classes: tuple[str, ...] = Field(THINGS, min_length=1)
    seconds: Seconds = 60.0
    settle_s: Seconds = Field(5.0, description="It must have stood still for so long.")
    radius_m: float = Field(3.0, gt=0, description="Within it, the owner or his company attends it.")


def _tell(zone: str, measures: Measures) -> dict[str, str]:
    alone, limit, radius = (float(measures[name]) for name in ("alone_s", "threshold_s", "radius_m"))
    name = str(measures["class"])
    return {
        "vi": f"{words.noun(name)} bị bỏ lại tại khu vực “{zone}”: người mang đến đã cách xa hơn "
        f"{words.number(radius)} m trong {words.number(alone)} giây (ngưỡng {words.number(limit)} giây).",
        "en": f"{words.a(name)} was left in zone “{zone}”: whoever brought it has been more than {radius:.1f} m away "
        f"for {alone:.1f} s (threshold {limit:.1f} s).",
    }


_WORDING = Wording("object_abandoned", "alerts", "tns1:RuleEngine/ObjectAbandonedDetector/ObjectAbandoned", _tell)


@dataclass(slots=True)
class _Watch:
    """What the rule remembers of one thing."""

    attended: float
    """When somebody it belongs to was last near."""
    back_since: float | None = None


class ObjectAbandoned:
    """Fires when a thing has settled and its owner and his company have all been farther than `radius_m` for `seconds`.

    The owner is who set it down, else who was closest when it came to rest; without one nothing is abandoned. It
    closes when one of them returns, or the thing is gone. It cannot see whether a thing was forgotten or left on
    purpose, nor what is in it; whoever comes into view where the owner left it and stands by the thing is taken for
    him, and whoever stood where a thing lies that hardly anybody was seen to bring, or, where nobody was, came by and
    is still there or was lost there, for his company; what stood there when the camera began to watch is a fixture.
    """

    def __init__(self, place: Place, settings: ObjectAbandonedSettings) -> None:
        self._place = place
        self._settings = settings
        self._ledger = Ledger(place, settings, _WORDING)
        self._watched: dict[Thing, _Watch] = {}

    def judge(self, scene: Scene) -> Sequence[Event]:
        if not scene.things.all and not self._watched:
            return []
        events: list[Event] = []
        wanted = scene.class_ids(self._settings.classes)
        for thing in scene.things.all:
            if thing.class_id in wanted and thing.owner is not None and not thing.fixture:
                events += self._judge(scene, thing)
        return events

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        return self._ledger.close_all(scene, reason)

    def readings(self, scene: Scene) -> Sequence[Reading]:
        return [
            Reading((thing.id,), self._place.zone, (thing.track,), (
                Gauge("stood_s", thing.seen - thing.since, self._settings.settle_s),
                Gauge("alone_s", scene.time - watch.attended, self._settings.seconds),
                Gauge("absent_s", thing.absent_s, self._settings.gap, at_least=False),
            ))
            for thing, watch in self._watched.items() if not thing.over and thing.left_at is None
        ]  # fmt: skip

    def _judge(self, scene: Scene, thing: Thing) -> list[Event]:
        watch = self._watched.get(thing) or self._begin(scene, thing)
        if watch is None:
            return []
        if thing.over or thing.left_at is not None or thing.absent_s > self._settings.gap:
            watch.attended = scene.time
            if thing.over:
                del self._watched[thing]
            return self._ledger.close(scene, thing, thing.seen)
        if self._is_back(scene, thing, watch):
            return self._ledger.close(scene, thing, scene.time, measures=self._measures(scene, thing, watch))
        alone, stood = scene.time - watch.attended, thing.seen - thing.since
        if scene.time - thing.seen > SEEN_S or alone < self._settings.seconds or stood < self._settings.settle_s:
            return []
        told = ((scene.thing_box(thing),), self._measures(scene, thing, watch))
        if thing in self._ledger.events:
            return self._ledger.escalate(scene, thing, alone, *told)
        awake = self._ledger.awake(scene)
        box = whole_pixels(thing.box)
        return self._ledger.open(scene, thing, watch.attended, box, *told) if awake else []

    def _begin(self, scene: Scene, thing: Thing) -> _Watch | None:
        if not self._place.holds(scene, thing):
            return None
        attended = scene.attends(thing, self._settings.radius_m)
        self._watched[thing] = _Watch(scene.time if attended else thing.since)
        return self._watched[thing]

    def _is_back(self, scene: Scene, thing: Thing, watch: _Watch) -> bool:
        """Is somebody it belongs to near it, and not only for an instant?"""
        if not scene.attends(thing, self._settings.radius_m):
            watch.back_since = None
            return False
        first = scene.time if watch.back_since is None else watch.back_since
        watch.back_since = first
        if scene.time - first >= RETURN_S or watch.attended >= scene.time - RETURN_S:
            watch.attended = scene.time
            return True
        return False

    def _measures(self, scene: Scene, thing: Thing, watch: _Watch) -> Measures:
        away = 0.0 if thing.owner is None else scene.away_m(thing.owner, thing)
        return {
            "alone_s": scene.time - watch.attended, "threshold_s": self._settings.seconds,
            "radius_m": self._settings.radius_m, "owner_away_m": away, "owner_in_view": scene.owner_in_view(thing),
            "class": scene.names[thing.class_id],
        }  # fmt: skip
