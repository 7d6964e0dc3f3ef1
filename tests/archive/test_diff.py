"""What two runs tell differently."""

import json

import pytest
from typer.testing import CliRunner

from pipeline.ask.diff import diff
from pipeline.cli import app
from pipeline.wire import Data, decode, timestamp
from tests.sinks.messages import message

DATA = decode(message().body).data


def event(name, begun, ended, zone="alley", camera="gate-1", **measures) -> Data:
    return DATA.model_copy(update={
        "event_id": name, "started_at": timestamp(begun), "ended_at": timestamp(ended), "zone": zone, "camera": camera,
        "measures": measures,
    })  # fmt: skip


ALONE = [("removed", "x", None), ("added", None, "y")]


def told(a, b, tolerance=0.5):
    return [(d.what, d.before and d.before.event_id, d.after and d.after.event_id) for d in diff(a, b, tolerance)]


@pytest.mark.parametrize(
    ("a", "b", "found"),
    [
        pytest.param([event("x", 0, 10)], [event("x", 0, 10)], [("same", "x", "x")], id="the same"),
        pytest.param([event("x", 0, 10)], [event("y", 0.2, 10)], [("same", "x", "y")], id="within the tolerance"),
        pytest.param([event("x", 0, 10)], [event("x", 0, 14)], [("moved", "x", "x")], id="ends later"),
        pytest.param([event("x", 0, 10, s=5)], [event("x", 0, 10, s=6)], [("changed", "x", "x")], id="otherwise"),
        pytest.param([event("x", 0, 10)], [], [("removed", "x", None)], id="only in A"),
        pytest.param([], [event("y", 0, 10)], [("added", None, "y")], id="only in B"),
        pytest.param([event("x", 0, 10)], [event("y", 0, 10, zone="yard")], ALONE,
                     id="elsewhere"),
        pytest.param([event("x", 0, 10)], [event("y", 0, 10, camera="b")], ALONE,
                     id="another camera"),
        pytest.param([event("x", 0, 10)], [event("y", 11, 20)], ALONE,
                     id="nothing shared"),
        pytest.param([event("x", 0, 10), event("y", 2, 30)], [event("p", 1, 30), event("q", 0, 9)],
                     [("moved", "x", "q"), ("moved", "y", "p")], id="paired so that most is shared"),
        pytest.param([event("x", 0, 3), event("y", 100, 200)], [event("y", 0, 3), event("z", 100, 200)],
                     [("moved", "y", "y"), ("removed", "x", None), ("added", None, "z")], id="the same id goes first"),
    ],
)  # fmt: skip
def test_differences(a, b, found):
    assert sorted(told(a, b), key=str) == sorted(found, key=str)


def test_a_run_against_one_with_another_rule(asked, month, tmp_path):
    asked(month, out="a")
    longer = {"stay": {"kind": "loitering", "seconds": 30, "gap_s": 1}}
    asked(None, "--from", str(tmp_path / "a"), out="b", rules=longer)
    page = tmp_path / "diff.html"
    command = [
        "diff",
        str(tmp_path / "a"),
        str(tmp_path / "b"),
        "--city-b",
        str(tmp_path / "city.yaml"),
        "--html",
        str(page),
    ]
    done = CliRunner().invoke(app, [*command, "--json"])
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    counts = {what: found[what] for what in ("removed", "added", "moved", "changed")}
    assert counts["removed"] >= 1
    assert counts["added"] == 0
    gone = next(d for d in found["differences"] if d["what"] == "removed" and d["camera"] == "gate")
    assert any("of 30 s" in line for line in gone["why"]), gone["why"]
    text = page.read_text()
    assert "chỉ có ở A" in text
    assert "data:image/jpeg;base64," in text
    assert "http" not in text.replace("http-equiv", "")
    plain = CliRunner().invoke(app, command)
    assert "removed  gate" in plain.stdout
    assert plain.stdout.rstrip().endswith("same")


def test_a_run_against_itself(asked, month, tmp_path):
    asked(month)
    done = CliRunner().invoke(app, ["diff", str(asked.out), str(asked.out)])
    assert done.exit_code == 0
    assert done.stdout.startswith("0 removed, 0 added, 0 moved, 0 changed")


def test_no_run(tmp_path):
    done = CliRunner().invoke(app, ["diff", str(tmp_path), str(tmp_path)])
    assert "no outbox.sqlite there; expected the --out folder of a run" in str(done.exception)
