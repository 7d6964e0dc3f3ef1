"""`matthan conflicts`: near misses in anyone's trajectories."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from pipeline import encounters
from pipeline.approaches import LISTED_S, NEAR_M, Limits
from pipeline.errors import ConfigError
from pipeline.traffic_files import read_trajectories, write_encounters

DEFAULT = Limits()


def conflicts(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Trajectories: *.traj.csv, .csv.gz or .parquet.")],
    out: Annotated[Path, typer.Option("--out", help="Where to write the encounters, CSV.")] = Path("encounters.csv"),
    every: Annotated[
        bool, typer.Option("--all", help=f"Every pair within {NEAR_M:g} m whose TTC or PET falls below {LISTED_S:g} s.")
    ] = False,
    ttc_s: Annotated[
        float, typer.Option("--ttc", min=0.01, max=LISTED_S, help="Conflict below this time to collision, s.")
    ] = DEFAULT.ttc_s,
    pet_s: Annotated[
        float, typer.Option("--pet", min=0.01, max=LISTED_S, help="… or this post-encroachment time, s.")
    ] = DEFAULT.pet_s,
    drac: Annotated[
        float, typer.Option("--drac", min=0.01, help="… or above this deceleration rate, m/s².")
    ] = DEFAULT.drac_mps2,
    closing: Annotated[
        float, typer.Option("--closing", min=0, help="Coming closer more slowly, m/s, is a queue or riding abreast.")
    ] = DEFAULT.closing_mps,
    percentile: Annotated[
        float | None,
        typer.Option("--percentile", help="Take the limits from the site: so many of 100 encounters are no conflict."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find conflicts in trajectories, of this system or of any other: drones, other trackers, simulators."""
    if percentile is not None and not 0 < percentile < 100:
        raise ConfigError(f"--percentile: must be between 0 and 100, got {percentile:g}")
    limits = Limits(ttc_s=ttc_s, pet_s=pet_s, drac_mps2=drac, closing_mps=closing)
    trajectories = read_trajectories(file)
    found = encounters.encounters(trajectories, limits, percentile)
    write_encounters(out, found, every)
    kinds = Counter(kind for kind, how in zip(found.kind, found.severity, strict=True) if how == "conflict")
    if as_json:
        told = {"encounters": len(found), "conflicts": kinds.total(), "by_kind": dict(sorted(kinds.items())),
                "limits": found.limits.model_dump(), "percentile": percentile, "out": str(out)}  # fmt: skip
        typer.echo(json.dumps(told))
        return
    used = found.limits
    source = "as given" if percentile is None else f"the {percentile:g}th percentile of this site"
    typer.echo(
        f"{len(trajectories)} positions, {len(found)} encounters, of these {kinds.total()} conflicts → {out}\n"
        f"limits ({source}): TTC < {used.ttc_s:.2f} s, PET < {used.pet_s:.2f} s, DRAC > {used.drac_mps2:.2f} m/s², "
        f"closing at ≥ {used.closing_mps:g} m/s"
    )
    for kind, count in sorted(kinds.items()):
        typer.echo(f"{count:6d} {kind}")
