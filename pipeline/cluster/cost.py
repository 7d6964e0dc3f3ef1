"""What each camera of a ward costs, measured while it runs."""

from __future__ import annotations

import os
import time
from pathlib import Path

from pipeline.live.ward import Ward

EVERY_S = 10.0
SMOOTH = 0.3
"""Weight of the newest measurement."""
TICKS = os.sysconf("SC_CLK_TCK")


class Cost:
    """Its reader's CPU time, and its part of the ward's by the frames that were analysed. Cores, smoothed."""

    def __init__(self, ward: Ward) -> None:
        self._ward = ward
        self._at = time.monotonic()
        self._before = self._look()
        self._cost: dict[str, float] = {}

    def measure(self) -> dict[str, float]:
        """By camera; cameras that are new are missing for a while."""
        passed = time.monotonic() - self._at
        if passed < EVERY_S:
            return self._cost
        before, self._before = self._before, self._look()
        self._at += passed
        own, readers, frames = self._before
        more = {c: n - before[2].get(c, n) for c, n in frames.items()}
        each = (own - before[0]) / max(1, sum(more.values()))
        cost = {}
        for camera, used in readers.items():
            if camera in before[1] and used >= before[1][camera]:
                fresh = (used - before[1][camera] + each * more.get(camera, 0)) / passed
                cost[camera] = SMOOTH * fresh + (1 - SMOOTH) * self._cost.get(camera, fresh)
        self._cost = cost
        return cost

    def _look(self) -> tuple[float, dict[str, float], dict[str, int]]:
        """CPU seconds of this process and of every reader, and frames analysed."""
        readers = {camera: used for camera, pid in self._ward.readers().items() if (used := cpu_s(pid)) is not None}
        frames = {camera: post.counts["analysed"] for camera, post in list(self._ward.posts.items())}
        return time.process_time(), readers, frames


def cpu_s(pid: int) -> float | None:
    """CPU seconds that a process has used; None where it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / TICKS
