"""The detector of the tests as a city file names it: `runtime: tests.cluster.detector:White`, with any model file.

It hangs for good as soon as there is a file `hang` beside the model, and takes its process with it at frames of a
camera whose name a file `die-<camera>` bears. A file `slow` makes it take a tenth of a second over each frame.
"""

from __future__ import annotations

import os
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
            self.delay_s = 0.1 if self._hang.with_name("slow").exists() else 0.0
            if self._hang.exists():
                threading.Event().wait()
            if self._hang.with_name(f"die-{answer[0].camera}").exists():
                os._exit(11)
            yield answer


WhiteSettings = DetectorSettings
