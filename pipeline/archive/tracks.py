"""What a tracker made of a camera's detections, kept so that rules alone can be asked again."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import supervision as sv

from pipeline.errors import InputError, OutboxError, OutboxFull
from pipeline.evidence.files import FULL, part_of
from pipeline.recording import COLUMNS
from pipeline.types import TENTATIVE, Floats, Ints

SCHEMA = pa.schema([
    *[(name, pa.dictionary(pa.int16(), pa.string()) if name == "class" else pa.float64()) for name in COLUMNS],
    ("track", pa.int64()), (TENTATIVE, pa.bool_()), ("camera", pa.dictionary(pa.int16(), pa.string())),
])  # fmt: skip
GROUP = 50_000
"""Rows in one row group, which is what memory holds."""


class TrackWriter:
    """Writes every row that the tracker gave, frame by frame; a frame without any is a row with its time alone.

    The file is there as a whole once this is closed, and not at all where it was left by an exception.
    """

    def __init__(self, path: Path, camera: str, names: tuple[str, ...]) -> None:
        """`names` gives class names by `class_id`. Raises `OutboxFull` (as `write` does) or `OutboxError`."""
        self._path = path
        with _explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = pq.ParquetWriter(part_of(path), SCHEMA, compression="zstd")
        self._names = pa.array(names, pa.string())
        self._camera = pa.array([camera])
        self._frames: list[tuple[float, sv.Detections]] = []
        self._count = 0

    def write(self, time: float, tracks: sv.Detections) -> None:
        self._frames.append((time, tracks))
        self._count += max(1, len(tracks))
        if self._count >= GROUP:
            self._flush()

    def _flush(self) -> None:
        if not self._frames:
            return
        some = [(time, rows) for time, rows in self._frames if len(rows)]
        none = np.array([time for time, rows in self._frames if not len(rows)])
        times = np.concatenate([*(np.full(len(rows), time) for time, rows in some), none])
        order = np.argsort(times, kind="stable")

        def column(values: list[Any], kind: Any) -> Any:
            filled = np.concatenate([*values, np.zeros(len(none), kind)]).astype(kind)
            return pa.array(filled[order], mask=order >= len(times) - len(none))

        boxes = [column([rows.xyxy[:, i] for _, rows in some], np.float64) for i in range(4)]
        rows = [
            pa.array(times[order]), *boxes,
            column([rows.confidence for _, rows in some], np.float64),
            pa.DictionaryArray.from_arrays(column([rows.class_id for _, rows in some], np.int16), self._names),
            column([rows.tracker_id for _, rows in some], np.int64),
            column([rows.data[TENTATIVE] for _, rows in some], np.bool_),
            pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(times), np.int16)), self._camera),
        ]  # fmt: skip
        with _explained(self._path):
            self._file.write_table(pa.table(rows, schema=SCHEMA))
        self._frames, self._count = [], 0

    def close(self) -> None:
        self._flush()
        with _explained(self._path):
            self._file.close()
            part_of(self._path).replace(self._path)

    def discard(self) -> None:
        """What was written is no whole table."""
        with contextlib.suppress(OSError, pa.ArrowException):
            self._file.close()
        part_of(self._path).unlink(missing_ok=True)


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        error = OutboxFull if exc.errno in FULL else OutboxError
        raise error(f"{path}: cannot be written: {exc.strerror or exc}") from exc


def read_tracks(path: Path, names: tuple[str, ...]) -> Iterator[tuple[float, sv.Detections]]:
    """Frame by frame, as the tracker gave them; `class_id` is of `names`. Raises `InputError` where it is damaged."""
    try:
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                yield from _frames(file.read_row_group(group), names)
    except (OSError, pa.ArrowException, ValueError) as exc:
        raise InputError(f"{path}: no table of tracks can be read there: {exc}") from exc


def _frames(table: pa.Table, names: tuple[str, ...]) -> Iterator[tuple[float, sv.Detections]]:
    times = table.column("time").to_numpy()
    boxed = ~table.column("track").is_null().to_numpy()
    starts = np.flatnonzero(np.diff(times, prepend=-np.inf)).tolist()
    xyxy: Floats = np.stack([table.column(name).to_numpy() for name in ("x1", "y1", "x2", "y2")], axis=1)
    confidence = table.column("confidence").to_numpy()
    words = table.column("class").combine_chunks()
    to: Ints = np.array([names.index(word) for word in words.dictionary.to_pylist()], np.int64)
    class_id = to[words.indices.fill_null(0).to_numpy()]
    track = table.column("track").fill_null(-1).to_numpy()
    tentative = table.column(TENTATIVE).fill_null(False).to_numpy().astype(bool)
    for start, stop in zip(starts, [*starts[1:], len(times)], strict=True):
        rows = slice(start, stop if boxed[start] else start)
        yield float(times[start]), sv.Detections(
            xyxy=xyxy[rows], confidence=confidence[rows], class_id=class_id[rows], tracker_id=track[rows],
            data={TENTATIVE: tentative[rows]},
        )  # fmt: skip
