"""What was detected in a file, kept under a name that says what it was made of: made once, found again by its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.config import Camera, City
from pipeline.recording import Recording, Writer, read_detections
from pipeline.wire import digest

FOLDER = "detections"


class Store:
    """A folder of Parquet tables, one a file of footage; times in them count from its first picture."""

    def __init__(self, run: Path, model_sha256: str, precision: str, city: City, other: Path | None = None) -> None:
        """`run` is the folder of the run; tables that `other`, another run's, has already are read there.

        What decides a table's content is in its name.
        """
        self._folder = run / FOLDER
        self._other = None if other is None else other / FOLDER
        settings = city.model.model_dump(mode="json", exclude={"name", "device", "threads"})
        self._made_by = digest([model_sha256, precision, settings])

    def path(self, camera: Camera, footage: str) -> Path:
        """Where the table of a file is, or would be; `footage` is the digest of its packets."""
        name = digest([footage, self._made_by, camera.analyse_fps, camera.privacy_masks])
        place = f"{camera.id}/{name[:32]}.parquet"
        if self._other is not None and (self._other / place).exists():
            return self._other / place
        return self._folder / place

    def has(self, camera: Camera, footage: str) -> bool:
        return self.path(camera, footage).exists()

    @contextmanager
    def writer(self, camera: Camera, footage: str) -> Iterator[Writer]:
        """Writes a table; it is there as a whole once this ends well, and not at all otherwise."""
        path = self.path(camera, footage)
        part = path.with_name(f"{path.stem}.part.parquet")
        try:
            with Writer(part) as writer:
                yield writer
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def read(self, camera: Camera, footage: str) -> Recording:
        """A table that is there. Raises `InputError` where it is damaged."""
        return read_detections(self.path(camera, footage))
