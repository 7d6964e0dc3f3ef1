"""How events speak to an officer, in Vietnamese and English: conduct that was measured, never what somebody is."""

from __future__ import annotations

CLASSES = {
    "person": "Người",
    "bicycle": "Xe đạp",
    "motorcycle": "Xe máy",
    "car": "Ô tô",
    "bus": "Xe buýt",
    "truck": "Xe tải",
    "dog": "Chó",
    "backpack": "Ba lô",
    "handbag": "Túi xách",
    "suitcase": "Va li",
    "object": "Đồ vật",
    "object_vanished": "Đồ vật",
    "red_signal": "Đèn đỏ",
    "laptop": "Máy tính xách tay",
}
DIRECTIONS = {"forward": "thuận", "backward": "ngược"}


def number(value: float) -> str:
    """A number with the decimal comma.

    >>> number(60.24)
    '60,2'
    """
    return comma(f"{value:.1f}")


def comma(number: str) -> str:
    """A number as Vietnamese writes it, from how English does."""
    return number.replace(".", ",")


def noun(class_name: str) -> str:
    """What a class is called, at the beginning of a sentence; an unknown one keeps the detector's name."""
    return CLASSES.get(class_name, class_name.capitalize())


def a(class_name: str) -> str:
    """An English noun with its article, for the beginning of a sentence.

    >>> a("object"), a("suitcase")
    ('An object', 'A suitcase')
    """
    name = class_name.replace("_", " ")
    return f"{'An' if name[0] in 'aeiou' else 'A'} {name}"
