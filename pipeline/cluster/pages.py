"""What a conductor tells over HTTP."""

from __future__ import annotations

import time
from typing import Any

from pipeline.cluster.conductor import Conductor
from pipeline.live.page import STUCK_S, Answer


def answers(conductor: Conductor) -> dict[str, Answer]:
    """As a ward's pages, of all shards together; `/targets` tells Prometheus where each shard's metrics are."""
    return {
        "/healthz": lambda: _lives(conductor), "/readyz": lambda: _ready(conductor),
        "/status": lambda: (True, conductor.status()), "/targets": lambda: (True, conductor.targets()),
    }  # fmt: skip


def _lives(conductor: Conductor) -> tuple[bool, Any]:
    ago = time.monotonic() - conductor.tended
    return ago < STUCK_S, {"alive": ago < STUCK_S, "last_look_s": round(ago, 1)}


def _ready(conductor: Conductor) -> tuple[bool, Any]:
    return conductor.watching, {"cameras": len(conductor.city.cameras), "watched": conductor.watching}
