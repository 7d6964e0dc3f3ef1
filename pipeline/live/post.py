"""One camera as the ward sees it: its epoch, its lane, the last answer, and what is wrong with it."""

from __future__ import annotations

import os
import time as clock
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import supervision as sv

from pipeline import build
from pipeline.config import Camera, City
from pipeline.flow import Lane
from pipeline.gate import living
from pipeline.live.assignment import Assignment
from pipeline.live.epoch import DUTY_S
from pipeline.live.notices import Notices
from pipeline.mailbox import Letter, Mailbox
from pipeline.streams.decode import black_out
from pipeline.streams.planes import Layout
from pipeline.types import Event, Frame, Image, Reason
from pipeline.wire import Origin

WHYS = 6
"""Different causes that are noted until the camera is back."""
RATE_S = 10.0
"""Rates are judged over so long."""
LOW = 0.6
"""A camera that gives less than this part of the pictures that are wanted of it sends too few."""
SHED = 0.1
"""When more than this part of what deserves the detector is replaced before its turn, the box is overloaded."""
CLOCK_S = 5.0
"""A camera's clock that is off by more is told; it decides nothing here, but it is burnt into the picture."""


@dataclass(frozen=True, slots=True)
class LiveFrame(Frame):
    """A frame from a mailbox."""

    number: int = 0
    received: float = 0.0
    """When it had come, seconds of the process clock."""


