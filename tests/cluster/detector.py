"""The detector of the tests as a city file names it: `runtime: tests.cluster.detector:White`, with any model file.

It hangs for good as soon as there is a file `hang` beside the model.
"""

from __future__ import annotations

import threading
from pathlib import Path

from pipeline.detectors.settings import DetectorSettings
from tests.live.rig import Spots


class White(Spots):
    def __init__(self, path: Path, settings: DetectorSettings) -> None:
        super().__init__()
        self._hang = path.with_name("hang")

    def detect(self, frames):
        for answer in super().detect(frames):
            if self._hang.exists():
                threading.Event().wait()
            yield answer


WhiteSettings = DetectorSettings
