"""`matthan archive`: recordings of many cameras, once, and what was asked of them."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from pipeline import build
from pipeline.archive import plan as plans
from pipeline.archive.crew import Means
from pipeline.archive.find import files
from pipeline.archive.plan import Plan
from pipeline.archive.processes import here, prepare
from pipeline.archive.run import PLAN, Run, Summary, provenance
from pipeline.archive.store import Store
from pipeline.commands import cluster
from pipeline.commands.progress import bars
from pipeline.config import City, load
from pipeline.errors import ConfigError
from pipeline.report import archived

SHOWN = 40
"""Findings on the screen; all are in `--json` and in archive.json."""


def archive(
    city: Annotated[Path, typer.Option("--city", help="City file.")],
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH...]", help="Files, folders, globs, @lists of these.")
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", help="Folder of the run; the same command goes on where it was.")
    ] = Path("matthan-archive"),
    camera: Annotated[str | None, typer.Option("--camera", help="All files are of this camera.")] = None,
    told: Annotated[
        Path | None, typer.Option("--map", help="CSV with path, camera, start, for files that do not say it.")
    ] = None,
    from_run: Annotated[
        Path | None, typer.Option("--from", help="Folder of another run, whose detections are taken; needs no videos.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes that look at files, one each; as many as cores.")
    ] = None,
    ray: Annotated[
        str | None,
        typer.Option("--ray", metavar="ADDRESS", help="Look at files on the machines of a Ray cluster; all see them."),
    ] = None,
    skip_calm: Annotated[
        bool, typer.Option("--skip-calm", help="Leave out where key frames show that nothing happens; some is missed.")
    ] = False,
    as_live: Annotated[
        bool, typer.Option("--as-live", help="Publish to the topics of live cameras, not to matthan.archive.<ward>.")
    ] = False,
    only_plan: Annotated[bool, typer.Option("--plan", help="Show what would be watched, and end.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the plan, or the summary, as JSON.")] = False,
) -> None:
    """Re-process footage: find out whose it is and when, detect once, judge; events as from a live camera.

    What was detected is kept in OUT/detections: the same command after a crash, or with other rules and zones, looks at
    no picture twice.
    """
    prepare()
    settings = load(city)
    if camera is not None and all(one.id != camera for one in settings.cameras):
        raise ConfigError(f"--camera: no camera {camera!r} in {city}")
    mapped = plans.read_map(told, settings) if told else None
    console = Console(stderr=as_json)
    if paths:
        with bars(console, "files") as bar:
            plan = plans.plan(files(paths), settings, time.time(), camera, mapped,
                              progress=lambda done, total: bar("read", done, total))  # fmt: skip
    elif from_run is not None:
        plan = plans.saved(from_run / PLAN)
    else:
        raise ConfigError("say which footage, or with --from which run is to be judged again")
    count = workers or len(os.sched_getaffinity(0))
    if only_plan and as_json:
        least, most = plan.takes_s(count)
        answer = {**plan.as_dict(settings), "takes_s": [round(least), round(most)], "workers": count}
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return
    show(console, plan, settings, count)
    if only_plan:
        return
    if not plan.parts:
        raise ConfigError("nothing to watch: see what is quarantined above")
    detector, file = build.detector_of(settings)
    detector.close()  # asked what it is; those that look are made where they look, and must all be the same
    settings = build.chosen(settings, file)
    made = provenance(settings, plan, f"{file.name} {settings.model.runtime} {detector.precision}", file.sha256)
    store = Store(out, file.sha256, detector.precision, detector.names, settings, from_run, skip_calm)
    run = Run(settings, plan, made, store, out, as_live)
    with bars(console) as bar:
        summary = run(_means(settings, ray, count), bar)
    archived.write(out, settings, plan, summary)
    if as_json:
        typer.echo(json.dumps(_as_dict(summary), ensure_ascii=False))
    else:
        _show_summary(console, summary, out)


def _means(city: City, ray: str | None, workers: int) -> Means:
    if ray is None:
        return here(workers)
    cluster.join(ray)
    from pipeline.archive.spread import over

    return over(city.model.device, workers)


def show(console: Console, plan: Plan, city: City, workers: int) -> None:
    """The plan as tables."""
    table = Table("camera", "files", "recordings", "from", "to", "hours")
    for camera, parts in plan.parts.items():
        known = [part.footage for part in parts if part.footage.known]
        seconds = sum(part.footage.seconds - part.skip_s for part in parts)
        span = [_local(known[0].start, city), _local(known[-1].end, city)] if known else ["?", "?"]
        table.add_row(camera, str(len(parts)), str(len({p.epoch for p in parts})), *span, f"{seconds / 3600:.2f}")
    console.print(table)
    counts = Counter(finding.kind for finding in plan.findings)
    odd = ", ".join(f"{count} × {kind}" for kind, count in counts.items()) or "nothing odd"
    least, most = (timedelta(seconds=round(seconds)) for seconds in plan.takes_s(workers))
    takes = f"{least} to {most} with {workers} workers, from calm footage to a busy street"
    console.print(f"{plan.seconds / 3600:.2f} h to watch ({takes}); {odd}", highlight=False, soft_wrap=True)
    lines = [f"quarantined: {broken.why}" for broken in plan.quarantined]
    lines += [f"{f.kind}: {f.path} {f.text}" for f in plan.findings] + [f"note: {note}" for note in plan.notes]
    for line in lines[:SHOWN]:
        console.print(line, highlight=False, soft_wrap=True)
    if len(lines) > SHOWN:
        console.print(f"… and {len(lines) - SHOWN} more (--json shows all)", highlight=False)


def _local(moment: float, city: City) -> str:
    return build.local(moment, city.zone)


def _as_dict(summary: Summary) -> dict[str, Any]:
    return {
        "run": summary.run, "footage_s": round(summary.seconds, 3), "detected_s": round(summary.detected_s, 3),
        "frames": summary.frames, "events": dict(sorted(summary.events.items())),
        "quarantined": [str(broken.path) for broken in summary.quarantined], "waiting": summary.waiting,
        "detect_s": round(summary.detect_s, 2), "judge_s": round(summary.judge_s, 2),
    }  # fmt: skip


def _show_summary(console: Console, summary: Summary, out: Path) -> None:
    events = ", ".join(f"{count} × {name}" for name, count in sorted(summary.events.items())) or "none"
    console.print(f"events: {events}", highlight=False, soft_wrap=True)
    for what, seconds, took in (
        ("detected", summary.detected_s, summary.detect_s),
        ("judged", summary.seconds, summary.judge_s),
    ):
        if seconds:
            console.print(f"{what}: {timedelta(seconds=round(seconds))} of footage in {took:.1f} s "
                          f"({seconds / max(took, 1e-9):.1f} × real time)", highlight=False)  # fmt: skip
    for broken in summary.quarantined:
        console.print(f"quarantined: {broken.why}", highlight=False, soft_wrap=True)
    for sink, count in summary.waiting.items():
        console.print(
            f"note: {count} events wait for {sink}; the same command or `outbox deliver` sends them", highlight=False
        )
    for name in ("report.html", "events.jsonl", "archive.json", "tracks", "evidence"):
        if (out / name).exists():
            console.print(f"  {out / name}", highlight=False, soft_wrap=True)
