"""From messages to cases: kept once, newest revision shown, grouped by place and time, whatever order they come in."""

import itertools
import json
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from pipeline.cases import intake as module
from pipeline.cases import queries, tables
from pipeline.cases.database import Database, DatabaseError
from pipeline.cases.intake import Intake, Record
from pipeline.types import Event, Evidence, TrackBox
from pipeline.wire import Origin, Provenance, encode

T0 = 1_772_373_600.0
GAP_S = 300.0
RUN = Provenance(mode="live", run="r1", model="m", model_sha256=None, config_sha256="c", version="0")
offsets = itertools.count()


def body(
    start, kind="loitering", camera="gate", zone="alley", revision=0, phase="opened", end=None, note="", stills=()
):
    event = Event(
        kind=kind, topic="alerts", rule="night", rule_sha256="0", severity="alert", phase=phase, zone=zone,
        started_at=T0 + start, time=T0 + (start + 60 if end is None else end), identity=(1, 2, 3, 4),
        ended_at=None if end is None else T0 + end, tracks=(TrackBox(7, "person", (1, 2, 3, 4)),),
        summary={"en": f"Stays.{note}", "vi": "Nán lại."}, revision=revision, evidence=tuple(stills),
    )  # fmt: skip
    return encode(event, Origin("city", camera, ("north",), None, RUN)).body


def record(content, topic="matthan.alerts.north"):
    return Record(topic, 0, next(offsets), content)


@pytest.fixture
def intake(database):
    return Intake(database, GAP_S)


def cases(database):
    """Of each case the kinds of its events, by where and when it began."""
    return {(c.family, c.ward, c.camera, c.zone, c.began_at[11:19]): c.kinds for c in queries.find(database)}


def test_phases_of_one_event(database, intake):
    phases = [body(0), body(0, revision=1, phase="updated"), body(0, revision=2, phase="closed", end=90)]
    assert [intake.take(record(p)) for p in phases] == ["new", "newer", "newer"]
    assert [intake.take(record(p)) for p in phases] == ["repeat"] * 3
    (case,) = queries.find(database)
    assert (case.state, case.last_at) == ("new", "2026-03-01T14:01:30.000Z")
    (event,) = queries.current(queries.messages(database, case.case_id))
    assert (event.data.phase, event.data.revision) == ("closed", 2)


@pytest.mark.parametrize("seed", range(6))
def test_any_order_and_any_repeats_end_the_same(database, intake, seed):
    still = Evidence("evidence/a.jpg", "00", T0, T0)
    phases = [
        body(0),
        body(0, revision=1, phase="updated", stills=[still]),
        body(0, revision=2, phase="closed", end=90),
    ]
    shuffled = phases * 3
    random.Random(seed).shuffle(shuffled)
    for one in shuffled:
        intake.take(record(one))
    (case,) = queries.find(database)
    assert queries.messages(database, case.case_id) == phases
    (event,) = queries.current(phases)
    assert event.data.ended_at is not None
    assert [file.uri for file in event.data.evidence] == ["evidence/a.jpg"], "kept though the last revision has none"
    with database.transaction() as connection:
        row = connection.execute(sa.select(tables.events)).one()
    assert (row.revision, row.phase) == (2, "closed")


@pytest.mark.parametrize(
    ("bodies", "expected"),
    [
        pytest.param([body(0), body(300, "prowling")], 1, id="another kind at the same place, soon"),
        pytest.param([body(0), body(360)], 1, id="begins a gap after the last was reached"),
        pytest.param([body(0), body(361)], 2, id="begins later than that"),
        pytest.param(
            [body(0), body(0, revision=1, phase="closed", end=500), body(800)], 1, id="the first lasted until then"
        ),
        pytest.param([body(700), body(640)], 1, id="the earlier one comes later"),
        pytest.param([body(0), body(10, zone="gate")], 2, id="another zone"),
        pytest.param([body(0), body(10, zone=None)], 2, id="no zone"),
        pytest.param([body(0, zone=None), body(10, zone=None)], 1, id="no zone, twice"),
        pytest.param([body(0), body(10, camera="yard")], 2, id="another camera"),
    ],
)
def test_grouping(database, intake, bodies, expected):
    for one in bodies:
        intake.take(record(one))
    assert len(queries.find(database)) == expected


def test_archive_and_live_and_wards_are_apart(database, intake):
    for start, topic in enumerate(("matthan.alerts.north", "matthan.archive.north", "matthan.alerts.south")):
        intake.take(record(body(start), topic))
    assert len(cases(database)) == 3


