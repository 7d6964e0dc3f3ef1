"""The only place where a live frame may be dropped: the newest one of a camera waits, and replaces what waited."""

from __future__ import annotations

import mmap
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.uint8]
SLOTS = 4
"""The writer goes round; who takes the newest has three frames' time to copy it."""
HEAD = 64
"""Bytes before the slots: the number of the newest complete frame."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A frame as it lies in a mailbox."""

    number: int
    """Counts the frames of this mailbox from 1."""
    time: float
    """When it was taken, UTC seconds."""
    received: float
    """When it had come, seconds of the process clock, which all processes of a machine share."""
    data: bytes
    """The planes of the picture, one after the other, without padding."""


class Mailbox:
    """Shared memory between the process that reads a camera (`put`) and the one that analyses it (`take`).

    There is no lock that a killed process could keep: a frame is complete before its number is made known, and a copy
    that was overtaken while it was made is made again. Memory: `SLOTS` pictures.
    """

    def __init__(self, descriptor: int, room: int) -> None:
        """`descriptor` of the memory, which is closed with the mailbox; `room` bytes for the planes of a picture."""
        self.descriptor = descriptor
        self.room = room
        self._stride = room + HEAD
        self._map = mmap.mmap(descriptor, HEAD + SLOTS * self._stride)
        whole = np.frombuffer(self._map, np.uint8)
        self._newest = whole[:8].view(np.int64)
        slots = whole[HEAD:].reshape(SLOTS, self._stride)
        self._heads = [slot[:HEAD].view(np.float64) for slot in slots]
        self._planes = [slot[HEAD:] for slot in slots]
        self._taken = 0
        self.dropped = 0
        """Frames that were replaced before anybody took them."""

    @classmethod
    def create(cls, room: int) -> Self:
        descriptor = os.memfd_create("matthan-mailbox", os.MFD_CLOEXEC)
        os.ftruncate(descriptor, HEAD + SLOTS * (room + HEAD))
        return cls(descriptor, room)

    def put(self, time: float, received: float, planes: Sequence[Plane]) -> int:
        """Leave a frame, and return its number. `planes` are (height, width) uint8."""
        number = int(self._newest[0]) + 1
        head, room = self._heads[number % SLOTS], self._planes[number % SLOTS]
        head[0] = 0  # whoever copies this slot now will see that it is no longer what it was
        at = 0
        for plane in planes:
            room[at : at + plane.size].reshape(plane.shape)[:] = plane
            at += plane.size
        head[1], head[2], head[3], head[0] = time, received, at, number
        self._newest[0] = number
        return number

    @property
    def newest(self) -> int:
        """Number of the frame that waits, or of the last one; 0 before the first."""
        return int(self._newest[0])

    @property
    def waits(self) -> bool:
        """Whether there is a frame that nobody has taken."""
        return self.newest > self._taken

    def take(self) -> Letter | None:
        """The newest frame, once; None where there is none that was not taken."""
        while self.waits:
            number = self.newest
            head = self._heads[number % SLOTS]
            _, time, received, size = head[:4].tolist()
            data = self._planes[number % SLOTS][: int(size)].tobytes()
            if int(head[0]) == number:
                self.dropped += number - self._taken - 1
                self._taken = number
                return Letter(number, time, received, data)
        return None

    def close(self) -> None:
        """Let go of the memory; it is freed when the other side has too. May be called twice."""
        if not self._heads:
            return
        self._newest, self._heads, self._planes = np.zeros(1, np.int64), [], []
        self._map.close()
        os.close(self.descriptor)
