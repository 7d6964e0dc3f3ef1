"""cases.yaml → settings."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from pipeline.errors import ConfigError

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class CasesSettings(BaseModel):
    """Which wards, where the cases are kept, and how to reach Kafka."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    wards: tuple[str, ...] = Field(min_length=1)
    families: tuple[Literal["alerts", "archive", "traffic", "health"], ...] = ("alerts", "archive")
    database: SecretStr = Field(
        SecretStr("sqlite:///cases.sqlite"), description="SQLAlchemy URL: sqlite:///FILE or postgresql+psycopg://…"
    )
    group_gap_s: float = Field(
        300.0, ge=0, description="An event of the same camera and zone within this time joins the case."
    )
    group: str | None = Field(None, description="Consumer group; unset = ward-<first ward>.cases.")
    kafka: dict[str, SecretStr] = Field(description="Properties of librdkafka; bootstrap.servers at least.")

    @field_validator("kafka", mode="before")
    @classmethod
    def _texts(cls, value: Any) -> Any:
        if not isinstance(value, dict) or "bootstrap.servers" not in value:
            raise ValueError("must be a mapping with bootstrap.servers")
        return {name: str(own) for name, own in value.items()}

    @property
    def topics(self) -> list[str]:
        return [f"matthan.{family}.{ward}" for family in self.families for ward in self.wards]

    @property
    def consumer_group(self) -> str:
        return self.group or f"ward-{self.wards[0]}.cases"

    def client(self, **own: object) -> dict[str, Any]:
        """Options of a Kafka client."""
        return {**{name: value.get_secret_value() for name, value in self.kafka.items()}, **own}


def load(path: Path) -> CasesSettings:
    """Read the file. Raises `ConfigError` with every mistake, one a line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError(f"{path}: cannot be read: {getattr(exc, 'strerror', None) or exc}") from exc
    missing = sorted({name for name in _REFERENCE.findall(text) if name not in os.environ})
    if missing:
        raise ConfigError(f"{path}: the environment has no {', '.join(missing)}")
    try:
        raw = yaml.safe_load(_REFERENCE.sub(lambda match: os.environ[match[1]], text))
        return CasesSettings.model_validate(raw)
    except yaml.YAMLError as exc:
        raise ConfigError(f"{path}: {' '.join(str(exc).split())}") from exc
    except ValidationError as exc:
        raise ConfigError(
            [
                f"{path}: {'.'.join(map(str, e['loc'])) or 'file'}: {e['msg'].removeprefix('Value error, ')}"
                for e in exc.errors()
            ]
        ) from exc
