"""Sensible settings for a first try without a city file."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.config import City, check

CLASSES = ["person", "bicycle", "motorcycle", "car", "bus", "truck", "dog", "backpack", "handbag", "suitcase"]


def city(cameras: list[str], timezone: str = "Asia/Ho_Chi_Minh", fps: float = 10.0) -> City:
    """One ward whose cameras watch the whole frame: loitering of 60 s, and counts over a line across the middle."""
    watch = {
        "ward": "local",
        "analyse_fps": fps,
        "zones": {"frame": {"polygon": [[0, 0], [1, 0], [1, 1], [0, 1]], "rules": ["loitering"]}},
        "lines": {"middle": {"points": [[0, 0.5], [1, 0.5]], "rules": ["counts"]}},
    }
    return check({
        "city": "local",
        "timezone": timezone,
        "wards": {"local": {"name": "Local"}},
        "model": {"classes": CLASSES},
        "rules": {"loitering": {"kind": "loitering"}, "counts": {"kind": "line_crossing", "classes": CLASSES[:6]}},
        "cameras": [{"id": camera, **watch} for camera in cameras],
    })  # fmt: skip


def camera_id(path: Path) -> str:
    """A camera id made from a file name.

    >>> camera_id(Path("My street (2).MP4"))
    'my-street-2'
    """
    return re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:80] or "camera"
