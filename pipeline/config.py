"""city.yaml → settings; every mistake is reported at once, with its path."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from pipeline import geometry, kinds
from pipeline.detectors.settings import DetectorSettings
from pipeline.errors import ConfigError, redact
from pipeline.evidence.settings import EvidenceSettings
from pipeline.gate import GateSettings
from pipeline.health import HealthSettings
from pipeline.sinks.intake import OutboxSettings
from pipeline.streams.receive import ReceiveSettings
from pipeline.streams.start import NAME_PATTERNS
from pipeline.wire import digest

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]
"""Lower-case letters, digits and hyphens: safe in a topic, a file name and a URL."""
Point = tuple[float, float]
ASIDE = {"source", "stream", "priority"}
"""Settings of a camera that decide whether there are results, not which."""
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def _in_frame(points: tuple[Point, ...]) -> tuple[Point, ...]:
    for i, (x, y) in enumerate(points):
        if not (0 <= x <= 1 and 0 <= y <= 1):
            raise ValueError(f"point {i} must lie in the frame, 0..1, got [{x:g}, {y:g}]")
    return points


def _simple(points: tuple[Point, ...]) -> tuple[Point, ...]:
    geometry.polygon(points)
    return points


def _two_ends(points: tuple[Point, ...]) -> tuple[Point, ...]:
    if len(points) != 2 or points[0] == points[1]:
        raise ValueError(f"needs two different points, got {[list(point) for point in points]}")
    return points


Polygon = Annotated[tuple[Point, ...], AfterValidator(_in_frame), AfterValidator(_simple)]
Segment = Annotated[tuple[Point, ...], AfterValidator(_in_frame), AfterValidator(_two_ends)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Ward(_Model):
    """A ward whose police read their own topics."""

    name: str = ""


class Zone(_Model):
    """A polygon of the frame and the rules that hold in it."""

    polygon: Polygon
    rules: tuple[str, ...] = ()
    direction: Segment | None = Field(None, description="Lawful travel, an arrow, for rules that need it.")


class Line(_Model):
    """A line across the frame; forward is from the left of a→b to its right, as seen in the image."""

    points: Segment
    rules: tuple[str, ...] = ()
    signal: str | None = Field(None, description="The zone over the traffic signal that holds here.")


class Location(_Model):
    """Where the camera stands, WGS 84."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)


class Calibration(_Model):
    """At least four pairs of the same point: pixels of the source frame, and metres on the ground."""

    image: tuple[Point, ...]
    ground_m: tuple[Point, ...]
    origin: Location | None = Field(
        None, description="Where ground_m [0, 0] is on the Earth, +y north: so conflicts get their own place."
    )


