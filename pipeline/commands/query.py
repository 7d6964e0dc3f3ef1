"""`matthan query`: what was seen in an archive run, without looking at a picture again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from pipeline import build
from pipeline.ask import questions, shown
from pipeline.ask.questions import VEHICLES, Span, Stay
from pipeline.ask.views import Run
from pipeline.config import City, load

app = typer.Typer(no_args_is_help=True, help="Ask an archive run: what was in a zone, what stopped there.")
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run of `matthan archive`.")]
CityFile = Annotated[Path, typer.Option("--city", help="City file, whose zones are meant; they may be others now.")]
Where = Annotated[str, typer.Option("--camera", help="Which camera.")]
Zone = Annotated[str, typer.Option("--zone", help="Which of its zones.")]
Begin = Annotated[
    str | None, typer.Option("--from", metavar="T", help="2026-03-01T14:00 on the city's clock, or 14:00 of every day.")
]
End = Annotated[str | None, typer.Option("--to", metavar="T", help="The same; before it.")]
Classes = Annotated[list[str] | None, typer.Option("--class", help="person, car, …; may be given again.")]
Stills = Annotated[
    Path | None, typer.Option("--stills", metavar="DIR", help="Cut a picture of each; other people are blurred.")
]
Clips = Annotated[Path | None, typer.Option("--clips", metavar="DIR", help="Cut a clip of each, as it was recorded.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="Most rows, and most stills and clips.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def inside(
    folder: RunFolder, city: CityFile, camera: Where, zone: Zone, begin: Begin = None, end: End = None,
    classes: Classes = None, stills: Stills = None, clips: Clips = None, limit: Limit = 1000, as_json: Json = False,
) -> None:  # fmt: skip
    """What was in a zone, and from when to when."""
    settings = load(city)
    with Run(folder) as run:
        span = Span(begin, end, settings.zone)
        found = questions.inside(run, settings.camera(camera), zone, classes or (), span)
        _show(run, settings, found, stills, clips, limit, as_json)


@app.command()
def stopped(
    folder: RunFolder, city: CityFile, camera: Where, zone: Zone,
    seconds: Annotated[float, typer.Option("--seconds", min=0, help="At least so long.")] = 30.0,
    begin: Begin = None, end: End = None, classes: Classes = None, stills: Stills = None, clips: Clips = None,
    limit: Limit = 1000, as_json: Json = False,
) -> None:  # fmt: skip
    """What stood still in a zone; vehicles, unless --class says otherwise."""
    settings = load(city)
    with Run(folder) as run:
        span = Span(begin, end, settings.zone)
        found = questions.stopped(run, settings.camera(camera), zone, classes or VEHICLES, span, seconds)
        _show(run, settings, found, stills, clips, limit, as_json)


@app.command()
def busiest(
    folder: RunFolder, camera: Annotated[str | None, typer.Option("--camera", help="Default: all.")] = None,
    limit: Limit = 24, as_json: Json = False,
) -> None:  # fmt: skip
    """The hours in which most was seen, by camera and class. Who comes back is counted again."""
    with Run(folder) as run:
        _print(questions.busiest(run, camera)[:limit], as_json)


@app.command()
def sql(
    folder: RunFolder, query: Annotated[str, typer.Argument(metavar="SQL", help="Of the views below.")],
    limit: Limit = 1000, as_json: Json = False,
) -> None:  # fmt: skip
    """Any question, in DuckDB's SQL.

    Views: files(path, camera, recording, started, seconds, …), detections(time, x1, y1, x2, y2, confidence, class,
    camera, recording), tracks(… and track), events(event_id, camera, kind, rule, zone, started, ended, seconds,
    measures, summary_vi, summary_en, stills). Times are UTC seconds; city_time(time) is the city's clock.
    """
    with Run(folder) as run:
        _print(run.ask(query).slice(0, limit).to_pylist(), as_json)


def _show(
    run: Run, city: City, found: Sequence[Stay], stills: Path | None, clips: Path | None, limit: int, as_json: bool
) -> None:
    ordered = sorted(found, key=lambda stay: (stay.begun, stay.track))[:limit]
    rows = [
        {"class": stay.class_name, "from": build.local(stay.begun, city.zone), "to": build.local(stay.ended, city.zone),
         "seconds": round(stay.seconds, 1), "track": stay.track, "recording": stay.recording, "name": shown.name(stay)}
        for stay in ordered
    ]  # fmt: skip
    _print(rows, as_json)
    missing = [] if stills is None else shown.stills(run, city, ordered, stills)
    missing += [] if clips is None else shown.clips(run, ordered, clips)
    for line in missing:
        typer.echo(f"missing: {line}", err=True)
    if len(found) > limit:
        typer.echo(f"{len(found) - limit} more; --limit {len(found)} shows all", err=True)


def _print(rows: Sequence[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, default=str))
        return
    if not rows:
        typer.echo("nothing")
        return
    table = Table(*rows[0])
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    Console().print(table)
