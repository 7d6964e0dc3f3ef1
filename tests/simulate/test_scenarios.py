"""The plays build for every seed, and what they claim is possible: sanity of the plays, not of any rule."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.record import city
from pipeline.simulate.scenarios import Scenario, load
from pipeline.simulate.scenarios.moments import PICTURE
from pipeline.simulate.street import Street
from pipeline.types import Floats

KINDS = (
    "loitering", "group_loitering", "intrusion", "crowding", "line_crossing", "object_abandoned", "object_removed",
    "item_taken", "vehicle_taken", "snatch", "prowling", "animal_taken", "dumping",
)  # fmt: skip
SEEDS = (0, 1, 2)
STEP_S = 0.5
TOP_SPEED_MPS = 20.0
PUT_S = 2e-3
"""A thing that is put down jumps from the hand to the ground in a millisecond."""
LIBRARY = load()


def told(play: Scenario, seed: int) -> Street:
    street = Street(play.seconds, np.random.default_rng(seed))
    play.story(street)
    return street


def paths(street: Street) -> list[Floats]:
    """Of each actor (T, 2) metres, NaN while out of sight."""
    times = np.arange(0, street.seconds, STEP_S)
    return [actor.sample(times)[:, :2] for actor in street.actors]


@pytest.mark.parametrize(
    ("half", "positives", "negatives"),
    [
        pytest.param((True,), 5, 8, id="blind"),
        pytest.param((False,), 3, 4, id="informed"),
        pytest.param((True, False), 8, 12, id="both"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_enough_plays_of_each_half(
    kind: str, half: tuple[bool, ...], positives: int, negatives: int
) -> None:
    plays = Counter(play.positive for play in LIBRARY.values() if play.kind == kind and play.blind in half)
    assert plays[True] >= positives
    assert plays[False] >= negatives


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", LIBRARY)
def test_truth_is_there_where_it_should_be_and_nowhere_else(name: str, seed: int) -> None:
    play = LIBRARY[name]
    street = told(play, seed)
    assert bool(street.truth) == play.positive
    for expected in street.truth:
        assert expected.kind == play.kind
        assert 3 <= expected.start <= expected.end <= street.seconds
        assert expected.zone is None or expected.zone in street.zones


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", LIBRARY)
def test_zones_and_lines_lie_in_the_picture(name: str, seed: int) -> None:
    play = LIBRARY[name]
    street = told(play, seed)
    camera = city(play, street, PinholeCamera()).cameras[0]
    assert not street.zones or set(camera.zones) == set(street.zones)
    assert set(camera.lines) == set(street.lines)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", LIBRARY)
def test_everybody_moves_like_somebody_of_this_world(name: str, seed: int) -> None:
    street = told(LIBRARY[name], seed)
    for actor, path in zip(street.actors, paths(street), strict=True):
        seen = path[~np.isnan(path[:, 0])]
        assert np.all(np.abs(seen[:, 0]) < 40), actor.body.class_name
        assert np.all((seen[:, 1] > 2) & (seen[:, 1] < 60)), actor.body.class_name
        steps = np.hypot(*np.diff(path, axis=0).T)
        assert np.nanmax(steps, initial=0.0) / STEP_S < TOP_SPEED_MPS, actor.body.class_name


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", LIBRARY)
def test_nobody_steps_back_in_time(name: str, seed: int) -> None:
    for actor in told(LIBRARY[name], seed).actors:
        times = np.array(actor.keys)[:, 0]
        assert times[0] >= 0.0, actor.body.class_name
        assert np.all(np.diff(times) >= -PUT_S), actor.body.class_name


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", LIBRARY)
def test_the_camera_sees_somebody(name: str, seed: int) -> None:
    (_, near), (_, far) = PICTURE[0], PICTURE[2]
    path = np.concatenate(paths(told(LIBRARY[name], seed)))
    half_width = 6.0 + (path[:, 1] - near) * 24.2 / (far - near)
    assert np.any((np.abs(path[:, 0]) < half_width) & (path[:, 1] > near) & (path[:, 1] < far))


@pytest.mark.parametrize("name", LIBRARY)
def test_every_play_says_what_it_is_about_and_lasts_a_sensible_time(name: str) -> None:
    play = LIBRARY[name]
    assert play.about
    assert "\n" not in play.about
    assert 40 <= play.seconds <= 300


def test_another_seed_is_another_instance_of_the_same_play() -> None:
    for play in LIBRARY.values():
        first, again, second = ([actor.keys for actor in told(play, seed).actors] for seed in (0, 0, 1))
        assert first == again
        assert first != second, play.name
