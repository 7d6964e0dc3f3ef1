"""A table of encounters from trajectories: who is listed, what is a conflict, and agreement with a planar reference."""

from __future__ import annotations

import csv
import gzip
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from pipeline import encounters
from pipeline.approaches import Limits, held
from pipeline.cli import app
from pipeline.conflicts import Bodies
from pipeline.encounters import Encounters
from pipeline.errors import InputError
from pipeline.traffic_files import COLUMNS, ENCOUNTERS, read_trajectories, write_encounters, write_trajectories
from pipeline.trajectories import Trajectories

Rider = tuple[str, float, float, float, float, float]
"""Class, x, y at time 0, heading in degrees, speed, seconds in view."""
SIZES = {"car": (4.0, 2.0), "truck": (8.0, 2.5), "motorcycle": (2.0, 0.8), "person": (0.5, 0.5)}


def play(riders: Sequence[Rider], hz: float = 10) -> Trajectories:
    """Straight ways at constant speed; track n is the n-th rider."""
    rows = []
    names = tuple(sorted(SIZES))
    for track, (kind, x, y, heading_deg, speed, seconds) in enumerate(riders):
        turn = math.radians(heading_deg)
        for step in range(round(seconds * hz) + 1):
            way = speed * step / hz
            place = x + way * math.cos(turn), y + way * math.sin(turn)
            rows.append((step / hz, track, names.index(kind), *place, turn, speed, *SIZES[kind]))
    table = np.array(sorted(rows))
    return Trajectories(table[:, 0], table[:, 1].astype(int), table[:, 2].astype(int), names, Bodies(*table[:, 3:].T))


def only(found: Encounters) -> dict[str, object]:
    assert len(found) == 1
    return {name: getattr(found, name)[0] for name in ENCOUNTERS}


SCENES: dict[str, tuple[Sequence[Rider], str, str]] = {
    "braking for nobody: 1.2 s behind a slower car": (
        [("car", 0, 0, 0, 15, 0.8), ("car", 20, 0, 0, 5, 0.8)], "following", "conflict"),
    "2.2 s behind": ([("car", 0, 0, 0, 10, 0.2), ("car", 28, 0, 0, 0, 0.2)], "following", "slight"),
    "4 s behind": ([("car", 0, 0, 0, 10, 0.2), ("car", 45, 0, 0, 0, 0.2)], "following", "none"),
    "a queue closes up at 1 m/s": ([("car", 0, 0, 0, 1, 1.5), ("car", 5.8, 0, 0, 0, 1.5)], "following", "none"),
    "riding abreast, one drifts over at 0.5 m/s": (
        [("motorcycle", 0, 0, 3, 10, 2), ("motorcycle", 0, 2, 0, 10, 2)], "following", "none"),
    "across a walker's way": (
        [("motorcycle", -20, 0, 0, 10, 5), ("person", 0, -4, 90, 1.4, 5)], "pedestrian", "conflict"),
    "one passes 1 s after the other": (
        [("car", -20, 0, 0, 10, 6), ("motorcycle", 0, -36, 90, 10, 8)], "crossing", "conflict"),
    "one passes 2.5 s after the other": (
        [("car", -20, 0, 0, 10, 8), ("motorcycle", 0, -50, 90, 10, 8)], "crossing", "slight"),
}  # fmt: skip


@pytest.mark.parametrize(("riders", "kind", "severity"), SCENES.values(), ids=SCENES.keys())
def test_scenes(riders: Sequence[Rider], kind: str, severity: str) -> None:
    row = only(encounters.encounters(play(riders)))
    assert (row["kind"], row["severity"]) == (kind, severity)


@pytest.mark.parametrize("hz", [5, 10, 25])
def test_the_rate_of_the_recording_matters_little(hz: int) -> None:
    row = only(encounters.encounters(play([("car", -20, 0, 0, 10, 6), ("motorcycle", 0, -36, 90, 10, 8)], hz)))
    assert row["pet_s"] == pytest.approx((36 - 1 - 1 - (20 + 2 + 0.4)) / 10, abs=0.003)


