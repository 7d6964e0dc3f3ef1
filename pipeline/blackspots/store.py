"""A folder of Parquet that grows with what is heard: a row a message, a folder a day; DuckDB reads it as one table."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.blackspots.incidents import last_words, parts, quoted, rows_of
from pipeline.errors import InputError, OutboxError

PARTS = 8
"""Of a day that is over, so many tables are made one."""


class Store:
    """Messages may come twice, and from several writers: whoever reads counts each event once, with its last word."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, messages: Sequence[str]) -> int:
        """Keep what these messages (JSON) tell; all of it is there when this returns. How many were events.

        Raises `OutboxError` where the disk does not take it.
        """
        with self._written() as base:
            base.register("lines", pa.table({"json": pa.array(messages, pa.string())}))
            base.execute(f"CREATE TEMP TABLE heard AS {rows_of('SELECT json FROM lines WHERE json_valid(json)')}")
            base.execute("DELETE FROM heard WHERE event_id IS NULL OR time IS NULL")
            base.execute("ALTER TABLE heard ADD COLUMN day VARCHAR")
            base.execute("UPDATE heard SET day = strftime(to_timestamp(time), '%Y-%m-%d')")
            counts = base.execute("SELECT day, count(*) FROM heard GROUP BY day").fetchall()
            for day, _ in counts:
                self._write(base, f"SELECT * EXCLUDE day FROM heard WHERE day = '{day}'", day)
            return sum(int(count) for _, count in counts)

    def compact(self) -> None:
        """Make one table of the many of each day that is over. Killed amid it, some rows are there twice, and count
        once. Raises `OutboxError` where the disk does not take it."""
        today = datetime.now(UTC).strftime("%Y-%m-%d")
        for day in sorted(self.folder.glob("day=*")):
            tables = sorted(day.glob("*.parquet"))
            if len(tables) > PARTS and day.name != f"day={today}":
                with self._written() as base:
                    self._write(base, last_words(f"SELECT * FROM {parts(day)}"), day.name.removeprefix("day="))
                    for table in tables:
                        table.unlink(missing_ok=True)  # another writer may make one of them, too

    @contextlib.contextmanager
    def _written(self) -> Iterator[duckdb.DuckDBPyConnection]:
        try:
            with duckdb.connect() as base:
                yield base
        except (duckdb.Error, OSError) as exc:
            raise OutboxError(f"{self.folder}: cannot be written: {str(exc).splitlines()[0]}") from exc

    def _write(self, base: duckdb.DuckDBPyConnection, rows: str, day: str) -> None:
        folder = self.folder / f"day={day}"
        folder.mkdir(parents=True, exist_ok=True)
        table = folder / f"{uuid.uuid4().hex}.parquet"
        part = table.with_suffix(".part")
        base.execute(f"COPY ({rows}) TO '{quoted(part)}' (FORMAT parquet, COMPRESSION zstd)")
        part.replace(table)


def open_store(folder: Path) -> Store:
    """Raises `InputError` where it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise InputError(f"{folder}: cannot be made: {exc.strerror}") from exc
    for part in folder.glob("day=*/*.part"):  # of a writer that was killed
        part.unlink(missing_ok=True)
    return Store(folder)
