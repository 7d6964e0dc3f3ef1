"""A rule's settings varied: which combinations there are, and those its model refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import yaml
from pydantic import ValidationError

from pipeline.errors import ConfigError
from pipeline.rules.settings import RuleSettings

SHARES = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
"""Of its present value, the thresholds tried where nobody says which."""
MOST = 500
"""So many settings at once; each is a set of rules in memory beside the others."""
FIXED = ("kind", "publish", "severity")
"""Decide nothing about whether an event fires."""
_RANGE = re.compile(r"(-?\d+(?:\.\d+)?):(-?\d+(?:\.\d+)?):(\d+(?:\.\d+)?)")
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """One combination of what is varied."""

    values: Values
    settings: RuleSettings
    current: bool
    """It is what the city file says now."""

    @property
    def text(self) -> str:
        """In one line, as `--vary` would name it."""
        return " ".join(f"{name}={_shown(value)}" for name, value in self.values.items())


def settings(now: RuleSettings, varied: Mapping[str, Sequence[Any]]) -> tuple[list[Setting], list[str]]:
    """All combinations, that of the city file among them, and a line for each one that the model refuses.

    Raises:
        ConfigError: too many, or the rule has no such setting.
    """
    fields = [name for name in type(now).model_fields if name not in FIXED]
    unknown = [name for name in varied if name not in fields]
    if unknown:
        known = ", ".join(fields)
        raise ConfigError(f"--vary: a {now.kind} has no setting {', '.join(unknown)} to vary; it has {known}")
    asked = [dict(zip(varied, values, strict=True)) for values in product(*varied.values())]
    if len(asked) > MOST:
        raise ConfigError(f"--vary: {len(asked)} combinations are too many at once, at most {MOST}; take wider steps")
    made = [Setting({name: getattr(now, name) for name in varied}, now, current=True)]
    refused = []
    for values in asked:
        try:
            own = type(now).model_validate({**now.model_dump(exclude_unset=True), "kind": now.kind, **values})
        except ValidationError as exc:
            refused.append(f"skipped {_text(values)}: {'; '.join(map(_reason, exc.errors()))}")
            continue
        if all(own != setting.settings for setting in made):
            made.append(Setting({name: getattr(own, name) for name in varied}, own, current=False))
    return sorted(made, key=lambda setting: _order(setting.values)), refused


def usual(now: RuleSettings) -> dict[str, list[Any]]:
    """What to vary where nobody says: `seconds`, else the first number that its kind has of its own.

    Raises:
        ConfigError: it has none.
    """
    own = [name for name in type(now).model_fields if name not in RuleSettings.model_fields]
    for name in ["seconds", *own]:
        value = getattr(now, name)
        if isinstance(value, int | float) and not isinstance(value, bool) and now.place == "zone":
            tried = [value * share for share in SHARES]
            return {name: sorted({round(v) for v in tried} if isinstance(value, int) else {round(v, 3) for v in tried})}
    raise ConfigError(
        f"--vary: a {now.kind} has no threshold to vary by itself; say what, e.g. --vary cooldown_s=0,10,60"
    )


def parse(texts: Sequence[str]) -> dict[str, list[Any]]:
    """`seconds=30:120:10` (from, to, step; both ends belong to it) and `radius_m=2,3,4` → values by name.

    Raises:
        ConfigError: one is written otherwise; every mistake is told.

    >>> parse(["seconds=30:60:15", "active_hours=22:00-05:00,null"])
    {'seconds': [30, 45, 60], 'active_hours': ['22:00-05:00', None]}
    """
    varied: dict[str, list[Any]] = {}
    mistakes = []
    for text in texts:
        name, equals, given = text.partition("=")
        values = _values(given) if equals and name.strip() else []
        if not values:
            mistakes.append(f"--vary: must look like seconds=30:120:10 or radius_m=2,3,4, got {text!r}")
        elif name.strip() in varied:
            mistakes.append(f"--vary: {name.strip()} is given twice")
        varied[name.strip()] = values
    if mistakes:
        raise ConfigError(mistakes)
    return varied


def as_yaml(rule: str, chosen: RuleSettings) -> str:
    """What to paste into the city file: what it says now, with the chosen values."""
    own = {"kind": chosen.kind, **chosen.model_dump(mode="json", exclude_unset=True)}
    text = yaml.safe_dump({"rules": {rule: own}}, sort_keys=False, allow_unicode=True, default_flow_style=None)
    return str(text)


def _values(text: str) -> list[Any]:
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        parts = [part.strip() for part in text.split(",")]
        return [_scalar(part) for part in parts] if all(parts) else []
    first, last, step = (float(part) for part in match.groups())
    if step == 0 or last < first:
        return []
    count = int((last - first) / step + 1e-9) + 1
    return [_whole(round(first + i * step, 6)) for i in range(min(count, MOST + 1))]


def _scalar(text: str) -> Any:
    """A number, null, true or false as YAML has them; anything with a colon is a word, as hours are."""
    try:
        return text if ":" in text else yaml.safe_load(text)
    except yaml.YAMLError:
        return text


def _whole(value: float) -> float | int:
    return int(value) if value.is_integer() else value


def _text(values: Values) -> str:
    return " ".join(f"{name}={_shown(value)}" for name, value in values.items())


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return "null" if value is None else str(value)


def _reason(error: Any) -> str:
    path = ".".join(map(str, error["loc"]))
    text = str(error["msg"]).removeprefix("Value error, ")
    return f"{path}: {text}" if path else text


def _order(values: Values) -> list[tuple[int, float, str]]:
    """By size, numbers before words."""
    return [
        (0, float(value), "") if isinstance(value, int | float) else (1, 0.0, str(value)) for value in values.values()
    ]
