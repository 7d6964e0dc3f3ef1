"""What an absent broker costs the frame path: `python -m benchmarks.outage [--minutes 10] [--write]`.

A lane judges frames of a play at a steady pace and stores two events with each, at ten times the rate of a city of
1,200 cameras. The broker is absent from the start and for so many minutes, comes, goes for a minute, comes again.
Measured: how long a frame takes from detections to stored events, the memory of the process, and whether everything
arrives.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import supervision as sv

from benchmarks import machine
from benchmarks.chaos.checker import check
from benchmarks.chaos.worker import Job, messages
from pipeline import build
from pipeline.flow import Lane
from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.noise import PRESETS
from pipeline.simulate.record import city, play, record
from pipeline.simulate.scenarios import load
from pipeline.sinks.courier import Courier
from pipeline.sinks.intake import Intake, OutboxSettings
from pipeline.sinks.kafka import Kafka, KafkaSettings
from pipeline.sinks.outbox import Outbox
from tests import broker as brokers

RESULT = Path(__file__).parent / "results" / "outage.json"
PLAY = "crowding"
FRAMES_PER_S = 100
EVENTS_PER_FRAME = 2
WARM_S = 20.0
"""After the start or a change of the broker, left out of the latencies."""
FINISH_S = 300.0


def frames() -> Iterator[tuple[Lane, float, sv.Detections]]:
    """The frames of a play, over and over, each time with a new lane."""
    scenario = next(s for s in load().values() if s.kind == PLAY)
    street, camera = play(scenario, 0), PinholeCamera()
    settings = city(scenario, street, camera, True)
    recording = record(street, camera, 5.0, PRESETS["realistic"], 0)
    shots = list(recording)
    while True:
        lane = build.lane(settings, settings.cameras[0], recording.names, camera.frame_size)
        for shot, rows in shots:
            yield lane, shot, rows


def rss_mib() -> float:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


def phase(
    name: str, seconds: float, frame: Iterator[Any], events: Iterator[Any], intake: Intake, courier: Courier
) -> dict[str, Any]:
    """Frames at their pace for so long; their latencies, and the memory when it was warm and at the end."""
    took, begun, count, warm = [], time.monotonic(), 0, 0.0
    while (now := time.monotonic()) < begun + seconds:
        lane, shot, rows = next(frame)
        chunk = [next(events) for _ in range(EVENTS_PER_FRAME)]
        start = time.perf_counter()
        lane.step(shot, rows)
        intake.put(chunk)
        courier.notify()
        if now > begun + WARM_S:
            took.append(time.perf_counter() - start)
            warm = warm or rss_mib()
        count += 1
        time.sleep(max(0.0, begun + count / FRAMES_PER_S - time.monotonic()))
    median, late = np.percentile(np.array(took) * 1e3, [50, 99])
    told = {
        "phase": name, "seconds": round(time.monotonic() - begun), "frames": count, "median_ms": round(float(median), 3),
        "p99_ms": round(float(late), 3), "rss_warm_mib": round(warm, 1), "rss_end_mib": round(rss_mib(), 1),
    }  # fmt: skip
    print(json.dumps(told), file=sys.stderr)
    return told


def run(minutes: float) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="matthan-outage-") as name, brokers.best() as (broker, _):
        folder = Path(name)
        broker.stop()
        cameras = [f"gate-{n}" for n in range(40)]
        job = Job(str(folder / "outbox.sqlite"), cameras, "outage", 10**9, 0, broker.bootstrap, "")
        events, frame = messages(job), frames()
        sent = defaultdict(list)

        with Outbox(folder / "outbox.sqlite") as outbox:
            courier = Courier(
                Path(job.outbox), Kafka(KafkaSettings(bootstrap_servers=(broker.bootstrap,), timeout_s=5))
            )
            courier.start()
            intake = Intake(outbox, OutboxSettings(reserve_mb=1))
            phases = [phase("absent", minutes * 60, frame, events, intake, courier)]
            waiting = outbox.status().waiting["kafka"]
            broker.start()
            phases.append(phase("returned", 90, frame, events, intake, courier))
            broker.stop()
            phases.append(phase("absent again", 90, frame, events, intake, courier))
            broker.start()
            phases.append(phase("present", 90, frame, events, intake, courier))
            drained = courier.drain(FINISH_S)
            courier.close()
            total = outbox.status().messages
        again = messages(job)
        for _ in range(total):
            one = next(again)
            sent[one.key].append(one.body)
        found = check(sent, ((m.key().decode(), m.value()) for m in broker.read("matthan.alerts.outage")))
    absent, present = phases[0], phases[3]
    return {
        "machine": machine.describe(), "broker": broker.about, "frames_per_s": FRAMES_PER_S,
        "events_per_s": FRAMES_PER_S * EVENTS_PER_FRAME, "phases": phases, "waiting_when_it_came": waiting,
        "drained": drained, "median_absent_to_present": round(absent["median_ms"] / present["median_ms"], 3),
        "p99_absent_to_present": round(absent["p99_ms"] / present["p99_ms"], 3),
        "rss_growth_absent_mib": round(absent["rss_end_mib"] - absent["rss_warm_mib"], 1), "delivery": asdict(found),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--write", action="store_true", help=f"write {RESULT.name} below benchmarks/results")
    options = parser.parse_args()
    result = run(options.minutes)
    text = json.dumps(result, indent=1)
    if options.write:
        RESULT.write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
