"""One object that came to rest: where, since when, whose, and where it went."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from pipeline.paths import Path

SOLID = 0.65
"""What is seen for less than this share of the time in plain view is a flicker of the detector."""

DOUBTFUL = 24
"""So many who may be one of its people are kept in mind; where there are more, it may be anybody's."""


@dataclass(slots=True, eq=False)
class Thing:
    """A thing of one camera; `things` keeps it up to date, `owners` says whose it is."""

    id: int
    track: int
    """Its track now; -1 while it has none."""
    class_id: int
    group: int
    box: list[float]
    place: tuple[float, float]
    """On the plane."""
    metres: float
    since: float
    seen: float
    """When it was last seen in its place."""
    fixture: bool
    """It stood there when the camera began to watch, so nobody saw who set it down."""
    ridden: bool
    """A two-wheeler that somebody was seen to ride here."""
    stopped: bool = False
    """Its owner stopped where it was set down."""
    owner: Path | None = None
    """Who set it down, else who was closest: a person, or a vehicle where no person was seen."""
    owners: dict[int, Path] = field(default_factory=dict)
    """The owner, and whoever may be him: a track that began where one of his ended."""
    maybe: dict[int, None] = field(default_factory=dict)
    """Those of `owners` and `company` who are only maybe one of them, in the order in which they joined."""
    anybodys: bool = False
    """Too many may be one of its people to say of anybody that he is not."""
    company: dict[int, Path] = field(default_factory=dict)
    """Who came or stood with the owner, and whoever may be one of these."""
    absent_s: float = 0.0
    """For so long its place has been seen without it; an obstructed view does not count."""
    seen_s: float = 0.0
    missed_s: float = 0.0
    """For so long its place was in plain view with it, and without it."""
    longest_absent_s: float = 0.0
    """The longest its place was seen without it before it was seen there again."""
    hidden: bool = False
    left_at: float | None = None
    """Since when its track is elsewhere."""
    moved_m: float = 0.0
    went_m: float = 0.0
    """How far it is from its place since it left, and how far it has been."""
    takers: dict[int, float] = field(default_factory=dict)
    """Seconds that persons have been beside it since it left its place."""
    beside_now: dict[int, float] = field(default_factory=dict)
    """How near those persons are who are beside it now that it has left, metres."""
    standing: dict[int, float] = field(default_factory=dict)
    """Seconds that persons have stood beside it while its owner, lost close by, was not to be seen."""
    filled: float = -math.inf
    filled_s: float = 0.0
    """When something like it was last seen in its place while it was taken for being elsewhere, and for how long."""
    over: bool = False
    """Forgotten: no more will come."""

    @property
    def is_solid(self) -> bool:
        """Was it always there or brought by somebody, and seen most of the time? A flicker of the detector is not."""
        return (self.fixture or self.owner is not None) and self.seen_s >= SOLID * (self.seen_s + self.missed_s)

    def returned(self) -> None:
        """It is in its place again."""
        self.left_at, self.moved_m, self.went_m, self.filled_s = None, 0.0, 0.0, 0.0
        self.takers.clear()
        self.beside_now.clear()

    def add(self, group: dict[int, Path], path: Path) -> None:
        """Whoever only may be one of its people joins `group`; the oldest of too many such goes."""
        certain = path.id not in self.maybe and (path.id in self.owners or path.id in self.company)
        group[path.id] = path
        if certain:
            return
        self.maybe[path.id] = None
        if len(self.maybe) > DOUBTFUL:
            self.anybodys = True
            self.drop(next(iter(self.maybe)))

    def drop(self, person: int) -> None:
        """He proved to be somebody else."""
        self.maybe.pop(person, None)
        self.owners.pop(person, None)
        self.company.pop(person, None)

    def belongs_to(self, person: int) -> bool:
        """Is this person its owner, one of his company, or maybe one of these? Anybody may, if it is anybody's."""
        return self.anybodys or person in self.owners or person in self.company
