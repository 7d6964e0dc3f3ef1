"""Black spots against planted truth, and how much they cost: `python -m benchmarks.blackspots [--write]`.

  ranking    a city of 300 sites with known risk and exposure, of which ten are black spots: how many of them are among
             the first ten by counts, by rates, by the empirical-Bayes rates, and by an oracle that knows the
             distribution of the risks; the difference with its confidence interval over the replicates
  intervals  how often the 95 % interval holds the true rate: of one site drawn from each replicate (independent, so
             that binomial bounds hold), and of all
  change     the ten sites with most incidents are treated, and nothing happens: how often a change is found, of one
             drawn from each replicate; beside it a comparison of plain counts before and after
  scale      ten million conflicts of 1,000 cameras in Parquet, ranked in a process of its own: time and memory
  bangkok    the crash records of the shared data, and another author's list of hot spots

Ends with one JSON line.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from scipy import stats

from benchmarks import machine
from pipeline.blackspots.analyse import Wanted, analyse
from pipeline.blackspots.change import change
from pipeline.blackspots.risk import rates

SITES, SPOTS = 300, 10


@dataclass(frozen=True, slots=True)
class City:
    """True risk and exposure (n,), and which sites are black spots."""

    risk: np.ndarray
    exposure: np.ndarray
    spots: np.ndarray
    likelihood: Callable[[np.ndarray, np.ndarray], np.ndarray]
    """The chance of each site to be a black spot, given its count: what an oracle ranks by."""


def planted(rng: np.random.Generator, contrast: float, busy: float) -> City:
    """Risks vary by a third around their mean of 1; those of black spots are `contrast` times as high; exposure is
    log-normal, with a median of `busy` incidents expected."""
    exposure = busy * rng.lognormal(0, 1.0, SITES)
    risk = rng.gamma(9, 1 / 9, SITES)
    spots = rng.choice(SITES, SPOTS, replace=False)
    risk[spots] *= contrast

    def odds(count: np.ndarray, exposure: np.ndarray) -> np.ndarray:
        usual, bad = (stats.nbinom.logpmf(count, 9, 9 / (9 + exposure * by)) for by in (1.0, contrast))
        return np.asarray(bad - usual)

    return City(risk, exposure, spots, odds)


def precision(city: City, score: np.ndarray) -> float:
    return len(set(np.argsort(-score, kind="stable")[:SPOTS].tolist()) & set(city.spots.tolist())) / SPOTS


def ranking(replicates: int, contrast: float, busy: float) -> dict[str, Any]:
    rng = np.random.default_rng([1, round(contrast * 10), round(busy)])
    found: dict[str, list[float]] = {}
    for _ in range(replicates):
        city = planted(rng, contrast, busy)
        count = rng.poisson(city.risk * city.exposure)
        scores = {"counts": count.astype(float), "rates": count / city.exposure,
                  "empirical Bayes": rates(count, city.exposure).mean, "oracle": city.likelihood(count, city.exposure)}  # fmt: skip
        for name, score in scores.items():
            found.setdefault(name, []).append(precision(city, score))
    own = np.array(found["empirical Bayes"])
    told: dict[str, Any] = {"contrast": contrast, "median_count": busy, "replicates": replicates,
                            "precision_at_10": {name: round(float(np.mean(v)), 3) for name, v in found.items()}}  # fmt: skip
    for name in ("counts", "rates"):
        gain = own - np.array(found[name])
        half = 1.96 * gain.std(ddof=1) / np.sqrt(replicates)
        told[f"better_than_{name}"] = [round(float(gain.mean() + side), 4) for side in (-half, 0.0, half)]
    return told


def intervals(replicates: int, contrast: float, busy: float) -> dict[str, Any]:
    rng = np.random.default_rng([2, round(contrast * 10), round(busy)])
    one, every = [], []
    for _ in range(replicates):
        city = planted(rng, contrast, busy)
        low, high = rates(rng.poisson(city.risk * city.exposure), city.exposure).interval()
        holds = (low <= city.risk) & (city.risk <= high)
        one.append(bool(holds[rng.integers(SITES)]))
        every.append(float(holds.mean()))
    return {
        "contrast": contrast,
        "median_count": busy,
        **_share(one, 0.95),
        "of_all_sites": round(float(np.mean(every)), 4),
    }


def nothing_done(replicates: int, contrast: float, busy: float, stream: int = 0) -> dict[str, Any]:
    """`stream` numbers runs on other random numbers: of a few runs one may leave the bounds by chance."""
    rng = np.random.default_rng([3, round(contrast * 10), round(busy), *([stream] if stream else [])])
    ours, plain, every = [], [], []
    for _ in range(replicates):
        city = planted(rng, contrast, busy)
        trend = rng.lognormal(0, 0.2)
        before, after = (rng.poisson(city.risk * city.exposure * by).astype(float) for by in (1.0, trend))
        treated = np.zeros(SITES, bool)
        treated[np.argsort(-before, kind="stable")[:SPOTS]] = True
        found = change(before, after, city.exposure, city.exposure, treated)
        drawn = int(rng.integers(SPOTS))
        ours.append(bool(found.found[drawn]))
        every.append(float(found.found.mean()))
        b, a = found.before[drawn], found.after[drawn]
        share = after[~treated].sum() / (before[~treated].sum() + after[~treated].sum())
        plain.append(bool(stats.binomtest(int(a), int(a + b), float(share)).pvalue < 0.05) if a + b else False)
    return {"contrast": contrast, "median_count": busy, "stream": stream, **_share(ours, 0.05),
            "of_all_treated": round(float(np.mean(every)), 4), "plain_counts_find": round(float(np.mean(plain)), 4)}  # fmt: skip


def _share(hits: list[bool], wanted: float) -> dict[str, Any]:
    low, high = stats.binom.interval(0.95, len(hits), wanted)
    return {"replicates": len(hits), "share": round(float(np.mean(hits)), 4),
            "bounds": [round(low / len(hits), 4), round(high / len(hits), 4)],
            "within": bool(low <= sum(hits) <= high)}  # fmt: skip


def many(path: Path, count: int, cameras: int) -> None:
    """Conflicts of so many cameras within a year, as Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(4)
    lat, lon = 18.34 + rng.uniform(-0.1, 0.1, cameras), 105.9 + rng.uniform(-0.1, 0.1, cameras)
    share = rng.gamma(1.0, 1.0, cameras)
    names = np.array([f"camera-{i:04d}" for i in range(cameras)])
    writer = None
    for part in range(0, count, 1_000_000):
        n = min(1_000_000, count - part)
        which = rng.choice(cameras, n, p=share / share.sum())
        table = pa.table({
            "event_id": np.char.mod("%d", np.arange(part, part + n)), "revision": np.zeros(n, np.int32),
            "kind": np.where(rng.random(n) < 0.8, "conflict", "cut_in"), "source": names[which],
            "lat": lat[which] + rng.normal(0, 1e-4, n), "lon": lon[which] + rng.normal(0, 1e-4, n),
            "time": 1.77e9 + rng.uniform(0, 365 * 86_400, n), "weight": rng.choice([1.0, 2.0, 4.0], n, p=[0.7, 0.2, 0.1]),
        })  # fmt: skip
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    assert writer is not None
    writer.close()


