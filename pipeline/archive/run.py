"""READ FIRST: a run over archived footage: detect what was not yet, then judge it all, camera by camera."""

from __future__ import annotations

import json
import time as clock
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import structlog

from pipeline import analyse, build
from pipeline.archive.crew import Hands, work
from pipeline.archive.judge import Looked, judge
from pipeline.archive.plan import Broken, Plan, save
from pipeline.archive.store import Store
from pipeline.archive.timeline import Part
from pipeline.config import Camera, City
from pipeline.errors import InputError
from pipeline.evidence import still
from pipeline.recording import Writer
from pipeline.sinks.courier import Courier
from pipeline.sinks.outbox import Outbox
from pipeline.streams.decode import black_out
from pipeline.streams.pick import pick
from pipeline.types import Event, Evidence, Frame, Image
from pipeline.wire import Origin, Provenance, encode, event_id

log = structlog.get_logger()
PLAN = "plan.json"
TELL_EVERY = 500
"""Frames."""
Progress = Callable[[str, float, float, str], None]
"""Called with what is done ("detect" or "judge"), the seconds of footage done, and of all, and what else there is."""


@dataclass(slots=True)
class Summary:
    """What a run did."""

    run: str
    seconds: float = 0.0
    detected_s: float = 0.0
    """Of footage that had to be looked at; the rest was known from before."""
    judged_s: float = 0.0
    frames: int = 0
    events: Counter[str] = field(default_factory=Counter)
    quarantined: list[Broken] = field(default_factory=list)
    detect_s: float = 0.0
    judge_s: float = 0.0
    waiting: dict[str, int] = field(default_factory=dict)


def provenance(city: City, plan: Plan, model: str, model_sha256: str) -> Provenance:
    """The same footage, model and city file are the same run, wherever and however often it is done."""
    inputs = [f"{part.footage.digest}@{part.footage.start:.3f}" for parts in plan.parts.values() for part in parts]
    return build.provenance(city, "archive", model, model_sha256, inputs)


class Run:
    """One folder: tables of detections, tracks, events through the outbox, stills."""

    def __init__(self, city: City, plan: Plan, provenance: Provenance, store: Store, out: Path) -> None:
        """Raises `OutboxError` where the folder holds another run whose events are not all delivered."""
        self._city = city
        self._plan = plan
        self._provenance = provenance
        self._store = store
        self._out = out
        self._path = analyse.claim(out, provenance.run, [sink for sink in city.sinks if sink != "jsonl"])
        save(plan, out / PLAN)

    @property
    def missing(self) -> list[Part]:
        """Files that were not looked at yet."""
        parts = [part for parts in self._plan.parts.values() for part in parts]
        return [p for p in parts if not self._store.has(self._city.camera(p.footage.camera), p.footage.digest)]

    def __call__(self, hands: Hands | None, progress: Progress = lambda what, done, total, note: None) -> Summary:
        """Go on where an earlier run over the same footage was killed. Without `hands` only tables count."""
        summary = Summary(self._provenance.run, seconds=self._plan.seconds, quarantined=list(self._plan.quarantined))
        begun = clock.perf_counter()
        if hands is not None:
            self._look(hands, summary, progress)
        summary.detect_s = clock.perf_counter() - begun
        begun = clock.perf_counter()
        with analyse.delivering(self._path, self._city, self._out) as (outbox, couriers):
            for name, parts in self._plan.parts.items():
                self._judge(self._city.camera(name), parts, outbox, couriers, summary, progress)
            analyse.deliver(couriers)
            summary.waiting = {k: n for k, n in outbox.status(c.sink.name for c in couriers).waiting.items() if n}
        summary.judge_s = clock.perf_counter() - begun
        self._tell(summary)
        return summary

    def _look(self, hands: Hands, summary: Summary, progress: Progress) -> None:
        missing, begun = self.missing, clock.perf_counter()
        done: dict[Path, float] = {}
        summary.detected_s = sum(part.footage.seconds for part in missing)
        known = summary.seconds - summary.detected_s
        for part, said in work(hands, missing):
            one = part.footage
            done[one.path] = said if isinstance(said, float) else one.seconds
            if isinstance(said, bytes):
                analyse.patiently(partial(self._store.put, self._city.camera(one.camera), one.digest, said))
            elif not isinstance(said, float):
                summary.quarantined.append(Broken(one.path, said.why))
            progress("detect", known + sum(done.values()), summary.seconds, _pace(begun, sum(done.values())))

    def _judge(
        self, camera: Camera, parts: Sequence[Part], outbox: Outbox, couriers: list[Courier], summary: Summary,
        progress: Progress,
    ) -> None:  # fmt: skip
        origin = build.origin(self._city, camera, self._provenance)
        tracks = self._out / "tracks" / f"{camera.id}.parquet"
        with Writer(tracks, tracks=True) as writer:
            epoch, done, begun = -1, summary.judged_s, clock.perf_counter()
            for looked in judge(parts, camera, self._city, self._store):
                if looked.part.epoch != epoch:
                    writer.cut()
                    epoch = looked.part.epoch
                summary.frames += 1
                summary.judged_s = done + looked.done_s
                if summary.frames % TELL_EVERY == 0:
                    events = sum(summary.events.values())
                    pace = _pace(begun, looked.done_s)
                    progress("judge", summary.judged_s, summary.seconds, f"{pace}, {events} events")
                writer.write(looked.time, looked.tracks, looked.names, camera.id)
                if looked.events:
                    self._emit(looked, camera, origin, outbox)
                    summary.events.update(f"{event.kind} {event.phase}" for event in looked.events)
                    for courier in couriers:
                        courier.notify()

    def _emit(self, looked: Looked, camera: Camera, origin: Origin, outbox: Outbox) -> None:
        """Store first; only then cut evidence, and store that as an update."""
        analyse.patiently(lambda: outbox.put([encode(event, origin) for event in looked.events]))
        for event in looked.events:
            if still.deserves(event) and event.time == looked.time:
                stills = self._stills(event, looked, camera)
                if stills:
                    shown = encode(looked.lane.attach(event, stills), origin)
                    analyse.patiently(partial(outbox.put, [shown]))

    def _stills(self, event: Event, looked: Looked, camera: Camera) -> list[Evidence]:
        """From the video, if it is there; a run from tables alone has none."""
        footage, folder, identifier = looked.part.footage, self._out / "evidence", event_id(event, camera.id)
        if kept := still.kept(event, identifier, folder, self._out):
            return kept  # by the run that was killed: the same event is told in the same words
        try:
            picture = pick(footage.path, looked.time - footage.start)
        except InputError as exc:
            log.warning("event without a still", event_id=identifier, why=str(exc))
            return []

        def pixels(width: int, height: int) -> Image:
            return black_out(picture.pixels(width, height), camera.privacy_masks)

        frame = Frame(camera.id, looked.part.epoch, looked.time, footage.size, pixels)
        others = still.bystanders(event, looked.scene)
        places = build.places(camera)
        return analyse.patiently(lambda: still.cut(event, identifier, frame, places, folder, self._out, others))

    def _tell(self, summary: Summary) -> None:
        told = {"run": summary.run, "plan": self._plan.as_dict(self._city),
                "quarantined": [{"path": str(b.path), "why": b.why} for b in summary.quarantined],
                "events": dict(sorted(summary.events.items()))}  # fmt: skip
        part = self._out / "archive.json.part"
        part.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        part.replace(self._out / "archive.json")


def _pace(begun: float, seconds: float) -> str:
    return f"{seconds / max(0.1, clock.perf_counter() - begun):.0f} × real time"
