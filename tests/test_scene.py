"""Who is whom: the scene mends what a tracker mixes up where people hide one another, and no more than that."""

import numpy as np
import pytest
import supervision as sv

from pipeline.scene import Scene

FPS = 5.0
NAMES = ("person", "handbag")
SIZE = (1280, 720)
HEIGHT, WIDTH = 140.0, 50.0


def walker(x: float, y: float = 500.0) -> list[float]:
    return [x - WIDTH / 2, y - HEIGHT, x + WIDTH / 2, y]


def feed(scene: Scene, time: float, people: dict[int, float], bags: dict[int, float]) -> None:
    """One frame of people and handbags, raw id → x; a bag stands, or is carried, at the feet."""
    boxes = [walker(x) for x in people.values()] + [[x - 15, 470.0, x + 15, 500.0] for x in bags.values()]
    classes = np.array([0] * len(people) + [1] * len(bags), np.int64)
    ids = np.array([*people, *bags], np.int64)
    scene.advance(time, sv.Detections(xyxy=np.array(boxes).reshape(-1, 4), class_id=classes, tracker_id=ids))


def watch(frames: list[dict[int, float]]) -> tuple[Scene, list[dict[int, float]]]:
    """Feed people; returns for each frame where the scene says each path was."""
    scene, told = Scene(SIZE, NAMES), []
    for i, people in enumerate(frames):
        feed(scene, i / FPS, people, {})
        told.append({int(track): float(x) for track, x in zip(scene.ids, scene.anchors[:, 0], strict=True)})
    return scene, told


def passing(swapped: bool, stop: bool = False) -> list[dict[int, float]]:
    """1 stands at 640; 2 comes from the left, is before him after 5 s; the raw ids may change over there."""
    frames = []
    for i in range(60):
        x = 140 + 20.0 * i
        if stop:
            x = min(x, 700.0)
        stander, comer = (2, 1) if swapped and x > 640 else (1, 2)
        frames.append({stander: 640.0, comer: x})
    return frames


def test_who_still_stands_where_he_stood_keeps_his_id_when_the_tracker_gives_it_to_a_passer() -> None:
    _, told = watch(passing(swapped=True))
    assert told[24] == {1: 640.0, 2: 620.0}
    assert told[-1][1] == 640.0
    assert told[-1][2] > 1200


def test_the_past_of_the_swapped_is_exchanged_too() -> None:
    scene, _ = watch(passing(swapped=True)[:45])
    stander = scene.paths.by_id[1]
    assert np.ptp(scene.paths.over(stander, 8.0)[:, 1]) < 25
    assert scene.paths.by_id[2].place[0] > 900


def test_a_passer_whom_the_tracker_followed_well_is_left_alone() -> None:
    _, told = watch(passing(swapped=False))
    assert all(frame[1] == 640.0 for frame in told)


def test_who_stops_beside_another_does_not_become_him() -> None:
    _, told = watch(passing(swapped=False, stop=True))
    assert told[-1] == {1: 640.0, 2: 700.0}


@pytest.mark.parametrize(("back_at", "same"), [(650.0, True), (800.0, False)])
def test_a_track_that_comes_back_has_to_fit_the_path_that_another_showed_since(back_at: float, same: bool) -> None:
    """1 stands, is hidden, and shows again as 3; then the tracker gives 1 to him again, or to somebody far off."""
    frames: list[dict[int, float]] = [{1: 640.0}] * 20 + [{}] * 5 + [{3: 640.0}] * 3 + [{1: back_at}]
    scene, told = watch(frames)
    assert told[27] == {1: 640.0}
    assert (list(told[28]) == [1]) is same
    assert scene.paths.by_id[1].box[0] == pytest.approx((back_at if same else 640.0) - WIDTH / 2)


@pytest.mark.parametrize("back", [{1: 800.0, 3: 640.0}, {3: 640.0, 1: 800.0}, {1: 700.0, 3: 640.0}])
def test_who_is_shown_again_keeps_his_path_when_his_old_track_comes_back(back: dict[int, float]) -> None:
    """As above, but 3 still shows him."""
    frames: list[dict[int, float]] = [{1: 640.0}] * 20 + [{}] * 5 + [{3: 640.0}] * 3 + [back]
    _, told = watch(frames)
    assert told[28][1] == 640.0
    assert len(told[28]) == 2


def test_every_track_that_showed_a_path_has_to_fit_it_when_it_comes_back() -> None:
    frames: list[dict[int, float]] = [{1: 640.0}] * 20 + [{}] * 5 + [{3: 640.0}] * 3 + [{1: 642.0}] * 3 + [{3: 900.0}]
    _, told = watch(frames)
    assert told[30] == {1: 642.0}
    assert 1 not in told[31]


def turning(with_other: bool) -> list[dict[int, float]]:
    """1 walks to the right, turns on his heel at 640 and walks back; maybe another goes on to the right from there."""
    frames = []
    for i in range(50):
        x = 640 - 20.0 * abs(i - 25)
        frames.append({1: x} | ({2: 660 + 20.0 * (i - 26)} if with_other and i > 26 else {}))
    return frames


