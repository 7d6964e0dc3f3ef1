"""READ FIRST: the run over a ward's live cameras."""

from __future__ import annotations

import contextlib
import queue
import time as clock
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import structlog

from pipeline import build
from pipeline.config import Camera, City
from pipeline.coverage import Coverage
from pipeline.errors import OutboxError
from pipeline.evidence import still
from pipeline.live.delivery import Delivery
from pipeline.live.fleet import Fleet
from pipeline.live.keeper import Keeper
from pipeline.live.meters import Meters
from pipeline.live.notify import notify
from pipeline.live.post import RATE_S, LiveFrame, Post, assignment, discard
from pipeline.live.reload import Change, CitySource
from pipeline.live.turns import Turns
from pipeline.stages import Detector
from pipeline.types import Event, Reason
from pipeline.wire import Provenance, encode

WAIT_S = 0.2
"""Longest sleep while no camera sends anything."""
TEND_S = 0.5
"""Between two looks at what does not depend on frames."""
STOP_S = 6.0
"""For writing what is still in memory, and for the sinks, at the end."""
log = structlog.get_logger()


class Ward:
    """Analyses the cameras of a city file until it is told to stop.

    One thread does it all: it takes what the readers say, feeds the detector the next frame of the camera whose turn
    it is, shows the answers to the lanes, and stores events before anything else happens with them.
    """

    def __init__(
        self, city: City, detector: Detector, provenance: Provenance, out: Path, changes: CitySource,
        root: Path | None = None, allowed: Callable[[], bool] = lambda: True,
    ) -> None:  # fmt: skip
        """`root`: events name evidence by its path from there; unset = from `out`. `allowed`: whether it may go on."""
        self.city = city
        self.meters = Meters()
        self._detector = detector
        self._provenance = provenance
        self._out = out
        self._root = root or out
        self._allowed = allowed
        self._changes = changes
        self._posts: dict[str, Post] = {}
        self._turns = Turns()
        self._inside = 0
        """Frames given to the detector and not answered yet."""
        self._tended = 0.0
        self._began = False
        self._stop: Reason | None = None

    def stop(self, reason: Reason = "stopped") -> None:
        """End gracefully; what is open is closed for `reason`. May be called by a signal handler or another thread."""
        self._stop = reason

    def run(self) -> None:
        """Returns once it was told to stop and all is safe. Raises `ModelError`, `OutboxError`."""
        with contextlib.ExitStack() as stack:
            self._delivery = stack.enter_context(Delivery(self.city, self._out))
            self._delivery.close_interrupted()
            self._coverage = stack.enter_context(contextlib.closing(
                Coverage(self._out / "coverage.sqlite", self.city.zone)))  # fmt: skip
            self._fleet = stack.enter_context(contextlib.closing(Fleet()))
            self._keeper = Keeper(self.city, self._out, self._root, self._fleet, self.meters, self._store)
            stack.callback(self._keeper.close)
            for camera in self.city.cameras:
                self._add(camera)
            self._began = True
            notify("READY=1")
            for frame, found in self._detector.detect(self._frames()):
                assert isinstance(frame, LiveFrame)
                self._inside -= 1
                self._analysed(frame, found)
            notify("STOPPING=1")
            self._end()

    # ---- what goes into the detector, and what comes out

    def _frames(self) -> Iterator[LiveFrame | None]:
        """The next frame of the camera whose turn it is; None where there is none, so that answers are given out."""
        while self._stop is None and self._allowed():
            self._listen()
            self._keeper.collect()
            self._tend()
            camera = self._turns.next()
            frame = self._posts[camera].take() if camera is not None else None
            if frame is not None and self._posts[frame.camera].fit:
                self._inside += 1
                yield frame
            elif camera is None:
                if self._inside:
                    yield None
                else:
                    self._listen(WAIT_S)

    def _analysed(self, frame: LiveFrame, found: Any) -> None:
        post = self._posts.get(frame.camera)
        if post is None or not self._allowed():
            return
        self._fleet.say(frame.camera, post.answer(frame, found))
        self._emit(post, post.step(frame, found), frame)
        self._coverage.look(frame.camera, frame.time)
        post.latency_s = clock.time() - frame.time
        self.meters.analysed(frame.camera, post.latency_s)

    # ---- what the readers say

    def _listen(self, wait_s: float = 0.0) -> None:
        """Take in all that was said; where nothing was, wait for it, at most so long."""
        with contextlib.suppress(queue.Empty):
            while True:
                camera, said, descriptors = self._fleet.inbox.get(wait_s > 0, wait_s or None)
                wait_s = 0.0
                post = self._posts.get(camera)
                if post is None:
                    discard(descriptors)
                else:
                    self._heard(post, said, descriptors)

    def _heard(self, post: Post, said: dict[str, Any], descriptors: list[int]) -> None:
        if "clip" in said:
            self._keeper.clip_came(said)
        elif not self._allowed():
            discard(descriptors)
        elif "layout" in said:
            self._new_epoch(post, said, descriptors[0])
        elif "frame" in said:
            if said["epoch"] == post.epoch:
                self._turns.ready(post.camera.id)
        elif "same" in said:
            if said["epoch"] == post.epoch and (held := post.again(said["same"], said["of"])) is not None:
                frame, events = held
                self._emit(post, events, frame)
                self._coverage.look(post.camera.id, said["same"])
        elif "counts" in said:
            post.heartbeat(said)
            self.meters.beat(post, said)
        elif "state" in said:
            self._new_state(post, said)
        elif "restarted" in said:
            post.blame(said["restarted"])
            self._emit(post, post.interrupt())
        elif "problems" in said:
            self._new_problems(post, said)

    def _new_epoch(self, post: Post, said: dict[str, Any], memory: int) -> None:
        now, first = clock.time(), post.epoch < 0
        why, gap_s = post.why, clock.monotonic() - post.pictured
        self._emit(post, post.interrupt())
        post.begin(said, memory)
        if not first:
            self.meters.restarted(post.camera.id)
            self._notify(post, post.notices.restarted(why or "unknown", gap_s, now))
        self._notify(post, post.notices.set("camera_offline", False, now, now))
        log.info("camera open", camera=post.camera.id, epoch=post.epoch, size=post.layout and post.layout.size)

    def _new_state(self, post: Post, said: dict[str, Any]) -> None:
        post.state = said["state"]
        if post.state != "failed":
            return
        if post.blame(said["why"]):
            log.warning("camera failed", camera=post.camera.id, why=said["why"])
        self.meters.failed(post.camera.id, bool(said.get("ended")))
        self._emit(post, post.interrupt())
        if said.get("ended"):
            self._keeper.give_up(post, "the camera's reader was lost")

    def _new_problems(self, post: Post, said: dict[str, Any]) -> None:
        """Unfit: rules hold, what was open is closed. Fit again: everything begins anew."""
        time, before = said["time"], post.problems
        post.problems = tuple(said["problems"])
        self.meters.problems(post.camera.id, post.problems)
        if post.problems and not before:
            self._emit(post, post.interrupt())
        seconds = (post.camera.health or self.city.health).seconds
        for problem in sorted({*before, *post.problems}):
            self._notify(post, post.notices.set(problem, problem in post.problems, time - seconds, time))

    # ---- events

    def _emit(self, post: Post, events: list[Event], frame: LiveFrame | None = None) -> None:
        """Store first; only then look for evidence, which is stored as an update."""
        lane = post.lane
        self._store(post, events)
        if frame is not None and lane is not None and not self._delivery.full:
            for event in filter(still.deserves, events):
                self._keeper.reached(post, lane, event, frame)

    def _notify(self, post: Post, events: list[Event]) -> None:
        self._store(post, events)
        for event in events:
            log.info("camera health", camera=post.camera.id, kind=event.kind, phase=event.phase, **dict(event.measures))

    def _store(self, post: Post, events: list[Event]) -> None:
        if not events:
            return
        self.meters.lost.inc(self._delivery.store([encode(event, post.origin) for event in events]))
        for event in events:
            self.meters.event(event)
            post.counts["events"] += event.revision == 0

    # ---- what does not depend on frames

    def _tend(self) -> None:
        now = clock.monotonic()
        if now - self._tended < TEND_S or not self._allowed():
            return
        self._tended = now
        notify("WATCHDOG=1")
        if self._fleet.failed is not None:
            raise self._fleet.failed
        self._delivery.tend()
        with contextlib.suppress(OutboxError):
            self._coverage.flush(now)
        for post in self._posts.values():
            self._tend_camera(post, now)
        self.meters.tended(self)
        self._keeper.tend()
        if (change := self._changes.poll(self.city)) is not None:
            self._change(change)

    def _tend_camera(self, post: Post, now: float) -> None:
        silent, wall = now - post.pictured, clock.time()
        limit = (post.camera.health or self.city.health).offline_s
        if silent >= limit:
            cause = {"cause": post.why or post.state}
            self._notify(post, post.notices.set("camera_offline", True, wall - silent, wall, cause))
        for trouble, (holds, measured) in (post.rates(now) or {}).items():
            self._notify(post, post.notices.set(trouble, holds, wall - RATE_S, wall, measured))
        self._coverage.look(post.camera.id, wall - 3.0, "lost" if post.fit else "unfit")

    def _change(self, change: Change) -> None:
        """Take another city file: only what it touches is touched."""
        for gone in change.removed:
            self._remove(gone)
        before, self.city = self.city, change.city
        self._provenance = self._provenance.model_copy(update={"config_sha256": change.sha256})
        known = {camera.id: camera for camera in before.cameras}
        for camera in change.city.cameras:
            if camera.id not in self._posts:
                self._add(camera)
                continue
            post = self._posts[camera.id]
            origin = build.origin(change.city, camera, self._provenance)
            if camera.id in change.redrawn:
                self._emit(post, post.interrupt("stopped"))
            post.redraw(change.city, camera, origin)
            self._turns.add(camera.id, camera.priority)
            asked = assignment(change.city, camera, str(self._out))
            if asked != assignment(before, known[camera.id], str(self._out)):
                self._keeper.give_up(post, "the camera's settings were changed")
                self._fleet.assign(asked)
        log.info("city file taken", **change.summary())

    def _add(self, camera: Camera) -> None:
        origin = build.origin(self.city, camera, self._provenance)
        self._posts[camera.id] = Post(self.city, camera, self._detector.names, origin)
        self._turns.add(camera.id, camera.priority)
        self._coverage.begin(camera.id, clock.time())
        self._fleet.assign(assignment(self.city, camera, str(self._out)))

    def _remove(self, camera: str) -> None:
        self._fleet.dismiss(camera)
        self._turns.remove(camera)
        post = self._posts.pop(camera)
        self._emit(post, post.interrupt("stopped"))
        self._notify(post, post.notices.close(clock.time(), "stopped"))
        self._keeper.give_up(post, "the camera was removed")
        self._coverage.end(camera, clock.time())
        self.meters.forget(camera)
        post.close()

    # ---- beginning and end

    def _end(self) -> None:
        reason = self._stop or "interrupted"
        for post in self._posts.values():
            self._emit(post, post.interrupt(reason))
            self._notify(post, post.notices.close(clock.time(), reason))
            self._coverage.end(post.camera.id, clock.time())
        end = clock.monotonic() + STOP_S
        self._keeper.flush()
        while self._keeper.waits and clock.monotonic() < end - STOP_S / 2:
            self._listen(WAIT_S)
            self._keeper.collect()
        self._delivery.settle(end - clock.monotonic())
        for post in self._posts.values():
            post.close()

    @property
    def posts(self) -> dict[str, Post]:
        return self._posts

    def clips_due(self, camera: str) -> int:
        """Clips of this camera that its reader is still to cut."""
        return self._keeper.due(camera) if self._began else 0

    def readers(self) -> dict[str, int]:
        """The process id of each camera's reader, where it has one."""
        return self._fleet.pids() if self._began else {}

    @property
    def tended(self) -> float:
        """When it last looked after its cameras, seconds of the process clock."""
        return self._tended

    @property
    def waiting_in_memory(self) -> int:
        """Alerts that the disk has not taken yet."""
        return self._delivery.in_memory if self._began else 0

    @property
    def refused(self) -> str | None:
        """Why the city file as it is now was not taken."""
        return self._changes.refused

    def waiting(self) -> dict[str, int]:
        """Messages in the outbox that each sink has not taken yet."""
        return self._delivery.waiting() if self._began else {}
