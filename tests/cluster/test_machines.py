"""Cameras over several machines, of which one is killed, is cut off, or comes back: real Ray, RTSP and processes."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter, defaultdict
from pathlib import Path

import pytest
import yaml

from benchmarks.failover import overlaps
from pipeline.cluster.lease import FENCE_S, GRACE_S, LOST_S
from pipeline.evidence.ledger import verify
from pipeline.sinks.outbox import Outbox
from pipeline.wire import decode
from tests.cluster.machines import Machines
from tests.live.rig import BUSY, city
from tests.rtsp import H264, free_port

CAMERAS = 4
SLOW = 1 if BUSY == 1 else 2
"""Where other tests run beside this one."""
BACK_S = 30.0
"""So soon the cameras of a dead machine are back."""
pytestmark = pytest.mark.timeout(400)


class Conducted:
    """`matthan run --ray` in a process of its own."""

    def __init__(self, folder, address, raw):
        self.folder = folder
        self.path, self.out, self.port = folder / "city.yaml", folder / "out", free_port()
        self.write(raw)
        self.log = folder / "run.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pipeline", "run", str(self.path), "--ray", address, "--out", str(self.out),
                 "--listen", f"127.0.0.1:{self.port}"], stdout=log, stderr=log,
                env={**os.environ, "PYTHONPATH": os.getcwd()},
            )  # fmt: skip

    def write(self, raw):
        self.path.write_text(yaml.safe_dump(raw))

    def page(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as page:
            return json.load(page)

    def cameras(self):
        """State and counts by camera; of a camera that two shards tell of, one of them."""
        return {camera["camera"]: camera for camera in self.page("/status")["cameras"]}

    def until(self, holds, seconds, what):
        begun = time.monotonic()
        while True:
            try:
                if holds():
                    return time.monotonic() - begun
            except (OSError, KeyError):
                pass
            text = self.log.read_text()[-4000:]
            assert self.process.poll() is None, text
            assert time.monotonic() - begun < seconds * SLOW, f"{what} did not happen within {seconds} s\n{text}"
            time.sleep(0.1)

    def all_seen(self, names):
        now = self.cameras()
        return all(now[name]["state"] == "open" and now[name]["analysed"] > 2 for name in names)

    def watched(self, names, seconds=60.0):
        """Wait until all of these are analysed; how long that took."""
        return self.until(lambda: self.all_seen(names), seconds, f"a look at {names}")

    def shards(self):
        return {shard["folder"]: shard for shard in self.page("/status")["shards"]}

    def pids(self):
        """Of the shards."""
        return [int(pid) for pid in re.findall(r"Shard pid=(\d+).*shard runs", self.log.read_text())]

    def stop(self):
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        return time.monotonic() - begun


def folders(out):
    return sorted(path.parent for path in out.glob("*/outbox.sqlite"))


def events(out):
    """All events of all outboxes, with the folder."""
    told = []
    for folder in folders(out):
        with Outbox(folder / "outbox.sqlite") as outbox:
            told += [(folder.name, decode(message.body)) for message in outbox.messages()]
    return told


def left_open(out):
    """Events of a folder that are not closed."""
    phases = defaultdict(set)
    for folder, event in events(out):
        phases[folder, event.data.event_id].add(event.data.phase)
    return {key for key, seen in phases.items() if "closed" not in seen}


def stored(out):
    return Counter((event.data.event_id, event.data.revision) for _, event in events(out))


def delivered(out):
    found = Counter()
    for folder in folders(out):
        for line in (folder / "events.jsonl").read_text().splitlines():
            event = json.loads(line)
            found[event["data"]["event_id"], event["data"]["revision"]] += 1
    return found


def check_nothing_lost_or_doubled(out, running=False):
    told = events(out)
    counts = stored(out)
    assert set(counts.values()) == {1}, "an event is in two outboxes"
    if not running:
        assert delivered(out) == counts, "what is stored is delivered, once"
        assert left_open(out) == set()
    assert overlaps({folder: [event for name, event in told if name == folder] for folder, _ in told}) == 0
    return told


@pytest.fixture
def machines():
    made = Machines()
    yield made
    made.close()


@pytest.fixture
def pair(machines):
    """Two machines."""
    return machines.start(), machines.start()


@pytest.fixture
def conducted(machines, pair, serve, footage, tmp_path):
    server = serve({f"/c{n}": H264.format(file=footage["h264"]) for n in range(CAMERAS + 1)})
    model = tmp_path / "none.onnx"
    model.write_bytes(b"the detector of the tests needs none")
    cameras = [{"id": f"c{n}", "source": server.url(f"/c{n}")} for n in range(CAMERAS + 1)]
    raw = city(cameras, model={"name": str(model), "runtime": "tests.cluster.detector:White"})
    spare = raw["cameras"].pop()
    run = Conducted(tmp_path, machines.address, raw)
    run.raw, run.spare = raw, spare
    yield run
    if run.process.poll() is None:
        run.stop()


NAMES = [f"c{n}" for n in range(CAMERAS)]


def test_a_machine_is_killed_and_another_comes(machines, pair, conducted):
    _, second = pair
    conducted.watched(NAMES)
    before = conducted.shards()
    assert sorted(shard["cameras"] for shard in before.values()) == [2, 2]
    conducted.until(lambda: len({e.data.camera for _, e in events(conducted.out)}) == CAMERAS, 20, "events of all")
    killed = machines.kill(second)
    assert killed > 5
    back = conducted.until(
        lambda: len(conducted.shards()) == 1 and conducted.all_seen(NAMES), BACK_S, "all cameras elsewhere"
    )
    print(f"back after {back:.1f} s")
    (left,) = conducted.shards()
    (dead,) = before.keys() - {left}
    conducted.until(lambda: "swept up" in conducted.log.read_text(), 15, "the dead shard's outbox closed and delivered")
    told = check_nothing_lost_or_doubled(conducted.out, running=True)
    interrupted = [event for folder, event in told if dead.endswith(folder) and event.data.reason == "interrupted"]
    assert len({event.data.camera for event in interrupted}) == 2

    machines.start()
    conducted.until(lambda: len(conducted.shards()) == 2, 40, "a shard on the new machine")
    assert set(conducted.shards()) == set(before), "it goes on where the dead one left off"
    assert conducted.stop() < 15 * SLOW
    told = check_nothing_lost_or_doubled(conducted.out)
    assert {event.data.reason for _, event in told if event.data.phase == "closed"} >= {"interrupted", "stopped"}
    assert all(verify(folder)[1] == [] for folder in folders(conducted.out))


def test_a_machine_that_is_frozen_does_not_come_back_to_its_cameras(machines, pair, conducted):
    """It cannot know that it was away; when it goes on, its cameras are long somebody else's."""
    _, second = pair
    conducted.watched(NAMES)
    conducted.until(lambda: len({e.data.camera for _, e in events(conducted.out)}) == CAMERAS, 20, "events of all")
    begun = time.monotonic()
    machines.freeze(second)
    conducted.until(lambda: len(conducted.shards()) == 1 and conducted.all_seen(NAMES), BACK_S, "all cameras elsewhere")
    assert time.monotonic() - begun > LOST_S - 2
    frozen = {key for key in left_open(conducted.out) if key[0] not in {p.name for p in map(Path, conducted.shards())}}
    assert frozen
    time.sleep(2)
    machines.thaw(second)
    conducted.until(lambda: len(conducted.shards()) == 2, 60, "a shard there again")
    conducted.until(lambda: not frozen & left_open(conducted.out), 30, "its events closed")
    late = {event for _, event in frozen}
    conducted.until(
        lambda: {key for key in stored(conducted.out) if key[0] in late} <= delivered(conducted.out).keys(),
        30, "their closings delivered by those that live",
    )  # fmt: skip
    assert conducted.stop() < 15 * SLOW
    check_nothing_lost_or_doubled(conducted.out)


