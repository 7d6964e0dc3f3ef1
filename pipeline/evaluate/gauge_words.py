"""What is measured against which threshold, in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pipeline.rules import words
from pipeline.types import Gauge

Language = Literal["vi", "en"]
LABELS: Mapping[str, tuple[str, str]] = {
    "absent_s": ("vắng mặt", "absence"),
    "alone_s": ("không có người trông", "unattended"),
    "away_m": ("đã đi xa", "distance gone"),
    "away_s": ("người đã đi khỏi", "actor away"),
    "bag_along": ("túi đi cùng xe", "bag along"),
    "contact_m": ("khoảng cách chạm", "contact distance"),
    "distance_m": ("quãng đường", "distance"),
    "displacement_m": ("độ dịch chuyển", "displacement"),
    "dwell_s": ("thời gian có mặt", "presence"),
    "drac_mps2": ("gia tốc phanh cần có", "braking needed"),
    "gain_mps": ("tăng tốc", "speed gained"),
    "gone_s": ("không còn tại chỗ", "gone"),
    "lasted_s": ("kéo dài", "crowded for"),
    "lateral_m": ("lấn ngang", "sideways"),
    "lies_s": ("nằm tại chỗ", "lies there"),
    "moved_m": ("đã bị dời", "moved"),
    "out_of_queue_s": ("dừng ngoài hàng chờ", "stood out of a queue"),
    "offset_px": ("cách vạch", "distance from the line"),
    "owners_among_takers": ("người của đồ vật đi cùng", "owners among the takers"),
    "parked_s": ("thời gian đỗ", "parked"),
    "pet_s": ("cách nhau tại chỗ cắt", "post-encroachment time"),
    "passed_m": ("khoảng cách vượt", "passing distance"),
    "people": ("số người", "people"),
    "red_s": ("đèn đỏ đã", "red for"),
    "speed_kmh": ("tốc độ", "speed"),
    "stood_s": ("đứng yên", "stood still"),
    "together_s": ("cùng có mặt", "together"),
    "ttc_s": ("thời gian đến va chạm", "time to collision"),
    "unseen_s": ("không thấy", "out of sight"),
    "vehicles": ("số xe", "vehicles"),
    "walker_change_mps": ("người đi bộ đổi chuyển động", "walker's change of motion"),
    "with_s": ("có người đi cùng", "somebody with it"),
}
"""Gauge → what it is called; a third party's gauge keeps its own name."""
_UNITS = (("_kmh", "km/h"), ("_mps2", "m/s²"), ("_mps", "m/s"), ("_s", "s"), ("_m", "m"), ("_px", "px"))


def label(name: str, lang: Language) -> str:
    """What an officer calls a gauge, and the name under which a technician finds it.

    >>> label("dwell_s", "en"), label("dwell_s", "vi"), label("their_own", "vi")
    ('presence (dwell_s)', 'thời gian có mặt (dwell_s)', 'their_own')
    """
    return f"{LABELS[name][lang == 'en']} ({name})" if name in LABELS else name


def unit(name: str) -> str:
    """The unit that a gauge's name tells, with a space before it.

    >>> unit("dwell_s"), unit("speed_kmh"), unit("people")
    (' s', ' km/h', '')
    """
    return next((f" {told}" for ending, told in _UNITS if name.endswith(ending)), "")


def value(gauge: Gauge, lang: Language = "en") -> str:
    """A measured value, with as many decimals as show on which side of its threshold it is.

    >>> value(Gauge("dwell_s", 54.0, 60.0)), value(Gauge("dwell_s", 59.96, 60.0), "vi"), value(Gauge("people", 14, 15))
    ('54.0', '59,96', '14')
    """
    if not unit(gauge.name) and float(gauge.value).is_integer():
        return f"{gauge.value:.0f}"
    for decimals in range(1, 6):
        text = f"{gauge.value:.{decimals}f}"
        if Gauge(gauge.name, float(text), gauge.threshold, gauge.at_least).met == gauge.met:
            return spoken(text, lang)
    return spoken(repr(gauge.value), lang)


def condition(gauge: Gauge, lang: Language = "en") -> str:
    """What is asked for.

    >>> condition(Gauge("absent_s", 6.0, 5.0, at_least=False))
    'absence (absent_s) ≤ 5 s'
    """
    limit = spoken(f"{gauge.threshold:g}", lang)
    return f"{label(gauge.name, lang)} {'≥' if gauge.at_least else '≤'} {limit}{unit(gauge.name)}"


def short(gauge: Gauge, lang: Language = "en") -> str:
    """How far it came.

    >>> short(Gauge("dwell_s", 54.0, 60.0)), short(Gauge("absent_s", 6.0, 5.0, at_least=False), "vi")
    ('presence (dwell_s) reached 54.0 of 60 s', 'vắng mặt (absent_s) 6,0 > 5 s')
    """
    name, limit = label(gauge.name, lang), spoken(f"{gauge.threshold:g}", lang)
    if gauge.at_least and not gauge.met:
        reached, of = ("reached", "of") if lang == "en" else ("đạt", "/")
        return f"{name} {reached} {value(gauge, lang)} {of} {limit}{unit(gauge.name)}"
    sign = "≥" if gauge.at_least else "≤" if gauge.met else ">"
    return f"{name} {value(gauge, lang)} {sign} {limit}{unit(gauge.name)}"


def spoken(number: str, lang: Language) -> str:
    """A number as the language writes it: Vietnamese has the decimal comma."""
    return number if lang == "en" else words.comma(number)
