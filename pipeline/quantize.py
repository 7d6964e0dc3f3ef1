"""Post-training quantisation of an OpenVINO detector to INT8 (NNCF)."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from pipeline.errors import ModelError
from pipeline.types import Floats

SIDE = 640
MINIMUM_IMAGES = 30


def quantize(source: Path, target: Path, images: list[Path]) -> None:
    """Write an INT8 network for any input shape; activations are calibrated on `images`.

    The detection head stays in floating point: its box and score arithmetic loses most and gains least
    (Ultralytics leaves it out too).

    Raises:
        ModelError: NNCF is not installed, or there are fewer than 30 readable images.
    """
    try:
        import nncf
        import openvino as ov
    except ImportError as exc:
        raise ModelError("int8 needs: pip install 'matthan[quantize]'") from exc
    if len(images) < MINIMUM_IMAGES:
        raise ModelError(f"int8 needs at least {MINIMUM_IMAGES} pictures to calibrate on (--images), got {len(images)}")
    model = ov.Core().read_model(source)
    head = nncf.IgnoredScope(patterns=[".*model\\.2[23]/.*(Add|Sub|Mul|Div|Concat|Sigmoid|dfl).*"], validate=False)
    dataset = nncf.Dataset(images, _blob)
    small = nncf.quantize(
        model, dataset, preset=nncf.QuantizationPreset.MIXED, subset_size=len(images), ignored_scope=head
    )
    ov.save_model(small, target)


def _blob(path: Path) -> Floats:
    """One picture as the network sees it: (1, 3, SIDE, SIDE), 0..1, red-green-blue."""
    image = cv2.imread(str(path))
    if image is None:
        raise ModelError(f"{path}: not a picture")
    scale = SIDE / max(image.shape[:2])
    resized = cv2.resize(image, (round(image.shape[1] * scale), round(image.shape[0] * scale)))
    canvas = np.full((SIDE, SIDE, 3), 114, np.uint8)
    canvas[: resized.shape[0], : resized.shape[1]] = resized
    return np.asarray(canvas[None, :, :, ::-1].transpose(0, 3, 1, 2).astype(np.float32) / 255)
