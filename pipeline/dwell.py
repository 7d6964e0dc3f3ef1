"""How long each track has been in a place: presence with short absences forgiven."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import shapely

from pipeline import geometry
from pipeline.paths import STITCH_S
from pipeline.scene import Scene, whole_pixels
from pipeline.types import Floats, milliseconds

HIDDEN_S = 30.0
"""Who is hidden by something nearer to the camera may not have left: so long, the clock waits, and does not count."""
BLINK_S = 1.0
"""What hides them may itself be missed for so long."""


@dataclass(slots=True, eq=False)
class Stay:
    """One presence in one zone, from `since` to `last`, with absences no longer than the gap."""

    track: int
    since: float
    last: float
    first_box: tuple[int, int, int, int]
    absent_since: float | None = None
    elsewhere: bool = False
    """Seen outside the zone since."""
    hidden: bool = False
    """Absent only because something nearer to the camera stands before them."""
    covered_at: float = float("-inf")
    """When that was last so."""
    hidden_s: float = 0.0
    """So long, in all, nobody saw whether they were there."""
    sure_since: float = 0.0
    """Since when it is the same person beyond doubt."""

    @property
    def present(self) -> bool:
        return self.absent_since is None

    @property
    def dwell_s(self) -> float:
        """How long the same person was there for sure."""
        return max(self.last - self.sure_since - self.hidden_s, 0.0)


class DwellClock:
    """Counts how long each track of some classes has been in one polygon.

    An absence lasts from half-way between the last frame inside and the first analysed one that was not, to
    half-way between the last frame out and the first one in again; a frame nobody analysed is no absence. A track
    that is seen elsewhere may be away for `gap_s`; one that is not seen at all for `gap_s` or the time in which a
    broken id is stitched, whichever is longer; one that is hidden now, for `HIDDEN_S`, which does not count then.
    """

    def __init__(self, shape: shapely.Polygon, classes: Sequence[str], gap_s: float) -> None:
        """`shape` in pixels of the source frame."""
        self._shape = shape
        self._classes = tuple(classes)
        self._gap_s = gap_s
        self._previous: float | None = None
        self._time = float("-inf")
        self._ended: list[Stay] = []
        self.stays: dict[int, Stay] = {}

    def advance(self, scene: Scene, counting: bool = True) -> list[Stay]:
        """Take the scene's frame in; return the stays that ended. While not `counting`, everybody counts as gone.

        Rules of one zone share a clock: asked again in the same frame, it only repeats its answer.
        """
        if scene.time == self._time:
            return self._ended
        self._time, self._ended = scene.time, []
        rows = (scene.of(self._classes) & scene.inside(self._shape)).nonzero()[0].tolist() if counting else []
        if rows or self.stays:
            self._ended = self._take(scene, rows)
            for track, other in scene.identities.doubts:
                if track in self.stays:
                    self._doubt(self.stays[track], None if other is None else self.stays.get(other), scene.time)
        self._previous = scene.time
        return self._ended

    def _take(self, scene: Scene, rows: list[int]) -> list[Stay]:
        ended: list[Stay] = []
        here = set()
        for row in rows:
            track = int(scene.ids[row])
            here.add(track)
            stay = self.stays.get(track)
            if stay is not None and stay.absent_since is None:
                stay.last = scene.time
            else:
                ended += self._enter(scene, row)
        if len(here) < len(self.stays):
            for stay in [stay for stay in self.stays.values() if stay.track not in here]:
                if self._absent(scene, stay):
                    ended.append(self.stays.pop(stay.track))
        return ended

    @staticmethod
    def _doubt(stay: Stay, other: Stay | None, time: float) -> None:
        """He may be the other, who came later, or was not here at all."""
        stay.sure_since = max(stay.sure_since, time if other is None else other.sure_since)

    def _enter(self, scene: Scene, row: int) -> Iterator[Stay]:
        track = int(scene.ids[row])
        for time, box in [*self._backlog(scene, track), (scene.time, scene.xyxy[row])]:
            stay = self.stays.get(track)
            if stay and stay.absent_since is not None:
                back = (time + max(stay.absent_since, min(self._previous or time, time))) / 2
                away = back - stay.absent_since
                if stay.hidden:
                    stay.hidden_s += away
                elif _longer(away, self._limit(scene, stay)):
                    yield self.stays.pop(track)
                    stay = None
            if stay is None:
                self.stays[track] = Stay(track, time, time, whole_pixels(box), sure_since=time)
            else:
                stay.last, stay.absent_since, stay.hidden, stay.elsewhere = time, None, False, False

    def _backlog(self, scene: Scene, track: int) -> list[tuple[float, Floats]]:
        points = scene.backlog.get(track, [])
        return [(t, box) for t, box in points if geometry.contains(self._shape, scene.anchor(box)[None])[0]]

    def _absent(self, scene: Scene, stay: Stay) -> bool:
        if stay.absent_since is None:
            stay.absent_since = (stay.last + scene.time) / 2
        stay.elsewhere = stay.elsewhere or scene.sees(stay.track)
        away = scene.time - stay.absent_since
        over = _longer(away, self._limit(scene, stay))
        stay.hidden = over and self._is_hidden(scene, stay, away)
        return over and not stay.hidden

    def _limit(self, scene: Scene, stay: Stay) -> float:
        step_s = scene.time - (self._previous or scene.time)
        return self._gap_s if stay.elsewhere else max(self._gap_s, STITCH_S + min(step_s, 0.5))

    @staticmethod
    def _is_hidden(scene: Scene, stay: Stay, away: float) -> bool:
        """Is something nearer before the place where they were lost?"""
        if away > HIDDEN_S or scene.sees(stay.track) or not scene.knows(stay.track):
            return False
        if scene.hides(scene.paths.by_id[stay.track].box.tolist()):
            stay.covered_at = scene.time
        return scene.time - stay.covered_at <= BLINK_S


def _longer(span: float, limit: float) -> bool:
    return milliseconds(span) > milliseconds(limit)
