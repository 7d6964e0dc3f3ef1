"""Who may be one of a thing's people when he is seen again: nobody is recognised, ways are all there is to tell by."""

from __future__ import annotations

import math

import numpy as np

from pipeline import view as views
from pipeline.mixups import FIT_M, FIT_MPS, Doubt
from pipeline.paths import STITCH_S, Path, Paths
from pipeline.thing import Thing
from pipeline.types import Ints
from pipeline.view import View

NEAR_M = 1.5
"""Within this distance of something that moves or settles, a person may be the one who carries it."""
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
DOOR_M = 1.5
"""Two who use one door are seen so near each other."""
WAS_HERE_S, WAS_HERE_M = 3.0, 1.5
"""Whoever begins so near to where somebody was so shortly before may be he, whatever his track does since."""
SWAP_M = 2.0
"""So close to somebody in view, a track that begins in mid-picture may have been swapped with his."""


class Doubles:
    """Adds to the people of the things of one camera whoever may be one of them, and drops who proves not to be."""

    def __init__(self, names: tuple[str, ...], paths: Paths) -> None:
        self._names = names
        self._paths = paths
        self._vehicles = {i for i, name in enumerate(names) if name in views.TWO_WHEELERS + views.FOUR_WHEELERS}

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
            path = self._paths.by_id.get(person)
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
            path = self._paths.by_id.get(one)
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
        goes_on = bool(path.losses) and self._is_on_his_way(path, (u, v), view.time)
        for thing in things:
            # By an item, whoever was missed for a moment is more likely somebody else than its owner.
            if thing.owner is not None and (not goes_on or thing.class_id in self._vehicles):
                came = view.time if path.losses else path.born
                self.begins(thing, path, came, (u, v), view.time)

    def turned(self, things: list[Thing], path: Path, place: tuple[float, float]) -> None:
        """Somebody turned back here: where one of a vehicle's people was lost, as in a door, that one may come out.

        Not beside it: there, whoever gets on turns.
        """
        for thing in things:
            away = math.hypot(place[0] - thing.place[0], place[1] - thing.place[1]) * thing.metres
            if thing.class_id not in self._vehicles or away <= REAPPEAR_M:
                continue
            for group in (thing.owners, thing.company):
                lost = [known for known in group.values() if known.time < path.time and known is not path]
                if path.id not in group and any(known.apart_m(place) <= DOOR_M for known in lost):
                    thing.add(group, path)

    def _is_on_his_way(self, path: Path, place: tuple[float, float], now: float) -> bool:
        """Is he about where he would be now, at the pace at which he was lost?"""
        lost, there = path.losses[-1]
        pace = self._paths.mean_velocity(path, lost - 1.0, lost)
        if pace is None:
            return True
        gone = (np.array(place) - there) * path.metres - pace * (now - lost)
        return float(np.hypot(*gone)) <= FIT_M + FIT_MPS * (now - lost)

    def begins(self, thing: Thing, path: Path, came: float, place: tuple[float, float], now: float) -> None:
        """A person came into view here: where one of the thing's people was lost, or is mixed up, it may be him."""
        gone_s = came - thing.seen
        carried_m = ON_FOOT_MPS * gone_s if 0.0 < gone_s <= STITCH_S else 0.0
        for group in (thing.owners, thing.company):
            if path.id in group:
                continue
            if thing.class_id in self._vehicles:
                may_be = any(_may_be_rider(path, place, known, came, now) for known in group.values())
            else:
                may_be = any(
                    _may_be(path, place, known, came, now, carried_m) or self._was_here(known, path, place, came)
                    for known in group.values()
                )
            if may_be:
                thing.add(group, path)

    def _was_here(self, known: Path, path: Path, place: tuple[float, float], came: float) -> bool:
        """Does `path` begin in mid-picture just where `known` was a moment before, as if he had stayed?"""
        if path.at_edge or known.id not in self._paths.by_id:
            return False
        return self._paths.nearest(known, place, came - WAS_HERE_S, came)[0] <= WAS_HERE_M

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


def _may_be(path: Path, place: tuple[float, float], known: Path, came: float, now: float, carried_m: float) -> bool:
    """Does `path` begin where `known` was lost, or in mid-picture so close to him that the two may be swapped?

    Where the thing left just before, he may have carried it so much farther.
    """
    if known.time == now or known.time > came + 0.5:
        return _beside(path, place, known, carried_m)
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


def _beside(path: Path, place: tuple[float, float], known: Path, further_m: float = 0.0) -> bool:
    return not path.at_edge and known.apart_m(place) <= SWAP_M + further_m
