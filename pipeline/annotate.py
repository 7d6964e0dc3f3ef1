"""The annotated video: boxes, paths, zones, how long everybody has been there, and a banner for each event."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import supervision as sv

from pipeline import geometry
from pipeline.config import Camera
from pipeline.dwell import DwellClock
from pipeline.evidence.still import banner, plain
from pipeline.scene import Scene
from pipeline.streams.decode import VideoWriter
from pipeline.types import Event, Frame, Image

WIDEST = 1280
SHOWN_S = 4.0


class Annotator:
    """Draws analysed frames into an MP4, at most 1280 pixels wide, at their own times."""

    def __init__(
        self, path: Path, camera: Camera, size: tuple[int, int], names: tuple[str, ...], rules: Mapping[str, Any]
    ) -> None:
        scale = min(1.0, WIDEST / size[0])
        self._size = (max(2, round(size[0] * scale) // 2 * 2), max(2, round(size[1] * scale) // 2 * 2))
        self._scale = np.array(self._size * 2) / np.array(size * 2)
        self._camera = camera
        self._names = names
        self._writer = VideoWriter(path, self._size, camera.analyse_fps)
        self._begun: float | None = None
        self._events: deque[tuple[float, str]] = deque(maxlen=3)
        self._clocks = [
            DwellClock(geometry.polygon([tuple(p) for p in (np.array(zone.polygon) * size).tolist()]), r.classes, r.gap)
            for zone in camera.zones.values()
            for r in (rules[name] for name in zone.rules)
            if hasattr(r, "gap")
        ]
        self._box = sv.BoxAnnotator(thickness=2, color_lookup=sv.ColorLookup.TRACK)
        self._label = sv.LabelAnnotator(text_scale=0.4, text_padding=3, color_lookup=sv.ColorLookup.TRACK)
        self._trace = sv.TraceAnnotator(
            thickness=2, trace_length=40, position=sv.Position.BOTTOM_CENTER, color_lookup=sv.ColorLookup.TRACK
        )

    def draw(self, frame: Frame, scene: Scene, events: list[Event]) -> None:
        """Add one analysed frame with the state its scene has now."""
        begun = self._begun = frame.time if self._begun is None else self._begun
        image = np.ascontiguousarray(frame.pixels(*self._size))
        self._places(image)
        boxes = sv.Detections(xyxy=scene.xyxy * self._scale, class_id=scene.class_id, tracker_id=scene.ids)
        for clock in self._clocks:
            clock.advance(scene)
        image = self._trace.annotate(image, boxes) if len(boxes) else image
        image = self._box.annotate(image, boxes)
        image = self._label.annotate(image, boxes, [self._title(scene, int(track)) for track in scene.ids])
        self._events.extend((frame.time, plain(event.summary.get("en", ""))) for event in events if _shown(event))
        fresh = [text for time, text in self._events if frame.time - time <= SHOWN_S]
        self._writer.write(frame.time - begun, banner(image, [f"{scene.local:%Y-%m-%d %H:%M:%S}", *fresh]))

    def _title(self, scene: Scene, track: int) -> str:
        stays = [clock.stays[track] for clock in self._clocks if track in clock.stays]
        dwell = f" {max(stay.dwell_s for stay in stays):.0f}s" if stays else ""
        return f"{scene.class_name(track)} #{track}{dwell}"

    def _places(self, image: Image) -> None:
        for zone in self._camera.zones.values():
            cv2.polylines(image, [_pixels(zone.polygon, self._size)], True, (0, 200, 255), 2, cv2.LINE_AA)
        for line in self._camera.lines.values():
            cv2.polylines(image, [_pixels(line.points, self._size)], False, (255, 200, 0), 2, cv2.LINE_AA)

    def close(self) -> None:
        self._writer.close()


def _shown(event: Event) -> bool:
    return event.severity != "info"


def _pixels(points: geometry.Points, size: tuple[int, int]) -> Any:
    return np.round(np.asarray(points) * size).astype(np.int32)
