"""Every format of the outbox file that was ever written can be opened and goes on."""

import contextlib
import hashlib
import sqlite3

import pytest

from pipeline.sinks import formats
from pipeline.sinks.outbox import Outbox
from tests.sinks.messages import message, stream


def write(path, version, messages, delivered):
    """A file as that version of matthan left it."""
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        for step in formats.STEPS[:version]:
            db.executescript(step + ";")
        db.execute(f"PRAGMA user_version={version}")
        for m in messages:
            values = (m.event_id, m.revision, "\n".join(m.topics), m.key, m.run, m.body)
            db.execute(
                "INSERT INTO events (event_id, revision, topics, key, run, body) VALUES (?, ?, ?, ?, ?, ?)", values
            )
        db.execute("INSERT INTO cursors VALUES ('kafka', ?)", (delivered,))


@pytest.mark.parametrize("version", range(1, formats.VERSION + 1))
def test_an_older_file_goes_on(tmp_path, version):
    path = tmp_path / "outbox.sqlite"
    old = stream(5, 2)
    write(path, version, old, 4)
    with Outbox(path) as outbox:
        assert list(outbox.messages()) == old
        assert [m for _, m in outbox.waiting("kafka", 99)] == old[4:]
        outbox.put([message(99), old[0]])
        assert list(outbox.messages()) == [*old, message(99)]
        assert outbox.shed() == 0, "what is not known to be telemetry is not dropped"
        outbox.delivered("kafka", 99)
        assert outbox.prune() == 11
        assert outbox.status().refused == {}


def test_two_processes_migrate_one_file(tmp_path):
    path = tmp_path / "outbox.sqlite"
    write(path, 1, stream(3), 0)
    with Outbox(path) as one, Outbox(path) as two:
        assert list(one.messages()) == list(two.messages()) == stream(3)


def test_released_steps_never_change():
    """Files out there were made with them. A new format is a new step."""
    digests = [hashlib.sha256(" ".join(step.split()).encode()).hexdigest()[:16] for step in formats.STEPS]
    assert digests == ["c216c79ab55532e5", "d7abbaac67176d42"]
