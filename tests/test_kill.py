"""A run that is killed and repeated tells exactly what an undisturbed run tells: nothing lost, doubled or different."""

import contextlib
import hashlib
import json
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections import Counter
from pathlib import Path

import pytest
import yaml

from benchmarks.chaos.checker import check
from pipeline.analyse import claim
from pipeline.errors import OutboxError
from pipeline.simulate import demo_scene
from pipeline.sinks.outbox import Outbox
from pipeline.sinks.repair import fault
from tests.conftest import fill, needs
from tests.sinks.messages import message

pytestmark = pytest.mark.needs_kafka
START, START_S = "2026-03-01T21:00:00", 1_772_373_600.0
RUN_S = 60.0


def city(ward, kafka=None):
    """The demo scene under rules that keep speaking: stays and trespasses with stills, crossings without."""
    bottom = [[0, 0.9], [1, 0.9], [1, 1], [0, 1]]
    thirds = {f"third-{n}": [[n / 3, 0.9], [(n + 1) / 3, 0.9], [(n + 1) / 3, 1], [n / 3, 1]] for n in range(3)}
    return {
        "city": "demo",
        "wards": {ward: {}},
        "rules": {
            "staying": {"kind": "loitering", "seconds": 8, "gap_s": 3, "escalate_s": 14, "severity": "notice"},
            "trespass": {"kind": "intrusion", "seconds": 0.5},
            "secret": {"kind": "loitering", "seconds": 6, "publish": False},
            "passing": {"kind": "line_crossing", "classes": ["person"], "interval_s": 10},
        },
        "cameras": [
            {
                "id": "street",
                "ward": ward,
                "analyse_fps": demo_scene.FPS,
                "zones": {
                    "kerb": {"polygon": bottom, "rules": ["staying", "secret"]},
                    **{name: {"polygon": polygon, "rules": ["trespass"]} for name, polygon in thirds.items()},
                },
                "lines": {"crossing": {"points": [[0.3, 1], [0.3, 0.88]], "rules": ["passing"]}},
            }
        ],
        "sinks": {"kafka": kafka} if kafka else {},
    }


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scene")
    needs("ultralytics")
    stage = demo_scene.Stage()
    demo_scene.write(stage, folder / "street.mp4")
    demo_scene.write_truth(stage, folder / "truth.det.csv", START_S)
    return folder


@pytest.fixture(scope="module")
def ward():
    return f"w{uuid.uuid4().hex[:8]}"


def command(scene, city_file, out):
    told = {"--city": city_file, "--model": scene / "truth.det.csv", "--start": START, "--out": out}
    options = [str(part) for option in told.items() for part in option]
    video = str(scene / "street.mp4")
    return [sys.executable, "-m", "pipeline", "analyse", video, "--runtime", "recorded", *options]


def write(path, settings):
    path.write_text(yaml.safe_dump(settings))
    return path


@pytest.fixture(scope="module")
def undisturbed(scene, ward, tmp_path_factory):
    """What a run in peace stores: (event id, revision) → bytes, in order."""
    folder = tmp_path_factory.mktemp("undisturbed")
    subprocess.run(command(scene, write(folder / "city.yaml", city(ward)), folder), check=True, timeout=RUN_S)
    found = stored(folder)
    assert len(found) > 20
    phases = Counter(json.loads(body)["data"]["phase"] for body in found.values())
    assert min(phases[phase] for phase in ("opened", "updated", "closed")) >= 3
    return found


def stored(out):
    with Outbox(out / "outbox.sqlite") as outbox:
        messages = list(outbox.messages())
    found = {(m.event_id, m.revision): m.body for m in messages}
    assert len(found) == len(messages)
    return found


class Progress:
    """What a run has stored so far, read from beside it."""

    def __init__(self, out):
        self._path = out / "outbox.sqlite"
        self._evidence = out / "evidence"
        self._db = None

    def __call__(self):
        """The stored bodies; none before there is an outbox."""
        with contextlib.suppress(sqlite3.OperationalError):
            if self._db is None and self._path.exists():
                self._db = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True)
            if self._db is not None:
                return [row[0] for row in self._db.execute("SELECT body FROM events ORDER BY seq")]
        return []

    def close(self):
        if self._db is not None:
            self._db.close()

    def without_evidence(self):
        """Is there an alert that was reached and whose stills are not yet stored?"""
        data = [json.loads(body)["data"] for body in self()]
        reached = {d["event_id"] for d in data if d["phase"] == "opened" and d["severity"] != "info"}
        shown = {d["event_id"] for d in data if d["evidence"]}
        return bool(reached - shown)


