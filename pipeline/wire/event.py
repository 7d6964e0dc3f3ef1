"""Event ↔ CloudEvents 1.0 JSON, and event ids."""

from __future__ import annotations

import hashlib
import json
import math
import time as clock
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import InputError
from pipeline.types import Event, Phase, Reason, Severity, TrackBox, milliseconds

NAMESPACE = uuid.UUID("6f1d3c1e-7a55-5b0e-9a3f-3d2c8f2b9a10")
"""Namespace of event ids. Never change it: every id ever published depends on it."""
SCHEMA = "urn:matthan:event:1"
Timestamp = Annotated[
    str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", json_schema_extra={"format": "date-time"})
]
"""RFC 3339, UTC, milliseconds, always with Z: compares as text."""
Mode = Literal["live", "archive", "replay"]
Box = tuple[int, int, int, int]


class Wire(BaseModel):
    """Part of a message. A reader ignores what it does not know, so a newer writer may add fields."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Track(Wire):
    """One road user or object as it was when this phase was reached."""

    id: int = Field(description="Meaningless outside this camera and this stream epoch.")
    class_: str = Field(alias="class", description="What the detector calls it, e.g. person or motorcycle.")
    xyxy: Box = Field(description="Pixels of the source frame: left, top, right, bottom.")
    ground_m: tuple[float, float] | None = Field(description="Metres on the camera's ground plane, if calibrated.")


class Location(Wire):
    """Where the camera stands, WGS 84."""

    lat: float
    lon: float


class EvidenceFile(Wire):
    """A file that shows what was measured."""

    model_config = ConfigDict(populate_by_name=True, extra="ignore", frozen=True)
    uri: str = Field(description="Relative to the folder of the run in `provenance`, or absolute.")
    sha256: str
    from_: Timestamp = Field(alias="from", description="First instant shown, RFC 3339 UTC.")
    to: Timestamp = Field(description="Last instant shown, RFC 3339 UTC.")


class Provenance(Wire):
    """Which run, model and settings said so."""

    mode: Mode
    run: str
    model: str
    model_sha256: str | None
    config_sha256: str
    version: str


class Data(Wire):
    """One phase of one finding. It states conduct that was measured, never who a person is."""

    event_id: str = Field(description="Equal for all phases of an event, live, replayed or re-processed.")
    revision: int = Field(ge=0, description="Counts the phases of an event from 0. (event_id, revision) is unique.")
    phase: Phase
    kind: str
    rule: str = Field(description="The rule's name in the city file.")
    severity: Severity
    camera: str
    ward: str
    zone: str | None = Field(description="Name of the zone or line.")
    started_at: Timestamp = Field(description="When the conduct began.")
    ended_at: Timestamp | None = Field(
        description="The last instant it held; null while open. It tells open from over, the phase does not."
    )
    reason: Reason | None = Field(description="Why it closed, if not because the conduct ended.")
    tracks: tuple[Track, ...]
    location: Location | None
    measures: dict[str, bool | int | float | str] = Field(description="What was measured, against which threshold.")
    summary: dict[str, str] = Field(description="One sentence for the officer, by language: vi, en.")
    onvif_topic: str | None
    evidence: tuple[EvidenceFile, ...]
    provenance: Provenance


class CloudEvent(Wire):
    """A message on a `matthan.*` topic."""

    specversion: Literal["1.0"]
    id: str = Field(description="<event_id>.<revision>")
    source: str = Field(description="/cities/<city>/cameras/<camera>")
    type: str = Field(description="matthan.<kind>.<phase>")
    subject: str = Field(description="The camera, which is the message key too.")
    time: Timestamp = Field(description="When this phase was reached, RFC 3339 UTC.")
    datacontenttype: Literal["application/json"]
    dataschema: Literal["urn:matthan:event:1"]
    data: Data


@dataclass(frozen=True, slots=True)
class Origin:
    """What `wire` adds to every event of one camera in one run."""

    city: str
    camera: str
    wards: tuple[str, ...]
    location: tuple[float, float] | None
    provenance: Provenance
    locate: Callable[[tuple[float, float]], tuple[float, float]] | None = None
    """Metres on the camera's ground plane → WGS 84, latitude and longitude, where its place on the Earth is known."""
    as_live: bool = False
    """Findings of an archive go where a live camera's would."""


@dataclass(frozen=True, slots=True)
class Message:
    """An encoded event: what the outbox stores and sinks deliver."""

    event_id: str
    revision: int
    topics: tuple[str, ...]
    """One per ward of the camera; empty for a rule in shadow."""
    key: str
    body: bytes
    run: str
    sheddable: bool = False
    """Telemetry (severity info): may be dropped, counted and announced, when there is no room. An alert never is."""

    @property
    def wards(self) -> tuple[str, ...]:
        """The wards it is for: the last part of each topic."""
        return tuple(topic.rsplit(".", 1)[1] for topic in self.topics)


