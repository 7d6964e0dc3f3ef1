"""Looks on while a lane runs: who came how near to an event of which rule, and which event came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from pipeline import build, geometry
from pipeline.config import Camera, City
from pipeline.evaluate.candidate import Candidate, Firing, Key, Watch
from pipeline.evaluate.nearness import begun, nearness
from pipeline.flow import Lane
from pipeline.recording import Recording
from pipeline.scene import Scene
from pipeline.types import Event, Gauge, Reading
from pipeline.wire import event_id

ABSENT = "absent_s"
"""A candidate that ends over this gauge is watched for its return, so that the whole absence can be told."""
AWAITED = 256
"""So many returns are waited for at once."""


def steps(city: City, camera: Camera, recording: Recording) -> Iterator[tuple[Lane, list[Event]]]:
    """The camera's lane after each frame of the recording, with the events of that frame; last, those of its end."""
    size = build.frame_size(camera, recording.frame_size)
    lane = build.lane(city, camera, recording.names, size)
    for time, rows in recording:
        yield lane, lane.step(time, rows)[1]
    yield lane, lane.close("end_of_input")


class Trace:
    """Asks every rule for its readings after each step; keeps the nearest misses within a range, and all events.

    Memory does not grow with the footage but for the events: of what did not fire, `keep` are kept per rule and place.
    """

    def __init__(self, city: City, camera: Camera, keep: int, start: float, end: float) -> None:
        """`start` and `end`: the range in which misses count, UTC seconds."""
        self.watches: list[Watch] = []
        self.firings: dict[str, Firing] = {}
        self._city = city
        self._camera = camera
        self._keep = keep
        self._range = (start, end)
        self._open: dict[Key, Candidate] = {}
        self._away: dict[tuple[str, str, tuple[int, ...]], Candidate] = {}
        self._time = float("-inf")

    def run(self, recording: Recording) -> None:
        """Look at a whole recording."""
        for lane, events in steps(self._city, self._camera, recording):
            if not self.watches:
                self.watches = watches(self._city, self._camera, lane)
            if lane.scene.time != self._time:
                self._look(lane.scene)
            for event in events:
                self._fired(event)
        for watch in self.watches:
            watch.candidates = self._nearest([*watch.candidates, *self._still_open(watch)])

    def _look(self, scene: Scene) -> None:
        before, self._time = self._time, scene.time
        in_range = self._range[0] <= scene.time <= self._range[1]
        measured = set()
        for watch in self.watches:
            if in_range:
                _count(watch, scene)
            for reading in watch.judge.readings(scene):
                if reading.tracks or begun(reading.gauges):
                    measured.add(self._take(watch, reading, before, in_range))
        for key in [key for key in self._open if key not in measured]:
            self._end(self._open.pop(key))

    def _take(self, watch: Watch, reading: Reading, before: float, in_range: bool) -> Key:
        key = (watch.rule, watch.zone, reading.subject)
        known = self._open.get(key)
        if known is None:
            known = self._open[key] = Candidate(*key, self._time, self._time, reading.gauges)
            self._returned(known, reading.tracks, before)
        known.last, known.last_at = reading.gauges, self._time
        for gauge in reading.gauges:
            if gauge.met:
                known.met_since.setdefault(gauge.name, self._time)
            else:
                known.met_since.pop(gauge.name, None)
        near = nearness(reading.gauges) if in_range and begun(reading.gauges) else -1.0
        if near > known.nearness:
            known.nearness, known.best, known.best_at = near, reading.gauges, self._time
            known.tracks, known.fell = reading.tracks, None
        elif known.fell is None and known.best:
            known.fell = _fall(known.best, reading.gauges, self._time)
        known.tracks = known.tracks or reading.tracks
        return key

    def _returned(self, new: Candidate, tracks: tuple[int, ...], before: float) -> None:
        """Who ended by an absence is a candidate again: now it is known how long the absence was."""
        gone = self._away.pop((new.rule, new.zone, tracks), None)
        if gone is not None:
            # As rules count: up to half-way between the last frame without and the first one with them.
            longer = (max(before, gone.last_at) + self._time) / 2 - gone.last_at
            gone.is_back = True
            gone.last = tuple(
                Gauge(g.name, g.value + longer, g.threshold, g.at_least) if g.name == ABSENT else g for g in gone.last
            )

    def _end(self, candidate: Candidate) -> None:
        candidate.ended = True
        if any(gauge.name == ABSENT and not gauge.met for gauge in candidate.last):
            self._away[candidate.rule, candidate.zone, candidate.tracks] = candidate
            while len(self._away) > AWAITED:
                del self._away[next(iter(self._away))]
        self._settle(candidate)

    def _settle(self, candidate: Candidate) -> None:
        if candidate.nearness < 0 or self._has_fired(candidate):
            return
        for watch in self.watches:
            if (watch.rule, watch.zone) == (candidate.rule, candidate.zone):
                watch.candidates = self._nearest([*watch.candidates, candidate])

    def _still_open(self, watch: Watch) -> list[Candidate]:
        return [
            candidate
            for candidate in self._open.values()
            if (candidate.rule, candidate.zone) == (watch.rule, watch.zone)
            and candidate.nearness >= 0
            and not self._has_fired(candidate)
        ]

    def _has_fired(self, candidate: Candidate) -> bool:
        """Within the range, or before it."""
        return any(self.firings[name].first.time <= self._range[1] for name in candidate.fired)

    def _nearest(self, candidates: list[Candidate]) -> list[Candidate]:
        return sorted(candidates, key=lambda c: (-c.nearness, c.best_at, c.first_at, str(c.subject)))[: self._keep]

    def _fired(self, event: Event) -> None:
        name = event_id(event, self._camera.id)
        known = self.firings.get(name)
        if known is not None:
            known.phases.append(event)
            return
        firing = self.firings[name] = Firing(name, [event])
        firing.candidate = self._candidate(event)
        if firing.candidate is not None:
            firing.candidate.fired.append(name)
            firing.gauges, firing.reached = firing.candidate.last, dict(firing.candidate.met_since)

    def _candidate(self, event: Event) -> Candidate | None:
        """Of what is measured now, that which became the event: by its start, else by whom both name."""
        named = {track.id for track in event.tracks}
        mine = [c for c in self._open.values() if (c.rule, c.zone) == (event.rule, event.zone)]
        shared = {c.key: (c.subject[0] == event.started_at, len(named & set(c.tracks))) for c in mine}
        mine = [c for c in mine if any(shared[c.key]) or isinstance(c.subject[0], str)]
        return max(mine, key=lambda c: (*shared[c.key], nearness(c.last), -c.first_at), default=None)


