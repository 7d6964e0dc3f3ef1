"""READ FIRST: a run over archived footage: detect what was not yet, then judge it all, camera by camera."""

from __future__ import annotations

import contextlib
import json
import os
import time as clock
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pipeline import analyse, build
from pipeline.archive import crew
from pipeline.archive.camera import Judge, Judged, Question
from pipeline.archive.crew import Alone, Done, Means, Undone, work
from pipeline.archive.look import Look
from pipeline.archive.plan import Broken, Plan, save
from pipeline.archive.store import Store
from pipeline.archive.timeline import Part
from pipeline.config import City
from pipeline.errors import InputError
from pipeline.sinks.courier import Courier
from pipeline.wire import Provenance

LITTLE = 5000
"""Rows of tables that are judged sooner than processes for it have started."""
PLAN, ARCHIVE = "plan.json", "archive.json"
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
    notes: list[str] = field(default_factory=list)
    """Of files that were watched although something is wrong with them."""
    detect_s: float = 0.0
    judge_s: float = 0.0
    waiting: dict[str, int] = field(default_factory=dict)


def provenance(city: City, plan: Plan, model: str, model_sha256: str) -> Provenance:
    """The same footage, model and city file are the same run, wherever and however often it is done."""
    inputs = [f"{part.footage.digest}@{part.footage.start:.3f}" for parts in plan.parts.values() for part in parts]
    return build.provenance(city, "archive", model, model_sha256, inputs)


class Run:
    """One folder: tables of detections, tracks, events through the outbox, stills."""

    def __init__(
        self, city: City, plan: Plan, provenance: Provenance, store: Store, out: Path, as_live: bool = False
    ) -> None:
        """`as_live`: events go to the topics of live cameras.

        Raises `OutboxError` where the folder holds another run whose events are not all delivered.
        """
        self._city = city
        self._plan = plan
        self._provenance = provenance
        self._store = store
        self._out = out
        self._as_live = as_live
        self._path = analyse.claim(out, provenance.run, [sink for sink in city.sinks if sink != "jsonl"])
        save(plan, out / PLAN)

    def __call__(self, means: Means, progress: Progress) -> Summary:
        """Go on where an earlier run over the same footage was killed. Raises `ModelError`, `OutboxError`."""
        summary = Summary(self._provenance.run, seconds=self._plan.seconds, quarantined=list(self._plan.quarantined),
                          notes=list(self._plan.notes))  # fmt: skip
        begun = clock.perf_counter()
        self._look(means, summary, progress)
        summary.detect_s = clock.perf_counter() - begun
        begun = clock.perf_counter()
        with analyse.delivering(self._path, self._city, self._out) as (outbox, couriers):
            self._judge(means, couriers, summary, progress)
            analyse.deliver(couriers)
            summary.waiting = {k: n for k, n in outbox.status(c.sink.name for c in couriers).waiting.items() if n}
        summary.judge_s = clock.perf_counter() - begun
        self._tell(summary)
        return summary

    def _look(self, means: Means, summary: Summary, progress: Progress) -> None:
        """Make the tables that are missing; the longest files come first, so that none is left alone at the end."""
        missing, begun = sorted(self._missing(), key=lambda part: -part.footage.seconds), clock.perf_counter()
        summary.detected_s = sum(part.footage.seconds for part in missing)
        known, done = summary.seconds - summary.detected_s, dict[Path, float]()
        files = 0
        if not missing:
            return
        threads = max(1, means.cores // len(missing))
        make = partial(Look, self._city, threads, self._store.precision, self._store.skip_calm)
        with contextlib.closing(means.looking(len(missing), make)) as hands:
            for part, said in work(hands, missing):
                one = part.footage
                done[one.path] = said.value if isinstance(said, crew.Progress) else one.seconds
                if isinstance(said, Done):
                    analyse.patiently(partial(self._store.put, self._city.camera(one.camera), one.digest, said.value))
                elif isinstance(said, Undone):
                    summary.quarantined.append(Broken(one.path, _of(one.path, said.why)))
                files += not isinstance(said, crew.Progress)
                note = f"{_pace(begun, sum(done.values()))}, {files} of {len(missing)} files"
                progress("detect", known + sum(done.values()), summary.seconds, note)

    def _missing(self) -> list[Part]:
        parts = [part for parts in self._plan.parts.values() for part in parts]
        return [p for p in parts if not self._store.has(self._city.camera(p.footage.camera), p.footage.digest)]

    def _judge(self, means: Means, couriers: list[Courier], summary: Summary, progress: Progress) -> None:
        tasks = sorted(self._plan.parts.items(), key=lambda task: -sum(part.footage.seconds for part in task[1]))
        known, begun = dict[str, Judged](), clock.perf_counter()
        make = partial(Judge, Question(self._city, self._provenance, self._store, self._out, self._path, self._as_live))
        little = sum(self._store.rows(self._city.camera(name), parts) for name, parts in tasks) < LITTLE
        with contextlib.closing(Alone(make) if little else means.judging(len(tasks), make)) as hands:
            for (camera, _), said in work(hands, tasks):
                if isinstance(said, Undone):
                    raise InputError(f"camera {camera}: cannot be judged: {said.why}")
                known[camera] = said.value
                summary.judged_s = sum(one.seconds for one in known.values())
                summary.frames = sum(one.frames for one in known.values())
                summary.events = sum((one.events for one in known.values()), Counter[str]())
                note = f"{_pace(begun, summary.judged_s)}, {summary.events.total()} events"
                progress("judge", summary.judged_s, summary.seconds, note)
                for courier in couriers:
                    courier.notify()

    def _tell(self, summary: Summary) -> None:
        """Keep what is known of the run, for people and for `ask.views`. Paths of tables are from the run's folder."""
        detections: dict[str, str] = {}
        tracks = []
        for name, parts in self._plan.parts.items():
            camera = self._city.camera(name)
            known = [part for part in parts if self._store.has(camera, part.footage.digest)]
            for one in (part.footage for part in known):
                detections[str(one.path)] = self._named(self._store.path(camera, one.digest))
                summary.notes += [f"{one.path}: {note}" for note in self._store.notes(camera, one.digest)]
            for epoch in dict.fromkeys(part.epoch for part in known):
                path = self._store.tracks(camera, [part for part in known if part.epoch == epoch])
                tracks.append({"camera": name, "recording": epoch, "path": self._named(path)})
        summary.notes = list(dict.fromkeys(summary.notes))
        told = {
            "run": summary.run, "timezone": self._city.timezone, "plan": self._plan.as_dict(self._city),
            "quarantined": [{"path": str(b.path), "why": b.why} for b in summary.quarantined], "notes": summary.notes,
            "events": dict(sorted(summary.events.items())), "detections": detections, "tracks": tracks,
        }  # fmt: skip
        part = self._out / f"{ARCHIVE}.part"
        part.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        part.replace(self._out / ARCHIVE)

    def _named(self, table: Path) -> str:
        return os.path.relpath(table, self._out)


def _of(path: Path, why: str) -> str:
    return why if why.startswith(str(path)) else f"{path}: {why}"


def _pace(begun: float, seconds: float) -> str:
    return f"{seconds / max(0.1, clock.perf_counter() - begun):.0f} × real time"
