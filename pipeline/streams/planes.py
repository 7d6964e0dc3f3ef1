"""A decoded picture as plain bytes, so that another process can have it, and back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame

from pipeline.streams.decode import Picture

Plane = npt.NDArray[np.uint8]
PLANAR = ("yuv420p", "yuvj420p")
"""What nearly every camera sends; anything else is converted to the first."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the planes of all pictures of one stream lie in memory."""

    format: str
    width: int
    height: int
    matrix: int
    """Colour matrix and range, as FFmpeg numbers them: the same picture must give the same colours here and there."""
    range: int

    @classmethod
    def of(cls, frame: VideoFrame) -> Layout:
        name = frame.format.name if frame.format.name in PLANAR else PLANAR[0]
        return cls(name, frame.width, frame.height, int(frame.colorspace), int(frame.color_range))

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height

    @property
    def room(self) -> int:
        """Bytes of one picture."""
        return self.width * self.height + 2 * math.prod(self._half)

    @property
    def _half(self) -> tuple[int, int]:
        return (self.height + 1) // 2, (self.width + 1) // 2

    def planes(self, frame: VideoFrame) -> list[Plane]:
        """Brightness and both colours, (height, width) each; views of the frame where it is of this format."""
        if frame.format.name != self.format:
            frame = frame.reformat(format=self.format)
        return [_view(plane) for plane in frame.planes]

    def picture(self, data: bytes) -> Picture:
        """The picture whose planes were joined to `data`."""
        frame = VideoFrame(self.width, self.height, self.format)
        frame.colorspace, frame.color_range = self.matrix, self.range
        at = 0
        for plane, (height, width) in zip(
            frame.planes, ((self.height, self.width), self._half, self._half), strict=True
        ):
            padded = np.zeros((height, plane.line_size), np.uint8)
            padded[:, :width] = np.frombuffer(data, np.uint8, height * width, at).reshape(height, width)
            plane.update(padded.tobytes())
            at += height * width
        return Picture(frame, None)


def _view(plane: Any) -> Plane:
    rows = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
    view: Plane = rows[:, : plane.width]
    return view
