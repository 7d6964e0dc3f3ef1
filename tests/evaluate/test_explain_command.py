"""`matthan explain` as a user meets it: why an event fired, what came nearest where none did, pages and mistakes."""

import ast
import json
import re
from pathlib import Path

import pytest
import yaml

import pipeline
from pipeline.evaluate import gauge_words
from pipeline.evaluate.phrases import PHRASES
from pipeline.simulate import record
from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.noise import PRESETS
from pipeline.simulate.scenarios import load
from tests import videos
from tests.scenarios import ALLEY, INSIDE, OUTSIDE, SIZE, Actor, csv, instants, stand, walk

LOITER = {"kind": "loitering", "seconds": 10, "gap_s": 5}
PLAYS = (
    "man-waits-at-a-gate-for-a-minute-and-a-half", "three-friends-meet-on-the-corner", "intruder-cuts-across-the-yard",
    "motorbikes-cross-the-gate", "seven-crowd-the-small-ticket-window", "suitcase-left-on-the-pavement",
    "parcel-gone-from-the-doorstep", "unattended-backpack-carried-off", "stranger-rides-off-on-a-parked-motorbike",
    "snatched-from-the-front", "prowler-looks-into-three-parked-cars", "dog-carried-away-at-a-run",
    "rubbish-bag-dumped-on-foot",
)  # fmt: skip


@pytest.fixture
def scene(tmp_path, matthan):
    """Write a city of one camera and a recording of it; `scene(...)` explains the recording."""

    def play(actors, seconds, *options, rules=None, times=None, **camera):
        rules = rules or {"loiter": LOITER}
        own = {
            "id": "cam-1", "ward": "w1", "frame_size": list(SIZE),
            "zones": {"alley": {"polygon": ALLEY, "rules": list(rules)}}, **camera,
        }  # fmt: skip
        city = {"city": "test", "wards": {"w1": {}}, "rules": rules, "cameras": [own]}
        (tmp_path / "city.yaml").write_text(yaml.safe_dump(city))
        (tmp_path / "x.det.csv").write_text(csv(actors, times or instants(seconds, 10)))
        return matthan("explain", tmp_path / "x.det.csv", "--city", tmp_path / "city.yaml", *options)[0]

    return play


@pytest.fixture
def folder(tmp_path, scene, matthan):
    """A recording with two events, and the events a replay gives."""
    scene([stand(INSIDE, (0, 15), away=OUTSIDE), stand((200, 400), (20, 40))], 45)
    args = ("--city", tmp_path / "city.yaml", "--camera", "cam-1")
    matthan("replay", tmp_path / "x.det.csv", *args, "--out", tmp_path / "events.jsonl")
    return tmp_path


def ids(folder):
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    return list(dict.fromkeys(event["data"]["event_id"] for event in events))


LEAVES = stand(INSIDE, (0, 9), away=OUTSIDE)
STEPS_OUT = walk((0, 764, 500), (8.9, 764, 500), (9, 772, 500), (14.9, 772, 500), (15, 764, 500), (18, 764, 500))
"""Over the edge of the zone, x = 768, and back."""


@pytest.mark.parametrize(
    ("actors", "seconds", "options", "told"),
    [
        ([STEPS_OUT], 18, (),
         "presence (dwell_s) reached 8.9 of 10 s, then absence (absent_s) 6.0 > 5 s"),
        ([LEAVES], 20, (), "presence (dwell_s) reached 8.9 of 10 s, then absent for more than 5 s and not seen there"),
        ([stand(INSIDE, (0, 99))], 9.5, (), "presence (dwell_s) reached 9.5 of 10 s, then the recording ended"),
        ([stand(INSIDE, (0, 9.96))], 9.95, (), "reached 9.9 of 10 s"),
        ([stand(INSIDE, (0, 20))], 20, ("--to", "5"), "reached 5.0 of 10 s, then it fired after the range: event "),
        ([LEAVES], 20, ("--to", "00:05"), "reached 5.0 of 10 s, then it went on after the range: presence (dwell_s)"),
        ([LEAVES], 20, ("--from", "2026-03-01T14:00:02Z", "--to", "2026-03-01 21:00:06"), "reached 6.0 of 10 s"),
        ([], 5, (), "nothing of the classes person was seen in 51 frames"),
        ([stand(OUTSIDE, (0, 9))], 5, (), "person seen in 50 frames, but never in the zone alley"),
        ([LEAVES], 20, ("--lang", "vi"), "thời gian có mặt (dwell_s) đạt 8,9 / 10 s, sau đó vắng mặt hơn 5 s"),
    ],
    ids=[
        "back after 6 s", "gone for good", "still there", "to the last frame", "fired later", "went on", "clock times",
        "nobody", "outside", "Vietnamese",
    ],
)  # fmt: skip
def test_near_misses_in_words(scene, actors, seconds, options, told):
    out = scene(actors, seconds, *options)
    assert told in out
    assert "fired: event" not in out


