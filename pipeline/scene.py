"""What a rule may see of one camera: who is where, how fast, riding what, beside which thing, under steady ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo

import numpy as np
import shapely
import supervision as sv

from pipeline import geometry
from pipeline.company import Company
from pipeline.identities import Identities, Look
from pipeline.paths import MISSED_S, SPEED_WINDOW_S, STITCH_S, Path, Paths, T, U, V
from pipeline.riders import Riders
from pipeline.thing import Thing
from pipeline.things import Things
from pipeline.traffic import Traffic
from pipeline.types import Bools, Floats, Ints, TrackBox
from pipeline.view import TWO_WHEELERS, View, overlap

ATTENDING_MPS = 0.6
REACH_M, VEHICLE_REACH_M = 1.2, 2.5
"""Whoever is so near a thing has it in his hands; his feet are off the ground once he sits on it."""
ON_BOARD_M = 0.6
"""A rider reaches so much farther, from anywhere along his vehicle."""
REACH_BEFORE_S, REACH_AFTER_S = 0.6, 2.0
COVER = 0.5
"""So much of a box behind a nearer one is hidden."""
OWNER_HIDDEN_S = 120.0
"""For so long, who was lost behind something that is still there is taken to be there too."""
RIDING_MPS = 2.2
"""Whoever was slower may have got off a vehicle that is not seen now."""
RELATE_S = 0.2
"""Who is with whom is looked at five times a second, which bounds its cost at every frame rate."""


class Scene:
    """The state of one camera at the frame it was last advanced to.

    `step_s` is the time since relations were looked at last, 0 in a frame in which they were not: rules about pairs
    work at those steps. `view` holds the columns of the frame; `ids`, `class_id`, `xyxy`, `anchors` are the same.
    `riders` and `things` know who rides what and what stands still, `traffic` who drove where, if it was asked for.
    Rules read the scene and never change it.
    """

    def __init__(
        self,
        frame_size: tuple[int, int],
        names: tuple[str, ...],
        zone: tzinfo = UTC,
        homography: Floats | None = None,
        roads: bool = False,
    ) -> None:
        """`homography` maps pixels of the source frame to metres; `zone` is the city's time zone.

        `roads`: know the ways of its road users too, which takes a homography.
        """
        self.frame_size = frame_size
        self.names = names
        self.paths = Paths(frame_size, names, homography)
        self.identities = Identities(self.paths, names)
        self.riders = Riders()
        self.company = Company()
        self.things = Things(names, self.paths, self.company)
        self.traffic = Traffic(homography, frame_size) if roads and homography is not None else None
        self.view = View(0.0, *_NOTHING)
        self._zone = zone
        self._person = names.index("person") if "person" in names else -1
        self.step_s = 0.0
        self._related = -np.inf
        self._seats: dict[int, Floats] = {}
        """By rider: where his vehicle touches the ground, from where his box would (2,), in heights of his."""
        self._masks: dict[tuple[str, ...], Bools] = {}
        self._insides: dict[int, Bools] = {}
        self._bounds: dict[int, tuple[shapely.Polygon, Floats, bool]] = {}
        self._sets: dict[tuple[str, ...], frozenset[int]] = {}
        self._tables: dict[tuple[str, ...], Bools] = {}

    def advance(self, time: float, tracks: sv.Detections) -> None:
        """Take in the tracks of the next analysed frame (columns `tracker_id`, `class_id`, maybe `tentative`)."""
        rows = self.identities.confirmed(time, tracks)
        ids = tracks.tracker_id if tracks.tracker_id is not None else rows
        classes = tracks.class_id if tracks.class_id is not None else np.zeros(len(tracks), np.int64)
        self._masks, self._insides = {}, {}
        xyxy = np.asarray(tracks.xyxy[rows], np.float64)
        self._look(time, ids[rows].tolist(), np.asarray(classes[rows], np.int64), xyxy)
        self._relate()
        if self.traffic is not None:
            self.traffic.advance(self.view, self.names, self.riders.of, self.backlog)
        self._forget()

    def end(self) -> None:
        """The input ends: what was under way is over."""
        if self.traffic is not None:
            self.traffic.finish()

    def _look(self, time: float, raw: list[int], classes: Ints, xyxy: Floats) -> None:
        """Name the tracks, remember where they are, and lay out the columns of the frame."""
        if not raw:
            self.view = View(time, *_NOTHING)
            return
        paths, born = self.identities.name(time, time - self.time, raw, classes, xyxy)
        slots = np.array([path.slot for path in paths], np.int64)
        class_id = self.paths.vote(paths, slots, classes)
        seconds = min(time - self.time, 1.0)
        anchors = self.paths.anchors(slots, xyxy, seconds)
        plane = self.paths.on_plane(anchors)
        self._seat(paths, xyxy, anchors, plane)
        metres = self.paths.metres(slots, class_id, xyxy, seconds)
        self.paths.add(paths, slots, time, anchors, plane, xyxy)
        velocity = self.paths.velocity(slots, time, plane) * metres[:, None]
        ids = np.array([path.id for path in paths], np.int64)
        back, missed = [], time - self.time + MISSED_S
        for path, box, place, scale in zip(paths, xyxy, plane.tolist(), metres.tolist(), strict=True):
            if time - path.time > missed:
                path.lose()
                back.append(path.id)
            path.time, path.box, path.place, path.metres = time, box, (place[0], place[1]), scale
            path.followed = False
        self.view = View(time, ids, class_id, xyxy, anchors, plane, metres, velocity, born, back)

    def _seat(self, paths: list[Path], xyxy: Floats, anchors: Floats, plane: Floats) -> None:
        """A rider's feet are above the ground: he is where his vehicle is, or would be, where it is not seen."""
        if not self.riders.of:
            return
        row = {path.id: i for i, path in enumerate(paths)}
        self._seats = {person: seat for person, seat in self._seats.items() if person in self.riders.of}
        for person, vehicle in self.riders.of.items():
            at, on = row.get(person), row.get(vehicle)
            if at is None:
                continue
            height = max(float(xyxy[at, 3] - xyxy[at, 1]), 1.0)
            if on is not None:
                self._seats[person] = (anchors[on] - anchors[at]) / height
                anchors[at], plane[at] = anchors[on], plane[on]
            elif person in self._seats and self._drives(vehicle):
                anchors[at] += self._seats[person] * height
                plane[at] = self.paths.on_plane(anchors[at : at + 1])[0]

    def _drives(self, vehicle: int) -> bool:
        """Did a vehicle that is not seen now drive when it was lost a moment ago?"""
        path = self.paths.by_id.get(vehicle)
        return path is not None and self.time - path.time <= STITCH_S and self.paths.pace_mps(path) > RIDING_MPS

    def _relate(self) -> None:
        """Things in every frame; riders and company a few times a second."""
        view = self.view
        is_person = view.class_id == self._person
        others = np.flatnonzero(~is_person)
        self.identities.follow(view.born)
        for track in (*view.born, *view.back):
            row = view.row[track]
            if is_person[row]:
                self.things.doubles.recognise(self.things.all, self.paths.by_id[track], view, row)
        seconds = view.time - self._related
        looking = seconds >= RELATE_S - 1e-3
        self.things.advance(view, others, looking)
        self.step_s = 0.0
        if not looking:
            return
        self._related, self.step_s = view.time, min(seconds, 1.0)
        seconds = self.step_s
        persons = np.flatnonzero(is_person)
        on_foot = np.array([row for row in persons.tolist() if view.tracks[row] not in self.riders.of], np.int64)
        self.identities.part(view, on_foot, self.riders.of)
        self.things.doubles.mixed_up(self.things.all, self.identities.doubts)
        for path, place in self.identities.turns:
            self.things.doubles.turned(self.things.all, path, place)
        wheels = np.flatnonzero(self.of(TWO_WHEELERS)) if len(others) else others
        self.riders.advance(view, persons, wheels, seconds)
        self.company.relate(view, persons, seconds)
        for together in self.riders.crews():
            self.company.ride(together)
        self.things.relate(view, persons, others, self.riders, seconds)

    def _forget(self) -> None:
        old = self.paths.forget(self.time)
        if old:
            self.company.forget(old)
        self.identities.forget(self.time, bool(old))

    # -- the frame ------------------------------------------------------------------------------------------------

    @property
    def time(self) -> float:
        return self.view.time

    @property
    def backlog(self) -> dict[int, list[Look]]:
        """Path → the looks at it, confirmed in this frame, from before it was."""
        return self.identities.backlog

    @property
    def ids(self) -> Ints:
        return self.view.ids

    @property
    def class_id(self) -> Ints:
        return self.view.class_id

    @property
    def xyxy(self) -> Floats:
        return self.view.xyxy

    @property
    def anchors(self) -> Floats:
        return self.view.anchors

    @property
    def calibrated(self) -> bool:
        return self.paths.homography is not None

    @property
    def local(self) -> datetime:
        """The capture time on the city's clock."""
        return self.clock(self.time)

    def clock(self, time: float) -> datetime:
        """A time on the city's clock."""
        return datetime.fromtimestamp(time, self._zone)

    def anchor(self, box: Floats) -> Floats:
        """Where one box (4,) touches the ground: (2,) pixels."""
        return np.asarray(geometry.anchors(np.asarray(box, np.float64)[None], self.frame_size)[0])

    def of(self, classes: tuple[str, ...]) -> Bools:
        """Which rows are of one of these classes → (n,) bool."""
        mask = self._masks.get(classes)
        if mask is None:
            table = self._tables.get(classes)
            if table is None:
                table = self._tables[classes] = np.array([name in classes for name in self.names] or [False])
            mask = self._masks[classes] = table[self.class_id]
        return mask

    def class_ids(self, classes: Iterable[str]) -> frozenset[int]:
        """The ids of these classes, of those the detector knows."""
        key = tuple(classes)
        if key not in self._sets:
            self._sets[key] = frozenset(self.names.index(c) for c in key if c in self.names)
        return self._sets[key]

    def inside(self, shape: shapely.Polygon) -> Bools:
        """Which rows have their anchor in the polygon → (n,) bool."""
        mask = self._insides.get(id(shape))
        if mask is None:
            mask = self._insides[id(shape)] = self._contained(shape)
        return mask

    def _contained(self, shape: shapely.Polygon) -> Bools:
        """Most of what is outside a polygon is outside its bounds, too, and most polygons are small."""
        known = self._bounds.get(id(shape))
        if known is None or known[0] is not shape:
            known = self._bounds[id(shape)] = (shape, *geometry.bounds(shape))
        _, ends, rectangle = known
        mask: Bools = np.asarray(((self.anchors >= ends[:2]) & (self.anchors <= ends[2:])).all(axis=1))
        near = np.flatnonzero(mask)
        if len(near) and not rectangle:
            mask[near] = geometry.contains(shape, self.anchors[near])
        return mask

    # -- one track ------------------------------------------------------------------------------------------------

    def sees(self, track: int) -> bool:
        """Is this track in the picture now?"""
        return track in self.view.row

    def knows(self, track: int) -> bool:
        """Is this track in the picture, or was it not long ago?"""
        return track in self.paths.by_id

    def stood(self, track: int) -> bool:
        """Did this track, now out of sight, stand still when it was lost?"""
        return not self.sees(track) and self.identities.stood(track)

    def class_name(self, track: int) -> str:
        return self.names[self.paths.by_id[track].class_id]

    def box(self, track: int) -> TrackBox:
        """How an event shows this track: where it is, or was last seen."""
        path = self.paths.by_id[track]
        metres = (round(path.place[0], 3), round(path.place[1], 3)) if self.calibrated else None
        return TrackBox(track, self.class_name(track), whole_pixels(path.box), metres)

    def thing_box(self, thing: Thing) -> TrackBox:
        """How an event shows a thing: where it stands or stood."""
        metres = (round(thing.place[0], 3), round(thing.place[1], 3)) if self.calibrated else None
        return TrackBox(thing.track, self.names[thing.class_id], whole_pixels(thing.box), metres)

    def displacement_m(self, track: int, seconds: float) -> float:
        """The farthest two points this track was apart in the last `seconds`; by box heights if uncalibrated."""
        path = self.paths.by_id[track]
        points = self.paths.over(path, seconds)
        return float(np.hypot(*np.ptp(points[:, U : V + 1], axis=0)) * path.metres)

    def speed_mps(self, track: int) -> float | None:
        """Mean speed over the ground in the last second; None if uncalibrated or seen too briefly."""
        points = self.paths.over(self.paths.by_id[track], SPEED_WINDOW_S)
        span = float(points[-1, T] - points[0, T])
        if not self.calibrated or span < SPEED_WINDOW_S / 4:
            return None
        speed = float(np.hypot(*(points[-1, U : V + 1] - points[0, U : V + 1])) / span)
        return speed if np.isfinite(speed) else None

    def hides(self, box: Sequence[float]) -> bool:
        """Is something nearer to the camera before most of this box (4,) now?"""
        own = list(box)
        return any(other[3] > own[3] - 2 and overlap(own, other) >= COVER for other in self.view.boxes)

    def attends(self, thing: Thing, radius_m: float, company: bool = True) -> bool:
        """Is the thing's owner, or one of his company, within `radius_m` of it?

        Whoever was lost within the radius a moment ago is still there. Who is only maybe one of them must stand.
        """
        for group in (thing.owners, thing.company) if company else (thing.owners,):
            for track, path in group.items():
                unseen = self.time - path.time
                if unseen > OWNER_HIDDEN_S or self.away_m(path, thing) > radius_m:
                    continue
                if unseen > STITCH_S and not self._waits_hidden(path):
                    continue
                row = self.view.row.get(track)
                if track not in thing.maybe or (row is not None and self.view.speed[row] < ATTENDING_MPS):
                    return True
        return False

    def _waits_hidden(self, path: Path) -> bool:
        """Was this person lost behind something that still hides the place?"""
        return not self.sees(path.id) and self.hides(path.box.tolist())

    def attendants(self, thing: Thing, radius_m: float, seconds: float) -> list[int]:
        """Who of its people was within `radius_m` of it in the `seconds` before it was last in its place?"""
        return [
            path.id
            for path in (*thing.owners.values(), *thing.company.values())
            if path.id in self.paths.by_id
            and path.time >= thing.seen - seconds
            and self.paths.nearest(path, thing.place, thing.seen - seconds, thing.seen)[0] <= radius_m
        ]

    def last_seen(self, thing: Thing) -> float:
        """When the thing was last seen, in its place or elsewhere."""
        path = self.paths.by_id.get(thing.track)
        return thing.seen if path is None else path.time

    def at_leaving(self, thing: Thing) -> list[tuple[float, Path]]:
        """Who was in reach of it when it was last in its place, or just after: metres and path, nearest first."""
        found = []
        for path in self.paths.by_id.values():
            if path.class_id == self._person and path.time >= thing.seen - REACH_BEFORE_S:
                points = self.paths.over(path, REACH_BEFORE_S + REACH_AFTER_S, thing.seen + REACH_AFTER_S)
                if len(points):
                    apart = np.hypot(points[:, U] - thing.place[0], points[:, V] - thing.place[1]).min() * path.metres
                    reach = VEHICLE_REACH_M if thing.ridden else REACH_M + ON_BOARD_M * (path.id in self.riders.of)
                    if apart <= reach:
                        found.append((float(apart), path))
        return sorted(found, key=lambda near: (near[0], near[1].id))

    def owner_in_view(self, thing: Thing) -> bool:
        """Is the owner, for certain him, in the picture?"""
        return thing.owner is not None and self.sees(thing.owner.id)

    def away_m(self, path: Path, thing: Thing) -> float:
        """Metres from where this path was last seen to where the thing stands."""
        return path.apart_m(thing.place)


_NOTHING = (
    np.empty(0, np.int64), np.empty(0, np.int64), np.empty((0, 4)), np.empty((0, 2)), np.empty((0, 2)), np.empty(0),
    np.empty((0, 2)),
)  # fmt: skip


def whole_pixels(box: Floats | list[float]) -> tuple[int, int, int, int]:
    x1, y1, x2, y2 = (round(float(value)) for value in box)
    return (x1, y1, x2, y2)
