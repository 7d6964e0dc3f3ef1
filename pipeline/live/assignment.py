"""What the reader of a camera is told."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from pipeline.evidence.settings import EvidenceSettings
from pipeline.gate import GateSettings
from pipeline.health import HealthSettings
from pipeline.streams.receive import ReceiveSettings


class Assignment(BaseModel):
    """One camera to read. Two equal ones need the same reader."""

    model_config = ConfigDict(frozen=True)
    camera: str
    source: str
    fps: float
    duty: float
    masks: tuple[tuple[tuple[float, float], ...], ...]
    stream: ReceiveSettings
    gate: GateSettings
    health: HealthSettings
    evidence: EvidenceSettings
    folder: str
    """Where clips are written."""
