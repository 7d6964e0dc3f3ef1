"""The recipe of the shipped detector, on a handful of images: data, training that is stopped and goes on, files."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models.train import ship
from models.train.classes import NAMES
from models.train.cutouts import Cutout, compose, cut
from models.train.dataset import UNLABELLED, besides, labels
from pipeline import build, registry
from pipeline.detectors.settings import DetectorSettings
from pipeline.types import Frame

QUICK = ("epochs=2", "imgsz=160", "compile=false", "close_mosaic=0", "batch=8", "mosaic=0", "scale=0.1")


def step(module: str, *options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", f"models.train.{module}", *map(str, options)]
    return subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)


@pytest.fixture(scope="module")
def prepared(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    done = step("dataset", "--images", data / "images" / "street", "--clips", data / "clips", "--teacher",
                data / "weights" / "yolo11n.pt", "--out", folder, "--limit", 40, "--composites", 6)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.needs_data
def test_the_folder_is_what_it_says(prepared: Path) -> None:
    told = json.loads((prepared / "dataset.json").read_text())
    for part in ("train", "val"):
        images, boxes = sorted((prepared / "images" / part).iterdir()), sorted((prepared / "labels" / part).iterdir())
        assert [path.stem for path in images] == [path.stem for path in boxes]
        assert sum(told["images"][part].values()) == len(images)
        rows = [line.split() for path in boxes for line in path.read_text().splitlines()]
        assert sum(told["boxes"][part].values()) == len(rows)
        assert {int(row[0]) for row in rows} <= set(range(len(NAMES)))
        values = np.array(rows, float)[:, 1:]
        assert ((values > -1e-6) & (values < 1 + 1e-6)).all()
    assert told["images"]["train"]["composite"] == 6


@pytest.mark.needs_data
def test_nothing_of_what_is_measured_on_is_trained_on(prepared: Path, data: Path) -> None:
    with (data / "images" / "street" / "sources.csv").open() as file:
        held_out = {Path(row["file"]).stem for row in csv.DictReader(file) if row["split"] == "val"}
    trained = {path.stem for path in (prepared / "images" / "train").iterdir()}
    assert not trained & held_out
    assert {name.split("-", 1)[1].rsplit("-", 1)[0] for name in trained if name.startswith("clip-")} == {
        "room-one-by-one", "road-single-cars",
    }  # fmt: skip


@pytest.mark.needs_data
@pytest.mark.timeout(900)
def test_it_trains_stops_goes_on_and_ships(prepared: Path, data: Path, tmp_path: Path) -> None:
    weights = data / "weights" / "yolo11n.pt"
    options = ("--data", prepared / "data.yaml", "--teacher", weights, "--out", tmp_path)
    stopped = step("train", *options, "--minutes", 0, "--set", *QUICK)
    assert stopped.returncode == 1
    assert "stopped after epoch 1 of 2; go on with --resume" in stopped.stderr
    run = tmp_path / "run"
    assert str(tmp_path).encode() not in (run / "resume.pt").read_bytes()
    done = step("train", *options, "--resume", run / "resume.pt")
    assert done.returncode == 0, done.stderr[-2000:]
    with (run / "results.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert float(rows[1]["train/taught_cls"]) < float(rows[0]["train/taught_cls"])

    sizes = ship.ship(run / "weights" / "last.pt", tmp_path / "shipped")
    assert sum(sizes.values()) < 6e6
    (entry,) = json.loads((tmp_path / "shipped" / "manifest.json").read_text()).values()
    assert registry.Entry(name="matthan-n", **entry).url is None
    assert str(tmp_path).encode() not in (tmp_path / "shipped" / "matthan-n.pt").read_bytes()
    detector, _ = build.detector(DetectorSettings(
        name=str(tmp_path / "shipped" / "matthan-n_openvino_model"), precision="f32", confidence=0.001, input=160
    ))  # fmt: skip
    assert detector.names == NAMES
    grey = Frame("c", 0, 0.0, (320, 180), lambda w, h: np.full((h, w, 3), 114, np.uint8))
    ((_, found),) = detector.detect([grey])
    assert found.xyxy.shape[1] == 4


def test_labels_are_read_in_pixels(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("3 0.5 0.5 0.5 0.2\n6 0.5 0.5 0.1 0.1\n0 0.1 0.2 0.2 0.4\n")
    assert labels(tmp_path / "a.txt", (100, 200)).tolist() == [[3, 50, 40, 150, 60], [0, 0, 0, 40, 40]]
    assert labels(tmp_path / "none.txt", (100, 200)).shape == (0, 5)


def disc(size: int = 120) -> np.ndarray:
    """A bright disc on a dark ground, with some texture."""
    rows, columns = np.indices((size, size)) - size / 2
    image = np.full((size, size, 3), 40, np.uint8) + np.random.default_rng(0).integers(0, 12, (size, size, 3), np.uint8)
    image[np.hypot(rows, columns) < size / 4] += 150
    return image


def test_what_stands_free_is_cut_out_along_its_edge() -> None:
    (found,) = cut(disc(), np.array([[2.0, 30, 30, 90, 90]]))
    assert found.class_id == 2
    assert found.alpha.shape == (59, 59)
    assert found.alpha[30, 30] == 1
    assert found.alpha[:6, :6].max() == 0
    assert found.alpha.mean() == pytest.approx(np.pi / 4, abs=0.05)


@pytest.mark.parametrize(
    "boxes",
    [
        pytest.param([[2.0, 30, 30, 90, 90], [0.0, 40, 40, 80, 80]], id="another before it"),
        pytest.param([[2.0, 30, 30, 110, 90]], id="found in a part of its box only"),
        pytest.param([[2.0, 0, 30, 90, 90]], id="cut by the side of the picture"),
        pytest.param([[2.0, 50, 50, 64, 64]], id="too small"),
    ],
)
def test_what_does_not_stand_free_is_not(boxes: list[list[float]]) -> None:
    assert [found for found in cut(disc(), np.array(boxes)) if found.class_id == 2] == []


def test_a_cutout_is_as_large_as_what_was_found() -> None:
    (found,) = cut(disc(), np.array([[2.0, 26, 28, 94, 92]]))
    assert found.alpha.shape == found.pixels.shape[:2] == (59, 59)


def test_the_teacher_adds_what_is_not_labelled() -> None:
    labelled = np.array([[3.0, 0, 0, 100, 50]])
    seen = np.array([[3.0, 2, 0, 100, 52], [0.0, 40, 0, 60, 50]])
    assert besides(seen, labelled).tolist() == [[0, 40, 0, 60, 50]]
    assert besides(seen, UNLABELLED).tolist() == seen.tolist()
    assert besides(UNLABELLED, labelled).tolist() == []


def test_composites_hold_what_their_labels_say_and_hide_little() -> None:
    rng = np.random.default_rng(3)
    red = np.zeros((50, 30, 3), np.uint8)
    red[:] = (0, 0, 200)
    ground = np.full((200, 300, 3), 60, np.uint8)
    pool = {class_id: [Cutout(class_id, red, np.ones((50, 30), np.float32))] for class_id in (0, 3)}
    image, boxes = compose(ground, np.array([[3.0, 100, 80, 160, 140]]), pool, 8, rng)
    assert len(boxes) > 3
    assert boxes[0].tolist() == [3, 100, 80, 160, 140]
    for _, x1, y1, x2, y2 in boxes[1:]:
        inside = image[int(y1) : int(y2), int(x1) : int(x2)]
        assert (inside[:, :, 2] > inside[:, :, 0] + 40).mean() > 0.6
    assert (ground == 60).all()
