"""Letterbox maths against Ultralytics' numbers, and heads against hand-made tensors."""

import numpy as np
import pytest

from pipeline.detectors import heads
from pipeline.detectors.letterbox import GREY, fit
from pipeline.types import Frame
from tests.conftest import needs

SIZES = [(1920, 1080), (1280, 720), (768, 432), (640, 360), (476, 848), (478, 850), (3, 2000), (2000, 3), (640, 640)]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_fit_is_ultralytics_letterbox(size):
    data = needs("ultralytics.data.augment")
    image = np.zeros((size[1], size[0], 3), np.uint8)
    theirs = data.LetterBox((640, 640), auto=True, stride=32)(image=image)
    box = fit(size, 640)
    assert (box.canvas[1], box.canvas[0]) == theirs.shape[:2]
    rows = np.flatnonzero((theirs == 0).all(axis=(1, 2)) | (theirs == 0).any(axis=(1, 2)))
    columns = np.flatnonzero((theirs == 0).any(axis=(0, 2)))
    assert (box.top, box.left) == (rows[0], columns[0])
    assert box.inner == (len(columns), len(rows))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_boxes_come_back(size):
    box = fit(size, 640)
    corners = np.array([[box.left, box.top, box.left + box.inner[0], box.top + box.inner[1]]], float)
    assert box.restore(corners)[0] == pytest.approx([0, 0, *size], abs=max(size) / 640)


def test_place_leaves_the_border_grey():
    box = fit((100, 50), 64)
    canvas = np.full((box.canvas[1], box.canvas[0], 3), GREY, np.uint8)
    frame = Frame("c", 0, 0.0, (100, 50), lambda w, h: np.full((h, w, 3), 7, np.uint8))
    box.place(frame, canvas)
    assert (canvas == 7).all(axis=2).sum() == box.inner[0] * box.inner[1]
    assert set(np.unique(canvas)) <= {7, GREY}


def anchors(*columns, classes=3):
    """(4 + classes, anchors) from (cx, cy, w, h, class, score) rows."""
    out = np.zeros((4 + classes, len(columns)), np.float32)
    for i, (cx, cy, w, h, c, score) in enumerate(columns):
        out[:4, i] = cx, cy, w, h
        out[4 + c, i] = score
    return out


@pytest.mark.parametrize(
    ("columns", "kept"),
    [
        pytest.param([(50, 50, 20, 20, 0, 0.9), (51, 50, 20, 20, 0, 0.8)], [(0, 0.9)], id="overlap of one class"),
        pytest.param([(50, 50, 20, 20, 0, 0.9), (51, 50, 20, 20, 1, 0.8)], [(0, 0.9), (1, 0.8)], id="two classes"),
        pytest.param([(50, 50, 20, 20, 0, 0.8), (56, 50, 20, 20, 0, 0.9)], [(0, 0.9), (0, 0.8)], id="little overlap"),
        pytest.param([(50, 50, 20, 20, 2, 0.25)], [], id="at the threshold"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_suppression(columns, kept):
    xyxy, confidence, class_id = heads.decode_anchors(anchors(*columns), 0.25, 0.7)
    assert [(int(c), pytest.approx(float(s))) for c, s in zip(class_id, confidence, strict=True)] == kept
    assert xyxy.shape == (len(kept), 4)


def test_suppression_is_torchvisions():
    ops = needs("torchvision.ops")
    torch = needs("torch")
    rng = np.random.default_rng(5)
    cxcywh = np.c_[rng.uniform(0, 200, (300, 2)), rng.uniform(5, 80, (300, 2))]
    scores, classes = rng.uniform(0.1, 1, 300).astype(np.float32), rng.integers(0, 3, 300)
    xyxy, _confidence, class_id = heads.suppress(cxcywh, scores, classes, 0.7)
    corners = np.c_[cxcywh[:, :2] - cxcywh[:, 2:] / 2, cxcywh[:, :2] + cxcywh[:, 2:] / 2]
    keep = ops.batched_nms(
        torch.tensor(corners), torch.tensor(scores.astype(float)), torch.tensor(classes), 0.7
    ).numpy()
    assert xyxy == pytest.approx(corners[keep])
    assert (class_id == classes[keep]).all()


def test_end_to_end_head():
    rows = np.array([[1, 2, 3, 4, 0.9, 5], [1, 2, 3, 4, 0.05, 1]], np.float32)
    xyxy, _confidence, class_id = heads.decode_end_to_end(rows, 0.1)
    assert (xyxy.tolist(), class_id.tolist()) == ([[1, 2, 3, 4]], [5])
    assert heads.is_end_to_end((1, 300, 6))
    assert not heads.is_end_to_end((1, 84, 5040))
