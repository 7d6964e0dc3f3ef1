"""Somebody goes away with what is not his: the part that rules about items and vehicles share."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.doubles import NEAR_M
from pipeline.paths import STITCH_S, Path
from pipeline.rules.ledger import Ledger, Measures, Place, Wording
from pipeline.rules.settings import RuleSettings
from pipeline.scene import Scene, whole_pixels
from pipeline.thing import Thing
from pipeline.types import Event, Gauge, Reading, Reason, TrackBox

BESIDE_S = 0.4
"""Beside it for so long while it moves: enough to tell a taker from somebody it passes."""
ALONE_S = 1.0
"""What moves for so long with nobody beside it was taken by whoever was there when it left."""
ATTENDED_M, ATTENDED_S = 3.0, 1.0
"""One of its people so near, so shortly before it left, attended it."""
GONE_S = 5.0
"""Gone from its place for so long, in plain view, a thing was not only missed by the detector (2 s at most)."""
MOUNTED_S = 1.0
"""Whoever sits on a vehicle so shortly after it left its place left with it."""
HOLD_S = 4.5
"""By then it shows who is who of two who met, and whether what shows in a thing's place stands there."""
FILLED_S = 0.6
"""Seen for less, what is like it in its place is a flicker, or only passes there."""
UNSEEN_S = 5.0
SHARE = 0.6
RUN_MPS = 2.5
LOST_M = 3.0
"""An owner who was lost so near the thing may be standing at it unseen."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What is to be told: the thing and who went with it, and what was measured."""

    tracks: tuple[TrackBox, ...]
    measures: Measures
    time: float


@dataclass(slots=True)
class _Leaving:
    inside: bool
    told_at: float | None = None
    """When it left its place, of the departure told already."""
    vanished: tuple[float, int] = (0.0, -1)
    """When it was last seen in its place, and who was alone with it then; -1 = nobody."""
    held: _Told | None = None
    """To be told unless it shows in a moment that it was one of its people."""
    taken_up: bool = False
    """One of its people has something like it in hand since it left."""
    ridden_off: float = -math.inf
    """When one of its people was last where its rider would sit as it left; others may hide him after that."""


