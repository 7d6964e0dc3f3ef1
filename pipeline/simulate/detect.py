"""What a detector makes of a perfect view: shaking boxes, misses, confusions, ghosts, and an uneven clock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.noise import CLEAN, Noise
from pipeline.simulate.street import BODIES, Street
from pipeline.simulate.view import View
from pipeline.types import Bools, Floats, Ints

STEP_S = 0.04
"""Noise is drawn on this raster of time, so that recordings at different rates suffer the same noise."""
MISS_S = 0.4
CONFIDENCE_S = 1.0
FLICKER_S = 0.4
CONFUSED = {
    "car": ("truck",),
    "truck": ("car", "bus"),
    "bus": ("truck",),
    "bicycle": ("motorcycle",),
    "motorcycle": ("bicycle",),
    "backpack": ("handbag", "suitcase"),
    "handbag": ("backpack", "suitcase"),
    "suitcase": ("backpack", "handbag"),
}
GHOSTS = {"person": 0.4, "motorcycle": 0.12, "bicycle": 0.1, "car": 0.08, "dog": 0.1, "backpack": 0.08, "handbag": 0.12}
"""What is seen where nothing is, and how often: small YOLO models take poles, signs and shadows for people first."""


@dataclass(frozen=True, slots=True)
class Boxes:
    """Detections in any order: frame (n,), class name (n,), xyxy (n, 4), confidence (n,)."""

    frame: Ints
    name: np.typing.NDArray[np.object_]
    xyxy: Floats
    confidence: Floats


def frame_times(noise: Noise, fps: float, seconds: float, rng: np.random.Generator) -> Floats:
    """When the camera's frames come, seconds of the play, increasing."""
    times = np.arange(int(np.ceil(seconds * fps - 1e-9))) / fps
    off = rng.uniform(-noise.time_jitter, noise.time_jitter, len(times)) / fps
    lost = rng.random(len(times)) < noise.frame_drop
    holes = _spans(rng, noise.holes_per_min / 60, noise.hole_s, 0.0, seconds)
    times = np.maximum(times + off, 0.0)
    return times[~(lost | _inside(times, holes))]


def disturb(noise: Noise, view: View, street: Street, times: Floats, camera: PinholeCamera, seed: int) -> Boxes:
    """What the detector reports of a perfect view; each actor's faults depend on `seed` and himself alone."""
    bounds = np.searchsorted(view.actor, np.arange(len(street.actors) + 1))
    found: list[Boxes] = []
    for index, actor in enumerate(street.actors):
        rows = np.arange(bounds[index], bounds[index + 1])
        if len(rows):
            rng = np.random.default_rng([seed, 1, index])
            life = (actor.shown[0][0], min(actor.shown[-1][1], street.seconds))
            found += _detect(noise, view, rows, actor.body.class_name, times, life, rng)
    found += _ghosts(noise, times, street.seconds, camera, np.random.default_rng([seed, 2]))
    return _joined(found, camera)


def _detect(
    noise: Noise,
    view: View,
    rows: Ints,
    name: str,
    times: Floats,
    life: tuple[float, float],
    rng: np.random.Generator,
) -> list[Boxes]:
    """One actor's boxes, duplicates apart in a second batch."""
    t, visible = times[view.frame[rows]], view.visible[rows]
    knots = max(int((life[1] - life[0]) / STEP_S) + 2, 2)
    knot = np.clip(((t - life[0]) / STEP_S).astype(np.int64), 0, knots - 1)
    if noise == CLEAN:
        kept = rows[visible >= noise.hidden_below]
        return [Boxes(view.frame[kept], _named(name, len(kept)), view.xyxy[kept], np.full(len(kept), 0.9))]
    shake = np.sqrt(0.7) * _wander(rng, knots, noise.jitter_s, 4)[knot]
    shake += np.sqrt(0.3) * rng.standard_normal((knots, 4))[knot]
    sink, mood, luck, eye = (_wander(rng, knots, s, 1)[knot, 0] for s in (1.0, CONFIDENCE_S, MISS_S, 1.0))
    out = _inside(t, _spans(rng, noise.dropouts_per_min / 60, noise.dropout_s, *life))
    names = _flickering(noise, name, t, life, rng)
    twice = _inside(t, _spans(rng, noise.duplicates / 0.3, (0.2, 0.4), *life))
    half = np.clip((noise.half_hidden_below - visible) / (noise.half_hidden_below - noise.hidden_below), 0, 1)
    small = _smallness(noise, view.xyxy[rows])
    miss = np.clip(noise.miss.get(name, 0.0) + noise.small_miss * small + noise.half_hidden_miss * half, 0, 0.95)
    chance = ndtr(luck)
    found = (visible >= noise.hidden_below) & ~out & (chance >= miss)
    if name == "object":
        found &= view.still_s[rows] >= noise.object_still_s
    cut = (half > 0) & (ndtr(eye) < noise.cut)
    box = np.where(cut[:, None], view.part[rows], view.xyxy[rows])
    box = _shaken(noise, box, shake, sink)
    mean, spread = noise.confidence
    confidence = np.clip(mean + spread * mood - 0.15 * half - 0.15 * small, 0.3, 0.95)
    weak = chance < miss * (1 + noise.weak)
    confidence = np.where(weak, 0.1 + 0.3 * ndtr(mood), confidence)
    frame = view.frame[rows]
    again = found & twice
    return [
        Boxes(frame[found], names[found], box[found], confidence[found]),
        Boxes(frame[again], names[again], _copied(box[again], shake[again]), 0.4 * confidence[again] + 0.05),
    ]


