"""The announcement that telemetry of a camera was dropped, so that nobody takes silence for calm."""

from __future__ import annotations

import uuid

from pipeline.errors import InputError
from pipeline.wire.event import NAMESPACE, SCHEMA, CloudEvent, Data, Message, canonical_json, decode

KIND = "gap"


def gap(dropped: Message, count: int, first: str, last: str) -> Message:
    """A health event: `count` messages of one camera, of which `dropped` was one, are gone.

    `first` and `last` are the earliest and the latest `time` of a dropped message, RFC 3339 UTC. Raises `InputError`
    where `dropped` is no event.
    """
    event = decode(dropped.body)
    identifier = str(
        uuid.uuid5(NAMESPACE, canonical_json([KIND, dropped.key, first, last, count, dropped.event_id]).decode())
    )
    data = Data(
        event_id=identifier,
        revision=0,
        phase="closed",
        kind=KIND,
        rule="outbox",
        severity="notice",
        camera=event.data.camera,
        ward=event.data.ward,
        zone=None,
        started_at=first,
        ended_at=last,
        reason=None,
        tracks=(),
        location=event.data.location,
        measures={"dropped_messages": count},
        summary={
            "vi": f"Thiếu {count} bản tin đếm của camera này vì hết chỗ lưu; cảnh báo không bị mất.",
            "en": f"{count} telemetry messages of this camera were dropped for want of room; no alert was.",
        },
        onvif_topic=None,
        evidence=(),
        provenance=event.data.provenance,
    )
    envelope = CloudEvent(
        specversion="1.0",
        id=f"{identifier}.0",
        source=event.source,
        type=f"matthan.{KIND}.closed",
        subject=event.subject,
        time=last,
        datacontenttype="application/json",
        dataschema=SCHEMA,
        data=data,
    )
    topics = tuple(f"matthan.health.{ward}" for ward in dropped.wards)
    return Message(identifier, 0, topics, dropped.key, envelope.model_dump_json(by_alias=True).encode(), dropped.run)


def time_of(message: Message) -> str:
    """When the phase in a stored message was reached; empty where the message cannot be read."""
    try:
        return decode(message.body).time
    except InputError:
        return ""
