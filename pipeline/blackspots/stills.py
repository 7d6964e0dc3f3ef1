"""What typically happens at the first places: pictures of their gravest conflicts, taken from the evidence at hand."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
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
    first = found.ranking.order[:PLACES].tolist()
    cameras = sorted({camera for place in first for camera in found.places.sources[place]})
    told = [(path.parent, data) for path in wanted.events for data in _gravest(path, cameras, wanted.kinds)]
    made: list[Still] = []
    for place in first:
        own = ((root, data) for root, data in told if data.camera in found.places.sources[place])
        shown = (Still(place, data, jpeg) for root, data in own if (jpeg := _shown(root, data)) is not None)
        made += islice(shown, EACH)
    return made


def _shown(root: Path, data: Data) -> bytes | None:
    """The first of an event's evidence that shows its moment."""
    return next((jpeg for file in data.evidence if (jpeg := _picture(root / file.uri, file, data)) is not None), None)


def _gravest(path: Path, cameras: Sequence[str], kinds: Sequence[str]) -> list[Data]:
    """Messages with evidence, one an event and `TRIED` a camera: those first in which least time was left."""
    if not cameras or path.suffix not in (".jsonl", *OUTBOXES):
        return []
    with duckdb.connect() as base:
        query = f"""
            WITH told AS (
                SELECT json, json ->> '$.data.camera' AS camera, json ->> '$.data.event_id' AS event,
                    json ->> '$.data.started_at' AS began, (json ->> '$.data.revision')::INT AS revision,
                    least(coalesce((json ->> '$.data.measures.ttc_s')::DOUBLE, 9),
                        coalesce((json ->> '$.data.measures.pet_s')::DOUBLE, 9)) AS left_s
                FROM ({messages(base, path)})
                WHERE json ->> '$.data.kind' IN ({listed(kinds)}) AND json ->> '$.data.camera' IN ({listed(cameras)})
                    AND json_array_length(json -> '$.data.evidence') > 0
                QUALIFY row_number() OVER (PARTITION BY event ORDER BY revision DESC) = 1
            )
            SELECT json FROM told QUALIFY row_number() OVER (PARTITION BY camera ORDER BY left_s, began DESC) <= {TRIED}
            ORDER BY left_s, began DESC
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
