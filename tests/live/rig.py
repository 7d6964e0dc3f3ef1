"""A ward in a thread of the test, a detector that needs no model, and footage made for it."""

from __future__ import annotations

import copy
import os
import threading
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import supervision as sv

from pipeline import build, config
from pipeline.live.post import Post
from pipeline.live.reload import Changes
from pipeline.live.ward import Ward
from pipeline.sinks.outbox import Outbox
from pipeline.types import empty
from pipeline.wire import CloudEvent, decode

SIDE = 40
PERIOD_S = 0.2
BUSY = 5 if os.environ.get("MATTHAN_CI") else 1
"""Where other tests run beside this one, the machine itself holds everybody up for a moment."""


class Spots:
    """Calls everything that is nearly white a person; `delay_s` is how long it takes over a frame."""

    names = ("person",)
    precision = "none"

    def __init__(self, delay_s: float = 0.0) -> None:
        self.delay_s = delay_s
        self.calls = 0

    def detect(self, frames):
        for frame in frames:
            if frame is not None:
                self.calls += 1
                time.sleep(self.delay_s)
                yield frame, spots(frame.pixels(*frame.size))

    def close(self) -> None:
        pass


def spots(image: np.ndarray) -> sv.Detections:
    white = (image.min(axis=2) > 225).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(white)
    boxes = [(x, y, x + w, y + h) for x, y, w, h, area in stats[1:].tolist() if area > 400]
    if not boxes:
        return empty()
    return sv.Detections(
        np.array(boxes, float), confidence=np.full(len(boxes), 0.9), class_id=np.zeros(len(boxes), int)
    )


def street(size: tuple[int, int], seed: int = 1) -> np.ndarray:
    """A grey picture with some structure, none of it white."""
    noise = np.random.default_rng(seed).integers(40, 190, (size[1] // 20 + 1, size[0] // 20 + 1), np.uint8)
    grey = cv2.resize(noise, size, interpolation=cv2.INTER_LINEAR)
    return np.repeat(grey[:, :, None], 3, axis=2)


def to_and_fro(time: float) -> int:
    return int(time * 40) % 280


def walk(
    path: Path,
    seconds: float,
    codec: str = "libx264",
    size: tuple[int, int] = (320, 240),
    where: Callable[[float], int | None] = to_and_fro,
    fps: int = 25,
) -> Path:
    """A white square walks through a street; `where` is its left edge at a time, None where it is not there."""
    ground = street(size)
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=fps)
        stream.width, stream.height = size
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.options = {
            "g": str(fps),
            "bf": "0",
            "preset": "ultrafast",
            "x265-params": "log-level=none:bframes=0",
        }
        for i in range(round(seconds * fps)):
            image = ground.copy()
            x = where(i / fps)
            if x is not None:
                image[80 : 80 + SIDE, x : x + SIDE] = 250
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.pts, frame.time_base = i, Fraction(1, fps)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def city(cameras: list[dict[str, Any]], **sections: Any) -> dict[str, Any]:
    """A city file with a loitering rule on the whole picture of every camera."""
    everywhere = {"all": {"polygon": [[0, 0], [1, 0], [1, 1], [0, 1]], "rules": ["stay"]}}
    return {
        "city": "test-city", "wards": {"w": {}}, "rules": {"stay": {"kind": "loitering", "seconds": 3, "gap_s": 1}},
        "cameras": [{"ward": "w", "zones": copy.deepcopy(everywhere), **camera} for camera in cameras], **sections,
    }  # fmt: skip


class Rig:
    """A running ward. `path` is its city file, if it is to be changed."""

    def __init__(self, raw: dict[str, Any], out: Path, detector: Any = None, path: Path | None = None) -> None:
        out.mkdir(parents=True, exist_ok=True)
        self.out = out
        self.detector = detector or Spots()
        settings = config.load(path) if path else config.check(raw)
        provenance = build.provenance(settings, "live", "spots", None, [str(time.time())])
        self.ward = Ward(settings, self.detector, provenance, out, Changes(path or out / "none.yaml"))
        self.failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self.until(lambda: len(self.ward.posts) == len(settings.cameras), 10, "the beginning")

    def _run(self) -> None:
        try:
            self.ward.run()
        except BaseException as exc:
            self.failed = exc

    def post(self, camera: str) -> Post:
        return self.ward.posts[camera]

    def looked(self, camera: str) -> int:
        """How often the camera's lane was shown something."""
        post = self.ward.posts.get(camera)
        return 0 if post is None else post.counts["analysed"] + post.counts["same"]

    def until(self, holds: Callable[[], bool], seconds: float, what: str = "it") -> float:
        """Wait until something holds, and return how long that took."""
        begun = time.monotonic()
        while not holds():
            assert self.failed is None, self.failed
            assert time.monotonic() - begun < seconds, f"{what} did not happen within {seconds} s"
            time.sleep(0.05)
        return time.monotonic() - begun

    def seen(self, camera: str, seconds: float = 15.0) -> float:
        """Wait until two more frames of the camera were looked at; how long that took."""
        before = self.looked(camera)
        return self.until(lambda: self.looked(camera) >= before + 2, seconds, f"a look at {camera}")

    def meter(self, name: str, **labels: str) -> float:
        return self.ward.meters.registry.get_sample_value(name, labels) or 0.0

    def events(self, camera: str | None = None, kind: str | None = None) -> list[CloudEvent]:
        with Outbox(self.out / "outbox.sqlite") as outbox:
            told = [decode(message.body) for message in outbox.messages()]
        return [e for e in told if camera in (None, e.data.camera) and kind in (None, e.data.kind)]

    def stop(self) -> float:
        """Stop gracefully; how long that took."""
        begun = time.monotonic()
        self.ward.stop()
        self._thread.join(15)
        assert not self._thread.is_alive(), "the ward did not stop"
        return time.monotonic() - begun


class Watch:
    """Notes the longest time a camera was not looked at, and how often it was a second, while other things happen."""

    def __init__(self, rig: Rig, camera: str) -> None:
        self._rig, self._camera = rig, camera
        self._end = threading.Event()
        self.longest_s = self.latency_s = self.rate = 0.0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        first = count = self._rig.looked(self._camera)
        begun = since = time.monotonic()
        while not self._end.wait(0.01):
            now = self._rig.looked(self._camera)
            self.longest_s = max(self.longest_s, time.monotonic() - since)
            self.latency_s = max(self.latency_s, self._rig.post(self._camera).latency_s)
            if now != count:
                count, since = now, time.monotonic()
        self.rate = (count - first) / (time.monotonic() - begun)


def running(*args: Any, **kwargs: Any) -> Iterator[Rig]:
    """For a fixture: a rig that is stopped in any case."""
    rig = Rig(*args, **kwargs)
    try:
        yield rig
    finally:
        rig.stop()
