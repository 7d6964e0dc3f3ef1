"""READ FIRST: which file shows which camera when, and in which order they are watched; nothing is decoded yet."""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from pipeline.archive.crew import Alone, Done, Hands, Progress, Undone, work
from pipeline.archive.processes import Processes
from pipeline.archive.timeline import Finding, Footage, Part, timeline
from pipeline.config import City
from pipeline.errors import ConfigError, InputError
from pipeline.streams.file import MAX_GAP_S
from pipeline.streams.probe import Facts, probe
from pipeline.streams.start import recording_start

CALM_TIMES, BUSY_TIMES = 100.0, 9.0
"""So many times real time one worker looks at recordings, calm ones and a busy street; measured on 640×360 and one
machine (README)."""
SIDECAR = ".json"
"""Beside `a.mp4`, `a.mp4.json` or `a.json`: `{"camera": …, "start": …}`, either may be missing."""
Told = Callable[[int, int], None]
"""Called with how many files are read, and of how many."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A file that cannot be watched, and why."""

    path: Path
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is watched, by camera, and what is not."""

    parts: Mapping[str, tuple[Part, ...]]
    findings: tuple[Finding, ...]
    quarantined: tuple[Broken, ...]
    notes: tuple[str, ...]
    """Of files that are watched although something is wrong with them."""

    @property
    def seconds(self) -> float:
        """Of footage that is watched."""
        return sum(part.footage.seconds - part.skip_s for parts in self.parts.values() for part in parts)

    def takes_s(self, workers: int) -> tuple[float, float]:
        """Seconds that looking at it all takes, about: calm footage, a busy street."""
        return self.seconds / CALM_TIMES / workers, self.seconds / BUSY_TIMES / workers

    def as_dict(self, city: City) -> dict[str, Any]:
        """For `--json`."""
        return {
            "cameras": {camera: [_row(part, city) for part in parts] for camera, parts in self.parts.items()},
            "findings": [{"kind": f.kind, "path": str(f.path), "text": f.text} for f in self.findings],
            "quarantined": [{"path": str(b.path), "why": b.why} for b in self.quarantined],
            "notes": list(self.notes), "hours": round(self.seconds / 3600, 4),
        }  # fmt: skip


def save(plan: Plan, path: Path) -> None:
    """Keep what is watched, so that it can be judged again where the files are not."""
    rows = [{**asdict(part), "footage": {**asdict(part.footage), "path": str(part.footage.path), "keys": []}}
            for parts in plan.parts.values() for part in parts]  # fmt: skip
    beside = path.with_name(path.name + ".part")
    beside.write_text(json.dumps(rows, ensure_ascii=False) + "\n", encoding="utf-8")
    beside.replace(path)


def saved(path: Path) -> Plan:
    """A plan that was kept. Raises `InputError` where there is none, or a damaged one."""
    parts: dict[str, list[Part]] = defaultdict(list)
    try:
        for row in json.loads(path.read_text(encoding="utf-8")):
            one = {
                **row["footage"],
                "path": Path(row["footage"]["path"]),
                "size": tuple(row["footage"]["size"]),
                "keys": (),
            }
            parts[one["camera"]].append(Part(**{**row, "footage": Footage(**one)}))
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise InputError(f"{path}: no plan of an archive run can be read there: {exc}") from exc
    return Plan({camera: tuple(those) for camera, those in parts.items()}, (), (), ())


@dataclass(frozen=True, slots=True)
class Said:
    """What a map or a sidecar says of a file."""

    camera: str | None = None
    start: datetime | None = None


def plan(
    paths: Sequence[Path], city: City, now: float, camera: str | None = None, told: Mapping[str, Said] | None = None,
    workers: int = 2, progress: Told = lambda done, total: None,
) -> Plan:  # fmt: skip
    """Read all files, and say what is watched in which order.

    `camera`: all files are of that one. `told`: by path or name, what a map says (`read_map`). `now` is UTC seconds.
    A file that cannot be read, or whose camera nobody knows, is quarantined; all others go on.
    """
    footage: dict[str, list[Footage]] = defaultdict(list)
    quarantined, notes = [], []
    known = {}
    for done, (path, found) in enumerate(_probed(paths, workers), 1):
        progress(done, len(paths))
        known[path] = found
    for path in paths:
        found = known[path]
        if isinstance(found, Facts):
            try:
                said = _sidecar(path) or _mapped(path, told or {})
                whose = said.camera or camera or whose_is(path, city)
                footage[_known(whose, path, city)].append(_footage(found, whose, said.start, city))
                notes += [f"{path}: {note}" for note in found.notes]
                notes += [
                    f"{path}: after {jump.at_s:.1f} s its time stamps move by {jump.by_s:.1f} s" for jump in found.jumps
                ]
            except InputError as exc:
                quarantined.append(Broken(path, str(exc)))
        else:
            quarantined.append(Broken(path, found))
    parts: dict[str, tuple[Part, ...]] = {}
    findings: list[Finding] = []
    for name in sorted(footage):
        made, seen = timeline(footage[name], city.zone, now)
        parts[name] = tuple(made)
        findings += seen
    return Plan(parts, tuple(findings), tuple(quarantined), tuple(notes))


def whose_is(path: Path, city: City) -> str:
    """The camera of a file: the one whose `recordings` fit its path, or whose id stands in it; or the only one.

    Raises `InputError` where that is none, or more than one.
    """
    text = path.as_posix()
    fits = [c.id for c in city.cameras if any(fnmatch(text, pattern) for pattern in c.recordings)]
    fits = fits or [
        c.id for c in city.cameras if re.search(rf"(?<![A-Za-z0-9-]){re.escape(c.id)}(?![A-Za-z0-9-])", text)
    ]
    longest = [one for one in fits if not any(one != other and one in other for other in fits)]
    if len(longest) == 1:
        return longest[0]
    if not fits and len(city.cameras) == 1:
        return city.cameras[0].id
    which = f"could be of {', '.join(longest)}" if longest else "is of no camera that the city file knows by its path"
    raise InputError(f"{path}: {which}; say it with --map, --camera, or `recordings:` of the camera")


def read_map(path: Path, city: City) -> dict[str, Said]:
    """A CSV with the columns path, camera and start (either of the last two may be empty), by path or name.

    Raises `ConfigError` with every mistake.
    """
    mistakes, told = [], {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as exc:
        raise ConfigError(f"--map: {path}: cannot be read: {getattr(exc, 'strerror', None) or exc}") from exc
    known = {camera.id for camera in city.cameras}
    for number, row in enumerate(rows, 2):
        where = f"--map: {path}: line {number}"
        if not row.get("path"):
            mistakes.append(f"{where}: needs the columns path, camera, start; got {', '.join(filter(None, row))}")
            break
        try:
            said = _said(row)
        except ValueError as exc:
            mistakes.append(f"{where}: {exc}")
            continue
        if said.camera and said.camera not in known:
            mistakes.append(f"{where}: no camera {said.camera!r} in the city file")
        told[row["path"]] = said
    if mistakes:
        raise ConfigError(mistakes)
    return told


def _said(row: Mapping[str, Any]) -> Said:
    start = str(row.get("start") or "").strip()
    try:
        return Said(str(row.get("camera") or "").strip() or None, datetime.fromisoformat(start) if start else None)
    except ValueError:
        raise ValueError(
            f"start must be like 2026-03-01T14:03:22, in the city's time, or with an offset; got {start!r}"
        ) from None


def _sidecar(path: Path) -> Said | None:
    for beside in (path.with_name(path.name + SIDECAR), path.with_suffix(SIDECAR)):
        if beside.is_file():
            try:
                raw = json.loads(beside.read_text(encoding="utf-8"))
                return _said(raw if isinstance(raw, dict) else {})
            except (OSError, ValueError) as exc:
                raise InputError(f"{beside}: {exc}") from exc
    return None


def _mapped(path: Path, told: Mapping[str, Said]) -> Said:
    return told.get(str(path)) or told.get(path.as_posix()) or told.get(path.name) or Said()


def _known(camera: str, path: Path, city: City) -> str:
    if all(one.id != camera for one in city.cameras):
        raise InputError(f"{path}: no camera {camera!r} in the city file")
    return camera


def _footage(facts: Facts, camera: str, given: datetime | None, city: City) -> Footage:
    start = recording_start(facts.path, city.zone, given, facts.created, city.recordings.name_patterns)
    return Footage(
        facts.path, camera, start.time, start.source != "unknown", facts.seconds, facts.size, facts.digest, facts.keys,
        sum(jump.by_s for jump in facts.jumps if 0 < jump.by_s <= MAX_GAP_S),
    )  # fmt: skip


class _Prober:
    """`crew.Worker` for files: what each holds."""

    def do(self, task: Path) -> Iterator[Progress | Done | Undone]:
        try:
            yield Done(probe(task))
        except InputError as exc:
            yield Undone(str(exc))


def _probed(paths: Sequence[Path], workers: int) -> Iterator[tuple[Path, Facts | str]]:
    """Every file's facts or why there are none; what crashes in a codec costs that file alone."""
    hands: Hands = Processes(min(workers, len(paths)), _Prober) if len(paths) > 1 else Alone(_Prober)
    try:
        for path, said in work(hands, paths):
            if not isinstance(said, Progress):
                yield path, said.value if isinstance(said, Done) else said.why
    finally:
        hands.close()


def _row(part: Part, city: City) -> dict[str, Any]:
    one = part.footage
    began = (
        datetime.fromtimestamp(one.start + part.skip_s, city.zone).isoformat(timespec="seconds") if one.known else None
    )
    return {"path": str(one.path), "start": began, "seconds": round(one.seconds - part.skip_s, 3), "epoch": part.epoch,
            "skip_s": round(part.skip_s, 3)}  # fmt: skip