def test_boxes_that_overlap_from_the_beginning_are_no_conflict() -> None:
    row = only(encounters.encounters(play([("motorcycle", 0, 0, 0, 10, 3), ("motorcycle", 0.5, 0.5, 0, 10, 3)])))
    assert (row["min_ttc_s"], row["severity"], row["min_gap_m"]) == (0.0, "none", 0.0)


def test_a_crash_is_a_conflict_and_told_as_contact() -> None:
    row = only(encounters.encounters(play([("car", 0, 0, 0, 15, 2), ("car", 20, 0, 0, 5, 2)])))
    assert (row["min_ttc_s"], row["severity"], row["min_gap_m"]) == (0.0, "conflict", 0.0)


def test_who_follows_whom_out_of_the_picture_has_no_conflict_by_that() -> None:
    """Both take one way; the first leaves the view 0.5 s before the second turns into it."""
    found = encounters.encounters(play([("car", 0, 0, 0, 10, 3), ("car", -20, -18, 45, 10, 5)]))
    assert "conflict" not in found.severity


def test_where_they_would_have_met() -> None:
    row = only(encounters.encounters(play([("car", 0, 0, 0, 10, 0.2), ("car", 40, 0, 180, 10, 0.2)])))
    assert (row["x_m"], row["y_m"]) == (pytest.approx(20), pytest.approx(0))
    assert row["max_drac_mps2"] == pytest.approx(20 / (2 * 1.6))


def test_limits_of_the_site() -> None:
    riders: list[Rider] = []
    for n in range(10):  # pairs 1 km apart; after 0.2 s they would meet in 1.0 to 2.8 s
        riders += [("car", 0, 1000 * n, 0, 10, 0.4), ("car", 4 + 10 * (1.2 + 0.2 * n), 1000 * n, 0, 0, 0.4)]
    fixed = encounters.encounters(play(riders))
    usual = encounters.encounters(play(riders), percentile=80)
    assert fixed.severity.count("conflict") == 3  # TTC 1.0, 1.2, 1.4; the fourth's DRAC is 10 / 3.2
    assert usual.severity.count("conflict") == 2
    assert usual.limits.ttc_s == pytest.approx(np.percentile([1 + 0.2 * n for n in range(10)], 20))


@pytest.mark.parametrize("percentile", [60, 80, 85, 95])
def test_limits_of_the_site_are_kept_together(percentile: int) -> None:
    """The slow ones have the least time to collision, the fast ones need the most braking: not the same pairs."""
    riders: list[Rider] = []
    for n in range(40):
        speed, ttc_s = 4.0 + 0.3 * n, 1.2 + 0.03 * n
        riders += [("car", 0, 1000 * n, 0, speed, 0.4), ("car", 4 + speed * ttc_s, 1000 * n, 0, 0, 0.4)]
    found = encounters.encounters(play(riders), percentile=percentile)
    assert found.severity.count("conflict") in (0.4 * (100 - percentile), 0.4 * (100 - percentile) - 1)


@pytest.mark.parametrize(("seconds", "severity"), [(0.1, "none"), (0.3, "conflict")])
def test_one_instant_makes_no_conflict(seconds: float, severity: str) -> None:
    row = only(encounters.encounters(play([("car", 0, 0, 0, 10, seconds), ("car", 15, 0, 0, 0, seconds)])))
    assert row["severity"] == severity


@pytest.mark.parametrize("hz", [5, 10, 12.5, 25, 30])
def test_what_lasts_lasts_at_every_rate(hz: float) -> None:
    pairs, at = np.zeros((60, 2), int), np.arange(60) / hz
    values = np.where((at > 0.5) & (at < 0.95), 1.0, 9.0)
    longest = held(pairs, at, values)
    assert longest[np.isfinite(longest)].min() == 1.0
    assert np.isinf(longest[-1])
    brief = np.where((at > 0.5) & (at < 0.5 + 1.5 / hz), 1.0, 9.0)
    assert held(pairs, at, brief)[np.isfinite(longest)].min() == 9.0


