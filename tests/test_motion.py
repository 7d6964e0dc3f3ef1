"""From boxes to the ground: places, headings and speeds of known road users, with and without a detector's faults."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import yaml
from typer.testing import CliRunner

from pipeline import geometry, recording
from pipeline.cli import app
from pipeline.motion import SIZES_M, motion, smoothed
from pipeline.recording import Recording
from pipeline.scene import Scene
from pipeline.simulate.camera import PinholeCamera
from pipeline.traffic import Traffic, trajectories
from pipeline.traffic_files import read_trajectories
from pipeline.trajectories import Trajectories
from pipeline.types import Floats
from pipeline.view import View

CAMERA = PinholeCamera(height_m=8.0, tilt_deg=18.0)
HOMOGRAPHY = geometry.homography(*CAMERA.calibration().values())
HEIGHTS_M = {"car": 1.5, "motorcycle": 1.1, "person": 1.7, "bus": 3.1}


def boxes(name: str, x: Floats, y: Floats, heading_deg: Floats, noise_px: float = 0.0, seed: int = 0) -> Floats:
    """As the camera sees it."""
    size = np.tile((*SIZES_M[name], HEIGHTS_M[name]), (len(x), 1))
    found = CAMERA.cuboids(np.column_stack([x, y, np.zeros(len(x))]), heading_deg, size)
    return found + np.random.default_rng(seed).normal(0, noise_px, found.shape) if noise_px else found


def drive(name: str, start: tuple[float, float], heading_deg: float, speed: float, seconds: float = 4.0, **how: float):
    """Straight on: times, boxes, and the truth."""
    time = np.arange(0, seconds + 1e-9, 0.1)
    turn = math.radians(heading_deg)
    x, y = start[0] + speed * math.cos(turn) * time, start[1] + speed * math.sin(turn) * time
    return time, boxes(name, x, y, np.full(len(time), heading_deg), **how), x, y


DRIVES = {
    "a car across the picture": ("car", (-14.0, 25.0), 0.0, 8.0),
    "a car that comes nearer": ("car", (3.0, 45.0), -90.0, 8.0),
    "a motorbike that goes away": ("motorcycle", (-2.0, 12.0), 80.0, 7.0),
    "a bus, askew": ("bus", (-12.0, 40.0), -40.0, 6.0),
    "somebody on foot": ("person", (-3.0, 15.0), 20.0, 1.4),
}


@pytest.mark.parametrize(("name", "start", "heading", "speed"), DRIVES.values(), ids=DRIVES.keys())
@pytest.mark.parametrize("noise_px", [0.0, 1.5])
def test_straight_drives(name: str, start: tuple[float, float], heading: float, speed: float, noise_px: float) -> None:
    time, seen, x, y = drive(name, start, heading, speed, noise_px=noise_px)
    made = motion(time, seen, HOMOGRAPHY, name)
    assert made is not None
    off = np.hypot(made.x - x, made.y - y)
    assert np.median(off) < (0.45 if name != "bus" else 0.9), off
    inner = slice(5, -5)
    assert np.median(np.abs(made.speed[inner] / speed - 1)) < 0.06
    turned = np.abs((np.degrees(made.heading[inner]) - heading + 180) % 360 - 180)
    assert np.median(turned) < 6


def test_who_brakes_is_seen_to_brake() -> None:
    time = np.arange(0, 6, 0.1)
    speed = np.clip(10 - 3 * np.maximum(time - 2, 0), 0, None)
    x = np.cumsum(speed) * 0.1 - 20
    made = motion(time, boxes("car", x, np.full(60, 25.0), np.zeros(60), noise_px=1.0), HOMOGRAPHY, "car")
    assert made is not None
    assert np.abs(made.speed[5:-3] - speed[5:-3]).max() < 1.5
    assert np.abs(np.degrees(made.heading[-5:])).max() < 8, "it stands, and keeps its heading"


def test_hard_braking_is_not_smoothed_away() -> None:
    time = np.arange(0, 5, 0.1)
    speed = np.clip(12 - 7 * np.maximum(time - 2, 0), 0, None)
    x = np.cumsum(speed) * 0.1 - 20
    off = []
    for seed in range(20):
        seen = boxes("car", x, np.full(50, 30.0), np.zeros(50), noise_px=1.5, seed=seed)
        made = motion(time, seen, HOMOGRAPHY, "car")
        assert made is not None
        off.append((made.speed - speed)[15:45])
    assert np.sqrt(np.square(off).mean(axis=1)).mean() < 0.32, "0.36 m/s where all accelerations are as unlikely"


def test_who_stops_in_a_turn_stands_as_he_is_turned() -> None:
    time = np.arange(0, 16, 0.1)
    speed = np.interp(time, [0, 2.33, 3.67, 8.6, 11.6], [6, 6, 0, 0, 6])
    way = np.cumsum(speed) * 0.1
    turned = np.clip((way - 12) / 8, 0, np.pi / 2)  # straight on, then a bend of 8 m
    x, y = (np.cumsum(speed * 0.1 * turn(turned)) for turn in (np.cos, np.sin))
    stands = speed == 0
    assert 40 < np.degrees(turned[stands]).mean() < 50, "half-way round"
    for seed in range(5):
        seen = boxes("car", x - 14, y + 22, np.degrees(turned), noise_px=1.0, seed=seed)
        made = motion(time, seen, HOMOGRAPHY, "car")
        assert made is not None
        assert np.abs(np.degrees(made.heading - turned))[stands].max() < 10, "15 where only how he came counts"


@pytest.mark.parametrize("times", [0.8, 1.3])
def test_a_body_is_as_large_as_it_looks(times: float) -> None:
    time = np.arange(0, 4, 0.1)
    length, width = (times * side for side in SIZES_M["truck"])
    x = -14 + 7 * time
    size = np.tile((length, width, 3.0), (len(time), 1))
    seen = CAMERA.cuboids(
        np.column_stack([x, np.full(len(time), 30.0), np.zeros(len(time))]), np.zeros(len(time)), size
    )
    made = motion(time, seen, HOMOGRAPHY, "truck")
    assert made is not None
    assert made.size_m == pytest.approx((length, width), rel=0.1)
    stands = motion(time, np.repeat(seen[-1:], len(time), axis=0), HOMOGRAPHY, "truck", made)
    assert stands is not None
    assert stands.size_m == made.size_m, "who stands is as large as he was"


def test_a_roof_that_looks_wide_from_above_makes_nobody_larger() -> None:
    above = PinholeCamera(height_m=6.0, tilt_deg=45.0)
    time = np.arange(0, 3, 0.1)
    place = np.column_stack([np.full(len(time), 0.5), 5 + 1.8 * time, np.zeros(len(time))])
    seen = above.cuboids(place, np.full(len(time), 90.0), np.tile((*SIZES_M["truck"], 3.0), (len(time), 1)))
    made = motion(time, seen, geometry.homography(*above.calibration().values()), "truck")
    assert made is not None
    assert made.size_m == SIZES_M["truck"], "its roof looks a third wider than the ground it covers"


@pytest.mark.parametrize("heading", [0.0, 30.0, 60.0, -120.0])
def test_who_is_slow_is_turned_where_he_goes(heading: float) -> None:
    time, seen, _, _ = drive("car", (-2.0, 25.0), heading, 1.2, 5.0, noise_px=0.7)
    made = motion(time, seen, HOMOGRAPHY, "car")
    assert made is not None
    assert np.abs((np.degrees(made.heading) - heading + 180) % 360 - 180).max() < 12


def test_the_uncertainty_tells_how_far_off_it_is() -> None:
    off, told = [], []
    for seed in range(30):
        time, seen, _, y = drive("car", (-10.0, 35.0), 0.0, 8.0, 2.5, noise_px=1.7, seed=seed)
        made = motion(time, seen, HOMOGRAPHY, "car")
        assert made is not None
        off.append(made.y - y)
        told.append(made.position_sd_m)
    assert np.std(off) == pytest.approx(np.mean(told), rel=0.6)


@pytest.mark.parametrize(
    ("name", "x", "y"),
    [("car", np.zeros(40), np.full(40, 20.0)), ("person", 0.2 * np.sin(np.arange(40) / 5), np.full(40, 15.0))],
    ids=["parked", "stands and sways"],
)
def test_who_stays_has_no_trajectory(name: str, x: Floats, y: Floats) -> None:
    assert motion(np.arange(40) * 0.1, boxes(name, x, y, np.zeros(40), noise_px=1.0), HOMOGRAPHY, name) is None


def test_a_glimpse_is_no_trajectory() -> None:
    time, seen, _, _ = drive("car", (-5.0, 20.0), 0.0, 8.0, 0.3)
    assert motion(time, seen, HOMOGRAPHY, "car") is None


def together(*tracks: tuple[str, Floats, Floats]) -> Recording:
    """Boxes (n, 4) of several tracks, of the class named, at the same times (n,)."""
    names = tuple(sorted({name for name, _, _ in tracks}))
    rows = sorted(
        (float(t), number, names.index(name), *box)
        for number, (name, time, seen) in enumerate(tracks) for t, box in zip(time, seen.tolist(), strict=True)
    )  # fmt: skip
    table = np.array([row for row in rows if np.isfinite(row).all()])
    times, starts = np.unique(table[:, 0], return_index=True)
    return Recording(times, np.append(starts, len(table)), table[:, 3:], np.ones(len(table)), table[:, 2].astype(int),
                     table[:, 1].astype(int), names)  # fmt: skip


def ways(tracks: Recording) -> Trajectories:
    """Of all road users, as a scene collects them."""
    scene = Scene((1280, 720), tracks.names, homography=HOMOGRAPHY, roads=True)
    assert scene.traffic is not None
    found = []
    for time, rows in tracks:
        scene.advance(time, rows)
        found += scene.traffic.passed
    scene.end()
    return trajectories([*found, *scene.traffic.passed])


def on_top(box: Floats) -> Floats:
    """The rider of a motorbike: his head above it, his feet on the pegs."""
    height = box[:, 3] - box[:, 1]
    return np.column_stack([box[:, 0] + 3, box[:, 1] - 0.6 * height, box[:, 2] - 3, box[:, 3] - 0.25 * height])


def test_a_rider_and_his_motorbike_are_one() -> None:
    time, bike, _, _ = drive("motorcycle", (-8.0, 18.0), 0.0, 6.0)
    _, walker, _, _ = drive("person", (-3.0, 12.0), 0.0, 1.4)
    made = ways(together(("motorcycle", time, bike), ("person", time, on_top(bike)), ("person", time, walker)))
    assert {(int(t), made.names[c]) for t, c in zip(made.track, made.class_id, strict=True)} == {
        (0, "motorcycle"),
        (2, "person"),
    }


def test_a_rider_whose_motorbike_is_not_seen_is_no_walker() -> None:
    time, seen, _, _ = drive("person", (-10.0, 18.0), 0.0, 7.0)
    made = ways(together(("person", time, seen)))
    assert set(np.array(made.names)[made.class_id]) == {"motorcycle"}


AT_A_SIDE = {"the left": (-26.0, 24.0, 0.0), "the right": (6.0, 24.0, 0.0), "below": (1.5, 20.0, -90.0)}


@pytest.mark.parametrize(("x0", "y0", "heading"), AT_A_SIDE.values(), ids=AT_A_SIDE.keys())
def test_who_is_cut_by_a_side_of_the_picture_is_known(x0: float, y0: float, heading: float) -> None:
    time, seen, x, y = drive("car", (x0, y0), heading, 4.0)
    size = seen[:, 2:] - seen[:, :2]
    shown = (size > 25).all(axis=1)
    cut = shown & ((seen[:, 0] < 1) | (seen[:, 2] > 1279) | (seen[:, 3] > 719))
    assert cut.sum() > 4
    made = ways(together(("car", time, np.where(shown[:, None], seen, np.nan))))
    told = np.isin(np.round(made.time, 3), np.round(time[cut], 3))
    assert told.sum() > 0.7 * cut.sum()
    off = np.hypot(made.bodies.x - np.interp(made.time, time, x), made.bodies.y - np.interp(made.time, time, y))
    assert off[told].max() < 0.8


def test_who_is_cut_above_all_along_has_a_way() -> None:
    time, seen, x, _ = drive("bus", (-5.0, 30.0), 0.0, 3.0)
    seen[:, 1] = 0.0
    made = ways(together(("bus", time, seen)))
    assert len(made) > 30
    assert np.abs(made.bodies.x - np.interp(made.time, time, x)).max() < 0.6


def test_what_hides_his_lower_half_does_not_move_him() -> None:
    time, seen, _, y = drive("motorcycle", (-6.0, 26.0), 10.0, 4.0)
    seen[:2, 3] -= 0.5 * (seen[:2, 3] - seen[:2, 1])
    seen[20, 1:4:2] = seen[20, 3]  # and once he is flat
    made = ways(together(("motorcycle", time, seen)))
    assert np.abs(made.bodies.y - np.interp(made.time, time, y)).max() < 0.4


def test_who_is_told_as_another_class_keeps_no_size() -> None:
    time = np.arange(0, 24, 0.1)
    x = np.minimum(-12 + 5.0 * time, 0.0)
    seen = boxes("car", x, np.full(len(time), 24.0), np.zeros(len(time)), noise_px=0.5)
    found, traffic, row = [], Traffic(HOMOGRAPHY, (1280, 720)), np.zeros((1, 2))
    for at, box in zip(time.tolist(), seen, strict=True):
        what = np.array([int(at >= 11)])
        view = View(at, np.zeros(1, np.int64), what, box[None], row, row, np.ones(1), row)
        traffic.advance(view, ("car", "truck"), {}, {})
        found += traffic.passed
    sizes = [(passage.name, passage.motion.size_m) for passage in found]
    assert sizes[0] == ("car", pytest.approx(SIZES_M["car"], rel=0.1))
    assert sizes[-1] == ("truck", SIZES_M["truck"]), "it stands, and nothing is known of how large a truck it is"


def test_ways_are_known_where_frames_were_lost() -> None:
    time = np.arange(0, 5, 0.1)
    time = time[(time < 2) | (time > 2.9)]
    x = -8 + 5 * time
    made = ways(together(("motorcycle", time, boxes("motorcycle", x, np.full(len(time), 20.0), np.zeros(len(time))))))
    between = (made.time > 2.05) & (made.time < 2.85)
    assert between.sum() >= 3
    assert np.abs(made.bodies.x - np.interp(made.time, time, x))[between].max() < 0.3


def test_nothing_gives_nothing() -> None:
    empty = Recording(
        np.arange(3.0), np.zeros(4, int), np.empty((0, 4)), np.empty(0), np.empty(0, int), np.empty(0, int), ("car",)
    )
    assert len(ways(empty)) == 0


def test_a_long_way_is_told_in_pieces_that_fit() -> None:
    time = np.arange(0, 30, 0.1)
    x = -12 + 0.8 * time
    seen = boxes("motorcycle", x, np.full(len(time), 20.0), np.zeros(len(time)), noise_px=0.5)
    made = ways(together(("motorcycle", time, seen)))
    assert len(np.unique(made.time)) == len(made) >= 280
    assert np.abs(np.interp(made.time, time, x) - made.bodies.x).max() < 0.8
    assert made.position_sd_m is not None
    assert 0.01 < np.median(made.position_sd_m) < 0.5


def test_who_waits_after_he_came_keeps_his_place_and_heading() -> None:
    time = np.arange(0, 25, 0.1)
    x = np.minimum(-12 + 5.0 * time, 0.0)
    made = ways(together(("car", time, boxes("car", x, np.full(len(time), 20.0), np.zeros(len(time)), noise_px=0.7))))
    last = made.time > 20
    assert last.sum() > 40, "he stands, and is still a road user"
    assert np.abs(np.degrees(made.bodies.heading[last])).max() < 10
    assert made.bodies.speed[last].max() < 0.7


def test_an_outlier_is_not_followed() -> None:
    time = np.arange(0, 4, 0.1)
    measured = 2 * time + np.where(np.arange(40) == 20, 8.0, 0.0)
    made = smoothed(time, measured, np.full(40, 0.2), 1.5)
    assert np.abs(made.value - 2 * time).max() < 0.3
    assert made.rate == pytest.approx(np.full(40, 2.0), abs=0.5)


def test_irregular_times_and_gaps() -> None:
    rng = np.random.default_rng(1)
    time = np.sort(rng.uniform(0, 6, 50))
    time = time[(time < 2) | (time > 3.5)]
    made = smoothed(time, 3 * time + rng.normal(0, 0.1, len(time)), np.full(len(time), 0.1), 1.0)
    assert np.abs(made.value - 3 * time).max() < 0.3
    widest = int(np.diff(time).argmax())
    assert made.value_sd[widest] > np.median(made.value_sd)


def test_by_command(tmp_path: Path) -> None:
    time, bike, x, y = drive("motorcycle", (-8.0, 18.0), 0.0, 6.0, 2.5)
    with recording.Writer(tmp_path / "c.det.csv") as writer:
        for at, rows in together(("motorcycle", time, bike)):
            writer.write(at, rows, ("motorcycle",))
    camera = {"id": "c", "ward": "w", "frame_size": [1280, 720], "calibration": CAMERA.calibration()}
    plain = {"id": "plain", "ward": "w", "frame_size": [1280, 720]}
    raw = {"city": "t", "wards": {"w": {}}, "cameras": [camera, plain]}
    (tmp_path / "city.yaml").write_text(yaml.safe_dump(raw))
    options = ["replay", tmp_path / "c.det.csv", "--city", tmp_path / "city.yaml", "--out", tmp_path / "e",
               "--trajectories", tmp_path / "c.traj.csv.gz", "--camera"]  # fmt: skip
    ran = CliRunner().invoke(app, [*map(str, options), "c"])
    assert ran.exit_code == 0, ran.output
    made = read_trajectories(tmp_path / "c.traj.csv.gz")
    assert np.median(np.hypot(made.bodies.x - x[-len(made) :], made.bodies.y - y[-len(made) :])) < 0.4
    assert "camera plain has no calibration" in str(CliRunner().invoke(app, [*map(str, options), "plain"]).exception)
