"""The tracker on made scenes: who keeps an id, who gets none, and what may not matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
import supervision as sv

from pipeline.stages import Tracker
from pipeline.trackers.bytetrack import ByteTrack, ByteTrackSettings
from pipeline.types import TENTATIVE

NAMES = ("person", "bicycle", "car", "motorcycle", "bus", "truck", "dog")
Way = Callable[[float], tuple[float, float] | None]
"""Where somebody's feet are at a time (s), in pixels; None while hidden."""


def box(x: float, y: float, width: float = 40, height: float = 100) -> list[float]:
    return [x - width / 2, y - height, x + width / 2, y]


def boxes(
    *rows: Sequence[float], confidence: Sequence[float] | None = None, classes: Sequence[str] = ()
) -> sv.Detections:
    names = classes or ["person"] * len(rows)
    return sv.Detections(
        xyxy=np.array(rows, float).reshape(-1, 4),
        confidence=np.array(confidence if confidence is not None else [0.9] * len(rows), float),
        class_id=np.array([NAMES.index(name) for name in names], np.int64),
    )


def times(fps: float, seconds: float) -> list[float]:
    return [i / fps for i in range(round(seconds * fps) + 1)]


def identities(ways: Sequence[Way], at: Sequence[float], tracker: Tracker | None = None) -> list[set[int]]:
    """The ids each walker had over `at`; -1 where he was seen without one."""
    tracker = tracker or ByteTrack()
    ids: list[set[int]] = [set() for _ in ways]
    for time in at:
        places = [way(time) for way in ways]
        seen = [i for i, place in enumerate(places) if place is not None]
        tracks = tracker.update(time, boxes(*(box(*places[i]) for i in seen)))
        assert tracks.tracker_id is not None
        for i, track in zip(seen, tracks.tracker_id.tolist(), strict=True):
            ids[i].add(track)
    return ids


def walker(x: float, y: float, vx: float, vy: float = 0.0, hidden: tuple[float, float] = (0, 0)) -> Way:
    """Walks at (vx, vy) px/s; 70 px/s is 1.2 m/s of a person 100 px tall. Hidden in [from, to)."""
    return lambda t: None if hidden[0] <= t < hidden[1] else (x + vx * t, y + vy * t)


CROSSING = (walker(100, 400, 70), walker(520, 412, -70))
STREET = (*CROSSING, walker(300, 700, 50, 5), walker(600, 900, 0), walker(900, 650, -60, 10))
RNG = np.random.default_rng(3)
DROPPED = [t for t in times(25, 12) if RNG.random() > 0.8]
IRREGULAR = np.cumsum(RNG.uniform(0.03, 0.5, 40)).tolist()


@pytest.mark.parametrize(
    ("ways", "at"),
    [
        pytest.param(CROSSING, times(25, 6), id="two who cross keep their ids"),
        pytest.param(CROSSING, times(5, 6), id="two who cross at 5 fps"),
        pytest.param([walker(100, 400, 70, hidden=(2, 2.8))], times(10, 5), id="occluded 0.8 s"),
        pytest.param([walker(100, 400, 70, hidden=(2, 3.9))], times(10, 6), id="occluded 1.9 s"),
        pytest.param([walker(100, 400, 0, hidden=(0.3, 1))], times(5, 3), id="hidden after the second look"),
        pytest.param(STREET, times(25, 8), id="street at 25 fps"),
        pytest.param(STREET, times(10, 8), id="street at 10 fps"),
        pytest.param(STREET, times(5, 8), id="street at 5 fps"),
        pytest.param(STREET, times(2, 8), id="street at 2 fps"),
        pytest.param(STREET, DROPPED, id="80 % of frames dropped"),
        pytest.param(STREET, IRREGULAR, id="irregular times"),
    ],
)
def test_everybody_has_one_id_of_his_own(ways: Sequence[Way], at: Sequence[float]) -> None:
    ids = identities(ways, at)
    assert [len(own) for own in ids] == [1] * len(ways)
    assert set.union(*ids) == set(range(1, len(ways) + 1))


