"""What stands still in the picture, who set it down, and who goes away with it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from pipeline import view as views
from pipeline.company import Company
from pipeline.doubles import NEAR_M, Doubles
from pipeline.owners import Owners
from pipeline.paths import MISSED_S, STITCH_S, Path, Paths, U, V
from pipeline.riders import Riders
from pipeline.thing import Thing
from pipeline.types import Ints
from pipeline.view import View, overlap

SETTLE_S = 2.0
"""Whatever stands still for so long is a thing; rules ask for more on top."""
STILL = 0.2
"""A box is where it was while its middle is off by no more than this share of its mean side (and 3 px) …"""
STILL_PX = 3.0
CUT = 0.85
"""… or while so much of it lies in the box it had: something in front cuts a piece off …"""
REST = 0.2
"""… and leaves so much."""
DRIFT_S = 6.5
"""Time constant with which a thing's place follows its box: a push is seen, a bad box is not."""
OFF_S = 0.5
"""Away from its place for less is a bad box."""
BACK_S = 0.3
"""In its place again for less, it is carried past there."""
NUDGE_M = 0.95
"""Moved by less, it stands where it stood."""
ASIDE_M, ASIDE_S = 4.0, 30.0
"""What was put aside by less, a moment ago, is the same thing."""
FIXTURE_S = 5.0
"""What is seen within this time of the camera's first frame was there before."""
FIXTURE_LATE_S = 1.0
"""Whoever steps out of its way uncovers a part of it so late."""
REJOIN_S = 4.0
"""An item hidden by the hand that lifts it is the same one if it shows again this soon, with somebody beside it."""
CARRIED_M, CARRIED_MPS, ALIKE_MPS = 2.8, 1.8, 1.0
"""What moves faster than a step, as somebody so near does, is in his hands."""
ALONG_MPS, ALONG = 1.5, 0.5
"""Whoever moves otherwise, by more than this and by more than this share of his speed, only passes what moves."""
MEMORY_S = 20.0
"""Time constant with which it is forgotten who was beside a moving thing."""
HAND, LIFTED = 0.3, 0.2
"""So near somebody's middle, so far above his feet, shares of his height, a bag is in his hand or lies behind him."""
BORNE_S = 0.4
"""Beside a thing of his for so long since it left, somebody bears it."""
TOOK_UP = 0.8
"""Somebody was beside it for so long, more for who was closer: it is in his hands."""
OWN_S = 10.0
"""Who left its place when it did, so shortly before, has it with him still."""
GONE_S = 5.0
"""Not seen in its place for so long, it is only what comes to rest there that may be it, not what passes."""
KEEP_S = 300.0
"""The place of a thing that is gone is remembered for so long, in plain view."""
COVER = 0.3
"""A nearer box over so much of a thing's place hides it."""


@dataclass(slots=True, eq=False)
class _Track:
    """What is known of one track that is no person."""

    born: float
    time: float
    spot: tuple[float, float, float]
    """x, y in pixels, and since when its middle has been near there, roughly."""
    off: float | None = None
    """Since when it has been away from its place."""
    back: float | None = None
    """Since when it has been in its place again."""
    slid: float = 0.0
    """How far from its place it was when it was last in it, as a share of what it may be."""
    thing: Thing | None = None
    bearer: int = -1
    """Who was nearest to it when anybody was beside it first."""
    beside: dict[int, float] = field(default_factory=dict)
    slowest: dict[int, float] = field(default_factory=dict)
    riders: dict[int, float] = field(default_factory=dict)

    def passes_by(self, time: float) -> bool:
        """It is where it stood: is it only carried past there?"""
        if self.off is None:
            return False
        self.back = self.back or time
        return time - self.back < BACK_S

    def may_rest(self, x: float, y: float, slack: float, time: float) -> bool:
        """A quick look, its middle being at (x, y) now: may it be at rest at all?"""
        if abs(x - self.spot[0]) + abs(y - self.spot[1]) > 2 * slack:
            self.spot = (x, y, time)
        return time - self.spot[2] >= SETTLE_S / 2


