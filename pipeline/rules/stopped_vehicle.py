"""A vehicle stands where traffic flows, and is in no queue."""

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


class StoppedVehicleSettings(RuleSettings):
    """Defaults: i-LIDS' minute."""

    kind: Literal["stopped_vehicle"] = "stopped_vehicle"
    classes: tuple[str, ...] = Field((*TWO_WHEELERS, *FOUR_WHEELERS), min_length=1)
    severity: Severity = "notice"
    seconds: Seconds = 60.0
    gap_s: float | None = Field(2.0, ge=0, description="Gone, or faster, for longer ends it.")
    speed_kmh: float = Field(5.0, gt=0, description="Who is faster has not stopped.")


def _tell(zone: str, measures: Measures) -> dict[str, str]:
    name, stood, limit = str(measures["class"]), float(measures["stood_s"]), float(measures["threshold_s"])
    return {
        "vi": f"{words.noun(name)} dừng tại khu vực “{zone}” {words.number(stood)} giây, không phải do ùn tắc "
        f"(ngưỡng {words.number(limit)} giây).",
        "en": f"{words.a(name)} has stood in zone “{zone}” for {stood:.1f} s, in no queue (threshold {limit:.1f} s).",
    }


_WORDING = Wording("stopped_vehicle", "traffic", None, _tell)


class StoppedVehicle:
    """Fires when a vehicle has stood in the zone for `seconds`, time in a queue not counted; closes when it goes on.

    A queue: three or more that stand near one another, each for less than three minutes. It cannot see why a vehicle
    stands, and one hidden by others for most of the time is missed.
    """

    def __init__(self, place: Place, settings: StoppedVehicleSettings) -> None:
        self._stands = Stands(place, settings, _WORDING, settings.speed_kmh, queues=False)

    def judge(self, scene: Scene) -> Sequence[Event]:
        return self._stands.judge(scene)

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        return self._stands.close(scene, reason)

    def readings(self, scene: Scene) -> Sequence[Reading]:
        return self._stands.readings(scene)
