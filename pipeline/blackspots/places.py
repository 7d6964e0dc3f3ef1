"""Incidents → places: what the cameras of one junction saw is one, and where there are no cameras, clusters are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from pipeline.blackspots.incidents import Incidents, Plane, plane
from pipeline.types import Bools, Floats, Ints

MERGE_M = 60.0
"""Cameras, or clusters, whose incidents lie so near each other are at one junction."""
AGAIN_S, AGAIN_M = 2.0, 8.0
"""What two cameras of a junction saw so near in time and place is one incident."""
LEAST = 5
"""Incidents that make a cluster."""
NEAR_M = 75.0
"""An incident belongs to the cluster whose incidents are so near."""
REACH_M = 150.0
"""… and so near its middle: a junction and what leads to it. What is strewn along a kilometre of road is no spot."""
MOST_CLUSTERED = 20_000
"""Of more incidents every n-th in time is clustered, and the others join; clustering costs more than their number."""


@dataclass(frozen=True, slots=True)
class Places:
    """Columns (p,): name, middle, WGS 84, and how far half of the incidents are from it.

    `of` (n,) gives each incident's place, -1 where it belongs to none; `kept` (n,) is False for what another camera of
    the same junction told already.
    """

    name: list[str]
    lat: Floats
    lon: Floats
    radius_m: Floats
    sources: list[tuple[str, ...]]
    of: Ints
    kept: Bools

    def __len__(self) -> int:
        return len(self.name)


def places(
    incidents: Incidents, merge_m: float = MERGE_M, least: int = LEAST, ground: Plane | None = None
) -> Places:  # fmt: skip
    """Where these happened. What a camera saw belongs to its junction; records without a camera are clustered."""
    ground = plane(incidents) if ground is None else ground
    xy = ground.xy
    blank = np.array([name == "" for name in incidents.sources] or [True])
    seen = ~blank[incidents.source] if len(incidents) else np.zeros(0, bool)
    of, members = _junctions(xy, incidents, seen, merge_m)
    kept = _told_once(xy, incidents, of, np.array([len(own) > 1 for own in members] or [False]))
    clustered = clusters(xy[~seen], incidents.time[~seen], least, merge_m)
    of[~seen] = np.where(clustered >= 0, clustered + len(members), -1)
    count = int(of.max(initial=-1)) + 1
    own = _groups(of, count)
    middle = np.array([np.median(xy[rows], axis=0) for rows in own]).reshape(-1, 2)
    radius = np.array([np.median(np.hypot(*(xy[rows] - at).T)) for rows, at in zip(own, middle, strict=True)])
    lat_lon = ground.anchor.wgs84(middle) if count else np.empty((0, 2))
    names = ["+".join(own) for own in members] + [
        f"{lat:.5f},{lon:.5f}" for lat, lon in lat_lon[len(members) :].tolist()
    ]
    return Places(names, lat_lon[:, 0], lat_lon[:, 1], radius, members + [()] * (count - len(members)), of, kept)


def _junctions(
    xy: Floats, incidents: Incidents, seen: Bools, merge_m: float
) -> tuple[Ints, list[tuple[str, ...]]]:  # fmt: skip
    """The junction of each incident that a camera saw, and the cameras of each junction."""
    of = np.full(len(incidents), -1, np.int64)
    own = _groups(np.where(seen, incidents.source, -1), len(incidents.sources))
    sources = np.flatnonzero([len(rows) for rows in own])
    if not len(sources):
        return of, []
    middle = np.stack([np.median(xy[own[source]], axis=0) for source in sources])
    near = cKDTree(middle).query_pairs(merge_m, output_type="ndarray")
    links = coo_matrix((np.ones(len(near)), (near[:, 0], near[:, 1])), (len(sources), len(sources)))
    count, junction = connected_components(links, directed=False)
    by_source = np.full(len(incidents.sources), -1, np.int64)
    by_source[sources] = junction
    of[seen] = by_source[incidents.source[seen]]
    names = [incidents.sources[source] for source in sources]
    return of, [tuple(n for n, j in zip(names, junction, strict=True) if j == i) for i in range(count)]


def _groups(of: Ints, count: int) -> list[Ints]:
    """The rows of each group 0…count − 1."""
    order = np.argsort(of, kind="stable")
    return np.split(order, np.searchsorted(of[order], np.arange(count + 1)))[1:-1]


def _told_once(xy: Floats, incidents: Incidents, of: Ints, several: Bools) -> Bools:
    """False for what another camera of the junction told, of the same kind and moment.

    `several` tells of each junction whether it has more than one.
    """
    kept = np.ones(len(of), bool)
    rows = np.flatnonzero((of >= 0) & several[of])
    rows = rows[np.lexsort((incidents.time[rows], incidents.kind[rows], of[rows]))]
    for lag in (1, 2, 3):
        first, second = rows[:-lag], rows[lag:]
        soon = np.flatnonzero(np.abs(incidents.time[second] - incidents.time[first]) <= AGAIN_S)
        first, second = first[soon], second[soon]
        again = (
            (of[first] == of[second]) & (incidents.kind[first] == incidents.kind[second])
            & (incidents.source[first] != incidents.source[second])
            & (np.hypot(*(xy[second] - xy[first]).T) <= AGAIN_M)
        )  # fmt: skip
        kept[second[again & kept[first]]] = False
    return kept


def clusters(xy: Floats, time: Floats, least: int = LEAST, merge_m: float = MERGE_M) -> Ints:
    """The cluster of each point (n, 2) metres, -1 for those that are in none; numbered from the largest.

    HDBSCAN (Campello, Moulavi and Sander 2013): places differ in how close together their incidents lie, so no one
    radius would find them all. Of a site with many incidents it makes several clusters: those that all lie within
    `merge_m` of one another (by their middles) are one. Where incidents are few it makes clusters kilometres wide: of
    these counts what is within `REACH_M`, if that is enough.
    """
    if len(xy) < 2 * least:
        return np.full(len(xy), -1, np.int64)
    from sklearn.cluster import HDBSCAN

    step = -(-len(xy) // MOST_CLUSTERED)
    chosen = np.argsort(time, kind="stable")[::step]
    leaf = HDBSCAN(min_cluster_size=least, cluster_selection_method="leaf", copy=True).fit_predict(xy[chosen])
    members, of = chosen[leaf >= 0], leaf[leaf >= 0].astype(np.int64)
    if not len(members):
        return np.full(len(xy), -1, np.int64)
    of = _merged(xy[members], of, merge_m)
    away, nearest = cKDTree(xy[members]).query(xy)
    own = np.where(away <= NEAR_M, of[nearest], -1)
    rows = [group[np.hypot(*(xy[group] - np.median(xy[group], axis=0)).T) <= REACH_M]
            for group in _groups(own, int(of.max()) + 1)]  # fmt: skip
    spots = sorted((group for group in rows if len(group) >= least), key=len, reverse=True)
    found = np.full(len(xy), -1, np.int64)
    for rank, group in enumerate(spots):
        found[group] = rank
    return found


def _merged(xy: Floats, of: Ints, merge_m: float) -> Ints:
    """The clusters of these points, those in one where no two middles are farther apart than `merge_m`."""
    middle = np.stack([np.median(xy[rows], axis=0) for rows in _groups(of, int(of.max()) + 1)])
    if len(middle) < 2 or merge_m <= 0:
        return of
    return np.asarray(fcluster(linkage(middle, "complete"), merge_m, "distance")[of] - 1, np.int64)
