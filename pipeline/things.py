"""What stands still in the picture, who set it down, and who goes away with it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from pipeline import view as views
from pipeline.company import Company
from pipeline.paths import STITCH_S, U, V, Path, Paths
from pipeline.riders import Riders
from pipeline.types import Ints
from pipeline.view import View, overlap

SETTLE_S = 2.0
"""Whatever stands still for so long is a thing; rules ask for more on top."""
STILL = 0.2
"""A box is where it was while its middle is off by no more than this share of its mean side (and 3 px) …"""
STILL_PX = 3.0
CUT = 0.85
"""… or while so much of it lies in the box it had: something in front cuts a piece off."""
OFF_S = 0.5
"""Away from its place for less is a bad box."""
NEAR_M = 1.5
"""Within this distance of something that moves or settles, a person may be the one who carries it."""
OWNER_M = 3.0
"""Farther away nobody is taken for the one who set a thing down."""
OWNER_PAST_M = 1.5
VEHICLE_OWNER_M = 3.5
LATE_S = 8.0
"""A detector may take so long to see what was set down."""
NUDGE_M = 0.7
STOP_MPS = 0.8
SOLID = 0.65
FIXTURE_S = 5.0
"""What is seen within this time of the camera's first frame was there before."""
LOST_M = 4.0
FOUND_S = 3.0
REJOIN_S = 4.0
"""An item hidden by the hand that lifts it is the same one if it shows again this soon, with somebody beside it."""
MEMORY_S = 20.0
"""Time constant with which it is forgotten who was beside a moving thing."""
KEEP_S = 300.0
"""The place of a thing that is gone is remembered for so long, in plain view."""
COVER = 0.3
"""A nearer box over so much of a thing's place hides it."""


@dataclass(slots=True, eq=False)
class Thing:
    """One object that came to rest: where, since when, whose, and where it went."""

    id: int
    track: int
    """Its track now; -1 while it has none."""
    class_id: int
    group: int
    box: list[float]
    place: tuple[float, float]
    """On the plane."""
    metres: float
    since: float
    seen: float
    """When it was last seen in its place."""
    fixture: bool
    """It stood there when the camera began to watch, so nobody saw who set it down."""
    ridden: bool
    """A two-wheeler that somebody was seen to ride here."""
    stopped: bool = False
    """Its owner stopped where it was set down."""
    owner: Path | None = None
    """Who set it down, else who was closest: a person, or a vehicle where no person was seen."""
    owners: dict[int, Path] = field(default_factory=dict)
    """The owner, and whoever may be him: a track that began where one of his ended."""
    maybe: set[int] = field(default_factory=set)
    """Those of `owners` and `company` who are only maybe one of them."""
    company: dict[int, Path] = field(default_factory=dict)
    """Who came or stood with the owner, and whoever may be one of these."""
    absent_s: float = 0.0
    """For so long its place has been seen without it; an obstructed view does not count."""
    seen_s: float = 0.0
    missed_s: float = 0.0
    """For so long its place was in plain view with it, and without it."""
    longest_absent_s: float = 0.0
    """The longest its place was seen without it before it was seen there again."""
    hidden: bool = False
    left_at: float | None = None
    """Since when its track is elsewhere."""
    moved_m: float = 0.0
    takers: dict[int, float] = field(default_factory=dict)
    """Seconds that persons have been beside it since it left its place."""
    beside_now: dict[int, float] = field(default_factory=dict)
    """How near those persons are who are beside it now that it has left, metres."""
    standing: dict[int, float] = field(default_factory=dict)
    """Seconds that persons have stood beside it while its owner, lost close by, was not to be seen."""
    over: bool = False
    """Forgotten: no more will come."""

    @property
    def is_solid(self) -> bool:
        """Somebody brought it or it was always there, and it was seen most of the time: a flicker of the detector is not."""
        return (self.fixture or self.owner is not None) and self.seen_s >= SOLID * (self.seen_s + self.missed_s)

    def belongs_to(self, person: int) -> bool:
        """Is this person its owner, one of his company, or maybe one of these?"""
        return person in self.owners or person in self.company


@dataclass(slots=True, eq=False)
class _Track:
    """What is known of one track that is no person."""

    born: float
    time: float
    spot: tuple[float, float, float]
    """x, y in pixels, and since when its middle has been there."""
    next_spot: tuple[float, float, float]
    """Where it may have come to rest instead."""
    off: float | None = None
    thing: Thing | None = None
    beside: dict[int, float] = field(default_factory=dict)
    slowest: dict[int, float] = field(default_factory=dict)
    riders: dict[int, float] = field(default_factory=dict)

    def still(self, x: float, y: float, slack: float, time: float) -> float:
        """Its middle is at (x, y) now: for how long has it been there? A bad box or two do not count."""
        if abs(x - self.spot[0]) + abs(y - self.spot[1]) > slack:
            if abs(x - self.next_spot[0]) + abs(y - self.next_spot[1]) > slack:
                self.next_spot = (x, y, time)
            elif time - self.next_spot[2] >= OFF_S:
                self.spot = self.next_spot
            else:
                return 0.0
        if abs(x - self.spot[0]) + abs(y - self.spot[1]) > slack:
            return 0.0
        return time - self.spot[2]


