"""`matthan replay`: tracker and rules over recorded detections, no video."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from pipeline import motion, trajectories
from pipeline import replay as runner
from pipeline.config import load
from pipeline.errors import ConfigError
from pipeline.geometry import homography
from pipeline.recording import read_detections
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
    with TemporaryDirectory() as folder:
        kept = tracks or (Path(folder) / "tracks.parquet" if ways else None)
        messages = runner.replay(settings, chosen, detections, kept)
        runner.write(messages, out)
        if ways is not None and kept is not None and chosen.calibration is not None:
            plane = homography(chosen.calibration.image, chosen.calibration.ground_m)
            trajectories.write(ways, motion.trajectories(read_detections(kept), plane))
    kinds = Counter(f"{e.data.kind} {e.data.phase}" for e in (decode(message.body) for message in messages))
    told = ", ".join(f"{count} × {kind}" for kind, count in sorted(kinds.items())) or "none"
    typer.echo(f"{len(detections)} frames, events: {told} → {out}")
