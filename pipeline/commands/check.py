"""`matthan check`: is the city file right?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline.config import City, load
from pipeline.errors import ConfigError


def check(
    city: Annotated[Path | None, typer.Argument(metavar="CITY", help="City file.")] = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of city files, for editors.")] = False,
) -> None:
    """Check a city file and report every mistake with its path."""
    if schema:
        typer.echo(json.dumps(City.model_json_schema(), indent=2, ensure_ascii=False))
        return
    if city is None:
        raise ConfigError("check: which city file? Give its path, or --schema")
    settings = load(city)
    zones = sum(len(camera.zones) + len(camera.lines) for camera in settings.cameras)
    calibrated = sum(camera.calibration is not None for camera in settings.cameras)
    typer.echo(
        f"{city}: ok; {settings.city}: {len(settings.wards)} wards, {len(settings.cameras)} cameras "
        f"({calibrated} calibrated), {zones} zones and lines, {len(settings.rules)} rules"
    )
