"""The detector's faults are as frequent as stated, the same for one seed, and absent where none is asked for."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.detect import frame_times
from pipeline.simulate.noise import CLEAN, HARSH, REALISTIC, Noise
from pipeline.simulate.record import START, record
from pipeline.simulate.street import Street

CAMERA = PinholeCamera()
NO_GHOSTS = replace(REALISTIC, ghosts_per_min=0, sticky_per_hour=0, duplicates=0, flicker={}, time_jitter=0,
                    frame_drop=0, holes_per_min=0)  # fmt: skip


def standing(name: str = "person", count: int = 8, seconds: float = 600.0, y: float = 11.0) -> Street:
    """Several of a class, side by side, unhidden, all the time."""
    street = Street(seconds, np.random.default_rng(0))
    for i in range(count):
        street.add(name, 0, (i - count / 2) * 1.6 + 0.8, y, 90.0)
    return street


def presence(street: Street, noise: Noise, fps: float = 10, seed: int = 0) -> np.ndarray:
    """Has actor i a box in frame f? → (f, actors), actors told apart by where they stand."""
    recording = record(street, CAMERA, fps, noise, seed)
    places = np.array([CAMERA.project(np.array([*a.place, 0.0]))[0][0] for a in street.actors])
    frame = np.repeat(np.arange(len(recording)), np.diff(recording.starts))
    middle = (recording.xyxy[:, 0] + recording.xyxy[:, 2]) / 2
    seen = np.zeros((len(recording), len(places)), bool)
    seen[frame, np.abs(middle[:, None] - places).argmin(axis=1)] = True
    return seen


@pytest.mark.parametrize("fps", [2, 5, 25])
def test_clean_misses_nobody_and_shakes_nothing(fps):
    street = standing(count=3, seconds=20)
    recording = record(street, CAMERA, fps, CLEAN)
    assert np.diff(recording.starts).tolist() == [3] * (20 * fps)
    assert recording.times == pytest.approx(START + np.arange(20 * fps) / fps)
    assert len(np.unique(recording.xyxy, axis=0)) == 3
    assert recording.names == ("person",)


def test_clean_still_does_not_see_through_a_lorry():
    street = standing(count=1, seconds=2, y=14)
    street.add("truck", 0, 0.8, 10)
    assert record(street, CAMERA, 5, CLEAN).names == ("truck",)


@pytest.mark.parametrize(("name", "expected"), [("person", 0.03), ("dog", 0.10), ("handbag", 0.12)])
def test_misses_are_as_frequent_as_stated(name, expected):
    missed = 1 - presence(standing(name, y=9.0), replace(NO_GHOSTS, dropouts_per_min=0)).mean()
    assert missed == pytest.approx(expected, rel=0.25)


def test_misses_come_in_runs():
    seen = presence(standing(), replace(NO_GHOSTS, dropouts_per_min=0))
    missed = ~seen
    again = (missed[1:] & missed[:-1]).sum() / missed[:-1].sum()
    assert again > 5 * missed.mean(), "whoever was missed is likelier to be missed 0.1 s later"


def test_dropouts_last_half_to_two_seconds_and_come_at_the_stated_rate():
    seen = presence(standing(seconds=1800), replace(NO_GHOSTS, miss={}))
    change = np.diff(seen.astype(int), axis=0, prepend=1, append=1)
    lengths = np.concatenate([(np.flatnonzero(c == 1) - np.flatnonzero(c == -1)) / 10 for c in change.T])
    assert len(lengths) == pytest.approx(1.5 * 30 * 8, rel=0.15)
    assert np.mean(lengths) == pytest.approx(1.25, abs=0.1)
    assert np.quantile(lengths, 0.02) >= 0.4
    assert np.quantile(lengths, 0.96) <= 2.1, "only two that overlap last longer"


def test_the_same_noise_at_every_rate():
    street = standing(seconds=300)
    shares = [presence(street, NO_GHOSTS, fps).mean() for fps in (5, 25)]
    assert shares[0] == pytest.approx(shares[1], abs=0.01)
    slow, fast = presence(street, NO_GHOSTS, 5), presence(street, NO_GHOSTS, 25)
    assert (slow == fast[::5]).mean() > 0.999


def test_boxes_shake_by_the_stated_share_of_their_size():
    street = standing(count=1, seconds=600)
    clean = record(street, CAMERA, 5, CLEAN).xyxy[0]
    shaken = record(street, CAMERA, 5, NO_GHOSTS).xyxy
    expected = 0.017 * (clean[3] - clean[1]) + 0.7
    assert np.std(shaken[:, 1]) == pytest.approx(expected, rel=0.15)
    assert np.std(shaken[:, 3]) > 1.05 * np.std(shaken[:, 1]), "the bottom edge errs more"
    assert np.abs(shaken.mean(axis=0) - clean).max() < 1.0


def test_classes_flicker_and_turn_back():
    recording = record(standing("motorcycle"), CAMERA, 10, replace(NO_GHOSTS, flicker=REALISTIC.flicker))
    taken_for = recording.class_id == recording.names.index("bicycle")
    assert recording.names == ("bicycle", "motorcycle")
    assert taken_for.mean() == pytest.approx(0.04, rel=0.35)


def test_confidence_is_plausible_and_some_boxes_are_weak():
    confidence = record(standing(), CAMERA, 10, NO_GHOSTS).confidence
    assert confidence.min() >= 0.1
    assert confidence.max() <= 0.95
    assert 0.005 < (confidence < 0.3).mean() < 0.05
    assert np.median(confidence) == pytest.approx(0.65, abs=0.03)


def test_ghosts_are_brief_and_as_many_as_stated():
    nobody = Street(3600, np.random.default_rng(0))
    noise = replace(NO_GHOSTS, ghosts_per_min=2.0)
    frames = np.diff(record(nobody, CAMERA, 10, noise).starts)
    assert frames.sum() == pytest.approx(2 * 60 * 2.5, rel=0.3)
    sticky = record(nobody, CAMERA, 10, replace(NO_GHOSTS, sticky_per_hour=4))
    spread = [np.ptp(sticky.times[np.repeat(np.arange(len(sticky)), np.diff(sticky.starts))])]
    assert len(sticky.xyxy) > 50
    assert spread[0] > 60


@pytest.mark.parametrize("fps", [2, 7.5, 25])
def test_frame_times_go_up_and_miss_some(fps):
    times = frame_times(HARSH, fps, 600, np.random.default_rng(1))
    steps = np.diff(times)
    assert steps.min() > 0
    assert np.median(steps) == pytest.approx(1 / fps, rel=0.05)
    assert 0.9 < len(times) / (600 * fps) < 0.98
    assert steps.max() >= 0.3


def test_an_object_is_reported_only_once_it_rests():
    street = Street(30, np.random.default_rng(0))
    person, box = street.person(0, -4, 10), street.add("object", 0, -4, 10)
    person.take(box).walk(0, 10, 1).put(box).wait(30)
    recording = record(street, CAMERA, 10, replace(NO_GHOSTS, miss={}, dropouts_per_min=0))
    frame = np.repeat(np.arange(len(recording)), np.diff(recording.starts))
    first = recording.times[frame[recording.class_id == recording.names.index("object")][0]] - START
    assert first == pytest.approx(4.0 + REALISTIC.object_still_s, abs=0.11)
    assert "object" in record(street, CAMERA, 10, CLEAN).names
