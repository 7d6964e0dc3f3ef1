"""How fast events are stored and sent: `python -m benchmarks.delivery [--events 100000] [--write]`.

Arms, interleaved, medians of the rounds: commits of single events and of batches of 100 (SQLite, WAL, synchronous=FULL);
the outbox into a local Apache Kafka (one broker, acks=all, idempotence, gapless) through the courier, by compression.
Events are loitering alerts of 40 cameras as `matthan` writes them, each a body of about 900 bytes.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.chaos.worker import Job, messages
from pipeline.sinks.courier import BATCH, Courier
from pipeline.sinks.kafka import Kafka, KafkaSettings
from pipeline.sinks.outbox import Outbox
from pipeline.wire import Message
from tests import broker as brokers

RESULT = machine.RESULTS / "delivery.json"
ROUNDS = 3
SINGLES = 2000
COMPRESSIONS = ("none", "lz4", "gzip")


def commit(folder: Path, events: list[Message], size: int) -> tuple[float, float]:
    """Events per second, and CPU seconds per event, of commits of so many events."""
    with Outbox(folder / "outbox.sqlite") as outbox:
        begun, cpu = time.perf_counter(), time.process_time()
        for start in range(0, len(events), size):
            outbox.put(events[start : start + size])
        return len(events) / (time.perf_counter() - begun), (time.process_time() - cpu) / len(events)


def send(folder: Path, events: list[Message], bootstrap: str, compression: str) -> tuple[float, float]:
    """Events per second, and CPU seconds per event, from a full outbox into the broker, all acknowledged and marked."""
    path = folder / "outbox.sqlite"
    with Outbox(path) as outbox:
        for start in range(0, len(events), 1000):
            outbox.put(events[start : start + 1000])
    sink = Kafka(KafkaSettings(bootstrap_servers=(bootstrap,), compression=compression, timeout_s=30))
    sink.deliver(events[:1])  # the topic is made and the connection open
    courier = Courier(path, sink)
    begun, cpu = time.perf_counter(), time.process_time()
    courier.start()
    assert courier.drain(600)
    took, used = time.perf_counter() - begun, time.process_time() - cpu
    courier.close()
    return len(events) / took, used / len(events)


def profile(events: list[Message], bootstrap: str) -> list[str]:
    """The functions that take most of the courier's thread, as `share function`."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "outbox.sqlite"
        with Outbox(path) as outbox:
            outbox.put(events)
            sink = Kafka(KafkaSettings(bootstrap_servers=(bootstrap,), timeout_s=30))
            sink.deliver(events[:1])
            courier, watch = Courier(path, sink), cProfile.Profile()
            watch.enable()
            while courier._deliver(outbox):
                pass
            watch.disable()
            courier.close()
    stats = pstats.Stats(watch).stats  # type: ignore[attr-defined]
    total = sum(row[2] for row in stats.values())
    top = sorted(stats.items(), key=lambda item: -item[1][2])[:8]
    return [f"{row[2] / total:.0%} {Path(where[0]).name}:{where[2]}" for where, row in top]


def run(count: int) -> dict[str, Any]:
    job = Job("", [f"gate-{n}" for n in range(40)], "speed", count, 0, "", "")
    events = list(messages(job))
    with brokers.best() as (broker, _):
        arms: dict[str, Callable[[Path], tuple[float, float]]] = {
            "commit, 1 a transaction": lambda folder: commit(folder, events[:SINGLES], 1),
            "commit, 100 a transaction": lambda folder: commit(folder, events, 100),
            **{
                f"outbox to Kafka, {name}": lambda folder, name=name: send(folder, events, broker.bootstrap, name)
                for name in COMPRESSIONS
            },
        }
        told: dict[str, list[tuple[float, float]]] = {name: [] for name in arms}
        for number in range(ROUNDS):
            for name, arm in arms.items():
                with tempfile.TemporaryDirectory(prefix="matthan-delivery-", dir=machine.ROOT) as folder:
                    told[name].append(arm(Path(folder)))
                print(f"round {number + 1}: {name}: {told[name][-1][0]:,.0f}/s", file=sys.stderr)
        top = profile(events[:50_000], broker.bootstrap)
        about = broker.about
    return {
        "machine": machine.describe(), "broker": about, "events": count,
        "bytes_per_event": round(statistics.mean(len(e.body) for e in events)), "batch": BATCH,
        "threads": "courier's own, and librdkafka's; the broker's JVM shares the cores",
        "arms": [
            {
                "arm": name, "events_per_s": round(statistics.median(rate for rate, _ in rounds)),
                "rounds": [round(rate) for rate, _ in rounds],
                "cpu_us_per_event": round(statistics.median(cpu for _, cpu in rounds) * 1e6, 1),
            }
            for name, rounds in told.items()
        ],
        "profile_of_the_courier": top,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--write", action="store_true", help=f"write {RESULT.name} below benchmarks/results")
    options = parser.parse_args()
    result = run(options.events)
    text = json.dumps(result, indent=1)
    if options.write:
        RESULT.write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
