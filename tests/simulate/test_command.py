"""`matthan simulate` writes what `matthan replay` reads."""

import json

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import ConfigError
from pipeline.recording import read_detections
from pipeline.simulate.scenarios import load


def loitering() -> str:
    return next(name for name, play in sorted(load().items()) if play.kind == "loitering" and play.positive)


def run(*arguments: str):
    return CliRunner().invoke(app, ["simulate", *arguments])


def test_a_play_is_written_and_can_be_replayed(tmp_path):
    name = loitering()
    result = run(name, "--out", str(tmp_path), "--noise", "clean", "--fps", "5", "--seed", "3")
    assert result.exit_code == 0, result.output
    path = tmp_path / name / f"{name}.det.csv"
    assert len(read_detections(path)) == load()[name].seconds * 5
    assert json.loads((tmp_path / name / "truth.jsonl").read_text().splitlines()[0])["kind"] == "loitering"
    events = tmp_path / "events.jsonl"
    city = str(tmp_path / name / "city.yaml")
    replayed = CliRunner().invoke(
        app, ["replay", str(path), "--city", city, "--camera", "street-01", "--out", str(events)]
    )
    assert replayed.exit_code == 0, replayed.output
    assert events.exists()


def test_the_list_names_every_play():
    result = run("--list", "--json")
    assert {row["name"] for row in json.loads(result.output)} == set(load())
    assert loitering() in run("--list").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [((), "which plays"), (("loiterink",), "no play 'loiterink'"), (("x", "--noise", "loud"), "clean, realistic")],
)
def test_mistakes_are_named(arguments, said):
    result = run(*arguments)
    assert isinstance(result.exception, ConfigError)
    assert said in str(result.exception)
