"""`matthan cases`: the reference case-management consumer, on the command line."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from pipeline.errors import ConfigError
from pipeline.wire import Decision

if TYPE_CHECKING:
    from pipeline.cases.database import Database
    from pipeline.cases.settings import CasesSettings

app = typer.Typer(no_args_is_help=True, help="Cases from alerts: a named human decides.")
user = typer.Typer(no_args_is_help=True, help="Who may decide.")
app.add_typer(user, name="user")
Config = Annotated[Path, typer.Option("--config", envvar="MATTHAN_CASES", help="Settings of the case system.")]
CaseId = Annotated[str, typer.Argument(metavar="CASE", help="Its id, or how it begins.")]
By = Annotated[str, typer.Option("--by", envvar="MATTHAN_USER", help="Who decides: a name from matthan cases user.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Why.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DEFAULT = Path("cases.yaml")
TOLD = {"new": "new events", "newer": "new phases", "older": "late phases", "repeat": "repeats", "poison": "set aside"}
"""What came, in words."""


@app.callback()
def cases() -> None:
    """Takes a ward's alerts from Kafka, groups them into cases, keeps what officers decide, and sends it back."""


@app.command()
def run(
    config: Config = DEFAULT,
    idle_s: Annotated[float | None, typer.Option("--idle-s", min=0.1, help="Stop after so long of quiet.")] = None,
) -> None:
    """Take messages and send verdicts until stopped (Ctrl-C or SIGTERM)."""
    from pipeline.cases.consumer import CaseConsumer

    with _opened(config, create=True) as (settings, database):
        consumer = CaseConsumer(settings, database)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: consumer.stop())
        typer.echo(f"reading {', '.join(settings.topics)} as group {settings.consumer_group}")
        taken = consumer.run(idle_s)
    typer.echo(", ".join(f"{TOLD.get(what, what)}: {count}" for what, count in sorted(taken.items())) or "nothing came")


@app.command("list")
def listed(
    config: Config = DEFAULT,
    state: Annotated[str | None, typer.Option("--state", help=f"One of {', '.join(get_args(Decision))}.")] = None,
    ward: Annotated[str | None, typer.Option("--ward")] = None,
    camera: Annotated[str | None, typer.Option("--camera")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1)] = 100,
    as_json: AsJson = False,
) -> None:
    """List cases, newest first."""
    from pipeline.cases import queries

    if state is not None and state not in get_args(Decision):
        raise ConfigError(f"--state: must be one of {', '.join(get_args(Decision))}, got {state!r}")
    with _opened(config) as (_, database):
        found = queries.find(database, state, ward, camera, limit)
        aside, unsent = len(queries.set_aside(database)), queries.verdicts_waiting(database)
    if as_json:
        typer.echo(json.dumps([asdict(case) for case in found], ensure_ascii=False))
        return
    for case in found:
        place = case.camera if case.zone is None else f"{case.camera} {case.zone}"
        typer.echo(f"{case.case_id}  {case.state:<11}  {case.began_at}  {place}: {', '.join(case.kinds)}")
    notes = [f"{aside} messages could not be read (see cases poison)"] if aside else []
    notes += [f"{unsent} verdicts wait for cases run to send them"] if unsent else []
    typer.echo("; ".join([f"cases: {len(found)}", *notes]))


@app.command()
def show(case_id: CaseId, config: Config = DEFAULT, as_json: AsJson = False) -> None:
    """Show a case: what was measured, and what was decided."""
    from pipeline.cases import queries, workflow

    with _opened(config) as (_, database):
        case = queries.get(database, case_id)
        events = queries.current(queries.messages(database, case.case_id))
        trail = workflow.trail(database, case.case_id)
    if as_json:
        told = [event.model_dump(mode="json", by_alias=True) for event in events]
        typer.echo(
            json.dumps({**asdict(case), "events": told, "trail": [asdict(e) for e in trail]}, ensure_ascii=False)
        )
        return
    typer.echo(f"{case.case_id}: {case.state}, {case.camera}, {case.began_at} to {case.last_at}")
    for event in events:
        data = event.data
        typer.echo(f"  {data.kind} ({data.severity}, {data.phase}): {data.summary.get('vi', '')}")
        typer.echo(f"    {data.summary.get('en', '')}")
        typer.echo("    " + ", ".join(f"{name} {value}" for name, value in data.measures.items()))
        for file in data.evidence:
            typer.echo(f"    {file.uri}")
    for entry in trail:
        step = entry.action if entry.before == entry.after else f"{entry.before} → {entry.after}"
        typer.echo(f"  {entry.at} {entry.by}: {step}" + (f" ({entry.reason})" if entry.reason else ""))


