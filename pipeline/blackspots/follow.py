"""Kafka's traffic topics → the store: what was committed is stored, what was not comes again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException

from pipeline.blackspots.store import Store
from pipeline.errors import ConfigError, OutboxError, SinkError
from pipeline.sinks.kafka import KafkaSettings

GROUP = "matthan-blackspots"
BATCH, POLL_S = 5000, 0.5
FLUSH_S = 60.0
"""What was heard is stored at least so often."""
RETRY_S = 2.0
JOIN_S = 15.0
"""Joining a group takes a while, which is no silence."""
log = structlog.get_logger()


class Follower:
    """A member of the group that keeps a store up to date; several of them share the topics' partitions.

    Offsets are committed after the rows are on the disk, so what was heard twice is stored twice, and counts once.
    """

    def __init__(self, settings: KafkaSettings, topics: Sequence[str], store: Store, group: str = GROUP) -> None:
        """`topics`: names, or regular expressions that begin with ^. Raises `ConfigError`."""
        quiet = logging.getLogger("matthan.librdkafka")
        options = {
            **settings.connection(), "group.id": group, "enable.auto.commit": False, "auto.offset.reset": "earliest",
            "partition.assignment.strategy": "cooperative-sticky", "topic.metadata.refresh.interval.ms": 10_000,
            "error_cb": self._troubled,
        }  # fmt: skip
        try:
            self._consumer = Consumer(options, logger=quiet)
        except KafkaException as exc:
            raise ConfigError(f"sinks.kafka: {exc.args[0].str()}") from exc
        self._servers = ",".join(settings.bootstrap_servers)
        self._topics = list(topics)
        self._store = store
        self._stop = threading.Event()
        self._joined = False
        self._trouble: str | None = None
        self._heard: list[str] = []
        self._flushed = self._last = 0.0
        self.stored = 0

    def stop(self) -> None:
        """End after what is in hand is stored. May be called from a signal handler."""
        self._stop.set()

    def run(self, each: Callable[[int], None], idle_s: float | None = None) -> int:
        """Follow until stopped, or until nothing has come for `idle_s`; how many events were stored.

        What a member held that died comes only when the group has given it up: an `idle_s` shorter than its session
        (`session.timeout.ms`) ends before.

        `each` is called about twice a second, with how many were stored since the last call. A broker that is away and
        a full disk are waited for. Raises `SinkError` where the broker was not reached within `idle_s`.
        """
        self._consumer.subscribe(self._topics, on_assign=self._assigned)
        self._last = self._flushed = time.monotonic()
        told = 0
        try:
            while not self._stop.is_set():
                heard = [text for message in self._consumer.consume(BATCH, POLL_S) if (text := self._text(message))]
                self._heard += heard
                now = time.monotonic()
                self._last = now if heard or not self._joined else self._last
                quiet = idle_s is not None and now - self._last >= idle_s
                if len(self._heard) >= BATCH or quiet or (self._heard and now - self._flushed >= FLUSH_S):
                    self._flush()
                each(self.stored - told)
                told = self.stored
                if quiet or (idle_s is not None and not self._joined and now - self._flushed >= max(idle_s, JOIN_S)):
                    break
            self._flush()
            each(self.stored - told)
        finally:
            self._consumer.close()
        if not self._joined and not self._stop.is_set():
            raise SinkError(f"kafka {self._servers}: not reached: {self._trouble or 'no answer'}")
        return self.stored

    def _flush(self) -> None:
        if not self._heard:
            return
        while True:
            try:
                count = self._store.put(self._heard)
                break
            except OutboxError as exc:
                log.warning("the store takes nothing, waiting", error=str(exc))
                if self._stop.wait(RETRY_S):
                    return  # nothing is committed: it comes again
        self._heard, self._flushed = [], time.monotonic()
        self.stored += count
        try:
            self._consumer.commit(asynchronous=False)
        except KafkaException as exc:  # the group was rebalanced, or the broker is away: it will come again
            log.debug("offsets not committed, some messages will come again", error=exc.args[0].str())

    def _text(self, message: Any) -> str | None:
        if message.error() is not None:
            if message.error().code() != KafkaError.UNKNOWN_TOPIC_OR_PART:  # a topic comes with its first message
                log.warning("kafka", error=message.error().str())
            return None
        return (message.value() or b"").decode(errors="replace")

    def _assigned(self, consumer: Any, partitions: Any) -> None:
        del consumer, partitions
        self._joined, self._trouble, self._last = True, None, time.monotonic()

    def _troubled(self, error: KafkaError) -> None:
        """librdkafka goes on by itself; whoever waits should know for what."""
        if error.code() == KafkaError._ALL_BROKERS_DOWN or error.fatal() or "AUTH" in error.name():
            if self._trouble is None:
                log.warning("kafka cannot be reached, waiting", servers=self._servers, error=error.str())
            self._trouble = error.str()
