"""Whose a thing is: who set it down, who is with him, and who may be him when he is seen again."""

from __future__ import annotations

import math

import numpy as np

from pipeline import view as views
from pipeline.mixups import Doubt
from pipeline.paths import STITCH_S, Path, Paths
from pipeline.thing import Thing
from pipeline.types import Ints
from pipeline.view import View

NEAR_M = 1.5
"""Within this distance of something that moves or settles, a person may be the one who carries it."""
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
STOP_MPS = 0.8
LOST_M = 4.0
FOUND_S = 3.0
"""Who stands so long by a thing near which its owner was lost may be him."""
REAPPEAR_M = 3.0
"""Who begins so near the place where somebody was lost may be him."""
VEHICLE_REAPPEAR_M = 4.5
"""The same of a vehicle: its owner may have got so far unseen. Whoever is so near an item may take it."""
ON_FOOT_S, ON_FOOT_MPS = 8.0, 1.4
"""Whoever begins in mid-picture was hidden before: for so long, he may have walked on unseen."""
MIX_S, MIX_M, MIX_MPS = (0.3, 2.5), 1.0, 1.0
"""So long after somebody was lost, whoever is so near, and so much farther with every second, may be he."""
GOES_ON_S = 3.0
"""Missed for no longer, a track has not come out of a door."""
RIDING_S = 2.0
"""Riding so soon after he came into view, somebody came riding."""
SIDE_S = 2.0
"""For so long after he comes in and before he goes out, the side of the picture cuts somebody and hides his pace."""
SWAP_M = 2.0
"""So close to somebody in view, a track that begins in mid-picture may have been swapped with his."""