def scale(counts: list[int]) -> list[dict[str, Any]]:
    told = []
    with tempfile.TemporaryDirectory(prefix="matthan-spots-") as folder:
        for count in counts:
            path = Path(folder) / f"{count}.parquet"
            many(path, count, 1000)
            ran = subprocess.run([sys.executable, "-m", "benchmarks.blackspots", "--rank", str(path)],
                                 check=True, capture_output=True, text=True)  # fmt: skip
            told.append({"conflicts": count, **json.loads(ran.stdout.splitlines()[-1])})
            path.unlink()
    return told


def rank_only(path: Path) -> dict[str, Any]:
    begun, used = time.perf_counter(), time.process_time()
    found = analyse(Wanted((path,)), ZoneInfo("Asia/Ho_Chi_Minh"))
    return {"wall_s": round(time.perf_counter() - begun, 1), "cpu_s": round(time.process_time() - used, 1),
            "most_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
            "places": len(found.places)}  # fmt: skip


def bangkok() -> dict[str, Any]:
    """Ours beside the other author's list: which of his hot spots hold a place of ours, and the other way round."""
    folder = machine.data() / "traffic" / "bangkok-crashes-2025"
    found = analyse(Wanted((folder / "krungthep_blackspots_cleaned.csv",)), ZoneInfo("Asia/Bangkok"))
    his = json.loads((folder / "hotspots.json").read_text(encoding="utf-8"))
    where = np.array([(spot["center_lat"], spot["center_lon"]) for spot in his])
    first = found.ranking.order[: len(his)]
    ours = np.column_stack([found.places.lat[first], found.places.lon[first]])
    km = np.hypot(
        (where[:, None, 0] - ours[None, :, 0]) * 111.2, (where[:, None, 1] - ours[None, :, 1]) * 111.2 * 0.971
    )
    mean, low, high = found.ranking.jaccard.round(3).tolist()
    return {
        "records": len(found.incidents), "places": len(found.places), "hot_cells": int(found.cells.hot.sum()),
        "in_places": int((found.places.of >= 0).sum()), "jaccard_first_ten": [mean, low, high],
        "median_radius_m": round(float(np.median(found.places.radius_m)), 1), "his_hot_spots": len(his),
        "his_largest_holds": max(spot["accidents"] for spot in his),
        "his_within_750_m_of_our_first": int((km.min(axis=1) < 0.75).sum()),
        "his_first_ten_within_750_m_of_our_first_ten": int((km[:10, :10].min(axis=1) < 0.75).sum()),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=200, help="Of the ranking.")
    parser.add_argument("--trials", type=int, default=1000, help="Of the intervals and of the changes.")
    parser.add_argument("--streams", type=int, default=2, help="Runs of the changes, on other random numbers.")
    parser.add_argument("--conflicts", type=int, nargs="*", default=[2_500_000, 5_000_000, 10_000_000])
    parser.add_argument("--parts", nargs="+", help="Of the result; unset: all. The others stay as they were.")
    parser.add_argument("--rank", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--write", action="store_true", help="Write benchmarks/results/blackspots.json.")
    args = parser.parse_args()
    if args.rank:
        print(json.dumps(rank_only(args.rank)))
        return
    parts: dict[str, Callable[[], Any]] = {
        "ranking": lambda: [ranking(args.replicates, *city) for city in
                            ((3, 3), (5, 3), (8, 3), (3, 10), (5, 10), (8, 10), (5, 100))],
        "intervals": lambda: [intervals(args.trials, *city) for city in ((1, 10), (3, 3), (5, 100))],
        "nothing_done": lambda: [nothing_done(args.trials, *city, stream) for city in ((1, 10), (3, 3), (5, 100))
                                 for stream in range(args.streams)],
        "scale": lambda: scale(args.conflicts),
        "bangkok": bangkok,
    }  # fmt: skip
    result = {part: make() for part, make in parts.items() if part in (args.parts or parts)}
    print(json.dumps(result))
    if args.write:
        path = machine.RESULTS / "blackspots.json"
        known = json.loads(path.read_text()) if path.exists() else {}
        told = {"command": "python -m benchmarks.blackspots --write", **known, **result}
        if "scale" in result:
            told["machine"] = machine.describe()
        path.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
