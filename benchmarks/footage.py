"""Every rule over real footage in which nothing is an event: `python -m benchmarks.footage [--write]`.

Each clip of the shared test data goes once through `matthan analyse`'s run: every frame, the default detector with
`static_change`. What it recorded is then judged at 5 and 10 fps and at the clip's own rate, with the defaults of every
rule and with eager settings, and held against the truth beside this file (`footage/`, whose README tells every finding).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks import machine
from pipeline import analyse, build, config, geometry
from pipeline.config import City
from pipeline.evaluate import finding, score, truth
from pipeline.evaluate.finding import Finding
from pipeline.evaluate.interval import rate as rate_of
from pipeline.evaluate.truth import Truth
from pipeline.evaluate.watched import hours_of
from pipeline.recording import Recording, read_detections
from pipeline.replay import replay
from pipeline.streams.decode import VideoFile
from pipeline.streams.file import FileStream
from pipeline.wire import CloudEvent, decode

TRUTH = Path(__file__).parent / "footage"
EAGER_TRUTH = TRUTH / "eager.truth.jsonl"
DEFAULTS: dict[str, dict[str, Any]] = {
    "loitering": {}, "group_loitering": {}, "crowding": {}, "intrusion": {}, "object_abandoned": {}, "object_removed": {},
    "item_taken": {}, "vehicle_taken": {}, "snatch": {}, "prowling": {}, "animal_taken": {}, "dumping": {},
    "line_crossing": {},
}  # fmt: skip
EAGER: dict[str, dict[str, Any]] = {
    **DEFAULTS,
    "loitering": {"seconds": 10},
    "group_loitering": {"seconds": 5},
    "crowding": {"count": 5, "seconds": 2},
    "intrusion": {"seconds": 1},
    "object_abandoned": {"seconds": 5, "settle_s": 2},
    "object_removed": {"seconds": 5, "settle_s": 5},
    "item_taken": {"distance_m": 0.5},
    "vehicle_taken": {"parked_s": 5},
    "prowling": {"count": 2, "dwell_s": 1},
    "dumping": {"seconds": 5, "away_s": 2},
}
"""Every time cut so that clips of seconds can reach it, and what a short clip shows too little of: people, vehicles,
metres. `snatch` has no time to cut, and a shorter `leave_s` would make `animal_taken` less eager."""
SETTINGS = {"default": DEFAULTS, "eager": EAGER}
RATES: dict[str, float | None] = {"5": 5.0, "10": 10.0, "full": None}
TELEMETRY = ("line_crossing",)
PRESENCE = "intrusion"
"""On every frame of every clip forbidden here, so it says no more than that somebody is there. Its truth is not a row a
person but a look at every box it showed: all were of people (or of their legs) but those in `NOBODY`."""
EMPTY = ("road-single-cars", "motorway-720p")
"""Clips in which nobody is on foot."""
NOBODY = {"shopping-street-1080p": [(1886.0, 864.0, 1920.0, 1079.0)]}
"""What the detector takes for a person and a viewer does not, pixels: a black post cut by the right edge."""


@dataclass(frozen=True, slots=True)
class Item:
    """A thing in a staged clip, and where a viewer sees it; boxes with their middle in `xyxy` may be of it, pixels."""

    name: str
    clip: str
    xyxy: tuple[float, float, float, float]
    from_s: float
    until_s: float


ITEMS = (
    Item("sleeve, on the desk", "staged-laptop-taken", (250, 425, 445, 595), 0.0, 6.6),
    Item("sleeve, carried off", "staged-laptop-taken", (290, 340, 476, 600), 6.6, 7.4),
    Item("adapter, on the desk", "staged-headset-taken", (270, 430, 380, 525), 2.8, 7.9),
    Item("adapter, carried off", "staged-headset-taken", (270, 430, 478, 560), 8.0, 9.2),
)
SURE = 0.25
NOBODY_IOU = 0.3


def city(settings: str, clips: list[Path]) -> City:
    """All kinds in the whole picture, and a line across its middle, for each clip as a camera of its own."""
    rules = {kind: {"kind": kind, **own} for kind, own in SETTINGS[settings].items()}
    return config.check({
        "city": "footage",
        "wards": {"w1": {}},
        "model": {"static_change": True},
        "rules": rules,
        "cameras": [
            {
                "id": clip.stem,
                "ward": "w1",
                "frame_size": list(_size(clip)),
                "zones": {
                    "all": {
                        "polygon": [[0, 0], [1, 0], [1, 1], [0, 1]],
                        "rules": [kind for kind in rules if kind != "line_crossing"],
                    }
                },
                "lines": {"middle": {"points": [[0, 0.5], [1, 0.5]], "rules": ["line_crossing"]}},
            }
            for clip in clips
        ],
    })  # fmt: skip


def _size(clip: Path) -> tuple[int, int]:
    video = VideoFile(clip)
    video.close()
    return video.size


def detect(clips: list[Path], folder: Path) -> analyse.Summary:
    """Every frame of every clip, as `matthan analyse` goes over files; leaves `detections.parquet` in `folder`."""
    settings = city("default", clips)
    detector, file = build.detector(settings.model)
    provenance = build.provenance(settings, "archive", file.name, file.sha256, [clip.stem for clip in clips])
    run = analyse.Run(settings, detector, provenance, folder, annotate=False)
    jobs = [
        analyse.Job(camera, FileStream(VideoFile(clip), camera.id, 0.0), camera.id)
        for camera, clip in zip(settings.cameras, clips, strict=True)
    ]
    try:
        return run(jobs)
    finally:
        detector.close()


def thin(recording: Recording, fps: float | None) -> Recording:
    """The frames that a stream sampled at `fps` would have had."""
    if fps is None:
        return recording
    slots = np.floor((recording.times - recording.times[0]) * fps + 0.01)
    frames = np.flatnonzero(np.diff(slots, prepend=-1) > 0)
    rows = [np.arange(recording.starts[i], recording.starts[i + 1]) for i in frames]
    chosen = np.concatenate(rows)
    return replace(
        recording,
        times=recording.times[frames],
        starts=np.concatenate([[0], np.cumsum([len(part) for part in rows])]),
        xyxy=recording.xyxy[chosen],
        confidence=recording.confidence[chosen],
        class_id=recording.class_id[chosen],
        track=recording.track[chosen],
    )


def judge(job: tuple[str, str, str, Path]) -> dict[str, Any]:
    """What the rules say of one clip at one rate under one of the settings."""
    clip, rate, settings, folder = job
    whole = read_detections(folder / "detections.parquet", clip)
    recording = thin(whole, RATES[rate])
    watched = city(settings, [machine.data() / "clips" / f"{clip}.mp4"])
    messages = replay(watched, watched.cameras[0], recording)
    first = {e.data.event_id: e for e in reversed([decode(message.body) for message in messages])}
    return {
        "clip": clip, "fps": rate, "settings": settings, "frames": len(recording),
        "seconds": round(float(whole.times[-1] - whole.times[0]), 3),
        "findings": finding.findings(messages), "opened": first,
    }  # fmt: skip


def truths(settings: str) -> list[Truth]:
    """What happens by these settings: with the defaults nothing does."""
    rows = [row for path in sorted(TRUTH.glob("*.truth.jsonl")) if path != EAGER_TRUTH for row in truth.read(path)]
    return rows + (truth.read(EAGER_TRUTH) if settings == "eager" and EAGER_TRUTH.exists() else [])


def shows_nobody(clip: str, opened: CloudEvent) -> bool:
    """Is its first box one in which a viewer sees no person?"""
    if opened.data.kind == PRESENCE and clip in EMPTY:
        return True
    if clip not in NOBODY or not opened.data.tracks or opened.data.tracks[0].class_ != "person":
        return False
    box = np.array([opened.data.tracks[0].xyxy], float)
    return bool((geometry.box_iou(box, np.array(NOBODY[clip])) >= NOBODY_IOU).any())


def told(found: Finding, opened: CloudEvent, verdict: str) -> dict[str, Any]:
    """A finding for the results."""
    data = opened.data
    return {
        "kind": found.kind,
        "from_s": round(found.started_at, 2),
        "at_s": round(found.opened_at, 2),
        "until_s": round(found.until, 2),
        "verdict": verdict,
        "measures": data.measures,
        "tracks": [{"class": track.class_, "xyxy": list(track.xyxy)} for track in data.tracks[:3]],
    }


def scored(parts: list[dict[str, Any]], settings: str, rate: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The totals of one setting at one rate, and the rows of its clips.

    A finding about nobody is set aside before matching, so that no truth about somebody else makes it right.
    """
    said = [(f, part["clip"], part["opened"][f.event_id]) for part in parts for f in part["findings"]]
    alerts = [(f, opened, shows_nobody(clip, opened)) for f, clip, opened in said if f.kind not in TELEMETRY]
    known = truths(settings)
    hours = hours_of([], known).value
    judged = [f for f, _, nobody in alerts if f.kind != PRESENCE and not nobody]
    matching = score.evaluate(judged, known, hours).matching
    verdicts = {f.event_id: "false" if nobody else "true" for f, _, nobody in alerts}
    verdicts |= {f.event_id: "false" for f in matching.false_alarms}
    verdicts |= {f.event_id: "repeated" for f, _ in matching.duplicates}
    counts = Counter((f.kind, verdicts[f.event_id]) for f, _, _ in alerts)
    missed = Counter(row.kind for row in matching.misses)
    kinds = {kind: _counted(counts, [kind], missed, hours) for kind in SETTINGS[settings] if kind not in TELEMETRY}
    rows = [_clip(part, verdicts) for part in parts]
    return {
        "settings": settings, "fps": rate, "hours": round(hours, 4), "kinds": kinds,
        "all": _counted(counts, list(kinds), missed, hours),
        "missed": [{"clip": m.camera, "kind": m.kind, "from_s": m.started_at, "until_s": m.ended_at} for m in matching.misses],
        "crossings": sum(sum(row["crossings"].values()) for row in rows),
    }, rows  # fmt: skip


