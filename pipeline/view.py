"""What is in the picture at one instant: columns of equal length, one row per confirmed track."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from pipeline.types import Bools, Floats, Ints

TWO_WHEELERS = ("bicycle", "motorcycle")
FOUR_WHEELERS = ("car", "truck", "bus")
RED_SIGNAL = "red_signal"
"""What stands for a traffic signal while it shows red (`detectors.with_signals`)."""
BAGS = ("backpack", "handbag", "suitcase")
ALIKE = (("person",), TWO_WHEELERS, FOUR_WHEELERS, BAGS)
"""Classes between which a detector flickers; nothing ever changes from one of these groups into another."""


def groups(names: tuple[str, ...]) -> Ints:
    """Class id → group, (len(names),): a number that classes of one kind share."""
    first = {name: kinds[0] for kinds in ALIKE for name in kinds}
    ids: dict[str, int] = {}
    return np.array([ids.setdefault(first.get(name, name), len(ids)) for name in names], np.int64)


@dataclass(slots=False, eq=False)
class View:
    """`ids` (n,) stitched; `class_id` (n,) voted; `xyxy` (n, 4), `anchors` (n, 2) in pixels; `plane` (n, 2): metres on
    the ground where the camera is calibrated, else pixels; `metres` (n,): metres per unit of the plane at that row;
    `velocity` (n, 2) in m/s, from the class's usual height where uncalibrated; `speed` (n,) m/s."""

    time: float
    ids: Ints
    class_id: Ints
    xyxy: Floats
    anchors: Floats
    plane: Floats
    metres: Floats
    velocity: Floats
    born: list[int] = field(default_factory=list)
    """Tracks seen for the first time in this frame."""
    back: list[int] = field(default_factory=list)
    """Tracks seen again after they were missed."""

    @cached_property
    def speed(self) -> Floats:
        return np.hypot(self.velocity[:, 0], self.velocity[:, 1])

    @cached_property
    def tracks(self) -> list[int]:
        return self.ids.tolist()  # type: ignore[no-any-return]

    @cached_property
    def row(self) -> dict[int, int]:
        """Track → row."""
        return {track: i for i, track in enumerate(self.tracks)}

    @cached_property
    def boxes(self) -> list[list[float]]:
        return self.xyxy.tolist()  # type: ignore[no-any-return]

    @cached_property
    def places(self) -> list[list[float]]:
        return self.plane.tolist()  # type: ignore[no-any-return]

    def exchange(self, a: int, b: int) -> None:
        """Tracks `a` and `b` prove to be each other."""
        rows = [self.row[a], self.row[b]]
        self.ids[rows] = self.ids[rows[::-1]]
        for name in ("tracks", "row"):
            self.__dict__.pop(name, None)

    def distance_m(self, rows: Ints, others: Ints) -> Floats:
        """Metres between every two of `rows` and `others` → (len(rows), len(others)); the scale is that of `others`."""
        apart = self.plane[rows, None] - self.plane[others]
        return np.asarray(np.hypot(apart[..., 0], apart[..., 1]) * self.metres[others])

    def rows(self, mask: Bools) -> Ints:
        return np.flatnonzero(mask)


def overlap(a: list[float], b: list[float]) -> float:
    """Share of box `a` that lies in box `b`, 0..1.

    >>> overlap([0, 0, 10, 10], [5, 0, 20, 10])
    0.5
    """
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    area = (a[2] - a[0]) * (a[3] - a[1])
    return width * height / area if width > 0 and height > 0 and area > 0 else 0.0
