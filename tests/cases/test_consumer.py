"""The case consumer on a real broker: killed, rebalanced, fed with poison; its verdicts come back."""

import json
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from confluent_kafka import Producer
from typer.testing import CliRunner

from pipeline.cases import queries, workflow
from pipeline.cases.consumer import CaseConsumer
from pipeline.cases.database import Database
from pipeline.cases.settings import CasesSettings, load
from pipeline.cli import app
from pipeline.sinks.kafka import Kafka, KafkaSettings
from pipeline.wire import Verdict, decode
from tests.sinks.messages import message

pytestmark = pytest.mark.needs_kafka
IDLE_S = 3.0


@pytest.fixture
def ward():
    return f"w{uuid.uuid4().hex[:8]}"


@pytest.fixture
def settings(broker, ward, tmp_path):
    return CasesSettings(
        wards=(ward,), database=f"sqlite:///{tmp_path}/cases.sqlite",
        kafka={"bootstrap.servers": broker.bootstrap, "session.timeout.ms": 1500, "heartbeat.interval.ms": 300},
    )  # fmt: skip


@pytest.fixture
def config(settings, tmp_path):
    path = tmp_path / "cases.yaml"
    told = {"wards": settings.wards, "database": settings.database.get_secret_value(), "kafka": settings.client()}
    path.write_text(json.dumps(told))
    return path


@pytest.fixture
def database(settings):
    made = Database(settings.database.get_secret_value())
    workflow.add_user(made, "lan")
    yield made
    made.close()


def published(broker, ward, count=12, cameras=4):
    """Events of two phases, of several cameras, an hour apart: each its own case."""
    sent = [
        message(n * 3600, r, camera=f"gate-{c}", wards=(ward,))
        for n in range(count)
        for r in range(2)
        for c in range(cameras)
    ]
    sink = Kafka(KafkaSettings(bootstrap_servers=(broker.bootstrap,)))
    assert sink.deliver(sent) == len(sent)
    sink.close()
    return sent


def stored(database):
    return sorted(b for case in queries.find(database, limit=10_000) for b in queries.messages(database, case.case_id))


def test_messages_become_cases_and_decisions_come_back(broker, ward, settings, database):
    sent = published(broker, ward)
    raw = Producer({"bootstrap.servers": broker.bootstrap})
    raw.produce(f"matthan.alerts.{ward}", b"not json", "gate-0")
    raw.flush(10)
    taken = CaseConsumer(settings, database).run(IDLE_S)
    assert taken == {"new": 48, "newer": 48, "poison": 1}
    assert stored(database) == sorted(m.body for m in sent)
    cases = queries.find(database, limit=1000)
    assert len(cases) == 48
    workflow.decide(database, cases[0].case_id, "false_alarm", "lan", "a neighbour")
    workflow.decide(database, cases[1].case_id, "confirmed", "lan")
    assert CaseConsumer(settings, database).run(IDLE_S) == {"verdicts sent": 2}, "offsets were committed"
    verdicts = [Verdict.decode(m.value()) for m in broker.read(f"matthan.verdicts.{ward}")]
    assert {(v.data.case_id, v.data.decision, v.data.reason) for v in verdicts} == {
        (cases[0].case_id, "false_alarm", "a neighbour"), (cases[1].case_id, "confirmed", None),
    }  # fmt: skip
    assert len(verdicts) == 2
    known = {decode(m.body).data.event_id for m in sent}
    assert all(e.event_id in known for v in verdicts for e in v.data.events)


