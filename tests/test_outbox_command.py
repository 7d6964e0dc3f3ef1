"""`matthan outbox`: an operator looks, sends again, mends and deletes."""

import json
import re

import pytest
import yaml
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.sinks.outbox import Outbox
from tests.sinks.messages import message, stream

CITY = {
    "city": "ha-tinh", "wards": {"north": {}}, "cameras": [{"id": "gate-1", "ward": "north", "frame_size": [10, 10]}],
}  # fmt: skip


@pytest.fixture
def out(tmp_path):
    """Eight events of two cameras; kafka has six of them and refused the third."""
    folder = tmp_path / "out"
    with Outbox(folder / "outbox.sqlite") as outbox:
        outbox.put([m for n in range(4) for m in (message(n), message(n, camera="yard-1", wards=("south",)))])
        outbox.delivered("kafka", 3, refused="MSG_SIZE_TOO_LARGE")
        outbox.delivered("kafka", 6)
    return folder


def matthan(*arguments, ok=True):
    done = CliRunner().invoke(app, ["outbox", *map(str, arguments)])
    assert (done.exit_code == 0) is ok, done.output + str(done.exception)
    return done.output or str(done.exception)


def stored(out):
    with Outbox(out / "outbox.sqlite") as outbox:
        return [(m.key, int(m.body.split(b'"started_at":"2026-03-01T14:00:')[1][:2])) for m in outbox.messages()]


ALL = [(camera, n) for n in range(4) for camera in ("gate-1", "yard-1")]


def city(tmp_path, broker):
    path = tmp_path / "city.yaml"
    kafka = {"bootstrap_servers": [broker.bootstrap], "api_version": broker.api_version}
    path.write_text(yaml.safe_dump({**CITY, "sinks": {"kafka": kafka}}))
    return path


def test_status(out):
    text = matthan("status", out)
    assert "8 events in 8 messages" in text
    assert re.search(r"kafka: 2 waiting, the oldest for \d s, 1 refused", text)
    told = json.loads(matthan("status", out, "--json"))
    assert (told["waiting"], told["refused"], told["dropped"]) == ({"kafka": 2}, {"kafka": 1}, {})


def test_status_of_nothing(tmp_path):
    assert "no outbox there" in matthan("status", tmp_path, ok=False)


@pytest.mark.needs_kafka
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param([], ALL[:6], id="all that was delivered, nothing that waits"),
        pytest.param(["--camera", "yard-1"], ALL[1:6:2], id="one camera"),
        pytest.param(["--ward", "south"], ALL[1:6:2], id="one ward"),
        pytest.param(["--ward", "sou"], [], id="a part of a ward's name is no ward"),
        pytest.param(["--kind", "loitering", "--run", "r1"], ALL[:6], id="kind and run"),
        pytest.param(["--kind", "prowling"], [], id="another kind"),
        pytest.param(["--since", "2026-03-01T14:01:01"], ALL[2:6], id="since"),
        pytest.param(["--until", "2026-03-01T14:01:01"], ALL[:2], id="until, which is not included"),
    ],
)
def test_replay(out, tmp_path, broker, filters, expected):
    import uuid

    fresh = f"w{uuid.uuid4().hex[:8]}"
    with Outbox(out / "outbox.sqlite") as outbox:
        for ward in ("north", "south"):
            swap = (f".{ward}", f".{fresh}-{ward}")
            outbox._db.execute("UPDATE events SET topics = replace(topics, ?, ?)", swap)
    filters = [f"{fresh}-{f}" if f in ("south", "sou") else f for f in filters]
    arguments = ["replay", out, "--city", city(tmp_path, broker), "--sink", "kafka", *filters]
    assert f"{len(expected)} messages would be sent" in matthan(*arguments, "--dry-run")
    assert f"{len(expected)} messages sent to kafka again" in matthan(*arguments)
    arrived = [m for w in ("north", "south") for m in broker.read(f"matthan.alerts.{fresh}-{w}")]
    with Outbox(out / "outbox.sqlite") as outbox:
        wanted = [m for n, m in enumerate(outbox.messages()) if ALL[n] in expected]
    assert sorted(m.value() for m in arrived) == sorted(m.body for m in wanted)