def test_the_nearest_miss_comes_first_and_only_three_are_kept(scene):
    spans = [(0, 4), (20, 28), (40, 42), (60, 66), (80, 83)]
    actors = [stand((200 + 60 * i, 300 + 90 * i), span) for i, span in enumerate(spans)]
    got = json.loads(scene(actors, 95, "--json"))["rules"][0]
    assert [round(candidate["gauges"][0]["value"]) for candidate in got["nearest"]] == [8, 6, 4]
    assert got["why"] is None
    assert got["fired"] == []


def test_what_fired_is_told_and_is_no_near_miss(folder, matthan):
    args = (folder / "x.det.csv", "--city", folder / "city.yaml", "--json")
    first, second = ids(folder)
    for (start, end), expected in (((0, 45), [first, second]), ((12, 14), [first]), ((32, 34), [second])):
        got = json.loads(matthan("explain", *args, "--from", start, "--to", end)[0])["rules"][0]
        assert [firing["event_id"] for firing in got["fired"]] == expected
        assert got["nearest"] == []
        assert got["why"] is None


def test_the_hours_and_the_cooldown_that_held_a_rule(scene):
    asleep = {"loiter": {**LOITER, "active_hours": "22:00-05:00"}}
    assert "none of the 201 frames is in the active hours 22:00-05:00" in scene(
        [stand(INSIDE, (0, 20))], 20, rules=asleep
    )
    resting = {"loiter": {**LOITER, "cooldown_s": 100}}
    out = scene([stand(INSIDE, (0, 20)), stand((200, 400), (12, 40))], 45, rules=resting)
    assert "fired: event" in out
    assert "every threshold was met, but the rule held: cooldown of 100 s after the event at 21:00:10.0" in out


def test_no_frame_in_the_range(scene):
    times = [t for t in instants(20, 10) if t <= 3 or t >= 12]
    out = scene([], 20, "--from", "5", "--to", "9", times=times)
    assert "no frame was analysed then; the recording is from 21:00:00.0 (+0.0 s) to 21:00:20.0 (+20.0 s)" in out


def test_one_rule_of_two(scene):
    rules = {"loiter": LOITER, "intrude": {"kind": "intrusion", "seconds": 30}}
    both = json.loads(scene([LEAVES], 20, "--json", rules=rules))["rules"]
    one = json.loads(scene([LEAVES], 20, "--json", "--rule", "intrude", rules=rules))["rules"]
    assert [watch["rule"] for watch in both] == ["loiter", "intrude"]
    assert one == both[1:]


def test_a_line_tells_how_near_somebody_came(scene):
    rules = {"count": {"kind": "line_crossing", "classes": ["person"]}}
    places = {"zones": {}, "lines": {"gate": {"points": [[0.5, 0], [0.5, 1]], "rules": ["count"]}}}
    out = scene([walk((0, 100, 500), (5, 600, 500), (10, 100, 500))], 10, rules=rules, **places)
    assert "distance from the line (offset_px) 40.0 > 0 px" in out


