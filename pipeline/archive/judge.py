"""Tables of detections → events: one lane through all footage of a camera, without a video."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import supervision as sv

from pipeline import build
from pipeline.archive.store import Store
from pipeline.archive.timeline import Part
from pipeline.config import Camera, City
from pipeline.flow import Lane
from pipeline.scene import Scene
from pipeline.types import Event, Ints, empty, milliseconds


@dataclass(frozen=True, slots=True)
class Looked:
    """One frame, and what became true with it."""

    part: Part
    time: float
    """UTC seconds."""
    done_s: float
    """Of the camera's footage, up to this frame."""
    tracks: sv.Detections
    names: tuple[str, ...]
    events: list[Event]
    lane: Lane

    @property
    def scene(self) -> Scene:
        return self.lane.scene


def judge(parts: Sequence[Part], camera: Camera, city: City, store: Store) -> Iterator[Looked]:
    """Show a camera's footage to its rules, frame by frame; the last `Looked` of an epoch has what the end closed.

    Files whose table is missing are left out. Class names may differ from file to file (a table names what it holds),
    so a lane knows those of its whole epoch.
    """
    done = 0.0
    for epoch in dict.fromkeys(part.epoch for part in parts):
        mine = [part for part in parts if part.epoch == epoch and store.has(camera, part.footage.digest)]
        if mine:
            yield from _epoch(mine, camera, city, store, done)
        done += sum(part.footage.seconds - part.skip_s for part in parts if part.epoch == epoch)


def _epoch(parts: Sequence[Part], camera: Camera, city: City, store: Store, done: float) -> Iterator[Looked]:
    names = tuple(sorted({name for part in parts for name in store.read(camera, part.footage.digest).names}))
    lane = build.lane(city, camera, names, parts[0].footage.size)
    last = -1
    looked: Looked | None = None
    for part in parts:
        table = store.read(camera, part.footage.digest)
        to: Ints = np.array([names.index(name) for name in table.names], np.int64)
        for since, found in table:
            stamp = milliseconds(part.footage.start + since)
            if stamp <= last or since < part.skip_s:
                continue  # in the file before, too
            last = stamp
            if found.class_id is not None and len(found):
                found.class_id = to[found.class_id]
            tracks, events = lane.step(stamp / 1000, found)
            looked = Looked(part, stamp / 1000, done + since - part.skip_s, tracks, names, events, lane)
            yield looked
        done += part.footage.seconds - part.skip_s
    if looked is not None:
        yield replace(looked, tracks=empty(), events=lane.close("end_of_input"))
