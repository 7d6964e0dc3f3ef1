"""What is in the case database, for lists and exports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from pipeline.cases.database import Database
from pipeline.cases.tables import cases, events, poison, revisions, verdicts
from pipeline.errors import InputError
from pipeline.wire import CloudEvent, decode

SHORTEST = 4
"""Characters of an id that may stand for it: an empty variable in a script must not decide a case."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it stands."""

    case_id: str
    ward: str
    camera: str
    zone: str | None
    family: str
    state: str
    began_at: str
    last_at: str
    kinds: tuple[str, ...]


def find(
    database: Database, state: str | None = None, ward: str | None = None, camera: str | None = None, limit: int = 100
) -> list[Case]:
    """Cases that fit, newest first."""
    query = sa.select(cases).order_by(cases.c.began_at.desc()).limit(limit)
    for column, value in ((cases.c.state, state), (cases.c.ward, ward), (cases.c.camera, camera)):
        if value is not None:
            query = query.where(column == value)
    with database.transaction() as connection:
        return [_case(connection, row) for row in connection.execute(query).all()]


def get(database: Database, case_id: str) -> Case:
    """One case, by its id or the beginning of it. Raises `InputError` where none or several begin so."""
    if len(case_id) < SHORTEST:
        raise InputError(f"case {case_id!r}: give at least {SHORTEST} characters of its id")
    with database.transaction() as connection:
        rows = connection.execute(
            sa.select(cases).where(cases.c.case_id.startswith(case_id, autoescape=True)).limit(2)
        ).all()
        if len(rows) != 1:
            raise InputError(f"case {case_id}: {'several begin so' if rows else 'there is no such case'}")
        return _case(connection, rows[0])


def messages(database: Database, case_id: str) -> list[bytes]:
    """All revisions of all events of a case, as they came."""
    query = (
        sa.select(revisions.c.body)
        .join(events, events.c.event_id == revisions.c.event_id)
        .where(events.c.case_id == case_id)
        .order_by(events.c.started_at, events.c.event_id, revisions.c.revision)
    )
    with database.transaction() as connection:
        return [bytes(row.body) for row in connection.execute(query)]


def current(bodies: list[bytes]) -> list[CloudEvent]:
    """The newest revision of each event, with the evidence of all of them."""
    newest: dict[str, CloudEvent] = {}
    evidence: dict[str, dict[str, Any]] = {}
    for event in map(decode, bodies):
        newest[event.data.event_id] = event
        evidence.setdefault(event.data.event_id, {}).update({file.uri: file for file in event.data.evidence})
    return [
        event.model_copy(update={"data": event.data.model_copy(update={"evidence": tuple(evidence[key].values())})})
        for key, event in newest.items()
    ]


def set_aside(database: Database) -> list[dict[str, Any]]:
    """Messages that could not be taken."""
    columns = (poison.c.topic, poison.c.partition, poison.c.offset, poison.c.error)
    with database.transaction() as connection:
        return [dict(row._mapping) for row in connection.execute(sa.select(*columns))]


def verdicts_waiting(database: Database) -> int:
    """Decisions that are not sent yet; `matthan cases run` sends them."""
    with database.transaction() as connection:
        return int(connection.execute(sa.select(sa.func.count()).where(verdicts.c.sent == 0)).scalar() or 0)


def _case(connection: sa.Connection, row: Any) -> Case:
    kinds = connection.execute(
        sa.select(events.c.kind).where(events.c.case_id == row.case_id).distinct().order_by(events.c.kind)
    )
    return Case(**row._mapping, kinds=tuple(kinds.scalars()))
