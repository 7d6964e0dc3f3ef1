"""Whose turn it is, when there is not enough for all."""

from collections import Counter

import pytest

from pipeline.live.turns import Turns


def served(weights, ready, turns):
    """How often each camera had its turn, when `ready(turn)` cameras have a frame."""
    made = Turns()
    for camera, weight in weights.items():
        made.add(camera, weight)
    count = Counter()
    for turn in range(turns):
        for camera in ready(turn):
            made.ready(camera)
        count[made.next()] += 1
    return count


def test_all_get_the_same():
    count = served(dict.fromkeys("abcde", 1.0), lambda turn: "abcde", 1000)
    assert set(count.values()) == {200}


def test_by_weight():
    count = served({"a": 1.0, "b": 3.0}, lambda turn: "ab", 400)
    assert count == {"a": 100, "b": 300}


def test_who_was_calm_has_no_credit():
    """An hour of silence is not made up for by holding all others up."""
    count = served({"a": 1.0, "b": 1.0}, lambda turn: "a" if turn < 1000 else "ab", 1100)
    assert count["b"] == pytest.approx(50, abs=1)


def test_who_sends_more_gets_no_more():
    count = served(dict.fromkeys("ab", 1.0), lambda turn: "aaaaab", 100)
    assert count == {"a": 50, "b": 50}


def test_none_is_ready():
    turns = Turns()
    turns.add("a")
    assert turns.next() is None
    turns.ready("a")
    turns.remove("a")
    assert turns.next() is None
    turns.ready("a")
    assert turns.next() is None
