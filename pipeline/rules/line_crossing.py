"""Somebody or something crosses a line; who crosses is counted per class and interval, and by where he came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from pipeline.rules import words
from pipeline.rules.crossings import Crossings, Gate
from pipeline.rules.settings import RuleSettings, Seconds
from pipeline.scene import Scene, whole_pixels
from pipeline.types import Event, Gauge, Measure, Reading, Reason, Severity
from pipeline.view import FOUR_WHEELERS, TWO_WHEELERS

SAME_S = 3.0
"""A two-wheeler that crosses so soon after its rider, or he after it, crosses with him."""


class LineCrossingSettings(RuleSettings):
    """Defaults: vehicles, both directions, counts per quarter of an hour (the traffic engineer's)."""

    place: ClassVar[Literal["zone", "line"]] = "line"
    kind: Literal["line_crossing"] = "line_crossing"
    classes: tuple[str, ...] = Field((*TWO_WHEELERS, *FOUR_WHEELERS), min_length=1)
    severity: Severity = "info"
    interval_s: Seconds = Field(900.0, description="Counting intervals, aligned to the hour in UTC.")


class LineCrossing:
    """Fires once for each crossing of the line by a track's anchor, and counts them; a rider counts as his two-wheeler,
    once he was seen on it for 0.4 s.

    Forward is from the left of a→b to its right, as seen in the image. It cannot see who crosses behind another,
    and a track that is born or lost on the line does not cross it.

    Movements are counted too: over which of the camera's lines with this rule whoever crosses this one came before;
    over the same one, he turned round. With one line only who turns round makes one.
    """

    def __init__(self, gate: Gate, settings: LineCrossingSettings) -> None:
        self._gate = gate
        self._settings = settings
        self._crossings = Crossings(gate)
        self._counts: Counter[tuple[str, str]] = Counter()
        self._moved: Counter[tuple[str, str]] = Counter()
        """By class and the line before."""
        self._told: dict[int, tuple[float, int]] = {}
        """When each crossed, and whose track showed it: its own, or that of its rider."""
        self._since: float | None = None
        self._quiet_until = float("-inf")

    def judge(self, scene: Scene) -> Sequence[Event]:
        events = self._turn_interval(scene)
        hours = self._settings.active_hours
        awake = hours is None or hours.contains(scene.local)
        for row, time, direction in self._crossings.of(scene, self._settings.classes):
            user = self._user(scene, int(scene.ids[row])) if awake else None
            if user is not None:
                events += self._crossed(scene, row, user, time, direction)
        return events

    def _user(self, scene: Scene, track: int) -> int | None:
        """Whose crossing this is: that of the two-wheeler it rides, where that is counted, else its own.

        None where another track crosses in its stead: the two-wheeler itself, while it is seen, or who did just now.
        """
        vehicle, user = scene.riders.of.get(track, track), track
        if vehicle != track and scene.knows(vehicle) and scene.class_name(vehicle) in self._settings.classes:
            if scene.sees(vehicle):
                return None
            user = vehicle
        told, teller = self._told.get(user, (float("-inf"), track))
        if teller != track and scene.time - told <= SAME_S:
            return None
        self._told[user] = (scene.time, track)
        return user

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        return [] if self._since is None else self._counted(scene, scene.time, reason)

    def readings(self, scene: Scene) -> Sequence[Reading]:
        """How far everybody in view is from the line; below 0 in the frame in which he is found to have crossed it."""
        return [
            Reading((track,), self._gate.line, (track,), (Gauge("offset_px", offset, 0.0, False),))
            for track, offset in self._crossings.short_of(scene)
        ]

    def _crossed(self, scene: Scene, row: int, user: int, time: float, direction: str) -> list[Event]:
        track, name = int(scene.ids[row]), scene.class_name(user)
        self._counts[name, direction] += 1
        came_over = self._gate.came_over
        if user in came_over:
            self._moved[name, came_over[user]] += 1
        came_over[user] = self._gate.line
        if scene.time < self._quiet_until:
            return []
        self._quiet_until = scene.time + self._settings.cooldown_s
        measures: dict[str, Measure] = {"direction": direction, "calibrated": scene.calibrated}
        speed = scene.speed_mps(track)
        if speed is not None:
            measures["speed_kmh"] = speed * 3.6
        return [
            Event(
                kind="line_crossing",
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
                    "vi": f"{words.noun(name)} qua vạch “{self._gate.line}”, chiều {words.DIRECTIONS[direction]}.",
                    "en": f"A {name} crossed line “{self._gate.line}” {direction}.",
                },
                onvif_topic="tns1:RuleEngine/LineDetector/Crossed",
                published=self._settings.publish,
            )
        ]

    def _turn_interval(self, scene: Scene) -> list[Event]:
        if self._since is None:
            self._since = scene.time
        end = (self._since // self._settings.interval_s + 1) * self._settings.interval_s
        return self._counted(scene, end, None) if scene.time >= end else []

    def _counted(self, scene: Scene, end: float, reason: Reason | None) -> list[Event]:
        start, counts, moved = self._since or end, self._counts, self._moved
        self._counts, self._moved = Counter(), Counter()
        length = self._settings.interval_s
        self._since = max(end, scene.time // length * length)
        for track in [track for track in self._gate.came_over if not scene.knows(track)]:
            del self._gate.came_over[track]
        self._told = {track: told for track, told in self._told.items() if scene.knows(track)}
        found = [
            self._count(name, counts[name, "forward"], counts[name, "backward"], start, end, reason)
            for name in sorted({name for name, _ in counts})
        ]
        return found + [self._movement(*way, number, start, end, reason) for way, number in sorted(moved.items())]

    def _count(self, name: str, forward: int, backward: int, start: float, end: float, reason: Reason | None) -> Event:
        measures: dict[str, Measure] = {
            "class": name, "forward": forward, "backward": backward, "interval_s": end - start,
        }  # fmt: skip
        return self._interval("count", (name,), measures, start, end, reason, {
            "vi": f"{words.noun(name)} qua vạch “{self._gate.line}”: {forward} thuận, {backward} ngược.",
            "en": f"{name.capitalize()} over line “{self._gate.line}”: {forward} forward, {backward} backward.",
        })  # fmt: skip

    def _movement(
        self, name: str, before: str, number: int, start: float, end: float, reason: Reason | None
    ) -> Event:  # fmt: skip
        line = self._gate.line
        measures: dict[str, Measure] = {
            "class": name, "from": before, "road_users": number, "interval_s": end - start,
        }  # fmt: skip
        return self._interval("movement", (name, before), measures, start, end, reason, {
            "vi": f"{words.noun(name)} từ vạch “{before}” sang vạch “{line}”: {number}.",
            "en": f"{name.capitalize()} from line “{before}” to line “{line}”: {number}.",
        })  # fmt: skip

    def _interval(
        self, kind: str, identity: tuple[str, ...], measures: dict[str, Measure], start: float, end: float,
        reason: Reason | None, summary: dict[str, str],
    ) -> Event:  # fmt: skip
        return Event(
            kind=kind,
            topic="traffic",
            rule=self._gate.rule,
            rule_sha256=self._gate.rule_sha256,
            severity="info",
            phase="closed",
            zone=self._gate.line,
            started_at=start,
            time=end,
            ended_at=end,
            reason=reason,
            identity=identity,
            measures=measures,
            summary=summary,
            onvif_topic="tns1:RuleEngine/CountAggregation/Counter",
            published=self._settings.publish,
        )
