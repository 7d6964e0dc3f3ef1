"""Where a benchmark ran, and where its inputs are."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
PACKAGES = (
    "av",
    "confluent-kafka",
    "numpy",
    "openvino",
    "opencv-python",
    "supervision",
    "torch",
    "ultralytics",
    "trackers",
)


def data() -> Path:
    """The shared test data; ends the program with a clear line where it is absent."""
    folder = Path(os.environ.get("MATTHAN_TEST_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        raise SystemExit(f"{folder}: no test data there; MATTHAN_TEST_DATA names its folder")
    return folder


def describe() -> dict[str, Any]:
    """Processor, cores and versions."""
    model = next(
        (line.split(":")[1].strip() for line in _cpuinfo() if line.startswith("model name")), platform.machine()
    )
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {"cpu": model, "cores": os.cpu_count(), "python": platform.python_version(), "versions": versions}


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []


def cores() -> int:
    """So many processes at once keep the machine busy."""
    return os.cpu_count() or 1
