"""Telemetry that was dropped for want of room: counted by camera, and announced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.wire import Message, gap
from pipeline.wire.gap import time_of


@dataclass(slots=True)
class _Loss:
    """What one camera lost."""

    sample: Message
    count: int
    first: str
    last: str


class Losses:
    """Counts dropped messages by camera and topics until they are announced."""

    def __init__(self, dropped: Iterable[Message] = ()) -> None:
        self._by_camera: dict[tuple[str, tuple[str, ...]], _Loss] = {}
        for message in dropped:
            self.add(message)

    def add(self, message: Message) -> None:
        time = time_of(message)
        loss = self._by_camera.setdefault((message.key, message.topics), _Loss(message, 0, time, time))
        loss.count += 1
        loss.first, loss.last = min(loss.first, time), max(loss.last, time)

    def __len__(self) -> int:
        return sum(loss.count for loss in self._by_camera.values())

    def counts(self) -> list[tuple[str, int]]:
        """How many messages each camera lost."""
        return [(key, loss.count) for (key, _), loss in self._by_camera.items()]

    def gaps(self) -> list[Message]:
        """A health event for each camera and ward that has to be told."""
        return [gap(loss.sample, loss.count, loss.first, loss.last) for loss in self._by_camera.values() if loss.first]
