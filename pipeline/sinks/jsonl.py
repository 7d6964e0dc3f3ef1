"""Events as JSON Lines, one message a line; the default sink, with nothing to install."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from io import FileIO
from itertools import islice
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from pipeline.errors import InputError, SinkError
from pipeline.wire import Message, decode

REMEMBERED = 10_000
"""Messages at the end of the file that are not written again. After a crash one batch of a courier comes again."""
BLOCK = 2**20
"""Bytes read at once."""


class JsonLinesSettings(BaseModel):
    """Where the file is."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    path: Path = Field(Path("events.jsonl"), description="Relative to the folder of the run.")


class JsonLines:
    """Appends each message once: what is among the file's last `REMEMBERED` is not written again.

    A torn last line is cut off. Neither memory nor the time to open grows with the file.
    """

    name = "jsonl"

    def __init__(self, settings: JsonLinesSettings, folder: Path = Path()) -> None:
        """Raises `SinkError` where the file cannot be written."""
        self._path = folder / settings.path
        self._written: dict[tuple[str, int], None] = {}
        """In order."""
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
        lines = _tail(self._path, REMEMBERED)
        if lines and not lines[-1].endswith(b"\n"):
            torn = lines.pop()
            os.truncate(self._path, self._path.stat().st_size - len(torn))
        for line in lines[-REMEMBERED:]:
            with contextlib.suppress(InputError):  # a line of somebody else
                data = decode(line).data
                self._written[data.event_id, data.revision] = None

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
        self._written |= dict.fromkeys((message.event_id, message.revision) for message in fresh)
        for oldest in list(islice(self._written, max(0, len(self._written) - REMEMBERED))):
            del self._written[oldest]
        return len(messages)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _tail(path: Path, count: int) -> list[bytes]:
    """At least so many lines from the end of a file, or all; a torn last one too."""
    size, length = path.stat().st_size, BLOCK
    with path.open("rb") as file:
        while True:
            start = file.seek(max(0, size - length))
            lines = file.read(size - start).splitlines(keepends=True)
            if start == 0:
                return lines
            if len(lines) > count + 1:
                return lines[1:]  # the first one may have begun before
            length *= 2
