"""Truth ↔ files: what happened before which camera and when, as JSON Lines or a spreadsheet's CSV (DESIGN §5)."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.errors import InputError
from pipeline.types import milliseconds
from pipeline.wire import timestamp

CITY_TIME = ZoneInfo("Asia/Ho_Chi_Minh")
NONE = "none"
"""Kind of a row that says: this camera was watched from start to end."""
COLUMNS = ("camera", "kind", "start", "end")
OPTIONAL = ("zone", "noise", "light", "note")
"""Further columns of a CSV; `note` is for people and not read."""
_ALIASES = {"started_at": "start", "ended_at": "end"}
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:\d\d)?")
_ELAPSED = re.compile(r"((\d+:)?\d+:)?\d+([.,]\d+)?")
_END_OF_TIME = 253_402_300_800.0
"""The year 10000: a number beyond it is in milliseconds, not in seconds."""


@dataclass(frozen=True, slots=True)
class Truth:
    """One thing that happened, or with the kind `none` an interval in which somebody watched the camera."""

    camera: str
    kind: str
    started_at: float
    """UTC seconds."""
    ended_at: float
    """UTC seconds, not before `started_at`; equal for what happens in an instant."""
    zone: str | None = None
    """Zone or line; None = anywhere in the picture."""
    noise: str | None = None
    light: str | None = None


def read(path: Path, zone: tzinfo = CITY_TIME, start: float | None = None) -> list[Truth]:
    """The rows of a truth file, in its order.

    JSON Lines: `{"camera", "kind", "zone"?, "started_at", "ended_at", "noise"?, "light"?}`, times RFC 3339 or UTC
    seconds; other keys are ignored. CSV: header `camera,kind,start,end` and optionally `zone,noise,light,note`,
    delimiter comma or semicolon, capitals in header and kind do not matter (spreadsheets put them); times RFC 3339,
    or `YYYY-MM-DD HH:MM:SS` on the clock of `zone`, or counted from `start` (UTC seconds): `HH:MM:SS`, `MM:SS` or
    seconds.

    Raises:
        InputError: it cannot be read or has no rows; the text names the line.
    """
    text = _text(path)
    if text.lstrip().startswith("{"):
        rows = [_json_row(f"{path}: line {number}", line, zone) for number, line in _lines(text)]
    else:
        rows = list(_csv_rows(path, text, zone, start))
    if not rows:
        raise InputError(f"{path}: no rows; a camera on which nothing happened has a row of kind {NONE}")
    return rows


def write(path: Path, rows: Iterable[Truth]) -> None:
    """Write truth as JSON Lines, times to the millisecond. Raises `InputError` where the file cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(as_dict(row), ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    except OSError as exc:
        raise InputError(f"{path}: cannot be written: {exc.strerror}") from exc


def as_dict(row: Truth) -> dict[str, str]:
    """A row as JSON Lines hold it; what it does not say is left out."""
    fields = {
        "camera": row.camera, "kind": row.kind, "zone": row.zone, "started_at": timestamp(row.started_at),
        "ended_at": timestamp(row.ended_at), "noise": row.noise, "light": row.light,
    }  # fmt: skip
    return {name: value for name, value in fields.items() if value is not None}


def instant(text: str, zone: tzinfo = CITY_TIME) -> float:
    """UTC seconds of an RFC 3339 time; one without an offset is on the clock of `zone`.

    Raises:
        ValueError: it is no such time.

    >>> instant("2026-03-01 21:03:22.4") == instant("2026-03-01T14:03:22.400Z")
    True
    """
    wanted = f"{text!r} is no time, write 2026-03-01T22:00:00+07:00 or, in city time, 2026-03-01 22:00:00"
    if not _INSTANT.fullmatch(text.upper()):
        raise ValueError(wanted)
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError as exc:
        raise ValueError(f"{wanted}: {exc}") from exc
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp()


def elapsed(text: str) -> float | None:
    """Seconds of `HH:MM:SS`, `MM:SS` or a number of seconds; None when it is not written so.

    >>> elapsed("01:02:03,5"), elapsed("90:00"), elapsed("12.25"), elapsed("1:60")
    (3723.5, 5400.0, 12.25, None)
    """
    if not _ELAPSED.fullmatch(text):
        return None
    first, *rest = (float(part) for part in text.replace(",", ".").split(":"))
    if any(part >= 60 for part in rest):
        return None
    for part in rest:
        first = first * 60 + part
    return first


def _text(path: Path) -> str:
    if not path.is_file():
        raise InputError(f"{path}: {'is a folder' if path.is_dir() else 'no such file'}; expected a truth file")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as exc:
        raise InputError(f"{path}: not UTF-8 text; save it as JSON Lines or as CSV UTF-8") from exc
    except OSError as exc:
        raise InputError(f"{path}: cannot be read: {exc.strerror}") from exc


def _lines(text: str) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _json_row(where: str, line: str, zone: tzinfo) -> Truth:
    try:
        fields = json.loads(line)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        wanted = '{"camera", "kind", "zone"?, "started_at", "ended_at"}'
        raise InputError(f"{where}: expected one JSON object {wanted}, got {line[:80]!r}")
    try:
        return _row(fields, *(_json_time(name, fields.get(name), zone) for name in ("started_at", "ended_at")))
    except ValueError as exc:
        raise InputError(f"{where}: {exc}") from exc


def _json_time(name: str, value: Any, zone: tzinfo) -> float:
    if isinstance(value, str):
        try:
            return instant(value.strip(), zone)
        except ValueError as exc:
            raise ValueError(f"{name}: {exc}") from exc
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name}: expected an RFC 3339 time or UTC seconds, got {value!r}")
    return float(value)


