"""`matthan eval`: how good were the events, measured against what happened?"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from pipeline.errors import ConfigError
from pipeline.evaluate import finding, score, truth
from pipeline.evaluate.gate import Limits, failures, mistakes
from pipeline.evaluate.interval import in_brackets
from pipeline.evaluate.match import LATE_S, TOLERANCE_S
from pipeline.evaluate.score import Report, Score, Table

_WIDTH = 120
"""Characters per line where no terminal sets a width."""
_HEADS = (
    "kind", "truth", "found\nmissed", "false\nrepeated", "alerts\nper event", "delay s\n(95 %)",
    "precision", "recall", "F1", "false per\ncamera-hour",
)  # fmt: skip
_RATIOS = (0, 6, 7, 8, 9)
_COUNTS = (0, 1, 2, 3, 4, 5)
_NARROW = 110
"""A terminal of fewer characters shows counts and ratios one below the other."""


def evaluate(
    events: Annotated[list[Path], typer.Argument(metavar="EVENTS", help="events.jsonl files, or folders of runs.")],
    truths: Annotated[list[Path], typer.Option("--truth", metavar="TRUTH", help="Truth: JSON Lines or CSV.")],
    kinds: Annotated[str | None, typer.Option("--kinds", metavar="A,B", help="Compare only these kinds.")] = None,
    hours: Annotated[float | None, typer.Option("--hours", help="Camera-hours watched, all cameras together.")] = None,
    timezone: Annotated[str, typer.Option("--timezone", help="Of times without one.")] = str(truth.CITY_TIME),
    start: Annotated[str | None, typer.Option("--start", help="What MM:SS in a CSV counts from: a time.")] = None,
    tolerance: Annotated[float, typer.Option("--tolerance", help="Seconds that truth may be off.")] = TOLERANCE_S,
    late: Annotated[float, typer.Option("--late", help="Seconds after its end that still count.")] = LATE_S,
    min_precision: Annotated[float | None, typer.Option("--min-precision", help="Less in any kind: exit 1.")] = None,
    min_recall: Annotated[float | None, typer.Option("--min-recall", help="Less in any kind: exit 1.")] = None,
    min_f1: Annotated[float | None, typer.Option("--min-f1", help="Less in any kind: exit 1.")] = None,
    max_false: Annotated[
        float | None, typer.Option("--max-false-per-hour", help="False alarms per camera-hour; more: exit 1.")
    ] = None,
    max_alerts: Annotated[
        float | None, typer.Option("--max-alerts-per-event", help="Findings per event found; more: exit 1.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Score events against truth, kind by kind, with 95 % intervals; exit 1 where a limit is missed."""
    limits = Limits(min_precision, min_recall, min_f1, max_false, max_alerts)
    _check_numbers(limits, hours, tolerance, late)
    zone = _zone(timezone)
    begin = None if start is None else _start(start, zone)
    report = score.evaluate(
        finding.read(events),
        [row for path in truths for row in truth.read(path, zone, begin)],
        hours,
        kinds=None if kinds is None else [kind.strip() for kind in kinds.split(",")],
        tolerance_s=tolerance,
        late_s=late,
    )
    missed = failures(report, limits)
    if as_json:
        typer.echo(json.dumps({**score.as_dict(report), "failures": missed}, ensure_ascii=False, indent=2))
    else:
        _show(report)
    for line in missed:
        typer.echo(line, err=True)
    if missed:
        raise typer.Exit(1)


def _check_numbers(limits: Limits, hours: float | None, tolerance: float, late: float) -> None:
    shares = {"precision": limits.min_precision, "recall": limits.min_recall, "f1": limits.min_f1}
    numbers = {"max-false-per-hour": limits.max_false_per_hour, "max-alerts-per-event": limits.max_alerts_per_event}
    wrong = [
        f"--min-{name}: must be 0 to 1, got {v:g}" for name, v in shares.items() if v is not None and not 0 <= v <= 1
    ]
    wrong += mistakes({**numbers, "tolerance": tolerance, "late": late}, hours)
    if wrong:
        raise ConfigError(wrong)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as exc:
        raise ConfigError(f"--timezone: no such time zone, e.g. Asia/Ho_Chi_Minh, got {name!r}") from exc


def _start(text: str, zone: ZoneInfo) -> float:
    try:
        seconds = float(text)
    except ValueError:
        try:
            return truth.instant(text, zone)
        except ValueError as exc:
            raise ConfigError(f"--start: {exc}; or UTC seconds") from exc
    if not (math.isfinite(seconds) and seconds >= 0):
        raise ConfigError(f"--start: must be UTC seconds from 0 on, got {text}")
    return seconds


def _show(report: Report) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH)
    tables = {"all events": report.table} | {
        f"{key} = {value}": table for key, values in report.splits.items() for value, table in values.items()
    }
    for title, table in tables.items():
        for columns in (_COUNTS, _RATIOS) if console.width < _NARROW else (range(len(_HEADS)),):
            console.print(_grid(title, table, columns))
    console.print("In brackets: 95 % confidence interval; delay: median, and what 95 % stay below.", highlight=False)
    for line in (report.hours.text, *report.notes):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _grid(title: str, table: Table, columns: Sequence[int]) -> Grid:
    grid = Grid(
        title=escape(title), title_justify="left", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False,
        padding=(0, 1, 0, 0),
    )  # fmt: skip
    for column in columns:
        grid.add_column(_HEADS[column], justify="right" if column else "left", overflow="fold")
    for row in (*table.kinds, table.total):
        cells = _cells(row)
        grid.add_row(*(cells[column] for column in columns), end_section=row in table.kinds[-1:])
    return grid


def _cells(row: Score) -> tuple[str, ...]:
    return (
        escape(row.kind),
        str(row.truths),
        f"{row.true_positives}\n{row.misses}",
        f"{row.false_alarms}\n{row.duplicates}",
        "–" if row.alerts_per_event is None else f"{row.alerts_per_event:.2f}",
        "–" if row.delay_median_s is None else f"{row.delay_median_s:.1f}\n({row.delay_p95_s:.1f})",
        *(in_brackets(ratio) for ratio in (row.precision, row.recall, row.f1, row.false_alarms_per_hour)),
    )
