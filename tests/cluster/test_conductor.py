"""What the conductor orders, without a cluster."""

from pipeline import config
from pipeline.cluster.conductor import NOTHING, Conductor, _Member
from pipeline.cluster.lease import FENCE_S
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
