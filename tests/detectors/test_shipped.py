"""The model that matthan carries: it is what the manifest says, small, and sees what is in a street."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import supervision as sv

from pipeline import build, registry
from pipeline.detectors.settings import USUAL_IOU, DetectorSettings
from pipeline.simulate import demo_scene
from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.record import city
from pipeline.simulate.street import Street
from pipeline.types import Frame
from tests.conftest import needs

MODELS = Path(__file__).parents[2] / "models"
NAMES = {"person", "bicycle", "motorcycle", "car", "bus", "truck"}
MODEL_BYTES = 6_000_000


@pytest.fixture(scope="module")
def moments():
    """Pictures of the demo's scene and what is in them: standing people, walkers, a bus."""
    needs("ultralytics")
    stage = demo_scene.Stage()
    return [stage.frame(float(second)) for second in range(0, 33, 4)]


@pytest.fixture(autouse=True)
def _nothing_else(monkeypatch, tmp_path):
    monkeypatch.setenv("MATTHAN_MODELS", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def seen(moments, **settings):
    detector, file = build.detector(DetectorSettings(threads=1, **settings))
    shots = [
        Frame("c", 0, float(n), demo_scene.SIZE, lambda w, h, p=image: cv2.resize(p, (w, h)))
        for n, (image, _) in enumerate(moments)
    ]
    found = [boxes for _, boxes in detector.detect(shots)]
    detector.close()
    return detector, file, found


def test_it_is_what_the_manifest_says():
    entry = registry.manifest()[registry.SHIPPED]
    assert entry.url is None
    assert registry.sha256(MODELS / entry.file) == entry.sha256
    graph = MODELS / f"{registry.SHIPPED}_openvino_model" / f"{registry.SHIPPED}.bin"
    assert registry.sha256(graph) == entry.openvino_sha256, "what an event on OpenVINO names"


def test_it_is_small():
    folder = MODELS / f"{registry.SHIPPED}_openvino_model"
    assert sum(path.stat().st_size for path in (MODELS / f"{registry.SHIPPED}.pt", *folder.iterdir())) < MODEL_BYTES


def test_it_says_nothing_of_the_machine_it_was_made_on():
    files = [MODELS / f"{registry.SHIPPED}.pt", *(MODELS / f"{registry.SHIPPED}_openvino_model").iterdir()]
    places = (b"/home/", b"/root/", b"/work/", b"/tmp/")
    assert not [path.name for path in files for place in places if place in path.read_bytes()]


@pytest.mark.parametrize("runtime", ["openvino", "ultralytics"])
def test_it_is_the_default_and_sees_a_street(moments, runtime):
    detector, file, found = seen(moments, runtime=runtime, confidence=0.25, precision="f32")
    assert file.name == registry.SHIPPED
    assert set(detector.names) == NAMES
    there = hit = said = right = 0
    for (_, truth), boxes in zip(moments, found, strict=True):
        overlap = (
            sv.box_iou_batch(np.array([box for _, box in truth]), boxes.xyxy)
            if len(boxes)
            else np.zeros((len(truth), 0))
        )
        same = np.array([[name == detector.names[c] for c in boxes.class_id] for name, _ in truth]).reshape(
            overlap.shape
        )
        match = (overlap >= 0.5) & same
        there, hit = there + len(truth), hit + int(match.any(axis=1).sum())
        said, right = said + len(boxes), right + int(match.any(axis=0).sum())
    assert hit / there >= 0.5
    assert right / said >= 0.85


def test_both_runtimes_say_the_same(moments):
    _, _, ours = seen(moments, runtime="openvino", precision="f32", confidence=0.3)
    _, _, theirs = seen(moments, runtime="ultralytics", device="cpu", confidence=0.3)
    pairs = [
        sv.box_iou_batch(a.xyxy, b.xyxy).max(axis=1) >= 0.9
        for a, b in zip(ours, theirs, strict=True)
        if len(a) and len(b)
    ]
    assert np.concatenate(pairs).mean() >= 0.95


def test_of_two_boxes_that_overlap_it_keeps_as_few_as_suits_it(moments):
    own = registry.manifest()[registry.SHIPPED].iou
    unset, usual, same = (
        sum(map(len, seen(moments, precision="f32", confidence=0.1, **given)[2]))
        for given in ({}, {"iou": USUAL_IOU}, {"iou": own})
    )
    assert unset == same < usual


@pytest.mark.parametrize(
    ("name", "given", "overlap"),
    [("matthan-n", None, 0.5), ("yolo11n", None, USUAL_IOU), ("matthan-n", 0.6, 0.6), ("somebodys", None, USUAL_IOU)],
)
def test_who_keeps_boxes_knows_by_which_overlap_they_were_kept(name, given, overlap):
    street = city({"stay": {"kind": "loitering"}}, Street(1, np.random.default_rng(0)), PinholeCamera())
    asked = street.model_copy(update={"model": DetectorSettings(iou=given)})
    told = build.chosen(asked, registry.ModelFile(name, Path(f"{name}.pt"), "0" * 64)).model
    assert (told.name, told.iou) == (name, overlap)