class Camera(_Model):
    """One camera, or the recordings of one."""

    id: Slug
    ward: tuple[str, ...] = Field(min_length=1, description="One ward, or a list for a camera on the border.")
    group: str | None = None
    owner: Literal["community", "private", "public", "boarding-house"] | None = None
    source: SecretStr | None = Field(None, description="URL or path; secrets by ${ENV}.")
    frame_size: tuple[Annotated[int, Field(gt=0)], Annotated[int, Field(gt=0)]] | None = None
    location: Location | None = None
    analyse_fps: float = Field(5.0, gt=0, le=60)
    zones: dict[str, Zone] = {}
    lines: dict[str, Line] = {}
    calibration: Calibration | None = None
    privacy_masks: tuple[Polygon, ...] = ()
    priority: float = Field(1.0, gt=0, le=100, description="Its share of the detector when there is not enough.")
    duty: float = Field(1.0, gt=0, le=1, description="Part of the time in which it is analysed live.")
    recordings: tuple[str, ...] = Field(
        (), description="Globs that the paths of its archived files fit, e.g. */ch03_*."
    )
    stream: ReceiveSettings | None = Field(None, description="How it is read, where that differs from the city's.")
    gate: GateSettings | None = Field(None, description="What counts as a change, where that differs from the city's.")
    health: HealthSettings | None = Field(None, description="When it is unfit, where that differs from the city's.")

    @field_validator("ward", mode="before")
    @classmethod
    def _one_or_more(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("calibration")
    @classmethod
    def _solvable(cls, value: Calibration | None) -> Calibration | None:
        if value is not None:
            geometry.homography(value.image, value.ground_m)
        return value


class Tracking(BaseModel):
    """Which tracker; its own settings lie beside it."""

    model_config = ConfigDict(extra="allow", frozen=True)
    kind: str = "bytetrack"


class Recordings(_Model):
    """How archived files are read."""

    name_patterns: tuple[str, ...] = Field(
        NAME_PATTERNS, description="Regular expressions with groups Y m d H M S, or epoch; tried in order."
    )

    @field_validator("name_patterns")
    @classmethod
    def _compiles(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                groups = re.compile(pattern).groupindex
            except re.error as exc:
                raise ValueError(f"{pattern!r} is no regular expression: {exc}") from exc
            if "epoch" not in groups and set("YmdHMS") - set(groups):
                raise ValueError(f"{pattern!r} needs the groups Y m d H M S, or epoch")
        return patterns


class City(_Model):
    """The whole city file."""

    city: Slug
    timezone: str = "Asia/Ho_Chi_Minh"
    wards: dict[Slug, Ward] = Field(min_length=1)
    model: DetectorSettings = DetectorSettings()
    tracker: Tracking = Tracking()
    rules: dict[str, Any] = Field({}, description="Settings of each rule, by name; validated by its kind.")
    cameras: tuple[Camera, ...] = Field(min_length=1)
    recordings: Recordings = Recordings()
    stream: ReceiveSettings = ReceiveSettings()
    gate: GateSettings = GateSettings()
    health: HealthSettings = HealthSettings()
    evidence: EvidenceSettings = EvidenceSettings()
    outbox: OutboxSettings = OutboxSettings()
    sinks: dict[str, Any] = Field({}, description="Settings of each sink, by kind; none = outbox and events.jsonl.")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as exc:
            raise ValueError(f"no such time zone, e.g. Asia/Ho_Chi_Minh, got {value!r}") from exc
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def camera(self, camera_id: str) -> Camera:
        """The camera with this id; `ConfigError` lists the ids there are."""
        for camera in self.cameras:
            if camera.id == camera_id:
                return camera
        known = ", ".join(camera.id for camera in self.cameras[:20])
        raise ConfigError(f"no camera {camera_id!r} in city {self.city}; there are {known}")

    def sha256(self) -> str:
        """Stands for what decides the results, in every event; secrets, sinks and storage are left out."""
        apart: Any = {**dict.fromkeys(("sinks", "outbox", "evidence", "stream"), True), "cameras": {"__all__": ASIDE}}
        return digest(self.model_dump(mode="json", exclude=apart))


def load(path: Path) -> City:
    """Read and check a city file.

    Raises:
        ConfigError: with every mistake, each on a line of its own that begins with its path.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError(f"{path}: cannot be read: {getattr(exc, 'strerror', None) or exc}") from exc
    try:
        raw = yaml.load(text, Loader=_UniqueKeys)
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise ConfigError(f"{path}: {where}{getattr(exc, 'problem', None) or 'not YAML'}") from exc
    if not isinstance(raw, dict):
        raise ConfigError(f"{path}: must be a mapping that begins with `city:`, got {type(raw).__name__}")
    return check(raw, path.parent)


def check(raw: Mapping[str, Any], folder: Path = Path()) -> City:
    """Check the content of a city file; `folder` is where a cameras CSV is looked for."""
    mistakes: list[str] = []
    filled = dict(_fill_secrets(dict(raw), "", mistakes))
    if isinstance(filled.get("cameras"), str):
        filled["cameras"] = _cameras_csv(folder / filled["cameras"], mistakes)
    rules = _plug_ins("rule", filled.get("rules"), mistakes, lambda name, own: own.get("kind", ""))
    sinks = _plug_ins("sink", filled.get("sinks"), mistakes, lambda name, own: name)
    tracker = filled.get("tracker")
    if isinstance(tracker, dict):
        _plug_ins("tracker", {"": tracker}, mistakes, lambda name, own: own.get("kind", "bytetrack"))
    city: City | None = None
    try:
        city = _with_signals(City.model_validate({**filled, "rules": rules, "sinks": sinks}))
    except ValidationError as exc:
        mistakes += [_sentence(error) for error in exc.errors() if not _follows(error)]
    mistakes += _loose_ends(filled, rules)
    if mistakes or city is None:
        raise ConfigError([redact(mistake) for mistake in dict.fromkeys(mistakes)])
    return city


def _plug_ins(family: kinds.Family, raw: Any, mistakes: list[str], kind_of: Any) -> dict[str, Any]:
    """Validate each plug-in's settings with the model that lies beside its class."""
    section = {"rule": "rules", "sink": "sinks", "tracker": "tracker", "detector": "model"}[family]
    checked: dict[str, Any] = {}
    if raw is None:
        return checked
    if not isinstance(raw, dict):
        mistakes.append(f"{section}: must be a mapping of names to settings, got {type(raw).__name__}")
        return checked
    for name, given in raw.items():
        where = f"{section}.{name}" if name else section
        own = {} if given is None else given
        if not isinstance(own, dict):
            mistakes.append(f"{where}: must be a mapping of settings, got {own!r}")
            continue
        try:
            model = kinds.settings(family, str(kind_of(name, own)))
            fields = own if "kind" in model.model_fields else {k: v for k, v in own.items() if k != "kind"}
            checked[name] = model.model_validate(fields)
        except ConfigError as exc:
            mistakes += [f"{where}.kind: {mistake}" for mistake in exc.mistakes]
        except ValidationError as exc:
            mistakes += [_sentence(error, where) for error in exc.errors()]
    return checked


def _loose_ends(raw: Mapping[str, Any], rules: Mapping[str, Any]) -> list[str]:
    """References that lead nowhere, found in the raw file so that other mistakes do not hide them."""
    wards = raw.get("wards")
    known_rules = raw.get("rules") if isinstance(raw.get("rules"), dict) else {}
    seen: dict[str, int] = {}
    mistakes: list[str] = []
    cameras = raw.get("cameras")
    for i, camera in enumerate(cameras if isinstance(cameras, list | tuple) else []):
        if not isinstance(camera, dict):
            continue
        where = f"cameras[{i}]"
        identity = camera.get("id")
        if isinstance(identity, str) and seen.setdefault(identity, i) != i:
            mistakes.append(f"{where}.id: {identity!r} is the id of cameras[{seen[identity]}] already")
        named = camera.get("ward")
        for ward in [named] if isinstance(named, str) else named or []:
            if isinstance(wards, dict) and ward not in wards:
                mistakes.append(f"{where}.ward: no ward {ward!r}; there are {', '.join(map(str, wards))}")
        for places, kind in (("zones", "zone"), ("lines", "line")):
            entries = camera.get(places)
            for name, place in entries.items() if isinstance(entries, dict) else ():
                own = place.get("rules") if isinstance(place, dict) else None
                mistakes += _no_signal(f"{where}.{places}.{name}", camera, place)
                for j, rule in enumerate(own if isinstance(own, list | tuple) else ()):
                    at = f"{where}.{places}.{name}.rules[{j}]"
                    if rule not in (known_rules or {}):
                        mistakes.append(f"{at}: no rule {rule!r}; there are {', '.join(map(str, known_rules or {}))}")
                    elif rule in rules and getattr(rules[rule], "place", kind) != kind:
                        mistakes.append(
                            f"{at}: {rule!r} is a {rules[rule].kind}, which belongs on a {rules[rule].place}"
                        )
                    elif rule in rules:
                        mistakes += _unmet(at, rules[rule], camera, place)
    return mistakes


def _with_signals(city: City) -> City:
    """The detector is told where the signals are that lines name."""
    signals = {
        camera.id: {
            line.signal: camera.zones[line.signal].polygon
            for line in camera.lines.values() if line.signal is not None and line.signal in camera.zones
        }
        for camera in city.cameras
    }  # fmt: skip
    if not any(signals.values()):
        return city
    told = {camera: zones for camera, zones in signals.items() if zones}
    return city.model_copy(update={"model": city.model.model_copy(update={"signals": told})})


def _unmet(at: str, rule: Any, camera: Mapping[str, Any], place: Mapping[str, Any]) -> list[str]:
    """What a rule cannot do without, and does not find here."""
    needs: frozenset[str] = getattr(rule, "needs", frozenset())
    mistakes = []
    if "calibration" in needs and camera.get("calibration") is None:
        mistakes.append(
            f"{at}: a {rule.kind} needs metres, and camera {camera.get('id')} has no calibration; `matthan calibrate` "
            "makes one"
        )
    if "direction" in needs and place.get("direction") is None:
        mistakes.append(f"{at}: a {rule.kind} needs the zone's direction: [[x, y], [x, y]], an arrow in 0..1")
    if "signal" in needs and str(place.get("signal")) not in (camera.get("zones") or {}):
        mistakes.append(
            f"{at}: a {rule.kind} needs the line's signal: the name of the zone over the traffic signal, got "
            f"{place.get('signal')!r}; zones are {', '.join(map(str, camera.get('zones') or {})) or 'none'}"
        )
    return mistakes


def _no_signal(at: str, camera: Mapping[str, Any], place: Any) -> list[str]:
    """A signal that is named and not there."""
    named = place.get("signal") if isinstance(place, dict) else None
    zones = camera.get("zones") or {}
    if named is None or str(named) in zones:
        return []
    return [f"{at}.signal: no zone {named!r}; there are {', '.join(map(str, zones)) or 'none'}"]


def _cameras_csv(path: Path, mistakes: list[str]) -> list[dict[str, Any]]:
    """Cameras from a spreadsheet: simple columns by name, `lat`/`lon`, `width`/`height`, several wards by `;`."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [{k: v for k, v in row.items() if k and v} for row in csv.DictReader(file)]
    except (OSError, UnicodeDecodeError, csv.Error) as exc:
        mistakes.append(f"cameras: {path}: cannot be read: {getattr(exc, 'strerror', None) or exc}")
        return []
    cameras: list[dict[str, Any]] = []
    for row in rows:
        camera: dict[str, Any] = {k: v for k, v in row.items() if k not in ("lat", "lon", "width", "height")}
        camera["ward"] = [ward.strip() for ward in str(row.get("ward", "")).split(";")]
        for key, parts in (("location", ("lat", "lon")), ("frame_size", ("width", "height"))):
            if any(part in row for part in parts):
                values = [row.get(part) for part in parts]
                camera[key] = dict(zip(parts, values, strict=True)) if key == "location" else values
        cameras.append(_fill_secrets(camera, f"cameras[{len(cameras)}]", mistakes))
    return cameras


def _fill_secrets(value: Any, path: str, mistakes: list[str]) -> Any:
    """Replace ${NAME} by the environment's value."""
    if isinstance(value, dict):
        return {k: _fill_secrets(v, f"{path}.{k}" if path else str(k), mistakes) for k, v in value.items()}
    if isinstance(value, list):
        return [_fill_secrets(v, f"{path}[{i}]", mistakes) for i, v in enumerate(value)]
    if not isinstance(value, str):
        return value
    missing = [name for name in _REFERENCE.findall(value) if name not in os.environ]
    if missing:
        mistakes.append(f"{path}: the environment has no {', '.join(missing)}")
    return _REFERENCE.sub(lambda match: os.environ.get(match[1], match[0]), value)


def _follows(error: Any) -> bool:
    """Pydantic calls a list too short whose items were refused, which says nothing new."""
    return bool(error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"])


def _sentence(error: Any, prefix: str = "") -> str:
    """One mistake as `path: what is wrong, got what`."""
    path = prefix
    for part in error["loc"]:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    text = str(error["msg"]).removeprefix("Value error, ")
    field, colon, rest = text.partition(": ")
    if colon and error["type"] == "value_error" and field.isidentifier():
        path, text = f"{path}.{field}", rest
    if error["type"] == "extra_forbidden":
        return f"{path}: unknown setting"
    got = error.get("input")
    secret = "source" in error["loc"] or "password" in str(error["loc"][-1:]).lower()
    shown = isinstance(got, str | int | float | bool) and "got" not in text and not secret
    return f"{path}: {text}" + (f", got {got!r}" if shown else "")


class _UniqueKeys(yaml.SafeLoader):
    """YAML in which a key written twice is a mistake, not a silent overwrite."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=deep)
            if key in seen:
                raise yaml.MarkedYAMLError(problem=f"{key!r} is written twice", problem_mark=key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)
