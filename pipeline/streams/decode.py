"""Containers and codecs: the only file that imports `av`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import av
import av.error
import cv2
import numpy as np
from av.container import InputContainer, OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from pipeline.errors import InputError
from pipeline.geometry import Points
from pipeline.streams.needed import All, Sampled
from pipeline.types import Image

if TYPE_CHECKING:
    Packet = av.Packet[VideoStream]

PLANAR = ("yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "nv12", "gray")
"""Formats whose first plane is the brightness, a byte a pixel."""
LONGEST_GROUP = 600
"""Packets that are held at once."""
_TURNS = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture; `pts_s` is its time in the file, None where the container lost it."""

    frame: VideoFrame = field(repr=False)
    pts_s: float | None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as a viewer sees the picture."""
        width, height = self.frame.width, self.frame.height
        return (height, width) if self.frame.rotation % 180 else (width, height)

    @property
    def _turn(self) -> int | None:
        return _TURNS.get(self.frame.rotation % 360)

    def luma(self) -> Image:
        """Its brightness, shape (height, width), upright; a view of the picture wherever that can be."""
        frame = self.frame if self.frame.format.name in PLANAR else self.frame.reformat(format="gray")
        plane = frame.planes[0]
        rows = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]  # type: ignore[call-overload]
        return rows if self._turn is None else np.asarray(cv2.rotate(rows, self._turn), np.uint8)

    def pixels(self, width: int, height: int) -> Image:
        """The picture stretched to width × height, bilinear as OpenCV does it, upright.

        The colours are converted first and the size second, as in the tools that networks are trained with: scaling
        the planes and colouring the small picture is cheaper, but moves the confidence of one box in fourteen by more
        than 0.02.
        """
        turn = self._turn
        if self.frame.rotation % 180:
            width, height = height, width
        image = self.frame.to_ndarray(format="bgr24")
        if (width, height) != (self.frame.width, self.frame.height):
            image = cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR)
        return np.asarray(image if turn is None else cv2.rotate(image, turn), np.uint8)


def black_out(image: Image, masks: Sequence[Points]) -> Image:
    """Fill the privacy masks (polygons in 0..1) with black, in place."""
    if masks:
        height, width = image.shape[:2]
        for mask in masks:
            corners = np.round(np.asarray(mask) * (width, height)).astype(np.int32)
            cv2.fillPoly(image, [corners], (0, 0, 0))
    return image


class VideoFile:
    """A file opened for reading, with what its container says about it.

    Iterating gives every picture that can be read, or, after `sample`, those that are needed. `damaged` counts packets
    that could not be decoded; `broken` says why reading stopped early, if it did.
    """

    def __init__(self, path: Path) -> None:
        """Raises `InputError` for anything that is not a readable video."""
        self.path = path
        self.damaged = 0
        self.broken: str | None = None
        _refuse(path)
        try:
            # Metadata of cheap recorders is in any encoding: it must never stop a video from being read.
            self._container: InputContainer = av.open(str(path), metadata_errors="replace")
        except (av.error.FFmpegError, OSError, ValueError) as exc:
            raise InputError(f"{path}: not a video that FFmpeg can read ({_reason(exc)})") from exc
        streams = self._container.streams.video
        if not streams:
            kinds = ", ".join(sorted({stream.type for stream in self._container.streams})) or "nothing"
            self._container.close()
            raise InputError(f"{path}: has no video stream, only {kinds}")
        self._stream: VideoStream = streams[0]
        # One thread a stream: frame threads add CPU time, and other streams fill the other cores.
        self._stream.codec_context.thread_count = 1
        self.duration_s = self._announced()
        """Length announced by the container; None where it does not say."""
        self.rate = float(self._stream.average_rate or self._stream.guessed_rate or 25)
        self._first: Picture | None = None
        self._needed = All()
        self._group: list[Packet] = []
        self._pictures = self._decode()
        self._first = next(self._pictures, None)
        if self._first is None:
            self.close()
            raise InputError(f"{path}: not one picture in it can be decoded ({self.broken or 'no frames'})")
        self.size = self._first.size

    def sample(self, fps: float, lively: Sequence[bool] | None = None) -> None:
        """Only `fps` pictures a second are wanted: the first one at or after each slot. What comes after the last of
        them before the next key frame, and so serves nothing, is not decoded. To be said before iterating.

        `lively` says for every key frame whether anything is wanted before the next (`streams.skim`); where nothing is,
        a picture every `CALM_S` is.
        """
        self._needed = Sampled(fps, lively)
        self._needed.of(self._group, False, self.damaged > 0)  # its pictures are being decoded already

    def skipped(self) -> list[tuple[float, float]]:
        """Stretches, seconds from the first picture, that were left out because nothing happens there; each is told
        once, no later than the first picture after it.
        """
        told, self._needed.skipped = self._needed.skipped, []
        return told

    def _announced(self) -> float | None:
        if self._stream.duration is not None and self._stream.time_base is not None:
            return float(self._stream.duration * self._stream.time_base)
        return None if self._container.duration is None else self._container.duration / av.time_base

    @property
    def created(self) -> datetime | None:
        """The container's creation time, if it has a plausible one."""
        text = self._stream.metadata.get("creation_time") or self._container.metadata.get("creation_time")
        try:
            created = datetime.fromisoformat(text) if text else None
        except ValueError:
            return None
        return created if created is not None and created.year >= 2000 else None

    def __iter__(self) -> Iterator[Picture]:
        if self._first is not None:
            first, self._first = self._first, None
            yield first
        yield from self._pictures

    def _decode(self) -> Iterator[Picture]:
        try:
            for packets, ends in self._groups():
                self._group = packets
                needed, given = self._needed.of(packets, ends, self.damaged > 0), 0
                for number, packet in enumerate(packets):
                    if number == needed <= given:
                        break  # every picture has come that was to come
                    try:
                        frames = packet.decode()
                    except av.error.FFmpegError as exc:
                        self.damaged += 1
                        self.broken = _reason(exc) if self._first is None else self.broken
                        continue
                    given += len(frames)
                    for frame in frames:
                        yield Picture(frame, None if frame.time is None else float(frame.time))
        except (av.error.FFmpegError, OSError) as exc:
            self.broken = _reason(exc)

    def _groups(self) -> Iterator[tuple[list[Packet], bool]]:
        """Packets from one key frame up to the next, in pieces where that is far; whether a key frame follows."""
        group: list[Packet] = []
        try:
            for packet in self._container.demux(self._stream):
                if group and (packet.is_keyframe or len(group) >= LONGEST_GROUP):
                    yield group, packet.is_keyframe
                    group = []
                group.append(packet)
        except (av.error.FFmpegError, OSError):
            yield group, False  # what was read before is there
            raise
        yield group, False

    def close(self) -> None:
        self._pictures.close()  # type: ignore[attr-defined]
        self._container.close()


