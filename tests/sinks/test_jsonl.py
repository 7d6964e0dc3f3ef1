"""events.jsonl: whole lines, each message once, whatever happened to the last writer."""

import resource

import pytest

from pipeline.errors import SinkError
from pipeline.sinks import jsonl
from pipeline.sinks.jsonl import JsonLines, JsonLinesSettings
from tests.sinks.messages import message, stream


def deliver(folder, messages):
    sink = JsonLines(JsonLinesSettings(), folder)
    try:
        return sink.deliver(messages)
    finally:
        sink.close()


def lines(messages):
    return b"".join(m.body + b"\n" for m in messages)


@pytest.mark.parametrize(
    ("before", "given", "after"),
    [
        pytest.param(b"", stream(3), lines(stream(3)), id="a new file"),
        pytest.param(lines(stream(2)), stream(3), lines(stream(3)), id="reopened: what is there is not written again"),
        pytest.param(lines(stream(3))[:-1], stream(3), lines(stream(3)), id="only the last newline is missing"),
        pytest.param(lines(stream(3))[:-300], stream(3), lines(stream(3)), id="torn last line"),
        pytest.param(stream(1)[0].body[:10], stream(1), lines(stream(1)), id="torn only line"),
        pytest.param(lines(stream(3))[:-300], [], lines(stream(2)), id="torn last line and nothing to deliver"),
        pytest.param(b"# mine\n", stream(1), b"# mine\n" + lines(stream(1)), id="a line of somebody else stays"),
        pytest.param(b"", stream(1, 3), lines(stream(1, 3)), id="revisions are told apart"),
        pytest.param(b"", [message(published=False)], lines([message(published=False)]), id="shadow events too"),
    ],
)
def test_file(tmp_path, before, given, after):
    (tmp_path / "events.jsonl").write_bytes(before)
    assert deliver(tmp_path, given) == len(given)
    assert (tmp_path / "events.jsonl").read_bytes() == after


def test_the_same_messages_again_are_taken_and_not_written(tmp_path):
    sink = JsonLines(JsonLinesSettings(), tmp_path)
    assert [sink.deliver(stream(2)), sink.deliver(stream(3)), sink.deliver(stream(3))] == [2, 3, 3]
    assert (tmp_path / "events.jsonl").read_bytes() == lines(stream(3))
    sink.close()


def test_delivered_means_in_the_file(tmp_path):
    sink = JsonLines(JsonLinesSettings(path="deep/down/e.jsonl"), tmp_path)
    sink.deliver(stream(2))
    assert (tmp_path / "deep" / "down" / "e.jsonl").read_bytes() == lines(stream(2))
    sink.close()


@pytest.mark.parametrize(
    ("block", "path"),
    [
        pytest.param(lambda folder: (folder / "events.jsonl").mkdir(), "events.jsonl", id="a folder in its place"),
        pytest.param(lambda folder: (folder / "sub").write_bytes(b""), "sub/events.jsonl", id="a file for a folder"),
    ],
)
def test_a_path_that_cannot_be_written(tmp_path, block, path):
    block(tmp_path)
    with pytest.raises(SinkError, match=r"events\.jsonl: cannot be written: ") as error:
        JsonLines(JsonLinesSettings(path=path), tmp_path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("count", [pytest.param(2, id="a few"), pytest.param(50, id="more than a write buffer")])
def test_a_full_disk_tears_no_line_and_doubles_none(tmp_path, count):
    path = tmp_path / "events.jsonl"
    messages = stream(count + 1)
    sink = JsonLines(JsonLinesSettings(), tmp_path)
    sink.deliver(messages[:1])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(lines(messages)) - 100, before[1]))
    try:
        for _ in range(2):
            with pytest.raises(SinkError, match="File too large"):
                sink.deliver(messages)
        assert path.read_bytes() == lines(messages[:1])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert sink.deliver(messages) == count + 1
    sink.close()
    assert path.read_bytes() == lines(messages)


def test_a_second_process_that_looks_on_cuts_nothing(tmp_path):
    """Only the one that delivers may cut a torn line; the other may be reading in the middle of a write."""
    first = JsonLines(JsonLinesSettings(), tmp_path)
    first.deliver(stream(2))
    with (tmp_path / "events.jsonl").open("ab") as file:
        file.write(b'{"half')
        file.flush()
        JsonLines(JsonLinesSettings(), tmp_path).close()
        assert (tmp_path / "events.jsonl").read_bytes().endswith(b'{"half')
    first.close()
    second = JsonLines(JsonLinesSettings(), tmp_path)
    second.deliver(stream(3))
    second.close()
    assert (tmp_path / "events.jsonl").read_bytes().splitlines() == [m.body for m in stream(3)]


@pytest.mark.parametrize("block", [pytest.param(100, id="many blocks"), pytest.param(2**20, id="one block")])
def test_only_the_end_of_a_long_file_is_read_and_remembered(tmp_path, monkeypatch, block):
    """Months of events must not fill the memory; what may come again after a crash is among the last."""
    monkeypatch.setattr(jsonl, "REMEMBERED", 5)
    monkeypatch.setattr(jsonl, "BLOCK", block)
    messages = stream(20)
    (tmp_path / "events.jsonl").write_bytes(lines(messages) + b'{"torn')
    sink = JsonLines(JsonLinesSettings(), tmp_path)
    sink.deliver(messages[-5:])
    assert (tmp_path / "events.jsonl").read_bytes() == lines(messages), "they are there"
    more = stream(30)[20:]
    for one in more:
        sink.deliver([one])
    assert list(sink._written) == [(m.event_id, m.revision) for m in more[-5:]]
    sink.close()
