"""`matthan models`: list, fetch and export detector models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TransferSpeedColumn
from rich.table import Table

from pipeline import registry
from pipeline.errors import ConfigError

app = typer.Typer(no_args_is_help=True, help="Detector models: what is at hand, fetch official ones, export them.")


@app.command("list")
def list_() -> None:
    """Show the models of the manifest and which are at hand."""
    table = Table("name", "at hand", "licence", "about")
    for entry in registry.manifest().values():
        hits = [p for p in (folder / entry.file for folder in registry.search_path()) if p.exists()]
        table.add_row(entry.name, str(hits[0]) if hits else "no", entry.licence, entry.about)
    console = Console()
    console.print(table)
    console.print("searched: " + ", ".join(str(folder) for folder in registry.search_path()), soft_wrap=True)


@app.command()
def fetch(
    name: Annotated[str, typer.Argument(help="Name in `matthan models list`.")] = registry.OFFICIAL,
) -> None:  # fmt: skip
    """Download an official model, resumed and checked by sha256."""
    console = Console(stderr=True)
    with Progress("{task.description}", BarColumn(), DownloadColumn(), TransferSpeedColumn(), console=console) as bar:
        task = bar.add_task(name, total=None)
        path = registry.fetch(name, lambda done, total: bar.update(task, completed=done, total=total))
    typer.echo(path)


@app.command()
def export(
    name: Annotated[str, typer.Argument(help="Model name, or path of a .pt file.")],
    precision: Annotated[str, typer.Option(help="f32 (runs as f32 or bf16) or int8.")] = "f32",
    images: Annotated[Path | None, typer.Option(help="Folder of pictures to calibrate int8 on.")] = None,
) -> None:
    """Export weights to OpenVINO, once; the result is cached for this user."""
    if precision not in ("f32", "int8"):
        raise ConfigError(f"--precision: must be f32 or int8 (bf16 runs the f32 export), got {precision!r}")
    if images is not None and not images.is_dir():
        raise ConfigError(f"--images: {images} is no folder")
    weights = registry.resolve(name, "ultralytics", precision).path
    pictures = sorted(p for p in images.iterdir() if p.suffix.lower() in {".jpg", ".jpeg", ".png"}) if images else []
    typer.echo(registry.export(weights, precision, pictures).parent)