def watches(city: City, camera: Camera, lane: Lane) -> list[Watch]:
    """The rules of a lane, by name and place."""
    size = np.array(lane.scene.frame_size, float)
    shapes = {
        name: geometry.polygon([tuple(corner) for corner in (np.array(zone.polygon) * size).tolist()])
        for name, zone in camera.zones.items()
    }
    return [
        Watch(rule, zone, city.rules[rule], judge, shapes.get(zone))
        for (rule, zone), judge in zip(build.placed(camera), lane.rules, strict=True)
    ]


def is_awake(settings: Any, scene: Scene) -> bool:
    """Is it an hour in which a rule with these settings looks?"""
    hours = getattr(settings, "active_hours", None)
    return hours is None or hours.contains(scene.local)


def _count(watch: Watch, scene: Scene) -> None:
    watch.frames += 1
    if is_awake(watch.settings, scene):
        here = scene.of(tuple(watch.settings.classes))
        watch.awake += 1
        watch.seen += bool(here.any())
        watch.inside += watch.shape is not None and bool((here & scene.inside(watch.shape)).any())


def _fall(best: Sequence[Gauge], now: Sequence[Gauge], time: float) -> tuple[Gauge, float] | None:
    """The first gauge that must grow and has lost more than half of what it had."""
    had = {gauge.name: gauge.value for gauge in best if gauge.at_least}
    return next(((gauge, time) for gauge in now if gauge.value < had.get(gauge.name, 0.0) / 2), None)
