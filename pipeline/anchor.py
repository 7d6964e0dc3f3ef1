"""Where a metric plane lies on the Earth: local metres ↔ WGS 84."""

from __future__ import annotations

import math

import numpy as np
from pyproj import Transformer

from pipeline.types import Floats


class Anchor:
    """A plane that touches the Earth at one point, its origin.

    Azimuthal equidistant projection: distances from the origin are true, others within 1 mm at 1 km from it.
    """

    def __init__(self, lat: float, lon: float, north_deg: float = 90.0) -> None:
        """`north_deg` is where north lies on the plane, counter-clockwise from +x; 90: +x is east and +y north."""
        self._there = Transformer.from_crs(
            f"+proj=aeqd +lat_0={lat} +lon_0={lon} +datum=WGS84 +units=m", "EPSG:4326", always_xy=True
        )
        turn = math.radians(90 - north_deg)
        self._turn = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])

    def wgs84(self, xy: Floats) -> Floats:
        """Metres (n, 2) → latitude and longitude (n, 2), degrees."""
        east_north = np.asarray(xy, np.float64) @ self._turn
        lon, lat = self._there.transform(east_north[:, 0], east_north[:, 1])
        return np.column_stack([lat, lon])

    def locate(self, place_m: tuple[float, float]) -> tuple[float, float]:
        """The same of one point."""
        lat, lon = self.wgs84(np.array([place_m]))[0].tolist()
        return lat, lon

    def plane(self, lat_lon: Floats) -> Floats:
        """Latitude and longitude (n, 2), degrees → metres (n, 2)."""
        points = np.asarray(lat_lon, np.float64)
        x, y = self._there.transform(points[:, 1], points[:, 0], direction="INVERSE")
        return np.asarray(np.column_stack([x, y]) @ self._turn.T)
