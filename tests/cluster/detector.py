"""The detector of the tests as a city file names it: `runtime: tests.cluster.detector:White`, with any model file."""

from __future__ import annotations

from pathlib import Path

from pipeline.detectors.settings import DetectorSettings
from tests.live.rig import Spots


class White(Spots):
    def __init__(self, path: Path, settings: DetectorSettings) -> None:
        super().__init__()


WhiteSettings = DetectorSettings