def _counted(counts: Counter[tuple[str, str]], kinds: list[str], missed: Counter[str], hours: float) -> dict[str, Any]:
    wrong = sum(counts[kind, "false"] for kind in kinds)
    estimate = rate_of(wrong, hours)
    assert estimate is not None
    return {
        **{verdict: sum(counts[kind, verdict] for kind in kinds) for verdict in ("true", "repeated")},
        "missed": sum(missed[kind] for kind in kinds),
        "false": wrong,
        "false_per_camera_hour": {key: round(value, 2) for key, value in asdict(estimate).items()},
    }


def _clip(part: dict[str, Any], verdicts: dict[str, str]) -> dict[str, Any]:
    opened = part["opened"]
    alerts = [told(f, opened[f.event_id], verdicts[f.event_id]) for f in part["findings"] if f.kind not in TELEMETRY]
    crossed = Counter(e.data.tracks[0].class_ for e in opened.values() if e.data.kind in TELEMETRY)
    brief = ("from_s", "at_s", "until_s", "verdict")
    return {
        **{key: part[key] for key in ("clip", "fps", "settings", "frames", "seconds")},
        "events": [event for event in alerts if event["kind"] != PRESENCE],
        "intrusions": [{key: event[key] for key in brief} for event in alerts if event["kind"] == PRESENCE],
        "crossings": dict(sorted(crossed.items())),
    }


