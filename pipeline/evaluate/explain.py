"""Why an event fired, and why none did: a recording is judged again, which gives the same events, and watched."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from pipeline.config import Camera, City
from pipeline.errors import ConfigError, InputError
from pipeline.evaluate.candidate import Candidate, Firing, Watch
from pipeline.evaluate.follow import Followed, follow
from pipeline.evaluate.trace import Trace
from pipeline.recording import Recording

NEAREST = 3
"""So many near misses are told of each rule in each place."""
BEFORE_S, AFTER_S = 5.0, 5.0
"""So much around a candidate's life is shown, so that one sees it come and go."""
MANY = 8
_ID = re.compile(r"[0-9a-f-]{4,36}")


@dataclass(frozen=True, slots=True)
class Fired:
    """An event, and what was measured of it over time."""

    firing: Firing
    followed: Followed


@dataclass(frozen=True, slots=True)
class Missed:
    """What came near to an event between `start` and `end` (UTC seconds), by rule and place."""

    start: float
    end: float
    recorded: tuple[float, float]
    """First and last frame of the recording."""
    watches: list[Watch]
    firings: list[Firing] = field(default_factory=list)
    """Events that were open at some time in the range, and those that came of a near miss after it."""

    def of(self, watch: Watch) -> list[Firing]:
        """The events of one rule in one place that began, or were open, in the range."""
        return [
            firing
            for firing in self.firings
            if (firing.first.rule, firing.first.zone) == (watch.rule, watch.zone) and firing.first.time <= self.end
        ]

    def later(self, candidate: Candidate) -> Firing | None:
        """The event that a candidate became after the range."""
        return next((firing for firing in self.firings if firing.id in candidate.fired), None)


def why(city: City, camera: Camera, recording: Recording, prefix: str) -> Fired:
    """Look for the event whose id begins with `prefix`, and follow what became it.

    Raises:
        ConfigError: it is no id, or several events begin so.
        InputError: the recording gives no such event.
    """
    wanted = prefix.lower()
    if not _ID.fullmatch(wanted):
        raise ConfigError(f"EVENT_ID: must be an event's id or 4 or more characters of its beginning, got {prefix!r}")
    trace = Trace(city, camera, keep=0, start=float("-inf"), end=float("inf"))
    trace.run(recording)
    found = [firing for name, firing in trace.firings.items() if name.startswith(wanted)]
    if not found:
        raise InputError(f"the recording gives camera {camera.id} no event {prefix}; {_listed(trace.firings.values())}")
    if len(found) > 1:
        raise ConfigError(f"EVENT_ID: {len(found)} events begin with {prefix}: {_listed(found)}")
    firing = found[0]
    candidate = firing.candidate
    begin = firing.first.started_at if candidate is None else min(candidate.first_at, firing.first.started_at)
    tracks = {track.id for track in firing.first.tracks} | set(() if candidate is None else candidate.tracks)
    keys = [] if candidate is None else [candidate.key]
    return Fired(firing, follow(city, camera, recording, keys, tracks, begin - BEFORE_S, firing.until + AFTER_S))


def why_not(city: City, camera: Camera, recording: Recording, start: float, end: float) -> Missed:
    """Look for what came nearest to an event between `start` and `end`, UTC seconds."""
    trace = Trace(city, camera, NEAREST, start, end)
    trace.run(recording)
    near = {name for watch in trace.watches for candidate in watch.candidates for name in candidate.fired}
    told = [
        firing
        for firing in trace.firings.values()
        if firing.id in near or (firing.first.time <= end and firing.until >= start)
    ]
    return Missed(start, end, span(recording), trace.watches, told)


def followed(city: City, camera: Camera, recording: Recording, missed: Missed) -> list[tuple[Candidate, Followed]]:
    """The near misses over time, for charts."""
    nearest = [candidate for watch in missed.watches for candidate in watch.candidates]
    if not nearest:
        return []
    tracks = {track for candidate in nearest for track in candidate.tracks}
    begin = min(candidate.first_at for candidate in nearest) - BEFORE_S
    end = max(candidate.last_at for candidate in nearest) + AFTER_S
    keys = [candidate.key for candidate in nearest]
    seen = follow(city, camera, recording, keys, tracks, begin, end)
    return [(candidate, _part(seen, candidate)) for candidate in nearest]


def span(recording: Recording) -> tuple[float, float]:
    """First and last frame, UTC seconds."""
    if not len(recording):
        raise InputError("the recording has no frame; a frame without detections is a row with only its time")
    return float(recording.times[0]), float(recording.times[-1])


def _part(seen: Followed, candidate: Candidate) -> Followed:
    start, end = candidate.first_at - BEFORE_S, candidate.last_at + AFTER_S
    paths = {
        track: points
        for track in candidate.tracks
        if (points := [point for point in seen.paths.get(track, []) if start <= point[0] <= end])
    }
    return replace(seen, start=start, end=end, samples={candidate.key: seen.samples[candidate.key]}, paths=paths)


def _listed(firings: Iterable[Firing]) -> str:
    known = [f"{firing.id} ({firing.first.kind})" for firing in firings]
    if not known:
        return "it gives none at all"
    more = f" and {len(known) - MANY} more" if len(known) > MANY else ""
    return f"there are {', '.join(known[:MANY])}{more}"
