"""Somebody or something crosses a line; who crosses is counted per class and interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from pipeline import geometry
from pipeline.rules import words
from pipeline.rules.settings import RuleSettings, Seconds
from pipeline.scene import Scene, whole_pixels
from pipeline.types import Event, Floats, Gauge, Measure, Reading, Reason, Severity
from pipeline.view import FOUR_WHEELERS, TWO_WHEELERS

DEAD_BAND = 0.1
"""Share of the box height on either side of the line within which jitter decides nothing."""


class LineCrossingSettings(RuleSettings):
    """Defaults: vehicles, both directions, counts per quarter of an hour (the traffic engineer's)."""

    place: ClassVar[Literal["zone", "line"]] = "line"
    kind: Literal["line_crossing"] = "line_crossing"
    classes: tuple[str, ...] = Field((*TWO_WHEELERS, *FOUR_WHEELERS), min_length=1)
    severity: Severity = "info"
    interval_s: Seconds = Field(900.0, description="Counting intervals, aligned to the hour in UTC.")


@dataclass(frozen=True, slots=True)
class Gate:
    """A rule on a line of one camera; `a` and `b` (2,) in pixels of the source frame."""

    rule: str
    rule_sha256: str
    line: str
    a: Floats
    b: Floats


class LineCrossing:
    """Fires once for each crossing of the line by a track's anchor, and counts them.

    Forward is from the left of a→b to its right, as seen in the image. It cannot see who crosses behind another,
    and a track that is born or lost on the line does not cross it.
    """

    def __init__(self, gate: Gate, settings: LineCrossingSettings) -> None:
        self._gate = gate
        self._settings = settings
        self._last: dict[int, tuple[float, Floats, float]] = {}
        self._crossed_now: set[int] = set()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._since: float | None = None
        self._quiet_until = float("-inf")

    def judge(self, scene: Scene) -> Sequence[Event]:
        events = self._turn_interval(scene)
        hours = self._settings.active_hours
        awake = hours is None or hours.contains(scene.local)
        self._crossed_now = set()
        rows = np.flatnonzero(scene.of(self._settings.classes))
        if not len(rows):
            return events
        offsets = geometry.offset_from_line(self._gate.a, self._gate.b, scene.anchors[rows])
        clear = np.abs(offsets) >= DEAD_BAND * (scene.xyxy[rows, 3] - scene.xyxy[rows, 1])
        for row, offset, decides in zip(rows.tolist(), offsets.tolist(), clear.tolist(), strict=True):
            for time, direction in self._crossings(scene, row, offset, decides):
                self._crossed_now.add(scene.view.tracks[row])
                if awake:
                    events += self._crossed(scene, row, time, direction)
        if len(self._last) > 2 * len(rows) + 64:
            self._last = {track: seen for track, seen in self._last.items() if scene.knows(track)}
        return events

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        return [] if self._since is None else self._counted(scene, scene.time, reason)

    def readings(self, scene: Scene) -> Sequence[Reading]:
        """How far everybody in view is from the line; below 0 in the frame in which he is found to have crossed it."""
        return [
            Reading((track,), self._gate.line, (track,), (Gauge("offset_px", self._short_of(track), 0.0, False),))
            for track in self._last
            if scene.sees(track)
        ]

    def _short_of(self, track: int) -> float:
        offset = abs(self._last[track][2])
        return -offset if track in self._crossed_now else offset

    def _crossings(self, scene: Scene, row: int, offset: float, decides: bool) -> Iterator[tuple[float, str]]:
        """The times at which this track's path crossed the line since the last frame, with the direction.

        `offset` is its distance from the line now; within the dead band it decides nothing.
        """
        track = scene.view.tracks[row]
        for time, box in scene.backlog.get(track, []):
            here = scene.anchor(box)
            before = float(geometry.offset_from_line(self._gate.a, self._gate.b, here[None])[0])
            if abs(before) >= DEAD_BAND * (box[3] - box[1]):
                yield from self._passed(track, time, here, before)
        if decides:
            yield from self._passed(track, scene.time, scene.anchors[row], offset)

    def _passed(self, track: int, time: float, here: Floats, offset: float) -> Iterator[tuple[float, str]]:
        before = self._last.get(track)
        self._last[track] = (time, here, offset)
        if (
            before is not None
            and before[2] * offset <= 0
            and geometry.segments_cross(before[1], here, self._gate.a, self._gate.b)
        ):
            share = before[2] / (before[2] - offset)
            yield before[0] + share * (time - before[0]), "forward" if offset > 0 else "backward"

    def _crossed(self, scene: Scene, row: int, time: float, direction: str) -> list[Event]:
        track = int(scene.ids[row])
        name = scene.class_name(track)
        self._counts[name, direction] += 1
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
        start, counts = self._since or end, self._counts
        self._counts = Counter()
        length = self._settings.interval_s
        self._since = max(end, scene.time // length * length)
        return [
            self._count(name, counts[name, "forward"], counts[name, "backward"], start, end, reason)
            for name in sorted({name for name, _ in counts})
        ]

    def _count(self, name: str, forward: int, backward: int, start: float, end: float, reason: Reason | None) -> Event:
        return Event(
            kind="count",
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
            identity=(name,),
            measures={"class": name, "forward": forward, "backward": backward, "interval_s": end - start},
            summary={
                "vi": f"{words.noun(name)} qua vạch “{self._gate.line}”: {forward} thuận, {backward} ngược.",
                "en": f"{name.capitalize()} over line “{self._gate.line}”: {forward} forward, {backward} backward.",
            },
            onvif_topic="tns1:RuleEngine/CountAggregation/Counter",
            published=self._settings.publish,
        )
