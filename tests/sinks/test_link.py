"""A bad link between pipeline and broker: slow, reset, swallowed, shut; nothing is lost, doubled or reordered."""

import threading
import time

import pytest

from benchmarks.chaos.checker import check
from pipeline.errors import SinkError
from pipeline.sinks.courier import Courier
from pipeline.sinks.kafka import Kafka, KafkaSettings
from pipeline.sinks.outbox import Outbox
from tests import broker as brokers
from tests.broker.proxy import Proxy
from tests.conftest import unmet
from tests.sinks.messages import message

pytestmark = pytest.mark.needs_kafka
CAMERAS = [f"gate-{n}" for n in range(6)]
TOPIC = "matthan.alerts.{}"


@pytest.fixture(scope="module")
def linked(tmp_path_factory):
    """A broker that can only be reached through a proxy."""
    (port,) = brokers.free_ports(1)
    proxy = Proxy(port)
    try:
        broker = brokers.apache(tmp_path_factory.mktemp("linked"), (port, proxy.port))
    except brokers.BrokerError as exc:
        proxy.close()
        unmet(str(exc))
    yield broker, proxy
    broker.stop()
    proxy.close()


def slow(proxy):
    with proxy.slow(0.4):
        time.sleep(4)


def too_slow(proxy):
    """Every answer comes after the client has given up."""
    with proxy.slow(2.5):
        time.sleep(6)


def resets(proxy):
    for _ in range(12):
        proxy.reset()
        time.sleep(0.3)


def swallowed(proxy):
    with proxy.black_hole():
        time.sleep(5)


def shut(proxy):
    with proxy.closed():
        time.sleep(4)


@pytest.mark.parametrize("fault", [slow, too_slow, resets, swallowed, shut], ids=lambda fault: fault.__name__)
def test_a_bad_link(linked, tmp_path, fault):
    broker, proxy = linked
    ward = fault.__name__.replace("_", "-")
    sink = Kafka(KafkaSettings(bootstrap_servers=(f"127.0.0.1:{proxy.port}",), timeout_s=2))
    courier = Courier(tmp_path / "outbox.sqlite", sink)
    sent, opened = [], proxy.opened
    with Outbox(tmp_path / "outbox.sqlite") as outbox:
        courier.start()
        breaking = threading.Thread(target=fault, args=(proxy,))
        for number in range(100_000):
            batch = [message(number, r, camera=c, wards=(ward,)) for r in range(2) for c in CAMERAS]
            outbox.put(batch)
            courier.notify()
            sent += batch
            time.sleep(0.02)
            if number == 30:
                breaking.start()
            if number > 60 and not breaking.is_alive():
                break
        assert courier.drain(90)
        courier.close()
        assert outbox.status().waiting == {"kafka": 0}
    assert proxy.opened > opened
    expected = {camera: [m.body for m in sent if m.key == camera] for camera in CAMERAS}
    found = check(expected, ((m.key().decode(), m.value()) for m in broker.read(TOPIC.format(ward))))
    assert found.clean, found


def shut_for(proxy, seconds):
    with proxy.closed():
        time.sleep(seconds)


class Unhurried(Kafka):
    """On a machine so busy that the messages of one batch are of different age."""

    def _produce(self, *args):
        time.sleep(0.1)
        super()._produce(*args)


def test_an_older_message_that_waited_too_long_is_not_overtaken(linked, tmp_path):
    broker, proxy = linked
    settings = KafkaSettings(bootstrap_servers=(f"127.0.0.1:{proxy.port}",), timeout_s=1)
    sent = [message(number, camera="gate-0", wards=("unhurried",)) for number in range(30)]
    first = Kafka(settings.model_copy(update={"timeout_s": 10}))
    assert first.deliver(sent[:1]) == 1  # the topic is there
    first.close()
    sink = Unhurried(settings)
    sink._known = {TOPIC.format("unhurried")}
    late = threading.Thread(target=shut_for, args=(proxy, 1.8))
    late.start()
    waiting = sent[1:]
    while waiting:
        try:
            waiting = waiting[sink.deliver(waiting) :]
        except SinkError:
            time.sleep(0.2)
    late.join()
    sink.close()
    came = broker.read(TOPIC.format("unhurried"))
    found = check({"gate-0": [m.body for m in sent]}, ((m.key().decode(), m.value()) for m in came))
    assert found.clean, found
