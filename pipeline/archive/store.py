"""What was detected and tracked, kept under names that say what it was made of: made once, found again by its name."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pipeline.archive.timeline import Part
from pipeline.config import Camera, City
from pipeline.errors import OutboxError, OutboxFull
from pipeline.evidence.files import FULL
from pipeline.recording import Recording, notes, read_detections, rows
from pipeline.version import VERSION
from pipeline.wire import digest

DETECTIONS, TRACKS = "detections", "tracks"


class Store:
    """Parquet tables: of detections one a file of footage, whose times count from its first picture; of tracks one for
    each unbroken recording of a camera, with UTC seconds.
    """

    def __init__(
        self, run: Path, model_sha256: str, precision: str, names: tuple[str, ...], city: City,
        other: Path | None = None, skip_calm: bool = False,
    ) -> None:  # fmt: skip
        """`run` is the folder of the run; tables that `other`, another run's, has already are read there. `names` are
        the detector's classes.

        What decides a table's content is in its name.
        """
        self.names = names
        self.precision = precision
        self.skip_calm = skip_calm
        self._run = run
        self._other = other
        self._tracker = city.tracker.model_dump(mode="json")
        settings = city.model.model_dump(mode="json", exclude={"name", "device", "threads"})
        self._gate = city.gate
        self._made_by = digest([model_sha256, precision, settings])

    def path(self, camera: Camera, footage: str) -> Path:
        """Where the table of a file is, or would be; `footage` is the digest of its packets."""
        gate = (camera.gate or self._gate).model_dump(mode="json")
        name = digest(
            [
                footage,
                self._made_by,
                camera.analyse_fps,
                camera.privacy_masks,
                gate if gate["enabled"] else 0,
                *(["skim"] if self.skip_calm else []),
            ]
        )
        return self._place(DETECTIONS, camera, name)

    def tracks(self, camera: Camera, parts: Sequence[Part]) -> Path:
        """Where the tracks of these files, one recording, are or would be."""
        made_of = [[self.path(camera, p.footage.digest).stem, p.footage.start, p.skip_s] for p in parts]
        return self._place(TRACKS, camera, digest([made_of, self._tracker, VERSION]))

    def _place(self, what: str, camera: Camera, name: str) -> Path:
        place = f"{what}/{camera.id}/{name[:32]}.parquet"
        if self._other is not None and (self._other / place).exists():
            return self._other / place
        return self._run / place

    def has(self, camera: Camera, footage: str) -> bool:
        return self.path(camera, footage).exists()

    def rows(self, camera: Camera, parts: Sequence[Part]) -> int:
        """The rows of the tables of these files that are there: a box each, or a frame without any."""
        digests = (part.footage.digest for part in parts)
        tables = [self.path(camera, digest) for digest in digests if self.has(camera, digest)]
        return sum(rows(table) for table in tables)

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

    def notes(self, camera: Camera, footage: str) -> list[str]:
        """What went wrong in reading the file."""
        return notes(self.path(camera, footage))
