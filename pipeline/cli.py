"""Collects the commands."""

from __future__ import annotations

import typer

from pipeline import logs
from pipeline.commands import (
    analyse,
    archive,
    blackspots,
    calibrate,
    cases,
    check,
    conflicts,
    contract,
    coverage,
    demo,
    diff,
    doctor,
    evidence,
    explain,
    models,
    outbox,
    query,
    replay,
    run,
    simulate,
    top,
    tune,
)
from pipeline.commands import eval as evaluation
from pipeline.version import VERSION

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Mắt Thần: neighbourhood cameras → reviewable, evidence-backed events.",
)
app.command()(demo.demo)
app.command()(analyse.analyse)
app.command()(replay.replay)
app.command()(archive.archive)
app.command()(conflicts.conflicts)
app.command()(calibrate.calibrate)
app.command()(blackspots.blackspots)
app.command("blackspots-follow")(blackspots.follow)
app.command("diff")(diff.diff_runs)
app.command()(run.run)
app.command()(top.top)
app.command()(coverage.coverage)
app.command()(evidence.verify)
app.command()(check.check)
app.command()(contract.contract)
app.command()(simulate.simulate)
app.command("eval")(evaluation.evaluate)
app.command("explain")(explain.explain_events)
app.command("tune")(tune.tune_rule)
app.command()(doctor.doctor)
app.add_typer(query.app, name="query")
app.add_typer(models.app, name="models")
app.add_typer(cases.app, name="cases")
app.add_typer(outbox.app, name="outbox")
app.add_typer(evidence.app, name="evidence")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"matthan {VERSION}")
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
    debug: bool = typer.Option(False, "--debug", help="Show tracebacks."),
) -> None:
    """Options of every command, and the log's form: lines on stderr, without secrets."""
    logs.configure()
