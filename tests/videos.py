"""Videos made by the tests themselves."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np


def picture(i: int, size: tuple[int, int] = (320, 240)) -> np.ndarray:
    """A grey picture with a white block that moves 4 pixels a frame."""
    image = np.full((size[1], size[0], 3), 90, np.uint8)
    x = (i * 4) % (size[0] - 40)
    image[80:160, x : x + 40] = 255
    return image


def make(path: Path, frames: int = 50, fps: int = 10, stamps: list[int] | None = None, **options: str) -> Path:
    """Write a video; `stamps` are the times of its frames in milliseconds, else they come at `fps`."""
    codec = options.pop("codec", "libx264")
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream(codec, rate=fps)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        if codec == "libx264":
            stream.options = {"g": "10", "preset": "ultrafast"}
        for i in range(frames):
            frame = av.VideoFrame.from_ndarray(picture(i), format="rgb24")
            frame.pts = stamps[i] if stamps else i * 1000 // fps
            frame.time_base = Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def make_audio(path: Path) -> Path:
    """A second of silence, and no picture."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 8000, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def rotate(path: Path) -> Path:
    """Mark an MP4 as to be shown turned by 90° clockwise, in its track header's matrix (ISO 14496-12, 8.3.2)."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 4 + 32 + 4
    turn = [0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30]
    data[at : at + 36] = b"".join(value.to_bytes(4, "big", signed=True) for value in turn)
    path.write_bytes(data)
    return path
