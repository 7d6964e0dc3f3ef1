"""Ways a camera is reached, and what its stream may do while it runs."""

import contextlib
import http.server
import io
import itertools
import os
import signal
import threading
import time
from fractions import Fraction

import av
import pytest

from pipeline.wire import parse_timestamp
from tests.live.rig import BUSY, PERIOD_S, Rig, Watch, city, street, walk
from tests.rtsp import H264

FPS = 25
EVERYTHING = {"enabled": False}


class Paced:
    """An HTTP server that sends a video as fast as it plays; `stamp` gives the time stamp of picture i, seconds."""

    def __init__(self, form="mpegts", codec="libx264", stamp=lambda i: i / FPS, count=3000):
        paced = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                paced.asked += 1
                self.send_response(200)
                self.send_header("Content-Type", paced.mime)
                self.end_headers()
                paced.send(self.wfile)

            def log_message(self, *_):
                pass

        self.form, self.codec, self.stamp, self.count = form, codec, stamp, count
        self.mime = "multipart/x-mixed-replace;boundary=ffmpeg" if form == "mpjpeg" else "video/mp2t"
        self.asked = 0
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/video"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def send(self, file):
        """Time stamps that go back take a new file, appended to the last one."""
        self._begun = time.monotonic()
        parts = [i for i in range(1, self.count) if self.stamp(i) < self.stamp(i - 1)]
        for start, end in itertools.pairwise([0, *parts, self.count]):
            with contextlib.suppress(av.error.FFmpegError):  # the camera's reader is gone
                self._send(Pipe(file), range(start, end))

    def _send(self, pipe, pictures):
        ground = street((320, 240))
        with av.open(pipe, "w", format=self.form) as out:
            stream = out.add_stream(self.codec, rate=FPS)
            stream.width, stream.height = 320, 240
            stream.pix_fmt = "yuvj420p" if self.codec == "mjpeg" else "yuv420p"
            stream.options = {"g": "25", "bf": "0", "preset": "ultrafast", "tune": "zerolatency"}
            for i in pictures:
                image = ground.copy()
                image[80:120, (i * 3) % 280 : (i * 3) % 280 + 40] = 250
                frame = av.VideoFrame.from_ndarray(image, format="bgr24")
                frame.pts, frame.time_base = i, Fraction(1, FPS)
                for packet in stream.encode(frame):
                    packet.pts = packet.dts = round(self.stamp(i) * 90_000)
                    packet.time_base = Fraction(1, 90_000)
                    out.mux(packet)
                time.sleep(max(0.0, self._begun + i / FPS - time.monotonic()))

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class Pipe(io.RawIOBase):
    """Passes on what is written, at once."""

    def __init__(self, file):
        self._file = file

    def writable(self):
        return True

    def write(self, data):
        self._file.write(bytes(data))
        self._file.flush()
        return len(data)


@pytest.fixture
def paced():
    made = []

    def start(**options):
        made.append(Paced(**options))
        return made[-1]

    yield start
    for server in made:
        server.close()


@pytest.fixture
def ward(tmp_path):
    made = []

    def start(*cameras, **sections):
        made.append(Rig(city(list(cameras), **sections), tmp_path / "out"))
        return made[-1]

    yield start
    for rig in made:
        rig.stop()


@pytest.mark.parametrize("form", ["mpegts", "mpjpeg"])
def test_http(paced, ward, form):
    server = paced(form=form, codec="mjpeg" if form == "mpjpeg" else "libx264")
    rig = ward({"id": "web", "source": server.url})
    rig.until(lambda: rig.looked("web") > 15, 15)
    assert rig.post("web").beat["lag_s"] < 1