class Owners:
    """Finds the owners of the things of one camera."""

    def __init__(self, names: tuple[str, ...], paths: Paths) -> None:
        self._names = names
        self._paths = paths
        self._vehicles = {i for i, name in enumerate(names) if name in views.TWO_WHEELERS + views.FOUR_WHEELERS}

    def find(self, view: View, thing: Thing, riders: list[int], beside: dict[int, float]) -> None:
        """Who set it down, else who was closest; `riders` came on it, `beside` tells who was with it while it moved."""
        if thing.owner is None:
            first = max(riders, key=lambda p: (beside.get(p, 0.0), -p), default=None)
            if first is None:
                first = max(beside, key=lambda p: (beside[p], -p), default=None)
            thing.owner = self._path(first) or self._closest(view, thing)
            if thing.owner is not None:
                thing.owners[thing.owner.id] = thing.owner
                self.doubt(thing, beside)
                if beside and not riders and max(beside.values()) < WEAK and thing.class_id not in self._vehicles:
                    self._doubt_standing(thing)
        for person in riders:
            path = self._path(person)
            if path is not None and person not in thing.owners:
                thing.company[person] = path
        for path in self._paths.by_id.values():
            if path.born >= thing.since - LATE_S and self._names[path.class_id] == "person":
                self._recognise(thing, path, path.born, path.birthplace, view.time)
        if thing.owner is not None:
            _, when = self._paths.nearest(thing.owner, thing.place, thing.since - LATE_S)
            thing.stopped = self._paths.slowest_mps(thing.owner, when - 3.0, when + 3.0) < STOP_MPS

    def doubt(self, thing: Thing, beside: dict[int, float]) -> None:
        """Where others were with it, too, as it came to rest, it may be theirs."""
        least = DOUBT * max(beside.values(), default=0.0)
        for person, near in beside.items():
            path = self._path(person)
            if path is not None and person not in thing.owners and near >= least:
                thing.add(thing.owners, path)

    def _doubt_standing(self, thing: Thing) -> None:
        """Hardly anybody was seen to bring it: whoever stood where it lies may have, before it was seen."""
        since = thing.since - LATE_S
        for path in self._paths.by_id.values():
            if path.time < since or self._names[path.class_id] != "person" or path.id in thing.owners:
                continue
            near, when = self._paths.nearest(path, thing.place, since)
            if near <= NEAR_M and self._paths.slowest_mps(path, when - 1.0, when + 1.0) < STOP_MPS:
                thing.add(thing.company, path)

    def _path(self, track: int | None) -> Path | None:
        return None if track is None else self._paths.by_id.get(track)

    def _closest(self, view: View, thing: Thing) -> Path | None:
        """Nobody was seen beside it while it came: who was at this place lately, else who is nearest now."""
        since = thing.since - LATE_S
        best: tuple[float, float, Path] | None = None
        for path in self._paths.by_id.values():
            if path.id == thing.track or path.time < since:
                continue
            class_id = path.class_id
            person = self._names[class_id] == "person"
            if not person and class_id not in self._vehicles:
                continue
            near, when = self._paths.nearest(path, thing.place, since)
            if near > (OWNER_PAST_M if person else VEHICLE_OWNER_M):
                continue
            if not person and self._paths.slowest_mps(path, when - 3.0, when + 3.0) > STOP_MPS:
                continue
            rank = (near if person else near + OWNER_M, -when)
            if best is None or rank < best[:2]:
                best = (*rank, path)
        return best[2] if best else self._nearest_now(view, thing)

    def _nearest_now(self, view: View, thing: Thing) -> Path | None:
        best: tuple[float, int] | None = None
        for row, (track, class_id) in enumerate(zip(view.ids.tolist(), view.class_id.tolist(), strict=True)):
            if self._names[class_id] == "person":
                u, v = view.places[row]
                away = math.hypot(u - thing.place[0], v - thing.place[1]) * float(view.metres[row])
                if away <= OWNER_M and (best is None or away < best[0]):
                    best = (away, track)
        return None if best is None else self._path(best[1])

    def find_again(self, view: View, thing: Thing, persons: Ints, seconds: float) -> None:
        """Whose track began in mid-picture and who stands by a thing near which its owner was lost may be him."""
        known = thing.owners.values()
        if any(path.time == view.time for path in known) or not any(
            path.apart_m(thing.place) < LOST_M for path in known
        ):
            return
        for row in persons.tolist():
            u, v = view.places[row]
            near = math.hypot(u - thing.place[0], v - thing.place[1]) * float(view.metres[row]) < NEAR_M
            track = int(view.ids[row])
            if near and view.speed[row] < STOP_MPS and not self._paths.by_id[track].at_edge:
                thing.standing[track] = thing.standing.get(track, 0.0) + seconds
                if thing.standing[track] >= FOUND_S and track not in thing.owners:
                    thing.add(thing.owners, self._paths.by_id[track])

    def part_riders(self, things: list[Thing], rides: dict[int, int], now: float) -> None:
        """Whoever comes into view riding another vehicle is not the owner who went out of view on foot."""
        for person, vehicle in rides.items():
            path = self._path(person)
            if path is None or not path.at_edge or now - path.born > RIDING_S:
                continue
            for thing in things:
                if person in thing.maybe and thing.track != vehicle:
                    thing.drop(person)

    def mix(self, view: View, things: list[Thing], persons: Ints) -> None:
        """The tracker mixes up who hides whom: whoever is where one of a vehicle's people was lost just now may be him.

        Not for items: there, who stands so close may be about to take it.
        """
        vehicles = [thing for thing in things if thing.class_id in self._vehicles]
        for path in self._lost(view) if vehicles and len(persons) else ():
            reach = MIX_M + MIX_MPS * (view.time - path.time)
            off = view.plane[persons] - np.array(path.place)
            near = persons[np.hypot(off[:, 0], off[:, 1]) * view.metres[persons] <= reach].tolist()
            for thing in vehicles if near else ():
                for group in (thing.owners, thing.company):
                    if path.id in group:
                        self._mix(view, thing, group, near)

    def mixed_up(self, things: list[Thing], doubts: list[Doubt]) -> None:
        """Whoever may be one of its people, by the ways that both went, may be him."""
        for one, other in doubts:
            path = self._path(one)
            if path is None or other is None:
                continue
            for thing in things:
                for group in (thing.owners, thing.company):
                    if other in group and one not in thing.owners and one not in thing.company:
                        thing.add(group, path)

    def _lost(self, view: View) -> list[Path]:
        """The persons who were lost in mid-picture just now."""
        return [
            path for path in self._paths.lost(view.time, *MIX_S)
            if self._names[path.class_id] == "person" and not self._paths.has_left(path)
        ]  # fmt: skip

    def _mix(self, view: View, thing: Thing, group: dict[int, Path], rows: list[int]) -> None:
        for row in rows:
            track = view.tracks[row]
            if track not in thing.owners and track not in thing.company:
                thing.add(group, self._paths.by_id[track])

    def recognise(self, things: list[Thing], path: Path, view: View, row: int) -> None:
        """A person came into view, or is seen again: where an owner or one of his company was lost, it may be him."""
        u, v = view.places[row]
        for thing in things:
            # By an item, whoever was missed for a moment is more likely somebody else than its owner.
            if thing.owner is not None and (not path.losses or thing.class_id in self._vehicles):
                came = view.time if path.losses else path.born
                self._recognise(thing, path, came, (u, v), view.time)

    def _recognise(self, thing: Thing, path: Path, came: float, place: tuple[float, float], now: float) -> None:
        may_be = _may_be_rider if thing.class_id in self._vehicles else _may_be
        for group in (thing.owners, thing.company):
            if path.id not in group and any(may_be(path, place, known, came, now) for known in group.values()):
                thing.add(group, path)

    def part_passers(self, things: list[Thing], now: float, seconds: float) -> None:
        """Who walked in and by and out, in the `seconds` before it was sure, did not come back for anything."""
        for path in self._paths.lost(now, STITCH_S, STITCH_S + seconds):
            for thing in things:
                if self._passes_by(thing, path):
                    thing.drop(path.id)

    def _passes_by(self, thing: Thing, path: Path) -> bool:
        """Has who only may be one of its people walked through the picture and out? Then he hands on no doubt.

        Not he who is out of the picture with it.
        """
        if path.id not in thing.maybe or path.id in thing.takers or path.id not in self._paths.by_id:
            return False
        if not (path.at_edge and self._paths.has_left(path)):
            return False
        return STOP_MPS < self._paths.slowest_mps(path, path.born + SIDE_S, path.time - SIDE_S) < math.inf


