"""Who gets which file, and what becomes of a file over which processes die."""

from pathlib import Path

import pytest

from pipeline.archive.crew import ATTEMPTS, Failed, Lost, Unreadable, work
from pipeline.archive.timeline import Footage, Part
from pipeline.errors import ModelError


def part(name, seconds=10.0):
    return Part(Footage(Path(name), "one", 0.0, True, seconds, (320, 240), name, ()), 0)


class Script:
    """Hands that say what is written for each file, a word at a time, all hands at once."""

    def __init__(self, count, words):
        self.count = count
        self.words = words
        self.given = []
        self.busy = {}

    def give(self, hand, part):
        assert hand not in self.busy
        name = part.footage.path.name
        self.given.append(name)
        says = self.words.get(name, [1.0, name.encode()])
        self.busy[hand] = iter(says[self.given.count(name) - 1] if isinstance(says[0], list) else says)

    def hear(self):
        said = [(hand, next(says)) for hand, says in list(self.busy.items())]
        for hand, one in said:
            if not isinstance(one, float):
                del self.busy[hand]
        return said

    def close(self):
        pass


def ended(hands, parts):
    """By file, its table or why there is none."""
    return {p.footage.path.name: said for p, said in work(hands, parts) if not isinstance(said, float)}


@pytest.mark.parametrize("count", [1, 2, 5])
def test_every_file_is_looked_at_once_the_longest_first(count):
    parts = [part("a", 5), part("b", 50), part("c", 20)]
    hands = Script(count, {})
    assert ended(hands, parts) == {"a": b"a", "b": b"b", "c": b"c"}
    assert hands.given == ["b", "c", "a"]


def test_what_cannot_be_read_is_told_and_the_others_go_on():
    hands = Script(2, {"b": [Unreadable("b: damaged")]})
    assert ended(hands, [part("a"), part("b"), part("c")]) == {"a": b"a", "b": Unreadable("b: damaged"), "c": b"c"}


def test_a_file_whose_hand_dies_is_given_to_another():
    hands = Script(2, {"b": [[1.0, Lost("killed")], [1.0, b"whole"]]})
    assert ended(hands, [part("a"), part("b")]) == {"a": b"a", "b": b"whole"}
    assert hands.given.count("b") == 2


def test_a_file_that_kills_everyone_is_at_fault_itself():
    hands = Script(2, {"b": [[Lost("ended with -11")]] * ATTEMPTS})
    found = ended(hands, [part("a"), part("b"), part("c")])
    assert found["b"] == Unreadable(f"b: {ATTEMPTS} processes died over it (ended with -11)")
    assert found["a"] == b"a"
    assert found["c"] == b"c"


def test_a_model_that_fails_is_everybodys_failure():
    with pytest.raises(ModelError, match="no such weights"):
        ended(Script(2, {"b": [Failed("no such weights")]}), [part("a"), part("b")])
