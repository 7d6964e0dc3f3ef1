"""What a recording holds, packet by packet and without decoding: how long, whole or not, the same as another or not."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import av
import av.error

from pipeline.errors import InputError
from pipeline.streams.decode import VideoFile

JUMP_S = 2.0
"""Time stamps that move by more between two packets are a hole in the recording, or another clock."""


@dataclass(frozen=True, slots=True)
class Jump:
    """Time stamps do not go on: `at_s` seconds of footage into the file they move by `by_s`."""

    at_s: float
    by_s: float


@dataclass(frozen=True, slots=True)
class Facts:
    """What one file is."""

    path: Path
    size: tuple[int, int]
    codec: str
    seconds: float
    """Of footage, without the holes."""
    created: datetime | None
    """What the container says; cheap recorders say anything."""
    digest: str
    """sha256 over the packets of the video stream: the same footage has the same, whatever the container."""
    keys: tuple[tuple[float, str], ...]
    """Seconds from the first picture, and a short hash, of every key frame's packet."""
    jumps: tuple[Jump, ...]
    notes: tuple[str, ...]
    """What is wrong with it, although it can be read."""


def probe(path: Path) -> Facts:
    """Read the file to its end. Raises `InputError` where not one picture of it can be decoded."""
    video = VideoFile(path)  # decodes its first picture
    try:
        size, announced, created, step = video.size, video.duration_s, video.created, 1 / video.rate
    finally:
        video.close()
    whole, keys, jumps, notes = hashlib.sha256(), [], [], []
    first: float | None = None
    last, footage, packets = 0.0, 0.0, 0
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            stream = container.streams.video[0]
            codec, base = stream.codec_context.name, float(stream.time_base or 0)
            for packet in container.demux(stream):
                if packet.size == 0:
                    continue
                data = memoryview(packet)
                whole.update(data)
                packets += 1
                stamp = packet.dts
                stamp = packet.pts if stamp is None else stamp
                time = last + step if stamp is None or not base else stamp * base
                if first is None:
                    first = last = time
                moved = time - last
                if -JUMP_S <= moved <= JUMP_S:
                    footage += max(0.0, moved)
                    step = moved if moved > 0 else step
                else:
                    jumps.append(Jump(round(footage, 3), round(moved, 3)))
                    footage += step
                last = time
                if packet.is_keyframe:
                    keys.append((round(footage, 3), hashlib.sha256(data).hexdigest()[:16]))
    except (av.error.FFmpegError, OSError) as exc:
        notes.append(f"reading stopped after {footage:.1f} s ({getattr(exc, 'strerror', None) or exc})")
    if packets == 0:
        raise InputError(f"{path}: holds no pictures")
    footage += step
    if not notes and not jumps and announced is not None and footage < announced - max(1.0, 3 * step):
        notes.append(f"ends after {footage:.1f} s of {announced:.1f} s announced (cut short?)")
    return Facts(
        path, size, codec, round(footage, 3), created, whole.hexdigest(), tuple(keys), tuple(jumps), tuple(notes)
    )
