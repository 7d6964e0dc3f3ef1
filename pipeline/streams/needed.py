"""Which packets of a recording must be decoded to have the pictures that are wanted. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol

CALM_S = 30.0
"""Between two pictures where nothing happens."""


class Packet(Protocol):
    """What is known of a packet before it is decoded."""

    @property
    def pts(self) -> int | None: ...
    @property
    def time_base(self) -> Fraction | None: ...
    @property
    def is_keyframe(self) -> bool: ...


class All:
    """Every picture is needed."""

    def __init__(self) -> None:
        self.skipped: list[tuple[float, float]] = []

    def of(self, packets: Sequence[Packet], ends: bool, damaged: bool) -> int:
        """How many of these packets are to be decoded; `ends`: a key frame follows."""
        return len(packets)


class Sampled(All):
    """Tells by their time stamps which packets are needed. Where these are not in order, or something was damaged, all
    are from then on.
    """

    def __init__(self, fps: float, lively: Sequence[bool] | None = None) -> None:
        self._fps = fps
        super().__init__()
        self._lively = lively
        self._wanted = -CALM_S
        """When the last picture was wanted."""
        self._key = -1
        self._first: float | None = None
        self._last = -1.0
        self._slot = -1
        self._sure = True

    def of(self, packets: Sequence[Packet], ends: bool, damaged: bool) -> int:
        before = self._last
        self._sure = self._sure and not damaged
        self._key += packets[0].is_keyframe if packets else 0
        calm = self._lively is not None and 0 <= self._key < len(self._lively) and not self._lively[self._key]
        needed = 0
        for number, packet in enumerate(packets if self._sure else (), 1):
            base = packet.time_base
            stamp = None if packet.pts is None or base is None else packet.pts * base.numerator / base.denominator
            self._first = stamp if self._first is None else self._first
            if stamp is None or self._first is None or not self._last < stamp - self._first:
                self._sure = False
                break
            self._last = stamp - self._first
            if calm and not (packet.is_keyframe and self._last - self._wanted >= CALM_S):
                continue
            if (due := slot(self._last, self._fps)) > self._slot:
                self._slot, self._wanted, needed = due, self._last, number
        if calm and self._sure:
            self.skipped.append((max(before, 0.0), self._last))
        return needed if self._sure and (ends or calm) else len(packets)


def slot(time_s: float, fps: float) -> int:
    """In which of `fps` slots a second a time lies. A hundredth forgives rounding: 33 ms is a picture of 30 fps."""
    return int(time_s * fps + 0.01)
