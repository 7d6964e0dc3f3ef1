"""A vehicle goes against the lawful direction of a zone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from pipeline.rules import words
from pipeline.rules.ledger import Ledger, Measures, Place, Wording
from pipeline.rules.settings import RuleSettings, Seconds
from pipeline.rules.stretch import Stretch, Stretches
from pipeline.scene import Scene
from pipeline.types import Event, Floats, Gauge, Reading, Reason, Severity
from pipeline.view import FOUR_WHEELERS, TWO_WHEELERS

AGAINST_DEG = 120.0
"""Headings that differ by more are against the direction; by less they cross it, or turn."""
MOVING_MPS = 1.0
"""Who is slower has no heading."""


class WrongWaySettings(RuleSettings):
    """Defaults: farther and longer than anybody backs out of a parking space or swerves."""

    needs: ClassVar[frozenset[str]] = frozenset({"direction"})
    kind: Literal["wrong_way"] = "wrong_way"
    classes: tuple[str, ...] = Field((*TWO_WHEELERS, *FOUR_WHEELERS), min_length=1)
    severity: Severity = "notice"
    seconds: Seconds = 1.5
    gap_s: float | None = Field(1.0, ge=0, description="Not going against it for longer resets the clock.")
    distance_m: float = Field(10.0, gt=0, description="So far against the direction, too.")


def _tell(zone: str, measures: Measures) -> dict[str, str]:
    name, distance, lasted = str(measures["class"]), float(measures["distance_m"]), float(measures["lasted_s"])
    return {
        "vi": f"{words.noun(name)} đi ngược chiều tại khu vực “{zone}”: {words.number(distance)} m trong "
        f"{words.number(lasted)} giây.",
        "en": f"{words.a(name)} went against the direction of zone “{zone}” for {distance:.1f} m in {lasted:.1f} s.",
    }


_WORDING = Wording("wrong_way", "traffic", None, _tell)


class WrongWay:
    """Fires when a vehicle goes against the zone's direction for `seconds` and over `distance_m`, both.

    Against: its heading of the last second differs by more than 120°. The distance is that from where it began. It
    cannot tell who is pushed or towed, and it knows nothing of temporary signs. Where the camera is not calibrated,
    headings are those in the picture and metres are told from the usual height of the class.
    """

    def __init__(self, place: Place, settings: WrongWaySettings) -> None:
        self._place = place
        self._settings = settings
        self._ledger = Ledger(place, settings, _WORDING)
        self._stretches = Stretches(settings.gap)
        self._lawful: Floats | None = None

    def judge(self, scene: Scene) -> Sequence[Event]:
        rows = self._against(scene) if self._ledger.awake(scene) else []
        events: list[Event] = []
        if not rows and not self._stretches.open:
            return events
        for stretch in self._stretches.advance(scene, rows):
            events += self._close(scene, stretch, None)
        own = self._settings
        for stretch in self._stretches.open.values():
            distance = self._distance_m(scene, stretch)
            if stretch.last == scene.time and stretch.lasted_s >= own.seconds and distance >= own.distance_m:
                tracks, measures = (scene.box(stretch.track),), self._measures(scene, stretch)
                if stretch in self._ledger.events:
                    events += self._ledger.escalate(scene, stretch, stretch.lasted_s, tracks, measures)
                else:
                    events += self._ledger.open(scene, stretch, stretch.since, stretch.first_box, tracks, measures)
        return events

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        return [event for one in self._stretches.open.values() for event in self._close(scene, one, reason)]

    def readings(self, scene: Scene) -> Sequence[Reading]:
        return [
            Reading((one.since, *one.first_box), self._place.zone, (one.track,), (
                Gauge("lasted_s", one.lasted_s, self._settings.seconds),
                Gauge("distance_m", self._distance_m(scene, one), self._settings.distance_m),
            ))
            for one in self._stretches.open.values()
        ]  # fmt: skip

    def _against(self, scene: Scene) -> list[int]:
        """Rows of those in the zone that go against its direction now."""
        view = scene.view
        mask = scene.of(self._settings.classes)
        if not mask.any():
            return []
        if self._lawful is None:
            self._lawful = self._direction(scene)
        along = view.velocity @ self._lawful
        against = along < view.speed * math.cos(math.radians(AGAINST_DEG))
        return np.flatnonzero(mask & against & (view.speed >= MOVING_MPS) & scene.inside(self._place.shape)).tolist()

    def _direction(self, scene: Scene) -> Floats:
        """The lawful direction on the plane, a unit vector (2,)."""
        arrow = self._place.direction
        if arrow is None:
            raise ValueError(f"zone {self._place.zone}: wrong_way needs its direction")
        ends = scene.paths.on_plane(arrow)
        way = ends[1] - ends[0]
        return np.asarray(way / np.hypot(*way))

    @staticmethod
    def _distance_m(scene: Scene, stretch: Stretch) -> float:
        path = scene.paths.by_id.get(stretch.track)
        metres = 1.0 if path is None else path.metres
        return math.dist(stretch.began, stretch.place) * metres

    def _measures(self, scene: Scene, stretch: Stretch) -> Measures:
        own = self._settings
        return {
            "class": scene.class_name(stretch.track),
            "distance_m": self._distance_m(scene, stretch), "limit_distance_m": own.distance_m,
            "lasted_s": stretch.lasted_s, "threshold_s": own.seconds,
        }  # fmt: skip

    def _close(self, scene: Scene, stretch: Stretch, reason: Reason | None) -> list[Event]:
        if stretch not in self._ledger.events or not scene.knows(stretch.track):
            return self._ledger.close(scene, stretch, stretch.last, reason)
        measures = self._measures(scene, stretch)
        return self._ledger.close(scene, stretch, stretch.last, reason, (scene.box(stretch.track),), measures)
