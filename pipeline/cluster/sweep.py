"""What dead shards left on a machine's disk is closed and delivered by the living."""

from __future__ import annotations

import threading
from pathlib import Path

import structlog

from pipeline.config import City
from pipeline.errors import MatthanError
from pipeline.live.delivery import Delivery
from pipeline.live.folder import claim

EVERY_S = 5.0
LOOK_S = 0.5
log = structlog.get_logger()


class Sweep:
    """In a thread of its own: takes one folder after the other that nobody uses, until nothing waits in it."""

    def __init__(self, city: City, root: Path, own: Path) -> None:
        """`city` says where events go; `own` is the folder of the shard itself."""
        self._city = city
        self._root = root
        self._own = own
        self._clean: dict[Path, int] = {}
        """When the outbox of a folder was last written, where nothing waits in it."""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.wait(EVERY_S):
            for outbox in sorted(self._root.glob("*/outbox.sqlite")):
                if outbox.parent != self._own and not self._stop.is_set():
                    self._one(outbox)

    def _one(self, outbox: Path) -> None:
        folder = outbox.parent
        try:
            if self._clean.get(folder) == _written(outbox):
                return
            lease = claim(folder)
            if lease is None:
                return  # alive
            try:
                with Delivery(self._city, folder) as delivery:
                    closed = delivery.close_interrupted()
                    while not (done := delivery.drained()) and not self._stop.wait(LOOK_S):
                        pass
                if done:
                    self._clean[folder] = _written(outbox)
                    log.info("swept up after a dead shard", folder=str(folder), closed=closed)
            finally:
                lease.release()
        except (MatthanError, OSError) as exc:
            log.warning("what a dead shard left waits", folder=str(folder), error=str(exc))


def _written(outbox: Path) -> int:
    """Nanoseconds; of the file or of what waits beside it."""
    wal = outbox.with_name(outbox.name + "-wal")
    return max(path.stat().st_mtime_ns for path in (outbox, wal) if path.exists())
