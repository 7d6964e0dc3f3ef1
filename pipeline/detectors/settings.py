"""What every detector can be told."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from pipeline.detectors.static_change import StaticChangeSettings

Precision = Literal["f32", "bf16", "int8"]
USUAL_IOU = 0.7


class DetectorSettings(BaseModel):
    """Which model, on which runtime, and which of its boxes to keep."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())
    name: str = Field(
        "auto",
        description="Name in the manifest, or path of a file or folder; auto: yolo11n at hand, else the shipped one.",
    )
    runtime: str = Field("openvino", description="openvino, ultralytics, or theirpkg.mod:Class.")
    precision: Precision = Field("bf16", description="openvino only; bf16 falls back to f32 where the CPU lacks it.")
    device: str = Field("auto", description="ultralytics: cpu, cuda:0, …; openvino: CPU, GPU, …; auto = the best.")
    confidence: float = Field(0.1, gt=0, lt=1, description="Boxes below it are dropped; the tracker uses weak ones.")
    iou: float | None = Field(
        None, gt=0, lt=1,
        description="Overlap above which one of two boxes of a class is dropped; unset = what suits the model.",
    )  # fmt: skip
    classes: tuple[str, ...] | None = Field(None, description="Keep these only; unset = every class of the model.")
    input: int = Field(640, ge=64, le=4096, multiple_of=32, description="Longer side of the network input, pixels.")
    threads: int = Field(0, ge=0, description="CPU threads of the runtime; 0 = all cores.")
    static_change: StaticChangeSettings | None = Field(
        None, description="Report new still things that the model has no class for; true, or a mapping of settings."
    )

    signals: dict[str, dict[str, tuple[tuple[float, float], ...]]] = Field(
        {}, exclude_if=lambda value: not value,
        description="Camera → signal zone → polygon in 0..1; filled from the lines that name one.",
    )  # fmt: skip

    @property
    def overlap(self) -> float:
        """`iou`, or Ultralytics' default."""
        return USUAL_IOU if self.iou is None else self.iou

    @field_validator("static_change", mode="before")
    @classmethod
    def _switch(cls, value: Any) -> Any:
        if isinstance(value, bool):
            return StaticChangeSettings() if value else None
        return value
