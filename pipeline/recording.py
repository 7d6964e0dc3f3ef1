"""Detections and tracks ↔ files: `*.det.csv`, Parquet and MOTChallenge (DESIGN §5)."""

from __future__ import annotations

import configparser
import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Self, TextIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import supervision as sv

from pipeline.errors import InputError
from pipeline.types import TENTATIVE, Floats, Ints, milliseconds

COLUMNS = ("time", "x1", "y1", "x2", "y2", "confidence", "class")
NOTES = "matthan.notes"
HOLD_S = 1.0
"""Rows of a track not yet confirmed wait this long for the tracker's decision."""


@dataclass(frozen=True, slots=True)
class Recording:
    """The detections of one camera, frame by frame.

    `times` (f,) UTC seconds, increasing; frame i owns the rows `starts[i]:starts[i + 1]` of the columns `xyxy`
    (n, 4), `confidence` (n,), `class_id` (n,) into `names`, and `track` (n,), -1 where none is given.
    """

    times: Floats
    starts: Ints
    xyxy: Floats
    confidence: Floats
    class_id: Ints
    track: Ints
    names: tuple[str, ...]
    frame_size: tuple[int, int] | None = None
    """Known only where the format tells it (MOTChallenge)."""

    def __iter__(self) -> Iterator[tuple[float, sv.Detections]]:
        for time, start, stop in zip(self.times.tolist(), self.starts[:-1], self.starts[1:], strict=True):
            rows = slice(int(start), int(stop))
            yield (
                time,
                sv.Detections(
                    xyxy=self.xyxy[rows],
                    confidence=self.confidence[rows],
                    class_id=self.class_id[rows],
                    tracker_id=self.track[rows],
                ),
            )

    def __len__(self) -> int:
        return len(self.times)

    def sha256(self) -> str:
        """Stands for the content, whatever the order of rows in the file and its format."""
        content = hashlib.sha256("\n".join(self.names).encode())
        for column in (self.times, self.starts, self.xyxy, self.confidence, self.class_id):
            content.update(np.ascontiguousarray(column).tobytes())
        return content.hexdigest()


def read_detections(path: Path, camera: str | None = None) -> Recording:
    """Read a detections file: CSV, Parquet, or MOTChallenge `det.txt`/`gt.txt` beside its `seqinfo.ini`.

    Rows may come in any order. Where a Parquet file holds several cameras, those of `camera` are taken.

    Raises:
        InputError: it cannot be read; the text names the line.
    """
    if not path.is_file():
        raise InputError(f"{path}: {'is a folder' if path.is_dir() else 'no such file'}; expected a detections file")
    try:
        if path.suffix == ".parquet":
            return _read_parquet(path, camera)
        if path.suffix == ".txt":
            return _read_mot(path)
        return _read_csv(path)
    except (OSError, UnicodeDecodeError, csv.Error, pa.ArrowException) as exc:
        raise InputError(f"{path}: not a detections file: {_first_line(exc)}") from exc


def _read_csv(path: Path) -> Recording:
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file)
        header = [name.strip() for name in next(reader, [])]
        if tuple(header[:7]) != COLUMNS or header[7:] not in ([], ["track"]):
            raise InputError(f"{path}: line 1: header must be {','.join(COLUMNS)}[,track], got {','.join(header)[:80]}")
        table = _Rows(path)
        for fields in reader:
            table.add(fields, reader.line_num)
    return table.recording()


