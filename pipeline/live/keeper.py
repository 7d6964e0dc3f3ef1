"""Evidence of a running ward: stills at the moment, clips from the readers, each in the ledger before it is told."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog

from pipeline import build
from pipeline.config import City
from pipeline.errors import OutboxError
from pipeline.evidence import still
from pipeline.evidence.ledger import Ledger
from pipeline.evidence.retention import EXPIRE_S, expire
from pipeline.flow import Lane
from pipeline.live.fleet import Fleet
from pipeline.live.meters import Meters
from pipeline.live.post import LiveFrame, Post
from pipeline.types import Event, Evidence
from pipeline.wire import event_id, timestamp

log = structlog.get_logger()
WAITING = 64
"""Events whose evidence waits for the disk; each holds a picture. Those beyond go without."""
Kept = tuple[Post, Lane, Event, str]
"""Whose evidence it is; the last is the event's id."""
Cut = Callable[[], list[tuple[Evidence, dict[str, Any]]]]
"""Writes files, and says what the ledger is to know of each."""
Tell = Callable[[Post, list[Event]], None]
"""Stores events of a camera."""


class Keeper:
    """Used by the ward's main thread. Nothing that fails here costs an event or the run.

    Files are written and noted in a thread of its own: a slow disk must not keep frames waiting.
    """

    def __init__(self, city: City, folder: Path, root: Path, fleet: Fleet, meters: Meters, tell: Tell) -> None:
        """Events name files by their path from `root`; `tell` is given them anew, with their evidence.

        Raises `OutboxError`.
        """
        self._settings = city.evidence
        self._zone = city.zone
        self._folder = folder
        self._root = root
        self._fleet = fleet
        self._meters = meters
        self._tell = tell
        self._wanted: dict[str, tuple[Post, Lane, Event, str]] = {}
        self._jobs: queue.Queue[tuple[Kept, Cut] | None] = queue.Queue(WAITING)
        self._kept: queue.SimpleQueue[tuple[Kept, list[Evidence]]] = queue.SimpleQueue()
        self._pending = 0
        self._expired = -EXPIRE_S
        self._ledger = Ledger(folder)
        if found := self._ledger.tidy():
            log.warning("evidence from before a crash", files=len(found))
        self._thread = threading.Thread(target=self._write, name="keeper", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """What is in hand is still written; what was not collected by then is in the ledger alone."""
        self._jobs.put(None)
        self._thread.join()

    @property
    def waits(self) -> bool:
        """Whether evidence is still to come."""
        return bool(self._wanted) or self._pending > 0

    def due(self, camera: str) -> int:
        """Clips of this camera that are still to come. May be asked by any thread."""
        return sum(post.camera.id == camera for post, *_ in list(self._wanted.values()))

    def reached(self, post: Post, lane: Lane, event: Event, frame: LiveFrame) -> None:
        """An event that deserves evidence was stored: cut the stills, and ask the camera's reader for the clip."""
        identifier = event_id(event, post.camera.id)
        name = f"evidence/{build.day(event.time, self._zone)}/{identifier}.mp4"
        boxes, places = still.bystanders(event, lane.scene), post.places

        def cut() -> list[tuple[Evidence, dict[str, Any]]]:
            day = (self._folder / name).parent
            files = still.cut(event, identifier, frame, places, day, self._root, boxes)
            return [(file, {"form": "still"}) for file in files]

        if still.shows(event, frame):
            self._do((post, lane, event, identifier), cut)
        if event.revision == 0:
            self._ask(post, lane, event, identifier, name)

    def clip_came(self, said: dict[str, Any]) -> None:
        """A reader has cut a clip, or could not."""
        post, lane, event, _ = self._wanted.pop(said["clip"], (None, None, None, ""))
        if post is None or lane is None or event is None:
            if "name" in said:  # nobody waits for it any more, and no ledger names it
                (self._folder / said["name"]).unlink(missing_ok=True)
            return
        if "failed" in said:
            self._missing(post, said["clip"], said["failed"])
            return
        uri = (self._folder / said["name"]).relative_to(self._root).as_posix()
        clip = Evidence(uri, said["sha256"], said["from"], said["to"])
        facts = {"form": "clip", "payload_sha256": said["payload_sha256"], "packets": said["packets"],
                 "asked_from": timestamp(event.time - self._settings.before_s)}  # fmt: skip
        self._meters.clips.labels(post.camera.id).inc()
        self._do((post, lane, event, said["clip"]), lambda: [(clip, facts)])

    def collect(self) -> None:
        """Tell of the evidence that is safe by now."""
        while not self._kept.empty():
            (post, lane, event, _), files = self._kept.get()
            self._pending -= 1
            if files:
                self._tell(post, [lane.attach(event, files)])

    def give_up(self, post: Post, why: str) -> None:
        """No clip of this camera that was asked for will come: its reader has ended."""
        for identifier in [i for i, (owner, *_) in self._wanted.items() if owner is post]:
            *_, name = self._wanted.pop(identifier)
            (self._folder / name).unlink(missing_ok=True)  # it may have been written, and nobody told
            self._missing(post, identifier, why)

    def flush(self) -> None:
        """At the end: ask for all clips at once, as far as they go."""
        for camera in {post.camera.id for post, *_ in self._wanted.values()}:
            self._fleet.say(camera, {"flush": True})

    def tend(self) -> None:
        """Remove evidence whose time is over, in a thread of its own: a year's ledger takes a while."""
        if time.monotonic() - self._expired > EXPIRE_S:
            self._expired = time.monotonic()
            threading.Thread(target=self._expire, name="retention", daemon=True).start()

    def _ask(self, post: Post, lane: Lane, event: Event, identifier: str, name: str) -> None:
        asked = self._fleet.say(post.camera.id, {
            "clip": identifier, "from": event.time - self._settings.before_s, "moment": event.time,
            "to": event.time + self._settings.after_s, "name": name,
        })  # fmt: skip
        if asked:
            self._wanted[identifier] = (post, lane, event, name)
        else:
            self._missing(post, identifier, "the camera's reader is gone")

    def _do(self, kept: Kept, cut: Cut) -> None:
        try:
            self._jobs.put_nowait((kept, cut))
        except queue.Full:
            self._missing(kept[0], kept[3], "the disk is too slow")
        else:
            self._pending += 1

    def _write(self) -> None:
        """In the keeper's thread. Whatever happens, every job has its answer."""
        while (job := self._jobs.get()) is not None:
            kept, cut = job
            post, _, event, identifier = kept
            noted: list[Evidence] = []
            try:
                for file, facts in cut():
                    self._note(event, identifier, file, facts)
                    noted.append(file)
            except Exception as exc:  # a full disk, a damaged ledger, whatever it is: the next one may do
                self._missing(post, identifier, f"{type(exc).__name__}: {exc}")
            finally:
                self._kept.put((kept, noted))

    def _note(self, event: Event, identifier: str, file: Evidence, facts: dict[str, Any]) -> None:
        """In the ledger, before any event names it."""
        path = self._root / file.uri
        told = {"severity": event.severity, "kind": event.kind, "bytes": path.stat().st_size,
                "from": timestamp(file.started_at), "to": timestamp(file.ended_at), **facts}  # fmt: skip
        self._ledger.append("file", path.relative_to(self._folder).as_posix(), file.sha256, identifier, told)

    def _missing(self, post: Post, identifier: str, why: str) -> None:
        self._meters.clips_missing.labels(post.camera.id).inc()
        log.warning("event without all its evidence", camera=post.camera.id, event_id=identifier, why=why)

    def _expire(self) -> None:
        try:
            removed = expire(Ledger(self._folder), self._settings, time.time())
        except (OutboxError, OSError) as exc:
            log.error("old evidence cannot be removed", error=str(exc))
        else:
            if removed:
                log.info("old evidence removed", files=removed)
