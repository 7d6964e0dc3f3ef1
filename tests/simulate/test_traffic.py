"""The promises of an eventless street, checked on the plays with a yardstick of their own."""

import numpy as np
import pytest

from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.noise import REALISTIC
from pipeline.simulate.record import record
from pipeline.simulate.street import Street
from pipeline.simulate.traffic import BUSY, CALM, eventless
from pipeline.simulate.view import View, view

HZ = 2.0
VEHICLES = ("bicycle", "motorcycle", "car", "truck", "bus")
THINGS = ("backpack", "handbag", "suitcase", "object")


@pytest.fixture(scope="module", params=[(1, CALM), (2, BUSY), (3, BUSY)], ids=["calm", "busy", "busy-2"])
def piece(request) -> tuple[Street, View]:
    seed, density = request.param
    (street,) = eventless(seed, 0.5, density)
    return street, view(street, PinholeCamera(), np.arange(int(street.seconds * HZ)) / HZ)


def stays_s(seconds: np.ndarray, gap_s: float) -> np.ndarray:
    """Lengths of the runs of instants not farther apart than gap_s."""
    breaks = np.flatnonzero(np.diff(seconds) > gap_s)
    return seconds[np.append(breaks, len(seconds) - 1)] - seconds[np.append(0, breaks + 1)]


def of(street: Street, *names: str) -> list[int]:
    return [i for i, actor in enumerate(street.actors) if actor.body.class_name in names]


def test_something_goes_on(piece):
    street, seen = piece
    counts = {name: len(of(street, name)) for name in ("person", "motorcycle", "car", *THINGS)}
    assert counts["person"] > 25
    assert counts["motorcycle"] > 15
    assert sum(counts[name] for name in THINGS) > 0
    assert len(seen.frame) > 5000


def test_nobody_is_in_view_for_55_seconds(piece):
    street, seen = piece
    for person in of(street, "person"):
        frames = seen.frame[seen.actor == person]
        assert len(frames) == 0 or stays_s(frames / HZ, gap_s=5.0).max() < 55


def test_there_is_never_a_crowd(piece):
    street, seen = piece
    people = seen.frame[np.isin(seen.actor, of(street, "person"))]
    assert np.bincount(people).max() < 15


def test_nothing_is_ever_alone_for_40_seconds_or_leaves_with_a_stranger(piece):
    street, _ = piece
    times = np.arange(0, street.seconds, 1 / HZ)
    people = [street.actors[i] for i in of(street, "person")]
    for index in of(street, *THINGS):
        thing = street.actors[index]
        during = times[thing.in_sight(times)]
        if len(during) == 0:
            continue
        at = thing.where(during)[:, :2]
        gaps = [np.linalg.norm(person.sample(during)[:, :2] - at, axis=1) for person in people]
        alone = during[np.nan_to_num(np.array(gaps), nan=np.inf).min(axis=0) > 3.0]
        assert len(alone) == 0 or stays_s(alone, gap_s=1.0).max() < 40
        carriers = list(dict.fromkeys(id(part.host) for part in thing.carried))
        first = next(p for p in people if id(p) == carriers[0])
        for part in thing.carried:
            if id(part.host) == carriers[0]:
                continue
            moved = np.linalg.norm(thing.where(np.array([min(part.end, thing.time), part.start]))[:, :2], axis=1)
            together = part.host.where(np.array([part.start - 10]))[0] - first.where(np.array([part.start - 10]))[0]
            assert np.abs(np.diff(moved)).max() < 3 or np.linalg.norm(together) < 3, "a friend, or a doorstep"


def test_a_two_wheeler_leaves_with_whoever_brought_it(piece):
    street, _ = piece
    for index in of(street, "motorcycle", "bicycle"):
        drivers = [
            i
            for i in of(street, "person")
            for part in street.actors[i].carried
            if part.host is street.actors[index] and part.offset[0] == 0
        ]
        assert len(set(drivers)) <= 1


def test_nobody_lingers_by_three_parked_vehicles(piece):
    street, _ = piece
    times = np.arange(0, street.seconds, 1 / HZ)
    places = {i: street.actors[i].where(times)[:, :2] for i in of(street, *VEHICLES)}
    still = {i: np.append(np.linalg.norm(np.diff(p, axis=0), axis=1) < 0.05, False) for i, p in places.items()}
    for person in of(street, "person"):
        at = street.actors[person].sample(times)
        walks = np.isfinite(at[:, 0]) & (at[:, 2] < 0.2)
        visited = 0
        for vehicle, place in places.items():
            reach_x, reach_y = (1.35, 1.95) if street.actors[vehicle].body.class_name == "motorcycle" else (3.15, 1.9)
            near = (np.abs(at[:, 0] - place[:, 0]) < reach_x) & (np.abs(at[:, 1] - place[:, 1]) < reach_y)
            instants = times[near & walks & still[vehicle]]
            visited += bool(len(instants)) and bool(stays_s(instants, gap_s=1.0).max() >= 5)
        assert visited < 3


@pytest.mark.parametrize("later_s", [0.0, 1.0, 2.0])
def test_no_vehicle_comes_where_another_has_just_been(piece, later_s):
    street, _ = piece
    times = np.arange(0, street.seconds, 0.5)
    lanes = [street.actors[i].sample(times)[:, :2] for i in of(street, *VEHICLES)]
    driving = [p for p in lanes if np.nanmin(np.append(p[:, 1], np.inf)) < 20]
    shift = int(later_s * 2)
    spans = [np.flatnonzero(np.isfinite(p[:, 0]))[[0, -1]] + (-shift, shift) for p in driving]
    for i, one in enumerate(driving):
        for j, other in enumerate(driving):
            first, last = max(spans[i][0], spans[j][0], 0), min(spans[i][1], spans[j][1], len(times) - shift)
            if i == j or first >= last:
                continue
            mine, theirs = one[first:last], other[first + shift : last + shift]
            with np.errstate(invalid="ignore"):
                gap, on_road = np.abs(mine - theirs), (np.abs(mine[:, 0]) < 25) & (mine[:, 1] < 20)
                assert not (on_road & (gap[:, 0] < 2.5) & (gap[:, 1] < 0.6)).any()


def test_pieces_differ_and_repeat():
    one, two = eventless(4, 0.1, BUSY, piece_s=180)
    (again, _) = eventless(4, 0.1, BUSY, piece_s=180)
    lens = PinholeCamera()
    first, other, same = (record(p, lens, 5, REALISTIC, 0).sha256() for p in (one, two, again))
    assert first == same != other
