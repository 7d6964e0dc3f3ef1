"""How events speak to an officer, in Vietnamese."""

from __future__ import annotations

CLASSES = {
    "person": "Người",
    "bicycle": "Xe đạp",
    "motorcycle": "Xe máy",
    "car": "Ô tô",
    "bus": "Xe buýt",
    "truck": "Xe tải",
    "dog": "Chó",
}
DIRECTIONS = {"forward": "thuận", "backward": "ngược"}


def number(value: float) -> str:
    """A number with the decimal comma.

    >>> number(60.24)
    '60,2'
    """
    return f"{value:.1f}".replace(".", ",")


def noun(class_name: str) -> str:
    """What a class is called, at the beginning of a sentence; an unknown one keeps the detector's name."""
    return CLASSES.get(class_name, class_name.capitalize())
