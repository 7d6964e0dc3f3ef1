"""Hours of a street on which nothing happens: what false alerts per hour are counted on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from pipeline.simulate import everyday
from pipeline.simulate.everyday import SLOTS, Story
from pipeline.simulate.street import Actor, Street
from pipeline.types import Bools, Floats, Ints

PIECE_S = 1800.0
LONGEST_STAY_S = 54.0
AWAY_S = 6.0
"""Somebody who comes back sooner has never been away (`gap_s` of presence rules is 5)."""
MOST_PEOPLE = 12
"""At any time; 15 would be crowding."""
HEADWAY_S = 5
"""No vehicle comes where another was less than this ago: time to collision and PET stay far above 1.5 s."""
WALKS: dict[Story, float] = {
    everyday.passers: 0.52,
    everyday.phone: 0.11,
    everyday.chat: 0.07,
    everyday.bearer: 0.12,
    everyday.rest: 0.06,
    everyday.handover: 0.03,
    everyday.to_the_door: 0.09,
}
_ROAD_X, _ROAD_Y = (-36.0, 36.0), (10.0, 20.2)
_CELL_X, _CELL_Y = 3.0, 0.8


@dataclass(frozen=True, slots=True)
class Density:
    """How much happens, per hour."""

    walkers: float
    """People on foot of the stories in `WALKS`."""
    vehicles: float
    """That drive through."""
    parkings: float
    own_bikes: float
    deliveries: float
    parcels: float
    dogs: float
    """On the leash; half as many stray."""
    row: float
    """Share of the parking row that is taken all the time."""


CALM = Density(walkers=60, vehicles=80, parkings=6, own_bikes=3, deliveries=1, parcels=2, dogs=3, row=0.4)
BUSY = Density(walkers=400, vehicles=600, parkings=16, own_bikes=6, deliveries=4, parcels=6, dogs=8, row=0.3)


def eventless(street_seed: int, hours: float, per_hour: Density = CALM, piece_s: float = PIECE_S) -> Iterator[Street]:
    """Pieces of ordinary street life, `hours` in all; each stands for itself and is to be recorded on its own.

    By the default settings of DESIGN §4, seen by the default camera, nothing in it is an event: every behaviour in
    `everyday` says why, and a story that would break a promise together with the others is left out. Promised are
    stays shorter than 55 s, never 15 people at once, and 5 s between vehicles at one place. Rules that need a place
    or an hour to mean anything are not covered in the zone `all`: intrusion, line_crossing, stopped_vehicle (parked
    vehicles stand for hours; on the road none stands for 50 s), wrong_way and speeding (none drives against its lane
    or above 45 km/h).
    """
    for piece in range(int(np.ceil(hours * 3600 / piece_s - 1e-9))):
        seconds = min(piece_s, hours * 3600 - piece * piece_s)
        yield _Piece(Street(seconds, np.random.default_rng([street_seed, piece])), per_hour).told()


@dataclass(slots=True)
class _Piece:
    """One piece in the making, and what its promises depend on."""

    street: Street
    per_hour: Density
    people: Ints = field(init=False)
    """In view, by second."""
    road: Bools = field(init=False)
    """Cells of the road (second, x, y) in which a vehicle is."""
    slots: list[float] = field(init=False)

    def told(self) -> Street:
        seconds = int(self.street.seconds) + 200
        self.people = np.zeros(seconds, np.int64)
        self.road = np.zeros((seconds, *_cells(np.array([_ROAD_X[1]]), np.array([_ROAD_Y[1]]))[:, 0] + 1), bool)
        self.slots = self.street.rng.permutation(SLOTS).tolist()
        self._furnish()
        self._fill()
        return self.street

    def _furnish(self) -> None:
        """What stands there all the time: most of the row, and cars beside it."""
        for _ in range(round(self.per_hour.row * len(SLOTS))):
            heading = float(self.street.rng.choice([90.0, -90.0]))
            self.street.add("motorcycle", -60.0, self.slots.pop(), everyday.ROW_Y, heading)
        for x in (-15.2, 15.2):
            if self.street.rng.random() < 0.6:
                self.street.add("car", -60.0, x, everyday.ROW_Y, 180.0)

    def _fill(self) -> None:
        rate, hours = self.per_hour, self.street.seconds / 3600
        count = {name: int(self.street.rng.poisson(getattr(rate, name) * hours)) for name in _OTHERS}
        for name, story in _OTHERS.items():
            for _ in range(count[name]):
                self._try(story)
        for name, own in (("own_bikes", everyday.own_bike), ("parkings", everyday.parking)):
            for _ in range(int(self.street.rng.poisson(getattr(rate, name) * hours))):
                self._use_slot(own)
        for _ in range(int(self.street.rng.poisson(rate.dogs / 2 * hours))):
            self._try(everyday.stray)
        people = int(self.street.rng.poisson(rate.walkers * hours))
        stories, shares = list(WALKS), np.array(list(WALKS.values()))
        while people > 0:
            people -= max(self._try(stories[self.street.rng.choice(len(stories), p=shares / shares.sum())]), 1)

    def _use_slot(self, story: Callable[[Street, float, float], None]) -> None:
        """Each place of the row serves one story a piece; a row that is full turns away who comes."""
        if self.slots:
            slot_x = self.slots.pop()
            self._try(partial(_at_slot, story, slot_x))

    def _try(self, story: Story) -> int:
        """Tell a story at a time at which it keeps every promise; how many people came, 0 when there is no time."""
        for _ in range(8):
            draft = Street(self.street.seconds, self.street.rng)
            story(draft, float(self.street.rng.uniform(-40.0, self.street.seconds)))
            if self._accept(draft):
                self.street.actors += draft.actors
                return sum(actor.body.class_name == "person" for actor in draft.actors)
        return 0

    def _accept(self, draft: Street) -> bool:
        people = [actor for actor in draft.actors if actor.body.class_name == "person"]
        presence = [_seconds_in_view(person, len(self.people)) for person in people]
        if any(_longest_s(seconds) >= LONGEST_STAY_S for seconds in presence):
            return False
        crowd = self.people.copy()
        for seconds in presence:
            crowd[seconds] += 1
        cells = [self._on_road(actor) for actor in draft.actors if actor.body.class_name in _VEHICLES]
        if crowd.max() > MOST_PEOPLE or any(self._meets(cell) for cell in cells):
            return False
        self.people = crowd
        for cell in cells:
            self.road[tuple(cell)] = True
        return True

    def _on_road(self, vehicle: Actor) -> Ints:
        """Cells (3, n) of the road that the vehicle covers: second, x, y."""
        times = np.arange(max(vehicle.shown[0][0], -50.0), min(vehicle.time, len(self.road) - 60.0), 0.25)
        at = vehicle.where(times)
        body = vehicle.body
        along = np.arange(-body.length_m / 2, body.length_m / 2 + 0.5, 1.0)
        across = np.linspace(-0.5, 0.5, 2 + int(body.width_m / _CELL_Y)) * (body.width_m + 0.2)
        x = np.repeat(at[:, 0, None, None] + along[:, None], len(across), axis=2)
        y = np.repeat(at[:, 1, None, None] + across[None, :], len(along), axis=1)
        second = np.broadcast_to(times[:, None, None], x.shape).astype(np.int64) + 50
        inside = (x > _ROAD_X[0]) & (x < _ROAD_X[1]) & (y > _ROAD_Y[0]) & (y < _ROAD_Y[1])
        return np.unique(np.stack([second[inside], *_cells(x[inside], y[inside])]), axis=1)

    def _meets(self, cells: Ints) -> bool:
        second, x, y = cells
        last = len(self.road) - 1
        return any(
            bool(self.road[np.clip(second + lag, 0, last), x, y].any()) for lag in range(-HEADWAY_S, HEADWAY_S + 1)
        )


_VEHICLES = ("bicycle", "motorcycle", "car", "truck", "bus")
_OTHERS: dict[str, Story] = {
    "deliveries": everyday.delivery,
    "vehicles": everyday.traffic,
    "parcels": everyday.parcel,
    "dogs": everyday.leash,
}


def _at_slot(story: Callable[[Street, float, float], None], slot_x: float, street: Street, time: float) -> None:
    story(street, time, slot_x)


def _cells(x: Floats, y: Floats) -> Ints:
    return np.stack([((x - _ROAD_X[0]) / _CELL_X), ((y - _ROAD_Y[0]) / _CELL_Y)]).astype(np.int64)


def _seconds_in_view(actor: Actor, seconds: int) -> Ints:
    """Whole seconds (n,), shifted by 50, in which the actor may be in the default camera's picture."""
    first, last = max(int(actor.shown[0][0]) - 1, -50), min(int(actor.time) + 2, seconds - 51)
    times = np.arange(first, last, dtype=np.float64)
    at = actor.sample(times)
    with np.errstate(invalid="ignore"):
        inside = np.abs(at[:, 0]) < 0.77 * at[:, 1] + 0.8
    return times[inside].astype(np.int64) + 50


def _longest_s(seconds: Ints) -> float:
    """The longest stay among whole seconds of presence; short absences do not end one."""
    if len(seconds) == 0:
        return 0.0
    breaks = np.flatnonzero(np.diff(seconds) > AWAY_S)
    begins, ends = np.append(0, breaks + 1), np.append(breaks, len(seconds) - 1)
    return float((seconds[ends] - seconds[begins]).max()) + 1.0
