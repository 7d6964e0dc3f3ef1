"""Somebody goes from parked vehicle to parked vehicle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from pydantic import Field

from pipeline.footprint import Footprint, footprint
from pipeline.rules.ledger import Ledger, Measures, Place, Wording
from pipeline.rules.settings import RuleSettings, Seconds
from pipeline.scene import Scene, whole_pixels
from pipeline.thing import Thing
from pipeline.types import Event, Gauge, Reading, Reason, TrackBox
from pipeline.view import FOUR_WHEELERS, TWO_WHEELERS

PARKED_S = 10.0
"""Standing for so long, a vehicle is parked, not waiting to go on."""
UNSEEN_S, UNSEEN_M = 10.0, 2.5
"""Whoever shows in mid-picture so soon and so near after somebody was lost there is he: vehicles hide who stoops."""
SEATED_S, SEATED_M = 1.0, 1.5
"""Whoever was so near a vehicle when he was first seen, not much later than it, has come with it."""
SLOW_MPS = 0.7
"""Faster than this, nobody dwells."""


class ProwlingSettings(RuleSettings):
    """Defaults: nobody needs 5 s at three vehicles within 3 minutes to find his own."""

    kind: Literal["prowling"] = "prowling"
    classes: tuple[str, ...] = Field((*TWO_WHEELERS, *FOUR_WHEELERS), min_length=1, description="The vehicles.")
    count: int = Field(3, ge=2, description="So many different vehicles.")
    dwell_s: Seconds = Field(5.0, description="At each of them for so long.")
    window_s: Seconds = Field(180.0, description="All of them within this time.")
    reach_m: float = Field(1.0, gt=0, description="At a vehicle is who is no farther from it.")


def _tell(zone: str, measures: Measures) -> dict[str, str]:
    vehicles, count, dwell, window = (measures[name] for name in ("vehicles", "count", "dwell_s", "window_s"))
    own = bool(measures["rode_off"])
    return {
        "vi": f"Một người dừng từ {dwell:g} giây trở lên sát từng xe của {vehicles} xe đang đỗ (ngưỡng {count}) trong "
        f"vòng {window:g} giây tại khu vực “{zone}”{'; sau đó rời đi trên một trong các xe' if own else ''}.",
        "en": f"A person stopped for {dwell:g} s or more at each of {vehicles} parked vehicles (threshold {count}) "
        f"within {window:g} s in zone “{zone}”{'; then rode off on one of them' if own else ''}.",
    }


_WORDING = Wording("prowling", "alerts", None, _tell)


@dataclass(slots=True)
class _Visit:
    first: float
    last: float
    dwell_s: float = 0.0
    reached: float | None = None
    """When the dwell reached its threshold."""


@dataclass(slots=True)
class _Round:
    """One person's visits, by vehicle."""

    visits: dict[Thing, _Visit] = field(default_factory=dict)
    last: float = 0.0
    told: bool = False

    def reached(self, since: float) -> list[Thing]:
        return [t for t, visit in self.visits.items() if visit.reached is not None and visit.reached >= since]


