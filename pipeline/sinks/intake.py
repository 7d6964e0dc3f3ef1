"""The writers' door to the outbox: keeps its size, and keeps a run going while the disk takes no more."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable
from pathlib import Path

import structlog
from pydantic import BaseModel, ConfigDict, Field

from pipeline.errors import OutboxConflict, OutboxFull
from pipeline.sinks.losses import Losses
from pipeline.sinks.outbox import Outbox
from pipeline.wire import Message

LOOK_EVERY = 500
"""Messages between two looks at the size of the outbox."""
TRY_EVERY_S = 1.0
"""Between two attempts to make room on a full disk."""
ENOUGH = 0.9
"""Over its quota, an outbox is brought down to this part of it."""
log = structlog.get_logger()


class OutboxSettings(BaseModel):
    """How much an outbox may hold, and how long."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    keep_days: float = Field(30.0, gt=0, description="Delivered messages older than this are deleted by a live run.")
    quota_mb: float = Field(
        2048.0, gt=0, description="Beyond it, delivered messages go first, then telemetry; an alert never does."
    )
    reserve_mb: float = Field(
        8.0, ge=0, description="Held beside the outbox, and let go when the disk is full: deleting needs room too."
    )
    memory_messages: int = Field(20_000, gt=0, description="So many alerts wait in memory while the disk is full.")


class Intake:
    """Puts messages into the outbox, in order. One writer each; many may share the outbox.

    While the disk is full, delivered messages and then telemetry are deleted for room; if that does not do, alerts
    wait in memory and telemetry is dropped. Whatever is dropped is counted, and announced by a `gap` event as soon as
    there is room.
    """

    def __init__(self, outbox: Outbox, settings: OutboxSettings | None = None) -> None:
        self._outbox = outbox
        self._settings = settings or OutboxSettings()
        self._reserve = outbox.path.with_name(outbox.path.name + ".reserve")
        self._waiting: list[Message] = []
        self._losses = Losses()
        self._unlooked = LOOK_EVERY
        self._again = 0.0
        self._over = False
        self.full = False
        """The disk took no more at the last attempt."""

    @property
    def waiting(self) -> int:
        """Alerts in memory that the disk has not taken yet."""
        return len(self._waiting)

    def put(self, messages: Iterable[Message] = ()) -> bool:
        """Commit messages after those that still wait; says whether all of them are safe now.

        Raises:
            OutboxConflict: other bytes are stored under one of these keys; the others are stored or wait.
            OutboxFull: more than `memory_messages` would wait. None of `messages` was taken.
            OutboxError: the outbox is damaged.
        """
        fresh = list(messages)
        if self.full and time.monotonic() < self._again:
            return self._hold(fresh)
        try:
            self._commit(fresh)
        except OutboxFull as exc:
            if not self._made_room(fresh):
                return self._hold(fresh, exc)
        self._unlooked += len(fresh)
        if self._unlooked >= LOOK_EVERY:
            with contextlib.suppress(OutboxFull):  # what was put is safe; looking can wait
                self._look()
        return True

    def settle(self, timeout_s: float) -> bool:
        """Wait until the disk takes what waits in memory, at most so long; says whether nothing waits any more."""
        end = time.monotonic() + timeout_s
        while not self.put():
            if time.monotonic() >= end:
                return False
            time.sleep(min(TRY_EVERY_S, timeout_s))
        return True

    def _commit(self, fresh: list[Message]) -> None:
        if not (self._waiting or fresh or self._losses):
            return
        try:
            self._outbox.put([*self._waiting, *fresh], self._losses)
        except OutboxConflict:
            self._one_by_one(fresh)
            raise
        if self.full:
            waited, dropped = len(self._waiting), len(self._losses)
            log.warning("disk takes events again", outbox=str(self._outbox.path), waited=waited, dropped=dropped)
        self._waiting, self._losses, self.full = [], Losses(), False

    def _one_by_one(self, fresh: list[Message]) -> None:
        """One of many is refused: the others must not suffer for it."""
        self._waiting += fresh
        with contextlib.suppress(OutboxFull):
            while self._waiting:
                with contextlib.suppress(OutboxConflict):
                    self._outbox.put(self._waiting[:1])
                del self._waiting[0]
            self._commit([])

    def _made_room(self, fresh: list[Message]) -> bool:
        """Delete what may be deleted, and commit again; says whether that did."""
        self._again = time.monotonic() + TRY_EVERY_S
        self._reserve.unlink(missing_ok=True)
        with contextlib.suppress(OutboxFull):
            if not self._outbox.prune():
                self._outbox.shed()
            self._commit(fresh)
            return True
        return False

    def _hold(self, fresh: list[Message], why: OutboxFull | None = None) -> bool:
        """Keep the alerts in memory, count the telemetry as lost."""
        if why is not None and not self.full:
            log.warning("disk full, the run goes on: alerts wait in memory, telemetry is dropped", error=str(why))
        self.full = True
        alerts = [message for message in fresh if not message.sheddable]
        if len(self._waiting) + len(alerts) > self._settings.memory_messages:
            count = len(self._waiting)
            raise OutboxFull(
                f"{self._outbox.path}: the disk is full; {count} alerts wait in memory, which is all that may"
            ) from why
        self._waiting += alerts
        for message in fresh:
            if message.sheddable:
                self._losses.add(message)
        return False

    def _look(self) -> None:
        """Keep to the age and the quota, and hold the reserve."""
        self._unlooked = 0
        self._hold_reserve()
        while self._outbox.prune(time.time() - self._settings.keep_days * 86_400):
            pass
        quota = self._settings.quota_mb * 2**20
        if self._outbox.used() > quota:
            self._bring_down(quota * ENOUGH)

    def _bring_down(self, target: float) -> None:
        pruned = shed = 0
        for count in iter(self._outbox.prune, 0):
            pruned += count
            if self._outbox.used() <= target:
                break
        while self._outbox.used() > target and (count := self._outbox.shed()):
            shed += count
        over = self._outbox.used() > target
        if pruned or shed or over != self._over:
            log.warning(
                "outbox over its quota",
                outbox=str(self._outbox.path),
                delivered_deleted=pruned,
                dropped=shed,
                alerts_alone_exceed_it=over,
            )
        self._over = over

    def _hold_reserve(self) -> None:
        size = round(self._settings.reserve_mb * 2**20)
        if size and not self._reserve.exists():
            with contextlib.suppress(OSError):  # without a reserve, a full disk is only harder to leave
                _allocate(self._reserve, size)


def _allocate(path: Path, size: int) -> None:
    """A file that really takes its room."""
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY, 0o644)
    try:
        os.posix_fallocate(descriptor, 0, size)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)
