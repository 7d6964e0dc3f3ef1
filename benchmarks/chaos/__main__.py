"""Kills brokers and producers while events flow, then checks every message; one JSON line at the end.

    python -m benchmarks.chaos --events 100000 --kills 20 [--seed 1] [--write]

Two producers share one outbox and one real Apache Kafka broker. At random moments the broker is killed (-9) and
started again, or hangs, and a producer is killed (-9) and started again. Exit 1 if anything was lost, doubled,
reordered or unexpected, or if the outbox was damaged.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path

from benchmarks.chaos.checker import Found, check
from benchmarks.chaos.worker import Job, messages
from pipeline.sinks.outbox import Outbox
from pipeline.sinks.repair import fault
from tests import broker as brokers

RESULT = Path(__file__).parents[1] / "results" / "chaos.json"
WORKERS = 2
CAMERAS = 20
CALM_S = 3.0
"""Mean time between two faults."""
PAUSE_S = (0.5, 9.0)
"""A hung broker; the clients' patience of 4 s lies between."""
FINISH_S = 300.0


class Workers:
    """The producers, which go on by themselves when they have died."""

    def __init__(self, jobs: list[Path]) -> None:
        self._jobs = jobs
        self._processes = [self._start(job) for job in jobs]
        self.kills = 0

    @staticmethod
    def _start(job: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "benchmarks.chaos.worker", str(job)])

    def kill(self, index: int) -> None:
        """Kill one of them with -9, and start it again."""
        self._processes[index].kill()
        self._processes[index].wait()
        self.kills += 1
        self._processes[index] = self._start(self._jobs[index])

    def running(self) -> bool:
        return any(process.poll() is None for process in self._processes)

    def wait(self, seconds: float) -> list[int]:
        return [process.wait(seconds) for process in self._processes]

    def close(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()


def strike(broker: brokers.Broker, kind: str, chance: random.Random) -> None:
    """One fault of the broker."""
    if kind == "kill":
        broker.stop()
        time.sleep(chance.uniform(0, 3))
        broker.start()
    else:
        with broker.paused():
            time.sleep(chance.uniform(*PAUSE_S))


def run(events: int, kills: int, seed: int) -> dict[str, object]:
    """Let so many messages flow through so many faults of the broker and as many of the producers."""
    chance = random.Random(seed)
    faults = ["kill", "pause"] * (kills // 2) + ["kill"] * (kills % 2) + ["producer"] * kills
    chance.shuffle(faults)
    seconds = len(faults) * (CALM_S + 4.0)
    with tempfile.TemporaryDirectory(prefix="matthan-chaos-") as name, brokers.best() as (broker, _):
        folder = Path(name)
        if not broker.ours:
            sys.exit(f"chaos needs a broker that it may kill, got {broker.about}")
        jobs = [_job(folder, w, events, events / seconds, broker.bootstrap) for w in range(WORKERS)]
        workers = Workers([job.write(folder / f"job-{w}.json") for w, job in enumerate(jobs)])
        begun = time.monotonic()
        try:
            for done, kind in enumerate(faults):
                time.sleep(chance.expovariate(1 / CALM_S))
                if kind == "producer":
                    workers.kill(chance.randrange(WORKERS))
                else:
                    strike(broker, kind, chance)
                print(f"{done + 1}/{len(faults)} {kind}, {_stored(folder)} of {events} stored", file=sys.stderr)
            exits = workers.wait(FINISH_S)
        finally:
            workers.close()
        found = _checked(broker, jobs)
        damaged = fault(folder / "outbox.sqlite")
        return {
            "events": events,
            "kills": len(faults),
            "broker_kills": faults.count("kill"),
            "broker_pauses": faults.count("pause"),
            "producer_kills": workers.kills,
            **asdict(found),
            "producers_exit": exits,
            "outbox": damaged or "ok",
            "seconds": round(time.monotonic() - begun, 1),
            "seed": seed,
            "broker": broker.about,
        }


def _job(folder: Path, worker: int, events: int, per_second: float, bootstrap: str) -> Job:
    share = events // WORKERS + (events % WORKERS if worker == 0 else 0)
    cameras = [f"gate-{worker}-{n}" for n in range(CAMERAS)]
    outbox, progress = str(folder / "outbox.sqlite"), str(folder / f"progress-{worker}")
    return Job(outbox, cameras, "chaos", share, per_second / WORKERS, bootstrap, progress)


def _stored(folder: Path) -> int:
    with Outbox(folder / "outbox.sqlite") as outbox:
        return outbox.status().messages


def _checked(broker: brokers.Broker, jobs: list[Job]) -> Found:
    expected: dict[str, list[bytes]] = defaultdict(list)
    for job in jobs:
        for message in messages(job):
            expected[message.key].append(message.body)
    return check(expected, ((m.key().decode(), m.value()) for m in broker.read("matthan.alerts.chaos")))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument(
        "--kills", type=int, default=20, help="of the broker (killed or hung), and as many of producers"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help=f"write {RESULT.name} below benchmarks/results")
    options = parser.parse_args()
    result = run(options.events, options.kills, options.seed)
    line = json.dumps(result)
    if options.write:
        RESULT.write_text(line + "\n")
    print(line)
    sound = result["outbox"] == "ok" and result["producers_exit"] == [0] * WORKERS
    sys.exit(0 if sound and not any(result[k] for k in ("lost", "doubled", "reordered", "unexpected")) else 1)


if __name__ == "__main__":
    main()
