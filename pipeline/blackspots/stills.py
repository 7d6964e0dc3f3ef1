"""What typically happens at the first places: pictures of their gravest conflicts, taken from the evidence at hand."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import cv2
import duckdb
import numpy as np
import supervision as sv

from pipeline.blackspots.analyse import Found, Wanted
from pipeline.blackspots.incidents import OUTBOXES, listed, messages
from pipeline.errors import InputError
from pipeline.streams.decode import VideoFile
from pipeline.streams.file import FileStream
from pipeline.types import Image
from pipeline.wire import Data, EvidenceFile, decode, parse_timestamp

PLACES, EACH = 6, 2
"""So many places have pictures, and each at most so many."""
TRIED = 8
"""So many of a camera's conflicts are tried: some evidence is gone after a while."""
WIDTH = 480
"""Pixels: what happens can be seen, who it was and what is on a plate cannot."""
BLUR, WIDER = 21, 0.15
"""Kernel of the blur of all that the conflict is not about, pixels; and how much wider than its boxes is left clear."""
NEAR_S = 0.5
"""A picture may be so far from the moment."""


@dataclass(frozen=True, slots=True)
class Still:
    """One conflict at a place, as a JPEG."""

    place: int
    data: Data
    jpeg: bytes

    @property
    def uri(self) -> str:
        """For an `img` of a page that carries its pictures."""
        return "data:image/jpeg;base64," + base64.b64encode(self.jpeg).decode()


def typical(found: Found, wanted: Wanted) -> list[Still]:
    """Of the first places, in their order, the gravest conflicts whose evidence lies beside their events.

    Evidence is looked for where `events.jsonl` and outboxes lie; what is gone or cannot be read is left out.
    """
    made: list[Still] = []
    for place in found.ranking.order[:PLACES].tolist():
        cameras = found.places.sources[place]
        of_place = (still for path in wanted.events for still in _of_place(path, place, cameras, wanted.kinds))
        made += [still for still, _ in zip(of_place, range(EACH), strict=False)]
    return made


def _of_place(path: Path, place: int, cameras: Sequence[str], kinds: Sequence[str]) -> Iterator[Still]:
    if not cameras or path.suffix not in (".jsonl", *OUTBOXES):
        return
    for data in _gravest(path, cameras, kinds):
        for file in data.evidence:
            jpeg = _picture(path.parent / file.uri, file, data)
            if jpeg is not None:
                yield Still(place, data, jpeg)
                break


def _gravest(path: Path, cameras: Sequence[str], kinds: Sequence[str]) -> list[Data]:
    """Messages with evidence, one an event: those first in which least time was left."""
    left = "least(coalesce(ttc_s, 9), coalesce(pet_s, 9))"
    with duckdb.connect() as base:
        query = f"""
            SELECT arg_max(json, (json ->> '$.data.revision')::INT) FROM (
                SELECT json, (json ->> '$.data.measures.ttc_s')::DOUBLE AS ttc_s,
                    (json ->> '$.data.measures.pet_s')::DOUBLE AS pet_s FROM ({messages(base, path)})
            )
            WHERE json ->> '$.data.kind' IN ({listed(kinds)}) AND json ->> '$.data.camera' IN ({listed(cameras)})
                AND json_array_length(json -> '$.data.evidence') > 0
            GROUP BY json ->> '$.data.event_id'
            ORDER BY min({left}), max(json ->> '$.data.started_at') DESC LIMIT {TRIED}
        """
        return [decode(str(row[0]).encode()).data for row in base.execute(query).fetchall()]


def _picture(path: Path, file: EvidenceFile, data: Data) -> bytes | None:
    """A JPEG of the moment of an event, all that it is not about blurred; None where this file does not have it."""
    if ".annotated." in path.name or not path.exists():
        return None
    moment = parse_timestamp(data.started_at)
    if path.suffix == ".jpg":
        image = cv2.imread(str(path), cv2.IMREAD_COLOR) if abs(parse_timestamp(file.from_) - moment) <= NEAR_S else None
        return None if image is None else _drawn(np.asarray(image, np.uint8), data)
    try:
        stream = FileStream(VideoFile(path), data.camera, parse_timestamp(file.from_))
        with closing(stream):
            for frame in stream:
                if frame.time >= moment - 1e-3:
                    return _drawn(frame.pixels(*frame.size), data) if frame.time <= moment + NEAR_S else None
    except InputError:
        return None
    return None


def _drawn(image: Image, data: Data) -> bytes | None:
    scale = WIDTH / image.shape[1]
    size = (WIDTH, round(image.shape[0] * scale))
    image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    boxes = np.array([track.xyxy for track in data.tracks], float).reshape(-1, 4) * scale
    shown = np.asarray(cv2.GaussianBlur(image, (BLUR, BLUR), 0), np.uint8)
    for box in boxes:
        wider = np.tile(WIDER * (box[2:] - box[:2]), 2) * (-1, -1, 1, 1)
        (x1, y1), (x2, y2) = np.clip(np.round(box + wider).reshape(2, 2), 0, np.array(size)).astype(int).tolist()
        shown[y1:y2, x1:x2] = image[y1:y2, x1:x2]
    if len(boxes):
        marked = sv.Detections(xyxy=boxes, class_id=np.zeros(len(boxes), int))
        shown = np.asarray(sv.BoxAnnotator(color=sv.Color.RED, thickness=1).annotate(shown, marked), np.uint8)
    done, jpeg = cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, 80])
    return jpeg.tobytes() if done else None
