"""How far a command is: bars on a terminal, a line every tenth elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn


class Draw(Protocol):
    """Shows how much of something is done, of how much if that is known, and what else there is to say."""

    def __call__(self, what: str, done: float, total: float | None, note: str = "") -> None: ...


@contextmanager
def bars(console: Console, unit: str = "s") -> Iterator[Draw]:
    """One bar for each thing that is done; `done` and `total` are in `unit`."""
    if not console.is_terminal:
        yield _lines(console, unit)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
               TimeRemainingColumn(), TextColumn("{task.fields[note]}"))  # fmt: skip
    with Progress(*columns, console=console) as progress:
        tasks: dict[str, Any] = {}

        def draw(what: str, done: float, total: float | None, note: str = "") -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total, note="")
            progress.update(tasks[what], completed=done, note=note)

        yield draw


def _lines(console: Console, unit: str) -> Draw:
    told: dict[str, int] = {}

    def draw(what: str, done: float, total: float | None, note: str = "") -> None:
        tenth = int(10 * done / total) if total else int(done // 60)
        if told.get(what, 0) < tenth:
            told[what] = tenth
            of = f" of {total:.0f} {unit}" if total else ""
            console.print(f"{what}: {done:.0f} {unit}{of}" + (f", {note}" if note else ""), highlight=False)

    return draw
