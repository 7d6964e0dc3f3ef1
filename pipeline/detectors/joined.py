"""What one detector finds, with more boxes."""

from __future__ import annotations

import numpy as np
import supervision as sv

from pipeline.types import Floats, Ints


def joined(found: sv.Detections, xyxy: Floats, confidence: Floats, class_id: Ints) -> sv.Detections:
    """`found`, and after it these boxes (n, 4) with their confidences and classes (n,)."""
    if len(found) == 0:
        return sv.Detections(xyxy=xyxy, confidence=confidence, class_id=class_id)
    return sv.Detections(
        xyxy=np.concatenate([np.asarray(found.xyxy, np.float64), xyxy]),
        confidence=np.concatenate([np.asarray(found.confidence, np.float64), confidence]),
        class_id=np.concatenate([np.asarray(found.class_id, np.int64), class_id]),
    )
