"""Decisions: which steps there are, who takes them, and a trail that cannot be changed."""

import itertools

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from pipeline.cases import queries, tables, workflow
from pipeline.cases.intake import Intake
from pipeline.errors import InputError
from pipeline.wire import Verdict
from tests.cases.test_intake import body, record

STATES = ("new", "confirmed", "false_alarm", "handed_over", "closed")
WAYS = {
    "new": [],
    "confirmed": ["confirmed"],
    "false_alarm": ["false_alarm"],
    "handed_over": ["handed_over"],
    "closed": ["confirmed", "closed"],
}
ALLOWED = {
    ("new", "confirmed"), ("new", "false_alarm"), ("new", "handed_over"), ("confirmed", "handed_over"),
    ("confirmed", "closed"), ("false_alarm", "closed"), ("handed_over", "closed"), ("closed", "new"),
}  # fmt: skip


@pytest.fixture
def case(database):
    Intake(database, 300).take(record(body(0)))
    return queries.find(database)[0].case_id


@pytest.mark.parametrize(("before", "after"), list(itertools.product(STATES, STATES)))
def test_every_step(database, case, before, after):
    for step in WAYS[before]:
        workflow.decide(database, case, step, "lan", "because")
    trail = workflow.trail(database, case)
    if (before, after) in ALLOWED:
        entry = workflow.decide(database, case, after, "lan", "because")
        assert (entry.before, entry.after, entry.by) == (before, after, "lan")
        assert queries.get(database, case).state == after
        assert workflow.trail(database, case) == [*trail, entry]
    else:
        with pytest.raises(InputError, match=f"is {before}, which may become"):
            workflow.decide(database, case, after, "lan", "because")
        assert queries.get(database, case).state == before
        assert workflow.trail(database, case) == trail
    assert workflow.broken(database) == []


@pytest.mark.parametrize("decision", ["false_alarm", "handed_over"])
@pytest.mark.parametrize("reason", [None, "", "  "])
def test_a_reason_is_required(database, case, decision, reason):
    with pytest.raises(InputError, match="needs a reason"):
        workflow.decide(database, case, decision, "lan", reason)
    assert workflow.trail(database, case) == []


def test_only_a_known_user_decides(database, case):
    with pytest.raises(InputError, match="'nobody': is not known"):
        workflow.decide(database, case, "confirmed", "nobody")
    workflow.retire_user(database, "lan")
    with pytest.raises(InputError, match="'lan': was retired"):
        workflow.decide(database, case, "confirmed", "lan")
    assert workflow.all_users(database) == {"lan": False}
    workflow.add_user(database, "lan")
    assert workflow.decide(database, case, "confirmed", "lan").by == "lan"
    with pytest.raises(InputError, match="is known already"):
        workflow.add_user(database, "lan")


def test_a_case_that_is_not_there(database, case):
    with pytest.raises(InputError, match="there is no such case"):
        workflow.decide(database, "f" * 36, "confirmed", "lan")
    assert queries.get(database, case[:8]).case_id == case
    for short in ("", case[:3]):
        with pytest.raises(InputError, match="at least 4 characters"):
            queries.get(database, short)


def test_a_decision_becomes_a_verdict_with_what_was_seen(database, case):
    Intake(database, 300).take(record(body(0, revision=1, phase="closed", end=70)))
    entry = workflow.decide(database, case, "false_alarm", "lan", "a neighbour")
    with database.transaction() as connection:
        row = connection.execute(sa.select(tables.verdicts)).one()
    verdict = Verdict.decode(bytes(row.body))
    assert (row.topic, row.sent) == ("matthan.verdicts.north", 0)
    assert (verdict.id, verdict.type) == (f"{case}.0", "matthan.verdict.false_alarm")
    assert (verdict.data.decided_by, verdict.data.reason, verdict.time) == ("lan", "a neighbour", entry.at)
    assert [(e.kind, e.revision) for e in verdict.data.events] == [("loitering", 1)]


@pytest.mark.parametrize("statement", [sa.update(tables.audit).values(by="somebody"), sa.delete(tables.audit)])
def test_the_trail_is_append_only(database, case, statement):
    workflow.decide(database, case, "confirmed", "lan")
    with pytest.raises(SQLAlchemyError, match="append-only"), database.engine.begin() as connection:
        connection.execute(statement)
    assert [entry.by for entry in workflow.trail(database, case)] == ["lan"]


def test_who_gets_around_that_is_found_out(database, case):
    """The owner of the database can drop the triggers; the hashes tell."""
    for step in ("confirmed", "handed_over", "closed"):
        workflow.decide(database, case, step, "lan", "because")
    sqlite = database.engine.dialect.name == "sqlite"
    with database.engine.begin() as connection:
        names = ["audit_no_update", "audit_no_delete"] if sqlite else ["audit_append_only ON audit"]
        for name in names:
            connection.execute(sa.text(f"DROP TRIGGER {name}"))
        connection.execute(sa.update(tables.audit).where(tables.audit.c.number == 1).values(reason="another"))
    assert workflow.broken(database) == [f"case {case}: entry 1 of the trail was changed or one before it is missing"]
    with database.engine.begin() as connection:
        connection.execute(sa.delete(tables.audit).where(tables.audit.c.number > 0))
    assert workflow.broken(database) == [f"case {case}: is closed, but its trail ends with confirmed"]
