"""`matthan demo`: the whole pipeline on a scene made on the spot, with nothing to download or configure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipeline import analyse as runner
from pipeline import build
from pipeline.commands.analyse import show
from pipeline.config import City, check
from pipeline.errors import ModelError
from pipeline.registry import ModelFile
from pipeline.report import analysed
from pipeline.simulate import demo_scene
from pipeline.stages import Detector
from pipeline.streams.decode import VideoFile
from pipeline.streams.file import FileStream

START = 1_772_373_600.0
"""2026-03-01 21:00 in Hà Tĩnh: the demo's footage always begins at the same instant, so its events keep their ids."""


def demo(out: Annotated[Path, typer.Option("--out", help="Folder for the results.")] = Path("matthan-demo")) -> None:
    """Compose a street scene, run the real pipeline on it, and say where to look."""
    console = Console()
    out.mkdir(parents=True, exist_ok=True)
    stage = demo_scene.Stage()
    recording = out / "truth.det.csv"
    demo_scene.write(stage, out / "street.mp4", recording, START)
    city = check(demo_scene.CITY)
    city, detector, model = _detector(console, city, stage, recording)
    video = VideoFile(out / "street.mp4")
    camera = city.cameras[0]
    told = f"{model.name} {city.model.runtime} {detector.precision}"
    provenance = build.provenance(city, "archive", told, model.sha256, [runner.identity(out / "street.mp4")])
    run = runner.Run(city, detector, provenance, out, annotate=True)
    summary = run([runner.Job(camera, FileStream(video, camera.id, START, camera.analyse_fps), "street")])
    show(console, summary, out, analysed.write(out, city, provenance, summary))
    console.print(f"Look at {out / 'street.annotated.mp4'} first, then open {out / 'report.html'}.", soft_wrap=True)


def _detector(
    console: Console, city: City, stage: demo_scene.Stage, recording: Path
) -> tuple[City, Detector, ModelFile]:
    """A model that is at hand; else the recorded detections of the scene, said plainly."""
    why = "the photograph of the package ultralytics is not installed, so the scene is drawn"
    if stage.from_photo:
        try:
            return city, *build.detector(city.model)
        except ModelError as exc:
            why = str(exc)
    console.print(
        f"NO MODEL RUNS IN THIS DEMO: {why}.\nThe boxes below are the scene's own truth, recorded when it was "
        "composed; tracking, rules, events and evidence are real.",
        highlight=False,
        soft_wrap=True,
    )
    settings = city.model.model_copy(update={"name": str(recording), "runtime": "recorded", "classes": None})
    city = city.model_copy(update={"model": settings})
    return city, *build.detector(settings)
