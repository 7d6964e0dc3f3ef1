"""How wrong a detector is, as numbers: the shaking, missing and inventing that `detect` then carries out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

_NO_MISS: Mapping[str, float] = {}


@dataclass(frozen=True, slots=True)
class Noise:
    """How wrong the detector is. Every share is of frames, every rate of media time; 0 switches a fault off.

    The magnitudes of `REALISTIC` are set by judgement after what small YOLO models do on CCTV footage of 360–720
    lines, not measured on a data set; `HARSH` is about twice as bad.
    """

    jitter: float = 0.0
    """Standard deviation of each edge as a share of the box's size along it. Regression heads repeat to 1–3 %."""
    jitter_px: float = 0.0
    """The same in pixels, added: the stride of the finest grid leaves about a pixel however small the box."""
    jitter_s: float = 0.3
    """Time constant of the shaking (70 % of its variance; the rest is new every frame): pose and stride, not chance."""
    bottom: float = 0.0
    """Slow error of the bottom edge, share of the height: shadows, kerbs, feet lost in the dark."""
    miss: Mapping[str, float] = field(default_factory=lambda: _NO_MISS)
    """Share of frames in which a well visible actor of a class has no box; comes in runs of about 0.4 s."""
    small_px: float = 30.0
    small_miss: float = 0.0
    """Misses added as the height falls from `small_px` to 8 px: YOLO's recall of COCO-small falls to about a half."""
    hidden_below: float = 0.1
    """Boxes of which a smaller share is visible are not detected."""
    half_hidden_below: float = 0.8
    half_hidden_miss: float = 0.0
    """Misses added as the visible share falls from `half_hidden_below` to `hidden_below`."""
    cut: float = 0.0
    """Share of half hidden boxes that end where the obstacle begins; the rest are completed by the network."""
    dropouts_per_min: float = 0.0
    """Of each actor: times when a pose, a back light or a background makes it invisible to the network."""
    dropout_s: tuple[float, float] = (0.5, 2.0)
    flicker: Mapping[str, float] = field(default_factory=lambda: _NO_MISS)
    """Share of frames, in bursts of about 0.4 s, in which an actor is taken for a sister class."""
    weak: float = 0.0
    """Frames with a weak box (confidence 0.1–0.4), as a share of the frames missed."""
    confidence: tuple[float, float] = (0.9, 0.0)
    """Mean and standard deviation of a well visible box's confidence."""
    duplicates: float = 0.0
    """Share of frames with a second box on the same actor that the suppression let through."""
    ghosts_per_min: float = 0.0
    """False boxes of 1–4 frames, per camera."""
    sticky_per_hour: float = 0.0
    """False boxes that flicker on one spot for 10–60 s: a coat on a rack, a poster, a water tank."""
    time_jitter: float = 0.0
    """Each frame's time is off by up to this share of the period."""
    frame_drop: float = 0.0
    holes_per_min: float = 0.0
    """Network hiccups: nothing arrives for 0.3–1 s."""
    hole_s: tuple[float, float] = (0.3, 1.0)
    object_still_s: float = 0.0
    """An `object` (box, rubbish bag) is reported once it has rested so long: COCO lacks it, static change finds it."""


CLEAN = Noise()
"""No error at all. Even so, what is hidden to 90 % has no box."""
REALISTIC = Noise(
    jitter=0.017,
    jitter_px=0.7,
    bottom=0.012,
    miss={"person": 0.03, "bicycle": 0.05, "motorcycle": 0.05, "car": 0.02, "truck": 0.03, "bus": 0.02, "dog": 0.10,
          "backpack": 0.12, "handbag": 0.12, "suitcase": 0.12, "object": 0.05},
    small_miss=0.4,
    hidden_below=0.35,
    half_hidden_miss=0.4,
    cut=0.5,
    dropouts_per_min=1.5,
    flicker={"car": 0.04, "truck": 0.04, "bus": 0.04, "bicycle": 0.04, "motorcycle": 0.04,
             "backpack": 0.05, "handbag": 0.05, "suitcase": 0.05},
    weak=0.7,
    confidence=(0.65, 0.12),
    duplicates=0.004,
    ghosts_per_min=2.0,
    sticky_per_hour=2.0,
    time_jitter=0.1,
    frame_drop=0.01,
    holes_per_min=0.3,
    object_still_s=3.0,
)  # fmt: skip
HARSH = replace(
    REALISTIC,
    jitter=0.025,
    jitter_px=1.0,
    bottom=0.025,
    miss={name: 2 * share for name, share in REALISTIC.miss.items()},
    small_miss=0.6,
    half_hidden_miss=0.6,
    cut=0.7,
    dropouts_per_min=3.0,
    flicker={name: 2 * share for name, share in REALISTIC.flicker.items()},
    confidence=(0.52, 0.14),
    duplicates=0.01,
    ghosts_per_min=6.0,
    sticky_per_hour=8.0,
    frame_drop=0.03,
    holes_per_min=1.0,
)
PRESETS = {"clean": CLEAN, "realistic": REALISTIC, "harsh": HARSH}
