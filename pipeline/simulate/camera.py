"""A pinhole camera above the simulated street: metres on the ground → pixels, boxes, zones and its calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from pipeline.simulate.street import Body
from pipeline.types import Floats

NEAR_M = 0.5
"""What is nearer to the lens than this cannot be seen."""
KEPT_SHARE = 1 / 3
MIN_HEIGHT_PX = 8.0
_CORNERS = np.array([(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (0.0, 1.0)])
_MARKS = [(u, v) for v in (0.95, 0.6, 0.3) for u in (0.15, 0.85)]
"""Where in the picture the calibration's points lie, 0..1."""


@dataclass(frozen=True)
class PinholeCamera:
    """Hangs `height_m` over the ground's origin, looks along +y, tilted down; square pixels, no distortion.

    >>> pixels, depth_m = PinholeCamera().project(np.array([0.0, 12.0, 0.0]))
    >>> pixels.round().tolist(), round(float(depth_m), 2)
    ([640.0, 427.0], 13.37)
    """

    height_m: float = 6.0
    tilt_deg: float = 22.0
    fov_deg: float = 75.0
    """Horizontal field of view."""
    frame_size: tuple[int, int] = (1280, 720)

    @cached_property
    def focal_px(self) -> float:
        return float(self.frame_size[0] / 2 / np.tan(np.radians(self.fov_deg) / 2))

    @cached_property
    def _axes(self) -> Floats:
        """Rows: right, down and forward of the camera, in street metres."""
        sin, cos = np.sin(np.radians(self.tilt_deg)), np.cos(np.radians(self.tilt_deg))
        return np.array([[1.0, 0.0, 0.0], [0.0, -sin, -cos], [0.0, cos, -sin]])

    def project(self, points_m: Floats) -> tuple[Floats, Floats]:
        """Street points (..., 3) metres → pixels (..., 2), NaN behind the camera, and their depth (...) in metres."""
        seen = (np.asarray(points_m, np.float64) - (0.0, 0.0, self.height_m)) @ self._axes.T
        depth_m = seen[..., 2]
        ahead = np.where(depth_m > NEAR_M, depth_m, np.nan)
        pixels = seen[..., :2] * (self.focal_px / ahead)[..., None] + np.array(self.frame_size) / 2
        return pixels, depth_m

    def ground(self, pixels: Floats) -> Floats:
        """Pixels (..., 2) → the ground points (..., 2) seen there, metres; NaN at and above the horizon."""
        at = (np.asarray(pixels, np.float64) - np.array(self.frame_size) / 2) / self.focal_px
        rays = np.concatenate([at, np.ones((*at.shape[:-1], 1))], axis=-1) @ self._axes
        falling = np.where(rays[..., 2] < -1e-9, rays[..., 2], np.nan)
        return np.asarray(rays[..., :2] * (-self.height_m / falling)[..., None])

    def boxes(self, centre: Floats, heading_deg: Floats, body: Body) -> Floats:
        """Boxes (T, 4) xyxy around an upright body whose base's middle is at `centre` (T, 3), see `cuboids`."""
        size = np.broadcast_to((body.length_m, body.width_m, body.height_m), (len(centre), 3))
        return self.cuboids(centre, heading_deg, size)

    def cuboids(self, centre: Floats, heading_deg: Floats, size_m: Floats) -> Floats:
        """Boxes (T, 4) xyxy around upright blocks, clipped to the picture.

        `centre` (T, 3) is the middle of the base, `heading_deg` (T,) is counter-clockwise from +x, `size_m` (T, 3)
        is length, width, height. NaN where a corner is behind the camera, where less than a third of the box lies in
        the picture, and where it is lower than 8 px.
        """
        sin, cos = np.sin(np.radians(heading_deg)), np.cos(np.radians(heading_deg))
        corners = _CORNERS * size_m[:, None, :]
        x = corners[..., 0] * cos[:, None] - corners[..., 1] * sin[:, None]
        y = corners[..., 0] * sin[:, None] + corners[..., 1] * cos[:, None]
        pixels, _ = self.project(np.stack([x, y, corners[..., 2]], axis=-1) + centre[:, None, :])
        low, high = pixels.min(axis=1), pixels.max(axis=1)
        clipped = self.clip(np.concatenate([low, high], axis=1))
        with np.errstate(invalid="ignore"):
            whole, left = np.prod(high - low, axis=1), clipped[:, 2:] - clipped[:, :2]
            kept = (np.prod(left, axis=1) >= KEPT_SHARE * whole) & (left[:, 1] >= MIN_HEIGHT_PX) & (left[:, 0] > 0)
        clipped[~kept] = np.nan
        return clipped

    def clip(self, xyxy: Floats) -> Floats:
        """Boxes (n, 4) cut at the edges of the picture."""
        return np.clip(xyxy, 0.0, np.array([*self.frame_size, *self.frame_size], np.float64))

    def calibration(self) -> dict[str, list[list[float]]]:
        """Six exact pairs for the city file: `image` in pixels, `ground_m` in metres."""
        horizon = self.frame_size[1] / 2 - self.focal_px * np.tan(np.radians(self.tilt_deg))
        top = max(float(horizon), 0.0)
        image = np.array([(u * self.frame_size[0], top + v * (self.frame_size[1] - top)) for u, v in _MARKS])
        return {"image": image.round(3).tolist(), "ground_m": self.ground(image.round(3)).round(6).tolist()}

    def ground_polygon(self, points_m: Sequence[tuple[float, float]]) -> list[list[float]]:
        """A polygon on the ground, metres → the part of it in the picture, in 0..1 of the frame.

        Raises:
            ValueError: none of it is in the picture.
        """
        shape = shapely.Polygon(points_m).intersection(self._ahead())
        parts = [part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon" and part.area > 0]
        seen = [shapely.Polygon(self._on_ground(part.exterior.coords[:-1])).intersection(self._frame) for part in parts]
        pieces = [p for s in seen for p in getattr(s, "geoms", [s]) if p.geom_type == "Polygon" and p.area > 1.0]
        if not pieces:
            raise ValueError(f"no part of {list(points_m)} is in the picture")
        outline = max(pieces, key=lambda piece: piece.area).exterior.coords[:-1]
        return self._shares(outline)

    def ground_line(self, a: tuple[float, float], b: tuple[float, float]) -> list[list[float]]:
        """A line from a to b on the ground, metres → the part of it in the picture, in 0..1 of the frame.

        Raises:
            ValueError: none of it is in the picture.
        """
        ahead = shapely.LineString([a, b]).intersection(self._ahead())
        seen = shapely.LineString(self._on_ground(ahead.coords)) if len(ahead.coords) == 2 else ahead
        seen = seen.intersection(self._frame)
        if seen.geom_type != "LineString" or seen.is_empty:
            raise ValueError(f"no part of the line {a} to {b} is in the picture")
        return self._shares(seen.coords)

    @property
    def _frame(self) -> shapely.Polygon:
        return shapely.box(0, 0, *self.frame_size)

    def _ahead(self) -> shapely.Polygon:
        """The ground well in front of the lens, up to a kilometre."""
        sin, cos = np.sin(np.radians(self.tilt_deg)), np.cos(np.radians(self.tilt_deg))
        nearest = (2 * NEAR_M - self.height_m * sin) / cos
        return shapely.box(-1000.0, nearest, 1000.0, 1000.0)

    def _on_ground(self, points_m: Sequence[Sequence[float]]) -> Floats:
        points = np.asarray(points_m, np.float64)
        return self.project(np.column_stack([points[:, :2], np.zeros(len(points))]))[0]

    def _shares(self, pixels: Sequence[Sequence[float]]) -> list[list[float]]:
        shares = np.asarray(pixels, np.float64)[:, :2] / np.array(self.frame_size)
        return np.clip(shares, 0.0, 1.0).round(6).tolist()  # type: ignore[no-any-return]
