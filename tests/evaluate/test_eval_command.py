"""`matthan eval` as a user meets it: files, folders, tables, JSON, gates and mistakes."""

import json
from functools import partial

import pytest

from pipeline.evaluate import truth
from pipeline.evaluate.truth import Truth
from tests.evaluate.test_score import message

START = 1_772_370_000.0


@pytest.fixture
def matthan(matthan):
    """`matthan eval …`; returns stdout and stderr."""
    return partial(matthan, "eval")


def phases(started, opened, ended, **more):
    first = message(started_at=START + started, time=START + opened, **more)
    closed = {"phase": "closed", "revision": 1, "time": START + ended + 5, "ended_at": START + ended}
    return [first, message(started_at=START + started, **closed, **more)]


@pytest.fixture
def folder(tmp_path):
    """Two runs: one event found twice, one false alarm; intrusion found; one loitering missed."""
    runs = {
        "run": [*phases(0, 60, 90), *phases(10, 70, 95), *phases(1000, 1060, 1100)],
        "other": [*phases(5, 7, 50, kind="intrusion", camera="c2"), message(kind="count", identity=("car",))],
    }
    for name, messages in runs.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "events.jsonl").write_bytes(b"".join(item.body + b"\n" for item in messages) + b"\n")
    rows = [
        Truth("c1", "loitering", START, START + 90, "alley", noise="rain"),
        Truth("c1", "loitering", START + 600, START + 700),
        Truth("c2", "intrusion", START + 5, START + 50),
        Truth("c1", "none", START, START + 7200, noise="rain"),
        Truth("c2", "none", START, START + 7200),
    ]
    truth.write(tmp_path / "truth.jsonl", rows)
    return tmp_path


def test_json(folder, matthan):
    runs = (folder / "run", folder / "other" / "events.jsonl")
    out, err = matthan(*runs, "--truth", folder / "truth.jsonl", "--json")
    assert err == ""
    got = json.loads(out)
    loitering = got["kinds"]["loitering"]
    assert {key: loitering[key] for key in ("truths", "true_positives", "misses", "false_alarms", "duplicates")} == {
        "truths": 2, "true_positives": 1, "misses": 1, "false_alarms": 1, "duplicates": 1,
    }  # fmt: skip
    assert loitering["precision"] == {"value": 0.5, "low": 0.0945, "high": 0.9055}
    assert loitering["delay_median_s"] == 60.0
    assert got["kinds"]["intrusion"]["f1"]["value"] == 1
    assert got["all"]["truths"] == 3
    assert got["hours"]["source"] == "declared"
    assert got["hours"]["value"] == 4.0
    assert got["splits"]["noise"]["rain"]["all"]["false_alarms_per_hour"]["value"] == 0.5
    assert got["misses"][0]["started_at"] == "2026-03-01T13:10:00.000Z"
    assert got["false_alarms"][0]["opened_at"] == "2026-03-01T13:17:40.000Z"
    assert got["failures"] == []
    assert matthan(*reversed(runs), "--truth", folder / "truth.jsonl", "--json")[0] == out


def test_table(folder, matthan):
    out, _ = matthan(folder / "run", folder / "other", "--truth", folder / "truth.jsonl")
    lines = out.splitlines()
    first = next(line for line in lines if line.startswith("loitering"))
    assert first.split() == ["loitering", "2", "1", "1", "2.00", "60.0", "0.50", "0.50", "0.50", "0.25"]
    assert "(0.09–0.91)" in lines[lines.index(first) + 1]
    assert "noise = rain" in out
    assert "hours: 4 camera-hours, declared by the truth" in out


def test_a_wards_spreadsheet(folder, matthan):
    """Times counted from the start of the recording, semicolons, capitals, and no word on the hours."""
    (folder / "ward.csv").write_text("Camera;Kind;Start;End\nc1;Loitering;00:00;01:30\n", encoding="utf-8-sig")
    args = (folder / "run", "--truth", folder / "ward.csv")
    out, _ = matthan(*args, "--start", "2026-03-01 20:00:00", "--json")
    assert json.loads(out)["all"]["true_positives"] == 1
    out, _ = matthan(*args, "--start", START, "--timezone", "Europe/Berlin")
    assert "hours: estimated from the first to the last time named" in out
    out, _ = matthan(*args, "--start", "2026-03-01 14:00:00", "--timezone", "Europe/Berlin", "--hours", 10, "--json")
    assert json.loads(out)["all"]["true_positives"] == 1
    assert json.loads(out)["all"]["false_alarms_per_hour"]["value"] == 0.1
    out, _ = matthan(*args, "--start", "2026-03-01 14:00:00", "--json")
    assert json.loads(out)["all"]["true_positives"] == 0


