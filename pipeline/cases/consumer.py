"""Reads a ward's topics into the database, and sends what was decided back."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import Counter
from typing import Any

import sqlalchemy as sa
import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer

from pipeline.cases.database import Database, DatabaseError
from pipeline.cases.intake import Intake, Record
from pipeline.cases.settings import CasesSettings
from pipeline.cases.tables import verdicts
from pipeline.errors import ConfigError, SinkError

POLL_S = 0.5
RETRY_S = 2.0
JOIN_S = 15.0
BATCH = 200
FLUSH_S = 15.0
log = structlog.get_logger()
_quiet = logging.getLogger("matthan.librdkafka")
_quiet.addHandler(logging.NullHandler())


def _made(kind: Any, options: dict[str, Any]) -> Any:
    """A Kafka client. Raises `ConfigError` for an option that librdkafka does not take."""
    try:
        return kind(options, logger=_quiet)
    except KafkaException as exc:
        raise ConfigError(f"kafka: {exc.args[0].str()}") from exc


class CaseConsumer:
    """A member of the ward's consumer group.

    The offset of a message is committed after the transaction that stored it, so a consumer that dies takes the same
    message again, which then is a repeat. A message that cannot be read is set aside and does not stop the others.
    """

    def __init__(self, settings: CasesSettings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._intake = Intake(database, settings.group_gap_s)
        self._verdicts = Verdicts(settings, database)
        self._consumer = _made(
            Consumer,
            settings.client(**{
                "group.id": settings.consumer_group, "enable.auto.commit": False,
                "enable.auto.offset.store": False, "auto.offset.reset": "earliest",
                "partition.assignment.strategy": "cooperative-sticky", "topic.metadata.refresh.interval.ms": 10_000,
                "error_cb": self._troubled,
            }),
        )  # fmt: skip
        self._stop = threading.Event()
        self._joined = False
        self._last = 0.0
        self._trouble: str | None = None
        self.taken: Counter[str] = Counter()

    def stop(self) -> None:
        """End after the message in hand. May be called from a signal handler."""
        self._stop.set()

    def run(self, idle_s: float | None = None) -> Counter[str]:
        """Take messages until stopped, or until none has come for `idle_s`; how many of what came.

        A broker or database that is away is waited for: nothing is committed that was not stored. Raises `SinkError`
        where the broker was not reached within `idle_s`.
        """
        self._consumer.subscribe(self._settings.topics, on_assign=self._assigned)
        self._last = time.monotonic()
        try:
            while not self._stop.is_set() and not self._quiet_for(idle_s):
                taken = [self._take(message) for message in self._consumer.consume(BATCH, POLL_S)]
                if any(taken):
                    self._last = time.monotonic()
                    self._commit()
                if sent := self._verdicts.send():
                    self.taken["verdicts sent"] += sent
        finally:
            self._consumer.close()
            self._verdicts.close()
        if not self._joined and not self._stop.is_set():
            waited = max(idle_s or 0.0, JOIN_S)
            raise SinkError(f"kafka {self._servers}: not reached in {waited:g} s: {self._trouble or 'no answer'}")
        return self.taken

    def _quiet_for(self, idle_s: float | None) -> bool:
        """Nothing came for so long; joining the group takes a while, which is no quiet."""
        if idle_s is None:
            return False
        return time.monotonic() - self._last >= (idle_s if self._joined else max(idle_s, JOIN_S))

    @property
    def _servers(self) -> str:
        return str(self._settings.client()["bootstrap.servers"])

    def _assigned(self, consumer: Any, partitions: Any) -> None:
        del consumer, partitions
        self._joined, self._trouble, self._last = True, None, time.monotonic()

    def _troubled(self, error: KafkaError) -> None:
        """librdkafka goes on by itself; whoever waits should know for what."""
        if error.code() == KafkaError._ALL_BROKERS_DOWN or error.fatal() or "AUTH" in error.name():
            if self._trouble is None:
                log.warning("kafka cannot be reached, waiting", servers=self._servers, error=error.str())
            self._trouble = error.str()

    def _take(self, message: Any) -> bool:
        """Store one message, however long the database is away; says whether it was one."""
        if message.error() is not None:
            if message.error().code() != KafkaError.UNKNOWN_TOPIC_OR_PART:  # a topic comes with its first message
                log.warning("kafka", error=message.error().str())
            return False
        record = Record(message.topic(), message.partition(), message.offset(), message.value() or b"")
        while not self._stop.is_set():
            try:
                self.taken[self._intake.take(record)] += 1
                with contextlib.suppress(KafkaException):  # the partition has just gone to another member
                    self._consumer.store_offsets(message)
                return True
            except DatabaseError as exc:
                log.warning("database unavailable, the message waits", error=str(exc))
                self._stop.wait(RETRY_S)
        return False

    def _commit(self) -> None:
        try:
            self._consumer.commit(asynchronous=False)
        except KafkaException as exc:  # the group was rebalanced, or the broker is away: it will come again
            log.debug("offsets not committed, some messages will come again", error=exc.args[0].str())


class Verdicts:
    """Sends decisions in the order they were taken, each until the broker has it; a repeat has the same id."""

    def __init__(self, settings: CasesSettings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._producer: Producer | None = None
        self._next = 0.0

    def send(self) -> int:
        """Send what waits; how many the broker took. Raises nothing: what fails waits for the next time."""
        if time.monotonic() < self._next:
            return 0
        try:
            return self._send()
        except (SinkError, DatabaseError, KafkaException) as exc:
            log.warning("verdicts wait", error=str(exc))
            self._next = time.monotonic() + RETRY_S
            self.close()
            return 0

    def _send(self) -> int:
        with self._database.transaction() as connection:
            query = sa.select(verdicts).where(verdicts.c.sent == 0).order_by(verdicts.c.seq).limit(BATCH)
            waiting = connection.execute(query).all()
        if not waiting:
            return 0
        if self._producer is None:
            options = {"acks": "all", "enable.idempotence": True, "message.timeout.ms": int(FLUSH_S * 1000)}
            self._producer = _made(Producer, self._settings.client(**options))
        failed: list[KafkaError] = []
        for row in waiting:
            self._producer.produce(
                row.topic, row.body, row.case_id, on_delivery=lambda error, _: failed.append(error) if error else None
            )
        if self._producer.flush(FLUSH_S) or failed:
            raise SinkError(f"verdicts: {failed[0].str() if failed else 'not acknowledged in time'}")
        self._mark([row.seq for row in waiting])
        return len(waiting)

    def _mark(self, sent: list[int]) -> None:
        with self._database.transaction() as connection:
            connection.execute(sa.update(verdicts).where(verdicts.c.seq.in_(sent)).values(sent=1))

    def close(self) -> None:
        self._producer = None
