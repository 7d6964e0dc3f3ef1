"""What matthan-n is corrected by: the labels where there are any, and a teacher everywhere.

No source labels every class, so what is not labelled is no proof of absence. YOLO11n is asked about the very picture
that the network sees, before it is spoilt as a wall camera would; it answers for the same places, because both have
the same grid. Its answer is a soft label for every place, and where it doubts that a place is empty, a missing label is
not counted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
import torch
from torch import nn
from ultralytics.utils.loss import v8DetectionLoss
from ultralytics.utils.metrics import bbox_iou
from ultralytics.utils.tal import make_anchors

from models.train.classes import COCO, NAMES

CLEAN = "clean"
"""Key of a batch: the pictures as the teacher sees them, (b, 3, h, w), 0..1."""
DOUBT = 0.05
"""A place that the teacher gives more than this is not surely empty."""
BOX_FROM = 0.2
"""Boxes of places are learnt from the teacher where it is surer than this."""


class Teacher:
    """YOLO11n on OpenVINO, asked for our classes."""

    def __init__(self, model: Path, threads: int) -> None:
        """`model`: an OpenVINO `.xml` that takes any input shape."""
        core = ov.Core()
        self._net = core.compile_model(
            core.read_model(model), "CPU", {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1}
        )
        self._ids = [COCO[name] for name in NAMES]

    def __call__(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """`images` (b, 3, h, w), 0..1 → probabilities (b, places, 6), and boxes (b, places, 4), xyxy in pixels."""
        out = torch.from_numpy(np.array(self._net(images.cpu().numpy())[0])).to(images.device).permute(0, 2, 1)
        centre, half = out[..., :2], out[..., 2:4] / 2
        return out[..., 4:][..., self._ids].contiguous(), torch.cat([centre - half, centre + half], -1)


class _Sparing(nn.Module):  # type: ignore[misc]
    """Binary cross-entropy that leaves out where `doubt` is set and nothing is labelled."""

    doubt: torch.Tensor

    def forward(self, logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        loss = nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
        return loss * ~(self.doubt & (target == 0))


class TaughtLoss(v8DetectionLoss):  # type: ignore[misc]
    """Ultralytics' loss with labels, plus the teacher's, weighted `share`."""

    def __init__(self, model: nn.Module, teacher: Teacher, share: float) -> None:
        super().__init__(model)
        self.bce = _Sparing()
        self._teacher = teacher
        self._share = share

    def get_assigned_targets_and_loss(
        self, preds: dict[str, Any], batch: dict[str, Any], **given: Any
    ) -> tuple[Any, torch.Tensor, dict[str, torch.Tensor]]:
        with torch.no_grad():
            taught, boxes = self._teacher(batch[CLEAN])
        self.bce.doubt = taught > DOUBT
        preds |= {key: preds[key].float() for key in ("boxes", "scores")}
        targets, loss, items = super().get_assigned_targets_and_loss(preds, batch, **given)
        box, cls = self._taught(preds, taught, boxes)
        share = torch.stack([self._share * self.hyp.box * box, self._share * self.hyp.cls * cls, torch.zeros_like(box)])
        return targets, loss + share, {**items, "taught_box": box.detach(), "taught_cls": cls.detach()}

    def _taught(
        self, preds: dict[str, Any], taught: torch.Tensor, boxes: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        logits = preds["scores"].permute(0, 2, 1)
        sure = taught.amax(-1)
        total = sure[sure > DOUBT].sum().clamp(min=1.0)
        cls = nn.functional.binary_cross_entropy_with_logits(logits, taught, reduction="sum") / total
        kept = sure > BOX_FROM
        if not kept.any():
            return cls.detach() * 0, cls
        places, stride = make_anchors(preds["feats"], self.stride, 0.5)
        own = self.bbox_decode(places, preds["boxes"].permute(0, 2, 1)) * stride
        iou = bbox_iou(own[kept], boxes[kept], xywh=False, CIoU=True).squeeze(-1)
        return ((1 - iou) * sure[kept]).sum() / total, cls