class Things:
    """The things of one camera, oldest first."""

    def __init__(self, names: tuple[str, ...], paths: Paths, company: Company) -> None:
        self.all: list[Thing] = []
        self._person = names.index("person") if "person" in names else -1
        self._groups = views.groups(names).tolist()
        self._wheels = {i for i, name in enumerate(names) if name in views.TWO_WHEELERS}
        self._vehicles = {i for i, name in enumerate(names) if name in views.TWO_WHEELERS + views.FOUR_WHEELERS}
        self._bags = {i for i, name in enumerate(names) if name in views.BAGS}
        self._paths = paths
        self._company = company
        self.doubles = Doubles(names, paths)
        self._owners = Owners(names, paths, self.doubles)
        self._tracks: dict[int, _Track] = {}
        self._began: float | None = None
        self._previous = -math.inf
        self._count = 0

    def advance(self, view: View, rows: Ints, looking: bool) -> None:
        """Take the view in; `rows` are those of everything but persons. Only while `looking`, new things are found."""
        if self._began is None:
            self._began = view.time
        if any(thing.over for thing in self.all):
            self.all = [thing for thing in self.all if not thing.over]
        ids, classes, boxes = view.ids.tolist(), view.class_id.tolist(), view.boxes
        for row in rows.tolist():
            self._look(view, row, ids[row], classes[row], boxes[row], looking)
        for thing in self.all:
            if thing.seen != view.time:
                self._missing(view, thing)
        if rows.size == 0 or len(self._tracks) > 2 * len(rows) + 16:
            self._tracks = {i: t for i, t in self._tracks.items() if view.time - t.time <= 30.0}
        self._previous = view.time

    def _look(self, view: View, row: int, track: int, class_id: int, box: list[float], looking: bool) -> None:
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        known = self._tracks.get(track)
        if known is None:
            born = self._paths.by_id[track].born
            known = self._tracks[track] = _Track(born, view.time, (x, y, born))
            self._adopt(view, row, track, class_id, box, known)
        known.time = view.time
        thing = known.thing
        if thing is not None:
            if thing.track != track:
                known.thing = None
            elif self._in_place(thing, box):
                if known.passes_by(view.time):
                    return
                known.slid = min(_slid(thing.box, box), 1.0)
                self._seen(view, thing, known, row, box)
                return
            else:
                self._elsewhere(view, thing, known, row, box)
        if known.may_rest(x, y, slack := _slack(box), view.time) and looking:
            since = self._paths.rests_since(self._paths.by_id[track], slack, SETTLE_S, OFF_S)
            if view.time - since >= SETTLE_S - 1e-6:
                self._settle(view, row, track, class_id, box, known, since)

    def _since_off(self, known: _Track, thing: Thing, box: list[float], time: float) -> float:
        """When it left its place: it crossed the edge of what counts as that since it was last seen there."""
        if known.off is not None:
            return known.off
        slid = _slid(thing.box, box)
        if slid <= 1.0 or time - thing.seen > MISSED_S:
            return (max(self._previous, thing.seen) + time) / 2
        return thing.seen + (time - thing.seen) * (1.0 - known.slid) / (slid - known.slid)

    @staticmethod
    def _in_place(thing: Thing, box: list[float]) -> bool:
        own = thing.box
        return _slid(own, box) <= 1.0 or (overlap(box, own) >= CUT and overlap(own, box) >= REST)

    def _seen(self, view: View, thing: Thing, known: _Track, row: int, box: list[float]) -> None:
        thing.seen_s += min(view.time - self._previous, 1.0)
        thing.missed_s += thing.absent_s
        thing.longest_absent_s = max(thing.longest_absent_s, thing.absent_s)
        thing.seen, thing.absent_s, thing.hidden, known.off, known.back = view.time, 0.0, False, None, None
        thing.filled_s = 0.0
        thing.class_id = int(view.class_id[row])
        if thing.left_at is not None:
            thing.returned()
        if overlap(thing.box, box) > CUT:
            share = 1.0 - math.exp(-min(view.time - self._previous, 1.0) / DRIFT_S)
            thing.box = [a + (b - a) * share for a, b in zip(thing.box, box, strict=True)]

    def _elsewhere(self, view: View, thing: Thing, known: _Track, row: int, box: list[float]) -> None:
        known.off, known.back = self._since_off(known, thing, box, view.time), None
        if view.time - known.off >= OFF_S or thing.left_at is not None:
            if thing.left_at is None:
                thing.left_at = known.off
            u, v = view.places[row]
            before_m = thing.moved_m
            thing.moved_m = math.hypot(u - thing.place[0], v - thing.place[1]) * thing.metres
            thing.went_m = max(thing.went_m, min(before_m, thing.moved_m))  # one wrong look does not count

    def _missing(self, view: View, thing: Thing) -> None:
        """Count the time for which the place was seen without the thing."""
        x1, y1, x2, y2 = thing.box
        low = y2 - 0.1 * (y2 - y1)
        own = view.row.get(thing.track, -1)
        thing.hidden = thing.absent_s == 0.0 and view.time - thing.seen < OFF_S
        covered = False
        for row, other in enumerate(view.boxes):
            beside = other[3] < low or row == own or other[0] >= x2 or other[2] <= x1 or other[1] >= y2
            if not beside and overlap(thing.box, other) >= COVER:
                covered = True
                if self._groups[view.class_id[row]] == thing.group and self._in_place(thing, other):
                    thing.filled, thing.filled_s = view.time, thing.filled_s + min(view.time - self._previous, 1.0)
        if covered:
            thing.hidden = True
            return
        if not thing.hidden:
            start = thing.seen if thing.absent_s == 0.0 and view.time - thing.seen < 2.0 else self._previous
            thing.absent_s += min(view.time - start, 2.0)
            thing.over = thing.absent_s > KEEP_S

    def _adopt(self, view: View, row: int, track: int, class_id: int, box: list[float], known: _Track) -> None:
        """A new track may be a thing whose track broke, or an item that shows again in somebody's hand."""
        lost = [thing for thing in self.all if thing.group == self._groups[class_id] and self._lost(view, thing)]
        for thing in lost:
            alike = 0.5 < (box[3] - box[1]) / max(thing.box[3] - thing.box[1], 1.0) < 2.0
            if alike and thing.seen != view.time and thing.absent_s < GONE_S and self._in_place(thing, box):
                thing.track, known.thing = track, thing
                return
        if class_id in self._vehicles:
            return
        u, v = view.places[row]
        for thing in lost:
            last = max(thing.seen, self._last_seen(thing))
            away = known.born - last
            path = self._paths.by_id.get(thing.track)
            at = thing.place if path is None or thing.left_at is None else path.place
            apart_m = math.hypot(u - at[0], v - at[1]) * thing.metres
            near = 0 <= away <= REJOIN_S and apart_m <= NEAR_M + 2.0 * away
            if near and not self._is_another(view, thing, (u, v), at, last):
                thing.track, known.thing = track, thing
                known.off = thing.left_at = thing.left_at or thing.seen
                return

    def _is_another(
        self, view: View, thing: Thing, here: tuple[float, float], there: tuple[float, float], time: float
    ) -> bool:
        """Is an item `here` another one than the thing that was `there` then?

        It is if whoever is nearest to it now was nearer to here than to there, or has taken up one of his own.
        """
        persons = np.flatnonzero(view.class_id == self._person)
        if not len(persons):
            return False
        off = np.hypot(view.plane[persons, 0] - here[0], view.plane[persons, 1] - here[1]) * view.metres[persons]
        if off.min() > NEAR_M:
            return False
        bearer = self._paths.by_id[view.tracks[int(persons[off.argmin()])]]
        alike = [other for other in self.all if other is not thing and other.group == thing.group]
        if any(self._bears(bearer, other, view.time) for other in alike):
            return True
        span = (time - 1.0, time + 1.0)
        here_m, there_m = (self._paths.nearest(bearer, at, *span)[0] for at in (here, there))
        return NEAR_M < there_m < math.inf and here_m < there_m

    def _bears(self, person: Path, thing: Thing, now: float) -> bool:
        """Has this person gone away with a thing of his a moment ago, or left its place when it did?"""
        if person.id not in thing.owners or thing.seen == now:
            return False
        away_s = now - self._last_seen(thing)
        if thing.left_at is not None and away_s <= REJOIN_S and thing.takers.get(person.id, 0.0) >= BORNE_S:
            return True
        gone = thing.absent_s > OFF_S and away_s <= OWN_S and person.apart_m(thing.place) > NEAR_M
        if not gone or person.id in thing.maybe:
            return False
        return self._paths.nearest(person, thing.place, thing.seen - 1.0, thing.seen + 1.0)[0] <= NEAR_M

    def _last_seen(self, thing: Thing) -> float:
        path = self._paths.by_id.get(thing.track)
        return thing.seen if path is None else path.time

    @staticmethod
    def _lost(view: View, thing: Thing) -> bool:
        """Is its track out of sight?"""
        return thing.track not in view.row

    def _settle(
        self, view: View, row: int, track: int, class_id: int, box: list[float], known: _Track, since: float
    ) -> None:
        before = known.thing
        if class_id in self._bags and self._is_in_hand(view, box):
            return
        if before is not None and before.moved_m < NUDGE_M and not self._went_off(before):
            before.box, before.seen, before.absent_s = list(box), view.time, 0.0
            before.returned()
            return
        group = self._groups[class_id]
        # In a row of things, the one whose own place this is comes before one that may have been pushed here.
        for thing in sorted(self.all, key=lambda thing: not self._in_place(thing, box)):
            if thing is before or thing.group != group:
                continue
            stayed = self._began_there(track, thing)
            if self._went_off(thing) and not stayed:
                continue
            if self._stood_here(view, row, thing, box):
                if thing.seen != view.time and (stayed or self._lost(view, thing)):
                    thing.track, known.thing = track, thing
                    thing.box = list(box)
                    self._seen(view, thing, known, row, box)
                return
        before = before or self._put_aside(view, row, group, box)
        if before is not None:
            before.track = -1
        path = self._paths.by_id[track]
        points = self._paths.over(path, SETTLE_S)
        u, v = float(sorted(points[:, U])[len(points) // 2]), float(sorted(points[:, V])[len(points) // 2])
        self._count += 1
        there = self._was_there(known, since) or (before is not None and before.fixture and before.moved_m < ASIDE_M)
        thing = Thing(
            self._count, track, class_id, group, list(box), (u, v), float(view.metres[row]), since, view.time,
            fixture=there, ridden=False,
        )  # fmt: skip
        riders = [person for person, time in known.riders.items() if thing.since - time <= 5.0]
        thing.ridden = bool(riders)
        if before is not None and before.owner is not None:
            thing.owner, thing.owners, thing.company = before.owner, dict(before.owners), dict(before.company)
            thing.ridden, thing.maybe = thing.ridden or before.ridden, dict(before.maybe)
            thing.anybodys = before.anybodys
            self._owners.doubt(thing, known.beside)
        self._owners.find(view, thing, riders, known.beside, self.all)
        for old in self.all:
            if old.group == group and self._went_off(old) and self._in_place(old, box) and self._lost(view, old):
                old.over = True
        known.thing = thing
        self.all.append(thing)

    def _stood_here(self, view: View, row: int, thing: Thing, box: list[float]) -> bool:
        """Is the box where the thing stood, or by so little aside that it was only pushed?"""
        if self._in_place(thing, box):
            return True
        return self._alike(thing, box) and self._apart_m(view, row, thing) < NUDGE_M and self._is_gone(view, thing)

    def _began_there(self, track: int, thing: Thing) -> bool:
        """Did this track begin in the thing's place just when its own was found elsewhere after a gap?

        Then the tracker took what moves there, its neighbour maybe, for the thing, and this is it.
        """
        path, left = self._paths.by_id[track], thing.left_at
        if left is None or left - thing.seen <= MISSED_S / 2 or abs(path.born - left) > STITCH_S:
            return False
        return path.apart_m(thing.place, path.birthplace) < NUDGE_M

    def _put_aside(self, view: View, row: int, group: int, box: list[float]) -> Thing | None:
        """A thing that is gone from its place not far from here since a moment ago: this is it, put aside."""
        gone = [
            thing for thing in self.all
            if thing.group == group and self._alike(thing, box) and self._is_gone(view, thing)
            and self._apart_m(view, row, thing) < ASIDE_M and thing.moved_m < ASIDE_M
        ]  # fmt: skip
        return min(gone, key=lambda thing: self._apart_m(view, row, thing), default=None)

    def _is_in_hand(self, view: View, box: list[float]) -> bool:
        """Does it hang beside somebody, above his feet? What lies behind him shows once he moves on."""
        middle = (box[0] + box[2]) / 2
        for row in np.flatnonzero(view.class_id == self._person).tolist():
            x1, y1, x2, y2 = view.boxes[row]
            aside, lifted = abs(middle - (x1 + x2) / 2), y2 - box[3]
            if aside <= HAND * (y2 - y1) and lifted >= LIFTED * (y2 - y1) and box[1] > y1:
                return True
        return False

    @staticmethod
    def _went_off(thing: Thing) -> bool:
        """Was it brought here, gone for so long or so far since, that what stands here now began to stand anew?"""
        return not thing.fixture and (thing.absent_s > ASIDE_S or thing.went_m > ASIDE_M)

    @staticmethod
    def _is_gone(view: View, thing: Thing) -> bool:
        return thing.track not in view.row and thing.track != -1 and 0.0 < view.time - thing.seen <= ASIDE_S

    @staticmethod
    def _alike(thing: Thing, box: list[float]) -> bool:
        sizes = (box[3] - box[1]) / max(thing.box[3] - thing.box[1], 1.0)
        return 0.7 < sizes < 1.4

    @staticmethod
    def _apart_m(view: View, row: int, thing: Thing) -> float:
        u, v = view.places[row]
        return math.hypot(u - thing.place[0], v - thing.place[1]) * thing.metres

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
        self.doubles.mix(view, self.all, persons)
        self.doubles.part_passers(self.all, view.time, seconds)
        if riders.of:
            self.doubles.part_riders(self.all, riders.of, view.time)
        for thing in self.all:
            if thing.owner is not None:
                if thing.left_at is None and thing.class_id not in self._vehicles:
                    self.doubles.find_again(view, thing, persons, seconds)
                self._company.join(thing.owners, thing.company, self._paths.by_id)

    def _was_there(self, known: _Track, since: float) -> bool:
        """Did it stand there when the camera began to watch? The detector may take a while to see it."""
        began = self._began or 0.0
        return since - began <= 1.0 or (since - known.born <= FIXTURE_LATE_S and since - began <= FIXTURE_S)

    @staticmethod
    def _is_visible(view: View, thing: Thing) -> bool:
        return thing.track in view.row

    def _is_loose(self, view: View, row: int) -> bool:
        thing = self._tracks[int(view.ids[row])].thing
        return thing is None or thing.left_at is not None

    def _beside(self, view: View, persons: Ints, loose: list[int], riders: Riders, seconds: float) -> None:
        rows = np.array(loose)
        apart = view.distance_m(rows, persons)
        # What is carried in the hand seems to lie farther off; it goes where and as fast as its bearer does.
        unlike = view.velocity[rows][:, None] - view.velocity[persons]
        carried = (apart < CARRIED_M) & (np.hypot(unlike[..., 0], unlike[..., 1]) < ALIKE_MPS)
        carried &= view.speed[rows][:, None] > CARRIED_MPS
        along = np.hypot(unlike[..., 0], unlike[..., 1]) <= np.maximum(ALONG_MPS, ALONG * view.speed[persons])
        for i, j in zip(*((apart < NEAR_M) | carried).nonzero(), strict=True):
            person, known = int(view.ids[persons[j]]), self._tracks[int(view.ids[loose[i]])]
            riding = riders.of.get(person)
            if riding is not None and int(view.class_id[loose[i]]) in self._wheels and riding != view.ids[loose[i]]:
                continue
            if not known.beside:
                known.bearer = int(view.ids[persons[apart[i].argmin()]])
            known.beside[person] = known.beside.get(person, 0.0) + seconds / (0.3 + float(apart[i, j]))
            if known.thing is not None and along[i, j]:
                known.thing.takers[person] = known.thing.takers.get(person, 0.0) + seconds
                known.thing.beside_now[person] = float(apart[i, j])
            slow = float(view.speed[persons[j]])
            known.slowest[person] = min(known.slowest.get(person, slow), slow)

    def took_up(self, thing: Thing, person: int) -> bool:
        """Has something like it begun beside this person just after it left its place? Then that may be it."""
        if thing.class_id in self._vehicles:
            return False
        left = thing.seen if thing.left_at is None else thing.left_at
        for track, known in self._tracks.items():
            path, near = self._paths.by_id.get(track), known.beside.get(person, 0.0)
            if path is None or track == thing.track or not left <= known.born <= left + REJOIN_S:
                continue
            if self._groups[path.class_id] == thing.group and known.bearer == person and near >= TOOK_UP:
                return True
        return False

    def beside(self, track: int) -> dict[int, float]:
        """How much each person has been beside this track of late: seconds, more for who was closer."""
        known = self._tracks.get(track)
        return {} if known is None else known.beside


def _slid(own: list[float], box: list[float]) -> float:
    """How far the middle of `box` is from that of the box `own`, as a share of what it may be."""
    off = abs(box[0] + box[2] - own[0] - own[2]) / 2 + abs(box[1] + box[3] - own[1] - own[3]) / 2
    return off / _slack(own)


def _slack(box: list[float]) -> float:
    return STILL * (box[2] - box[0] + box[3] - box[1]) / 2 + STILL_PX