class Prowling:
    """Fires when one person has dwelt `dwell_s` within `reach_m` of each of `count` parked vehicles within `window_s`.

    A moment counts for the nearest vehicle only, so that standing in a packed row is one visit; away from it for
    longer than the gap, the dwell begins anew. Whoever was at a vehicle when both were first seen has come with it.
    His own vehicle, which he was seen to come with, is none. Riding off on one of them later closes the event as
    his own. It cannot see what the hands do: an attendant who tidies a row of motorbikes looks like this too.
    """

    def __init__(self, place: Place, settings: ProwlingSettings) -> None:
        self._place = place
        self._settings = settings
        self._ledger = Ledger(place, settings, _WORDING)
        self._rounds: dict[int, _Round] = {}
        self._ground: dict[Thing, tuple[list[float], Footprint]] = {}

    def judge(self, scene: Scene) -> Sequence[Event]:
        if not scene.step_s:
            return []
        events = self._leave(scene) if self._rounds else []
        parked = self._parked(scene)
        rows = self._slow(scene) if parked else np.empty(0, np.int64)
        if len(rows):
            for row, thing in self._nearest(scene, rows, parked):
                events += self._dwell(scene, int(scene.ids[row]), thing)
        return events

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        return self._ledger.close_all(scene, reason)

    def readings(self, scene: Scene) -> Sequence[Reading]:
        since = scene.time - self._settings.window_s
        return [
            Reading((person,), self._place.zone, (person,), (
                Gauge("vehicles", len(done.reached(since)), self._settings.count),
                Gauge("dwell_s", max((v.dwell_s for v in done.visits.values()), default=0.0), self._settings.dwell_s),
            ))
            for person, done in self._rounds.items()
        ]  # fmt: skip

    def _parked(self, scene: Scene) -> list[Thing]:
        """The parked vehicles; none while there are too few for an event."""
        wanted = scene.class_ids(self._settings.classes)
        parked = [
            thing for thing in scene.things.all
            if thing.class_id in wanted and thing.left_at is None and thing.absent_s < 5.0
            and scene.time - thing.since >= PARKED_S
        ]  # fmt: skip
        if len(self._ground) > 2 * len(scene.things.all):
            self._ground = {thing: known for thing, known in self._ground.items() if not thing.over}
        return parked if len(parked) >= self._settings.count else []

    def _slow(self, scene: Scene) -> np.ndarray:
        standing = scene.of(("person",)) & (scene.view.speed < SLOW_MPS)
        return np.flatnonzero(standing & scene.inside(self._place.shape)) if standing.any() else np.empty(0, np.int64)

    def _nearest(self, scene: Scene, rows: np.ndarray, parked: list[Thing]) -> list[tuple[int, Thing]]:
        """Who stands at which vehicle: pairs close enough, measured exactly where a rough look allows it."""
        places = np.array([thing.place for thing in parked])
        apart = scene.view.plane[rows][:, None] - places
        rough = np.hypot(apart[..., 0], apart[..., 1]) * scene.view.metres[rows][:, None]
        found = []
        for i, row in enumerate(rows.tolist()):
            u, v = scene.view.places[row]
            scale = float(scene.view.metres[row])
            best: tuple[float, Thing] | None = None
            best_rough = 0.0
            for j in np.flatnonzero(rough[i] < 6.0 + self._settings.reach_m).tolist():
                gap = self._footprint(scene, parked[j]).gap(u, v) * scale
                if gap <= self._settings.reach_m and (best is None or (gap, rough[i, j]) < (best[0], best_rough)):
                    best, best_rough = (gap, parked[j]), rough[i, j]
            if best is not None:
                found.append((row, best[1]))
        return found

    def _footprint(self, scene: Scene, thing: Thing) -> Footprint:
        known = self._ground.get(thing)
        if known is None or abs(known[0][3] - thing.box[3]) + abs(known[0][0] - thing.box[0]) > 4.0:
            ground = footprint(scene.paths, thing.box, scene.names[thing.class_id], thing.metres)
            known = self._ground[thing] = (list(thing.box), ground)
        return known[1]

    def _dwell(self, scene: Scene, person: int, thing: Thing) -> list[Event]:
        if (person in thing.owners and person not in thing.maybe) or self._came_with(scene, person, thing):
            return []
        done = self._rounds.get(person) or self._begin(scene, person)
        visit = done.visits.setdefault(thing, _Visit(scene.time, scene.time))
        if scene.time - visit.last > self._settings.gap:
            visit.first, visit.dwell_s = scene.time, 0.0
        visit.dwell_s, visit.last = visit.dwell_s + scene.step_s, scene.time
        done.last = scene.time
        if visit.dwell_s >= self._settings.dwell_s:
            visit.reached = scene.time
        visited = done.reached(scene.time - self._settings.window_s)
        if len(visited) < self._settings.count or done.told or not self._ledger.awake(scene):
            return []
        started = min(done.visits[thing].first for thing in visited)
        done.told = True
        identity = whole_pixels(scene.paths.by_id[person].first_box)
        return self._ledger.open(scene, person, started, identity, *self._told(scene, person, visited, False))

    def _begin(self, scene: Scene, person: int) -> _Round:
        """A new round, or that of somebody who was lost among the vehicles a moment before this person showed there."""
        path = scene.paths.by_id[person]
        for other, done in self._rounds.items():
            lost = scene.paths.by_id.get(other)
            if lost is None or scene.sees(other) or path.at_edge or scene.paths.has_left(lost):
                continue
            apart = np.hypot(path.birthplace[0] - lost.place[0], path.birthplace[1] - lost.place[1]) * path.metres
            if 0 <= path.born - lost.time <= UNSEEN_S and apart <= UNSEEN_M + path.born - lost.time:
                self._rounds[person] = self._rounds.pop(other)
                self._ledger.rename(other, person)
                return done
        done = self._rounds[person] = _Round()
        return done

    @staticmethod
    def _came_with(scene: Scene, person: int, thing: Thing) -> bool:
        """Was he at this vehicle already when the camera first saw him, and not at the side of the picture?"""
        path = scene.paths.by_id[person]
        if path.at_edge or path.born - thing.since > SEATED_S:
            return False
        apart = np.hypot(path.birthplace[0] - thing.place[0], path.birthplace[1] - thing.place[1])
        return bool(apart * path.metres <= SEATED_M)

    def _leave(self, scene: Scene) -> list[Event]:
        """Rounds end when a person rides off on one of the vehicles, or is out of view for too long."""
        unseen_s = max(UNSEEN_S, self._settings.gap)
        events: list[Event] = []
        for person, done in list(self._rounds.items()):
            ridden = scene.riders.of.get(person)
            visited = list(done.visits)
            rode_off = ridden is not None and any(thing.track == ridden for thing in visited)
            unseen = not scene.sees(person) and scene.time - self._seen(scene, person, done) > unseen_s
            if not rode_off and not unseen:
                continue
            del self._rounds[person]
            if person in self._ledger.events:
                reached = done.reached(done.last - self._settings.window_s) or visited
                told = self._told(scene, person, reached, rode_off)
                events += self._ledger.close(scene, person, max(done.last, scene.time - unseen_s),
                                             None, *told)  # fmt: skip
        return events

    @staticmethod
    def _seen(scene: Scene, person: int, done: _Round) -> float:
        path = scene.paths.by_id.get(person)
        return done.last if path is None else path.time

    def _told(
        self, scene: Scene, person: int, visited: list[Thing], rode_off: bool
    ) -> tuple[tuple[TrackBox, ...], Measures]:
        me = (scene.box(person),) if scene.knows(person) else ()
        return (*me, *map(scene.thing_box, visited)), {
            "vehicles": len(visited), "count": self._settings.count, "dwell_s": self._settings.dwell_s,
            "window_s": self._settings.window_s, "reach_m": self._settings.reach_m, "rode_off": rode_off,
        }  # fmt: skip
