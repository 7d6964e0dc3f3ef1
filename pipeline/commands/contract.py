"""`matthan contract`: what a consumer may rely on, as files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline.errors import InputError
from pipeline.wire import documents
from pipeline.wire.compatibility import breaks


def contract(
    out: Annotated[Path, typer.Option("--out", help="Folder for the schemas and the AsyncAPI document.")],
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing: say what differs from the folder, and what of it breaks.")
    ] = False,
) -> None:
    """Write the JSON Schemas and the AsyncAPI document of the messages on Kafka."""
    if not check:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in documents().items():
            (out / name).write_text(text, encoding="utf-8")
            typer.echo(str(out / name))
        return
    wrong = [line for name, text in documents().items() for line in _differences(out / name, text)]
    for line in wrong:
        typer.echo(line)
    if wrong:
        raise typer.Exit(1)
    typer.echo(f"{out}: the contract of this version")


def _differences(path: Path, now: str) -> list[str]:
    try:
        before = path.read_text(encoding="utf-8")
    except OSError as exc:
        raise InputError(f"{path}: cannot be read: {exc.strerror}") from exc
    if before == now:
        return []
    if path.suffix != ".json":
        return [f"{path}: is of another version"]
    broken = breaks(json.loads(before), json.loads(now))
    return [f"{path}: {line}" for line in broken] or [f"{path}: is of another version; nothing of it breaks a consumer"]
