"""What an officer may decide, and the trail of it that nobody can change."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, get_args

import sqlalchemy as sa

from pipeline.cases.database import Database
from pipeline.cases.tables import audit, cases, events, users, verdicts
from pipeline.errors import InputError
from pipeline.wire import Decision, Verdict, VerdictData, canonical_json, timestamp
from pipeline.wire.verdict import Judged

NEXT: dict[str, tuple[str, ...]] = {
    "new": ("confirmed", "false_alarm", "handed_over"),
    "confirmed": ("handed_over", "closed"),
    "false_alarm": ("closed",),
    "handed_over": ("closed",),
    "closed": ("new",),
}
"""From each state, the states that a case may go to; `closed → new` reopens one that was decided wrongly."""
NEEDS_REASON = {"false_alarm": "what it was instead", "handed_over": "to whom", "new": "why it is opened again"}
LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit trail."""

    case_id: str
    number: int
    at: str
    by: str
    action: str
    before: str
    after: str
    reason: str | None
    sha256: str


def decide(database: Database, case_id: str, decision: Decision, by: str, reason: str | None = None) -> Entry:
    """Bring a case into another state, in the name of a known user.

    The state, the audit trail and the verdict to be sent are one transaction.

    Raises:
        InputError: no such case or user, a step that is not allowed, or a reason that is missing.
    """
    with database.transaction() as connection:
        case = _case(connection, case_id)
        _known(connection, by)
        if decision not in NEXT[case.state]:
            raise InputError(
                f"case {case_id}: is {case.state}, which may become {' or '.join(NEXT[case.state])}, not {decision}"
            )
        if decision in NEEDS_REASON and not (reason or "").strip():
            raise InputError(f"case {case_id}: {decision} needs a reason: {NEEDS_REASON[decision]}")
        if len(reason or "") > LONGEST_REASON:
            raise InputError(
                f"case {case_id}: the reason may have {LONGEST_REASON} characters, got {len(reason or '')}"
            )
        entry = _append(connection, case_id, by, "decided", case.state, decision, reason)
        connection.execute(sa.update(cases).where(cases.c.case_id == case_id).values(state=decision))
        verdict = _verdict(connection, case, entry)
        connection.execute(
            sa.insert(verdicts).values(
                case_id=case_id, number=entry.number, topic=verdict.topic, body=verdict.encode(), sent=0
            )
        )
        return entry


def note(database: Database, case_id: str, action: str, by: str, reason: str | None = None) -> Entry:
    """Write into the trail that a known user did something with a case that does not change its state."""
    with database.transaction() as connection:
        case = _case(connection, case_id)
        _known(connection, by)
        return _append(connection, case_id, by, action, case.state, case.state, reason)


def trail(database: Database, case_id: str) -> list[Entry]:
    """Everything that was done with a case, in order."""
    with database.transaction() as connection:
        rows = connection.execute(sa.select(audit).where(audit.c.case_id == case_id).order_by(audit.c.number))
        return [Entry(**row._mapping) for row in rows]


def broken(database: Database) -> list[str]:
    """Where the trail is not as it was written, one line each: each entry's hash covers the one before."""
    with database.transaction() as connection:
        known = list(connection.execute(sa.select(cases.c.case_id)).scalars())
    return [wrong for case_id in known if (wrong := _broken(database, case_id)) is not None]


def _broken(database: Database, case_id: str) -> str | None:
    previous, state = "", "new"
    with database.transaction() as connection:
        # The lock keeps a decision from falling between the two looks.
        now = connection.execute(sa.select(cases.c.state).where(cases.c.case_id == case_id).with_for_update()).scalar()
        rows = connection.execute(sa.select(audit).where(audit.c.case_id == case_id).order_by(audit.c.number)).all()
    for number, row in enumerate(rows):
        entry = Entry(**row._mapping)
        if entry.number != number or entry.sha256 != _hash(previous, _content(entry)):
            return f"case {case_id}: entry {number} of the trail was changed or one before it is missing"
        previous, state = entry.sha256, entry.after
    return None if state == now else f"case {case_id}: is {now}, but its trail ends with {state}"


def add_user(database: Database, name: str) -> None:
    """Let somebody decide, also somebody who was retired. Raises `InputError` for a name that is empty or active."""
    with database.transaction() as connection:
        if not name.strip() or len(name) > 80:
            raise InputError(f"user {name!r}: must have 1 to 80 characters")
        known = connection.execute(sa.select(users).where(users.c.name == name)).one_or_none()
        if known is None:
            connection.execute(sa.insert(users).values(name=name, active=1))
        elif known.active:
            raise InputError(f"user {name!r}: is known already")
        else:
            connection.execute(sa.update(users).where(users.c.name == name).values(active=1))


def all_users(database: Database) -> dict[str, bool]:
    """Everybody who may or might decide, by name."""
    with database.transaction() as connection:
        return {row.name: bool(row.active) for row in connection.execute(sa.select(users).order_by(users.c.name))}


def check_user(database: Database, name: str) -> None:
    """Raises `InputError` for somebody who may not decide."""
    with database.transaction() as connection:
        _known(connection, name)


def retire_user(database: Database, name: str) -> None:
    """Let somebody decide no more; what he decided keeps his name."""
    with database.transaction() as connection:
        _known(connection, name)
        connection.execute(sa.update(users).where(users.c.name == name).values(active=0))


def _case(connection: sa.Connection, case_id: str) -> Any:
    case = connection.execute(sa.select(cases).where(cases.c.case_id == case_id).with_for_update()).one_or_none()
    if case is None:
        raise InputError(f"case {case_id}: there is no such case")
    return case


def _known(connection: sa.Connection, by: str) -> None:
    row = connection.execute(sa.select(users).where(users.c.name == by)).one_or_none()
    if row is None or not row.active:
        raise InputError(f"user {by!r}: {'was retired' if row else 'is not known'}; see `matthan cases user list`")


def _append(
    connection: sa.Connection, case_id: str, by: str, action: str, before: str, after: str, reason: str | None
) -> Entry:
    last = connection.execute(
        sa.select(audit).where(audit.c.case_id == case_id).order_by(audit.c.number.desc()).limit(1)
    ).one_or_none()
    number = 0 if last is None else last.number + 1
    now = timestamp(datetime.now(UTC).timestamp())  # noqa: TID251, when a person decided is no media time
    entry = Entry(case_id, number, now, by, action, before, after, reason, "")
    sha256 = _hash("" if last is None else last.sha256, _content(entry))
    connection.execute(sa.insert(audit).values(**_content(entry), sha256=sha256))
    return Entry(**_content(entry), sha256=sha256)


def _content(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in Entry.__slots__ if name != "sha256"}


def _hash(previous: str, content: dict[str, Any]) -> str:
    return hashlib.sha256(previous.encode() + canonical_json(content)).hexdigest()


def _verdict(connection: sa.Connection, case: Any, entry: Entry) -> Verdict:
    rows = connection.execute(sa.select(events).where(events.c.case_id == case.case_id).order_by(events.c.started_at))
    judged = [Judged(event_id=r.event_id, revision=r.revision, kind=r.kind, rule=r.rule) for r in rows]
    assert entry.after in get_args(Decision)
    data = VerdictData.model_validate({
        "case_id": case.case_id, "decision": entry.after, "before": entry.before, "reason": entry.reason,
        "decided_by": entry.by, "decided_at": entry.at, "camera": case.camera, "ward": case.ward, "zone": case.zone,
        "events": judged,
    })  # fmt: skip
    return Verdict.of(entry.number, data)
