"""The courier: from the outbox to a sink, in order, marked only when taken, and no more than a batch in hand."""

import contextlib
import threading
import time

import pytest

from pipeline.errors import OutboxError, OutboxFull, SinkError, SinkRefusal
from pipeline.sinks import courier as module
from pipeline.sinks.courier import BATCH, Courier
from pipeline.sinks.outbox import Outbox
from tests.sinks.messages import message, stream


class Door:
    """A sink that does as it is told: each answer is how many it takes, or an error; then it takes all."""

    name = "door"

    def __init__(self, *answers, shut=False):
        self.answers = list(answers)
        self.offered, self.taken = [], []
        self.open = threading.Event()
        self.waits = threading.Event()
        if not shut:
            self.open.set()

    def deliver(self, messages):
        self.offered.append(list(messages))
        self.waits.set()
        self.open.wait()
        answer = self.answers.pop(0) if self.answers else len(messages)
        if isinstance(answer, Exception):
            raise answer
        self.taken += messages[:answer]
        return answer

    def close(self):
        self.open.set()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "outbox.sqlite"


@contextlib.contextmanager
def running(path, sink):
    courier = Courier(path, sink)
    courier.start()
    try:
        yield courier
    finally:
        sink.open.set()
        courier.close()


def put(path, messages):
    with Outbox(path) as outbox:
        outbox.put(messages)


def waiting(path):
    with Outbox(path) as outbox:
        return outbox.status().waiting["door"]


@pytest.mark.parametrize(
    ("answers", "starts"),
    [
        pytest.param([], [0], id="takes all"),
        pytest.param([SinkError("down")], [0, 0], id="an error is tried again from the same message"),
        pytest.param([ZeroDivisionError("bug")], [0, 0], id="so is what a sink should not raise"),
        pytest.param([2], [0, 2], id="takes two of five"),
        pytest.param([2, SinkError("down"), 0, 1], [0, 2, 2, 2, 3], id="bit by bit"),
        pytest.param([2, SinkRefusal("too large")], [0, 2, 3], id="the third is refused for good, the others go on"),
    ],
)
def test_all_arrive_in_order_and_only_what_was_taken_is_marked(path, answers, starts, monkeypatch):
    monkeypatch.setattr(module, "FIRST_DELAY_S", 0.01)
    given = list(answers)
    messages = stream(5)
    put(path, messages)
    sink = Door(*answers)
    with running(path, sink) as courier:
        assert courier.drain(20)
        assert courier.trouble is None
    assert [messages.index(batch[0]) for batch in sink.offered] == starts
    refused = [m for m in messages if m not in sink.taken]
    with Outbox(path) as outbox:
        assert [(r.sink, r.message) for r in outbox.refusals()] == [("door", m) for m in refused]
    assert len(refused) == sum(isinstance(answer, SinkRefusal) for answer in given)
    assert sink.taken == [m for m in messages if m not in refused]
    assert waiting(path) == 0


def test_nothing_is_marked_while_the_sink_has_not_answered(path):
    put(path, stream(3))
    sink = Door(shut=True)
    with running(path, sink) as courier:
        assert sink.waits.wait(10)
        assert not courier.drain(0.2)
        assert waiting(path) == 3
        sink.open.set()
        assert courier.drain(10)
    assert waiting(path) == 0


def test_a_sink_that_never_took_anything_is_known_to_have_messages_waiting(path):
    put(path, stream(3))
    with running(path, Door(*[SinkError("down")] * 9)) as courier:
        assert not courier.drain(0.3)
        assert courier.trouble == "down"
    assert waiting(path) == 3


def test_no_more_than_a_batch_is_in_hand(path):
    """However long the queue is, the sink is offered a batch, and the next one is read after its answer."""
    messages = stream(3 * BATCH + 7)
    put(path, messages)
    sink = Door(shut=True)
    with running(path, sink) as courier:
        assert sink.waits.wait(10)
        time.sleep(0.2)
        assert [len(batch) for batch in sink.offered] == [BATCH]
        sink.open.set()
        assert courier.drain(20)
    assert [len(batch) for batch in sink.offered] == [BATCH, BATCH, BATCH, 7]
    assert sink.taken == messages


def test_drained_means_that_nothing_waits(path):
    sink = Door()
    with running(path, sink) as courier, Outbox(path) as outbox:
        for number in range(300):
            outbox.put([message(number)])
            assert courier.drain(10)
            assert outbox.status().waiting == {"door": 0}, number
    assert sink.taken == stream(300)


def test_closing_waits_for_the_batch_in_hand_and_leaves_the_rest(path):
    put(path, stream(BATCH + 3))
    sink = Door(shut=True)
    with running(path, sink):
        assert sink.waits.wait(10)
        threading.Timer(0.3, sink.open.set).start()
        time.sleep(0.1)
    assert sink.taken == stream(BATCH)
    assert waiting(path) == 3


def test_closing_does_not_wait_for_the_next_attempt(path, monkeypatch):
    monkeypatch.setattr(module, "FIRST_DELAY_S", 30.0)
    put(path, stream(1))
    sink = Door(SinkError("down"))
    with running(path, sink):
        assert sink.waits.wait(10)
        begun = time.monotonic()
    assert time.monotonic() - begun < 5
    assert waiting(path) == 1


def test_an_outbox_that_cannot_be_used_is_told_at_the_start(path):
    path.write_bytes(b"not a database " * 100)
    courier = Courier(path, Door())
    with pytest.raises(OutboxError):
        courier.start()
    courier.close()


def test_of_two_couriers_to_one_sink_one_delivers_and_the_other_takes_over(path, monkeypatch):
    """As two processes that share an outbox; the second goes on when the first ends, whatever came meanwhile."""
    monkeypatch.setattr(module, "IDLE_S", 0.05)
    first, second = Door(), Door()
    put(path, stream(5))
    with running(path, second) as other:
        assert other.drain(10)
        with running(path, first) as late:
            put(path, stream(8)[5:])
            assert late.drain(10), "drained: another one has delivered it"
            assert (first.taken, second.taken) == ([], stream(8))
            other.close()
            put(path, stream(10)[8:])
            assert late.drain(10)
            assert first.taken == stream(10)[8:]
    assert waiting(path) == 0


def test_what_was_delivered_and_could_not_be_marked_is_not_sent_again(path, monkeypatch):
    """The disk is full just then: the mark is tried again, the messages stay sent."""
    monkeypatch.setattr(module, "FIRST_DELAY_S", 0.01)
    put(path, stream(3))
    true, failures = Outbox.delivered, iter([True, True, True])

    def delivered(self, sink, seq, refused=None):
        if seq and next(failures, False):
            raise OutboxFull("full")
        true(self, sink, seq, refused)

    monkeypatch.setattr(Outbox, "delivered", delivered)
    sink = Door()
    with running(path, sink) as courier:
        assert courier.drain(10)
    assert sink.taken == stream(3)
    assert len(sink.offered) == 1
    assert waiting(path) == 0
