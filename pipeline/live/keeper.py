"""Evidence of a running ward: stills at the moment, clips from the readers, each in the ledger before it is told."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import structlog

from pipeline import build
from pipeline.config import City
from pipeline.errors import OutboxError
from pipeline.evidence import still
from pipeline.evidence.ledger import Ledger
from pipeline.evidence.retention import expire
from pipeline.flow import Lane
from pipeline.live.fleet import Fleet
from pipeline.live.meters import Meters
from pipeline.live.post import LiveFrame, Post
from pipeline.types import Event, Evidence
from pipeline.wire import event_id, timestamp

EXPIRE_S = 3600.0
"""Between two looks for evidence whose time is over."""
log = structlog.get_logger()
Tell = Callable[[Post, list[Event]], None]
"""Stores events of a camera."""


class Keeper:
    """Used by the ward's main thread. Nothing that fails here costs an event or the run."""

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
        self._expired = -EXPIRE_S
        self._ledger = Ledger(folder)
        if found := self._ledger.tidy():
            log.warning("evidence from before a crash", files=len(found))

    @property
    def waits(self) -> bool:
        """Whether clips are still to come."""
        return bool(self._wanted)

    def reached(self, post: Post, lane: Lane, event: Event, frame: LiveFrame) -> None:
        """An event that deserves evidence was stored: cut the stills, and ask the camera's reader for the clip."""
        identifier = event_id(event, post.camera.id)
        name = f"evidence/{build.day(event.time, self._zone)}/{identifier}.mp4"
        noted: list[Evidence] = []
        with self._excused(post):
            boxes = still.bystanders(event, lane.scene)
            folder = (self._folder / name).parent
            for file in still.cut(event, identifier, frame, post.places, folder, self._root, boxes):
                self._note(event, identifier, file, {"form": "still"})
                noted.append(file)
        if noted:
            self._tell(post, [lane.attach(event, noted)])
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
        noted = False
        with self._excused(post):
            self._note(event, said["clip"], clip, facts)
            noted = True
        if noted:
            self._meters.clips.labels(post.camera.id).inc()
            self._tell(post, [lane.attach(event, [clip])])

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

    def _note(self, event: Event, identifier: str, file: Evidence, facts: dict[str, Any]) -> None:
        """In the ledger, before any event names it."""
        path = self._root / file.uri
        told = {"severity": event.severity, "kind": event.kind, "bytes": path.stat().st_size,
                "from": timestamp(file.started_at), "to": timestamp(file.ended_at), **facts}  # fmt: skip
        self._ledger.append("file", path.relative_to(self._folder).as_posix(), file.sha256, identifier, told)

    def _missing(self, post: Post, identifier: str, why: str) -> None:
        self._meters.clips_missing.labels(post.camera.id).inc()
        log.warning("event without a clip", camera=post.camera.id, event_id=identifier, why=why)

    @contextlib.contextmanager
    def _excused(self, post: Post) -> Iterator[None]:
        """A full disk or a damaged ledger costs the picture, never the event or the run."""
        try:
            yield
        except (OutboxError, OSError) as exc:
            self._meters.clips_missing.labels(post.camera.id).inc()
            log.warning("evidence not stored", camera=post.camera.id, error=str(exc))

    def _expire(self) -> None:
        try:
            removed = expire(Ledger(self._folder), self._settings, time.time())
        except (OutboxError, OSError) as exc:
            log.error("old evidence cannot be removed", error=str(exc))
        else:
            if removed:
                log.info("old evidence removed", files=removed)


def deserves(event: Event) -> bool:
    """The moment an event is reached; counts and crossings (`info`) would be a picture for every passer-by."""
    return event.severity != "info" and (event.revision == 0 or event.phase == "updated")
