"""Hands on this machine: a process each, because what crashes or hangs in a codec must not take the run with it."""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

import cv2

from pipeline import logs
from pipeline.archive.crew import Lost, Means, Progress, Said, Worker

WAIT_S = 1.0
HUNG_S = 300.0
"""A process that says nothing for so long is stuck; even an hour without a change is looked through faster."""
KNOWN = ["pipeline.archive.look", "pipeline.archive.camera", "pipeline.detectors.openvino"]
"""What hands need: imported once, by the process they are forked from, which has no threads and no runtime."""
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(KNOWN)


def prepare() -> None:
    """Begin to import what hands need; whoever waits for the plan, a disk or a user in the meantime waits once."""
    forkserver.ensure_running()


def here(workers: int) -> Means:
    """A run in so many processes on this machine."""

    def looking(most: int, make: Callable[[], Worker]) -> Processes:
        return Processes(min(most, workers), make, HUNG_S)

    def judging(most: int, make: Callable[[], Worker]) -> Processes:
        return Processes(min(most, workers), make)  # one that waits for room on a full disk is not stuck

    return Means(looking, judging, workers)


@dataclass(slots=True)
class _Process:
    link: Connection
    process: BaseProcess
    heard: float = 0.0
    busy: bool = False


class Processes:
    """`crew.Hands` on this machine."""

    def __init__(self, count: int, make: Callable[[], Worker], hung_s: float = math.inf) -> None:
        """`make` can be pickled, and makes a worker in each process; one that is silent for `hung_s` is replaced."""
        self.count = count
        self._hung_s = hung_s
        self._make = make
        self._all = [self._start() for _ in range(count)]

    def give(self, hand: int, task: Any) -> None:
        one = self._all[hand]
        one.heard, one.busy = time.monotonic(), True
        with contextlib.suppress(OSError):  # it has died: `hear` tells
            one.link.send(task)

    def hear(self) -> list[tuple[int, Said]]:
        ready = wait([one.link for one in self._all if one.busy], WAIT_S)
        heard: list[tuple[int, Said]] = []
        for hand, one in enumerate(self._all):
            if one.link in ready:
                heard.append((hand, self._receive(hand, one)))
            elif one.busy and time.monotonic() - one.heard > self._hung_s:
                heard.append((hand, self._replace(hand, f"no sign of life for {self._hung_s:.0f} s")))
        return heard

    def close(self) -> None:
        for one in self._all:
            self._end(one)

    def _receive(self, hand: int, one: _Process) -> Said:
        try:
            said: Said = one.link.recv()
        except (EOFError, OSError):
            one.process.join()
            return self._replace(hand, f"ended with {one.process.exitcode}")
        one.heard, one.busy = time.monotonic(), isinstance(said, Progress)
        return said

    def _replace(self, hand: int, why: str) -> Lost:
        self._end(self._all[hand])
        self._all[hand] = self._start()
        return Lost(why)

    def _start(self) -> _Process:
        here, there = _CONTEXT.Pipe()
        process = _CONTEXT.Process(target=_run, args=(there, self._make), name="archive hand", daemon=True)
        process.start()
        there.close()
        return _Process(here, process)

    def _end(self, one: _Process) -> None:
        one.process.kill()
        one.process.join()
        one.link.close()


def _run(link: Connection, make: Callable[[], Worker]) -> None:
    """What a hand does until it is killed, or the run is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal: the run ends, and ends this
    cv2.setNumThreads(1)
    logs.configure()
    worker = make()
    try:
        while True:
            for said in worker.do(link.recv()):
                link.send(said)
    except (EOFError, OSError):
        os._exit(0)
