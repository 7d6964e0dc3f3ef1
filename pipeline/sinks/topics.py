"""Whether the topics of a city exist, and how they are made."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, NewTopic
from pydantic import BaseModel, ConfigDict, Field

DAY_MS = 86_400_000
FOR_PRODUCERS = ("acks", "compression.type", "partitioner", "message.", "enable.", "linger.ms")
"""Options that an admin client would warn about."""


class TopicSettings(BaseModel):
    """What a topic is like that is made when its first message comes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    create: bool = Field(True, description="False: topics are made by an administrator, and a missing one is told.")
    partitions: int = Field(6, gt=0, description="Order is kept per camera, which always has the same partition.")
    replication_factor: int = Field(-1, description="-1 = as the brokers do by default.")
    retention_days: float | None = Field(None, gt=0, description="Unset = as the brokers do by default.")


def ensure(options: dict[str, Any], topics: Collection[str], settings: TopicSettings, timeout_s: float) -> None:
    """Make those of `topics` that do not exist. Raises `KafkaException` where one is missing and cannot be made."""
    if not topics:
        return
    own = {name: value for name, value in options.items() if not name.startswith(FOR_PRODUCERS)}
    admin = AdminClient(own, logger=logging.getLogger("matthan.librdkafka"))
    there = admin.list_topics(timeout=timeout_s).topics
    missing = sorted(set(topics) - set(there))
    if missing and not settings.create:
        error = f"there is no topic {', '.join(missing)}, or it is not ours to write; topics.create is false"
        raise KafkaException(KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART, error))
    config = {} if settings.retention_days is None else {"retention.ms": str(round(settings.retention_days * DAY_MS))}
    made = [NewTopic(name, settings.partitions, settings.replication_factor, config=config) for name in missing]
    for future in (admin.create_topics(made, request_timeout=timeout_s) if made else {}).values():
        try:
            future.result(timeout_s)
        except KafkaException as exc:
            if exc.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise
