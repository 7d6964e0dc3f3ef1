"""A rule under many settings over the same recordings: tracked once, judged by all, each scored against the truth."""

from __future__ import annotations

import math
import multiprocessing
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline import build
from pipeline.config import Camera, City
from pipeline.errors import ConfigError
from pipeline.evaluate import placing, score
from pipeline.evaluate.finding import Finding, findings
from pipeline.evaluate.interval import Estimate, rate
from pipeline.evaluate.score import Score
from pipeline.evaluate.sweep import Setting
from pipeline.evaluate.trace import steps
from pipeline.evaluate.truth import NONE, Truth
from pipeline.recording import read_detections
from pipeline.wire import encode, timestamp

DAY_H = 24.0
Span = tuple[float, float]
Progress = Callable[[int, int], None]
"""Called with the parts of the work that are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Row:
    """One setting and how good it was."""

    setting: Setting
    score: Score
    alerts: int
    """Findings an officer would have seen, repeats among them."""
    alerts_per_day: Estimate
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Work for one process: some settings over one recording. Everything in it can be pickled."""

    city: City
    camera: Camera
    rule: str
    recording: Path
    settings: tuple[Any, ...]


def judge(part: Part) -> list[list[Finding]]:
    """The findings of every setting; the tracker and the scene run once for all of them."""
    names = {str(i): own for i, own in enumerate(part.settings)}
    city = part.city.model_copy(update={"rules": names})
    camera = placing.changed(part.camera, lambda rules: tuple(names) if part.rule in rules else ())
    origin = build.origin(city, camera, build.provenance(city, "replay", "recorded", None, []))
    recording = read_detections(part.recording, camera.id)
    found = findings(encode(event, origin) for _, events in steps(city, camera, recording) for event in events)
    by_rule: defaultdict[str, list[Finding]] = defaultdict(list)
    for item in found:
        by_rule[item.rule].append(item)
    return [by_rule[name] for name in names]


def judge_all(
    city: City, camera: Camera, rule: str, recordings: Sequence[Path], settings: Sequence[Setting], jobs: int,
    progress: Progress = lambda done, total: None,
) -> list[list[Finding]]:  # fmt: skip
    """The findings of every setting over all recordings, by up to `jobs` processes; their number decides nothing."""
    share = math.ceil(len(settings) / min(len(settings), math.ceil(jobs / len(recordings))))
    parts = [
        (first, Part(city, camera, rule, path, tuple(s.settings for s in settings[first : first + share])))
        for path in recordings
        for first in range(0, len(settings), share)
    ]
    found: list[list[Finding]] = [[] for _ in settings]
    for done, (first, results) in enumerate(_run(parts, jobs), 1):
        for i, result in enumerate(results):
            found[first + i] += result
        progress(done, len(parts))
    return found


def rows(
    settings: Sequence[Setting], found: Sequence[Sequence[Finding]], truths: Sequence[Truth], hours: float,
    tolerance_s: float, late_s: float,
) -> list[Row]:  # fmt: skip
    """Score every setting as `matthan eval` would."""
    made = []
    for setting, own in zip(settings, found, strict=True):
        report = score.evaluate(own, truths, hours, tolerance_s=tolerance_s, late_s=late_s)
        total = report.table.total
        alerts = total.true_positives + total.duplicates + total.false_alarms
        per_day = rate(alerts, hours / DAY_H)
        assert per_day is not None, "hours are more than 0"
        made.append(Row(setting, total, alerts, per_day, report.notes))
    return made


def best(rows: Sequence[Row], budget: float) -> Row | None:
    """Of the settings within `budget` alerts a day: best recall, then precision, then what is in force, then fewest."""
    within = [row for row in rows if row.alerts_per_day.value <= budget]
    return max(
        within,
        key=lambda row: (_value(row.score.recall), _value(row.score.precision), row.setting.current, -row.alerts),
        default=None,
    )


def spans(recordings: Sequence[Path], camera: str) -> list[Span]:
    """First and last frame of each, UTC seconds.

    Raises:
        ConfigError: two are of the same time, which one camera cannot have seen twice.
    """
    found = []
    for path in recordings:
        recording = read_detections(path, camera)
        if len(recording) < 2 or recording.times[-1] == recording.times[0]:
            raise ConfigError(f"{path}: needs at least 2 frames, got {len(recording)}")
        found.append((float(recording.times[0]), float(recording.times[-1])))
    order = sorted(zip(found, recordings, strict=True))
    for (a, first), (b, second) in pairwise(order):
        if b[0] <= a[1]:
            raise ConfigError(
                f"{second}: begins at {timestamp(b[0])}, before {first} ends ({timestamp(a[1])}); "
                f"recordings of one camera must not overlap"
            )
    return found


def within(truths: Sequence[Truth], camera: str, kind: str, covered: Sequence[Span]) -> tuple[list[Truth], list[str]]:
    """The truth that concerns this camera, kind and these spans, and what a reader should know of the rest."""
    mine = [row for row in truths if row.camera == camera and row.kind in (kind, NONE)]
    inside = [row for row in mine if any(row.ended_at >= a and row.started_at <= b for a, b in covered)]
    notes = []
    lost = sum(row.kind == kind for row in mine) - sum(row.kind == kind for row in inside)
    if lost:
        notes.append(f"{lost} rows of the truth are of times that no recording covers, and left out")
    if all(row.kind != kind for row in inside):
        named = ", ".join(sorted({f"{row.camera}/{row.kind}" for row in truths}))
        notes.append(f"the truth has no {kind} of camera {camera} here, so recall is unknown; it has {named}")
    return inside, notes


def _run(parts: Sequence[tuple[int, Part]], jobs: int) -> Iterator[tuple[int, list[list[Finding]]]]:
    if jobs == 1 or len(parts) == 1:
        yield from ((first, judge(part)) for first, part in parts)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(jobs, len(parts)), mp_context=spawn) as pool:
        waiting = {pool.submit(judge, part): first for first, part in parts}
        for future in as_completed(waiting):
            yield waiting[future], future.result()


def _value(estimate: Estimate | None) -> float:
    return -1.0 if estimate is None else estimate.value
