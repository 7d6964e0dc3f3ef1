"""`matthan tune`: the settings it tries, the scores it gives them, which one it picks, and what it refuses."""

import json

import pytest
import yaml

from pipeline import kinds
from pipeline.errors import ConfigError
from pipeline.evaluate import sweep, truth
from pipeline.evaluate.truth import Truth
from pipeline.recording import Writer, read_detections
from tests.scenarios import ALLEY, OUTSIDE, SIZE, T0, csv, instants, stand
from tests.test_cli import matthan as in_a_process

LOITER = {"kind": "loitering", "seconds": 10, "gap_s": 4, "classes": ["person"]}
PLACES = [(200 + 100 * i, 300 + 90 * i) for i in range(4)]
LATER = 3600.0


def write_city(folder, own=LOITER, **rules):
    camera = {
        "id": "cam-1", "ward": "w1", "frame_size": list(SIZE),
        "zones": {"alley": {"polygon": ALLEY, "rules": ["loiter", *rules]}},
    }  # fmt: skip
    city = {"city": "test", "wards": {"w1": {}}, "rules": {"loiter": own, **rules}, "cameras": [camera]}
    (folder / "city.yaml").write_text(yaml.safe_dump(city))


@pytest.fixture
def folder(tmp_path):
    """Stays of 8, 12, 18 and 25 s in one hour and of 25 s in the next, of which those from 18 s on are true."""
    write_city(tmp_path)
    stays = [(5, 13), (20, 32), (40, 58), (65, 90)]
    actors = [stand(place, span, away=OUTSIDE) for place, span in zip(PLACES, stays, strict=True)]
    (tmp_path / "a.det.csv").write_text(
        csv(actors[:1] + [stand(p, s) for p, s in zip(PLACES[1:], stays[1:], strict=True)], instants(100, 5))
    )
    (tmp_path / "b.det.csv").write_text(csv([stand(PLACES[0], (10, 35))], instants(60, 5), T0 + LATER))
    rows = [
        Truth("cam-1", "loitering", T0 + 40, T0 + 58, "alley"),
        Truth("cam-1", "loitering", T0 + 65, T0 + 90, "alley"),
        Truth("cam-1", "loitering", T0 + LATER + 10, T0 + LATER + 35, "alley"),
        Truth("cam-1", "intrusion", T0, T0 + 5),
        Truth("cam-2", "loitering", T0, T0 + 30),
    ]
    truth.write(tmp_path / "truth.jsonl", rows)
    return tmp_path


@pytest.fixture
def tune(folder, matthan):
    """Tune the rule over both recordings, in this process."""

    def run(*options, files=("a.det.csv", "b.det.csv"), code=0, rule="loiter"):
        args = ("--city", folder / "city.yaml", "--camera", "cam-1", "--truth", folder / "truth.jsonl", "--jobs", 1)
        return matthan("tune", *(folder / name for name in files), *args, "--rule", rule, *options, code=code)

    return run


def counts(out):
    return {
        tuple(row["values"].values()): (row["found"], row["missed"], row["false_alarms"])
        for row in json.loads(out)["settings"]
    }


def test_each_setting_finds_what_it_should(tune):
    out, err = tune("--vary", "seconds=6,10,15,20,30", "--json")
    assert err == ""
    assert counts(out) == {(6,): (3, 0, 2), (10,): (3, 0, 1), (15,): (3, 0, 0), (20,): (2, 1, 0), (30,): (0, 3, 0)}
    got = json.loads(out)
    assert got["hours"] == round(160 / 3600, 4)
    assert [row["current"] for row in got["settings"]] == [False, True, False, False, False]
    ten = got["settings"][1]
    assert ten["recall"] == {"value": 1.0, "low": 0.4385, "high": 1.0}
    assert ten["precision"]["value"] == 0.75
    assert ten["false_alarms_per_hour"]["value"] == 1 / (160 / 3600)
    assert ten["alerts_per_day"] == {"value": 2160.0, "low": 588.5273, "high": 5530.4579}, "4 alerts, Garwood"


