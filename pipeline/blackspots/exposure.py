"""How much traffic each camera saw: the counts of its lines, or a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from pipeline.blackspots.incidents import LINES, parts, quoted, rows_of
from pipeline.errors import InputError
from pipeline.types import Floats, Ints

COLUMNS = ("source", "road_users")


@dataclass(frozen=True, slots=True)
class Exposure:
    """Road users counted, a row an interval; columns (n,). `source` indexes `sources`; `time` is NaN where unknown."""

    source: Ints
    time: Floats
    road_users: Floats
    sources: tuple[str, ...]

    def of(self, names: Sequence[str], since: float = -np.inf, until: float = np.inf) -> Floats:
        """Road users that each of these sources counted within the time, (len(names),)."""
        number = {name: i for i, name in enumerate(names)}
        own = np.array([number.get(name, -1) for name in self.sources], np.int64)[self.source]
        whole = np.isinf(since) and np.isinf(until)
        kept = (own >= 0) & (whole | ((self.time >= since) & (self.time < until)))
        return np.asarray(np.bincount(own[kept], self.road_users[kept], len(names)), np.float64)


def read(paths: Sequence[Path]) -> Exposure:
    """`count` events of `events.jsonl` or of a store (a folder); or a CSV with source, road_users and maybe time (UTC).

    Two lines of one camera count one road user twice: the busiest line of each camera and interval is taken. Raises
    `InputError`.
    """
    tables = [_read(path) for path in paths]
    names = tuple(sorted({name for part in tables for name in part[0]}))
    number = {name: i for i, name in enumerate(names)}
    return Exposure(
        np.array([number[name] for part in tables for name in part[0]], np.int64),
        np.concatenate([part[1] for part in tables] or [np.empty(0)]),
        np.concatenate([part[2] for part in tables] or [np.empty(0)]), names,
    )  # fmt: skip


def _read(path: Path) -> tuple[list[str], Floats, Floats]:
    if not path.exists():
        raise InputError(f"{path}: no such file; expected counts: events (.jsonl), a store, or a table (.csv)")
    try:
        with duckdb.connect() as base:
            rows = base.execute(_query(base, path)).fetchnumpy()
    except duckdb.Error as exc:
        raise InputError(
            f"{path}: no counts can be read there; expected `count` events, or a table with "
            f"{','.join(COLUMNS)}[,time]: {str(exc).splitlines()[0]}"
        ) from exc
    return [str(name) for name in rows["source"]], _filled(rows["time"]), _filled(rows["road_users"])


def _query(base: Any, path: Path) -> str:
    if path.is_dir():
        return _COUNTS.format(rows=f"SELECT * FROM {parts(path)}")
    if path.suffix != ".csv":
        return _COUNTS.format(rows=rows_of(LINES.format(path=quoted(path))))
    table = f"read_csv('{quoted(path)}', header := true, all_varchar := true)"
    there = base.execute(f"SELECT * FROM {table} LIMIT 0").description
    timed = any(column[0] == "time" for column in there)
    return _RECORDS.format(table=table, time="epoch(time::TIMESTAMPTZ)" if timed else "NULL::DOUBLE")


def _filled(column: Any) -> Floats:
    return np.asarray(np.ma.filled(np.ma.asarray(column, np.float64), np.nan))


_COUNTS = """
    WITH told AS (
        SELECT DISTINCT event_id, source, zone AS line, time, road_users FROM ({rows}) WHERE kind = 'count'
    ), lines AS (SELECT source, line, time, sum(road_users) AS users FROM told GROUP BY ALL)
    SELECT source, time, max(users) AS road_users FROM lines GROUP BY ALL ORDER BY ALL
"""
_RECORDS = """
    SELECT source, sum(road_users::DOUBLE) AS road_users, {time} AS time FROM {table} GROUP BY ALL ORDER BY ALL
"""
