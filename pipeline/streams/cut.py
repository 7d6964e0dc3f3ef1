"""A piece of a recording, packet by packet: nothing is decoded or encoded."""

from __future__ import annotations

from pathlib import Path

import av
import av.error

from pipeline.errors import InputError


def cut(path: Path, since_s: float, until_s: float, out: Path) -> float:
    """Copy what `path` shows between two times, seconds from its first picture, from the key frame before; says how
    many seconds before `since_s` that is.

    Raises `InputError` where it cannot be read or written.
    """
    first: float | None = None
    began: float | None = None
    try:
        with av.open(str(path), metadata_errors="replace") as source, av.open(str(out), "w") as made:
            video = source.streams.video[0]
            stream = made.add_stream_from_template(video)
            first = next(
                (float(p.pts * p.time_base) for p in source.demux(video) if p.pts is not None and p.time_base), 0.0
            )
            assert video.time_base is not None
            source.seek(max(0, int((first + since_s) / video.time_base)), stream=video)
            shift: int | None = None
            for packet in source.demux(video):
                if packet.pts is None or packet.dts is None or packet.time_base is None:
                    continue
                time = float(packet.pts * packet.time_base) - first
                if time > until_s:
                    break
                began = time if began is None else began
                shift = packet.dts if shift is None else shift
                packet.pts, packet.dts, packet.stream = packet.pts - shift, packet.dts - shift, stream
                made.mux(packet)
    except (av.error.FFmpegError, OSError, IndexError) as exc:
        raise InputError(f"{path}: no clip can be cut: {getattr(exc, 'strerror', None) or exc}") from exc
    if began is None:
        out.unlink(missing_ok=True)
        raise InputError(f"{path}: ends before {since_s:.1f} s")
    return since_s - began