def _wander(rng: np.random.Generator, knots: int, constant_s: float, columns: int) -> Floats:
    """Standard normal noise (knots, columns) that forgets with the time constant, first order."""
    keep = np.exp(-STEP_S / constant_s)
    noise = rng.standard_normal((knots, columns))
    start = noise[:1] * keep
    from scipy.signal import lfilter  # takes a quarter of a second, and most commands need it not

    drawn, _ = lfilter([np.sqrt(1 - keep**2)], [1.0, -keep], noise[1:], axis=0, zi=start)
    return np.concatenate([noise[:1], drawn])


def _spans(
    rng: np.random.Generator, per_second: float, length_s: tuple[float, float], start: float, end: float
) -> Floats:
    """Poisson spans (k, 2) of time, begin and end, of uniform length, between start and end."""
    count = rng.poisson(per_second * max(end - start, 0.0))
    begin = np.sort(rng.uniform(start, max(end, start), count))
    return np.stack([begin, begin + rng.uniform(*length_s, count)], axis=1)


def _inside(times: Floats, spans: Floats) -> Bools:
    """Which times (n,) lie in one of the spans (k, 2) → (n,) bool."""
    inside = np.zeros(len(times), bool)
    for begin, end in spans:
        inside[np.searchsorted(times, begin) : np.searchsorted(times, end)] = True
    return inside


def _named(name: str, count: int) -> np.typing.NDArray[np.object_]:
    return np.full(count, name, dtype=object)


def _flickering(
    noise: Noise, name: str, times: Floats, life: tuple[float, float], rng: np.random.Generator
) -> np.typing.NDArray[np.object_]:
    names = _named(name, len(times))
    share = noise.flicker.get(name, 0.0)
    for begin, end in _spans(rng, share / FLICKER_S, (0.1, 2 * FLICKER_S - 0.1), *life):
        names[(times >= begin) & (times < end)] = str(rng.choice(CONFUSED[name]))
    return names


def _smallness(noise: Noise, xyxy: Floats) -> Floats:
    """0 for boxes of `small_px` height and more, 1 at 8 px."""
    height = xyxy[:, 3] - xyxy[:, 1]
    return np.clip((noise.small_px - height) / (noise.small_px - 8.0), 0.0, 1.0)


def _shaken(noise: Noise, xyxy: Floats, shake: Floats, sink: Floats) -> Floats:
    size = (xyxy[:, 2:] - xyxy[:, :2])[:, [0, 1, 0, 1]]
    moved = xyxy + shake * (noise.jitter * size + noise.jitter_px)
    moved[:, 3] += sink * noise.bottom * size[:, 1]
    return moved


def _copied(xyxy: Floats, shake: Floats) -> Floats:
    """A second box on the same actor: shifted and shrunk by about a tenth."""
    size = (xyxy[:, 2:] - xyxy[:, :2])[:, [0, 1, 0, 1]]
    return xyxy + 0.1 * size * np.tanh(shake[:, ::-1])


def _ghosts(
    noise: Noise, times: Floats, seconds: float, camera: PinholeCamera, rng: np.random.Generator
) -> list[Boxes]:
    """False boxes: most for a moment, a few on one spot for long."""
    ghosts: list[Boxes] = []
    for begin in np.sort(rng.uniform(0.0, seconds, rng.poisson(noise.ghosts_per_min * seconds / 60))):
        first = int(np.searchsorted(times, begin))
        frames = np.arange(first, min(first + int(rng.integers(1, 5)), len(times)))
        ghosts.append(_ghost(frames, camera, rng))
    for begin, end in _spans(rng, noise.sticky_per_hour / 3600, (10.0, 60.0), 0.0, seconds):
        shown = _wander(rng, int((end - begin) / STEP_S) + 2, 0.5, 1)[:, 0] > 0
        frames = np.arange(*np.searchsorted(times, (begin, min(end, seconds))))
        on = shown[((times[frames] - begin) / STEP_S).astype(np.int64)]
        ghosts.append(_ghost(frames[on], camera, rng))
    return ghosts


def _ghost(frames: Ints, camera: PinholeCamera, rng: np.random.Generator) -> Boxes:
    """One false box where something of its class could stand, 10–30 m away."""
    name = str(rng.choice(list(GHOSTS), p=list(GHOSTS.values())))
    y = rng.uniform(9.0, 30.0)
    x = rng.uniform(-0.65, 0.65) * y
    where, turn = np.array([[x, y, 0.0]]), rng.uniform(0.0, 360.0, 1)
    box = camera.boxes(where, turn, BODIES[name])
    scale = rng.uniform(0.7, 1.3)
    middle = (box[:, [0, 1, 0, 1]] + box[:, [2, 3, 2, 3]]) / 2
    box = np.repeat(middle + scale * (box - middle), len(frames), axis=0)
    box += rng.normal(0.0, 1.0, box.shape)
    return Boxes(frames, _named(name, len(frames)), box, rng.uniform(0.1, 0.5, len(frames)))


def _joined(found: list[Boxes], camera: PinholeCamera) -> Boxes:
    """One table; boxes turned inside out by noise are put right, those that left the picture or vanished go."""
    if not found:
        return Boxes(np.empty(0, np.int64), _named("", 0), np.empty((0, 4)), np.empty(0))
    xyxy = np.concatenate([b.xyxy for b in found])
    xyxy = camera.clip(np.concatenate([np.minimum(xyxy[:, :2], xyxy[:, 2:]), np.maximum(xyxy[:, :2], xyxy[:, 2:])], 1))
    kept = np.all(xyxy[:, 2:] - xyxy[:, :2] >= 2.0, axis=1)
    frame, name, confidence = (
        np.concatenate([getattr(b, column) for b in found])[kept] for column in ("frame", "name", "confidence")
    )
    return Boxes(frame, name, xyxy[kept], confidence)
