"""Run lanes over video files: every sampled frame, in order, as fast as the machine can."""

from __future__ import annotations

import contextlib
import json
import time as clock
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog

from pipeline import build, registry
from pipeline.annotate import Annotator
from pipeline.config import Camera, City
from pipeline.errors import OutboxError, OutboxFull
from pipeline.evidence import still
from pipeline.flow import Lane
from pipeline.recording import Writer
from pipeline.sinks.courier import Courier
from pipeline.sinks.lease import use_of
from pipeline.sinks.outbox import Outbox
from pipeline.sinks.repair import repair
from pipeline.stages import Detector
from pipeline.streams.file import FileStream
from pipeline.types import Event, Frame
from pipeline.wire import Origin, Provenance, encode, event_id

DRAIN_S = 30.0
ROOM_EVERY_S = 1.0
"""Between two attempts to write on a full disk."""
Result = TypeVar("Result")
log = structlog.get_logger()
Progress = Callable[[str, float, float | None], None]
"""Called with the camera, the seconds of footage done, and its length, if known."""


@dataclass(frozen=True, slots=True)
class Job:
    """A stream to analyse as one camera."""

    camera: Camera
    stream: FileStream
    label: str


@dataclass(slots=True)
class Summary:
    """What a run did."""

    run: str
    frames: Counter[str] = field(default_factory=Counter)
    decoded: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    tracks: dict[str, int] = field(default_factory=dict)
    events: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    waiting: dict[str, int] = field(default_factory=dict)
    wall_s: float = 0.0
    stopped: bool = False


class Run:
    """One run over files, into one folder: events through the outbox, and what was seen into tables and a video."""

    def __init__(self, city: City, detector: Detector, provenance: Provenance, out: Path, annotate: bool) -> None:
        """Raises `OutboxError` where the folder holds another run whose events are not all delivered."""
        self._city = city
        self._detector = detector
        self.provenance = provenance
        self._out = out
        self._annotate = annotate
        self._path = claim(out, provenance.run, [sink for sink in city.sinks if sink != "jsonl"])

    def __call__(self, jobs: Iterable[Job], progress: Progress = lambda camera, done, total: None) -> Summary:
        """Analyse the jobs one after another.

        An interrupt ends the run where it is and closes no event, as a crash would: the same command, repeated, tells
        the whole, and an event closed early would then stand in its way.
        """
        begun = clock.perf_counter()
        summary = Summary(self.provenance.run)
        with contextlib.ExitStack() as stack:
            outbox, couriers = stack.enter_context(delivering(self._path, self._city, self._out))
            detections = stack.enter_context(Writer(self._out / "detections.parquet"))
            tracks = stack.enter_context(Writer(self._out / "tracks.parquet", tracks=True))
            for job in jobs:
                camera = _CameraRun(self, job, outbox, couriers, summary)
                camera.run(self._detector, detections, tracks, progress)
                if summary.stopped:
                    break
            summary.notes += deliver(couriers)
            refused = outbox.status().refused.items()
            summary.notes += [f"{sink} refused {n} messages for good; see matthan outbox dead" for sink, n in refused]
            summary.waiting = {k: n for k, n in outbox.status(c.sink.name for c in couriers).waiting.items() if n}
        summary.wall_s = clock.perf_counter() - begun
        return summary

    def lane(self, camera: Camera, size: tuple[int, int]) -> Lane:
        return build.lane(self._city, camera, self._detector.names, size)

    def origin(self, camera: Camera) -> Origin:
        return build.origin(self._city, camera, self.provenance)

    def annotator(self, job: Job) -> Annotator | None:
        if not self._annotate:
            return None
        path = self._out / f"{job.label}.annotated.mp4"
        return Annotator(path, job.camera, job.stream.size, self._detector.names, self._city.rules)

    @property
    def root(self) -> Path:
        return self._out


