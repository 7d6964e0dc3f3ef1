"""Run a lane over recorded detections: tracker and rules, no video."""

from __future__ import annotations

from pathlib import Path

from pipeline import build
from pipeline.config import Camera, City
from pipeline.errors import InputError
from pipeline.recording import Recording, Writer
from pipeline.traffic import Passage, Traffic
from pipeline.wire import Message, encode

WHOLE_S = 60.0
"""A way that is longer is smoothed in pieces."""


def replay(
    city: City,
    camera: Camera,
    recording: Recording,
    tracks: Path | None = None,
    passages: list[Passage] | None = None,
) -> list[Message]:
    """The events of a recording, in order; with `tracks`, the tracks are written there too.

    `passages`, of a calibrated camera: a list to which the ways of all road users are added, each in one piece.
    Nothing is published: a replay answers a question.
    """
    size = build.frame_size(camera, recording.frame_size)
    provenance = build.provenance(city, "replay", "recorded", None, [recording.sha256()])
    origin = build.origin(city, camera, provenance)
    lane = build.lane(city, camera, recording.names, size)
    ways, scene = None, lane.scene
    if passages is not None and (matrix := build.homography(camera)) is not None:
        ways = Traffic(matrix, size, WHOLE_S)
    writer = None if tracks is None else Writer(tracks, tracks=True)
    messages = []
    try:
        for time, detections in recording:
            boxes, events = lane.step(time, detections)
            messages += [encode(event, origin) for event in events]
            if ways is not None and passages is not None:
                ways.advance(scene.view, scene.names, scene.riders.of, scene.backlog)
                passages += ways.passed
            if writer:
                writer.write(time, boxes, recording.names, camera.id)
    finally:
        if writer:
            writer.close()
    if ways is not None and passages is not None:
        passages += ways.finish()
    return messages + [encode(event, origin) for event in lane.close("end_of_input")]


def write(messages: list[Message], out: Path) -> None:
    """Write events as JSON Lines. Raises `InputError` where the file cannot be written."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(b"".join(message.body + b"\n" for message in messages))
    except OSError as exc:
        raise InputError(f"{out}: cannot be written: {exc.strerror}") from exc
