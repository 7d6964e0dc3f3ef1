"""The last seconds of a camera as it sent them, so that a clip can begin before what it shows was noticed."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from av.video.stream import VideoStream

from pipeline.evidence.clip import Template

if TYPE_CHECKING:
    from pipeline.evidence.clip import Packet


@dataclass(frozen=True, slots=True)
class Kept:
    """A packet, when its picture was taken (UTC seconds), and the stream it belongs to."""

    packet: Packet
    time: float
    template: Template


class Ring:
    """Encoded packets of the last `seconds`, of at most so many bytes; always begins with a key frame.

    A key frame and all that need it go together, so it holds up to one group of pictures more than `seconds`, and
    fewer seconds than asked where the camera sends more than `most_bytes` in them.
    """

    def __init__(self, seconds: float, most_bytes: int) -> None:
        self._seconds = seconds
        self._most_bytes = most_bytes
        self._kept: deque[Kept] = deque()
        self._bytes = 0
        self._stream: VideoStream | None = None
        self._template: Template | None = None

    def begin(self, stream: VideoStream) -> None:
        """Packets from now on belong to another stream; what is kept of the last one stays for its seconds."""
        self._stream, self._template = stream, None

    def add(self, packet: Packet, time: float) -> None:
        """Keep a packet; what comes before the first key frame of a stream is of no use and is not kept."""
        if self._template is None:
            if self._stream is None or not packet.is_keyframe:
                return
            self._template = Template(self._stream, packet)
        if not self._kept and not packet.is_keyframe:
            return  # a group of pictures for which there was no room is gone as a whole
        self._kept.append(Kept(packet, time, self._template))
        self._bytes += packet.size
        while self._beyond(time):
            self._drop_group()

    @property
    def bytes(self) -> int:
        return self._bytes

    @property
    def newest(self) -> float | None:
        """Time of the last packet."""
        return self._kept[-1].time if self._kept else None

    def between(self, start: float, end: float) -> Sequence[Kept]:
        """Packets from the last key frame at or before `start` up to `end`; of one stream, the last one that has any.

        Begins later where the ring does. Empty where it holds nothing before `end`.
        """
        held = [kept for kept in self._kept if kept.time <= end]
        held = [kept for kept in held if kept.template is held[-1].template]
        keys = [i for i, kept in enumerate(held) if kept.packet.is_keyframe and kept.time <= start]
        return held[keys[-1] if keys else 0 :]

    def _beyond(self, now: float) -> bool:
        """Whether the first group can go: it is not needed for `seconds`, or there is no room for it."""
        second = next((k for i, k in enumerate(self._kept) if i and k.packet.is_keyframe), None)
        if second is None:
            return self._bytes > self._most_bytes
        return self._bytes > self._most_bytes or second.time <= now - self._seconds

    def _drop_group(self) -> None:
        first = True
        while self._kept and (first or not self._kept[0].packet.is_keyframe):
            self._bytes -= self._kept.popleft().packet.size
            first = False