def timestamp(time: float) -> str:
    """UTC seconds → RFC 3339 with milliseconds.

    >>> timestamp(1772373802.4)
    '2026-03-01T14:03:22.400Z'
    """
    ms = milliseconds(time)
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"


def now() -> str:
    """This instant, for what is written about messages and files, never for when something happened in a picture."""
    return timestamp(clock.time())


def parse_timestamp(text: str) -> float:
    """RFC 3339 → UTC seconds.

    >>> parse_timestamp("2026-03-01T14:03:22.400Z")
    1772373802.4
    """
    return datetime.fromisoformat(text).timestamp()


def digest(value: object) -> str:
    """sha256 of a value's canonical JSON: sorted keys, no spaces."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def event_id(event: Event, camera: str) -> str:
    """UUIDv5 of what the event is: the same conduct under the same settings always gets the same id."""
    parts = [
        camera, event.rule, event.rule_sha256, event.kind, event.zone, milliseconds(event.started_at),
        list(event.identity),
    ]  # fmt: skip
    return str(uuid.uuid5(NAMESPACE, canonical_json(parts).decode()))


def encode(event: Event, origin: Origin) -> Message:
    """The message for one phase of one event."""
    identifier = event_id(event, origin.camera)
    data = Data.model_validate({
        "event_id": identifier, "revision": event.revision, "phase": event.phase, "kind": event.kind,
        "rule": event.rule, "severity": event.severity, "camera": origin.camera, "ward": origin.wards[0],
        "zone": event.zone, "started_at": timestamp(event.started_at),
        "ended_at": None if event.ended_at is None else timestamp(event.ended_at), "reason": event.reason,
        "tracks": [_track(track) for track in event.tracks],
        "location": _location(event, origin),
        "measures": {name: _rounded(value) for name, value in event.measures.items()},
        "summary": dict(event.summary), "onvif_topic": event.onvif_topic,
        "evidence": [
            {"uri": e.uri, "sha256": e.sha256, "from": timestamp(e.started_at), "to": timestamp(e.ended_at)}
            for e in event.evidence
        ],
        "provenance": origin.provenance,
    })  # fmt: skip
    envelope = CloudEvent(
        specversion="1.0",
        id=f"{identifier}.{event.revision}",
        source=f"/cities/{origin.city}/cameras/{origin.camera}",
        type=f"matthan.{event.kind}.{event.phase}",
        subject=origin.camera,
        time=timestamp(event.time),
        datacontenttype="application/json",
        dataschema=SCHEMA,
        data=data,
    )
    body = envelope.model_dump_json(by_alias=True).encode()
    topics = _topics(event, origin) if event.published else ()
    run = origin.provenance.run
    return Message(identifier, event.revision, topics, origin.camera, body, run, event.severity == "info")


def decode(body: bytes) -> CloudEvent:
    """The event in a message. Raises `InputError` when it is not one; unknown fields are ignored."""
    try:
        return CloudEvent.model_validate_json(body)
    except ValidationError as exc:
        first = exc.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"not an event of {SCHEMA}: {where}: {first['msg']}") from exc


def interrupted(message: Message) -> Message | None:
    """The closing of a live event that a crash left open, after its last phase `message`; None where it is over."""
    event = decode(message.body)
    data = event.data
    if data.provenance.mode != "live" or data.phase == "closed" or data.ended_at is not None:
        return None
    revision = data.revision + 1
    closed = event.model_copy(update={
        "id": f"{data.event_id}.{revision}", "type": f"matthan.{data.kind}.closed",
        "data": data.model_copy(update={
            "revision": revision, "phase": "closed", "ended_at": event.time, "reason": "interrupted", "evidence": (),
        }),
    })  # fmt: skip
    body = closed.model_dump_json(by_alias=True).encode()
    return replace(message, revision=revision, body=body)


def _topics(event: Event, origin: Origin) -> tuple[str, ...]:
    """A topic per ward, because a broker can only enforce access per topic; archive findings apart from live alerts."""
    family = "archive" if origin.provenance.mode == "archive" and not origin.as_live else event.topic
    return tuple(f"matthan.{family}.{ward}" for ward in origin.wards)


def _location(event: Event, origin: Origin) -> Mapping[str, float] | None:
    """Where it happened, else where the camera stands."""
    where = origin.location
    if event.place_m is not None and origin.locate is not None:
        where = origin.locate(event.place_m)
    return None if where is None else {"lat": round(where[0], 7), "lon": round(where[1], 7)}


def _track(track: TrackBox) -> Mapping[str, Any]:
    known = track.ground_m is not None and all(map(math.isfinite, track.ground_m))
    return {
        "id": track.id,
        "class": track.class_name,
        "xyxy": track.xyxy,
        "ground_m": track.ground_m if known else None,
    }


def _rounded(value: float | int | bool | str) -> float | int | bool | str:
    """JSON has no infinity: it is told as text."""
    if isinstance(value, float):
        return round(value, 3) if math.isfinite(value) else str(value)
    return value


def canonical_json(value: object) -> bytes:
    """The one way to write a value as JSON: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str).encode()
