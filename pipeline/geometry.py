"""Boxes, polygons, lines and homographies: pure functions of arrays."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import shapely

from pipeline.types import Bools, Floats

Points = Sequence[tuple[float, float]]


def box_iou(a: Floats, b: Floats) -> Floats:
    """Intersection over union of every pair of boxes: (n, 4) × (m, 4) in xyxy → (n, m).

    >>> box_iou(np.array([[0.0, 0, 10, 10]]), np.array([[5.0, 0, 15, 10], [20, 20, 30, 30]])).round(3).tolist()
    [[0.333, 0.0]]
    """
    width = np.minimum(a[:, None, 2], b[None, :, 2]) - np.maximum(a[:, None, 0], b[None, :, 0])
    height = np.minimum(a[:, None, 3], b[None, :, 3]) - np.maximum(a[:, None, 1], b[None, :, 1])
    intersection = np.maximum(width, 0.0) * np.maximum(height, 0.0)
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    union = area_a[:, None] + area_b[None, :] - intersection
    return np.asarray(intersection / np.maximum(union, 1e-9))


def anchors(xyxy: Floats, frame_size: tuple[int, int]) -> Floats:
    """Where each box touches the ground: bottom centre, kept inside the picture; (n, 4) → (n, 2) pixels."""
    width, height = frame_size
    points = np.empty((len(xyxy), 2))
    points[:, 0] = (xyxy[:, 0] + xyxy[:, 2]) * 0.5
    points[:, 1] = xyxy[:, 3]
    return np.minimum(np.maximum(points, 0.0, out=points), (width, height), out=points)


def polygon(points: Points) -> shapely.Polygon:
    """A polygon ready for many `contains` calls.

    Raises:
        ValueError: fewer than 3 points, no area, or edges that cross; the text says which.
    """
    if len(points) < 3:
        raise ValueError(f"needs at least 3 points, got {len(points)}")
    if shapely.MultiPoint(points).convex_hull.area == 0:
        raise ValueError("has no area")
    shape = shapely.Polygon(points)
    if not shape.is_valid:
        raise ValueError("crosses itself")
    shapely.prepare(shape)
    return shape


def contains(shape: shapely.Polygon, points: Floats) -> Bools:
    """Which points (n, 2) lie in the polygon or on its edge → (n,) bool."""
    return np.asarray(shapely.intersects_xy(shape, points[:, 0], points[:, 1]), bool)


def bounds(shape: shapely.Polygon) -> tuple[Floats, bool]:
    """Least x and y, most x and y (4,) of a polygon, and whether it is just this rectangle."""
    return np.array(shape.bounds), bool(shape.equals(shapely.box(*shape.bounds)))


def offset_from_line(a: Floats, b: Floats, points: Floats) -> Floats:
    """Signed distance of points (n, 2) from the straight line through a and b → (n,), > 0 on its right.

    Left and right as seen in the image (y grows downwards) by somebody who walks from a to b::

              left  (< 0)
        a o-------------------> o b
              right (> 0)

    >>> offset_from_line(np.array([0.0, 5]), np.array([10.0, 5]), np.array([[5.0, 0], [5, 8]])).tolist()
    [-5.0, 3.0]
    """
    dx, dy = b - a
    cross = dx * (points[:, 1] - a[1]) - dy * (points[:, 0] - a[0])
    return np.asarray(cross / np.hypot(dx, dy))


def segments_cross(p: Floats, q: Floats, a: Floats, b: Floats) -> bool:
    """Does the segment p→q meet the segment a→b? All (2,)."""
    ends = offset_from_line(a, b, np.stack([p, q]))
    if ends[0] * ends[1] > 0 or np.allclose(p, q):
        return False
    across = offset_from_line(p, q, np.stack([a, b]))
    return bool(across[0] * across[1] <= 0)


def homography(image: Points, ground_m: Points) -> Floats:
    """The 3×3 matrix from image pixels to metres, least squares over ≥ 4 point pairs; third row > 0 below the horizon.

    Source: direct linear transform (Hartley & Zisserman, Multiple View Geometry, 4.1), by OpenCV.

    Raises:
        ValueError: too few pairs, lists of unequal length, or points that lie on one line.
    """
    if len(image) != len(ground_m):
        raise ValueError(f"image has {len(image)} points but ground_m has {len(ground_m)}")
    if len(image) < 4:
        raise ValueError(f"needs at least 4 point pairs, got {len(image)}")
    matrix, _ = cv2.findHomography(np.asarray(image, np.float64), np.asarray(ground_m, np.float64), 0)
    if matrix is None or abs(np.linalg.det(matrix)) < 1e-12:
        raise ValueError("the points lie on one line, or nearly so")
    centre = np.append(np.mean(np.asarray(image, np.float64), axis=0), 1.0)
    return np.asarray(matrix / (matrix[2] @ centre), np.float64)


def project(matrix: Floats, points: Floats) -> Floats:
    """Apply a homography to points: (n, 2) pixels → (n, 2) metres; NaN at and beyond the horizon."""
    if len(points) == 0:
        return np.empty((0, 2))
    h = points[:, :1] * matrix[:, 0] + points[:, 1:] * matrix[:, 1] + matrix[:, 2]
    h[h[:, 2] <= 1e-9, 2] = np.nan
    return np.asarray(h[:, :2] / h[:, 2:])


def unproject(matrix: Floats, ground_m: Floats) -> Floats:
    """The other way: (n, 2) metres → (n, 2) pixels, in the picture or not; NaN for what lies behind the camera."""
    h = np.column_stack([ground_m, np.ones(len(ground_m))]) @ np.linalg.inv(matrix).T
    with np.errstate(divide="ignore", invalid="ignore"):
        pixels = np.asarray(h[:, :2] / h[:, 2:])
    pixels[pixels @ matrix[2, :2] + matrix[2, 2] <= 1e-9] = np.nan
    return pixels
