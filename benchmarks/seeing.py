"""Bad seeing put on good pictures: night, rain, a crowd. Not how `models.train` spoils its pictures, on purpose."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.simulate import demo_scene
from pipeline.types import Image

GAMMA = 2.2
FULL_E, READ_E = 150.0, 4.0
"""By night: electrons of a pixel that is shown white, and the read noise (Poisson-Gaussian: Foi et al., IEEE TIP 2008)."""
DIM, COLOUR = 0.5, 0.3
"""Light and saturation that are left by night: what was white by day gives half of `FULL_E`."""
STREAKS = 0.004
"""Share of pixels that are the middle of a streak of rain."""
LONG_PX, SLANT = 23, 0.27
"""How long one is, and how far aside it goes on its way down."""
VEIL = 0.3
"""How much of the contrast the rain between here and there takes."""
JPEG = 40


def night(image: Image, rng: np.random.Generator) -> Image:
    """Little light: darker, paler, noisy, coarsely compressed."""
    light = (image / 255.0) ** GAMMA * DIM
    noisy = (rng.poisson(light * FULL_E) + rng.normal(0, READ_E, image.shape)) / FULL_E
    shown = np.clip(noisy, 0, 1) ** (1 / GAMMA) * 255
    grey = shown.mean(axis=2, keepdims=True)
    return _stored(grey + COLOUR * (shown - grey))


def rain(image: Image, rng: np.random.Generator) -> Image:
    """Bright slanted streaks, and a grey veil over everything."""
    drops = (rng.random(image.shape[:2]) < STREAKS).astype(np.float32)
    kernel = np.zeros((LONG_PX, LONG_PX), np.float32)
    middle, half = LONG_PX // 2, round(LONG_PX * SLANT / 2)
    cv2.line(kernel, (middle - half, 0), (middle + half, LONG_PX - 1), 1.0)
    streaks = cv2.GaussianBlur(cv2.filter2D(drops, -1, kernel), (3, 3), 0).clip(0, 1)[..., None]
    veiled = image * (1 - VEIL) + VEIL * 150.0
    return _stored(veiled * (1 - 0.6 * streaks) + 220.0 * 0.6 * streaks)


def crowd(stage: demo_scene.Stage, rng: np.random.Generator, people: int = 24) -> Image:
    """The demo's street full of its two walkers, near ones in front of far ones, all before the photograph's people."""
    image = stage.background.copy()
    for depth in sorted(rng.uniform(0, 1, people)):
        foot = (float(rng.uniform(0.02, 0.98)), 0.62 + 0.38 * float(depth))
        walker = demo_scene.Walk(int(rng.integers(2)), 0.14 + 0.3 * depth, [(0.0, *foot)])
        stage.paste(image, walker, foot, 0.0)
    return image


def _stored(values: np.ndarray) -> Image:
    _, packed = cv2.imencode(".jpg", np.clip(values, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, JPEG])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
