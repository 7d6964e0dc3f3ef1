"""Where road users were: the samples of their ways on a metric plane."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.conflicts import Bodies
from pipeline.types import Floats, Ints


@dataclass(frozen=True, slots=True)
class Trajectories:
    """The samples of all road users, in the order of time, then track; columns are (n,).

    `time` seconds of any origin; `track` names the road user; `class_id` indexes `names`; `bodies` are the centres,
    headings, speeds and sizes.
    """

    time: Floats
    track: Ints
    class_id: Ints
    names: tuple[str, ...]
    bodies: Bodies
    position_sd_m: Floats | None = None
    speed_sd_mps: Floats | None = None
    """How sure places and speeds are, standard deviations, where that is known."""

    def __len__(self) -> int:
        return len(self.time)

    def by_track(self) -> Iterator[tuple[int, Ints]]:
        """Every road user, and its rows in the order of time."""
        order = np.lexsort((self.time, self.track))
        starts = np.flatnonzero(np.diff(self.track[order], prepend=np.iinfo(np.int64).min))
        for rows in np.split(order, starts[1:]) if len(order) else ():
            yield int(self.track[rows[0]]), rows
