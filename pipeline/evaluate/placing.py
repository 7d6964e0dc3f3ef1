"""The same camera with other rules in its zones and on its lines."""

from __future__ import annotations

from collections.abc import Callable

from pipeline import build
from pipeline.config import Camera, City
from pipeline.errors import ConfigError

Rules = tuple[str, ...]


def only(city: City, camera: Camera, rule: str | None) -> Camera:
    """The camera with no other rule than `rule`, or as it is; `ConfigError` where that rule does not hold there."""
    known = list(dict.fromkeys(name for name, _ in build.placed(camera)))
    if not known:
        raise ConfigError(f"camera {camera.id}: has no rule in any zone or on any line, so nothing can fire")
    if rule is None:
        return camera
    if rule not in known:
        where = "is in the city file, but in no zone and on no line of" if rule in city.rules else "does not hold at"
        raise ConfigError(f"--rule: {rule!r} {where} camera {camera.id}; there are {', '.join(known)}")
    return changed(camera, lambda rules: tuple(name for name in rules if name == rule))


def changed(camera: Camera, change: Callable[[Rules], Rules]) -> Camera:
    """The camera with `change(rules)` in every zone and on every line."""
    zones = {name: zone.model_copy(update={"rules": change(zone.rules)}) for name, zone in camera.zones.items()}
    lines = {name: line.model_copy(update={"rules": change(line.rules)}) for name, line in camera.lines.items()}
    return camera.model_copy(update={"zones": zones, "lines": lines})
