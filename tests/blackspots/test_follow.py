"""The store and the ranking follow a real broker: killed, told twice, fed with poison, shared by two."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import uuid
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from confluent_kafka import Producer
from typer.testing import CliRunner

from pipeline.blackspots import exposure, incidents
from pipeline.blackspots.analyse import Wanted
from pipeline.blackspots.store import PARTS, Store, open_store
from pipeline.cli import app
from pipeline.commands.blackspots import _Ranking
from pipeline.errors import MatthanError
from tests.blackspots.city import cameras, lines

EVENTS, COUNTS = cameras(4, number=12, days=10)


def told(events: list[dict[str, Any]]) -> list[str]:
    return [json.dumps(event) for event in events]


def read(folder: Path) -> incidents.Incidents:
    return incidents.read([folder], UTC)


# -- the store --------------------------------------------------------------------------------------------------------


def test_a_store_tells_what_the_messages_tell(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store")
    messages = told(EVENTS + COUNTS)
    assert sum(store.put(messages[n : n + 100]) for n in range(0, len(messages), 100)) == len(messages)
    by_file = incidents.read([lines(tmp_path / "e.jsonl", EVENTS)], UTC)
    assert sorted(read(store.folder).time.tolist()) == sorted(by_file.time.tolist())
    users = exposure.read([store.folder]).of(["cam-00", "cam-01"])
    assert users.tolist() == exposure.read([lines(tmp_path / "c.jsonl", COUNTS)]).of(["cam-00", "cam-01"]).tolist()


def test_what_is_stored_twice_counts_once_with_its_last_word(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    first, last = json.loads(json.dumps(EVENTS[0])), json.loads(json.dumps(EVENTS[0]))
    last["data"] |= {"revision": 1, "measures": {"ttc_s": 0.4}}
    store.put(told([first, last]))
    store.put(told([first]))
    assert read(tmp_path).weight.tolist() == [4.0]


def test_what_is_no_event_is_passed_over(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    assert store.put(["{", "[]", '"x"', '{"data": {}}', *told(EVENTS[:1])]) == 1
    assert len(read(tmp_path)) == 1


def test_a_day_that_is_over_becomes_one_table(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    first_day = [event for event in EVENTS if event["data"]["started_at"].startswith("2026-03-02")]
    for _ in range(PARTS + 1):
        store.put(told(first_day))
    (day,) = tmp_path.glob("day=*")
    (day / "x.part").write_bytes(b"of a writer that was killed")
    before = sorted(read(tmp_path).time.tolist())
    open_store(tmp_path).compact()
    assert len(list(day.iterdir())) == 1
    assert sorted(read(tmp_path).time.tolist()) == before
    assert len(before) == len(first_day)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MatthanError, match="cannot be made"):
        open_store(tmp_path / "file" / "store")
    with pytest.raises(MatthanError, match="cannot be written"):
        Store(tmp_path / "file").put(told(EVENTS[:1]))


# -- Kafka ------------------------------------------------------------------------------------------------------------


class Town:
    """A ward of its own on the broker, its city file, and the command."""

    def __init__(self, bootstrap: str, folder: Path) -> None:
        self.ward = f"w{uuid.uuid4().hex[:8]}"
        self.store, self.folder = folder / "store", folder
        self._producer = Producer({"bootstrap.servers": bootstrap})
        quick = {
            "session.timeout.ms": "1500",
            "heartbeat.interval.ms": "300",
            "topic.metadata.refresh.interval.ms": "500",
        }
        kafka = {"bootstrap_servers": [bootstrap], "properties": quick}
        raw = {
            "city": "t",
            "wards": {self.ward: {}},
            "cameras": [{"id": "c", "ward": self.ward}],
            "sinks": {"kafka": kafka},
        }
        (folder / "city.yaml").write_text(yaml.safe_dump(raw))

    def publish(self, events: list[Any]) -> None:
        for event in events:
            body = event if isinstance(event, bytes) else json.dumps(event).encode()
            key = event["data"]["camera"] if isinstance(event, dict) else "c"
            self._producer.produce(f"matthan.traffic.{self.ward}", body, key)
            self._producer.poll(0)
        assert self._producer.flush(20) == 0

    def options(self, *more: str) -> list[str]:
        return ["blackspots-follow", "--city", str(self.folder / "city.yaml"), "--store", str(self.store), "--out",
                str(self.folder / "out"), "--ward", self.ward, "--group", self.ward, *more]  # fmt: skip

    def follow(self, *more: str) -> dict[str, Any]:
        ran = CliRunner().invoke(app, self.options("--idle", "3", *more))
        assert ran.exit_code == 0, ran.output + str(ran.exception)
        found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
        return found


@pytest.fixture
def town(broker: Any, tmp_path: Path) -> Town:
    return Town(broker.bootstrap, tmp_path)


@pytest.mark.needs_kafka
def test_it_ranks_what_kafka_tells(town: Town) -> None:
    town.publish([*EVENTS, b"poison", b"\xff", *COUNTS])
    assert town.follow()["stored"] == len(EVENTS) + len(COUNTS)
    ranked = (town.folder / "out" / "places.csv").read_text().splitlines()
    assert ranked[1].split(",")[1] == "cam-03"
    assert "cam-03" in (town.folder / "out" / "report.html").read_text()
    assert town.follow()["stored"] == 0, "it goes on where it was"
    assert town.follow("--group", f"{town.ward}-2")["stored"] == len(EVENTS) + len(COUNTS), "another group hears all"
    assert len(read(town.store)) == len(EVENTS), "and it counts once"


@pytest.mark.needs_kafka
def test_killed_at_any_time_it_loses_nothing(town: Town) -> None:
    step = -(-len(EVENTS) // 6)
    for n in range(0, len(EVENTS), step):
        town.publish(EVENTS[n : n + step])
        process = subprocess.Popen([sys.executable, "-m", "pipeline", *town.options("--idle", "1")],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        time.sleep(2.5 + (n % 7) / 5)
        process.send_signal(signal.SIGKILL)
        process.wait()
    town.follow()
    assert len(read(town.store)) == len(EVENTS)


@pytest.mark.needs_kafka
def test_two_share_the_work(town: Town) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-m", "pipeline", *town.options("--idle", "6")], stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL)
        for _ in range(2)
    ]  # fmt: skip
    time.sleep(6)
    town.publish(EVENTS + COUNTS)
    ended = [process.communicate(timeout=90)[0] for process in processes]
    assert all(process.returncode == 0 for process in processes)
    assert sum(json.loads(out.splitlines()[-1])["stored"] for out in ended) >= len(EVENTS) + len(COUNTS)
    assert len(read(town.store)) == len(EVENTS)


def test_what_was_heard_too_soon_is_ranked_though_nothing_more_comes(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store")
    wanted = Wanted((store.folder,), (store.folder,))
    ranking = _Ranking(wanted, ZoneInfo("UTC"), tmp_path / "out", "t", every_s=60)
    store.put(told(EVENTS[:200] + COUNTS))
    ranking.heard(200)
    first = (tmp_path / "out" / "places.csv").read_bytes()
    store.put(told(EVENTS[200:]))
    ranking.heard(len(EVENTS) - 200)
    assert (tmp_path / "out" / "places.csv").read_bytes() == first
    ranking._ranked -= 60  # a minute later
    ranking.heard(0)
    assert (tmp_path / "out" / "places.csv").read_bytes() != first


def test_an_absent_broker_is_told(tmp_path: Path) -> None:
    town = Town("127.0.0.1:9", tmp_path)
    ran = CliRunner().invoke(app, town.options("--idle", "1"))
    assert isinstance(ran.exception, MatthanError)
    assert "127.0.0.1:9: not reached" in str(ran.exception)


def test_a_city_without_kafka_is_told(tmp_path: Path) -> None:
    (tmp_path / "city.yaml").write_text(
        yaml.safe_dump({"city": "t", "wards": {"w": {}}, "cameras": [{"id": "c", "ward": "w"}]})
    )
    options = ["blackspots-follow", "--city", str(tmp_path / "city.yaml"), "--store", str(tmp_path / "s")]
    assert "sinks.kafka is missing" in str(CliRunner().invoke(app, options).exception)
