"""Trajectories ↔ files: where every road user was, on a metric plane (`*.traj.csv[.gz]`, Parquet; DESIGN §5)."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from pipeline.conflicts import Bodies
from pipeline.errors import InputError
from pipeline.types import Floats, Ints

COLUMNS = ("time", "track", "class", "x_m", "y_m", "heading_deg", "speed_mps", "length_m", "width_m")
NUMBERS = (*COLUMNS[:2], *COLUMNS[3:])


@dataclass(frozen=True, slots=True)
class Trajectories:
    """The samples of all road users, in the order of time, then track; columns are (n,).

    `time` seconds of any origin; `track` names the road user; `class_id` indexes `names`; `bodies` are the centres,
    headings, speeds and sizes.
    """

    time: Floats
    track: Ints
    class_id: Ints
    names: tuple[str, ...]
    bodies: Bodies

    def __len__(self) -> int:
        return len(self.time)

    def by_track(self) -> Iterator[tuple[int, Ints]]:
        """Every road user, and its rows in the order of time."""
        order = np.lexsort((self.time, self.track))
        starts = np.flatnonzero(np.diff(self.track[order], prepend=np.iinfo(np.int64).min))
        for rows in np.split(order, starts[1:]) if len(order) else ():
            yield int(self.track[rows[0]]), rows


def read(path: Path) -> Trajectories:
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


def write(path: Path, trajectories: Trajectories) -> None:
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
    return Trajectories(time, whole, np.asarray(class_id, np.int64)[order], tuple(str(name) for name in names), bodies)


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
    return pa.table({
        "time": np.round(trajectories.time, 3), "track": trajectories.track, "class": names[trajectories.class_id],
        "x_m": np.round(bodies.x, 3), "y_m": np.round(bodies.y, 3),
        "heading_deg": np.round((np.degrees(bodies.heading) + 180) % 360 - 180, 2),
        "speed_mps": np.round(bodies.speed, 3), "length_m": np.round(bodies.length, 2),
        "width_m": np.round(bodies.width, 2),
    })  # fmt: skip
