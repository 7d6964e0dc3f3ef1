"""Kafka: what a consumer finds on the topics, and that no outage loses, invents or reorders anything."""

import json
import socket
import threading
import time
import uuid
from collections import defaultdict

import pytest
from jsonschema import Draft202012Validator

from pipeline.errors import SinkError
from pipeline.sinks.courier import Courier
from pipeline.sinks.kafka import Kafka, KafkaSettings
from pipeline.sinks.outbox import Outbox
from pipeline.wire import schema
from tests.sinks.messages import message, stream

pytestmark = pytest.mark.needs_kafka
OUTAGE_S = 3.0
RECOVERY_S = 90.0


@pytest.fixture
def ward():
    """A ward of this test alone, for topics of its own."""
    return f"w{uuid.uuid4().hex[:8]}"


@pytest.fixture
def settings(broker):
    return KafkaSettings(bootstrap_servers=(broker.bootstrap,), api_version=broker.api_version, timeout_s=2)


@pytest.fixture
def sink(settings):
    made = Kafka(settings.model_copy(update={"timeout_s": 10}))
    yield made
    made.close()


@pytest.fixture
def courier(tmp_path, settings):
    made = Courier(tmp_path / "outbox.sqlite", Kafka(settings))
    made.start()
    yield made
    made.close()


@pytest.fixture
def outbox(tmp_path):
    with Outbox(tmp_path / "outbox.sqlite") as made:
        yield made


@pytest.fixture
def courier_of(tmp_path, outbox):
    """Starts a courier for what is stored."""
    made = []

    def start(sink, messages):
        outbox.put(messages)
        made.append(Courier(tmp_path / "outbox.sqlite", sink))
        made[-1].start()
        return made[-1], outbox

    yield start
    for one in made:
        one.close()


def bodies(messages):
    return [m.value() for m in messages]


def arrived(broker, topic):
    """What a consumer that drops repeated CloudEvents ids keeps, by key, in order."""
    seen, kept = set(), defaultdict(list)
    for found in broker.read(topic):
        identifier = json.loads(found.value())["id"]
        if identifier not in seen:
            seen.add(identifier)
            kept[found.key().decode()].append(found.value())
    return kept


@pytest.mark.parametrize(
    ("kwargs", "family"),
    [
        pytest.param({}, "alerts", id="an alert"),
        pytest.param({"topic": "traffic"}, "traffic", id="traffic"),
        pytest.param({"topic": "health"}, "health", id="health"),
        pytest.param({"mode": "archive"}, "archive", id="an alert found in an archive is no live alert"),
    ],
)
def test_what_a_consumer_finds(broker, sink, ward, kwargs, family):
    sent = stream(2, 2, wards=(ward,), **kwargs)
    assert sink.deliver(sent) == 4
    found = broker.read(f"matthan.{family}.{ward}")
    assert bodies(found) == [m.body for m in sent]
    validator = Draft202012Validator(schema())
    for one in found:
        event = json.loads(one.value())
        validator.validate(event)
        assert event["specversion"] == "1.0"
        assert one.key().decode() == event["subject"] == "gate-1"
        assert dict(one.headers()) == {"content-type": b"application/cloudevents+json; charset=UTF-8"}


def test_order_holds_for_each_camera(broker, sink, ward):
    cameras = [f"gate-{n}" for n in range(8)]
    sent = [message(n, r, camera=c, wards=(ward,)) for n in range(10) for r in range(3) for c in cameras]
    assert sink.deliver(sent) == len(sent)
    found = broker.read(f"matthan.alerts.{ward}")
    assert len(found) == len(sent)
    for camera in cameras:
        own = [m for m in found if m.key().decode() == camera]
        assert bodies(own) == [m.body for m in sent if m.key == camera]
        assert len({m.partition() for m in own}) == 1
    assert len({m.partition() for m in found}) > 1, "one partition alone proves no order"


def test_a_camera_on_the_border_reaches_both_wards(broker, sink, ward):
    wards = (f"{ward}-a", f"{ward}-b")
    sent = [*stream(2, wards=wards), message(9, wards=wards[:1])]
    assert sink.deliver(sent) == 3
    assert bodies(broker.read(f"matthan.alerts.{wards[0]}")) == [m.body for m in sent]
    assert bodies(broker.read(f"matthan.alerts.{wards[1]}")) == [m.body for m in sent[:2]]


def test_a_rule_in_shadow_is_counted_and_not_sent(broker, sink, ward):
    sent = [message(1, wards=(ward,), published=False), message(2, wards=(ward,))]
    assert sink.deliver(sent) == 2
    assert bodies(broker.read(f"matthan.alerts.{ward}")) == [sent[1].body]


