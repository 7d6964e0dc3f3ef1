"""Loitering: thresholds, gaps, broken ids, people in turn, hours, escalation, and independence of the frame rate."""

import numpy as np
import pytest

from tests.scenarios import (
    INSIDE,
    OUTSIDE,
    T0,
    Actor,
    city,
    csv,
    instants,
    judge,
    opened,
    record,
    stand,
    walk,
)  # fmt: skip

MINUTE = {"loiter": {"kind": "loitering", "seconds": 60}}
FAR = (250.0, 300.0)


def events_of(tmp_path, actors, rules=MINUTE, seconds=80.0, fps=10.0, times=None, **kwargs):
    times = instants(seconds, fps) if times is None else times
    return judge(record(tmp_path, csv(actors, times)), city(rules, **kwargs))


@pytest.mark.parametrize(
    ("actors", "starts"),
    [
        pytest.param([stand(INSIDE, (0, 60.0), away=OUTSIDE)], [], id="59.9 s is silent"),
        pytest.param([stand(INSIDE, (0, 60.2), away=OUTSIDE)], [0.0], id="60.1 s speaks"),
        pytest.param([stand(OUTSIDE, (0, 80))], [], id="outside the zone"),
        pytest.param([stand(INSIDE, (0, 40), (44.9, 70), away=OUTSIDE)], [0.0], id="away 4.9 s keeps the clock"),
        pytest.param([stand(INSIDE, (0, 40), (45.1, 80), away=OUTSIDE)], [], id="away 5.1 s resets it"),
        pytest.param([stand(INSIDE, (0, 30), (31.9, 70))], [0.0], id="hidden 1.9 s keeps the clock"),
        pytest.param([stand(INSIDE, (0, 35)), stand(INSIDE, (42, 78))], [], id="two in turn at one spot"),
        pytest.param(
            [walk((0, 400, 500), (35, 400, 500), (38, 1000, 500), (39, 1270, 500)), stand((150, 300), (34, 76))],
            [], id="two in turn, overlapping in time",
        ),
        pytest.param([stand(INSIDE, (0, 70)), stand(FAR, (5, 70))], [0.0, 5.0], id="two at once are two events"),
        pytest.param([Actor(lambda t: INSIDE, class_name="car")], [], id="a car is nobody"),
    ],
)  # fmt: skip
def test_starts(tmp_path, actors, starts):
    found = [event.started_at - T0 for event in opened(events_of(tmp_path, actors))]
    assert found == pytest.approx(starts, abs=0.11)


def test_a_broken_id_keeps_its_clock(tmp_path):
    """The person is missed for 1.5 s and comes back a step away, where no box overlaps: the tracker gives a new id."""
    actor = Actor(lambda t: (400.0, 500.0) if t < 30 else None if t < 31.5 else (505.0, 505.0))
    recording = record(tmp_path, csv([actor], instants(70, 10)))
    settings = city(MINUTE)
    from pipeline import build

    lane = build.lane(settings, settings.cameras[0], recording.names, (1280, 720))
    raw, events = set(), []
    for time, rows in recording:
        tracks, new = lane.step(time, rows)
        raw |= set(tracks.tracker_id.tolist())
        events += new
    assert len(raw) == 2
    assert [event.started_at - T0 for event in opened(events)] == [0.0]


@pytest.mark.parametrize("kept", [1.0, 0.2], ids=["all frames", "80 % of frames dropped"])
def test_unanalysed_frames_are_no_absence(tmp_path, kept):
    rng = np.random.default_rng(3)
    times = [t for t in instants(70, 10) if rng.random() < kept]
    found = opened(events_of(tmp_path, [stand(INSIDE, (0, 80))], times=times))
    assert [event.started_at - T0 for event in found] == [times[0]]


@pytest.mark.parametrize("hole_s", [1.5, 8.0, 30.0])
def test_a_hole_in_the_footage_is_no_absence(tmp_path, hole_s):
    times = [t for t in instants(75, 10) if not 20 < t < 20 + hole_s]
    assert len(opened(events_of(tmp_path, [stand(INSIDE, (0, 80))], times=times))) == 1


