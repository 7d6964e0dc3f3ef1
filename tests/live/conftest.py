"""Footage for the ward's tests, and whether there is an RTSP server."""

from __future__ import annotations

import pytest

from tests import rtsp
from tests.conftest import unmet
from tests.live.rig import walk


@pytest.fixture(scope="session")
def footage(tmp_path_factory):
    """Ten minutes of a square that walks to and fro, by name."""
    folder = tmp_path_factory.mktemp("footage")
    return {
        "h264": walk(folder / "h264.mp4", 600, "libx264"),
        "h265": walk(folder / "h265.mp4", 600, "libx265"),
        "large": walk(folder / "large.mp4", 120, "libx264", (480, 270)),
    }


@pytest.fixture(scope="session")
def serve():
    """Starts RTSP servers; all are gone after the session."""
    made: list[rtsp.Rtsp] = []

    def start(streams: dict[str, str], **options: object) -> rtsp.Rtsp:
        try:
            made.append(rtsp.Rtsp(streams, **options))
        except rtsp.RtspError as exc:
            unmet(str(exc))
        return made[-1]

    yield start
    for server in made:
        server.kill()
