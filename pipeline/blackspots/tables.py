"""Ranked places and hot cells ↔ files: CSV and GeoJSON."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.blackspots.analyse import Found
from pipeline.errors import InputError

COLUMNS = (
    "rank", "place", "lat", "lon", "radius_m", "incidents", "weighted", "exposure", "raw_rate", "rate", "low", "high",
    "rank_low", "rank_high", "in_top_10",
)  # fmt: skip


def rows(found: Found) -> list[dict[str, Any]]:
    """A row a place, from the worst; no rank, no rate where no traffic was counted."""
    ranking, where = found.ranking, found.places
    rank = np.where(ranking.rated, ranking.rank, np.nan)
    low, high, top = (
        np.where(ranking.rated, column, np.nan) for column in (ranking.rank_low, ranking.rank_high, ranking.in_top)
    )
    return [
        {"rank": _whole(rank[p]), "place": where.name[p],
         "lat": _number(where.lat[p], 6), "lon": _number(where.lon[p], 6),
         "radius_m": _number(where.radius_m[p], 1), "incidents": int(ranking.count[p]),
         "weighted": _number(ranking.weighted[p], 3), "exposure": _number(ranking.exposure[p], 3),
         "raw_rate": _number(ranking.raw[p], 4), "rate": _number(ranking.rate[p], 4), "low": _number(ranking.low[p], 4),
         "high": _number(ranking.high[p], 4), "rank_low": _whole(low[p]),
         "rank_high": _whole(np.ceil(high[p])), "in_top_10": _number(top[p], 3)}
        for p in ranking.order.tolist()
    ]  # fmt: skip


def write(out: Path, found: Found) -> list[Path]:
    """`places.csv`, `places.geojson` and `cells.geojson`. Raises `InputError` where they cannot be written."""
    told = rows(found)
    cells = found.cells
    hot = [
        _feature(lon, lat, {"weighted": _number(count, 3), "per_km2": _number(density, 2), "gi_star": _number(z, 3),
                            "p": _number(p, 4), "hot": bool(is_hot), "cell_m": cells.cell_m})
        for lat, lon, count, density, z, p, is_hot in zip(
            cells.lat, cells.lon, cells.count, cells.per_km2, cells.z, cells.p, cells.hot, strict=True
        ) if is_hot or count > 0
    ]  # fmt: skip
    try:
        out.mkdir(parents=True, exist_ok=True)
        with (out / "places.csv").open("w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            table.writeheader()
            table.writerows(told)
        spots = [
            _feature(row["lon"], row["lat"], {k: v for k, v in row.items() if k not in ("lat", "lon")}) for row in told
        ]
        for name, features in (("places.geojson", spots), ("cells.geojson", hot)):
            text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
            (out / name).write_text(text, encoding="utf-8")
    except OSError as exc:
        raise InputError(f"{out}: cannot be written: {exc.strerror}") from exc
    return [out / name for name in ("places.csv", "places.geojson", "cells.geojson")]


def _feature(lon: float, lat: float, properties: dict[str, Any]) -> dict[str, Any]:
    point = {"type": "Point", "coordinates": [round(float(lon), 6), round(float(lat), 6)]}
    return {"type": "Feature", "geometry": point, "properties": properties}


def _number(value: float, digits: int) -> float | None:
    return round(float(value), digits) if np.isfinite(value) else None


def _whole(value: float) -> int | None:
    return int(value) if np.isfinite(value) else None
