"""Footage → tables of detections: all files after one another through one detector, which never waits for a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

from pipeline.archive.plan import Broken
from pipeline.archive.store import Store
from pipeline.archive.timeline import Part
from pipeline.config import City
from pipeline.errors import InputError
from pipeline.recording import Writer
from pipeline.stages import Detector
from pipeline.streams.decode import VideoFile
from pipeline.streams.file import FileStream
from pipeline.types import Frame

Progress = Callable[[Part, float], None]
"""Called with the file in hand, and how many seconds of it are done."""


def detect(parts: Sequence[Part], city: City, detector: Detector, store: Store, progress: Progress) -> list[Broken]:
    """Make the tables that are missing. A file that cannot be read is told of, and the others go on."""
    work = _Work(parts, city, store)
    with ExitStack() as opened:
        writing: int | None = None
        writer: Writer | None = None
        for frame, found in detector.detect(work.frames()):
            if frame.epoch != writing:  # the number of the file
                opened.close()
                writing, part = frame.epoch, parts[frame.epoch]
                writer = opened.enter_context(store.writer(city.camera(part.footage.camera), part.footage.digest))
            assert writer is not None
            writer.write(frame.time, found, detector.names, frame.camera)
            progress(parts[frame.epoch], frame.time)
    return work.broken


class _Work:
    """The frames of all files; the epoch of a frame is its file's number."""

    def __init__(self, parts: Sequence[Part], city: City, store: Store) -> None:
        self._parts, self._city, self._store = parts, city, store
        self.broken: list[Broken] = []

    def frames(self) -> Iterator[Frame]:
        for number, part in enumerate(self._parts):
            camera = self._city.camera(part.footage.camera)
            if self._store.has(camera, part.footage.digest):
                continue
            try:
                video = VideoFile(part.footage.path)
            except InputError as exc:
                self.broken.append(Broken(part.footage.path, str(exc)))
                continue
            stream = FileStream(video, camera.id, 0.0, camera.analyse_fps, camera.privacy_masks)
            try:
                for frame in stream:
                    yield Frame(frame.camera, number, frame.time, frame.size, frame.pixels)
            finally:
                stream.close()
