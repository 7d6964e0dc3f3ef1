"""Who gets which task, and what becomes of one over which processes die."""

import pytest

from pipeline.archive.crew import ATTEMPTS, Alone, Done, Failed, Lost, Progress, Undone, work
from pipeline.errors import InputError, ModelError


class Script:
    """Hands that say what is written for each task, a word at a time, all hands at once."""

    def __init__(self, count, words):
        self.count = count
        self.words = words
        self.given = []
        self.busy = {}

    def give(self, hand, task):
        assert hand not in self.busy
        self.given.append(task)
        says = self.words.get(task, [Progress(1.0), Done(task)])
        self.busy[hand] = iter(says[self.given.count(task) - 1] if isinstance(says[0], list) else says)

    def hear(self):
        said = [(hand, next(says)) for hand, says in list(self.busy.items())]
        for hand, one in said:
            if not isinstance(one, Progress):
                del self.busy[hand]
        return said

    def close(self):
        pass


def ended(hands, tasks):
    """By task, what came of it."""
    return {task: said for task, said in work(hands, tasks) if not isinstance(said, Progress)}


@pytest.mark.parametrize("count", [1, 2, 5])
def test_every_task_is_done_once_in_order(count):
    hands = Script(count, {})
    assert ended(hands, "abc") == {"a": Done("a"), "b": Done("b"), "c": Done("c")}
    assert hands.given == ["a", "b", "c"]


def test_what_cannot_be_done_is_told_and_the_others_go_on():
    hands = Script(2, {"b": [Undone("b: damaged")]})
    assert ended(hands, "abc") == {"a": Done("a"), "b": Undone("b: damaged"), "c": Done("c")}


def test_a_task_whose_hand_dies_is_given_to_another():
    hands = Script(2, {"b": [[Progress(1.0), Lost("killed")], [Progress(1.0), Done("whole")]]})
    assert ended(hands, "ab") == {"a": Done("a"), "b": Done("whole")}
    assert hands.given.count("b") == 2


def test_a_task_that_kills_everyone_is_at_fault_itself():
    hands = Script(2, {"b": [[Lost("ended with -11")]] * ATTEMPTS})
    assert ended(hands, "abc") == {
        "a": Done("a"), "b": Undone(f"{ATTEMPTS} processes died over it (ended with -11)"), "c": Done("c")}  # fmt: skip


def test_a_lost_machine_is_no_fault_of_the_task():
    gone = [Lost("machine gone", replaced=True, blameless=True)]
    hands = Script(1, {"b": [*[gone] * (ATTEMPTS + 1), [Done("b")]]})
    assert ended(hands, "ab") == {"a": Done("a"), "b": Done("b")}


def test_the_others_go_on_with_what_a_lost_machine_had_in_hand():
    hands = Script(2, {"b": [[Lost("machine gone", replaced=False, blameless=True)], [Done("b")]]})
    assert ended(hands, "abc") == {"a": Done("a"), "b": Done("b"), "c": Done("c")}


def test_where_nobody_is_left_it_ends():
    hands = Script(1, {"b": [Lost("machine gone", replaced=False, blameless=True)]})
    with pytest.raises(InputError, match="no machine is left to work on"):
        ended(hands, "ab")


class Counts:
    """A worker that counts to the task."""

    def do(self, task):
        yield from (Progress(n) for n in range(task))
        yield Done(task)


def test_this_process_can_do_it_all():
    said = list(work(Alone(Counts), [2, 1]))
    assert said == [(2, Progress(0)), (2, Progress(1)), (2, Done(2)), (1, Progress(0)), (1, Done(1))]


def test_a_failure_is_everybodys():
    with pytest.raises(ModelError, match="no such weights"):
        ended(Script(2, {"b": [Failed(ModelError("no such weights"))]}), "ab")
