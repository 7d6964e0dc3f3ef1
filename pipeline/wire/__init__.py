"""What goes over the wire, and nothing else knows its form: events, gaps, dead letters, verdicts, the contract."""

from pipeline.wire.contract import documents, schema
from pipeline.wire.dead_letter import DeadLetter
from pipeline.wire.event import (
    NAMESPACE,
    CloudEvent,
    Data,
    EvidenceFile,
    Location,
    Message,
    Mode,
    Origin,
    Provenance,
    Timestamp,
    Track,
    canonical_json,
    decode,
    digest,
    encode,
    event_id,
    interrupted,
    now,
    parse_timestamp,
    timestamp,
)
from pipeline.wire.gap import gap
from pipeline.wire.verdict import Decision, Verdict, VerdictData

__all__ = [
    "NAMESPACE",
    "CloudEvent",
    "Data",
    "DeadLetter",
    "Decision",
    "EvidenceFile",
    "Location",
    "Message",
    "Mode",
    "Origin",
    "Provenance",
    "Timestamp",
    "Track",
    "Verdict",
    "VerdictData",
    "canonical_json",
    "decode",
    "digest",
    "documents",
    "encode",
    "event_id",
    "gap",
    "interrupted",
    "now",
    "parse_timestamp",
    "schema",
    "timestamp",
]
