"""A vehicle crosses a line while the signal that holds there shows red."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from pipeline.rules import words
from pipeline.rules.crossings import Crossings, Gate
from pipeline.rules.settings import RuleSettings
from pipeline.scene import Scene, whole_pixels
from pipeline.types import Event, Gauge, Measure, Reading, Reason, Severity
from pipeline.view import FOUR_WHEELERS, TWO_WHEELERS

RED_SIGNAL = ("red_signal",)
"""What `detectors.with_signals` calls a signal that shows red."""
FLICKER_S = 0.5
"""Red that was not seen for less has shown all the time: lamps of LEDs flicker, and trucks pass before them."""


class RedLightSettings(RuleSettings):
    """Defaults: vehicles, half a second after red came, so that who could not stop is not named."""

    place: ClassVar[Literal["zone", "line"]] = "line"
    needs: ClassVar[frozenset[str]] = frozenset({"signal"})
    kind: Literal["red_light"] = "red_light"
    classes: tuple[str, ...] = Field((*TWO_WHEELERS, *FOUR_WHEELERS), min_length=1)
    severity: Severity = "notice"
    grace_s: float = Field(0.5, ge=0, description="It must have been red for so long.")
    direction: Literal["forward", "backward", "both"] = Field("both", description="Which way over the line counts.")


class RedLight:
    """Fires once for each crossing of the line while its signal zone has shown red for `grace_s`.

    It cannot see an arrow that lets some turn, a policeman who waves them on, or an ambulance; whoever hides the signal
    from the camera hides the red, too.
    """

    def __init__(self, gate: Gate, settings: RedLightSettings) -> None:
        self._gate = gate
        self._settings = settings
        self._crossings = Crossings(gate)
        self._since: float | None = None
        self._seen = float("-inf")
        self._quiet_until = float("-inf")

    def judge(self, scene: Scene) -> Sequence[Event]:
        self._look(scene)
        hours, own = self._settings.active_hours, self._settings
        events: list[Event] = []
        for row, time, direction in self._crossings.of(scene, own.classes):
            awake = hours is None or hours.contains(scene.local)
            if awake and own.direction in (direction, "both") and self._red_s(time) >= own.grace_s:
                events += self._tell(scene, row, time, direction)
        return events

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        return []

    def readings(self, scene: Scene) -> Sequence[Reading]:
        """How long it has been red, and how far everybody is from the line."""
        red_s = max(self._red_s(scene.time), 0.0)
        return [
            Reading((track,), self._gate.line, (track,), (
                Gauge("red_s", red_s, self._settings.grace_s), Gauge("offset_px", offset, 0.0, False),
            ))
            for track, offset in self._crossings.short_of(scene)
        ]  # fmt: skip

    def _look(self, scene: Scene) -> None:
        """Does the signal show red?"""
        signal = self._gate.signal
        rows = np.flatnonzero(scene.of(RED_SIGNAL))
        if signal is not None and len(rows):
            low, high = signal.min(axis=0), signal.max(axis=0)
            middle = (scene.xyxy[rows, :2] + scene.xyxy[rows, 2:]) / 2
            if ((middle >= low) & (middle <= high)).all(axis=1).any():
                if self._since is None:
                    self._since = scene.time
                self._seen = scene.time
        if scene.time - self._seen > FLICKER_S:
            self._since = None

    def _red_s(self, time: float) -> float:
        """For how long it had been red at that time; below 0 where it was not."""
        return float("-inf") if self._since is None else time - self._since

    def _tell(self, scene: Scene, row: int, time: float, direction: str) -> list[Event]:
        if scene.time < self._quiet_until:
            return []
        self._quiet_until = scene.time + self._settings.cooldown_s
        track, red_s = int(scene.ids[row]), self._red_s(time)
        name = scene.class_name(track)
        measures: dict[str, Measure] = {
            "red_s": red_s, "grace_s": self._settings.grace_s, "direction": direction, "class": name,
            "calibrated": scene.calibrated,
        }  # fmt: skip
        if (speed := scene.speed_mps(track)) is not None:
            measures["speed_kmh"] = speed * 3.6
        return [
            Event(
                kind="red_light",
                topic="traffic",
                rule=self._gate.rule,
                rule_sha256=self._gate.rule_sha256,
                severity=self._settings.severity,
                phase="closed",
                zone=self._gate.line,
                started_at=time,
                time=scene.time,
                ended_at=time,
                identity=whole_pixels(scene.xyxy[row]),
                tracks=(scene.box(track),),
                measures=measures,
                summary={
                    "vi": f"{words.noun(name)} qua vạch “{self._gate.line}” khi đèn đã đỏ {words.number(red_s)} giây.",
                    "en": f"{words.a(name)} crossed line “{self._gate.line}” when its signal had been red for "
                    f"{red_s:.1f} s.",
                },
                published=self._settings.publish,
            )
        ]
