"""Events, tables and crash records → a table of incidents: where, when, how grave, of what kind, seen by whom."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from pipeline.anchor import Anchor
from pipeline.errors import InputError
from pipeline.types import Bools, Floats, Ints

KINDS = ("conflict", "cut_in", "wrong_way", "red_light")
"""Events that count as incidents unless others are asked for."""
WEIGHT = """
    CASE WHEN least(ttc, pet) < 0.5 THEN 4.0 WHEN least(ttc, pet) < 1.0 THEN 2.0 ELSE 1.0 END
"""
"""How grave a conflict is, by what was left of it in seconds; the steps are those of SSAM (FHWA), the weights ours."""
NAMES = {
    "lat": ("lat", "latitude", "vido", "y"),
    "lon": ("lon", "lng", "long", "longitude", "x"),
    "time": ("time", "datetime", "timestamp", "started_at", "at"),
    "date": ("date", "day"),
    "kind": ("kind", "crash_type", "type"),
    "weight": ("weight", "severity"),
}
"""Columns of a table of crash records, by the names they go by."""
RAW = """
    SELECT json FROM read_csv('{path}', columns := {{'json': 'VARCHAR'}}, delim := chr(1), quote := '', escape := '',
        header := false, max_line_size := 1048576)
"""
"""Of a file, as text: DuckDB's own reader of JSON guesses a schema, which differs from file to file."""
LINES = f"SELECT json FROM ({RAW}) WHERE json_valid(json)"
"""Those that are messages; a crash may have left the last one half written."""
OUTBOXES = (".sqlite", ".db")
EXCEL_EPOCH = "TIMESTAMP '1899-12-30'"
DAY_FIRST = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S"]
"""Dates as Vietnam and Thailand write them, beside ISO's."""
BOUNDS = "lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180 AND NOT (lat = 0 AND lon = 0)"


@dataclass(frozen=True, slots=True)
class Incidents:
    """A row an incident; all columns (n,).

    `lat`, `lon` degrees; `time` UTC seconds, NaN where unknown; `weight` how grave, 1 where nothing says; `kind` and
    `source` index `kinds` and `sources`. A source is the camera that saw it, "" for records of other origin.
    """

    lat: Floats
    lon: Floats
    time: Floats
    weight: Floats
    kind: Ints
    source: Ints
    kinds: tuple[str, ...]
    sources: tuple[str, ...]
    dropped: int = 0
    """Rows without usable coordinates, and lines that are no message."""
    plain: int = 0
    """Rows whose severity is no number above 0; they weigh 1."""

    def __len__(self) -> int:
        return len(self.lat)

    def __getitem__(self, rows: Bools | Ints) -> Incidents:
        picked = {f.name: getattr(self, f.name)[rows] for f in fields(self)[:6]}
        return replace(self, **picked)


@dataclass(frozen=True, slots=True)
class Plane:
    """The incidents on a metric plane: `xy` (n, 2)."""

    anchor: Anchor
    xy: Floats


def plane(incidents: Incidents) -> Plane:
    """Around the middle of all."""
    if not len(incidents):
        return Plane(Anchor(0.0, 0.0), np.empty((0, 2)))
    anchor = Anchor(float(np.median(incidents.lat)), float(np.median(incidents.lon)))
    return Plane(anchor, anchor.plane(np.column_stack([incidents.lat, incidents.lon])))


def read(paths: Sequence[Path], zone: tzinfo, kinds: Sequence[str] = KINDS) -> Incidents:
    """Incidents of all these: `events.jsonl`, an outbox (`.sqlite`), a store (a folder), Parquet, or CSV records.

    `kinds` are those of events, and of records too where others than `KINDS` are asked for.

    An event counts once, with its last word, however often it was delivered; rows of a Parquet file are taken as they
    are. Times of records that do not say otherwise are of the city's clock, `zone`. Raises `InputError`.
    """
    return joined([_read(path, zone, kinds) for path in dict.fromkeys(path.resolve() for path in paths)])


def joined(parts: Sequence[Incidents]) -> Incidents:
    """Several tables as one."""
    kinds = tuple(sorted({kind for part in parts for kind in part.kinds}))
    sources = tuple(sorted({source for part in parts for source in part.sources}))

    def coded(own: str, names: str, all_names: tuple[str, ...]) -> Ints:
        return np.concatenate([
            np.array([all_names.index(name) for name in getattr(part, names)], np.int64)[getattr(part, own)]
            for part in parts
        ] or [np.empty(0, np.int64)])  # fmt: skip

    def column(own: str) -> Floats:
        return np.concatenate([getattr(part, own) for part in parts] or [np.empty(0)])

    if len(parts) == 1:
        return parts[0]
    return Incidents(
        column("lat"), column("lon"), column("time"), column("weight"), coded("kind", "kinds", kinds),
        coded("source", "sources", sources), kinds, sources, sum(part.dropped for part in parts),
        sum(part.plain for part in parts),
    )  # fmt: skip


