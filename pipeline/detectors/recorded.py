"""Detections that were made before, given to the frames they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import supervision as sv

from pipeline.detectors.settings import DetectorSettings
from pipeline.errors import InputError
from pipeline.recording import Recording, read_detections
from pipeline.types import Frame, empty, milliseconds


class Recorded:
    """Looks the detections of each frame up by its capture time, to the millisecond.

    A frame that was not recorded has no detections; when no frame at all was recorded, the file belongs to another
    video, or to another start of it, and that is an `InputError`.
    """

    def __init__(self, path: Path, settings: DetectorSettings) -> None:
        """`settings` say nothing here: what was kept was decided when the recording was made."""
        del settings
        recording: Recording = read_detections(path)
        self.names = recording.names
        self.precision = "recorded"
        self._path = path
        self._times = recording.times
        self._frames = {milliseconds(time): detections for time, detections in recording}

    def detect(self, frames: Iterable[Frame | None]) -> Iterator[tuple[Frame, sv.Detections]]:
        found = seen = 0
        for frame in frames:
            if frame is None:
                continue
            detections = self._frames.get(milliseconds(frame.time))
            seen += 1
            found += detections is not None
            yield frame, empty() if detections is None else detections
        if seen and not found:
            span = f"{self._times[0]:.3f} … {self._times[-1]:.3f}" if len(self._times) else "no frames"
            raise InputError(f"{self._path}: holds none of the {seen} frames of this video; its times are {span}")

    def close(self) -> None:
        self._frames = {}