def test_a_decided_case_does_not_grow(database, intake):
    from pipeline.cases.workflow import decide

    intake.take(record(body(0)))
    (case,) = queries.find(database)
    decide(database, case.case_id, "confirmed", "lan")
    intake.take(record(body(0, revision=1, phase="closed", end=70)))
    intake.take(record(body(100)))
    found = {c.state: c for c in queries.find(database)}
    assert set(found) == {"confirmed", "new"}
    assert len(queries.messages(database, found["confirmed"].case_id)) == 2, (
        "what belongs to its event still comes to it"
    )


@pytest.mark.parametrize("poison", [b"", b"{}", b"\xff\xfe", b'{"specversion": "1.0"}', b"null"])
def test_poison_is_set_aside_and_stops_nobody(database, intake, poison):
    bad = record(poison)
    assert [intake.take(bad), intake.take(bad), intake.take(record(body(0)))] == ["poison", "poison", "new"]
    (row,) = queries.set_aside(database)
    assert (row["topic"], row["offset"]) == (bad.topic, bad.offset)
    assert "not an event" in row["error"]


def test_other_bytes_under_a_known_key_are_set_aside_and_the_first_stay(database, intake):
    first = body(0)
    assert [intake.take(record(first)), intake.take(record(body(0, note=" Differently.")))] == ["new", "poison"]
    (case,) = queries.find(database)
    assert queries.messages(database, case.case_id) == [first]
    assert "known with other content" in queries.set_aside(database)[0]["error"]


def test_consumers_at_the_same_time_open_one_case(database):
    """As in a rebalance: several members take events of one place, and the same messages."""
    bodies = [body(n * 5, kind) for n in range(12) for kind in ("loitering", "prowling")]

    def work(seed):
        shuffled = list(bodies)
        random.Random(seed).shuffle(shuffled)
        mine = Intake(database, GAP_S)
        for one in shuffled:
            mine.take(record(one))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    (case,) = queries.find(database)
    assert sorted(queries.messages(database, case.case_id)) == sorted(bodies)


def test_a_database_that_cannot_be_used_is_one_clear_line(tmp_path):
    for url, says in [
        (f"sqlite:///{tmp_path}/no/such/folder.sqlite", "unable to open"),
        ("postgresql+psycopg://u:hidden@127.0.0.1:1/x", "refused"),
    ]:
        with pytest.raises(DatabaseError, match=says) as error:
            Database(url)
        assert "\n" not in str(error.value)
        assert "hidden" not in str(error.value)


def test_opened_again_everything_is_there(url, database, intake):
    intake.take(record(body(0)))
    again = Database(url)
    assert len(queries.find(again)) == 1
    again.close()


def test_the_tables_are_those_of_the_migrations(database):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with database.transaction() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []


def spoiled(**changes):
    event = json.loads(body(0))
    for name, value in changes.items():
        if name in event["data"]:
            event["data"][name] = value
        else:
            event[name] = value
    return json.dumps(event).encode()


@pytest.mark.parametrize(
    "changes",
    [
        {"event_id": "no-uuid"}, {"event_id": "x" * 400}, {"revision": 2**31}, {"revision": 2**63},
        {"camera": "c" * 81}, {"zone": "z" * 201}, {"kind": "k" * 81}, {"rule": "r\0"}, {"zone": "\0"},
        {"measures": {"a\0b": 1}}, {"started_at": "2026-13-01T00:00:00.000Z"}, {"ended_at": "0001-01-01T00:00:00.000Z"},
        {"time": "9999-12-31T23:59:59.999Z"}, {"started_at": "soon"},
    ],
    ids=lambda changes: next(iter(changes)),
)  # fmt: skip
def test_what_the_database_could_not_keep_is_poison_and_stops_nobody(database, intake, changes):
    assert [intake.take(record(spoiled(**changes))), intake.take(record(body(5)))] == ["poison", "new"]
    assert len(queries.set_aside(database)) == 1


def test_a_case_does_not_grow_without_end(database, monkeypatch):
    """A verdict lists all events of its case, and must fit into a message."""
    monkeypatch.setattr(module, "MOST_EVENTS", 5)
    intake = Intake(database, GAP_S)
    for n in range(12):
        intake.take(record(body(n * 10)))
    assert sorted(len(queries.messages(database, c.case_id)) for c in queries.find(database)) == [2, 5, 5]
