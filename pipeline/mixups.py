"""Who may have been taken for whom: after one hid the other, either may be the one who is seen now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.paths import STITCH_S, Path, Paths, U, V, X
from pipeline.types import Floats, Ints
from pipeline.view import View, overlap

HIDES = 0.3
"""Whoever has so large a share of a box before or behind him may hide whoever was in it."""
BEFORE_S, WALK_MPS = 1.0, 1.5
"""The pace before is that of so long; who was not in view for half of it walked anywhere, or is nobody's double."""
SETTLE_S = 1.2
"""When both have been seen again for so long, it shows who went which way."""
ALONE_S = STITCH_S + SETTLE_S
"""After so long, whoever is seen again is judged without the other."""
MARGIN_M = 0.7
"""Two ways to tell them apart that differ by less are as good as each other: a stride, or what jitter does far away."""
FIT_M, FIT_MPS = 1.0, 0.5
"""Whoever is farther from where he would be, and so much more with every second, may be somebody else."""

Doubt = tuple[int, int | None]
"""Ids of paths: the first may be the second, or somebody unknown."""


@dataclass(slots=True)
class _Meeting:
    """Two persons of whom one was hidden; where they were and how they moved before, by path: place, metres/s."""

    time: float
    paths: tuple[Path, Path]
    before: tuple[tuple[Floats, Floats | None], tuple[Floats, Floats | None]]
    back: float | None = None
    """Since when both are seen again."""


class Mixups:
    """Watches the persons on foot of one camera; to be asked at every look at relations."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._meetings: dict[tuple[int, int], _Meeting] = {}

    def doubts(self, view: View, persons: Ints) -> list[Doubt]:
        """Who, as it shows now, may be whom.

        Both ways are carried on from where they were last seen apart, at the pace they had then. Either may be the
        other where to cross them over fits what is seen now, give or take `MARGIN_M`. Whoever is far from his own way
        may be the one whom he met; far from that one's too, anybody.
        """
        found: list[Doubt] = []
        for key, meeting in list(self._meetings.items()):
            if self._is_over(meeting, view.time):
                found += self._judge(meeting, view.time)
                del self._meetings[key]
        if len(persons):
            self._meet(view, persons)
        return found

    def _meet(self, view: View, persons: Ints) -> None:
        group = int(view.class_id[persons[0]])
        seen = [self._paths.by_id[view.tracks[row]] for row in persons.tolist()]
        for hidden in self._paths.lost(view.time, 1e-3, STITCH_S):
            if hidden.class_id != group or self._paths.has_left(hidden):
                continue
            ahead = float(self._paths.pace(hidden)[X]) * (view.time - hidden.time)
            box = (hidden.box + np.array([ahead, 0.0, ahead, 0.0])).tolist()
            for path in seen:
                key = (min(path.id, hidden.id), max(path.id, hidden.id))
                if key not in self._meetings and overlap(box, path.box.tolist()) >= HIDES and path.born < hidden.time:
                    before = self._moved(path, hidden.time), self._moved(hidden, hidden.time)
                    self._meetings[key] = _Meeting(hidden.time, (path, hidden), before)

    def _moved(self, path: Path, time: float) -> tuple[Floats, Floats | None]:
        points = self._paths.over(path, BEFORE_S, time)
        place = points[-1, U : V + 1].copy() if len(points) else np.array(path.place)
        return place, self._paths.mean_velocity(path, time - BEFORE_S, time)

    @staticmethod
    def _is_over(meeting: _Meeting, time: float) -> bool:
        """Have both been seen again for a moment, or is it too late to wait for that?"""
        both = all(path.time == time for path in meeting.paths)
        meeting.back = (meeting.back or time) if both else None
        return time - meeting.time > ALONE_S if meeting.back is None else time - meeting.back >= SETTLE_S

    def _judge(self, meeting: _Meeting, time: float) -> list[Doubt]:
        away = time - meeting.time
        limit = FIT_M + FIT_MPS * away
        (one, other), (his, others) = meeting.paths, meeting.before
        seen = [
            (path.id, met.id, self._off(path, own, away), self._off(path, cross, away))
            for path, met, own, cross in ((one, other, his, others), (other, one, others, his))
            if path.time == time and path.id in self._paths.by_id
        ]
        known = his[1] is not None and others[1] is not None
        alike = known and sum(cross - own for _, _, own, cross in seen) < MARGIN_M
        found: list[Doubt] = [(path, met) for path, met, own, _ in seen if alike or own > limit]
        return found + [(path, None) for path, _, own, cross in seen if min(own, cross) > limit]

    @staticmethod
    def _off(path: Path, before: tuple[Floats, Floats | None], away: float) -> float:
        """How far, in metres, he is from where whoever moved so before would be now."""
        place, velocity = before
        moved = (np.array(path.place) - place) * path.metres
        if velocity is None:
            return max(float(np.hypot(*moved)) - WALK_MPS * away, 0.0)
        return float(np.hypot(*(moved - velocity * away)))
