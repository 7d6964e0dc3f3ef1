"""The footage and the RTSP server of the live tests."""

from tests.live.conftest import footage, serve

__all__ = ["footage", "serve"]
