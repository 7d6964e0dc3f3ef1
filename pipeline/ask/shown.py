"""Stills and clips of what was asked for, cut when somebody wants them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from pipeline.archive.timeline import Part
from pipeline.ask.questions import Stay
from pipeline.ask.views import Run
from pipeline.config import City
from pipeline.errors import InputError
from pipeline.evidence import still
from pipeline.streams.cut import cut
from pipeline.streams.decode import black_out
from pipeline.streams.pick import pick

AROUND_S = 5.0
"""A clip shows so much before and after."""


def stills(run: Run, city: City, stays: Iterable[Stay], folder: Path) -> list[str]:
    """Write a picture of each, with everybody else blurred; says which could not be had, and why."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = []
    for stay in stays:
        try:
            part = _part(run, stay, stay.middle)
            picture = pick(part.footage.path, stay.middle - part.footage.start)
        except InputError as exc:
            missing.append(f"{name(stay)}: {exc}")
            continue
        image = black_out(picture.pixels(*part.footage.size), city.camera(stay.camera).privacy_masks)
        image = still.blur(image, _others(run, stay))
        corners = np.round(np.array(stay.box)).astype(int).tolist()
        cv2.rectangle(image, (corners[0], corners[1]), (corners[2], corners[3]), (0, 0, 255), 2)
        cv2.imwrite(str(folder / f"{name(stay)}.jpg"), image)
    return missing


def clips(run: Run, stays: Iterable[Stay], folder: Path) -> list[str]:
    """Write a clip of each by copying packets, as far as its file goes; nobody is blurred in it. Which are missing."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = []
    for stay in stays:
        try:
            part = _part(run, stay, stay.begun)
            begin = max(0.0, stay.begun - part.footage.start - AROUND_S)
            cut(part.footage.path, begin, stay.ended - part.footage.start + AROUND_S, folder / f"{name(stay)}.mp4")
        except InputError as exc:
            missing.append(f"{name(stay)}: {exc}")
    return missing


def name(stay: Stay) -> str:
    """For its files."""
    return f"{stay.camera}-{stay.begun:.0f}-{stay.class_name}-{stay.recording}-{stay.track}"


def _part(run: Run, stay: Stay, time: float) -> Part:
    """The file that shows it at `time`. Raises `InputError` where none does."""
    part = run.part(stay.camera, time)
    if part is None:
        raise InputError(f"no file shows {stay.camera} then")
    return part


def _others(run: Run, stay: Stay) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Boxes (n, 4) of the other people in view then, or just before."""
    table = run.ask(
        """SELECT x1, y1, x2, y2 FROM tracks WHERE camera = ? AND recording = ? AND class = 'person' AND track <> ?
           AND time BETWEEN ? AND ?""",
        [stay.camera, stay.recording, stay.track, stay.middle - 1.2, stay.middle + 0.2],
    )
    return np.stack([table.column(c).to_numpy() for c in ("x1", "y1", "x2", "y2")], axis=1).reshape(-1, 4)