def test_nobody_goes_on_without_a_conductor(machines, pair, conducted):
    """Frozen: the shards stop by themselves, in time; when it goes on, it starts others. Killed: as after a crash."""
    conducted.watched(NAMES)
    conducted.until(lambda: len({e.data.camera for _, e in events(conducted.out)}) == CAMERAS, 20, "events of all")
    conducted.process.send_signal(signal.SIGSTOP)
    time.sleep(FENCE_S + GRACE_S + 3 * (SLOW - 1))
    if BUSY == 1:  # else there may have been no time for it, and the next ones close it
        assert left_open(conducted.out) == set()
    told = len(events(conducted.out))
    time.sleep(4)
    assert len(events(conducted.out)) == told, "nothing runs any more"
    conducted.process.send_signal(signal.SIGCONT)
    conducted.until(lambda: len(conducted.shards()) == 2 and conducted.all_seen(NAMES), 60, "all cameras again")
    time.sleep(4)
    conducted.process.kill()
    conducted.process.wait()
    again = Conducted(conducted.folder, machines.address, conducted.raw)
    try:
        again.watched(NAMES)
        again.until(lambda: len(again.shards()) == 2, 30, "both machines")
        assert again.stop() < 15 * SLOW
    finally:
        again.process.kill()
    check_nothing_lost_or_doubled(conducted.out)