MOMENTS = {
    "at the first event": lambda progress, total: len(progress()) >= 1,
    "at a third": lambda progress, total: len(progress()) >= total // 3,
    "between an event and its evidence": lambda progress, total: progress.without_evidence(),
    "at two thirds": lambda progress, total: len(progress()) >= 2 * total // 3,
    "before the last event": lambda progress, total: len(progress()) >= total - 3,
}


def kill(arguments, out, moment, total, how=signal.SIGKILL):
    """Run, stop the process in its tracks when the moment has come, make sure that it has, and kill it."""
    progress = Progress(out)
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            if MOMENTS[moment](progress, total):
                process.send_signal(signal.SIGSTOP)
                if MOMENTS[moment](progress, total):
                    break
                process.send_signal(signal.SIGCONT)
            time.sleep(0.001)
        assert process.poll() is None, f"the run ended before a kill {moment}"
        return len(progress())
    finally:
        process.send_signal(how)
        process.send_signal(signal.SIGCONT)
        process.wait()
        progress.close()


def test_an_interrupted_run_repeated_tells_the_same(scene, ward, undisturbed, tmp_path):
    """Ctrl-C closes no event: one closed early would stand in the way of the run that goes on."""
    arguments = command(scene, write(tmp_path / "city.yaml", city(ward)), tmp_path / "out")
    kill(arguments, tmp_path / "out", "at a third", len(undisturbed), signal.SIGINT)
    subprocess.run(arguments, check=True, timeout=RUN_S, stdout=subprocess.DEVNULL)
    assert list(stored(tmp_path / "out").items()) == list(undisturbed.items())


@pytest.mark.parametrize(
    "moments",
    [
        pytest.param(["at the first event"], id="once, at the first event"),
        pytest.param(["between an event and its evidence"], id="once, between an event and its evidence"),
        pytest.param(["before the last event"], id="once, before the last event"),
        pytest.param(["at the first event", "at a third", "at two thirds"], id="three times, further on each time"),
    ],
)
def test_a_killed_run_repeated_tells_the_same(broker, scene, ward, undisturbed, tmp_path, moments):
    kafka = {"bootstrap_servers": [broker.bootstrap], "api_version": broker.api_version}
    out = tmp_path / "out"
    arguments = command(scene, write(tmp_path / "city.yaml", city(ward, kafka)), out)
    topic = f"matthan.archive.{ward}"
    before = broker.ends(topic)
    for moment in moments:
        assert 0 < kill(arguments, out, moment, len(undisturbed)) < len(undisturbed)
    subprocess.run(arguments, check=True, timeout=RUN_S, stdout=subprocess.DEVNULL)

    assert list(stored(out).items()) == list(undisturbed.items()), "the outbox: same events, same order, same bytes"
    lines = (out / "events.jsonl").read_bytes().splitlines()
    assert lines == list(undisturbed.values()), "events.jsonl: each once"
    with Outbox(out / "outbox.sqlite") as outbox:
        assert outbox.status().waiting == {"jsonl": 0, "kafka": 0}
        published = [m.body for m in outbox.messages() if m.topics]
    assert 0 < len(published) < len(undisturbed), "the rule in shadow is stored and not published"
    arrived = dict.fromkeys(m.value() for m in broker.read(topic, before))
    assert list(arrived) == published, "Kafka: repeated ids dropped, exactly what was published, in order"
    for still in (e for body in undisturbed.values() for e in json.loads(body)["data"]["evidence"]):
        assert Path(out / still["uri"]).stat().st_size > 0


