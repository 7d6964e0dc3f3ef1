"""Somebody stays in a place for long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from pydantic import Field

from pipeline.rules import words
from pipeline.rules.ledger import Measures, Place, Wording
from pipeline.rules.presence import Presence
from pipeline.rules.settings import PresenceSettings, Seconds
from pipeline.scene import Scene
from pipeline.types import Event, Gauge, Reading, Reason


class LoiteringSettings(PresenceSettings):
    """Defaults: 60 s, the presence time of PETS 2007; gap 5 s."""

    kind: Literal["loitering"] = "loitering"
    seconds: Seconds = 60.0
    max_displacement_m: float | None = Field(
        None, gt=0, description="Only who moved no farther than this within `seconds`: waiting, not wandering."
    )


def _tell(zone: str, measures: Measures) -> dict[str, str]:
    dwell_s, threshold_s = float(measures["dwell_s"]), float(measures["threshold_s"])
    return {
        "vi": f"Có người lưu lại khu vực “{zone}” {words.number(dwell_s)} giây "
        f"(ngưỡng {words.number(threshold_s)} giây).",
        "en": f"A person has stayed in zone “{zone}” for {dwell_s:.1f} s (threshold {threshold_s:.1f} s).",
    }


_WORDING = Wording("loitering", "alerts", "tns1:RuleEngine/LoiteringDetector/ObjectIsLoitering", _tell)


class Loitering:
    """Fires when a person's presence in the zone reaches `seconds`.

    It cannot see why somebody stays: a stall keeper, a guard and a thief look alike to it. While something nearer
    hides a person the clock waits, up to 30 s. Who is out of sight otherwise for longer than the gap starts anew, and
    so does who turns on his heel before somebody else or at the side of the picture. Whoever may be another whom he
    met, one hidden by the other, counts from when the later of the two came: one who stays among many passers-by may
    be told late. Two people who swap places out of sight one by one may pass for one.
    """

    def __init__(self, place: Place, settings: LoiteringSettings) -> None:
        self._presence = Presence(place, settings, _WORDING)
        self._settings = settings

    def judge(self, scene: Scene) -> Sequence[Event]:
        limit = self._settings.max_displacement_m
        if limit is None:
            return self._presence.judge(scene)
        seconds = self._settings.seconds
        return self._presence.judge(scene, lambda track: scene.displacement_m(track, seconds) <= limit)

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        return self._presence.close(scene, reason)

    def readings(self, scene: Scene) -> Sequence[Reading]:
        limit, seconds = self._settings.max_displacement_m, self._settings.seconds
        found = self._presence.readings(scene)
        if limit is None:
            return found
        moved = [scene.displacement_m(r.tracks[0], seconds) if scene.knows(r.tracks[0]) else 0.0 for r in found]
        return [
            replace(reading, gauges=(*reading.gauges, Gauge("displacement_m", metres, limit, at_least=False)))
            for reading, metres in zip(found, moved, strict=True)
        ]
