"""Which stretches of a recording may show something: by its key frames, and by the size of what lies between them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import av
import av.error
import cv2
import numpy as np
import numpy.typing as npt

from pipeline.errors import InputError
from pipeline.streams.decode import Picture
from pipeline.types import Bools, Floats

CELLS = 80
"""Along the longer side of a picture."""
CONTRAST = 10.0
"""Least change of a cell's brightness, of 255 …"""
CHANGED = 2
"""… in so many cells, from one key frame to the next."""
LARGER = 2.5
"""Packets between two key frames are so much larger than in the calmest tenth where something moves, unless the camera
sends at a constant rate, whatever it shows."""
CALM_PART = 0.1


def lively(path: Path) -> Bools:
    """For every key frame whether anything may happen between it and the next, or in the stretches beside that.

    Decodes key frames alone, some percent of the work. What comes and goes between two key frames, and is so small that
    it makes no packet larger, is not seen. Raises `InputError` where the file cannot be read.
    """
    sizes: list[list[int]] = []
    shots: list[npt.NDArray[np.float32]] = []
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 1
            stream.codec_context.skip_frame = "NONKEY"
            for packet in container.demux(stream):
                if packet.is_keyframe and packet.size:
                    sizes.append([])
                elif sizes and packet.size:
                    sizes[-1].append(packet.size)
                if packet.is_keyframe or not packet.size:
                    shots += [_small(Picture(frame, None)) for frame in packet.decode()]
    except (av.error.FFmpegError, OSError, IndexError) as exc:
        raise InputError(f"{path}: cannot be skimmed: {getattr(exc, 'strerror', None) or exc}") from exc
    if len(shots) != len(sizes):
        return np.ones(len(sizes), bool)  # damaged, or not what is meant by key frames: nothing is left out
    found = _changed(shots) | _large(np.array([float(np.mean(own)) if own else 0.0 for own in sizes]))
    return np.asarray(np.convolve(found, np.ones(3), "same") > 0, np.bool_)


def _small(picture: Picture) -> npt.NDArray[np.float32]:
    luma = picture.luma()
    scale = CELLS / max(luma.shape)
    size = (max(1, round(luma.shape[1] * scale)), max(1, round(luma.shape[0] * scale)))
    return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.float32)


def _changed(shots: list[npt.NDArray[np.float32]]) -> Bools:
    """For every key frame whether the next one shows something else; another brightness of all is nothing else."""
    found = np.zeros(len(shots), bool)
    for i, (one, other) in enumerate(pairwise(shots)):
        relit = one * ((float(np.median(other)) + 1) / (float(np.median(one)) + 1))
        found[i] = one.shape != other.shape or np.count_nonzero(cv2.absdiff(relit, other) > CONTRAST) >= CHANGED
    return found


def _large(sizes: Floats) -> Bools:
    """Where packets are larger than in the calmest part of the file."""
    inside = sizes[sizes > 0]
    if not len(inside):
        return np.ones(len(sizes), bool)  # key frames alone: they tell nothing of what lies between
    return np.asarray(sizes > LARGER * np.quantile(inside, CALM_PART), np.bool_)