@pytest.mark.parametrize(
    ("width_m", "height_m", "kmh", "fps"),
    [
        pytest.param(0.6, 1.7, 12, 2, id="somebody runs, 2 fps"),
        pytest.param(1.9, 1.6, 45, 5, id="a motorcycle seen from the side, 5 fps"),
        pytest.param(4.3, 1.5, 80, 5, id="a car seen from the side, 5 fps"),
        pytest.param(1.9, 1.6, 70, 10, id="a fast motorcycle, 10 fps"),
    ],
)
def test_follows_what_passes_fast(width_m: float, height_m: float, kmh: float, fps: float) -> None:
    tracker, px_per_m, ids = ByteTrack(), 40, set()
    for time in times(fps, 3):
        passing = box(100 + kmh / 3.6 * px_per_m * time, 400, width_m * px_per_m, height_m * px_per_m)
        tracks = tracker.update(time, boxes(passing, confidence=[0.8]))
        assert tracks.tracker_id is not None
        ids |= set(tracks.tracker_id.tolist())
    assert ids == {1}


@pytest.mark.parametrize(
    ("hidden_s", "same"),
    [(1.9, True), (2.1, False)],
    ids=["back before lost_s keeps the id", "back after lost_s gets a new one"],
)
def test_lost_for(hidden_s: float, same: bool) -> None:
    tracker = ByteTrack()
    here = boxes(box(100, 400))
    for time in (0.0, 0.1):
        tracker.update(time, here)
    tracker.update(0.2, boxes())
    ids = tracker.update(0.1 + hidden_s, here).tracker_id
    assert ids is not None
    assert ids.tolist() == [1 if same else 2]


def test_a_hole_between_frames_is_no_absence() -> None:
    tracker, here = ByteTrack(), boxes(box(100, 400))
    ids = [tracker.update(time, here).tracker_id for time in (0.0, 0.1, 60.0, 60.1)]
    assert [i.tolist() for i in ids if i is not None] == [[1]] * 4


def test_ids_are_never_used_again() -> None:
    tracker = ByteTrack()
    seen: list[int] = []
    for k in range(20):
        ids = tracker.update(5.0 * k, boxes(box(100, 400), box(400, 400))).tracker_id
        tracker.update(5.0 * k + 1, boxes())
        assert ids is not None
        seen += ids.tolist()
    assert seen == list(range(1, 41))


def test_two_trackers_share_nothing() -> None:
    first, second = ByteTrack(), ByteTrack()
    identities(STREET, times(5, 2), first)
    assert identities(CROSSING, times(5, 2), second) == [{1}, {2}]


@pytest.mark.parametrize(
    ("classes", "same"),
    [
        pytest.param(("car", "truck", "bus", "car"), True, id="a van flickers between car, truck and bus"),
        pytest.param(("bicycle", "motorcycle", "bicycle"), True, id="a moped flickers to bicycle"),
        pytest.param(("car", "car", "person"), False, id="a person is never a car"),
        pytest.param(("motorcycle", "motorcycle", "person"), False, id="nor is a rider his motorcycle"),
        pytest.param(("motorcycle", "motorcycle", "car"), False, id="a motorcycle is never a car"),
        pytest.param(("dog", "dog", "person"), False, id="a class without kin stays alone"),
    ],
)
def test_flicker_of_classes(classes: Sequence[str], same: bool) -> None:
    tracker = ByteTrack(names=NAMES)
    ids = [tracker.update(0.2 * k, boxes(box(100, 400), classes=[c])).tracker_id for k, c in enumerate(classes)]
    assert (ids[-1] == ids[0]) == same


def test_without_names_a_class_is_a_group() -> None:
    tracker = ByteTrack()
    ids = [tracker.update(0.2 * k, boxes(box(100, 400), classes=[c])).tracker_id for k, c in enumerate(("car", "bus"))]
    assert [i.tolist() for i in ids if i is not None] == [[1], [2]]


