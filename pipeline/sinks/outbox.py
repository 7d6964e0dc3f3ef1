"""The only way out: every event is committed to disk here before anything else may happen to it."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pipeline.errors import OutboxConflict, OutboxError, OutboxFull
from pipeline.sinks import formats
from pipeline.sinks.lease import use_of
from pipeline.sinks.losses import Losses
from pipeline.sinks.selection import ALL, Selection
from pipeline.wire import Message

BUSY_S, RETRY_S = 30.0, 0.01
IN_HAND_BYTES = 16 << 20
"""A batch for a sink ends at this size, however few its messages are."""
_FULL = {
    "SQLITE_BUSY",
    "SQLITE_FULL",
    "SQLITE_IOERR_WRITE",
    "SQLITE_IOERR_SHMSIZE",
    "SQLITE_IOERR_SHMOPEN",
    "SQLITE_CANTOPEN",
}
"""What SQLite says when the disk (or a quota of it) takes no more, or another writer takes too long; rolled back."""
_COLUMNS = "event_id, revision, topics, key, body, run, sheddable"
_INSERT = (
    "INSERT INTO events (event_id, revision, topics, key, body, run, sheddable, stored_ms) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_ALL_DELIVERED = "(SELECT coalesce(min(seq), 0) FROM cursors)"
"""Up to here no sink has anything left to deliver."""
_LEFT_OPEN = """(
    NOT EXISTS (SELECT 1 FROM events AS later WHERE later.event_id = one.event_id AND later.revision > one.revision)
    AND CASE WHEN json_valid(CAST(body AS TEXT)) THEN
        json_extract(CAST(body AS TEXT), '$.data.provenance.mode') = 'live'
        AND json_extract(CAST(body AS TEXT), '$.data.phase') <> 'closed'
        AND json_extract(CAST(body AS TEXT), '$.data.ended_at') IS NULL
    ELSE FALSE END
)"""
"""Of the messages `one`, those from which a crash would be closed (`wire.interrupted`)."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A message that a sink refuses for good. It stays in the outbox."""

    sink: str
    seq: int
    reason: str
    message: Message


@dataclass(frozen=True, slots=True)
class Status:
    """What an outbox holds; `waiting` and `refused` count messages by sink, `dropped` telemetry by camera."""

    events: int
    messages: int
    waiting: dict[str, int]
    oldest_s: dict[str, float]
    """Age of the oldest waiting message by sink, as far as it is known."""
    refused: dict[str, int]
    dropped: dict[str, int]
    bytes: int


