"""The access recipe of docs/kafka.md, run as it stands there on a broker with TLS, SASL users and an authorizer."""

import json
import logging
import re
from pathlib import Path

import pytest
import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from pipeline.errors import SinkError, SinkRefusal
from pipeline.sinks.kafka import Kafka, KafkaSettings
from pipeline.wire import DeadLetter
from tests.broker import BrokerError
from tests.broker.secured import PLAIN_PASSWORD, secured
from tests.conftest import unmet
from tests.sinks.messages import message, stream

pytestmark = [pytest.mark.needs_kafka, pytest.mark.timeout(600)]
PAGE = (Path(__file__).parents[2] / "docs" / "kafka.md").read_text()
PIPELINE_PASSWORD = "pipeline-password-of-the-tests"
WARDS = {"nam-ha": "password-of-nam-ha", "nam-ha-2": "password-of-nam-ha-2"}
"""The one is the beginning of the other: a recipe by prefixes would let it read both."""
FAMILIES = ("alerts", "traffic", "health", "archive", "verdicts", "dead-letters")
S = 20.0


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def cluster():
    accounts, *rest = blocks("sh")
    try:
        with secured(blocks("properties")[0]) as made:
            pipeline, ward_rights, topics = rest
            for ward, password in WARDS.items():
                variables = {"WARD": ward, "WARD_PASSWORD": password, "PIPELINE_PASSWORD": PIPELINE_PASSWORD}
                made.sh(accounts + ward_rights + topics, **variables)
            made.sh(pipeline)
            yield made
    except BrokerError as exc:
        unmet(str(exc))


def settings(cluster, **changes):
    known = {
        "bootstrap_servers": (cluster.broker.bootstrap,), "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512", "sasl_username": "pipeline", "sasl_password": PIPELINE_PASSWORD,
        "ssl_cafile": cluster.ca, "timeout_s": 15,
    }  # fmt: skip
    return KafkaSettings(**{**known, **changes})


@pytest.fixture
def sink(cluster):
    made = Kafka(settings(cluster))
    yield made
    made.close()


def read(cluster, ward, topic, count, group=None):
    """So many messages of a topic as the ward's account reads them; raises KafkaException where it may not."""
    group = group or f"ward-{ward}.cases"
    options = {**cluster.client(f"ward-{ward}", WARDS[ward]), "group.id": group, "enable.auto.commit": False}
    consumer = Consumer({**options, "auto.offset.reset": "earliest"})
    try:
        consumer.subscribe([topic])
        found = []
        while len(found) < count:
            one = consumer.poll(S)
            if one is None or one.error():
                raise KafkaException(one.error() if one else KafkaError(KafkaError._TIMED_OUT))
            found.append(one)
        return found
    finally:
        consumer.close()


def test_a_ward_reads_its_own_alerts_and_answers(cluster, sink):
    sent = [m for ward in WARDS for m in stream(3, wards=(ward,))]
    assert sink.deliver(sent) == len(sent)
    for ward in WARDS:
        found = read(cluster, ward, f"matthan.alerts.{ward}", 3)
        assert [m.value() for m in found] == [m.body for m in sent if m.wards == (ward,)]
        assert write(cluster, ward, f"matthan.verdicts.{ward}") is None


@pytest.mark.parametrize("reader", WARDS)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_ward_cannot_read_write_or_list_topics_of_another(cluster, reader, family):
    other = next(ward for ward in WARDS if ward != reader)
    topic = f"matthan.{family}.{other}"
    with pytest.raises(KafkaException) as error:
        read(cluster, reader, topic, 1)
    assert error.value.args[0].code() in {KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.UNKNOWN_TOPIC_OR_PART}
    assert write(cluster, reader, topic).code() == KafkaError.TOPIC_AUTHORIZATION_FAILED
    admin = AdminClient(cluster.client(f"ward-{reader}", WARDS[reader]))
    listed = {name for name in admin.list_topics(timeout=S).topics if name.startswith("matthan.")}
    assert listed == {f"matthan.{f}.{reader}" for f in FAMILIES}


@pytest.mark.parametrize("reader", WARDS)
def test_a_ward_cannot_use_the_groups_of_another(cluster, reader):
    other = next(ward for ward in WARDS if ward != reader)
    with pytest.raises(KafkaException) as error:
        read(cluster, reader, f"matthan.alerts.{reader}", 1, group=f"ward-{other}.cases")
    assert error.value.args[0].code() == KafkaError.GROUP_AUTHORIZATION_FAILED


@pytest.mark.parametrize("ward", WARDS)
def test_a_ward_does_not_write_where_findings_are(cluster, ward):
    for family in ("alerts", "archive", "health", "dead-letters"):
        assert write(cluster, ward, f"matthan.{family}.{ward}").code() == KafkaError.TOPIC_AUTHORIZATION_FAILED


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256"])
def test_the_other_ways_to_log_in(cluster, mechanism):
    if mechanism.startswith("SCRAM"):
        add = blocks("sh")[0].splitlines()[0].replace("SCRAM-SHA-512", mechanism)
        cluster.sh(add, PIPELINE_PASSWORD=PLAIN_PASSWORD)
    sink = Kafka(settings(cluster, sasl_mechanism=mechanism, sasl_password=PLAIN_PASSWORD))
    assert sink.deliver([message(1, wards=("nam-ha",), camera=mechanism.lower())]) == 1
    sink.close()


