"""Two road users come near a collision: a near miss by time to collision, post-encroachment time or braking needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from pipeline.approaches import Limits
from pipeline.encounters import Encounters, encounters
from pipeline.rules import words
from pipeline.rules.ledger import Measures, Moments, Place, Wording
from pipeline.rules.meetings import Meetings, shown, speed_kmh
from pipeline.rules.settings import RuleSettings
from pipeline.scene import Scene
from pipeline.traffic import Passage, as_table
from pipeline.types import Event, Gauge, Reading, Reason, Severity
from pipeline.view import FOUR_WHEELERS, TWO_WHEELERS

_KINDS = {
    "following": "đi theo sau", "merging": "nhập dòng", "crossing": "cắt ngang", "head-on": "đối đầu",
    "pedestrian": "với người đi bộ",
}  # fmt: skip


class ConflictSettings(Limits, RuleSettings):
    """Defaults: serious conflicts of vehicles (Hayward 1972; AASHTO's comfortable braking). With `person` among the
    classes those with people on foot count too."""

    needs: ClassVar[frozenset[str]] = frozenset({"calibration", "traffic"})
    kind: Literal["conflict"] = "conflict"
    classes: tuple[str, ...] = Field((*TWO_WHEELERS, *FOUR_WHEELERS), min_length=1)
    severity: Severity = "notice"


def _tell(zone: str, measures: Measures) -> dict[str, str]:
    kind, one, other = (str(measures[name]) for name in ("encounter", "class_a", "class_b"))
    parts = [
        (f"còn {words.number(value)} giây là va chạm", f"{value:.1f} s from a collision")
        if name == "ttc_s" else
        (f"qua cùng một chỗ cách nhau {words.number(value)} giây", f"{value:.1f} s apart on the same ground")
        if name == "pet_s" else
        (f"phải phanh {words.number(value)} m/s²", f"{value:.1f} m/s² of braking needed")
        for name in ("ttc_s", "pet_s", "drac_mps2") if name in measures for value in [float(measures[name])]
    ]  # fmt: skip
    return {
        "vi": f"Xung đột giao thông ({_KINDS[kind]}) tại khu vực “{zone}”: {words.noun(one).lower()} và "
        f"{words.noun(other).lower()}, {', '.join(vi for vi, _ in parts)}.",
        "en": f"Traffic conflict ({kind}) in zone “{zone}”: {words.a(one).lower()} and {words.a(other).lower()}, "
        f"{', '.join(en for _, en in parts)}.",
    }


_WORDING = Wording("conflict", "traffic", None, _tell)


class Conflict:
    """Fires once for two road users who came so near a collision, at a place in the zone.

    Times to collision and braking count where they last for 0.2 s while the two come closer. It is told when both ways
    are known: 2 s after the later one was last seen, or when he has been in view for 10 s. A road user is as large as
    it looks beside what is usual of its class. The rule cannot see who was hidden behind a bus, nor who is not
    detected; queues, riding abreast and boxes that overlap are no conflicts.
    """

    def __init__(self, place: Place, settings: ConflictSettings) -> None:
        self._place = place
        self._settings = settings
        self._moments = Moments(place.rule, place.rule_sha256, place.zone, settings, _WORDING)
        self._meetings = Meetings(place, settings.classes)
        self._readings: list[Reading] = []

    def judge(self, scene: Scene) -> Sequence[Event]:
        self._readings = []
        events: list[Event] = []
        for passages in self._meetings.new(scene):
            fresh = np.arange(len(passages)) == 0
            sweeps = [passage.sweep for passage in passages]
            found = encounters(as_table(passages), self._settings, fresh=fresh, sweeps=sweeps)
            for row in range(len(found)):
                pair = passages[int(found.track_a[row])], passages[int(found.track_b[row])]
                events += self._judge(scene, found, row, *sorted(pair, key=lambda one: (one.start, one.track)))
        return events

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        return self.judge(scene)

    def readings(self, scene: Scene) -> Sequence[Reading]:
        """How near to a conflict those came whose ways ended just now: by what made it one, or came nearest to it."""
        return self._readings

    def _judge(self, scene: Scene, found: Encounters, row: int, one: Passage, other: Passage) -> list[Event]:
        own = self._settings
        gauges = [
            Gauge("ttc_s", float(found.held_ttc_s[row]), own.ttc_s, at_least=False),
            Gauge("pet_s", float(found.crossing_pet_s[row]), own.pet_s, at_least=False),
            Gauge("drac_mps2", float(found.held_drac_mps2[row]), own.drac_mps2),
        ]
        known = [gauge for gauge in gauges if np.isfinite(gauge.value)]
        nearest = max(known, key=_reached)
        at = float((found.pet_at if nearest.name == "pet_s" else found.min_ttc_at)[row])
        place = (float(found.x_m[row]), float(found.y_m[row]))
        if not self._meetings.holds(scene, at, place, one, other):
            return []
        tracks = (one.track, other.track)
        self._readings.append(Reading((*tracks, at), self._place.zone, tracks, (nearest,)))
        if found.severity[row] != "conflict" or not self._meetings.tell_once(one, other, at):
            return []
        measures = {gauge.name: gauge.value for gauge in known if gauge.met}
        limits = {f"limit_{gauge.name}": gauge.threshold for gauge in gauges}
        told: Measures = {
            **measures, **limits, "encounter": found.kind[row], "angle_deg": float(found.angle_deg[row]),
            "class_a": one.name, "class_b": other.name,
            "speed_a_kmh": speed_kmh(one, at), "speed_b_kmh": speed_kmh(other, at), "x_m": place[0], "y_m": place[1],
        }  # fmt: skip
        if np.isfinite(found.min_gap_m[row]):
            told = {**told, "min_gap_m": float(found.min_gap_m[row])}
        return self._moments.tell(scene, at, (shown(one, at), shown(other, at)), told, place)


def _reached(gauge: Gauge) -> float:
    """How near to its threshold; 1 at it."""
    ratio = gauge.value / gauge.threshold
    return ratio if gauge.at_least else 1 / max(ratio, 1e-9)
