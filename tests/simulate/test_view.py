"""Who hides whom, where riders sit, and where things lie, before any noise."""

import numpy as np
import pytest

from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.street import Street
from pipeline.simulate.view import View, view

CAMERA = PinholeCamera()


def street(seconds: float = 20.0) -> Street:
    return Street(seconds, np.random.default_rng(0))


def at(seen: View, actor: int, frame: int = 0) -> int:
    """The row of an actor in a frame."""
    (rows,) = np.nonzero((seen.actor == actor) & (seen.frame == frame))
    assert len(rows) == 1, f"actor {actor} has {len(rows)} boxes in frame {frame}"
    return int(rows[0])


def test_the_nearer_hides_the_farther_and_never_the_other_way():
    play = street()
    play.person(0, 0, 14)
    play.add("truck", 0, 0, 10)
    seen = view(play, CAMERA, np.array([1.0]))
    assert seen.visible[at(seen, 0)] == 0.0
    assert seen.visible[at(seen, 1)] == 1.0
    assert seen.depth_m[at(seen, 1)] < seen.depth_m[at(seen, 0)]


def test_what_is_half_hidden_shows_the_part_beside_the_obstacle():
    play = street()
    play.add("car", 0, 0, 16)
    play.add("truck", 0, 2.0, 11, 90)
    seen = view(play, CAMERA, np.array([1.0]))
    car = at(seen, 0)
    assert 0.3 < seen.visible[car] < 0.9
    assert seen.part[car, 0] == pytest.approx(seen.xyxy[car, 0])
    assert seen.part[car, 2] < seen.xyxy[car, 2] - 10


def test_two_side_by_side_hide_nothing():
    play = street()
    play.person(0, -1, 12)
    play.person(0, 1, 12)
    assert view(play, CAMERA, np.array([1.0])).visible.tolist() == [1.0, 1.0]


def test_a_rider_sits_on_his_motorcycle_and_neither_hides_the_other():
    play = street()
    motorcycle = play.add("motorcycle", 0, -10, 12)
    driver = play.person(0, -10, 12).mount(motorcycle)
    play.person(0, -10, 12).mount(motorcycle)
    driver.ride(10, 12, 5)
    seen = view(play, CAMERA, np.array([4.0]))
    bike, person, pillion = (at(seen, i) for i in range(3))
    assert seen.visible[[bike, person, pillion]].tolist() == [1.0, 1.0, 0.7]
    assert seen.xyxy[person, 3] < seen.xyxy[bike, 3]
    assert seen.xyxy[bike, 0] < seen.xyxy[person, 0] < seen.xyxy[person, 2] < seen.xyxy[bike, 2]
    on_foot = street()
    on_foot.person(0, 0, 12)
    standing = view(on_foot, CAMERA, np.array([0.0])).xyxy[0]
    assert seen.xyxy[person, 3] - seen.xyxy[person, 1] < 0.85 * (standing[3] - standing[1])


def test_a_dismounted_rider_stands_beside_what_he_rode():
    play = street()
    motorcycle = play.add("motorcycle", 0, -8, 12)
    rider = play.person(0, -8, 12).mount(motorcycle).ride(0, 12, 8).wait(3).dismount(0, -0.8)
    assert rider.time == 5.0
    assert rider.sample(np.array([4.9]))[0] == pytest.approx([0, 12, 0.35])
    assert rider.sample(np.array([5.1]))[0] == pytest.approx([0, 11.2, 0])


def test_a_thing_is_where_it_was_put_until_it_is_taken():
    play = street(40)
    owner, bag = play.person(0, 0, 10), play.add("backpack", 0, 0, 10)
    owner.take(bag).walk(4, 10, 1).put(bag, 0.4, -0.3).walk(8, 10, 1)
    taker = play.person(0, 5, 9).until(20).take(bag).walk(0, 9, 1)
    times = np.array([2.0, 8.0, 19.9, 22.0])
    assert bag.sample(times)[:, :2].tolist() == pytest.approx(
        np.array([[2.3, 9.8], [4.4, 9.7], [4.4, 9.7], [3.3, 8.8]])
    )
    assert taker.sample(np.array([22.0]))[0, 0] == pytest.approx(3.0)
    seen = view(play, CAMERA, times)
    assert seen.visible[at(seen, 1, 0)] == 0.7, "in the hand, part of it is behind the hand"
    assert seen.visible[at(seen, 1, 1)] == 1.0


def test_what_is_snatched_no_longer_goes_with_its_owner():
    play = street(40)
    owner, bag = play.person(0, 0, 10), play.add("handbag", 0, 0, 10)
    owner.take(bag).walk(5, 10, 1).walk(8, 10, 1).leave()
    thief = play.person(0, 5, 11).until(5).take(bag).walk(-5, 11, 5)
    thief.put(bag, 0, 0)
    assert bag.sample(np.array([6.0]))[0, 0] == pytest.approx(0.3)
    assert bag.sample(np.array([30.0]))[0, :2] == pytest.approx([-5, 11])


def test_what_is_hidden_stays_hidden_when_its_bearer_leaves_and_returns():
    play = street(60)
    person, bag = play.person(0, 0, 10), play.add("handbag", 0, 0, 10)
    person.take(bag).walk(2, 10, 1).hide(bag).walk(4, 10, 1).leave().appear(10, 4, 10).walk(0, 10, 1)
    assert bag.in_sight(np.array([1.0, 3.0, 11.0])).tolist() == [True, False, False]
    person.put(bag)
    assert bag.in_sight(np.array([15.0])).all()


def test_who_leaves_on_a_motorcycle_takes_it_and_the_pillion_along():
    play = street(60)
    motorcycle = play.add("motorcycle", 0, 0, 10)
    driver, pillion = play.person(0, 0, 10).mount(motorcycle), play.person(0, 0, 10)
    pillion.mount(motorcycle)
    driver.ride(3, 10, 3).leave()
    assert not any(actor.in_sight(np.array([10.0])).any() for actor in (motorcycle, driver, pillion))
    driver.appear(20, 3, 10).ride(0, 10, 3)
    assert all(actor.in_sight(np.array([20.5])).all() for actor in (motorcycle, driver, pillion))


def test_the_rate_changes_which_instants_are_seen_but_not_what_is_seen_then():
    play = street(12)
    play.person(0, -8, 12).walk(8, 12)
    play.add("car", 0, -20, 16).drive(20, 16, 6)
    slow, fast = (view(play, CAMERA, np.arange(int(12 * fps)) / fps) for fps in (5, 25))
    shared = fast.frame % 5 == 0
    assert (fast.frame[shared] // 5).tolist() == slow.frame.tolist()
    assert fast.xyxy[shared] == pytest.approx(slow.xyxy)
    assert fast.visible[shared] == pytest.approx(slow.visible)


def test_a_standing_vehicle_keeps_the_heading_it_came_with():
    play = street(30)
    play.add("car", 0, 0, 30, 0).drive(0, 12, 6)
    seen = view(play, CAMERA, np.array([1.0, 25.0]))
    width = seen.xyxy[-1, 2] - seen.xyxy[-1, 0]
    assert width == pytest.approx(
        834 * 1.8 / (9.85 * np.cos(np.radians(22)) + 4.5 * np.sin(np.radians(22))), rel=0.01
    ), "seen from ahead, not from the side"
