"""A lock between processes that a dead one lets go of by itself."""

from __future__ import annotations

import fcntl
from io import BufferedWriter
from pathlib import Path


class Lease:
    """An advisory lock on a file beside the outbox (flock): the system releases it when its holder is killed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BufferedWriter | None = None

    def take(self, shared: bool = False) -> bool:
        """Try to hold it, alone or with others; says whether that worked. `OSError` where the disk forbids it."""
        if self._file is None:
            file = self._path.open("ab")
            try:
                fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                return False
            self._file = file
        return True

    def release(self) -> None:
        """May be called twice, and without holding it."""
        if self._file is not None:
            self._file.close()
            self._file = None


def use_of(outbox: Path) -> Lease:
    """Held, shared, by everybody who has the outbox open; alone by who repairs it."""
    return Lease(outbox.with_name(outbox.name + ".lock"))


def delivery_of(outbox: Path, sink: str) -> Lease:
    """Held by the one courier that delivers to `sink` at a time."""
    return Lease(outbox.with_name(f"{outbox.name}.{sink}.lock"))
