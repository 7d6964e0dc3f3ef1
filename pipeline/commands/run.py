"""`matthan run`: a ward's cameras, live, on one machine or over several."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer

from pipeline import build
from pipeline.commands import cluster
from pipeline.config import City, load
from pipeline.errors import ConfigError, InputError, OutboxError
from pipeline.live.folder import claim
from pipeline.live.reload import Changes, need_sources

STUCK_S = 20.0
"""The shards have stopped by then."""
STUCK_LOOK_S = 1.0
log = structlog.get_logger()


def run(
    city: Annotated[Path, typer.Argument(metavar="CITY", help="City file, whose cameras have a source.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for events, evidence and coverage.")] = Path(
        "matthan-live"
    ),
    listen: Annotated[
        str, typer.Option("--listen", help="Address of metrics and health pages; empty = none.")
    ] = "127.0.0.1:9464",
    ray: Annotated[
        str | None,
        typer.Option("--ray", metavar="ADDRESS", help="Spread the cameras over the machines of a Ray cluster."),
    ] = None,
    cores: Annotated[
        float, typer.Option("--cores", min=1, help="With --ray: CPU cores of each process that watches cameras.")
    ] = 2.0,
) -> None:
    """Analyse the cameras of a city file, live, until stopped (SIGTERM or Ctrl-C ends it within 10 s).

    A changed city file is taken while it runs, at once or on SIGHUP; one with mistakes changes nothing.
    """
    changes = Changes(city)
    settings = load(city)
    need_sources(settings)
    host, port = _address(listen)
    if ray is None:
        _alone(settings, changes, out, host, port)
    else:
        _together(settings, changes, out, host, port, ray, cores)


def _alone(city: City, changes: Changes, out: Path, host: str, port: int) -> None:
    """All cameras in this process."""
    from pipeline.live.page import Page, answers
    from pipeline.live.ward import Ward

    lease = claim(out)
    if lease is None:
        raise OutboxError(f"{out}: another ward is running there; take another --out")
    detector, file = build.detector_of(city)
    name = f"{file.name} {city.model.runtime} {detector.precision}"
    provenance = build.provenance(city, "live", name, file.sha256, [f"{time.time():.3f}"])
    ward = Ward(city, detector, provenance, out, changes)
    _on_signals(ward.stop, changes)
    page = Page(ward.meters.registry, answers(ward), host, port) if host else None
    log.info("ward runs", cameras=len(city.cameras), out=str(out), run=provenance.run, model=name)
    try:
        ward.run()
    finally:
        if page is not None:
            page.close()
        detector.close()
        lease.release()
    log.info("ward stopped, all that was stored waits for its sinks or is delivered")


def _together(city: City, changes: Changes, out: Path, host: str, port: int, address: str, cores: float) -> None:
    """All cameras in the processes of a Ray cluster; this one only says who watches what."""
    cluster.join(address)
    import ray

    from pipeline.cluster import seat
    from pipeline.cluster.conductor import Conductor
    from pipeline.cluster.pages import answers
    from pipeline.live.page import Page

    held = seat.take(city.city)
    conductor = Conductor(city, changes, str(out.absolute()), cores, host in ("", "127.0.0.1", "localhost"))
    _on_signals(conductor.stop, changes)
    page = Page(conductor.registry, answers(conductor), host, port) if host else None
    threading.Thread(target=_end_where_stuck, args=(lambda: conductor.tended, address), daemon=True).start()
    log.info("conductor runs", cameras=len(city.cameras), out=str(out), ray=address)
    try:
        conductor.run()
    except ray.exceptions.RayError as exc:
        raise InputError(f"--ray {address}: the cluster is gone: {str(exc).strip().splitlines()[0]}") from exc
    finally:
        if page is not None:
            page.close()
        del held
        ray.shutdown()


def _end_where_stuck(tended: Callable[[], float], address: str) -> None:
    """Ray waits a minute for a head that is gone, and then ends the process without a word for its user."""
    seen, since = tended(), 0.0
    while since < STUCK_S:  # counted in looks: a time in which this process was stopped itself is nobody's fault
        time.sleep(STUCK_LOOK_S)
        since = since + STUCK_LOOK_S if tended() == seen else 0.0
        seen = tended()
    sys.stderr.write(f"error: --ray {address}: the cluster is gone: its head has not answered for {STUCK_S:.0f} s\n")
    sys.stderr.flush()
    os._exit(1)


def _on_signals(stop: Callable[[], None], changes: Changes) -> None:
    def ended(*_: Any) -> None:
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ended)
    signal.signal(signal.SIGHUP, lambda *_: changes.tell())


def _address(listen: str) -> tuple[str, int]:
    if not listen:
        return "", 0
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65_535:
        raise ConfigError(f"--listen: must be host:port, e.g. 127.0.0.1:9464, got {listen!r}")
    return host or "127.0.0.1", int(port)
