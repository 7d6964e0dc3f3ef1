"""`matthan run`: a ward's cameras, live."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import Annotated

import structlog
import typer

from pipeline import build
from pipeline.config import load
from pipeline.errors import ConfigError, OutboxError
from pipeline.sinks.lease import Lease
from pipeline.sinks.repair import repair

log = structlog.get_logger()


def run(
    city: Annotated[Path, typer.Argument(metavar="CITY", help="City file, whose cameras have a source.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for events, evidence and coverage.")] = Path(
        "matthan-live"
    ),
    listen: Annotated[
        str, typer.Option("--listen", help="Address of metrics and health pages; empty = none.")
    ] = "127.0.0.1:9464",
) -> None:
    """Analyse the cameras of a city file, live, until stopped (SIGTERM or Ctrl-C ends it within 10 s).

    A changed city file is taken while it runs, at once or on SIGHUP; one with mistakes changes nothing.
    """
    from pipeline.live.page import Page
    from pipeline.live.reload import Changes, need_sources
    from pipeline.live.ward import Ward

    changes = Changes(city)
    settings = load(city)
    need_sources(settings)
    host, port = _address(listen)
    lease = _claim(out)
    detector, file = build.detector(settings.model)
    name = f"{file.name} {settings.model.runtime} {detector.precision}"
    provenance = build.provenance(settings, "live", name, file.sha256, [f"{time.time():.3f}"])
    ward = Ward(settings, detector, provenance, out, changes)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ward.stop())
    signal.signal(signal.SIGHUP, lambda *_: changes.tell())
    page = Page(ward, host, port) if host else None
    log.info("ward runs", cameras=len(settings.cameras), out=str(out), run=provenance.run, model=name)
    try:
        ward.run()
    finally:
        if page is not None:
            page.close()
        detector.close()
        lease.release()
    log.info("ward stopped, all that was stored waits for its sinks or is delivered")


def _address(listen: str) -> tuple[str, int]:
    if not listen:
        return "", 0
    host, colon, port = listen.rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65_535:
        raise ConfigError(f"--listen: must be host:port, e.g. 127.0.0.1:9464, got {listen!r}")
    return host or "127.0.0.1", int(port)


def _claim(out: Path) -> Lease:
    """The folder for this run alone, with a whole outbox in it."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        lease = Lease(out / "ward.lock")
        free = lease.take()
    except OSError as exc:
        raise OutboxError(f"{out}: cannot be used as output folder: {exc.strerror or exc}") from exc
    if not free:
        raise OutboxError(f"{out}: another ward is running there; take another --out")
    repair(out / "outbox.sqlite")
    return lease
