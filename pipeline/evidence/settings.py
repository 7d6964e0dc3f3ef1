"""How much is kept as evidence."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from pipeline.types import Severity


class EvidenceSettings(BaseModel):
    """Clips of the camera's own packets, around the moment an event was reached, and how long files are kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    before_s: float = Field(10.0, ge=0, le=120, description="A clip begins so long before, at a key frame.")
    after_s: float = Field(10.0, ge=0, le=120, description="… and ends so long after.")
    ring_mb: float = Field(24.0, gt=0, description="Memory per camera for what was just sent.")
    keep_days: dict[Severity, float] = Field(
        {"alert": 90.0, "notice": 30.0},
        min_length=1,
        description="By severity of the event; what is under a legal hold stays.",
    )
    quota_gb: float = Field(100.0, gt=0, description="Beyond it the oldest evidence goes, whatever its days.")

    @property
    def ring_s(self) -> float:
        """Seconds to keep: both sides of the moment, and time to ask."""
        return self.before_s + self.after_s + 10

    def days(self, severity: str) -> float:
        """How long evidence of such an event is kept; as long as of any where that is not known."""
        return next((days for name, days in self.keep_days.items() if name == severity), max(self.keep_days.values()))
