"""Golden messages for consumer authors, one file per kind: `python -m benchmarks.samples`.

Each is the first event of a play of the scenario library, all its phases, as `matthan replay` tells it. The samples
of a released contract stay: a newer version must still read them (tests/wire).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import supervision as sv
import yaml

from pipeline import build, config
from pipeline.health import HealthSettings
from pipeline.live.notices import Notices
from pipeline.simulate import demo_scene
from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.noise import PRESETS
from pipeline.simulate.record import city, play, record
from pipeline.simulate.scenarios import Scenario, load
from pipeline.types import Event, Measure
from pipeline.wire import DeadLetter, Message, Origin, Provenance, Verdict, VerdictData, decode, encode, gap
from pipeline.wire.verdict import Judged

FOLDER = Path(__file__).parents[1] / "docs" / "contract" / "samples"
FPS = 5.0
NEEDS = {"opened", "closed"}
POINT = {kind: {"closed"} for kind in ("line_crossing", "count", "conflict", "cut_in", "red_light")}
"""Kinds without duration."""


def messages(scenario: Scenario) -> list[Message]:
    """All that one play tells, in order."""
    street, camera = play(scenario, 0), PinholeCamera()
    settings = city(scenario, street, camera, True)
    recording = record(street, camera, FPS, PRESETS["clean"], 0)
    watching = settings.cameras[0]
    lane = build.lane(settings, watching, recording.names, camera.frame_size)
    provenance = Provenance(
        mode="live", run="sample", model="recorded", model_sha256=None, config_sha256="0" * 64, version="0.1.0"
    )
    origin = build.origin(settings, watching, provenance)
    events = [event for time, rows in recording for event in lane.step(time, rows)[1]]
    return [encode(event, origin) for event in [*events, *lane.close("end_of_input")]]


def samples() -> dict[str, list[bytes]]:
    """Kind → the phases of its first whole event."""
    found: dict[str, list[bytes]] = {}
    for scenario in sorted(load().values(), key=lambda s: s.name):
        if scenario.kind in found and (scenario.kind != "line_crossing" or "count" in found):
            continue
        by_event: dict[str, list[Message]] = {}
        for message in messages(scenario):
            by_event.setdefault(message.event_id, []).append(message)
        for phases in by_event.values():
            data = [decode(message.body).data for message in phases]
            kind = data[0].kind
            if kind not in found and {d.phase for d in data} >= POINT.get(kind, NEEDS):
                found[kind] = [message.body for message in phases]
    return found


def red_light(alert: bytes) -> list[bytes]:
    """A motorbike over the line of a signal that shows red."""
    return ridden(alert, {
        "rules": {"red_light": {"kind": "red_light"}},
        "zones": {"lamp": {"polygon": [[0.8, 0.1], [0.84, 0.1], [0.84, 0.3], [0.8, 0.3]]}},
        "lines": {"stop": {"points": [[0.1, 0.6], [0.9, 0.6]], "rules": ["red_light"], "signal": "lamp"}},
    }, "red_light")  # fmt: skip


def movement(alert: bytes) -> list[bytes]:
    """A motorbike that comes over one line and leaves over another, counted."""
    return ridden(alert, {
        "rules": {"traffic": {"kind": "line_crossing"}},
        "lines": {"north": {"points": [[0.1, 0.3], [0.9, 0.3]], "rules": ["traffic"]},
                  "south": {"points": [[0.1, 0.6], [0.9, 0.6]], "rules": ["traffic"]}},
    }, "movement")  # fmt: skip


def ridden(alert: bytes, own: dict[str, Any], kind: str) -> list[bytes]:
    """What of a kind is said when a motorbike rides down the picture, past a red lamp; of the camera of an alert."""
    data, rules = decode(alert).data, own.pop("rules")
    settings = config.check({
        "city": "street", "wards": {data.ward: {}}, "rules": rules,
        "cameras": [{"id": data.camera, "ward": data.ward, **own}],
    })  # fmt: skip
    lane = build.lane(settings, settings.cameras[0], ("motorcycle", "red_signal"), (640, 360))
    events: list[Event] = []
    for number in range(25):
        y = 20.0 + 12.0 * number
        boxes = np.array([[290.0, y, 330.0, y + 50], [512.0, 36.0, 538.0, 108.0]])
        found = sv.Detections(xyxy=boxes, confidence=np.array([0.9, 1.0]), class_id=np.array([0, 1]))
        events += lane.step(1_772_373_600.0 + number / 5, found)[1]
    events += lane.close("end_of_input")
    origin = Origin("street", data.camera, (data.ward,), None, data.provenance)
    return [encode(event, origin).body for event in events if event.kind == kind]


def others(alert: bytes) -> dict[str, bytes]:
    """A gap, a verdict and a dead letter, about an alert."""
    data = decode(alert).data
    told = Message(data.event_id, data.revision, (f"matthan.traffic.{data.ward}",), data.camera, alert, "sample")
    verdict = VerdictData(
        case_id="0b7c8f0e-6f0c-5a57-9a0e-3f1d6f7f2f11", decision="false_alarm", before="new",
        reason="the owner came back for it", decided_by="nguyen.van.a", decided_at="2026-03-01T21:30:00.000Z",
        camera=data.camera, ward=data.ward, zone=data.zone,
        events=(Judged(event_id=data.event_id, revision=data.revision, kind=data.kind, rule=data.rule),),
    )  # fmt: skip
    letter = DeadLetter.of(told, f"matthan.alerts.{data.ward}", "MSG_SIZE_TOO_LARGE: Broker: Message size too large")
    return {
        "gap": gap(told, 214, "2026-03-01T20:00:00.000Z", "2026-03-01T20:41:07.200Z").body,
        "verdict": Verdict.of(3, verdict).encode(),
        "dead-letter": letter.encode(),
    }


def with_evidence() -> list[bytes]:
    """The phases of the first event of the demo scene that has stills, as `matthan analyse` stores them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stage = demo_scene.Stage()
        demo_scene.write(stage, folder / "street.mp4")
        demo_scene.write_truth(stage, folder / "truth.det.csv", 1_772_373_600.0)
        camera = {
            "id": "street-01", "ward": "w1", "location": {"lat": 18.3428, "lon": 105.9057},
            "zones": {"kerb": {"polygon": [[0, 0.9], [1, 0.9], [1, 1], [0, 1]], "rules": ["staying"]}},
        }  # fmt: skip
        rule = {"kind": "loitering", "seconds": 8, "gap_s": 3, "escalate_s": 14}
        city_file = folder / "city.yaml"
        city_file.write_text(
            yaml.safe_dump({"city": "street", "wards": {"w1": {}}, "rules": {"staying": rule}, "cameras": [camera]})
        )
        told = {
            "--runtime": "recorded",
            "--model": "truth.det.csv",
            "--city": "city.yaml",
            "--start": "2026-03-01T21:00:00",
            "--out": "out",
        }
        options = [part for option in told.items() for part in option]
        command = [sys.executable, "-m", "pipeline", "analyse", "street.mp4", *options]
        subprocess.run(command, check=True, cwd=folder, stdout=sys.stderr)
        lines = (folder / "out" / "events.jsonl").read_bytes().splitlines()
    first = next(decode(line).data.event_id for line in lines if decode(line).data.evidence)
    return [line for line in lines if decode(line).data.event_id == first]


