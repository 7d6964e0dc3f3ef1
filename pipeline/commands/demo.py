"""`matthan demo`: the whole pipeline on a scene made on the spot; nothing to download, nothing to configure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipeline import analyse as runner
from pipeline import build
from pipeline.commands.analyse import show
from pipeline.config import check
from pipeline.report import analysed
from pipeline.simulate import demo_scene
from pipeline.streams.decode import VideoFile
from pipeline.streams.file import FileStream

START = 1_772_373_600.0
"""2026-03-01 21:00 in Hà Tĩnh: the demo's footage always begins at the same instant, so its events keep their ids."""


def demo(out: Annotated[Path, typer.Option("--out", help="Folder for the results.")] = Path("matthan-demo")) -> None:
    """Compose a street scene, run the real pipeline on it, and say where to look."""
    console = Console()
    stage = demo_scene.Stage()
    out.mkdir(parents=True, exist_ok=True)
    demo_scene.write(stage, out / "street.mp4")
    city = check(demo_scene.CITY)
    detector, model = build.detector(city.model)
    console.print(f"Detector: {model.name}, {model.path}", highlight=False, soft_wrap=True)
    video = VideoFile(out / "street.mp4")
    camera = city.cameras[0]
    told = f"{model.name} {city.model.runtime} {detector.precision}"
    provenance = build.provenance(city, "archive", told, model.sha256, [runner.identity(out / "street.mp4")])
    run = runner.Run(city, detector, provenance, out, annotate=True)
    summary = run([runner.Job(camera, FileStream(video, camera.id, START, camera.analyse_fps), "street")])
    show(console, summary, out, analysed.write(out, city, provenance, summary))
    console.print(f"Look at {out / 'street.annotated.mp4'} first, then open {out / 'report.html'}.", soft_wrap=True)
