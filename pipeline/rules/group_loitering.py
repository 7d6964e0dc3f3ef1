"""Several people stay in a place together for long."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from operator import attrgetter
from typing import Literal

from pydantic import Field

from pipeline.dwell import Stay
from pipeline.rules import words
from pipeline.rules.ledger import Ledger, Measures, Place, Wording
from pipeline.rules.settings import PresenceSettings, Seconds
from pipeline.scene import Scene
from pipeline.types import Event, Gauge, Reading, Reason, TrackBox


class GroupLoiteringSettings(PresenceSettings):
    """Defaults: three people, the smallest gathering that is no couple; 60 s as for one (PETS 2007)."""

    kind: Literal["group_loitering"] = "group_loitering"
    seconds: Seconds = 60.0
    count: int = Field(3, ge=2, description="So many people, the same ones.")


def _tell(zone: str, measures: Measures) -> dict[str, str]:
    people, together = measures["people"], float(measures["together_s"])
    limit = float(measures["threshold_s"])
    return {
        "vi": f"Nhóm {people} người cùng lưu lại khu vực “{zone}” {words.number(together)} giây "
        f"(ngưỡng {words.number(limit)} giây).",
        "en": f"{people} people have stayed in zone “{zone}” together for {together:.1f} s (threshold {limit:.1f} s).",
    }


_WORDING = Wording("group_loitering", "alerts", "tns1:RuleEngine/LoiteringDetector/ObjectIsLoitering", _tell)
_GROUP = "group"
_SINCE = attrgetter("since")


class GroupLoitering:
    """Fires when `count` people have all been in the zone at once for `seconds`: the same ones, not ever new ones.

    It measures how long the longest-staying `count` people have overlapped. It cannot tell friends from strangers
    who wait at the same stop, and people who hide one another all the time are counted as fewer.
    """

    def __init__(self, place: Place, settings: GroupLoiteringSettings) -> None:
        self._place = place
        self._settings = settings
        self._clock = place.clock(settings)
        self._ledger = Ledger(place, settings, _WORDING)

    def judge(self, scene: Scene) -> Sequence[Event]:
        self._clock.advance(scene, self._ledger.awake(scene))
        if len(self._clock.stays) < self._settings.count and not self._ledger.events:
            return []
        members, since, until = self._together()
        if not members:
            return self._ledger.close(scene, _GROUP, self._last)
        self._last, lasted = until, until - since
        if _GROUP in self._ledger.events:
            return self._ledger.escalate(scene, _GROUP, lasted, *self._told(scene, members, lasted))
        if lasted < self._settings.seconds:
            return []
        box = members[0].first_box
        return self._ledger.open(scene, _GROUP, since, box, *self._told(scene, members, lasted))

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        return self._ledger.close(scene, _GROUP, self._last if self._ledger.events else scene.time, reason)

    def readings(self, scene: Scene) -> Sequence[Reading]:
        members, since, until = self._together()
        gauges = (
            Gauge("people", len(self._clock.stays), self._settings.count),
            Gauge("together_s", max(until - since, 0.0), self._settings.seconds),
        )
        tracks = tuple(stay.track for stay in members or self._clock.stays.values())
        return [Reading((_GROUP,), self._place.zone, tracks, gauges)] if tracks else []

    _last = 0.0

    def _together(self) -> tuple[list[Stay], float, float]:
        """The `count` people who were together for longest, since when all were there, and until when all were seen."""
        latest: list[tuple[float, int, Stay]] = []
        best: list[tuple[float, int, Stay]] = []
        since = until = 0.0
        for i, stay in enumerate(sorted(self._clock.stays.values(), key=_SINCE)):
            newest = (stay.last, i, stay)
            heapq.heappush(latest, newest)
            gone = heapq.heappop(latest) if len(latest) > self._settings.count else None
            if len(latest) < self._settings.count or gone is newest:
                continue
            if not best or latest[0][0] - stay.since > until - since:
                best, since, until = list(latest), stay.since, latest[0][0]
        return [stay for _, _, stay in sorted(best)], since, until

    def _told(self, scene: Scene, members: list[Stay], lasted_s: float) -> tuple[Sequence[TrackBox], Measures]:
        tracks = tuple(scene.box(stay.track) for stay in members if scene.knows(stay.track))
        people = len(self._clock.stays)
        return tracks, {
            "people": people, "count": self._settings.count, "together_s": lasted_s,
            "threshold_s": self._settings.seconds,
        }  # fmt: skip
