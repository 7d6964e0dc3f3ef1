"""`matthan calibrate`: from what is known of a scene to its camera's `calibration`, with a picture to check it by."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Annotated, Any

import cv2
import numpy as np
import typer
import yaml

from pipeline.anchor import Anchor
from pipeline.calibrate import grid, sizes
from pipeline.calibrate.fit import Fit, fit, rectangle
from pipeline.errors import ConfigError, InputError
from pipeline.recording import read_detections
from pipeline.streams.pick import pick
from pipeline.types import Floats, Image

METRES, DEGREES = ("u", "v", "x_m", "y_m"), ("u", "v", "lat", "lon")
IMAGES = (".jpg", ".jpeg", ".png", ".bmp", ".webp")


Picture = Annotated[Path, typer.Argument(metavar="PICTURE", help="A picture or a video of the camera.")]
Pairs = Annotated[
    Path | None,
    typer.Option("--points", metavar="CSV", help=f"Pairs: {','.join(METRES)}, or {','.join(DEGREES)} from a map."),
]
Rectangle = Annotated[
    str | None,
    typer.Option(
        "--rectangle",
        help='A rectangle on the ground: "u,v u,v u,v u,v", near left, near right, far right, far left; pixels.',
    ),
]
Width = Annotated[float | None, typer.Option("--width", min=0.1, help="… its width across the picture, metres.")]
Length = Annotated[float | None, typer.Option("--length", min=0.1, help="… its length away from the camera.")]
Sizes = Annotated[
    Path | None,
    typer.Option("--sizes", metavar="FILE", help="Detections of people and cars, when nothing else is known."),
]
Fov = Annotated[float, typer.Option("--fov", min=20, max=140, help="… and the lens' horizontal field of view.")]
Most = Annotated[float | None, typer.Option("--max-error", min=0.01, help="Refuse a greater mean error, metres.")]
Grid = Annotated[Path, typer.Option("--out", help="The picture with a metric grid.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def calibrate(
    picture: Picture, points: Pairs = None, corners: Rectangle = None,
    width_m: Width = None, length_m: Length = None, detections: Sizes = None, fov_deg: Fov = sizes.FOV_DEG,
    most_m: Most = None, out: Grid = Path("calibration.jpg"), as_json: Json = False,
) -> None:  # fmt: skip
    """Find out where on the ground each pixel is. Prints the setting for the city file; look at the picture, too."""
    if sum(source is not None for source in (points, corners, detections)) != 1:
        raise ConfigError("calibrate: give one of --points, --rectangle or --sizes")
    image = _picture(picture)
    size = image.shape[1], image.shape[0]
    told: dict[str, Any] = {}
    origin: dict[str, float] | None = None
    if points is not None:
        pixels, ground, origin = _pairs(points)
        _inside(pixels, size, str(points))
        found = fit(pixels, ground, most_m)
    elif corners is not None:
        if width_m is None or length_m is None:
            raise ConfigError("calibrate: --rectangle needs --width and --length, metres")
        pixels = _corners(corners)
        _inside(pixels, size, "--rectangle")
        found = rectangle(pixels, width_m, length_m, most_m)
    else:
        assert detections is not None
        pose = sizes.from_sizes(read_detections(detections), size, fov_deg)
        found = fit(*pose.pairs())
        told = {
            "height_m": round(pose.height_m, 2), "tilt_deg": round(pose.tilt_deg, 1), "fov_deg": round(pose.fov_deg, 1),
            "boxes": pose.boxes, "mean_relative_error": round(pose.error, 3),
        }  # fmt: skip
    shown, step = grid.draw(image, found.homography, found.image)
    if not cv2.imwrite(str(out), shown):
        raise InputError(
            f"{out}: cannot be written; expected a path that ends in .jpg or .png, in a folder that exists"
        )
    setting: dict[str, Any] = {"image": found.image.round(1).tolist(), "ground_m": found.ground_m.round(3).tolist()}
    if origin is not None:
        setting["origin"] = origin
    _tell(found, setting, told, out, step, as_json)


def _tell(
    found: Fit, setting: dict[str, Any], told: dict[str, Any], out: Path, step: float, as_json: bool
) -> None:  # fmt: skip
    if as_json:
        typer.echo(json.dumps({
            "calibration": setting, "picture": str(out), "grid_m": step, "checked": found.checked,
            "mean_error_m": round(found.rms_m, 3) if found.checked else None,
            "error_m": found.error_m.round(3).tolist(), "error_px": found.error_px.round(1).tolist(), **told,
        }))  # fmt: skip
        return
    if told:
        typer.echo(
            f"from the sizes of {told['boxes']} people and cars: with a field of view of {told['fov_deg']}° the camera "
            f"hangs {told['height_m']} m high, tilted by {told['tilt_deg']}°; heights agree to "
            f"{told['mean_relative_error']:.0%}. Distances may be off by a tenth, and by more if the field of view is "
            "another: measure one if you can."
        )
    elif found.checked:
        typer.echo(
            f"{len(found.image)} pairs; each, left out and foretold by the others, is off by {found.rms_m:.2f} m "
            "on the average:"
        )
        for number, (at, off, px) in enumerate(zip(found.image, found.error_m, found.error_px, strict=True), 1):
            typer.echo(f"{number:3d}  ({at[0]:.0f}, {at[1]:.0f})  {off:.2f} m  {px:.1f} px")
    else:
        typer.echo("4 pairs agree whatever they are: add a fifth to know how good the calibration is")
    typer.echo(f"grid of {step:g} m: {out}\n")
    typer.echo(yaml.safe_dump({"calibration": setting}, sort_keys=False, default_flow_style=None, width=110).rstrip())


def _inside(pixels: Floats, size: tuple[int, int], where: str) -> None:
    """Raises `InputError` where a point is not in the picture: metres for pixels, or another picture."""
    outside = np.flatnonzero(((pixels < 0) | (pixels > size)).any(axis=1))
    if len(outside):
        u, v = pixels[outside[0]].tolist()
        raise InputError(
            f"{where}: point {outside[0] + 1} ({u:g}, {v:g}) lies outside the picture of {size[0]} × {size[1]} pixels; "
            "expected u,v in pixels of this picture"
        )


def _picture(path: Path) -> Image:
    if path.suffix.lower() not in IMAGES:
        shot = pick(path, 0.0)
        return shot.pixels(*shot.size)
    image = cv2.imread(str(path)) if path.is_file() else None
    if image is None:
        raise InputError(
            f"{path}: {'not a picture' if path.is_file() else 'no such file'}; expected a picture or a video"
        )
    return np.asarray(image, np.uint8)


def _corners(text: str) -> Floats:
    try:
        found = np.array([[float(number) for number in corner.split(",")] for corner in text.split()])
        if found.shape == (4, 2):
            return found
    except ValueError:
        pass
    raise ConfigError(f'--rectangle: needs four corners "u,v u,v u,v u,v" in pixels, got "{text}"')


def _pairs(path: Path) -> tuple[Floats, Floats, dict[str, float] | None]:
    """Pixels, metres, and where the plane begins if the pairs are of a map: at the mean of its points."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            table = csv.DictReader(file)
            header = [name.strip() for name in table.fieldnames or ()]
            table.fieldnames = header
            wanted = next((names for names in (METRES, DEGREES) if set(names) <= set(header)), None)
            if wanted is None:
                raise InputError(
                    f"{path}: line 1: needs {','.join(METRES)} or {','.join(DEGREES)}, got {','.join(header)[:80]}"
                )
            rows = [_row(path, table.line_num, row, wanted) for row in table if any(row.values())]
    except (OSError, UnicodeDecodeError, csv.Error) as exc:
        raise InputError(f"{path}: cannot be read: {getattr(exc, 'strerror', None) or exc}") from exc
    numbers = np.array(rows, float).reshape(-1, 4)
    if wanted is METRES or not len(numbers):
        return numbers[:, :2], numbers[:, 2:], None
    lat, lon = numbers[:, 2:].mean(axis=0).round(6).tolist()
    return numbers[:, :2], Anchor(lat, lon).plane(numbers[:, 2:]), {"lat": lat, "lon": lon}


def _row(path: Path, line: int, row: dict[str, str], wanted: tuple[str, ...]) -> list[float]:
    try:
        numbers = [float(row[name]) for name in wanted]
    except (TypeError, ValueError):
        raise InputError(
            f"{path}: line {line}: expected numbers for {','.join(wanted)}, got {list(row.values())}"
        ) from None
    if wanted is DEGREES and not (-90 <= numbers[2] <= 90 and -180 <= numbers[3] <= 180):
        raise InputError(f"{path}: line {line}: latitude must be -90..90 and longitude -180..180, got {numbers[2:]}")
    return numbers
