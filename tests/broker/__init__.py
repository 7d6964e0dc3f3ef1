"""The Kafka broker of the tests, the most real one at hand, each server stopped by its process id.

1. `$MATTHAN_TEST_KAFKA`, `host:port` of a broker that runs already;
2. Apache Kafka (KRaft, one node) on free ports of this machine, from Maven artifacts: needs `mvn` once and Java 17;
3. librdkafka's mock cluster: it speaks the protocol, keeps nothing on disk and enforces little.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition
from confluent_kafka.admin import AdminClient

HERE = Path(__file__).parent
VERSION = "4.1.1"
START_S = 60.0
STOP_S = 20.0
PARTITIONS = 3
JAVA = ("java", "-Xms128m", "-Xmx384m", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{advertised}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={data}
num.partitions={partitions}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=2
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
"""


class BrokerError(Exception):
    """A broker of this kind cannot be had here; says why."""


@dataclass(slots=True)
class Broker:
    """A broker, and the process behind it where that is ours."""

    about: str
    bootstrap: str
    real: bool
    """Keeps what it acknowledged across a restart, and enforces the protocol."""
    api_version: str | None = None
    """For clients that cannot ask this broker."""
    command: list[str] = field(default_factory=list)
    """Starts it on the same ports and data; empty where it is not ours."""
    folder: Path | None = None
    process: subprocess.Popen[bytes] | None = None

    @property
    def ours(self) -> bool:
        """May be stopped and paused."""
        return bool(self.command)

    def start(self) -> None:
        """Start it and wait until it answers."""
        assert self.folder is not None
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        try:
            metadata(self.bootstrap, START_S)
        except KafkaException as exc:
            self.stop()
            raise BrokerError(f"{self.about} does not answer; see {self.folder / 'server.log'}") from exc

    def stop(self) -> None:
        """Stop it without a farewell. What it acknowledged is in its files."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(STOP_S)
            self.process = None

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """It hangs: connections stay open and nothing is answered."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def topics(self) -> list[str]:
        """The names of all topics that are not Kafka's own."""
        with _consumer(self.bootstrap) as consumer:
            return sorted(name for name in consumer.list_topics(timeout=START_S).topics if not name.startswith("__"))

    def ends(self, topic: str) -> dict[int, int]:
        """Where each partition of the topic ends now; empty where there is no such topic."""
        with _consumer(self.bootstrap) as consumer:
            found = consumer.list_topics(topic, timeout=START_S).topics[topic]
            if found.error is not None:
                return {}
            return {p: _end(consumer, TopicPartition(topic, p)) for p in found.partitions}

    def read(self, topic: str, since: dict[int, int] | None = None) -> list[Message]:
        """All messages of the topic since these ends, partition by partition, in order."""
        start, messages = since or {}, []
        ends = self.ends(topic)
        with _consumer(self.bootstrap) as consumer:
            for partition, end in ends.items():
                consumer.assign([TopicPartition(topic, partition, start.get(partition, 0))])
                position = start.get(partition, 0)
                while position < end:
                    message = consumer.poll(START_S)
                    if message is None or message.error() is not None:
                        raise BrokerError(f"{topic}[{partition}] stops at {position} of {end}: {message}")
                    position = message.offset() + 1
                    messages.append(message)
        return messages


@contextlib.contextmanager
def _consumer(bootstrap: str) -> Iterator[Consumer]:
    consumer = Consumer({
        "bootstrap.servers": bootstrap, "group.id": "matthan-tests", "enable.auto.commit": False,
        "auto.offset.reset": "error", "log_level": 0,
    })  # fmt: skip
    try:
        yield consumer
    finally:
        consumer.close()


def _end(consumer: Consumer, partition: TopicPartition) -> int:
    """Where a partition ends; one that was made just now has no leader for a moment."""
    deadline = time.monotonic() + START_S
    while True:
        try:
            return int(consumer.get_watermark_offsets(partition)[1])
        except KafkaException as exc:
            if time.monotonic() > deadline:
                raise BrokerError(f"{partition.topic}[{partition.partition}]: {exc}") from exc
            time.sleep(0.1)


