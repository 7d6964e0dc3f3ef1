"""What a running ward counts, for Prometheus."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from pipeline.health import Problem
from pipeline.types import Event

if TYPE_CHECKING:
    from pipeline.live.post import Post
    from pipeline.live.ward import Ward

LATENCIES = (0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
PROBLEMS: tuple[Problem, ...] = ("blocked", "defocused", "moved", "dark", "bright", "frozen")
COUNTED = ("packets", "bytes", "pictures", "sampled", "sent", "damaged", "skipped")


class Meters:
    """A registry of its own, so that two wards in one process (a test) do not mix."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        camera = ["camera"]
        read = {name: Counter(f"matthan_camera_{name}", text, camera, registry=registry) for name, text in (
            ("packets", "Packets received"), ("bytes", "Bytes received"), ("pictures", "Pictures decoded"),
            ("sampled", "Pictures looked at by the gate"), ("sent", "Pictures that the gate let through"),
            ("damaged", "Packets and pictures that could not be decoded truly"),
            ("skipped", "Pictures left out until a key frame"),
        )}  # fmt: skip
        self._read = read
        self._told: dict[str, dict[str, int]] = {}
        self._analysed = Counter("matthan_camera_analysed", "Frames analysed", camera, registry=registry)
        self._latency = Histogram(
            "matthan_latency_seconds", "From capture to stored", registry=registry, buckets=LATENCIES
        )
        self._restarts = Counter("matthan_camera_restarts", "Stream epochs after the first", camera, registry=registry)
        self._failures = Counter("matthan_camera_failures", "Failed connections", camera, registry=registry)
        self._killed = Counter("matthan_camera_readers_lost", "Readers that hung or crashed", camera, registry=registry)
        self._problem = Gauge("matthan_camera_problem", "1 while it holds", ["camera", "problem"], registry=registry)
        self._events = Counter("matthan_events", "Events by kind and phase", ["kind", "phase"], registry=registry)
        self.clips = Counter("matthan_clips", "Clips written", camera, registry=registry)
        self.clips_missing = Counter("matthan_clips_missing", "Evidence that is missing", camera, registry=registry)
        self._open = Gauge("matthan_camera_open", "1 while the camera sends pictures", camera, registry=registry)
        self._lag = Gauge("matthan_camera_lag_seconds", "How far the stream is behind", camera, registry=registry)
        self._offset = Gauge("matthan_camera_clock_offset_seconds", "Camera clock less ours", camera, registry=registry)
        self._dropped = Gauge("matthan_camera_dropped", "Frames replaced by newer ones", camera, registry=registry)
        self.lost = Counter("matthan_events_lost", "Events for which there was no room anywhere", registry=registry)
        self._memory = Gauge("matthan_alerts_in_memory", "Alerts that wait for room on the disk", registry=registry)

    def beat(self, post: Post, said: dict[str, Any]) -> None:
        """A reader's sign of life; its counts begin anew with each reader."""
        name, counts = post.camera.id, said["counts"]
        told = self._told.get(name, {})
        for what in COUNTED:
            more = counts[what] - told.get(what, 0)
            self._read[what].labels(name).inc(more if more >= 0 else counts[what])
        self._told[name] = dict(counts)
        if "lag_s" in said:
            self._lag.labels(name).set(said["lag_s"])
        if said.get("offset_s") is not None:
            self._offset.labels(name).set(said["offset_s"])

    def analysed(self, camera: str, latency_s: float) -> None:
        self._analysed.labels(camera).inc()
        self._latency.observe(latency_s)

    def restarted(self, camera: str) -> None:
        self._restarts.labels(camera).inc()

    def failed(self, camera: str, ended: bool) -> None:
        (self._killed if ended else self._failures).labels(camera).inc()

    def problems(self, camera: str, problems: Iterable[str]) -> None:
        for problem in PROBLEMS:
            self._problem.labels(camera, problem).set(problem in problems)

    def event(self, event: Event) -> None:
        self._events.labels(event.kind, event.phase).inc()

    def forget(self, camera: str) -> None:
        """The camera was taken out."""
        self._told.pop(camera, None)
        for one in (*self._read.values(), self._analysed, self._restarts, self._failures, self._killed, self.clips,
                    self.clips_missing, self._open, self._lag, self._offset, self._dropped):  # fmt: skip
            with contextlib.suppress(KeyError):
                one.remove(camera)
        for problem in PROBLEMS:
            with contextlib.suppress(KeyError):
                self._problem.remove(camera, problem)

    def tended(self, ward: Ward) -> None:
        for name, post in ward.posts.items():
            self._open.labels(name).set(post.state == "open")
            self._dropped.labels(name).set(post.dropped)
        self._memory.set(ward.waiting_in_memory)
