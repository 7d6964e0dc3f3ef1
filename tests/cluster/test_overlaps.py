"""The check that two shards never tell of one camera at the same time can itself fail."""

import types

import pytest

from benchmarks.failover import overlaps
from pipeline.wire import timestamp


def event(begun, ended, camera="one", told=0.0):
    data = types.SimpleNamespace(
        camera=camera, started_at=timestamp(begun), ended_at=None if ended is None else timestamp(ended)
    )
    return types.SimpleNamespace(data=data, time=timestamp(told))


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        pytest.param([event(0, 10)], [event(10, 20)], 0, id="one after the other"),
        pytest.param([event(0, 10)], [event(9, 20)], 1, id="overlapping"),
        pytest.param([event(0, 100), event(10, 20)], [event(30, 40)], 1, id="behind a shorter one"),
        pytest.param([event(0, 10), event(5, 15)], [], 0, id="of one shard"),
        pytest.param([event(0, 10)], [event(5, 15, "two")], 0, id="of two cameras"),
        pytest.param([event(0, None, told=50)], [event(30, 40)], 1, id="never closed, and told later"),
        pytest.param([event(0, 10), event(20, 30)], [event(12, 25)], 1, id="between"),
    ],
)
def test_overlaps(first, second, found):
    assert overlaps({"a": first, "b": second}) == found
