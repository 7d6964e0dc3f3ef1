"""Processes of a crew: what they say is heard, and one that dies or hangs is replaced."""

import os
import time
from functools import partial

from pipeline.archive.crew import Done, Lost, Progress, Undone, work
from pipeline.archive.processes import Processes


class Worker:
    """Does as the task says; a file tells how often it was tried."""

    def __init__(self, folder):
        self.folder = folder

    def do(self, task):
        how, name = task
        tried = self.folder / name
        tried.write_text(tried.read_text() + "x" if tried.exists() else "x")
        yield Progress(0.5)
        if how == "die" or (how == "die once" and tried.read_text() == "x"):
            os._exit(7)
        while how == "hang":
            time.sleep(0.1)
        yield Done((how, os.getpid() != os.getppid()))


def run(folder, tasks, count=2, **options):
    hands = Processes(count, partial(Worker, folder), **options)
    try:
        return {task: said for task, said in work(hands, tasks) if not isinstance(said, Progress)}
    finally:
        hands.close()


def test_each_does_its_task(tmp_path):
    tasks = [("go", str(n)) for n in range(5)]
    assert run(tmp_path, tasks) == {task: Done(("go", True)) for task in tasks}


def test_one_that_dies_is_replaced_and_its_task_done(tmp_path):
    done = run(tmp_path, [("die once", "a"), ("go", "b")])
    assert done["die once", "a"] == Done(("die once", True))
    assert (tmp_path / "a").read_text() == "xx"


def test_a_task_that_always_kills_is_given_up(tmp_path):
    done = run(tmp_path, [("die", "a"), ("go", "b")])
    assert done["die", "a"] == Undone("3 processes died over it (ended with 7)")
    assert done["go", "b"] == Done(("go", True))


def test_one_that_hangs_is_replaced(tmp_path):
    hands = Processes(1, partial(Worker, tmp_path), hung_s=2.0)
    hands.give(0, ("hang", "a"))
    heard, end = [], time.monotonic() + 60
    while not any(isinstance(said, Lost) for _, said in heard):
        heard += hands.hear()
        assert time.monotonic() < end
    assert heard[0] == (0, Progress(0.5))
    assert heard[-1] == (0, Lost("no sign of life for 2 s"))
    hands.give(0, ("go", "b"))
    while not isinstance(heard[-1][1], Done):
        heard += hands.hear()
        assert time.monotonic() < end
    hands.close()
