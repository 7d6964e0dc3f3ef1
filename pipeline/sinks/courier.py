"""Carries messages from the outbox to one sink, in its own thread, for as long as it takes."""

from __future__ import annotations

import contextlib
import random
import threading
from pathlib import Path

import structlog

from pipeline.errors import MatthanError, SinkError, SinkRefusal, redact
from pipeline.sinks.lease import delivery_of
from pipeline.sinks.outbox import Outbox
from pipeline.stages import Sink

BATCH = 1000
FIRST_DELAY_S = 0.5
LONGEST_DELAY_S = 60.0
IDLE_S = 0.5
log = structlog.get_logger()


class Courier:
    """Delivers what waits for `sink`, oldest first; marks it delivered only when the sink says so.

    A sink that cannot take events is tried again after a growing, jittered delay; nothing is given up but what the
    sink refuses for good, which is set aside. Of several processes that share an outbox, one at a time delivers to a
    sink; another takes over when it ends, however it ends.
    """

    def __init__(self, outbox: Path, sink: Sink) -> None:
        self.sink = sink
        self._path = outbox
        self._lease = delivery_of(outbox, sink.name)
        self._stop = threading.Event()
        self._news = threading.Condition()
        self._told = 0
        self._done = 0
        self._unmarked: tuple[int, str | None] | None = None
        self.trouble: str | None = None
        self._thread = threading.Thread(target=self._run, name=f"courier-{sink.name}", daemon=True)

    def start(self) -> None:
        """From now on the outbox knows that this sink has messages to deliver, even if it never takes one."""
        with Outbox(self._path) as outbox:
            outbox.delivered(self.sink.name, 0)
        self._thread.start()

    def notify(self) -> int:
        """New messages were stored. Returns how often that was said."""
        with self._news:
            self._told += 1
            self._news.notify_all()
            return self._told

    def drain(self, timeout_s: float) -> bool:
        """Wait until all that is stored now is delivered, at most so long; says whether that was reached."""
        told = self.notify()
        with self._news:
            return self._news.wait_for(lambda: self._done >= told, timeout_s)

    def stop(self) -> None:
        """Begin no batch any more; does not wait."""
        self._stop.set()
        self.notify()

    def close(self) -> None:
        """Stop after the batch in hand, and wait for that. What waits stays in the outbox."""
        self.stop()
        if self._thread.ident is not None:
            self._thread.join()
        self._lease.release()
        self.sink.close()

    def _run(self) -> None:
        delay = FIRST_DELAY_S
        with contextlib.ExitStack() as opened:
            outbox: Outbox | None = None
            while not self._stop.is_set():
                told = self._told
                try:
                    outbox = outbox or opened.enter_context(Outbox(self._path))
                    left = self._deliver(outbox)
                    delay, self.trouble = FIRST_DELAY_S, None
                except Exception as exc:  # a third party's sink may raise anything, and its events wait all the same
                    self._troubled(exc)
                    self._stop.wait(delay * random.uniform(0.5, 1.0))
                    delay = min(delay * 2, LONGEST_DELAY_S)
                    continue
                if left == 0:
                    self._rest(told)
                elif left is None:
                    self._stop.wait(IDLE_S)

    def _troubled(self, exc: Exception) -> None:
        known = isinstance(exc, MatthanError)
        error = str(exc) if known else f"{self.sink.name}: {type(exc).__name__}: {redact(str(exc))}"
        if self.trouble != error:
            log.warning("sink unavailable, events wait in the outbox", sink=self.sink.name, error=error)
        self.trouble = error

    def _rest(self, told: int) -> None:
        """Nothing waits of what was stored when `told` was read; sleep until there is more."""
        with self._news:
            self._done = told
            self._news.notify_all()
            self._news.wait_for(lambda: self._told > told, IDLE_S)

    def _deliver(self, outbox: Outbox) -> int | None:
        """Deliver one batch; how many waited, None where another process delivers them."""
        ours = self._lease.take()
        if ours and self._unmarked:
            self._mark(outbox, *self._unmarked)
        waiting = outbox.waiting(self.sink.name, BATCH if ours else 1)
        if not waiting or not ours:
            return None if waiting else 0
        try:
            done = self.sink.deliver([message for _, message in waiting])
        except SinkRefusal as exc:
            log.warning("message refused for good, set aside", sink=self.sink.name, error=str(exc))
            self._mark(outbox, waiting[0][0], str(exc))
        else:
            if not done:
                raise SinkError(f"{self.sink.name}: took none of {len(waiting)} messages")
            self._mark(outbox, waiting[done - 1][0], None)
        return len(waiting)

    def _mark(self, outbox: Outbox, seq: int, refused: str | None) -> None:
        """What is delivered is not sent again because it could not be marked at once (disk full)."""
        self._unmarked = (seq, refused)
        outbox.delivered(self.sink.name, seq, refused)
        self._unmarked = None