def test_an_event_is_explained(folder, matthan):
    first, second = ids(folder)
    args = (folder / "x.det.csv", "--city", folder / "city.yaml", "--camera", "cam-1")
    out, err = matthan("explain", second, *args, "--json")
    got = json.loads(out)
    assert err == ""
    assert (got["event_id"], got["kind"], got["phases"]) == (second, "loitering", ["opened", "closed"])
    dwell, absent = got["gauges"]
    assert (dwell["name"], dwell["value"], dwell["threshold"], dwell["met"]) == ("dwell_s", 10.0, 10.0, True)
    assert dwell["met_since"] == got["opened_at"] == "2026-03-01T14:00:30.000Z"
    assert got["started_at"] == "2026-03-01T14:00:20.000Z"
    assert absent["met_since"] == "2026-03-01T14:00:20.100Z", "measured from the frame that confirms the track on"
    values = [(sample["time"], sample["dwell_s"]) for sample in got["samples"]]
    assert values[0] == ("2026-03-01T14:00:20.100Z", 0.1)
    assert ("2026-03-01T14:00:30.000Z", 10.0) in values, "the frame in which a threshold is reached is always there"
    assert max(value for _, value in values) == 19.9
    (path,) = got["paths"].values()
    assert path[0] == {"time": "2026-03-01T14:00:20.100Z", "px": [200.0, 400.0], "ground_m": None}
    text, _ = matthan("explain", first[:8], *args)
    assert f"event {first}: loitering, rule loiter, zone alley" in text
    assert "presence (dwell_s) 10.0 ≥ 10 s; met since 21:00:10.0 (+10.0 s)" in text
    assert "21:00:10.0       10.0*" in text
    vietnamese, _ = matthan("explain", first[:8], *args, "--lang", "vi")
    assert "Có người lưu lại khu vực “alley” 10,0 giây" in vietnamese
    assert "thời gian có mặt (dwell_s) 10,0 ≥ 10 s; đạt từ 21:00:10.0" in vietnamese


def test_a_runs_folder_tells_the_camera_and_the_recording(folder, matthan):
    from pipeline.recording import Writer, read_detections

    recording = read_detections(folder / "x.det.csv")
    with Writer(folder / "detections.parquet") as writer:
        for time, rows in recording:
            writer.write(time, rows, recording.names, "cam-1")
    raw = yaml.safe_load((folder / "city.yaml").read_text())
    raw["cameras"].append({**raw["cameras"][0], "id": "cam-2"})
    (folder / "city.yaml").write_text(yaml.safe_dump(raw))
    out, _ = matthan("explain", ids(folder)[0], folder, "--city", folder / "city.yaml")
    assert "loitering, rule loiter, zone alley" in out
    _, err = matthan("explain", folder, "--city", folder / "city.yaml", code=2)
    assert "--camera: city test has 2 cameras, name one of cam-1, cam-2" in err
    raw["rules"]["loiter"]["seconds"] = 9
    (folder / "city.yaml").write_text(yaml.safe_dump(raw))
    _, err = matthan("explain", ids(folder)[0], folder, "--city", folder / "city.yaml", code=2)
    assert "events.jsonl has it, so test's rules or the camera are not those of that run" in err


def test_an_event_of_an_analysed_video(tmp_path, matthan):
    """The run's own detections, judged again, give the run's events under the same ids."""
    rules = {"loiter": {"kind": "loitering", "seconds": 2, "gap_s": 1}}
    zones = {"alley": {"polygon": ALLEY, "rules": ["loiter"]}}
    camera = {"id": "cam-1", "ward": "w1", "frame_size": [320, 240], "zones": zones}
    city = {"city": "test", "wards": {"w1": {}}, "rules": rules, "cameras": [camera]}
    (tmp_path / "city.yaml").write_text(yaml.safe_dump(city))
    videos.make(tmp_path / "x.mp4")
    (tmp_path / "x.det.csv").write_text(csv([Actor(lambda t: (100, 150), 60)], instants(5, 10), 0.0))
    recorded = ("--runtime", "recorded", "--model", tmp_path / "x.det.csv", "--city", tmp_path / "city.yaml")
    matthan("analyse", tmp_path / "x.mp4", *recorded, "--out", tmp_path / "run")
    told = json.loads((tmp_path / "run" / "events.jsonl").read_text().splitlines()[0])["data"]
    out, _ = matthan("explain", told["event_id"], tmp_path / "run", "--city", tmp_path / "city.yaml", "--json")
    got = json.loads(out)
    assert (got["started_at"], got["measures"]["dwell_s"]) == (told["started_at"], told["measures"]["dwell_s"])


