"""Somebody goes away with what is not his: the part that rules about items and vehicles share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.rules.ledger import Ledger, Measures, Place, Wording
from pipeline.rules.settings import RuleSettings
from pipeline.scene import Scene, whole_pixels
from pipeline.things import Thing
from pipeline.types import Event, Gauge, Reading, Reason

BESIDE_S = 0.4
"""Beside it for so long while it moves: enough to tell a taker from somebody it passes."""
SHARE = 0.5
"""Whoever was beside it for at least this share of the taker's time went along with it too."""
UNSEEN_S = 5.0


@dataclass(slots=True)
class _Leaving:
    attended: float
    """When somebody it belongs to was last within `near_m`."""
    inside: bool
    told_at: float | None = None
    """When it left its place, of the departure told already."""


class Taking:
    """Watches things leave their place, and tells when somebody they do not belong to is with them."""

    def __init__(
        self,
        place: Place,
        settings: RuleSettings,
        wording: Wording,
        distance_m: float,
        near_m: float,
        own: Measures | None = None,
    ) -> None:
        """`own`: thresholds of the rule's own that belong into every event."""
        self._place = place
        self._settings = settings
        self._ledger = Ledger(place, settings, wording)
        self._distance_m = distance_m
        self._near_m = near_m
        self._own = own or {}
        self._known: dict[Thing, _Leaving] = {}

    def judge(self, scene: Scene, eligible: Callable[[Thing], bool]) -> list[Event]:
        """The events of this frame; `eligible(thing)` says whether a thing that left counts at all."""
        if not scene.step_s or not (scene.things.all or self._known):
            return []
        events: list[Event] = []
        wanted = scene.class_ids(self._settings.classes)
        for thing in scene.things.all:
            if thing.owner is None or thing.class_id not in wanted:
                continue
            known = self._known.get(thing)
            if known is None:
                known = self._known[thing] = _Leaving(thing.since, self._place.holds(scene, thing))
            if known.inside:
                events += self._judge(scene, thing, known, eligible)
        if len(self._known) > len(scene.things.all):
            self._known = {thing: known for thing, known in self._known.items() if not thing.over}
        return events

    def close(self, scene: Scene, reason: Reason) -> list[Event]:
        return self._ledger.close_all(scene, reason)

    def readings(self, scene: Scene) -> list[Reading]:
        found = []
        for thing, known in self._known.items():
            if thing.left_at is None or not known.inside:
                continue
            takers = self.takers(scene, thing)
            gauges = (
                Gauge("moved_m", thing.moved_m, self._distance_m),
                Gauge("with_s", max(thing.takers.values(), default=0.0), BESIDE_S),
                Gauge("owners_among_takers", sum(map(thing.belongs_to, takers)), 0.0, at_least=False),
            )
            found.append(Reading((thing.id, thing.left_at), self._place.zone, (thing.track, *takers), gauges))
        return found

    @staticmethod
    def takers(scene: Scene, thing: Thing) -> list[int]:
        """Who goes with it: its riders, else who was beside it most since it left, and whoever was there as long."""
        riding = scene.riders.on(thing.track)
        if riding:
            return riding
        most = max(thing.takers.values(), default=0.0)
        if most < BESIDE_S:
            return []
        beside = [person for person, seconds in thing.takers.items() if seconds >= SHARE * most]
        return sorted(beside, key=lambda person: -thing.takers[person])

    def _judge(self, scene: Scene, thing: Thing, known: _Leaving, eligible: Callable[[Thing], bool]) -> list[Event]:
        if thing.left_at is None:
            if scene.attends(thing, self._near_m):
                known.attended = scene.time
            return self._end(scene, thing) if thing in self._ledger.events else []
        if known.told_at == thing.left_at:
            if thing.over or scene.time - scene.last_seen(thing) > UNSEEN_S or thing.track == -1:
                return self._end(scene, thing)
            return []
        if thing.moved_m <= self._distance_m or not self._ledger.awake(scene) or not eligible(thing):
            return []
        takers = [taker for taker in self.takers(scene, thing) if scene.knows(taker)]
        if not takers or any(map(thing.belongs_to, takers)):
            return []
        known.told_at = thing.left_at
        tracks = (scene.thing_box(thing), *map(scene.box, takers))
        measures = self._measures(scene, thing, known)
        return self._ledger.open(scene, thing, thing.left_at, whole_pixels(thing.box), tracks, measures)

    def _end(self, scene: Scene, thing: Thing) -> list[Event]:
        return self._ledger.close(scene, thing, scene.last_seen(thing))

    def _measures(self, scene: Scene, thing: Thing, known: _Leaving) -> Measures:
        left = thing.left_at or scene.time
        away = min((scene.away_m(path, thing) for path in thing.owners.values()), default=0.0)
        return {
            "moved_m": thing.moved_m, "distance_m": self._distance_m, "stood_s": left - thing.since,
            "attended": left - known.attended < 1.0, "owner_in_view": scene.owner_in_view(thing),
            "owner_away_m": away, "class": scene.names[thing.class_id], **self._own,
        }  # fmt: skip
