"""Somebody is in a place where, at this hour, nobody should be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pipeline.rules import words
from pipeline.rules.ledger import Measures, Place, Wording
from pipeline.rules.presence import Presence
from pipeline.rules.settings import PresenceSettings, Seconds
from pipeline.scene import Scene
from pipeline.types import Event, Reading, Reason


class IntrusionSettings(PresenceSettings):
    """Defaults: 2 s, long enough to pass over a single false box; `active_hours` are the forbidden hours."""

    kind: Literal["intrusion"] = "intrusion"
    seconds: Seconds = 2.0


def _tell(zone: str, measures: Measures) -> dict[str, str]:
    dwell_s = float(measures["dwell_s"])
    return {
        "vi": f"Có người vào khu vực cấm “{zone}” trong giờ cấm ({words.number(dwell_s)} giây).",
        "en": f"A person is in the closed zone “{zone}” during its closed hours ({dwell_s:.1f} s).",
    }


_WORDING = Wording("intrusion", "alerts", "tns1:RuleEngine/FieldDetector/ObjectsInside", _tell)


class Intrusion:
    """Fires when presence in the zone during `active_hours` reaches `seconds`.

    It cannot tell an owner from a stranger, and it sees only people whose feet are in the picture or at its edge.
    """

    def __init__(self, place: Place, settings: IntrusionSettings) -> None:
        self._presence = Presence(place, settings, _WORDING)

    def judge(self, scene: Scene) -> Sequence[Event]:
        return self._presence.judge(scene)

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        return self._presence.close(scene, reason)

    def readings(self, scene: Scene) -> Sequence[Reading]:
        return self._presence.readings(scene)
