"""The lane: one contract for every tracker, revisions, evidence as updates, order of rows, two cameras."""

from dataclasses import replace

import numpy as np
import pytest
import supervision as sv

from pipeline import build, kinds
from pipeline.flow import Lane
from pipeline.scene import Scene
from pipeline.stages import Rule, Tracker
from pipeline.types import Event, Evidence, canonical, empty
from tests.scenarios import INSIDE, SIZE, T0, city, csv, instants, judge, opened, record, stand

NAMES = ("person", "car")
TRACKERS = [
    ("bytetrack", {}),
    *(("external", {"name": name}) for name in ("sort", "bytetrack", "ocsort", "cbiou", "botsort")),
]


def make(kind, options) -> Tracker:
    return kinds.find("tracker", kind)(kinds.settings("tracker", kind)(**options), NAMES)


def rows(*boxes):
    n = len(boxes)
    return sv.Detections(
        xyxy=np.array(boxes, float).reshape(-1, 4), confidence=np.full(n, 0.9), class_id=np.zeros(n, int)
    )


@pytest.mark.parametrize(
    ("kind", "options"), TRACKERS, ids=lambda v: v if isinstance(v, str) else v.get("name", "ours")
)
def test_every_tracker_keeps_the_contract(kind, options):
    tracker = make(kind, options)
    seen = set()
    for i in range(20):
        given = rows([100 + i, 100, 150 + i, 220], [400, 100, 450, 220]) if i % 5 != 4 else empty()
        before = given.xyxy.copy()
        tracks = tracker.update(i / 10, given)
        assert len(tracks) == len(given)
        assert (tracks.xyxy == before).all()
        assert (given.xyxy == before).all()
        assert tracks.tracker_id.dtype.kind == "i"
        seen |= set(tracks.tracker_id.tolist())
    assert len(seen - {-1}) == 2
    assert isinstance(tracker, Tracker)


class Says:
    """A rule that tells the same event at every frame: opened, then updated, then closed for ever."""

    def __init__(self):
        self.event = Event("x", "alerts", "r", "0", "alert", "opened", None, T0, T0, (1,))

    def judge(self, scene):
        event, self.event = (
            self.event,
            replace(self.event, phase="updated" if self.event.phase == "opened" else "closed"),
        )
        return [event]

    def close(self, scene, reason):
        return [replace(self.event, reason=reason)]

    def readings(self, scene):
        return []


def test_revisions_count_up_with_evidence_among_them():
    lane = Lane(make("bytetrack", {}), Scene(SIZE, NAMES), [Says()])
    assert isinstance(Says(), Rule)
    (first,) = lane.step(1.0, empty())[1]
    shown = lane.attach(first, [Evidence("x.jpg", "00", 1.0, 1.0)])
    (second,) = lane.step(2.0, empty())[1]
    (third,) = lane.step(3.0, empty())[1]
    late = lane.attach(third, [Evidence("y.jpg", "00", 1.0, 1.0)])
    (last,) = lane.close("stopped")
    assert [e.revision for e in (first, shown, second, third, late, last)] == list(range(6))
    assert [e.phase for e in (shown, late)] == ["updated", "updated"]
    assert last.reason == "stopped"


def test_rows_of_a_frame_in_any_order(tmp_path):
    actors = [stand(INSIDE, (0, 20)), stand((250, 300), (3, 20)), stand((500, 690), (5, 20))]
    settings = city({"loiter": {"kind": "loitering", "seconds": 10}})
    text = csv(actors, instants(20, 10))
    recording = record(tmp_path, text)
    lane = build.lane(settings, settings.cameras[0], recording.names, SIZE)
    shuffled = []
    rng = np.random.default_rng(1)
    for time, frame in recording:
        shuffled += lane.step(time, frame[rng.permutation(len(frame))] if len(frame) else frame)[1]
    assert shuffled + lane.close("end_of_input") == judge(recording, settings)
    assert len(opened(shuffled)) == 3


def test_canonical_order_and_rounding():
    given = rows([5.00049, 1, 9, 9], [5, 1, 9, 9], [1, 1, 9, 9], [1, 1, 9, 8])
    given.class_id = np.array([0, 1, 0, 0])
    told = canonical(given, NAMES)
    assert told.class_id.tolist() == [1, 0, 0, 0], "by class name: car before person"
    assert told.xyxy.tolist() == [[5, 1, 9, 9], [1, 1, 9, 8], [1, 1, 9, 9], [5, 1, 9, 9]]
    for order in ([3, 2, 1, 0], [1, 3, 0, 2]):
        again = canonical(given[np.array(order)], NAMES)
        assert (again.xyxy == told.xyxy).all()
        assert (again.class_id == told.class_id).all()


def test_cameras_share_nothing(tmp_path):
    settings = city({"loiter": {"kind": "loitering", "seconds": 10}})
    recording = record(tmp_path, csv([stand(INSIDE, (0, 20))], instants(20, 10)))
    alone = judge(recording, settings)
    lanes = [build.lane(settings, settings.cameras[0], recording.names, SIZE) for _ in range(2)]
    both = [[], []]
    for time, frame in recording:
        for lane, events in zip(lanes, both, strict=True):
            events.extend(lane.step(time, frame)[1])
    assert [events + lane.close("end_of_input") for lane, events in zip(lanes, both, strict=True)] == [alone, alone]
