"""A ward in a Ray actor: watches the cameras it is told to, for as long as it is told so."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import threading
import time
from pathlib import Path

import structlog

from pipeline import build, logs
from pipeline.cluster.cost import Cost
from pipeline.cluster.lease import ShardLease, boot_clock
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
HUNG_S = 30.0
"""A ward that has not looked after its cameras for so long will not any more."""
BEGIN_S = 120.0
"""Before its first look it may have much to close."""
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
        self.folder, self._claim = own_folder(root)
        threads = city.model.threads or cores  # "all" would be the other shards' too
        detector, file = build.detector(city.model.model_copy(update={"threads": threads}))
        name = f"{file.name} {city.model.runtime} {detector.precision}"
        begun = [self.folder.name, f"{time.time():.3f}"]
        provenance = build.provenance(city, "live", name, file.sha256, begun)
        nothing = city.model_copy(update={"cameras": ()})
        self._orders = Orders()
        self._lease = ShardLease()
        self._stopping = False
        self._begun = time.monotonic()
        self._ward = Ward(nothing, detector, provenance, self.folder, self._orders, root, self._lease.holds)
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
        clock = boot_clock()
        held = self._lease.holds() if order.until is None else self._lease.renew(order.until)
        if order.city is not None and held:  # one that comes too late is somebody else's by now
            self._orders.give(order.city, order.sha256)
        watched = {*self._orders.coming, *list(self._ward.posts)}  # in this order: what is coming becomes a post
        return Answer(
            clock, tuple(sorted(watched)), str(self.folder), self._told, self._cost.measure(), page.status(self._ward)
        )

    def stop(self) -> bool:
        """End gracefully; says whether all is closed."""
        self._stopping = True
        self._sweep.stop()
        self._ward.stop()
        self._thread.join(STOP_S)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._ward.run()
        except BaseException as exc:
            log.error("the ward of this shard failed", folder=str(self.folder), error=f"{type(exc).__name__}: {exc}")
        finally:
            if not self._stopping:
                os._exit(1)  # nothing is running any more, and the conductor sees it at once

    def _guard(self) -> None:
        """Ends the process where this shard may not go on, or does not: another one will take its cameras."""
        try:
            while (why := self._over()) is None:
                time.sleep(LOOK_S)
            self._lease.end()
            self._ward.stop("interrupted")
            with contextlib.suppress(Exception):  # the disk of the log may be full
                log.warning("shard ends", folder=str(self.folder), why=why)
            self._thread.join(self._lease.grace_s())
        finally:
            os._exit(1)

    def _over(self) -> str | None:
        """Why it must end now; None where it may go on."""
        if not self._lease.holds():
            return "it is not heard of any more"
        ago = time.monotonic() - (self._ward.tended or self._begun + BEGIN_S - HUNG_S)
        return f"its ward hangs for {ago:.0f} s" if ago > HUNG_S and not self._stopping else None


class Orders:
    """Where the ward learns what it is to watch."""

    def __init__(self) -> None:
        self.refused: str | None = None
        self._next: tuple[City, str] | None = None
        self._taken: tuple[str, ...] = ()
        self._lock = threading.Lock()

    @property
    def coming(self) -> tuple[str, ...]:
        """Cameras of orders that the ward may not have carried out yet."""
        with self._lock:
            return self._taken + (() if self._next is None else _ids(self._next[0]))

    def give(self, city: City, sha256: str) -> None:
        with self._lock:
            self._next = city, sha256

    def poll(self, now: City) -> Change | None:
        """Called by the ward, which carries out the change before it calls again."""
        with self._lock:
            after, self._next = self._next, None
            self._taken = () if after is None else _ids(after[0])
        return None if after is None else compare(now, *after)


def _ids(city: City) -> tuple[str, ...]:
    return tuple(camera.id for camera in city.cameras)


def own_folder(root: Path) -> tuple[Path, Lease]:
    """The first folder of this machine that nobody uses: perhaps a dead shard's, whose work then goes on.

    Raises `OutboxError`.
    """
    host = re.sub(r"[^A-Za-z0-9.-]", "-", socket.gethostname()) or "node"
    wrong: OutboxError | None = None
    for number in range(FOLDERS):
        folder = root / f"{host}-{number}"
        try:
            claimed = claim(folder)
        except OutboxError as exc:  # a damaged one must not keep this machine's cameras unwatched
            if not folder.is_dir():
                raise
            wrong = exc
            log.error("folder cannot be used, another one is taken", folder=str(folder), error=str(exc))
            continue
        if claimed is not None:
            return folder, claimed
    raise wrong or OutboxError(f"{root}: has {FOLDERS} folders of {host}, all in use")