class Things:
    """The things of one camera, oldest first."""

    def __init__(self, names: tuple[str, ...], paths: Paths, company: Company) -> None:
        self.all: list[Thing] = []
        self._names = names
        self._groups = views.groups(names).tolist()
        self._wheels = {i for i, name in enumerate(names) if name in views.TWO_WHEELERS}
        self._vehicles = {i for i, name in enumerate(names) if name in views.TWO_WHEELERS + views.FOUR_WHEELERS}
        self._paths = paths
        self._company = company
        self._tracks: dict[int, _Track] = {}
        self._began: float | None = None
        self._previous = -math.inf
        self._count = 0

    # -- every frame ----------------------------------------------------------------------------------------------

    def advance(self, view: View, rows: Ints) -> None:
        """Take the view in; `rows` are those of everything but persons."""
        if self._began is None:
            self._began = view.time
        if any(thing.over for thing in self.all):
            self.all = [thing for thing in self.all if not thing.over]
        ids, classes, boxes = view.ids.tolist(), view.class_id.tolist(), view.boxes
        for row in rows.tolist():
            self._look(view, row, ids[row], classes[row], boxes[row])
        for thing in self.all:
            if thing.seen != view.time:
                self._missing(view, thing)
        if rows.size == 0 or len(self._tracks) > 2 * len(rows) + 16:
            self._tracks = {i: t for i, t in self._tracks.items() if view.time - t.time <= 30.0}
        self._previous = view.time

    def _look(self, view: View, row: int, track: int, class_id: int, box: list[float]) -> None:
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        known = self._tracks.get(track)
        if known is None:
            born = self._paths.by_id[track].born
            known = self._tracks[track] = _Track(born, view.time, (x, y, born), (x, y, born))
            self._adopt(view, row, track, class_id, box, known)
        known.time = view.time
        thing = known.thing
        if thing is not None:
            if thing.track != track:
                known.thing = None
            elif self._in_place(thing, box):
                self._seen(view, thing, known, row, box)
                return
            else:
                self._elsewhere(view, thing, known, row)
        if known.still(x, y, _slack(box), view.time) >= SETTLE_S:
            self._settle(view, row, track, class_id, box, known)

    def _since_off(self, known: _Track, time: float) -> float:
        if known.off is not None:
            return known.off
        return time if self._previous == -math.inf else (self._previous + time) / 2

    @staticmethod
    def _in_place(thing: Thing, box: list[float]) -> bool:
        own = thing.box
        off = abs(box[0] + box[2] - own[0] - own[2]) / 2 + abs(box[1] + box[3] - own[1] - own[3]) / 2
        return off <= _slack(own) or overlap(box, own) >= CUT

    def _seen(self, view: View, thing: Thing, known: _Track, row: int, box: list[float]) -> None:
        thing.seen_s += min(view.time - self._previous, 1.0)
        thing.missed_s += thing.absent_s
        thing.longest_absent_s = max(thing.longest_absent_s, thing.absent_s)
        thing.seen, thing.absent_s, thing.hidden, known.off = view.time, 0.0, False, None
        thing.class_id = int(view.class_id[row])
        if thing.left_at is not None:
            thing.left_at, thing.moved_m = None, 0.0
            thing.takers.clear()
            thing.beside_now.clear()
        if overlap(thing.box, box) > CUT:
            thing.box = [0.97 * a + 0.03 * b for a, b in zip(thing.box, box, strict=True)]

    def _elsewhere(self, view: View, thing: Thing, known: _Track, row: int) -> None:
        known.off = self._since_off(known, view.time)
        if view.time - known.off >= OFF_S or thing.left_at is not None:
            if thing.left_at is None:
                thing.left_at = known.off
            u, v = view.places[row]
            thing.moved_m = math.hypot(u - thing.place[0], v - thing.place[1]) * thing.metres

    def _missing(self, view: View, thing: Thing) -> None:
        """Count the time for which the place was seen without the thing."""
        x1, y1, x2, y2 = thing.box
        low = y2 - 0.1 * (y2 - y1)
        own = view.row.get(thing.track, -1)
        thing.hidden = thing.absent_s == 0.0 and view.time - thing.seen < OFF_S
        for row, other in enumerate(view.boxes):
            if other[3] >= low and row != own and other[0] < x2 and other[2] > x1 and other[1] < y2:
                if overlap(thing.box, other) >= COVER:
                    thing.hidden = True
                    return
        if not thing.hidden:
            start = thing.seen if thing.absent_s == 0.0 and view.time - thing.seen < 2.0 else self._previous
            thing.absent_s += min(view.time - start, 2.0)
            thing.over = thing.absent_s > KEEP_S

    def _adopt(self, view: View, row: int, track: int, class_id: int, box: list[float], known: _Track) -> None:
        """A new track may be a thing whose track broke, or an item that shows again in somebody's hand."""
        group = self._groups[class_id]
        for thing in self.all:
            if thing.group == group and thing.seen != view.time and self._in_place(thing, box):
                if 0.5 < (box[3] - box[1]) / max(thing.box[3] - thing.box[1], 1.0) < 2.0 and self._lost(view, thing):
                    thing.track, known.thing = track, thing
                    return
        if class_id in self._vehicles:
            return
        u, v = view.places[row]
        for thing in self.all:
            away = known.born - max(thing.seen, self._last_seen(thing))
            if thing.group == group and 0 <= away <= REJOIN_S and self._lost(view, thing):
                if math.hypot(u - thing.place[0], v - thing.place[1]) * thing.metres <= NEAR_M + 2.0 * away:
                    thing.track, known.thing = track, thing
                    known.off = thing.left_at = thing.left_at or thing.seen
                    return

    def _last_seen(self, thing: Thing) -> float:
        path = self._paths.by_id.get(thing.track)
        return thing.seen if path is None else path.time

    @staticmethod
    def _lost(view: View, thing: Thing) -> bool:
        """Is its track out of sight?"""
        return thing.track not in view.row

    def _settle(self, view: View, row: int, track: int, class_id: int, box: list[float], known: _Track) -> None:
        before = known.thing
        if before is not None and before.moved_m < NUDGE_M:
            before.box, before.left_at, before.seen, before.absent_s = list(box), None, view.time, 0.0
            return
        group = self._groups[class_id]
        for thing in self.all:
            if thing is not before and thing.group == group and self._in_place(thing, box):
                if thing.seen != view.time and self._lost(view, thing):
                    thing.track, known.thing = track, thing
                    self._seen(view, thing, known, row, box)
                return
        if before is not None:
            before.track = -1
        path = self._paths.by_id[track]
        points = self._paths.over(path, SETTLE_S)
        u, v = float(sorted(points[:, U])[len(points) // 2]), float(sorted(points[:, V])[len(points) // 2])
        self._count += 1
        thing = Thing(
            self._count, track, class_id, group, list(box), (u, v), float(view.metres[row]), known.spot[2], view.time,
            fixture=known.born - (self._began or 0.0) <= FIXTURE_S and before is None, ridden=False,
        )  # fmt: skip
        self._find_owner(view, thing, known, before)
        if thing.owner is not None:
            _, when = self._paths.nearest(thing.owner, thing.place, thing.since - LATE_S)
            thing.stopped = self._paths.slowest_mps(thing.owner, when - 3.0, when + 3.0) < STOP_MPS
        known.thing = thing
        self.all.append(thing)

    # -- whose it is ----------------------------------------------------------------------------------------------

    def _find_owner(self, view: View, thing: Thing, known: _Track, before: Thing | None) -> None:
        if before is not None and before.owner is not None:
            thing.owner, thing.owners, thing.company = before.owner, dict(before.owners), dict(before.company)
            thing.ridden = before.ridden
        riders = [person for person, time in known.riders.items() if thing.since - time <= 5.0]
        thing.ridden = thing.ridden or bool(riders)
        if thing.owner is None:
            beside = known.beside
            first = max(riders, key=lambda p: (beside.get(p, 0.0), -p), default=None)
            if first is None:
                first = max(beside, key=lambda p: (beside[p], -p), default=None)
            thing.owner = self._path(first) or self._closest(view, thing)
            if thing.owner is not None:
                thing.owners[thing.owner.id] = thing.owner
        for person in riders:
            path = self._path(person)
            if path is not None and person not in thing.owners:
                thing.company[person] = path

        for path in self._paths.by_id.values():
            if path.born >= thing.since - LATE_S and self._names[self._paths.class_of(path)] == "person":
                self._recognise(thing, path, path.born)

    def _path(self, track: int | None) -> Path | None:
        return None if track is None else self._paths.by_id.get(track)

    def _closest(self, view: View, thing: Thing) -> Path | None:
        """Nobody was seen beside it while it came: who was at this place lately, else who is nearest now."""
        since = thing.since - LATE_S
        best: tuple[float, float, Path] | None = None
        for path in self._paths.by_id.values():
            if path.id == thing.track or path.time < since:
                continue
            class_id = self._paths.class_of(path)
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

    # -- now and then ---------------------------------------------------------------------------------------------

    def relate(self, view: View, persons: Ints, rows: Ints, riders: Riders, seconds: float) -> None:
        """Who is beside what moves; `seconds` since the last call."""
        for person, vehicle in riders.of.items():
            known = self._tracks.get(vehicle)
            if known is not None:
                known.riders[person] = view.time
        loose = [row for row in rows.tolist() if self._is_loose(view, row)]
        for thing in self.all:
            if thing.left_at is not None and self._is_visible(view, thing):
                thing.beside_now = {}
        fade = math.exp(-seconds / MEMORY_S)
        for row in loose:
            known = self._tracks[int(view.ids[row])]
            for person in known.beside:
                known.beside[person] *= fade
        if loose and len(persons):
            self._beside(view, persons, loose, riders, seconds)
        for thing in self.all:
            if thing.owner is not None:
                if thing.left_at is None and thing.class_id not in self._vehicles:
                    self._find_lost(view, thing, persons, seconds)
                self._company.join(thing.owners, thing.company, self._paths.by_id)

    @staticmethod
    def _is_visible(view: View, thing: Thing) -> bool:
        return thing.track in view.row

    def _is_loose(self, view: View, row: int) -> bool:
        thing = self._tracks[int(view.ids[row])].thing
        return thing is None or thing.left_at is not None

    def _beside(self, view: View, persons: Ints, loose: list[int], riders: Riders, seconds: float) -> None:
        apart = view.distance_m(np.array(loose), persons)
        for i, j in zip(*(apart < NEAR_M).nonzero(), strict=True):
            person, known = int(view.ids[persons[j]]), self._tracks[int(view.ids[loose[i]])]
            riding = riders.of.get(person)
            if riding is not None and int(view.class_id[loose[i]]) in self._wheels and riding != view.ids[loose[i]]:
                continue
            known.beside[person] = known.beside.get(person, 0.0) + seconds / (0.3 + float(apart[i, j]))
            if known.thing is not None:
                known.thing.takers[person] = known.thing.takers.get(person, 0.0) + seconds
                known.thing.beside_now[person] = float(apart[i, j])
            slow = float(view.speed[persons[j]])
            known.slowest[person] = min(known.slowest.get(person, slow), slow)

    def _find_lost(self, view: View, thing: Thing, persons: Ints, seconds: float) -> None:
        """Whose track began in mid-picture and who stands by a thing near which its owner was lost may be him."""
        known = thing.owners.values()
        if any(path.time == view.time for path in known) or not any(
            math.hypot(path.place[0] - thing.place[0], path.place[1] - thing.place[1]) * path.metres < LOST_M
            for path in known
        ):
            return
        for row in persons.tolist():
            u, v = view.places[row]
            near = math.hypot(u - thing.place[0], v - thing.place[1]) * float(view.metres[row]) < NEAR_M
            track = int(view.ids[row])
            if near and view.speed[row] < STOP_MPS and not self._paths.by_id[track].at_edge:
                thing.standing[track] = thing.standing.get(track, 0.0) + seconds
                if thing.standing[track] >= FOUND_S and track not in thing.owners:
                    thing.owners[track] = self._paths.by_id[track]
                    thing.maybe.add(track)

    def beside(self, track: int) -> dict[int, float]:
        """How much each person has been beside this track of late: seconds, more for who was closer."""
        known = self._tracks.get(track)
        return {} if known is None else known.beside

    def recognise(self, born: Path, time: float) -> None:
        """A person came into view: where an owner or one of his company was lost, it may be him."""
        for thing in self.all:
            self._recognise(thing, born, time)

    @staticmethod
    def _recognise(thing: Thing, born: Path, time: float) -> None:
        for group in (thing.owners, thing.company):
            if born.id not in group and any(_may_be(born, known, time) for known in group.values()):
                group[born.id] = born
                thing.maybe.add(born.id)


REAPPEAR_M = 3.0
SWAP_M = 2.0


def _may_be(born: Path, known: Path, time: float) -> bool:
    """Did `born` begin where `known` was lost, or so close to him, in mid-picture, that the two may have been swapped?"""
    away = born.born - known.time
    if known.time >= time or away < -0.5:
        beside = math.hypot(born.birthplace[0] - known.place[0], born.birthplace[1] - known.place[1])
        return not born.at_edge and beside * known.metres <= SWAP_M
    reach = REAPPEAR_M + (2.0 * max(away, 0.0) if away <= STITCH_S else 0.0)
    apart = math.hypot(born.birthplace[0] - known.place[0], born.birthplace[1] - known.place[1])
    return apart * known.metres <= reach


def _slack(box: list[float]) -> float:
    return STILL * (box[2] - box[0] + box[3] - box[1]) / 2 + STILL_PX
