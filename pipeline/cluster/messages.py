"""What conductor and shards say to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.config import City


@dataclass(frozen=True, slots=True)
class Order:
    """To a shard."""

    until: float | None
    """It may go on until then, seconds of its own clock as it told it; None: it has not told any yet."""
    city: City | None
    """What it is to watch from now on; None: as before."""
    sha256: str = ""
    """Of the whole city file, of which `city` is a part."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Of a shard."""

    clock: float
    cameras: tuple[str, ...]
    """What it watches, or will from the last order on."""
    folder: str
    page: str
    """host:port of its metrics."""
    cost: Mapping[str, float] = field(default_factory=dict)
    """Cores that each camera takes, as far as measured."""
    status: Mapping[str, Any] = field(default_factory=dict)
    """As on a ward's status page."""
