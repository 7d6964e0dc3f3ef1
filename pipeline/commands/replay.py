"""`matthan replay`: tracker and rules over recorded detections, no video."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from pipeline import replay as runner
from pipeline.config import load
from pipeline.errors import ConfigError
from pipeline.recording import read_detections
from pipeline.traffic import Passage, trajectories
from pipeline.traffic_files import write_trajectories
from pipeline.wire import decode


def replay(
    recording: Annotated[Path, typer.Argument(metavar="FILE", help="*.det.csv, .parquet, or MOTChallenge det.txt.")],
    city: Annotated[Path, typer.Option("--city", help="City file.")],
    camera: Annotated[str, typer.Option("--camera", help="Which camera it is of.")],
    out: Annotated[Path, typer.Option("--out", help="Where to write the events.")] = Path("events.jsonl"),
    tracks: Annotated[Path | None, typer.Option("--tracks", help="Write the tracks too (.csv or .parquet).")] = None,
    ways: Annotated[
        Path | None,
        typer.Option("--trajectories", help="Write metric trajectories too (.traj.csv, .csv.gz, .parquet)."),
    ] = None,
) -> None:
    """Run tracker and rules over a detections file. The same file gives the same bytes, in any order of its rows."""
    settings = load(city)
    chosen = settings.camera(camera)
    if ways is not None and chosen.calibration is None:
        raise ConfigError(f"--trajectories: camera {camera} has no calibration; `matthan calibrate` makes one")
    detections = read_detections(recording, camera)
    passages: list[Passage] | None = None if ways is None else []
    messages = runner.replay(settings, chosen, detections, tracks, passages)
    runner.write(messages, out)
    if ways is not None and passages is not None:
        write_trajectories(ways, trajectories(passages))
    kinds = Counter(f"{e.data.kind} {e.data.phase}" for e in (decode(message.body) for message in messages))
    told = ", ".join(f"{count} × {kind}" for kind, count in sorted(kinds.items())) or "none"
    typer.echo(f"{len(detections)} frames, events: {told} → {out}")
