"""A vehicle is parked where that is forbidden."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from pipeline.rules import words
from pipeline.rules.ledger import Measures, Place, Wording
from pipeline.rules.settings import RuleSettings, Seconds
from pipeline.rules.standing import Stands
from pipeline.scene import Scene
from pipeline.types import Event, Reading, Reason, Severity
from pipeline.view import FOUR_WHEELERS, TWO_WHEELERS

STANDS_KMH = 5.0
"""Who is slower stands."""


class NoParkingSettings(RuleSettings):
    """Defaults: five minutes, longer than loading a passenger takes; any vehicle."""

    kind: Literal["no_parking"] = "no_parking"
    classes: tuple[str, ...] = Field((*TWO_WHEELERS, *FOUR_WHEELERS), min_length=1)
    severity: Severity = "notice"
    seconds: Seconds = 300.0
    gap_s: float | None = Field(2.0, ge=0, description="Gone for longer ends it.")


def _tell(zone: str, measures: Measures) -> dict[str, str]:
    name, stood, limit = str(measures["class"]), float(measures["stood_s"]), float(measures["threshold_s"])
    return {
        "vi": f"{words.noun(name)} đỗ tại khu vực cấm đỗ “{zone}” {words.number(stood)} giây "
        f"(ngưỡng {words.number(limit)} giây).",
        "en": f"{words.a(name)} has been parked in zone “{zone}”, where that is forbidden, for {stood:.1f} s "
        f"(threshold {limit:.1f} s).",
    }


_WORDING = Wording("no_parking", "traffic", None, _tell)


class NoParking:
    """Fires when a vehicle has stood in the zone for `seconds`, in a queue or not; closes when it leaves.

    It cannot see whether somebody sits in it, nor whose it is; one hidden by others for most of the time is missed.
    """

    def __init__(self, place: Place, settings: NoParkingSettings) -> None:
        self._stands = Stands(place, settings, _WORDING, STANDS_KMH, queues=True)

    def judge(self, scene: Scene) -> Sequence[Event]:
        return self._stands.judge(scene)

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        return self._stands.close(scene, reason)

    def readings(self, scene: Scene) -> Sequence[Reading]:
        return self._stands.readings(scene)
