"""`matthan outbox`: what is stored, what waits, what was refused; send again, delete."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline import build
from pipeline.config import load
from pipeline.errors import ConfigError, OutboxFull, SinkRefusal
from pipeline.sinks.courier import Courier
from pipeline.sinks.outbox import Outbox, Refusal
from pipeline.sinks.repair import repair
from pipeline.sinks.selection import Selection
from pipeline.stages import Sink
from pipeline.wire import Message, timestamp

BATCH = 1000
app = typer.Typer(no_args_is_help=True, help="The store of events.")
Folder = Annotated[Path, typer.Argument(metavar="OUT", help="Folder of a run, or its outbox.sqlite.")]
CameraId = Annotated[str | None, typer.Option("--camera", help="Only messages of this camera.")]
Kind = Annotated[str | None, typer.Option("--kind", help="Only events of this kind, e.g. loitering.")]
Ward = Annotated[str | None, typer.Option("--ward", help="Only messages for this ward.")]
Run = Annotated[str | None, typer.Option("--run", help="Only messages of this run.")]
EventId = Annotated[str | None, typer.Option("--event", help="Only phases of this event.")]
Since = Annotated[datetime | None, typer.Option("--since", help="Only phases reached from then on, UTC.")]
Until = Annotated[datetime | None, typer.Option("--until", help="Only phases reached before, UTC.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
CityFile = Annotated[Path, typer.Option("--city", help="City file; its sinks say where to send.")]


@app.callback()
def outbox() -> None:
    """The store of events that every run writes to first."""


@app.command()
def status(folder: Folder, as_json: AsJson = False) -> None:
    """Count stored events, what each sink has still to deliver, what was refused and what was dropped."""
    with _opened(folder) as store:
        found = store.status()
        if as_json:
            typer.echo(json.dumps(dataclasses.asdict(found)))
            return
        typer.echo(f"{store.path}: {found.events} events in {found.messages} messages, {found.bytes} bytes")
    for sink, count in found.waiting.items():
        age = f", the oldest for {found.oldest_s[sink]:.0f} s" if sink in found.oldest_s else ""
        refused = f", {found.refused[sink]} refused (see outbox dead)" if found.refused.get(sink) else ""
        typer.echo(f"  {sink}: {count} waiting{age}{refused}")
    for camera, count in found.dropped.items():
        typer.echo(f"  {camera}: {count} telemetry messages dropped for want of room")


@app.command()
def replay(
    folder: Folder,
    city: CityFile,
    sink: Annotated[str, typer.Option("--sink", help="Which sink of the city file, e.g. kafka.")],
    camera: CameraId = None,
    kind: Kind = None,
    ward: Ward = None,
    run: Run = None,
    event: EventId = None,
    since: Since = None,
    until: Until = None,
    dry_run: DryRun = False,
) -> None:
    """Send delivered messages again, in order, e.g. to a consumer that lost them. What waits comes by itself."""
    chosen = _selection(camera, kind, ward, run, event, since, until)
    with _opened(folder) as store:
        last = store.place(sink)
        delivered = (m for seq, m in store.select(chosen) if seq <= last)
        waiting = store.status([sink]).waiting[sink]
        hint = f"; {waiting} wait, which `matthan outbox deliver` sends" if waiting else ""
        if dry_run:
            typer.echo(f"{sum(1 for _ in delivered)} messages would be sent to {sink} again{hint}")
            return
        door = build.sink(load(city), sink)
        try:
            sent, refused = _send(door, delivered)
        finally:
            door.close()
    typer.echo(f"{sent} messages sent to {sink} again" + (f", {refused} refused" if refused else "") + hint)


@app.command()
def deliver(
    folder: Folder,
    city: CityFile,
    timeout_s: Annotated[float, typer.Option("--timeout-s", min=0, help="After so long, the rest waits.")] = 60.0,
) -> None:
    """Deliver what waits, in order, to all sinks of the city file."""
    settings = load(city)
    with _opened(folder) as store:
        path = store.path
    couriers = [Courier(path, build.sink(settings, kind)) for kind in settings.sinks if kind != "jsonl"]
    left = False
    for courier in couriers:
        courier.start()
    for courier in couriers:
        done = courier.drain(timeout_s)
        typer.echo(f"{courier.sink.name}: " + ("nothing waits" if done else courier.trouble or "not finished in time"))
        left |= not done
        courier.close()
    if left:
        raise typer.Exit(1)


@app.command()
def forget(folder: Folder, sink: str) -> None:
    """A sink is no more: keep nothing for it, so that what the others have can be deleted."""
    with _opened(folder) as store:
        waiting = store.status([sink]).waiting[sink]
        store.forget(sink)
    typer.echo(f"{sink}: forgotten, {waiting} messages were waiting for it")


@app.command()
def dead(
    folder: Folder,
    sink: Annotated[str | None, typer.Option("--sink", help="Only what this sink refused.")] = None,
    retry: Annotated[
        Path | None, typer.Option("--retry", metavar="CITY", help="Offer them to the sinks again.")
    ] = None,
    camera: CameraId = None,
    kind: Kind = None,
    ward: Ward = None,
    as_json: AsJson = False,
) -> None:
    """List the messages that a sink refused for good; with --retry, offer them again after the cause is mended."""
    with _opened(folder) as store:
        found = store.refusals(_selection(camera, kind, ward), sink)
        if retry is not None:
            _retry(store, found, retry)
        elif as_json:
            typer.echo(json.dumps([_as_dict(refusal) for refusal in found]))
        else:
            for refusal in found:
                typer.echo(f"{refusal.sink}: {_name(refusal.message)}: {refusal.reason}")
            typer.echo(f"{len(found)} refused")


@app.command()
def purge(
    folder: Folder,
    older_than_days: Annotated[
        float | None, typer.Option("--older-than-days", min=0, help="Only phases reached longer ago.")
    ] = None,
    camera: CameraId = None,
    kind: Kind = None,
    ward: Ward = None,
    run: Run = None,
    undelivered: Annotated[
        bool, typer.Option("--undelivered", help="Also what waits or was refused: it will never be delivered.")
    ] = False,
    dry_run: DryRun = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete delivered messages that fit all filters, and give their room back to the disk."""
    until = None
    if older_than_days is not None:
        until = datetime.fromtimestamp(time.time() - older_than_days * 86_400, UTC)
    chosen = _selection(camera, kind, ward, run, None, None, until)
    with _opened(folder) as store:
        kept = {refusal.seq for refusal in store.refusals()}
        last = store.delivered_by_all()
        seqs = [seq for seq, _ in store.select(chosen) if undelivered or (seq <= last and seq not in kept)]
        what = f"{len(seqs)} messages" + (", delivered or not," if undelivered else " that every sink has,")
        if dry_run:
            typer.echo(f"{what} would be deleted")
            return
        if seqs and not yes:
            typer.confirm(f"Delete {what.rstrip(',')}?", abort=True)
        store.remove(seqs)
        store.shrink()
    typer.echo(f"{len(seqs)} messages deleted")


