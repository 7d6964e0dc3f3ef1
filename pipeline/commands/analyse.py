"""`matthan analyse`: video files in, explained events out."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from pipeline import analyse as runner
from pipeline import build, builtin
from pipeline.commands.progress import bars
from pipeline.config import City, load
from pipeline.detectors.settings import DetectorSettings
from pipeline.errors import ConfigError
from pipeline.report import analysed
from pipeline.streams.decode import VideoFile
from pipeline.streams.file import FileStream
from pipeline.streams.start import Start, recording_start

Videos = Annotated[list[Path], typer.Argument(metavar="VIDEO...", help="Video files, of any format FFmpeg reads.")]
CityFile = Annotated[Path | None, typer.Option("--city", help="City file; without one, built-in settings.")]
CameraId = Annotated[str | None, typer.Option("--camera", help="Which camera of the city the files are of.")]
Out = Annotated[Path, typer.Option("--out", help="Folder for the results.")]


def analyse(
    videos: Videos,
    city: CityFile = None,
    camera: CameraId = None,
    out: Out = Path("matthan-out"),
    annotate: Annotated[bool, typer.Option("--annotate", help="Write an MP4 with everything drawn in.")] = False,
    start: Annotated[
        datetime | None,
        typer.Option(
            "--start", help="When the recording began, city time.", formats=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]
        ),
    ] = None,
    model: Annotated[str | None, typer.Option("--model", help="Name, or path of a model file or folder.")] = None,
    runtime: Annotated[str | None, typer.Option("--runtime", help="openvino, ultralytics or recorded.")] = None,
    precision: Annotated[str | None, typer.Option("--precision", help="f32, bf16 or int8.")] = None,
    fps: Annotated[float | None, typer.Option("--fps", min=0.1, max=60, help="Frames analysed per second.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Analyse video files: detect, track, judge; write events, tracks, stills and a report."""
    if city is None and camera is not None:
        raise ConfigError("--camera: names a camera of a city file; give one with --city")
    opened = [VideoFile(video) for video in videos]
    settings = load(city) if city else builtin.city(_ids(videos))
    settings = _override(settings, model, runtime, precision, fps)
    cameras = [settings.camera(camera or _only(settings)) if city else settings.cameras[i] for i in range(len(videos))]
    starts = [_start(settings, file, start) for file in opened]
    detector, file = build.detector_of(settings, lenient=city is None)
    provenance = build.provenance(
        settings, "archive", f"{file.name} {settings.model.runtime} {detector.precision}", file.sha256,
        [f"{runner.identity(v)}@{s.time}" for v, s in zip(videos, starts, strict=True)],
    )  # fmt: skip
    run = runner.Run(settings, detector, provenance, out, annotate)
    jobs = [
        runner.Job(c, FileStream(f, c.id, s.time, c.analyse_fps, c.privacy_masks), label)
        for c, f, s, label in zip(cameras, opened, starts, _labels(videos), strict=True)
    ]
    console = Console(stderr=as_json)
    for video, began in zip(videos, starts, strict=True):
        console.print(_said(video, began, settings), highlight=False, soft_wrap=True)
    with bars(console) as bar:
        summary = run(jobs, bar)
    detector.close()
    page = analysed.write(out, settings, run.provenance, summary)
    if as_json:
        typer.echo(json.dumps(analysed.as_dict(summary, out), ensure_ascii=False))
    else:
        show(console, summary, out, page)
    if summary.stopped:
        console.print("stopped; the same command goes on", highlight=False)
        raise typer.Exit(1)


def show(console: Console, summary: runner.Summary, out: Path, page: Path) -> None:
    """The summary table, what went wrong, and where everything is."""
    table = Table("video", "footage", "decoded", "analysed", "tracks")
    for label, frames in summary.frames.items():
        counts = (summary.decoded[label], frames, summary.tracks.get(label, 0))
        table.add_row(label, f"{summary.seconds[label]:.1f} s", *map(str, counts))
    console.print(table)
    events = ", ".join(f"{count} × {name}" for name, count in sorted(summary.events.items())) or "none"
    footage = sum(summary.seconds.values())
    console.print(f"events: {events}", highlight=False)
    console.print(f"{footage:.1f} s of footage in {summary.wall_s:.1f} s ({footage / summary.wall_s:.1f} × real time)")
    for note in summary.notes:
        console.print(f"note: {note}", highlight=False, soft_wrap=True)
    for path in sorted(p for p in out.iterdir() if p.suffix in {".mp4", ".jsonl", ".parquet"}):
        console.print(f"  {path}", highlight=False, soft_wrap=True)
    if (out / "evidence").exists():
        console.print(f"  {out / 'evidence'}{'/'} (stills)", highlight=False, soft_wrap=True)
    console.print(f"  {page}", highlight=False, soft_wrap=True)


def _override(city: City, model: str | None, runtime: str | None, precision: str | None, fps: float | None) -> City:
    given = {"name": model, "runtime": runtime, "precision": precision}
    try:
        detector = DetectorSettings.model_validate(
            {**city.model.model_dump(), **{k: v for k, v in given.items() if v is not None}}
        )
    except ValueError as exc:
        raise ConfigError(f"--precision: must be f32, bf16 or int8, got {precision!r}") from exc
    cameras = city.cameras if fps is None else tuple(c.model_copy(update={"analyse_fps": fps}) for c in city.cameras)
    return city.model_copy(update={"model": detector, "cameras": cameras})


def _ids(videos: list[Path]) -> list[str]:
    """A camera id for each file; files of the same name get a number."""
    ids: list[str] = []
    for video in videos:
        base = builtin.camera_id(video)
        ids.append(base if base not in ids else f"{base[:76]}-{len(ids)}")
    return ids


_labels = _ids


def _only(city: City) -> str:
    if len(city.cameras) > 1:
        known = ", ".join(camera.id for camera in city.cameras[:20])
        raise ConfigError(f"--camera: say which camera the files are of; the city has {known}")
    return city.cameras[0].id


def _start(city: City, video: VideoFile, given: datetime | None) -> Start:
    return recording_start(video.path, city.zone, given, video.created, city.recordings.name_patterns)


def _said(video: Path, start: Start, city: City) -> str:
    if start.source == "unknown":
        return f"{video}: nothing tells when it was recorded, times count from 1970-01-01; give --start"
    local = datetime.fromtimestamp(start.time, city.zone)
    return f"{video}: recorded from {local:%Y-%m-%d %H:%M:%S} {city.timezone} (by {start.source})"
