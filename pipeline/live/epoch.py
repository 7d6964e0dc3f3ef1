"""One epoch of a camera's stream: unbroken time stamps, one picture size."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from pipeline.gate import Gate, Repeats
from pipeline.live.assignment import Assignment
from pipeline.mailbox import Mailbox, Plane
from pipeline.streams.clock import CaptureClock, Stamp
from pipeline.streams.planes import Layout

DUTY_S = 60.0
"""A camera with a duty of 0.5 is analysed for half of every such period."""


class Epoch:
    """Samples the pictures, keeps back those that show nothing new, and puts the others into the mailbox."""

    def __init__(self, number: int, assignment: Assignment, layout: Layout) -> None:
        self.number = number
        self.layout = layout
        self.clock = CaptureClock(time.time(), time.monotonic(), assignment.stream.jump_s)
        self.mailbox = Mailbox.create(self.layout.room)
        self._fps = assignment.fps
        self._duty = assignment.duty
        self._gate = Gate(assignment.gate, self.layout.size, assignment.masks)
        self._slot = -1
        self._repeats = Repeats()
        self._lag = 0.0
        self._offset: float | None = None
        self.why: dict[str, int] = dict.fromkeys(("first", "motion", "refresh", "same"), 0)

    def introduction(self) -> dict[str, Any]:
        """What the ward must know of it; the mailbox's memory goes with it."""
        return {"epoch": self.number, "layout": asdict(self.layout), "room": self.layout.room}

    def over(self, width: int, height: int) -> str | None:
        """Why a picture of this size cannot belong to it, or None."""
        if (width, height) == self.layout.size:
            return None
        return f"size changed from {self.layout.width}×{self.layout.height} to {width}×{height}"

    def told(self, pts_s: float | None, stamp: Stamp, began: float | None) -> None:
        """Note how far behind the stream is, and how far off the camera's clock."""
        self._lag = max(self._lag, stamp.lag)
        if began is not None and pts_s is not None:
            self._offset = began + pts_s - stamp.time

    def due(self, taken: float) -> bool:
        """Whether the picture taken at `taken` is one of `fps` per second, in the camera's hours of duty."""
        slot = int(taken * self._fps + 0.01)
        if slot <= self._slot:
            return False
        self._slot = slot
        return self._duty >= 1 or taken % DUTY_S < self._duty * DUTY_S

    def judge(self, taken: float, received: float, planes: Sequence[Plane]) -> dict[str, Any] | None:
        """Pass the picture on if it deserves the detector; what to tell the ward, if anything."""
        number = self.mailbox.newest + 1
        why = self._gate.judge(taken, planes[0], number)
        self.why[why] += 1
        if why != "same":
            self._repeats.called(taken, why)
            self.mailbox.put(taken, received, planes)
            return {"frame": number, "epoch": self.number}
        if not self._repeats.due(taken):
            return None
        return {"same": taken, "of": number - 1, "epoch": self.number}

    def answered(self, said: dict[str, Any]) -> None:
        """What the detector found in a frame."""
        if said["epoch"] == self.number:
            boxes = np.array(said["boxes"], float).reshape(-1, 4)
            self._gate.answer(said["answer"], boxes, said["watched"])

    def beat(self) -> dict[str, Any]:
        lag, self._lag = self._lag, 0.0
        return {"lag_s": round(lag, 3), "offset_s": None if self._offset is None else round(self._offset, 3),
                "why": self.why}  # fmt: skip

    def close(self) -> None:
        self.mailbox.close()
