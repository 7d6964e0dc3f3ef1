"""The formats of the outbox file, from the first on, and the way from each to the next."""

from __future__ import annotations

import sqlite3

STEPS = (
    """
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
    )
    """,
    # 2: age and telemetry are known, what a sink refuses for good is set aside, what was dropped is counted.
    """
    ALTER TABLE events ADD COLUMN stored_ms INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE events ADD COLUMN sheddable INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX telemetry ON events (seq) WHERE sheddable;
    CREATE TABLE refusals (
      sink TEXT NOT NULL,
      seq INTEGER NOT NULL,
      reason TEXT NOT NULL,
      refused_ms INTEGER NOT NULL,
      PRIMARY KEY (sink, seq)
    );
    CREATE TABLE drops (
      key TEXT PRIMARY KEY,
      messages INTEGER NOT NULL
    )
    """,
)
"""`STEPS[n]` turns format n into format n + 1. A step that was released is never changed."""
VERSION = len(STEPS)


def version(db: sqlite3.Connection) -> int:
    """The format of an open file; 0 for a new one."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def migrate(db: sqlite3.Connection) -> None:
    """Bring the file up to `VERSION`, inside the caller's transaction."""
    for step in STEPS[version(db) :]:
        for statement in step.split(";"):
            db.execute(statement)
    db.execute(f"PRAGMA user_version={VERSION}")
