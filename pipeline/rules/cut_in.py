"""A vehicle moves sideways into the path of one that follows it, too close before it ("tạt đầu")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from pipeline.approaches import LISTED_S, held
from pipeline.conflicts import Bodies, time_to_collision
from pipeline.rules import words
from pipeline.rules.ledger import Measures, Moments, Place, Wording
from pipeline.rules.meetings import Meetings, shown, speed_kmh
from pipeline.rules.settings import RuleSettings
from pipeline.scene import Scene
from pipeline.traffic import Passage
from pipeline.types import Bools, Event, Floats, Gauge, Ints, Reading, Reason, Severity
from pipeline.view import FOUR_WHEELERS, TWO_WHEELERS

BEFORE_S, AFTER_S = 3.0, 2.0
"""A cut begins no longer before the vehicle is in the other's path; what comes later than that is following."""
SAME_WAY_DEG = 60.0
"""Headings farther apart cross or meet; the other does not follow."""
LEAST_MPS = 2.0
"""Who follows more slowly has no need to brake."""


class CutInSettings(RuleSettings):
    """Defaults: a serious conflict (Hayward 1972) after a metre sideways, more than anybody wobbles."""

    needs: ClassVar[frozenset[str]] = frozenset({"calibration", "traffic"})
    kind: Literal["cut_in"] = "cut_in"
    classes: tuple[str, ...] = Field((*TWO_WHEELERS, *FOUR_WHEELERS), min_length=1)
    severity: Severity = "notice"
    ttc_s: float = Field(1.5, gt=0, le=LISTED_S, description="Time to collision of the follower, at most.")
    lateral_m: float = Field(1.0, gt=0, description="So far the other moves sideways into his path.")


def _tell(zone: str, measures: Measures) -> dict[str, str]:
    who, whom = str(measures["class_a"]), str(measures["class_b"])
    ttc, aside = float(measures["ttc_s"]), float(measures["lateral_m"])
    return {
        "vi": f"{words.noun(who)} tạt đầu {words.noun(whom).lower()} tại khu vực “{zone}”: lấn ngang "
        f"{words.number(aside)} m, còn {words.number(ttc)} giây là va chạm.",
        "en": f"{words.a(who)} cut in before {words.a(whom).lower()} in zone “{zone}”: {aside:.1f} m sideways, "
        f"{ttc:.1f} s from a collision.",
    }


_WORDING = Wording("cut_in", "traffic", None, _tell)


class CutIn:
    """Fires once when a vehicle that was beside another's path is in it, before him, and he would hit it in `ttc_s`.

    It came there by its own motion of `lateral_m` across the follower's heading within 3 s; both go the same way,
    within 60°. The time to collision is the least of the 2 s from then on. Told when both ways are known, as a
    conflict is. It cannot see signals given, nor whether the follower gave way on purpose.
    """

    def __init__(self, place: Place, settings: CutInSettings) -> None:
        self._place = place
        self._settings = settings
        self._moments = Moments(place.rule, place.rule_sha256, place.zone, settings, _WORDING)
        self._meetings = Meetings(place, settings.classes)
        self._readings: list[Reading] = []

    def judge(self, scene: Scene) -> Sequence[Event]:
        self._readings = []
        events: list[Event] = []
        for new, *others in self._meetings.new(scene):
            for other in others:
                events += self._judge(scene, new, other)
                events += self._judge(scene, other, new)
        return events

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        return self.judge(scene)

    def readings(self, scene: Scene) -> Sequence[Reading]:
        """Of those whose ways ended just now: who came into whose path, how far sideways, how close."""
        return self._readings

    def _judge(self, scene: Scene, cutter: Passage, follower: Passage) -> list[Event]:
        time, a, f = np.intersect1d(cutter.motion.time, follower.motion.time, return_indices=True)
        if len(time) < 3:
            return []
        own, before, after = self._settings, cutter.bodies[a], follower.bodies[f]
        for entry in np.flatnonzero(_enters(before, after)).tolist():
            aside = _aside(time, before, after, entry)
            soon = np.flatnonzero((time >= time[entry]) & (time <= time[entry] + AFTER_S))
            ttc = held(np.zeros((len(soon), 2), np.int64), time[soon], time_to_collision(before[soon], after[soon]))
            worst = int(ttc.argmin())
            at = float(time[soon[worst]])
            gauges = (Gauge("lateral_m", aside, own.lateral_m), Gauge("ttc_s", float(ttc[worst]), own.ttc_s, False))
            tracks = (cutter.track, follower.track)
            self._readings.append(Reading((*tracks, float(time[entry])), self._place.zone, tracks, gauges))
            place = (float(before.x[soon[worst]]), float(before.y[soon[worst]]))
            fires = all(gauge.met for gauge in gauges) and self._meetings.holds(scene, at, place, cutter, follower)
            if fires and self._meetings.tell_once(cutter, follower, at):
                told: Measures = {
                    "ttc_s": float(ttc[worst]), "limit_ttc_s": own.ttc_s, "lateral_m": aside,
                    "limit_lateral_m": own.lateral_m, "class_a": cutter.name, "class_b": follower.name,
                    "speed_a_kmh": speed_kmh(cutter, at), "speed_b_kmh": speed_kmh(follower, at),
                }  # fmt: skip
                return self._moments.tell(scene, at, (shown(cutter, at), shown(follower, at)), told, place)
        return []


def _enters(cutter: Bodies, follower: Bodies) -> Bools:
    """At which instants the first is before the second in its path, and was beside it at the one before, (n,)."""
    cos, sin = np.cos(follower.heading), np.sin(follower.heading)
    dx, dy = cutter.x - follower.x, cutter.y - follower.y
    ahead, across = dx * cos + dy * sin, dy * cos - dx * sin
    turned = cutter.heading - follower.heading
    half = (np.abs(np.cos(turned)) * cutter.width + np.abs(np.sin(turned)) * cutter.length + follower.width) / 2
    within = np.abs(across) < half
    same = np.cos(turned) >= np.cos(np.radians(SAME_WAY_DEG))
    fast = follower.speed >= LEAST_MPS
    now = within & same & fast & (ahead > 0)
    return np.asarray(np.append(False, now[1:] & ~within[:-1]), bool)


def _aside(time: Floats, cutter: Bodies, follower: Bodies, entry: int) -> float:
    """How far the cutter itself has moved towards the follower's path, within `BEFORE_S` or until it is in the middle
    of it, metres."""
    cos, sin = np.cos(follower.heading[entry]), np.sin(follower.heading[entry])
    own = cutter.y * cos - cutter.x * sin
    path = follower.y[entry] * cos - follower.x[entry] * sin
    side = np.sign(own[entry] - path) or 1.0
    span: Ints = np.flatnonzero((time >= time[entry] - BEFORE_S) & (time <= time[entry] + AFTER_S))
    until = span[span >= entry]
    return float((own[span[span <= entry]] * side).max() - (own[until] * side).min())