@pytest.mark.parametrize("setting", [{"seconds": 6}, {"seconds": 15}, {"seconds": 10, "gap_s": 1}])
def test_a_setting_scores_as_replay_and_eval_do(folder, matthan, tune, setting):
    vary = [option for name, value in setting.items() for option in ("--vary", f"{name}={value}")]
    tuned = json.loads(tune(*vary, "--json", files=("a.det.csv",))[0])["settings"]
    row = next(row for row in tuned if row["values"] == setting)
    write_city(folder, {**LOITER, **setting})
    args = ("--city", folder / "city.yaml", "--camera", "cam-1", "--out", folder / "events.jsonl")
    matthan("replay", folder / "a.det.csv", *args)
    rows = [row for row in truth.read(folder / "truth.jsonl") if row.camera == "cam-1" and row.started_at < T0 + 100]
    truth.write(folder / "mine.jsonl", rows)
    out, _ = matthan("eval", folder / "events.jsonl", "--truth", folder / "mine.jsonl", "--hours", 100 / 3600, "--json")
    judged = json.loads(out)["kinds"]["loitering"]
    for name in ("truths", "false_alarms", "duplicates", "precision", "recall", "f1", "false_alarms_per_hour"):
        assert row[name] == judged[name]


def test_rules_beside_it_change_nothing(folder, tune):
    alone = tune("--vary", "seconds=6,15", "--json")
    write_city(folder, intrude={"kind": "intrusion", "seconds": 2})
    assert tune("--vary", "seconds=6,15", "--json") == alone


def test_any_number_of_processes_gives_the_same(folder):
    args = (folder / "a.det.csv", folder / "b.det.csv", "--city", folder / "city.yaml", "--camera", "cam-1")
    more = ("--truth", folder / "truth.jsonl", "--rule", "loiter", "--json", "--jobs")
    one, four = (in_a_process("tune", *args, *more, jobs) for jobs in (1, 4))
    assert one == four
    assert counts(one[0])[10,] == (3, 0, 1)


def test_the_budget_picks_best_recall_then_precision(tune):
    vary = ("--vary", "seconds=6,15,20,30")
    out, _ = tune(*vary, "--budget", 3000)
    assert "picked: seconds=15 " in out, "6, 10 and 15 find all; 15 has no false alarm"
    out, _ = tune(*vary, "--budget", 1100)
    assert "picked: seconds=20 " in out
    assert "rules:\n  loiter:\n    kind: loitering\n" in out
    out, err = tune("--vary", "seconds=15", "--budget", 5, code=1)
    assert err == "--budget: no setting keeps within 5 alerts a day; the fewest is 1620 (seconds=15)\n"
    got = json.loads(tune(*vary, "--budget", 1100, "--json")[0])
    assert got["picked"] == {"kind": "loitering", "seconds": 20.0, "gap_s": 4.0, "classes": ["person"]}
    assert [row["values"] for row in got["settings"] if row["picked"]] == [{"seconds": 20.0}]


def test_of_equals_what_is_in_force_stays(tune):
    out, _ = tune("--vary", "gap_s=1,2,3", "--budget", 1e6)
    assert "picked: gap_s=4 " in out


def test_what_is_printed_can_be_pasted(folder, tune):
    got = json.loads(tune("--vary", "seconds=15", "--vary", "active_hours=20:00-23:00", "--budget", 1e6, "--json")[0])
    pasted = yaml.safe_load(got["yaml"])["rules"]["loiter"]
    assert pasted == {**LOITER, "seconds": 15, "active_hours": "20:00-23:00"}
    write_city(folder, pasted)
    again = json.loads(tune("--vary", "seconds=15", "--json")[0])["settings"]
    assert [(row["current"], row["found"], row["false_alarms"]) for row in again] == [(True, 3, 0)]


