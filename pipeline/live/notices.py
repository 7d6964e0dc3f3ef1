"""What a technician must know of a camera, as events on the ward's health topic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.health import HealthSettings
from pipeline.types import Event, Measure, Reason, Severity, milliseconds
from pipeline.wire import digest

RULE = "camera-health"
ONVIF = {
    "camera_offline": "tns1:VideoSource/SignalLoss",
    "blocked": "tns1:VideoSource/GlobalSceneChange/ImagingService",
    "moved": "tns1:VideoSource/GlobalSceneChange/ImagingService",
    "dark": "tns1:VideoSource/ImageTooDark/ImagingService",
    "bright": "tns1:VideoSource/ImageTooBright/ImagingService",
    "defocused": "tns1:VideoSource/ImageTooBlurry/ImagingService",
}
WORDS = {
    "camera_offline": ("Mất hình camera", "No pictures from the camera"),
    "blocked": ("Camera bị che", "The camera is covered"),
    "defocused": ("Hình camera bị nhòe", "The camera's picture is blurred"),
    "moved": ("Camera bị xoay lệch", "The camera was moved"),
    "dark": ("Hình camera tối đen", "The camera's picture is black"),
    "bright": ("Hình camera bị lóa", "The camera is blinded"),
    "frozen": ("Hình camera bị đứng", "The camera's picture stands still"),
    "low_rate": ("Camera gửi quá ít hình", "The camera sends too few pictures"),
    "clock_wrong": ("Đồng hồ camera sai giờ", "The camera's clock is wrong"),
    "stream_restarted": ("Luồng hình camera bắt đầu lại", "The camera's stream began anew"),
    "overloaded": ("Máy không xử lý kịp hình", "The box cannot take all pictures"),
}
"""Vietnamese and English, by kind, or by problem where the camera was tampered with."""


class Notices:
    """The open and closed troubles of one camera. Pure: told the time, it returns events."""

    def __init__(self, settings: HealthSettings) -> None:
        self._sha256 = digest(settings.model_dump(mode="json"))
        self._open: dict[str, Event] = {}

    @property
    def open(self) -> tuple[str, ...]:
        return tuple(self._open)

    def set(
        self, trouble: str, holds: bool, since: float, time: float, measures: Mapping[str, Measure] | None = None
    ) -> list[Event]:
        """`trouble` holds, or does not, at `time`; `since` is when it began. Tells what changed."""
        if holds and trouble not in self._open:
            self._open[trouble] = event = self._event(trouble, "notice", since, time, measures or {})
            return [event]
        if not holds and trouble in self._open:
            return [self._closed(trouble, time, None)]
        return []

    def restarted(self, why: str, gap_s: float, time: float) -> list[Event]:
        """The stream began anew at `time`, after so long without pictures."""
        event = self._event("stream_restarted", "info", time - gap_s, time, {"cause": why, "gap_s": gap_s})
        return [replace(event, phase="closed", ended_at=time)]

    def close(self, time: float, reason: Reason) -> list[Event]:
        """The camera is not watched any more."""
        return [self._closed(trouble, time, reason) for trouble in tuple(self._open)]

    def _closed(self, trouble: str, time: float, reason: Reason | None) -> Event:
        event = self._open.pop(trouble)
        lasted = {**event.measures, "lasted_s": time - event.started_at}
        return replace(event, phase="closed", time=time, ended_at=time, reason=reason, revision=1, measures=lasted)

    def _event(
        self, trouble: str, severity: Severity, since: float, time: float, measures: Mapping[str, Measure]
    ) -> Event:
        vi, en = WORDS[trouble]
        kind = trouble if trouble in NOT_TAMPERED else "camera_tampered"
        return Event(
            kind=kind, topic="health", rule=RULE, rule_sha256=self._sha256, severity=severity, phase="opened",
            zone=None, started_at=since, time=time, identity=(trouble, milliseconds(since)),
            measures={**({"problem": trouble} if kind == "camera_tampered" else {}), **measures},
            summary={"vi": f"{vi}.", "en": f"{en}."}, onvif_topic=ONVIF.get(trouble),
        )  # fmt: skip


NOT_TAMPERED = ("camera_offline", "low_rate", "clock_wrong", "stream_restarted", "overloaded")
"""Troubles that are kinds of their own; all others are problems of a `camera_tampered`."""
