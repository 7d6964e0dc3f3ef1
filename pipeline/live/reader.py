"""Reads one camera, in a process of its own: whatever hangs or crashes in it is this camera's affair."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from pipeline.errors import InputError, OutboxError, redact
from pipeline.evidence import clip
from pipeline.evidence.ring import Ring
from pipeline.health import Health
from pipeline.live import backoff
from pipeline.live.assignment import Assignment
from pipeline.live.epoch import Epoch
from pipeline.live.link import Link
from pipeline.streams.planes import Layout
from pipeline.streams.receive import Received, Receiver, seconds

BEAT_S = 1.0
"""Between two signs of life."""
GRACE_S = 2.0
"""A sign of life may be so late; then the ward kills the reader and starts another."""
STEADY_S = 10.0
"""A stream that lasted so long was no failed attempt."""
NEAR_S = 1.0
"""The last packets may be so much older than the moment: they were the last."""
STEP_S = 1.0
"""The machine's clock was set by more than this: times begin anew."""


class Reader:
    """Opens the camera again and again, for good; passes on what deserves it, and cuts the clips it is asked for."""

    def __init__(self, assignment: Assignment, link: Link, epoch: int) -> None:
        """`epoch` is the number of the first epoch."""
        self._assignment = assignment
        self._link = link
        self._number = epoch
        self._health = Health(assignment.health)
        self._ring = Ring(assignment.evidence.ring_s, round(assignment.evidence.ring_mb * 2**20))
        self._lock = threading.Lock()
        """Of the ring and the clips wanted: they are cut by whoever is not stuck."""
        self._wanted: list[dict[str, Any]] = []
        self._answers: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._epoch: Epoch | None = None
        self._beaten = 0.0
        self._behind_since: float | None = None
        self.counts = dict.fromkeys(("packets", "bytes", "pictures", "sampled", "sent", "damaged", "skipped"), 0)

    def run(self) -> None:
        threading.Thread(target=self._obey, daemon=True).start()
        stream, attempt = self._assignment.stream, 0
        self._say({"problems": [], "time": time.time()})  # whatever another reader of this camera thought
        while True:
            self._say({"state": "opening"}, stream.open_s)
            begun = time.monotonic()
            why = self._read()
            attempt = 0 if time.monotonic() - begun > STEADY_S else attempt
            wait_s = backoff.delay(attempt, stream.retry_s, stream.retry_most_s)
            attempt += 1
            self._say({"state": "failed", "why": why, "again_s": round(wait_s, 3)}, wait_s)
            time.sleep(wait_s)

    def _read(self) -> str:
        """One connection, from its beginning to its end; says why it ended."""
        try:
            with contextlib.closing(Receiver(self._assignment.source, self._assignment.stream)) as receiver:
                self._say({"state": "connected", "codec": receiver.codec}, self._assignment.stream.stall_s)
                with self._lock:
                    self._ring.begin(receiver.stream)
                for received in receiver:
                    self._take(receiver, received)
        except InputError as exc:
            return str(exc).removeprefix(f"{redact(self._assignment.source)}: ")
        finally:
            self._end_epoch()
            for want in list(self._wanted):  # what was to come after the moment does not come any more
                self._cut(want)
        return "the stream ended"

    def _take(self, receiver: Receiver, received: Received) -> None:
        counts, packet = self.counts, received.packet
        counts["packets"] += 1
        counts["bytes"] += packet.size
        counts["damaged"], counts["skipped"] = receiver.damaged, receiver.skipped
        for picture in received.pictures:
            counts["pictures"] += 1
            pts_s = seconds(picture)
            if self._epoch is not None and (cause := self._epoch.over(picture.width, picture.height)):
                self._end_epoch(cause)
            epoch = self._epoch or self._begin_epoch(picture)
            stamp = epoch.clock.stamp(pts_s, received.received)
            if stamp is None:
                self._end_epoch("time stamps jumped")
                epoch = self._begin_epoch(picture)
                stamp = epoch.clock.stamp(pts_s, received.received)
                assert stamp is not None
            self._keep_up(stamp.lag)
            epoch.told(pts_s, stamp, receiver.began)
            if epoch.due(stamp.time):
                self._sample(epoch, picture, stamp.time, received.received)
        if self._epoch is not None:
            self._remember(self._epoch, received)
        self._beat()

    def _sample(self, epoch: Epoch, picture: Any, taken: float, received: float) -> None:
        while not self._answers.empty():
            epoch.answered(self._answers.get())
        self.counts["sampled"] += 1
        planes = epoch.layout.planes(picture)
        if self._health.due(taken):
            before = self._health.problems
            if self._health.look(taken, planes[0]) != before:
                self._say({"problems": self._health.problems, "time": taken})
        said = epoch.judge(taken, received, planes)
        if said is not None:
            self.counts["sent"] += "frame" in said
            self._say(said)

    def _begin_epoch(self, picture: Any) -> Epoch:
        epoch = Epoch(self._number, self._assignment, Layout.of(picture))
        self._number += 1
        self._epoch = epoch
        self._say(epoch.introduction(), None, epoch.mailbox.descriptor)
        return epoch

    def _end_epoch(self, cause: str | None = None) -> None:
        if self._epoch is not None:
            self._epoch.close()
            self._epoch = None
            if cause:
                self._say({"restarted": cause})

    def _keep_up(self, lag: float) -> None:
        """What stays far behind never comes back by itself: a new connection begins with now."""
        limit = self._assignment.stream.lag_s
        if lag < limit:
            self._behind_since = None
        elif self._behind_since is None:
            self._behind_since = time.monotonic()
        elif time.monotonic() - self._behind_since > limit:
            self._behind_since = None
            raise InputError(f"{redact(self._assignment.source)}: stays {lag:.1f} s behind")

    def _remember(self, epoch: Epoch, received: Received) -> None:
        taken = epoch.clock.of(received.pts_s, received.received)
        with self._lock:
            self._ring.add(received.packet, taken)
            due = [want for want in self._wanted if want["to"] <= taken]
        for want in due:
            self._cut(want)

    def _cut(self, want: dict[str, Any]) -> None:
        """Write a clip of what the ring holds, and say so."""
        with self._lock:
            if want not in self._wanted:
                return  # the other thread was faster
            self._wanted.remove(want)
            kept = self._ring.between(want["from"], want["to"])
        said = {"clip": want["clip"]}
        try:
            if not kept or not kept[0].time <= want["moment"] <= kept[-1].time + NEAR_S:
                raise OutboxError("the camera's last packets do not show it")
            made = clip.write(kept, Path(self._assignment.folder) / want["name"])
        except OutboxError as exc:
            self._say({**said, "failed": str(exc)})
            return
        self._say({**said, "name": want["name"], "sha256": made.sha256, "payload_sha256": made.payload_sha256,
                   "packets": made.packets, "from": made.started_at, "to": made.ended_at})  # fmt: skip

    def _beat(self) -> None:
        now = time.monotonic()
        if now - self._beaten < BEAT_S:
            return
        self._beaten = now
        beat: dict[str, Any] = {"counts": self.counts, "ring_bytes": self._ring.bytes}
        if self._epoch is not None:
            if abs(time.time() - self._epoch.clock.utc(now)) > STEP_S:
                self._end_epoch("the clock of this machine was set")
            else:
                beat |= self._epoch.beat()
        self._say(beat, self._assignment.stream.stall_s)

    def _say(self, said: dict[str, Any], within_s: float | None = None, *descriptors: int) -> None:
        """Tell the ward; `within_s` is when the next sign of life will come at the latest."""
        if within_s is not None:
            said = {**said, "within_s": within_s + GRACE_S}
        if not self._link.say(said, *descriptors):
            os._exit(0)  # the ward is gone

    def _obey(self) -> None:
        """In its own thread, so that a reader that is stuck in a library can still be asked for its clips."""
        while (heard := self._link.hear()) is not None:
            said, _ = heard
            if "clip" in said:
                with self._lock:
                    self._wanted.append(said)
            elif "flush" in said:
                for want in list(self._wanted):
                    self._cut(want)
                self._say({"flushed": True})
            else:
                self._answers.put(said)
        os._exit(0)


def main(assignment: dict[str, Any], link: Link) -> None:
    """What a forked reader does until it is killed."""
    cv2.setNumThreads(1)
    np.seterr(all="ignore")
    Reader(Assignment.model_validate(assignment["assignment"]), link, assignment["epoch"]).run()
