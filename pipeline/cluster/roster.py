"""Who may watch which camera: never two at once, or one event would be told twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping


class Roster:
    """What is planned, and who may still be watching. Pure.

    A camera is given to a shard only once the one that had it says that it has let go, or cannot be running any more.
    """

    def __init__(self) -> None:
        self.plan: Mapping[str, str] = {}
        """The shard of each camera, as it should be."""
        self._holder: dict[str, str] = {}

    def order(self, shard: str) -> tuple[str, ...]:
        """The cameras that this shard is to watch from now on. From now on it holds them."""
        mine = [camera for camera, planned in self.plan.items()
                if planned == shard and self._holder.get(camera, shard) == shard]  # fmt: skip
        self._holder.update(dict.fromkeys(mine, shard))
        return tuple(mine)

    def watches(self, shard: str, cameras: Collection[str]) -> None:
        """The shard says, in answer to its last order, that it watches these and will watch no others."""
        for camera, holder in list(self._holder.items()):
            if holder == shard and camera not in cameras and self.plan.get(camera) != shard:
                del self._holder[camera]

    def gone(self, shard: str) -> None:
        """The shard cannot be watching anything any more."""
        for camera, holder in list(self._holder.items()):
            if holder == shard:
                del self._holder[camera]

    @property
    def unwatched(self) -> tuple[str, ...]:
        """Planned cameras that no shard was told to watch yet."""
        return tuple(c for c, shard in self.plan.items() if self._holder.get(c) != shard)
