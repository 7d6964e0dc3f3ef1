"""What dead shards left on a machine's disk is closed and delivered by the living, and its evidence kept in time."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import structlog

from pipeline.config import City
from pipeline.evidence.ledger import Ledger
from pipeline.evidence.retention import EXPIRE_S, expire
from pipeline.live.delivery import Delivery
from pipeline.live.folder import claim

EVERY_S = 2.0
log = structlog.get_logger()


class Sweep:
    """In a thread of its own: takes every folder that nobody uses, and keeps it until nothing waits in it."""

    def __init__(self, city: City, root: Path, own: Path) -> None:
        """`city` says where events go; `own` is the folder of the shard itself."""
        self._city = city
        self._root = root
        self._own = own
        self._taken: dict[Path, tuple[Delivery, contextlib.ExitStack]] = {}
        self._clean: dict[Path, tuple[int, float]] = {}
        """Where nothing waits: when the outbox was last written, and when that was seen."""
        self._trouble: dict[Path, str] = {}
        """What was said of a folder already."""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Soon let go of all folders; what waits in them waits for the next shard."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.wait(EVERY_S):
            for outbox in sorted(self._root.glob("*/outbox.sqlite")):
                if outbox.parent != self._own and outbox.parent not in self._taken:
                    with self._tolerant(outbox.parent):
                        self._take(outbox)
            for folder in list(self._taken):
                with self._tolerant(folder):
                    self._look(folder)
        for _, opened in self._taken.values():
            opened.close()

    def _take(self, outbox: Path) -> None:
        folder = outbox.parent
        written, seen = self._clean.get(folder, (-1, 0.0))
        if written == _written(outbox) and time.monotonic() - seen < EXPIRE_S:
            return
        if (lease := claim(folder)) is None:
            return
        with contextlib.ExitStack() as opened:
            opened.callback(lease.release)
            delivery = opened.enter_context(Delivery(self._city, folder))
            closed = delivery.close_interrupted()
            self._taken[folder] = delivery, opened.pop_all()
        if closed:
            log.info("sweeping up after a dead shard", folder=str(folder), closed=closed)

    def _look(self, folder: Path) -> None:
        delivery, opened = self._taken[folder]
        delivery.tend()
        if not delivery.drained():
            return
        with self._tolerant(folder):
            ledger = Ledger(folder)
            ledger.tidy()
            expire(ledger, self._city.evidence, time.time())
        del self._taken[folder]
        opened.close()
        if folder not in self._clean:
            log.info("swept up after a dead shard", folder=str(folder))
        self._clean[folder] = _written(folder / "outbox.sqlite"), time.monotonic()

    @contextlib.contextmanager
    def _tolerant(self, folder: Path) -> Iterator[None]:
        try:
            yield
        except Exception as exc:  # one folder's trouble, whatever it is, is not the others'
            if self._trouble.get(folder) != str(exc):
                self._trouble[folder] = str(exc)
                log.warning("what a dead shard left waits", folder=str(folder), error=str(exc))


def _written(outbox: Path) -> int:
    """Nanoseconds; of the file or of what waits beside it."""
    wal = outbox.with_name(outbox.name + "-wal")
    return max((path.stat().st_mtime_ns for path in (outbox, wal) if path.exists()), default=0)
