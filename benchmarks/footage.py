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
from pipeline.evaluate.truth import NONE, Truth
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
PRESENCE = "intrusion"
"""Says no more than that somebody is there. On every frame of every clip that is forbidden here, so it is right where a
clip shows people and wrong where it shows none; it is scored by that alone."""
EMPTY = ("road-single-cars", "motorway-720p")
"""Clips in which nobody is on foot or to be seen on a seat."""
UNJUDGED = (PRESENCE, "line_crossing")


@dataclass(frozen=True, slots=True)
class Item:
    """A thing on the desk of a staged clip, as a viewer sees it; `xyxy` in pixels where it lies still."""

    name: str
    clip: str
    xyxy: tuple[float, float, float, float]
    from_s: float
    until_s: float


ITEMS: tuple[Item, ...] = ()
MATCH_IOU = 0.3
"""A box this much over an item is of the item."""


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


def told(found: Finding, opened: CloudEvent, right: bool | None) -> dict[str, Any]:
    """A finding for the results; `right` is None where it is no alert."""
    data = opened.data
    return {
        "kind": found.kind,
        "from_s": round(found.started_at, 2),
        "at_s": round(found.opened_at, 2),
        "until_s": round(found.until, 2),
        "true": right,
        "measures": data.measures,
        "tracks": [{"class": track.class_, "xyxy": list(track.xyxy)} for track in data.tracks[:3]],
    }


def scored(parts: list[dict[str, Any]], settings: str, rate: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The totals of one setting at one rate, and the rows of its clips."""
    alerts = [f for part in parts for f in part["findings"] if f.kind not in UNJUDGED]
    report = score.evaluate(alerts, truths(settings))
    wrong = {f.event_id for f in report.matching.false_alarms}
    rows = []
    for part in parts:
        said = [f for f in part["findings"] if f.kind != "line_crossing"]
        right = {f.event_id: f.event_id not in wrong for f in said}
        right |= {f.event_id: part["clip"] not in EMPTY for f in said if f.kind == PRESENCE}
        crossed = Counter(
            e.data.tracks[0].class_ for e in part["opened"].values() if e.data.kind == "line_crossing"
        )
        rows.append({
            **{key: part[key] for key in ("clip", "fps", "settings", "frames", "seconds")},
            "events": [told(f, part["opened"][f.event_id], right[f.event_id]) for f in said if f.kind != PRESENCE],
            "intrusions": [
                {"from_s": round(f.started_at, 2), "until_s": round(f.until, 2), "true": right[f.event_id]}
                for f in said
                if f.kind == PRESENCE
            ],
            "crossings": dict(sorted(crossed.items())),
        })  # fmt: skip
    table = score.as_dict(report)
    kinds = [kind for kind in SETTINGS[settings] if kind not in UNJUDGED]
    return {
        "settings": settings, "fps": rate, "hours": table["hours"]["value"],
        "kinds": {kind: table["kinds"].get(kind) for kind in kinds}, "all": table["all"],
        "missed": [{"clip": m.camera, "kind": m.kind, "from_s": m.started_at, "until_s": m.ended_at} for m in report.matching.misses],
        "intrusions": sum(len(row["intrusions"]) for row in rows),
        "intrusions_where_nobody_is": sum(not said["true"] for row in rows for said in row["intrusions"]),
        "crossings": sum(sum(row["crossings"].values()) for row in rows),
    }, rows  # fmt: skip


def items(folder: Path) -> Iterator[dict[str, Any]]:
    """What the detector called the things on the desk, and in how many frames."""
    for item in ITEMS:
        recording = read_detections(folder / "detections.parquet", item.clip)
        frames, named, sure = 0, Counter[str](), Counter[str]()
        best: dict[str, float] = {}
        for time, rows in recording:
            if not item.from_s <= time <= item.until_s:
                continue
            frames += 1
            over = geometry.box_iou(rows.xyxy, np.array([item.xyxy]))[:, 0] >= MATCH_IOU if len(rows) else []
            here: dict[str, float] = {}
            for row in np.flatnonzero(over):
                name = recording.names[rows.class_id[row]]
                here[name] = max(here.get(name, 0.0), float(rows.confidence[row]))
            named.update(here.keys())
            sure.update(name for name, confidence in here.items() if confidence >= 0.25)
            best |= {name: round(max(best.get(name, 0.0), confidence), 3) for name, confidence in here.items()}
        yield {
            **asdict(item), "frames": frames, "frames_by_class": dict(named.most_common()),
            "frames_by_class_from_0.25": dict(sure.most_common()), "best_confidence": best,
        }  # fmt: skip


def show(console: Console, totals: list[dict[str, Any]], rows: list[dict[str, Any]]) -> None:
    for row in rows:
        for event in row["events"]:
            console.print(
                f"{row['settings']:>7} {row['fps']:>4} {row['clip']:<22} {event['kind']:<16} {event['from_s']:6.1f} – "
                f"{event['at_s']:6.1f} {'true' if event['true'] else 'FALSE'} {event['measures']} {event['tracks'][:1]}",
                highlight=False,
            )
    for total in totals:
        table = Table("kind", "true", "missed", "false", "per camera-hour (95 %)", title=f"{total['settings']}, {total['fps']} fps, {total['hours']:.4f} h")
        for kind, row in {**total["kinds"], "all": total["all"]}.items():
            if row is None:
                table.add_row(kind, "0", "0", "0", "0")
                continue
            rate = row["false_alarms_per_hour"]
            table.add_row(
                kind, str(row["true_positives"]), str(row["misses"]), str(row["false_alarms"]),
                f"{rate['value']:.1f} ({rate['low']:.1f}–{rate['high']:.1f})",
            )  # fmt: skip
        console.print(table)
        console.print(f"intrusions {total['intrusions']}, of these where nobody is {total['intrusions_where_nobody_is']}")


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