def test_two_on_one_way_have_no_conflict_by_their_pet() -> None:
    """The second follows 0.8 s behind and turns off at the end, so that both were seen to leave."""
    found = encounters.encounters(play([("car", 0, 0, 0, 10, 4), ("car", -30, -3, 6, 11, 5)]))
    assert "conflict" not in found.severity


def test_a_permutation_of_rows_changes_nothing(tmp_path: Path) -> None:
    path, other = tmp_path / "a.traj.csv", tmp_path / "b.traj.csv"
    write_trajectories(path, play([row for riders, *_ in SCENES.values() for row in riders]))
    head, *rows = path.read_text().splitlines()
    other.write_text("\n".join([head, *reversed(rows)]) + "\n")
    tables = []
    for file in (path, other):
        write_encounters(file.with_suffix(".out"), encounters.encounters(read_trajectories(file)), every=True)
        tables.append(file.with_suffix(".out").read_bytes())
    assert tables[0] == tables[1]


@pytest.mark.parametrize("name", ["t.traj.csv", "t.traj.csv.gz", "t.parquet"])
def test_what_is_written_is_read(tmp_path: Path, name: str) -> None:
    told = play([("car", 0, 0, 10, 12, 1), ("person", 5, 5, -90, 1, 1)])
    write_trajectories(tmp_path / name, told)
    read = read_trajectories(tmp_path / name)
    assert [read.names[c] for c in read.class_id] == [told.names[c] for c in told.class_id]
    for column in ("x", "y", "heading", "speed", "length", "width"):
        assert getattr(read.bodies, column) == pytest.approx(getattr(told.bodies, column), abs=1e-3)


