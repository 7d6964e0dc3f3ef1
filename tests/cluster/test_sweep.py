"""What dead shards left is closed at once and delivered as soon as a sink takes it, however many folders there are."""

import hashlib
import http.server
import json
import threading
import time

import pytest

from pipeline import build, config
from pipeline.cluster import sweep as sweeping
from pipeline.cluster.sweep import EVERY_S, Sweep
from pipeline.errors import OutboxFull
from pipeline.evidence.ledger import Ledger, files, verify
from pipeline.live.folder import claim
from pipeline.sinks.outbox import Outbox
from pipeline.types import Event
from pipeline.wire import decode, encode
from tests.live.rig import city


def settings(**sections):
    return config.check(city([{"id": "one", "source": "rtsp://127.0.0.1/one"}], **sections))


def left_open(folder, city):
    """A folder in which a ward died while an event was open."""
    folder.mkdir()
    event = Event(
        kind="loitering", topic="alerts", rule="stay", rule_sha256="0" * 64, severity="alert", phase="opened",
        zone=None, started_at=1000.0, time=1003.0, identity=(folder.name,), measures={},
        summary={"vi": "x", "en": "x"},
    )  # fmt: skip
    origin = build.origin(city, city.cameras[0], build.provenance(city, "live", "m", None, [folder.name]))
    with Outbox(folder / "outbox.sqlite") as outbox:
        outbox.put([encode(event, origin)])


def told(folder):
    with Outbox(folder / "outbox.sqlite") as outbox:
        return [decode(message.body).data for message in outbox.messages()]


def until(holds, seconds):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def sweep(tmp_path):
    made = []

    def start(city):
        own = tmp_path / "own"
        own.mkdir()
        made.append(Sweep(city, tmp_path, own))
        made[-1].start()
        return made[-1]

    yield start
    for one in made:
        one.stop()


def test_it_is_closed_and_delivered_and_let_go(tmp_path, sweep):
    city = settings()
    left_open(tmp_path / "dead", city)
    left_open(tmp_path / "alive", city)
    lease = claim(tmp_path / "alive")
    sweep(city)
    until(lambda: len(told(tmp_path / "dead")) == 2, EVERY_S + 15)
    opened, closed = told(tmp_path / "dead")
    assert (closed.phase, closed.reason, closed.event_id) == ("closed", "interrupted", opened.event_id)
    until(lambda: (free := claim(tmp_path / "dead")) is not None and free.release() is None, EVERY_S + 15)
    lines = (tmp_path / "dead" / "events.jsonl").read_text().splitlines()
    assert [json.loads(line)["data"]["phase"] for line in lines] == ["opened", "closed"]
    assert len(told(tmp_path / "alive")) == 1, "somebody works there"
    lease.release()
    until(lambda: len(told(tmp_path / "alive")) == 2, EVERY_S + 15)


class Sink:
    """A web server that takes nothing for a while."""

    def __init__(self):
        self.open, self.taken = False, 0
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                sink.taken += sink.open
                self.send_response(200 if sink.open else 503)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def test_a_sink_that_takes_nothing_holds_up_no_closing(tmp_path, sweep):
    sink = Sink()
    url = f"http://127.0.0.1:{sink.server.server_port}/"
    city = settings(sinks={"webhook": {"url": url, "secret": "0123456789abcdef0123456789abcdef"}})
    for name in ("first", "second"):
        left_open(tmp_path / name, city)
    sweep(city)
    until(lambda: all(len(told(tmp_path / name)) == 2 for name in ("first", "second")), EVERY_S + 15)
    assert claim(tmp_path / "first") is None, "it is kept until all is delivered"
    sink.open = True
    until(lambda: (free := claim(tmp_path / "first")) is not None and free.release() is None, 70)
    assert sink.taken >= 2
    sink.server.shutdown()
    sink.server.server_close()


def test_a_sink_that_was_taken_out_of_the_city_file_is_not_waited_for(tmp_path, sweep):
    city = settings()
    left_open(tmp_path / "dead", city)
    with Outbox(tmp_path / "dead" / "outbox.sqlite") as outbox:
        outbox.delivered("gone", 0)
    sweep(city)
    until(lambda: len(told(tmp_path / "dead")) == 2, EVERY_S + 15)
    until(lambda: (free := claim(tmp_path / "dead")) is not None and free.release() is None, EVERY_S + 15)


def test_a_full_disk_loses_no_closing(tmp_path, sweep, monkeypatch):
    """It is held in memory until there is room, and the folder is kept so long."""
    full, put = threading.Event(), Outbox.put

    def refuse(outbox, messages, *rest):
        messages = list(messages)
        if full.is_set() and messages:
            raise OutboxFull(f"{outbox.path}: the disk is full")
        return put(outbox, messages, *rest)

    city = settings()
    left_open(tmp_path / "dead", city)
    monkeypatch.setattr(Outbox, "put", refuse)
    full.set()
    sweep(city)
    time.sleep(EVERY_S * 2.5)
    assert claim(tmp_path / "dead") is None
    assert len(told(tmp_path / "dead")) == 1
    full.clear()
    until(lambda: len(told(tmp_path / "dead")) == 2, EVERY_S + 15)
    until(lambda: (free := claim(tmp_path / "dead")) is not None and free.release() is None, EVERY_S + 15)


def test_evidence_in_a_dead_shards_folder_does_not_outlive_its_time(tmp_path, sweep, monkeypatch):
    monkeypatch.setattr(sweeping, "EXPIRE_S", 4.0)
    folder = tmp_path / "dead"
    city = settings(evidence={"keep_days": {"alert": 20 / 86_400}})
    left_open(folder, city)
    (folder / "evidence").mkdir()
    (folder / "evidence/noted.jpg").write_bytes(b"noted")
    (folder / "evidence/never-noted.jpg").write_bytes(b"never noted")
    ledger = Ledger(folder)
    ledger.append("file", "evidence/noted.jpg", hashlib.sha256(b"noted").hexdigest(), "e1", {"severity": "alert"})
    sweep(city)
    until(lambda: verify(folder)[1] == [], EVERY_S + 15)
    assert len(list(files(folder))) == 2, "their time is not over"
    until(lambda: not list(files(folder)), 90)
    assert verify(folder)[1] == []


def test_trouble_of_one_folder_is_not_the_others(tmp_path, sweep):
    city = settings()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/outbox.sqlite").mkdir()
    left_open(tmp_path / "dead", city)
    sweep(city)
    until(lambda: len(told(tmp_path / "dead")) == 2, EVERY_S + 15)
