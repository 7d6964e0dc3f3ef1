"""A place fills with people."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from pipeline.dwell import Stay
from pipeline.rules import words
from pipeline.rules.ledger import Ledger, Measures, Place, Wording
from pipeline.rules.settings import PresenceSettings, Seconds
from pipeline.scene import Scene
from pipeline.types import Event, Gauge, Reading, Reason, TrackBox

SHOWN = 20
"""An event shows at most so many boxes."""


class CrowdingSettings(PresenceSettings):
    """Defaults: 15 people for 10 s, to be set by the size of the place."""

    kind: Literal["crowding"] = "crowding"
    seconds: Seconds = 10.0
    count: int = Field(15, ge=2, description="So many people at once, whoever they are.")


def _tell(zone: str, measures: Measures) -> dict[str, str]:
    people, count, lasted = measures["people"], measures["count"], float(measures["lasted_s"])
    return {
        "vi": f"Đông người tại khu vực “{zone}”: {people} người (ngưỡng {count}) trong {words.number(lasted)} giây.",
        "en": f"{people} people in zone “{zone}” (threshold {count}) for {lasted:.1f} s.",
    }


_WORDING = Wording("crowding", "alerts", "tns1:RuleEngine/CountAggregation/Counter", _tell)
_CROWD = "crowd"


class Crowding:
    """Fires when at least `count` people are in the zone for `seconds`, whoever they are; dips ≤ `gap_s` are forgiven.

    It cannot count whom it cannot tell apart: in a dense crowd seen from low down, people hide one another.
    """

    def __init__(self, place: Place, settings: CrowdingSettings) -> None:
        self._place = place
        self._settings = settings
        self._clock = place.clock(settings)
        self._ledger = Ledger(place, settings, _WORDING)
        self._ended: deque[Stay] = deque()
        self._span = (0.0, 0.0)
        self._full_at = float("-inf")
        """When so many were last there, those missed for a moment among them: keeps an open event open."""

    def judge(self, scene: Scene) -> Sequence[Event]:
        self._ended.extend(self._clock.advance(scene, self._ledger.awake(scene)))
        horizon = scene.time - self._settings.seconds - 2 * self._settings.gap
        while self._ended and self._ended[0].last < horizon:
            self._ended.popleft()
        if len(self._clock.stays) < self._settings.count and not self._ledger.events:
            return []
        since, until = self._crowded(scene.time)
        if _CROWD in self._ledger.events:
            since = min(since, self._ledger.events[_CROWD].started_at)
            if len(self._clock.stays) >= self._settings.count:
                self._full_at = scene.time
            if scene.time - max(until, self._full_at) > self._settings.gap:
                return self._ledger.close(scene, _CROWD, max(until, self._span[1]))
            self._span = (since, max(until, self._span[1]))
            return self._ledger.escalate(scene, _CROWD, until - since, *self._told(scene, until - since))
        if until - since < self._settings.seconds:
            return []
        self._span = (since, until)
        first = min(self._clock.stays.values(), key=lambda stay: stay.since)
        return self._ledger.open(scene, _CROWD, since, first.first_box, *self._told(scene, until - since))

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        return self._ledger.close(scene, _CROWD, self._span[1], reason)

    def readings(self, scene: Scene) -> Sequence[Reading]:
        since, until = self._crowded(scene.time)
        people = sum(stay.present for stay in self._clock.stays.values())
        gauges = (
            Gauge("people", people, self._settings.count),
            Gauge("lasted_s", max(until - since, 0.0), self._settings.seconds),
        )
        return [Reading((_CROWD,), self._place.zone, (), gauges)]

    def _crowded(self, now: float) -> tuple[float, float]:
        """The latest span in which `count` people were there, seen ones only; (now, -inf) when there was none."""
        stays = [*self._ended, *self._clock.stays.values()]
        moments = sorted([(stay.since, False) for stay in stays] + [(stay.last, True) for stay in stays])
        here, start, span = 0, 0.0, (now, float("-inf"))
        for time, leaves in moments:
            if leaves:
                if here == self._settings.count:
                    span = (start, time)
                here -= 1
            else:
                here += 1
                if here == self._settings.count:
                    start = span[0] if time - span[1] <= self._settings.gap else time
        return span

    def _told(self, scene: Scene, lasted_s: float) -> tuple[Sequence[TrackBox], Measures]:
        stays = [stay for stay in self._clock.stays.values() if stay.present]
        tracks = tuple(scene.box(stay.track) for stay in stays[:SHOWN])
        return tracks, {
            "people": len(stays), "count": self._settings.count, "lasted_s": lasted_s,
            "threshold_s": self._settings.seconds,
        }  # fmt: skip
