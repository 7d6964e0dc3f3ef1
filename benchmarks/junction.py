"""A junction of mixed traffic in Eclipse SUMO, and what its SSM device says of it.

A priority junction of four straight legs at the angles asked for: 60 % motorbikes, cars, lorries, buses, bicycles, and
drivers who do not all give way. Trajectories are written as `matthan conflicts` reads them: centres, within 80 m.
"""

from __future__ import annotations

import math
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.conflicts import Bodies
from pipeline.trajectories import Trajectories

LEG_M, SEEN_M = 160.0, 80.0
FOLLOWING = 2
"""SSM's code of the follower of two on one lane."""
TYPES = {
    # share, SUMO's shape, length, width, top speed m/s, ignores who has priority, s of time gap it takes
    "motorcycle": (0.60, "motorcycle", 2.2, 0.9, 16.0, 0.35, 0.2),
    "car": (0.30, "passenger", 4.5, 1.8, 16.0, 0.15, 0.4),
    "truck": (0.03, "truck", 8.0, 2.4, 13.0, 0.08, 0.4),
    "bus": (0.02, "bus", 11.5, 2.5, 13.0, 0.04, 0.4),
    "bicycle": (0.05, "bicycle", 1.7, 0.6, 5.5, 0.35, 0.2),
}


@dataclass(frozen=True, slots=True)
class Step:
    """What the device measured for one pair at one instant; `ego` follows."""

    time: float
    ego: int
    foe: int
    kind: int
    ttc_s: float
    drac: float


@dataclass(frozen=True, slots=True)
class Junction:
    trajectories: Trajectories
    steps: Sequence[Step]
    pets: dict[tuple[int, int], float]
    straight: frozenset[int]
    """Road users that drive straight on."""


def simulate(folder: Path, seed: int, legs_deg: Sequence[float], seconds: float, per_hour: float) -> Junction:
    """Run SUMO; the first and third leg have priority."""
    folder.mkdir(parents=True, exist_ok=True)
    _network(folder, legs_deg)
    straight = _demand(folder, np.random.default_rng(seed), seconds, per_hour)
    _run(["netconvert", "-n", "n.nod.xml", "-e", "e.edg.xml", "-o", "net.net.xml", "--no-turnarounds", "true",
          "--junctions.internal-link-detail", "20", "--junctions.corner-detail", "5",
          "--offset.disable-normalization", "true", "--default.junctions.radius", "4"], folder)  # fmt: skip
    _run(["sumo", "-n", "net.net.xml", "-r", "r.rou.xml", "--seed", str(seed), "--step-length", "0.1",
          "--lateral-resolution", "0.4", "--end", str(seconds), "--time-to-teleport", "-1", "--collision.action", "warn",
          "--collision.check-junctions", "true", "--collision.mingap-factor", "0", "--fcd-output", "fcd.xml",
          "--fcd-output.attributes", "x,y,angle,speed,type", "--precision", "3", "--device.ssm.probability", "1",
          "--device.ssm.measures", "TTC DRAC PET", "--device.ssm.thresholds", "3.0 3.0 2.0", "--device.ssm.range", "50",
          "--device.ssm.extratime", "5", "--device.ssm.trajectories", "true", "--device.ssm.geo", "false",
          "--device.ssm.file", "ssm.xml", "--no-step-log", "true", "--no-warnings", "true"], folder)  # fmt: skip
    steps, pets = _ssm(folder / "ssm.xml")
    return Junction(_fcd(folder / "fcd.xml"), steps, pets, straight)


def _run(command: Sequence[str], folder: Path) -> None:
    import sumo

    subprocess.run([str(Path(sumo.SUMO_HOME) / "bin" / command[0]), *command[1:]], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL)  # fmt: skip


def _network(folder: Path, legs_deg: Sequence[float]) -> None:
    nodes, edges = ['<node id="c" x="0" y="0" type="priority"/>'], []
    for n, angle in enumerate(legs_deg):
        x, y = LEG_M * math.cos(math.radians(angle)), LEG_M * math.sin(math.radians(angle))
        nodes.append(f'<node id="n{n}" x="{x:.3f}" y="{y:.3f}"/>')
        common = f'numLanes="1" speed="13.89" width="3.5" priority="{10 if n % 2 == 0 else 1}"'
        edges += [f'<edge id="in{n}" from="n{n}" to="c" {common}/>', f'<edge id="out{n}" from="c" to="n{n}" {common}/>']
    (folder / "n.nod.xml").write_text(f"<nodes>{''.join(nodes)}</nodes>")
    (folder / "e.edg.xml").write_text(f"<edges>{''.join(edges)}</edges>")


