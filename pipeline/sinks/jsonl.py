"""Events as JSON Lines, one message a line; the default sink, with nothing to install."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from io import FileIO
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from pipeline.errors import InputError, SinkError
from pipeline.wire import Message, decode


class JsonLinesSettings(BaseModel):
    """Where the file is."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    path: Path = Field(Path("events.jsonl"), description="Relative to the folder of the run.")


class JsonLines:
    """Appends each message once: what the file holds already is not written again, a torn last line is cut off."""

    name = "jsonl"

    def __init__(self, settings: JsonLinesSettings, folder: Path = Path()) -> None:
        """Raises `SinkError` where the file cannot be written."""
        self._path = folder / settings.path
        self._written: set[tuple[str, int]] = set()
        self._file: FileIO | None = None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.open("ab").close()
        except OSError as exc:
            raise SinkError(f"{self._path}: cannot be written: {exc.strerror}") from exc

    def _open(self) -> FileIO:
        """Only with the first delivery, when no other process delivers: cutting a torn line is for one at a time."""
        if self._file is None:
            try:
                self._recover()
                self._file = self._path.open("ab", buffering=0)
            except OSError as exc:
                raise SinkError(f"{self._path}: cannot be written: {exc.strerror}") from exc
        return self._file

    def _recover(self) -> None:
        content = self._path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            os.truncate(self._path, whole)
        for line in content[:whole].splitlines():
            try:
                data = decode(line).data
            except InputError:
                continue
            self._written.add((data.event_id, data.revision))

    def deliver(self, messages: Sequence[Message]) -> int:
        file = self._open()
        fresh = [m for m in messages if (m.event_id, m.revision) not in self._written]
        before = os.fstat(file.fileno()).st_size
        try:
            lines = memoryview(b"".join(message.body + b"\n" for message in fresh))
            while lines:
                lines = lines[file.write(lines) :]
            os.fsync(file.fileno())
        except OSError as exc:
            with contextlib.suppress(OSError):
                file.truncate(before)
            raise SinkError(f"{self._path}: cannot be written: {exc.strerror}") from exc
        self._written.update((message.event_id, message.revision) for message in fresh)
        return len(messages)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
