"""How long each camera was really watched: the honest denominator of every statistic."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Literal

from pipeline.errors import InputError, OutboxError, OutboxFull

State = Literal["analysed", "unfit", "lost"]
"""Watched; connected, but the camera was not fit to be believed; no pictures, or more than the box could take."""
LONGEST_S = 2.0
"""Two looks farther apart than this leave a hole between them."""
LATE_S = 10.0
"""A look may come so late, after another one at a later time; it then says nothing new. Later still, and the clock of
this machine was set back."""
SET_S = 3600.0
"""A running ward looks many times a second: so much between two looks is another clock, not a hole."""
FLUSH_S = 10.0


@dataclass(frozen=True, slots=True)
class Covered:
    """Seconds of one camera on one day of the city."""

    camera: str
    day: date
    analysed_s: float
    unfit_s: float
    lost_s: float


class Coverage:
    """Adds up seconds per camera and day in a SQLite file; a killed process loses at most the last 10 s of them."""

    def __init__(self, path: Path, zone: tzinfo) -> None:
        """Raises `OutboxError` where the file cannot be used."""
        self._path = path
        self._zone = zone
        self._seconds: dict[tuple[str, str, State], float] = defaultdict(float)
        self._seen: dict[str, float] = {}
        self._flushed = 0.0
        with self._explained():
            self._db = sqlite3.connect(path)
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS coverage (camera TEXT, day TEXT, state TEXT, seconds REAL NOT NULL, "
                "PRIMARY KEY (camera, day, state)) WITHOUT ROWID"
            )

    def begin(self, camera: str, time: float) -> None:
        """The camera is to be watched from `time` on (UTC seconds)."""
        self._seen.setdefault(camera, time)

    def look(self, camera: str, time: float, state: State = "analysed") -> None:
        """The camera was in `state` at `time`: so was it since the last look, up to `LONGEST_S`; before that, lost."""
        before = self._seen.get(camera, time)
        passed = time - before
        if not -LATE_S <= passed <= SET_S:  # the clock of this machine was set: nobody knows what passed
            self._seen[camera] = time
            return
        if passed <= 0:
            return
        counted = min(passed, LONGEST_S) if state != "lost" else 0.0
        self._add(camera, before, time - counted, "lost")
        self._add(camera, time - counted, time, state)
        self._seen[camera] = time

    def end(self, camera: str, time: float) -> None:
        """The camera is not to be watched any more."""
        self.look(camera, time, "lost")
        self._seen.pop(camera, None)

    def flush(self, now: float) -> None:
        """Store what was added; called often, it does so every 10 s. Raises `OutboxFull` where the disk is full."""
        if now - self._flushed < FLUSH_S:
            return
        with self._explained(), self._db:
            self._db.executemany(
                "INSERT INTO coverage VALUES (?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET seconds = seconds + excluded.seconds",
                [(*key, seconds) for key, seconds in self._seconds.items()],
            )
        self._seconds.clear()
        self._flushed = now

    def close(self) -> None:
        with contextlib.suppress(OutboxError):
            self.flush(float("inf"))
        self._db.close()

    def _add(self, camera: str, start: float, end: float, state: State) -> None:
        """Part by part where midnight lies between."""
        while end > start:
            day = datetime.fromtimestamp(start, self._zone)
            midnight = (datetime.fromtimestamp(start + 86_400, self._zone)).replace(
                hour=0, minute=0, second=0, microsecond=0
            )
            until = min(end, max(midnight.timestamp(), start + 0.001))
            self._seconds[camera, day.date().isoformat(), state] += until - start
            start = until

    @contextlib.contextmanager
    def _explained(self):  # type: ignore[no-untyped-def]
        try:
            yield
        except sqlite3.Error as exc:
            error = OutboxFull if getattr(exc, "sqlite_errorname", "") == "SQLITE_FULL" else OutboxError
            raise error(f"{self._path}: coverage cannot be stored: {exc}") from exc


def read(path: Path) -> list[Covered]:
    """What is stored, by camera and day. Raises `InputError` where there is nothing to read."""
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            rows = db.execute("SELECT camera, day, state, seconds FROM coverage ORDER BY camera, day").fetchall()
    except sqlite3.Error as exc:
        raise InputError(f"{path}: no coverage can be read there: {exc}") from exc
    days: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for camera, day, state, seconds in rows:
        days[camera, day][state] += seconds
    return [
        Covered(camera, date.fromisoformat(day), *(round(s[state], 3) for state in ("analysed", "unfit", "lost")))
        for (camera, day), s in days.items()
    ]
