"""Tells systemd that the ward is ready, lives, or stops; does nothing where nobody asked."""

from __future__ import annotations

import contextlib
import os
import socket


def notify(state: str) -> None:
    """Send e.g. `READY=1` or `WATCHDOG=1` to the socket in `NOTIFY_SOCKET` (sd_notify(3))."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
        end.connect(address)
        end.send(state.encode())
