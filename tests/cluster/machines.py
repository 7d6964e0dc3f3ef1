"""A Ray cluster of several "machines" on this one: each is a process group of its own that can be killed as a whole."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.soak import family_of
from tests.rtsp import free_port

RAY = str(Path(sys.executable).parent / "ray")
HERE = Path(__file__).resolve().parents[2]


class Machines:
    """The head runs no cameras; `start` adds a machine."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="mt-ray-", dir="/tmp"))  # sockets need short paths
        self.address = f"127.0.0.1:{free_port()}"
        self._log = (self.folder / "ray.log").open("wb")
        self._all: list[subprocess.Popen[bytes]] = []
        self.head = self._run("--head", "--port", self.address.split(":")[1], "--num-cpus", "0",
                              "--include-dashboard", "false", "--temp-dir", str(self.folder / "t"))  # fmt: skip
        self._wait(lambda: self._alive() is not None)

    def start(self, cpus: int = 2) -> subprocess.Popen[bytes]:
        """Another machine."""
        before = self._alive()
        machine = self._run("--address", self.address, "--num-cpus", str(cpus))
        self._wait(lambda: bool(self._alive() - before))  # a dead one counts as alive for a while
        return machine

    def kill(self, machine: subprocess.Popen[bytes]) -> int:
        """As when its power fails: all its processes at once, kill -9. How many."""
        family = family_of(machine.pid)
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)  # nobody notices that another one is gone already
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        machine.wait()
        return len(family)

    def freeze(self, machine: subprocess.Popen[bytes]) -> None:
        """As when it is cut off: nothing of it answers, and nothing is closed."""
        for pid in family_of(machine.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    def thaw(self, machine: subprocess.Popen[bytes]) -> None:
        for pid in family_of(machine.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def close(self) -> None:
        for machine in reversed(self._all):
            if machine.poll() is None:
                self.kill(machine)
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def log(self) -> str:
        return (self.folder / "ray.log").read_text(errors="replace")

    def _run(self, *options: str) -> subprocess.Popen[bytes]:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("COV")},  # Ray's own are many
            "PYTHONPATH": str(HERE), "RAY_USAGE_STATS_ENABLED": "0",
            "RAY_DISABLE_IMPORT_WARNING": "1", "OMP_NUM_THREADS": "1",
        }  # fmt: skip
        machine = subprocess.Popen(
            [RAY, "start", "--block", "--disable-usage-stats", "--object-store-memory", str(100 * 2**20), *options],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log, env=environment, start_new_session=True,
        )  # fmt: skip
        self._all.append(machine)
        return machine

    def _alive(self) -> set[str]:
        """Machines that Ray counts, beside the head."""
        script = (
            "import ray, sys\nray.init(address=sys.argv[1], logging_level='error', log_to_driver=False)\n"
            "print(*[n['NodeID'] for n in ray.nodes() if n['Alive'] and n['Resources'].get('CPU', 0)])"
        )
        asked = subprocess.run(
            [sys.executable, "-c", script, self.address], capture_output=True, text=True, check=False
        )
        if asked.returncode:
            raise ConnectionError(asked.stderr)
        return set(asked.stdout.split())

    def _wait(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + 60
        while True:
            with contextlib.suppress(ConnectionError):
                if holds():
                    return
            assert time.monotonic() < end, self.log[-3000:]
            time.sleep(0.5)
