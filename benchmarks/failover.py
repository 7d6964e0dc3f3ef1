"""Machines die under a running city: `python -m benchmarks.failover [--kills 6] [--cameras 8] [--write]`.

A Ray cluster on this machine: a head without cameras and two machines, each a process group of its own with one core
for its shard. Real footage over RTSP, YOLO, a real Apache Kafka. Again and again all processes of one machine are
killed (-9) at once, and a new machine is started. Counted: how long until every camera of the dead machine is analysed
elsewhere; and, in the end, every event of every outbox against what is in Kafka, and whether two shards ever told of
one camera at the same time. Ends with one JSON line.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import machine
from benchmarks.chaos.checker import check
from benchmarks.soak import city, footage
from pipeline.sinks.outbox import Outbox
from pipeline.wire import CloudEvent, Message, decode, parse_timestamp
from tests import broker as brokers
from tests.cluster.machines import Machines
from tests.rtsp import H264, Rtsp, free_port

ACTIVITY = 0.5
LONG_S = 90.0
"""A camera that is not back by then is told as not back."""
BETWEEN_S = 20.0


class Run:
    """`matthan run --ray`."""

    def __init__(self, folder: Path, path: Path, address: str) -> None:
        self.out, self.port = folder / "out", free_port()
        self.log = (folder / "run.log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pipeline", "run", str(path), "--ray", address, "--cores", "1", "--out", str(self.out),
             "--listen", f"127.0.0.1:{self.port}"], stdout=self.log, stderr=self.log,
        )  # fmt: skip

    def status(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/status", timeout=5) as page:
            told: dict[str, Any] = json.load(page)
        return told

    def wait(self, cameras: int, shards: int, limit_s: float) -> float | None:
        """Until so many shards analyse so many cameras; None where that takes too long."""
        begun = time.monotonic()
        while time.monotonic() - begun < limit_s:
            try:
                now = self.status()
            except OSError:
                now = {"shards": [], "cameras": []}
            seen = {c["camera"] for c in now["cameras"] if c["state"] == "open" and c["analysed"] > 2}
            if len(now["shards"]) == shards and len(seen) == cameras:
                return time.monotonic() - begun
            time.sleep(0.1)
        return None


def stored(out: Path) -> dict[str, list[Message]]:
    """The messages of every outbox, in order."""
    told = {}
    for path in sorted(out.glob("*/outbox.sqlite")):
        with Outbox(path) as outbox:
            told[path.parent.name] = list(outbox.messages())
    return told


def overlaps(told: Mapping[str, Iterable[CloudEvent]]) -> int:
    """Events, by shard, that began at a camera before what another shard had told of it last was over.

    Both were then watching it. Events of the camera's health count like all others.
    """
    spans = defaultdict(list)
    for folder, events in told.items():
        for event in events:
            begun = parse_timestamp(event.data.started_at)
            spans[event.data.camera].append((begun, parse_timestamp(event.data.ended_at or event.time), folder))
    found = 0
    for those in spans.values():
        latest: dict[str, float] = {}
        for begun, ended, folder in sorted(those):
            found += any(begun < end for other, end in latest.items() if other != folder)
            latest[folder] = max(ended, latest.get(folder, ended))
    return found


def compare(told: dict[str, list[Message]], broker: brokers.Broker) -> dict[str, Any]:
    """Every outbox against Kafka. Order is that of one camera in one topic; a dead shard's leftovers may come late."""
    owner = {(m.event_id, m.revision): folder for folder, messages in told.items() for m in messages}
    mine: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
    unexpected = 0
    for topic in broker.topics():
        for message in broker.read(topic):
            event = decode(message.value()).data
            folder = owner.get((event.event_id, event.revision))
            unexpected += folder is None
            if folder is not None:
                mine[folder].append((f"{topic} {message.key().decode()}", message.value()))
    sums = dict.fromkeys(("expected", "arrived", "repeats", "lost", "doubled", "reordered"), 0)
    for folder, messages in told.items():
        expected: dict[str, list[bytes]] = defaultdict(list)
        for one in messages:
            for topic in one.topics:
                expected[f"{topic} {one.key}"].append(one.body)
        found = check(expected, mine[folder])
        sums["expected"] += sum(map(len, expected.values()))
        for name in sums.keys() - {"expected"}:
            sums[name] += getattr(found, name)
    return {**sums, "unexpected": unexpected}


def failover(folder: Path, cameras: int, kills: int) -> dict[str, Any]:
    streams = footage(folder, ACTIVITY, 120 + kills * 90)
    server = Rtsp({f"/c{n}": H264.format(file=streams[n % len(streams)]) for n in range(cameras)})
    os.environ["MATTHAN_MODELS"] = str(machine.data() / "weights")
    path = city(folder, server, cameras, gate=True)
    chance, back = np.random.default_rng(7), []
    with brokers.best() as (broker, missing):
        if not broker.real:
            raise SystemExit(f"needs a real Kafka broker: {'; '.join(missing)}")
        path.write_text(path.read_text() + f"sinks: {{kafka: {{bootstrap_servers: ['{broker.bootstrap}']}}}}\n")
        machines = Machines()
        try:
            alive = [machines.start(1), machines.start(1)]
            run = Run(folder, path, machines.address)
            try:
                if run.wait(cameras, 2, LONG_S) is None:
                    raise SystemExit(f"it does not begin: {(folder / 'run.log').read_text()[-3000:]}")
                for number in range(kills):
                    time.sleep(BETWEEN_S + float(chance.uniform(0, 5)))
                    begun = time.monotonic()
                    machines.kill(alive.pop(number % 2))
                    killing_s = time.monotonic() - begun
                    back.append(None if (s := run.wait(cameras, 1, LONG_S)) is None else killing_s + s)
                    print(f"kill {number + 1}: back after {back[-1]}", file=sys.stderr, flush=True)
                    alive.append(machines.start(1))
                    run.wait(cameras, 2, LONG_S)
                moved = (folder / "run.log").read_text().count("camera moves")
            finally:
                begun = time.monotonic()
                run.process.send_signal(signal.SIGTERM)
                run.process.wait(60)
                stop_s = time.monotonic() - begun
            told = stored(run.out)
            result = compare(told, broker)
            events = {folder: [decode(message.body) for message in messages] for folder, messages in told.items()}
            phases = defaultdict(set)
            for event in (event.data for those in events.values() for event in those):
                phases[event.event_id].add(event.phase)
        finally:
            machines.close()
            server.kill()
    times = [t for t in back if t is not None]
    return {
        "cameras": cameras, "kills": kills, "not_back": back.count(None),
        "back_s": {"least": round(min(times), 1), "median": round(float(np.median(times)), 1), "most": round(max(times), 1)},
        "outboxes": len(told), "left_open": sum("closed" not in seen for seen in phases.values()), "moved": moved,
        **result, "watched_twice": overlaps(events), "stop_s": round(stop_s, 1),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cameras", type=int, default=8)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--write", action="store_true", help="Write benchmarks/results/failover.json.")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="matthan-failover-", dir="/tmp") as name:
        result = failover(Path(name), args.cameras, args.kills)
    print(json.dumps(result))
    if args.write:
        told = {
            "machine": machine.describe(),
            "command": " ".join(["python -m benchmarks.failover", *sys.argv[1:]]),
            **result,
        }
        (machine.RESULTS / "failover.json").write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
