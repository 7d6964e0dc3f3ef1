"""Is a changed region a thing that came, a thing that went, or only light?"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.detectors.background import TEXTURE_LEVELS, Luma
from pipeline.types import Bools

MARGIN = 6
"""Pixels around a region that its surroundings are judged by."""
MIN_EDGE = 4.5
"""Grey levels per pixel across the contour: a thing ends sharply, a pool of light does not."""
SHADE = (0.4, 2.2)
"""Brightness ratios that a shadow's coming or going explains."""
EVEN = 0.06
"""Spread of that ratio over a region below which it is one light on one surface."""
_SMALL = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
_LARGE = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * MARGIN + 1, 2 * MARGIN + 1))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the contour and the inside of a region say."""

    edge: float
    """Grey levels per pixel across the contour, in the picture that has more of it."""
    novelty: float
    """-1 … 1: above 0 something stands there that was not there before, below 0 something is gone."""
    light: bool
    """The region is one light on one smooth surface."""


def judge(now: Luma, before: Luma, region: npt.NDArray[np.uint8]) -> Evidence:
    """Compare two crops (height, width) of the same light inside, along and around a region (non-zero pixels).

    A thing has an outline and differs from what surrounds it. So the picture in which the region's contour carries
    more edge, and in which its inside is less like its surroundings, is the one that shows a thing: Tian, Feris, Liu,
    Hampapur and Sun, "Robust detection of abandoned and removed objects in complex surveillance videos" (2011), with
    only the edge component across the contour counted, so that the texture of the ground says little.
    """
    band = (cv2.dilate(region, _SMALL) > 0) & (cv2.erode(region, _SMALL) == 0)
    edge_now, edge_before = _across(now, region, band), _across(before, region, band)
    inside = cv2.erode(region, _SMALL) > 0
    inside = inside if inside.sum() >= 12 else region > 0
    around = (cv2.dilate(region, _LARGE) > 0) & (cv2.dilate(region, _SMALL) == 0)
    contrast_now, contrast_before = _contrast(now, inside, around), _contrast(before, inside, around)
    by_edge = (edge_now - edge_before) / (edge_now + edge_before + 1)
    by_contrast = (contrast_now - contrast_before) / (contrast_now + contrast_before + 0.2)
    return Evidence(max(edge_now, edge_before), (by_edge + by_contrast) / 2, _one_light(now, before, inside))


def _across(image: Luma, region: npt.NDArray[np.uint8], band: Bools) -> float:
    """Mean edge strength across the region's contour, grey levels per pixel."""
    outline = cv2.GaussianBlur((region > 0).astype(np.float32), (0, 0), 1.5)
    nx, ny = cv2.Sobel(outline, cv2.CV_32F, 1, 0), cv2.Sobel(outline, cv2.CV_32F, 0, 1)
    gx, gy = cv2.Sobel(image, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(image, cv2.CV_32F, 0, 1, scale=1 / 8)
    across = np.abs(gx * nx + gy * ny) / np.maximum(np.hypot(nx, ny), 1e-6)
    return float(across[band].mean()) if band.any() else 0.0


def _contrast(image: Luma, inside: Bools, around: Bools) -> float:
    """How unlike the inside is to its surroundings: mean and spread of brightness (Bhattacharyya, two Gaussians)."""
    a, b = image[inside], image[around]
    if not len(a) or not len(b):
        return 0.0
    va, vb = float(a.var()) + 4, float(b.var()) + 4
    return float((a.mean() - b.mean()) ** 2 / (4 * (va + vb)) + 0.5 * np.log((va + vb) / (2 * np.sqrt(va * vb))))


def _one_light(now: Luma, before: Luma, inside: Bools) -> bool:
    """Both pictures smooth inside, and one a plain multiple of the other."""
    a, b = now[inside], before[inside]
    ratio = (a + 4) / (b + 4)
    middle = float(np.median(ratio))
    smooth = max(_roughness(now, inside), _roughness(before, inside)) < TEXTURE_LEVELS
    return smooth and SHADE[0] < middle < SHADE[1] and float(ratio.std()) < EVEN * middle


def _roughness(image: Luma, inside: Bools) -> float:
    fine = image - cv2.GaussianBlur(image, (0, 0), 2)
    return float(np.abs(fine[inside]).mean())
