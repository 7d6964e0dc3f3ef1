"""MOT sequences as ground truth and detections per frame, at their native or a lower frame rate.

Where a sequence has no detections of its own, they are made from the ground truth by a seeded imitation of a
detector: jitter that wanders, misses that last, confidences that follow visibility and size, false boxes that stay for
some frames, second boxes on one object.
"""

from __future__ import annotations

import configparser
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import supervision as sv
from scipy.special import expit, ndtr

from pipeline.types import Floats, Ints

PEDESTRIAN = 1


@dataclass(frozen=True)
class Noise:
    """How badly the imitated detector sees; rates per second, lengths in box heights, durations in seconds."""

    jitter: float = 0.025
    """Standard deviation of every box edge that wanders (correlation time 0.3 s); as much again is white."""
    miss: float = 0.04
    """Share of frames missed of a large, fully visible object."""
    dropouts_per_s: float = 0.04
    """How often an object vanishes for 0.3 to 1 s for no visible reason."""
    false_per_frame: float = 0.4
    """False boxes present in a frame, on average."""
    duplicates: float = 0.02
    """Share of objects with a second box."""


MILD = Noise()
HARSH = Noise(jitter=0.045, miss=0.10, dropouts_per_s=0.1, false_per_frame=1.2, duplicates=0.05)


@dataclass(frozen=True)
class Sequence:
    """One clip: arrays of all rows, `frame` counts from 0 and `times` are seconds per frame."""

    name: str
    fps: float
    times: Floats
    size: tuple[int, int]
    real: bool
    """Are the detections those of a real detector?"""
    truth_frame: Ints
    truth_id: Ints
    truth_xyxy: Floats
    frame: Ints
    xyxy: Floats
    confidence: Floats

    def frames(self) -> Iterator[tuple[float, sv.Detections]]:
        """Yield (time in seconds, detections of class 0) frame by frame, empty frames too."""
        edges = np.searchsorted(self.frame, np.arange(len(self.times) + 1))
        for time, a, b in zip(self.times.tolist(), edges[:-1], edges[1:], strict=True):
            yield (
                time,
                sv.Detections(
                    xyxy=self.xyxy[a:b], confidence=self.confidence[a:b], class_id=np.zeros(b - a, dtype=np.int64)
                ),
            )

    def at(self, fps: float | None) -> Sequence:
        """The same clip sampled at `fps` by picking the nearest frames; itself where that is not fewer."""
        if fps is None or fps >= self.fps:
            return self
        count = int(np.floor((len(self.times) - 1) / self.fps * fps)) + 1
        picked = np.round(np.arange(count) / fps * self.fps).astype(np.int64)
        picked = np.unique(np.minimum(picked, len(self.times) - 1))
        place = np.full(len(self.times), -1)
        place[picked] = np.arange(len(picked))
        truth, seen = place[self.truth_frame] >= 0, place[self.frame] >= 0
        return replace(
            self,
            fps=fps,
            times=self.times[picked],
            truth_frame=place[self.truth_frame[truth]],
            truth_id=self.truth_id[truth],
            truth_xyxy=self.truth_xyxy[truth],
            frame=place[self.frame[seen]],
            xyxy=self.xyxy[seen],
            confidence=self.confidence[seen],
        )


def folder() -> Path:
    """Where the MOT sequences lie."""
    return Path(os.environ.get("MATTHAN_TEST_DATA", "../shared/data")) / "mot"


def load(seed: int = 1, noise: Noise = MILD) -> list[Sequence]:
    """Read every sequence of `folder()`, by name; `seed` and `noise` concern those without detections of their own."""
    return [_sequence(path, seed, noise) for path in sorted(folder().iterdir()) if (path / "gt" / "gt.txt").exists()]


def _sequence(path: Path, seed: int, noise: Noise) -> Sequence:
    ini = configparser.ConfigParser()
    ini.read(path / "seqinfo.ini")
    info = ini["Sequence"]
    fps, length = float(info["frameRate"]), int(info["seqLength"])
    size = (int(info["imWidth"]), int(info["imHeight"]))
    truth = np.loadtxt(path / "gt" / "gt.txt", delimiter=",", ndmin=2)
    keep = truth[:, 6] == 1
    if path.name.startswith("MOT17"):  # MOT15 has no classes; its eighth column is a world coordinate
        keep &= truth[:, 7] == PEDESTRIAN
        visibility = truth[keep, 8]
    else:
        visibility = np.ones(int(keep.sum()))
    truth = truth[keep]
    order = np.argsort(truth[:, 0], kind="stable")
    truth, visibility = truth[order], visibility[order]
    frame, ids, xyxy = truth[:, 0].astype(np.int64) - 1, truth[:, 1].astype(np.int64), _corners(truth[:, 2:6])
    real = (path / "det" / "det.txt").exists()
    if real:
        found = np.loadtxt(path / "det" / "det.txt", delimiter=",", ndmin=2)
        found = found[np.argsort(found[:, 0], kind="stable")]
        seen, boxes, confidence = found[:, 0].astype(np.int64) - 1, _corners(found[:, 2:6]), found[:, 6]
    else:
        rng = np.random.default_rng([seed, *path.name.encode()])
        seen, boxes, confidence = imitate(frame, ids, xyxy, visibility, fps, length, noise, rng)
    return Sequence(
        path.name,
        fps,
        np.arange(length) / fps,
        size,
        real,
        frame,
        ids,
        xyxy,
        seen,
        boxes,
        np.clip(confidence, 0.0, 1.0),
    )


