"""The outbox of a ward with the couriers of its sinks: what is stored here is delivered, now or after a crash."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import Self

import structlog

from pipeline import build
from pipeline.config import City
from pipeline.errors import OutboxConflict, OutboxError, OutboxFull
from pipeline.sinks.courier import Courier
from pipeline.sinks.intake import Intake
from pipeline.sinks.outbox import Outbox
from pipeline.wire import Message, interrupted

COUNT_S = 2.0
"""While a sink is away much may wait: it is not counted more often."""
log = structlog.get_logger()


class Delivery:
    """Used by one thread, which is the outbox's writer; `waiting` may be called by others."""

    def __init__(self, city: City, folder: Path) -> None:
        """Open the outbox in `folder`, and begin to deliver. Raises `OutboxError`."""
        with contextlib.ExitStack() as opened:
            self._outbox = opened.enter_context(Outbox(folder / "outbox.sqlite"))
            self._intake = Intake(self._outbox, city.outbox)
            self._couriers = [Courier(self._outbox.path, sink) for sink in build.sinks(city, folder)]
            for courier in self._couriers:
                courier.start()
                opened.callback(courier.close)
            self._opened = opened.pop_all()
        self._counted: tuple[float, dict[str, int]] = (-COUNT_S, {})

    def close(self) -> None:
        """Stop delivering; what waits stays in the outbox."""
        for courier in self._couriers:
            courier.stop()  # all at once, and then wait for each
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close_interrupted(self) -> int:
        """What a crash left open is closed, and says so. How many events."""
        closings = [closing for message in self._outbox.latest() if (closing := interrupted(message)) is not None]
        self._intake.put(closings)
        if closings:
            log.warning("closed what the last run left open", events=len(closings))
        return len(closings)

    def store(self, messages: list[Message]) -> int:
        """Commit messages, or hold them in memory while the disk is full. How many are lost, because both are full.

        Raises `OutboxError` where the outbox is damaged.
        """
        lost = 0
        try:
            self._intake.put(messages)
        except OutboxConflict as exc:
            log.error("event refused", error=str(exc))
        except OutboxFull as exc:
            lost = len(messages)
            log.error("events lost: the disk is full, and so is the memory for them", error=str(exc))
        for courier in self._couriers:
            courier.notify()
        return lost

    def tend(self) -> None:
        """Try again to store what is held in memory."""
        with contextlib.suppress(OutboxConflict):
            self._intake.put()

    @property
    def in_memory(self) -> int:
        """Alerts that the disk has not taken yet."""
        return self._intake.waiting

    @property
    def full(self) -> bool:
        """The disk took no more at the last attempt."""
        return self._intake.full

    def waiting(self) -> dict[str, int]:
        """Messages that each sink has not taken yet, as last counted."""
        if time.monotonic() - self._counted[0] >= COUNT_S:
            with contextlib.suppress(OutboxError), Outbox(self._outbox.path) as outbox:
                counts = {courier.sink.name: outbox.left(courier.sink.name) for courier in self._couriers}
                self._counted = (time.monotonic(), counts)
        return self._counted[1]

    def drained(self) -> bool:
        """Whether all is stored, and no sink of the city file has anything left to take."""
        return not self.in_memory and not any(self._outbox.left(courier.sink.name) for courier in self._couriers)

    def settle(self, within_s: float) -> None:
        """At the end: write what is in memory, and give the sinks what is left of the time for what waits."""
        end = time.monotonic() + within_s
        with contextlib.suppress(OutboxConflict):
            if not self._intake.settle(max(0.0, within_s)):
                log.error("the disk is full: alerts in memory are lost", alerts=self._intake.waiting)
        for courier in self._couriers:
            courier.drain(max(0.0, min(1.0, end - time.monotonic())))
