"""Raw network output → boxes: YOLO heads that need non-maximum suppression, and end-to-end heads that do not."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.types import Floats, Ints

Raw = npt.NDArray[np.float32]
Boxes = tuple[Floats, Floats, Ints]
"""xyxy (n, 4) in canvas pixels, confidence (n,), class id (n,)."""
MAX_BOXES = 300
"""At most so many boxes a frame, as Ultralytics does."""


def is_end_to_end(shape: tuple[int, ...]) -> bool:
    """Tell the heads apart by their output shape: (…, boxes, 6) against (…, 4 + classes, anchors)."""
    return shape[-1] == 6 and shape[-2] > 6


def decode_end_to_end(output: Raw, confidence: float) -> Boxes:
    """YOLO26 and other end-to-end heads: (boxes, 6) rows of x1, y1, x2, y2, confidence, class."""
    rows = output[output[:, 4] >= confidence].astype(np.float64)
    return rows[:, :4], rows[:, 4], rows[:, 5].astype(np.int64)


def decode_anchors(output: Raw, confidence: float, iou: float) -> Boxes:
    """YOLOv8 and YOLO11: (4 + classes, anchors) columns of centre x, centre y, width, height, class scores.

    Each anchor speaks for its best class only; boxes of one class that overlap by more than `iou` give way to the
    most confident (Ultralytics `non_max_suppression`, multi_label off).
    """
    scores = output[4:]
    best = scores.max(axis=0)
    kept = np.flatnonzero(best > confidence)
    return suppress(output[:4, kept].T.astype(np.float64), best[kept], scores[:, kept].argmax(axis=0), iou)


def suppress(cxcywh: Floats, confidence: npt.NDArray[np.float32], class_id: Ints, iou: float) -> Boxes:
    """Non-maximum suppression per class, most confident first; equal confidence in the order of rows."""
    if len(cxcywh) == 0:
        return np.empty((0, 4)), np.empty(0), np.empty(0, np.int64)
    size = cxcywh[:, 2:]
    corner = cxcywh[:, :2] - size / 2
    rects = np.concatenate([corner, size], axis=1)
    nms: Any = cv2.dnn.NMSBoxesBatched  # its stub knows lists only; arrays are faster
    chosen = nms(rects, confidence, class_id.astype(np.int32), 0.0, iou)
    order = np.asarray(chosen, np.int64).ravel()[:MAX_BOXES]
    xyxy = np.concatenate([corner, corner + size], axis=1)[order]
    return xyxy, confidence[order].astype(np.float64), class_id[order].astype(np.int64)
