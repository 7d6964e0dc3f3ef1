"""READ FIRST: an archive run as tables to be asked in SQL (DuckDB): `files`, `detections`, `tracks`, `events`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import duckdb
import pyarrow as pa

from pipeline.archive.plan import Plan, saved
from pipeline.archive.run import ARCHIVE, PLAN
from pipeline.archive.timeline import Part
from pipeline.errors import ConfigError, InputError
from pipeline.recording import Recording, joined, read_detections, shifted
from pipeline.report.page import findings
from pipeline.sinks.outbox import Outbox
from pipeline.wire import Data, decode, parse_timestamp

FILES = pa.schema([
    ("path", pa.string()), ("camera", pa.string()), ("recording", pa.int64()), ("started", pa.float64()),
    ("seconds", pa.float64()), ("skip_s", pa.float64()), ("width", pa.int64()), ("height", pa.int64()),
    ("detections", pa.string()),
])  # fmt: skip
EVENTS = pa.schema([
    *[(name, pa.string()) for name in ("event_id", "camera", "kind", "rule", "zone", "severity", "phase", "reason")],
    ("started", pa.float64()), ("ended", pa.float64()), ("seconds", pa.float64()),
    *[(name, pa.string()) for name in ("measures", "summary_vi", "summary_en", "stills")],
])  # fmt: skip
NO_BOXES = (
    "SELECT * FROM (SELECT 0.0 AS time, 0.0 AS x1, 0.0 AS y1, 0.0 AS x2, 0.0 AS y2, 0.0 AS confidence, '' AS class"
)


class Run:
    """The tables of one run. All times are UTC seconds; `city_time(…)` shows them on the city's clock.

    `files`: what was watched; `recording` counts those that follow one another. `detections`: every box of every
    analysed frame. `tracks`: the boxes of confirmed tracks, whose numbers are of one camera and recording. `events`:
    the last word on each.
    """

    def __init__(self, folder: Path) -> None:
        """Raises `InputError` where there is no run, or not a whole one."""
        self.folder = folder
        try:
            told = json.loads((folder / ARCHIVE).read_text(encoding="utf-8"))
            self.zone: str = told["timezone"]
            tables: dict[str, str] = told["detections"]
            tracks: list[dict[str, Any]] = told["tracks"]
        except (OSError, ValueError, KeyError, TypeError) as exc:
            raise InputError(f"{folder}: no finished run of `matthan archive` is there ({exc})") from exc
        self._tables = tables
        self.plan: Plan = saved(folder / PLAN)
        self.events: list[Data] = events(folder)
        self._db = duckdb.connect()
        self._db.execute("SET TimeZone = 'UTC'")
        self._table(
            "files", FILES, [_file(part, folder, tables) for parts in self.plan.parts.values() for part in parts]
        )
        self._table("events", EVENTS, map(_event, self.events))
        zone = self.zone.replace("'", "")
        self._db.execute(f"CREATE MACRO city_time(t) AS timezone('{zone}', to_timestamp(t))")
        self._view_detections([str(folder / path) for path in tables.values()])
        self._view_tracks([(str(folder / one["path"]), int(one["recording"])) for one in tracks])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def ask(self, sql: str, values: Sequence[Any] = ()) -> pa.Table:
        """The answer to a query. Raises `ConfigError` where it is none, with what DuckDB says."""
        try:
            answer = self._db.sql(sql, params=list(values))
            return pa.table({}) if answer is None else answer.to_arrow_table()
        except duckdb.Error as exc:
            raise ConfigError(f"query: {str(exc).splitlines()[0]}") from exc

    def recording(self, camera: str, since: float, until: float) -> Recording:
        """What was detected at a camera in a stretch of one recording, all of that where more begin in it.

        Raises `InputError` where nothing was.
        """
        mine = [p for p in self.plan.parts.get(camera, ()) if p.footage.end > since and p.footage.start < until]
        mine = [p for p in mine if p.epoch == mine[-1].epoch and str(p.footage.path) in self._tables]
        tables = [(p, read_detections(self.folder / self._tables[str(p.footage.path)])) for p in mine]
        if not tables:
            raise InputError(f"{self.folder}: nothing of camera {camera} was watched then")
        parts = [shifted(table, p.footage.start, max(p.skip_s, since - p.footage.start)) for p, table in tables]
        return replace(joined(parts), frame_size=mine[0].footage.size)

    def part(self, camera: str, time: float) -> Part | None:
        """The file that shows a camera at `time`."""
        for part in self.plan.parts.get(camera, ()):
            if part.footage.start + part.skip_s <= time < part.footage.end:
                return part
        return None

    def _table(self, name: str, schema: pa.Schema, rows: Iterable[dict[str, Any]]) -> None:
        self._db.register(f"_{name}", pa.Table.from_pylist(list(rows), schema=schema))
        self._db.execute(f"CREATE TABLE {name} AS SELECT * FROM _{name}")

    def _view_detections(self, paths: list[str]) -> None:
        source = "read_parquet($paths, filename = true)".replace("$paths", _listed(paths)) if paths else None
        self._db.execute(
            "CREATE VIEW detections AS "
            + (f"""SELECT f.started + d.time AS time, d.* EXCLUDE (time, filename, camera), f.camera, f.recording
                   FROM {source} d JOIN files f ON d.filename = f.detections
                   WHERE d.class IS NOT NULL AND d.time >= f.skip_s""" if source
               else f"{NO_BOXES}, '' AS camera, 0 AS recording) WHERE false")
        )  # fmt: skip

    def _view_tracks(self, tables: list[tuple[str, int]]) -> None:
        if not tables:
            self._db.execute(f"CREATE VIEW tracks AS {NO_BOXES}, 0 AS track, '' AS camera, 0 AS recording) WHERE false")
            return
        which = ", ".join(f"({_quoted(path)}, {number})" for path, number in tables)
        self._db.execute(
            f"""CREATE VIEW tracks AS
            SELECT t.time, x1, y1, x2, y2, confidence, class::VARCHAR AS class, track,
                   t.camera::VARCHAR AS camera, w.recording
            FROM read_parquet({_listed([path for path, _ in tables])}, filename = true) t
            JOIN (VALUES {which}) w(filename, recording) USING (filename)
            WHERE track >= 0
            QUALIFY bool_or(NOT tentative) OVER (PARTITION BY t.camera, w.recording, track)"""
        )


def events(folder: Path) -> list[Data]:
    """The last word on each event of a run, archive or live, or of all shards of one. Raises `InputError`."""
    outboxes = sorted([*folder.glob("outbox.sqlite"), *folder.glob("*/outbox.sqlite")])
    if not outboxes:
        raise InputError(f"{folder}: no outbox.sqlite there; expected the --out folder of a run")
    found: list[Data] = []
    for path in outboxes:
        with Outbox(path) as outbox:
            found += findings(decode(message.body) for message in outbox.messages())
    return sorted(found, key=lambda data: (data.started_at, data.event_id))


def _file(part: Part, folder: Path, tables: dict[str, str]) -> dict[str, Any]:
    one = part.footage
    table = tables.get(str(one.path))
    return {"path": str(one.path), "camera": one.camera, "recording": part.epoch, "started": one.start,
            "seconds": one.seconds - part.skip_s, "skip_s": part.skip_s, "width": one.size[0], "height": one.size[1],
            "detections": None if table is None else str(folder / table)}  # fmt: skip


def _event(data: Data) -> dict[str, Any]:
    begun = parse_timestamp(data.started_at)
    ended = None if data.ended_at is None else parse_timestamp(data.ended_at)
    return {
        **{name: getattr(data, name) for name in EVENTS.names[:8]}, "started": begun, "ended": ended,
        "seconds": None if ended is None else ended - begun, "measures": json.dumps(data.measures, ensure_ascii=False),
        "summary_vi": data.summary.get("vi"), "summary_en": data.summary.get("en"),
        "stills": ", ".join(file.uri for file in data.evidence),
    }  # fmt: skip


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _listed(paths: list[str]) -> str:
    return "[" + ", ".join(map(_quoted, paths)) + "]"
