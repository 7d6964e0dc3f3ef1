"""`matthan coverage`: how long each camera was really watched."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipeline import coverage as stored

HOUR_S = 3600.0


def coverage(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The --out folder of a ward.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Hours analysed, unfit and lost, by camera and day of the city: what every statistic is to be divided by."""
    days = stored.read(folder / "coverage.sqlite")
    if as_json:
        typer.echo(json.dumps([{**asdict(day), "day": day.day.isoformat()} for day in days]))
        return
    table = Table("camera", "day", "analysed", "unfit", "lost")
    for column in table.columns[2:]:
        column.justify = "right"
    for day in days:
        hours = (day.analysed_s, day.unfit_s, day.lost_s)
        table.add_row(day.camera, day.day.isoformat(), *(f"{seconds / HOUR_S:.2f} h" for seconds in hours))
    Console().print(table)
