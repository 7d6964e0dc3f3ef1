"""One message → one transaction: kept once, shown in its newest revision, grouped into a case."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.cases.database import Database
from pipeline.cases.tables import cases, events, places, poison, revisions
from pipeline.errors import InputError
from pipeline.wire import CloudEvent, decode, parse_timestamp, timestamp

MOST_EVENTS = 500
"""A case with so many events is full, and the next event opens another: a verdict lists them all."""
LARGEST_REVISION = 2**31 - 1
LONGEST = {"event_id": 36, "camera": 80, "zone": 200, "kind": 80, "rule": 200}
EARLIEST, LATEST = 0.0, 32_503_680_000.0
"""1970 and the year 3000, UTC seconds."""


@dataclass(frozen=True, slots=True)
class Record:
    """A message as Kafka gave it."""

    topic: str
    partition: int
    offset: int
    body: bytes


class Intake:
    """Takes messages of any order and number of repeats.

    An event of a camera on the border of two wards is one case, of the ward whose topic brought it first.
    """

    def __init__(self, database: Database, group_gap_s: float) -> None:
        self._database = database
        self._gap_s = group_gap_s

    def take(self, record: Record) -> str:
        """Store one message; says what it was: `new`, `repeat`, `newer`, `older`, or `poison`.

        A message that is no event, or has other bytes than a known one of its id and revision, is set aside as
        poison: the first stays. Raises `DatabaseError`, after which the same message has to be taken again.
        """
        try:
            event = decode(record.body)
        except InputError as exc:
            return self._set_aside(record, str(exc))
        if wrong := _unfit(event, record.body):
            return self._set_aside(record, wrong)
        family, ward = record.topic.split(".")[1:]
        with self._database.transaction() as connection:
            _lock(connection, f"{family}/{event.data.camera}/{event.data.zone}")
            known = connection.execute(
                sa.select(revisions.c.body).where(
                    revisions.c.event_id == event.data.event_id, revisions.c.revision == event.data.revision
                )
            ).scalar()
            if known is None:
                return self._store(connection, event, record.body, family, ward)
        if bytes(known) == record.body:
            return "repeat"
        return self._set_aside(record, f"event {event.id} is known with other content; the first one stays")

    def _store(self, connection: sa.Connection, event: CloudEvent, body: bytes, family: str, ward: str) -> str:
        data = event.data
        before = connection.execute(sa.select(events).where(events.c.event_id == data.event_id)).one_or_none()
        state = {
            "revision": data.revision, "phase": data.phase, "kind": data.kind, "rule": data.rule,
            "severity": data.severity, "started_at": data.started_at, "ended_at": data.ended_at,
        }  # fmt: skip
        if before is None:
            case_id = self._case(connection, event, family, ward)
            connection.execute(sa.insert(events).values(event_id=data.event_id, case_id=case_id, **state))
        elif data.revision > before.revision:
            connection.execute(sa.update(events).where(events.c.event_id == data.event_id).values(**state))
            _extend(connection, before.case_id, event)
        connection.execute(sa.insert(revisions).values(event_id=data.event_id, revision=data.revision, body=body))
        return "new" if before is None else "newer" if data.revision > before.revision else "older"

    def _case(self, connection: sa.Connection, event: CloudEvent, family: str, ward: str) -> str:
        """The undecided case of the same place that this event is near to in time, else one of its own."""
        data = event.data
        reach = timestamp(parse_timestamp(data.started_at) - self._gap_s)
        until = timestamp(parse_timestamp(event.time) + self._gap_s)
        members = sa.select(sa.func.count()).where(events.c.case_id == cases.c.case_id).scalar_subquery()
        near = connection.execute(
            sa.select(cases.c.case_id)
            .where(cases.c.camera == data.camera, cases.c.zone.is_not_distinct_from(data.zone))
            .where(cases.c.family == family, cases.c.ward == ward, cases.c.state == "new")
            .where(cases.c.last_at >= reach, cases.c.began_at <= until)
            .where(members < MOST_EVENTS)
            .order_by(cases.c.last_at.desc())
            .limit(1)
            .with_for_update()  # an officer may be deciding it just now
        ).scalar()
        if near is not None:
            _extend(connection, near, event)
            return str(near)
        case_id = str(uuid.uuid5(uuid.UUID(data.event_id), f"{family}/{ward}"))
        connection.execute(
            sa.insert(cases).values(
                case_id=case_id, ward=ward, camera=data.camera, zone=data.zone, family=family, state="new",
                began_at=data.started_at, last_at=max(event.time, data.ended_at or ""),
            )
        )  # fmt: skip
        return case_id

    def _set_aside(self, record: Record, error: str) -> str:
        values = {
            "topic": record.topic, "partition": record.partition, "offset": record.offset,
            "error": error.replace("\0", "")[:2000], "body": record.body,
        }  # fmt: skip
        with self._database.transaction() as connection:
            connection.execute(_unless_there(connection, poison, values))
        return "poison"


def _unfit(event: CloudEvent, body: bytes) -> str | None:
    """Why a message that is an event cannot be kept: its writer is not ours."""
    data = event.data
    if b"\\u0000" in body:
        return "holds a NUL character"
    if data.revision > LARGEST_REVISION:
        return f"revision {data.revision} is more than {LARGEST_REVISION}"
    for name, most in LONGEST.items():
        if len(getattr(data, name) or "") > most:
            return f"{name} has more than {most} characters"
    try:
        uuid.UUID(data.event_id)
        for time in (event.time, data.started_at, data.ended_at or event.time):
            if not EARLIEST <= parse_timestamp(time) <= LATEST:
                return f"time {time} is out of bounds"
    except ValueError as exc:
        return f"event_id or time: {exc}"
    return None


def _extend(connection: sa.Connection, case_id: str, event: CloudEvent) -> None:
    """A case reaches from the beginning of its first event to the last that is known of any."""
    row = connection.execute(sa.select(cases).where(cases.c.case_id == case_id)).one()
    last = max(row.last_at, event.time, event.data.ended_at or "")
    first = min(row.began_at, event.data.started_at)
    connection.execute(sa.update(cases).where(cases.c.case_id == case_id).values(began_at=first, last_at=last))


def _lock(connection: sa.Connection, place: str) -> None:
    """Two consumers that see events of one place at the same time must not open two cases (after a rebalance)."""
    connection.execute(_unless_there(connection, places, {"place": place}))
    connection.execute(sa.select(places).where(places.c.place == place).with_for_update())


def _unless_there(connection: sa.Connection, table: sa.Table, values: dict[str, object]) -> sa.Executable:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement: sa.Executable = dialect.insert(table).values(**values).on_conflict_do_nothing()
    return statement