def test_options_reach_the_matching(folder, matthan):
    args = (folder / "run", folder / "other", "--truth", folder / "truth.jsonl", "--json")
    got = json.loads(matthan(*args, "--kinds", "intrusion")[0])
    assert list(got["kinds"]) == ["intrusion"]
    assert json.loads(matthan(*args, "--late", 1000, "--tolerance", 300)[0])["all"]["misses"] == 0
    assert json.loads(matthan(*args, "--late", 1000, "--tolerance", 299)[0])["all"]["misses"] == 1


def test_gate(folder, matthan):
    args = (folder / "run", folder / "other", "--truth", folder / "truth.jsonl")
    kept = ("--min-precision", 0.5, "--min-recall", 0.5, "--min-f1", 0.5)
    matthan(*args, *kept, "--max-false-per-hour", 0.25, "--max-alerts-per-event", 2)
    missed = ("--min-recall", 0.6, "--max-false-per-hour", 0.2, "--max-alerts-per-event", 1.9)
    out, err = matthan(*args, *missed, "--json", code=1)
    assert [line.split(" are ")[0] for line in err.splitlines()] == [
        "loitering: recall 0.5 (1 of 2 found) is below --min-recall 0.6",
        "loitering: 0.25 false alarms per camera-hour (1 in 4 h)",
        "loitering: 2 alerts per event (2 for 1)",
    ]
    assert json.loads(out)["failures"] == err.splitlines()


@pytest.mark.parametrize(
    ("events", "options", "told"),
    [
        ("nowhere", (), "cannot be read: No such file"),
        ("truth.jsonl", (), "truth.jsonl: line 1: not an event of urn:matthan:event:1"),
        ("empty", (), "empty/events.jsonl: cannot be read"),
        ("run", ("--kinds", "loitring"), "neither events nor truth have loitring; there are intrusion, loitering"),
        ("run", ("--timezone", "Mars"), "--timezone: no such time zone, e.g. Asia/Ho_Chi_Minh, got 'Mars'"),
        ("run", ("--start", "noon"), "--start: 'noon' is no time"),
        ("run", ("--start", "-5"), "--start: must be UTC seconds from 0 on, got -5"),
        ("run", ("--min-f1", "nan"), "--min-f1: must be 0 to 1, got nan"),
        ("run", ("--min-recall", "95"), "--min-recall: must be 0 to 1, got 95"),
        ("run", ("--max-false-per-hour", "nan"), "--max-false-per-hour: must be 0 or more, got nan"),
        ("run", ("--tolerance", "-1"), "--tolerance: must be 0 or more, got -1"),
        ("run", ("--hours", "0"), "--hours: must be more than 0, got 0"),
    ],
    ids=[
        "missing", "truth for events", "folder without events", "unknown kind", "unknown zone", "no time",
        "negative start", "nan is no limit", "per cent", "nan rate", "negative tolerance", "no hours",
    ],
)  # fmt: skip
def test_mistakes(folder, matthan, events, options, told):
    (folder / "empty").mkdir()
    out, err = matthan(folder / events, "--truth", folder / "truth.jsonl", *options, code=2)
    assert out == ""
    assert told in err
    assert len(err.splitlines()) == 1


def test_a_bad_line_of_truth(folder, matthan):
    with (folder / "truth.jsonl").open("a") as file:
        file.write('{"camera": "c1"}\n')
    _, err = matthan(folder / "run", "--truth", folder / "truth.jsonl", code=2)
    assert err.startswith(
        f"error: {folder / 'truth.jsonl'}: line 6: started_at: expected an RFC 3339 time or UTC seconds"
    )
