"""MQTT against a real mosquitto: QoS 1, in order, by name and password, and through its death."""

import json
import shutil
import socket
import subprocess
import time

import paho.mqtt.client as paho
import pytest

from pipeline.errors import SinkError, SinkRefusal
from pipeline.sinks.courier import Courier
from pipeline.sinks.mqtt import Mqtt, MqttSettings
from pipeline.sinks.outbox import Outbox
from tests.conftest import unmet
from tests.sinks.messages import message, stream

PASSWORD = "pw-of-the-ward"
WAIT_S = 15.0


class Mosquitto:
    """A broker on a free port, with one user; it keeps its messages in a file."""

    def __init__(self, folder):
        where = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
        if where is None:
            unmet("there is no mosquitto (Debian package mosquitto)")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        users, config = folder / "users", folder / "mosquitto.conf"
        users.touch(mode=0o600)
        subprocess.run(["mosquitto_passwd", "-b", users, "matthan", PASSWORD], check=True, capture_output=True)
        config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous false\npassword_file {users}\nuser root\n"
            f"persistence true\npersistence_location {folder}/\nautosave_on_changes true\nautosave_interval 1\n"
            "max_queued_messages 0\n"
        )
        self.command = [where, "-c", config]
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("mosquitto does not start")

    def stop(self):
        self.process.kill()
        self.process.wait()


class Reader:
    """A subscriber with a session of its own; keeps (topic, body) in the order of coming."""

    def __init__(self, port):
        self.got = []
        self.client = paho.Client(paho.CallbackAPIVersion.VERSION2, "reader", clean_session=False)
        self.client.username_pw_set("matthan", PASSWORD)
        self.client.on_message = lambda client, data, m: self.got.append((m.topic, m.payload))
        self.client.on_connect = lambda client, *_: client.subscribe("matthan/#", qos=1)
        self.client.reconnect_delay_set(0.1, 0.5)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def wait(self, done):
        end = time.monotonic() + WAIT_S
        while not done(self.got) and time.monotonic() < end:
            time.sleep(0.02)
        return self.got

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def broker(tmp_path):
    made = Mosquitto(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def reader(broker):
    made = Reader(broker.port)
    time.sleep(0.3)
    yield made
    made.close()


def settings(broker, **changes):
    known = {"host": "127.0.0.1", "port": broker.port, "tls": False, "username": "matthan", "password": PASSWORD}
    return MqttSettings(**{**known, "timeout_s": 3, **changes})


def test_what_a_subscriber_gets(broker, reader):
    sink = Mqtt(settings(broker))
    sent = [*stream(200, 2), message(999, published=False), message(1000, wards=("north", "south"), camera="gate-2")]
    assert sink.deliver(sent) == len(sent)
    sink.close()
    expected = [(f"matthan/alerts/{w}/{m.key}", m.body) for m in sent for w in m.wards]
    assert reader.wait(lambda got: len(got) >= len(expected)) == expected


def test_a_wrong_password_is_told_without_it(broker):
    sink = Mqtt(settings(broker, password="wrong-pw"))
    with pytest.raises(SinkError, match=r"^mqtt 127\.0\.0\.1:\d+: refused the connection: Not authorized") as error:
        sink.deliver(stream(1))
    assert "wrong-pw" not in str(error.value)
    sink.close()


def test_nobody_listens(broker):
    broker.stop()
    sink = Mqtt(settings(broker))
    with pytest.raises(SinkError, match="Connection refused"):
        sink.deliver(stream(1))
    sink.close()


def test_a_message_too_large_is_refused_and_those_before_it_go(broker, reader):
    sink = Mqtt(settings(broker, max_message_bytes=2000))
    sent = [message(1), message(2, note="x" * 3000), message(3)]
    assert sink.deliver(sent) == 1
    with pytest.raises(SinkRefusal, match="allowed 2000"):
        sink.deliver(sent[1:])
    assert sink.deliver(sent[2:]) == 1
    assert [body for _, body in reader.wait(lambda got: len(got) >= 2)] == [sent[0].body, sent[2].body]
    sink.close()


def test_the_broker_dies_in_the_middle(broker, reader, tmp_path):
    """Nothing is lost and nothing comes out of order; QoS 1 allows repeats."""
    sent = []
    path = tmp_path / "outbox.sqlite"
    courier = Courier(path, Mqtt(settings(broker)))
    with Outbox(path) as outbox:
        courier.start()
        for number in range(60):
            batch = stream(10, camera=f"gate-{number}")
            outbox.put(batch)
            courier.notify()
            sent += batch
            if number == 20:
                time.sleep(1.5)  # mosquitto saves every second; what it acknowledged later dies with it
                broker.stop()
            if number == 40:
                broker.start()
            time.sleep(0.02)
        assert courier.drain(60)
        courier.close()
        assert outbox.status().waiting == {"mqtt": 0}
    got = reader.wait(lambda got: len({json.loads(b)["id"] for _, b in got}) >= len(sent))
    first = list(dict.fromkeys(body for _, body in got))
    lost = [m for m in sent if m.body not in first]
    assert len(lost) <= 10, "only what the broker itself acknowledged and had not saved"
    for camera in {m.key for m in sent}:
        own = [m.body for m in sent if m.key == camera and m.body in first]
        assert [b for b in first if b in own] == own
