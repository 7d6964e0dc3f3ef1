"""When whose path crossed a line, and which way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from pipeline import geometry
from pipeline.scene import Scene
from pipeline.types import Floats

DEAD_BAND = 0.1
"""Share of the box height on either side of the line within which jitter decides nothing."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A rule on a line of one camera; `a` and `b` (2,) in pixels of the source frame."""

    rule: str
    rule_sha256: str
    line: str
    a: Floats
    b: Floats
    signal: Floats | None = None
    """The zone over the traffic signal that holds here, (n, 2) pixels."""
    came_over: dict[int, str] = field(default_factory=dict)
    """By track, the line it crossed last; the same for all lines of a camera that have this rule."""


class Crossings:
    """Where everybody was last seen beside a line."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._last: dict[int, tuple[float, Floats, float]] = {}
        self._now: set[int] = set()

    def of(self, scene: Scene, classes: tuple[str, ...]) -> list[tuple[int, float, str]]:
        """The crossings of this frame: row of the view, time, and direction, forward or backward."""
        self._now = set()
        rows = np.flatnonzero(scene.of(classes))
        if not len(rows):
            return []
        offsets = geometry.offset_from_line(self._gate.a, self._gate.b, scene.anchors[rows])
        clear = np.abs(offsets) >= DEAD_BAND * (scene.xyxy[rows, 3] - scene.xyxy[rows, 1])
        found = [
            (row, *crossing)
            for row, offset, decides in zip(rows.tolist(), offsets.tolist(), clear.tolist(), strict=True)
            for crossing in self._crossings(scene, row, offset, decides)
        ]
        self._now = {scene.view.tracks[row] for row, *_ in found}
        if len(self._last) > 2 * len(rows) + 64:
            self._last = {track: seen for track, seen in self._last.items() if scene.knows(track)}
        return found

    def short_of(self, scene: Scene) -> Iterator[tuple[int, float]]:
        """Tracks in view, and how many pixels they are from the line; less than 0 where they crossed it just now."""
        for track, (_, _, offset) in self._last.items():
            if scene.sees(track):
                yield track, -abs(offset) if track in self._now else abs(offset)

    def _crossings(self, scene: Scene, row: int, offset: float, decides: bool) -> Iterator[tuple[float, str]]:
        """The times at which this track's path crossed the line since the last frame, with the direction.

        `offset` is its distance from the line now; within the dead band it decides nothing.
        """
        track = scene.view.tracks[row]
        for time, box in scene.backlog.get(track, []):
            here = scene.anchor(box)
            before = float(geometry.offset_from_line(self._gate.a, self._gate.b, here[None])[0])
            if abs(before) >= DEAD_BAND * (box[3] - box[1]):
                yield from self._passed(track, time, here, before)
        if decides:
            yield from self._passed(track, scene.time, scene.anchors[row], offset)

    def _passed(self, track: int, time: float, here: Floats, offset: float) -> Iterator[tuple[float, str]]:
        before = self._last.get(track)
        self._last[track] = (time, here, offset)
        if (
            before is not None
            and before[2] * offset <= 0
            and geometry.segments_cross(before[1], here, self._gate.a, self._gate.b)
        ):
            share = before[2] / (before[2] - offset)
            yield before[0] + share * (time - before[0]), "forward" if offset > 0 else "backward"
