"""The command line as a user meets it: real processes, exit codes, one clear line for each mistake."""

import json
import os
import subprocess
import sys

import pytest
import yaml

from tests import videos
from tests.scenarios import INSIDE, OUTSIDE, csv, instants, stand, walk

CITY = {
    "city": "test",
    "wards": {"w1": {}},
    "rules": {
        "loiter": {"kind": "loitering", "seconds": 10},
        "count": {"kind": "line_crossing", "classes": ["person"]},
    },
    "cameras": [
        {
            "id": "cam-1",
            "ward": "w1",
            "frame_size": [1280, 720],
            "source": "rtsp://admin:${PASSWORD}@10.0.0.1/stream",
            "zones": {"alley": {"polygon": [[0.1, 0.1], [0.6, 0.1], [0.6, 1], [0.1, 1]], "rules": ["loiter"]}},
            "lines": {"gate": {"points": [[0.5, 0], [0.5, 1]], "rules": ["count"]}},
        }
    ],
}
SCENE = [stand(INSIDE, (0, 15), away=OUTSIDE), walk((3, 1200, 600), (9, 300, 600))]


def matthan(*args, code=0, **env):
    """Run the command; returns stdout and stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", *map(str, args)],
        capture_output=True, text=True, env={**os.environ, "PASSWORD": "s3cret", **env}, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout, done.stderr


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "city.yaml").write_text(yaml.safe_dump(CITY))
    (tmp_path / "x.det.csv").write_text(csv(SCENE, instants(20, 10)))
    return tmp_path


def replay(folder, name, out):
    args = ("--city", folder / "city.yaml", "--camera", "cam-1", "--out", folder / f"{out}.jsonl")
    matthan("replay", folder / name, *args, "--tracks", folder / f"{out}.csv")
    return (folder / f"{out}.jsonl").read_bytes(), (folder / f"{out}.csv").read_bytes()


def test_replay_gives_the_same_bytes_in_any_order_of_rows(folder):
    lines = (folder / "x.det.csv").read_text().splitlines()
    (folder / "y.det.csv").write_text("\n".join([lines[0], *sorted(lines[1:], key=hash)]) + "\n")
    first = replay(folder, "x.det.csv", "a")
    assert first == replay(folder, "x.det.csv", "b") == replay(folder, "y.det.csv", "c")
    kinds = [json.loads(line)["type"] for line in first[0].splitlines()]
    assert kinds.count("matthan.loitering.opened") == 1
    assert kinds.count("matthan.line_crossing.closed") == 1
    assert kinds.count("matthan.count.closed") == 1


def test_recordings_of_10_and_25_fps_agree(folder):
    starts = {}
    for fps in (10, 25):
        (folder / "f.det.csv").write_text(csv(SCENE, instants(20, fps)))
        events = [json.loads(line) for line in replay(folder, "f.det.csv", "f")[0].splitlines()]
        starts[fps] = [(e["type"], e["data"]["started_at"][:-3]) for e in events if e["data"]["kind"] != "count"]
    assert starts[10] == starts[25]


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda p: p.write_text("no video\n" * 99), "not a video"),
        (lambda p: None, "no such file"),
        (lambda p: p.mkdir(), "is a folder"),
        (lambda p: p.touch(), "0 bytes"),
        (videos.make_audio, "no video stream"),
    ],
    ids=["text", "missing", "folder", "empty", "audio"],
)
def test_analyse_of_no_video(tmp_path, make, told):
    make(tmp_path / "x.mp4")
    _out, err = matthan("analyse", tmp_path / "x.mp4", "--out", tmp_path / "out", code=2)
    assert told in err
    assert len(err.splitlines()) == 1
    assert str(tmp_path / "x.mp4") in err
    assert not (tmp_path / "out").exists()


def test_a_model_that_is_not_at_hand(tmp_path):
    videos.make(tmp_path / "x.mp4")
    env = {"MATTHAN_MODELS": "", "XDG_CACHE_HOME": str(tmp_path / "cache")}
    _, err = matthan("analyse", tmp_path / "x.mp4", "--model", "yolo99", code=2, **env)
    assert "model yolo99 is not at hand: copy" in err
    assert len(err.splitlines()) == 1
    _, err = matthan("analyse", tmp_path / "x.mp4", "--model", "yolo11n", code=2, **env)
    assert "matthan models fetch yolo11n" in err
    _, err = matthan("analyse", tmp_path / "x.mp4", "--out", tmp_path / "out", **env)
    assert "the model that matthan carries is used" in err
    assert "matthan models fetch yolo11n" in err


def test_check_lists_all_mistakes_and_no_password(folder):
    raw = yaml.safe_load((folder / "city.yaml").read_text())
    raw["cameras"][0]["zones"]["alley"]["polygon"] = [[0, 0], [1, 1], [1, 0], [0, 1]]
    raw["cameras"][0]["ward"] = "nowhere"
    raw["cameras"][0]["fame_size"] = 1
    (folder / "bad.yaml").write_text(yaml.safe_dump(raw))
    out, err = matthan("check", folder / "bad.yaml", code=2)
    assert {line.split(":")[1].strip() for line in err.splitlines()} == {
        "cameras[0].zones.alley.polygon", "cameras[0].ward", "cameras[0].fame_size",
    }  # fmt: skip
    out, _ = matthan("check", folder / "city.yaml")
    assert "ok" in out
    assert "s3cret" not in out + err


def test_a_password_reaches_no_file_and_no_output(folder):
    videos.make(folder / "x.mp4")
    (folder / "t.det.csv").write_text(csv(SCENE, instants(4, 10), 0.0))
    args = ("--city", folder / "city.yaml", "--runtime", "recorded", "--model", folder / "t.det.csv")
    out, err = matthan("analyse", folder / "x.mp4", *args, "--out", folder / "out", "--annotate")
    written = [path for path in (folder / "out").rglob("*") if path.is_file()]
    assert {"events.jsonl", "outbox.sqlite", "report.html", "tracks.parquet", "detections.parquet"} <= {
        path.name for path in written
    }
    assert "s3cret" not in out + err
    assert not any(b"s3cret" in path.read_bytes() for path in written)


def test_outbox_status_doctor_models(folder):
    out, _ = matthan("doctor")
    assert "openvino" in out
    out, _ = matthan("models", "list")
    assert "yolo11n" in out
    _, err = matthan("outbox", "status", folder, code=2)
    assert "no outbox there" in err
    _, err = matthan("models", "fetch", "nope", code=2)
    assert "no model 'nope' in the manifest" in err


def test_replay_refuses_without_a_frame_size(folder):
    raw = yaml.safe_load((folder / "city.yaml").read_text())
    del raw["cameras"][0]["frame_size"]
    (folder / "city.yaml").write_text(yaml.safe_dump(raw))
    _, err = matthan("replay", folder / "x.det.csv", "--city", folder / "city.yaml", "--camera", "cam-1", code=2)
    assert "frame_size" in err
    _, err = matthan("replay", folder / "x.det.csv", "--city", folder / "city.yaml", "--camera", "cam-9", code=2)
    assert "no camera 'cam-9'" in err


def test_demo_with_the_model_that_matthan_carries(tmp_path):
    out, _ = matthan("demo", "--out", tmp_path / "d", MATTHAN_MODELS="", XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert "Detector: matthan-n" in out
    events = [json.loads(line) for line in (tmp_path / "d" / "events.jsonl").read_text().splitlines()]
    assert {event["data"]["provenance"]["model"].split()[0] for event in events} == {"matthan-n"}
    loitering = [event for event in events if event["data"]["kind"] == "loitering"]
    assert [event["data"]["phase"] for event in loitering] == ["opened", "updated", "closed"]
    stills = loitering[1]["data"]["evidence"]
    assert len(stills) == 2
    assert all((tmp_path / "d" / still["uri"]).exists() for still in stills)
    for name in ("street.mp4", "street.annotated.mp4", "report.html", "tracks.parquet"):
        assert (tmp_path / "d" / name).stat().st_size > 1000


def test_usage_is_exit_2():
    matthan("analyse", code=2)
    matthan("nonsense", code=2)
