"""A street told as a play: who walks, rides, stands, carries and leaves what, where and when, in metres and seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import numpy as np

from pipeline.types import Bools, Floats


@dataclass(frozen=True, slots=True)
class Body:
    """The upright block a road user or thing fills, metres; `length_m` lies along its heading."""

    class_name: str
    length_m: float
    width_m: float
    height_m: float


BODIES = {
    body.class_name: body
    for body in (
        Body("person", 0.4, 0.5, 1.7),
        Body("bicycle", 1.7, 0.5, 1.05),
        Body("motorcycle", 1.9, 0.7, 1.1),
        Body("car", 4.3, 1.8, 1.5),
        Body("truck", 7.0, 2.4, 3.0),
        Body("bus", 11.0, 2.5, 3.1),
        Body("dog", 0.8, 0.3, 0.55),
        Body("backpack", 0.35, 0.3, 0.5),
        Body("handbag", 0.35, 0.2, 0.3),
        Body("suitcase", 0.45, 0.3, 0.65),
        Body("object", 0.6, 0.5, 0.5),
    )
}
SEAT_Z_M = 0.35
"""So high above the ground are the feet of somebody who rides a two-wheeler."""
HAND_Z_M = 0.4
REACH_M = 1.6


@dataclass(frozen=True, slots=True)
class Carried:
    """From `start` to `end` somebody or something is where `host` is, plus an offset."""

    start: float
    end: float
    host: Actor
    offset: tuple[float, float, float]


class Actor:
    """One person, vehicle, animal or thing, and its whole story.

    Every verb happens at the actor's own `time`, moves that forward, and returns the actor, so a story reads as a
    sentence: `street.person(0, -8, 12).walk(2, 12).wait(70).walk(9, 12).leave()`. The ground is flat: x runs along
    the street to the right, y away from the camera.
    """

    def __init__(self, body: Body, time: float, x: float, y: float, heading_deg: float = 0.0) -> None:
        self.body = body
        self.heading_deg = heading_deg
        self.keys: list[tuple[float, float, float]] = [(time, x, y)]
        self.shown: list[list[float]] = [[time, np.inf]]
        self.carried: list[Carried] = []
        self._held: list[Actor] = []
        self._seat: Actor | None = None
        self._hidden = False

    @property
    def time(self) -> float:
        """When the story told so far ends."""
        return self.keys[-1][0]

    @property
    def place(self) -> tuple[float, float]:
        return self.keys[-1][1:]

    def walk(self, x: float, y: float, speed: float = 1.3) -> Self:
        """Go straight to (x, y) at `speed` m/s; whatever is carried or led comes along. Vehicles drive so, too."""
        return self._go(x, y, np.hypot(x - self.place[0], y - self.place[1]) / speed)

    drive = walk

    def wait(self, seconds: float) -> Self:
        return self._go(*self.place, seconds)

    def until(self, time: float) -> Self:
        """Stay in place until `time`; does nothing when that has passed."""
        return self.wait(max(time - self.time, 0.0))

    def leave(self) -> Self:
        """Out of the camera's sight from now on (a door, a corner), with all that is carried, led or ridden."""
        for actor in self._party():
            actor.shown[-1][1] = min(actor.shown[-1][1], self.time)
        return self

    def appear(self, time: float, x: float, y: float) -> Self:
        """Come into sight again, the same person, at `time` and place, with all that left with him unhidden."""
        if self.shown[-1][0] == time == self.time:
            return self  # somebody on the same two-wheeler has said so
        if time <= self.time:
            raise ValueError(f"appear: time must be later than {self.time}, got {time}")
        for actor in self._party():
            actor.keys += [(time - 1e-3, *actor.place), (time, x, y)]
            if not actor._hidden:
                actor.shown.append([time, np.inf])
        return self

    def hide(self, actor: Actor) -> Self:
        """What is carried can no longer be seen (under a coat, in a sack) until it is put down or given."""
        actor.shown[-1][1] = min(actor.shown[-1][1], self.time)
        actor._hidden = True
        return self

    def take(self, item: Actor, offset: tuple[float, float, float] = (0.3, -0.2, HAND_Z_M)) -> Self:
        """Pick an item up, or an animal; from now on it goes where the actor goes."""
        self._within_reach(item)
        item._leave_holder(self.time)
        item._wait_for(self.time)
        item.carried.append(Carried(self.time, np.inf, self, offset))
        self._held.append(item)
        return self

    def lead(self, animal: Actor) -> Self:
        """Take an animal on the leash: it walks beside the actor."""
        return self.take(animal, (0.8, -0.3, 0.0))

    def put(self, item: Actor, dx: float = 0.4, dy: float = -0.3) -> Self:
        """Set down what is carried, dx and dy metres from the actor's feet; or tie an animal there."""
        self._let_go(item)
        item.keys += [(self.time - 1e-3, *item.place), (self.time, self.place[0] + dx, self.place[1] + dy)]
        return self

    def give(self, item: Actor, to: Actor) -> Self:
        """Hand over what is carried to somebody who stands close by at this time."""
        to.until(self.time)
        self.until(to.time)
        self._let_go(item)
        item.keys += [(self.time - 1e-3, *item.place), (self.time, *self.place)]
        to.take(item)
        return self

    def mount(self, vehicle: Actor) -> Self:
        """Sit down on a two-wheeler close by, as driver or behind the driver."""
        self._within_reach(vehicle)
        vehicle._wait_for(self.time)
        self._go(*vehicle.place, 1.0)
        vehicle._wait_for(self.time)
        riders = sum(vehicle is carried.host and carried.end == np.inf for carried in vehicle._riders())
        self.carried.append(Carried(self.time, np.inf, vehicle, (-0.35 * riders, 0.0, SEAT_Z_M)))
        vehicle._held.append(self)
        self._seat = vehicle
        return self

    def ride(self, x: float, y: float, speed: float = 7.0, end_speed: float | None = None) -> Self:
        """Drive the mounted two-wheeler straight to (x, y), changing evenly from `speed` to `end_speed` (m/s)."""
        vehicle = self._mounted()
        vehicle._wait_for(self.time)
        x0, y0 = vehicle.place
        v1 = speed if end_speed is None else end_speed
        distance = float(np.hypot(x - x0, y - y0))
        total = 2 * distance / (speed + v1)
        steps = 1 if v1 == speed else 16
        for i in range(1, steps + 1):
            t = total * i / steps
            share = (speed * t + (v1 - speed) * t * t / (2 * total)) / distance if distance else 1.0
            vehicle._go(x0 + share * (x - x0), y0 + share * (y - y0), total / steps)
        return self

    def dismount(self, dx: float = 0.0, dy: float = -0.8) -> Self:
        """Step down and stand dx, dy metres from the two-wheeler, which stays where it is."""
        vehicle = self._mounted()
        vehicle._wait_for(self.time)
        vehicle._let_go(self)
        self.keys += [(vehicle.time, vehicle.place[0] + dx, vehicle.place[1] + dy)]
        self._seat = None
        return self

    def push(self, vehicle: Actor, x: float, y: float, speed: float = 1.0) -> Self:
        """Walk to (x, y) beside a two-wheeler and wheel it along."""
        self.take(vehicle, (0.0, 0.5, 0.0)).walk(x, y, speed)
        return self.put(vehicle, 0.0, 0.5)

    def _riders(self) -> list[Carried]:
        return [carried for held in self._held for carried in held.carried]

    def _mounted(self) -> Actor:
        if self._seat is None:
            raise ValueError("mount a two-wheeler first")
        return self._seat

    def _within_reach(self, other: Actor) -> None:
        x, y, _ = other.where(np.array([self.time]))[0]
        gap = float(np.hypot(self.place[0] - x, self.place[1] - y))
        if gap > REACH_M:
            raise ValueError(f"{other.body.class_name} must be within {REACH_M} m, is {gap:.1f} m away")

    def _wait_for(self, time: float) -> None:
        if time > self.time:
            self._go(*self.place, time - self.time)

    def _let_go(self, item: Actor) -> None:
        self._held.remove(item)
        last = item.carried[-1]
        item.carried[-1] = Carried(last.start, self.time, last.host, last.offset)
        if item._hidden:
            item._hidden = False
            item.shown.append([self.time, np.inf])

    def _leave_holder(self, time: float) -> None:
        """Whoever takes a thing out of another's hands at `time` ends what that hand was told of it for later."""
        holder = self.carried[-1].host if self.carried and self.carried[-1].end == np.inf else None
        if holder is None:
            return
        holder._held.remove(self)
        last = self.carried[-1]
        self.carried[-1] = Carried(last.start, time, last.host, last.offset)
        x, y, _ = holder.where(np.array([time]))[0]
        self.keys = [key for key in self.keys if key[0] < time] + [(time, float(x), float(y))]
        if self.shown[-1][1] > time:
            self.shown[-1][1] = np.inf

    def _party(self) -> list[Actor]:
        """The actor, the two-wheeler under him, and all that either carries."""
        party = [self._seat or self]
        for actor in party:
            party += actor._held
        return party

    def _go(self, x: float, y: float, seconds: float) -> Self:
        if seconds > 0:
            self.keys.append((self.time + seconds, x, y))
            for held in self._held:
                held.keys.append((self.time, x, y))
                held._follow()
        return self

    def _follow(self) -> None:
        for held in self._held:
            held.keys.append(self.keys[-1])
            held._follow()

    def sample(self, times: Floats) -> Floats:
        """Where the actor is at each of `times` (T,) → (T, 3) of x, y, z metres, NaN while out of sight."""
        at = self.where(times)
        at[~self.in_sight(times)] = np.nan
        return at

    def in_sight(self, times: Floats) -> Bools:
        """Whether the actor can be seen at each of `times` (T,), were the picture boundless → (T,) bool."""
        seen = np.any([(times >= start) & (times < end) for start, end in self.shown], axis=0)
        for part in self.carried:
            while_carried = (times >= part.start) & (times < part.end)
            if while_carried.any():
                seen[while_carried] &= part.host.in_sight(times[while_carried])
        return np.asarray(seen, bool)

    def where(self, times: Floats) -> Floats:
        """Where the actor is at each of `times` (T,) → (T, 3) of x, y, z metres, in sight or not."""
        keys = np.array(self.keys)
        at = np.stack([np.interp(times, keys[:, 0], keys[:, i]) for i in (1, 2)] + [np.zeros(len(times))], axis=1)
        for part in self.carried:
            while_carried = (times >= part.start) & (times < part.end)
            if while_carried.any():
                at[while_carried] = part.host.where(times[while_carried]) + part.offset
        return at


