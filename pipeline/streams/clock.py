"""When a live picture was taken: the camera's spacing, on the receiver's clock."""

from __future__ import annotations

from dataclasses import dataclass

DRIFT = 0.001
"""A camera's clock is off by no more than this (1000 ppm): delay that grows faster is delay."""
BACK_S = 0.5
"""Time stamps that go back by less are out of order; by more, they begin anew."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a picture was taken."""

    time: float
    """UTC seconds on the receiver's clock, whole milliseconds, increasing within an epoch."""
    lag: float
    """How much later than the quickest of the last pictures it came, seconds."""


class CaptureClock:
    """Gives the pictures of one epoch their times.

    A picture cannot come before it was taken, and the quickest ones come with hardly any delay. So the time of a
    picture is its time stamp plus the least difference seen so far between arrival and time stamp, which may only grow
    as slowly as clocks drift: evenly spaced as
    the camera took them, whatever the network did, and never later than it arrived. The camera's own idea of the
    time of day is not used.
    """

    def __init__(self, wall: float, monotonic: float, jump_s: float = 2.0) -> None:
        """`wall` (UTC seconds) and `monotonic` (process clock) are the same instant; an epoch keeps that relation."""
        self._shift = wall - monotonic
        self._jump_s = jump_s
        self._last_pts: float | None = None
        self._last_arrival = 0.0
        self._last_ms = 0
        self._least: float | None = None
        """Arrival − pts of a picture without delay, as far as it is known."""

    def utc(self, monotonic: float) -> float:
        """The instant of the process clock in UTC seconds."""
        return monotonic + self._shift

    def stamp(self, pts_s: float | None, monotonic: float) -> Stamp | None:
        """The time of a picture that came at `monotonic`; None where its time stamp begins a new epoch.

        A missing time stamp is replaced by the arrival.
        """
        arrival = self.utc(monotonic)
        if pts_s is None:
            return self._ordered(arrival, 0.0)
        if self._last_pts is not None and self._jumped(pts_s, arrival):
            return None
        passed = max(0.0, arrival - self._last_arrival)
        self._last_pts, self._last_arrival = pts_s, arrival
        delay = arrival - pts_s
        self._least = delay if self._least is None else min(delay, self._least + DRIFT * passed)
        time = pts_s + self._least
        return self._ordered(time, arrival - time)

    def of(self, pts_s: float | None, monotonic: float) -> float:
        """When the picture in a packet was taken, without learning from it, UTC seconds."""
        arrival = self.utc(monotonic)
        return arrival if pts_s is None or self._least is None else min(arrival, pts_s + self._least)

    def _jumped(self, pts_s: float, arrival: float) -> bool:
        """Back by more than disorder, or forward by more than has passed and than was behind."""
        assert self._last_pts is not None
        assert self._least is not None
        moved = pts_s - self._last_pts
        behind = self._last_arrival - self._last_pts - self._least
        return not -BACK_S <= moved <= (arrival - self._last_arrival) + behind + self._jump_s

    def _ordered(self, time: float, lag: float) -> Stamp:
        self._last_ms = max(round(time * 1000), self._last_ms + 1)
        return Stamp(self._last_ms / 1000, lag)
