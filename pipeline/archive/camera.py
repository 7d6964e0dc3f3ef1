"""One camera of a run: judged, and told with stills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import structlog

from pipeline import build
from pipeline.analyse import patiently
from pipeline.archive.crew import Done, Failed, Progress, Said
from pipeline.archive.judge import Looked, judge
from pipeline.archive.store import Store
from pipeline.archive.timeline import Part
from pipeline.config import Camera, City
from pipeline.errors import InputError, MatthanError
from pipeline.evidence import still
from pipeline.sinks.outbox import Outbox
from pipeline.streams.decode import black_out
from pipeline.streams.pick import pick
from pipeline.types import Event, Evidence, Frame, Image
from pipeline.wire import Provenance, encode, event_id

TELL_EVERY = 500
"""Frames."""
log = structlog.get_logger()


@dataclass(slots=True)
class Judged:
    """What became of a camera, so far or in the end."""

    camera: str
    seconds: float = 0.0
    frames: int = 0
    events: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Question:
    """All that is needed to judge a camera, wherever that is done."""

    city: City
    provenance: Provenance
    store: Store
    out: Path
    outbox: Path
    as_live: bool = False
    """Events go to the topics of a live camera."""


class Judge:
    """`crew.Worker` for cameras."""

    def __init__(self, question: Question) -> None:
        self._question = question

    def do(self, task: tuple[str, Sequence[Part]]) -> Iterator[Said]:
        """Judge all footage of a camera, and store its events. Says what became of it so far, `Judged`."""
        camera, parts = task
        try:
            with Outbox(self._question.outbox) as outbox:
                teller = _Teller(self._question, self._question.city.camera(camera), outbox)
                for judged in teller.run(parts):
                    yield Progress(judged)
                yield Done(teller.judged)
        except MatthanError as exc:
            yield Failed(exc)


class _Teller:
    """One camera's lane, and where its events go."""

    def __init__(self, question: Question, camera: Camera, outbox: Outbox) -> None:
        self._question = question
        self._camera = camera
        self._outbox = outbox
        origin = build.origin(question.city, camera, question.provenance)
        self._origin = replace(origin, as_live=question.as_live)
        self.judged = Judged(camera.id)

    def run(self, parts: Sequence[Part]) -> Iterator[Judged]:
        """Tells now and then how far it is."""
        judged = self.judged
        for looked in judge(parts, self._camera, self._question.city, self._question.store):
            judged.frames += 1
            judged.seconds = looked.done_s
            if looked.events:
                self._emit(looked)
                judged.events.update(f"{event.kind} {event.phase}" for event in looked.events)
            if judged.frames % TELL_EVERY == 0:
                yield judged

    def _emit(self, looked: Looked) -> None:
        """Store first; only then cut evidence, and store that as an update."""
        patiently(lambda: self._outbox.put([encode(event, self._origin) for event in looked.events]))
        for event in looked.events:
            if still.deserves(event) and event.time == looked.time:
                stills = self._stills(event, looked)
                if stills:
                    shown = encode(looked.lane.attach(event, stills), self._origin)
                    patiently(partial(self._outbox.put, [shown]))

    def _stills(self, event: Event, looked: Looked) -> list[Evidence]:
        """From the video, if it is there; a run from tables alone has none."""
        camera, out = self._camera, self._question.out
        footage, folder, identifier = looked.part.footage, out / "evidence", event_id(event, camera.id)
        if kept := still.kept(event, identifier, folder, out):
            return kept  # by the run that was killed: the same event is told in the same words
        try:
            picture = pick(footage.path, looked.time - footage.start)
        except InputError as exc:
            log.warning("event without a still", event_id=identifier, why=str(exc))
            return []

        def pixels(width: int, height: int) -> Image:
            return black_out(picture.pixels(width, height), camera.privacy_masks)

        frame = Frame(camera.id, looked.part.epoch, looked.time, footage.size, pixels)
        others = still.bystanders(event, looked.lane.scene)
        places = build.places(camera)
        return patiently(lambda: still.cut(event, identifier, frame, places, folder, out, others))
