"""The checker misses nothing, and a short storm of kills loses, doubles and reorders nothing."""

import json
import subprocess
import sys

import pytest

from benchmarks.chaos.checker import check
from tests.sinks.messages import message, stream

A, B, C = (m.body for m in stream(3))
OTHER = message(0, note=" Differently.").body
STRANGER = message(99).body


@pytest.mark.parametrize(
    ("arrived", "found"),
    [
        pytest.param([A, B, C], {}, id="as it should be"),
        pytest.param([A, A, B, A, C, B], {"repeats": 3}, id="repeats, soon and late"),
        pytest.param([A, C], {"lost": 1}, id="one is lost"),
        pytest.param([], {"lost": 3}, id="all are lost"),
        pytest.param([A, C, B], {"reordered": 1}, id="two are swapped"),
        pytest.param([C, B, A], {"reordered": 2}, id="all are the other way round"),
        pytest.param([A, B, B, A, C], {"repeats": 2}, id="a batch sent again is no disorder"),
        pytest.param([A, OTHER, B, C], {"doubled": 1}, id="other bytes under a known key"),
        pytest.param([OTHER, B, C], {"doubled": 1, "lost": 1}, id="other bytes instead"),
        pytest.param([A, B, STRANGER, C], {"unexpected": 1}, id="what nobody sent"),
    ],
)
def test_the_checker(arrived, found):
    result = check({"gate-1": [A, B, C]}, [("gate-1", body) for body in arrived])
    kinds = ("lost", "doubled", "reordered", "unexpected", "repeats")
    assert {kind: getattr(result, kind) for kind in kinds} == {**dict.fromkeys(kinds, 0), **found}
    assert result.clean is not bool(set(found) - {"repeats"})


def test_the_checker_tells_cameras_apart():
    own, other = stream(2, camera="a"), stream(2, camera="b")
    expected = {"a": [m.body for m in own], "b": [m.body for m in other]}
    mixed = [("b", other[0].body), ("a", own[0].body), ("b", other[1].body), ("a", own[1].body)]
    assert check(expected, mixed).clean
    assert check(expected, [("b", own[0].body)]).unexpected == 1, "under the key of another camera"


@pytest.mark.needs_kafka
@pytest.mark.timeout(280)
@pytest.mark.usefixtures("own_broker")
def test_a_short_storm():
    """`make chaos EVENTS=6000 KILLS=4`; the long one is in benchmarks/results/chaos.json."""
    command = [sys.executable, "-m", "benchmarks.chaos", "--events", "6000", "--kills", "4", "--seed", "3"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=270, check=False)
    told = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == 0, done.stdout + done.stderr
    assert (told["arrived"], told["kills"], told["producer_kills"]) == (6000, 8, 4)
