"""`matthan outbox`: what is stored, and what waits to be delivered."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline.errors import ConfigError
from pipeline.sinks.outbox import Outbox

app = typer.Typer(no_args_is_help=True, help="The store of events.")


@app.callback()
def outbox() -> None:
    """The store of events that every run writes to first."""


@app.command()
def status(
    folder: Annotated[Path, typer.Argument(metavar="OUT", help="Folder of a run, or its outbox.sqlite.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Count stored events, and what each sink has still to deliver."""
    path = folder if folder.is_file() else folder / "outbox.sqlite"
    if not path.exists():
        raise ConfigError(f"{path}: no outbox there; give the --out folder of a run")
    with Outbox(path) as store:
        found = store.status()
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(found)))
        return
    typer.echo(f"{path}: {found.events} events in {found.messages} messages, {found.bytes} bytes")
    for sink, count in found.waiting.items():
        typer.echo(f"  {sink}: {count} waiting")
