"""cases.yaml → settings."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from pipeline.errors import ConfigError

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]
"""A ward's id as in the city file: lower-case letters, digits, hyphens."""
SQLITE = "sqlite:///"
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class CasesSettings(BaseModel):
    """Which wards, where the cases are kept, and how to reach Kafka."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    wards: tuple[Slug, ...] = Field(min_length=1)
    families: tuple[Literal["alerts", "archive", "traffic", "health"], ...] = ("alerts", "archive")
    database: SecretStr = Field(
        SecretStr("sqlite:///cases.sqlite"),
        description="sqlite:///FILE, relative to the folder of cases.yaml, or postgresql+psycopg://…",
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
        raw = _filled(yaml.safe_load(text))
        if not isinstance(raw, dict):
            raise ConfigError(f"{path}: must be a mapping that begins with `wards:`, got {type(raw).__name__}")
        return _placed(CasesSettings.model_validate(raw), path.parent)
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise ConfigError(f"{path}: {where}{getattr(exc, 'problem', None) or 'not YAML'}") from exc
    except ValidationError as exc:
        raise ConfigError([f"{path}: {_sentence(error)}" for error in exc.errors()]) from exc


def _filled(value: Any) -> Any:
    """${NAME} in a value becomes the environment's, whatever characters that has."""
    if isinstance(value, dict):
        return {name: _filled(own) for name, own in value.items()}
    if isinstance(value, list):
        return [_filled(own) for own in value]
    return _REFERENCE.sub(lambda match: os.environ[match[1]], value) if isinstance(value, str) else value


def _placed(settings: CasesSettings, folder: Path) -> CasesSettings:
    """A SQLite file lies where its settings lie, wherever the command is given."""
    url = settings.database.get_secret_value()
    if not url.startswith(SQLITE):
        return settings
    return settings.model_copy(update={"database": SecretStr(f"{SQLITE}{folder.resolve() / url.removeprefix(SQLITE)}")})


def _sentence(error: Any) -> str:
    where = ".".join(map(str, error["loc"]))
    told = "unknown setting" if error["type"] == "extra_forbidden" else error["msg"].removeprefix("Value error, ")
    return f"{where}: {told}"