def test_one_event_with_its_phases(tmp_path):
    rules = {"loiter": {"kind": "loitering", "seconds": 10, "gap_s": 2, "escalate_s": 20, "severity": "notice"}}
    events = events_of(tmp_path, [stand(INSIDE, (0, 30.05), away=OUTSIDE)], rules, 40)
    assert [(e.phase, e.revision, e.severity) for e in events] == [
        ("opened", 0, "notice"), ("updated", 1, "alert"), ("closed", 2, "alert"),
    ]  # fmt: skip
    first, raised, closed = events
    assert first.time - T0 == pytest.approx(10, abs=0.11)
    assert raised.time - T0 == pytest.approx(20, abs=0.11)
    assert closed.ended_at - T0 == pytest.approx(30, abs=0.11)
    assert closed.time - closed.ended_at == pytest.approx(2, abs=0.21)
    assert first.key == raised.key == closed.key
    assert closed.reason is None
    assert first.measures["threshold_s"] == 10
    assert set(first.summary) == {"vi", "en"}


def test_the_end_of_the_file_closes(tmp_path):
    events = events_of(tmp_path, [stand(INSIDE, (0, 100))], seconds=70)
    assert [(e.phase, e.reason) for e in events] == [("opened", None), ("closed", "end_of_input")]
    assert events[-1].ended_at - T0 == pytest.approx(70)


@pytest.mark.parametrize(
    ("hours", "starts"),
    [
        ("21:00-22:00", [0.0]),
        ("22:00-05:00", []),
        ("21:01-05:00", [60.0]),
        ("20:00-21:00", []),
        ("20:30-06:00", [0.0]),
    ],
    ids=["awake", "asleep", "the clock begins with the hours", "just over", "across midnight"],
)
def test_active_hours(tmp_path, hours, starts):
    rules = {"loiter": {"kind": "loitering", "seconds": 30, "active_hours": hours}}
    found = opened(events_of(tmp_path, [stand(INSIDE, (0, 200))], rules, 120))
    assert [e.started_at - T0 for e in found] == pytest.approx(starts, abs=0.11)


def test_cooldown_silences_the_place_for_a_while(tmp_path):
    rules = {"loiter": {"kind": "loitering", "seconds": 10, "cooldown_s": 25}}
    actors = [stand(INSIDE, (0, 15)), stand(FAR, (2, 18)), stand((700.0, 650.0), (30, 45))]
    found = opened(events_of(tmp_path, actors, rules, 60))
    assert [e.started_at - T0 for e in found] == pytest.approx([0.0, 30.0], abs=0.11)


@pytest.mark.parametrize(("limit", "count"), [(None, 1), (2.0, 0), (12.0, 1)], ids=["unset", "wanders", "wide limit"])
def test_waiting_not_wandering(tmp_path, limit, count):
    rules = {"loiter": {"kind": "loitering", "seconds": 20, "max_displacement_m": limit}}
    pacing = Actor(lambda t: (400 + 220 * np.sin(t / 4), 500.0))
    assert len(opened(events_of(tmp_path, [pacing], rules, 40))) == count


@pytest.mark.parametrize("noise", [0.0, 2.0], ids=["noise-free", "jitter of 2 px"])
def test_frame_rates_agree(tmp_path, noise):
    """5, 10 and 25 fps tell the same starts within one period of the slowest."""
    starts = {}
    for fps in (5, 10, 25):
        rng = np.random.default_rng(fps)
        actor = walk((1.03, 1200, 500), (6.17, 420, 510), (80, 420, 510))
        shaken = Actor(
            lambda t, a=actor, r=rng: None if a.path(t) is None else tuple(np.add(a.path(t), r.normal(0, noise, 2)))
        )
        starts[fps] = [e.started_at - T0 for e in opened(events_of(tmp_path, [shaken], fps=fps))]
    assert len(starts[25]) == 1
    assert starts[5] == pytest.approx(starts[25], abs=0.2)
    assert starts[10] == pytest.approx(starts[25], abs=0.2)


def test_a_lost_alert_is_not_a_shadow(tmp_path):
    rules = {"loiter": {"kind": "loitering", "seconds": 10, "publish": False}}
    assert [e.published for e in opened(events_of(tmp_path, [stand(INSIDE, (0, 20))], rules, 20))] == [False]
