"""The detectors on real weights: they agree with Ultralytics, keep order, keep classes, and explain what is wrong.

YOLO11n on photographs where the test data is at hand, else the shipped model on the demo's scene.
"""

import cv2
import numpy as np
import pytest
import supervision as sv

from pipeline import build, registry
from pipeline.detectors.settings import DetectorSettings
from pipeline.errors import ConfigError, ModelError
from pipeline.types import Frame
from tests import videos
from tests.conftest import needs


@pytest.fixture(scope="module")
def images(pictures):
    return [cv2.imread(str(path)) for path in pictures[:12]]


@pytest.fixture(autouse=True)
def _weights(weights, monkeypatch):
    monkeypatch.setenv("MATTHAN_MODELS", str(weights.parent))


def frames(images):
    for i, image in enumerate(images):
        height, width = image.shape[:2]

        def pixels(w, h, image=image):
            return image if (w, h) == image.shape[1::-1] else cv2.resize(image, (w, h), interpolation=cv2.INTER_LINEAR)

        yield Frame("cam", 0, float(i), (width, height), pixels)


def run(images, **settings):
    detector, _ = build.detector(DetectorSettings(confidence=0.2, threads=2, **settings))
    found = [(frame.time, rows) for frame, rows in detector.detect(frames(images))]
    detector.close()
    detector.close()
    return detector, found


def matched(a: sv.Detections, b: sv.Detections, confidence: float) -> int:
    """Boxes of `a` that `b` has too: same class, IoU ≥ 0.9, confidence this close."""
    if not len(a) or not len(b):
        return 0
    same = sv.box_iou_batch(a.xyxy, b.xyxy) >= 0.9
    same &= a.class_id[:, None] == b.class_id[None]
    same &= np.abs(a.confidence[:, None] - b.confidence[None]) <= confidence
    return int(same.any(axis=1).sum())


@pytest.mark.parametrize(("precision", "share"), [("f32", 0.99), ("bf16", 0.9)])
def test_openvino_agrees_with_ultralytics(images, precision, share):
    _, ours = run(images, precision=precision)
    _, theirs = run(images, runtime="ultralytics", device="cpu")
    assert [time for time, _ in ours] == [time for time, _ in theirs] == list(range(len(images)))
    strong = [rows[rows.confidence >= 0.25] for _, rows in theirs]
    hits = sum(matched(a, b, 0.02) for a, (_, b) in zip(strong, ours, strict=True))
    assert hits / sum(map(len, strong)) >= share


@pytest.mark.needs_data
def test_int8_runs_on_its_fixed_square_input(images, data):
    detector, found = run(images[:4], precision="int8")
    assert detector.precision == "int8"
    assert sum(len(rows) for _, rows in found) > 4


def test_a_picture_leaves_no_trace_in_the_next(images):
    """Two cameras whose pictures differ in size may share a canvas; the border between them must be grey again."""
    tall = cv2.resize(images[1], (640, 448))
    flat = cv2.resize(images[1], (640, 424))
    ((_, alone),) = run([flat], precision="f32")[1]
    *_, (_, after) = run([tall] * 5 + [flat], precision="f32")[1]
    assert after.xyxy.tolist() == alone.xyxy.tolist()
    assert after.confidence.tolist() == alone.confidence.tolist()


def test_classes_by_name(images):
    detector, found = run(images, classes=("person", "car"))
    assert {detector.names[c] for _, rows in found for c in rows.class_id} <= {"person", "car"}
    with pytest.raises(ConfigError, match="the model has no rickshaw"):
        run(images, classes=("rickshaw",))


def test_no_frames_and_boxes_inside_the_picture(images):
    _, found = run([])
    assert found == []
    _, found = run(images[:3])
    for image, (_, rows) in zip(images, found, strict=False):
        assert (rows.xyxy >= 0).all()
        assert (rows.xyxy[:, [0, 2]] <= image.shape[1]).all()


def test_models_that_cannot_be_used(tmp_path, weights, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "bad.xml").write_text("<net/>")
    (tmp_path / "bad.bin").write_bytes(b"")
    (tmp_path / "bad.pt").write_bytes(b"no weights")
    for name, runtime in (("bad.xml", "openvino"), ("bad.pt", "ultralytics"), ("no.xml", "openvino")):
        with pytest.raises(ModelError, match=name.split(".")[0]):
            build.detector(DetectorSettings(name=str(tmp_path / name), runtime=runtime))
    graph = registry.export(weights)
    (tmp_path / "m").mkdir()
    for file in (graph, graph.with_suffix(".bin")):
        (tmp_path / "m" / file.name).write_bytes(file.read_bytes())
    with pytest.raises(ModelError, match=r"metadata\.yaml: needed"):
        build.detector(DetectorSettings(name=str(tmp_path / "m")))


def test_an_end_to_end_head_of_yolo26(images, tmp_path, monkeypatch):
    """Random weights find nothing sensible; what is proved is that the head exports, runs and decodes."""
    ultralytics = needs("ultralytics")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    weights = tmp_path / "tiny26.pt"
    ultralytics.YOLO("yolo26n.yaml").save(str(weights))
    path = registry.export(weights)
    detector, _ = build.detector(DetectorSettings(name=str(path.parent), confidence=0.001, precision="f32"))
    ((_, rows),) = detector.detect(frames(images[:1]))
    assert rows.xyxy.shape[1] == 4
    assert len(rows) <= 300


def test_recorded_belongs_to_its_video(tmp_path):
    from pipeline.detectors.recorded import Recorded
    from pipeline.errors import InputError

    videos.make(tmp_path / "x.mp4")
    (tmp_path / "x.det.csv").write_text("time,x1,y1,x2,y2,confidence,class\n500.0,1,1,9,9,0.5,person\n")
    detector = Recorded(tmp_path / "x.det.csv", DetectorSettings())
    blank = Frame("c", 0, 1.0, (9, 9), lambda w, h: np.zeros((h, w, 3), np.uint8))
    with pytest.raises(InputError, match="holds none of the 1 frames"):
        list(detector.detect([blank]))
