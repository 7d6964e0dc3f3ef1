"""Rules of traffic on simulated plays: conduct that they name, and conduct that only looks like it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pipeline import build, config
from pipeline.errors import ConfigError
from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.noise import CLEAN, REALISTIC, Noise
from pipeline.simulate.record import city, record
from pipeline.simulate.street import Actor, Street
from pipeline.types import Event
from pipeline.wire import encode

CAMERA = PinholeCamera(height_m=8.0, tilt_deg=18.0)
ROAD = [(-14.0, 12.0), (14.0, 12.0), (14.0, 40.0), (-14.0, 40.0)]


def street(seconds: float) -> Street:
    made = Street(seconds, np.random.default_rng(0))
    made.zones["road"] = ROAD
    made.directions["road"] = ((-10.0, 25.0), (10.0, 25.0))  # lawful: to the right
    return made


def drive(made: Street, name: str, *way: tuple[float, float, float]) -> Actor:
    """A vehicle along points (t, x, y)."""
    actor = made.add(name, *way[0])
    actor.keys = list(way)
    actor.shown = [[way[0][0], way[-1][0]]]
    return actor


def along(start: float, x: float, y: float, to_x: float, to_y: float, mps: float, step: float = 0.5) -> list:
    """Straight on at one speed, from a time on."""
    seconds = math.hypot(to_x - x, to_y - y) / mps
    times = np.append(np.arange(0, seconds, step), seconds)
    return [(start + t, x + (to_x - x) * t / seconds, y + (to_y - y) * t / seconds) for t in times.tolist()]


def judged(made: Street, kind: str, noise: Noise = CLEAN, fps: float = 10.0, **own: object) -> list[Event]:
    settings = city({kind: {"kind": kind, **own}}, made, CAMERA)
    recording = record(made, CAMERA, fps, noise, seed=1)
    lane = build.lane(settings, settings.cameras[0], recording.names, CAMERA.frame_size)
    events = [event for time, rows in recording for event in lane.step(time, rows)[1]]
    return events + lane.close("end_of_input")


# -- conflict ---------------------------------------------------------------------------------------------------------


def crossing(late_s: float) -> Street:
    """Two motorbikes whose ways cross at a right angle: the one from the left is there `late_s` after the other."""
    made = street(14)
    drive(made, "motorcycle", *along(2, 0, 40, 0, 12, 7.0))
    drive(made, "motorcycle", *along(2 + (16 - 12 * 7 / 7) / 7 + late_s, -12, 24, 13, 24, 7.0))
    return made


def behind(brakes: bool) -> Street:
    """A car follows another at 10 m/s with 10 m between; the one ahead brakes hard, or does not."""
    made = street(14)
    times = np.arange(0, 9, 0.1)

    def x(start: float, from_s: float, mps2: float) -> np.ndarray:
        slower = mps2 * np.clip(times - from_s, 0, None) if brakes else 0.0
        return start + np.concatenate([[0], np.cumsum(np.clip(10 - slower, 0, None) * np.ones(len(times)))[:-1] * 0.1])

    ahead, follow = x(-12, 0.8, 6.0), x(-26, 1.6, 7.5)
    for way in (ahead, follow):
        kept = np.abs(way) <= 18
        drive(made, "car", *((float(t) + 2, float(p), 26.0) for t, p in zip(times[kept], way[kept], strict=True)))
    return made


def abreast() -> Street:
    made = street(12)
    for y in (22.0, 23.4):
        drive(made, "motorcycle", *along(2, -16, y, 16, y, 6.0))
    return made


def brakes_to(start: float, stop: float, y: float) -> list:
    """From the left at 4 m/s, braking gently."""
    until = 18 + stop - 8.0  # metres before it brakes
    times = np.arange(0, until / 4 + 4.01, 0.2)
    late = np.clip(times - until / 4, 0, 4)
    x = -18 + 4 * np.minimum(times, until / 4) + 4 * late - late**2 / 2
    return [(start + float(t), float(place), y) for t, place in zip(times, x, strict=True)]


def queue() -> Street:
    """Three cars come one after another and stop behind each other."""
    made = street(40)
    for number in range(3):
        stop = 6 - 6.5 * number
        arrives = brakes_to(2 + 4 * number, stop, 26.0)
        end = arrives[-1][0]
        drive(made, "car", *arrives, (34 + number, stop, 26), *along(34 + number, stop, 26, 18, 26, 4.0)[1:])
        assert end < 34
    return made


@pytest.mark.parametrize("noise", [CLEAN, REALISTIC], ids=["clean", "noisy"])
def test_who_crosses_just_behind_another_is_in_conflict_with_him(noise: Noise) -> None:
    (event,) = judged(crossing(0.9), "conflict", noise)
    assert event.phase == "closed"
    assert event.topic == "traffic"
    assert event.measures["encounter"] == "crossing"
    assert event.started_at == event.ended_at == event.time
    assert len(event.tracks) == 2
    assert all(track.ground_m is not None for track in event.tracks)
    assert event.place_m == pytest.approx((0, 24), abs=2.5)
    assert 0 < float(event.measures.get("pet_s", event.measures.get("ttc_s", 9))) < 1.5
    assert "Xung đột giao thông (cắt ngang)" in event.summary["vi"]
    assert "(crossing)" in event.summary["en"]


def test_who_brakes_late_is_in_conflict_with_whom_he_follows() -> None:
    (event,) = judged(behind(brakes=True), "conflict")
    assert event.measures["encounter"] == "following"
    assert float(event.measures["ttc_s"]) < 1.5


@pytest.mark.parametrize(
    "made", [crossing(5.0), behind(brakes=False), abreast(), queue()], ids=["late", "follows", "abreast", "queue"]
)
@pytest.mark.parametrize("noise", [CLEAN, REALISTIC], ids=["clean", "noisy"])
def test_what_is_no_conflict(made: Street, noise: Noise) -> None:
    assert judged(made, "conflict", noise) == []


def test_a_walker_counts_only_where_people_are_asked_for() -> None:
    made = street(14)
    made.person(2, 0, 20).walk(0, 30, 1.4)
    drive(made, "car", *along(2 + 5.0 - 14 / 8 + 1.0, -14, 26, 14, 26, 8.0))
    assert judged(made, "conflict") == []
    (event,) = judged(made, "conflict", classes=["person", "car"])
    assert event.measures["encounter"] == "pedestrian"


def test_two_walkers_who_meet_are_none() -> None:
    made = street(20)
    made.person(2, -4, 20).walk(4, 20, 1.5)
    made.person(2, 4, 20.1).walk(-4, 20.1, 1.5)
    assert judged(made, "conflict", classes=["person", "car"]) == []


def test_a_conflict_lies_on_the_map_where_it_happened() -> None:
    settings = city({"conflict": {"kind": "conflict"}}, street(1), CAMERA)
    raw = settings.model_dump(mode="json")
    raw["cameras"][0]["calibration"]["origin"] = {"lat": 18.34, "lon": 105.9}
    raw["cameras"][0]["location"] = {"lat": 18.0, "lon": 105.0}
    placed = config.check(raw)
    (event,) = judged(crossing(0.9), "conflict")
    origin = build.origin(placed, placed.cameras[0], build.provenance(placed, "replay", "m", None, []))
    where = encode(event, origin).body.decode()
    assert '"lat":18.3402' in where, "24 m north of the camera's foot"
    assert '"lon":105.9' in where


# -- cut_in -----------------------------------------------------------------------------------------------------------


def overtaking(gap_m: float, slows: bool = True) -> Street:
    """A motorbike overtakes a car that goes 8 m/s; `gap_m` before it, it moves 2.4 m sideways before it, and brakes."""
    made = street(12)
    drive(made, "car", *along(2, -18, 25, 18, 25, 8.0))
    times, at = np.arange(0, 4.5, 0.1), 1.8  # when it begins to move over
    speed = np.maximum(11 - 6 * np.clip(times - at, 0, None), 4.0) if slows else np.full(len(times), 11.0)
    x = np.concatenate([[0], np.cumsum(speed)[:-1] * 0.1])
    x += -18 + 8 * at + gap_m + (4.3 + 1.9) / 2 - np.interp(at, times, x)
    y = 25 - 2.4 + 2.4 * np.clip((times - at) / 0.9, 0, 1)
    kept = np.abs(x) <= 18
    way = zip(times[kept], x[kept], y[kept], strict=True)
    drive(made, "motorcycle", *((float(t) + 2, float(a), float(b)) for t, a, b in way))
    return made


@pytest.mark.parametrize("noise", [CLEAN, REALISTIC], ids=["clean", "noisy"])
def test_who_moves_over_too_close_before_another_cuts_in(noise: Noise) -> None:
    (event,) = judged(overtaking(2.0), "cut_in", noise)
    assert event.measures["class_a"] == "motorcycle"
    assert event.measures["class_b"] == "car"
    assert float(event.measures["ttc_s"]) <= 1.5
    assert float(event.measures["lateral_m"]) >= 1.0
    assert "tạt đầu" in event.summary["vi"]


@pytest.mark.parametrize(
    "made",
    [overtaking(2.0, slows=False), behind(brakes=True), crossing(0.9), abreast()],
    ids=["faster", "brakes", "crosses", "abreast"],
)
def test_what_is_no_cut_in(made: Street) -> None:
    assert judged(made, "cut_in") == []


# -- wrong_way --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("noise", [CLEAN, REALISTIC], ids=["clean", "noisy"])
def test_against_the_direction(noise: Noise) -> None:
    made = street(14)
    drive(made, "motorcycle", *along(2, 13, 22, -13, 22, 4.0))
    drive(made, "car", *along(2, -13, 26, 13, 26, 6.0))
    events = judged(made, "wrong_way", noise)
    assert [event.phase for event in events] == ["opened", "closed"]
    assert events[0].measures["class"] == "motorcycle"
    assert float(events[0].measures["distance_m"]) >= 10
    assert "ngược chiều" in events[0].summary["vi"]


def backs_out() -> Street:
    made = street(16)
    drive(made, "car", *along(2, 0, 25, -5, 25, 1.5), *along(6, -5, 25, 13, 25, 5.0)[1:])
    return made


def crosses_over() -> Street:
    made = street(14)
    drive(made, "motorcycle", *along(2, 0, 14, 0, 39, 5.0))
    return made


@pytest.mark.parametrize("made", [backs_out(), crosses_over()], ids=["backs out", "crosses"])
def test_what_is_not_against_it(made: Street) -> None:
    assert judged(made, "wrong_way") == []


def test_a_zone_without_a_direction_is_refused() -> None:
    made = street(2)
    made.directions.clear()
    with pytest.raises(ConfigError, match="needs the zone's direction"):
        city({"wrong_way": {"kind": "wrong_way"}}, made, CAMERA)


# -- stopped_vehicle, no_parking --------------------------------------------------------------------------------------


def stops(seconds: float, name: str = "car") -> Street:
    made = street(seconds + 20)
    comes = along(2, -17, 24, 0, 24, 6.0)
    end = comes[-1][0] + seconds
    drive(made, name, *comes, (end, 0, 24), *along(end, 0, 24, 17, 24, 6.0)[1:])
    return made


@pytest.mark.parametrize("noise", [CLEAN, REALISTIC], ids=["clean", "noisy"])
def test_a_vehicle_that_stops(noise: Noise) -> None:
    events = judged(stops(75), "stopped_vehicle", noise, 5.0)
    assert [event.phase for event in events] == ["opened", "closed"]
    assert events[0].time - events[0].started_at == pytest.approx(60, abs=0.5)
    assert float(events[1].measures["stood_s"]) == pytest.approx(75, abs=2.5)


def jam(seconds: float) -> Street:
    """Four cars behind one another."""
    made = street(seconds + 40)
    for number in range(4):
        stop = 8 - 6.5 * number
        comes = along(2 + 2 * number, -18, 26, stop, 26, 5.0) if stop > -17 else [(2 + 2 * number, stop, 26)]
        goes = 14 + seconds + number
        drive(made, "car", *comes, (goes, stop, 26), *along(goes, stop, 26, 18, 26, 5.0)[1:])
    return made


@pytest.mark.parametrize("made", [stops(50), jam(75)], ids=["for less", "a queue"])
def test_what_has_not_stopped(made: Street) -> None:
    assert judged(made, "stopped_vehicle", CLEAN, 5.0) == []


def test_parked_where_that_is_forbidden() -> None:
    (opened, closed) = judged(stops(45, "motorcycle"), "no_parking", CLEAN, 5.0, seconds=30)
    assert opened.measures["class"] == "motorcycle"
    assert closed.reason is None
    assert len([e for e in judged(jam(45), "no_parking", CLEAN, 5.0, seconds=30) if e.phase == "opened"]) == 4


# -- speeding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("noise", [CLEAN, REALISTIC], ids=["clean", "noisy"])
@pytest.mark.parametrize(("kmh", "fires"), [(50, True), (36, False)])
def test_faster_than_the_limit(kmh: float, fires: bool, noise: Noise) -> None:
    made = street(12)
    drive(made, "car", *along(2, -17, 26, 17, 26, kmh / 3.6))
    events = judged(made, "speeding", noise, limit_kmh=40)
    assert [event.phase for event in events] == (["opened", "closed"] if fires else [])
    if fires:
        assert float(events[0].measures["speed_kmh"]) == pytest.approx(kmh, rel=0.08)
        assert float(events[0].measures["speed_kmh"]) - 2 * float(events[0].measures["speed_sd_kmh"]) > 40


@pytest.mark.parametrize("kind", ["speeding", "conflict", "cut_in"])
def test_without_a_calibration_there_are_no_metres(kind: str) -> None:
    own = {"limit_kmh": 40} if kind == "speeding" else {}
    with pytest.raises(ConfigError, match=f"{kind} needs metres"):
        city({kind: {"kind": kind, **own}}, street(2), CAMERA, calibrated=False)
