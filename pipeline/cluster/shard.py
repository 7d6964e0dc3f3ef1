"""A ward in a Ray actor: watches the cameras it is told to, for as long as it is told so."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from pathlib import Path

import structlog

from pipeline import build, logs
from pipeline.cluster.cost import Cost
from pipeline.cluster.lease import GRACE_S
from pipeline.cluster.messages import Answer, Order
from pipeline.cluster.sweep import Sweep
from pipeline.config import City
from pipeline.errors import OutboxError
from pipeline.live import page
from pipeline.live.folder import claim
from pipeline.live.reload import Change, compare
from pipeline.live.ward import Ward
from pipeline.sinks.lease import Lease

LOOK_S = 0.2
STOP_S = 10.0
FOLDERS = 1000
"""Shards that one machine may ever have had."""
log = structlog.get_logger()


class Shard:
    """Calls come one at a time; the ward runs in a thread beside them."""

    def __init__(self, city: City, out: str, host: str, cores: int) -> None:
        """`city` as it is, of which nothing is watched yet; `out` is a path on this machine; pages are on `host`.

        Raises `ModelError` or `OutboxError`, which ends the actor.
        """
        logs.configure()
        os.environ.pop("NOTIFY_SOCKET", None)  # the machine's service is Ray, not this
        root = Path(out)
        self.folder, self._lease = own_folder(root)
        threads = city.model.threads or cores  # "all" would be the other shards' too
        detector, file = build.detector(city.model.model_copy(update={"threads": threads}))
        name = f"{file.name} {city.model.runtime} {detector.precision}"
        begun = [self.folder.name, f"{time.time():.3f}"]
        provenance = build.provenance(city, "live", name, file.sha256, begun)
        nothing = city.model_copy(update={"cameras": ()})
        self._orders = Orders()
        self._until: float | None = None
        self._ward = Ward(nothing, detector, provenance, self.folder, self._orders, root, self._allowed)
        self._page = page.Page(self._ward.meters.registry, page.answers(self._ward), host, 0)
        self._told = f"{host}:{self._page.port}"
        self._cost = Cost(self._ward)
        self._sweep = Sweep(city, root, self.folder)
        self._thread = threading.Thread(target=self._run, name="ward", daemon=True)
        self._thread.start()
        threading.Thread(target=self._guard, name="guard", daemon=True).start()
        self._sweep.start()
        log.info("shard runs", folder=str(self.folder), model=name)

    def look(self, order: Order) -> Answer:
        """Take an order, and tell what is going on."""
        clock = time.monotonic()
        if order.until is not None:
            self._until = max(order.until, self._until or 0.0)
        if order.city is not None and self._allowed():  # one that comes too late is somebody else's by now
            self._orders.give(order.city, order.sha256)
        watched = {*self._ward.posts, *self._orders.coming}
        return Answer(
            clock, tuple(sorted(watched)), str(self.folder), self._told, self._cost.measure(), page.status(self._ward)
        )

    def stop(self) -> bool:
        """End gracefully; says whether all is closed."""
        self._sweep.stop()
        self._ward.stop()
        self._thread.join(STOP_S)
        return not self._thread.is_alive()

    def _allowed(self) -> bool:
        """Whether it may go on. Also where it was frozen for a while this is asked before anything is told."""
        return self._until is None or time.monotonic() < self._until

    def _run(self) -> None:
        try:
            self._ward.run()
        except BaseException as exc:
            log.error("the ward of this shard failed", folder=str(self.folder), error=f"{type(exc).__name__}: {exc}")
            os._exit(1)  # nothing is running any more, and the conductor sees it at once

    def _guard(self) -> None:
        """Nobody asks for this shard any more: another one will take its cameras."""
        while self._allowed():
            time.sleep(LOOK_S)
        assert self._until is not None
        log.warning("shard is not heard of any more, it stops", folder=str(self.folder))
        self._ward.stop("interrupted")
        self._thread.join(max(0.0, self._until + GRACE_S - time.monotonic()))
        os._exit(1)


class Orders:
    """Where the ward learns what it is to watch."""

    def __init__(self) -> None:
        self.refused: str | None = None
        self._next: tuple[City, str] | None = None
        self._taken: tuple[str, ...] = ()

    @property
    def coming(self) -> tuple[str, ...]:
        """Cameras of orders that the ward may not have carried out yet."""
        after = self._next
        return self._taken + (() if after is None else _ids(after[0]))

    def give(self, city: City, sha256: str) -> None:
        self._next = city, sha256

    def poll(self, now: City) -> Change | None:
        """Called by the ward, which carries out the change before it calls again."""
        after = self._next
        if after is None:
            self._taken = ()
            return None
        self._taken = _ids(after[0])
        if self._next is after:
            self._next = None
        return compare(now, after[0], after[1])


def _ids(city: City) -> tuple[str, ...]:
    return tuple(camera.id for camera in city.cameras)


def own_folder(root: Path) -> tuple[Path, Lease]:
    """The first folder of this machine that nobody uses: perhaps a dead shard's, whose work then goes on.

    Raises `OutboxError`.
    """
    host = re.sub(r"[^A-Za-z0-9.-]", "-", socket.gethostname()) or "node"
    for number in range(FOLDERS):
        folder = root / f"{host}-{number}"
        if (lease := claim(folder)) is not None:
            return folder, lease
    raise OutboxError(f"{root}: has {FOLDERS} folders of {host}, all in use")
