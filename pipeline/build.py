"""Settings → objects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import numpy as np
import structlog

from pipeline import geometry, kinds, registry
from pipeline.config import Camera, City, Zone
from pipeline.detectors.settings import DetectorSettings
from pipeline.dwell import DwellClock
from pipeline.errors import ConfigError
from pipeline.flow import Lane
from pipeline.rules.crossings import Gate
from pipeline.rules.ledger import Place
from pipeline.scene import Scene
from pipeline.stages import Detector, Rule, Sink, Tracker
from pipeline.types import Floats
from pipeline.version import VERSION
from pipeline.view import RED_SIGNAL
from pipeline.wire import Mode, Origin, Provenance, digest

log = structlog.get_logger()


def detector(settings: DetectorSettings, lenient: bool = False) -> tuple[Detector, registry.ModelFile]:
    """The detector that the settings name, with the file it runs.

    `lenient`: where the model lacks some of `classes`, keep all it has instead of raising `ConfigError`.
    """
    kind = kinds.find("detector", settings.runtime)
    model = registry.resolve(settings.name, settings.runtime, settings.precision)
    settings = _suited(settings, model)
    try:
        return _with_signals(_with_static_change(kind(model.path, settings), settings), settings), model
    except ConfigError:
        if not lenient or settings.classes is None:
            raise
        return detector(settings.model_copy(update={"classes": None}))


def detector_of(city: City, lenient: bool = False) -> tuple[Detector, registry.ModelFile]:
    """The same for a city; the log names the rules that can never fire with it."""
    made, model = detector(city.model, lenient)
    for told in blind(city, made.names):
        log.warning(told)
    return made, model


def blind(city: City, names: Sequence[str]) -> list[str]:
    """A sentence for each rule in use none of whose classes a detector with these `names` knows."""
    used = {rule for camera in city.cameras for rule, _ in placed(camera)}
    wanted = {rule: city.rules[rule].classes for rule in city.rules if rule in used}
    return [
        f"rules.{rule} never fires: the model knows no {', '.join(classes)}; name one that does, e.g. "
        f"model.name: {registry.OFFICIAL}"
        for rule, classes in wanted.items() if not {*classes} & {*names}
    ]  # fmt: skip


def chosen(city: City, model: registry.ModelFile) -> City:
    """The city with what it left to choose of the model, its name and overlap: everybody is to take the same."""
    settings = _suited(city.model, model)
    if settings.name == registry.AUTO:
        settings = settings.model_copy(update={"name": model.name})
    return city.model_copy(update={"model": settings})


def _suited(settings: DetectorSettings, model: registry.ModelFile) -> DetectorSettings:
    """The settings with the overlap that suits the model, where they leave it open."""
    entry = registry.manifest().get(model.name)
    own = None if entry is None else entry.iou
    return settings if settings.iou is not None else settings.model_copy(update={"iou": own or settings.overlap})


def _with_static_change(made: Detector, settings: DetectorSettings) -> Detector:
    """The detector as it is, or wrapped; a recording that was made with still things tells them itself."""
    from pipeline.detectors.with_static_change import OBJECT, WithStaticChange

    if settings.static_change is None or OBJECT in made.names:
        return made
    return WithStaticChange(made, settings.static_change)


def _with_signals(made: Detector, settings: DetectorSettings) -> Detector:
    """The same for traffic signals."""
    from pipeline.detectors.with_signals import WithSignals

    if not settings.signals or RED_SIGNAL in made.names:
        return made
    return WithSignals(made, settings.signals)


def lane(city: City, camera: Camera, names: tuple[str, ...], frame_size: tuple[int, int]) -> Lane:
    """The lane of one camera, for one epoch of its stream; `frame_size` is (width, height) of the source picture."""
    size = np.array(frame_size, float)
    rules = [rule for name, zone in camera.zones.items() for rule in _zone_rules(city, zone, name, size)]
    came_over: dict[str, dict[int, str]] = defaultdict(dict)
    rules += [
        _line_rule(city, camera, rule, name, size, came_over[rule])
        for name, line in camera.lines.items() for rule in line.rules
    ]  # fmt: skip
    zone_info: tzinfo = city.zone
    roads = any("traffic" in getattr(city.rules[rule], "needs", ()) for rule, _ in placed(camera))
    return Lane(tracker(city, names), Scene(frame_size, names, zone_info, homography(camera), roads), rules)


def homography(camera: Camera) -> Floats | None:
    """The matrix from pixels of the source frame to metres, where the camera is calibrated."""
    if camera.calibration is None:
        return None
    return geometry.homography(camera.calibration.image, camera.calibration.ground_m)


def placed(camera: Camera) -> list[tuple[str, str]]:
    """The (rule, zone or line) of every rule of the camera's lane, in the order of `Lane.rules`."""
    zoned = [(rule, name) for name, zone in camera.zones.items() for rule in zone.rules]
    return zoned + [(rule, name) for name, line in camera.lines.items() for rule in line.rules]


