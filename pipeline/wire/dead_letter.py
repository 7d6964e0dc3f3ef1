"""What a ward is told about a message that its broker refuses for good."""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import Field

from pipeline.wire.event import Message, Wire

SCHEMA = "urn:matthan:dead-letter:1"


class DeadLetter(Wire):
    """A message on `matthan.dead-letters.<ward>`: which one was refused, by which topic, and why.

    The message itself stays in the sender's outbox (`matthan outbox dead`); it is too large or malformed for the topic.
    """

    dataschema: Literal["urn:matthan:dead-letter:1"] = "urn:matthan:dead-letter:1"
    event_id: str
    revision: int
    camera: str
    topic: str = Field(description="The topic that refused it.")
    reason: str
    size: int = Field(description="Size in bytes of the refused body.")
    sha256: str = Field(description="Of the refused body, to find it in the outbox.")

    @classmethod
    def of(cls, message: Message, topic: str, reason: str) -> DeadLetter:
        return cls(
            event_id=message.event_id,
            revision=message.revision,
            camera=message.key,
            topic=topic,
            reason=reason,
            size=len(message.body),
            sha256=hashlib.sha256(message.body).hexdigest(),
        )

    @property
    def letters_topic(self) -> str:
        """Where it belongs: the dead letters of the same ward."""
        return f"matthan.dead-letters.{self.topic.rsplit('.', 1)[1]}"

    def encode(self) -> bytes:
        return self.model_dump_json().encode()
