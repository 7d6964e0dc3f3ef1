"""Tasks done by as many hands as there are: who gets which next, and what becomes of one whose hand dies."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pipeline.errors import InputError, MatthanError

ATTEMPTS = 3
"""A task whose hands die again and again is at fault itself."""
Task = TypeVar("Task")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the task in hand is."""

    value: Any


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it."""

    value: Any


@dataclass(frozen=True, slots=True)
class Undone:
    """It cannot be done; the others can."""

    why: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing can be done any more."""

    error: MatthanError


@dataclass(frozen=True, slots=True)
class Lost:
    """The hand has died."""

    why: str
    replaced: bool = True
    """Another one has its place."""
    blameless: bool = False
    """The task has nothing to do with it."""


Said = Progress | Done | Undone | Failed | Lost
"""Of the task in hand; all but `Progress` are its end."""


class Worker(Protocol):
    """What a hand has in its process."""

    def do(self, task: Any) -> Iterator[Said]:
        """Do a task, and say how far it is; ends with what is its end."""
        ...


class Hands(Protocol):
    """Processes, here or elsewhere, each with a worker and one task in hand."""

    count: int

    def give(self, hand: int, task: Any) -> None:
        """Only to one that has nothing in hand."""
        ...

    def hear(self) -> list[tuple[int, Said]]:
        """Wait until some say something, or for a while; what they say."""
        ...

    def close(self) -> None:
        """End them all, whatever they are doing."""
        ...


class Alone:
    """The one hand of a crew that is this process itself: nothing is to be started."""

    count = 1

    def __init__(self, make: Callable[[], Worker]) -> None:
        self._worker = make()
        self._saying: Iterator[Said] = iter(())

    def give(self, hand: int, task: Any) -> None:
        self._saying = self._worker.do(task)

    def hear(self) -> list[tuple[int, Said]]:
        return [(0, next(self._saying))]

    def close(self) -> None:
        pass


Crew = Callable[[int, Callable[[], Worker]], Hands]
"""Makes hands, at most so many, with what is made in each."""


@dataclass(frozen=True, slots=True)
class Means:
    """With what a run is done."""

    looking: Crew
    judging: Crew
    cores: int
    """That a few hands may share, where there are fewer files."""


def work(hands: Hands, tasks: Sequence[Task]) -> Iterator[tuple[Task, Progress | Done | Undone]]:
    """Have these tasks done, begun in this order. Raises what `Failed` says, or `InputError` where no hand is left."""
    waiting = deque(enumerate(tasks))
    free = list(range(hands.count))
    busy: dict[int, tuple[int, Task]] = {}
    deaths = Counter[int]()
    while waiting or busy:
        while free and waiting:
            hand = free.pop()
            busy[hand] = waiting.popleft()
            hands.give(hand, busy[hand][1])
        for hand, said in hands.hear():
            number, task = busy[hand]
            if isinstance(said, Failed):
                raise said.error
            if isinstance(said, Lost):
                deaths[number] += not said.blameless
                if deaths[number] < ATTEMPTS:
                    waiting.appendleft((number, task))
                else:
                    yield task, Undone(f"{ATTEMPTS} processes died over it ({said.why})")
            else:
                yield task, said
            if not isinstance(said, Progress):
                del busy[hand]
                if not isinstance(said, Lost) or said.replaced:
                    free.append(hand)
        if waiting and not busy and not free:
            raise InputError("no machine is left to work on; the same command goes on where this one stopped")
