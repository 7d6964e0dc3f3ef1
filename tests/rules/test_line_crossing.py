"""Crossings and counts: direction, jitter on the line, the line's ends, intervals."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.noise import CLEAN
from pipeline.simulate.record import START
from pipeline.simulate.record import record as simulated
from pipeline.simulate.scenarios.cast import ride_by
from pipeline.simulate.street import Street
from tests.rules.test_patterns import judge as judged
from tests.scenarios import Actor, city, csv, instants, judge, record, stand, walk

CAMERA = PinholeCamera()
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


LEGS = {
    "west": {"points": [[0.25, 0.2], [0.25, 0.9]], "rules": ["count"]},
    "east": {"points": [[0.75, 0.2], [0.75, 0.9]], "rules": ["count"]},
    "south": {"points": [[0.3, 0.8], [0.7, 0.8]], "rules": ["count"]},
}
"""Three legs of a junction, seen from above."""


def movements(tmp_path, actors, seconds=30.0, lines=LEGS, **rule):
    settings = city({"count": {"kind": "line_crossing", "classes": ["person", "car"], **rule}}, lines=lines)
    events = judge(record(tmp_path, csv(actors, instants(seconds, 10))), settings)
    return [
        (e.measures["class"], e.measures["from"], e.zone, e.measures["road_users"])
        for e in events
        if e.kind == "movement"
    ]


def test_movements_are_counted_from_line_to_line(tmp_path):
    through = [walk((t, 200, 400), (t + 8, 1100, 400), class_name="car") for t in (0, 10)]
    turning = walk((1, 1100, 300), (6, 640, 300), (11, 640, 680))
    assert sorted(movements(tmp_path, [*through, turning])) == [
        ("car", "west", "east", 2),
        ("person", "east", "south", 1),
    ]


def test_who_turns_round_came_over_the_same_line(tmp_path):
    assert movements(tmp_path, [walk((0, 200, 400), (8, 640, 400), (16, 200, 400))]) == [("person", "west", "west", 1)]


def test_who_was_never_seen_to_enter_makes_no_movement(tmp_path):
    assert movements(tmp_path, [walk((0, 640, 400), (8, 1100, 400))]) == []


def test_lines_of_different_rules_know_nothing_of_each_other(tmp_path):
    lines = {**LEGS, "east": {**LEGS["east"], "rules": ["other"]}}
    settings = city(
        {name: {"kind": "line_crossing", "classes": ["person"]} for name in ("count", "other")}, lines=lines
    )
    events = judge(record(tmp_path, csv([walk((0, 200, 400), (8, 1100, 400))], instants(20, 10))), settings)
    assert {e.kind for e in events} == {"line_crossing", "count"}


def test_a_movement_counts_in_the_interval_in_which_it_ends(tmp_path):
    late = walk((25, 200, 400), (35, 1100, 400))
    assert movements(tmp_path, [late], 50, interval_s=30) == [("person", "west", "east", 1)]


@pytest.mark.parametrize(
    ("classes", "told"),
    [
        (["person", "motorcycle"], ["motorcycle", "person"]),
        (["person"], ["person", "person"]),
        (["motorcycle"], ["motorcycle"]),
    ],
)
def test_a_rider_counts_as_his_two_wheeler_where_that_is_counted(classes, told):
    street = Street(30, np.random.default_rng(0))
    street.lines["gate"] = ((0, 8), (0, 20))
    ride_by(street, 2.0, 13.0)
    street.person(6, -9, 11).walk(9, 11)
    rules = {"line_crossing": {"kind": "line_crossing", "classes": classes}}
    events = [e for e in judged(street, rules, simulated(street, CAMERA, 10.0, CLEAN)) if e.kind == "line_crossing"]
    assert [e.tracks[0].class_name for e in events] == told


@pytest.mark.parametrize("until", [4.2, 4.4, 4.6, 4.8, 5.0])
@pytest.mark.parametrize("again", [0.6, 1.4, 99.0])
def test_a_rider_crosses_once_though_his_motorbike_is_missed(until, again):
    street = Street(30, np.random.default_rng(0))
    street.lines["gate"] = ((0, 8), (0, 20))
    ride_by(street, 2.0, 13.0)
    recording = simulated(street, CAMERA, 10.0, CLEAN)
    frame = np.repeat(np.arange(len(recording)), np.diff(recording.starts))
    since = recording.times[frame] - START
    keep = (recording.class_id != recording.names.index("motorcycle")) | (since < until) | (since >= until + again)
    columns = {name: getattr(recording, name)[keep] for name in ("xyxy", "confidence", "class_id", "track")}
    starts = np.append(0, np.cumsum(np.bincount(frame[keep], minlength=len(recording))))
    recording = replace(recording, starts=starts, **columns)
    rules = {"line_crossing": {"kind": "line_crossing", "classes": ["person", "motorcycle"]}}
    events = judged(street, rules, recording)
    assert len([e for e in events if e.kind == "line_crossing"]) == 1
