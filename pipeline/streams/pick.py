"""One picture out of the middle of a file."""

from __future__ import annotations

from pathlib import Path

import av
import av.error

from pipeline.errors import InputError
from pipeline.streams.decode import Picture

NEAR_S = 0.001
"""Times are whole milliseconds."""


def pick(path: Path, since_s: float) -> Picture:
    """The first picture at or after `since_s` seconds from the file's first one, decoded from the key frame before it.

    Raises `InputError` where the file cannot be read, or ends before.
    """
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            stream = container.streams.video[0]
            stream.codec_context.thread_count = 1
            first = next((frame.time for frame in container.decode(stream) if frame.time is not None), None)
            if first is None or stream.time_base is None:
                raise InputError(f"{path}: its pictures have no times")
            container.seek(max(0, int((first + since_s) / stream.time_base)), stream=stream)
            for frame in container.decode(stream):
                if frame.time is not None and frame.time - first >= since_s - NEAR_S:
                    return Picture(frame, float(frame.time))
    except (av.error.FFmpegError, OSError, IndexError) as exc:
        raise InputError(f"{path}: cannot be read: {getattr(exc, 'strerror', None) or exc}") from exc
    raise InputError(f"{path}: ends before {since_s:.1f} s")
