"""Models: the search path, downloads that resume and are checked, exports; against a real HTTP server."""

import hashlib
import http.server
import threading
from dataclasses import replace

import pytest

from pipeline import registry
from pipeline.errors import ModelError

CONTENT = bytes(range(256)) * 4096
SUM = hashlib.sha256(CONTENT).hexdigest()


class Server(http.server.BaseHTTPRequestHandler):
    """Serves CONTENT with ranges; breaks off after `limit` bytes while that is set."""

    limit: int | None = None
    ranges: tuple[str | None, ...] = ()

    def do_GET(self):
        asked = self.headers.get("Range")
        Server.ranges += (asked,)
        begin = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        if begin >= len(CONTENT):
            self.send_error(416)
            return
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(CONTENT) - begin))
        self.end_headers()
        self.wfile.write(CONTENT[begin:][: Server.limit])

    def log_message(self, *args):
        pass


@pytest.fixture
def entry(tmp_path, monkeypatch):
    """An official model that this machine serves itself."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    Server.limit, Server.ranges = None, ()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    known = registry.Entry("m", "m.pt", f"http://127.0.0.1:{server.server_port}/m.pt", SUM, "x", "x")
    monkeypatch.setattr(registry, "manifest", lambda: {"m": known})
    yield known
    server.shutdown()
    thread.join()
    server.server_close()


def test_fetch_tells_progress_and_keeps_what_is_right(entry):
    told = []
    path = registry.fetch("m", lambda done, total: told.append((done, total)))
    assert path.read_bytes() == CONTENT
    assert told[-1] == (len(CONTENT), len(CONTENT))
    registry.fetch("m")
    assert len(Server.ranges) == 1


def test_fetch_resumes(entry):
    Server.limit = 300_000
    with pytest.raises(ModelError, match="cannot be downloaded"):
        registry.fetch("m")
    Server.limit = None
    assert registry.fetch("m").read_bytes() == CONTENT
    assert Server.ranges[0] is None
    assert int(Server.ranges[1].removeprefix("bytes=").rstrip("-")) > 0


def test_fetch_throws_away_what_is_wrong(entry, monkeypatch):
    monkeypatch.setattr(registry, "manifest", lambda: {"m": replace(entry, sha256="0" * 64)})
    with pytest.raises(ModelError, match=r"sha256 is .* expected 0000"):
        registry.fetch("m")
    assert list(registry.cache().iterdir()) == []


def test_fetch_without_a_network_says_what_to_copy_where(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    gone = registry.Entry("m", "m.pt", "http://127.0.0.1:9/m.pt", SUM, "x", "x")
    monkeypatch.setattr(registry, "manifest", lambda: {"m": gone})
    with pytest.raises(ModelError, match=rf"copy m\.pt \(sha256 {SUM}\) to {tmp_path}"):
        registry.fetch("m")


def test_the_shipped_manifest():
    known = registry.manifest()
    assert {"yolo11n", "yolo26n"} <= set(known)
    assert all(len(entry.sha256) == 64 and (entry.url or entry.file).endswith(entry.file) for entry in known.values())


def test_search_path_order(tmp_path, monkeypatch):
    monkeypatch.setenv("MATTHAN_MODELS", f"{tmp_path / 'a'}:{tmp_path / 'b'}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "c"))
    for folder in ("b", "c/matthan/models"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "m.pt").write_text(folder)
    found = registry.resolve("m", "ultralytics", "f32")
    assert found.path == tmp_path / "b" / "m.pt"
    assert found.sha256 == hashlib.sha256(b"b").hexdigest()


@pytest.fixture
def hands(tmp_path, monkeypatch):
    """A folder of models that is all there is."""
    monkeypatch.setenv("MATTHAN_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(registry, "_shipped", list)
    (tmp_path / "models" / "matthan-n_openvino_model").mkdir(parents=True)
    for end in ("xml", "bin"):
        (tmp_path / "models" / "matthan-n_openvino_model" / f"matthan-n.{end}").write_text(end)
    (tmp_path / "models" / "matthan-n.pt").write_text("ours")
    return tmp_path / "models"


@pytest.mark.parametrize("runtime", ["openvino", "ultralytics"])
def test_a_city_that_names_no_model_gets_the_shipped_one(hands, runtime):
    found = registry.resolve("auto", runtime, "bf16")
    assert found.name == "matthan-n"
    assert found.path.parent in (hands, hands / "matthan-n_openvino_model")


def test_or_the_official_one_where_it_is_at_hand(hands):
    (hands / "yolo11n.pt").write_text("theirs")
    assert registry.resolve("auto", "ultralytics", "f32").path == hands / "yolo11n.pt"
    folder = hands / "yolo11n_openvino_model"
    folder.mkdir()
    for end in ("xml", "bin"):
        (folder / f"yolo11n.{end}").write_text(end)
    assert registry.resolve("auto", "openvino", "f32").name == "yolo11n"
    assert registry.resolve("matthan-n", "openvino", "f32").name == "matthan-n", "what is named is taken"


def test_but_not_where_it_cannot_be_loaded(hands):
    (hands / "yolo11n.pt").write_text("no weights")
    assert registry.resolve("auto", "openvino", "f32").name == "matthan-n"


def test_what_is_shipped_is_not_fetched(monkeypatch):
    shipped = registry.Entry("m", "m.pt", None, SUM, "x", "x")
    monkeypatch.setattr(registry, "manifest", lambda: {"m": shipped})
    with pytest.raises(ModelError, match="m comes with matthan"):
        registry.fetch("m")


@pytest.mark.parametrize(
    ("name", "runtime", "precision", "told"),
    [
        ("auto", "ultralytics", "f32", "run `matthan models fetch yolo11n`, or copy yolo11n.pt"),
        ("nope", "openvino", "bf16", "the folder nope_openvino_model or nope.pt"),
        ("nope", "openvino", "int8", "the folder nope_int8_openvino_model to"),
        ("yolo11n", "ultralytics", "f32", "run `matthan models fetch yolo11n`, or copy yolo11n.pt"),
        ("folder", "openvino", "f32", "expected one OpenVINO .xml"),
        ("x.onnx", "openvino", "f32", "use runtime ultralytics"),
        ("x.pt", "openvino", "int8", "int8 needs calibration"),
        ("no/such.pt", "ultralytics", "f32", "no such model file"),
    ],
)
def test_what_is_not_at_hand(tmp_path, monkeypatch, name, runtime, precision, told):
    monkeypatch.setenv("MATTHAN_MODELS", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    known = registry.manifest()
    monkeypatch.setattr(registry, "manifest", lambda: known)
    monkeypatch.setattr(registry, "_shipped", list)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    for file in ("x.onnx", "x.pt"):
        (tmp_path / file).touch()
    with pytest.raises(ModelError) as caught:
        registry.resolve(name, runtime, precision)
    assert told in str(caught.value)


def test_int8_export_needs_pictures_and_runs(weights, pictures, tmp_path, monkeypatch):
    from pipeline import build
    from pipeline.detectors.settings import DetectorSettings

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(ModelError, match="at least 30 pictures"):
        registry.export(weights, "int8", pictures[:3])
    path = registry.export(weights, "int8", pictures)
    assert path.with_suffix(".bin").stat().st_size < 4_000_000
    detector, _ = build.detector(DetectorSettings(name=str(path), precision="int8"))
    assert detector.names[0] == "person"