@dataclass(frozen=True, slots=True)
class Expected:
    """What a careful human would report of the play: truth."""

    kind: str
    zone: str | None
    start: float
    end: float


@dataclass(slots=True)
class Street:
    """A play: actors, places on the ground, and what a careful human would report of it.

    `seconds` is how long the camera watches; `rng` varies a story from seed to seed.
    """

    seconds: float
    rng: np.random.Generator
    actors: list[Actor] = field(default_factory=list)
    zones: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    """Polygons on the ground, metres, by name. A play without any has the zone `all`: the whole picture."""
    lines: dict[str, tuple[tuple[float, float], tuple[float, float]]] = field(default_factory=dict)
    directions: dict[str, tuple[tuple[float, float], tuple[float, float]]] = field(default_factory=dict)
    """Lawful travel in a zone, by its name: an arrow on the ground, metres."""
    truth: list[Expected] = field(default_factory=list)

    def person(self, time: float, x: float, y: float) -> Actor:
        return self.add("person", time, x, y)

    def add(self, class_name: str, time: float, x: float, y: float, heading_deg: float = 0.0) -> Actor:
        """A new actor of any class of `BODIES`, in sight from `time` on at (x, y)."""
        actor = Actor(BODIES[class_name], time, x, y, heading_deg)
        self.actors.append(actor)
        return actor

    def expect(self, kind: str, start: float, end: float, zone: str | None = None) -> None:
        """A rule of this kind should report something that began at `start` and ended at `end` seconds."""
        self.truth.append(Expected(kind, zone, start, end))