@contextmanager
def _opened(folder: Path) -> Iterator[Outbox]:
    """The outbox, repaired where it is damaged."""
    path = folder if folder.is_file() else folder / "outbox.sqlite"
    if not path.exists():
        raise ConfigError(f"{path}: no outbox there; give the --out folder of a run")
    done = repair(path)
    if done is not None:
        text = f"{path}: was damaged; {done.kept} messages kept, {done.lost} lost, the damaged file is {done.damaged}"
        typer.echo(text, err=True)
    try:
        store = Outbox(path)
    except OutboxFull:  # looking and deleting need room, too; that is what the reserve is for
        path.with_name(path.name + ".reserve").unlink(missing_ok=True)
        store = Outbox(path)
    with store:
        yield store


def _selection(
    camera: str | None,
    kind: str | None,
    ward: str | None,
    run: str | None = None,
    event: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Selection:
    return Selection(camera, kind, ward, run, event, _utc(since), _utc(until))


def _utc(when: datetime | None) -> str | None:
    return None if when is None else timestamp((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())


def _send(sink: Sink, messages: Iterator[Message]) -> tuple[int, int]:
    """Deliver all, in batches; how many were taken and how many refused."""
    sent = refused = 0
    batch: list[Message] = []
    for message in messages:
        batch.append(message)
        if len(batch) == BATCH:
            sent, refused, batch = *_deliver(sink, batch, sent, refused), []
    return _deliver(sink, batch, sent, refused)


def _deliver(sink: Sink, batch: list[Message], sent: int, refused: int) -> tuple[int, int]:
    while batch:
        try:
            done = sink.deliver(batch)
            sent += done
        except SinkRefusal as exc:
            typer.echo(f"{_name(batch[0])}: {exc}", err=True)
            done, refused = 1, refused + 1
        batch = batch[done:]
    return sent, refused


def _retry(store: Outbox, refusals: list[Refusal], city: Path) -> None:
    """Each by itself, so that one which is refused again does not hold the others."""
    taken = 0
    settings = load(city)
    sinks = {name: build.sink(settings, name) for name in {refusal.sink for refusal in refusals}}
    for refusal in refusals:
        sent, _ = _send(sinks[refusal.sink], iter([refusal.message]))
        if sent:
            store.settle([refusal])
            taken += 1
    for sink in sinks.values():
        sink.close()
    typer.echo(f"{taken} of {len(refusals)} taken now")
    if taken < len(refusals):
        raise typer.Exit(1)


def _name(message: Message) -> str:
    return f"{message.event_id} revision {message.revision} of {message.key}"


def _as_dict(refusal: Refusal) -> dict[str, object]:
    message = refusal.message
    return {
        "sink": refusal.sink,
        "event_id": message.event_id,
        "revision": message.revision,
        "camera": message.key,
        "topics": message.topics,
        "bytes": len(message.body),
        "reason": refusal.reason,
    }