def tracker(city: City, names: tuple[str, ...]) -> Tracker:
    """A new tracker, as the city file names it."""
    kind = city.tracker.kind
    own = city.tracker.model_extra or {}
    made: Tracker = kinds.find("tracker", kind)(kinds.settings("tracker", kind).model_validate(own), names)
    return made


def _zone_rules(city: City, zone: Zone, name: str, size: Floats) -> list[Rule]:
    """The rules of one zone share its polygon and its clocks."""
    corners = np.array(zone.polygon) * size
    shape = geometry.polygon([tuple(corner) for corner in corners.tolist()])
    direction = None if zone.direction is None else np.array(zone.direction) * size
    clocks: dict[Hashable, DwellClock] = {}
    made: list[Rule] = []
    for rule in zone.rules:
        settings = city.rules[rule]
        place = Place(rule, rule_sha256(settings), name, shape, clocks, direction)
        made.append(kinds.find("rule", settings.kind)(place, settings))
    return made


def _line_rule(
    city: City, camera: Camera, rule: str, name: str, size: Floats, came_over: dict[int, str]
) -> Rule:  # fmt: skip
    """The lines of a camera that have the same rule share who came over which of them."""
    settings, line = city.rules[rule], camera.lines[name]
    a, b = np.array(line.points) * size
    signal = None if line.signal is None else np.array(camera.zones[line.signal].polygon) * size
    gate = Gate(rule, rule_sha256(settings), name, a, b, signal, came_over)
    made: Rule = kinds.find("rule", settings.kind)(gate, settings)
    return made


def rule_sha256(settings: Any) -> str:
    """Stands for a rule's settings in event ids."""
    return digest(settings.model_dump(mode="json", exclude_none=True))


def origin(city: City, camera: Camera, provenance: Provenance) -> Origin:
    """What every event of this camera carries."""
    where = None if camera.location is None else (camera.location.lat, camera.location.lon)
    return Origin(city.city, camera.id, camera.ward, where, provenance, _locate(camera))


def _locate(camera: Camera) -> Callable[[tuple[float, float]], tuple[float, float]] | None:
    """How metres of the camera's plane become a place on the Earth, where that is known."""
    if camera.calibration is None or camera.calibration.origin is None:
        return None
    from pipeline.anchor import Anchor  # projections take a while to load, and few need them

    return Anchor(camera.calibration.origin.lat, camera.calibration.origin.lon).locate


def provenance(city: City, mode: Mode, model: str, model_sha256: str | None, inputs: list[str]) -> Provenance:
    """Which run this is: the same inputs, model and settings make the same run, so that it can be repeated."""
    config = city.sha256()
    run = digest([mode, inputs, model, model_sha256, config, VERSION])[:16]
    return Provenance(mode=mode, run=run, model=model, model_sha256=model_sha256, config_sha256=config, version=VERSION)


def sinks(city: City, folder: Path) -> list[Sink]:
    """The sinks of the city file; `events.jsonl` in `folder` is always among them."""
    from pipeline.sinks.jsonl import JsonLines, JsonLinesSettings

    lines: Sink = JsonLines(city.sinks.get("jsonl", JsonLinesSettings()), folder)
    return [lines, *(sink(city, kind) for kind in city.sinks if kind != "jsonl")]


def sink(city: City, kind: str) -> Sink:
    """One sink of the city file, other than `jsonl`."""
    if kind not in city.sinks or kind == "jsonl":
        known = ", ".join(name for name in city.sinks if name != "jsonl") or "none"
        raise ConfigError(f"the city file has no sink {kind!r} to send to; it has {known}")
    made: Sink = kinds.find("sink", kind)(city.sinks[kind])
    return made


def places(camera: Camera) -> dict[str, Any]:
    """All zones and lines of a camera in 0..1, by name, for drawing."""
    return {
        **{name: zone.polygon for name, zone in camera.zones.items()},
        **{name: line.points for name, line in camera.lines.items()},
    }


def local(time: float, zone: tzinfo) -> str:
    """The city's clock at `time`, e.g. 2026-03-01 14:03:22."""
    return datetime.fromtimestamp(time, zone).strftime("%Y-%m-%d %H:%M:%S")


def day(time: float, zone: tzinfo) -> str:
    """The day of the city at `time`, e.g. 2026-03-01."""
    return datetime.fromtimestamp(time, zone).date().isoformat()


def frame_size(camera: Camera, told: tuple[int, int] | None) -> tuple[int, int]:
    """The size that relates pixels to zones; `ConfigError` where neither the file nor the camera tells it."""
    size = camera.frame_size or told
    if size is None:
        raise ConfigError(f"camera {camera.id}: replay needs its frame_size: [width, height] in the city file")
    return size