def _corners(xywh: Floats) -> Floats:
    return np.hstack([xywh[:, :2], xywh[:, :2] + xywh[:, 2:]])


def imitate(
    frame: Ints,
    ids: Ints,
    xyxy: Floats,
    visibility: Floats,
    fps: float,
    length: int,
    noise: Noise,
    rng: np.random.Generator,
) -> tuple[Ints, Floats, Floats]:
    """Detections a detector might give for the ground truth: (frame, xyxy, confidence), sorted by frame."""
    rows: list[tuple[Ints, Floats, Floats]] = []
    typical = float(np.median(xyxy[:, 3] - xyxy[:, 1]))
    for track in np.unique(ids):
        mine = np.flatnonzero(ids == track)
        rows.append(_object(frame[mine], xyxy[mine], visibility[mine], fps, typical, noise, rng))
    seen, boxes, confidence = (np.concatenate(part) for part in zip(*rows, strict=True))
    twice = rng.random(len(seen)) < noise.duplicates
    side = np.hypot(*(boxes[twice, 2:] - boxes[twice, :2]).T)[:, None]
    rows = [(seen, boxes, confidence), _false_boxes(boxes, fps, length, noise, rng)]
    shifted = boxes[twice] + rng.normal(0, 0.08, (int(twice.sum()), 4)) * side
    rows.append((seen[twice], shifted, confidence[twice] * rng.uniform(0.3, 0.9, int(twice.sum()))))
    seen, boxes, confidence = (np.concatenate(part) for part in zip(*rows, strict=True))
    keep = (confidence >= 0.1) & (boxes[:, 2] - boxes[:, 0] > 2) & (boxes[:, 3] - boxes[:, 1] > 2)
    order = np.argsort(seen[keep], kind="stable")
    return seen[keep][order], boxes[keep][order], np.minimum(confidence[keep][order], 0.97)


def _wander(steps: Ints, fps: float, tau_s: float, width: int, rng: np.random.Generator) -> Floats:
    """A unit-variance first-order random walk that forgets within `tau_s`, one column per `width`."""
    white = rng.normal(size=(len(steps), width))
    memory = np.exp(-np.diff(steps, prepend=steps[0]) / fps / tau_s)
    for i in range(1, len(steps)):
        white[i] = memory[i] * white[i - 1] + np.sqrt(1 - memory[i] ** 2) * white[i]
    return white


def _object(
    frame: Ints, xyxy: Floats, visibility: Floats, fps: float, typical: float, noise: Noise, rng: np.random.Generator
) -> tuple[Ints, Floats, Floats]:
    """What the detector sees of one object."""
    height = xyxy[:, 3:] - xyxy[:, 1:2]
    hidden, small = 1 - visibility, expit((0.4 * typical - height[:, 0]) / (0.15 * typical))
    mood = _wander(frame, fps, 0.4, 1, rng)[:, 0]
    missed = ndtr(mood) < np.clip(noise.miss + 0.75 * hidden**2 + 0.35 * small, 0, 0.97)
    out = np.flatnonzero(rng.random(len(frame)) < noise.dropouts_per_s / fps)
    for start, seconds in zip(out, rng.uniform(0.3, 1.0, len(out)), strict=True):
        missed[start : start + round(seconds * fps)] = True
    blur = noise.jitter * (1 + 1.5 * hidden[:, None]) * height
    boxes = xyxy + blur * (_wander(frame, fps, 0.3, 4, rng) + rng.normal(size=xyxy.shape))
    confidence = 0.88 - 0.55 * hidden - 0.3 * small + 0.12 * mood + rng.normal(0, 0.06, len(frame))
    return frame[~missed], boxes[~missed], confidence[~missed]


def _false_boxes(
    boxes: Floats, fps: float, length: int, noise: Noise, rng: np.random.Generator
) -> tuple[Ints, Floats, Floats]:
    """Boxes where nothing is: two in three for one frame, the others for 0.5 s on average."""
    mean_frames = 2 / 3 + (1 + 0.5 * fps) / 3
    count = rng.poisson(noise.false_per_frame * length / mean_frames)
    stay = np.where(rng.random(count) < 2 / 3, 1, 1 + rng.exponential(0.5 * fps, count)).astype(np.int64)
    low, high = boxes[:, :2].min(0), boxes[:, 2:].max(0)
    shape = boxes[rng.integers(len(boxes), size=count)]
    size = (shape[:, 2:] - shape[:, :2]) * rng.uniform(0.5, 1.2, (count, 1))
    corner = low + rng.random((count, 2)) * np.maximum(high - low - size, 1)
    start, sure = rng.integers(length, size=count), rng.beta(2, 4, count)
    which = np.repeat(np.arange(count), stay)
    frame = start[which] + np.arange(len(which)) - np.repeat(np.cumsum(stay) - stay, stay)
    placed = np.hstack([corner, corner + size])[which] + rng.normal(0, 0.03, (len(which), 4)) * size[which, 1:]
    inside = frame < length
    return frame[inside], placed[inside], np.clip(sure[which] + rng.normal(0, 0.08, len(which)), 0.02, 0.9)[inside]