class Hls:
    """A camera behind a web server that keeps the last seconds as a playlist of short files."""

    def __init__(self, folder):
        self._folder, self._stop = folder, threading.Event()

        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *args):
                super().__init__(*args, directory=str(folder))

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/live.m3u8"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._writer = threading.Thread(target=self._write, daemon=True)
        self._writer.start()

    def _write(self):
        ground, begun = street((320, 240)), time.monotonic()
        options = {"hls_time": "1", "hls_list_size": "4", "hls_flags": "delete_segments"}
        with av.open(str(self._folder / "live.m3u8"), "w", format="hls", options=options) as out:
            stream = out.add_stream("libx264", rate=FPS)
            stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
            stream.options = {"g": "25", "bf": "0", "preset": "ultrafast", "tune": "zerolatency"}
            for i in itertools.count():
                if self._stop.is_set():
                    return
                image = ground.copy()
                image[80:120, (i * 3) % 280 : (i * 3) % 280 + 40] = 250
                frame = av.VideoFrame.from_ndarray(image, format="bgr24")
                frame.pts, frame.time_base = i, Fraction(1, FPS)
                out.mux(stream.encode(frame))
                time.sleep(max(0.0, begun + i / FPS - time.monotonic()))

    def close(self):
        self._stop.set()
        self._writer.join()
        self._server.shutdown()
        self._server.server_close()


def test_hls(ward, tmp_path):
    """Pictures come a file at a time, and are looked at one by one all the same."""
    folder = tmp_path / "hls"
    folder.mkdir()
    server = Hls(folder)
    try:
        time.sleep(4)
        rig = ward({"id": "web", "source": server.url, "gate": EVERYTHING})
        rig.until(lambda: rig.looked("web") > 5, 20)
        with Watch(rig, "web") as watch:
            time.sleep(15)
        assert watch.rate > (4.5 if BUSY == 1 else 3)
        assert watch.longest_s < 1.5 * BUSY
        assert rig.post("web").beat["lag_s"] < 1.5 * BUSY
        assert rig.post("web").epoch == 0
    finally:
        server.close()


def test_a_camera_that_sends_too_few_pictures_is_told(ward, serve, tmp_path):
    slow = walk(tmp_path / "slow.mp4", 90, fps=1)
    server = serve({"/slow": H264.format(file=slow)})
    rig = ward({"id": "slow", "source": server.url("/slow")})
    rig.until(lambda: bool(rig.events("slow", "low_rate")), 40)
    told = rig.events("slow", "low_rate")[0].data.measures
    assert 0.5 < told["fps"] < 1.5
    assert told["wanted_fps"] == 5
    assert rig.meter("matthan_camera_failures_total", camera="slow") == 0


def test_a_camera_whose_clock_is_wrong_is_told_and_not_believed(ward, serve, footage):
    server = serve({"/late": H264.format(file=footage["h264"])}, wrong_clock=True)
    rig = ward({"id": "late", "source": server.url("/late")})
    rig.until(lambda: bool(rig.events("late", "clock_wrong")), 40)
    assert abs(rig.events("late", "clock_wrong")[0].data.measures["offset_s"]) > 60 * 365 * 86_400
    rig.until(lambda: bool(rig.events("late", "loitering")), 20)
    assert abs(parse_timestamp(rig.events("late", "loitering")[0].time) - time.time()) < 60


def jumps_ahead(i):
    return i / FPS + (3600 if i > 200 else 0)


def jumps_back(i):
    return 5000 + i / FPS - (3600 if i > 200 else 0)


def wraps(i):
    """The clock of MPEG-TS has 33 bits."""
    return 2**33 / 90_000 - 8 + i / FPS


@pytest.mark.parametrize("stamp", [jumps_ahead, jumps_back])
def test_time_stamps_that_jump_begin_a_new_epoch(paced, ward, stamp):
    server = paced(stamp=stamp)
    rig = ward({"id": "web", "source": server.url, "gate": EVERYTHING})
    rig.until(lambda: rig.post("web").epoch >= 0, 10)
    rig.until(lambda: rig.post("web").epoch == 1, 20, "a new epoch")
    with Watch(rig, "web") as watch:
        time.sleep(2)
    assert watch.longest_s < 4 * PERIOD_S * BUSY
    assert abs(rig.post("web").latency_s) < 0.5 * BUSY
    assert server.asked == 1, "the connection stays"
    (again,) = rig.events(kind="stream_restarted")
    assert again.data.measures["cause"] == "time stamps jumped"
    times = [e.time for e in rig.events("web")]
    assert times == sorted(times)


def test_time_stamps_that_wrap_change_nothing(paced, ward):
    server = paced(stamp=wraps)
    rig = ward({"id": "web", "source": server.url, "gate": EVERYTHING})
    rig.until(lambda: rig.looked("web") > 60, 30)
    assert abs(rig.post("web").latency_s) < 0.5 * BUSY
    assert rig.post("web").epoch == 0
    assert server.asked == 1


