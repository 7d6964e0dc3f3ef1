"""Whose frame is next: every camera its share, however much the others send."""

from __future__ import annotations


class Turns:
    """Stride scheduling: each turn moves a camera back by the inverse of its weight; the foremost one is next.

    While there is room all that is ready is taken. When there is not, each gets turns in proportion to its weight, and
    what it does not get is replaced by newer frames in its mailbox: the load is shed evenly, and no frame waits long.
    """

    def __init__(self) -> None:
        self._weight: dict[str, float] = {}
        self._place: dict[str, float] = {}
        self._ready: dict[str, None] = {}
        self._now = 0.0

    def add(self, camera: str, weight: float = 1.0) -> None:
        """A camera with `weight` turns to one of the others'. Added again, it only changes its weight."""
        self._weight[camera] = weight
        self._place.setdefault(camera, self._now)

    def remove(self, camera: str) -> None:
        for known in (self._weight, self._place, self._ready):
            known.pop(camera, None)

    def ready(self, camera: str) -> None:
        """The camera has a frame. It does not get the turns that it had no frame for."""
        if camera in self._weight and camera not in self._ready:
            self._ready[camera] = None
            self._place[camera] = max(self._place[camera], self._now)

    def next(self) -> str | None:
        """The camera whose turn it is, or None where none is ready."""
        if not self._ready:
            return None
        camera = min(self._ready, key=self._place.__getitem__)
        del self._ready[camera]
        self._now = self._place[camera]
        self._place[camera] += 1 / self._weight[camera]
        return camera
