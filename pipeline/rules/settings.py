"""What every rule can be told, and the hours in which it is awake."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from pipeline.types import Severity

_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")


class Hours(BaseModel):
    """A span of the day on the city's clock, in minutes after midnight; it may cross midnight."""

    model_config = ConfigDict(frozen=True)
    start: int
    end: int

    @classmethod
    def parse(cls, text: Any) -> Any:
        """`"22:00-05:00"` → Hours; raises ValueError with an example."""
        if not isinstance(text, str):
            return text
        match = _HOURS.fullmatch(text.strip())
        if match is None:
            raise ValueError(f'must look like "22:00-05:00", got "{text}"')
        h1, m1, h2, m2 = (int(part) for part in match.groups())
        if h1 > 23 or h2 > 24 or m1 > 59 or m2 > 59 or (h2 == 24 and m2):
            raise ValueError(f'must be hours of a day, "00:00-24:00" at most, got "{text}"')
        if (h1, m1) == (h2, m2):
            raise ValueError(f'begins and ends at the same minute, got "{text}"; leave it out for the whole day')
        return cls(start=h1 * 60 + m1, end=h2 * 60 + m2)

    def contains(self, local: datetime) -> bool:
        """Is this local time within the hours? The start belongs to them, the end does not."""
        minute = local.hour * 60 + local.minute
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end

    def __str__(self) -> str:
        return f"{self.start // 60:02d}:{self.start % 60:02d}-{self.end // 60:02d}:{self.end % 60:02d}"


ActiveHours = Annotated[Hours, BeforeValidator(Hours.parse), PlainSerializer(str)]
Seconds = Annotated[float, Field(gt=0)]


class RuleSettings(BaseModel):
    """Settings common to all rules (DESIGN §4); a kind that ends as soon as it begins reads no `escalate_s`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    place: ClassVar[Literal["zone", "line"]] = "zone"
    """Where rules of this kind may be written in the city file."""
    needs: ClassVar[frozenset[str]] = frozenset()
    """What they cannot do without: `calibration` of the camera, `traffic` (ways of road users, of a calibrated one),
    `direction` of the zone, `signal` of the line."""
    kind: str
    classes: tuple[str, ...] = Field(min_length=1)
    seconds: float | None = Field(None, gt=0, description="How long it must last; kinds say in their own words what.")
    gap_s: float | None = Field(
        None, ge=0, description="Leaving for longer resets the clock. Unset: 5, or half of `seconds` if that is less."
    )
    active_hours: ActiveHours | None = Field(None, description="City time; may cross midnight; unset = always.")
    cooldown_s: float = Field(0.0, ge=0, description="After an event of this rule and place, none begins for so long.")
    escalate_s: Seconds | None = Field(None, description="Lasting for so long raises the event's severity by one.")
    severity: Severity = "alert"
    publish: bool = Field(True, description="false = shadow: stored, not delivered to any topic.")

    @model_validator(mode="after")
    def _thresholds_fit(self) -> Self:
        if self.seconds is None:
            return self
        if self.gap_s is not None and self.gap_s >= self.seconds:
            raise ValueError(f"gap_s: must be < seconds ({self.seconds:g}), got {self.gap_s:g}")
        if self.escalate_s is not None and self.escalate_s <= self.seconds:
            raise ValueError(f"escalate_s: must be > seconds ({self.seconds:g}), got {self.escalate_s:g}")
        return self

    @property
    def gap(self) -> float:
        """The gap in force, seconds."""
        if self.gap_s is not None:
            return self.gap_s
        return 5.0 if self.seconds is None else min(5.0, self.seconds / 2)


class PresenceSettings(RuleSettings):
    """Settings of rules that count how long somebody is in a place."""

    classes: tuple[str, ...] = Field(("person",), min_length=1)
    seconds: Seconds