GOOD = "0.0,1,car,0,0,0,10,4,2"
HEAD = ",".join(COLUMNS)
BAD = {
    "a column is missing": (HEAD.removesuffix(",width_m") + "\n0,1,car,0,0,0,1,4", "lacks the columns width_m"),
    "text for a number": (HEAD + "\n0.0,1,car,zero,0,0,10,4,2", "zero"),
    "no length": (HEAD + f"\n{GOOD}\n0.1,1,car,0,0,0,10,0,2", "data row 2: length_m must be > 0, got 0"),
    "not a number": (HEAD + "\n0.0,1,car,nan,0,0,10,4,2", "data row 1: x_m must be a finite number, got nan"),
    "twice at one time": (HEAD + f"\n{GOOD}\n{GOOD}", "track 1 has two places at the time 0"),
    "half a track": (HEAD + "\n0.0,1.5,car,0,0,0,10,4,2", "track must be a whole number, got 1.5"),
    "empty": ("", "not a trajectories file"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "says"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_read_is_told_in_one_line(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "x.traj.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=says) as told:
        read_trajectories(path)
    assert str(path) in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("column", "unlike", "says"),
    [
        ("heading_deg", math.radians, "heading_deg is .* they look like radians; expected degrees"),
        ("heading_deg", lambda v: 90 - v, "they look like degrees clockwise from north"),
        ("heading_deg", lambda v: v + 180, r"heading_deg is 180° off the way they move \(median\); expected"),
        ("speed_mps", lambda v: v * 3.6, "speed_mps is 3.6 times as fast .* km/h; expected m/s"),
        ("speed_mps", lambda v: v / 1000, "speed_mps is 0.001 times as fast as they move"),
    ],
)  # fmt: skip
def test_other_units_are_refused(tmp_path: Path, column: str, unlike: Callable[[float], float], says: str) -> None:
    path = tmp_path / "t.traj.csv"
    riders: list[Rider] = [("car", 0, 0, 100, 12, 12), ("car", 30, 0, -80, 9, 12), ("car", 60, 0, 170, 9, 12)]
    write_trajectories(path, play(riders))
    assert len(read_trajectories(path)) == 363
    with path.open() as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row[column] = str(unlike(float(row[column])))
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    with pytest.raises(InputError, match=says):
        read_trajectories(path)


@pytest.mark.parametrize("hz", [1, 5, 10, 25])
def test_raw_tracks_of_who_walks_or_stands_are_read(tmp_path: Path, hz: int) -> None:
    """Their places jitter by 0.4 m, which tells nothing of headings and speeds; nor does one truck that reverses."""
    rng, path = np.random.default_rng(0), tmp_path / "t.traj.csv"
    riders: list[Rider] = [("person", 9 * n, 0, 40 * n, 1.3 * (n % 3 > 0), 30) for n in range(20)]
    told = play([*riders, ("truck", 0, 99, 0, -2.6, 30)], hz)
    jitter = rng.normal(0, 0.4, (2, len(told))) * (told.track < 20)
    own = told.bodies
    moved = Bodies(own.x + jitter[0], own.y + jitter[1], own.heading, np.abs(own.speed), own.length, own.width)
    write_trajectories(path, replace(told, bodies=moved))
    assert len(read_trajectories(path)) == len(told)


def test_a_header_alone_has_no_encounters(tmp_path: Path) -> None:
    path = tmp_path / "none.traj.csv"
    path.write_text(HEAD + "\n")
    ran = CliRunner().invoke(app, ["conflicts", str(path), "--out", str(tmp_path / "e.csv")])
    assert (ran.exit_code, (tmp_path / "e.csv").read_text().count("\n")) == (0, 1), ran.output


@pytest.mark.needs_data
def test_agreement_with_the_planar_reference(data: Path, tmp_path: Path) -> None:
    """Of a junction simulated with SUMO; only the first 200 s."""
    folder = data / "traffic" / "sumo-junction"
    with gzip.open(folder / "trajectories.csv.gz", "rt") as file:
        lines = [line for n, line in enumerate(file) if n == 0 or float(line.split(",", 1)[0]) <= 200.0]
    (tmp_path / "t.traj.csv").write_text("".join(lines))
    out = tmp_path / "e.csv"
    ran = CliRunner().invoke(app, ["conflicts", str(tmp_path / "t.traj.csv"), "--all", "--out", str(out)])
    assert ran.exit_code == 0, ran.output
    with out.open() as file:
        found = {(row["track_a"], row["track_b"]): row for row in csv.DictReader(file)}
    with (folder / "conflicts_numpy.csv").open() as file:
        known = [
            row for row in csv.DictReader(file) if float(row["pet_area_entry_time"] or row["min_ttc_time"] or 999) < 180
        ]
    ttc = [(row, found[row["track_a"], row["track_b"]]) for row in known if 0 <= float(row["min_ttc_s"] or 9) < 4.9
           and float(row["min_ttc_time"]) < 180]  # fmt: skip
    pet = [(row, found[row["track_a"], row["track_b"]]) for row in known if 0 <= float(row["pet_area_s"] or 9) < 4.9]
    assert len(ttc) > 100
    assert len(pet) > 50
    assert np.mean([abs(float(a["min_ttc_s"]) - float(b["min_ttc_s"] or 99)) <= 0.02 for a, b in ttc]) >= 0.99
    assert np.mean([abs(float(a["pet_area_s"]) - float(b["pet_s"] or 99)) <= 0.1 for a, b in pet]) >= 0.99


def test_limits_are_told(tmp_path: Path) -> None:
    write_trajectories(tmp_path / "t.parquet", play(SCENES["4 s behind"][0]))
    ran = CliRunner().invoke(
        app, ["conflicts", str(tmp_path / "t.parquet"), "--out", str(tmp_path / "e.csv"), "--ttc", "5"]
    )
    assert "TTC < 5.00 s" in ran.output
    assert (tmp_path / "e.csv").read_text().count("conflict") == 1
    assert Limits(ttc_s=5).ttc_s == 5


@pytest.mark.parametrize("option", ["--ttc", "--pet", "--drac"])
def test_a_limit_of_nothing_is_refused(tmp_path: Path, option: str) -> None:
    ran = CliRunner().invoke(app, ["conflicts", str(tmp_path / "t.traj.csv"), option, "0"])
    assert ran.exit_code == 2
    assert f"Invalid value for '{option}'" in ran.output