def items(folder: Path) -> Iterator[dict[str, Any]]:
    """What the detector called the things on the desk, and in how many frames."""
    for item in ITEMS:
        recording = read_detections(folder / "detections.parquet", item.clip)
        x1, y1, x2, y2 = item.xyxy
        frames, named, sure, best = 0, Counter[str](), Counter[str](), dict[str, float]()
        for time, rows in recording:
            if not item.from_s <= time <= item.until_s:
                continue
            frames += 1
            x, y = (rows.xyxy[:, :2] + rows.xyxy[:, 2:]).T / 2
            here: dict[str, float] = {}
            for row in np.flatnonzero((x >= x1) & (x <= x2) & (y >= y1) & (y <= y2)):
                name = recording.names[rows.class_id[row]]
                here[name] = max(here.get(name, 0.0), round(float(rows.confidence[row]), 2))
            named.update(here.keys())
            sure.update(name for name, confidence in here.items() if confidence >= SURE)
            best |= {name: max(best.get(name, 0.0), confidence) for name, confidence in here.items()}
        yield {
            **asdict(item), "frames": frames,
            "classes": {n: {"frames": k, "frames_sure": sure[n], "best": best[n]} for n, k in named.most_common()},
        }  # fmt: skip


def show(console: Console, totals: list[dict[str, Any]], rows: list[dict[str, Any]]) -> None:
    for row in rows:
        for event in row["events"]:
            console.print(
                f"{row['settings']:>7} {row['fps']:>4} {row['clip']:<22} {event['kind']:<16} {event['from_s']:6.1f} – "
                f"{event['at_s']:6.1f} {event['verdict']:<8} {event['tracks'][:1]}",
                highlight=False,
            )
    for total in totals:
        table = Table(
            "kind", "true", "repeated", "missed", "false", "false per camera-hour (95 %)",
            title=f"{total['settings']}, {total['fps']} fps, {total['hours']:.4f} h",
        )  # fmt: skip
        for kind, row in {**total["kinds"], "all": total["all"]}.items():
            rate = row["false_per_camera_hour"]
            table.add_row(
                kind, *(str(row[key]) for key in ("true", "repeated", "missed", "false")),
                f"{rate['value']:.1f} ({rate['low']:.1f}–{rate['high']:.1f})",
            )  # fmt: skip
        console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="keep the run's detections here, or use those that are there")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/footage.json")
    args = parser.parse_args()
    os.environ.setdefault("MATTHAN_MODELS", str(machine.data() / "weights"))
    clips = sorted((machine.data() / "clips").glob("*.mp4"))
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or Path(temporary)
        if not (folder / "detections.parquet").exists():
            detect(clips, folder)
        jobs = [(clip.stem, rate, settings, folder) for settings in SETTINGS for rate in RATES for clip in clips]
        with multiprocessing.Pool(machine.cores()) as pool:
            parts = pool.map(judge, jobs, chunksize=1)
        things = list(items(folder))
    totals, rows = [], []
    for settings in SETTINGS:
        for rate in RATES:
            total, part = scored([p for p in parts if (p["settings"], p["fps"]) == (settings, rate)], settings, rate)
            totals.append(total)
            rows += part
    show(Console(width=220), totals, rows)
    if args.write:
        result = {
            "command": "python -m benchmarks.footage --write", "machine": machine.describe(), "settings": SETTINGS,
            "totals": totals, "clips": rows, "items": things,
        }  # fmt: skip
        (machine.RESULTS / "footage.json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
