"""Forks the readers from one small process that has loaded what they need: a reader then costs about 5 MB."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
from typing import Any

from pipeline.live.link import MOST, Link

PR_SET_PDEATHSIG = 1


class NurseryGone(Exception):
    """The parent of all readers has ended."""


class Nursery:
    """The parent of all readers. Ends, and they with it, when this process does, however it ends."""

    def __init__(self) -> None:
        ours, theirs = Link.pair()
        os.set_inheritable(theirs.fileno(), True)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pipeline.live.nursery", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        theirs.close()
        self._link = ours

    def fork(self, assignment: dict[str, Any]) -> tuple[int, Link]:
        """A new reader: its process id, and the link to it.

        Raises:
            NurseryGone: all readers are, too.
            OSError: there can be no more processes now.
        """
        ours, theirs = Link.pair()
        if len(json.dumps(assignment)) > MOST // 2:
            ours.close()
            theirs.close()
            raise OSError("its settings are too long (masks with very many points?)")
        asked = self._link.say(assignment, theirs.fileno())
        theirs.close()
        answer = self._link.hear() if asked else None
        if answer is None:
            ours.close()
            raise NurseryGone
        if "pid" not in answer[0]:
            ours.close()
            raise OSError(answer[0]["failed"])
        return int(answer[0]["pid"]), ours

    def close(self) -> None:
        self._link.close()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _serve(link: Link) -> None:
    """Fork a reader for every assignment until the ward is gone."""
    from pipeline.live import reader  # loaded once, for all readers

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them; the link tells when one has ended
    while (said := link.hear()) is not None:
        assignment, (descriptor,) = said
        try:
            pid = os.fork()
        except OSError as exc:  # no memory, too many processes: this one must wait, the others go on
            os.close(descriptor)
            link.say({"failed": exc.strerror or str(exc)})
            continue
        if pid == 0:
            _die_with_parent()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            link.close()
            with contextlib.suppress(KeyboardInterrupt):
                reader.main(assignment, Link(socket.socket(fileno=descriptor)))
            os._exit(0)
        os.close(descriptor)
        link.say({"pid": pid})


def _die_with_parent() -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # meant for the ward, though all its processes get them
    _die_with_parent()
    _serve(Link(socket.socket(fileno=int(sys.argv[1]))))
