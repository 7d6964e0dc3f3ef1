"""The outbox: stored before anything else happens, once, in order, all or none, and nothing forgotten by a crash."""

import contextlib
import resource
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from pipeline.errors import OutboxConflict, OutboxError
from pipeline.sinks.formats import VERSION
from pipeline.sinks.outbox import Outbox
from tests.sinks.messages import keys, message, stream


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run" / "outbox.sqlite"


def stored(path):
    """What somebody else sees who opens the file."""
    with Outbox(path) as other:
        return list(other.messages())


def test_put_returns_after_the_commit(path):
    with Outbox(path) as outbox:
        outbox.put([message()])
        assert stored(path) == [message()]


@pytest.mark.parametrize(
    ("puts", "expected"),
    [
        pytest.param([[0], [0]], [0], id="the same bytes again change nothing"),
        pytest.param([[0, 0]], [0], id="twice in one batch"),
        pytest.param([[0, 1], [1, 2], [0, 1, 2]], [0, 1, 2], id="a repeated run adds only what is new"),
        pytest.param([[2], [0], [1]], [2, 0, 1], id="order is the order of storing"),
        pytest.param([[]], [], id="nothing"),
    ],
)
def test_put(path, puts, expected):
    with Outbox(path) as outbox:
        for numbers in puts:
            outbox.put([message(n) for n in numbers])
    assert stored(path) == [message(n) for n in expected]


@pytest.mark.parametrize("reopened", [False, True], ids=["same run", "after a restart"])
def test_other_bytes_under_a_stored_key_are_refused_and_nothing_of_their_batch_stays(path, reopened):
    with contextlib.ExitStack() as stack:
        outbox = stack.enter_context(Outbox(path))
        outbox.put([message(1)])
        if reopened:
            outbox = stack.enter_context(Outbox(path))
        with pytest.raises(OutboxConflict, match="revision 0 is stored with other content"):
            outbox.put([message(2), message(1, note=" Differently."), message(3)])
        assert stored(path) == [message(1)]
        outbox.put([message(4)])
        assert stored(path) == [message(1), message(4)]


def test_a_batch_whose_maker_fails_leaves_nothing(path):
    def failing():
        yield message(1)
        raise ZeroDivisionError

    with Outbox(path) as outbox:
        with pytest.raises(ZeroDivisionError):
            outbox.put(failing())
        assert stored(path) == []


def test_every_sink_has_its_own_cursor(path):
    with Outbox(path) as outbox:
        outbox.put(stream(5))
        outbox.delivered("jsonl", outbox.waiting("jsonl", 5)[-1][0])
        outbox.delivered("kafka", outbox.waiting("kafka", 2)[-1][0])
    with Outbox(path) as outbox:
        assert [m for _, m in outbox.waiting("jsonl", 9)] == []
        assert [m for _, m in outbox.waiting("kafka", 9)] == stream(5)[2:]
        assert [m for _, m in outbox.waiting("kafka", 1)] == stream(5)[2:3]
        assert [m for _, m in outbox.waiting("new", 9)] == stream(5)


def test_a_cursor_never_goes_back(path):
    with Outbox(path) as outbox:
        outbox.put(stream(3))
        first, *_, last = (seq for seq, _ in outbox.waiting("kafka", 3))
        outbox.delivered("kafka", last)
        outbox.delivered("kafka", first)
        assert outbox.waiting("kafka", 3) == []


def test_shadow_and_border_messages_come_back_as_they_were(path):
    shadow, border = message(1, published=False), message(2, wards=("north", "south"))
    assert shadow.topics == ()
    assert border.topics == ("matthan.alerts.north", "matthan.alerts.south")
    with Outbox(path) as outbox:
        outbox.put([shadow, border])
    assert stored(path) == [shadow, border]


def test_messages_of_one_run(path):
    other = replace(message(2), run="r2")
    with Outbox(path) as outbox:
        outbox.put([message(1), other])
        assert list(outbox.messages("r2")) == [other]


def test_status_counts_events_messages_and_what_waits(path):
    with Outbox(path) as outbox:
        outbox.put(stream(3, revisions=2))
        outbox.delivered("jsonl", outbox.waiting("jsonl", 4)[-1][0])
        found = outbox.status(["kafka"])
    assert (found.events, found.messages, found.waiting) == (3, 6, {"jsonl": 2, "kafka": 6})
    assert found.bytes > 0


def damaged_header(path):
    path.parent.mkdir()
    path.write_bytes(b"not a database " * 100)