def _csv_rows(path: Path, text: str, zone: tzinfo, start: float | None) -> Iterator[Truth]:
    lines = text.split("\n")
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=";" if ";" in lines[0] else ",", strict=True)
    header = _header(path, next(reader))
    line = 2
    try:
        for fields in reader:
            if any(field.strip() for field in fields):
                yield _csv_row(f"{path}: line {line}", header, fields, zone, start)
            line = reader.line_num + 1
    except csv.Error as exc:
        raise InputError(f"{path}: line {line}: not CSV: {exc}") from exc


def _header(path: Path, fields: list[str]) -> list[str]:
    names = [_ALIASES.get(name, name) for name in (field.strip().lower() for field in fields)]
    # A spreadsheet that once had more columns leaves empty ones at the end.
    while names and not names[-1]:
        names.pop()
    if not set(COLUMNS) <= set(names) <= {*COLUMNS, *OPTIONAL} or len(set(names)) < len(names):
        raise InputError(
            f"{path}: line 1: expected JSON Lines, or the header {','.join(COLUMNS)} and optionally "
            f"{','.join(OPTIONAL)}, got {','.join(fields)[:80]!r}"
        )
    return names


def _csv_row(where: str, header: list[str], fields: list[str], zone: tzinfo, start: float | None) -> Truth:
    if any(field.strip() for field in fields[len(header) :]):
        raise InputError(f"{where}: expected {len(header)} fields ({','.join(header)}), got {len(fields)}: {fields}")
    row = dict(zip(header, (field.strip() for field in fields), strict=False))
    row["kind"] = row.get("kind", "").lower()
    try:
        return _row(row, *(_csv_time(name, row.get(name, ""), zone, start) for name in ("start", "end")))
    except ValueError as exc:
        raise InputError(f"{where}: {exc}") from exc


def _csv_time(name: str, text: str, zone: tzinfo, start: float | None) -> float:
    after = elapsed(text)
    if after is None:
        try:
            return instant(text, zone)
        except ValueError as exc:
            raise ValueError(f"{name}: {exc}; or HH:MM:SS, MM:SS or seconds, counted from --start") from exc
    if start is None:
        raise ValueError(f"{name}: {text!r} counts from the start of the recording, so --start is needed")
    return start + after


def _row(fields: Mapping[str, Any], started_at: float, ended_at: float) -> Truth:
    for name in ("camera", "kind"):
        if not isinstance(fields.get(name), str) or not fields[name].strip():
            raise ValueError(f"{name}: expected a name, got {fields.get(name)!r}")
    if not (0 <= started_at < _END_OF_TIME and 0 <= ended_at < _END_OF_TIME):
        raise ValueError(f"times must be seconds from 1970 on, got {started_at!r} to {ended_at!r}")
    if milliseconds(ended_at) < milliseconds(started_at):
        raise ValueError(f"ends before it starts: {timestamp(started_at)} to {timestamp(ended_at)}")
    names = {name: _optional(name, fields.get(name)) for name in ("zone", "noise", "light")}
    return Truth(fields["camera"].strip(), fields["kind"].strip(), started_at, ended_at, **names)


def _optional(name: str, value: Any) -> str | None:
    if value is not None and not isinstance(value, str | int | float):
        raise ValueError(f"{name}: expected a word or a number, got {value!r}")
    return str(value).strip() or None if value is not None else None
