"""Who may have been taken for whom: after one hid the other, either may be the one who is seen now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.paths import STITCH_S, Path, Paths, U, V
from pipeline.types import Floats, Ints
from pipeline.view import View, overlap

HIDES = 0.15
"""Whoever has so large a share of a box before or behind him may hide whoever was in it."""
BEFORE_S, WALK_MPS = 1.0, 1.5
"""The pace before is that of so long; who was not in view for half of it walked anywhere, or is nobody's double."""
SETTLE_S = 1.2
"""When both have been seen again for so long, it shows who went which way."""
ALONE_S = STITCH_S + SETTLE_S
"""After so long, whoever is seen again is judged without the other."""
SEEN_S = 0.6
"""Who is seen again for less tells nothing."""
MARGIN_M = 0.7
"""Two ways to tell them apart that differ by less are as good as each other: a stride, or what jitter does far away."""
FIT_M, FIT_MPS = 1.0, 0.5
"""Whoever is farther from where he would be, and so much more with every second, may be somebody else."""
CHANGED_M = 1.0
"""Where both are farther than that from where they would be, both changed their pace as they met, or neither did."""

Doubt = tuple[int, int | None]
"""Ids of paths: the first may be the second, or somebody unknown."""


@dataclass(frozen=True, slots=True)
class _Way:
    """Where somebody was, on the plane, and how he moved, metres/s; None if that is not known."""

    place: Floats
    velocity: Floats | None
    metres: float

    def off_m(self, place: tuple[float, float], seconds: float) -> float:
        """How far from `place` he would be so much later, metres."""
        moved = (np.array(place) - self.place) * self.metres
        if self.velocity is None:
            return max(float(np.hypot(*moved)) - WALK_MPS * seconds, 0.0)
        return float(np.hypot(*(moved - self.velocity * seconds)))


@dataclass(slots=True)
class _Meeting:
    """Two persons of whom one was hidden at `time`, and the ways that they had gone until then."""

    time: float
    paths: tuple[Path, Path]
    ways: tuple[_Way, _Way]
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
        other where to cross them over fits what is seen now, give or take `MARGIN_M`, and where both left their ways.
        Whoever is far from his own way may be the one whom he met; far from that one's too, anybody. If one of them is
        not seen again, the other may be him.
        """
        found: list[Doubt] = []
        for key, meeting in list(self._meetings.items()):
            if self._is_over(meeting, view.time):
                found += self._judge(meeting, view.time)
                del self._meetings[key]
        if len(persons):
            self._meet(view, persons)
        return found

    def unsettled(self, path: int) -> set[int]:
        """Ids of those whom this path met just now, so that it does not show yet who of them is who."""
        return {other for pair in self._meetings if path in pair for other in pair if other != path}

    def _meet(self, view: View, persons: Ints) -> None:
        group = int(view.class_id[persons[0]])
        seen = [(self._paths.by_id[view.tracks[row]], view.boxes[row]) for row in persons.tolist()]
        for hidden in self._paths.lost(view.time, 1e-3, STITCH_S):
            if hidden.class_id != group:
                continue
            ahead = self._paths.ahead_px(hidden, view.time)
            x1, y1, x2, y2 = hidden.box.tolist()
            for path, box in seen:
                key = (min(path.id, hidden.id), max(path.id, hidden.id))
                if path.born >= hidden.time or key in self._meetings:
                    continue
                # He may have stopped on his way.
                way = min(max((box[0] + box[2] - x1 - x2) / 2, min(ahead, 0.0)), max(ahead, 0.0))
                if overlap([x1 + way, y1, x2 + way, y2], box) < HIDES:
                    continue
                if self._paths.has_left(hidden):
                    break
                ways = self._way(path, hidden.time), self._way(hidden, hidden.time)
                self._meetings[key] = _Meeting(hidden.time, (path, hidden), ways)

    def _way(self, path: Path, time: float) -> _Way:
        points = self._paths.over(path, BEFORE_S, time)
        place = points[-1, U : V + 1].copy() if len(points) else np.array(path.place)
        return _Way(place, self._paths.mean_velocity(path, time - BEFORE_S, time), path.metres)

    @staticmethod
    def _is_over(meeting: _Meeting, time: float) -> bool:
        """Have both been seen again for a moment, or is it too late to wait for that?"""
        both = all(path.time == time for path in meeting.paths)
        meeting.back = (meeting.back or time) if both else None
        return time - meeting.time > ALONE_S if meeting.back is None else time - meeting.back >= SETTLE_S

    def _judge(self, meeting: _Meeting, time: float) -> list[Doubt]:
        (one, other), (way, other_way) = meeting.paths, meeting.ways
        found: list[Doubt] = []
        crossed_m, changed_m = 0.0, np.inf
        for path, met, own, his in ((one, other, way, other_way), (other, one, other_way, way)):
            if path.time < time and met.time == time and not self._went_on(path, own, meeting.time):
                found.append((met.id, path.id))
            away = path.time - meeting.time
            if away < SEEN_S:
                changed_m = 0.0
                continue
            off_m, off_his_m = own.off_m(path.place, away), his.off_m(path.place, away)
            crossed_m, changed_m = crossed_m + off_his_m - off_m, min(changed_m, off_m)
            if off_m > _fit_m(away):
                found.append((path.id, met.id))
            if min(off_m, off_his_m) > _fit_m(away):
                found.append((path.id, None))
        known = way.velocity is not None and other_way.velocity is not None
        if known and (crossed_m < MARGIN_M or changed_m > CHANGED_M):
            found += [(one.id, other.id), (other.id, one.id)]
        return found

    def _went_on(self, path: Path, way: _Way, lost: float) -> bool:
        """Did he go out of the picture, or does another path begin, later, where his own way led?"""
        return self._paths.has_left(path) or any(
            later.born > lost
            and later.class_id == path.class_id
            and way.off_m(later.birthplace, later.born - lost) <= _fit_m(later.born - lost)
            for later in self._paths.by_id.values()
        )


def _fit_m(seconds: float) -> float:
    return FIT_M + FIT_MPS * seconds
