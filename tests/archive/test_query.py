"""What was seen in a run, asked without a picture: the answers are those of the scene that was filmed."""

import json

import cv2
import numpy as np
import pytest
import yaml
from typer.testing import CliRunner

from pipeline.ask.questions import Span
from pipeline.ask.views import Run
from pipeline.cli import app
from pipeline.config import load
from pipeline.errors import ConfigError, InputError

BEGUN = 1_772_348_400.0
"""2026-03-01 14:00:00 in Hà Tĩnh."""


@pytest.fixture(scope="module")
def run(month, tmp_path_factory):
    """A run over the month, and a city file with a zone where the one who stays stands."""
    folder = tmp_path_factory.mktemp("run")
    model = folder / "none.onnx"
    model.write_bytes(b"the detector of the tests needs none")
    here = [[0.36, 0.2], [0.39, 0.2], [0.39, 1], [0.36, 1]]
    raw = {
        "city": "test-city", "wards": {"w": {}},
        "model": {"name": str(model), "runtime": "tests.cluster.detector:White"},
        "rules": {"stay": {"kind": "loitering", "seconds": 3, "gap_s": 1}},
        "cameras": [{"id": name, "ward": "w", "zones": {"here": {"polygon": here, "rules": ["stay"]}}}
                    for name in ("gate", "yard")],
    }  # fmt: skip
    (folder / "city.yaml").write_text(yaml.safe_dump(raw))
    done = CliRunner().invoke(
        app, ["archive", str(month), "--city", str(folder / "city.yaml"), "--out", str(folder / "run")]
    )
    assert done.exit_code == 0, done.output
    return folder


def ask(run, question, *options, code=0):
    done = CliRunner().invoke(app, ["query", question, str(run / "run"), *options, "--json"])
    assert done.exit_code == code, done.output + str(done.exception)
    return json.loads(done.stdout)


def of_zone(run, question, *options):
    return ask(run, question, "--city", str(run / "city.yaml"), "--camera", "gate", "--zone", "here", *options)


def test_who_was_in_a_zone_and_when(run):
    (one,) = of_zone(run, "inside")
    assert one["class"] == "person"
    assert one["from"] == "2026-03-01 14:00:05"
    assert one["seconds"] == pytest.approx(17, abs=0.5)


@pytest.mark.parametrize(
    ("options", "seconds"),
    [
        pytest.param(["--from", "2026-03-01T14:00:10", "--to", "2026-03-01T14:00:15"], 5, id="two moments"),
        pytest.param(["--from", "2026-03-01T07:00:10Z", "--to", "2026-03-01T07:00:15Z"], 5, id="of another clock"),
        pytest.param(["--from", "14:00", "--to", "14:01"], 17, id="a time of day"),
        pytest.param(["--from", "23:00", "--to", "14:01"], 17, id="over midnight"),
        pytest.param(["--from", "15:00", "--to", "16:00"], None, id="another hour"),
        pytest.param(["--class", "car"], None, id="another class"),
    ],
)
def test_only_what_was_asked_for(run, options, seconds):
    found = of_zone(run, "inside", *options)
    assert [one["seconds"] for one in found] == ([] if seconds is None else [pytest.approx(seconds, abs=1.05)])


def test_what_stood_there(run):
    (one,) = of_zone(run, "stopped", "--class", "person", "--seconds", "10")
    assert one["seconds"] == pytest.approx(17, abs=0.5)
    assert of_zone(run, "stopped", "--class", "person", "--seconds", "20") == []
    assert of_zone(run, "stopped", "--seconds", "1") == [], "vehicles, where nothing else is said"


def test_stills_and_clips_are_cut_on_demand(run, tmp_path):
    of_zone(run, "inside", "--stills", str(tmp_path / "s"), "--clips", str(tmp_path / "c"))
    (still,) = (tmp_path / "s").iterdir()
    picture = cv2.imread(str(still))
    assert picture.shape == (240, 320, 3)
    red = (picture[:, :, 2].astype(int) - picture[:, :, 1] > 120).nonzero()
    assert (red[1].min(), red[1].max()) == pytest.approx((100, 140), abs=4), "a box around the one who stands there"
    (clip,) = (tmp_path / "c").iterdir()
    video = cv2.VideoCapture(str(clip))
    first = video.read()[1]
    assert video.get(cv2.CAP_PROP_FRAME_COUNT) >= 100
    assert np.abs(first.astype(int).mean() - 115) < 20


def test_the_busiest_hours(run):
    rows = ask(run, "busiest")
    assert rows[0]["hour"] == "2026-03-01 14:00"
    assert {row["camera"] for row in rows} == {"gate", "yard"}


def test_any_question_in_sql(run):
    (counted,) = ask(
        run, "sql", "select count(*) as n, min(city_time(time))::VARCHAR as first from tracks where camera = 'gate'"
    )
    assert counted["n"] > 20
    assert counted["first"].startswith("2026-03-01 14:00:0")
    (told,) = ask(run, "sql", "select kind, zone, seconds, summary_vi from events where camera = 'gate'")
    assert (told["kind"], told["zone"]) == ("loitering", "here")
    assert told["seconds"] == pytest.approx(17, abs=1)
    files = ask(run, "sql", "select camera, count(*) as files, sum(seconds) as s from files group by camera order by 1")
    assert [(row["camera"], row["files"]) for row in files] == [("gate", 3), ("yard", 1)]
    boxes = ask(run, "sql", "select count(*) as n from detections where camera = 'gate' and time > 1772348400 + 5")
    assert boxes[0]["n"] > 20


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["sql", "select nothing from nowhere"], "query: Catalog Error"),
        (["inside", "--zone", "there"], "camera gate has no zone 'there'; it has here"),
        (["inside", "--zone", "here", "--from", "noon"], "--from: must be like 2026-03-01T14:00 or 14:00, got 'noon'"),
        (["inside", "--zone", "here", "--from", "14:00"], "--from and --to: both a time of day"),
    ],
)
def test_a_question_that_cannot_be_answered(run, command, told):
    question, *options = command
    if question == "inside":
        options = ["--city", str(run / "city.yaml"), "--camera", "gate", *options]
    done = CliRunner().invoke(app, ["query", question, str(run / "run"), *options])
    assert isinstance(done.exception, ConfigError)
    assert told in str(done.exception)


def test_where_there_is_no_run(tmp_path):
    done = CliRunner().invoke(app, ["query", "busiest", str(tmp_path)])
    assert isinstance(done.exception, InputError)
    assert "no finished run of `matthan archive` is there" in str(done.exception)


def test_a_run_is_closed_where_nothing_was_found(run, tmp_path):
    with Run(run / "run") as asked:
        assert asked.ask("select * from tracks where camera = 'nobody'").num_rows == 0
        span = Span(None, None, load(run / "city.yaml").zone)
        assert span.within(np.array([BEGUN])).all()