def metadata(bootstrap: str, timeout_s: float, options: dict[str, Any] | None = None) -> list[str]:
    """The addresses of the brokers; raises KafkaException where none answers in time."""
    found = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0, **(options or {})}).list_topics(
        timeout=timeout_s
    )
    return [f"{broker.host}:{broker.port}" for broker in found.brokers.values()]


@contextlib.contextmanager
def best() -> Iterator[tuple[Broker, list[str]]]:
    """The first broker of the list above that can be had, started, and why not those before it."""
    missing: list[str] = []
    with tempfile.TemporaryDirectory(prefix="matthan-kafka-", ignore_cleanup_errors=True) as folder:
        for kind in (given, apache, mock):
            try:
                broker = kind(Path(folder))
            except BrokerError as exc:
                missing.append(str(exc))
                continue
            try:
                yield broker, missing
            finally:
                broker.stop()
            return
    raise BrokerError("; ".join(missing))


def given(folder: Path) -> Broker:
    """The broker that the environment names."""
    bootstrap = os.environ.get("MATTHAN_TEST_KAFKA")
    if not bootstrap:
        raise BrokerError("MATTHAN_TEST_KAFKA is not set")
    try:
        metadata(bootstrap, START_S)
    except KafkaException as exc:
        raise BrokerError(f"MATTHAN_TEST_KAFKA={bootstrap} does not answer") from exc
    return Broker(f"the broker of MATTHAN_TEST_KAFKA, {bootstrap}", bootstrap, real=True)


def apache(folder: Path, ports: tuple[int, int] | None = None) -> Broker:
    """Apache Kafka with its data in `folder`; `ports`: where it listens, and where it says that it does."""
    port, controller = free_ports(2)
    port, advertised = ports or (port, port)
    properties = folder / "server.properties"
    properties.write_text(
        PROPERTIES.format(
            port=port, advertised=advertised, controller=controller, data=folder / "data", partitions=PARTITIONS
        )
    )
    java = [*JAVA, "-cp", f"{_jars()}/*"]
    tool = [*java, "kafka.tools.StorageTool"]
    cluster = _output([*tool, "random-uuid"]).split()[-1]
    _output([*tool, "format", "--standalone", "-t", cluster, "-c", str(properties)])
    command = [*java, "kafka.Kafka", str(properties)]
    broker = Broker(f"Apache Kafka {VERSION}", f"127.0.0.1:{port}", real=True, command=command, folder=folder)
    broker.start()
    return broker


def mock(folder: Path) -> Broker:
    """librdkafka's mock cluster in a process of its own; kafka-python cannot ask it for its version."""
    command = [sys.executable, str(HERE / "mock.py")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout as lines:
        bootstrap = lines.readline().decode().strip()
    about = "librdkafka's mock cluster"
    if not bootstrap:
        process.wait(STOP_S)
        raise BrokerError(f"{about} does not start")
    return Broker(about, bootstrap, real=False, api_version="2.3", process=process)


def _jars() -> Path:
    """The folder of Kafka's jars, fetched once per user and version."""
    base = os.environ.get("XDG_CACHE_HOME")
    folder = (Path(base) if base else Path.home() / ".cache") / "matthan" / f"kafka-{VERSION}-tools"
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        jars = Path(scratch) / "jars"
        wanted = ["-DincludeScope=runtime", f"-DoutputDirectory={jars}"]
        _output(["mvn", "-B", "-q", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies", *wanted])
        with contextlib.suppress(OSError):  # another process was faster
            jars.rename(folder)
    return folder


def _output(command: list[str]) -> str:
    if shutil.which(command[0]) is None:
        raise BrokerError(f"Apache Kafka needs {command[0]}, which is not installed")
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        told = (done.stdout + done.stderr).strip().splitlines() or ["no output"]
        raise BrokerError(f"{command[0]} {command[-1]} failed: {told[0]}")
    return done.stdout


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
