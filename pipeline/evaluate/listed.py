"""Explanations for scripts: plain dictionaries, times in RFC 3339, numbers rounded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.evaluate.candidate import Candidate, Firing
from pipeline.evaluate.explain import Fired, Missed
from pipeline.evaluate.follow import Point, Sample
from pipeline.evaluate.told import Teller, miss, nothing
from pipeline.types import Gauge
from pipeline.wire import timestamp


def fired(it: Fired, camera: str) -> dict[str, Any]:
    """An event, what was measured as it fired and over time, and where its tracks were."""
    candidate = it.firing.candidate
    samples = [] if candidate is None else it.followed.samples.get(candidate.key, [])
    return {
        **_event(it.firing), "camera": camera, "measures": dict(it.firing.first.measures),
        "summary": dict(it.firing.first.summary), "published": it.firing.first.published,
        "gauges": [
            {**_gauge(gauge), "met_since": _time(it.firing.reached.get(gauge.name))} for gauge in it.firing.gauges
        ],
        "samples": [_sample(sample) for sample in samples],
        "paths": _paths(it.followed.paths),
    }  # fmt: skip


def missed(it: Missed, camera: str, teller: Teller) -> dict[str, Any]:
    """Every rule in every place: what fired, what came near, and why nothing did."""
    return {
        "camera": camera, "from": timestamp(it.start), "to": timestamp(it.end),
        "rules": [
            {
                "rule": watch.rule, "kind": watch.settings.kind, "zone": watch.zone, "frames": watch.frames,
                "frames_awake": watch.awake, "frames_seen": watch.seen, "frames_inside": watch.inside,
                "fired": [_event(firing) for firing in it.of(watch)],
                "nearest": [
                    {**_candidate(candidate, it), "text": miss(it, watch, candidate, teller)}
                    for candidate in watch.candidates
                ],
                "why": None if watch.candidates or it.of(watch) else nothing(it, watch, teller),
            }
            for watch in it.watches
        ],
    }  # fmt: skip


def _event(firing: Firing) -> dict[str, Any]:
    last = firing.phases[-1]
    return {
        "event_id": firing.id, "kind": firing.first.kind, "rule": firing.first.rule, "zone": firing.first.zone,
        "started_at": timestamp(firing.first.started_at), "opened_at": timestamp(firing.first.time),
        "ended_at": _time(last.ended_at), "phases": [phase.phase for phase in firing.phases],
    }  # fmt: skip


def _candidate(candidate: Candidate, it: Missed) -> dict[str, Any]:
    later = it.later(candidate)
    return {
        "tracks": list(candidate.tracks), "first_at": timestamp(candidate.first_at),
        "last_at": timestamp(candidate.last_at), "best_at": timestamp(candidate.best_at),
        "nearness": round(candidate.nearness, 4), "gauges": [_gauge(gauge) for gauge in candidate.best],
        "ended_with": [_gauge(gauge) for gauge in candidate.last], "fired_later": None if later is None else later.id,
    }  # fmt: skip


def _gauge(gauge: Gauge) -> dict[str, Any]:
    return {
        "name": gauge.name, "value": round(float(gauge.value), 3), "threshold": gauge.threshold,
        "at_least": gauge.at_least, "met": gauge.met,
    }  # fmt: skip


def _sample(sample: Sample) -> dict[str, Any]:
    time, gauges = sample
    return {"time": timestamp(time), **{gauge.name: round(float(gauge.value), 3) for gauge in gauges}}


def _paths(paths: Mapping[int, Sequence[Point]]) -> dict[str, list[dict[str, Any]]]:
    return {
        str(track): [
            {
                "time": timestamp(time), "px": [round(x, 1), round(y, 1)],
                "ground_m": None if u is None or v is None else [round(u, 3), round(v, 3)],
            }
            for time, x, y, u, v in points
        ]
        for track, points in paths.items()
    }  # fmt: skip


def _time(time: float | None) -> str | None:
    return None if time is None else timestamp(time)
