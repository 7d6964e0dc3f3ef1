"""The wire format: golden ids and bytes, the schema, times, topics."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from pipeline import wire
from pipeline.errors import InputError
from pipeline.types import Event, Evidence, TrackBox

GOLDEN = Path(__file__).parent / "golden"
EVENT = Event(
    kind="loitering",
    topic="alerts",
    rule="night-loitering",
    rule_sha256="ab" * 32,
    severity="alert",
    phase="opened",
    zone="alley",
    started_at=1_772_373_742.2,
    time=1_772_373_802.4,
    identity=(812, 240, 871, 402),
    tracks=(TrackBox(17, "person", (812, 240, 871, 402), (3.2, 11.8)),),
    measures={"dwell_s": 60.20000001, "threshold_s": 60.0, "calibrated": True},
    summary={"vi": "Có người lưu lại.", "en": "A person has stayed."},
    onvif_topic="tns1:RuleEngine/LoiteringDetector/ObjectIsLoitering",
)
PROVENANCE = wire.Provenance(mode="live", run="r1", model="m", model_sha256=None, config_sha256="c", version="0")
ORIGIN = wire.Origin("ha-tinh", "tran-phu-tdp2-01", ("tran-phu",), (18.34, 105.9), PROVENANCE)


def test_golden_ids():
    """Ids are for ever: cases, verdicts and evidence refer to them. A change here breaks every consumer."""
    assert wire.event_id(EVENT, "tran-phu-tdp2-01") == "48f92078-1672-53b7-bc9c-55743ca722c9"
    count = replace(EVENT, kind="count", identity=("motorcycle",), tracks=())
    assert wire.event_id(count, "tran-phu-tdp2-01") == "7c38863f-f22f-5a0e-8bd3-dabba9b38fb7"


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"phase": "closed", "revision": 3, "ended_at": 1_772_373_900.0}, True),
        ({"started_at": 1_772_373_742.2004}, True),
        ({"started_at": 1_772_373_742.201}, False),
        ({"rule_sha256": "cd" * 32}, False),
        ({"zone": "gate"}, False),
        ({"identity": (813, 240, 871, 402)}, False),
    ],
    ids=["other phase", "same millisecond", "next millisecond", "other settings", "other zone", "other box"],
)
def test_what_makes_an_event_the_same(change, same):
    assert (wire.event_id(replace(EVENT, **change), "c") == wire.event_id(EVENT, "c")) is same


def test_another_camera_is_another_event():
    assert wire.event_id(EVENT, "a") != wire.event_id(EVENT, "b")


def test_golden_message():
    """Regenerate after a deliberate change: python -m tests.test_wire"""
    assert wire.encode(EVENT, ORIGIN).body.decode() == (GOLDEN / "loitering.opened.json").read_text().strip()


def test_round_trip_and_schema():
    evidence = Evidence("evidence/x.jpg", "00", 1.0, 2.0)
    closed = replace(EVENT, phase="closed", ended_at=1_772_373_900.0, reason="end_of_input", evidence=(evidence,))
    message = wire.encode(closed, ORIGIN)
    jsonschema.validate(json.loads(message.body), wire.schema())
    back = wire.decode(message.body)
    assert back.data.event_id == message.event_id
    assert back.id == f"{message.event_id}.0"
    assert back.model_dump_json(by_alias=True).encode() == message.body
    assert wire.parse_timestamp(back.data.started_at) == EVENT.started_at


def test_a_newer_producer_is_understood():
    body = json.loads(wire.encode(EVENT, ORIGIN).body)
    body["data"]["tomorrow"] = body["extension"] = 1
    assert wire.decode(json.dumps(body).encode()).data.kind == "loitering"


def test_what_json_cannot_say_is_said_otherwise():
    """An alert that no reader accepts would be lost."""
    nowhere = TrackBox(1, "person", (0, 0, 1, 1), (float("nan"), 1.0))
    odd = replace(EVENT, measures={"far_m": float("inf"), "odd": float("nan")}, tracks=(nowhere,))
    data = wire.decode(wire.encode(odd, ORIGIN).body).data
    assert data.measures == {"far_m": "inf", "odd": "nan"}
    assert data.tracks[0].ground_m is None


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"specversion": "0.3"}', b"\xff"])
def test_what_is_no_event(body):
    with pytest.raises(InputError, match="not an event"):
        wire.decode(body)


@pytest.mark.parametrize(
    ("mode", "published", "wards", "topics"),
    [
        ("live", True, ("a",), ("matthan.alerts.a",)),
        ("live", True, ("a", "b"), ("matthan.alerts.a", "matthan.alerts.b")),
        ("archive", True, ("a",), ("matthan.archive.a",)),
        ("live", False, ("a",), ()),
    ],
    ids=["live", "border camera", "archive", "shadow"],
)
def test_topics(mode, published, wards, topics):
    provenance = PROVENANCE.model_copy(update={"mode": mode})
    origin = replace(ORIGIN, wards=wards, provenance=provenance)
    message = wire.encode(replace(EVENT, published=published), origin)
    assert (message.topics, message.key) == (topics, "tran-phu-tdp2-01")


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    (GOLDEN / "loitering.opened.json").write_bytes(wire.encode(EVENT, ORIGIN).body + b"\n")
    print(wire.event_id(EVENT, "tran-phu-tdp2-01"))
    print(wire.event_id(replace(EVENT, kind="count", identity=("motorcycle",), tracks=()), "tran-phu-tdp2-01"))
