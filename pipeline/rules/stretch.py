"""How long each road user has done something without a break: stretches of conduct, short breaks forgiven."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.paths import STITCH_S
from pipeline.scene import Scene, whole_pixels


@dataclass(slots=True, eq=False)
class Stretch:
    """One track has done it from `since` to `last`."""

    track: int
    since: float
    last: float
    first_box: tuple[int, int, int, int]
    began: tuple[float, float]
    """Where on the plane it was then, …"""
    place: tuple[float, float]
    """… and when it last did it."""
    off: float | None = None
    """Since when it has been seen not to do it."""

    @property
    def lasted_s(self) -> float:
        return self.last - self.since


class Stretches:
    """The stretches of one rule in one place."""

    def __init__(self, gap_s: float, hidden_s: float = STITCH_S) -> None:
        """Not to do it for longer than `gap_s` ends a stretch; not to be seen, for what a broken track may take, or for
        `hidden_s` where it stood when it was lost."""
        self._gap_s = gap_s
        self._hidden_s = hidden_s
        self.open: dict[int, Stretch] = {}

    def advance(self, scene: Scene, rows: Sequence[int]) -> list[Stretch]:
        """Take in who does it in this frame, by rows of the view; returns the stretches that are over."""
        view = scene.view
        for row in rows:
            track, (u, v) = view.tracks[row], view.places[row]
            stretch = self.open.get(track)
            if stretch is None:
                box = whole_pixels(view.boxes[row])
                self.open[track] = Stretch(track, view.time, view.time, box, (u, v), (u, v))
            else:
                stretch.last, stretch.place, stretch.off = view.time, (u, v), None
        over = [one for one in self.open.values() if one.last != view.time and self._is_over(scene, one)]
        for stretch in over:
            del self.open[stretch.track]
        return over

    def _is_over(self, scene: Scene, stretch: Stretch) -> bool:
        if scene.sees(stretch.track):
            stretch.off = scene.time if stretch.off is None else stretch.off
            return scene.time - stretch.off > self._gap_s
        path = scene.paths.by_id.get(stretch.track)
        unseen = scene.time - (stretch.last if path is None else path.time)
        return unseen > max(self._gap_s, self._hidden_s if scene.stood(stretch.track) else STITCH_S)
