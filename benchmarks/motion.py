"""Metric trajectories and conflicts from simulated boxes with detector noise: `python -m benchmarks.motion [--write]`.

A junction of mixed traffic (SUMO), every two-wheeler with its rider, is filmed by the scenario simulator's camera; what
the detector would report, with its faults, goes through `matthan replay`. Beside it the truth: errors of places and
speeds within 40 m, the conflicts that both trajectories know, and those that the rule `conflict` told. Ends with one JSON line.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections import Counter
from collections.abc import Set
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import junction, machine
from pipeline import config
from pipeline.conflicts import Bodies
from pipeline.encounters import encounters
from pipeline.recording import Recording
from pipeline.replay import replay
from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.noise import PRESETS
from pipeline.simulate.record import START, record
from pipeline.simulate.street import SEAT_Z_M, Body, Carried, Street
from pipeline.simulate.view import view
from pipeline.traffic import Passage, trajectories
from pipeline.trajectories import Trajectories
from pipeline.wire import decode

CAMERA = PinholeCamera(height_m=8.0, tilt_deg=18.0)
AHEAD_M, FAR_M, MATCH_M = 30.0, 40.0, 4.0
"""Of the junction's middle from the camera; how far is judged; how near a track must be to a vehicle to be it."""
HEIGHTS_M = {"motorcycle": 1.1, "bicycle": 1.05, "car": 1.5, "truck": 3.0, "bus": 3.1}
RIDDEN = ("motorcycle", "bicycle")


def moved(tracks: Trajectories) -> Trajectories:
    """The junction before the camera."""
    b = tracks.bodies
    return Trajectories(tracks.time, tracks.track, tracks.class_id, tracks.names,
                        Bodies(b.x, b.y + AHEAD_M, b.heading, b.speed, b.length, b.width))  # fmt: skip


def street(tracks: Trajectories, seconds: float) -> tuple[Street, list[int]]:
    """The same as a play; which road user each actor is."""
    made, who = Street(seconds, np.random.default_rng(0)), []
    for track, rows in tracks.by_track():
        b, name = tracks.bodies[rows], tracks.names[tracks.class_id[rows[0]]]
        time = tracks.time[rows].tolist()
        actor = made.add(name, time[0], float(b.x[0]), float(b.y[0]), math.degrees(float(b.heading[0])))
        actor.body = Body(name, float(b.length[0]), float(b.width[0]), HEIGHTS_M[name])
        actor.keys = list(zip(time, b.x.tolist(), b.y.tolist(), strict=True))
        actor.shown = [[time[0], time[-1]]]
        who.append(track)
        if name in RIDDEN:
            rider = made.add("person", time[0], float(b.x[0]), float(b.y[0]))
            rider.keys, rider.shown = list(actor.keys), [[time[0], time[-1]]]
            rider.carried = [Carried(time[0], time[-1] + 1, actor, (0.0, 0.0, SEAT_Z_M))]
            who.append(track)
    return made, who


def replayed(found: Recording) -> tuple[Trajectories, set[tuple[int, int]]]:
    """What `matthan replay` makes of the boxes: trajectories, and the tracks that the rule `conflict` names."""
    camera = {"id": "c", "ward": "w", "frame_size": list(CAMERA.frame_size), "calibration": CAMERA.calibration(),
              "zones": {"all": {"polygon": [[0, 0], [1, 0], [1, 1], [0, 1]], "rules": ["near"]}}}  # fmt: skip
    city = config.check({"city": "x", "wards": {"w": {}}, "rules": {"near": {"kind": "conflict"}}, "cameras": [camera]})
    passages: list[Passage] = []
    messages = replay(city, city.cameras[0], found, passages=passages)
    told = [decode(message.body).data for message in messages]
    near = [one for one in told if math.hypot(float(one.measures["x_m"]), float(one.measures["y_m"])) <= FAR_M]
    return trajectories(passages), {(one.tracks[0].id, one.tracks[1].id) for one in near}


def seen(truth: Trajectories, play: Street, who: list[int]) -> Trajectories:
    """What of the truth the camera could see, within `FAR_M`."""
    times = np.unique(truth.time)
    shown = view(play, CAMERA, times)
    visible = {(round(times[f] * 10), who[a]) for f, a, part in zip(shown.frame, shown.actor, shown.visible, strict=True)
               if part >= 0.35 and play.actors[a].body.class_name != "person"}  # fmt: skip
    near = np.hypot(truth.bodies.x, truth.bodies.y) <= FAR_M
    kept = near & np.array(
        [(round(t * 10), k) in visible for t, k in zip(truth.time.tolist(), truth.track.tolist(), strict=True)]
    )
    return Trajectories(truth.time[kept], truth.track[kept], truth.class_id[kept], truth.names, truth.bodies[kept])