class Taking:
    """Watches things leave their place, and tells when somebody they do not belong to is with them."""

    def __init__(
        self,
        place: Place,
        settings: RuleSettings,
        wording: Wording,
        distance_m: float,
        own: Measures | None = None,
    ) -> None:
        """`own`: thresholds of the rule's own that belong into every event."""
        self._place = place
        self._settings = settings
        self._ledger = Ledger(place, settings, wording)
        self._distance_m = distance_m
        self._own = own or {}
        self._known: dict[Thing, _Leaving] = {}

    def judge(self, scene: Scene, eligible: Callable[[Thing], bool]) -> list[Event]:
        """The events of this frame; `eligible(thing)` says whether a thing that left counts at all."""
        if not scene.step_s or not (scene.things.all or self._known):
            return []
        events: list[Event] = []
        wanted = scene.class_ids(self._settings.classes)
        for thing in scene.things.all:
            if thing.owner is None or thing.class_id not in wanted or not thing.is_solid:
                continue
            known = self._known.get(thing)
            if known is None:
                known = self._known[thing] = _Leaving(self._place.holds(scene, thing))
            if known.inside:
                events += self._judge(scene, thing, known, eligible)
        if len(self._known) > len(scene.things.all):
            self._known = {thing: known for thing, known in self._known.items() if not thing.over}
        return events

    def close(self, scene: Scene, reason: Reason) -> list[Event]:
        held = [(thing, known, known.held) for thing, known in self._known.items() if known.held is not None]
        events = [event for thing, known, told in held for event in self._tell(scene, thing, known, told)]
        return events + self._ledger.close_all(scene, reason)

    def readings(self, scene: Scene) -> list[Reading]:
        found = []
        for thing, known in self._known.items():
            if thing.seen == scene.time or not known.inside:
                continue
            takers = self.takers(scene, thing)
            gauges = (
                Gauge("moved_m", thing.moved_m, self._distance_m),
                Gauge("with_s", max(thing.takers.values(), default=0.0), BESIDE_S),
                Gauge("owners_among_takers", sum(map(thing.belongs_to, takers)), 0.0, at_least=False),
            )
            found.append(Reading((thing.id, thing.seen), self._place.zone, (thing.track, *takers), gauges))
        return found

    @staticmethod
    def takers(scene: Scene, thing: Thing) -> list[int]:
        """Who goes with it: its riders, else who is beside it now, nearest first, if he has been for long enough."""
        riding = scene.riders.on(thing.track)
        if riding:
            return riding
        beside = sorted(thing.beside_now, key=lambda person: thing.beside_now[person])
        return beside if beside and thing.takers[beside[0]] >= BESIDE_S else []

    def _judge(self, scene: Scene, thing: Thing, known: _Leaving, eligible: Callable[[Thing], bool]) -> list[Event]:
        if thing.seen == scene.time:
            known.held, known.taken_up = None, False
            return self._end(scene, thing) if thing in self._ledger.events else []
        if known.told_at == thing.seen:
            gone = thing.over or scene.time - scene.last_seen(thing) > UNSEEN_S or thing.track == -1
            return self._end(scene, thing) if gone else []
        if not self._ledger.awake(scene) or not eligible(thing):
            known.held = None
            return []
        leaves = thing.left_at is not None and scene.time - thing.left_at <= MOUNTED_S + 1e-3
        if leaves and any(map(thing.belongs_to, scene.riders.seated_on.get(thing.track, ()))):
            known.ridden_off = scene.time
        told = known.held or self._observed(scene, thing, known)
        known.held = told if thing.filled_s <= HOLD_S else None
        if told is None or self._is_filled(scene, thing) or self._is_unsettled(scene, thing, told):
            return []
        return self._tell(scene, thing, known, told)

    def _tell(self, scene: Scene, thing: Thing, known: _Leaving, told: _Told) -> list[Event]:
        known.held = None
        if self._is_his(scene, thing, known, [track.id for track in told.tracks[1:]]):
            return []
        known.told_at = thing.seen
        started_at = thing.left_at or thing.seen
        return self._ledger.open(scene, thing, started_at, whole_pixels(thing.box), told.tracks, told.measures)

    def _observed(self, scene: Scene, thing: Thing, known: _Leaving) -> _Told | None:
        """With whom it went, as it is told, none of whom it belongs to."""
        along = thing.left_at is not None and thing.moved_m > self._distance_m
        takers = self.takers(scene, thing) if along else []
        if not takers:
            along, takers = False, self._vanished_with(scene, thing, known, along)
        takers = [taker for taker in takers if scene.knows(taker)]
        if not takers or self._is_his(scene, thing, known, takers):
            return None
        there = {path.id for _, path in scene.at_leaving(thing)}
        if along and there.isdisjoint(takers):
            return None
        return _Told((scene.thing_box(thing), *map(scene.box, takers)), self._measures(scene, thing, along), scene.time)

    def _is_his(self, scene: Scene, thing: Thing, known: _Leaving, takers: list[int]) -> bool:
        """Is one of its people among them, or has one ridden off with it, gone along, or taken one like it up?"""
        ridden_off = scene.time - known.ridden_off <= STITCH_S + 1e-3
        if ridden_off or any(map(thing.belongs_to, takers)) or self._went_along(thing):
            return True
        known.taken_up |= any(
            scene.things.took_up(thing, person) for person in scene.attendants(thing, NEAR_M, ATTENDED_S)
        )
        return known.taken_up

    @staticmethod
    def _is_filled(scene: Scene, thing: Thing) -> bool:
        """Does something like it stand where it stood? Then that may be it, and what moves another one.

        In the first moments it does not show yet whether it stands there.
        """
        stands = thing.filled_s >= FILLED_S and scene.time - thing.filled <= STITCH_S
        return stands or thing.filled == scene.time

    @staticmethod
    def _is_unsettled(scene: Scene, thing: Thing, told: _Told) -> bool:
        """Has one of them just met one of its people, so that it does not show yet who is who?"""
        if scene.time - told.time > HOLD_S:
            return False
        people = {*thing.owners, *thing.company}
        return any(not people.isdisjoint(scene.identities.unsettled(track.id)) for track in told.tracks[1:])

    @staticmethod
    def _went_along(thing: Thing) -> bool:
        """Was one of its people beside it for most of its way so far?"""
        own = max((s for person, s in thing.takers.items() if thing.belongs_to(person)), default=0.0)
        return own >= BESIDE_S and own >= SHARE * max(thing.takers.values())

    def _vanished_with(self, scene: Scene, thing: Thing, known: _Leaving, moved: bool) -> list[int]:
        """Who was within reach when it vanished, or `moved` with nobody to be seen, and has gone since.

        Nobody while one of its people may have it.
        """
        if moved:
            if thing.beside_now or scene.time - (thing.left_at or thing.seen) < ALONE_S:
                return []
        elif thing.track == -1 or scene.sees(thing.track) or thing.absent_s < max(GONE_S, 2 * thing.longest_absent_s):
            return []
        if known.vanished[0] != thing.seen:
            known.vanished = (thing.seen, self._suspected(scene, thing))
        taker = scene.paths.by_id.get(known.vanished[1])
        if taker is None or not (scene.away_m(taker, thing) > self._distance_m or self._left_too(scene, thing, taker)):
            return []
        return [taker.id]

    @staticmethod
    def _left_too(scene: Scene, thing: Thing, taker: Path) -> bool:
        """Was whoever goes with a vehicle lost together with it?"""
        return thing.ridden and scene.time - taker.time > STITCH_S and taker.time - thing.seen < STITCH_S

    @staticmethod
    def _suspected(scene: Scene, thing: Thing) -> int:
        """Who was alone with it when it vanished, or broke into a run just then; -1 = nobody."""
        if any(path.time < thing.seen + 0.5 and scene.away_m(path, thing) < LOST_M for path in thing.owners.values()):
            return -1
        near = scene.at_leaving(thing)
        others = [path for _, path in near if not thing.belongs_to(path.id)]
        if others and len(others) == len(near):
            return others[0].id
        for path in others:
            before = scene.paths.mean_velocity(path, thing.seen - 1.5, thing.seen)
            after = scene.paths.mean_velocity(path, thing.seen + 0.8, thing.seen + 2.3)
            if before is not None and after is not None and np.hypot(*before) < RUN_MPS <= np.hypot(*after):
                return path.id
        return -1

    def _end(self, scene: Scene, thing: Thing) -> list[Event]:
        return self._ledger.close(scene, thing, scene.last_seen(thing))

    def _measures(self, scene: Scene, thing: Thing, along: bool) -> Measures:
        left = thing.left_at or thing.seen
        away = 0.0 if thing.owner is None else scene.away_m(thing.owner, thing)
        return {
            "moved_m": thing.moved_m, "distance_m": self._distance_m, "stood_s": left - thing.since,
            "attended": bool(scene.attendants(thing, ATTENDED_M, ATTENDED_S)),
            "owner_in_view": scene.owner_in_view(thing), "owner_away_m": away, "seen_along": along,
            "class": scene.names[thing.class_id], **self._own,
        }  # fmt: skip