def test_who_turns_on_his_heel_alone_stays_himself() -> None:
    _, told = watch(turning(with_other=False))
    assert list(told[-1]) == [1]


def test_who_turns_where_another_goes_on_in_his_stead_is_somebody_else() -> None:
    _, told = watch(turning(with_other=True))
    assert 1 not in told[-1] or told[-1][1] > 640


def street(frames: list[tuple[dict[int, float], dict[int, float]]]) -> Scene:
    scene = Scene(SIZE, NAMES)
    for i, (people, bags) in enumerate(frames):
        feed(scene, i / FPS, people, bags)
    return scene


def test_a_bag_carried_past_the_place_of_one_long_gone_is_not_that_one() -> None:
    still = [({1: 600.0}, {11: 640.0} if i > 10 else {}) for i in range(50)]
    without = [({}, {}) for _ in range(200)]
    past = [({2: 640 + 24.0 * i}, {12: 640 + 24.0 * i}) for i in range(20)]
    scene = street(still + without + past)
    first = scene.things.all[0]
    assert first.track != 12
    assert first.seen < 10.0


def test_a_bag_set_down_by_somebody_who_stood_there_before_is_his_own() -> None:
    def at(i: int) -> tuple[dict[int, float], dict[int, float]]:
        first = 640.0 if i < 60 else 640.0 - 20.0 * (i - 60)
        bags = {11: 655.0} if 10 < i < 60 else {12: 865.0} if i >= 66 else {}
        return {1: first, 2: 880.0}, bags

    scene = street([at(i) for i in range(100)])
    second = next(thing for thing in scene.things.all if thing.track == 12)
    assert 2 in second.owners
    assert scene.things.all[0].track != 12


def side_by_side(seen_s: float, hidden_s: float, fps: float = FPS) -> Scene:
    """Two walk in side by side, then one is hidden by the other as they stand."""
    scene = Scene(SIZE, NAMES)
    feed(scene, -1 / fps, {}, {})
    for i in range(round((seen_s + hidden_s) * fps)):
        x = 200 + 100 * min(i / fps, seen_s)
        pair = {1: x, 2: x + 20.0} if i / fps < seen_s else {1: x}
        feed(scene, i / fps, pair, {})
    return scene


@pytest.mark.parametrize("fps", [5.0, 10.0, 25.0])
def test_of_two_who_came_together_one_may_be_hidden_for_as_long_as_they_were_seen(fps: float) -> None:
    assert 1 in side_by_side(3.0, 2.0, fps).company._friends.get(2, {})
    scene = side_by_side(1.6, 20.0, fps)
    assert scene.company.seconds(1, 2) <= 2 * 1.6 + 0.4, "who was seen together for less is no company by hiding"
    assert 1 not in scene.company._friends.get(2, {})


def test_nothing_is_kept_of_who_was_hidden_and_is_forgotten() -> None:
    scene = side_by_side(3.0, 60.0)
    assert 2 not in scene.paths.by_id
    assert not scene.company._behind
    assert not scene.company._unseen
    assert 2 not in scene.company._together


def test_who_comes_in_where_another_went_out_is_another() -> None:
    """1 was last seen a metre from the side; when 2 comes in there, 1 would be far out."""
    goes = [{1: 1090 - 60.0 * k} for k in range(10, -1, -1)]
    _, told = watch(goes + [{}] * 4 + [{2: 1275 - 12.0 * k} for k in range(10)])
    assert set(told[len(goes) + 4]) == {2}
    assert set(told[-1]) == {2}


def test_who_was_lost_on_his_way_and_shows_farther_on_it_is_himself() -> None:
    goes = [{1: 790 - 60.0 * k} for k in range(10, -1, -1)]
    _, told = watch(goes + [{}] * 4 + [{2: 1090 + 60.0 * k} for k in range(3)])
    assert set(told[-1]) == {1}


def test_who_stood_at_the_side_is_still_himself() -> None:
    """The box sways towards the side by a tenth of his height as he stands there."""
    frames = [{1: 1288 + 1.5 * k} for k in range(11)] + [{}] * 8 + [{2: 1296.0}] * 5
    _, told = watch(frames)
    assert set(told[-1]) == {1}


@pytest.mark.parametrize("passes", [True, False])
def test_a_walker_is_not_seen_where_the_tracker_takes_a_rider_who_hides_him_for_him(passes: bool) -> None:
    """1 stands at 640; in one frame his box is that of whoever sits on a motorbike: one that rides by, or stands."""
    scene, told = Scene(SIZE, ("person", "motorcycle")), []
    for i in range(12):
        x = 160 + 120.0 * (i - 4) if passes else 640.0
        on_it = [x - 25, 400.0, x + 25, 530.0]
        boxes = np.array([on_it if i == 8 else walker(640.0), [x - 70, 460.0, x + 70, 560.0]])
        scene.advance(i / FPS, sv.Detections(xyxy=boxes, class_id=np.array([0, 1]), tracker_id=np.array([1, 2])))
        told.append(scene.ids.tolist())
    assert [1 in ids for ids in told] == [i != 8 or not passes for i in range(12)]
