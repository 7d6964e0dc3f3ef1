"""Settings → objects."""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path
from typing import Any

import numpy as np

from pipeline import geometry, kinds, registry
from pipeline.config import Camera, City
from pipeline.detectors.settings import DetectorSettings
from pipeline.errors import ConfigError
from pipeline.flow import Lane
from pipeline.rules.line_crossing import Gate
from pipeline.rules.presence import Place
from pipeline.scene import Scene
from pipeline.stages import Detector, Rule, Sink, Tracker
from pipeline.types import Floats
from pipeline.version import VERSION
from pipeline.wire import Mode, Origin, Provenance, digest


def detector(settings: DetectorSettings, lenient: bool = False) -> tuple[Detector, registry.ModelFile]:
    """The detector that the settings name, with the file it runs.

    `lenient`: where the model lacks some of `classes`, keep all it has instead of raising `ConfigError`.
    """
    kind = kinds.find("detector", settings.runtime)
    model = registry.resolve(settings.name, settings.runtime, settings.precision)
    try:
        return kind(model.path, settings), model
    except ConfigError:
        if not lenient or settings.classes is None:
            raise
        return detector(settings.model_copy(update={"classes": None}))


def lane(city: City, camera: Camera, names: tuple[str, ...], frame_size: tuple[int, int]) -> Lane:
    """The lane of one camera, for one epoch of its stream; `frame_size` is (width, height) of the source picture."""
    size = np.array(frame_size, float)
    matrix = None
    if camera.calibration is not None:
        matrix = geometry.homography(camera.calibration.image, camera.calibration.ground_m)
    rules = [_zone_rule(city, rule, name, np.array(zone.polygon) * size)
             for name, zone in camera.zones.items() for rule in zone.rules]  # fmt: skip
    rules += [_line_rule(city, rule, name, np.array(line.points) * size)
              for name, line in camera.lines.items() for rule in line.rules]  # fmt: skip
    zone_info: tzinfo = city.zone
    return Lane(tracker(city, names), Scene(frame_size, names, zone_info, matrix), rules)


def tracker(city: City, names: tuple[str, ...]) -> Tracker:
    """A new tracker, as the city file names it."""
    kind = city.tracker.kind
    own = city.tracker.model_extra or {}
    made: Tracker = kinds.find("tracker", kind)(kinds.settings("tracker", kind).model_validate(own), names)
    return made


def _zone_rule(city: City, rule: str, zone: str, corners: Floats) -> Rule:
    settings = city.rules[rule]
    place = Place(rule, rule_sha256(settings), zone, geometry.polygon([tuple(corner) for corner in corners.tolist()]))
    made: Rule = kinds.find("rule", settings.kind)(place, settings)
    return made


def _line_rule(city: City, rule: str, line: str, ends: Floats) -> Rule:
    settings = city.rules[rule]
    made: Rule = kinds.find("rule", settings.kind)(Gate(rule, rule_sha256(settings), line, ends[0], ends[1]), settings)
    return made


def rule_sha256(settings: Any) -> str:
    """Stands for a rule's settings in event ids."""
    return digest(settings.model_dump(mode="json"))


def origin(city: City, camera: Camera, provenance: Provenance) -> Origin:
    """What every event of this camera carries."""
    where = None if camera.location is None else (camera.location.lat, camera.location.lon)
    return Origin(city.city, camera.id, camera.ward, where, provenance)


def provenance(city: City, mode: Mode, model: str, model_sha256: str | None, inputs: list[str]) -> Provenance:
    """Which run this is: the same inputs, model and settings make the same run, so that it can be repeated."""
    config = city.sha256()
    run = digest([mode, inputs, model, model_sha256, config, VERSION])[:16]
    return Provenance(mode=mode, run=run, model=model, model_sha256=model_sha256, config_sha256=config, version=VERSION)


def sinks(city: City, folder: Path) -> list[Sink]:
    """The sinks of the city file; `events.jsonl` in `folder` is always among them."""
    from pipeline.sinks.jsonl import JsonLines, JsonLinesSettings

    made: list[Sink] = [JsonLines(city.sinks.get("jsonl", JsonLinesSettings()), folder)]
    for kind, settings in city.sinks.items():
        if kind != "jsonl":
            made.append(kinds.find("sink", kind)(settings))
    return made


def places(camera: Camera) -> dict[str, Any]:
    """All zones and lines of a camera in 0..1, by name, for drawing."""
    return {
        **{name: zone.polygon for name, zone in camera.zones.items()},
        **{name: line.points for name, line in camera.lines.items()},
    }


def frame_size(camera: Camera, told: tuple[int, int] | None) -> tuple[int, int]:
    """The size that relates pixels to zones; `ConfigError` where neither the file nor the camera tells it."""
    size = camera.frame_size or told
    if size is None:
        raise ConfigError(f"camera {camera.id}: replay needs its frame_size: [width, height] in the city file")
    return size
