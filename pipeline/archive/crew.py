"""Files → tables, by as many hands as there are: who gets which file next, and what becomes of one whose hand dies."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.archive.timeline import Part
from pipeline.errors import ModelError

ATTEMPTS = 3
"""A file whose hands die again and again is at fault itself."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The file cannot be read."""

    why: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The model cannot be used there: everybody's failure."""

    why: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The hand has died, and another one has its place."""

    why: str


Said = float | bytes | Unreadable | Failed | Lost
"""Of the file in hand: how many seconds are done, or its table, which is its end, or why there is none."""


class Hands(Protocol):
    """Processes, here or elsewhere, each with a detector of its own and one file in hand."""

    count: int

    def give(self, hand: int, part: Part) -> None:
        """To look at. Only to one that has nothing in hand."""
        ...

    def hear(self) -> list[tuple[int, Said]]:
        """Wait until some say something; what, in the order in which each said it."""
        ...

    def close(self) -> None:
        """End them all."""
        ...


def work(hands: Hands, parts: Sequence[Part]) -> Iterator[tuple[Part, float | bytes | Unreadable]]:
    """Have all these files looked at; tells of each how far it is, and last its table, or why there is none.

    The longest come first, so that none is left alone at the end. Raises `ModelError`.
    """
    waiting = deque(sorted(parts, key=lambda part: -part.footage.seconds))
    free, busy, deaths = list(range(hands.count)), dict[int, Part](), Counter[str]()
    while waiting or busy:
        while free and waiting:
            hand = free.pop()
            busy[hand] = waiting.popleft()
            hands.give(hand, busy[hand])
        for hand, said in hands.hear():
            part = busy[hand]
            if isinstance(said, Failed):
                raise ModelError(said.why)
            if isinstance(said, Lost):
                deaths[str(part.footage.path)] += 1
                if deaths[str(part.footage.path)] < ATTEMPTS:
                    waiting.appendleft(part)
                else:
                    yield part, Unreadable(f"{part.footage.path}: {ATTEMPTS} processes died over it ({said.why})")
            else:
                yield part, said
            if not isinstance(said, float):
                del busy[hand]
                free.append(hand)