@pytest.mark.parametrize("name", PLAYS)
def test_every_kind_can_be_explained(name, tmp_path, matthan):
    """Every event of a play is found again, with all that is measured of it and where its tracks were."""
    chosen, camera = load()[name], PinholeCamera()
    path = record.write(tmp_path, name, record.play(chosen), chosen, camera, 10, PRESETS["clean"])
    args = (path, "--city", tmp_path / "city.yaml")
    matthan("replay", *args, "--camera", record.CAMERA, "--out", tmp_path / "events.jsonl")
    events = [json.loads(line)["data"] for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    fired = [event for event in events if event["revision"] == 0 and event["kind"] == chosen.kind]
    assert fired
    for event in fired:
        got = json.loads(matthan("explain", event["event_id"], *args, "--json")[0])
        assert got["started_at"] == event["started_at"]
        unmet = {gauge["name"] for gauge in got["gauges"] if not gauge["met"]}
        # A dog that was seen along needs no time out of sight.
        assert unmet <= ({"unseen_s"} if chosen.kind == "animal_taken" else set())
        assert all(gauge["name"] in gauge_words.LABELS for gauge in got["gauges"])
        assert got["samples"]
        assert any(point["ground_m"] for path in got["paths"].values() for point in path) or chosen.kind == "crowding"


def test_pages_need_no_network(folder, matthan):
    args = (folder / "x.det.csv", "--city", folder / "city.yaml")
    event = ids(folder)[0]
    matthan("explain", event, *args, "--plot", folder / "event.html")
    matthan("explain", *args, "--to", 9, "--plot", folder / "miss.html")
    for name, charts in (("event", 3), ("miss", 3)):
        page = (folder / f"{name}.html").read_text()
        assert page.count('class="plotly-graph-div"') == charts
        assert 2_000_000 < len(page) < 8_000_000, "plotly is inside, once"
        assert not re.search(r"<(script|link|img)[^>]+(src|href)=", page)
        assert "presence (dwell_s)" in page
    _, err = matthan("explain", event, *args, "--plot", folder / "no" / "x.html", code=2)
    assert "x.html: cannot be written: No such file or directory" in err


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("zz",), "EVENT_ID: must be an event's id or 4 or more characters of its beginning, got 'zz'"),
        (("0000",), "the recording gives camera cam-1 no event 0000; there are "),
        (("0000", "--from", "1"), "leave out --from, --to and --rule"),
        (("--from", "noon"), "--from: 'noon' is no time"),
        (("--from", "9", "--to", "3"), "--from: must not be after --to, got 9 and 3"),
        (("--from", "100"), "nothing was recorded then; the recording is from 2026-03-01T14:00:00.000Z"),
        (("--rule", "x"), "--rule: 'x' does not hold at camera cam-1; there are loiter"),
        (("--lang", "fr"), "--lang: must be vi or en, got 'fr'"),
        (("--camera", "cam-9"), "no camera 'cam-9' in city test; there are cam-1"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_mistakes(folder, matthan, args, told):
    positional = [args[0]] if not args[0].startswith("--") else []
    options = args[len(positional) :]
    out, err = matthan("explain", *positional, folder / "x.det.csv", "--city", folder / "city.yaml", *options, code=2)
    assert out == ""
    assert told in err
    assert len(err.splitlines()) == 1


def test_every_gauge_of_our_rules_has_words():
    """In both languages, and neither accuses anybody."""
    rules = Path(pipeline.__file__).parent / "rules"
    named = {
        node.args[0].value
        for path in rules.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Gauge"
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(named) > 20
    assert named == set(gauge_words.LABELS)
    for vietnamese, english in [*gauge_words.LABELS.values(), *PHRASES.values()]:
        assert vietnamese
        assert english
        text = f"{vietnamese} {english}".lower()
        assert not [
            word for word in ("thief", "criminal", "suspect", "tội phạm", "kẻ trộm", "nghi phạm") if word in text
        ]