def _read(path: Path, zone: tzinfo, kinds: Sequence[str]) -> Incidents:
    if not path.exists():
        raise InputError(f"{path}: no such file; expected events (.jsonl, .sqlite, .parquet) or records (.csv)")
    broken = 0
    try:
        with duckdb.connect() as base:
            if path.suffix == ".csv":
                told = _records(base, path, zone)
                asked = np.isin(np.array(told.kinds, str)[told.kind], kinds)
                return told if tuple(kinds) == KINDS else told[asked]
            if path.is_dir():
                base.execute(f"CREATE VIEW told AS {last_words(f'SELECT * FROM {parts(path)}')}")
            elif path.suffix == ".parquet":
                base.execute(f"CREATE VIEW told AS SELECT * FROM read_parquet('{quoted(path)}')")
            else:
                if path.suffix not in OUTBOXES:
                    broken = _broken(base, path)
                base.execute(f"CREATE VIEW told AS {last_words(rows_of(messages(base, path)))}")
            found = _table(base, f"SELECT * FROM told WHERE kind IN ({listed(kinds)})")
            return replace(found, dropped=found.dropped + broken)
    except duckdb.Error as exc:
        raise InputError(f"{path}: no events or records can be read there: {str(exc).splitlines()[0]}") from exc


def _broken(base: Any, path: Path) -> int:
    """Lines of `events.jsonl` that are no message; where none is one it is another kind of file (`InputError`)."""
    query = f"SELECT count(*), count(*) FILTER (WHERE json_valid(json)) FROM ({RAW.format(path=quoted(path))})"
    lines, valid = base.execute(query).fetchone()
    if lines and not valid:
        raise InputError(f"{path}: no events or records can be read there: none of its {lines} lines is a message")
    return int(lines - valid)


def messages(base: Any, path: Path) -> str:
    """SQL: the messages of `events.jsonl` or of an outbox, a column `json`. Raises `InputError`."""
    if path.suffix not in OUTBOXES:
        return LINES.format(path=quoted(path))
    base.register("lines", _outbox(path))
    return "SELECT json FROM lines"


def rows_of(lines: str) -> str:
    """SQL: messages, a column `json` → a row each, as the store keeps them."""
    return f"""
        SELECT json ->> '$.data.event_id' AS event_id, (json ->> '$.data.revision')::INT AS revision,
            json ->> '$.data.kind' AS kind, json ->> '$.data.camera' AS source, json ->> '$.data.zone' AS zone,
            (json ->> '$.data.location.lat')::DOUBLE AS lat, (json ->> '$.data.location.lon')::DOUBLE AS lon,
            epoch((json ->> '$.data.started_at')::TIMESTAMPTZ) AS time,
            coalesce((json ->> '$.data.measures.ttc_s')::DOUBLE, 9.0) AS ttc,
            coalesce((json ->> '$.data.measures.pet_s')::DOUBLE, 9.0) AS pet, {WEIGHT} AS weight,
            (json ->> '$.data.measures.forward')::DOUBLE + (json ->> '$.data.measures.backward')::DOUBLE AS road_users
        FROM ({lines})
    """


def last_words(rows: str) -> str:
    """SQL: rows of messages → a row an event, as its last revision tells it."""
    return f"""
        SELECT * FROM ({rows}) QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY revision DESC) = 1
    """


def parts(folder: Path) -> str:
    """SQL: all tables of a store."""
    return f"read_parquet('{quoted(folder / '**' / '*.parquet')}', union_by_name := true)"


def _outbox(path: Path) -> Any:
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as base:
            bodies = [bytes(body).decode() for (body,) in base.execute("SELECT body FROM events ORDER BY seq")]
    except (sqlite3.Error, UnicodeDecodeError) as exc:
        raise InputError(f"{path}: not an outbox: {exc}") from exc
    return pa.table({"json": pa.array(bodies, pa.string())})


def _records(base: Any, path: Path, zone: tzinfo) -> Incidents:
    """A spreadsheet of crashes."""
    base.execute(f"CREATE VIEW raw AS SELECT * FROM read_csv('{quoted(path)}', all_varchar := true, header := true)")
    there = [row[0] for row in base.execute("DESCRIBE raw").fetchall()]
    found = {key: next((c for c in there if c.strip().lower() in names), None) for key, names in NAMES.items()}
    missing = [key for key in ("lat", "lon") if found[key] is None]
    if missing:
        raise InputError(f"{path}: needs the columns lat and lon, got {', '.join(there)[:120]}")
    weight = f"try_cast({_column(found['weight'])} AS DOUBLE)"
    query = f"""
        SELECT try_cast({_column(found["lat"])} AS DOUBLE) AS lat, try_cast({_column(found["lon"])} AS DOUBLE) AS lon,
            {_moment(found, there)} AS time, coalesce({_column(found["kind"])}, 'crash') AS kind, '' AS source,
            CASE WHEN {weight} > 0 THEN {weight} ELSE 1.0 END AS weight
        FROM raw
    """
    told = _table(base, query)
    if found["weight"] is not None:
        odd = base.execute(f"SELECT count(*) FROM raw WHERE ({weight} > 0) IS NOT TRUE").fetchone()[0]
        told = replace(told, plain=odd)
    known = np.isfinite(told.time)
    told.time[known] -= _offsets(told.time[known], zone)
    return told


