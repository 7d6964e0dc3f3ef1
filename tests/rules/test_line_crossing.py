"""Crossings and counts: direction, jitter on the line, the line's ends, intervals."""

import numpy as np
import pytest

from tests.scenarios import Actor, city, csv, instants, judge, record, stand, walk

GATE = {"gate": {"points": [[0.2, 0.5], [0.8, 0.5]], "rules": ["count"]}}
"""From left to right at half height: forward is downwards in the image."""
DOWN = walk((0, 600, 200), (10, 600, 600))


def crossings(tmp_path, actors, seconds=20.0, fps=10.0, rule=None):
    settings = city(
        {"count": {"kind": "line_crossing", "classes": ["person", "car", "motorcycle"], **(rule or {})}}, lines=GATE
    )
    return judge(record(tmp_path, csv(actors, instants(seconds, fps))), settings)


@pytest.mark.parametrize(
    ("actor", "directions"),
    [
        pytest.param(DOWN, ["forward"], id="down the image"),
        pytest.param(walk((0, 600, 600), (10, 600, 200)), ["backward"], id="up the image"),
        pytest.param(walk((0, 600, 200), (5, 600, 600), (10, 600, 200)), ["forward", "backward"], id="there and back"),
        pytest.param(walk((0, 1200, 200), (10, 1200, 600)), [], id="past the line's end"),
        pytest.param(walk((0, 300, 300), (10, 900, 300)), [], id="alongside"),
        pytest.param(Actor(lambda t: (600.0, 360 + 12 * np.sin(t * 7))), [], id="jitter on the line"),
        pytest.param(Actor(DOWN.path, class_name="dog"), [], id="not of its classes"),
    ],
)
def test_directions(tmp_path, actor, directions):
    events = [e for e in crossings(tmp_path, [actor]) if e.kind == "line_crossing"]
    assert [e.measures["direction"] for e in events] == directions
    assert all((e.phase, e.revision, e.ended_at) == ("closed", 0, e.started_at) for e in events)


@pytest.mark.parametrize("fps", [5, 10, 25])
def test_the_instant_does_not_depend_on_the_rate(tmp_path, fps):
    event = crossings(tmp_path, [DOWN], fps=fps)[0]
    assert event.started_at % 60 == pytest.approx(4.0, abs=0.05)


def test_counts_by_class_and_interval(tmp_path):
    actors = [
        walk((1, 400, 200), (8, 400, 600)),
        walk((12, 700, 600), (18, 700, 200)),
        walk((31, 500, 200), (38, 500, 600), class_name="car"),
    ]
    events = [e for e in crossings(tmp_path, actors, 50, rule={"interval_s": 30}) if e.kind == "count"]
    told = [
        (e.measures["class"], e.measures["forward"], e.measures["backward"], e.measures["interval_s"]) for e in events
    ]
    assert told == [("person", 1, 1, 30.0), ("car", 1, 0, 20.0)]
    assert [e.reason for e in events] == [None, "end_of_input"]
    assert len({e.key for e in events}) == len(events)


def test_speed_is_told_where_calibrated(tmp_path):
    """10 pixels are a metre: 400 px in 10 s are 4 m/s."""
    calibration = {"image": [[0, 0], [100, 0], [100, 100], [0, 100]], "ground_m": [[0, 0], [10, 0], [10, 10], [0, 10]]}
    settings = city({"count": {"kind": "line_crossing", "classes": ["person"]}}, lines=GATE, calibration=calibration)
    event = judge(record(tmp_path, csv([DOWN], instants(12, 10))), settings)[0]
    assert event.measures["speed_kmh"] == pytest.approx(4 * 3.6, rel=0.03)
    assert event.measures["calibrated"] is True
    assert event.tracks[0].ground_m is not None


def test_nobody_means_no_counts(tmp_path):
    assert crossings(tmp_path, [stand((600.0, 200.0), (0, 20))]) == []