def health(alert: bytes) -> dict[str, list[bytes]]:
    """What is told of a camera, by kind; said of the camera of an alert."""
    data = decode(alert).data
    origin = Origin("street", data.camera, (data.ward,), None, data.provenance)
    notices, time = Notices(HealthSettings()), 1_772_373_600.0
    measured: dict[str, dict[str, Measure]] = {
        "camera_offline": {"cause": "does not answer in time; connection refused"}, "blocked": {},
        "low_rate": {"fps": 1.9, "wanted_fps": 5.0}, "clock_wrong": {"offset_s": -743.2}, "overloaded": {"shed_share": 0.31},
    }  # fmt: skip
    found: dict[str, list[bytes]] = {}
    for trouble, facts in measured.items():
        opened = notices.set(trouble, True, time, time + 20, facts)
        events = opened + notices.set(trouble, False, time + 95, time + 95)
        found[events[0].kind] = [encode(event, origin).body for event in events]
    again = notices.restarted("the stream ended; connection refused", 7.4, time)
    return {**found, again[0].kind: [encode(event, origin).body for event in again]}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = samples()
    found["red_light"] = red_light(found["loitering"][0])
    found["movement"] = movement(found["loitering"][0])
    found["with-evidence"] = with_evidence()
    found |= health(found["loitering"][0])
    for kind, phases in found.items():
        (FOLDER / f"{kind}.jsonl").write_bytes(b"".join(body + b"\n" for body in phases))
    for kind, body in others(found["loitering"][0]).items():
        (FOLDER / f"{kind}.jsonl").write_bytes(body + b"\n")
    print(", ".join(sorted([*found, "gap", "verdict", "dead-letter"])))


if __name__ == "__main__":
    main()
