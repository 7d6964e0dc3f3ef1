"""What is written can be read back, checked and replayed, and is the same for the same seed."""

import json

import numpy as np
import pytest

from pipeline import config
from pipeline.errors import ConfigError
from pipeline.recording import read_detections
from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.noise import HARSH, REALISTIC
from pipeline.simulate.record import CAMERA, START, city, play, record, truth_rows, write
from pipeline.simulate.scenarios import Scenario
from pipeline.simulate.street import Street

LENS = PinholeCamera()
RULES = {"stays": {"kind": "loitering", "seconds": 20}, "passes": {"kind": "line_crossing"}}


def stay(street: Street) -> None:
    """Somebody stays."""
    person = street.person(0, -12, 12).walk(street.rng.uniform(-1, 1), 12).wait(30)
    street.expect("loitering", 8.0, person.time, "alley")
    person.walk(12, 12).leave()
    street.zones["alley"] = [(-5, 9), (5, 9), (5, 15), (-5, 15)]
    street.directions["alley"] = ((-4, 12), (4, 12))
    street.lines["gate"] = ((0, 8), (0, 16))


STAY = Scenario("stay", "loitering", True, 60.0, stay, {"seconds": 20}, blind=False)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path):
    written = [
        write(tmp_path / name, "stay", play(STAY, seed), STAY, LENS, 10, HARSH, seed).read_bytes()
        for name, seed in (("a", 5), ("b", 5), ("c", 6))
    ]
    assert written[0] == written[1] != written[2]


def test_the_files_say_what_the_recording_says(tmp_path):
    path = write(tmp_path, "stay", play(STAY), STAY, LENS, 10, REALISTIC)
    recording = record(play(STAY), LENS, 10, REALISTIC)
    assert read_detections(path).sha256() == recording.sha256()
    assert config.load(tmp_path / "city.yaml").sha256() == city(STAY, play(STAY), LENS).sha256()
    (row,) = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text().splitlines()]
    assert row == truth_rows(play(STAY))[0]
    assert row["started_at"] == "2026-03-01T14:00:08.000Z"
    assert (row["camera"], row["kind"], row["zone"]) == (CAMERA, "loitering", "alley")


def test_frames_are_canonical():
    recording = record(play(STAY), LENS, 25, HARSH, 3)
    assert (np.diff(recording.times) > 0).all()
    assert recording.times[0] >= START
    assert recording.starts[0] == 0
    assert recording.starts[-1] == len(recording.xyxy)
    assert (recording.xyxy[:, 2:] > recording.xyxy[:, :2]).all()
    for _, rows in recording:
        keys = [(recording.names[c], *box) for c, box in zip(rows.class_id, rows.xyxy.tolist(), strict=True)]
        assert keys == sorted(keys)


def test_rules_go_where_they_belong():
    built = city(RULES, play(STAY), LENS)
    camera = built.camera(CAMERA)
    assert camera.zones["alley"].rules == ("stays",)
    assert camera.zones["alley"].direction is not None
    assert camera.lines["gate"].rules == ("passes",)
    assert built.rules["stays"].seconds == 20
    assert camera.calibration is not None
    assert city(RULES, play(STAY), LENS, calibrated=False).camera(CAMERA).calibration is None


def test_a_play_without_places_is_watched_everywhere():
    zones = city(RULES, Street(10, np.random.default_rng(0)), LENS).camera(CAMERA).zones
    assert zones["all"].polygon == ((0, 0), (1, 0), (1, 1), (0, 1))


def test_wrong_settings_are_named():
    with pytest.raises(ConfigError, match="loudness"):
        city({"stays": {"kind": "loitering", "loudness": 3}}, play(STAY), LENS)


def test_nobody_at_all_is_a_recording_too():
    recording = record(Street(10, np.random.default_rng(0)), LENS, 5, REALISTIC.__class__())
    assert len(recording) == 50
    assert len(recording.xyxy) == 0
