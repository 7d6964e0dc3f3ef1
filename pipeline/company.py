"""Who keeps company with whom: persons who walk or stand together for a while."""

from __future__ import annotations

import numpy as np

from pipeline.paths import Path
from pipeline.types import Ints
from pipeline.view import View, overlap

TOGETHER_M = 1.5
STANDING_TOGETHER_M, STAND_MPS = 2.2, 0.5
"""Who stand and talk keep farther apart than who walk abreast (Hall's social distance begins at 1.2 m, to 3.6 m)."""
TOGETHER_MPS = 0.8
"""Who passes faster than this is not with somebody."""
FILE_M, FILE_MPS = 2.5, 0.4
"""Who walks as fast and the same way farther off, one behind the other, counts the less the farther, to this.

Found on plays; a follower looks the same.
"""
COMPANY_S = 4.0
"""Together for so long makes company: longer than it takes to pass, shorter than a greeting."""
Pair = tuple[int, int]


class Company:
    """Seconds that persons spent side by side, by pair."""

    def __init__(self) -> None:
        self._together: dict[int, dict[int, float]] = {}
        self._friends: dict[int, dict[int, None]] = {}
        """Who has kept company with whom."""
        self._unseen: dict[Pair, float] = {}
        """How much of their time together one of a pair was out of sight."""
        self._behind: dict[Pair, float] = {}
        """Who was together, one before the other, when both were last seen; and how long that may go on unseen."""

    def relate(self, view: View, persons: Ints, seconds: float) -> None:
        """Take the view in; `persons` are rows of it, `seconds` the time since the last call.

        Where one of two who were together, one before the other, is no longer seen, he is taken to be still there, for
        as long as they have been seen together.
        """
        if self._behind:
            self._go_on(view, seconds)
        if len(persons) < 2:
            return
        apart = view.distance_m(persons, persons)
        stand = view.speed[persons] < STAND_MPS
        reach = np.where(stand[:, None] & stand, STANDING_TOGETHER_M, TOGETHER_M)
        for i, j in zip(*np.triu(apart < FILE_M, 1).nonzero(), strict=True):
            a, b = persons[i], persons[j]
            unlike = float(np.hypot(*(view.velocity[a] - view.velocity[b])))
            one, other = sorted((int(view.ids[a]), int(view.ids[b])))
            if apart[i, j] < reach[i, j] and unlike < TOGETHER_MPS:
                self._add(one, other, seconds)
                self._may_hide((one, other), view.boxes[a], view.boxes[b])
            elif apart[i, j] >= TOGETHER_M and not (stand[i] or stand[j]) and unlike < FILE_MPS:
                self._add(one, other, seconds * (FILE_M - float(apart[i, j])) / (FILE_M - TOGETHER_M))

    def _may_hide(self, pair: Pair, one: list[float], other: list[float]) -> None:
        together = self.seconds(*pair)
        left_s = together - 2 * self._unseen.get(pair, 0.0)
        if together < COMPANY_S and left_s > 0 and overlap(one, other) > 0:
            self._behind[pair] = left_s
        else:
            self._behind.pop(pair, None)

    def _go_on(self, view: View, seconds: float) -> None:
        for pair, left_s in list(self._behind.items()):
            seen = sum(person in view.row for person in pair)
            if seen == 2:
                del self._behind[pair]  # they are judged by what is seen
                continue
            passed = min(seconds, left_s)
            self._behind[pair] = left_s - passed
            if seen == 1:
                self._add(*pair, passed)
                self._unseen[pair] = self._unseen.get(pair, 0.0) + passed
            if passed == left_s:
                del self._behind[pair]

    def ride(self, together: list[int]) -> None:
        """Who rides one vehicle together is company at once."""
        for i, a in enumerate(together):
            for b in together[i + 1 :]:
                if self.seconds(a, b) < COMPANY_S:
                    self._add(a, b, COMPANY_S)

    def _add(self, a: int, b: int, seconds: float) -> None:
        for one, other in ((a, b), (b, a)):
            known = self._together.setdefault(one, {})
            known[other] = known.get(other, 0.0) + seconds
            if known[other] >= COMPANY_S:
                self._friends.setdefault(one, {})[other] = None

    def seconds(self, a: int, b: int) -> float:
        """How long these two were together."""
        return self._together.get(a, {}).get(b, 0.0)

    def join(self, owners: dict[int, Path], company: dict[int, Path], paths: dict[int, Path]) -> None:
        """Add to `company` whoever has kept company with one of `owners`."""
        for owner in owners:
            for person in self._friends.get(owner, ()):
                if person not in company and person not in owners and person in paths:
                    company[person] = paths[person]

    def forget(self, tracks: list[int]) -> None:
        gone = set(tracks)
        self._unseen = {pair: s for pair, s in self._unseen.items() if gone.isdisjoint(pair)}
        self._behind = {pair: s for pair, s in self._behind.items() if gone.isdisjoint(pair)}
        for track in tracks:
            for other in self._together.pop(track, {}):
                self._together.get(other, {}).pop(track, None)
            for other in self._friends.pop(track, ()):
                self._friends.get(other, {}).pop(track, None)
