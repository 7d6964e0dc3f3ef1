"""Looks whether an outbox file is whole, and saves what can be read where it is not."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

import structlog

from pipeline.errors import OutboxError
from pipeline.sinks.formats import migrate
from pipeline.sinks.lease import use_of

COLUMNS = "seq, event_id, revision, topics, key, run, body"
DAMAGE = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
LATER = "stored_ms, sheddable"
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair did."""

    kept: int
    lost: int
    """Sequence numbers between the first and the last that are known to have held a message and cannot be read."""
    damaged: Path
    """Where the damaged file lies now."""


def fault(path: Path) -> str | None:
    """What is wrong with the file, or None. Reads it whole."""
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            first = str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as exc:
        # A full disk or a missing right is no damage; whoever opens the outbox is told.
        return str(exc) if getattr(exc, "sqlite_errorname", "").startswith(DAMAGE) else None
    return None if first == "ok" else " ".join(first.split())


def repair(path: Path) -> Repaired | None:
    """Check the outbox; where it is damaged, set the file aside and build a new one from what can be read.

    Sequence numbers, what was delivered and what was refused are kept where they can be read; a sink whose place is
    lost is sent everything again, which its consumers drop by event id and revision. A file that is not a database at
    all is left as it is. None where nothing is wrong.

    Raises:
        OutboxError: it is damaged and another process has it open, or nothing of it can be read.
    """
    if not path.exists() or (wrong := fault(path)) is None:
        return None
    use = use_of(path)
    if not use.take():
        raise OutboxError(f"{path}: damaged ({wrong}), and in use by another process: stop that one first")
    try:
        return None if fault(path) is None else _rebuild(path, wrong)  # another process may have been faster
    except (sqlite3.Error, OSError) as exc:
        for leftover in (_part(path), *_beside(_part(path))):
            leftover.unlink(missing_ok=True)
        raise OutboxError(
            f"{path}: damaged ({wrong}), and nothing in it can be read; move it away, and the run that made it, "
            f"repeated, tells its events again"
        ) from exc
    finally:
        use.release()


def _rebuild(path: Path, wrong: str) -> Repaired:
    part = _part(path)
    for leftover in (part, *_beside(part)):
        leftover.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(path)) as old, contextlib.closing(sqlite3.connect(part)) as new:
        last = _last(old)
        new.execute("PRAGMA auto_vacuum=INCREMENTAL")
        new.execute("PRAGMA synchronous=FULL")
        migrate(new)
        kept, lost = _copy(old, new, last)
        for table in ("cursors", "refusals", "drops"):
            _copy_table(old, new, table)
        new.commit()
    damaged = path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}")
    for name in _beside(path):
        name.unlink(missing_ok=True)
    os.link(path, damaged)
    part.replace(path)  # at no moment is there no outbox
    log.warning("outbox repaired", path=str(path), fault=wrong, kept=kept, lost=lost, damaged=str(damaged))
    return Repaired(kept, lost, damaged)


def _part(path: Path) -> Path:
    """Where the new file is built."""
    return path.with_name(path.name + ".part")


def _beside(path: Path) -> tuple[Path, Path]:
    return path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")


def _last(old: sqlite3.Connection) -> int:
    """The highest sequence number ever given, from wherever it can be read; an unreadable schema raises."""
    found = 0
    for query in ("SELECT seq FROM sqlite_sequence WHERE name = 'events'", "SELECT max(seq) FROM events"):
        with contextlib.suppress(sqlite3.DatabaseError):
            found = max(found, (old.execute(query).fetchone() or (0,))[0] or 0)
    return found


def _copy(old: sqlite3.Connection, new: sqlite3.Connection, last: int) -> tuple[int, int]:
    """Row by row, because the first torn page ends a scan."""
    later = {row[1] for row in old.execute("PRAGMA table_info(events)")}
    columns = f"{COLUMNS}, {LATER}" if "stored_ms" in later else COLUMNS
    marks = ", ".join("?" * len(columns.split(",")))
    kept = lost = 0
    for seq in range(1, last + 1):
        try:
            row = old.execute(f"SELECT {columns} FROM events WHERE seq = ?", (seq,)).fetchone()
        except sqlite3.DatabaseError:
            lost += 1
            continue
        if row is not None:
            kept += new.execute(f"INSERT OR IGNORE INTO events ({columns}) VALUES ({marks})", row).rowcount
    new.execute(
        "INSERT INTO sqlite_sequence SELECT 'events', ? WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence)", (last,)
    )
    new.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'events'", (last,))
    return kept, lost


def _copy_table(old: sqlite3.Connection, new: sqlite3.Connection, table: str) -> None:
    with contextlib.suppress(sqlite3.DatabaseError):
        for row in old.execute(f"SELECT * FROM {table}"):
            new.execute(f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * len(row))})", row)
