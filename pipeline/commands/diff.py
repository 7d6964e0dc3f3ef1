"""`matthan diff`: what two runs tell differently, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from pipeline.ask import differing, views
from pipeline.ask.diff import Difference, diff, span
from pipeline.config import City, load
from pipeline.errors import InputError
from pipeline.evaluate import explain, placing, told
from pipeline.evaluate.told import Teller
from pipeline.wire import Data

BEFORE_S, AFTER_S = 600.0, 60.0
"""So much around an event is judged again, to say why the other run does not tell of it."""
EXPLAINED = 20
"""Differences that are explained; it takes seconds for each."""
ASIDE = ("camera-health", "outbox")
"""What stands in the place of a rule where there is none."""


def diff_runs(
    a: Annotated[Path, typer.Argument(metavar="RUN_A", help="Folder of a run, archive or live.")],
    b: Annotated[Path, typer.Argument(metavar="RUN_B", help="Another one.")],
    tolerance: Annotated[float, typer.Option("--tolerance", min=0, help="Seconds that are no difference.")] = 0.5,
    city_a: Annotated[
        Path | None, typer.Option("--city-a", help="City file of A: tells why A lacks events that B has.")
    ] = None,
    city_b: Annotated[
        Path | None, typer.Option("--city-b", help="City file of B: tells why B lacks events that A has.")
    ] = None,
    page: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a page with stills.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare the events of two runs: only in one, moved in time, measured otherwise.

    Two archive runs under different rules, or an archive run and the live run over the same hours. Ends with 1 where
    something differs.
    """
    found = diff(_judged(a), _judged(b), tolerance)
    cities = [None if path is None else load(path) for path in (city_a, city_b)]
    lacking = [n for n, one in enumerate(found) if one.what in ("removed", "added")][:EXPLAINED]
    whys = {n: why for n in lacking if (why := _why(found[n], a, b, *cities)) is not None}
    if as_json:
        rows = [differing.row(one, whys.get(n, ())) for n, one in enumerate(found) if one.what != "same"]
        typer.echo(json.dumps({**differing.counts(found), "differences": rows}, ensure_ascii=False))
    else:
        _show(found, whys)
    if page is not None:
        differing.write(page, a, b, found, whys)
    if any(one.what != "same" for one in found):
        raise typer.Exit(1)


def _judged(run: Path) -> list[Data]:
    """What rules told; how the cameras were is another matter."""
    return [event for event in views.events(run) if event.rule not in ASIDE]


def _why(one: Difference, a: Path, b: Path, city_a: City | None, city_b: City | None) -> list[str] | None:
    """What came nearest in the run that lacks the event; None where nothing was asked."""
    city, folder = (city_b, b) if one.what == "removed" else (city_a, a)
    if city is None:
        return None
    event = one.event
    begun, ended = span(event)
    try:
        with views.Run(folder) as run:
            recording = run.recording(event.camera, begun - BEFORE_S, ended + AFTER_S)
        camera = placing.only(city, city.camera(event.camera), event.rule)
        missed = explain.why_not(city, camera, recording, begun, ended)
        return list(told.missed(missed, Teller("en", city.zone, explain.span(recording)[0])))
    except InputError as exc:
        return [f"cannot be explained: {exc}"]


def _show(found: Sequence[Difference], whys: Mapping[int, Sequence[str]]) -> None:
    for number, one in enumerate(found):
        if one.what == "same":
            continue
        event, (begin, end) = one.event, one.shift_s
        place = " ".join(filter(None, (event.camera, event.zone, event.kind)))
        moved = f", {begin:+.1f} s and {end:+.1f} s" if one.what == "moved" else ""
        measured = "".join(f", {name} {x} → {y}" for name, (x, y) in one.measures.items())
        typer.echo(f"{one.what:8} {place} {event.started_at} → {event.ended_at or 'open'}{moved}{measured}")
        for line in whys.get(number, ()):
            typer.echo(f"         {line}")
    typer.echo(", ".join(f"{count} {what}" for what, count in differing.counts(found).items()))