def _moment(found: dict[str, str | None], there: Sequence[str]) -> str:
    """UTC seconds of ISO times, or of a date (ISO, day first, or a spreadsheet's day number) and a time of day."""
    day = _column(found["date"])
    clock = _column(next((c for c in there if c.strip().lower() == "time"), None))
    if found["date"] is None:
        time = _column(found["time"])
        return f"epoch(coalesce(try_cast({time} AS TIMESTAMP), try_strptime({time}, {DAY_FIRST})))"
    date = (
        f"coalesce(try_cast({day} AS TIMESTAMP), try_strptime({day}, {DAY_FIRST}), "
        f"{EXCEL_EPOCH} + to_days(try_cast({day} AS INT)))"
    )
    minutes = f"coalesce(epoch(try_cast('1970-01-01 ' || lpad({clock}, 5, '0') AS TIMESTAMP)), 0)"
    return f"epoch({date}) + {minutes}"


def _column(name: str | None) -> str:
    return "NULL" if name is None else '"' + name.replace('"', '""') + '"'


def _table(base: Any, query: str) -> Incidents:
    base.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM ({query}) WHERE {BOUNDS}")
    total = base.execute(f"SELECT count(*) FROM ({query})").fetchone()[0]
    kinds, sources = (
        tuple(row[0] for row in base.execute(f"SELECT DISTINCT coalesce({c}, '') FROM kept ORDER BY 1").fetchall())
        for c in ("kind", "source")
    )
    base.execute("CREATE TEMP TABLE k AS SELECT unnest(?) AS name, unnest(range(?)) AS id", [list(kinds), len(kinds)])
    base.execute(
        "CREATE TEMP TABLE s AS SELECT unnest(?) AS name, unnest(range(?)) AS id", [list(sources), len(sources)]
    )
    rows = base.execute(
        "SELECT lat, lon, coalesce(time, 'nan'::DOUBLE) AS time, weight, k.id AS kind, s.id AS source FROM kept "
        "JOIN k ON coalesce(kept.kind, '') = k.name JOIN s ON coalesce(kept.source, '') = s.name"
    ).fetchnumpy()
    lat, lon, time, weight = (
        np.asarray(np.ma.filled(np.ma.asarray(rows[c], np.float64), np.nan)) for c in ("lat", "lon", "time", "weight")
    )
    kind, source = (np.asarray(rows[c], np.int64) for c in ("kind", "source"))
    return Incidents(lat, lon, time, weight, kind, source, kinds, sources, total - len(lat))


def listed(names: Sequence[str]) -> str:
    """Names as SQL lists them."""
    return ", ".join("'" + name.replace("'", "''") + "'" for name in names)


def quoted(path: Path) -> str:
    """A path within quotes of SQL."""
    return str(path).replace("'", "''")


def days(incidents: Incidents, zone: tzinfo) -> Ints:
    """Of each incident, the number of its day on the city's clock; -1 where its time is unknown."""
    known = np.isfinite(incidents.time)
    out = np.full(len(incidents), -1, np.int64)
    out[known] = np.floor((incidents.time[known] + _offsets(incidents.time[known], zone)) / 86_400)
    return out


def hours(incidents: Incidents, zone: tzinfo) -> Ints:
    """Of each incident, the hour of the week on the city's clock, Monday 0 h = 0; -1 where its time is unknown."""
    known = np.isfinite(incidents.time)
    out = np.full(len(incidents), -1, np.int64)
    local = incidents.time[known] + _offsets(incidents.time[known], zone)
    out[known] = np.floor(local / 3600 + 72) % 168  # 1970-01-01 was a Thursday
    return out


def _offsets(time: Floats, zone: tzinfo) -> Floats:
    """Seconds that the city's clock is ahead of UTC, looked up once an hour."""
    each, where = np.unique(np.floor(time / 3600), return_inverse=True)
    ahead = [datetime.fromtimestamp(hour * 3600, UTC).astimezone(zone).utcoffset() for hour in each.tolist()]
    return np.array([0.0 if shift is None else shift.total_seconds() for shift in ahead])[where]
