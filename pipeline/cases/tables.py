"""The tables of the case database. Times are RFC 3339 UTC strings, as in the messages: they compare as strings."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

metadata = MetaData()

users = Table(
    "users",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("active", Integer, nullable=False, default=1),
)

places = Table(
    "places",
    metadata,
    Column("place", String(400), primary_key=True),  # locked while an event of this camera and zone looks for its case
)

cases = Table(
    "cases",
    metadata,
    Column("case_id", String(36), primary_key=True),
    Column("ward", String(80), nullable=False),
    Column("camera", String(80), nullable=False),
    Column("zone", String(200)),
    Column("family", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("began_at", String(30), nullable=False),
    Column("last_at", String(30), nullable=False),
    Index("cases_by_place", "camera", "zone", "last_at"),
    Index("cases_by_state", "ward", "state", "began_at"),
)

events = Table(
    "events",
    metadata,
    Column("event_id", String(36), primary_key=True),
    Column("case_id", ForeignKey("cases.case_id"), nullable=False, index=True),
    Column("revision", Integer, nullable=False),  # the highest that came
    Column("phase", String(20), nullable=False),
    Column("kind", String(80), nullable=False),
    Column("rule", String(200), nullable=False),
    Column("severity", String(20), nullable=False),
    Column("started_at", String(30), nullable=False),
    Column("ended_at", String(30)),
)

revisions = Table(
    "revisions",
    metadata,
    Column("event_id", ForeignKey("events.event_id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

audit = Table(  # append-only, by triggers; see the migration
    "audit",
    metadata,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", String(30), nullable=False),
    Column("by", String(80), nullable=False),
    Column("action", String(20), nullable=False),
    Column("before", String(20), nullable=False),
    Column("after", String(20), nullable=False),
    Column("reason", String(2000)),
    Column("sha256", String(64), nullable=False),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("case_id", String(36), nullable=False),
    Column("number", Integer, nullable=False),
    Column("topic", String(200), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("sent", Integer, nullable=False, default=0),
    UniqueConstraint("case_id", "number"),
)

poison = Table(
    "poison",
    metadata,
    Column("topic", String(200), primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("offset", BigInteger, primary_key=True),
    Column("error", String(2000), nullable=False),
    Column("body", LargeBinary, nullable=False),
)
