"""A pipeline's way out, to be killed: it stores events at a steady pace and delivers them, and begins again where
it was.

    python -m benchmarks.chaos.worker JOB.json
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.sinks.courier import Courier
from pipeline.sinks.intake import Intake, OutboxSettings
from pipeline.sinks.kafka import Kafka, KafkaSettings
from pipeline.sinks.outbox import Outbox
from pipeline.types import Event, TrackBox
from pipeline.wire import Message, Origin, Provenance, encode

CHUNK = 50
REVISIONS = 3
T0 = 1_772_373_600.0
RUN = Provenance(mode="live", run="chaos", model="m", model_sha256=None, config_sha256="c", version="0")


@dataclass(frozen=True, slots=True)
class Job:
    """What one worker has to bring out."""

    outbox: str
    cameras: list[str]
    ward: str
    messages: int
    """Of all its cameras together."""
    per_second: float
    bootstrap: str
    progress: str
    """Where it notes how far it has stored; killed between storing and noting, it stores the same again."""
    timeout_s: float = 4.0

    def write(self, path: Path) -> Path:
        path.write_text(json.dumps(asdict(self)))
        return path


def messages(job: Job, begin: int = 0) -> Iterator[Message]:
    """Always the same messages: the cameras take turns, each event has three phases."""
    for number in range(begin, job.messages):
        turn, camera = divmod(number, len(job.cameras))
        event, revision = divmod(turn, REVISIONS)
        yield _message(job.cameras[camera], job.ward, event, revision)


def _message(camera: str, ward: str, number: int, revision: int) -> Message:
    started = T0 + number * 100
    event = Event(
        kind="loitering", topic="alerts", rule="night", rule_sha256="0", severity="alert",
        phase=("opened", "updated", "closed")[revision], zone="alley",
        started_at=started, time=started + 60 + revision, identity=(1, 2, 3, 4),
        tracks=(TrackBox(7, "person", (10, 20, 30, 90)),), measures={"dwell_s": 60.0 + revision},
        summary={"en": "A person has stayed.", "vi": "Có người lưu lại."}, revision=revision,
    )  # fmt: skip
    return encode(event, Origin("city", camera, (ward,), (18.34, 105.9), RUN))


def run(job: Job) -> None:
    """Store all messages of the job, deliver what the outbox holds until it is empty."""
    progress = Path(job.progress)
    begin = int(progress.read_text()) if progress.exists() else 0
    path = Path(job.outbox)
    sink = Kafka(KafkaSettings(bootstrap_servers=(job.bootstrap,), timeout_s=job.timeout_s))
    with Outbox(path) as outbox:
        courier = Courier(path, sink)
        courier.start()
        intake = Intake(outbox, OutboxSettings(reserve_mb=1))
        begun = time.monotonic()
        chunk: list[Message] = []
        for done, message in enumerate(messages(job, begin), begin + 1):
            chunk.append(message)
            if len(chunk) == CHUNK or done == job.messages:
                intake.put(chunk)
                courier.notify()
                chunk = []
                _note(progress, done)
                time.sleep(max(0.0, begun + (done - begin) / job.per_second - time.monotonic()))
        while not courier.drain(1.0):
            pass
        courier.close()


def _note(progress: Path, done: int) -> None:
    part = progress.with_suffix(".part")
    part.write_text(str(done))
    part.replace(progress)


if __name__ == "__main__":
    run(Job(**json.loads(Path(sys.argv[1]).read_text())))
