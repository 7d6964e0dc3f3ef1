"""A real RTSP server (GStreamer's, from Debian packages) that tests can start, stop, pause and change."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

SERVER = Path(__file__).parent / "server.py"
H264 = "filesrc location={file} ! qtdemux ! h264parse config-interval=-1 ! rtph264pay name=pay0 pt=96"
H265 = "filesrc location={file} ! qtdemux ! h265parse config-interval=-1 ! rtph265pay name=pay0 pt=96"


class RtspError(Exception):
    """There is no RTSP server to be had here."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Rtsp:
    """One server process; `streams` are GStreamer launch lines by path."""

    def __init__(self, streams: dict[str, str], port: int | None = None, **options: Any) -> None:
        self.port = port or free_port()
        self.spec = {"port": self.port, "streams": streams, **options}
        self._process: subprocess.Popen[str] | None = None
        self.start()

    def start(self) -> None:
        """Raises `RtspError` where GStreamer or its RTSP server is missing."""
        python = shutil.which("python3", path="/usr/bin:/bin") or "python3"  # the one Debian's bindings belong to
        environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}
        self._process = subprocess.Popen(
            [python, str(SERVER), json.dumps(self.spec)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, env=environment,
        )  # fmt: skip
        assert self._process.stdout is not None
        if self._process.stdout.readline().strip() != "ready":
            self.kill()
            raise RtspError("GStreamer's RTSP server cannot be started (gir1.2-gst-rtsp-server-1.0, python3-gi)")

    def url(self, path: str = "/camera", user: str = "") -> str:
        return f"rtsp://{user + '@' if user else ''}127.0.0.1:{self.port}{path}"

    def pause(self) -> None:
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        if self._process is not None:
            self._signal(signal.SIGKILL)
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    def restart(self, **changed: Any) -> None:
        self.kill()
        self.spec |= changed
        end = time.monotonic() + 5
        while True:
            try:
                self.start()
                return
            except RtspError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def _signal(self, number: int) -> None:
        if self._process is not None:
            self._process.send_signal(number)
