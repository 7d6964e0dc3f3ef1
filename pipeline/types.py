"""What flows between stages: frames, detections in canonical order, and events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import supervision as sv

Image = npt.NDArray[np.uint8]
"""Pixels, shape (height, width, 3), uint8, blue-green-red (OpenCV's order)."""
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

Severity = Literal["info", "notice", "alert"]
Phase = Literal["opened", "updated", "closed"]
Reason = Literal["end_of_input", "stopped", "interrupted"]
Topic = Literal["alerts", "traffic", "health"]
Measure = float | int | bool | str

COUNTED = ("count", "movement")
"""Kinds of events that measure traffic and claim nothing: never judged, and no part of a timeline."""
TENTATIVE = "tentative"
"""Column of `Detections.data`, shape (n,) bool: the tracker has not confirmed this track yet."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One sampled picture of one camera; its pixels are converted only when somebody asks."""

    camera: str
    epoch: int
    """Counts up whenever the stream starts anew; track ids mean nothing across epochs."""
    time: float
    """Capture time, UTC seconds, whole milliseconds."""
    size: tuple[int, int]
    """Width and height of the source picture, as a viewer sees it (rotation applied)."""
    pixels: Callable[[int, int], Image] = field(repr=False)
    """`pixels(width, height)` gives the picture stretched to that size, privacy masks blacked out."""


def milliseconds(time: float) -> int:
    """Seconds → whole milliseconds, the unit of every stored time.

    >>> milliseconds(1.0006)
    1001
    """
    return round(time * 1000)


def canonical(detections: sv.Detections, names: tuple[str, ...]) -> sv.Detections:
    """Round to 3 decimals and sort by (class name, x1, y1, x2, y2, confidence).

    The order in which a detector or a file lists the boxes of a frame then never matters. An empty
    frame comes back with all columns present.
    """
    if len(detections) == 0:
        return empty()
    xyxy = np.round(np.asarray(detections.xyxy, np.float64), 3)
    confidence = detections.confidence
    confidence = np.ones(len(xyxy)) if confidence is None else np.round(np.asarray(confidence, np.float64), 3)
    class_id = np.zeros(len(xyxy), np.int64) if detections.class_id is None else detections.class_id.astype(np.int64)
    rank = np.argsort(np.argsort(names))
    order = np.lexsort((confidence, xyxy[:, 3], xyxy[:, 2], xyxy[:, 1], xyxy[:, 0], rank[class_id]))
    return sv.Detections(xyxy=xyxy[order], confidence=confidence[order], class_id=class_id[order])


def empty() -> sv.Detections:
    """No boxes, with the columns every stage may rely on."""
    return sv.Detections(
        xyxy=np.empty((0, 4)), confidence=np.empty(0), class_id=np.empty(0, np.int64), tracker_id=np.empty(0, np.int64)
    )


@dataclass(frozen=True, slots=True)
class TrackBox:
    """One road user or object, as an event shows it at one instant."""

    id: int
    class_name: str
    xyxy: tuple[int, int, int, int]
    """Whole pixels of the source frame."""
    ground_m: tuple[float, float] | None = None
    """Metres on the camera's ground plane; None where the camera is not calibrated."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that shows what an event measured."""

    uri: str
    sha256: str
    started_at: float
    ended_at: float


@dataclass(frozen=True, slots=True)
class Gauge:
    """One measured value beside its threshold."""

    name: str
    value: float
    threshold: float
    at_least: bool = True
    """True: must reach the threshold to fire; False: must not pass it."""

    @property
    def met(self) -> bool:
        return self.value >= self.threshold if self.at_least else self.value <= self.threshold


@dataclass(frozen=True, slots=True)
class Reading:
    """How near one candidate is to an event of a rule, at one instant; made only when somebody asks to explain."""

    subject: tuple[float | int | str, ...]
    """Tells this candidate from others of the same rule and zone, over time."""
    zone: str
    tracks: tuple[int, ...]
    gauges: tuple[Gauge, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One phase of one finding, as a rule states it; `wire` adds where and under which run."""

    kind: str
    topic: Topic
    rule: str
    rule_sha256: str
    """Of the rule's settings: the same conduct under other settings is another event."""
    severity: Severity
    phase: Phase
    zone: str | None
    started_at: float
    """When the conduct began, UTC seconds."""
    time: float
    """When this phase was reached, UTC seconds."""
    identity: tuple[int | str, ...]
    """Tells it from others of the same rule, zone and start: its first box in whole pixels, else a name."""
    ended_at: float | None = None
    reason: Reason | None = None
    tracks: tuple[TrackBox, ...] = ()
    measures: Mapping[str, Measure] = field(default_factory=dict)
    summary: Mapping[str, str] = field(default_factory=dict)
    onvif_topic: str | None = None
    place_m: tuple[float, float] | None = None
    """Where on the camera's ground plane it happened, metres, where the rule knows better than that it was there."""
    evidence: tuple[Evidence, ...] = ()
    published: bool = True
    """False for a rule in shadow: stored, never delivered to a topic."""
    revision: int = 0
    """Counts the phases of one event from 0; set by the lane."""

    @property
    def key(self) -> tuple[Any, ...]:
        """Equal for all phases of one event of a camera."""
        return (self.rule, self.rule_sha256, self.kind, self.zone, milliseconds(self.started_at), self.identity)
