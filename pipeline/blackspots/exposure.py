"""How much traffic each camera saw: the counts of its lines, or a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

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
    """`count` events of `events.jsonl`, or a CSV with the columns source, road_users and maybe time (UTC, ISO).

    Two lines of one camera count one road user twice: the busiest line of each camera and interval is taken. Raises
    `InputError`.
    """
    parts = [_read(path) for path in paths]
    names = tuple(sorted({name for part in parts for name in part[0]}))
    number = {name: i for i, name in enumerate(names)}
    return Exposure(
        np.array([number[name] for part in parts for name in part[0]], np.int64),
        np.concatenate([part[1] for part in parts] or [np.empty(0)]),
        np.concatenate([part[2] for part in parts] or [np.empty(0)]), names,
    )  # fmt: skip


def _read(path: Path) -> tuple[list[str], Floats, Floats]:
    if not path.is_file():
        raise InputError(f"{path}: no such file; expected counts: events (.jsonl) or a table (.csv)")
    try:
        with duckdb.connect() as base:
            rows = base.execute(_query(base, path), [str(path)]).fetchnumpy()
    except duckdb.Error as exc:
        raise InputError(
            f"{path}: no counts can be read there; expected `count` events, or a table with "
            f"{','.join(COLUMNS)}[,time]: {str(exc).splitlines()[0]}"
        ) from exc
    return [str(name) for name in rows["source"]], _filled(rows["time"]), _filled(rows["road_users"])


def _query(base: Any, path: Path) -> str:
    if path.suffix != ".csv":
        return _COUNTS
    there = base.execute(
        "SELECT * FROM read_csv(?, header := true, all_varchar := true) LIMIT 0", [str(path)]
    ).description
    timed = any(column[0] == "time" for column in there)
    return _RECORDS.format(time="epoch(time::TIMESTAMPTZ)" if timed else "NULL::DOUBLE")


def _filled(column: Any) -> Floats:
    return np.asarray(np.ma.filled(np.ma.asarray(column, np.float64), np.nan))


_COUNTS = """
    WITH told AS (
        SELECT DISTINCT json ->> '$.data.event_id' AS id, json ->> '$.data.camera' AS source,
            json ->> '$.data.zone' AS line,
            epoch((json ->> '$.data.started_at')::TIMESTAMPTZ) AS time,
            (json ->> '$.data.measures.forward')::DOUBLE + (json ->> '$.data.measures.backward')::DOUBLE AS users
        FROM read_csv(?, columns := {'json': 'VARCHAR'}, delim := chr(1), quote := '', escape := '', header := false,
            max_line_size := 1048576)
        WHERE json ->> '$.data.kind' = 'count'
    ), lines AS (SELECT source, line, time, sum(users) AS users FROM told GROUP BY ALL)
    SELECT source, time, max(users) AS road_users FROM lines GROUP BY ALL ORDER BY ALL
"""
_RECORDS = """
    SELECT source, sum(road_users::DOUBLE) AS road_users, {time} AS time
    FROM read_csv(?, header := true, all_varchar := true) GROUP BY ALL ORDER BY ALL
"""
