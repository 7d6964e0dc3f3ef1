"""`matthan simulate`: plays with known truth, filmed by a simulated camera, to try rules on."""

from __future__ import annotations

import json
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipeline.errors import ConfigError
from pipeline.simulate import record
from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.noise import PRESETS
from pipeline.simulate.scenarios import Scenario, load


def simulate(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Plays of `--list`.")] = None,
    show: Annotated[bool, typer.Option("--list", help="List the plays: name, kind, truth, what happens.")] = False,
    out: Annotated[Path, typer.Option("--out", help="Folder; each play gets one of its own in it.")] = Path(
        "matthan-simulated"
    ),
    fps: Annotated[float, typer.Option("--fps", min=0.5, max=60, help="Frames per second of the camera.")] = 10.0,
    noise: Annotated[str, typer.Option("--noise", help=f"How wrong the detector is: {', '.join(PRESETS)}.")] = (
        "realistic"
    ),
    seed: Annotated[int, typer.Option("--seed", min=0, help="Varies the play and the noise.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the list, or what was written, as JSON.")] = False,
) -> None:
    """Film plays with known truth: write NAME.det.csv, city.yaml and truth.jsonl for `matthan replay` and `eval`."""
    library = load()
    if show:
        _list([library[name] for name in sorted(library)], as_json)
        return
    if not names:
        raise ConfigError("simulate: which plays? Give their names, or --list to see them")
    if noise not in PRESETS:
        raise ConfigError(f"--noise: must be one of {', '.join(PRESETS)}, got {noise!r}")
    unknown = [_unknown(name, library) for name in names if name not in library]
    if unknown:
        raise ConfigError(unknown)
    for name in dict.fromkeys(names):
        chosen, folder = library[name], out / name
        street = record.play(chosen, seed)
        path = record.write(folder, name, street, chosen, PinholeCamera(), fps, PRESETS[noise], seed)
        _tell(path, folder, chosen, as_json)


def _unknown(name: str, library: dict[str, Scenario]) -> str:
    near = get_close_matches(name, library, n=3)
    return f"no play {name!r}; " + (f"did you mean {', '.join(near)}?" if near else "--list shows all")


def _list(plays: list[Scenario], as_json: bool) -> None:
    if as_json:
        rows = [{"name": p.name, "kind": p.kind, "positive": p.positive, "about": p.about} for p in plays]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table()
    for column in ("name", "kind", "truth", "about"):
        table.add_column(column, no_wrap=column != "about", overflow="fold")
    for p in plays:
        table.add_row(p.name, p.kind, "positive" if p.positive else "negative", " ".join(p.about.split()))
    Console().print(table)


def _tell(path: Path, folder: Path, chosen: Scenario, as_json: bool) -> None:
    if as_json:
        files = {"detections": str(path), "city": str(folder / "city.yaml"), "truth": str(folder / "truth.jsonl")}
        typer.echo(json.dumps({"name": chosen.name, "kind": chosen.kind, **files}, ensure_ascii=False))
        return
    typer.echo(f"{chosen.name}: {' '.join(chosen.about.split())}")
    typer.echo(f"  matthan replay {path} --city {folder / 'city.yaml'} --camera {record.CAMERA}")