def test_the_pipeline_makes_the_topic_that_is_missing(cluster, sink):
    assert sink.deliver([message(1, wards=("thach-linh",))]) == 1
    there = AdminClient(cluster.client("admin", "admin-password-of-the-tests")).list_topics(timeout=S).topics
    assert len(there["matthan.alerts.thach-linh"].partitions) == 6


def test_a_missing_topic_is_told_where_it_may_not_be_made(cluster):
    sink = Kafka(settings(cluster, topics={"create": False}))
    with pytest.raises(SinkError, match=r"there is no topic matthan\.alerts\.nowhere, .* topics\.create is false"):
        sink.deliver([message(1, wards=("nowhere",))])
    sink.close()


def test_what_the_broker_refuses_becomes_a_dead_letter_and_its_neighbours_pass(cluster, sink):
    """This broker takes no more than 20 kB, our client a megabyte: it is the broker that refuses the whole batch."""
    sent = [message(1, camera="big"), message(2, camera="big", note="x" * 60_000), message(3, camera="big")]
    big = Kafka(settings(cluster, compression="none"))
    done, refused = 0, []
    while done < len(sent):
        try:
            done += big.deliver(sent[done:])
        except SinkRefusal as exc:
            refused.append((done, str(exc)))
            done += 1
    big.close()
    assert [index for index, _ in refused] == [1]
    assert "MSG_SIZE_TOO_LARGE" in refused[0][1]
    letters = cluster.client("ward-north", "")  # the ward of these messages has no account: read as admin
    letters = Consumer({**cluster.client("admin", "admin-password-of-the-tests"), "group.id": "x"})
    letters.assign([TopicPartition("matthan.dead-letters.north", p, 0) for p in range(6)])
    letter = DeadLetter.model_validate_json(letters.poll(S).value())
    letters.close()
    assert (letter.event_id, letter.revision, letter.camera) == (sent[1].event_id, 0, "big")
    assert letter.topic == "matthan.alerts.north"
    assert letter.size == len(sent[1].body)


def test_the_end_of_a_session_is_no_error_of_its_own(cluster):
    """A refusal ends the session amid the reports, at another moment each time."""
    for number in range(25):
        big = Kafka(settings(cluster, compression="none"))
        assert big.deliver([message(2, camera=f"big-{number}"), message(3, camera="x", note="x" * 60_000)]) == 1
        big.close()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"sasl_password": "wrong-password-x"}, "_AUTHENTICATION|_TRANSPORT", id="wrong password"),
        pytest.param({"ssl_cafile": None}, "_SSL|_TRANSPORT", id="a certificate that nobody vouches for"),
        pytest.param({"by_address": True}, "_SSL|_TRANSPORT", id="a certificate for another name"),
    ],
)
def test_who_is_not_who_he_says_gets_nothing_and_no_password_is_told(cluster, changes, says, caplog, capfd):
    """At every level of logging, librdkafka's own included."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("matthan.librdkafka").propagate = True
    if changes.pop("by_address", False):
        changes["bootstrap_servers"] = (cluster.broker.bootstrap.replace("localhost", "127.0.0.1"),)
    password = changes.get("sasl_password", PIPELINE_PASSWORD)
    chosen = settings(cluster, timeout_s=3, properties={"debug": "all"}, **changes)
    sink = Kafka(chosen)
    try:
        with pytest.raises(SinkError, match=says) as error:
            sink.deliver([message(1, wards=("nam-ha",))])
        structlog.get_logger().debug("settings", settings=chosen, error=str(error.value))
    finally:
        sink.close()
        logging.getLogger("matthan.librdkafka").propagate = False
    told = caplog.text + "".join(capfd.readouterr()) + str(error.value) + repr(chosen) + chosen.model_dump_json()
    assert len(told) > 1000, "librdkafka tells much at this level"
    assert password not in told


def write(cluster, ward, topic):
    """The error with which the ward's account fails to write, or None."""
    producer = Producer({**cluster.client(f"ward-{ward}", WARDS[ward]), "message.timeout.ms": 8000})
    told = []
    producer.produce(topic, json.dumps({"by": ward}), on_delivery=lambda error, _: told.append(error))
    producer.flush(S)
    return told[0]


def test_one_refused_message_among_many_is_found_without_a_storm(cluster):
    """The broker refuses the batch that holds it, again and again: halves find it in few tries."""
    sent = [message(n, camera=f"c-{n % 20}", wards=("nam-ha-2",)) for n in range(400)]
    sent[300] = message(300, camera="c-0", wards=("nam-ha-2",), note="y" * 60_000)
    sink = Kafka(settings(cluster, compression="none"))
    left, calls = sent, 0
    while left:
        calls += 1
        try:
            left = left[sink.deliver(left) :]
        except SinkRefusal:
            assert left[0] is sent[300]
            left = left[1:]
    sink.close()
    assert calls < 30