def test_a_rule_in_shadow_and_a_runs_folder(folder, tune):
    write_city(folder, {**LOITER, "publish": False})
    (folder / "run").mkdir()
    recording = read_detections(folder / "a.det.csv")
    with Writer(folder / "run" / "detections.parquet") as writer:
        for time, rows in recording:
            writer.write(time, rows, recording.names, "cam-1")
    out, _ = tune("--vary", "seconds=15", "--budget", 1e6, files=("run",))
    assert "publish: false" in out
    assert "the rule is in shadow: without `publish: false` its events are delivered" in out
    assert counts(tune("--vary", "seconds=15", "--json", files=("run",))[0])[15,] == (2, 0, 0)


def test_settings_that_the_model_refuses_are_skipped_with_a_line(tune):
    out, _ = tune("--vary", "seconds=3:9:3", "--vary", "gap_s=4,8")
    assert "skipped seconds=3 gap_s=4: gap_s: must be < seconds (3), got 4" in out
    assert "skipped seconds=6 gap_s=8: gap_s: must be < seconds (6), got 8" in out
    assert "seconds=9 gap_s=8" in out
    assert "skipped seconds=9" not in out


def test_notes(folder, tune):
    out, _ = tune("--vary", "seconds=15", files=("a.det.csv",))
    assert "1 rows of the truth are of times that no recording covers, and left out" in out
    truth.write(folder / "truth.jsonl", [Truth("cam-2", "loitering", T0, T0 + 30)])
    out, _ = tune("--vary", "seconds=15", "--budget", 1e6)
    assert "the truth has no loitering of camera cam-1 here, so recall is unknown; it has cam-2/loitering" in out


def test_curves(folder, tune):
    tune("--vary", "seconds=6,10,15,20,30", "--budget", 3000, "--plot", folder / "curve.html")
    page = (folder / "curve.html").read_text()
    assert page.count('class="plotly-graph-div"') == 2
    assert "budget 3000" in page
    assert "picked: seconds=15" in page


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--vary", "count=1"), "a loitering has no setting count to vary; it has classes, seconds, gap_s"),
        (("--vary", "seconds"), "--vary: must look like seconds=30:120:10 or radius_m=2,3,4, got 'seconds'"),
        (("--vary", "seconds=9:3:1"), "must look like seconds=30:120:10"),
        (("--vary", "seconds=1:3:0"), "must look like seconds=30:120:10"),
        (("--vary", "seconds=1,2", "--vary", "seconds=3"), "--vary: seconds is given twice"),
        (("--vary", "seconds=6:9000:1"), "501 combinations are too many at once, at most 500"),
        (("--budget", "nan"), "--budget: must be 0 or more, got nan"),
        (("--hours", "0"), "--hours: must be more than 0, got 0"),
        (("--start", "noon"), "--start: 'noon' is no time"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_mistakes(tune, options, told):
    out, err = tune(*options, code=2)
    assert out == ""
    assert told in err
    assert len(err.splitlines()) == 1


def test_recordings_of_the_same_time_are_refused(folder, tune):
    (folder / "c.det.csv").write_bytes((folder / "a.det.csv").read_bytes())
    _, err = tune(files=("a.det.csv", "b.det.csv", "c.det.csv"), code=2)
    assert "recordings of one camera must not overlap" in err
    _, err = tune(rule="x", code=2)
    assert "--rule: 'x' does not hold at camera cam-1; there are loiter" in err


@pytest.mark.parametrize("kind", kinds.KINDS["rule"])
def test_every_kind_has_a_usual_sweep(kind):
    now = kinds.settings("rule", kind)()
    if kind in ("line_crossing", "red_light"):
        with pytest.raises(ConfigError, match="has no threshold to vary by itself"):
            sweep.usual(now)
        return
    made, refused = sweep.settings(now, sweep.usual(now))
    assert len(made) + len(refused) >= 4
    assert sum(setting.current for setting in made) == 1
    assert len(refused) <= 2
