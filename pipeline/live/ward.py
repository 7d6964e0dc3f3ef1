"""READ FIRST: the run over a ward's live cameras."""

from __future__ import annotations

import contextlib
import queue
import threading
import time as clock
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog

from pipeline import build
from pipeline.config import Camera, City
from pipeline.coverage import Coverage
from pipeline.errors import OutboxConflict, OutboxError, OutboxFull
from pipeline.evidence import still
from pipeline.evidence.ledger import Ledger
from pipeline.evidence.retention import expire
from pipeline.flow import Lane
from pipeline.live.fleet import Fleet
from pipeline.live.meters import Meters
from pipeline.live.notify import notify
from pipeline.live.post import RATE_S, LiveFrame, Post, assignment, discard
from pipeline.live.reload import Change, Changes
from pipeline.live.turns import Turns
from pipeline.sinks.courier import Courier
from pipeline.sinks.intake import Intake
from pipeline.sinks.outbox import Outbox
from pipeline.stages import Detector
from pipeline.types import Event, Evidence
from pipeline.wire import Provenance, encode, event_id, interrupted, timestamp

WAIT_S = 0.2
"""Longest sleep while no camera sends anything."""
TEND_S = 0.5
"""Between two looks at what does not depend on frames."""
EXPIRE_S = 3600.0
"""Between two looks for evidence whose time is over."""
STOP_S = 6.0
"""For writing what is still in memory, and for the sinks, at the end."""
log = structlog.get_logger()


