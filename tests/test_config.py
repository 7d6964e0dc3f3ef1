"""City files: every mistake at once with its path, no secret ever shown."""

import copy
from pathlib import Path

import pytest
import yaml

from pipeline import build
from pipeline.config import City, check, load
from pipeline.errors import ConfigError

GOOD = {
    "city": "ha-tinh",
    "wards": {"tran-phu": {"name": "Phường Trần Phú"}, "nam-ha": {}},
    "rules": {
        "night": {"kind": "loitering", "seconds": 60, "active_hours": "22:00-05:00"},
        "count": {"kind": "line_crossing"},
    },
    "cameras": [
        {
            "id": "tran-phu-01",
            "ward": "tran-phu",
            "source": "rtsp://${CAM_USER}:${CAM_PASSWORD}@10.1.2.3/stream2",
            "zones": {"alley": {"polygon": [[0.1, 0.4], [0.9, 0.4], [0.9, 1.0], [0.1, 1.0]], "rules": ["night"]}},
            "lines": {"gate": {"points": [[0, 0.5], [1, 0.5]], "rules": ["count"]}},
        },
        {"id": "nam-ha-01", "ward": ["tran-phu", "nam-ha"]},
    ],
    "sinks": {"kafka": {"bootstrap_servers": ["localhost:9092"]}},
}


@pytest.fixture(autouse=True)
def _secrets(monkeypatch):
    monkeypatch.setenv("CAM_USER", "admin")
    monkeypatch.setenv("CAM_PASSWORD", "s3cret!")


def mistakes(raw, folder=Path()):
    with pytest.raises(ConfigError) as caught:
        check(raw, folder)
    return caught.value.mistakes


def changed(path, value):
    raw = copy.deepcopy(GOOD)
    node = raw
    *steps, last = path
    for step in steps:
        node = node[step]
    node[last] = value
    return raw


def test_a_right_one():
    city = check(GOOD)
    assert city.rules["night"].gap == 5.0
    assert city.camera("nam-ha-01").ward == ("tran-phu", "nam-ha")
    assert city.timezone == "Asia/Ho_Chi_Minh"


CAMERA = ("cameras", 0)
ZONE = (*CAMERA, "zones", "alley")


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ((*ZONE, "polygon"), [[0, 0], [1, 1], [1, 0], [0, 1]], "cameras[0].zones.alley.polygon: crosses itself"),
        ((*ZONE, "polygon"), [[0, 0], [1, 1]], "cameras[0].zones.alley.polygon: needs at least 3 points, got 2"),
        ((*ZONE, "polygon"), [[0, 0], [2, 0], [1, 1]], "cameras[0].zones.alley.polygon: point 1 must lie in the frame"),
        ((*ZONE, "rules"), ["nigth"], "cameras[0].zones.alley.rules[0]: no rule 'nigth'; there are night, count"),
        ((*ZONE, "rules"), ["count"], "'count' is a line_crossing, which belongs on a line"),
        ((*CAMERA, "lines", "gate", "points"), [[0, 0], [0, 0]], "cameras[0].lines.gate.points: needs two different"),
        ((*CAMERA, "ward"), "tran-fu", "cameras[0].ward: no ward 'tran-fu'; there are tran-phu, nam-ha"),
        ((*CAMERA, "id"), "nam-ha-01", "cameras[1].id: 'nam-ha-01' is the id of cameras[0] already"),
        ((*CAMERA, "id"), "Bad Id", "cameras[0].id"),
        ((*CAMERA, "analyse_fps"), 0, "cameras[0].analyse_fps"),
        ((*CAMERA, "zone"), {}, "cameras[0].zone: unknown setting"),
        ((*CAMERA, "location"), {"lat": 100, "lon": 0}, "cameras[0].location.lat"),
        ((*CAMERA, "source"), "rtsp://${NOBODY}@x/", "cameras[0].source: the environment has no NOBODY"),
        ((*CAMERA, "calibration"), {"image": [[0, 0]] * 4, "ground_m": [[0, 0]] * 4}, "cameras[0].calibration"),
        (("rules", "night", "seconds"), -5, "rules.night.seconds"),
        (("rules", "night", "gap_s"), 60, "rules.night.gap_s: must be < seconds (60), got 60"),
        (("rules", "night", "active_hours"), "22-5", 'rules.night.active_hours: must look like "22:00-05:00"'),
        (("rules", "night", "kind"), "lurking", "rules.night.kind: no rule of kind 'lurking'; there are loitering"),
        (("rules", "night", "second"), 5, "rules.night.second: unknown setting"),
        (("timezone",), "Asia/Hatinh", "timezone: no such time zone"),
        (("sinks", "kafka"), {}, "sinks.kafka.bootstrap_servers"),
        (("sinks", "pigeon"), {}, "no sink of kind 'pigeon'; there are jsonl, kafka"),
        (("tracker",), {"kind": "bytetrack", "speeed": 1}, "tracker.speeed: unknown setting"),
        (("cameras",), [], "cameras"),
    ],
)
def test_each_mistake_has_its_path(path, value, told):
    assert any(told in mistake for mistake in mistakes(changed(path, value)))


