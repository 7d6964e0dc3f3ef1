"""Which ways of road users are to be compared: each that has just ended, with those near it in time and place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from pipeline import geometry
from pipeline.approaches import NEAR_M
from pipeline.rules.ledger import Place
from pipeline.scene import Scene
from pipeline.traffic import AFTER_S, Passage
from pipeline.types import TrackBox

AGAIN_S = 5.0
"""A long way is told in pieces that overlap: what two road users did within this time is told once."""


class Meetings:
    """The meetings of a camera's road users, for one rule in one zone."""

    def __init__(self, place: Place, classes: Sequence[str]) -> None:
        self._place = place
        self._classes = frozenset(classes)
        self._told: dict[tuple[int, int], float] = {}

    def new(self, scene: Scene) -> Iterator[list[Passage]]:
        """For each way that ended in this frame: it, and then those it met or may have met."""
        traffic = scene.traffic
        if traffic is None or not traffic.passed:
            return
        before = [passage for passage in traffic.kept if passage.name in self._classes]
        for passage in traffic.passed:
            if passage.name in self._classes:
                near = [other for other in before if _near(passage, other)]
                before.append(passage)
                if near:
                    yield [passage, *near]

    def tell_once(self, one: Passage, other: Passage, at: float) -> bool:
        """Whether nothing has been told of these two at about that time; from now on it has."""
        pair = (min(one.track, other.track), max(one.track, other.track))
        if abs(at - self._told.get(pair, float("-inf"))) <= AGAIN_S:
            return False
        self._told[pair] = at
        if len(self._told) > 4096:
            del self._told[next(iter(self._told))]
        return True

    def holds(self, scene: Scene, at: float, place_m: tuple[float, float], *passages: Passage) -> bool:
        """Is the place, or one of these road users at that time, in the zone?"""
        boxes = [passage.box(at) for passage in passages]
        points = [((x1 + x2) / 2, y2) for x1, _, x2, y2 in boxes]
        if scene.paths.homography is not None:
            x, y = geometry.unproject(scene.paths.homography, np.array([place_m]))[0].tolist()
            points += [(x, y)] if np.isfinite([x, y]).all() else []
        return any(self._place.covers(scene, *point) for point in points)


def shown(passage: Passage, at: float) -> TrackBox:
    """How an event shows a road user at a time gone by."""
    x1, y1, x2, y2 = (round(side) for side in passage.box(at))
    row, own = passage.row(at), passage.motion
    return TrackBox(
        passage.track, passage.name, (x1, y1, x2, y2), (round(float(own.x[row]), 3), round(float(own.y[row]), 3))
    )


def speed_kmh(passage: Passage, at: float) -> float:
    """How fast it was at that time."""
    return float(passage.motion.speed[passage.row(at)]) * 3.6


def _near(one: Passage, other: Passage) -> bool:
    """May they have met: another track, not both on foot, at about the same time and place?"""
    if one.track == other.track or one.name == other.name == "person":
        return False
    if max(one.start - other.end, other.start - one.end) > AFTER_S:
        return False
    a, b = one.motion, other.motion
    return bool(
        max(a.x.min() - b.x.max(), b.x.min() - a.x.max(), a.y.min() - b.y.max(), b.y.min() - a.y.max()) <= NEAR_M
    )
