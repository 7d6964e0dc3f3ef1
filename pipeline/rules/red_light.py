"""A vehicle crosses a line while the signal that holds there shows red."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from pipeline.rules import words
from pipeline.rules.crossings import Crossings, Gate
from pipeline.rules.ledger import Measures, Moments, Wording
from pipeline.rules.settings import RuleSettings
from pipeline.scene import Scene
from pipeline.types import Event, Gauge, Measure, Reading, Reason, Severity
from pipeline.view import FOUR_WHEELERS, RED_SIGNAL, TWO_WHEELERS

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


def _tell(line: str, measures: Measures) -> dict[str, str]:
    name, red_s = str(measures["class"]), float(measures["red_s"])
    return {
        "vi": f"{words.noun(name)} qua vạch “{line}” khi đèn đã đỏ {words.number(red_s)} giây.",
        "en": f"{words.a(name)} crossed line “{line}” when its signal had been red for {red_s:.1f} s.",
    }


_WORDING = Wording("red_light", "traffic", None, _tell)


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
        self._moments = Moments(gate.rule, gate.rule_sha256, gate.line, settings, _WORDING)

    def judge(self, scene: Scene) -> Sequence[Event]:
        self._look(scene)
        own = self._settings
        events: list[Event] = []
        for row, time, direction in self._crossings.of(scene, own.classes):
            if own.direction in (direction, "both") and self._red_s(time) >= own.grace_s:
                events += self._crossed(scene, row, time, direction)
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
        rows = np.flatnonzero(scene.of((RED_SIGNAL,)))
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

    def _crossed(self, scene: Scene, row: int, time: float, direction: str) -> list[Event]:
        track = int(scene.ids[row])
        measures: dict[str, Measure] = {
            "red_s": self._red_s(time), "grace_s": self._settings.grace_s, "direction": direction,
            "class": scene.class_name(track), "calibrated": scene.calibrated,
        }  # fmt: skip
        if (speed := scene.speed_mps(track)) is not None:
            measures["speed_kmh"] = speed * 3.6
        return self._moments.tell(scene, time, (scene.box(track),), measures, reached=scene.time)