STEPS = [
    pytest.param("pipeline.sinks.outbox:Outbox.put", "before", 3, id="an event was found and not stored"),
    pytest.param("pipeline.sinks.outbox:Outbox._insert", "after", 4, id="amid a transaction"),
    pytest.param("pipeline.sinks.outbox:Outbox.put", "after", 3, id="stored, no evidence yet"),
    pytest.param("pipeline.evidence.still:cut", "after", 2, id="evidence written, not told"),
    pytest.param("pipeline.sinks.jsonl:JsonLines.deliver", "after", 2, id="written to the file, not marked"),
    pytest.param("pipeline.sinks.kafka:Kafka.deliver", "before", 2, id="about to be sent"),
    pytest.param("pipeline.sinks.kafka:Kafka.deliver", "after", 2, id="acknowledged, not marked"),
    pytest.param("pipeline.sinks.kafka:Kafka.deliver", "after", 5, id="acknowledged later, not marked"),
    pytest.param("pipeline.sinks.outbox:Outbox.delivered", "before", 6, id="about to be marked"),
    pytest.param("pipeline.sinks.outbox:Outbox.delivered", "after", 6, id="marked"),
    pytest.param("pipeline.flow:Lane.close", "after", 1, id="the input has ended, its last events not stored"),
]


@pytest.mark.parametrize(("point", "when", "count"), STEPS)
def test_killed_between_any_two_durable_steps(broker, scene, ward, undisturbed, tmp_path, point, when, count):
    kafka = {"bootstrap_servers": [broker.bootstrap], "api_version": broker.api_version}
    out = tmp_path / "out"
    arguments = command(scene, write(tmp_path / "city.yaml", city(ward, kafka)), out)
    before = broker.ends(f"matthan.archive.{ward}")
    armed = [sys.executable, "-m", "benchmarks.chaos.armed", point, when, str(count), "pipeline", *arguments[3:]]
    killed = subprocess.run(armed, check=False, timeout=RUN_S, stdout=subprocess.DEVNULL)
    assert killed.returncode == -signal.SIGKILL
    assert not (out / "outbox.sqlite").exists() or fault(out / "outbox.sqlite") is None
    subprocess.run(arguments, check=True, timeout=RUN_S, stdout=subprocess.DEVNULL)
    assert list(stored(out).items()) == list(undisturbed.items())
    assert (out / "events.jsonl").read_bytes().splitlines() == list(undisturbed.values())
    with Outbox(out / "outbox.sqlite") as outbox:
        published = [m.body for m in outbox.messages() if m.topics]
    arrived = ((m.key().decode(), m.value()) for m in broker.read(f"matthan.archive.{ward}", before))
    found = check({"street": published}, arrived)
    assert found.clean, found


def test_a_full_disk_is_waited_for(scene, ward, undisturbed, small, tmp_path):
    """No archived frame is dropped: the run says that it waits, goes on when there is room, and tells the same."""
    out = small / "out"
    arguments = command(scene, write(tmp_path / "city.yaml", city(ward)), out)
    progress = Progress(out)
    with (tmp_path / "log").open("w") as log:
        run = subprocess.Popen(arguments, stdout=log, stderr=subprocess.STDOUT)
        try:
            while len(progress()) < 5:
                time.sleep(0.001)
            run.send_signal(signal.SIGSTOP)
            fill(small)
            run.send_signal(signal.SIGCONT)
            until(lambda: "the outbox takes nothing now (disk full?), the run waits" in (tmp_path / "log").read_text())
            time.sleep(1)
            assert run.poll() is None
            assert len(progress()) < len(undisturbed)
            (small / "filler").unlink()
            assert run.wait(RUN_S) == 0
        finally:
            run.kill()
            run.wait()
            progress.close()
    assert list(stored(out).items()) == list(undisturbed.items())
    assert fault(out / "outbox.sqlite") is None
    for still in (e for body in undisturbed.values() for e in json.loads(body)["data"]["evidence"]):
        assert hashlib.sha256((out / still["uri"]).read_bytes()).hexdigest() == still["sha256"]


def until(true):
    end = time.monotonic() + RUN_S
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_the_folder_of_a_run_that_goes_on_is_not_taken(tmp_path):
    with Outbox(claim(tmp_path, "run-a", [])), pytest.raises(OutboxError, match="another run is writing there"):
        claim(tmp_path, "run-b", [])
    assert claim(tmp_path, "run-b", []).name == "outbox.sqlite"


def test_a_folder_with_refused_events_is_not_taken(tmp_path):
    with Outbox(claim(tmp_path, "run-a", [])) as outbox:
        outbox.put([message(1)])
        outbox.delivered("kafka", 1, refused="too large")
    with pytest.raises(OutboxError, match=r"undelivered events of another run \(\{'kafka': 1\}\)"):
        claim(tmp_path, "run-b", ["kafka"])
