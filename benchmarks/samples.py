"""Golden messages for consumer authors, one file per kind: `python -m benchmarks.samples`.

Each is the first event of a play of the scenario library, all its phases, as `matthan replay` tells it. The samples
of a released contract stay: a newer version must still read them (tests/wire).
"""

from __future__ import annotations

from pathlib import Path

from pipeline import build
from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.noise import PRESETS
from pipeline.simulate.record import city, play, record
from pipeline.simulate.scenarios import Scenario, load
from pipeline.wire import DeadLetter, Message, Provenance, Verdict, VerdictData, decode, encode, gap
from pipeline.wire.verdict import Judged

FOLDER = Path(__file__).parents[1] / "docs" / "contract" / "samples"
FPS = 5.0
NEEDS = {"opened", "closed"}
POINT = {"line_crossing": {"closed"}, "count": {"closed"}}
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


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = samples()
    for kind, phases in found.items():
        (FOLDER / f"{kind}.jsonl").write_bytes(b"".join(body + b"\n" for body in phases))
    for kind, body in others(found["loitering"][0]).items():
        (FOLDER / f"{kind}.jsonl").write_bytes(body + b"\n")
    print(", ".join(sorted([*found, "gap", "verdict", "dead-letter"])))


if __name__ == "__main__":
    main()
