"""The folder of a running ward: one ward each, with a whole outbox in it."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import OutboxError
from pipeline.sinks.lease import Lease
from pipeline.sinks.repair import repair


def claim(folder: Path) -> Lease | None:
    """Take the folder for this process alone, and mend its outbox; None where another ward runs there.

    Raises `OutboxError` where it cannot be used.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lease = Lease(folder / "ward.lock")
        if not lease.take():
            return None
    except OSError as exc:
        raise OutboxError(f"{folder}: cannot be used as output folder: {exc.strerror or exc}") from exc
    try:
        repair(folder / "outbox.sqlite")
    except BaseException:
        lease.release()
        raise
    return lease