@pytest.mark.parametrize(
    ("confidences", "expected"),
    [
        pytest.param([0.9, 0.9, 0.2, 0.9], [1, 1, 1, 1], id="a weak detection continues a track"),
        pytest.param([0.2, 0.2, 0.2, 0.2], [-1, -1, -1, -1], id="weak detections never start one"),
        pytest.param([0.39, 0.4, 0.4, 0.4], [-1, 1, 1, 1], id="the threshold itself starts one"),
        pytest.param([0.9, 0.9, 0.09, 0.9], [1, 1, -1, 1], id="below the low threshold a detection is ignored"),
        pytest.param([0.9, 0.2, 0.9, 0.9], [1, 1, 1, 1], id="a weak second look confirms"),
    ],
)
def test_confidence(confidences: Sequence[float], expected: Sequence[int]) -> None:
    tracker = ByteTrack()
    ids = [tracker.update(0.1 * k, boxes(box(100, 400), confidence=[c])).tracker_id for k, c in enumerate(confidences)]
    assert [int(i[0]) for i in ids if i is not None] == expected


def test_good_detections_choose_before_weak_ones() -> None:
    tracker = ByteTrack()
    for time in (0.0, 0.1):
        tracker.update(time, boxes(box(100, 400)))
    tracks = tracker.update(0.2, boxes(box(100, 400), box(115, 400), confidence=[0.39, 0.41]))
    assert tracks.tracker_id is not None
    assert tracks.tracker_id.tolist() == [-1, 1]


@pytest.mark.parametrize(
    ("hidden_s", "expected"), [(0.49, 1), (0.51, -1)], ids=["a moment ago", "too long ago for a guess"]
)
def test_a_weak_detection_continues_only_what_was_just_seen(hidden_s: float, expected: int) -> None:
    tracker = ByteTrack()
    for time in (0.0, 0.1):
        tracker.update(time, boxes(box(100, 400)))
    tracks = tracker.update(0.1 + hidden_s, boxes(box(100, 400), confidence=[0.2]))
    assert tracks.tracker_id is not None
    assert tracks.tracker_id.tolist() == [expected]


def test_tentative_until_seen_twice() -> None:
    tracker = ByteTrack()
    marks = []
    for time, rows in ((0.0, [box(100, 400)]), (0.1, [box(107, 400), box(600, 400)]), (0.2, [box(600, 400)])):
        tracks = tracker.update(time, boxes(*rows))
        assert tracks.tracker_id is not None
        marks.append(list(zip(tracks.tracker_id.tolist(), tracks.data[TENTATIVE].tolist(), strict=True)))
    assert marks == [[(1, True)], [(1, False), (2, True)], [(2, False)]]


def test_a_flash_does_not_linger() -> None:
    tracker = ByteTrack()
    flash, nothing = boxes(box(100, 400)), boxes()
    tracker.update(0.0, flash)
    tracker.update(0.2, nothing)
    tracks = tracker.update(0.4, flash)
    assert tracks.tracker_id is not None
    assert (tracks.tracker_id.tolist(), tracks.data[TENTATIVE].tolist()) == ([2], [True])


def test_a_second_box_on_a_tracked_one_starts_nothing() -> None:
    tracker = ByteTrack()
    tracker.update(0.0, boxes(box(100, 400)))
    tracks = tracker.update(0.1, boxes(box(100, 400), box(104, 402), confidence=[0.9, 0.6]))
    assert tracks.tracker_id is not None
    assert tracks.tracker_id.tolist() == [1, -1]


def test_empty_frames_are_normal() -> None:
    tracker = ByteTrack()
    for time in (0.0, 0.1):
        tracks = tracker.update(time, boxes())
        assert len(tracks) == 0
        assert tracks.tracker_id is not None
        assert tracks.tracker_id.dtype == np.int64
        assert tracks.data[TENTATIVE].dtype == bool
    assert identities(CROSSING, [t + 1 for t in times(5, 2)], tracker) == [{1}, {2}]


