"""A ward from the camera to the outbox: events with evidence, changes while it runs, its end and its crash."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import av
import numpy as np
import pytest
import yaml
from typer.testing import CliRunner

from pipeline import coverage
from pipeline.cli import app
from pipeline.errors import ConfigError
from pipeline.evidence.clip import payload, payloads
from pipeline.evidence.ledger import verify
from pipeline.live.page import Page, answers
from pipeline.sinks.outbox import Outbox
from pipeline.streams.decode import VideoFile
from pipeline.wire import decode, parse_timestamp
from tests.live.rig import BUSY, PERIOD_S, Rig, Spots, Watch, city, walk
from tests.rtsp import H264

EVIDENCE = {"before_s": 3, "after_s": 2}


def stands_still(t):
    """Walks in, stands perfectly still for most of the time, walks out."""
    return int(100 * t) if t < 1 else 100 if t < 14 else int(100 + 100 * (t - 14)) if t < 15.5 else None


@pytest.fixture(scope="module")
def stander(tmp_path_factory):
    return walk(tmp_path_factory.mktemp("stander") / "stander.mp4", 40, where=stands_still)


@pytest.fixture
def rig(tmp_path):
    made = []

    def start(raw, **options):
        made.append(Rig(raw, tmp_path / "out", **options))
        return made[-1]

    yield start
    for one in made:
        one.stop()


def test_who_stands_still_is_an_event_with_evidence(serve, stander, rig):
    """Not a pixel changes while he stands there: the gate is shut, and he keeps dwelling all the same."""
    server = serve({"/one": H264.format(file=stander)})
    ward = rig(city([{"id": "one", "source": server.url("/one")}], evidence=EVIDENCE))
    ward.until(lambda: len(ward.events("one", "loitering")) >= 4, 40, "opened, still, clip, closed")
    opened, *later = ward.events("one", "loitering")
    closed = next(event for event in later if event.data.phase == "closed")
    assert opened.data.phase == "opened"
    assert 2.9 < parse_timestamp(opened.time) - parse_timestamp(opened.data.started_at) < 4.3
    stood = parse_timestamp(closed.data.ended_at) - parse_timestamp(closed.data.started_at)
    assert 13 < stood < 17
    assert ward.post("one").counts["analysed"] < 0.5 * 5 * 15, "the gate was shut while nothing moved"
    files = [file for event in later for file in event.data.evidence]
    assert [file.uri.rsplit(".", 1)[1] for file in files] == ["jpg", "jpg", "mp4"]
    assert verify(ward.out)[1] == []
    clip = files[-1]
    moment = parse_timestamp(opened.time)
    assert parse_timestamp(clip.from_) <= moment - EVIDENCE["before_s"] + 0.05
    assert moment + EVIDENCE["after_s"] - 0.1 < parse_timestamp(clip.to) < moment + EVIDENCE["after_s"] + 0.1
    late = next(event for event in later if event.data.evidence and event.data.evidence[0].uri == clip.uri)
    check_copy(ward, late.data.event_id)
    assert (late.data.ended_at is None) == (late.data.revision < closed.data.revision)


def check_copy(ward, event_id):
    """`matthan evidence annotate` finds him again in the clip."""
    model = ward.out / "none.onnx"
    model.write_bytes(b"the detector of the tests needs none")
    path, to = ward.out / "city.yaml", ward.out / "copy.mp4"
    raw = city([{"id": "one", "source": "rtsp://127.0.0.1/one"}])
    path.write_text(yaml.safe_dump({**raw, "model": {"name": str(model), "runtime": "tests.cluster.detector:White"}}))
    done = CliRunner().invoke(
        app, ["evidence", "annotate", str(ward.out), event_id, "--city", str(path), "--to", str(to)]
    )
    assert "1 marked, 0 blurred" in done.output, done.output
    assert len(list(VideoFile(to))) > 25


def nal_slices(path, framed):
    """The coded slices of every packet of a file."""
    with av.open(str(path)) as container:
        for packet in container.demux(video=0):
            if packet.size:
                yield packet_slices(bytes(packet), framed)


def packet_slices(data, framed):
    at, units = 0, []
    assert framed
    while at + 4 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        unit = data[at + 4 : at + 4 + size]
        if unit[0] & 0x1F in (1, 5):
            units.append(unit)
        at += 4 + size
    return b"".join(units)


def test_a_clip_holds_what_the_camera_sent_byte_for_byte(serve, stander, rig):
    server = serve({"/one": H264.format(file=stander)})
    ward = rig(city([{"id": "one", "source": server.url("/one")}], evidence=EVIDENCE))
    clips = lambda: list(ward.out.glob("evidence/*/*.mp4"))  # noqa: E731
    ward.until(lambda: bool(clips()), 30, "a clip")
    sent = list(nal_slices(stander, True))
    kept = list(nal_slices(clips()[0], True))
    assert len(kept) > 4 * 25
    begin = sent.index(kept[0])
    assert sent[begin : begin + len(kept)] == kept
    entry = next(e for e in verify(ward.out)[0] if e.path.endswith(".mp4"))
    assert payloads(clips()[0]) == (entry.facts["payload_sha256"], entry.facts["packets"])


def test_framing_is_all_that_differs():
    units = [b"\x67\x01\x02", b"\x68\x03", b"\x65\x00\x00\x03\x01"]
    stream = b"".join(b"\0\0\0\1" + unit for unit in units)
    file = b"".join(len(unit).to_bytes(4, "big") + unit for unit in units)
    assert payload(stream, "h264", framed=False) == payload(file, "h264", framed=True) == b"".join(units)
    assert payload(b"jpeg", "mjpeg", framed=True) == b"jpeg"


def test_changes_while_it_runs(serve, footage, tmp_path, rig):
    """A zone edited, a camera added, a file with mistakes, a camera taken out: nobody else loses a frame."""
    server = serve({f"/{name}": H264.format(file=footage["h264"]) for name in ("one", "two", "three")})
    raw = city([{"id": name, "source": server.url(f"/{name}")} for name in ("one", "two")], gate={"enabled": False})
    path = tmp_path / "city.yaml"

    def write(change):
        change(raw)
        path.write_text(yaml.safe_dump(raw))

    write(lambda raw: None)
    ward = rig(None, path=path)
    ward.seen("one")
    ward.seen("two")
    with Watch(ward, "one") as watch:
        before = ward.post("two").lane
        write(lambda raw: raw["cameras"][1]["zones"]["all"].update(polygon=[[0, 0], [0.5, 0], [0.5, 1], [0, 1]]))
        ward.until(lambda: ward.post("two").lane not in (before, None), 5, "the new zone")
        write(lambda raw: raw["cameras"].append({**raw["cameras"][0], "id": "three", "source": server.url("/three")}))
        ward.until(lambda: "three" in ward.ward.posts, 5, "the new camera")
        ward.seen("three")
        write(lambda raw: raw["cameras"][1].update(ward="nowhere"))
        ward.until(lambda: ward.ward.refused is not None, 5, "the refusal")
        assert ward.ward.refused == "cameras[1].ward: no ward 'nowhere'; there are w"
        assert len(ward.ward.posts) == 3
        write(lambda raw: raw["cameras"][1].update(ward="w"))
        write(lambda raw: raw["cameras"].pop(1))
        ward.until(lambda: "two" not in ward.ward.posts, 5, "the removal")
    assert ward.ward.refused is None
    assert watch.longest_s < 2 * PERIOD_S * BUSY, "none was missed"
    assert (ward.post("one").epoch, ward.post("three").epoch) == (0, 0)


def test_it_ends_gracefully(serve, footage, tmp_path):
    server = serve({"/one": H264.format(file=footage["h264"])})
    begun = time.time()
    ward = Rig(city([{"id": "one", "source": server.url("/one")}], evidence={"after_s": 60}), tmp_path)
    ward.until(lambda: bool(ward.events("one", "loitering")), 20)
    assert ward.stop() < 10
    told = ward.events("one", "loitering")
    assert {event.data.reason for event in told if event.data.phase == "closed"} == {"stopped"}
    assert any(file.uri.endswith(".mp4") for event in told for file in event.data.evidence), "cut short, not lost"
    with Outbox(tmp_path / "outbox.sqlite") as outbox:
        assert outbox.status().waiting == {"jsonl": 0}
    (day,) = coverage.read(tmp_path / "coverage.sqlite")
    assert day.analysed_s > 2
    assert day.unfit_s == 0
    assert day.analysed_s + day.lost_s <= time.time() - begun, "no second is counted twice"


def test_after_a_crash_what_was_open_is_closed(serve, footage, tmp_path):
    """A real process, killed: the next one closes its events as interrupted, once, and goes on."""
    server = serve({"/one": H264.format(file=footage["h264"])})
    raw = city([{"id": "one", "source": server.url("/one")}])
    path, out = tmp_path / "city.yaml", tmp_path / "out"
    path.write_text(yaml.safe_dump(raw))
    script = tmp_path / "run.py"
    script.write_text(
        "import sys, time\nfrom pathlib import Path\nfrom tests.live.rig import Rig\n"
        f"rig = Rig(None, Path({str(out)!r}), path=Path({str(path)!r}))\ntime.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, str(script)], env={**os.environ, "PYTHONPATH": os.getcwd()})
    end = time.monotonic() + 40
    while not _open(out):
        assert time.monotonic() < end
        time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = _open(out)
    assert left
    for _ in range(2):
        Rig(raw, out).stop()
        with Outbox(out / "outbox.sqlite") as outbox:
            told = [decode(message.body) for message in outbox.messages()]
        closings = [e for e in told if e.data.event_id in left and e.data.phase == "closed"]
        assert [e.data.reason for e in closings] == ["interrupted"] * len(left)
        assert all(e.data.ended_at is not None for e in closings)


def _open(out):
    """Ids of the loitering events that are not over."""
    if not (out / "outbox.sqlite").exists():
        return set()
    with Outbox(out / "outbox.sqlite") as outbox:
        told = [decode(message.body).data for message in outbox.messages()]
    over = {data.event_id for data in told if data.phase == "closed"}
    return {data.event_id for data in told if data.kind == "loitering"} - over


def test_overload_is_shed_evenly_and_told(serve, footage, rig):
    """Three times more than the detector can take: nobody waits long, and everybody gets the same."""
    names = [f"c{n}" for n in range(6)]
    server = serve({f"/{name}": H264.format(file=footage["h264"]) for name in names})
    cameras = [{"id": name, "source": server.url(f"/{name}")} for name in names]
    ward = rig(city(cameras, gate={"enabled": False}), detector=Spots(delay_s=0.1))
    for name in names:
        ward.seen(name)
    before = {name: ward.looked(name) for name in names}
    time.sleep(15)
    counts = np.array([ward.looked(name) - before[name] for name in names])
    assert counts.sum() > 100
    assert counts.min() > 0.9 * counts.mean()
    assert counts.max() < 1.1 * counts.mean()
    assert max(ward.post(name).latency_s for name in names) < 1.2 * BUSY
    dropped = [ward.post(name).dropped for name in names]
    assert min(dropped) > 20
    ward.until(lambda: len(ward.events(kind="overloaded")) >= len(names), 30, "the announcement")


def get(page, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{page.port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_the_page(serve, footage, rig):
    server = serve({"/one": H264.format(file=footage["h264"])})
    ward = rig(city([{"id": "one", "source": server.url("/one")}]))
    page = Page(ward.ward.meters.registry, answers(ward.ward), "127.0.0.1", 0)
    try:
        ward.until(lambda: get(page, "/healthz")[0] == 200, 10)
        ward.until(lambda: get(page, "/readyz")[0] == 200, 10)
        ward.seen("one")
        told = json.loads(get(page, "/status")[1])
        assert [camera["state"] for camera in told["cameras"]] == ["open"]
        ward.until(lambda: 'matthan_camera_open{camera="one"} 1.0' in get(page, "/metrics")[1], 5)
        metrics = get(page, "/metrics")[1]
        assert "matthan_latency_seconds_bucket" in metrics
        assert get(page, "/other")[0] == 404
        with pytest.raises(ConfigError, match="cannot be had"):
            Page(ward.ward.meters.registry, {}, "127.0.0.1", page.port)
        server.kill()
        ward.until(lambda: get(page, "/readyz")[0] == 503, 15)
    finally:
        page.close()