class _Rows:
    """Collects the rows of a text file, checks each, and sorts them into frames."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._numbers: list[tuple[float, ...]] = []
        self._names: list[str] = []
        self._empty: list[float] = []

    def add(self, fields: list[str], line: int) -> None:
        if not any(field.strip() for field in fields):
            return
        try:
            time = float(fields[0])
            if not any(field.strip() for field in fields[1:]):
                self._empty.append(time)
                numbers: tuple[float, ...] = (time,)
            else:
                track = float(fields[7]) if len(fields) > 7 and fields[7].strip() else -1.0
                numbers = (time, *(float(field) for field in fields[1:6]), track)
                self._numbers.append(numbers)
                self._names.append(fields[6].strip())
        except (ValueError, IndexError):
            wanted = f"{','.join(COLUMNS)}[,track]"
            raise InputError(f"{self._path}: line {line}: expected {wanted}, got {','.join(fields)[:80]!r}") from None
        _check_row(f"{self._path}: line {line}", numbers)

    def recording(self, names: tuple[str, ...] = (), frame_size: tuple[int, int] | None = None) -> Recording:
        columns = np.array(self._numbers).reshape(-1, 7)
        return _assemble(columns, np.array(self._names, dtype=object), self._empty, names, frame_size)


def _check_row(where: str, numbers: tuple[float, ...]) -> None:
    if not np.isfinite(numbers).all():
        raise InputError(f"{where}: numbers must be finite, got {numbers}")
    if len(numbers) > 1 and (numbers[3] < numbers[1] or numbers[4] < numbers[2]):
        raise InputError(f"{where}: needs x1 <= x2 and y1 <= y2, got {numbers[1:5]}")


def _read_parquet(path: Path, camera: str | None) -> Recording:
    table = pq.read_table(path)
    missing = [name for name in COLUMNS if name not in table.column_names]
    if missing:
        raise InputError(f"{path}: lacks the columns {', '.join(missing)}; has {', '.join(table.column_names)}")
    if "camera" in table.column_names and camera is not None:
        cameras = table.column("camera").to_pylist()
        if camera not in cameras:
            raise InputError(f"{path}: has no camera {camera}; has {', '.join(sorted(set(cameras)))}")
        table = table.filter(pa.array([name == camera for name in cameras]))
    if "track" not in table.column_names:
        table = table.append_column("track", pa.nulls(len(table), pa.int64()))
    names = np.array(table.column("class").to_pylist(), dtype=object)
    numbers = [table.column(c).to_numpy(zero_copy_only=False) for c in (*COLUMNS[:6], "track")]
    columns = np.stack([np.asarray(c, np.float64) for c in numbers], axis=1) if len(table) else np.empty((0, 7))
    columns[:, 6] = np.nan_to_num(columns[:, 6], nan=-1)
    is_box = np.array([name is not None for name in names], bool)
    for row in np.flatnonzero(is_box & ~np.isfinite(columns).all(axis=1))[:1]:
        raise InputError(f"{path}: row {row}: numbers must be finite, got {columns[row].tolist()}")
    return _assemble(columns[is_box], names[is_box], columns[~is_box, 0].tolist(), (), None)


def _read_mot(path: Path) -> Recording:
    info_path = next((p for p in (path.parent / "seqinfo.ini", path.parent.parent / "seqinfo.ini") if p.exists()), None)
    if info_path is None:
        raise InputError(f"{path}: a MOTChallenge file needs seqinfo.ini in its folder or the one above; found none")
    info = configparser.ConfigParser()
    try:
        info.read(info_path)
        sequence = info["Sequence"]
        rate, length = float(sequence["frameRate"]), int(sequence["seqLength"])
        frame_size = (int(sequence["imWidth"]), int(sequence["imHeight"]))
    except (configparser.Error, KeyError, ValueError) as exc:
        raise InputError(f"{info_path}: needs [Sequence] frameRate, seqLength, imWidth, imHeight: {exc}") from exc
    rows = _Rows(path)
    for frame in range(length):
        rows.add([str(frame / rate)], 0)
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        for fields in reader:
            if fields and (path.name != "gt.txt" or len(fields) < 7 or float(fields[6]) != 0):
                rows.add(_mot_fields(path, fields, reader.line_num, rate), reader.line_num)
    return rows.recording(frame_size=frame_size)


def _mot_fields(path: Path, fields: list[str], line: int, rate: float) -> list[str]:
    """frame,id,left,top,width,height,confidence,… → the columns of a detections file; pedestrians all."""
    try:
        frame, track, left, top, width, height, confidence = (float(field) for field in fields[:7])
    except ValueError:
        raise InputError(f"{path}: line {line}: expected frame,id,x,y,w,h,confidence,…, got {fields}") from None
    numbers = ((frame - 1) / rate, left, top, left + width, top + height, confidence)
    return [*(str(number) for number in numbers), "person", str(track)]


def _assemble(
    columns: Floats, names: Any, empty: list[float], extra: tuple[str, ...], frame_size: tuple[int, int] | None
) -> Recording:
    """Rows in any order → frames in order of time; rows within one millisecond are one frame."""
    vocabulary = tuple(sorted({*names.tolist(), *extra}))
    index = {name: i for i, name in enumerate(vocabulary)}
    class_id = np.array([index[name] for name in names], np.int64)
    stamps = np.array([milliseconds(time) for time in columns[:, 0]], np.int64)
    order = np.lexsort((
        columns[:, 6], columns[:, 5], columns[:, 4], columns[:, 3], columns[:, 2], columns[:, 1], class_id, stamps
    ))  # fmt: skip
    frames = np.unique(np.concatenate([stamps, np.array([milliseconds(t) for t in empty], np.int64)]))
    starts = np.append(np.searchsorted(stamps[order], frames), len(stamps))
    columns = columns[order]
    return Recording(
        times=frames / 1000,
        starts=starts.astype(np.int64),
        xyxy=columns[:, 1:5],
        confidence=columns[:, 5],
        class_id=class_id[order],
        track=columns[:, 6].astype(np.int64),
        names=vocabulary,
        frame_size=frame_size,
    )


def shifted(recording: Recording, by_s: float, since_s: float) -> Recording:
    """The frames from `since_s` on, at times later by `by_s`."""
    first = int(np.searchsorted(recording.times, since_s))
    row = int(recording.starts[first])
    return Recording(
        np.round(recording.times[first:] + by_s, 3), recording.starts[first:] - row, recording.xyxy[row:],
        recording.confidence[row:], recording.class_id[row:], recording.track[row:], recording.names,
        recording.frame_size,
    )  # fmt: skip


def joined(recordings: Sequence[Recording]) -> Recording:
    """Several as one; of frames that are not later than those before, the first is kept. At least one."""
    names = tuple(sorted({name for one in recordings for name in one.names}))
    kept: list[Recording] = []
    for one in recordings:
        last = kept[-1].times[-1] if kept and len(kept[-1].times) else -np.inf
        kept.append(shifted(one, 0.0, float(np.nextafter(last, np.inf))))
    rows = np.cumsum([0, *(int(one.starts[-1]) for one in kept)])
    return Recording(
        np.concatenate([one.times for one in kept]),
        np.append(np.concatenate([one.starts[:-1] + row for one, row in zip(kept, rows, strict=False)]), rows[-1]),
        np.concatenate([one.xyxy for one in kept]), np.concatenate([one.confidence for one in kept]),
        np.concatenate([np.array([names.index(n) for n in one.names], np.int64)[one.class_id] for one in kept]),
        np.concatenate([one.track for one in kept]), names, kept[0].frame_size,
    )  # fmt: skip


class Writer:
    """Writes detections or tracks to a file, CSV or Parquet by its name, in the order of time.

    Detections: every row. Tracks (`tracks=True`): the rows of confirmed tracks, from their first detection on, with
    the column `track`; frames without any stay, so that a reader knows what was analysed. With a `camera` column
    (Parquet) the recordings of several cameras fit in one file.
    """

    def __init__(self, path: Path | BinaryIO, tracks: bool = False) -> None:
        """An open file is written as Parquet. Raises `InputError` where the file cannot be written."""
        self._tracks = tracks
        self._held: list[tuple[float, str | None, sv.Detections, tuple[str, ...]]] = []
        self._confirmed: set[int] = set()
        self._table: _ParquetTable | _CsvTable
        if not isinstance(path, Path):
            self._table = _ParquetTable(path, tracks)
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._table = _ParquetTable(path, tracks) if path.suffix == ".parquet" else _CsvTable(path, tracks)
        except OSError as exc:
            raise InputError(f"{path}: cannot be written: {exc.strerror}") from exc

    def write(self, time: float, rows: sv.Detections, names: tuple[str, ...], camera: str | None = None) -> None:
        """Add one analysed frame; `names` gives class names by `class_id`."""
        if not self._tracks:
            self._table.write(time, rows, names, camera)
            return
        ids = _ids(rows)
        self._confirmed.update(ids[~_tentative(rows) & (ids >= 0)].tolist())
        self._held.append((time, camera, rows, names))
        while self._held and time - self._held[0][0] >= HOLD_S:
            self._release()

    def cut(self) -> None:
        """The next frames belong to another camera or file: settle what waits, forget the ids."""
        while self._held:
            self._release()
        self._confirmed = set()

    def _release(self) -> None:
        time, camera, rows, names = self._held.pop(0)
        known = np.array([int(i) in self._confirmed for i in _ids(rows)], bool)
        self._table.write(time, rows[known], names, camera)

    def note(self, notes: Sequence[str]) -> None:
        """Keep what a reader should know of it, in a Parquet file; see `notes`."""
        assert isinstance(self._table, _ParquetTable)
        self._table.note(notes)

    def close(self) -> None:
        self.cut()
        self._table.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _ids(rows: sv.Detections) -> Ints:
    return np.full(len(rows), -1) if rows.tracker_id is None else rows.tracker_id.astype(np.int64)


def _tentative(rows: sv.Detections) -> Any:
    return np.asarray(rows.data.get(TENTATIVE, np.zeros(len(rows), bool)), bool)


class _CsvTable:
    def __init__(self, path: Path, tracks: bool) -> None:
        self._tracks = tracks
        self._file: TextIO = path.open("w", encoding="utf-8", newline="")
        self._file.write(",".join((*COLUMNS, "track") if tracks else COLUMNS) + "\n")

    def write(self, time: float, rows: sv.Detections, names: tuple[str, ...], camera: str | None) -> None:
        del camera
        stamp = f"{time:.3f}"
        tail = "," if self._tracks else ""
        if len(rows) == 0:
            self._file.write(f"{stamp},,,,,,{tail}\n")
            return
        out = io.StringIO()
        confidence = np.ones(len(rows)) if rows.confidence is None else rows.confidence
        classes = np.zeros(len(rows), np.int64) if rows.class_id is None else rows.class_id
        for box, score, class_id, track in zip(rows.xyxy, confidence, classes, _ids(rows), strict=True):
            numbers = ",".join(f"{value:.3f}" for value in (*box, score))
            out.write(f"{stamp},{numbers},{names[class_id]}{f',{track}' if self._tracks else ''}\n")
        self._file.write(out.getvalue())

    def close(self) -> None:
        self._file.close()


class _ParquetTable:
    BATCH = 20_000

    def __init__(self, path: Path | BinaryIO, tracks: bool) -> None:
        fields = [(c, pa.string() if c == "class" else pa.float64()) for c in COLUMNS]
        self._schema = pa.schema([*fields, *([("track", pa.int64())] if tracks else []), ("camera", pa.string())])
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        self._rows: list[tuple[Any, ...]] = []
        self._tracks = tracks

    def write(self, time: float, rows: sv.Detections, names: tuple[str, ...], camera: str | None) -> None:
        blank = (None,) * (len(self._schema) - 2)
        if len(rows) == 0:
            self._rows.append((time, *blank, camera))
        confidence = np.ones(len(rows)) if rows.confidence is None else rows.confidence
        classes = np.zeros(len(rows), np.int64) if rows.class_id is None else rows.class_id
        for box, score, class_id, track in zip(rows.xyxy, confidence, classes, _ids(rows), strict=True):
            numbers = (round(float(value), 3) for value in (*box, score))
            extra = (int(track),) if self._tracks else ()
            self._rows.append((time, *numbers, names[class_id], *extra, camera))
        if len(self._rows) >= self.BATCH:
            self._flush()

    def _flush(self) -> None:
        columns = list(zip(*self._rows, strict=True)) or [()] * len(self._schema)
        self._writer.write_table(pa.table([pa.array(c, f.type) for c, f in zip(columns, self._schema, strict=True)],
                                          schema=self._schema))  # fmt: skip
        self._rows = []

    def note(self, notes: Sequence[str]) -> None:
        self._writer.add_key_value_metadata({NOTES: "\n".join(notes)})

    def close(self) -> None:
        self._flush()
        self._writer.close()


def rows(path: Path) -> int:
    """The rows of a Parquet file; of one that is damaged, none."""
    try:
        return int(pq.read_metadata(path).num_rows)
    except (OSError, pa.ArrowException):
        return 0


def notes(path: Path) -> list[str]:
    """What was noted of a Parquet file. Raises `InputError` where it is none."""
    try:
        told: bytes = (pq.read_metadata(path).metadata or {}).get(NOTES.encode(), b"")
    except (OSError, pa.ArrowException) as exc:
        raise InputError(f"{path}: not a detections file: {_first_line(exc)}") from exc
    return told.decode().splitlines()


def _first_line(exc: Exception) -> str:
    return (str(exc) or type(exc).__name__).splitlines()[0]