class _CameraRun:
    """One job of a run."""

    def __init__(self, run: Run, job: Job, outbox: Outbox, couriers: list[Courier], summary: Summary) -> None:
        self._job = job
        self._outbox = outbox
        self._couriers = couriers
        self._summary = summary
        self._lane = run.lane(job.camera, job.stream.size)
        self._origin = run.origin(job.camera)
        self._places = build.places(job.camera)
        self._root = run.root
        self._annotator = run.annotator(job)

    def run(self, detector: Detector, detections: Writer, tracks: Writer, progress: Progress) -> None:
        job, names, label = self._job, detector.names, self._job.label
        seen: set[int] = set()
        try:
            for frame, found in detector.detect(job.stream):
                boxes, events = self._lane.step(frame.time, found)
                self._emit(events, frame)
                detections.write(frame.time, found, names, job.camera.id)
                tracks.write(frame.time, boxes, names, job.camera.id)
                seen.update(self._lane.scene.ids.tolist())
                if self._annotator:
                    self._annotator.draw(frame, self._lane.scene, events)
                self._summary.frames[label] += 1
                progress(label, job.stream.last_s, job.stream.duration_s)
        except KeyboardInterrupt:
            self._summary.stopped = True
        finally:
            self._finish(tracks)
        if not self._summary.stopped:
            self._emit(self._lane.close("end_of_input"), None)
        self._summary.tracks[label] = len(seen)

    def _finish(self, tracks: Writer) -> None:
        stream, label = self._job.stream, self._job.label
        tracks.cut()
        if self._annotator:
            self._annotator.close()
        self._summary.decoded[label] = stream.decoded
        self._summary.seconds[label] = stream.last_s
        self._summary.notes += stream.notes()
        stream.close()

    def _emit(self, events: list[Event], frame: Frame | None) -> None:
        """Store first; only then cut evidence, and store that as an update."""
        if not events:
            return
        patiently(lambda: self._outbox.put([encode(event, self._origin) for event in events]))
        for event in events:
            self._summary.events[f"{event.kind} {event.phase}"] += 1
            if frame is not None and still.deserves(event) and still.shows(event, frame):
                identifier = event_id(event, self._origin.camera)
                others = still.bystanders(event, self._lane.scene)
                folder = self._root / "evidence"
                cut = partial(still.cut, event, identifier, frame, self._places, folder, self._root, others)
                stills = patiently(cut)
                shown = encode(self._lane.attach(event, stills), self._origin)
                patiently(partial(self._outbox.put, [shown]))
        for courier in self._couriers:
            courier.notify()


def patiently(act: Callable[[], Result]) -> Result:
    """An archived frame is never dropped: while the disk is full the run waits, and says so once."""
    told = False
    while True:
        try:
            return act()
        except OutboxFull as exc:
            if not told:
                log.warning("the outbox takes nothing now (disk full?), the run waits", error=str(exc))
            told = True
            clock.sleep(ROOM_EVERY_S)


@contextlib.contextmanager
def delivering(path: Path, city: City, out: Path) -> Iterator[tuple[Outbox, list[Courier]]]:
    """The outbox at `path`, and couriers that deliver from it while this lasts."""
    with contextlib.ExitStack() as stack:
        outbox = stack.enter_context(Outbox(path))
        couriers = [Courier(path, sink) for sink in build.sinks(city, out)]
        for courier in couriers:
            courier.start()
            stack.callback(courier.close)
        yield outbox, couriers


def deliver(couriers: list[Courier]) -> list[str]:
    """Give the sinks time to take what waits; say which could not."""
    notes = []
    for courier in couriers:
        end = clock.monotonic() + DRAIN_S
        while not courier.drain(0.5) and courier.trouble is None and clock.monotonic() < end:
            pass
        if courier.trouble:
            notes.append(
                f"{courier.trouble}; its events wait in the outbox, the same command or `outbox deliver` sends them"
            )
    return notes


def claim(out: Path, run: str, sinks: list[str]) -> Path:
    """The outbox of `run` in the folder `out`. The same run goes on where it was; another one starts afresh.

    Raises:
        OutboxError: the folder cannot be written, holds events of another run that a sink has not delivered yet, or
            an outbox that is damaged beyond repair.
    """
    path, marker = out / "outbox.sqlite", out / "run.json"
    try:
        out.mkdir(parents=True, exist_ok=True)
        before = json.loads(marker.read_text())["run"] if marker.exists() else None
        repair(path)
        if path.exists() and before != run:
            _clear(out, path, sinks)
        if before != run:
            part = marker.with_suffix(".part")
            part.write_text(json.dumps({"run": run}) + "\n")
            part.replace(marker)  # never half written, whenever the run is killed
    except (OSError, ValueError, KeyError) as exc:
        raise OutboxError(f"{out}: cannot be used as output folder: {exc}") from exc
    return path


def _clear(out: Path, path: Path, sinks: list[str]) -> None:
    """Take away the events of another run; raises `OutboxError` where somebody still has or needs them."""
    with Outbox(path) as old:
        status = old.status(sinks)
    left = Counter({sink: count for sink, count in status.waiting.items() if sink != "jsonl"}) + Counter(status.refused)
    if left:
        raise OutboxError(f"{out}: holds undelivered events of another run ({dict(left)}); take another --out")
    use = use_of(path)
    if not use.take():
        raise OutboxError(f"{out}: another run is writing there; take another --out")
    for stale in (path, out / "events.jsonl", *(Path(f"{path}{end}") for end in ("-wal", "-shm"))):
        stale.unlink(missing_ok=True)
    use.release()


def identity(path: Path) -> str:
    """Stands for an input file in the id of a run: the same file elsewhere is the same input."""
    return f"{path.name}:{path.stat().st_size}:{registry.sha256(path)}"
