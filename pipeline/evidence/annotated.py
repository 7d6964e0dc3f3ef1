"""A copy of a clip for showing around: who the event is about is marked, everybody else is blurred."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import supervision as sv

from pipeline.evidence.still import banner, blur, plain
from pipeline.geometry import Points
from pipeline.stages import Detector, Tracker
from pipeline.streams.decode import VideoFile, VideoWriter
from pipeline.streams.file import FileStream
from pipeline.types import Floats, Image, Ints
from pipeline.wire import CloudEvent, parse_timestamp

LOOKED_FPS = 12.5
"""So many pictures a second the detector looks at; boxes in between are interpolated."""
STAYS_S = 1.0
"""A person is blurred so long before the detector first saw him, and after it last did."""
WIDER = 0.15
"""Of its size, on each side: a box follows its person not quite."""
SAME = 0.3
"""Overlap (intersection over union) from which a box is that of the event."""
NEAR_S = 0.5
"""The picture of the moment may be so far off."""


@dataclass(frozen=True, slots=True)
class Course:
    """Where one track was: times (n,), UTC seconds, and boxes (n, 4), pixels."""

    person: bool
    times: Floats
    boxes: Floats

    def at(self, time: float, lasting_s: float) -> Floats | None:
        """Its box then, also so long before it came and after it went."""
        if not self.times[0] - lasting_s <= time <= self.times[-1] + lasting_s:
            return None
        return np.array([np.interp(time, self.times, side) for side in self.boxes.T])


def copy(
    clip: Path, began: float, event: CloudEvent, detector: Detector, tracker: Tracker,
    places: Mapping[str, Points], masks: Sequence[Points], to: Path, hide: bool = True,
) -> tuple[int, int]:  # fmt: skip
    """Write `to`, and return how many tracks are marked and how many people are blurred.

    `began`: UTC seconds of the clip's first picture. `places` and `masks` (polygons in 0..1) are the camera's, as they
    were. Where the people of the event are not found again all are blurred. `hide=False` blurs nobody. A person whom
    the detector never sees is not blurred: look before you pass it on. Raises `InputError` or `ModelError`.
    """
    courses = _follow(clip, began, detector, tracker)
    about = _about(courses, event) if event.data.tracks else set()
    others = [course for track, course in courses.items() if course.person and track not in about] if hide else []
    place = places.get(event.data.zone or "")
    stream = FileStream(VideoFile(clip), event.data.camera, began, None, masks)
    with closing(stream), VideoWriter(to, stream.size, 25) as writer:
        for frame in stream:
            time = frame.time
            hidden = [box for course in others if (box := course.at(time, STAYS_S)) is not None]
            shown = blur(frame.pixels(*stream.size), _wide(hidden, stream.size))
            if place is not None:
                shown = _outline(shown, place)
            for track in sorted(about):
                if (box := courses[track].at(time, 0.0)) is not None:
                    marked = sv.Detections(xyxy=box[None], class_id=np.zeros(1, int))
                    shown = sv.BoxAnnotator(color=sv.Color.RED).annotate(shown, marked)
            writer.write(time - began, banner(shown, [plain(event.data.summary.get("en", event.data.kind))]))
    return len(about), len(others)


def _follow(clip: Path, began: float, detector: Detector, tracker: Tracker) -> dict[int, Course]:
    """Everybody's course through the clip, by track."""
    stream = FileStream(VideoFile(clip), "clip", began, LOOKED_FPS)
    times: dict[int, list[float]] = defaultdict(list)
    boxes: dict[int, list[Floats]] = defaultdict(list)
    people: dict[int, int] = defaultdict(int)
    with closing(stream):
        for frame, found in detector.detect(stream):
            tracked = tracker.update(frame.time, found)
            ids, classes = np.asarray(tracked.tracker_id, np.int64), np.asarray(tracked.class_id, np.int64)
            for row in np.flatnonzero(ids >= 0):
                track = int(ids[row])
                times[track].append(frame.time)
                boxes[track].append(np.asarray(tracked.xyxy[row], float))
                people[track] += detector.names[classes[row]] == "person"
    return {track: Course(people[track] > 0, np.array(times[track]), np.array(boxes[track])) for track in times}


def _about(courses: Mapping[int, Course], event: CloudEvent) -> set[int]:
    """The tracks of the clip that are those of the event."""
    moment = parse_timestamp(event.time)
    there = {t: box for t, course in courses.items() if (box := course.at(moment, NEAR_S)) is not None}
    if not there:
        return set()
    ids: Ints = np.array(list(there), np.int64)
    meant = np.array([track.xyxy for track in event.data.tracks], float)
    overlap = sv.box_iou_batch(meant, np.array(list(there.values())))
    return {int(ids[best]) for row, best in enumerate(overlap.argmax(axis=1)) if overlap[row, best] >= SAME}


def _wide(boxes: list[Floats], size: tuple[int, int]) -> Floats:
    """Somewhat larger boxes, inside the picture."""
    stacked = np.array(boxes, float).reshape(-1, 4)
    margin = WIDER * np.tile(stacked[:, 2:] - stacked[:, :2], 2)
    wide = np.clip(stacked + margin * (-1, -1, 1, 1), 0, np.tile(size, 2))
    return np.asarray(wide[(wide[:, 2:] - wide[:, :2] >= 1).all(axis=1)], float)


def _outline(image: Image, place: Points) -> Image:
    points = np.round(np.asarray(place) * (image.shape[1], image.shape[0])).astype(np.int32)
    return np.asarray(cv2.polylines(image, [points], len(points) > 2, (0, 200, 255), 2, cv2.LINE_AA), np.uint8)
