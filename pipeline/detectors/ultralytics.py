"""Any model that Ultralytics loads (`.pt`, `.onnx`, `.engine`), on CPU or CUDA."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import supervision as sv

from pipeline.detectors.openvino import wanted_classes
from pipeline.detectors.settings import DetectorSettings
from pipeline.errors import ConfigError, ModelError
from pipeline.types import Frame

CUDA_BATCH = 16


class Ultralytics:
    """Runs a model through Ultralytics' predictor: one frame at a time on CPU, batches on CUDA."""

    def __init__(self, path: Path, settings: DetectorSettings) -> None:
        """Raises `ConfigError` where the package is missing, `ModelError` where the model cannot be loaded."""
        os.environ.setdefault("YOLO_OFFLINE", "true")
        try:
            import torch
            import ultralytics
        except ImportError as exc:
            raise ConfigError("runtime ultralytics needs: pip install 'matthan[ultralytics]'") from exc
        # Ultralytics leaves a core unused; a detector alone on its machine should not.
        torch.set_num_threads(settings.threads or os.cpu_count() or 1)
        self._settings = settings
        self._device = _device(torch, settings.device)
        self._batch = CUDA_BATCH if self._device.startswith("cuda") and path.suffix == ".pt" else 1
        try:
            self._model: Any = ultralytics.YOLO(str(path), task="detect")
            names = self._model.names
        except Exception as exc:
            raise ModelError(f"{path}: Ultralytics cannot load it: {str(exc).splitlines()[0]}") from exc
        self.names = tuple(str(name) for _, name in sorted(names.items()))
        self.precision = "f16" if self._device.startswith("cuda") and path.suffix == ".pt" else "f32"
        wanted = wanted_classes(self.names, settings.classes)
        self._classes = None if wanted is None else np.flatnonzero(wanted).tolist()

    def detect(self, frames: Iterable[Frame | None]) -> Iterator[tuple[Frame, sv.Detections]]:
        batch: list[Frame] = []
        for frame in chain(frames, [None]):
            if frame is not None:
                batch.append(frame)
            if batch and (frame is None or len(batch) == self._batch):
                yield from zip(batch, self._predict(batch), strict=True)
                batch = []

    def close(self) -> None:
        self._model = None

    def _predict(self, batch: list[Frame]) -> list[sv.Detections]:
        settings = self._settings
        try:
            results = self._model.predict(
                [frame.pixels(*frame.size) for frame in batch],
                imgsz=settings.input,
                conf=settings.confidence,
                iou=settings.overlap,
                classes=self._classes,
                device=self._device,
                **({"quantize": 16} if self.precision == "f16" else {}),
                verbose=False,
            )
        except RuntimeError as exc:
            raise ModelError(f"Ultralytics failed on a frame of {batch[0].camera}: {exc}") from exc
        return [sv.Detections.from_ultralytics(result) for result in results]


def _device(torch: Any, asked: str) -> str:
    if asked != "auto":
        return asked
    return "cuda:0" if torch.cuda.is_available() else "cpu"
