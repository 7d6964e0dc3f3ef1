"""What the conductor orders, without a cluster."""

import types

import pytest

from pipeline import config
from pipeline.cluster import conductor as conducting
from pipeline.cluster.conductor import AGAIN_S, NOTHING, START_S, TOGETHER_S, YOUNG_S, Conductor, _Machine, _Member
from pipeline.cluster.lease import FENCE_S, LOST_S
from pipeline.cluster.messages import Answer
from tests.live.rig import city


def conductor(*cameras):
    settings = config.check(city([{"id": name, "source": f"rtsp://127.0.0.1/{name}"} for name in cameras]))
    made = Conductor(settings, None, "/out", 2.0, True)
    made._roster.plan = dict.fromkeys(cameras, "shard-1")
    return made


def member(*watches, clock=100.0):
    made = _Member("shard-1", "node", 2.0, None, 0.0)
    made.answer = Answer(clock, watches, "/out/host-0", "127.0.0.1:1")
    return made


def ordered(order):
    return None if order.city is None else [camera.id for camera in order.city.cameras]


def test_an_order_says_how_long_it_holds_by_the_shards_own_clock():
    assert conductor("a")._order(member(clock=7.0)).until == 7.0 + FENCE_S


def test_a_shard_that_has_told_nothing_yet_gets_no_cameras():
    new = _Member("shard-1", "node", 2.0, None, 0.0)
    order = conductor("a")._order(new)
    assert (order.until, order.city) == (None, None)


def test_the_city_file_goes_with_an_order_only_where_something_is_new():
    one, shard = conductor("a", "b"), member()
    assert ordered(one._order(shard)) == ["a", "b"]
    shard.answer = Answer(101.0, ("a", "b"), "/out/host-0", "127.0.0.1:1")
    assert ordered(one._order(shard)) is None
    one._roster.plan = {"a": "shard-1", "b": "shard-2"}
    assert ordered(one._order(shard)) == ["a"]


def test_an_order_that_was_lost_is_given_again():
    one, shard = conductor("a", "b"), member()
    one._order(shard)
    assert ordered(one._order(shard)) == ["a", "b"], "it still watches nothing"
    shard.answer = Answer(101.0, ("a", "b"), "/out/host-0", "127.0.0.1:1")
    shard.given = NOTHING
    assert ordered(one._order(shard)) == ["a", "b"], "nobody knows whether it heard of another rule"


class Asked:
    """In place of an actor: counts what it is asked."""

    def __init__(self):
        self.orders = []
        self.look = types.SimpleNamespace(remote=self.orders.append)


@pytest.fixture
def one(monkeypatch):
    """A conductor with one shard, which began at 0 and answered at 100; machines, and who was killed, are told."""
    killed = []
    monkeypatch.setattr(conducting.ray, "kill", killed.append)
    made = conductor("a", "b")
    made.killed = killed
    shard = member("a", "b")
    shard.actor, shard.heard = Asked(), 100.0
    made._members[shard.name] = shard
    made._machines["node"] = _Machine("host", 2.0, 1)
    made._roster.order(shard.name)
    return made


def looked_after(one, now):
    """Whether the shard is still counted after a look."""
    one._look_after(one._members["shard-1"], now)
    return "shard-1" in one._members


def test_a_silent_shard_is_given_up_only_when_it_cannot_run_any_more(one):
    assert looked_after(one, 100 + LOST_S)
    assert one._roster.order("other") == ()
    assert not looked_after(one, 100 + LOST_S + 0.01)
    assert len(one.killed) == 1


@pytest.mark.parametrize(
    ("ended", "machine", "at_once"),
    [
        pytest.param(False, True, True, id="it crashed, and its machine says so"),
        pytest.param(False, False, False, id="its machine is gone: nobody has seen it die"),
        pytest.param(True, True, False, id="it was told to end: nobody has seen it die"),
    ],
)
def test_a_dead_shards_cameras_go_to_others_at_once_only_where_it_is_certain(one, ended, machine, at_once):
    shard = one._members["shard-1"]
    shard.dead, shard.ended = True, ended
    if not machine:
        one._machines.clear()
    assert looked_after(one, 101.0) != at_once
    if not at_once:
        assert not looked_after(one, 100.01 + LOST_S)


def test_a_shard_that_never_answers_is_waited_for_while_it_may_be_loading(one):
    shard = one._members["shard-1"]
    shard.heard = shard.answer = None
    assert looked_after(one, START_S)
    assert not looked_after(one, START_S + 0.01)


@pytest.mark.parametrize(("lived", "waits"), [(YOUNG_S - 1, True), (YOUNG_S + 1, False)])
def test_one_that_dies_young_is_not_started_again_at_once(one, monkeypatch, lived, waits):
    started = []
    monkeypatch.setattr(one, "_start", lambda *given: started.append(given))
    one._members["shard-1"].dead = True
    one._look_after(one._members["shard-1"], lived)
    one._start_missing(lived)
    assert bool(started) != waits
    one._start_missing(lived + AGAIN_S)
    assert started


def test_a_conductor_gives_no_camera_before_those_of_a_dead_one_have_ended(one):
    shard = one._members["shard-1"]
    one._roster.plan = {}
    one._plan(one._begun + LOST_S - 0.01)
    assert one._order(shard).city.cameras == ()
    one._plan(one._begun + LOST_S)
    assert ordered(one._order(shard)) == ["a", "b"]


def test_the_first_shard_need_not_take_all(one):
    one._roster.plan = {}
    begun = one._begun
    one._members["shard-2"] = _Member("shard-2", "node", 2.0, None, begun)
    one._plan(begun + TOGETHER_S - 0.01)
    assert one._roster.plan == {}
    one._plan(begun + TOGETHER_S)
    assert set(one._roster.plan.values()) == {"shard-1"}


@pytest.mark.parametrize(
    ("tracks", "clips", "moves"),
    [
        pytest.param(0, 0, True, id="nobody there"),
        pytest.param(1, 0, False, id="somebody in view"),
        pytest.param(0, 1, False, id="a clip still to come"),
    ],
)
def test_a_camera_moves_for_load_only_where_nothing_is_lost(one, tracks, clips, moves):
    cameras = [{"camera": name, "tracks": tracks, "clips_due": clips} for name in ("a", "b")]
    one._members["shard-1"].answer = Answer(
        100.0, ("a", "b"), "/out/host-0", "127.0.0.1:1", {"a": 1.0, "b": 0.9}, {"cameras": cameras}
    )
    other = _Member("shard-2", "node", 2.0, None, 0.0)
    other.answer = Answer(100.0, (), "/out/host-1", "127.0.0.1:2", {}, {"cameras": []})
    one._members["shard-2"] = other
    one._plan(one._evened + 61)
    assert (set(one._roster.plan.values()) == {"shard-1", "shard-2"}) == moves
