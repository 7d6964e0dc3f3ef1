"""Clips: the camera's own packets in an MP4, nothing encoded again."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import av.error
from av.container import InputContainer
from av.packet import Packet as AnyPacket
from av.video.stream import VideoStream

from pipeline.errors import InputError, OutboxError, OutboxFull
from pipeline.evidence.files import FULL, part_of, seal

if TYPE_CHECKING:
    Packet = AnyPacket[VideoStream]
    from pipeline.evidence.ring import Kept

TICKS = Fraction(1, 90_000)
ANNEX_B = ("h264", "hevc")
"""Codecs whose packets are NAL units; an MP4 writes the length of each where a stream writes a start code."""


class Template:
    """What a container must know of a stream to hold its packets; outlives the connection."""

    def __init__(self, stream: VideoStream, packet: Packet) -> None:
        """`packet` is a key frame of the stream."""
        memory = io.BytesIO()
        with av.open(memory, "w", format="nut") as out:
            copy = AnyPacket(bytes(packet))
            copy.stream, copy.is_keyframe = out.add_stream_from_template(stream), True
            copy.pts = copy.dts = 0
            out.mux_one(copy)
        memory.seek(0)
        self._container: InputContainer = av.open(memory, "r", format="nut")
        self.stream: VideoStream = self._container.streams.video[0]
        self.codec = stream.codec_context.name


@dataclass(frozen=True, slots=True)
class Clip:
    """A written clip."""

    path: Path
    sha256: str
    payload_sha256: str
    """Of what the camera sent, packet by packet, however the container frames it; see `payload`."""
    packets: int
    started_at: float
    """The first picture, a key frame at or before what was asked, UTC seconds."""
    ended_at: float


def write(kept: Sequence[Kept], path: Path) -> Clip:
    """Write packets, the first one a key frame, to `path`.

    Raises:
        OutboxFull: the disk takes no more.
        OutboxError: it cannot be written for another reason, or the container does not hold this codec.
    """
    part = part_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        digest, began = _mux(kept, part)
        data = part.read_bytes()
        seal(path)
    except (av.error.FFmpegError, OSError, ValueError) as exc:
        part.unlink(missing_ok=True)
        error = OutboxFull if getattr(exc, "errno", None) in FULL else OutboxError
        raise error(f"{path}: clip cannot be written: {getattr(exc, 'strerror', None) or exc}") from exc
    return Clip(path, hashlib.sha256(data).hexdigest(), digest, len(kept), began, kept[-1].time)


def payloads(path: Path) -> tuple[str, int]:
    """sha256 over the payload of all packets of a clip, and how many there are. Raises `InputError`."""
    digest, count = hashlib.sha256(), 0
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            codec = stream.codec_context.name
            for packet in container.demux(stream):
                if packet.size:
                    digest.update(hashlib.sha256(payload(bytes(packet), codec, framed=True)).digest())
                    count += 1
    except (av.error.FFmpegError, OSError, IndexError) as exc:
        raise InputError(f"{path}: not a clip that can be read: {getattr(exc, 'strerror', None) or exc}") from exc
    return digest.hexdigest(), count


def payload(data: bytes, codec: str, framed: bool) -> bytes:
    """A packet without what a container adds: for H.264 and H.265 its NAL units joined, else the packet itself.

    `framed`: each unit is preceded by its length (MP4), not by a start code (Annex B, as streams send it).
    """
    if codec not in ANNEX_B:
        return data
    return b"".join(_by_length(data) if framed else _by_start_code(data))


def _by_length(data: bytes) -> Iterator[bytes]:
    at = 0
    while at + 4 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 4 + size]
        at += 4 + size


def _by_start_code(data: bytes) -> Iterator[bytes]:
    for unit in data.split(b"\0\0\1"):
        # A unit ends with a one bit: zeros before a start code belong to the code.
        if stripped := unit.rstrip(b"\0"):
            yield stripped


def _mux(kept: Sequence[Kept], part: Path) -> tuple[str, float]:
    template, first = kept[0].template, kept[0]
    digest = hashlib.sha256()
    framed = _is_framed(template.stream)
    with av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as out:
        stream = out.add_stream_from_template(template.stream)
        stream.time_base = TICKS
        last, pace = -1, round(1 / 25 / TICKS)
        for one in kept:
            digest.update(hashlib.sha256(payload(bytes(one.packet), template.codec, framed)).digest())
            copy = AnyPacket(bytes(one.packet))
            copy.stream, copy.time_base = stream, TICKS
            copy.is_keyframe = one.packet.is_keyframe
            dts, delay = _times(one, first)
            pace = dts - last if last >= 0 and dts > last else pace
            last = copy.dts = max(last + 1, dts)
            copy.pts = last + delay
            copy.duration = pace  # without it players leave out the last picture
            out.mux_one(copy)
    return digest.hexdigest(), first.time


def _times(one: Kept, first: Kept) -> tuple[int, int]:
    """When a packet is to be decoded since the first one, and how much later it is to be shown, in ticks."""
    packet, base = one.packet, one.packet.time_base
    if packet.dts is None or packet.pts is None or first.packet.dts is None or base is None:
        return round((one.time - first.time) / TICKS), 0
    return round((packet.dts - first.packet.dts) * base / TICKS), round(max(0, packet.pts - packet.dts) * base / TICKS)


def _is_framed(stream: VideoStream) -> bool:
    """Whether the stream's packets already have lengths: its extradata then is an avcC or hvcC record."""
    extra = stream.codec_context.extradata or b""
    return extra[:1] == b"\x01"