def damaged_pages(path):
    """The first page, which holds the schema, is whole; all others are torn."""
    with Outbox(path) as outbox:
        outbox.put(stream(50))
        outbox.delivered("kafka", 10)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))


def newer(path):
    Outbox(path).close()
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version={VERSION + 1}")


def folder_in_its_place(path):
    path.mkdir(parents=True)


def file_for_a_folder(path):
    path.parent.write_bytes(b"")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        pytest.param(damaged_header, "not a database", id="not a database"),
        pytest.param(damaged_pages, "malformed", id="torn pages"),
        pytest.param(newer, "written by a newer matthan", id="a newer format"),
        pytest.param(folder_in_its_place, "unable to open", id="a folder in its place"),
        pytest.param(file_for_a_folder, "exists", id="a file where its folder should be"),
    ],
)
@pytest.mark.parametrize(
    "use",
    [
        pytest.param(lambda outbox: outbox.put([message(99)]), id="put"),
        pytest.param(lambda outbox: outbox.waiting("kafka", 100), id="waiting"),
        pytest.param(lambda outbox: outbox.delivered("kafka", 1), id="delivered"),
        pytest.param(lambda outbox: list(outbox.messages()), id="messages"),
        pytest.param(lambda outbox: outbox.status(), id="status"),
    ],
)
def test_what_cannot_be_used_is_one_clear_line(path, spoil, says, use):
    spoil(path)
    with pytest.raises(OutboxError, match=says) as error, Outbox(path) as outbox:
        use(outbox)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_newer_format_is_left_as_it_is(path):
    newer(path)
    before = path.read_bytes()
    with pytest.raises(OutboxError):
        Outbox(path)
    assert path.read_bytes() == before


@contextlib.contextmanager
def full_disk(room):
    """No file of this process may grow beyond so many bytes: the system refuses the write."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    "count",
    [pytest.param(40, id="refused at the commit"), pytest.param(4000, id="refused while the batch is written")],
)
def test_a_full_disk_stores_nothing_and_is_survived(path, count):
    with Outbox(path) as outbox:
        outbox.put([message(1, camera="first")])
        wal = path.with_name(path.name + "-wal")
        with full_disk(wal.stat().st_size + 4096), pytest.raises(OutboxError, match="cannot be used"):
            outbox.put(stream(count))
        assert stored(path) == list(outbox.messages()) == [message(1, camera="first")]
        outbox.put(stream(count))
        assert keys(stored(path)) == keys([message(1, camera="first"), *stream(count)])


def test_a_file_that_may_not_grow_is_full(path):
    """SQLite's own "database or disk is full", which rolls back by itself."""
    with Outbox(path) as outbox:
        outbox.put([message(1, camera="first")])
        outbox._db.execute("PRAGMA max_page_count=8")
        with pytest.raises(OutboxError, match="full"):
            outbox.put(stream(100))
        outbox._db.execute("PRAGMA max_page_count=1000000")
        outbox.put(stream(2))
    assert stored(path) == [message(1, camera="first"), *stream(2)]


def test_threads_share_the_file(path):
    def write(camera):
        with Outbox(path) as outbox:
            for number in range(40):
                outbox.put([message(number, camera=camera), message(number, camera="shared")])

    cameras = [f"gate-{n}" for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, cameras))
    found = stored(path)
    for camera in [*cameras, "shared"]:
        assert [m for m in found if m.key == camera] == stream(40, camera=camera)


def test_a_file_that_another_writes_to_before_it_is_in_wal_mode_is_waited_for(path):
    Outbox(path).close()
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("PRAGMA journal_mode=DELETE")  # as new: nobody has switched it to WAL yet
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.3, other.execute, ("ROLLBACK",)).start()
    with Outbox(path) as outbox:
        outbox.put([message(1)])
    assert stored(path) == [message(1)]


WRITER = """
import sys
from pathlib import Path
from pipeline.sinks.outbox import Outbox
from tests.sinks.messages import message
with Outbox(Path(sys.argv[1])) as outbox:
    for number in range(60):
        outbox.put([message(number, camera=sys.argv[2]), message(number, camera="shared")])
"""


def test_processes_share_the_file(path):
    cameras = ["gate-0", "gate-1"]
    running = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), camera]) for camera in cameras]
    assert [process.wait(60) for process in running] == [0, 0]
    found = stored(path)
    for camera in [*cameras, "shared"]:
        assert [m for m in found if m.key == camera] == stream(60, camera=camera)