def test_compression(broker, settings, ward):
    sink = Kafka(settings.model_copy(update={"compression": "gzip", "timeout_s": 10}))
    sent = stream(20, wards=(ward,))
    assert sink.deliver(sent) == 20
    sink.close()
    assert bodies(broker.read(f"matthan.alerts.{ward}")) == [m.body for m in sent]


def test_nobody_listens():
    """The error is one line that names the server, after about the time allowed, and the sink can be asked again."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        server = f"127.0.0.1:{unused.getsockname()[1]}"
        sink = Kafka(KafkaSettings(bootstrap_servers=(server,), timeout_s=1))
        for _ in range(2):
            begun = time.monotonic()
            with pytest.raises(SinkError, match=f"^kafka {server}: ") as error:
                sink.deliver([message()])
            assert time.monotonic() - begun < 5
            assert "\n" not in str(error.value)
        sink.close()


def test_without_a_broker_a_run_goes_on_and_all_is_delivered_when_it_comes(own_broker, tmp_path, settings, ward):
    own_broker.stop()
    sent = stream(60, 2, wards=(ward,))
    courier = Courier(tmp_path / "outbox.sqlite", Kafka(settings))
    begun = time.monotonic()
    with Outbox(tmp_path / "outbox.sqlite") as outbox:
        courier.start()
        for one in sent:
            outbox.put([one])
            courier.notify()
        assert time.monotonic() - begun < OUTAGE_S, "storing waits for nobody"
        assert not courier.drain(OUTAGE_S)
        assert courier.trouble is not None
        assert outbox.status().waiting == {"kafka": len(sent)}
        own_broker.start()
        assert courier.drain(RECOVERY_S)
        assert courier.trouble is None
        courier.close()
    assert arrived(own_broker, f"matthan.alerts.{ward}")["gate-1"] == [m.body for m in sent]


def killed(broker):
    broker.stop()
    time.sleep(OUTAGE_S)
    broker.start()


def hangs(broker):
    with broker.paused():
        time.sleep(OUTAGE_S)


@pytest.mark.parametrize("outage", [killed, hangs])
def test_an_outage_in_the_middle_loses_and_reorders_nothing(own_broker, outbox, courier, ward, outage):
    """Two cameras publish all the time: before, while the broker is away, and after."""
    cameras = ("gate-1", "gate-2")
    sent, over = [], threading.Event()

    def publish(number):
        batch = [message(number, r, camera=c, wards=(ward,)) for r in range(2) for c in cameras]
        outbox.put(batch)
        courier.notify()
        sent.extend(batch)

    for number in range(20):
        publish(number)
    assert courier.drain(RECOVERY_S)
    breaking = threading.Thread(target=lambda: [outage(own_broker), over.set()])
    breaking.start()
    while not over.is_set():
        publish(len(sent) // 4)
        time.sleep(0.01)
    breaking.join()
    for _ in range(20):
        publish(len(sent) // 4)
    assert courier.drain(RECOVERY_S)
    found = arrived(own_broker, f"matthan.alerts.{ward}")
    assert found == {camera: [m.body for m in sent if m.key == camera] for camera in cameras}


def test_a_message_too_large_in_the_middle_is_refused_and_the_others_go(broker, settings, courier_of, ward):
    """It is our own limit, which the client says at once; those in front of it must not fall with it."""
    sent = [message(1, wards=(ward,)), message(2, wards=(ward,), note="x" * 3000), message(3, wards=(ward,))]
    courier, outbox = courier_of(Kafka(settings.model_copy(update={"max_message_bytes": 2000, "timeout_s": 10})), sent)
    assert courier.drain(RECOVERY_S)
    assert [r.message for r in outbox.refusals()] == [sent[1]]
    assert bodies(broker.read(f"matthan.alerts.{ward}")) == [sent[0].body, sent[2].body]
    assert len(broker.read(f"matthan.dead-letters.{ward}")) == 1


def test_a_client_that_holds_less_than_a_batch(broker, settings, courier_of, ward):
    small = {"properties": {"queue.buffering.max.messages": "100"}, "timeout_s": 10}
    sent = stream(1000, wards=(ward,))
    courier, outbox = courier_of(Kafka(KafkaSettings(**{**settings.model_dump(exclude_none=True), **small})), sent)
    assert courier.drain(RECOVERY_S)
    assert outbox.status().waiting == {"kafka": 0}
    assert arrived(broker, f"matthan.alerts.{ward}")["gate-1"] == [m.body for m in sent]
