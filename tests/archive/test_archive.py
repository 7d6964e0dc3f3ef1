"""Recordings of a camera, file by file: planned, detected once, judged as one, and the same however often."""

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from typer.testing import CliRunner

from pipeline.archive import run
from pipeline.cli import app
from pipeline.sinks.outbox import Outbox
from pipeline.wire import decode, parse_timestamp
from tests.archive.conftest import PART_S


def events(out):
    with Outbox(out / "outbox.sqlite") as outbox:
        return [decode(message.body).data for message in outbox.messages()]


def test_the_plan_names_what_is_watched_and_what_is_not(asked, month):
    plan = asked(month, "--plan")
    gate = plan["cameras"]["gate"]
    assert [part["start"][11:19] for part in gate] == ["14:00:00", "14:00:10", "14:00:20"]
    assert {part["epoch"] for part in gate} == {0}
    assert [(f["kind"], f["path"].rsplit("/", 1)[1]) for f in plan["findings"]] == [
        ("duplicate", "gate_copy_20260301_140010.mp4")]  # fmt: skip
    assert sorted(b["path"].rsplit("/", 1)[1] for b in plan["quarantined"]) == [
        "gate_20260301_150000.mp4", "gate_20260301_160000.mp4"]  # fmt: skip
    assert plan["hours"] == pytest.approx(4 * PART_S / 3600, abs=1e-4)
    assert 0 <= plan["takes_s"][0] <= plan["takes_s"][1] < 4 * PART_S


def test_who_stands_there_over_the_end_of_a_file_keeps_dwelling(asked, month):
    summary = asked(month)
    assert summary["detected_s"] == summary["footage_s"] == pytest.approx(4 * PART_S, abs=0.1)
    told = [event for event in events(asked.out) if event.camera == "gate"]
    (opened,) = [event for event in told if event.phase == "opened"]
    closed = next(event for event in told if event.phase == "closed")
    stood = parse_timestamp(closed.ended_at) - parse_timestamp(closed.started_at)
    assert 17 < stood < 20
    assert opened.started_at.startswith("2026-03-01T07:00:0"), "the name's time, on the city's clock"
    assert opened.provenance.mode == "archive"
    stills = [file.uri for event in told for file in event.evidence]
    assert len(stills) == 2
    assert all((asked.out / uri).exists() for uri in stills)


def test_the_same_command_looks_at_nothing_twice_and_tells_nothing_twice(asked, month):
    first = asked(month)
    before = [(e.event_id, e.revision) for e in events(asked.out)]
    lines = (asked.out / "events.jsonl").read_bytes()
    again = asked(month)
    assert again["run"] == first["run"]
    assert again["detected_s"] == 0
    assert [(e.event_id, e.revision) for e in events(asked.out)] == before
    assert (asked.out / "events.jsonl").read_bytes() == lines


def test_another_rule_needs_no_picture(asked, month, tmp_path):
    folder = tmp_path / "footage"
    shutil.copytree(month, folder)
    asked(folder)
    kept = {path: path.stat().st_mtime_ns for path in (asked.out / "detections").rglob("*.parquet")}
    assert len(kept) == 4
    rules = {"stay": {"kind": "loitering", "seconds": 12, "gap_s": 1}}
    summary = asked(folder, rules=rules)
    assert summary["detected_s"] == 0
    assert {path: path.stat().st_mtime_ns for path in (asked.out / "detections").rglob("*.parquet")} == kept
    assert Counter(summary["events"])["loitering opened"] == 1, "only the one who stays longer"


def test_a_file_over_which_processes_die_is_quarantined_and_the_others_go_on(asked, month, tmp_path):
    (tmp_path / "die-yard").touch()
    summary = asked(month, "--workers", "2")
    lost = [broken for broken in summary["quarantined"] if "yard" in broken]
    assert len(lost) == 1
    told = json.loads((asked.out / "archive.json").read_text())["quarantined"]
    assert any("3 processes died over it (ended with 11)" in broken["why"] for broken in told)
    assert summary["events"]["loitering opened"] == 1
    (tmp_path / "die-yard").unlink()
    again = asked(month)
    assert 0 < again["detected_s"] < summary["detected_s"], "only the one that was missing"
    assert not [broken for broken in again["quarantined"] if "yard" in broken]


def test_the_number_of_workers_changes_nothing(asked, month, tmp_path, monkeypatch):
    made = {}
    for count in ("1", "2", "3"):
        monkeypatch.setattr(run, "LITTLE", 0 if count > "1" else 10**9)  # in processes, or in this one
        asked(month, "--workers", count, out=count)
        made[count] = [path.read_bytes() for path in sorted((tmp_path / count / "detections").rglob("*.parquet"))]
        made[count] += [path.read_bytes() for path in sorted((tmp_path / count / "tracks").rglob("*.parquet"))]
        made[count] += sorted((tmp_path / count / "events.jsonl").read_bytes().splitlines())
        assert len(made[count]) > 10
    assert made["1"] == made["2"] == made["3"]


@pytest.mark.parametrize(("options", "topics"), [([], {"archive"}), (["--as-live"], {"alerts"})])
def test_where_events_are_published(asked, month, options, topics):
    asked(month, *options)
    with Outbox(asked.out / "outbox.sqlite") as outbox:
        assert {topic.split(".")[1] for message in outbox.messages() for topic in message.topics} == topics


def test_another_run_is_judged_again_where_the_footage_is_not(asked, month, tmp_path):
    folder = tmp_path / "footage"
    shutil.copytree(month, folder)
    first = asked(folder)
    shutil.rmtree(folder)
    again = asked(None, "--from", str(tmp_path / "run"), out="again")
    assert again["events"] == first["events"]
    assert again["detected_s"] == 0
    ids = {event.event_id for event in events(tmp_path / "run")}
    assert {event.event_id for event in events(tmp_path / "again")} == ids
    assert not (tmp_path / "again" / "detections").exists()
    wrong = CliRunner().invoke(app, ["archive", "--city", str(tmp_path / "city.yaml"), "--from", str(tmp_path)])
    assert "no plan of an archive run can be read there" in str(wrong.exception)


def test_the_report_tells_what_was_watched_found_and_not_read(asked, month):
    asked(month)
    text = (asked.out / "report.html").read_text()
    assert "gate_20260301_160000.mp4" in text, "could not be read"
    assert "gate_copy_20260301_140010.mp4" in text, "is there twice"
    assert text.count("<article>") >= 1
    assert "<td>gate</td><td>2026-03-01</td><td>0.01</td>" in text, "half a minute of the gate that day"
    assert "https:" not in text.replace("https://plotly.com", "")
    for picture in re.findall(r'<img src="([^"]+)"', text):
        assert (asked.out / picture).is_file()


def test_killed_again_and_again_it_ends_as_if_it_had_not_been(asked, month, tmp_path):
    asked(month, out="whole")
    whole = (tmp_path / "whole" / "events.jsonl").read_bytes()
    command = [sys.executable, "-m", "pipeline", "archive", str(month), "--city", str(tmp_path / "city.yaml"),
               "--out", str(tmp_path / "killed")]  # fmt: skip
    for wait_s in (1.2, 1.6, 2.0, 2.4, 2.8):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(wait_s)
        process.send_signal(signal.SIGKILL)
        process.wait()
    asked(month, out="killed")
    assert sorted((tmp_path / "killed" / "events.jsonl").read_bytes().splitlines()) == sorted(whole.splitlines())
    assert not list((tmp_path / "killed" / "detections").rglob("*.part*"))
