"""Conflict measures beside SUMO's and a planar reference, and their speed: `python -m benchmarks.conflicts [--write]`.

Junctions: the one of the shared data, and new ones from SUMO (`--junctions`; needs the extra `dev`). Compared is what
its README calls comparable: following straight behind with lateral overlap, DRAC of these, and the post-encroachment
time of two that cross straight on. Ends with one JSON line.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import math
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import junction, machine
from benchmarks.junction import FOLLOWING, Step
from pipeline import conflicts
from pipeline.approaches import pairs_of
from pipeline.conflicts import Bodies
from pipeline.encounters import Encounters, encounters
from pipeline.traffic_files import read_trajectories
from pipeline.trajectories import Trajectories

JUNCTIONS = [
    (11, (0, 90, 180, 270)), (12, (12, 95, 192, 275)), (13, (-8, 75, 172, 255)), (14, (30, 120, 210, 300)),
    (15, (0, 60, 180, 240)), (16, (-20, 70, 150, 250)), (17, (5, 110, 200, 290)),
]  # fmt: skip
"""Seed and directions of the legs. At 60° SUMO's times of crossings are not ours: its conflict area is a right-angled one."""
STRAIGHT_DEG, BESIDE_M, NEAR_S = 2.0, 0.1, 3.0


def shared() -> tuple[Trajectories, list[Step], list[dict[str, str]], list[dict[str, str]]]:
    """Trajectories, SUMO's steps, the planar reference and the pairs that may be compared."""
    folder = machine.data() / "traffic" / "sumo-junction"
    with gzip.open(folder / "sumo_steps.csv.gz", "rt") as file:
        steps = [
            Step(float(r["time"]), int(r["ego"]), int(r["foe"]), int(r["type_code"]), float(r["ttc_s"]),
                 float(r["drac_mps2"] or "nan"))
            for r in csv.DictReader(file)
        ]  # fmt: skip
    tables = []
    for name in ("conflicts_numpy.csv", "comparison.csv"):
        with (folder / name).open() as file:
            tables.append(list(csv.DictReader(file)))
    return read_trajectories(folder / "trajectories.csv.gz"), steps, tables[0], tables[1]


def following(tracks: Trajectories, steps: Sequence[Step]) -> dict[str, Any]:
    """Instant by instant, and the least of every pair, as SUMO has it and as we do."""
    index = {
        (round(t * 1000), k): i
        for i, (t, k) in enumerate(zip(tracks.time.tolist(), tracks.track.tolist(), strict=True))
    }
    rows, sumo = [], []
    for step in steps:
        if step.kind == FOLLOWING and 0 < step.ttc_s <= NEAR_S:
            both = index.get((round(step.time * 1000), step.ego)), index.get((round(step.time * 1000), step.foe))
            if None not in both:
                rows.append(both)
                sumo.append((step.ttc_s, step.drac))
    ego, foe = (tracks.bodies[np.array(rows, int).reshape(-1, 2)[:, i]] for i in (0, 1))
    ttc, closing = conflicts.approach(ego, foe)
    drac = conflicts.drac(ttc, closing)
    aside = np.abs((foe.x - ego.x) * -np.sin(ego.heading) + (foe.y - ego.y) * np.cos(ego.heading))
    fair = (
        (conflicts.angle_deg(ego, foe) < STRAIGHT_DEG)
        & ((ego.width + foe.width) / 2 - aside > BESIDE_M)
        & np.isfinite(ttc)
    )
    theirs = np.array(sumo)
    least: dict[tuple[int, int], list[float]] = {}
    for (i, j), mine, own in zip(np.array(rows)[fair], ttc[fair], theirs[fair, 0], strict=True):
        pair = least.setdefault((int(tracks.track[i]), int(tracks.track[j])), [math.inf, math.inf])
        pair[:] = min(pair[0], mine), min(pair[1], own)
    off = np.abs(ttc[fair] - theirs[fair, 0])
    apart = np.array([abs(a - b) for a, b in least.values()])
    braking = fair & np.isfinite(theirs[:, 1]) & (theirs[:, 1] > 0)
    relative = np.abs(drac[braking] / theirs[braking, 1] - 1)
    return {
        "instants": int(fair.sum()), "within_0.1_s": share(off <= 0.1), "most_s": round(float(off.max()), 3),
        "pairs": len(apart), "pairs_within_0.1_s": share(apart <= 0.1), "pairs_most_s": round(float(apart.max()), 3),
        "drac_relative_p95": round(float(np.percentile(relative, 95)), 4),
    }  # fmt: skip


def crossing(found: Encounters, known: dict[tuple[int, int], float], tolerance_s: float) -> dict[str, Any]:
    """Post-encroachment times of the pairs named."""
    mine = pairs(found, found.pet_s)
    off = np.array([abs(mine.get(pair, math.nan) - pet) for pair, pet in known.items()])
    return {"pairs": len(off), f"within_{tolerance_s:g}_s": share(off <= tolerance_s), "most_s": round(float(np.nanmax(off)), 3),
            "missing": int(np.isnan(off).sum())}  # fmt: skip


def straight_crossings(made: junction.Junction, found: Encounters) -> dict[tuple[int, int], float]:
    """Pairs of which both go straight on at 60 to 120°, do not touch, and have a PET of SUMO of at most 5 s."""
    fair = {
        (a, b) for a, b, angle, gap in zip(found.track_a.tolist(), found.track_b.tolist(), headings(made, found),
                                           found.min_gap_m.tolist(), strict=True)
        if {a, b} <= made.straight and 60 <= angle <= 120 and gap != 0
    }  # fmt: skip
    return {pair: pet for pair, pet in made.pets.items() if pair in fair and pet <= 4.9}


