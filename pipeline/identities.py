"""Which path each track of the tracker shows: joined where it broke, parted where it took one person for another."""

from __future__ import annotations

import numpy as np
import supervision as sv

from pipeline.mixups import Doubt, Mixups
from pipeline.paths import STITCH_S, Path, Paths
from pipeline.stitching import Stitching
from pipeline.swaps import Swaps
from pipeline.types import TENTATIVE, Floats, Ints
from pipeline.view import TWO_WHEELERS, View

Look = tuple[float, Floats]
"""When, and the box (4,)."""


class Identities:
    """Gives the tracks of one camera steady ids, those of their paths.

    `backlog` has, by path, the looks at whoever was confirmed in this frame from before he was; `doubts` the pairs of
    paths of whom it shows in this frame that the first may be the second.
    """

    def __init__(self, paths: Paths, names: tuple[str, ...]) -> None:
        self.backlog: dict[int, list[Look]] = {}
        self._is_person = np.array([name == "person" for name in names])
        self._is_wheel = np.array([name in TWO_WHEELERS for name in names])
        self._paths = paths
        self._stitching = Stitching(paths)
        self._swaps = Swaps(paths, self._is_wheel)
        self._mixups = Mixups(paths)
        self.doubts: list[Doubt] = []
        self._shown: dict[int, int] = {}
        """Track → the path that it shows."""
        self._barred: dict[int, int] = {}
        """Track → the path that it no longer shows."""
        self._relieved: set[int] = set()
        """Tracks whose paths another track has shown since."""
        self._pending: dict[int, list[Look]] = {}

    def confirmed(self, time: float, tracks: sv.Detections) -> Ints:
        """A new frame: the rows of confirmed tracks. What is still tentative waits to be shown from its beginning.

        A look in which the tracker takes the rider who hides a walker for the walker is left out.
        """
        self.backlog, self.doubts = {}, []
        ids = tracks.tracker_id if tracks.tracker_id is not None else np.full(len(tracks), -1)
        keep = ids >= 0
        tentative = tracks.data.get(TENTATIVE)
        if tentative is not None:
            for row in np.flatnonzero(tentative & keep).tolist():
                self._pending.setdefault(int(ids[row]), []).append((time, tracks.xyxy[row]))
            keep = keep & ~np.asarray(tentative, bool)
        rows = np.flatnonzero(keep)
        if tracks.class_id is None:
            return rows
        return np.delete(rows, self._borrowed(time, ids[rows].tolist(), tracks.class_id[rows], tracks.xyxy[rows]))

    def _borrowed(self, time: float, tracks: list[int], classes: Ints, xyxy: Floats) -> list[int]:
        persons, wheels = np.flatnonzero(self._is_person[classes]), np.flatnonzero(self._is_wheel[classes])
        if not len(persons):
            return []
        shown = [self._paths.by_id.get(self._shown.get(track, -1)) for track in tracks]
        return self._swaps.borrowed(time, shown, xyxy, persons, wheels)

    def name(
        self, time: float, step_s: float, tracks: list[int], classes: Ints, xyxy: Floats
    ) -> tuple[list[Path], list[int]]:
        """The path that each track shows, and the ids of those that begin now; `step_s` since the frame before."""
        sure = {self._shown[track] for track in tracks if track in self._shown and track not in self._relieved}
        for row, track in enumerate(tracks):
            if track in self._shown and self._is_other(track, time, xyxy[row], step_s, sure):
                del self._shown[track]
        owners: dict[int, int] = {}
        for track in tracks:
            path_id = self._shown.get(track)
            if path_id is not None and (path_id not in owners or track == path_id):
                owners[path_id] = track
        born: list[int] = []
        for row, track in enumerate(tracks):
            path_id = self._shown.get(track)
            if path_id is None or owners[path_id] != track:
                path, is_new = self._begin(time, step_s, track, int(classes[row]), xyxy[row], set(owners))
                owners[path.id] = track
                born += [path.id] * is_new
        return [self._paths.by_id[self._shown[track]] for track in tracks], born

    def _is_other(self, track: int, time: float, box: Floats, step_s: float, sure: set[int]) -> bool:
        """Does the track show somebody else than the path that it showed before?

        Where another track has shown that path since, it may come back as anybody, and has to fit; `sure` are the paths
        that others show now.
        """
        path = self._shown[track]
        if track in self._relieved:
            self._relieved.remove(track)
            if path in sure or not self._stitching.fits(path, time, box, step_s):
                return True
            self._relieve(path, track)
        return self._stitching.is_other(path, time, box)

    def _relieve(self, path: int, track: int) -> None:
        """This track shows the path now: others that showed it have to fit when they come back."""
        self._relieved |= {other for other, shown in self._shown.items() if shown == path and other != track}

    def _begin(
        self, now: float, step_s: float, track: int, class_id: int, xyxy: Floats, taken: set[int]
    ) -> tuple[Path, bool]:
        """The path that this track shows from now on, and whether it is a new one."""
        backlog = self._pending.pop(track, [])
        time, box = backlog[0] if backlog else (now, xyxy)
        barred = self._barred.pop(track, None)
        path = self._stitching.broken(time, box, class_id, taken | {barred}, step_s)
        is_new = path is None
        if path is not None:
            self._relieve(path.id, track)
        else:
            path = self._paths.begin(track if track not in self._paths.by_id else self._paths.free_id(), time, box)
            swapped = self._paths.by_id.get(barred) if barred is not None else None
            path.at_edge = self._paths.touches_edge(box) or (swapped is not None and swapped.left)
        self._shown[track] = path.id
        if backlog:
            self.backlog[path.id] = [(then, self._add(path, then, earlier)) for then, earlier in backlog]
        return path, is_new

    def _add(self, path: Path, time: float, box: Floats) -> Floats:
        """One more point for this path; its box, down to where it stands."""
        slots, boxes = np.array([path.slot]), np.asarray(box, np.float64)[None]
        anchors = self._paths.anchors(slots, boxes, max(time - path.time, 0.0))
        self._paths.add([path], slots, time, anchors, self._paths.on_plane(anchors), boxes)
        return np.array([*boxes[0, :3], max(boxes[0, 3], anchors[0, 1])])

    def follow(self, born: list[int]) -> None:
        """Whoever was lost close to where one of these begins in mid-picture goes on as that one."""
        for track in born:
            if not self._paths.by_id[track].at_edge:
                self._stitching.follow(self._paths.by_id[track])

    def stood(self, track: int) -> bool:
        """Did this path stand still when it was last seen?"""
        path = self._paths.by_id.get(track)
        return path is not None and self._stitching.stood(path, path.box)

    @property
    def turns(self) -> list[tuple[Path, tuple[float, float]]]:
        """Who turned on his heel in mid-picture, as it shows in this look, and where, on the plane."""
        return self._swaps.turns

    def unsettled(self, path: int) -> set[int]:
        """Ids of the paths of whom it does not show yet whether this one is one of them."""
        return self._mixups.unsettled(path)

    def part(self, view: View, on_foot: Ints, rides: dict[int, int]) -> None:
        """Where the tracker has mixed up two persons, name the tracks anew, or say that it may have.

        `on_foot` are rows of persons; `rides` tells what the others ride.
        """
        stand_ins = self._swaps.stands_in(view, on_foot)
        self.doubts = [*self._mixups.doubts(view, on_foot), *((path.id, lost.id) for path, lost in stand_ins)]
        cut = {path.id for path in [*self._swaps.turned(view, on_foot), *self._thrown(view, rides)]}
        if cut:
            self._barred |= {track: shown for track, shown in self._shown.items() if shown in cut}
            self._shown = {track: shown for track, shown in self._shown.items() if shown not in cut}
            return
        for stands, goes in self._swaps.relieved(view, on_foot):
            other = {stands.id: goes.id, goes.id: stands.id}
            self._shown = {track: other.get(shown, shown) for track, shown in self._shown.items()}
            view.exchange(stands.id, goes.id)

    def _thrown(self, view: View, rides: dict[int, int]) -> list[Path]:
        """Riders whose vehicles went on without them while they seem to stand where somebody stood who is not seen now.

        They are cut off there: nobody gets off what drives on, so that is the one who stood.
        """
        thrown = []
        for row, rider in self._swaps.unseated(view, rides):
            box = view.xyxy[row]
            for lost in self._paths.lost_near(view.time, box, STITCH_S, 0.0):
                if lost.class_id == rider.class_id and lost.id not in view.row and self._stitching.stood(lost, box):
                    self._swaps.throw(rider, box)
                    thrown.append(rider)
                    break
        return thrown

    def forget(self, time: float, gone: bool) -> None:
        """Drop what is no longer known; `gone`: some paths are."""
        if gone:
            self._shown = {track: shown for track, shown in self._shown.items() if shown in self._paths.by_id}
            self._barred = {track: shown for track, shown in self._barred.items() if shown in self._paths.by_id}
            self._relieved &= self._shown.keys()
        if self._pending:
            self._pending = {track: looks for track, looks in self._pending.items() if time - looks[-1][0] <= STITCH_S}
