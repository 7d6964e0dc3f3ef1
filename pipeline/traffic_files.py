"""Files of traffic (DESIGN §5): trajectories, `*.traj.csv[.gz]` and Parquet, read and written; encounters, written."""

from __future__ import annotations

import csv
import gzip
import math
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from pipeline.conflicts import Bodies
from pipeline.encounters import Encounters
from pipeline.errors import InputError
from pipeline.trajectories import Trajectories
from pipeline.types import Floats

COLUMNS = ("time", "track", "class", "x_m", "y_m", "heading_deg", "speed_mps", "length_m", "width_m")
NUMBERS = (*COLUMNS[:2], *COLUMNS[3:])
ENCOUNTERS = (
    "track_a", "track_b", "kind", "min_ttc_s", "min_ttc_at", "pet_s", "pet_at", "max_drac_mps2", "angle_deg",
    "min_gap_m", "x_m", "y_m", "severity", "class_a", "class_b", "closing_mps",
)  # fmt: skip

STEP_S, LEAST_M, LEAST_STEPS, LEAST_TRACKS = 2.0, 5.0, 10, 3
"""Headings and speeds are held against the way done in so much time, where it is so long that no jitter of standing or
walking road users looks like it; at least so many, of so many of them,"""
OFF_DEG, OFF_TIMES = 30.0, 2.0
"""and refused where half of these differ by so many degrees, or so many times."""


def read_trajectories(path: Path) -> Trajectories:
    """Read a trajectories file; rows may come in any order.

    Raises:
        InputError: it cannot be read; the text names the row.
    """
    if not path.is_file():
        raise InputError(f"{path}: {'is a folder' if path.is_dir() else 'no such file'}; expected a trajectories file")
    try:
        table = pq.read_table(path) if path.suffix == ".parquet" else _read_csv(path)
    except (OSError, pa.ArrowException, EOFError) as exc:
        raise InputError(f"{path}: not a trajectories file: {str(exc).splitlines()[0]}") from exc
    missing = [name for name in COLUMNS if name not in table.column_names]
    if missing:
        raise InputError(f"{path}: lacks the columns {', '.join(missing)}; has {', '.join(table.column_names)[:200]}")
    return _checked(path, table)


def write_trajectories(path: Path, trajectories: Trajectories) -> None:
    """Write CSV, gzipped CSV or Parquet, by the name. Raises `InputError` where that cannot be done."""
    table = _table(trajectories)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".parquet":
            pq.write_table(table, path)
            return
        options = pa.csv.WriteOptions(quoting_style="none")
        with gzip.open(path, "wb") if path.suffix == ".gz" else path.open("wb") as file:
            pa.csv.write_csv(table, file, options)
    except OSError as exc:
        raise InputError(f"{path}: cannot be written: {exc.strerror or exc}") from exc


