"""Which shard watches which camera. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from statistics import fmean

UNEVEN = 0.15
"""Two shards may differ by this part of their cores before a camera is moved."""
GUESS = 0.04
"""Cores that a camera costs of which nothing is known yet (docs/scale.md)."""


def place(
    cameras: Collection[str], cores: Mapping[str, float], now: Mapping[str, str], cost: Mapping[str, float]
) -> dict[str, str]:
    """The shard of every camera: the one it has, or, dearest first, the one that is loaded least then.

    `cores` of each shard, `now` is who watches what, `cost` is in cores. No shards, no places.

    >>> place(["a", "b", "c"], {"one": 2, "two": 2}, {"a": "one"}, {})
    {'a': 'one', 'b': 'two', 'c': 'one'}
    """
    placed = {camera: now[camera] for camera in cameras if now.get(camera) in cores}
    if not cores:
        return placed
    worth = _worth(cameras, cost)
    load = _load(placed, cores, worth)
    for camera in sorted((c for c in cameras if c not in placed), key=lambda c: (-worth[c], c)):
        shard = min(cores, key=lambda s: ((load[s] + worth[camera]) / cores[s], s))
        placed[camera] = shard
        load[shard] += worth[camera]
    return placed


def even(
    placed: Mapping[str, str], cores: Mapping[str, float], cost: Mapping[str, float],
    most: int, fixed: Collection[str] = (),
) -> dict[str, str]:  # fmt: skip
    """At most `most` moves, from the shard that is loaded most to the one that is loaded least; none where they differ
    by less than `UNEVEN`. Cameras in `fixed` stay where they are.
    """
    after = dict(placed)
    if len(cores) < 2:
        return after
    worth = _worth(after, cost)
    for _ in range(most):
        load = _load(after, cores, worth)
        share = {shard: load[shard] / cores[shard] for shard in sorted(cores)}
        high, low = max(share, key=share.__getitem__), min(share, key=share.__getitem__)
        gap = share[high] - share[low]
        wanted = gap / (1 / cores[high] + 1 / cores[low])  # what would make both the same
        movable = [c for c, shard in after.items() if shard == high and c not in fixed and worth[c] < 2 * wanted]
        if gap <= UNEVEN or not movable:
            break
        after[min(movable, key=lambda c: (abs(worth[c] - wanted), c))] = low
    return after


def _worth(cameras: Collection[str], cost: Mapping[str, float]) -> dict[str, float]:
    usual = fmean(cost.values()) if cost else GUESS
    return {camera: cost.get(camera, usual) for camera in cameras}


def _load(placed: Mapping[str, str], cores: Mapping[str, float], worth: Mapping[str, float]) -> dict[str, float]:
    load = dict.fromkeys(cores, 0.0)
    for camera, shard in placed.items():
        load[shard] += worth[camera]
    return load
