"""What the reader of a camera and the ward say to each other: small JSON messages over a local socket."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Mapping
from typing import Any

MOST = 64 * 1024
"""Bytes of one message."""
Said = Mapping[str, Any]


class Link:
    """One end of a socket that keeps messages apart, and whose other end is gone when its process is."""

    def __init__(self, end: socket.socket, patient: bool = True) -> None:
        """`patient`: waits while the other end does not listen; otherwise such a message is dropped."""
        self._end = end
        self._flags = 0 if patient else socket.MSG_DONTWAIT

    @classmethod
    def pair(cls) -> tuple[Link, Link]:
        """The ward's end, which nothing may hold up, and the other one."""
        one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        return cls(one, patient=False), cls(other)

    def fileno(self) -> int:
        return self._end.fileno()

    def say(self, said: Said, *descriptors: int) -> bool:
        """Send a message, with open files if need be; False where the other end is gone, or does not listen."""
        data = json.dumps(said, separators=(",", ":")).encode()
        if len(data) > MOST:
            return False
        try:
            socket.send_fds(self._end, [data], list(descriptors), self._flags)
        except OSError:
            return False
        return True

    def hear(self) -> tuple[dict[str, Any], list[int]] | None:
        """Wait for the next message and the files that came with it; None when the other end is gone."""
        try:
            data, descriptors, _, _ = socket.recv_fds(self._end, MOST, 2)
        except OSError:
            return None
        if not data:
            for descriptor in descriptors:
                os.close(descriptor)
            return None
        return json.loads(data), descriptors

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._end.close()
