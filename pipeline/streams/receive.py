"""A live camera opened for reading: packets as they come, and the pictures in them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import av
import av.error
from av.container import InputContainer
from av.packet import Packet as AnyPacket
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from pydantic import BaseModel, ConfigDict, Field

from pipeline.errors import InputError, redact

if TYPE_CHECKING:
    Packet = AnyPacket[VideoStream]
SPEED = 1.05
"""What comes a file at a time (HLS) is passed on at this speed, so that it keeps up and does not come in bursts."""
OVERRUN = 2.0
"""PyAV gives up reading after up to so many times what it was told (measured with a stopped server)."""


class ReceiveSettings(BaseModel):
    """How a camera is read, and when it counts as gone."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    transport: Literal["tcp", "udp"] = Field("tcp", description="Of RTSP; over UDP lost packets are lost pictures.")
    open_s: float = Field(10.0, gt=0, le=60, description="A camera that is not open after so long is tried again.")
    stall_s: float = Field(5.0, gt=0, le=60, description="A stream that sends nothing for so long is opened anew.")
    retry_s: float = Field(0.5, gt=0, description="Before the first new attempt; doubles with each, with jitter.")
    retry_most_s: float = Field(8.0, gt=0, le=300, description="Longest wait between two attempts.")
    lag_s: float = Field(5.0, gt=0, description="A stream that stays so far behind is opened anew.")
    jump_s: float = Field(2.0, gt=0, description="Time stamps that move by more than this begin a new epoch.")
    options: dict[str, str] = Field({}, description="Further options of FFmpeg, by their names there.")


@dataclass(frozen=True, slots=True)
class Received:
    """One packet, with the pictures that could be decoded once it had come."""

    packet: Packet
    pictures: tuple[VideoFrame, ...]
    received: float
    """Seconds of the process clock (`time.monotonic`) when it had come."""

    @property
    def pts_s(self) -> float | None:
        """The packet's time stamp in seconds."""
        return seconds(self.packet)


class Receiver:
    """One connection to a camera. Iterating gives every packet until the stream ends, which is always a failure.

    Pictures from a damaged one on are left out until the next key frame: what they show is guessed. May block for
    about `open_s` and `stall_s`, and nobody can promise that it does not for longer: run it where it can be killed.
    """

    def __init__(self, source: str, settings: ReceiveSettings) -> None:
        """Connects. Raises `InputError`, without the password."""
        self._source = source
        self.damaged = 0
        """Packets or pictures that could not be decoded, or not truly."""
        self.skipped = 0
        """Pictures left out until a key frame."""
        try:
            self._container: InputContainer = av.open(
                _address(source),
                format=_format(source),
                options=_options(source, settings),
                timeout=(settings.open_s, settings.stall_s / OVERRUN),
            )
        except (av.error.FFmpegError, OSError, ValueError) as exc:
            raise InputError(f"{redact(source)}: {why(exc)}") from exc
        videos = self._container.streams.video
        if not videos:
            self._container.close()
            raise InputError(f"{redact(source)}: sends no video")
        self.stream: VideoStream = videos[0]
        # Frame threads add delay and CPU time; other cameras fill the other cores.
        self.stream.codec_context.thread_count = 1
        self._whole = False
        self._bursts = self._container.format.name == "hls"
        self._passed: tuple[float, float] | None = None
        """Decoding time stamp of the last packet that was passed on, and when."""

    @property
    def codec(self) -> str:
        return self.stream.codec_context.name

    @property
    def began(self) -> float | None:
        """UTC seconds on the camera's clock of time stamp 0, once the camera has told (RTCP sender report)."""
        told = self._container.start_time_realtime
        return None if told is None else told / 1e6

    def __iter__(self) -> Iterator[Received]:
        try:
            for packet in self._container.demux(self.stream):
                if packet.size == 0:
                    break  # the flush at the end
                if self._bursts:
                    self._pace(packet)
                yield Received(packet, tuple(self._decode(packet)), time.monotonic())
        except (av.error.FFmpegError, OSError) as exc:
            raise InputError(f"{redact(self._source)}: {why(exc)}") from exc
        raise InputError(f"{redact(self._source)}: the stream ended")

    def _pace(self, packet: Packet) -> None:
        now = time.monotonic()
        if packet.dts is None or packet.time_base is None:
            return
        stamp = float(packet.dts * packet.time_base)
        if self._passed is not None and 0 < stamp - self._passed[0] < 1:
            due = self._passed[1] + (stamp - self._passed[0]) / SPEED
            time.sleep(max(0.0, due - now))
            now = max(now, due)
        self._passed = stamp, now

    def _decode(self, packet: Packet) -> Iterator[VideoFrame]:
        try:
            pictures = packet.decode()
        except av.error.FFmpegError:
            pictures, self._whole = [], False
            self.damaged += 1
        for picture in pictures:
            if picture.is_corrupt or packet.is_corrupt:
                self._whole = False
                self.damaged += 1
            elif picture.key_frame:
                self._whole = True
            if self._whole:
                yield picture
            else:
                self.skipped += 1

    def close(self) -> None:
        self._container.close()


def seconds(timed: Packet | VideoFrame) -> float | None:
    """The time stamp of a packet or picture, seconds; None where it has none."""
    return None if timed.pts is None or timed.time_base is None else float(timed.pts * timed.time_base)


def why(exc: Exception) -> str:
    """An FFmpeg error in a few words for a technician."""
    if isinstance(exc, av.error.HTTPUnauthorizedError | av.error.HTTPForbiddenError):
        return "refuses the user or password"
    if isinstance(exc, av.error.HTTPNotFoundError):
        return "has no such stream (404)"
    if isinstance(exc, av.error.ExitError):
        return "does not answer in time"
    if isinstance(exc, av.error.InvalidDataError):
        return "does not answer in time, or not with a video stream"
    text = str(getattr(exc, "strerror", None) or exc).splitlines()[0]
    return text[:1].lower() + text[1:]


def _address(source: str) -> str:
    return source.removeprefix("usb:")


def _format(source: str) -> str | None:
    return "v4l2" if source.startswith(("usb:", "/dev/video")) else None


def _options(source: str, settings: ReceiveSettings) -> dict[str, str]:
    scheme = urlsplit(source).scheme
    # Nobody needs the frame rate; finding it out takes 20 pictures of every connection.
    options = {"fflags": "+discardcorrupt+genpts", "fpsprobesize": "0"}
    if scheme in ("rtsp", "rtsps"):
        options["rtsp_transport"] = settings.transport
        options["allowed_media_types"] = "video"
    return {**options, **settings.options}