def noisy(seed: int) -> list[tuple[float, sv.Detections]]:
    """The street with jitter, misses, false boxes and flickering confidence."""
    rng = np.random.default_rng(seed)
    frames = []
    for time in times(10, 8):
        rows = [box(*place) for way in STREET if (place := way(time)) and rng.random() > 0.15]
        rows += [box(*rng.uniform(100, 900, 2)) for _ in range(rng.poisson(0.3))]
        jittered = np.array(rows).reshape(-1, 4) + rng.normal(0, 2, (len(rows), 4))
        frames.append((time, boxes(*jittered, confidence=rng.uniform(0.2, 0.95, len(rows)).tolist())))
    return frames


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    straight, shuffled = ByteTrack(), ByteTrack()
    for time, detections in noisy(seed):
        order = rng.permutation(len(detections))
        expected, got = straight.update(time, detections), shuffled.update(time, detections[order])
        assert expected.tracker_id is not None
        assert got.tracker_id is not None
        np.testing.assert_array_equal(got.tracker_id, expected.tracker_id[order])
        np.testing.assert_array_equal(got.data[TENTATIVE], expected.data[TENTATIVE][order])


def test_same_input_same_bytes() -> None:
    def run() -> bytes:
        tracker = ByteTrack(names=NAMES)
        tracks = [tracker.update(time, detections) for time, detections in noisy(1)]
        return b"".join(t.xyxy.tobytes() + t.tracker_id.tobytes() + t.data[TENTATIVE].tobytes() for t in tracks)

    assert run() == run()


def test_rows_come_back_as_they_went_in_and_the_input_is_left_alone() -> None:
    tracker = ByteTrack()
    for time, detections in noisy(2):
        detections.data["colour"] = np.arange(len(detections))
        before = (detections.xyxy.copy(), detections.confidence.copy(), detections.class_id.copy())
        tracks = tracker.update(time, detections)
        for got, given, old in zip(
            (tracks.xyxy, tracks.confidence, tracks.class_id),
            (detections.xyxy, detections.confidence, detections.class_id),
            before,
            strict=True,
        ):
            np.testing.assert_array_equal(got, old)
            np.testing.assert_array_equal(given, old)
        assert detections.tracker_id is None
        assert list(detections.data) == ["colour"]
        np.testing.assert_array_equal(tracks.data["colour"], detections.data["colour"])


@pytest.mark.parametrize("time", [1.0, 0.9, float("nan")], ids=["the same time twice", "back in time", "no time"])
def test_time_must_increase(time: float) -> None:
    tracker = ByteTrack()
    tracker.update(1.0, boxes())
    with pytest.raises(ValueError, match="time must increase"):
        tracker.update(time, boxes())


@pytest.mark.parametrize(
    "rows",
    [[[100, 100, 100, 100]] * 2, [[100, 100, 90, 80]], [[0, 0, 1e-9, 400]]],
    ids=["no area", "inside out", "a line"],
)
def test_degenerate_boxes_do_no_harm(rows: list[list[float]]) -> None:
    tracker = ByteTrack()
    for time in (0.0, 0.1, 1.5):
        assert len(tracker.update(time, boxes(*rows))) == len(rows)


def test_columns_a_detector_left_out() -> None:
    tracker = ByteTrack(names=NAMES)
    bare = sv.Detections(xyxy=np.array([box(100, 400)]))
    for time in (0.0, 0.1):
        tracks = tracker.update(time, bare)
    assert tracks.tracker_id is not None
    assert tracks.tracker_id.tolist() == [1]
    assert tracks.confidence is None


def test_is_a_tracker_and_refuses_unknown_settings() -> None:
    assert isinstance(ByteTrack(ByteTrackSettings(lost_s=5)), Tracker)
    with pytest.raises(ValueError, match="lost_frames"):
        ByteTrackSettings.model_validate({"lost_frames": 30})
