"""Tables of detections → tracks → events: one lane through all footage of a camera, without a video."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import supervision as sv

from pipeline import build
from pipeline.archive.store import Store
from pipeline.archive.timeline import Part
from pipeline.archive.tracks import TrackWriter, read_tracks
from pipeline.config import Camera, City
from pipeline.flow import Lane
from pipeline.types import Event, Ints, milliseconds


@dataclass(frozen=True, slots=True)
class Looked:
    """One frame, and what became true with it."""

    part: Part
    time: float
    """UTC seconds."""
    done_s: float
    """Of the camera's footage, up to this frame."""
    events: list[Event]
    lane: Lane


def judge(parts: Sequence[Part], camera: Camera, city: City, store: Store) -> Iterator[Looked]:
    """Show a camera's footage to its rules, frame by frame; the last `Looked` of an epoch has what the end closed.

    Files whose table is missing are left out. Tracks that were made from these tables before are taken as they are;
    others are kept for the next time. Raises `InputError` where a table is damaged, `OutboxError` where the disk takes
    none.
    """
    done = 0.0
    for epoch in dict.fromkeys(part.epoch for part in parts):
        mine = [part for part in parts if part.epoch == epoch and store.has(camera, part.footage.digest)]
        if mine:
            yield from _epoch(mine, camera, city, store, done)
        done += sum(part.footage.seconds - part.skip_s for part in parts if part.epoch == epoch)


def _epoch(parts: Sequence[Part], camera: Camera, city: City, store: Store, done: float) -> Iterator[Looked]:
    lane = build.lane(city, camera, store.names, parts[0].footage.size)
    path = store.tracks(camera, parts)
    frames = _known(parts, lane, store, camera) if path.exists() else _tracked(parts, lane, store, camera)
    looked: Looked | None = None
    for part, time, events in frames:
        looked = Looked(part, time, done + _since(parts, part, time), events, lane)
        yield looked
    if looked is not None:
        yield replace(looked, events=lane.close("end_of_input"))


def _since(parts: Sequence[Part], part: Part, time: float) -> float:
    before = parts[: parts.index(part)]
    return sum(p.footage.seconds - p.skip_s for p in before) + time - part.footage.start - part.skip_s


def _tracked(
    parts: Sequence[Part], lane: Lane, store: Store, camera: Camera
) -> Iterator[tuple[Part, float, list[Event]]]:
    writer = TrackWriter(store.tracks(camera, parts), camera.id, store.names)
    try:
        for part, time, found in _detected(parts, store, camera):
            tracks, events = lane.step(time, found)
            writer.write(time, tracks)
            yield part, time, events
    except BaseException:
        writer.discard()
        raise
    writer.close()


def _known(
    parts: Sequence[Part], lane: Lane, store: Store, camera: Camera
) -> Iterator[tuple[Part, float, list[Event]]]:
    part, later = parts[0], list(parts[1:])
    for time, tracks in read_tracks(store.tracks(camera, parts), store.names):
        while later and time >= part.footage.end:
            part = later.pop(0)
        yield part, time, lane.show(time, tracks)


def _detected(parts: Sequence[Part], store: Store, camera: Camera) -> Iterator[tuple[Part, float, sv.Detections]]:
    """The frames of all files in order, each once. Class names differ from table to table: each names what it holds."""
    last = -1
    for part in parts:
        table = store.read(camera, part.footage.digest)
        to: Ints = np.array([store.names.index(name) for name in table.names], np.int64)
        for since, found in table:
            stamp = milliseconds(part.footage.start + since)
            if stamp <= last or since < part.skip_s:
                continue  # in the file before, too
            last = stamp
            if found.class_id is not None and len(found):
                found.class_id = to[found.class_id]
            yield part, stamp / 1000, found
