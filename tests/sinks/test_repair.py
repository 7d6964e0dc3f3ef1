"""A damaged outbox: found, set aside, and everything that can be read goes on under its old number."""

import sqlite3
from pathlib import Path

import pytest

from pipeline.errors import OutboxError
from pipeline.sinks.outbox import Outbox
from pipeline.sinks.repair import fault, repair
from tests.sinks.messages import message, stream

PAGE = 4096
COUNT = 400


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "outbox.sqlite"
    with Outbox(made) as outbox:
        outbox.put(stream(COUNT))
        outbox.delivered("kafka", 100)
        outbox.delivered("webhook", 7, refused="too large")
        outbox._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return made


def tear(path, first, last):
    """Overwrite pages; the first of the file has number 1."""
    with path.open("r+b") as file:
        file.seek((first - 1) * PAGE)
        file.write(b"\xa5" * (last - first + 1) * PAGE)


def leaf_of(path, name):
    """A page that holds rows of this table or index."""
    with sqlite3.connect(path) as db:
        root = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0]
    return int(root)


def test_a_whole_file_is_left_alone(path):
    before = path.read_bytes()
    assert fault(path) is None
    assert repair(path) is None
    assert path.read_bytes() == before
    assert repair(path.with_name("none.sqlite")) is None


def test_torn_pages_in_the_middle_cost_only_what_was_on_them(path, tmp_path):
    size = path.stat().st_size // PAGE
    tear(path, size // 2, size // 2 + 3)
    assert fault(path)
    done = repair(path)
    assert 0 < done.lost < 60
    assert done.kept + done.lost >= COUNT - 1
    assert fault(path) is None
    assert done.damaged.exists()
    with Outbox(path) as outbox:
        kept = list(outbox.messages())
        assert len(kept) == done.kept
        assert [m for m in stream(COUNT) if m in kept] == kept, "in order, byte for byte"
        assert outbox.place("kafka") == 100
        assert [r.seq for r in outbox.refusals()] == [7]
        outbox.put([message(9999)])
        assert [seq for seq, _ in outbox.waiting("kafka", COUNT)][-1] == COUNT + 1, "numbers go on"


def test_a_torn_index_costs_nothing(path):
    tear(path, leaf_of(path, "sqlite_autoindex_events_1"), leaf_of(path, "sqlite_autoindex_events_1"))
    assert fault(path)
    done = repair(path)
    assert (done.kept, done.lost) == (COUNT, 0)
    with Outbox(path) as outbox:
        assert list(outbox.messages()) == stream(COUNT)
        assert outbox.place("kafka") == 100


def test_lost_cursors_mean_that_all_is_sent_again(path):
    tear(path, leaf_of(path, "cursors"), leaf_of(path, "cursors"))
    done = repair(path)
    assert (done.kept, done.lost) == (COUNT, 0)
    with Outbox(path) as outbox:
        assert [m for _, m in outbox.waiting("kafka", 999)] == stream(COUNT)


@pytest.mark.parametrize("spoil", [lambda p: p.write_bytes(b"not a database " * 100), lambda p: tear(p, 1, 1)])
def test_what_is_no_database_is_told_and_left(path, spoil):
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(OutboxError, match=r"damaged \(.*, and nothing in it can be read; move it away"):
        repair(path)
    assert path.read_bytes() == before
    assert not path.with_name(path.name + ".part").exists()


def test_nobody_repairs_under_anothers_feet(path):
    size = path.stat().st_size // PAGE
    with Outbox(path):
        tear(path, size // 2, size // 2 + 3)
        with pytest.raises(OutboxError, match="in use by another process"):
            repair(path)
    assert repair(path) is not None


def test_a_torn_log_loses_only_its_uncommitted_end(tmp_path):
    """A power cut in the middle of a commit: the log's checksums tell where it ends."""
    path = tmp_path / "outbox.sqlite"
    outbox = Outbox(path)
    for one in stream(20):
        outbox.put([one])
    wal = path.with_name(path.name + "-wal")
    copy = tmp_path / "copy.sqlite"
    copy.write_bytes(path.read_bytes())
    copy.with_name(copy.name + "-wal").write_bytes(wal.read_bytes()[: -PAGE // 2])
    outbox.close()
    assert fault(copy) is None
    with Outbox(copy) as other:
        assert list(other.messages()) == stream(19)


def test_at_no_moment_is_there_no_outbox(path, monkeypatch):
    """Killed between any two steps of a repair, the damaged file or the new one is in its place."""
    tear(path, path.stat().st_size // PAGE // 2, path.stat().st_size // PAGE // 2)
    true = Path.replace

    def replace(self, target):
        assert path.exists()
        true(self, target)
        assert path.exists()

    monkeypatch.setattr(Path, "replace", replace)
    assert repair(path) is not None


@pytest.mark.parametrize("name", ["50%25", "run#1", "a b?c"])
def test_any_folder_name(tmp_path, name):
    folder = tmp_path / name
    with Outbox(folder / "outbox.sqlite") as outbox:
        outbox.put(stream(3))
    assert fault(folder / "outbox.sqlite") is None
    assert [p.name for p in tmp_path.iterdir()] == [name]