@app.command()
def confirm(case_id: CaseId, by: By, config: Config = DEFAULT, reason: Reason = None) -> None:
    """The alert was right."""
    _decide(config, case_id, "confirmed", by, reason)


@app.command("false-alarm")
def false_alarm(case_id: CaseId, by: By, config: Config = DEFAULT, reason: Reason = None) -> None:
    """The alert was wrong; --reason says what it was instead."""
    _decide(config, case_id, "false_alarm", by, reason)


@app.command("hand-over")
def hand_over(case_id: CaseId, by: By, config: Config = DEFAULT, reason: Reason = None) -> None:
    """Somebody else goes on; --reason says who."""
    _decide(config, case_id, "handed_over", by, reason)


@app.command()
def close(case_id: CaseId, by: By, config: Config = DEFAULT, reason: Reason = None) -> None:
    """Nothing is left to do."""
    _decide(config, case_id, "closed", by, reason)


@app.command()
def reopen(case_id: CaseId, by: By, config: Config = DEFAULT, reason: Reason = None) -> None:
    """A closed case was decided wrongly; --reason says why."""
    _decide(config, case_id, "new", by, reason)


@app.command()
def export(
    case_id: CaseId,
    by: By,
    purpose: Annotated[str, typer.Option("--purpose", help="What for; it is written into the trail.")],
    out: Annotated[Path, typer.Option("--out", help="A folder that is not there yet.")],
    evidence: Annotated[
        list[Path] | None, typer.Option("--evidence", help="Folder of a run, to find evidence in.")
    ] = None,
    config: Config = DEFAULT,
) -> None:
    """Write a case into a folder: events, evidence, trail, manifest."""
    from pipeline.cases.export import export as write

    with _opened(config) as (_, database):
        manifest = write(database, case_id, out, by, purpose, evidence or [])
    copied = sum(file["status"] == "copied" for file in manifest["evidence"])
    typer.echo(f"{out}: {copied} of {len(manifest['evidence'])} evidence files copied")
    for file in manifest["evidence"]:
        if file["status"] != "copied":
            typer.echo(f"  {file['uri']}: {file['status']}")


@app.command()
def verify(
    folder: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="An exported case; none = the database.")
    ] = None,
    config: Config = DEFAULT,
) -> None:
    """Check that an exported case, or the audit trail of all cases, is as it was written."""
    if folder is not None:
        from pipeline.cases.export import absent, faults

        wrong = faults(folder)
        if missing := absent(folder):
            typer.echo(f"{missing} evidence files were not exported; the manifest says why")
    else:
        from pipeline.cases.workflow import broken

        with _opened(config) as (_, database):
            wrong = broken(database)
    for line in wrong:
        typer.echo(line)
    if wrong:
        raise typer.Exit(1)
    typer.echo("all as it was written")


@app.command()
def poison(config: Config = DEFAULT) -> None:
    """List the messages that could not be taken, and why."""
    from pipeline.cases import queries

    with _opened(config) as (_, database):
        for row in queries.set_aside(database):
            typer.echo(f"{row['topic']}[{row['partition']}]@{row['offset']}: {row['error']}")


@user.command("add")
def add(name: str, config: Config = DEFAULT) -> None:
    """Let somebody decide."""
    from pipeline.cases.workflow import add_user

    with _opened(config, create=True) as (_, database):
        add_user(database, name)
    typer.echo(f"{name} may decide")


@user.command("retire")
def retire(name: str, config: Config = DEFAULT) -> None:
    """Let somebody decide no more."""
    from pipeline.cases.workflow import retire_user

    with _opened(config) as (_, database):
        retire_user(database, name)
    typer.echo(f"{name} may decide no more; what was decided keeps the name, and user add lets {name} decide again")


@user.command("list")
def users(config: Config = DEFAULT) -> None:
    """Who may decide, and who might once."""
    from pipeline.cases.workflow import all_users

    with _opened(config) as (_, database):
        for name, active in all_users(database).items():
            typer.echo(name if active else f"{name} (retired)")


def _decide(config: Path, case_id: str, decision: Decision, by: str, reason: str | None) -> None:
    from pipeline.cases import queries, workflow

    with _opened(config) as (_, database):
        entry = workflow.decide(database, queries.get(database, case_id).case_id, decision, by, reason)
    typer.echo(f"{entry.case_id}: {entry.before} → {entry.after}")


@contextmanager
def _opened(config: Path, create: bool = False) -> Iterator[tuple[CasesSettings, Database]]:
    from pipeline.cases.database import Database
    from pipeline.cases.settings import load

    settings: Any = load(config)
    database = Database(settings.database.get_secret_value(), create)
    try:
        yield settings, database
    finally:
        database.close()
