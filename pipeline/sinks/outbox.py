"""The only way out: every event is committed to disk here before anything else may happen to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pipeline.errors import OutboxConflict, OutboxError
from pipeline.wire import Message

VERSION = 1
BUSY_S = 30.0
_SCHEMA = """
CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  topics TEXT NOT NULL,
  key TEXT NOT NULL,
  run TEXT NOT NULL,
  body BLOB NOT NULL,
  UNIQUE (event_id, revision)
);
CREATE TABLE cursors (
  sink TEXT PRIMARY KEY,
  seq INTEGER NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class Status:
    """What an outbox holds; `waiting` counts undelivered messages by sink."""

    events: int
    messages: int
    waiting: dict[str, int]
    bytes: int


class Outbox:
    """A SQLite file (WAL, synchronous=FULL: a commit survives a power cut). One object per thread.

    `(event_id, revision)` is unique: the same bytes again are welcome and change nothing, so a run may be repeated
    after a crash; other bytes are refused and the first stay.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the file. Raises `OutboxError` where it is damaged, not ours, or cannot be written."""
        self.path = path
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            # Autocommit: every transaction below is explicit.
            self._db = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)
        try:
            with self._explained():
                self._db.execute("PRAGMA journal_mode=WAL")
                self._db.execute("PRAGMA synchronous=FULL")
                self._migrate()
        except OutboxError:
            self._db.close()
            raise

    def _migrate(self) -> None:
        with self._transaction():
            version = int(self._db.execute("PRAGMA user_version").fetchone()[0])
            if version > VERSION:
                raise OutboxError(
                    f"{self.path}: written by a newer matthan (format {version}, this one reads {VERSION})"
                )
            if version == 0:
                for statement in _SCHEMA.split(";"):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version={VERSION}")

    def put(self, messages: Iterable[Message]) -> None:
        """Commit messages, all or none, in order. Returns once they are safe.

        Raises:
            OutboxConflict: other bytes are stored under one of these keys.
            OutboxError: the disk is full or the file damaged; nothing was stored.
        """
        with self._explained(), self._transaction():
            for message in messages:
                self._insert(message)

    def _insert(self, message: Message) -> None:
        key = (message.event_id, message.revision)
        row = self._db.execute("SELECT body FROM events WHERE event_id = ? AND revision = ?", key).fetchone()
        if row is None:
            self._db.execute(
                "INSERT INTO events (event_id, revision, topics, key, run, body) VALUES (?, ?, ?, ?, ?, ?)",
                (*key, "\n".join(message.topics), message.key, message.run, message.body),
            )
        elif row[0] != message.body:
            raise OutboxConflict(
                f"{self.path}: event {message.event_id} revision {message.revision} is stored with other content "
                f"(another model or version made it?); the first one stays"
            )

    def waiting(self, sink: str, limit: int) -> list[tuple[int, Message]]:
        """The oldest messages that `sink` has not delivered, with their sequence numbers."""
        query = "SELECT seq, event_id, revision, topics, key, body, run FROM events WHERE seq > ? ORDER BY seq LIMIT ?"
        with self._explained():
            rows = self._db.execute(query, (self._cursor(sink), limit)).fetchall()
        return [(row[0], _message(row[1:])) for row in rows]

    def delivered(self, sink: str, seq: int) -> None:
        """All messages up to this sequence number are safely delivered by `sink`."""
        with self._explained(), self._transaction():
            self._db.execute(
                "INSERT INTO cursors (sink, seq) VALUES (?, ?) "
                "ON CONFLICT (sink) DO UPDATE SET seq = max(seq, excluded.seq)",
                (sink, seq),
            )

    def _cursor(self, sink: str) -> int:
        row = self._db.execute("SELECT seq FROM cursors WHERE sink = ?", (sink,)).fetchone()
        return int(row[0]) if row else 0

    def messages(self, run: str | None = None) -> Iterator[Message]:
        """All messages in order, or those of one run."""
        where, values = ("WHERE run = ?", (run,)) if run is not None else ("", ())
        query = f"SELECT event_id, revision, topics, key, body, run FROM events {where} ORDER BY seq"
        with self._explained():
            for row in self._db.execute(query, values):
                yield _message(row)

    def status(self, sinks: Iterable[str] = ()) -> Status:
        """Counts, for the sinks that ever delivered and those named."""
        query = "SELECT count(*) FROM events WHERE seq > ?"
        with self._explained():
            events, messages = self._db.execute("SELECT count(DISTINCT event_id), count(*) FROM events").fetchone()
            known = {row[0] for row in self._db.execute("SELECT sink FROM cursors")} | set(sinks)
            waiting = {s: int(self._db.execute(query, (self._cursor(s),)).fetchone()[0]) for s in sorted(known)}
            return Status(events, messages, waiting, self.path.stat().st_size)

    def close(self) -> None:
        self._db.close()

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
            raise OutboxError(f"{self.path}: the outbox cannot be used: {exc}") from exc


def _message(row: tuple[str, int, str, str, bytes, str]) -> Message:
    event_id, revision, topics, key, body, run = row
    return Message(event_id, revision, tuple(topics.split("\n")) if topics else (), key, body, run)
