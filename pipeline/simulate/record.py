"""A play, filmed: detections, city file and truth, as other commands read them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from pipeline import config, kinds
from pipeline.recording import Recording, Writer
from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.detect import Boxes, disturb, frame_times
from pipeline.simulate.noise import Noise
from pipeline.simulate.scenarios import Scenario
from pipeline.simulate.street import Street
from pipeline.simulate.view import view
from pipeline.types import Floats

CAMERA = "street-01"
START = 1_772_373_600.0
"""2026-03-01 21:00 in Hà Tĩnh."""
EVERYWHERE = "all"
Rules = Mapping[str, Mapping[str, Any]]


def play(scenario: Scenario, seed: int = 0) -> Street:
    """One performance of a scenario; its story may vary with `seed`."""
    street = Street(scenario.seconds, np.random.default_rng([seed]))
    scenario.story(street)
    return street


def record(
    street: Street, camera: PinholeCamera, fps: float, noise: Noise, seed: int = 0, start: float = START
) -> Recording:
    """What a detector reports of the play at `fps`, from `start` (UTC seconds) on.

    The same arguments give the same bytes, equal to those a file of `write` is read back as. Rows carry no track.
    """
    times = frame_times(noise, fps, street.seconds, np.random.default_rng([seed, 0]))
    boxes = disturb(noise, view(street, camera, times), street, times, camera, seed)
    return _sorted(boxes, np.round((start + times) * 1000) / 1000, camera.frame_size)


def _sorted(boxes: Boxes, times: Floats, frame_size: tuple[int, int]) -> Recording:
    """Boxes in any order → frames of rows in canonical order (DESIGN §2), rounded as in a file."""
    vocabulary = tuple(sorted(set(boxes.name.tolist())))
    index = {name: i for i, name in enumerate(vocabulary)}
    class_id = np.array([index[name] for name in boxes.name.tolist()], np.int64)
    xyxy, confidence = boxes.xyxy.round(3), boxes.confidence.round(3)
    order = np.lexsort((confidence, *xyxy.T[::-1], class_id, boxes.frame))
    return Recording(
        times=times,
        starts=np.searchsorted(boxes.frame[order], np.arange(len(times) + 1)).astype(np.int64),
        xyxy=xyxy[order],
        confidence=confidence[order],
        class_id=class_id[order],
        track=np.full(len(order), -1),
        names=vocabulary,
        frame_size=frame_size,
    )


def city(rules: Scenario | Rules, street: Street, camera: PinholeCamera, calibrated: bool = True) -> config.City:
    """The city of one camera that watches the play; a scenario's rule is named after its kind.

    Raises:
        ConfigError: a rule is unknown or its settings are wrong.
        ValueError: a zone or line of the play is out of the picture.
    """
    return config.check(_raw_city(rules, street, camera, calibrated))


def _raw_city(rules: Scenario | Rules, street: Street, camera: PinholeCamera, calibrated: bool) -> dict[str, Any]:
    """The content of city.yaml: each rule holds in every zone, or on every line, whichever its kind belongs to."""
    named = _rules(rules)
    places = {name: getattr(kinds.settings("rule", str(own["kind"])), "place", "zone") for name, own in named.items()}
    watch: dict[str, Any] = {
        "id": CAMERA,
        "ward": "w1",
        "frame_size": list(camera.frame_size),
        "zones": _zones(street, camera, [name for name, place in places.items() if place == "zone"]),
        "lines": {
            name: {
                "points": camera.ground_line(*ends),
                "rules": [rule for rule, place in places.items() if place == "line"],
            }
            for name, ends in street.lines.items()
        },
    }
    if calibrated:
        watch["calibration"] = camera.calibration()
    return {"city": "street", "wards": {"w1": {"name": "Phường 1"}}, "rules": named, "cameras": [watch]}


def _rules(rules: Scenario | Rules) -> dict[str, dict[str, Any]]:
    if isinstance(rules, Scenario):
        return {rules.kind: {"kind": rules.kind, **_plain(rules.settings)}}
    return {name: dict(_plain(own)) for name, own in rules.items()}


def _plain(value: Any) -> Any:
    """Tuples and mappings of any kind as YAML has them."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple | set) else value


def _zones(street: Street, camera: PinholeCamera, rules: list[str]) -> dict[str, Any]:
    if not street.zones:
        return {EVERYWHERE: {"polygon": [[0, 0], [1, 0], [1, 1], [0, 1]], "rules": rules}}
    zones: dict[str, Any] = {}
    for name, outline in street.zones.items():
        zones[name] = {"polygon": camera.ground_polygon(outline), "rules": rules}
        if name in street.directions:
            zones[name]["direction"] = camera.ground_line(*street.directions[name])
    return zones


def truth_rows(street: Street, camera_id: str = CAMERA, start: float = START) -> list[dict[str, Any]]:
    """What a careful human would report, as rows of a truth file (DESIGN §5)."""
    rows: list[dict[str, Any]] = []
    for expected in street.truth:
        row: dict[str, Any] = {"camera": camera_id, "kind": expected.kind}
        if expected.zone is not None:
            row["zone"] = expected.zone
        row |= {"started_at": _stamp(start + expected.start), "ended_at": _stamp(start + expected.end)}
        rows.append(row)
    return rows


def _stamp(time: float) -> str:
    """UTC seconds → RFC 3339 with milliseconds.

    >>> _stamp(1_772_373_600.25)
    '2026-03-01T14:00:00.250Z'
    """
    stamp = datetime.fromtimestamp(round(time * 1000) / 1000, UTC)
    return stamp.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write(
    folder: Path,
    name: str,
    street: Street,
    rules: Scenario | Rules,
    camera: PinholeCamera,
    fps: float,
    noise: Noise,
    seed: int = 0,
    start: float = START,
    calibrated: bool = True,
) -> Path:
    """Write `<name>.det.csv`, `city.yaml` and `truth.jsonl` into `folder`; gives the path of the first."""
    raw = _raw_city(rules, street, camera, calibrated)
    config.check(raw)
    recording = record(street, camera, fps, noise, seed, start)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.det.csv"
    with Writer(path) as writer:
        for time, rows in recording:
            writer.write(time, rows, recording.names)
    text = yaml.safe_dump(raw, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None)
    (folder / "city.yaml").write_text(text, encoding="utf-8")
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in truth_rows(street, CAMERA, start)]
    (folder / "truth.jsonl").write_text("".join(lines), encoding="utf-8")
    return path
