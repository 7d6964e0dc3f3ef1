"""`matthan replay`: tracker and rules over recorded detections, no video."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from pipeline import replay as runner
from pipeline.config import load
from pipeline.recording import read_detections
from pipeline.wire import decode


def replay(
    recording: Annotated[Path, typer.Argument(metavar="FILE", help="*.det.csv, .parquet, or MOTChallenge det.txt.")],
    city: Annotated[Path, typer.Option("--city", help="City file.")],
    camera: Annotated[str, typer.Option("--camera", help="Which camera it is of.")],
    out: Annotated[Path, typer.Option("--out", help="Where to write the events.")] = Path("events.jsonl"),
    tracks: Annotated[Path | None, typer.Option("--tracks", help="Write the tracks too (.csv or .parquet).")] = None,
) -> None:
    """Run tracker and rules over a detections file. The same file gives the same bytes, in any order of its rows."""
    settings = load(city)
    chosen = settings.camera(camera)
    detections = read_detections(recording, camera)
    messages = runner.replay(settings, chosen, detections, tracks)
    runner.write(messages, out)
    kinds = Counter(f"{e.data.kind} {e.data.phase}" for e in (decode(message.body) for message in messages))
    told = ", ".join(f"{count} × {kind}" for kind, count in sorted(kinds.items())) or "none"
    typer.echo(f"{len(detections)} frames, events: {told} → {out}")
