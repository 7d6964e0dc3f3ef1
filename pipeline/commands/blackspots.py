"""`matthan blackspots`: from conflicts, or crash records, to a report on the places where they happen."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from pipeline.blackspots import hotspots, incidents, places, report, stills, tables
from pipeline.blackspots.analyse import Found, Wanted, analyse
from pipeline.blackspots.change import Change
from pipeline.blackspots.follow import GROUP, Follower
from pipeline.blackspots.store import open_store
from pipeline.config import load
from pipeline.errors import ConfigError, InputError

SHOWN = 20
Events = Annotated[
    list[Path],
    typer.Argument(metavar="EVENTS...", help="events.jsonl, an outbox, Parquet, or crash records (CSV with lat, lon)."),
]
Out = Annotated[Path, typer.Option("--out", help="Folder for report.html, places.csv, places.geojson, cells.geojson.")]
Counts = Annotated[
    list[Path] | None,
    typer.Option("--counts", help="Traffic: events.jsonl with `count` events, or a CSV source,road_users[,time]."),
]
Kinds = Annotated[
    list[str] | None, typer.Option("--kind", help=f"Which events count; default {', '.join(incidents.KINDS)}.")
]
Timezone = Annotated[str, typer.Option("--timezone", help="The city's clock.")]
Merge = Annotated[float, typer.Option("--merge", min=0, help="Cameras so near, metres, watch one junction.")]
Least = Annotated[int, typer.Option("--least", min=2, help="Incidents without a camera that make a place.")]
Cell = Annotated[float, typer.Option("--cell", min=10, help="Side of the squares that are tested, metres.")]
Changed = Annotated[str | None, typer.Option("--changed-at", help="Date on which something was done, 2026-03-01.")]
Treated = Annotated[list[str] | None, typer.Option("--treated", help="… at this camera or place; may be given again.")]
Tiles = Annotated[
    str | None, typer.Option("--tiles", help="URL of map tiles, {z}/{x}/{y}; unset: a map that needs no network.")
]
Title = Annotated[str, typer.Option("--title", help="Heading of the report.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def blackspots(
    events: Events, out: Out = Path("matthan-blackspots"), counts: Counts = None, kind: Kinds = None,
    timezone: Timezone = "Asia/Ho_Chi_Minh", merge_m: Merge = places.MERGE_M, least: Least = places.LEAST,
    cell_m: Cell = hotspots.CELL_M, changed_at: Changed = None, treated: Treated = None, tiles: Tiles = None,
    title: Title = "Mắt Thần", as_json: Json = False,
) -> None:  # fmt: skip
    """Rank places by conflicts per traffic, with how sure that is; before and after a change; as a report."""
    zone = _zone(timezone)
    if (changed_at is None) != (not treated):
        raise ConfigError("blackspots: --changed-at and --treated belong together")
    when = _date(changed_at, zone) if changed_at else None
    wanted = Wanted(tuple(events), tuple(counts or ()), tuple(kind or incidents.KINDS), merge_m, least, cell_m, when,
                    tuple(treated or ()))  # fmt: skip
    found = analyse(wanted, zone)
    files = tables.write(out, found)
    files.append(report.write(out, found, zone, title, wanted, stills.typical(found, wanted), tiles))
    if as_json:
        typer.echo(json.dumps(_as_dict(found, files), ensure_ascii=False))
    else:
        _show(Console(), found, files)


def follow(
    city: Annotated[Path, typer.Option("--city", help="City file; its sinks.kafka says how to reach the brokers.")],
    store: Annotated[Path, typer.Option("--store", help="Folder of Parquet that is kept up to date.")],
    out: Out = Path("matthan-blackspots"),
    ward: Annotated[list[str] | None, typer.Option("--ward", help="Only of this ward; may be given again.")] = None,
    every_s: Annotated[
        float, typer.Option("--every", min=1, help="Rank anew at most so often, seconds.")
    ] = 600.0,
    idle_s: Annotated[
        float | None,
        typer.Option("--idle", min=1, help="End when nothing came for so long, s; a session of Kafka's is 45."),
    ] = None,
    group: Annotated[str, typer.Option("--group", help="Consumer group; members share the work.")] = GROUP,
    merge_m: Merge = places.MERGE_M, least: Least = places.LEAST, cell_m: Cell = hotspots.CELL_M,
    title: Title = "Mắt Thần",
) -> None:  # fmt: skip
    """Keep a store of traffic events up to date from Kafka, and the ranked places with it."""
    settings = load(city)
    kafka = settings.sinks.get("kafka")
    if kafka is None:
        raise ConfigError(f"{city}: sinks.kafka is missing; it says how to reach the brokers")
    for name in ward or []:
        if name not in settings.wards:
            raise ConfigError(f"--ward: no ward {name!r}; there are {', '.join(settings.wards)}")
    kept = open_store(store)
    kept.compact()
    topics = [f"matthan.traffic.{name}" for name in ward] if ward else [r"^matthan\.traffic\..*"]
    wanted = Wanted((store,), (store,), merge_m=merge_m, least=least, cell_m=cell_m)
    ranking = _Ranking(wanted, settings.zone, out, title, every_s)
    follower = Follower(kafka, topics, kept, group)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: follower.stop())
    stored = follower.run(ranking.heard, idle_s)
    ranking.rank()
    typer.echo(json.dumps({"stored": stored, "store": str(store), "out": str(out)}))


class _Ranking:
    """The report on what the store holds, written anew when that has grown, but not too often."""

    def __init__(self, wanted: Wanted, zone: ZoneInfo, out: Path, title: str, every_s: float) -> None:
        self._wanted = wanted
        self._zone = zone
        self._out = out
        self._title = title
        self._every_s = every_s
        self._ranked = float("-inf")
        self._new = 0
        self._console = Console(stderr=True)

    def heard(self, count: int) -> None:
        """So many more events are in the store."""
        self._new += count
        if self._new and time.monotonic() - self._ranked >= self._every_s:
            self.rank()

    def rank(self) -> None:
        self._new, self._ranked = 0, time.monotonic()
        try:
            found = analyse(self._wanted, self._zone)
            files = [*tables.write(self._out, found),
                     report.write(self._out, found, self._zone, self._title, self._wanted, ())]  # fmt: skip
            told = f"{len(found.incidents)} incidents at {len(found.places)} places → {files[-1]}"
        except InputError as exc:  # not enough yet
            told = f"not ranked: {exc}"
        self._console.print(told, highlight=False, soft_wrap=True)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise ConfigError(f"--timezone: no such time zone, e.g. Asia/Ho_Chi_Minh, got {name!r}") from exc


def _date(text: str, zone: ZoneInfo) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as exc:
        raise ConfigError(f"--changed-at: must be a date like 2026-03-01, got {text!r}") from exc
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _as_dict(found: Found, files: list[Path]) -> dict[str, Any]:
    jaccard = found.ranking.jaccard.round(3).tolist()
    told: dict[str, Any] = {
        "incidents": len(found.incidents), "dropped": found.incidents.dropped, "places": tables.rows(found)[:SHOWN],
        "hot_cells": int(found.cells.hot.sum()), "jaccard": {"mean": jaccard[0], "low": jaccard[1], "high": jaccard[2]},
        "files": [str(file) for file in files],
    }  # fmt: skip
    if found.change is not None:
        told["change"] = [_changed(name, found.change[1], i) for i, name in enumerate(found.change[0])]
    return told


def _changed(name: str, change: Change, i: int) -> dict[str, Any]:
    return {
        "place": name, "before": int(change.before[i]), "after": int(change.after[i]),
        "expected": round(float(change.expected[i]), 2), "effect": round(float(change.effect[i]), 3),
        "low": round(float(change.low[i]), 3), "high": round(float(change.high[i]), 3),
        "chance_of_fewer": round(float(change.better[i]), 3),
    }  # fmt: skip


def _show(console: Console, found: Found, files: list[Path]) -> None:
    unit = "weighted, per 1,000 road users" if found.exposed else "weighted incidents"
    table = Table("rank", "place", "incidents", f"rate ({unit})", "95 %", "ranks")
    for row in tables.rows(found)[:SHOWN]:
        span = f"{row['low']}–{row['high']}" if row["rate"] is not None else ""
        ranks = f"{row['rank_low']}–{row['rank_high']}" if row["rank"] else ""
        table.add_row(
            str(row["rank"] or "–"), row["place"], str(row["incidents"]), str(row["rate"] or "?"), span, ranks
        )
    console.print(table)
    mean, low, high = found.ranking.jaccard
    console.print(
        f"{found.placed} of {len(found.incidents)} incidents at {len(found.places)} places, "
        f"{int(found.cells.hot.sum())} hot squares; "
        f"had other days been like these, the first ten would overlap by {mean:.2f} (Jaccard; 95 %: "
        f"{low:.2f}–{high:.2f})",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    for count, what in _notes(found):
        if count:
            console.print(f"note: {count} {what}", highlight=False, soft_wrap=True)
    if found.change is not None:
        _show_change(console, *found.change)
    for file in files:
        console.print(f"  {file}", highlight=False, soft_wrap=True)


def _notes(found: Found) -> list[tuple[int, str]]:
    own = found.incidents
    return [
        (own.dropped, "rows had no usable coordinates, or were no message"),
        (int(np.isnan(own.time).sum()), "rows had no time that can be read"),
        (own.plain, "rows had no severity above 0 and weigh 1"),
        (int((~found.ranking.rated).sum()), "places have no traffic counts, and no rank"),
    ]


def _show_change(console: Console, names: Sequence[str], change: Change) -> None:
    for i, name in enumerate(names):
        console.print(
            f"{name}: {change.before[i]:.0f} before, {change.after[i]:.0f} after, {change.expected[i]:.1f} expected; "
            f"effect × {change.effect[i]:.2f} (95 %: {change.low[i]:.2f}–{change.high[i]:.2f})",
            highlight=False, soft_wrap=True,
        )  # fmt: skip
