"""A TCP proxy that delays, swallows, refuses and resets, for what a bad link does to a client."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator

CHUNK = 65_536
LINGER = struct.pack("ii", 1, 0)
"""A socket closed so answers with a reset."""


class Proxy:
    """Listens on a free port and hands on to `target` what the fault of the moment lets through."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._delay_s = 0.0
        self._swallows = False
        self._refuses = False
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.opened = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @contextlib.contextmanager
    def slow(self, seconds: float) -> Iterator[None]:
        """Each chunk is late by so much."""
        self._delay_s = seconds
        yield
        self._delay_s = 0.0

    @contextlib.contextmanager
    def black_hole(self) -> Iterator[None]:
        """Connections stay open, and nothing comes out of them any more; not even later."""
        self._swallows = True
        yield
        self._swallows = False
        self.reset()

    @contextlib.contextmanager
    def closed(self) -> Iterator[None]:
        """Connections are reset, and new ones too."""
        self._refuses = True
        self.reset()
        yield
        self._refuses = False

    def reset(self) -> None:
        """Reset all connections."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for one in pair:
                _reset(one)

    def close(self) -> None:
        self._listener.close()
        self.reset()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._refuses:
                _reset(client)
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self._target), 5)
            except OSError:
                _reset(client)
                continue
            self.opened += 1
            with self._lock:
                self._pairs.append((client, server))
            for pair in ((client, server), (server, client)):
                threading.Thread(target=self._pump, args=pair, daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(CHUNK):
                time.sleep(self._delay_s)
                if not self._swallows:
                    sink.sendall(chunk)
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.close()


def _reset(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
        one.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        one.close()
