"""Whose a thing is: who set it down, and who was with him."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from pipeline import view as views
from pipeline.doubles import NEAR_M, STOP_MPS, Doubles
from pipeline.paths import Path, Paths, U, V
from pipeline.thing import Thing
from pipeline.view import View

OWNER_M = 3.0
"""Farther away nobody is taken for the one who set a thing down."""
OWNER_PAST_M = 1.5
VEHICLE_OWNER_M = 3.5
DOUBT = 0.4
"""Who was beside it for so large a share of the time of its likeliest owner may be the owner."""
WEAK = 1.0
"""Who was beside what moved for less than this (see `Things.beside`) may only have passed it."""
LATE_S = 8.0
"""A detector may take so long to see what was set down."""
CAME_S, CAME_M = 300.0, 2.5
"""A vehicle that has moved farther within this time, or come in at a side, came with whatever it set down."""
GETS_OFF_M = 2.5
"""So near a vehicle that was just parked, somebody may have got off it."""


class Owners:
    """Finds the owners of the things of one camera."""

    def __init__(self, names: tuple[str, ...], paths: Paths, doubles: Doubles) -> None:
        self._names = names
        self._doubles = doubles
        self._paths = paths
        self._vehicles = {i for i, name in enumerate(names) if name in views.TWO_WHEELERS + views.FOUR_WHEELERS}

    def find(
        self, view: View, thing: Thing, riders: list[int], beside: dict[int, float], others: Sequence[Thing]
    ) -> None:
        """Who set it down, else who was closest; `riders` came on it, `beside` tells who was with it while it moved.

        Of the `others`, what has stood for long brought nothing.
        """
        if thing.owner is None:
            first = max(riders, key=lambda p: (beside.get(p, 0.0), -p), default=None)
            if first is None:
                first = max(beside, key=lambda p: (beside[p], -p), default=None)
            thing.owner = self._path(first) or self._closest(view, thing, others)
            if thing.owner is not None:
                thing.owners[thing.owner.id] = thing.owner
                self.doubt(thing, beside)
                weak = max(beside.values(), default=0.0) < WEAK or not self._stopped(thing, thing.owner)
                if weak and not riders and thing.class_id not in self._vehicles:
                    self._doubt_others(thing, unseen=not beside)
        if thing.owner is not None:
            thing.stopped = self._stopped(thing, thing.owner)
        for person in riders:
            path = self._path(person)
            if path is not None and person not in thing.owners:
                thing.company[person] = path
        for path in self._paths.by_id.values():
            if path.born >= thing.since - LATE_S and self._names[path.class_id] == "person":
                self._doubles.begins(thing, path, path.born, path.birthplace, view.time)
                if path.id not in thing.owners and self._gets_off(thing, riders, path):
                    thing.add(thing.owners, path)

    @staticmethod
    def _gets_off(thing: Thing, riders: list[int], path: Path) -> bool:
        """Does `path` begin in mid-picture beside a vehicle that `riders` rode here, its owner not seen since?"""
        if thing.owner is None or thing.owner.id not in riders or thing.owner.time >= path.born or path.at_edge:
            return False
        away = math.hypot(path.birthplace[0] - thing.place[0], path.birthplace[1] - thing.place[1])
        return away * thing.metres <= GETS_OFF_M

    def _stopped(self, thing: Thing, owner: Path) -> bool:
        """Did its owner stop where it was set down?"""
        _, when = self._paths.nearest(owner, thing.place, thing.since - LATE_S)
        return self._paths.slowest_mps(owner, when - 3.0, when + 3.0) < STOP_MPS

    def doubt(self, thing: Thing, beside: dict[int, float]) -> None:
        """Where others were with it, too, as it came to rest, it may be theirs."""
        least = DOUBT * max(beside.values(), default=0.0)
        for person, near in beside.items():
            path = self._path(person)
            if path is not None and person not in thing.owners and near >= least:
                thing.add(thing.owners, path)

    def _doubt_others(self, thing: Thing, unseen: bool) -> None:
        """Hardly anybody was seen to bring it, or he never stopped: whoever stood where it lies before may have.

        Where it was `unseen` who came with it, so may whoever came by and is still there, or was lost there.
        """
        since = thing.since - LATE_S
        for path in self._paths.by_id.values():
            if path.time < since or self._names[path.class_id] != "person" or path.id in thing.owners:
                continue
            near, when = self._paths.nearest(path, thing.place, since)
            stood = self._paths.slowest_mps(path, when - 1.0, when + 1.0) < STOP_MPS
            if near <= NEAR_M and (stood or (unseen and path.apart_m(thing.place) <= NEAR_M)):
                thing.add(thing.company, path)

    def _path(self, track: int | None) -> Path | None:
        return None if track is None else self._paths.by_id.get(track)

    def _closest(self, view: View, thing: Thing, others: Sequence[Thing]) -> Path | None:
        """Nobody was seen beside it while it came: who was at this place lately, else who is nearest now."""
        since = thing.since - LATE_S
        parked = {other.track for other in others if other.fixture or other.since < thing.since - CAME_S}
        best: tuple[float, float, Path] | None = None
        for path in self._paths.by_id.values():
            if path.id == thing.track or path.time < since or path.id in parked:
                continue
            class_id = path.class_id
            person = self._names[class_id] == "person"
            if not person and class_id not in self._vehicles:
                continue
            near, when = self._paths.nearest(path, thing.place, since)
            if near > (OWNER_PAST_M if person else VEHICLE_OWNER_M):
                continue
            if not person and not self._halted(path, when):
                continue
            rank = (near if person else near + OWNER_M, -when)
            if best is None or rank < best[:2]:
                best = (*rank, path)
        return best[2] if best else self._nearest_now(view, thing)

    def _halted(self, vehicle: Path, when: float) -> bool:
        """Did this vehicle come here and stop? What was parked here long before brought nothing."""
        points = self._paths.over(vehicle, CAME_S, when)
        came_m = float(np.hypot(*np.ptp(points[:, U : V + 1], axis=0))) * vehicle.metres if len(points) else 0.0
        came = came_m > CAME_M or (vehicle.at_edge and when - vehicle.born <= CAME_S)
        return came and self._paths.slowest_mps(vehicle, when - 3.0, when + 3.0) <= STOP_MPS

    def _nearest_now(self, view: View, thing: Thing) -> Path | None:
        best: tuple[float, int] | None = None
        for row, (track, class_id) in enumerate(zip(view.ids.tolist(), view.class_id.tolist(), strict=True)):
            if self._names[class_id] == "person":
                u, v = view.places[row]
                away = math.hypot(u - thing.place[0], v - thing.place[1]) * float(view.metres[row])
                if away <= OWNER_M and (best is None or away < best[0]):
                    best = (away, track)
        return None if best is None else self._path(best[1])
