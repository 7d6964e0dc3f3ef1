"""A shard ends by itself where nobody asks for it any more, or where it hangs, and closes what it left open."""

import os
import subprocess
import sys
import time

import pytest
import yaml

from pipeline import config
from pipeline.cluster.shard import Orders, own_folder
from pipeline.errors import OutboxError
from pipeline.live.folder import claim
from pipeline.sinks.outbox import Outbox
from pipeline.wire import decode
from tests.live.rig import BUSY, city
from tests.rtsp import H264

SCRIPT = """
import sys, time
from pathlib import Path
from pipeline import config
from pipeline.cluster import shard
from pipeline.cluster.lease import FENCE_S
from pipeline.cluster.messages import Order
path, out, stop = sys.argv[1:]
shard.HUNG_S = 3.0
city = config.load(Path(path))
one = shard.Shard(city, out, "127.0.0.1", 1)
answer = one.look(Order(None, None))
answer = one.look(Order(answer.clock + FENCE_S, city, city.sha256()))
while True:
    time.sleep(0.2)
    if not Path(stop).exists():
        answer = one.look(Order(answer.clock + 2.0, None))
    print("asked", flush=True)
"""


@pytest.fixture
def shard(serve, footage, tmp_path):
    """In a process of its own, with one camera in which something happens. Asked until the file `stop` is there."""
    server = serve({"/one": H264.format(file=footage["h264"])})
    model = tmp_path / "none.onnx"
    model.write_bytes(b"the detector of the tests needs none")
    raw = city([{"id": "one", "source": server.url("/one")}],
               model={"name": str(model), "runtime": "tests.cluster.detector:White"})  # fmt: skip
    (tmp_path / "city.yaml").write_text(yaml.safe_dump(raw))
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(tmp_path / "city.yaml"), str(tmp_path / "out"), str(tmp_path / "stop")],
            stdout=log, stderr=log, env={**os.environ, "PYTHONPATH": os.getcwd()},
        )  # fmt: skip
    yield process
    process.kill()
    process.wait()


def told(folder):
    events = []
    for path in folder.glob("out/*/outbox.sqlite"):
        with Outbox(path) as outbox:
            events += [decode(message.body).data for message in outbox.messages()]
    return events


def until_something_is_open(process, folder):
    end = time.monotonic() + 40 * BUSY
    while not any(event.phase == "opened" for event in told(folder)):
        assert process.poll() is None, (folder / "log").read_text()
        assert time.monotonic() < end, (folder / "log").read_text()
        time.sleep(0.1)


def test_nobody_asks_any_more(shard, tmp_path):
    until_something_is_open(shard, tmp_path)
    (tmp_path / "stop").touch()
    assert shard.wait(20 * BUSY) == 1
    events = told(tmp_path)
    assert {event.event_id for event in events} == {event.event_id for event in events if event.phase == "closed"}
    assert events[-1].reason == "interrupted"


def test_its_ward_hangs(shard, tmp_path):
    """The actor goes on answering; whoever only asks it does not notice."""
    until_something_is_open(shard, tmp_path)
    (tmp_path / "hang").touch()
    assert shard.wait(30 * BUSY) == 1
    log = (tmp_path / "log").read_text()
    assert "its ward hangs" in log
    assert log.rstrip().endswith("asked")


def settings(*cameras):
    return config.check(city([{"id": name, "source": f"rtsp://127.0.0.1/{name}"} for name in cameras]))


def test_an_order_counts_as_watched_until_it_is_carried_out():
    orders, before = Orders(), settings("z")
    assert orders.coming == ()
    orders.give(settings("a"), "0")
    assert orders.coming == ("a",)
    change = orders.poll(before)
    assert change is not None
    assert change.city.cameras[0].id == "a"
    assert orders.coming == ("a",), "the ward is at it"
    orders.give(settings("b"), "0")
    assert orders.coming == ("a", "b"), "and another one waits"
    orders.poll(change.city)
    assert orders.coming == ("b",)
    assert orders.poll(settings("b")) is None
    assert orders.coming == ()


def test_the_first_folder_that_is_free_and_whole_is_taken(tmp_path, monkeypatch):
    monkeypatch.setattr("socket.gethostname", lambda: "cam host")
    (tmp_path / "cam-host-0").mkdir()
    busy = claim(tmp_path / "cam-host-0")
    (tmp_path / "cam-host-1").mkdir()
    (tmp_path / "cam-host-1/ward.lock").mkdir()  # nobody can lock that
    folder, lease = own_folder(tmp_path)
    assert folder.name == "cam-host-2"
    lease.release()
    busy.release()


def test_where_no_folder_can_be_made_that_is_said(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutboxError, match="cannot be used as output folder: Not a directory"):
        own_folder(tmp_path / "file")