def write_encounters(path: Path, found: Encounters, every: bool = False) -> None:
    """A CSV, a row a pair: of conflicts, or of every pair. Raises `InputError` where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(ENCOUNTERS)
            columns = [_told(getattr(found, name)) for name in ENCOUNTERS]
            table.writerows(
                row for row in zip(*columns, strict=True) if every or row[ENCOUNTERS.index("severity")] == "conflict"
            )
    except OSError as exc:
        raise InputError(f"{path}: cannot be written: {exc.strerror}") from exc


def _told(column: Any) -> list[str]:
    if isinstance(column, list):
        return column
    return [str(v) if isinstance(v, int) else "" if math.isnan(v) else f"{v:.3f}" for v in column.tolist()]


def _read_csv(path: Path) -> Any:
    types = {**dict.fromkeys(NUMBERS, pa.float64()), "class": pa.string()}
    return pa.csv.read_csv(path, convert_options=pa.csv.ConvertOptions(column_types=types))


def _checked(path: Path, table: Any) -> Trajectories:
    columns = {name: _numbers(path, table, name) for name in NUMBERS}
    for name in ("length_m", "width_m"):
        _refuse(path, columns[name] <= 0, f"{name} must be > 0", columns[name])
    track = columns["track"]
    _refuse(path, track != np.round(track), "track must be a whole number", track)
    kinds = pc.fill_null(pc.cast(table.column("class"), pa.string()), "").to_numpy(zero_copy_only=False)
    names, class_id = (
        np.unique(kinds.astype(object), return_inverse=True) if len(kinds) else (np.empty(0, object), kinds)
    )
    order = np.lexsort((track, columns["time"]))
    time, whole = columns["time"][order], track[order].astype(np.int64)
    again = np.flatnonzero((np.diff(time) == 0) & (np.diff(whole) == 0))
    if len(again):
        raise InputError(f"{path}: track {whole[again[0]]} has two places at the time {time[again[0]]:g}; expected one")
    bodies = Bodies(
        columns["x_m"][order], columns["y_m"][order], np.radians(columns["heading_deg"][order]),
        columns["speed_mps"][order], columns["length_m"][order], columns["width_m"][order],
    )  # fmt: skip
    made = Trajectories(time, whole, np.asarray(class_id, np.int64)[order], tuple(str(name) for name in names), bodies)
    _agrees(path, made)
    return made


def _agrees(path: Path, trajectories: Trajectories) -> None:
    """Refuse headings and speeds in other units, or counted from elsewhere, than the places move by."""
    own, time, track = trajectories.bodies, trajectories.time, trajectories.track
    rows = np.lexsort((time, track))
    step = np.floor(time[rows] / STEP_S)
    rows = rows[(np.diff(track[rows], prepend=-1) != 0) | (np.diff(step, prepend=-1) != 0)]
    before, after = rows[:-1], rows[1:]
    seconds = time[after] - time[before]
    way = own.x[after] - own.x[before] + 1j * (own.y[after] - own.y[before])
    moves = (track[after] == track[before]) & (np.abs(way) > LEAST_M) & (seconds < 2 * STEP_S)
    if moves.sum() < LEAST_STEPS or len(np.unique(track[before[moves]])) < LEAST_TRACKS:
        return
    before, seconds, way = before[moves], seconds[moves], way[moves]
    heading = own.heading[before]
    off = _median_off_deg(way, heading)
    if off > OFF_DEG:
        others = (("radians", np.degrees(heading)), ("degrees clockwise from north", np.pi / 2 - heading))
        looks = [f"; they look like {unit}" for unit, other in others if _median_off_deg(way, other) < OFF_DEG]
        raise InputError(
            f"{path}: heading_deg is {off:.0f}° off the way they move (median){''.join(looks[:1])}; "
            "expected degrees counter-clockwise from +x"
        )
    times = float(np.median(own.speed[before] * seconds / np.abs(way)))
    if not 1 / OFF_TIMES < times < OFF_TIMES:
        looks = ["; it looks like km/h"] if 3 < times < 4.2 else []
        raise InputError(
            f"{path}: speed_mps is {times:.2g} times as fast as they move (median){''.join(looks)}; expected m/s"
        )


def _median_off_deg(way: Any, heading: Floats) -> float:
    """Between these steps, as complex numbers, and these headings, radians."""
    return float(np.median(np.abs(np.degrees(np.angle(way * np.exp(-1j * heading))))))


def _numbers(path: Path, table: Any, name: str) -> Floats:
    try:
        column = table.column(name).cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowException as exc:
        raise InputError(f"{path}: {name} must be numbers: {str(exc).splitlines()[0]}") from exc
    _refuse(path, ~np.isfinite(column), f"{name} must be a finite number", column)
    return np.asarray(column, np.float64)


def _refuse(path: Path, wrong: Any, what: str, column: Floats) -> None:
    for row in np.flatnonzero(wrong)[:1].tolist():
        raise InputError(f"{path}: data row {row + 1}: {what}, got {column[row]:g}")


def _table(trajectories: Trajectories) -> Any:
    bodies, names = trajectories.bodies, np.array(trajectories.names, object)
    how_sure = {"position_sd_m": trajectories.position_sd_m, "speed_sd_mps": trajectories.speed_sd_mps}
    return pa.table({
        "time": np.round(trajectories.time, 3), "track": trajectories.track, "class": names[trajectories.class_id],
        "x_m": np.round(bodies.x, 3), "y_m": np.round(bodies.y, 3),
        "heading_deg": np.round((np.degrees(bodies.heading) + 180) % 360 - 180, 2),
        "speed_mps": np.round(bodies.speed, 3), "length_m": np.round(bodies.length, 2),
        "width_m": np.round(bodies.width, 2),
        **{name: np.round(column, 3) for name, column in how_sure.items() if column is not None},
    })  # fmt: skip
