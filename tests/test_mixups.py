"""Who may be whom after one hid the other: in doubt only where their ways since do not tell."""

import numpy as np
import supervision as sv

from pipeline.scene import Scene

FPS = 5.0
HEIGHT, WIDTH = 140.0, 50.0


def doubted(ways: dict[int, list[float | None]]) -> set[tuple[int, int | None]]:
    """Who may have been whom at any time; `ways` are x in pixels by track and frame, None where it is not seen."""
    scene = Scene((1280, 720), ("person",))
    found: set[tuple[int, int | None]] = set()
    for i in range(max(map(len, ways.values()))):
        here = {track: x[i] for track, x in ways.items() if i < len(x) and x[i] is not None}
        boxes = [[x - WIDTH / 2, 500 - HEIGHT, x + WIDTH / 2, 500.0] for x in here.values()]
        ids = np.array(list(here), np.int64)
        xyxy = np.array(boxes, float).reshape(-1, 4)
        scene.advance(i / FPS, sv.Detections(xyxy=xyxy, class_id=np.zeros(len(ids), int), tracker_id=ids))
        found.update(scene.identities.doubts)
    return found


def still(x: float, frames: int) -> list[float | None]:
    return [x] * frames


def walk(start: float, step: float, frames: int) -> list[float | None]:
    return [start + step * i for i in range(frames)]


def unseen(way: list[float | None], begin: int, end: int) -> list[float | None]:
    return [None if begin <= i < end else x for i, x in enumerate(way)]


def test_a_passer_who_hid_somebody_for_a_moment_is_not_he() -> None:
    assert doubted({1: unseen(still(600, 60), 19, 22), 2: walk(200, 20, 55)}) == set()


def test_of_two_who_stood_before_one_another_and_part_each_may_be_the_other() -> None:
    one = still(600, 30) + walk(600, 20, 30)
    other = unseen(still(610, 30) + walk(610, -20, 30), 28, 32)
    assert doubted({1: one, 2: other}) == {(1, 2), (2, 1)}


def test_of_two_who_stood_side_by_side_neither_is_in_doubt() -> None:
    assert doubted({1: still(600, 60), 2: unseen(still(720, 60), 28, 32)}) == set()


def test_who_goes_on_as_the_one_whom_he_met_may_be_him() -> None:
    """The tracker stays with the place: 1 stood, and walks off at the pace of 2, who is not seen again."""
    one = still(600, 20) + walk(600, 20, 25)
    assert (1, 2) in doubted({1: one, 2: walk(200, 20, 19)})


def test_who_is_far_from_his_way_and_from_that_of_whom_he_met_may_be_anybody() -> None:
    """1 walks by before 2, who stands, and is seen again 4 m back."""
    one = unseen(walk(200, 20, 21) + still(300, 25), 21, 27)
    assert (1, None) in doubted({1: one, 2: still(610, 46)})
