"""The simulated camera: pixels and metres fit each other and the calibration it hands out."""

import numpy as np
import pytest

from pipeline import geometry
from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.street import BODIES, Body

CAMERA = PinholeCamera()
LEVEL = PinholeCamera(height_m=1.0, tilt_deg=0.0, fov_deg=90.0, frame_size=(200, 200))
"""Focal length 100 px: at depth d one metre is 100 / d px."""


@pytest.mark.parametrize("camera", [CAMERA, PinholeCamera(4.0, 35.0, 60.0, (640, 360))], ids=["default", "other"])
def test_the_calibration_gives_the_ground_back_to_a_centimetre(camera):
    pairs = camera.calibration()
    ground_m = np.array([(x, y) for x in (-6.0, 0.0, 2.5) for y in (8.0, 12.0, 25.0)])
    pixels, _ = camera.project(np.column_stack([ground_m, np.zeros(len(ground_m))]))
    back = geometry.project(geometry.homography(pairs["image"], pairs["ground_m"]), pixels)
    assert len(pairs["image"]) == 6
    assert np.abs(back - ground_m).max() < 0.01
    assert np.allclose(camera.ground(pixels), ground_m)


def test_a_box_worked_out_by_hand():
    # Faces at depth 9 and 11; the front one is the larger: 1 m high from the ground, 1 m under the lens.
    box = LEVEL.boxes(np.array([[0.0, 10.0, 0.0]]), np.array([90.0]), Body("crate", 2.0, 1.0, 1.0))
    assert box[0] == pytest.approx([100 - 50 / 9, 100, 100 + 50 / 9, 100 + 100 / 9])


def test_heading_turns_the_body():
    across, along = (LEVEL.boxes(np.array([[0.0, 10.0, 0.0]]), np.array([h]), BODIES["car"]) for h in (0.0, 90.0))
    assert across[0, 2] - across[0, 0] == pytest.approx(100 * 4.3 / (10 - 0.9))
    assert along[0, 2] - along[0, 0] == pytest.approx(100 * 1.8 / (10 - 2.15))


@pytest.mark.parametrize(
    ("x", "y", "seen"),
    [
        (0.0, 10.0, True),
        (10.0 - 0.1, 10.0, True),  # its middle just inside the edge: about half of it shows
        (10.0 + 0.5, 10.0, False),  # a quarter shows
        (0.0, -3.0, False),  # behind the lens
        (0.0, 30.0, False),  # 5 px high
    ],
)
def test_what_is_not_in_the_picture_has_no_box(x, y, seen):
    box = LEVEL.boxes(np.array([[x, y, 0.0]]), np.array([0.0]), Body("board", 2.0, 0.01, 1.5))
    assert bool(np.isfinite(box).all()) == seen
    if seen:
        assert box.min() >= 0
        assert box.max() <= 200


def test_zones_are_clipped_to_the_picture_and_keep_their_place():
    shares = CAMERA.ground_polygon([(-50.0, -5.0), (50.0, -5.0), (50.0, 30.0), (-50.0, 30.0)])
    far = CAMERA.project(np.array([0.0, 30.0, 0.0]))[0][1] / 720
    assert sorted({y for _, y in shares}) == pytest.approx([far, 1.0], abs=1e-5)
    assert {x for x, _ in shares} == {0.0, 1.0}
    with pytest.raises(ValueError, match="is in the picture"):
        CAMERA.ground_polygon([(100.0, 5.0), (110.0, 5.0), (110.0, 8.0)])


def test_a_line_keeps_its_sense_and_is_cut_at_the_edge():
    (x1, y1), (x2, y2) = CAMERA.ground_line((0.0, -5.0), (0.0, 20.0))
    assert (x1, y1) == pytest.approx((0.5, 1.0))
    assert x2 == pytest.approx(0.5)
    assert y2 < y1
    with pytest.raises(ValueError, match="is in the picture"):
        CAMERA.ground_line((60.0, 6.0), (70.0, 6.0))
