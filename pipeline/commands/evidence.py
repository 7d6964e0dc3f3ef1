"""`matthan verify`, `matthan evidence hold|release|annotate`: is it whole, what must stay, a copy to show around."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline.errors import InputError
from pipeline.evidence import ledger as ledgers
from pipeline.evidence.retention import held
from pipeline.wire import CloudEvent, EvidenceFile, decode, parse_timestamp

SETTLE_S = 2.0
"""A running ward has written the line of a file by then."""
app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Legal holds on the evidence of a ward, and copies of it to show around.",
)
Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="The --out folder of a ward.")]
EventId = Annotated[str, typer.Argument(metavar="EVENT_ID")]
By = Annotated[str, typer.Option("--by", envvar="MATTHAN_USER", help="Who decides.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, e.g. the number of the case.")]


def verify(
    folder: Folder,
    key: Annotated[
        str | None, typer.Option("--key", help="The node's public key as it was noted elsewhere, 64 hex digits.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Look for evidence that was changed, moved, added or is missing, and for a ledger that was tampered with.

    Exit code 1 where anything is wrong. What only the events can tell (the end of the ledger cut off together with its
    files) is found by the events that name the files: they are compared where the folder has an outbox.
    """
    entries, wrong = ledgers.verify(folder, key, SETTLE_S)
    wrong += _unknown_to_ledger(folder, entries)
    found = [entry.path for entry in entries if entry.kind == "found"]
    files = sum(entry.kind in ("file", "found") for entry in entries)
    if as_json:
        told = {"entries": len(entries), "files": files, "found_after_a_crash": found, "wrong": [str(w) for w in wrong]}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        for one in wrong:
            typer.echo(str(one))
        for path in found:
            typer.echo(f"{path}: lay there after a crash; the ledger vouches for it only from then on")
        trust = "" if key else "; with --key it would also show that ledger and key were not replaced together"
        typer.echo(f"{len(entries)} entries, {files} files: " + (f"{len(wrong)} wrong" if wrong else f"whole{trust}"))
    if wrong:
        raise typer.Exit(1)


@app.command()
def hold(folder: Folder, event_id: EventId, by: By, reason: Reason) -> None:
    """Keep the evidence of an event, whatever its days, until it is released."""
    _known(folder, event_id)
    ledgers.Ledger(folder).append("hold", event_id=event_id, facts={"by": by, "reason": reason})
    typer.echo(f"{event_id}: held by {by}")


@app.command()
def release(folder: Folder, event_id: EventId, by: By, reason: Reason) -> None:
    """End a legal hold."""
    if event_id not in held(_known(folder, event_id)):
        raise InputError(f"{event_id}: is not held")
    ledgers.Ledger(folder).append("release", event_id=event_id, facts={"by": by, "reason": reason})
    typer.echo(f"{event_id}: released by {by}")


@app.command()
def annotate(
    folder: Folder,
    event_id: EventId,
    city: Annotated[Path, typer.Option("--city", help="The city file: model, zones and privacy masks.")],
    to: Annotated[Path | None, typer.Option("--to", help="The MP4 to write; unset = EVENT_ID.annotated.mp4.")] = None,
    hide: Annotated[bool, typer.Option("--hide/--show-all", help="Blur everybody whom the event is not about.")] = True,
) -> None:
    """Make a copy of an event's clip for showing around: who it is about is marked, everybody else is blurred.

    Only people whom the detector sees can be blurred: look at the copy before it is passed on. The clip itself stays
    as the camera sent it, without privacy masks.
    """
    from pipeline import build
    from pipeline.config import load
    from pipeline.evidence import annotated

    settings = load(city)
    event, clip = _clip_of(folder, event_id)
    camera = next((camera for camera in settings.cameras if camera.id == event.data.camera), None)
    if camera is None:
        raise InputError(f"{city}: has no camera {event.data.camera!r}, which the event is of")
    target = to or Path(f"{event_id}.annotated.mp4")
    detector, _ = build.detector(settings.model)
    with contextlib.closing(detector):
        marked, blurred = annotated.copy(
            folder / clip.uri.removeprefix(_prefix(folder)), parse_timestamp(clip.from_), event, detector,
            build.tracker(settings, detector.names), build.places(camera), camera.privacy_masks, target, hide,
        )  # fmt: skip
    typer.echo(f"{target}: {marked} marked, {blurred} blurred; made of {clip.uri}, sha256 {clip.sha256}")


def _clip_of(folder: Path, event_id: str) -> tuple[CloudEvent, EvidenceFile]:
    """The event as it was told with its clip."""
    _known(folder, event_id)
    from pipeline.sinks.outbox import Outbox

    with Outbox(folder / "outbox.sqlite") as outbox:
        for event in (decode(message.body) for message in outbox.messages() if message.event_id == event_id):
            for file in event.data.evidence:
                if file.uri.endswith(".mp4"):
                    return event, file
    raise InputError(f"{event_id}: has no clip in {folder}")


def _prefix(folder: Path) -> str:
    """Of several nodes' folders each names its own in the addresses of its files."""
    return f"{folder.resolve().name}/"


def _known(folder: Path, event_id: str) -> list[ledgers.Entry]:
    if not (folder / ledgers.LEDGER).is_file():
        raise InputError(f"{folder}: no {ledgers.LEDGER} there; expected the --out folder of a ward")
    entries, _ = ledgers.read(folder / ledgers.LEDGER)
    if event_id not in {entry.event_id for entry in entries}:
        raise InputError(f"{event_id}: the ledger in {folder} has no evidence of such an event")
    return entries


def _unknown_to_ledger(folder: Path, entries: list[ledgers.Entry]) -> list[ledgers.Wrong]:
    """Evidence that an event names and the ledger does not."""
    from pipeline.sinks.outbox import Outbox

    if not (folder / "outbox.sqlite").exists():
        return []
    known = {(entry.path, entry.sha256) for entry in entries}
    prefix = _prefix(folder)
    with Outbox(folder / "outbox.sqlite") as outbox:
        named = {
            (file.uri.removeprefix(prefix), file.sha256)
            for m in outbox.messages()
            for file in decode(m.body).data.evidence
        }
    return [ledgers.Wrong(uri, "an event names it, the ledger does not know it") for uri, _ in sorted(named - known)]