class VideoWriter:
    """Writes pictures to an H.264 MP4 at their own times (variable frame rate)."""

    TICKS = 1000

    def __init__(self, path: Path, size: tuple[int, int], rate: float) -> None:
        """`size` in pixels, cut to even numbers; `rate` is only the nominal rate."""
        self._size = (size[0] // 2 * 2, size[1] // 2 * 2)
        try:
            self._container: OutputContainer = av.open(str(path), "w", options={"movflags": "+faststart"})
        except (av.error.FFmpegError, OSError) as exc:
            raise InputError(f"{path}: cannot be written ({_reason(exc)})") from exc
        self._stream = self._container.add_stream("libx264", rate=max(1, round(rate)))
        self._stream.width, self._stream.height = self._size
        self._stream.pix_fmt = "yuv420p"
        self._stream.options = {"preset": "veryfast", "crf": "25"}
        self._stream.codec_context.time_base = self._stream.time_base = Fraction(1, self.TICKS)
        self._last = -1

    def write(self, time_s: float, image: Image) -> None:
        """Add a picture at `time_s` seconds from the beginning of the file."""
        width, height = self._size
        frame = VideoFrame.from_ndarray(np.ascontiguousarray(image[:height, :width]), format="bgr24")
        self._last = frame.pts = max(self._last + 1, round(time_s * self.TICKS))
        frame.time_base = Fraction(1, self.TICKS)
        self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        self._container.mux(self._stream.encode(None))
        self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        self.close()


def _refuse(path: Path) -> None:
    if path.is_dir():
        raise InputError(f"{path}: is a folder; expected a video file")
    if not path.exists():
        raise InputError(f"{path}: no such file; expected a video file")
    if path.stat().st_size == 0:
        raise InputError(f"{path}: is empty (0 bytes); expected a video file")


def _reason(exc: Exception) -> str:
    return str(getattr(exc, "strerror", None) or exc).splitlines()[0]
