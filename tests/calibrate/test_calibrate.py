"""Calibration from pairs, a rectangle and sizes, against a simulated camera whose truth is known."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml
from typer.testing import CliRunner

from pipeline import geometry, recording
from pipeline.anchor import Anchor
from pipeline.calibrate import sizes
from pipeline.calibrate.fit import fit, rectangle
from pipeline.cli import app
from pipeline.config import Calibration
from pipeline.errors import InputError
from pipeline.recording import Recording
from pipeline.simulate import traffic
from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.noise import PRESETS
from pipeline.simulate.record import record
from pipeline.types import Floats

CAMERA = PinholeCamera()
IMAGE = np.array([(u, v) for v in (330.0, 450, 680) for u in (120.0, 640, 1150)])


def known(noise_px: float = 0.0) -> tuple[Floats, Floats]:
    """Nine pairs, as somebody would click them."""
    rng = np.random.default_rng(1)
    return IMAGE + rng.normal(0, noise_px, IMAGE.shape) if noise_px else IMAGE, CAMERA.ground(IMAGE)


def test_exact_pairs_give_the_camera_back() -> None:
    found = fit(*known())
    assert found.rms_m < 1e-6
    assert found.error_px.max() < 1e-3
    assert geometry.project(found.homography, np.array([[300.0, 500]])) == pytest.approx(
        CAMERA.ground(np.array([[300.0, 500]]))
    )


def test_clicks_a_pixel_off_are_good_enough() -> None:
    found = fit(*known(noise_px=1.0))
    assert 0 < found.rms_m < 0.5


def test_four_pairs_cannot_be_checked() -> None:
    image, ground = known()
    assert not fit(image[[0, 2, 6, 8]], ground[[0, 2, 6, 8]]).checked


def wrong_pair() -> tuple[Floats, Floats]:
    image, ground = known()
    ground = ground.copy()
    ground[4] += (6, 6)
    return image, ground


REFUSED = {
    "three pairs": (IMAGE[:3], CAMERA.ground(IMAGE[:3]), "needs at least 4 point pairs, got 3"),
    "on one line": (IMAGE[:3].repeat(2, axis=0)[:5], CAMERA.ground(IMAGE[:3].repeat(2, axis=0)[:5]), "on one line"),
    "x and y exchanged": (IMAGE, CAMERA.ground(IMAGE)[:, ::-1], "mirrored"),
    "one pair is wrong": (*wrong_pair(), r"pair 5 \(640, 450\) is off by"),
    "nothing fits": (IMAGE, CAMERA.ground(IMAGE) + np.random.default_rng(3).normal(0, 1.5, (9, 2)), "disagree by"),
}


@pytest.mark.parametrize(("image", "ground", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_bad_pairs_are_refused(image: Floats, ground: Floats, says: str) -> None:
    with pytest.raises(InputError, match=says):
        fit(image, ground)


@pytest.mark.parametrize("wrong", range(9))
def test_a_wrong_pair_is_named_wherever_it_lies(wrong: int) -> None:
    image, ground = known()
    ground = ground.copy()
    ground[wrong] += (6, -4)
    with pytest.raises(InputError, match=rf"pair {wrong + 1} \("):
        fit(image, ground)


def test_a_rectangle() -> None:
    corners = np.array([(-2.0, 8.0, 0), (2, 8, 0), (2, 20, 0), (-2, 20, 0)])
    found = rectangle(CAMERA.project(corners)[0], 4.0, 12.0)
    there = geometry.project(found.homography, CAMERA.project(np.array([[0.0, 14, 0]]))[0])
    assert there[0] == pytest.approx([2.0, 6.0])


def test_there_and_back() -> None:
    matrix = fit(*known()).homography
    ground = np.array([[3.0, 12], [-5, 30], [0, -20]])
    pixels = geometry.unproject(matrix, ground)
    assert pixels[:2] == pytest.approx(CAMERA.project(np.column_stack([ground, np.zeros(3)]))[0][:2])
    assert np.isnan(pixels[2]).all(), "behind the camera"


@pytest.mark.parametrize("north_deg", [90.0, 0.0, 37.0])
def test_the_plane_on_the_earth(north_deg: float) -> None:
    anchor = Anchor(18.3428, 105.9057, north_deg)
    xy = np.array([[0.0, 0], [100, 0], [-30, 250]])
    there = anchor.wgs84(xy)
    assert there[0] == pytest.approx([18.3428, 105.9057])
    assert anchor.plane(there) == pytest.approx(xy, abs=1e-6)
    if north_deg == 0.0:
        assert there[1, 0] > 18.3428 + 0.0008, "+x is north"
        assert there[1, 1] == pytest.approx(105.9057)


STREETS = [(CAMERA, 75.0), (PinholeCamera(height_m=8.0, tilt_deg=35.0, fov_deg=60.0), 60.0)]


@pytest.mark.parametrize(("camera", "fov_deg"), STREETS)
def test_from_the_sizes_of_people_and_cars(camera: PinholeCamera, fov_deg: float) -> None:
    street = next(iter(traffic.eventless(3, 0.25)))
    pose = sizes.from_sizes(record(street, camera, 5, PRESETS["realistic"]), camera.frame_size, fov_deg)
    points = np.array([(x, y) for x in (200.0, 640, 1100) for y in (400.0, 500, 600, 700)])
    truth = camera.ground(points)
    off = np.hypot(*(pose.ground(points) - truth).T) / np.hypot(*truth.T)
    assert np.median(off) < 0.15, (pose, off)


def people(feet: Sequence[float], count: int = 100) -> Recording:
    rows = np.array([(600.0, y - 120, 640.0, y) for y in np.resize(feet, count)])
    return Recording(np.arange(count) * 0.1, np.arange(count + 1), rows, np.ones(count), np.zeros(count, int),
                     np.full(count, -1), ("person",))  # fmt: skip


@pytest.mark.parametrize(
    ("boxes", "says"), [(people([400.0], 10), "needs 60 boxes"), (people([400.0, 410]), "same distance")]
)
def test_sizes_that_tell_nothing_are_refused(boxes: Recording, says: str) -> None:
    with pytest.raises(InputError, match=says):
        sizes.from_sizes(boxes, (1280, 720))


def run(tmp_path: Path, *options: str) -> tuple[int, str]:
    picture = tmp_path / "camera.png"
    cv2.imwrite(str(picture), np.full((720, 1280, 3), 90, np.uint8))
    ran = CliRunner().invoke(app, ["calibrate", str(picture), "--out", str(tmp_path / "grid.jpg"), *options])
    return ran.exit_code, ran.output if ran.exception is None or ran.exit_code == 0 else str(ran.exception)


def write_pairs(path: Path, header: str, rows: Floats) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header.split(","), *np.round(rows, 7).tolist()])
    return path


def test_pairs_from_a_map(tmp_path: Path) -> None:
    image, ground = known()
    pairs = write_pairs(
        tmp_path / "pairs.csv", "u,v,lat,lon", np.column_stack([image, Anchor(18.34, 105.9).wgs84(ground)])
    )
    code, text = run(tmp_path, "--points", str(pairs), "--json")
    assert code == 0, text
    told = json.loads(text)
    setting = Calibration.model_validate(told["calibration"])
    assert setting.origin is not None
    matrix = geometry.homography(setting.image, setting.ground_m)
    there = Anchor(setting.origin.lat, setting.origin.lon).wgs84(geometry.project(matrix, image))
    assert Anchor(18.34, 105.9).plane(there) == pytest.approx(ground, abs=0.1)
    assert told["mean_error_m"] < 0.1


def test_the_picture_shows_the_grid_where_it_belongs(tmp_path: Path) -> None:
    pairs = write_pairs(tmp_path / "pairs.csv", "u,v,x_m,y_m", np.column_stack(known()))
    code, text = run(tmp_path, "--points", str(pairs))
    assert code == 0, text
    assert yaml.safe_load(text.split("\n\n")[1])["calibration"]["image"]
    image = cv2.imread(str(tmp_path / "grid.jpg")).astype(int)
    axis = CAMERA.project(np.array([[0.0, 9.0, 0]]))[0][0].round().astype(int)
    beside = CAMERA.project(np.array([[0.5, 9.5, 0]]))[0][0].round().astype(int)
    assert np.ptp(image[axis[1], axis[0] - 1 : axis[0] + 2].max(axis=0)) > 60, "the y axis is drawn in colour"
    assert np.ptp(image[beside[1], beside[0]]) < 30


MISTAKES = {
    "no source": ([], "give one of --points, --rectangle or --sizes"),
    "a rectangle without its size": (["--rectangle", "1,1 2,1 2,2 1,2"], "--rectangle needs --width and --length"),
    "a rectangle of three corners": (
        ["--rectangle", "1,1 2,1 2,2", "--width", "2", "--length", "3"],
        "needs four corners",
    ),
    "a corner outside": (
        ["--rectangle", "1,1 900,1 900,720 1,5130", "--width", "2", "--length", "3"],
        "point 4 (1, 5130) lies outside the picture of 1280 × 720 pixels",
    ),
    "no such file": (["--points", "none.csv"], "none.csv: cannot be read: No such file"),
}


@pytest.mark.parametrize(("options", "says"), MISTAKES.values(), ids=MISTAKES.keys())
def test_mistakes_are_told(tmp_path: Path, options: list[str], says: str) -> None:
    code, text = run(tmp_path, *options)
    assert code != 0
    assert says in text


def test_metres_for_pixels_are_refused(tmp_path: Path) -> None:
    image, ground = known()
    pairs = write_pairs(tmp_path / "pairs.csv", "u,v,x_m,y_m", np.column_stack([ground, image]))
    code, text = run(tmp_path, "--points", str(pairs))
    assert code != 0
    assert "outside the picture" in text


def test_a_row_that_is_no_pair_is_named(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("u,v,lat,lon\n1,2,18.3,105.9\n1,2,118.3,105.9\n")
    assert "line 3: latitude must be -90..90" in run(tmp_path, "--points", str(tmp_path / "p.csv"))[1]
    (tmp_path / "p.csv").write_text("u,v\n1,2\n")
    assert "needs u,v,x_m,y_m or u,v,lat,lon, got u,v" in run(tmp_path, "--points", str(tmp_path / "p.csv"))[1]


def test_from_sizes_by_command(tmp_path: Path) -> None:
    street = next(iter(traffic.eventless(3, 0.25)))
    made = record(street, CAMERA, 5, PRESETS["realistic"])
    with recording.Writer(tmp_path / "s.det.csv") as writer:
        for time, rows in made:
            writer.write(time, rows, made.names)
    code, text = run(tmp_path, "--sizes", str(tmp_path / "s.det.csv"))
    assert code == 0, text
    assert "the camera hangs" in text
