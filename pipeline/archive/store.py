"""What was detected in a file, kept under a name that says what it was made of: made once, found again by its name."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from pipeline.config import Camera, City
from pipeline.errors import OutboxError, OutboxFull
from pipeline.evidence.files import FULL
from pipeline.recording import Recording, read_detections
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
        self._gate = city.gate
        self._made_by = digest([model_sha256, precision, settings])

    def path(self, camera: Camera, footage: str) -> Path:
        """Where the table of a file is, or would be; `footage` is the digest of its packets."""
        gate = (camera.gate or self._gate).model_dump(mode="json")
        name = digest(
            [footage, self._made_by, camera.analyse_fps, camera.privacy_masks, gate if gate["enabled"] else 0]
        )
        place = f"{camera.id}/{name[:32]}.parquet"
        if self._other is not None and (self._other / place).exists():
            return self._other / place
        return self._folder / place

    def has(self, camera: Camera, footage: str) -> bool:
        return self.path(camera, footage).exists()

    def put(self, camera: Camera, footage: str, table: bytes) -> None:
        """Keep a table: whole or not at all. Raises `OutboxFull` where the disk takes no more, or `OutboxError`."""
        path = self.path(camera, footage)
        part = path.with_name(f"{path.stem}.part.parquet")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(table)
            part.replace(path)
        except OSError as exc:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            error = OutboxFull if exc.errno in FULL else OutboxError
            raise error(f"{path}: cannot be written: {exc.strerror or exc}") from exc

    def read(self, camera: Camera, footage: str) -> Recording:
        """A table that is there. Raises `InputError` where it is damaged."""
        return read_detections(self.path(camera, footage))
