"""`matthan tune`: how a rule's thresholds trade what it finds against how often it alarms."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table as Grid

from pipeline.commands.explain import RUN_FILE
from pipeline.config import City, load
from pipeline.errors import ConfigError
from pipeline.evaluate import curve, placing, sweep, truth, tune
from pipeline.evaluate.gate import mistakes
from pipeline.evaluate.interval import in_brackets
from pipeline.evaluate.match import LATE_S, TOLERANCE_S
from pipeline.evaluate.tune import Row

_WIDTH = 120
_HEADS = (
    "setting", "alerts", "found\nmissed", "false\nrepeated", "precision", "recall", "F1", "false per\ncamera-hour",
    "alerts\nper day",
)  # fmt: skip


def tune_rule(
    recordings: Annotated[
        list[Path], typer.Argument(metavar="RECORDINGS", help="Detections files, or folders of runs, of one camera.")
    ],
    truths: Annotated[list[Path], typer.Option("--truth", metavar="TRUTH", help="Truth: JSON Lines or CSV.")],
    city: Annotated[Path, typer.Option("--city", help="City file.")],
    camera: Annotated[str, typer.Option("--camera", help="Which camera they are of.")],
    rule: Annotated[str, typer.Option("--rule", help="Which rule of that camera; it may be in shadow.")],
    vary: Annotated[
        list[str] | None,
        typer.Option("--vary", metavar="NAME=VALUES", help="seconds=30:120:10 or radius_m=2,3,4; may be repeated."),
    ] = None,
    budget: Annotated[float | None, typer.Option("--budget", help="Alerts per day at most: pick the best.")] = None,
    hours: Annotated[float | None, typer.Option("--hours", help="Camera-hours, if not the recordings' length.")] = None,
    start: Annotated[
        str | None, typer.Option("--start", help="What MM:SS in a CSV counts from; default: the first recording.")
    ] = None,
    tolerance: Annotated[float, typer.Option("--tolerance", help="Seconds that truth may be off.")] = TOLERANCE_S,
    late: Annotated[float, typer.Option("--late", help="Seconds after its end that still count.")] = LATE_S,
    jobs: Annotated[int | None, typer.Option("--jobs", min=1, help="Processes at once; default: all cores.")] = None,
    plot: Annotated[Path | None, typer.Option("--plot", metavar="FILE.html", help="Write the curves.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Try a rule's thresholds over recordings and score each against truth; `--budget` picks one to paste."""
    wrong = mistakes({"budget": budget, "tolerance": tolerance, "late": late}, hours)
    if wrong:
        raise ConfigError(wrong)
    loaded = load(city)
    chosen = placing.only(loaded, loaded.camera(camera), rule)
    now = loaded.rules[rule]
    settings, refused = sweep.settings(now, sweep.parse(vary) if vary else sweep.usual(now))
    files = [path / RUN_FILE if path.is_dir() else path for path in recordings]
    spans = tune.spans(files, chosen.id)
    begin = min(spans)[0] if start is None else _start(start, loaded)
    known = [row for path in truths for row in truth.read(path, loaded.zone, begin)]
    mine, notes = tune.within(known, chosen.id, now.kind, spans)
    watched = hours or sum(end - first for first, end in spans) / 3600
    with _bar(as_json) as progress:
        found = tune.judge_all(loaded, chosen, rule, files, settings, jobs or os.cpu_count() or 1, progress)
    rows = tune.rows(settings, found, mine, watched, tolerance, late)
    picked = None if budget is None else tune.best(rows, budget)
    notes = [
        *refused,
        *_hours(watched, hours),
        *notes,
        *(note for row in rows if row.setting.current for note in row.notes),
    ]
    if plot is not None:
        curve.write(plot, f"{rule} · {chosen.id}", rows, picked, budget)
    if as_json:
        told = curve.as_dict(rule, chosen.id, watched, rows, picked, notes)
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _show(rows, picked, notes, rule, plot)
    if budget is not None and picked is None:
        least = min(rows, key=lambda row: row.alerts)
        told_least = f"the fewest is {least.alerts_per_day.value:.4g} ({least.setting.text})"
        typer.echo(f"--budget: no setting keeps within {budget:g} alerts a day; {told_least}", err=True)
        raise typer.Exit(1)


def _start(text: str, city: City) -> float:
    try:
        return truth.instant(text, city.zone)
    except ValueError as exc:
        raise ConfigError(f"--start: {exc}") from exc


def _hours(watched: float, given: float | None) -> list[str]:
    source = "the recordings' length" if given is None else "as given"
    short = ", so a rate per day says little" if watched < 1 else ""
    return [f"hours: {watched:.4g} camera-hours, {source}{short}"]


@contextmanager
def _bar(as_json: bool) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, nothing elsewhere: the table follows."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, total: None
        return
    with Progress(TextColumn("judging"), BarColumn(), TextColumn("{task.completed}/{task.total}"), console=console,
                  transient=True) as shown:  # fmt: skip
        task = shown.add_task("", total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def _show(rows: Sequence[Row], picked: Row | None, notes: Sequence[str], rule: str, plot: Path | None) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDTH)
    grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for head in _HEADS:
        grid.add_column(head, justify="left" if head == "setting" else "right", overflow="fold")
    for row in rows:
        grid.add_row(*_cells(row, row is picked))
    console.print(grid)
    console.print("In brackets: 95 % confidence interval. “now”: what the city file says.", highlight=False)
    for note in notes:
        console.print(note, highlight=False, markup=False, soft_wrap=True)
    if picked is not None:
        high = picked.alerts_per_day.high
        console.print(f"picked: {picked.setting.text} (alerts per day at most {high:.4g} with 97.5 % confidence)",
                      highlight=False, markup=False, soft_wrap=True)  # fmt: skip
        console.print(
            sweep.as_yaml(rule, picked.setting.settings), highlight=False, markup=False, soft_wrap=True, end=""
        )
        if not picked.setting.settings.publish:
            console.print("the rule is in shadow: without `publish: false` its events are delivered", highlight=False)
    if plot is not None:
        console.print(f"curves → {plot}", highlight=False, markup=False, soft_wrap=True)


def _cells(row: Row, picked: bool) -> tuple[str, ...]:
    marks = " ".join(mark for mark, on in (("now", row.setting.current), ("picked", picked)) if on)
    return (
        escape(row.setting.text) + (f"\n({marks})" if marks else ""),
        str(row.alerts),
        f"{row.score.true_positives}\n{row.score.misses}",
        f"{row.score.false_alarms}\n{row.score.duplicates}",
        *map(in_brackets, (row.score.precision, row.score.recall, row.score.f1, row.score.false_alarms_per_hour)),
        in_brackets(row.alerts_per_day),
    )