def test_all_mistakes_at_once():
    raw = changed(("rules", "night", "seconds"), 0)
    raw["cameras"][0]["zones"]["alley"]["polygon"] = [[0, 0], [1, 1], [1, 0], [0, 1]]
    raw["cameras"][1]["ward"] = ["nowhere"]
    raw["timezone"] = "Mars"
    assert len(mistakes(raw)) == 4


def test_a_third_partys_kind_is_imported(monkeypatch, tmp_path):
    (tmp_path / "theirs.py").write_text(
        "from pipeline.rules.loitering import Loitering as Lurking, LoiteringSettings\n"
        "class LurkingSettings(LoiteringSettings):\n    kind: str = 'x'\n"
        "class Lurking:\n    pass\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    raw = changed(("rules", "night"), {"kind": "theirs:Lurking", "seconds": 7})
    assert check(raw).rules["night"].seconds == 7
    assert "theirs has no Other" in mistakes(changed(("rules", "night"), {"kind": "theirs:Other"}))[0]


def test_passwords_are_never_shown():
    city = check(GOOD)
    raw = changed((*CAMERA, "source"), ["rtsp://admin:s3cret!@x/"])
    shown = [repr(city), str(city), city.model_dump_json(), *mistakes(raw)]
    raw = changed((*CAMERA, "frame_size"), "rtsp://admin:s3cret!@x/")
    assert not any("s3cret" in text for text in [*shown, *mistakes(raw)])
    assert city.cameras[0].source.get_secret_value() == "rtsp://admin:s3cret!@10.1.2.3/stream2"


def test_the_hash_stands_for_results_not_for_secrets(monkeypatch):
    before = check(GOOD).sha256()
    monkeypatch.setenv("CAM_PASSWORD", "other")
    assert check(GOOD).sha256() == before
    assert check(changed(("rules", "night", "seconds"), 61)).sha256() != before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("city: [", "line 1"),
        ("city: a\ncity: b\n", "'city' is written twice"),
        ("- 1\n", "must be a mapping"),
        ("", "must be a mapping"),
    ],
    ids=["not YAML", "key twice", "a list", "empty"],
)
def test_what_is_no_city_file(tmp_path, text, told):
    (tmp_path / "city.yaml").write_text(text)
    with pytest.raises(ConfigError, match=told):
        load(tmp_path / "city.yaml")


def test_cameras_from_a_spreadsheet(tmp_path):
    (tmp_path / "cameras.csv").write_text(
        "id,ward,group,lat,lon,width,height,source\n"
        "c-1,tran-phu,Tổ 2,18.34,105.9,1280,720,rtsp://${CAM_USER}:${CAM_PASSWORD}@10.0.0.1/\n"
        "c-2,tran-phu;nam-ha,,,,,,\n"
    )
    raw = {**GOOD, "cameras": "cameras.csv"}
    (tmp_path / "city.yaml").write_text(yaml.safe_dump(raw, allow_unicode=True))
    city = load(tmp_path / "city.yaml")
    assert city.cameras[0].frame_size == (1280, 720)
    assert city.cameras[0].location.lat == 18.34
    assert city.cameras[1].ward == ("tran-phu", "nam-ha")
    (tmp_path / "cameras.csv").write_text("id,ward\nc-1,nowhere\n")
    assert "cameras[0].ward: no ward 'nowhere'" in mistakes(raw, tmp_path)[0]


def test_schema_for_editors():
    assert "cameras" in City.model_json_schema()["properties"]


def test_rules_that_can_never_fire_with_a_model_are_named():
    used = {"rules": ["dogs", "stay"], "polygon": [[0, 0], [1, 0], [1, 1]]}
    settings = check({
        "city": "c", "wards": {"w": {}}, "cameras": [{"id": "a", "ward": "w", "zones": {"z": used}}],
        "rules": {"dogs": {"kind": "animal_taken"}, "stay": {"kind": "loitering"}, "unused": {"kind": "dumping"}},
    })  # fmt: skip
    assert build.blind(settings, ("person", "dog", "car")) == []
    (told,) = build.blind(settings, ("person", "car"))
    assert told.startswith(
        "rules.dogs never fires: the model knows no dog; name one that does, e.g. model.name: yolo11n"
    )
