"""A parked two-wheeler leaves with somebody else than it came with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from pydantic import Field

from pipeline.rules import words
from pipeline.rules.ledger import Measures, Place, Wording
from pipeline.rules.settings import RuleSettings, Seconds
from pipeline.rules.taking import Taking
from pipeline.scene import Scene
from pipeline.thing import Thing
from pipeline.types import Event, Gauge, Reading, Reason
from pipeline.view import TWO_WHEELERS

LEFT_M = 3.0
"""Moved farther than this, a two-wheeler has left, and was not only put aside."""


class VehicleTakenSettings(RuleSettings):
    """Defaults: parked for a minute, so that a change of drivers at the kerb is no event."""

    kind: Literal["vehicle_taken"] = "vehicle_taken"
    classes: tuple[str, ...] = Field(TWO_WHEELERS, min_length=1)
    parked_s: Seconds = Field(60.0, description="Parked for at least so long by a rider who was seen to park it.")


def _tell(zone: str, measures: Measures) -> dict[str, str]:
    parked, limit, name = float(measures["stood_s"]), float(measures["parked_s"]), str(measures["class"])
    seen = bool(measures["owner_in_view"])
    return {
        "vi": f"{words.noun(name)} đỗ {words.number(parked)} giây (ngưỡng {words.number(limit)} giây) tại khu vực "
        f"“{zone}” rời đi cùng người không phải người đã đỗ xe hay người đi cùng"
        f"{'; người đỗ xe vẫn ở trong khung hình' if seen else ''}.",
        "en": f"{words.a(name)} parked for {parked:.1f} s (threshold {limit:.1f} s) in zone “{zone}” left with "
        f"somebody who neither parked it nor came along{'; who parked it is still in view' if seen else ''}.",
    }


_WORDING = Wording("vehicle_taken", "alerts", None, _tell)


class VehicleTaken:
    """Fires when a two-wheeler parked for `parked_s` by a rider in view leaves, ridden or wheeled, without him.

    Whoever came with him, a pillion too, or comes into view where he went out of view, may take it; so may whoever
    walked or stood with him for 4 s (for half of that one may hide the other; who walks up to 2.5 m behind him and as
    fast counts, too, the less the farther), and whomever the tracker may have mixed up with him where one hid the
    other: such takers are missed. Where more than 24 may be one of its people, as in a busy street after some minutes,
    it may be anybody's, and nothing is told of it; nor for 2 s after its rider was where he would sit as it left, nor
    where one like it still stands in its place. Where a taker has just met one of its people, it is told once it shows
    who is who, some 4 s later at most.

    It has left once it is 3 m away; where it is lost as it leaves, whoever was at it and is gone, too, left with it. It
    cannot see a face: a rider who goes out of view on one side and returns from another, be it that he walked through
    the picture in between, looks like somebody else, and a friend sent for the vehicle looks like a stranger.
    """

    def __init__(self, place: Place, settings: VehicleTakenSettings) -> None:
        self._settings = settings
        self._taking = Taking(place, settings, _WORDING, LEFT_M, {"parked_s": settings.parked_s})

    def judge(self, scene: Scene) -> Sequence[Event]:
        return self._taking.judge(scene, self._was_parked)

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        return self._taking.close(scene, reason)

    def readings(self, scene: Scene) -> Sequence[Reading]:
        parked_s = {thing.id: (thing.left_at or thing.seen) - thing.since for thing in scene.things.all}
        limit = self._settings.parked_s
        return [
            replace(r, gauges=(Gauge("parked_s", parked_s.get(int(r.subject[0]), 0.0), limit), *r.gauges))
            for r in self._taking.readings(scene)
        ]  # fmt: skip

    def _was_parked(self, thing: Thing) -> bool:
        stood = (thing.left_at or thing.seen) - thing.since
        return thing.ridden and not thing.fixture and stood >= self._settings.parked_s
