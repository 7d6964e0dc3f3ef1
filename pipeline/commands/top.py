"""`matthan top`: a running ward, camera by camera, on the terminal."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import Annotated, Any

import typer
from rich.box import SIMPLE
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table

from pipeline.errors import InputError

EVERY_S = 1.0
RATES = ("pictures", "sampled", "analysed", "dropped")


def top(
    address: Annotated[str, typer.Argument(help="What the ward listens on.")] = "127.0.0.1:9464",
    once: Annotated[bool, typer.Option("--once", help="Print one table, over one second, and end.")] = False,
) -> None:
    """Show what each camera of a running ward sends, and what becomes of it; Ctrl-C ends."""
    console = Console()
    before = _ask(address)
    time.sleep(EVERY_S)
    now = _ask(address)
    if once or not console.is_terminal:
        console.print(_shown(before, now))
        return
    with Live(_shown(before, now), console=console, screen=True, auto_refresh=False) as live:
        try:
            while True:
                time.sleep(EVERY_S)
                before, now = now, _ask(address)
                live.update(_shown(before, now), refresh=True)
        except KeyboardInterrupt:
            return


def _ask(address: str) -> Any:
    try:
        with urllib.request.urlopen(f"http://{address}/status", timeout=5) as page:
            return json.load(page)
    except (urllib.error.URLError, OSError, ValueError) as exc:
        reason = getattr(exc, "reason", exc)
        raise InputError(f"{address}: no ward answers there ({reason}); it listens where `run --listen` says") from exc


def _shown(before: Any, now: Any) -> Group:
    """The table, and one line for the whole ward."""
    columns = ("camera", "state", "fps in", "looked", "detected", "dropped", "lag", "delay", "tracks", "events")
    table = Table(*columns, box=SIMPLE, pad_edge=False, padding=(0, 1, 0, 0), collapse_padding=True)
    for column in table.columns:
        column.no_wrap = True
        column.justify = "left" if column.header in ("camera", "state") else "right"
    passed = max(0.1, now["time"] - before["time"])
    known = {camera["camera"]: camera for camera in before["cameras"]}
    for camera in now["cameras"]:
        old = known.get(camera["camera"], camera)
        rates = [f"{max(0, camera[name] - old[name]) / passed:.1f}" for name in RATES]
        state = ", ".join(camera["problems"]) or camera["state"]
        lag = "" if camera["lag_s"] is None else f"{camera['lag_s']:.2f}"
        colour = "green" if state == "open" else "yellow" if state in ("opening", "connected", "starting") else "red"
        table.add_row(
            camera["camera"], f"[{colour}]{state}[/]", *rates, lag, f"{camera['latency_s']:.2f}",
            str(camera["tracks"]), str(camera["events"]),
        )  # fmt: skip
    opened = sum(camera["state"] == "open" for camera in now["cameras"])
    waiting = ", ".join(f"{sink} {count}" for sink, count in now["waiting"].items()) or "nothing"
    lines = [f"{opened} of {len(now['cameras'])} cameras open; waiting in the outbox: {waiting}"]
    lines += [f"[red]{camera['camera']}:[/] {camera['why']}" for camera in now["cameras"] if camera["why"]]
    for shard in now.get("shards", []):
        lines.append(f"{shard['shard']} ({shard['folder']}): {shard['cameras']} cameras, {shard['cores']:.2f} cores")
    if now["refused_city_file"]:
        lines.append(f"[red]the city file as it is now was not taken:[/] {now['refused_city_file']}")
    return Group(table, *lines)
