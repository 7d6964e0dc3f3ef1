"""How long a shard may go on without being heard of, so that another one can safely take over.

The shard tells the time of its own clock with every answer, and the next order allows it to go on until so much later.
As that time was read before the answer came, the conductor knows without comparing clocks when it is over at the
latest: so long after the last answer came.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FENCE_S = 8.0
"""A shard that gets no order for so long stops."""
GRACE_S = 4.0
"""For closing what is open; then it is ended, whatever it is doing."""
MARGIN_S = 1.0
"""Clocks run at slightly different speeds."""
LOST_S = FENCE_S + GRACE_S + MARGIN_S
"""So long after its last answer a shard cannot be running any more."""
Clock = Callable[[], float]


def boot_clock() -> float:
    """Seconds that also pass while the machine is suspended (CLOCK_BOOTTIME), and that nobody can set."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class ShardLease:
    """Whether a shard may go on. Asked before anything is told of a camera; once over, it is over for good."""

    def __init__(self, clock: Clock = boot_clock) -> None:
        """It holds until the first `renew` says how long."""
        self._clock = clock
        self._until: float | None = None
        self._over = False
        self._lock = threading.Lock()

    def holds(self) -> bool:
        """Also right where the process was frozen: the clock went on."""
        with self._lock:
            self._over = self._over or (self._until is not None and self._clock() >= self._until)
            return not self._over

    def renew(self, until: float) -> bool:
        """Go on until then, or longer where that was said before; False where it was over already."""
        if not self.holds():
            return False
        with self._lock:
            self._until = max(until, self._until or until)
            return not self._over

    def end(self) -> None:
        """It is over now."""
        with self._lock:
            self._over = True

    def grace_s(self) -> float:
        """Seconds that are left for closing what is open. 0 where the machine was suspended meanwhile."""
        with self._lock:
            over = self._clock() if self._until is None else self._until
            return min(GRACE_S, max(0.0, over + GRACE_S - self._clock()))
