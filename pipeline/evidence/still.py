"""The picture at the moment an event was reached: as the camera saw it, and with what the rule measured drawn in."""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np
import supervision as sv

from pipeline.errors import OutboxError, OutboxFull
from pipeline.evidence.files import FULL, part_of, seal
from pipeline.geometry import Points
from pipeline.scene import Scene
from pipeline.types import Event, Evidence, Floats, Frame, Image

QUALITY = 90
LATE_S = 0.5
"""What a picture shows is no older."""
BLUR = 31
"""Pixels."""


def deserves(event: Event) -> bool:
    """The moment an event is reached; counts and crossings (`info`) would be a picture for every passer-by."""
    return event.severity != "info" and (event.revision == 0 or event.phase == "updated")


def shows(event: Event, frame: Frame) -> bool:
    """Is this the moment of the event? What becomes true of a moment gone by is not in the picture any more."""
    return event.time >= frame.time - LATE_S


def cut(
    event: Event, event_id: str, frame: Frame, zones: dict[str, Points], folder: Path, root: Path, others: Floats
) -> list[Evidence]:
    """Write `<event_id>.<revision>.jpg` (clean) and `….annotated.jpg` into `folder`, and say what they are.

    `zones` are polygons or lines in 0..1 by name; addresses are relative to `root`; `others` (n, 4) are boxes that are
    blurred in the annotated picture. Raises `OutboxError` where the disk does not take them.
    """
    clean = frame.pixels(*frame.size)
    first, second = _paths(event, event_id, folder)
    return [
        _store(first, root, clean, frame.time),
        _store(second, root, annotate(clean.copy(), event, zones, others), frame.time),
    ]


def kept(event: Event, event_id: str, folder: Path, root: Path) -> list[Evidence]:
    """The stills of an event that an earlier run cut; none where they are not both there."""
    paths = _paths(event, event_id, folder)
    if not all(path.exists() for path in paths):
        return []
    return [_evidence(path, root, path.read_bytes(), event.time) for path in paths]


def bystanders(event: Event, scene: Scene) -> Floats:
    """Boxes (n, 4) of the people in view whom the event is not about."""
    about = np.isin(scene.ids, [track.id for track in event.tracks])
    return np.asarray(scene.xyxy[scene.of(("person",)) & ~about], float).reshape(-1, 4)


def annotate(image: Image, event: Event, zones: dict[str, Points], others: Floats) -> Image:
    """Blur the `others`, and draw the event's zone, its tracks and its English sentence into `image`."""
    image = blur(image, others)
    if event.zone in zones:
        points = np.round(np.asarray(zones[event.zone]) * (image.shape[1], image.shape[0])).astype(np.int32)
        cv2.polylines(image, [points], len(points) > 2, (0, 200, 255), 2, cv2.LINE_AA)
    if event.tracks:
        boxes = sv.Detections(
            xyxy=np.array([track.xyxy for track in event.tracks], float),
            class_id=np.zeros(len(event.tracks), int),
            tracker_id=np.array([track.id for track in event.tracks]),
        )
        labels = [f"{track.class_name} #{track.id}" for track in event.tracks]
        image = sv.BoxAnnotator(color=sv.Color.RED).annotate(image, boxes)
        image = sv.LabelAnnotator(color=sv.Color.RED).annotate(image, boxes, labels)
    return banner(image, [plain(event.summary.get("en", event.kind))])


def blur(image: Image, boxes: Floats) -> Image:
    """Nobody in these boxes (n, 4) is known by what is left."""
    return sv.BlurAnnotator(kernel_size=BLUR).annotate(image, sv.Detections(xyxy=boxes)) if len(boxes) else image


def banner(image: Image, lines: list[str]) -> Image:
    """Write lines of text on a dark strip along the bottom."""
    scale = max(0.4, image.shape[1] / 1600)
    step = round(34 * scale)
    top = max(0, image.shape[0] - step * len(lines) - 6)
    image[top:] //= 3
    for i, line in enumerate(lines):
        at = (8, top + step * (i + 1) - round(8 * scale))
        cv2.putText(image, line, at, cv2.FONT_HERSHEY_SIMPLEX, scale, (255, 255, 255), 1, cv2.LINE_AA)
    return image


def plain(text: str) -> str:
    """What OpenCV's fonts can draw."""
    return text.replace("“", "'").replace("”", "'").encode("ascii", "replace").decode()


def _store(path: Path, root: Path, image: Image, time: float) -> Evidence:
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    try:
        if not done:
            raise OSError("the picture cannot be encoded")
        path.parent.mkdir(parents=True, exist_ok=True)
        part_of(path).write_bytes(data.tobytes())
        seal(path)
    except OSError as exc:
        part_of(path).unlink(missing_ok=True)
        error = OutboxFull if exc.errno in FULL else OutboxError
        raise error(f"{path}: evidence cannot be written: {exc.strerror or exc}") from exc
    return _evidence(path, root, data.tobytes(), time)


def _paths(event: Event, event_id: str, folder: Path) -> tuple[Path, Path]:
    stem = f"{event_id}.{event.revision}"
    return folder / f"{stem}.jpg", folder / f"{stem}.annotated.jpg"


def _evidence(path: Path, root: Path, data: bytes, time: float) -> Evidence:
    return Evidence(path.relative_to(root).as_posix(), hashlib.sha256(data).hexdigest(), time, time)
