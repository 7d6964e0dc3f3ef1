"""The gate on against the gate off, on the same footage: `python -m benchmarks.gate [--write]`.

Pictures of the shared clips pass the epoch, the mailbox, the detector and the post of a live camera, one after the
other, once with every sampled picture detected and once as the gate has it. Events are compared by kind, zone and
beginning (within one second); detector calls are counted. Calm footage is that of `benchmarks.soak`: the same room
with nobody in it, and with somebody in it for a tenth of the time.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
from rich.console import Console
from rich.table import Table

from benchmarks import machine, soak
from benchmarks.footage import EAGER
from pipeline import build, config
from pipeline.config import City
from pipeline.live.epoch import Epoch
from pipeline.live.post import Post, assignment
from pipeline.stages import Detector
from pipeline.streams.decode import VideoFile
from pipeline.streams.planes import Layout
from pipeline.types import Event

CLIPS = ("room-one-by-one", "road-single-cars", "motorway-720p", "motorbikes-at-lights", "shopping-street-1080p",
         "staged-laptop-taken", "staged-headset-taken")  # fmt: skip
NEAR_S = 1.0
FPS = 5.0


def city(gate: bool) -> City:
    """One camera, with every rule as eager as short clips need it."""
    rules = {name: {"kind": name, **own} for name, own in EAGER.items()}
    zoned = [name for name in rules if name != "line_crossing"]
    camera = {
        "id": "c", "ward": "w", "zones": {"all": {"polygon": [[0, 0], [1, 0], [1, 1], [0, 1]], "rules": zoned}},
        "lines": {"middle": {"points": [[0.5, 0], [0.5, 1]], "rules": ["line_crossing"]}}, "analyse_fps": FPS,
    }  # fmt: skip
    return config.check(
        {"city": "gate", "wards": {"w": {}}, "rules": rules, "cameras": [camera], "gate": {"enabled": gate}}
    )


def run(pictures: Iterator[tuple[float, av.VideoFrame]], detector: Detector, gate: bool) -> dict[str, Any]:
    """The events, and how often the detector was called."""
    settings = city(gate)
    camera = settings.cameras[0]
    origin = build.origin(settings, camera, build.provenance(settings, "live", "gate", None, []))
    post, epoch, events, looked, calls = Post(settings, camera, detector.names, origin), None, [], 0, 0
    for time, picture in pictures:
        if epoch is None:
            epoch = Epoch(0, assignment(settings, camera, ""), Layout.of(picture))
            post.begin(epoch.introduction(), os.dup(epoch.mailbox.descriptor))
        if not epoch.due(time):
            continue
        looked += 1
        said = epoch.judge(time, time, epoch.layout.planes(picture))
        if said is None:
            continue
        if "same" in said:
            held = post.again(said["same"], said["of"])
            events += held[1] if held else []
            continue
        frame = post.take()
        assert frame is not None
        ((_, found),) = detector.detect([frame])
        calls += 1
        events += post.step(frame, found)
        epoch.answered(post.answer(frame, found))
    events += post.interrupt("stopped")
    assert epoch is not None
    epoch.close()
    post.close()
    return {"events": [e for e in events if e.revision == 0], "looked": looked, "calls": calls}


def file(path: Path) -> Iterator[tuple[float, av.VideoFrame]]:
    return ((p.pts_s, p.frame) for p in VideoFile(path) if p.pts_s is not None)


def kept(off: list[Event], on: list[Event]) -> tuple[int, int]:
    """How many of the events without the gate are there with it, and how many more there are."""
    left = list(on)
    found = 0
    for event in off:
        match = next((o for o in left if (o.kind, o.zone) == (event.kind, event.zone)
                      and abs(o.started_at - event.started_at) <= NEAR_S), None)  # fmt: skip
        if match is not None:
            left.remove(match)
            found += 1
    return found, len(left)


def calm(activity: float, minutes: int) -> Iterator[tuple[float, av.VideoFrame]]:
    """Some minutes of the footage of the soak, decoded from what was encoded for it, with fresh sensor noise each."""
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "calm.mp4"
        soak.encode(path, soak.timeline(machine.data() / "clips", 0, activity), minutes)
        yield from file(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    os.environ.setdefault("MATTHAN_MODELS", str(machine.data() / "weights"))
    detector, _ = build.detector(config.DetectorSettings(threads=2))
    rows, table = [], Table("footage", "looked at", "calls", "fewer", "events", "kept", "more")
    sources = {clip: lambda clip=clip: file(machine.data() / "clips" / f"{clip}.mp4") for clip in CLIPS}
    sources |= {f"room, busy {a:.0%} of 5 minutes": lambda a=a: calm(a, 5) for a in (0.0, 0.1)}
    for name, source in sources.items():
        off, on = (run(source(), detector, gate) for gate in (False, True))
        same, more = kept(off["events"], on["events"])
        rows.append({"footage": name, "looked": on["looked"], "calls_off": off["calls"], "calls_on": on["calls"],
                     "events": len(off["events"]), "kept": same, "more": more})  # fmt: skip
        table.add_row(name, str(on["looked"]), f"{off['calls']} → {on['calls']}", f"{off['calls'] / on['calls']:.1f} ×",
                      str(len(off["events"])), str(same), str(more))  # fmt: skip
    Console().print(table)
    total = {key: sum(row[key] for row in rows) for key in ("events", "kept", "more")}
    print(json.dumps(total))
    if args.write:
        told = {
            "machine": machine.describe(),
            "command": "python -m benchmarks.gate --write",
            "rows": rows,
            "total": total,
        }
        (machine.RESULTS / "gate.json").write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
