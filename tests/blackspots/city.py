"""A small city with cameras whose conflicts and counts are known, as files that the pipeline would write."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

BEGUN = datetime(2026, 3, 2, tzinfo=UTC)


def conflict(
    n: int, camera: str, lat: float, lon: float, at: datetime, kind: str = "conflict", **measures: Any
) -> dict[str, Any]:
    """An event, of which only what matters here is told."""
    return {"data": {
        "event_id": f"e{n}", "revision": 0, "kind": kind, "camera": camera, "zone": "all",
        "location": {"lat": lat, "lon": lon},
        "started_at": at.isoformat(), "measures": measures,
    }}  # fmt: skip


def count(n: int, camera: str, line: str, users: int, at: datetime) -> dict[str, Any]:
    return {"data": {"event_id": f"c{n}", "kind": "count", "camera": camera, "zone": line, "started_at": at.isoformat(),
                     "measures": {"class": "motorcycle", "forward": users, "backward": 0}}}  # fmt: skip


def lines(path: Path, events: Iterable[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    return path


def cameras(
    seed: int, number: int = 20, worst: int = 3, days: int = 28
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Conflicts and counts of cameras 300 m apart; `worst` has eight times the rate of others, and little traffic."""
    rng = np.random.default_rng(seed)
    events, counts = [], []
    for i in range(number):
        traffic = 300.0 if i == worst else float(rng.uniform(500, 5000))
        rate = 8e-3 if i == worst else 1e-3
        lat, lon = 18.34 + 0.003 * (i // 5), 105.9 + 0.003 * (i % 5)
        for day in range(days):
            at = BEGUN + timedelta(days=day, hours=7)
            counts.append(count(len(counts), f"cam-{i:02d}", "gate", int(traffic), at))
            for _ in range(rng.poisson(traffic * rate)):
                where = np.array([lat, lon]) + rng.normal(0, 5e-5, 2)
                moment = at + timedelta(seconds=float(rng.uniform(0, 36_000)))
                events.append(conflict(len(events), f"cam-{i:02d}", *where.tolist(), moment, ttc_s=1.2))
    return events, counts