class Outbox:
    """A SQLite file (WAL, synchronous=FULL: a commit survives a power cut). One object per thread; processes may share
    the file.

    `(event_id, revision)` is unique: the same bytes again are welcome and change nothing, so a run may be repeated
    after a crash; other bytes are refused and the first stay. Sequence numbers are given under the write lock, so what
    a reader has not seen yet is always newer than what it has seen.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the file. Raises `OutboxError` where it is damaged, not ours, or cannot be written."""
        self.path = path
        self._use = use_of(path)
        with contextlib.ExitStack() as undo:
            undo.callback(self._use.release)
            self._db = self._open()
            undo.callback(self._db.close)
            with self._explained():
                if not path.stat().st_size:
                    self._db.execute("PRAGMA auto_vacuum=INCREMENTAL")
                self._switch_to_wal()
                self._db.execute("PRAGMA synchronous=FULL")
                self._migrate()
            undo.pop_all()

    def _open(self) -> sqlite3.Connection:
        with self._explained():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if not self._use.take(shared=True):
                raise OutboxError(f"{self.path}: being repaired by another process; try again later")
            # Autocommit: every transaction below is explicit.
            return sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None)

    def _switch_to_wal(self) -> None:
        """SQLite does not wait for another writer here, as it does elsewhere: two processes may open a new file."""
        until = time.monotonic() + BUSY_S
        while True:
            try:
                self._db.execute("PRAGMA journal_mode=WAL")
                return
            except sqlite3.OperationalError as exc:
                if exc.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > until:
                    raise
                time.sleep(RETRY_S)

    def _migrate(self) -> None:
        if formats.version(self._db) == formats.VERSION:
            return  # a full disk can be looked into, and cleared
        with self._transaction():
            version = formats.version(self._db)
            if version > formats.VERSION:
                raise OutboxError(
                    f"{self.path}: written by a newer matthan (format {version}, this one reads {formats.VERSION})"
                )
            formats.migrate(self._db)

    def put(self, messages: Iterable[Message], losses: Losses | None = None) -> None:
        """Commit messages, all or none, in order, and announce `losses`. Returns once they are safe.

        Raises:
            OutboxConflict: other bytes are stored under one of these keys.
            OutboxFull: the disk takes no more; nothing was stored.
            OutboxError: the file is damaged; nothing was stored.
        """
        now = _now_ms()
        with self._explained(), self._transaction():
            for message in messages:
                self._insert(message, now)
            if losses:
                self._announce(losses, now)

    def _insert(self, message: Message, now: int) -> None:
        topics = "\n".join(message.topics)
        values = (message.key, message.body, message.run, message.sheddable, now)
        if self._db.execute(_INSERT, (message.event_id, message.revision, topics, *values)).rowcount:
            return
        key = (message.event_id, message.revision)
        row = self._db.execute("SELECT body FROM events WHERE event_id = ? AND revision = ?", key).fetchone()
        if row[0] != message.body:
            raise OutboxConflict(
                f"{self.path}: event {message.event_id} revision {message.revision} is stored with other content "
                f"(another model or version made it?); the first one stays"
            )

    def _announce(self, losses: Losses, now: int) -> None:
        for message in losses.gaps():
            self._insert(message, now)
        self._db.executemany(
            "INSERT INTO drops (key, messages) VALUES (?, ?) "
            "ON CONFLICT (key) DO UPDATE SET messages = messages + excluded.messages",
            losses.counts(),
        )

    def waiting(self, sink: str, limit: int) -> list[tuple[int, Message]]:
        """The oldest messages that `sink` has not delivered, with their sequence numbers."""
        query = f"SELECT {_COLUMNS}, seq FROM events WHERE seq > ? ORDER BY seq LIMIT ?"
        found: list[tuple[int, Message]] = []
        size = 0
        with self._explained():
            for row in self._db.execute(query, (self._cursor(sink), limit)):
                found.append((row[-1], _message(row)))
                size += len(found[-1][1].body)
                if size >= IN_HAND_BYTES:
                    break
        return found

    def delivered(self, sink: str, seq: int, refused: str | None = None) -> None:
        """All messages up to this sequence number are safely delivered by `sink`, or the last one `refused` for good.

        The first call, with 0, makes the sink known: what it has to deliver is kept for it.
        """
        with self._explained(), self._transaction():
            self._db.execute(
                "INSERT INTO cursors (sink, seq) VALUES (?, ?) "
                "ON CONFLICT (sink) DO UPDATE SET seq = max(seq, excluded.seq)",
                (sink, seq),
            )
            if refused is not None:
                values = (sink, seq, refused, _now_ms())
                self._db.execute("INSERT OR REPLACE INTO refusals VALUES (?, ?, ?, ?)", values)

    def place(self, sink: str) -> int:
        """The sequence number up to which `sink` has delivered."""
        with self._explained():
            return self._cursor(sink)

    def _cursor(self, sink: str) -> int:
        row = self._db.execute("SELECT seq FROM cursors WHERE sink = ?", (sink,)).fetchone()
        return int(row[0]) if row else 0

    def messages(self, run: str | None = None) -> Iterator[Message]:
        """All messages in order, or those of one run."""
        return (message for _, message in self.select(ALL if run is None else Selection(run=run)))

    def select(self, selection: Selection) -> Iterator[tuple[int, Message]]:
        """The stored messages that fit, in order, with their sequence numbers."""
        where, values = selection.sql()
        with self._explained():
            for row in self._db.execute(f"SELECT {_COLUMNS}, seq FROM events WHERE {where} ORDER BY seq", values):
                yield row[-1], _message(row)

    def latest(self) -> Iterator[Message]:
        """The last phase of every event."""
        with self._explained():
            # SQLite gives the other columns from the row of the maximum.
            for row in self._db.execute(f"SELECT {_COLUMNS}, max(revision) FROM events GROUP BY event_id"):
                yield _message(row)

    def refusals(self, selection: Selection = ALL, sink: str | None = None) -> list[Refusal]:
        """What sinks refused for good, oldest first."""
        where, values = selection.sql()
        if sink is not None:
            where, values = f"sink = ? AND {where}", (sink, *values)
        query = f"SELECT {_COLUMNS}, seq, sink, reason FROM events JOIN refusals USING (seq) WHERE {where} ORDER BY seq"
        with self._explained():
            return [Refusal(row[8], row[7], row[9], _message(row)) for row in self._db.execute(query, values)]

    def forget(self, sink: str) -> None:
        """This sink is no more: nothing is kept for it."""
        with self._explained(), self._transaction():
            for table in ("cursors", "refusals"):
                self._db.execute(f"DELETE FROM {table} WHERE sink = ?", (sink,))

    def settle(self, refusals: Sequence[Refusal]) -> None:
        """These refusals are dealt with: the messages may go when their time comes."""
        with self._explained(), self._transaction():
            keys = [(refusal.sink, refusal.seq) for refusal in refusals]
            self._db.executemany("DELETE FROM refusals WHERE sink = ? AND seq = ?", keys)

    def prune(self, stored_before_s: float | None = None, limit: int = 1000) -> int:
        """Delete the oldest messages that every sink has delivered and none refused; how many, at most `limit`.

        The last phase of a live event that is not over stays: after a crash it is closed from that.
        """
        query = (
            f"DELETE FROM events WHERE seq IN (SELECT seq FROM events AS one WHERE seq <= {_ALL_DELIVERED} "
            f"AND stored_ms < ? AND seq NOT IN (SELECT seq FROM refusals) AND NOT {_LEFT_OPEN} ORDER BY seq LIMIT ?)"
        )
        before = _now_ms() + 1 if stored_before_s is None else round(stored_before_s * 1000)
        with self._explained(), self._transaction():
            return self._db.execute(query, (before, limit)).rowcount

    def shed(self, limit: int = 1000) -> int:
        """Delete the oldest undelivered telemetry and announce it, in one transaction; how many, at most `limit`.

        A courier may have one of them in hand: it is then counted as dropped although it arrives.
        """
        query = f"SELECT {_COLUMNS}, seq FROM events WHERE sheddable AND seq > {_ALL_DELIVERED} ORDER BY seq LIMIT ?"
        with self._explained(), self._transaction():
            rows = self._db.execute(query, (limit,)).fetchall()
            self._delete([row[-1] for row in rows])
            self._announce(Losses(_message(row) for row in rows), _now_ms())
        return len(rows)

    def remove(self, seqs: Sequence[int]) -> None:
        """Delete these messages, delivered or not, and what was refused of them. Only a person asks for that."""
        with self._explained(), self._transaction():
            self._delete(seqs)

    def _delete(self, seqs: Sequence[int]) -> None:
        for table in ("events", "refusals"):
            self._db.executemany(f"DELETE FROM {table} WHERE seq = ?", [(seq,) for seq in seqs])

    def shrink(self) -> None:
        """Give the room of deleted messages back to the disk."""
        with self._explained():
            self._db.executescript("PRAGMA incremental_vacuum")  # execute() would take one step, which is one page
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def used(self) -> int:
        """Bytes of the file that hold something."""
        with self._explained():
            pages, free, size = (
                int(self._db.execute(f"PRAGMA {name}").fetchone()[0])
                for name in ("page_count", "freelist_count", "page_size")
            )
        return (pages - free) * size

    def delivered_by_all(self) -> int:
        """The sequence number up to which no sink has anything left to deliver."""
        with self._explained():
            return int(self._db.execute(f"SELECT {_ALL_DELIVERED}").fetchone()[0])

    def left(self, sink: str) -> int:
        """How many messages the sink has not taken yet. Looks at those alone."""
        with self._explained():
            return int(
                self._db.execute("SELECT count(*) FROM events WHERE seq > ?", (self._cursor(sink),)).fetchone()[0]
            )

    def status(self, sinks: Iterable[str] = ()) -> Status:
        """Counts, for the sinks that ever delivered and those named."""
        with self._explained():
            events, messages = self._db.execute("SELECT count(DISTINCT event_id), count(*) FROM events").fetchone()
            known = sorted({row[0] for row in self._db.execute("SELECT sink FROM cursors")} | set(sinks))
            query = "SELECT count(*), min(stored_ms) FROM events WHERE seq > ?"
            rows = {sink: self._db.execute(query, (self._cursor(sink),)).fetchone() for sink in known}
            now = _now_ms()
            return Status(
                events,
                messages,
                {sink: int(count) for sink, (count, _) in rows.items()},
                {sink: max(0, now - oldest) / 1000 for sink, (_, oldest) in rows.items() if oldest},
                dict(self._db.execute("SELECT sink, count(*) FROM refusals GROUP BY sink")),
                dict(self._db.execute("SELECT key, messages FROM drops ORDER BY key")),
                self.path.stat().st_size,
            )

    def close(self) -> None:
        self._db.close()
        self._use.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:  # a full disk rolls back by itself, but not always
                self._db.execute("ROLLBACK")
            raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as exc:
            full = getattr(exc, "sqlite_errorname", "") in _FULL and self.path.is_file()
            error = OutboxFull if full else OutboxError
            raise error(f"{self.path}: the outbox cannot be used: {exc}") from exc


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _message(row: Sequence[Any]) -> Message:
    event_id, revision, topics, key, body, run, sheddable = row[:7]
    return Message(event_id, revision, tuple(topics.split("\n")) if topics else (), key, body, run, bool(sheddable))