def headings(made: junction.Junction, found: Encounters) -> list[float]:
    """Between the ways of both, degrees: by where each was first and last."""
    tracks = made.trajectories
    ways = {}
    for track, rows in tracks.by_track():
        x, y = tracks.bodies.x[rows], tracks.bodies.y[rows]
        ways[track] = math.degrees(math.atan2(y[-1] - y[0], x[-1] - x[0]))
    return [
        abs((ways[a] - ways[b] + 180) % 360 - 180)
        for a, b in zip(found.track_a.tolist(), found.track_b.tolist(), strict=True)
    ]


def pairs(found: Encounters, column: Any) -> dict[tuple[int, int], float]:
    return dict(zip(zip(found.track_a.tolist(), found.track_b.tolist(), strict=True), column.tolist(), strict=True))


def planar(found: Encounters, reference: Sequence[dict[str, str]]) -> dict[str, Any]:
    """Beside the reference of the same definition."""
    told: dict[str, Any] = {}
    for name, column, theirs, tolerance in (
        ("ttc", found.min_ttc_s, "min_ttc_s", 0.02),
        ("pet", found.pet_s, "pet_area_s", 0.1),
    ):
        mine = pairs(found, column)
        off = np.array([
            abs(mine.get((int(r["track_a"]), int(r["track_b"])), math.nan) - float(r[theirs]))
            for r in reference if r[theirs] and float(r[theirs]) < 5
        ])  # fmt: skip
        told[name] = {"pairs": len(off), f"within_{tolerance:g}_s": share(off <= tolerance), "missing": int(np.isnan(off).sum()),
                      "most_s": round(float(np.nanmax(off)), 3)}  # fmt: skip
    return told


def share(which: Any) -> float:
    return round(float(np.mean(which)), 4)


def throughput(tracks: Trajectories, seconds: float = 3.0) -> dict[str, Any]:
    """Pair-instants a second of one core, over pairs that are within 50 m of each other at that junction."""
    rows = np.concatenate(list(pairs_of(tracks)))
    pieces = [rows[i : i + 16_384] for i in range(0, len(rows), 16_384)]
    told = {}
    measures: dict[str, Callable[[Bodies, Bodies], Any]] = {"ttc": conflicts.time_to_collision, "gap": conflicts.gap_m}
    for name, measure in measures.items():
        begun, done = time.process_time(), 0
        while time.process_time() - begun < seconds:
            for piece in pieces:
                measure(tracks.bodies[piece[:, 0]], tracks.bodies[piece[:, 1]])
                done += len(piece)
        told[f"{name}_pair_instants_per_cpu_s"] = round(done / (time.process_time() - begun))
    return told


def whole(tracks: Trajectories) -> dict[str, Any]:
    """A file as it is, and four of it one after the other: what it costs is to grow with its length alone."""
    told: dict[str, Any] = {"road_users": len(np.unique(tracks.track)), "positions": len(tracks)}
    for times in (1, 2, 4):
        longer = repeated(tracks, times)
        begun = time.process_time()
        encounters(longer)
        told[f"cpu_s_of_{times}"] = round(time.process_time() - begun, 2)
    return told


def repeated(tracks: Trajectories, times: int) -> Trajectories:
    span, ids = tracks.time[-1] - tracks.time[0] + 60, tracks.track.max() + 1
    b = tracks.bodies
    return Trajectories(
        np.concatenate([tracks.time + n * span for n in range(times)]), np.concatenate([tracks.track + n * ids for n in range(times)]),
        np.tile(tracks.class_id, times), tracks.names,
        Bodies(*(np.tile(c, times) for c in (b.x, b.y, b.heading, b.speed, b.length, b.width))),
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--junctions", type=int, default=len(JUNCTIONS), help="How many new ones from SUMO.")
    parser.add_argument("--seconds", type=float, default=600, help="Of each.")
    parser.add_argument("--write", action="store_true", help="Write benchmarks/results/conflicts.json.")
    args = parser.parse_args()
    tracks, steps, reference, comparable = shared()
    found = encounters(tracks)
    strict = {
        (int(r["track_a"]), int(r["track_b"])): float(r["sumo_pet"]) for r in comparable if r["cmp_pet_strict"] == "1"
    }
    result: dict[str, Any] = {
        "shared": {"sumo_following": following(tracks, steps), "sumo_crossing": crossing(found, strict, 0.2),
                   "planar": planar(found, reference)},
        "new": [],
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="matthan-junction-") as folder:
        for seed, legs in JUNCTIONS[: args.junctions]:
            made = junction.simulate(Path(folder) / str(seed), seed, legs, args.seconds, 2000)
            own = encounters(made.trajectories)
            result["new"].append({"seed": seed, "legs_deg": legs, "sumo_following": following(made.trajectories, made.steps),
                                  "sumo_crossing": crossing(own, straight_crossings(made, own), 0.2)})  # fmt: skip
            print(result["new"][-1], file=sys.stderr, flush=True)
    result["speed"] = {**throughput(tracks), **whole(tracks)}
    print(json.dumps(result))
    if args.write:
        told = {
            "command": " ".join(["python -m benchmarks.conflicts", *sys.argv[1:]]),
            "machine": machine.describe(),
            **result,
        }
        (machine.RESULTS / "conflicts.json").write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