@pytest.mark.parametrize(
    ("point", "when", "count"),
    [
        pytest.param("pipeline.cases.intake:Intake.take", "before", 5, id="a message in hand"),
        pytest.param("pipeline.cases.intake:Intake._case", "after", 3, id="amid its transaction"),
        pytest.param("pipeline.cases.intake:Intake.take", "after", 5, id="stored, offset not committed"),
        pytest.param("pipeline.cases.consumer:CaseConsumer._commit", "before", 1, id="a batch stored, not committed"),
        pytest.param("pipeline.cases.consumer:CaseConsumer._commit", "after", 1, id="committed"),
        pytest.param("pipeline.cases.consumer:Verdicts._mark", "before", 1, id="a verdict sent, not marked"),
        pytest.param("pipeline.cases.consumer:Verdicts._mark", "after", 1, id="a verdict sent and marked"),
    ],
)
def test_killed_between_any_two_steps(broker, ward, settings, database, config, point, when, count):
    first = published(broker, ward, count=1, cameras=1)
    assert CaseConsumer(settings, database).run(IDLE_S)["new"] == 1
    (case,) = queries.find(database)
    workflow.decide(database, case.case_id, "confirmed", "lan")
    sent = [*first, *[message(n * 3600 + 1800, r, camera="yard", wards=(ward,)) for n in range(12) for r in range(2)]]
    sink = Kafka(KafkaSettings(bootstrap_servers=(broker.bootstrap,)))
    sink.deliver(sent[len(first) :])
    sink.close()
    command = ["pipeline", "cases", "run", "--config", str(config), "--idle-s", "30"]
    armed = [sys.executable, "-m", "benchmarks.chaos.armed", point, when, str(count), *command]
    killed = subprocess.run(armed, check=False, timeout=60, stdout=subprocess.DEVNULL)
    assert killed.returncode == -signal.SIGKILL
    CaseConsumer(settings, database).run(IDLE_S)
    assert stored(database) == sorted(m.body for m in sent)
    verdicts = [Verdict.decode(m.value()) for m in broker.read(f"matthan.verdicts.{ward}")]
    assert {v.id for v in verdicts} == {f"{case.case_id}.0"}, "sent, perhaps twice under one id"


def hears(process, number):
    """Has the process begun to handle this signal?"""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{process.pid}/status").read_text().splitlines())
    return bool(int(status["SigCgt"], 16) >> (number - 1) & 1)


def test_members_come_and_go(broker, ward, settings, database, config):
    """Three members of one group, one of them killed, one stopped, while messages come: each is stored once."""
    command = [sys.executable, "-m", "pipeline", "cases", "run", "--config", str(config)]
    members = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(2)]
    try:
        sent = published(broker, ward, count=10)
        end = time.monotonic() + 60
        while not all(hears(member, signal.SIGTERM) for member in members) and time.monotonic() < end:
            time.sleep(0.2)  # a machine with much to do starts them slowly
        members.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        sink = Kafka(KafkaSettings(bootstrap_servers=(broker.bootstrap,)))
        for n in range(40):
            more = [message(n * 3600 + 1800, 0, camera=f"yard-{c}", wards=(ward,)) for c in range(4)]
            assert sink.deliver(more) == 4
            sent += more
            if n == 15:
                members[0].kill()
            if n == 30:
                members[1].terminate()
            time.sleep(0.1)
        sink.close()
        end = time.monotonic() + 60
        while len(stored(database)) < len(sent) and time.monotonic() < end:
            time.sleep(0.5)
        assert stored(database) == sorted(m.body for m in sent)
        assert members[1].wait(20) == 0
        members[2].send_signal(signal.SIGINT)
        assert members[2].wait(20) == 0
    finally:
        for member in members:
            member.kill()
            member.wait()


