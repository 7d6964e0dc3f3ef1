"""The mailbox between two processes: newest wins, every drop counted, nothing torn."""

import multiprocessing
import os
import signal
import time

import numpy as np

from pipeline.mailbox import SLOTS, Mailbox


def planes(value, size=600):
    return [np.full((20, size // 20), value % 251, np.uint8)]


def pair(room=600):
    writer = Mailbox.create(room)
    return writer, Mailbox(os.dup(writer.descriptor), room)


def test_the_newest_is_taken_once():
    writer, reader = pair()
    assert reader.take() is None
    for value in (1, 2, 3):
        writer.put(value / 10, value, planes(value))
    letter = reader.take()
    assert letter is not None
    assert (letter.number, letter.time, letter.received, letter.data) == (3, 0.3, 3.0, b"\3" * 600)
    assert reader.dropped == 2
    assert reader.take() is None
    writer.close()
    reader.close()


def _write(descriptor, seconds):
    writer, end, value = Mailbox(descriptor, 200_000), time.monotonic() + seconds, 0
    while time.monotonic() < end:
        value += 1
        writer.put(value, 0, planes(value, 200_000))
    writer.put(-1, value, planes(0, 200_000))


def test_no_frame_is_torn_however_fast_they_come():
    """A writer without a pause is far faster than any camera: copies are overtaken, and none of them is given out."""
    reader = Mailbox.create(200_000)
    process = multiprocessing.get_context("fork").Process(target=_write, args=(reader.descriptor, 2.0))
    process.start()
    taken, last = 0, 0
    while True:
        letter = reader.take()
        if letter is None:
            continue
        assert set(letter.data[::997]) == {letter.data[0]}, "parts of two frames"
        assert letter.number > last
        last = letter.number
        taken += 1
        if letter.time == -1:
            break
        assert letter.data[0] == int(letter.time) % 251
    process.join()
    assert taken > 20
    assert reader.dropped + taken == last
    reader.close()


def test_a_writer_that_is_killed_leaves_the_last_whole_frame():
    for _ in range(10):
        reader = Mailbox.create(200_000)
        process = multiprocessing.get_context("fork").Process(target=_write, args=(reader.descriptor, 5.0))
        process.start()
        while not reader.waits:
            time.sleep(0.001)
        time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        letter = reader.take()
        assert letter is not None
        assert set(letter.data[::997]) == {int(letter.time) % 251}
        reader.close()


def test_it_can_be_closed_twice():
    writer, reader = pair()
    assert SLOTS >= 3
    for box in (writer, writer, reader):
        box.close()
