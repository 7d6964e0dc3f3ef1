"""Keeps a reader running for every camera: starts it, listens to it, and kills it when it gives no sign of life."""

from __future__ import annotations

import contextlib
import os
import queue
import selectors
import signal
import threading
import time
from dataclasses import dataclass
from typing import Any

import structlog

from pipeline.live import backoff
from pipeline.live.assignment import Assignment
from pipeline.live.link import Link
from pipeline.live.nursery import Nursery, NurseryGone

LOOK_S = 0.25
"""Between two looks at the deadlines."""
FLUSH_S = 2.0
"""So long a reader that is stuck is given to cut the clips it was asked for."""
FIRST_SIGN_S = 5.0
AGAIN_S = (0.2, 5.0)
"""First and longest wait before a reader that died is replaced."""
log = structlog.get_logger()
Inbox = queue.Queue[tuple[str, dict[str, Any], list[int]]]
"""What readers say: the camera, the message, and open files that came with it and now belong to who takes them."""


@dataclass(slots=True)
class _Berth:
    """One camera's reader."""

    camera: str
    assignment: Assignment
    link: Link | None = None
    pid: int = -1
    process: int = -1
    """File descriptor of the process, which stands for it even when its number was given to another."""
    due: float = 0.0
    """When the next sign of life, or the next attempt to start, must come."""
    flushing: bool = False
    deaths: int = 0
    epoch: int = 0


class Fleet:
    """Runs in a thread of its own, so that the ward notices a dead camera whatever else it is doing."""

    def __init__(self) -> None:
        self.inbox: Inbox = queue.Queue()
        self._nursery = Nursery()
        self._berths: dict[str, _Berth] = {}
        self._lock = threading.RLock()
        self._selector = selectors.DefaultSelector()
        self._wake, self._woken = os.pipe()
        self._selector.register(self._wake, selectors.EVENT_READ, None)
        self._stop = False
        self.failed: BaseException | None = None
        """What ended the thread; the ward then had better end too, and be started anew."""
        self._thread = threading.Thread(target=self._run, name="fleet", daemon=True)
        self._thread.start()

    def assign(self, assignment: Assignment) -> None:
        """Read this camera from now on; a camera that is read already is left and read anew."""
        with self._lock:
            before = self._berths.get(assignment.camera)
            berth = _Berth(assignment.camera, assignment, epoch=0 if before is None else before.epoch)
            self.dismiss(assignment.camera)
            self._berths[assignment.camera] = berth
            self._start(berth)

    def dismiss(self, camera: str) -> None:
        """Read this camera no more."""
        with self._lock:
            berth = self._berths.pop(camera, None)
            if berth is not None:
                self._end(berth)

    def say(self, camera: str, said: dict[str, Any]) -> bool:
        """Tell the reader of a camera something; False where there is none now."""
        with self._lock:
            berth = self._berths.get(camera)
            return berth is not None and berth.link is not None and berth.link.say(said)

    def process(self, camera: str) -> int | None:
        """File descriptor of the reader's process, for tests and tools."""
        with self._lock:
            berth = self._berths.get(camera)
            return None if berth is None or berth.process < 0 else berth.process

    def pids(self) -> dict[str, int]:
        """The process id of each camera's reader, for measuring."""
        with self._lock:
            return {camera: berth.pid for camera, berth in self._berths.items() if berth.link is not None}

    def close(self) -> None:
        self._stop = True
        os.write(self._woken, b"x")
        self._thread.join()
        with self._lock:
            for camera in list(self._berths):
                self.dismiss(camera)
        self._nursery.close()
        self._selector.close()
        for end in (self._wake, self._woken):
            os.close(end)

    def _run(self) -> None:
        try:
            self._keep()
        except BaseException as exc:
            self.failed = exc

    def _keep(self) -> None:
        while not self._stop:
            for key, _ in self._selector.select(LOOK_S):
                with self._lock:
                    if key.data is None:
                        os.read(self._wake, 64)
                    elif key.data.link is key.fileobj:
                        self._hear(key.data)
            with self._lock:
                for berth in list(self._berths.values()):
                    if time.monotonic() > berth.due:
                        self._overdue(berth)

    def _hear(self, berth: _Berth) -> None:
        assert berth.link is not None
        heard = berth.link.hear()
        if heard is None:
            self._lost(berth, "its reader ended unexpectedly")
            return
        said, descriptors = heard
        if "within_s" in said:
            berth.due = time.monotonic() + said["within_s"]
        if "epoch" in said and "layout" in said:
            berth.epoch, berth.deaths = said["epoch"] + 1, 0
        if "flushed" in said and berth.flushing:
            self._lost(berth, "its reader gave no sign of life and was ended")
            return
        self.inbox.put((berth.camera, said, descriptors))

    def _overdue(self, berth: _Berth) -> None:
        if berth.link is None:
            self._start(berth)
        elif not berth.flushing and berth.link.say({"flush": True}):
            berth.flushing, berth.due = True, time.monotonic() + FLUSH_S
        else:
            self._lost(berth, "its reader gave no sign of life and was ended")

    def _start(self, berth: _Berth) -> None:
        ask = {"assignment": berth.assignment.model_dump(mode="json"), "epoch": berth.epoch}
        try:
            pid, link = self._nursery.fork(ask)
            with contextlib.suppress(OSError):  # ended already, or no descriptors left: the link tells all the same
                berth.process = os.pidfd_open(pid)
            berth.pid, berth.link = pid, link
        except NurseryGone:
            log.error("the process that starts camera readers is gone; a new one is started")
            self._nursery.close()
            berth.due = time.monotonic() + AGAIN_S[0]
            with contextlib.suppress(OSError):  # tried again with the next reader that is to be started
                self._nursery = Nursery()
            return
        except OSError as exc:
            log.error("no reader can be started now", camera=berth.camera, error=str(exc))
            berth.due = time.monotonic() + AGAIN_S[1]
            return
        berth.flushing, berth.due = False, time.monotonic() + FIRST_SIGN_S
        self._selector.register(berth.link, selectors.EVENT_READ, berth)
        os.write(self._woken, b"x")

    def _lost(self, berth: _Berth, why: str) -> None:
        self._end(berth)
        berth.due = time.monotonic() + backoff.delay(berth.deaths, *AGAIN_S)
        berth.deaths += 1
        self.inbox.put((berth.camera, {"state": "failed", "why": why, "ended": True}, []))

    def _end(self, berth: _Berth) -> None:
        """Kill the reader, if there is one, and forget it."""
        if berth.link is not None:
            self._selector.unregister(berth.link)
            berth.link.close()
            berth.link = None
        if berth.process >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(berth.process, signal.SIGKILL)
            os.close(berth.process)
            berth.process = -1
