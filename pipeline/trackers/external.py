"""Any motion-only tracker of the `trackers` package behind our interface."""

from __future__ import annotations

import inspect
from typing import Any, Literal

import numpy as np
import supervision as sv
from pydantic import BaseModel, Field

from pipeline.errors import ConfigError
from pipeline.types import TENTATIVE

CLASSES = {
    "sort": "SORTTracker",
    "bytetrack": "ByteTrackTracker",
    "ocsort": "OCSORTTracker",
    "cbiou": "CBIoUTracker",
    "botsort": "BoTSORTTracker",
}
_ROW = "row"


class ExternalSettings(BaseModel, extra="forbid", frozen=True):
    """Which tracker, and what its constructor takes; its own defaults hold."""

    name: Literal["sort", "bytetrack", "ocsort", "cbiou", "botsort"] = Field(
        default="cbiou", description="BoT-SORT runs without camera motion: our cameras stand still"
    )
    options: dict[str, Any] = Field(
        default_factory=dict, description="arguments of the tracker, as `lost_track_buffer`; `frame_rate` among them"
    )


class External:
    """One tracker of the `trackers` package, driven by media time; it knows no classes."""

    def __init__(self, settings: ExternalSettings | None = None, names: tuple[str, ...] = ()) -> None:
        """`names` is there to be like every tracker, and is not used.

        Raises:
            ConfigError: the package is not installed, or the tracker does not take an option or its value.
        """
        self.settings = settings = settings or ExternalSettings()
        self._tracker = _make(settings)
        self._time = -np.inf

    def update(self, time: float, detections: sv.Detections) -> sv.Detections:
        """The same rows with `tracker_id` (1, 2, 3…; -1 = none, or not confirmed yet).

        Raises:
            ValueError: `time` (seconds) is not later than the time before.
        """
        if not time > self._time:
            raise ValueError(f"time must increase from call to call: got {time} s after {self._time} s")
        self._time = time
        count = len(detections)
        # The tracker may leave rows out and change their order: each carries its place.
        given = sv.Detections(
            xyxy=np.array(detections.xyxy, np.float64),
            confidence=None if detections.confidence is None else detections.confidence.copy(),
            data={_ROW: np.arange(count)},
        )
        tracked = self._tracker.update(given, timestamp=time)
        ids = np.full(count, -1, np.int64)
        if len(tracked):
            # Theirs count from 0.
            ids[tracked.data[_ROW]] = np.where(tracked.tracker_id >= 0, tracked.tracker_id + 1, -1)
        return sv.Detections(
            xyxy=detections.xyxy,
            confidence=detections.confidence,
            class_id=detections.class_id,
            tracker_id=ids,
            mask=detections.mask,
            data={**detections.data, TENTATIVE: np.zeros(count, bool)},
            metadata=detections.metadata,
        )


def _make(settings: ExternalSettings) -> Any:
    try:
        import trackers
    except ImportError as exc:
        raise ConfigError("tracker kind external needs a package: pip install 'matthan[trackers]'") from exc
    chosen = getattr(trackers, CLASSES[settings.name])
    options = dict(settings.options)
    if settings.name == "botsort":
        options["enable_cmc"] = False
    unknown = sorted(set(options) - set(inspect.signature(chosen).parameters))
    if unknown:
        raise ConfigError(f"tracker {settings.name} of the `trackers` package takes no option {', '.join(unknown)}")
    try:
        return chosen(**options)
    except (TypeError, ValueError) as exc:
        raise ConfigError(f"tracker {settings.name} of the `trackers` package: {exc}") from exc
