"""Trackers of the `trackers` package behind our interface."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import supervision as sv

from pipeline.errors import ConfigError
from pipeline.stages import Tracker
from pipeline.trackers.external import CLASSES, External, ExternalSettings
from pipeline.types import TENTATIVE
from tests.conftest import needs

needs("trackers")


def street(time: float) -> sv.Detections:
    """Two who walk, and a weak false box between them."""
    rows = [
        [100 + 60 * time, 300, 140 + 60 * time, 400],
        [500, 500, 520, 540],
        [800 - 60 * time, 300, 840 - 60 * time, 400],
    ]
    return sv.Detections(xyxy=np.array(rows), confidence=np.array([0.9, 0.05, 0.9]), class_id=np.array([0, 0, 0]))


@pytest.mark.parametrize("name", CLASSES)
def test_every_tracker_follows_two_walkers(name: str) -> None:
    tracker = External(ExternalSettings.model_validate({"name": name, "options": {"frame_rate": 10.0}}))
    assert isinstance(tracker, Tracker)
    for frame in range(20):
        given = street(frame / 10)
        tracks = tracker.update(frame / 10, given)
        np.testing.assert_array_equal(tracks.xyxy, given.xyxy)
        assert given.tracker_id is None
        assert not given.data
    assert tracks.tracker_id is not None
    assert sorted(tracks.tracker_id.tolist()) == [-1, 1, 2]
    assert tracks.tracker_id[1] == -1
    assert tracks.data[TENTATIVE].tolist() == [False] * 3


@pytest.mark.parametrize("name", CLASSES)
def test_empty_frames_are_normal(name: str) -> None:
    tracker = External(ExternalSettings.model_validate({"name": name}))
    for time in (0.0, 0.1):
        nothing = sv.Detections(xyxy=np.empty((0, 4)), confidence=np.empty(0), class_id=np.empty(0, np.int64))
        tracks = tracker.update(time, nothing)
        assert tracks.tracker_id is not None
        assert (len(tracks), tracks.tracker_id.dtype) == (0, np.int64)


def test_time_must_increase() -> None:
    tracker = External()
    tracker.update(1.0, street(0))
    with pytest.raises(ValueError, match="time must increase"):
        tracker.update(1.0, street(0))


@pytest.mark.parametrize(
    ("options", "named"),
    [({"lost_frames": 3}, "lost_frames"), ({"frame_rate": -1.0}, "frame_rate")],
    ids=["an option it does not have", "a value it refuses"],
)
def test_wrong_options_are_a_mistake_of_the_city_file(options: dict[str, float], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        External(ExternalSettings(name="ocsort", options=options))


def test_a_missing_package_names_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trackers", None)
    with pytest.raises(ConfigError, match=r"pip install 'matthan\[trackers\]'"):
        External()