def _may_be(path: Path, place: tuple[float, float], known: Path, came: float, now: float) -> bool:
    """Does `path` begin where `known` was lost, or in mid-picture so close to him that the two may be swapped?"""
    if known.time == now or known.time > came + 0.5:
        return _beside(path, place, known)
    away = max(came - known.time, 0.0)
    reach = REAPPEAR_M + (2.0 * away if away <= STITCH_S else 0.0)
    return known.apart_m(place) <= reach


def _may_be_rider(path: Path, place: tuple[float, float], known: Path, came: float, now: float) -> bool:
    """The same where the thing is a vehicle, whose owner is seldom near it: any place where he was lost counts.

    While `known` is in view, or where `path` was only missed for a moment, only what was lost lately does.
    """
    if known.time == now or known.time > came + 0.5:
        if _beside(path, place, known):
            return True
        lost, memory_s = known.losses, ON_FOOT_S
    else:
        lost, memory_s = [*known.losses, (known.time, known.place)], ON_FOOT_S if known.followed else math.inf
    if path.losses and came - path.losses[-1][0] <= GOES_ON_S:
        memory_s = ON_FOOT_S
    return any(
        -0.5 <= came - when <= memory_s and known.apart_m(place, where) <= _reach_m(path, came - when)
        for when, where in lost
    )


def _reach_m(path: Path, away: float) -> float:
    """How far from where he was lost, `away` seconds ago, the owner of a vehicle may show as this path."""
    near_m = REAPPEAR_M if path.at_edge else VEHICLE_REAPPEAR_M
    reach = near_m + (2.0 * max(away, 0.0) if away <= STITCH_S else 0.0)
    return max(reach, near_m + ON_FOOT_MPS * away) if not path.at_edge and away <= ON_FOOT_S else reach


def _beside(path: Path, place: tuple[float, float], known: Path) -> bool:
    return not path.at_edge and known.apart_m(place) <= SWAP_M
