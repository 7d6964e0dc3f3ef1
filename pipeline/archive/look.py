"""One file → a table of what the detector found in it: sampled, gated, and the same however often it is done."""

from __future__ import annotations

import contextlib
import io
import time as clock
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import supervision as sv

from pipeline import build
from pipeline.archive.crew import Done, Failed, Progress, Said, Undone
from pipeline.archive.timeline import Part
from pipeline.config import Camera, City
from pipeline.errors import InputError, MatthanError, ModelError
from pipeline.gate import SAME_S, Gate, GateSettings, Repeats, living
from pipeline.recording import Writer
from pipeline.stages import Detector
from pipeline.streams.decode import VideoFile
from pipeline.streams.file import FileStream
from pipeline.streams.skim import lively
from pipeline.types import Frame, empty

ANSWER_S = 1.0
"""The gate learns what was found so long after the picture, whether the detector was faster or not: else its next word
would depend on the machine."""
TELL_S = 0.5


class Look:
    """`crew.Worker` for files: a detector, made when it is first needed."""

    def __init__(self, city: City, threads: int, precision: str, skip_calm: bool = False) -> None:
        """`precision`: what all hands calculate in, or their tables would differ. `skip_calm`: see `streams.skim`."""
        self._city = city
        self._skip_calm = skip_calm
        self._settings = city.model.model_copy(update={"threads": city.model.threads or threads})
        self._precision = precision
        self._looker: Looker | None = None

    def do(self, task: Part) -> Iterator[Said]:
        """Says how many seconds are done, and in the end the table, or why there is none."""
        table, told = io.BytesIO(), clock.monotonic()
        try:
            for done in self._made().look(task.footage.path, self._city.camera(task.footage.camera), table):
                if clock.monotonic() - told > TELL_S:
                    told = clock.monotonic()
                    yield Progress(done)
        except InputError as exc:
            yield Undone(str(exc))
        except MatthanError as exc:
            yield Failed(exc)
        else:
            yield Done(table.getvalue())

    def _made(self) -> Looker:
        if self._looker is None:
            detector, _ = build.detector(self._settings)
            if detector.precision != self._precision:
                raise ModelError(
                    f"model.precision: one machine calculates in {detector.precision}, another in {self._precision}; "
                    "name one that all have, e.g. f32"
                )
            self._looker = Looker(self._city, detector, self._skip_calm)
        return self._looker


class Looker:
    """Looks at one file after another with one detector."""

    def __init__(self, city: City, detector: Detector, skip_calm: bool = False) -> None:
        self._gate = city.gate
        self._skip_calm = skip_calm
        self._detector = detector
        self._number = 0

    def look(self, path: Path, camera: Camera, table: BinaryIO) -> Iterator[float]:
        """Write the table, Parquet; tells how many seconds of the file are done. Times in it count from its first
        picture.

        Raises `InputError` where the file cannot be read, `ModelError`.
        """
        self._number += 1
        where = lively(path).tolist() if self._skip_calm else None
        sampled = _Sampled(path, camera, camera.gate or self._gate, self._number, where)
        with contextlib.closing(sampled), Writer(table) as writer:
            names = self._detector.names
            alive = living(names)
            for frame, found in self._detector.detect(sampled.frames()):
                watched = found.class_id is not None and bool(alive[np.asarray(found.class_id, np.int64)].any())
                for time, rows in sampled.answered(found, watched):
                    writer.write(time, rows, names, camera.id)
                yield frame.time
            for time, rows in sampled.held():
                writer.write(time, rows, names, camera.id)
            writer.note(sampled.notes())


class _Sampled:
    """The sampled pictures of a file, of which only those go to the detector that may show something new.

    Of the others some are kept: nothing has changed there, so the last answer holds, as in a live run (`Repeats`).
    """

    def __init__(
        self, path: Path, camera: Camera, gate: GateSettings, epoch: int, where: list[bool] | None = None
    ) -> None:
        """`epoch` tells this file from others of the camera that the detector saw; `where` it is worth a look."""
        self._path = path
        self._stream = FileStream(VideoFile(path), camera.id, 0.0, camera.analyse_fps, camera.privacy_masks, where)
        self._gate = Gate(gate, self._stream.size, camera.privacy_masks) if gate.enabled else None
        self._camera = camera.id
        self._epoch = epoch
        self._asked: deque[tuple[float, int]] = deque()
        """Times and numbers of the frames that the detector has."""
        self._rows: deque[tuple[float, bool]] = deque()
        """What the table is to have next: a time, and whether with an answer of its own."""
        self._answers: deque[tuple[float, int, sv.Detections, bool]] = deque()
        """What the gate is still to be told."""
        self._rows_until = -np.inf
        self._found = empty()

    def close(self) -> None:
        self._stream.close()

    def notes(self) -> list[str]:
        """What went wrong in reading, without the file's name: it may lie elsewhere the next time."""
        return [note.removeprefix(f"{self._path}: ") for note in self._stream.notes()]

    def frames(self) -> Iterator[Frame | None]:
        """For the detector; None where an answer is needed before the next picture can be judged."""
        repeats, calls = Repeats(), 0
        for time, picture in self._stream.pictures():
            self._skip()
            if self._gate is not None:
                while self._asked and self._asked[0][0] <= time - ANSWER_S:
                    yield None
                while self._answers and self._answers[0][0] <= time - ANSWER_S:
                    _, number, found, watched = self._answers.popleft()
                    self._gate.answer(number, np.asarray(found.xyxy, float), watched)
                why = self._gate.judge(time, picture.luma(), calls)
                if why == "same":
                    if repeats.due(time):
                        self._row(time, False)
                    continue
                repeats.called(time, why)
            self._row(time, True)
            self._asked.append((time, calls))
            calls += 1
            yield self._stream.frame(time, picture, self._epoch)
        self._skip()

    def _skip(self) -> None:
        """In what was left out because nothing happens there the last answer holds."""
        for begun, ended in self._stream.skipped():
            while (time := max(self._rows_until + SAME_S, begun)) <= ended:
                self._row(round(time, 3), False)

    def _row(self, time: float, own: bool) -> None:
        self._rows.append((time, own))
        self._rows_until = time

    def answered(self, found: sv.Detections, watched: bool) -> Iterator[tuple[float, sv.Detections]]:
        """The detector has given its oldest frame back: what the table gets next."""
        yield from self.held()
        time, number = self._asked.popleft()
        if self._gate is not None:
            self._answers.append((time, number, found, watched))
        self._rows.popleft()
        self._found = found
        yield time, found
        yield from self.held()

    def held(self) -> Iterator[tuple[float, sv.Detections]]:
        """Times for which the last answer holds."""
        while self._rows and not self._rows[0][1]:
            yield self._rows.popleft()[0], self._found