@pytest.mark.needs_kafka
def test_deliver(out, tmp_path, broker):
    arguments = ["deliver", out, "--city", city(tmp_path, broker)]
    told = matthan("replay", *arguments[1:], "--sink", "kafka", "--dry-run")
    assert "2 wait, which `matthan outbox deliver` sends" in told
    assert matthan(*arguments) == "kafka: nothing waits\n"
    assert json.loads(matthan("status", out, "--json"))["waiting"] == {"kafka": 0}


def test_deliver_to_a_broker_that_is_not_there(out, tmp_path):
    path = tmp_path / "city.yaml"
    kafka = {"bootstrap_servers": ["127.0.0.1:9"], "timeout_s": 1}
    path.write_text(yaml.safe_dump({**CITY, "sinks": {"kafka": kafka}}))
    done = CliRunner().invoke(app, ["outbox", "deliver", str(out), "--city", str(path), "--timeout-s", "3"])
    assert done.exit_code == 1
    assert "kafka: kafka 127.0.0.1:9: _TRANSPORT" in done.output
    assert json.loads(matthan("status", out, "--json"))["waiting"] == {"kafka": 2}


def test_replay_to_a_sink_that_is_not_there(out, tmp_path):
    (tmp_path / "city.yaml").write_text(yaml.safe_dump(CITY))
    text = matthan("replay", out, "--city", tmp_path / "city.yaml", "--sink", "kafka", ok=False)
    assert "has no sink 'kafka' to send to; it has none" in text


@pytest.mark.needs_kafka
def test_dead(out, tmp_path, broker):
    assert "1 refused" in matthan("dead", out)
    assert "MSG_SIZE_TOO_LARGE" in matthan("dead", out, "--camera", "gate-1")
    assert matthan("dead", out, "--camera", "yard-1") == "0 refused\n"
    (row,) = json.loads(matthan("dead", out, "--json"))
    assert (row["sink"], row["camera"], row["topics"]) == ("kafka", "gate-1", ["matthan.alerts.north"])
    assert matthan("dead", out, "--retry", city(tmp_path, broker)) == "1 of 1 taken now\n"
    assert matthan("dead", out) == "0 refused\n"


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        pytest.param([], [ALL[2], *ALL[6:]], id="all that was delivered; what was refused or waits stays"),
        pytest.param(["--camera", "gate-1"], [a for a in ALL if a not in (ALL[0], ALL[4])], id="one camera"),
        pytest.param(["--undelivered"], [], id="all, asked for"),
        pytest.param(["--older-than-days", "1"], [ALL[2], *ALL[6:]], id="older: all of these are"),
        pytest.param(["--older-than-days", "100000"], ALL, id="none is so old"),
    ],
)
def test_purge(out, filters, left):
    matthan("purge", out, *filters, "--dry-run")
    assert stored(out) == ALL
    matthan("purge", out, *filters, "--yes")
    assert stored(out) == left


def test_purge_asks(out):
    done = CliRunner().invoke(app, ["outbox", "purge", str(out)], input="n\n")
    assert done.exit_code == 1
    assert stored(out) == ALL


def test_purging_gives_the_room_back(out):
    with Outbox(out / "outbox.sqlite") as outbox:
        outbox.put(stream(5000, camera="much"))
        outbox.delivered("kafka", 10**6)
    before = (out / "outbox.sqlite").stat().st_size
    matthan("purge", out, "--yes")
    assert (out / "outbox.sqlite").stat().st_size < before / 5


def test_a_damaged_outbox_is_repaired_on_the_way(out):
    with Outbox(out / "outbox.sqlite") as outbox:
        outbox.put(stream(500, camera="much"))
    path = out / "outbox.sqlite"
    middle = path.stat().st_size // 2 // 4096 * 4096
    with path.open("r+b") as file:
        file.seek(middle)
        file.write(b"\xa5" * 8192)
    assert "was damaged" in matthan("status", out)
    assert "was damaged" not in matthan("status", out)
