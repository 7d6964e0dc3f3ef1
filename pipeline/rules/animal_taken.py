"""A dog is gone where somebody touched it and left fast."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from pydantic import Field

from pipeline.paths import Path, T, U, V, X
from pipeline.rules import words
from pipeline.rules.ledger import Ledger, Measures, Place, Wording
from pipeline.rules.settings import RuleSettings, Seconds
from pipeline.scene import ON_BOARD_M, Scene, whole_pixels
from pipeline.types import Event, Gauge, Reading, Reason, TrackBox
from pipeline.view import TWO_WHEELERS

CONTACT_LOOK_S = 1.5
"""Contact counts up to so long before the dog was last seen."""
CONTACT_MPS = 4.5
"""Whoever passes faster than a slow motorbike (16 km/h) touches nothing."""
LOST_M, BORNE_S = 3.0, 0.3
"""Lost farther from where it was touched, it went on its own feet, unless it was seen to go with him for so long."""
SEEN_S = 1.5
"""Seen for less, it was a flicker of the detector."""
GONE_S = 2.2
"""Unseen for so long, with nothing before it, is no gap of the detector, which are 2 s at most."""
WAY_S, LATEST_S = 2.5, 1.0
"""It goes on as it went for so long, its latest looks apart: what hides a part of it shifts them, who takes it, too."""
AWAY_M = 4.0
GOT_ON_S, GOT_ON_M, GET_ON_MPS = 0.7, 1.5, 2.2
"""Whoever is lost so near a vehicle that was no faster, so shortly before or after, may have got on."""
PACE_S, HALF = 1.0, 0.67
"""His pace is that of so long, if neither half of it was slower than this share of the limit."""
ALONG_M, ALIKE_MPS = 2.6, 1.6
"""What is held seems to be so far from its bearer at most, and goes as he goes."""
FAMILIAR_M = 2.0
FAMILIAR_S = 12.0
FAMILIAR_SHARE = 0.3
"""Whoever was by the dog for so long, and this share of the time it was seen, is its company, not its taker."""
ALWAYS_S, ALWAYS_SHARE = 4.0, 0.6
"""So is whoever was by it for most of the time it was seen."""
CAME_S = 3.0
CAME_SHARE = 0.4
FIRST_S = 0.5
"""Whoever was by it at its very first, or for this share of its first 3 s, came with it."""
INHERIT_S, INHERIT_M = 4.0, 3.0
EDGE = 0.02
"""Of the picture, along its sides and its foot: what is lost there went out."""


class AnimalTakenSettings(RuleSettings):
    """Defaults: contact is within a step; a taker is off within 10 s, faster than one walks."""

    kind: Literal["animal_taken"] = "animal_taken"
    classes: tuple[str, ...] = Field(("dog",), min_length=1)
    contact_m: float = Field(1.0, gt=0, description="Who is no farther than this from the animal touches it.")
    leave_s: Seconds = Field(10.0, description="Within this time the taker leaves.")
    leave_kmh: float = Field(7.5, gt=0, description="Leaving fast: running or riding; walkers go up to 6 km/h.")


def _tell(zone: str, measures: Measures) -> dict[str, str]:
    contact, speed, limit = (float(measures[name]) for name in ("contact_m", "speed_kmh", "leave_kmh"))
    seen, name = bool(measures["animal_seen_along"]), str(measures["class"])
    return {
        "vi": f"{words.noun(name)} tại khu vực “{zone}” {'bị mang đi' if seen else 'mất dấu'} khi có người cách "
        f"{words.number(contact)} m, người này rời đi với tốc độ {words.number(speed)} km/h "
        f"(ngưỡng {words.number(limit)} km/h).",
        "en": f"{words.a(name)} in zone “{zone}” {'was carried off by' if seen else 'was last seen'} "
        f"{'' if seen else f'{contact:.1f} m from '}somebody who left at {speed:.1f} km/h "
        f"(threshold {limit:.1f} km/h).",
    }


_WORDING = Wording("animal_taken", "alerts", None, _tell)


@dataclass(slots=True)
class _Animal:
    born: float
    time: float
    place: tuple[float, float]
    metres: float
    shown: TrackBox
    at_edge: bool
    familiar: dict[int, float] = field(default_factory=dict)
    came: dict[int, float] = field(default_factory=dict)
    """The same within its first seconds in view."""
    touched: dict[int, tuple[float, float, tuple[float, float]]] = field(default_factory=dict)
    """Person → when and how near he was last, and where."""
    mounts: dict[int, int] = field(default_factory=dict)
    """Person who touched it → the vehicle he was on when he was last seen."""
    along: dict[int, float] = field(default_factory=dict)
    """Person → seconds the animal has gone with him, fast."""
    covered: float = -math.inf
    """When something was last before the place where it was lost, or where it would have got since."""
    told: bool = False


class AnimalTaken:
    """Fires when an animal's track ends at contact with a person or rider who then leaves fast, or goes with him fast.

    Fast is ≥ `leave_kmh` within `leave_s` and 4 m away; whoever is lost beside a two-wheeler that goes off is on it.
    Whoever was by the animal for long before is its company.
    An animal lost at the edge of the picture, behind something nearer (which may go its way), or 3 m from where it
    was touched, and one that shows again, are none; nor is one whose company rides along. It cannot see a dog behind a
    wall, nor one that goes willingly at a walk; a thief who sits with it for long before looks like its owner.
    """

    def __init__(self, place: Place, settings: AnimalTakenSettings) -> None:
        self._place = place
        self._settings = settings
        self._ledger = Ledger(place, settings, _WORDING)
        self._animals: dict[int, _Animal] = {}

    def judge(self, scene: Scene) -> Sequence[Event]:
        if not scene.step_s:
            return []
        rows = np.flatnonzero(scene.of(self._settings.classes))
        if not len(rows) and not self._animals:
            return []
        events: list[Event] = []
        for row in rows.tolist():
            events += self._see(scene, row)
        for track, animal in list(self._animals.items()):
            self._mount(scene, animal)
            if animal.time != scene.time:
                self._catch_up(scene, track, animal)
                events += self._miss(scene, track, animal)
        return events

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        return self._ledger.close_all(scene, reason)

    def readings(self, scene: Scene) -> Sequence[Reading]:
        found = []
        for track, animal in self._animals.items():
            for person, (_, near, place) in animal.touched.items():
                away, speed = self._leaving(scene, animal, person, place)
                found.append(Reading((track, person), self._place.zone, (track, person), (
                    Gauge("contact_m", near, self._settings.contact_m, at_least=False),
                    Gauge("speed_kmh", speed * 3.6, self._settings.leave_kmh),
                    Gauge("away_m", away, AWAY_M),
                    Gauge("unseen_s", scene.time - max(animal.time, animal.covered), GONE_S),
                )))  # fmt: skip
        return found

    def _see(self, scene: Scene, row: int) -> list[Event]:
        track, path = int(scene.ids[row]), scene.paths.by_id[int(scene.ids[row])]
        animal = self._animals.get(track)
        if animal is None:
            animal = self._animals[track] = self._inherited(scene, path) or _Animal(
                path.born, path.time, path.place, path.metres, scene.box(track), False
            )
        self._show(scene, path, animal)
        persons = np.flatnonzero(scene.of(("person",)))
        if not len(persons):
            return []
        apart = scene.view.distance_m(np.array([row]), persons)[0]
        for i in np.flatnonzero(apart > ALONG_M).tolist():
            animal.touched.pop(int(scene.ids[persons[i]]), None)  # he left without it
            animal.along.pop(int(scene.ids[persons[i]]), None)
        events: list[Event] = []
        for i in np.flatnonzero(apart <= ALONG_M).tolist():
            events += self._near(scene, track, animal, int(persons[i]), float(apart[i]))
        return events

    def _near(self, scene: Scene, track: int, animal: _Animal, row: int, apart_m: float) -> list[Event]:
        person = int(scene.ids[row])
        if apart_m <= FAMILIAR_M:
            animal.familiar[person] = animal.familiar.get(person, 0.0) + scene.step_s
            if scene.time - animal.born <= FIRST_S:
                animal.came[person] = CAME_S
            elif scene.time - animal.born <= CAME_S:
                animal.came[person] = max(animal.came.get(person, 0.0), animal.familiar[person])
        fast = float(scene.view.speed[row]) >= self._settings.leave_kmh / 3.6
        if fast and person in animal.touched and self._goes_along(scene, track, row, apart_m):
            animal.along[person] = animal.along.get(person, 0.0) + scene.step_s
        elif apart_m <= self._reach(scene, person) and scene.view.speed[row] <= CONTACT_MPS:
            u, v = scene.view.places[row]
            animal.touched[person] = (scene.time, apart_m, (u, v))
        if animal.along.get(person, 0.0) >= 0.8 and not self._is_company(scene, track, animal, person):
            dog = scene.view.row[track]
            if float(scene.view.speed[dog]) >= self._settings.leave_kmh / 3.6:
                return self._take(scene, track, animal, person, True)
        return []

    def _goes_along(self, scene: Scene, track: int, row: int, apart_m: float) -> bool:
        """On board, it seems to be farther off, but stays within the outline; what runs after it falls behind."""
        view = scene.view
        vehicle = view.row.get(scene.riders.of.get(view.tracks[row], -1))
        if vehicle is None:
            return apart_m <= FAMILIAR_M
        unlike = float(np.hypot(*(view.velocity[view.row[track]] - view.velocity[row])))
        x1, _, x2, low = view.boxes[vehicle]
        left, _, right, bottom = view.boxes[view.row[track]]
        return x1 <= (left + right) / 2 <= x2 and bottom < low and unlike < ALIKE_MPS

    @staticmethod
    def _mount(scene: Scene, animal: _Animal) -> None:
        """A rider and his vehicle are one: it tells where he went when he himself is hidden, or lost under that id."""
        for person in animal.touched:
            if scene.sees(person):
                animal.mounts.pop(person, None)
                if person in scene.riders.of:
                    animal.mounts[person] = scene.riders.of[person]

    def _ride_of(self, scene: Scene, animal: _Animal, person: int) -> int | None:
        """The vehicle he was seen to ride; or, where he was lost beside one that went off, that one or its rider."""
        path = scene.paths.by_id.get(person)
        if person in animal.mounts or path is None or scene.time - path.time > self._settings.leave_s:
            return animal.mounts.get(person)
        span = (path.time - GOT_ON_S, path.time + GOT_ON_S)
        wheels = scene.class_ids(TWO_WHEELERS)
        gone = [
            (path.apart_m(ride.place), ride.id)
            for ride in scene.paths.by_id.values()
            if (ride.class_id in wheels or ride.id in scene.riders.of)
            and ride.time > path.time
            and self._halts_by(scene, ride, path.place, span)
        ]
        return max(gone, default=(0.0, None))[1]

    @staticmethod
    def _halts_by(scene: Scene, ride: Path, place: tuple[float, float], span: tuple[float, float]) -> bool:
        """Was it there, slowly enough to get on?"""
        begin, end = span
        slowest = scene.paths.slowest_mps(ride, begin - GOT_ON_S, end)
        return scene.paths.nearest(ride, place, begin, end)[0] <= GOT_ON_M and slowest <= GET_ON_MPS

    def _catch_up(self, scene: Scene, track: int, animal: _Animal) -> None:
        """It may have shown between two looks."""
        path = scene.paths.by_id.get(track)
        if path is not None and path.time > animal.time:
            self._show(scene, path, animal)

    @staticmethod
    def _show(scene: Scene, path: Path, animal: _Animal) -> None:
        """It is where its path is."""
        animal.time, animal.place, animal.metres = path.time, path.place, path.metres
        animal.shown = scene.box(path.id)
        (x1, _, x2, y2), (width, height) = path.box, scene.frame_size
        animal.at_edge = bool(x1 < EDGE * width or x2 > (1 - EDGE) * width or y2 > (1 - EDGE) * height)

    def _miss(self, scene: Scene, track: int, animal: _Animal) -> list[Event]:
        unseen = scene.time - animal.time
        if self._is_covered(scene, track, animal):
            animal.covered = scene.time
        if unseen <= CONTACT_LOOK_S:
            self._touch(scene, animal)
        if unseen > self._settings.leave_s + 5.0:
            del self._animals[track]
            return self._ledger.close(scene, track, animal.time)
        if (
            scene.time - max(animal.time, animal.covered) < GONE_S
            or animal.told
            or animal.time - animal.born < SEEN_S
            or (animal.at_edge and not animal.along)
        ):
            return []
        for person, (touched, _, place) in sorted(animal.touched.items()):
            apart = np.hypot(place[0] - animal.place[0], place[1] - animal.place[1]) * animal.metres
            far = abs(animal.time - touched) > CONTACT_LOOK_S or apart > LOST_M
            if (far and animal.along.get(person, 0.0) < BORNE_S) or self._is_company(scene, track, animal, person):
                continue
            events = self._take(scene, track, animal, person, False)
            if events:
                return events
        return []

    @staticmethod
    def _is_covered(scene: Scene, track: int, animal: _Animal) -> bool:
        """Is something nearer before its place, or before where it would be by the way that it went, or is that out?"""
        x1, y1, x2, y2 = animal.shown.xyxy
        path = scene.paths.by_id.get(track)
        ahead = 0.0
        if path is not None:
            ahead = float(scene.paths.pace(path, WAY_S, path.time - LATEST_S)[X]) * (scene.time - path.time)
        if not 0 < (x1 + x2) / 2 + ahead < scene.frame_size[0]:
            return True
        return scene.hides((x1, y1, x2, y2)) or scene.hides((x1 + ahead, y1, x2 + ahead, y2))

    def _touch(self, scene: Scene, animal: _Animal) -> None:
        """Who is where the animal was last seen: a hand that lifts it hides it first."""
        view = scene.view
        for row in np.flatnonzero(scene.of(("person",))).tolist():
            u, v = view.places[row]
            apart = float(np.hypot(u - animal.place[0], v - animal.place[1]) * view.metres[row])
            if apart <= self._reach(scene, int(view.ids[row])) and view.speed[row] <= CONTACT_MPS:
                animal.touched[int(view.ids[row])] = (scene.time, apart, (u, v))

    def _reach(self, scene: Scene, person: int) -> float:
        """A rider touches from anywhere along his vehicle."""
        return self._settings.contact_m + (ON_BOARD_M if person in scene.riders.of else 0.0)

    def _take(self, scene: Scene, track: int, animal: _Animal, person: int, seen: bool) -> list[Event]:
        touched, near, place = animal.touched[person]
        away, speed = self._leaving(scene, animal, person, place)
        if animal.told or not self._ledger.awake(scene) or not self._inside(scene, animal):
            return []
        if speed * 3.6 < self._settings.leave_kmh or away < AWAY_M:
            return []
        if scene.time - touched > self._settings.leave_s + GONE_S:
            return []
        animal.told = True
        measures: Measures = {
            "contact_m": near, "contact_threshold_m": self._settings.contact_m, "speed_kmh": speed * 3.6,
            "leave_kmh": self._settings.leave_kmh, "away_m": away, "animal_seen_along": seen,
            "class": animal.shown.class_name,
        }  # fmt: skip
        tracks = (animal.shown, scene.box(person)) if scene.knows(person) else (animal.shown,)
        return self._ledger.open(scene, track, touched, whole_pixels(list(animal.shown.xyxy)), tracks, measures)

    def _leaving(self, scene: Scene, animal: _Animal, person: int, place: tuple[float, float]) -> tuple[float, float]:
        """How far from where they touched this person got, metres, and how fast he was last, m/s.

        Over his last `PACE_S`, of which neither half may be much slower: one bad look, or a step into another's track,
        is no run.
        """
        known = (
            scene.paths.by_id.get(one) for one in (person, self._ride_of(scene, animal, person)) if one is not None
        )
        path = max((one for one in known if one is not None), key=lambda one: one.time, default=None)
        if path is None:
            return 0.0, 0.0
        away = float(np.hypot(path.place[0] - place[0], path.place[1] - place[1]) * path.metres)
        points = scene.paths.over(path, PACE_S)[:, [T, U, V]]
        marks = points[[0, len(points) // 2, -1]]
        seconds = np.diff(marks[:, 0])
        if seconds.min() <= 0.0:
            return away, 0.0
        moved = np.diff(marks[:, 1:], axis=0) * path.metres
        whole = float(np.hypot(*moved.sum(axis=0)) / seconds.sum())
        return away, min(whole, float((np.hypot(*moved.T) / seconds).min()) / HALF)

    def _is_company(self, scene: Scene, track: int, animal: _Animal, person: int) -> bool:
        """Is he, or one who rides with him, with whom the animal was?"""
        ride = self._ride_of(scene, animal, person)
        riders = [] if ride is None else scene.riders.on(scene.riders.of.get(ride, ride))
        people = {person, *riders, *self._crew(scene, person)}
        return any(self._is_familiar(scene, track, animal, one) for one in people)

    @staticmethod
    def _is_familiar(scene: Scene, track: int, animal: _Animal, person: int) -> bool:
        seconds = animal.familiar.get(person, 0.0)
        long = seconds >= FAMILIAR_S and seconds >= FAMILIAR_SHARE * (animal.time - animal.born)
        came = animal.came.get(person, 0.0) >= CAME_SHARE * CAME_S
        always = seconds >= ALWAYS_S and seconds >= ALWAYS_SHARE * (animal.time - animal.born)
        return (
            long
            or came
            or always
            or any(thing.track == track and thing.belongs_to(person) for thing in scene.things.all)
        )

    @staticmethod
    def _crew(scene: Scene, person: int) -> list[int]:
        """Who rides the same vehicle, he apart."""
        vehicle = scene.riders.of.get(person)
        return [] if vehicle is None else [other for other in scene.riders.on(vehicle) if other != person]

    def _inherited(self, scene: Scene, path: Path) -> _Animal | None:
        """A new path where an animal was lost, or ceased to be hidden, a moment ago is that animal."""
        for track, animal in self._animals.items():
            # As it began: it may have shown between two looks.
            apart = path.apart_m(animal.place, path.birthplace)
            unseen = path.born - max(animal.time, animal.covered)
            lost = animal.time < path.born + FIRST_S and unseen <= INHERIT_S and not scene.sees(track)
            if lost and apart <= INHERIT_M and not animal.told:
                return self._animals.pop(track)
        return None

    def _inside(self, scene: Scene, animal: _Animal) -> bool:
        x1, _, x2, y2 = animal.shown.xyxy
        return self._place.covers(scene, (x1 + x2) / 2, y2)
