"""`matthan explain`: why an event fired, or why nothing did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, cast, get_args

import typer

from pipeline import build
from pipeline.config import Camera, City, load
from pipeline.errors import ConfigError, InputError
from pipeline.evaluate import charts, explain, finding, listed, placing, told, truth
from pipeline.evaluate.explain import Fired, Missed
from pipeline.evaluate.gauge_words import Language
from pipeline.evaluate.told import Teller
from pipeline.recording import Recording, read_detections
from pipeline.wire import timestamp

RUN_FILE = "detections.parquet"


def explain_events(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="[EVENT_ID] RECORDING", help="An event's id or its beginning; a detections file or a run's folder."
        ),
    ],
    city: Annotated[Path, typer.Option("--city", help="City file.")],
    camera: Annotated[str | None, typer.Option("--camera", help="Which camera; default: the city's only one.")] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="T", help="RFC 3339, or MM:SS or seconds of the recording.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="T", help="The same; default: all of it.")] = None,
    rule: Annotated[str | None, typer.Option("--rule", help="Only this rule.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="vi or en.")] = "en",
    plot: Annotated[Path | None, typer.Option("--plot", metavar="FILE.html", help="Write charts and a map.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Why an event fired: measured values against thresholds over time. Without an EVENT_ID: what came nearest.

    The recording is judged again, which gives the same events under the same settings.
    """
    event, path = _split(what)
    language = _language(lang)
    settings = load(city)
    chosen = settings.camera(camera or _camera_of(path, event) or _only(settings))
    recording = read_detections(path / RUN_FILE if path.is_dir() else path, chosen.id)
    teller = Teller(language, settings.zone, explain.span(recording)[0])
    if event is None:
        chosen = placing.only(settings, chosen, rule)
        missed = explain.why_not(settings, chosen, recording, *_range(start, end, recording, settings))
        lines, data = told.missed(missed, teller), listed.missed(missed, chosen.id, teller)
        sections = [] if plot is None else _missed_charts(settings, chosen, recording, missed, teller)
    else:
        if start or end or rule:
            raise ConfigError("EVENT_ID: an event has its own time and rule; leave out --from, --to and --rule")
        fired = _fired(settings, chosen, recording, event, path)
        lines, data = told.fired(fired, teller), listed.fired(fired, chosen.id)
        sections = [] if plot is None else _fired_charts(chosen, recording, fired, teller)
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2) if as_json else "\n".join(lines))
    if plot is not None:
        charts.write(plot, f"Mắt Thần: {chosen.id}", sections)
        typer.echo(f"charts → {plot}", err=as_json)


def _split(what: list[str]) -> tuple[str | None, Path]:
    if len(what) > 2:
        raise ConfigError(f"explain: takes [EVENT_ID] RECORDING, got {len(what)} arguments: {' '.join(what)}")
    return (what[0] if len(what) == 2 else None), Path(what[-1])


def _language(text: str) -> Language:
    for language in get_args(Language):
        if text == language:
            return cast(Language, language)
    raise ConfigError(f"--lang: must be vi or en, got {text!r}")


def _only(city: City) -> str:
    if len(city.cameras) > 1:
        known = ", ".join(camera.id for camera in city.cameras[:20])
        raise ConfigError(f"--camera: city {city.city} has {len(city.cameras)} cameras, name one of {known}")
    return city.cameras[0].id


def _camera_of(path: Path, event: str | None) -> str | None:
    """The camera of an event, as the run's own events tell it."""
    if event is None or not (path / "events.jsonl").is_file():
        return None
    return next((item.camera for item in finding.read([path]) if item.event_id.startswith(event.lower())), None)


def _range(start: str | None, end: str | None, recording: Recording, city: City) -> tuple[float, float]:
    first, last = explain.span(recording)
    begin = first if start is None else _instant("--from", start, first, city)
    until = last if end is None else _instant("--to", end, first, city)
    if begin > last or until < first:
        length = f"{last - first:g}"
        raise ConfigError(
            f"--from, --to: nothing was recorded then; the recording is from "
            f"{timestamp(first)} to {timestamp(last)}, 0 to {length} s"
        )
    if begin > until:
        raise ConfigError(f"--from: must not be after --to, got {start} and {end or 'the end of the recording'}")
    return begin, until


def _instant(option: str, text: str, first: float, city: City) -> float:
    after = truth.elapsed(text)
    if after is not None:
        return first + after
    try:
        return truth.instant(text, city.zone)
    except ValueError as exc:
        raise ConfigError(f"{option}: {exc}; or MM:SS or seconds from the start of the recording") from exc


def _fired(city: City, camera: Camera, recording: Recording, event: str, path: Path) -> Fired:
    try:
        return explain.why(city, camera, recording, event)
    except InputError as exc:
        if _camera_of(path, event) is None:
            raise
        told_by = f"{path / 'events.jsonl'} has it, so {city.city}'s rules or the camera are not those of that run"
        raise InputError(f"{exc}; {told_by}") from exc


def _fired_charts(camera: Camera, recording: Recording, fired: Fired, teller: Teller) -> list[charts.Section]:
    event = fired.firing.first
    size = build.frame_size(camera, recording.frame_size)
    drawn = charts.draw(fired.followed, camera, size, event.zone, teller.zone, teller.lang, event.time)
    return [(f"{event.kind} · {event.zone}", "\n".join(told.summary(fired.firing, teller)), drawn)]


def _missed_charts(
    city: City, camera: Camera, recording: Recording, missed: Missed, teller: Teller
) -> list[charts.Section]:
    size = build.frame_size(camera, recording.frame_size)
    watches = {candidate.key: watch for watch in missed.watches for candidate in watch.candidates}
    sections: list[charts.Section] = [(camera.id, "\n".join(told.missed(missed, teller)), [])]
    for candidate, seen in explain.followed(city, camera, recording, missed):
        text = told.miss(missed, watches[candidate.key], candidate, teller)
        drawn = charts.draw(seen, camera, size, candidate.zone, teller.zone, teller.lang, None)
        sections.append((f"{candidate.rule} · {candidate.zone}", text, drawn))
    return sections