class Ward:
    """Analyses the cameras of a city file until it is told to stop.

    One thread does it all: it takes what the readers say, feeds the detector the next frame of the camera whose turn
    it is, shows the answers to the lanes, and stores events before anything else happens with them.
    """

    def __init__(self, city: City, detector: Detector, provenance: Provenance, out: Path, changes: Changes) -> None:
        self.city = city
        self.meters = Meters()
        self._detector = detector
        self._provenance = provenance
        self._out = out
        self._changes = changes
        self._posts: dict[str, Post] = {}
        self._turns = Turns()
        self._clips: dict[str, tuple[Post, Lane, Event]] = {}
        self._inside = 0
        """Frames given to the detector and not answered yet."""
        self._tended = 0.0
        self._expired = -EXPIRE_S
        self._stop = threading.Event()

    def stop(self) -> None:
        """End gracefully. May be called from a signal handler or another thread."""
        self._stop.set()

    def run(self) -> None:
        """Returns once it was told to stop and all is safe. Raises `ModelError`, `OutboxError`."""
        with contextlib.ExitStack() as stack:
            outbox = stack.enter_context(Outbox(self._out / "outbox.sqlite"))
            self._intake = Intake(outbox, self.city.outbox)
            self._couriers = [Courier(outbox.path, sink) for sink in build.sinks(self.city, self._out)]
            for courier in self._couriers:
                courier.start()
                stack.callback(courier.close)
            self._close_interrupted(outbox)
            self._ledger = Ledger(self._out)
            if found := self._ledger.tidy():
                log.warning("evidence from before a crash", files=len(found))
            self._coverage = stack.enter_context(contextlib.closing(
                Coverage(self._out / "coverage.sqlite", self.city.zone)))  # fmt: skip
            self._fleet = stack.enter_context(contextlib.closing(Fleet()))
            for camera in self.city.cameras:
                self._add(camera)
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
        while not self._stop.is_set():
            self._listen()
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
        if post is None:
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
        if "layout" in said:
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
        elif "clip" in said:
            self._clip_came(said)

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
            self._give_up_clips(post, "the camera's reader was lost")

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

    # ---- events and their evidence

    def _emit(self, post: Post, events: list[Event], frame: LiveFrame | None = None) -> None:
        """Store first; only then cut evidence, and store that as an update."""
        if not events:
            return
        lane = post.lane
        self._store(post, events)
        for event in events:
            if frame is None or lane is None or not _needs_evidence(event):
                continue
            identifier, day = event_id(event, post.camera.id), self._day(event.time)
            noted: list[Evidence] = []
            with self._excused(post):
                boxes = still.bystanders(event, lane.scene)
                for file in still.cut(event, identifier, frame, post.places, self._out / day, self._out, boxes):
                    self._note(event, identifier, file, {"form": "still"})
                    noted.append(file)
            if noted:
                self._store(post, [lane.attach(event, noted)])
            if event.revision == 0:
                self._ask_clip(post, lane, event, identifier, day)

    def _note(self, event: Event, identifier: str, file: Evidence, facts: dict[str, Any]) -> None:
        """In the ledger, before any event names it."""
        size = (self._out / file.uri).stat().st_size
        told = {"severity": event.severity, "kind": event.kind, "bytes": size,
                "from": timestamp(file.started_at), "to": timestamp(file.ended_at), **facts}  # fmt: skip
        self._ledger.append("file", file.uri, file.sha256, identifier, told)

    def _notify(self, post: Post, events: list[Event]) -> None:
        self._store(post, events)
        for event in events:
            log.info("camera health", camera=post.camera.id, kind=event.kind, phase=event.phase, **dict(event.measures))

    def _store(self, post: Post, events: list[Event]) -> None:
        if not events:
            return
        try:
            self._intake.put([encode(event, post.origin) for event in events])
        except OutboxConflict as exc:
            log.error("event refused", error=str(exc))
        except OutboxFull as exc:
            self.meters.lost.inc(len(events))
            log.error("events lost: the disk is full, and so is the memory for them", error=str(exc))
        for event in events:
            self.meters.event(event)
            post.counts["events"] += event.revision == 0
        for courier in self._couriers:
            courier.notify()

    def _ask_clip(self, post: Post, lane: Lane, event: Event, identifier: str, day: str) -> None:
        settings = self.city.evidence
        asked = self._fleet.say(post.camera.id, {
            "clip": identifier, "from": event.time - settings.before_s, "moment": event.time,
            "to": event.time + settings.after_s, "name": f"{day}/{identifier}.mp4",
        })  # fmt: skip
        if asked:
            self._clips[identifier] = (post, lane, event)

    def _clip_came(self, said: dict[str, Any]) -> None:
        post, lane, event = self._clips.pop(said["clip"], (None, None, None))
        if post is None or lane is None or event is None:
            if "name" in said:  # nobody waits for it any more, and no ledger names it
                (self._out / said["name"]).unlink(missing_ok=True)
            return
        if "failed" in said:
            self._no_clip(post, said["clip"], said["failed"])
            return
        clips: list[Evidence] = []
        clip = Evidence(said["name"], said["sha256"], said["from"], said["to"])
        facts = {"form": "clip", "payload_sha256": said["payload_sha256"], "packets": said["packets"],
                 "asked_from": timestamp(event.time - self.city.evidence.before_s)}  # fmt: skip
        with self._excused(post):
            self._note(event, said["clip"], clip, facts)
            self.meters.clips.labels(post.camera.id).inc()
            clips = [clip]
        if clips:
            self._store(post, [lane.attach(event, clips)])

    def _give_up_clips(self, post: Post, why: str) -> None:
        for identifier in [i for i, (owner, *_) in self._clips.items() if owner is post]:
            del self._clips[identifier]
            self._no_clip(post, identifier, why)

    def _no_clip(self, post: Post, identifier: str, why: str) -> None:
        self.meters.clips_missing.labels(post.camera.id).inc()
        log.warning("event without a clip", camera=post.camera.id, event_id=identifier, why=why)

    @contextlib.contextmanager
    def _excused(self, post: Post) -> Iterator[None]:
        """A full disk or a damaged ledger costs the picture, never the event or the run."""
        try:
            yield
        except (OutboxError, OSError) as exc:
            self.meters.clips_missing.labels(post.camera.id).inc()
            log.warning("evidence not stored", camera=post.camera.id, error=str(exc))

    def _day(self, time: float) -> str:
        return f"evidence/{build.day(time, self.city.zone)}"

    # ---- what does not depend on frames

    def _tend(self) -> None:
        now = clock.monotonic()
        if now - self._tended < TEND_S:
            return
        self._tended = now
        notify("WATCHDOG=1")
        if self._fleet.failed is not None:
            raise self._fleet.failed
        with contextlib.suppress(OutboxConflict):
            self._intake.put()
        with contextlib.suppress(OutboxError):
            self._coverage.flush(now)
        for post in self._posts.values():
            self._tend_camera(post, now)
        self.meters.tended(self)
        if now - self._expired > EXPIRE_S:
            self._expired = now
            threading.Thread(target=self._expire, name="retention", daemon=True).start()
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

    def _expire(self) -> None:
        """In a thread of its own: a year's ledger takes a while."""
        try:
            removed = expire(Ledger(self._out), self.city.evidence, clock.time())
        except (OutboxError, OSError) as exc:
            log.error("old evidence cannot be removed", error=str(exc))
        else:
            if removed:
                log.info("old evidence removed", files=removed)

    def _change(self, change: Change) -> None:
        """Take another city file: only what it touches is touched."""
        for gone in change.removed:
            self._remove(gone)
        before, self.city = self.city, change.city
        self._provenance = self._provenance.model_copy(update={"config_sha256": change.city.sha256()})
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
                self._give_up_clips(post, "the camera's settings were changed")
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
        self._give_up_clips(post, "the camera was removed")
        self._coverage.end(camera, clock.time())
        self.meters.forget(camera)
        post.close()

    # ---- beginning and end

    def _close_interrupted(self, outbox: Outbox) -> None:
        """What a crash left open is closed, and says so."""
        closings = [closing for message in outbox.latest() if (closing := interrupted(message)) is not None]
        self._intake.put(closings)
        if closings:
            log.warning("closed what the last run left open", events=len(closings))

    def _end(self) -> None:
        for post in self._posts.values():
            self._emit(post, post.interrupt("stopped"))
            self._notify(post, post.notices.close(clock.time(), "stopped"))
            self._coverage.end(post.camera.id, clock.time())
        end = clock.monotonic() + STOP_S
        for identifier in list(self._clips):
            self._fleet.say(self._clips[identifier][0].camera.id, {"flush": True})
        while self._clips and clock.monotonic() < end - STOP_S / 2:
            self._listen(WAIT_S)
        with contextlib.suppress(OutboxConflict):
            if not self._intake.settle(max(0.0, end - clock.monotonic())):
                log.error("the disk is full: alerts in memory are lost", alerts=self._intake.waiting)
        for courier in self._couriers:
            courier.drain(max(0.0, min(1.0, end - clock.monotonic())))
        for courier in self._couriers:
            courier.stop()
        for post in self._posts.values():
            post.close()

    @property
    def posts(self) -> dict[str, Post]:
        return self._posts

    @property
    def tended(self) -> float:
        """When it last looked after its cameras, seconds of the process clock."""
        return self._tended

    @property
    def waiting_in_memory(self) -> int:
        return self._intake.waiting

    @property
    def refused(self) -> str | None:
        """Why the city file as it is now was not taken."""
        return self._changes.refused

    def waiting(self) -> dict[str, int]:
        """Messages in the outbox that each sink has not taken yet."""
        with Outbox(self._out / "outbox.sqlite") as outbox:
            return dict(outbox.status().waiting)


def _needs_evidence(event: Event) -> bool:
    """The moment an event is reached; counts and crossings (`info`) would be a picture for every passer-by."""
    return event.severity != "info" and (event.revision == 0 or event.phase == "updated")
