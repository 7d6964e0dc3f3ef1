"""What became of the messages that should have arrived: lost, doubled, reordered, unexpected.

Every message has a unique value, as in Jepsen's Kafka workload: its event id and revision, and its bytes.
"""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Key = tuple[str, int]
"""Event id and revision."""


@dataclass(frozen=True, slots=True)
class Found:
    """The result of a check; a consumer that drops repeated keys sees the other four."""

    arrived: int
    """Different keys that were expected and came."""
    repeats: int
    """Messages whose key and bytes had come before: at-least-once delivery allows them."""
    lost: int
    doubled: int
    """Different bytes under a key that had come before."""
    reordered: int
    """Neighbours of one camera whose first copies came in the wrong order."""
    unexpected: int

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.reordered or self.unexpected)


def check(expected: Mapping[str, Sequence[bytes]], arrived: Iterable[tuple[str, bytes]]) -> Found:
    """Compare, by camera, what should come (in order) with what came: (key, body), each partition in its order."""
    place = {camera: {_key(body): (i, body) for i, body in enumerate(bodies)} for camera, bodies in expected.items()}
    first: dict[str, dict[Key, int]] = defaultdict(dict)
    repeats = doubled = unexpected = 0
    for camera, body in arrived:
        key = _key(body)
        known = place.get(camera, {}).get(key)
        if known is None:
            unexpected += 1
        elif known[1] != body:
            doubled += 1
        elif key in first[camera]:
            repeats += 1
        else:
            first[camera][key] = known[0]
    came = sum(len(keys) for keys in first.values())
    orders = [list(keys.values()) for keys in first.values()]
    reordered = sum(before > after for order in orders for before, after in itertools.pairwise(order))
    return Found(came, repeats, sum(map(len, place.values())) - came, doubled, reordered, unexpected)


def _key(body: bytes) -> Key:
    data = json.loads(body)["data"]
    return data["event_id"], data["revision"]