def test_the_commands(broker, ward, settings, config, tmp_path):
    """An officer's day: list, show, decide, export, verify."""
    published(broker, ward, count=1, cameras=1)
    run = CliRunner().invoke

    def matthan(*arguments, ok=True):
        done = run(app, ["cases", *arguments, "--config", str(config)])
        assert (done.exit_code == 0) is ok, done.output + str(done.exception)
        return done.output or str(done.exception)

    assert "new events: 1, new phases: 1" in matthan("run", "--idle-s", str(IDLE_S))
    matthan("user", "add", "lan")
    (case,) = json.loads(matthan("list", "--json"))
    assert case["state"] == "new"
    shown = matthan("show", case["case_id"][:8])
    assert "Nán lại." in shown
    assert "dwell_s 61.0" in shown
    assert "needs a reason" in matthan("false-alarm", case["case_id"], "--by", "lan", ok=False)
    assert "new → false_alarm" in matthan("false-alarm", case["case_id"], "--by", "lan", "--reason", "a neighbour")
    assert "which may become closed" in matthan("confirm", case["case_id"], "--by", "lan", ok=False)
    out = tmp_path / "exported"
    matthan("export", case["case_id"], "--by", "lan", "--purpose", "report", "--out", str(out))
    assert "all as it was written" in matthan("verify", str(out))
    assert "all as it was written" in matthan("verify")
    (out / "events.jsonl").write_bytes(b"")
    assert "has other content" in run(app, ["cases", "verify", str(out)]).output
    assert "(a neighbour)" in matthan("show", case["case_id"])
    assert "cases: 0; 1 verdicts wait" in matthan("list", "--state", "new")
    assert "verdicts sent: 1" in matthan("run", "--idle-s", str(IDLE_S))
    assert "must be one of new, confirmed" in matthan("list", "--state", "nwe", ok=False)
    assert "may decide no more" in matthan("user", "retire", "lan")
    assert matthan("user", "list") == "lan (retired)\n"


def test_a_broker_that_is_not_there_is_told(tmp_path, capfd):
    path = tmp_path / "cases.yaml"
    path.write_text('wards: [a]\nkafka: {bootstrap.servers: "127.0.0.1:9"}')
    done = CliRunner().invoke(app, ["cases", "run", "--idle-s", "3", "--config", str(path)])
    assert done.exit_code != 0
    assert "kafka 127.0.0.1:9: not reached in 15 s" in str(done.exception)
    assert "kafka cannot be reached, waiting" in done.output + "".join(capfd.readouterr())


def test_the_database_lies_beside_its_settings(tmp_path, monkeypatch):
    (tmp_path / "there").mkdir()
    path = tmp_path / "there" / "cases.yaml"
    path.write_text('wards: [a]\nkafka: {bootstrap.servers: "127.0.0.1:9"}')
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["cases", "list", "--config", "there/cases.yaml"])
    assert "there is no case database yet" in str(done.exception)
    assert CliRunner().invoke(app, ["cases", "user", "add", "lan", "--config", "there/cases.yaml"]).exit_code == 0
    assert (tmp_path / "there" / "cases.sqlite").exists()
    assert CliRunner().invoke(app, ["cases", "list", "--config", "there/cases.yaml"]).output == "cases: 0\n"


@pytest.mark.parametrize("password", ["hunter2: zz", "@hunter2", "abc #def", "0123", "a'b\"c", "{x}"])
def test_a_password_may_have_any_characters_and_is_not_told(tmp_path, monkeypatch, password):
    monkeypatch.setenv("PW", password)
    path = tmp_path / "cases.yaml"
    path.write_text("wards: [a]\nkafka: {bootstrap.servers: x, sasl.password: '${PW}'}")
    found = load(path)
    assert found.client()["sasl.password"] == password
    assert password not in repr(found)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("wards: [a]", "kafka"),
        ("", "must be a mapping that begins with `wards:`"),
        ("wards: [Nu Tech]\nkafka: {bootstrap.servers: x}", "wards.0: String should match pattern"),
        ("wards: [a]\ndatabse: x\nkafka: {bootstrap.servers: x}", "databse: unknown setting"),
        ("wards: []\nkafka: {bootstrap.servers: x}", "wards"),
        ("wards: [a]\nkafka: {sasl.username: x}", "must be a mapping with bootstrap.servers"),
        (
            "wards: [a]\nkafka: {bootstrap.servers: x, sasl.password: '${NOT_THERE}'}",
            "the environment has no NOT_THERE",
        ),
        ("wards: [a]\nfamilies: [verdicts]\nkafka: {bootstrap.servers: x}", "families"),
        ("a: b: c", "mapping values"),
    ],
)
def test_a_wrong_settings_file_is_told(tmp_path, text, says):
    path = tmp_path / "cases.yaml"
    path.write_text(text)
    done = CliRunner().invoke(app, ["cases", "list", "--config", str(path)])
    assert done.exit_code != 0
    assert says in str(done.exception)
    assert str(path) in str(done.exception)
