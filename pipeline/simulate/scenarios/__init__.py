"""The scenario library: plays with known truth, for every kind of event what should fire and what should not."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.simulate.street import Street

Story = Callable[[Street], None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One play: `story` casts the actors and says what a careful human would report of it."""

    name: str
    kind: str
    """The rule under test. Only its events, and the truth of its kind, count in the score of this play."""
    positive: bool
    seconds: float
    story: Story
    settings: Mapping[str, Any]
    """The rule's own settings where they differ from the defaults of DESIGN §4."""
    blind: bool
    """Written from DESIGN §4 and §5 alone, by somebody who had not read the rules' code."""

    @property
    def part(self) -> str:
        """Which part of the library it belongs to: first to sixth (blind sets), or informed."""
        packages = self.story.__module__.split(".")
        parts = ("second", "third", "fourth", "fifth", "sixth", "informed")
        return next((name for name in parts if name in packages), "first")

    @property
    def about(self) -> str:
        return (self.story.__doc__ or "").strip()


LIBRARY: dict[str, Scenario] = {}


def scenario(
    kind: str, seconds: float, *, positive: bool = True, settings: Mapping[str, Any] | None = None
) -> Callable[[Story], Story]:
    """Enter a story in the library; its name is the function's, its docstring says what happens and why it is hard."""

    def enter(story: Story) -> Story:
        name = story.__name__.replace("_", "-")
        if name in LIBRARY:
            raise ValueError(f"two scenarios are called {name}")
        blind = ".blind" in story.__module__
        LIBRARY[name] = Scenario(name, kind, positive, seconds, story, settings or {}, blind)
        return story

    return enter


def load() -> dict[str, Scenario]:
    """Every scenario, by name."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)
    return LIBRARY
