"""The five interfaces a frame passes; an implementation is chosen by name in `kinds.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import supervision as sv

from pipeline.types import Event, Frame, Reading, Reason

if TYPE_CHECKING:
    from pipeline.scene import Scene
    from pipeline.wire import Message


@runtime_checkable
class Stream(Protocol):
    """Where frames come from. Iterated once, by one thread, which it may block."""

    size: tuple[int, int]
    """Width and height of the source picture, known before the first frame."""

    def __iter__(self) -> Iterator[Frame]:
        """Yield sampled frames with strictly increasing times.

        A damaged frame is skipped and counted, never raised. `InputError` ends this camera, not the run.
        """
        ...

    def close(self) -> None:
        """Let go of the source. May be called twice, and while frames are still held elsewhere."""
        ...


@runtime_checkable
class Detector(Protocol):
    """Finds objects in the frames of any number of cameras; shared by all lanes."""

    names: tuple[str, ...]
    """Class names; `class_id` of a detection indexes them."""
    precision: str
    """What the runtime calculates in, e.g. bf16; part of every event's provenance."""

    def detect(self, frames: Iterable[Frame | None]) -> Iterator[tuple[Frame, sv.Detections]]:
        """Give each frame back with its detections, in the order the frames came.

        Takes as many frames ahead as keep the runtime busy. None among the frames means that there is none now: what
        was taken ahead is given back without waiting for more. Boxes are pixels of `frame.size`. Raises `ModelError`,
        which is everyone's failure. Stops when `frames` does, with nothing left inside.
        """
        ...

    def close(self) -> None:
        """Free the runtime. May be called twice."""
        ...


@runtime_checkable
class Tracker(Protocol):
    """Gives the detections of one camera their track ids; each lane has its own."""

    def update(self, time: float, detections: sv.Detections) -> sv.Detections:
        """Return the same rows with `tracker_id`, -1 where a row belongs to no track.

        `time` is media time in seconds and increases from call to call, by any step. Called with an empty frame
        too. Never mutates its input. A row of a track not yet confirmed may be marked in the column `tentative`.
        """
        ...


@runtime_checkable
class Rule(Protocol):
    """Turns what a camera's scene shows into events. Pure: same scenes in, same events out."""

    def judge(self, scene: Scene) -> Sequence[Event]:
        """Called once for every analysed frame, after the scene was advanced to it."""
        ...

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        """Close what is open because the input ends. Called once, last."""
        ...

    def readings(self, scene: Scene) -> Sequence[Reading]:
        """What is measured now against which threshold, per candidate. Called after `judge`, only to explain."""
        ...


@runtime_checkable
class Sink(Protocol):
    """Takes stored events away. Runs in its courier's thread, which it may block for seconds."""

    name: str

    def deliver(self, messages: Sequence[Message]) -> int:
        """Deliver in order and return how many, counted from the first, are safely there.

        Raises `SinkError` when none can be taken now, `SinkRefusal` when the first one never will be. The rest is
        offered again later, so a message may come twice.
        """
        ...

    def close(self) -> None:
        """Let go of the connection. Nothing undelivered is waited for: it stays in the outbox."""
        ...
