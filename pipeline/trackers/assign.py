"""Who is whom: how alike a track and a detection are, and the best one-to-one matching of all of them."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from pipeline.geometry import box_iou
from pipeline.types import Floats, Ints


def similarity(tracks: Floats, detections: Floats, buffer: float) -> Floats:
    """Likeness of every pair of boxes: (n, 4) × (m, 4) as (centre x, centre y, width, height) → (n, m) in 0..1.

    Buffered IoU (Yang et al., "Hard to track objects with irregular motions and similar appearances", WACV 2023): each
    box grows by `buffer` of its size on every side, so that boxes which no longer overlap can still meet. The size of a
    box is the mean of width and height, for people are narrow and walk sideways. Times the ratio of the two heights
    (an idea of Yang et al., "Hybrid-SORT", AAAI 2024), which tells near from far where boxes overlap.

    >>> box = np.array([[50.0, 50, 20, 40]])
    >>> similarity(box, np.array([[50.0, 50, 20, 40], [70, 50, 20, 40], [50, 50, 20, 20]]), 0.2).round(3).tolist()
    [[1.0, 0.231, 0.236]]
    """
    corners = _grown(np.concatenate((tracks, detections)), buffer)
    iou = box_iou(corners[: len(tracks)], corners[len(tracks) :])
    height, other = tracks[:, 3:4], detections[:, 3]
    return np.asarray(iou * (np.minimum(height, other) / np.maximum(height, other)))


def _grown(boxes: Floats, buffer: float) -> Floats:
    """Corners of the boxes with a margin of `buffer` sizes."""
    half = boxes[:, 2:] * 0.5
    reach = half + (half[:, :1] + half[:, 1:]) * buffer
    return np.concatenate((boxes[:, :2] - reach, boxes[:, :2] + reach), axis=1)


def match(weights: Floats) -> tuple[Ints, Ints]:
    """Pairs (rows, columns) of the one-to-one matching with the largest sum of `weights` (n, m).

    A weight of 0 forbids the pair; none is below 0.

    >>> rows, columns = match(np.array([[0.9, 0.8], [0.7, 0.0]]))
    >>> list(zip(rows.tolist(), columns.tolist()))
    [(0, 1), (1, 0)]
    """
    rows, columns = weights.nonzero()
    if _one_to_one(rows, columns):
        return rows, columns
    rows, columns = linear_sum_assignment(weights, maximize=True)
    allowed = weights[rows, columns] > 0
    return rows[allowed], columns[allowed]


def _one_to_one(rows: Ints, columns: Ints) -> bool:
    """Has nobody two candidates? Then there is nothing to weigh up, as in most frames of most cameras."""
    return len(set(rows.tolist())) == len(rows) == len(set(columns.tolist()))
