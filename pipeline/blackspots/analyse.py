"""READ FIRST: files → ranked places; the order of the steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

import numpy as np

from pipeline.blackspots import change, exposure, hotspots, incidents, places, ranking
from pipeline.blackspots.change import Change
from pipeline.blackspots.exposure import Exposure
from pipeline.blackspots.hotspots import Cells
from pipeline.blackspots.incidents import Incidents, Plane
from pipeline.blackspots.places import Places
from pipeline.blackspots.ranking import Ranking
from pipeline.errors import InputError
from pipeline.types import Floats


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for."""

    events: Sequence[Path]
    counts: Sequence[Path] = ()
    kinds: Sequence[str] = incidents.KINDS
    merge_m: float = places.MERGE_M
    least: int = places.LEAST
    cell_m: float = hotspots.CELL_M
    changed_at: datetime | None = None
    """When something was done …"""
    treated: Sequence[str] = ()
    """… at these cameras."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What came of it."""

    incidents: Incidents
    places: Places
    ranking: Ranking
    cells: Cells
    change: tuple[Sequence[str], Change] | None
    """The treated places by name, and what became of them."""
    exposed: bool
    """Whether traffic was counted."""

    @property
    def placed(self) -> int:
        """Incidents at a place, each once."""
        return int((self.places.kept & (self.places.of >= 0)).sum())


def analyse(wanted: Wanted, zone: tzinfo) -> Found:
    """Read, place, rank. Raises `InputError` where the files do not tell enough."""
    told = incidents.read(wanted.events, zone, wanted.kinds)
    if not len(told):
        raise InputError(
            f"{', '.join(map(str, wanted.events))}: no incidents with coordinates; expected events of the kinds "
            f"{', '.join(wanted.kinds)} whose cameras have a location, or records with lat and lon"
        )
    counted = exposure.read(wanted.counts) if wanted.counts else None
    ground = incidents.plane(told)
    where = places.places(told, wanted.merge_m, wanted.least, ground)
    traffic = None
    if counted is not None:
        traffic = traffic_of(where, counted)
        if not (traffic > 0).any():
            raise InputError(
                f"--counts: no traffic of any place with incidents; counted were {_some(counted.sources)}, "
                f"incidents have {_some(told.sources)}"
            )
    try:
        ranked = ranking.rank(told, where, traffic, zone, wanted.seed)
        cells = hotspots.cells(
            told[where.kept], wanted.cell_m, wanted.seed, Plane(ground.anchor, ground.xy[where.kept])
        )
        changed = _change(wanted, told, where, counted) if wanted.changed_at is not None else None
    except ValueError as exc:
        raise InputError(f"black spots: {exc}") from exc
    return Found(told, where, ranked, cells, changed, counted is not None)


def _some(cameras: Sequence[str]) -> str:
    return ", ".join(name for name in cameras[:5] if name) or "no cameras"


def traffic_of(where: Places, counted: Exposure, since: float = -np.inf, until: float = np.inf) -> Floats:
    """Road users (p,) of each place: cameras of one junction see the same ones, so its busiest camera counts."""
    names = [name for own in where.sources for name in own]
    users = dict(zip(names, counted.of(names, since, until).tolist(), strict=True))
    return np.array([max((users[name] for name in own), default=0.0) for own in where.sources])


def _change(
    wanted: Wanted, told: Incidents, where: Places, counted: Exposure | None
) -> tuple[Sequence[str], Change]:  # fmt: skip
    assert wanted.changed_at is not None
    at = wanted.changed_at.timestamp()
    treated = np.array([bool(set(own) & {*wanted.treated}) or name in wanted.treated
                        for own, name in zip(where.sources, where.name, strict=True)], bool)  # fmt: skip
    unknown = set(wanted.treated) - {name for own in where.sources for name in own} - set(where.name)
    if unknown or not treated.any():
        raise InputError(
            f"--treated: no incidents of {', '.join(sorted(unknown)) or 'any camera'}; give ids of cameras"
        )
    used = where.kept & (where.of >= 0) & np.isfinite(told.time)
    before, after = (
        np.bincount(where.of[used & side], minlength=len(where)).astype(float)
        for side in (told.time < at, told.time >= at)
    )
    if counted is None:
        span = told.time[used]
        if not len(span):
            raise InputError("--changed-at: no incident at a place has a time that can be read")
        ahead, later = np.full(len(where), at - span.min()), np.full(len(where), span.max() - at)
        if min(ahead[0], later[0]) <= 0:
            raise InputError(f"--changed-at: all incidents lie on one side of {wanted.changed_at.isoformat()}")
    else:
        ahead, later = traffic_of(where, counted, until=at), traffic_of(where, counted, since=at)
    usable = (ahead > 0) & (later > 0)
    if not (usable & treated).any():
        raise InputError("--treated: no traffic was counted there both before and after")
    chosen = treated[usable]
    names = [name for name, yes in zip(np.array(where.name, object)[usable], chosen, strict=True) if yes]
    return names, change.change(before[usable], after[usable], ahead[usable], later[usable], chosen)