def matched(made: Trajectories, truth: Trajectories) -> tuple[dict[int, int], np.ndarray, np.ndarray]:
    """Which road user each track mostly is, and rows of both that are one at one instant."""
    by_time: dict[int, list[int]] = {}
    for row, time in enumerate(truth.time.tolist()):
        by_time.setdefault(round(time * 10), []).append(row)
    votes: dict[int, Counter[int]] = {}
    for row, time in enumerate((made.time - START).tolist()):
        rows = by_time.get(round(time * 10), [])
        if rows:
            away = np.hypot(truth.bodies.x[rows] - made.bodies.x[row], truth.bodies.y[rows] - made.bodies.y[row])
            if away.min() <= MATCH_M:
                votes.setdefault(int(made.track[row]), Counter())[int(truth.track[rows[int(away.argmin())]])] += 1
    who = {track: count.most_common(1)[0][0] for track, count in votes.items()}
    index = {
        (round(t * 10), k): i for i, (t, k) in enumerate(zip(truth.time.tolist(), truth.track.tolist(), strict=True))
    }
    pairs = [
        (row, index[key]) for row, (time, track) in enumerate(zip((made.time - START).tolist(), made.track.tolist(), strict=True))
        if (key := (round(time * 10), who.get(track, -1))) in index
    ]  # fmt: skip
    both = np.array(pairs, int).reshape(-1, 2)
    return who, both[:, 0], both[:, 1]


def conflict_pairs(tracks: Trajectories, who: dict[int, int] | None = None) -> set[tuple[int, int]]:
    found = encounters(tracks)
    names = [(a, b) if who is None else (who.get(a, -1 - a), who.get(b, -1 - b))
             for a, b, how in zip(found.track_a.tolist(), found.track_b.tolist(), found.severity, strict=True)
             if how == "conflict"]  # fmt: skip
    return {(min(pair), max(pair)) for pair in names if pair[0] != pair[1]}


def agreement(known: Set[tuple[int, int]], real: Set[tuple[int, int]], told: Set[tuple[int, int]]) -> dict[str, Any]:
    """Recall of the pairs that could be seen to be in conflict; precision among all that were, seen or hidden."""
    precision, recall = len(real & told) / max(len(told), 1), len(known & told) / max(len(known), 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {"told": len(told), "precision": round(precision, 3), "recall": round(recall, 3), "f1": round(f1, 3)}


def measure(seed: int, legs: tuple[int, ...], seconds: float, fps: float, noise: str, folder: Path) -> dict[str, Any]:
    truth = moved(junction.simulate(folder / f"{seed}", seed, legs, seconds, 2000).trajectories)
    play, who_plays = street(truth, seconds)
    made, live = replayed(record(play, CAMERA, fps, PRESETS[noise], seed))
    visible = seen(truth, play, who_plays)
    near = np.hypot(made.bodies.x, made.bodies.y) <= FAR_M
    made = Trajectories(made.time[near], made.track[near], made.class_id[near], made.names, made.bodies[near])
    who, mine, theirs = matched(made, visible)
    off = np.hypot(made.bodies.x[mine] - visible.bodies.x[theirs], made.bodies.y[mine] - visible.bodies.y[theirs])
    fast = visible.bodies.speed[theirs] > 3
    speed = np.abs(made.bodies.speed[mine][fast] / visible.bodies.speed[theirs][fast] - 1)
    known, real, told = conflict_pairs(visible), conflict_pairs(truth), conflict_pairs(made, who)
    named = {tuple(sorted((who.get(a, -1 - a), who.get(b, -1 - b)))) for a, b in live}
    at = np.hypot(visible.bodies.x[theirs], visible.bodies.y[theirs]) > 30
    return {
        "seed": seed, "legs_deg": legs, "fps": fps, "noise": noise, "road_users": len(np.unique(visible.track)),
        "positions": len(mine), "position_median_m": round(float(np.median(off)), 3),
        "position_p90_m": round(float(np.percentile(off, 90)), 3), "position_median_beyond_30_m": round(float(np.median(off[at])), 3),
        "speed_median": round(float(np.median(speed)), 4), "speed_p90": round(float(np.percentile(speed, 90)), 4),
        "conflicts": len(known), **agreement(known, real, told), "rule": agreement(known, real, named),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--noise", nargs="+", default=["clean", "realistic"], choices=list(PRESETS))
    parser.add_argument("--seeds", type=int, nargs="+", default=[21, 22], help="Of the junctions.")
    parser.add_argument("--write", action="store_true", help="Write benchmarks/results/motion.json.")
    args = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(prefix="matthan-motion-") as folder:
        for seed in args.seeds:
            legs = (0, 90, 180, 270) if seed % 2 else (15, 100, 190, 280)
            for noise in args.noise:
                rows.append(measure(seed, legs, args.seconds, 10.0, noise, Path(folder)))
                print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    print(json.dumps({"rows": rows}))
    if args.write:
        told = {
            "command": " ".join(["python -m benchmarks.motion", *sys.argv[1:]]),
            "machine": machine.describe(),
            "rows": rows,
        }
        (machine.RESULTS / "motion.json").write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