def _demand(folder: Path, rng: np.random.Generator, seconds: float, per_hour: float) -> frozenset[int]:
    out, straight = ["<routes>"], set()
    for name, (_, shape, length, width, speed, ignores, gap) in TYPES.items():
        out.append(
            f'<vType id="{name}" vClass="{shape}" length="{length}" width="{width}" maxSpeed="{speed}" minGap="1.0" '
            f'tau="0.8" sigma="0.7" speedFactor="normc(1,0.15,0.6,1.5)" impatience="0.7" jmTimegapMinor="{gap}" '
            f'jmIgnoreFoeProb="{ignores}" jmIgnoreFoeSpeed="9" jmIgnoreJunctionFoeProb="0.02" actionStepLength="0.3" '
            'latAlignment="arbitrary" lcSublane="1.0"/>'
        )
    times = np.sort(rng.uniform(0, seconds, rng.poisson(per_hour * seconds / 3600)))
    shares = np.array([spec[0] for spec in TYPES.values()])
    for number, time in enumerate(times):
        begin = int(rng.choice(4, p=[0.33, 0.17, 0.33, 0.17]))
        turn = int(rng.choice([1, 2, 3], p=[0.2, 0.6, 0.2]))
        kind = list(TYPES)[rng.choice(len(TYPES), p=shares / shares.sum())]
        if turn == 2:
            straight.add(number)
        out.append(
            f'<vehicle id="v{number}" type="{kind}" depart="{time:.1f}" departSpeed="max" departPosLat="random">'
            f'<route edges="in{begin} out{(begin + turn) % 4}"/></vehicle>'
        )
    (folder / "r.rou.xml").write_text("".join([*out, "</routes>"]))
    return frozenset(straight)


def _fcd(path: Path) -> Trajectories:
    names, rows = tuple(sorted(TYPES)), []
    for _, step in ET.iterparse(path):
        if step.tag != "timestep":
            continue
        for vehicle in step:
            kind = vehicle.attrib["type"].split("@")[0]
            length, width = TYPES[kind][2:4]
            heading = math.radians(90 - float(vehicle.attrib["angle"]))
            x = float(vehicle.attrib["x"]) - length / 2 * math.cos(heading)
            y = float(vehicle.attrib["y"]) - length / 2 * math.sin(heading)
            if math.hypot(x, y) <= SEEN_M:
                rows.append((float(step.attrib["time"]), int(vehicle.attrib["id"][1:]), names.index(kind), x, y, heading,
                             float(vehicle.attrib["speed"]), length, width))  # fmt: skip
        step.clear()
    table = np.array(sorted(rows))
    return Trajectories(table[:, 0], table[:, 1].astype(np.int64), table[:, 2].astype(np.int64), names,
                        Bodies(*table[:, 3:].T))  # fmt: skip


def _ssm(path: Path) -> tuple[list[Step], dict[tuple[int, int], float]]:
    steps: list[Step] = []
    pets: dict[tuple[int, int], float] = {}
    for conflict in ET.parse(path).getroot().iter("conflict"):
        ego, foe = int(conflict.attrib["ego"][1:]), int(conflict.attrib["foe"][1:])
        steps += _spans(conflict, ego, foe)
        pet = conflict.find("PET")
        if pet is not None and pet.attrib["value"] not in ("NA", ""):
            pair = min(ego, foe), max(ego, foe)
            pets[pair] = min(float(pet.attrib["value"]), pets.get(pair, math.inf))
    return steps, pets


def _spans(conflict: ET.Element, ego: int, foe: int) -> Iterator[Step]:
    columns = [_values(conflict, name) for name in ("timeSpan", "typeSpan", "TTCSpan", "DRACSpan")]
    for time, kind, ttc, drac in zip(*columns, strict=True):
        if ttc not in ("NA", ""):
            yield Step(float(time), ego, foe, int(kind), float(ttc), math.nan if drac in ("NA", "") else float(drac))


def _values(conflict: ET.Element, name: str) -> list[str]:
    found = conflict.find(name)
    return [] if found is None else found.attrib["values"].split()
