"""The example consumers, written from docs/consumers.md alone, keep every promise that the page asks of them."""

import json
import os
import random
import shutil
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from confluent_kafka import Producer

from pipeline.sinks.kafka import Kafka, KafkaSettings
from pipeline.types import Event, Evidence, TrackBox
from pipeline.wire import Origin, Provenance, decode, encode
from tests.conftest import unmet

pytestmark = [pytest.mark.needs_kafka, pytest.mark.timeout(240)]
EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"
T0 = 1_772_373_600.0
IDLE_S = 9
"""Longer than the session of a member that was killed, which holds its partitions so long."""
RUN = Provenance(mode="live", run="r1", model="m", model_sha256=None, config_sha256="c", version="0")


@pytest.fixture(scope="session")
def kafkajs():
    """The folder of the one library that the JavaScript example needs, fetched once per user."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        unmet("there is no node or npm (Debian packages nodejs, npm)")
    base = os.environ.get("XDG_CACHE_HOME")
    folder = (Path(base) if base else Path.home() / ".cache") / "matthan" / "node-examples"
    if not (folder / "node_modules").exists():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(EXAMPLES / "package.json", folder)
        done = subprocess.run(["npm", "install", "--silent"], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            # better-sqlite3 is compiled where no binary of it can be had, which needs Node's headers.
            pytest.skip(f"npm install failed: {done.stderr.strip().splitlines()[-1:]}")
    return folder


@pytest.fixture(params=["python", "javascript"])
def consumer(request, tmp_path):
    """The command of an example."""
    if request.param == "python":
        return [sys.executable, str(EXAMPLES / "consumer.py")]
    folder = request.getfixturevalue("kafkajs")
    copy = tmp_path / "consumer.mjs"  # Node looks for modules beside the script
    shutil.copy(EXAMPLES / "consumer.mjs", copy)
    (tmp_path / "node_modules").symlink_to(folder / "node_modules")
    return ["node", str(copy)]


def phase(camera, number, revision, name, ward, note="", stills=()):
    event = Event(
        kind="loitering", topic="alerts", rule="night", rule_sha256="0", severity="alert", phase=name, zone="alley",
        started_at=T0 + number, time=T0 + number + 60 + revision, identity=(1, 2, 3, 4),
        ended_at=T0 + number + 60 if name == "closed" else None, tracks=(TrackBox(7, "person", (1, 2, 3, 4)),),
        summary={"en": f"Stays.{note}", "vi": "Nán lại."}, revision=revision, evidence=tuple(stills),
    )  # fmt: skip
    return encode(event, Origin("city", camera, (ward,), None, RUN))


def story(ward, count=30, cameras=5):
    """Events with evidence in the middle and none at the end; every fifth is still open."""
    still = Evidence("evidence/a.jpg", "ab" * 32, T0, T0)
    for number in range(count):
        for camera in (f"gate-{n}" for n in range(cameras)):
            yield phase(camera, number, 0, "opened", ward)
            yield phase(camera, number, 1, "updated", ward, stills=[still])
            if number % 5:
                yield phase(camera, number, 2, "closed", ward)


def expected(messages):
    events = {}
    for message in messages:
        data = decode(message.body).data
        known = events.setdefault(data.event_id, {"evidence": [], "revisions": []})
        known |= {
            "revision": data.revision, "phase": data.phase, "kind": data.kind, "camera": data.camera,
            "ended_at": data.ended_at, "evidence": known["evidence"] + [file.uri for file in data.evidence],
            "revisions": [*known["revisions"], data.revision],
        }  # fmt: skip
        events[data.event_id] = known
    return events


def test_an_example_keeps_its_duties(broker, consumer, tmp_path):
    """Repeats at once and late, poison, other bytes under a known key, unknown fields, and a kill -9 in the middle."""
    ward, state = f"w{uuid.uuid4().hex[:8]}", tmp_path / "state"
    sent = list(story(ward))
    half = len(sent) // 2
    raw = Producer({"bootstrap.servers": broker.bootstrap, "partitioner": "murmur2_random"})
    topic = f"matthan.alerts.{ward}"

    def throw(body, key="gate-0"):
        raw.produce(topic, body, key)
        raw.flush(10)

    sink = Kafka(KafkaSettings(bootstrap_servers=(broker.bootstrap,)))
    sink.deliver(sent[:half])
    throw(b"not json")
    throw(b'{"specversion": "1.0"}')
    arguments = [*consumer, "--bootstrap", broker.bootstrap, "--ward", ward, "--state", str(state)]
    running = subprocess.Popen([*arguments, "--idle-s", "60"])
    time.sleep(random.Random(1).uniform(4, 6))
    running.kill()
    running.wait()
    sink.deliver(sent[half - 20 :])  # the sender was killed too, and sends again what it cannot know to have arrived
    sink.deliver(sent[:10])  # an operator's replay, long after
    throw(phase("gate-1", 3, 0, "opened", ward, note=" Differently.").body, "gate-1")
    newer = json.loads(phase("gate-9", 1, 0, "opened", ward).body)
    newer["tomorrow"] = newer["data"]["tomorrow"] = {"new": [1]}
    newer["data"]["kind"] = "something_new"
    throw(json.dumps(newer).encode(), "gate-9")
    sink.close()
    subprocess.run([*arguments, "--idle-s", str(IDLE_S)], check=True, timeout=120)
    told = json.loads((state / "state.json").read_text())
    wanted = expected(sent)
    wanted[newer["data"]["event_id"]] = {
        "revision": 0, "phase": "opened", "kind": "something_new", "camera": "gate-9", "ended_at": None, "evidence": [],
        "revisions": [0],
    }  # fmt: skip
    assert told["events"] == wanted
    assert (told["poison"], told["conflicts"]) == (2, 1)