def test_a_shard_crashes(machines, pair, conducted):
    """Its machine lives, so it is certainly gone: no need to wait."""
    conducted.watched(NAMES)
    before = conducted.shards()
    pid = conducted.pids()[0]
    begun = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    conducted.until(lambda: "its cameras go to others" in conducted.log.read_text(), 10, "the loss")
    conducted.until(lambda: conducted.all_seen(NAMES), BACK_S, "all cameras")
    assert time.monotonic() - begun < LOST_S * SLOW
    conducted.until(lambda: set(conducted.shards()) == set(before), 40, "another shard in its folder")
    assert conducted.stop() < 15 * SLOW
    check_nothing_lost_or_doubled(conducted.out)


def test_a_camera_is_added_and_nobody_else_notices(machines, pair, conducted):
    conducted.watched(NAMES)
    before = conducted.cameras()
    conducted.write({**conducted.raw, "cameras": [*conducted.raw["cameras"], conducted.spare]})
    conducted.watched([conducted.spare["id"]], 15)
    after = conducted.cameras()
    assert {name: after[name]["epoch"] for name in NAMES} == {name: before[name]["epoch"] for name in NAMES}
    conducted.write({**conducted.raw, "rules": {}})
    conducted.until(lambda: conducted.page("/status")["refused_city_file"], 10, "the refusal")
    conducted.write(conducted.raw)
    conducted.until(lambda: conducted.spare["id"] not in conducted.cameras(), 10, "one camera less")
    hosts = [target for entry in conducted.page("/targets") for target in entry["targets"]]
    assert len(hosts) == 2
    for host in hosts:
        with urllib.request.urlopen(f"http://{host}/metrics", timeout=5) as page:
            assert b"matthan_camera_analysed_total" in page.read()
    assert conducted.page("/readyz")["watched"]
    second = subprocess.run(
        [sys.executable, "-m", "pipeline", "run", str(conducted.path), "--ray", machines.address, "--listen", "",
         "--out", str(conducted.folder / "second")], capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )  # fmt: skip
    assert second.returncode != 0
    *_, last = second.stderr.strip().splitlines()
    assert last.startswith(f"error: city test-city is conducted already, by process {conducted.process.pid} on "), last
    assert conducted.stop() < 15 * SLOW
    check_nothing_lost_or_doubled(conducted.out)


def test_the_head_dies(machines, pair, conducted):
    """Nobody says any more who watches what: all stop, what is open is closed, and the conductor ends in one line."""
    conducted.watched(NAMES)
    conducted.until(lambda: len({e.data.camera for _, e in events(conducted.out)}) == CAMERAS, 20, "events of all")
    machines.kill(machines.head)
    assert conducted.process.wait(40 * SLOW) != 0
    if BUSY == 1:
        assert left_open(conducted.out) == set()
    last = conducted.log.read_text().splitlines()[-1]
    assert last.startswith("error: --ray"), last
    assert "the cluster is gone" in last


def test_no_cluster_is_one_clear_line(tmp_path):
    path = tmp_path / "city.yaml"
    path.write_text(yaml.safe_dump(city([{"id": "one", "source": "rtsp://127.0.0.1:9/one"}])))
    wrong = subprocess.run(
        [sys.executable, "-m", "pipeline", "run", str(path), "--ray", f"127.0.0.1:{free_port()}"],
        capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )  # fmt: skip
    assert wrong.returncode == 2
    assert wrong.stderr.splitlines()[-1].startswith("error: --ray 127.0.0.1:")
    assert "no Ray cluster answers there" in wrong.stderr
