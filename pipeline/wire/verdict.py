"""What a named officer decided about a case, on its way back."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationError

from pipeline.errors import InputError
from pipeline.wire.event import Timestamp, Wire

SCHEMA = "urn:matthan:verdict:1"
Decision = Literal["new", "confirmed", "false_alarm", "handed_over", "closed"]


class Judged(Wire):
    """One event of the case, in the last revision that the officer could see."""

    event_id: str
    revision: int = Field(ge=0)
    kind: str
    rule: str


class VerdictData(Wire):
    """A decision, and who took it. Only a person decides; from it can be counted how often a rule is right."""

    case_id: str
    decision: Decision = Field(description="The state that the case has from now on.")
    before: Decision = Field(description="The state it had.")
    reason: str | None = Field(description="Required for false_alarm: what it was instead.")
    decided_by: str = Field(description="User name in the case system.")
    decided_at: Timestamp = Field(description="RFC 3339 UTC, milliseconds.")
    camera: str
    ward: str
    zone: str | None
    events: tuple[Judged, ...]


class Verdict(Wire):
    """A message on `matthan.verdicts.<ward>`; its key is the case id, so the decisions of a case keep their order."""

    specversion: Literal["1.0"] = "1.0"
    id: str = Field(description="Unique for this decision; equal when the same decision is sent again.")
    source: str = Field(description="/wards/<ward>/cases/<case id>")
    type: str = Field(description="matthan.verdict.<decision>")
    subject: str = Field(description="The case id, which is the message key too.")
    time: Timestamp = Field(description="When it was decided, RFC 3339 UTC.")
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: Literal["urn:matthan:verdict:1"] = "urn:matthan:verdict:1"
    data: VerdictData

    @classmethod
    def of(cls, number: int, data: VerdictData) -> Verdict:
        """The message for entry `number` of the case's audit trail."""
        return cls(
            id=f"{data.case_id}.{number}",
            source=f"/wards/{data.ward}/cases/{data.case_id}",
            type=f"matthan.verdict.{data.decision}",
            subject=data.case_id,
            time=data.decided_at,
            data=data,
        )

    @property
    def topic(self) -> str:
        return f"matthan.verdicts.{self.data.ward}"

    def encode(self) -> bytes:
        return self.model_dump_json().encode()

    @classmethod
    def decode(cls, body: bytes) -> Verdict:
        """The decision in a message. Raises `InputError` when it is not one; unknown fields are ignored."""
        try:
            return cls.model_validate_json(body)
        except ValidationError as exc:
            first = exc.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise InputError(f"not a verdict of {SCHEMA}: {where}: {first['msg']}") from exc