def test_lost_packets_cost_pictures_and_nothing_else(serve, footage, ward):
    """5 % over UDP: what is damaged is left out until the next key frame, the connection stays."""
    lossy = serve({"/lossy": H264.format(file=footage["h264"])}, loss=0.05)
    calm = serve({"/calm": H264.format(file=footage["h264"])})
    rig = ward(
        {"id": "lossy", "source": lossy.url("/lossy"), "stream": {"transport": "udp"}},
        {"id": "calm", "source": calm.url("/calm")},
    )
    rig.seen("calm")
    rig.seen("lossy")
    with Watch(rig, "calm") as watch:
        rig.until(lambda: rig.post("lossy").beat.get("counts", {}).get("pictures", 0) > 50, 30)
        time.sleep(8)
    assert watch.longest_s < 4 * PERIOD_S * BUSY
    assert rig.post("lossy").epoch == 0
    assert rig.meter("matthan_camera_damaged_total", camera="lossy") > 0
    assert rig.meter("matthan_camera_skipped_total", camera="lossy") > 0
    assert rig.meter("matthan_camera_damaged_total", camera="calm") == 0


@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGKILL, signal.SIGSEGV], ids=lambda n: n.name)
def test_a_reader_that_hangs_or_crashes_is_replaced(serve, footage, ward, number):
    """Stuck in a library, killed for memory, crashed over a damaged stream: the others notice nothing."""
    server = serve({f"/{name}": H264.format(file=footage["h264"]) for name in ("one", "two")})
    quick = {"stall_s": 3}
    rig = ward(*({"id": name, "source": server.url(f"/{name}"), "stream": quick} for name in ("one", "two")))
    rig.seen("one")
    rig.seen("two")
    lost = rig.ward.readers()["one"]
    with Watch(rig, "two") as watch:
        signal.pidfd_send_signal(rig.ward._fleet.process("one"), number)
        rig.until(lambda: rig.post("one").epoch == 1, 15, "a new reader")
        rig.seen("one", 5)
    assert watch.longest_s < 4 * PERIOD_S * BUSY
    assert not os.path.exists(f"/proc/{lost}"), "it is gone, and its connection with it"
    assert rig.meter("matthan_camera_readers_lost_total", camera="one") == 1
    (again,) = rig.events(kind="stream_restarted")
    assert "reader" in again.data.measures["cause"]


def test_what_a_lost_reader_thought_of_the_view_is_forgotten(serve, footage, ward):
    """Its successor learns the view anew; without its word the camera would be unfit for good."""
    server = serve({"/one": H264.format(file=footage["h264"])})
    rig = ward({"id": "one", "source": server.url("/one")})
    rig.seen("one")
    rig.ward._fleet.inbox.put(("one", {"problems": ["blocked"], "time": time.time()}, []))
    rig.until(lambda: not rig.post("one").fit, 5)
    signal.pidfd_send_signal(rig.ward._fleet.process("one"), signal.SIGKILL)
    rig.until(lambda: rig.post("one").fit, 15, "fit again")
    rig.seen("one", 10)
    told = rig.events(kind="camera_tampered")
    assert [event.data.phase for event in told] == ["opened", "closed"]


def test_a_fleet_that_ends_ends_the_ward(serve, footage, tmp_path):
    """Better started anew by the system than blind and silent."""
    server = serve({"/one": H264.format(file=footage["h264"])})
    rig = Rig(city([{"id": "one", "source": server.url("/one")}]), tmp_path)
    rig.seen("one")
    rig.ward._fleet._overdue = None
    rig.ward._fleet._berths["one"].due = 0.0
    rig._thread.join(10)
    assert isinstance(rig.failed, TypeError)


def test_readers_end_with_the_ward(serve, footage, tmp_path):
    server = serve({"/one": H264.format(file=footage["h264"])})
    rig = Rig(city([{"id": "one", "source": server.url("/one")}]), tmp_path)
    rig.seen("one")
    process = os.dup(rig.ward._fleet.process("one"))
    assert rig.stop() < 10
    rig.until(lambda: gone(process), 5, "the end of the reader")
    os.close(process)


def gone(process):
    try:
        signal.pidfd_send_signal(process, 0)
    except ProcessLookupError:
        return True
    return False
