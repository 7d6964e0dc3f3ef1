"""Who rides which two-wheeler: a person and a two-wheeler whose boxes fit together while both move alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.types import Bools, Floats, Ints
from pipeline.view import View

MOUNT_S = 0.4
"""Moving together for so long makes a rider."""
DISMOUNT_S = 1.0
"""Boxes that no longer fit for so long, both in view, end the ride."""
MOVING_MPS = 1.0
ASIDE = 0.25
"""A rider's middle may lie so much of the vehicle's width outside it."""


@dataclass(slots=True)
class Ride:
    """One person on one two-wheeler."""

    vehicle: int
    together_s: float = 0.0
    apart_s: float = 0.0
    time: float = 0.0


class Riders:
    """The rides of one camera; `of` gives the vehicle a person rides."""

    def __init__(self) -> None:
        self.of: dict[int, int] = {}
        self.seated_on: dict[int, list[int]] = {}
        """By vehicle: who is where its rider would sit, in this view, whether or not he turns out to ride it."""
        self._rides: dict[int, Ride] = {}

    def advance(self, view: View, persons: Ints, vehicles: Ints, seconds: float) -> None:
        """Take the view in; `persons` and `vehicles` are rows of it, `seconds` the time since the last call."""
        fits = self.fits(view, persons, vehicles) if len(persons) and len(vehicles) else None
        self.seated_on = {}
        for i, row in enumerate(persons.tolist()):
            person = int(view.ids[row])
            rows = vehicles[fits[i]].tolist() if fits is not None else []
            for vehicle in rows:
                self.seated_on.setdefault(int(view.ids[vehicle]), []).append(person)
            ride = self._rides.get(person)
            if rows or ride is not None:
                self._judge(view, person, row, rows, ride, seconds)
        gone = [p for p, ride in self._rides.items() if view.time - ride.time > 3.0]
        for person in gone:
            del self._rides[person]
            self.of.pop(person, None)

    def on(self, vehicle: int) -> list[int]:
        """Who rides this vehicle."""
        return [person for person, ridden in self.of.items() if ridden == vehicle]

    def crews(self) -> list[list[int]]:
        """Those who ride one vehicle together, for every vehicle with more than one rider."""
        if len(self.of) < 2:
            return []
        by_vehicle: dict[int, list[int]] = {}
        for person, vehicle in self.of.items():
            by_vehicle.setdefault(vehicle, []).append(person)
        return [crew for crew in by_vehicle.values() if len(crew) > 1]

    def _judge(self, view: View, person: int, row: int, rows: list[int], ride: Ride | None, seconds: float) -> None:
        mine = None if ride is None else view.row.get(ride.vehicle)
        if ride is not None and mine in rows:
            ride.apart_s, ride.time = 0.0, view.time
            if _alike(view, row, mine):
                ride.together_s += seconds
                if ride.together_s >= MOUNT_S:
                    self.of[person] = ride.vehicle
            elif view.speed[mine] > MOVING_MPS:
                self._part(person, ride, seconds)
            return
        if ride is not None and mine is not None:
            ride.time = view.time
            self._part(person, ride, seconds)
        if person not in self.of:
            for candidate in rows:
                if _alike(view, row, candidate):
                    self._rides[person] = Ride(int(view.ids[candidate]), seconds, 0.0, view.time)
                    return

    def _part(self, person: int, ride: Ride, seconds: float) -> None:
        ride.apart_s += seconds
        if ride.apart_s > DISMOUNT_S:
            del self._rides[person]
            self.of.pop(person, None)

    @staticmethod
    def fits(view: View, persons: Ints, vehicles: Ints) -> Bools:
        """Which person sits where on which vehicle a rider would → (persons, vehicles) bool."""
        return Riders.seated(view.xyxy[persons], view.xyxy[vehicles])

    @staticmethod
    def seated(persons: Floats, vehicles: Floats) -> Bools:
        """The same of boxes (p, 4) and (v, 4) → (p, v) bool."""
        p, w = persons[:, None], vehicles[None]
        middle = (p[..., 0] + p[..., 2]) / 2
        aside = ASIDE * (w[..., 2] - w[..., 0])
        height = p[..., 3] - p[..., 1]
        return np.asarray(
            (middle > w[..., 0] - aside)
            & (middle < w[..., 2] + aside)
            & (p[..., 1] < w[..., 1] + 0.15 * (w[..., 3] - w[..., 1]))
            & (p[..., 3] > w[..., 1] + 0.1 * (w[..., 3] - w[..., 1]))
            & (p[..., 3] < w[..., 3] + 0.15 * height)
        )


def _alike(view: View, person: int, vehicle: int) -> bool:
    """Do both move, and as one?"""
    speed = view.speed[vehicle]
    apart = np.hypot(*(view.velocity[person] - view.velocity[vehicle]))
    return bool(speed > MOVING_MPS and apart < 0.35 * speed + 0.7)
