"""Where incidents are denser than chance makes them: density, and Getis-Ord Gi* of cells with permutation tests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.stats import false_discovery_control

from pipeline.blackspots.incidents import Incidents, Plane, plane
from pipeline.types import Bools, Floats

CELL_M = 500.0
"""A few junctions: of a single one its rank tells more. In smaller cells the incidents of one junction stand alone, and
what stands alone is no cluster."""
BANDWIDTH_CELLS = 1.5
"""Radius of the quartic kernel."""
AROUND_M = 1000.0
"""What is farther from any incident is outside the study area: empty land would make every street a hot spot."""
PERMUTATIONS = 199_999
"""Far more than the usual 999: of ten thousand cells a handful must be told from chance. All cells share them."""
SIGNIFICANT = 0.05
"""Share of the cells named that may be named by chance (Benjamini and Hochberg 1995)."""
MOST_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class Cells:
    """The study area in squares; columns (c,)."""

    lat: Floats
    lon: Floats
    count: Floats
    """Incidents, weighted."""
    per_km2: Floats
    """Density by the kernel, incidents, weighted."""
    z: Floats
    """Gi*: how many standard deviations a cell and its eight neighbours are above the mean."""
    p: Floats
    """Of so high a Gi*, by permutation."""
    hot: Bools
    cell_m: float


def cells(incidents: Incidents, cell_m: float = CELL_M, seed: int = 0, ground: Plane | None = None) -> Cells:
    """Squares of `cell_m` around all incidents. The same incidents and seed give the same numbers.

    Raises:
        ValueError: no incidents, or an area so large that it has more than `MOST_CELLS` squares.
    """
    if not len(incidents):
        raise ValueError("there are no incidents")
    ground = plane(incidents) if ground is None else ground
    xy = ground.xy
    around = max(1, round(AROUND_M / cell_m))
    low = np.floor(xy.min(axis=0) / cell_m) - around
    shape = (np.floor(xy.max(axis=0) / cell_m) + around + 1 - low).astype(int)
    if np.prod(shape.astype(float)) > MOST_CELLS:
        raise ValueError(f"{shape[0]} × {shape[1]} squares of {cell_m:g} m; take larger ones, or one city at a time")
    at = (np.floor(xy / cell_m) - low).astype(np.int64)
    grid = np.bincount(at[:, 0] * shape[1] + at[:, 1], incidents.weight, int(np.prod(shape))).reshape(shape)
    area = ndimage.binary_dilation(grid > 0, iterations=around)
    z, p = gi_star(grid, area, seed)
    density = ndimage.convolve(grid, _quartic(BANDWIDTH_CELLS), mode="constant") / (cell_m / 1000) ** 2
    where = np.argwhere(area)
    lat_lon = ground.anchor.wgs84((where + low + 0.5) * cell_m)
    adjusted = false_discovery_control(p[area])
    return Cells(lat_lon[:, 0], lat_lon[:, 1], grid[area], density[area], z[area], p[area],
                 np.asarray(adjusted < SIGNIFICANT, np.bool_), cell_m)  # fmt: skip


def gi_star(grid: Floats, area: Bools, seed: int = 0, permutations: int = PERMUTATIONS) -> tuple[Floats, Floats]:
    """Getis-Ord Gi* of every cell of `area` with its eight neighbours there, and its one-sided pseudo p value.

    Source: Ord and Getis 1995, equation 14 with binary weights. p is the chance that as many cells, drawn from all,
    hold as much; the draws serve all cells with as many neighbours. PySAL's `esda` gives the same Gi*, but holds the
    cell's own count fixed when it permutes: a junction that fills one cell could never be hot.
    """
    values = grid[area]
    n, mean, spread = len(values), float(values.mean()), float(values.std())
    near = ndimage.convolve(area.astype(float), np.ones((3, 3)), mode="constant")
    total = ndimage.convolve(np.where(area, grid, 0.0), np.ones((3, 3)), mode="constant")
    z, p = np.zeros(grid.shape), np.ones(grid.shape)
    if spread == 0 or n < 10:
        return z, p
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(area, (total - near * mean) / (spread * np.sqrt((n * near - near**2) / (n - 1))), 0.0)
    rng = np.random.default_rng(seed)
    for neighbours in np.unique(near[area]).astype(int):
        own = area & (near == neighbours)
        drawn = np.sort(values[rng.integers(0, n, (permutations, neighbours))].sum(axis=1))
        above = permutations - np.searchsorted(drawn, total[own] - 1e-9, side="left")
        p[own] = (above + 1) / (permutations + 1)
    return np.nan_to_num(z), p


def _quartic(cells: float) -> Floats:
    """The quartic kernel of this radius on a grid; sums to 1."""
    reach = max(1, int(np.ceil(cells)))
    at = np.arange(-reach, reach + 1)
    away = np.hypot(*np.meshgrid(at, at)) / cells
    kernel = np.where(away < 1, (1 - away**2) ** 2, 0.0)
    return np.asarray(kernel / kernel.sum())