class Post:
    """Used by the ward's main thread alone."""

    def __init__(self, city: City, camera: Camera, names: tuple[str, ...], origin: Origin) -> None:
        self.camera = camera
        self.origin = origin
        self.notices = Notices(camera.health or city.health)
        self.places = build.places(camera)
        self.lane: Lane | None = None
        self.layout: Layout | None = None
        self.mailbox: Mailbox | None = None
        self.epoch = -1
        self.state = "starting"
        self.whys: dict[str, None] = {}
        """What went wrong since it last sent pictures, each cause once."""
        self.problems: tuple[str, ...] = ()
        self.beat: dict[str, Any] = {}
        self.counts: Counter[str] = Counter()
        self.latency_s = 0.0
        """From capture to stored, of the last frame."""
        self.pictured = clock.monotonic()
        """When the camera last sent pictures, seconds of the process clock; at first, when it was begun with."""
        self._city = city
        self._names = names
        self._living = living(names)
        self._answer: tuple[int, sv.Detections, LiveFrame] | None = None
        self._shown_at = -np.inf
        self._marks: tuple[float, int, int, int] | None = None

    @property
    def fit(self) -> bool:
        return not self.problems

    @property
    def why(self) -> str:
        """All that went wrong since it last sent pictures."""
        return "; ".join(self.whys)

    def blame(self, why: str) -> bool:
        """Note what went wrong; says whether that is new. Some are enough."""
        new = why not in self.whys
        if new and len(self.whys) < WHYS:
            self.whys[why] = None
        return new

    def begin(self, said: dict[str, Any], memory: int) -> None:
        """A new epoch: another mailbox, and nothing known of who was there before."""
        self.epoch, self.layout = said["epoch"], Layout(**said["layout"])
        if self.mailbox is not None:
            self.counts["dropped"] += self.mailbox.dropped
            self.mailbox.close()
        self.mailbox = Mailbox(memory, said["room"])
        self._answer, self._shown_at = None, -np.inf
        self._marks = None  # an outage is no low rate
        self.state, self.whys, self.pictured = "open", {}, clock.monotonic()

    def redraw(self, city: City, camera: Camera, origin: Origin) -> None:
        """Other zones or rules from the next frame on; the reader goes on."""
        self._city, self.camera, self.origin, self.places = city, camera, origin, build.places(camera)

    def heartbeat(self, said: dict[str, Any]) -> None:
        """A sign of life of the reader, with what it counted."""
        if said["counts"]["pictures"] != self.beat.get("counts", {}).get("pictures"):
            self.pictured, self.state = clock.monotonic(), "open"
        self.beat = said

    def rates(self, now: float) -> dict[str, tuple[bool, dict[str, float]]] | None:
        """Every `RATE_S`: which troubles of rate and clock hold, with what was measured; None in between.

        `now` is seconds of the process clock.
        """
        counts = self.beat.get("counts", {})
        marks = (now, counts.get("sampled", 0), counts.get("sent", 0), self.dropped)
        if self._marks is None or marks[1] < self._marks[1]:
            self._marks = marks  # the first look, or another reader's counts
            return None
        passed, sampled, sent, dropped = (a - b for a, b in zip(marks, self._marks, strict=True))
        if passed < (RATE_S if self.camera.duty >= 1 else DUTY_S):
            return None
        self._marks = marks
        wanted, offset = self.camera.analyse_fps * self.camera.duty, self.beat.get("offset_s") or 0.0
        shed = dropped / max(1, sent)
        return {
            "low_rate": (self.state == "open" and sampled / passed < LOW * wanted,
                         {"fps": sampled / passed, "wanted_fps": wanted}),
            "overloaded": (shed > SHED, {"shed_share": shed}),
            "clock_wrong": (abs(offset) > CLOCK_S, {"offset_s": offset}),
        }  # fmt: skip

    def take(self) -> LiveFrame | None:
        """The newest frame, if there is one that was not taken."""
        letter = None if self.mailbox is None else self.mailbox.take()
        if letter is None or self.layout is None:
            return None
        layout, masks = self.layout, self.camera.privacy_masks

        def pixels(width: int, height: int, letter: Letter = letter) -> Image:
            return black_out(layout.picture(letter.data).pixels(width, height), masks)

        return LiveFrame(self.camera.id, self.epoch, letter.time, layout.size, pixels, letter.number, letter.received)

    def step(self, frame: LiveFrame, found: sv.Detections) -> list[Event]:
        """Show the lane what the detector found; a camera unfit to be believed is not listened to."""
        if frame.epoch != self.epoch or not self.fit or frame.time <= self._shown_at:
            return []
        self._answer = (frame.number, found, frame)
        self.counts["analysed"] += 1
        return self._show(frame.time, found)

    def again(self, time: float, number: int) -> tuple[LiveFrame, list[Event]] | None:
        """Nothing changed since frame `number`, up to `time`: its answer holds. That frame, as it was taken then, and
        what became true; None where it is not the last one.
        """
        if self._answer is None or self._answer[0] != number or not self.fit or time <= self._shown_at:
            return None
        self.counts["same"] += 1
        _, found, frame = self._answer
        return frame, self._show(time, found)

    def answer(self, frame: LiveFrame, found: sv.Detections) -> dict[str, Any]:
        """What the reader's gate is told of the detector's answer."""
        watched = found.class_id is not None and bool(self._living[np.asarray(found.class_id, np.int64)].any())
        boxes = np.round(np.asarray(found.xyxy, float)[:64]).astype(int).tolist()
        return {"answer": frame.number, "epoch": frame.epoch, "boxes": boxes, "watched": watched}

    def interrupt(self, reason: Reason = "interrupted") -> list[Event]:
        """Close what is open: what comes next is not known to be the same road users."""
        lane, self.lane, self._answer = self.lane, None, None
        return [] if lane is None else lane.close(reason)

    @property
    def dropped(self) -> int:
        """Frames that were replaced in the mailbox before their turn came."""
        return self.counts["dropped"] + (self.mailbox.dropped if self.mailbox is not None else 0)

    @property
    def tracks(self) -> int:
        """Road users and objects in view."""
        return 0 if self.lane is None else len(self.lane.scene.ids)

    def close(self) -> None:
        if self.mailbox is not None:
            self.mailbox.close()
            self.mailbox = None

    def _show(self, time: float, found: sv.Detections) -> list[Event]:
        assert self.layout is not None
        if self.lane is None:
            self.lane = build.lane(self._city, self.camera, self._names, self.layout.size)
        self._shown_at = time
        _, events = self.lane.step(time, found)
        return events


def assignment(city: City, camera: Camera, folder: str) -> Assignment:
    """What this camera's reader is told."""
    source = "" if camera.source is None else camera.source.get_secret_value()
    return Assignment(
        camera=camera.id, source=source, fps=camera.analyse_fps, duty=camera.duty, masks=camera.privacy_masks,
        stream=camera.stream or city.stream, gate=camera.gate or city.gate, health=camera.health or city.health,
        evidence=city.evidence, folder=folder,
    )  # fmt: skip


def discard(descriptors: list[int]) -> None:
    """Close what came with a message that nobody wants."""
    for descriptor in descriptors:
        os.close(descriptor)
