"""One still thing: how it looks, what it hides, and whether it is still there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.detectors.background import Luma

LOOK_S = 60.0
"""A standing thing's own picture follows the light at this rate."""


@dataclass(slots=True)
class StillThing:
    """A region that differs for good: how it looks, what it hides, and when it was last seen."""

    box: tuple[int, int, int, int]
    crop: tuple[slice, slice]
    region: npt.NDArray[np.uint8]
    look: Luma
    under: Luma
    vanished: bool
    confidence: float
    since: float
    seen: float
    uncovered_s: float = 0.0

    def watch(self, time: float, dt: float, luma: Luma) -> None:
        """Is it there, gone, or hidden? The picture of the spot resembles its look, what it hid, or neither."""
        picture = luma[self.crop]
        as_thing, as_ground = _likeness(picture, self.look), _likeness(picture, self.under)
        if as_thing >= as_ground and as_thing > 0.5:
            self.seen, self.uncovered_s = time, 0.0
            self.look += (picture - self.look) * np.float32(min(1.0, dt / LOOK_S) * (as_thing > 0.8))
        elif as_ground > as_thing + 0.1 and as_ground > 0.5:
            self.uncovered_s += dt


def _likeness(a: Luma, b: Luma) -> float:
    """Correlation of two crops, -1 … 1: the same spot under another light still correlates."""
    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum() / max(1e-6, float(np.sqrt((a * a).sum() * (b * b).sum()))))
