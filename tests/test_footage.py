"""Real footage in which nothing happens, through the whole pipeline: the defaults of every rule raise no alert."""

from pathlib import Path

import pytest

from benchmarks import footage
from pipeline import analyse, build
from pipeline.evaluate import finding
from pipeline.streams.decode import VideoFile
from pipeline.streams.file import FileStream

FPS = 5.0
CLIPS = ("shopping-street-1080p", "staged-headset-taken")
"""A street of passers-by, where many stay as long as the clip; a desk where things change hands."""


@pytest.fixture(scope="module")
def ran(data, tmp_path_factory):
    """The events of both clips by settings: decoded, detected and judged as `matthan analyse` does it."""
    patch = pytest.MonkeyPatch()
    patch.setenv("MATTHAN_MODELS", str(data / "weights"))
    clips = [data / "clips" / f"{name}.mp4" for name in CLIPS]
    found = {}
    for settings in footage.SETTINGS:
        city = footage.city(settings, clips)
        detector, file = build.detector(city.model.model_copy(update={"threads": 1}))
        out: Path = tmp_path_factory.mktemp(settings)
        provenance = build.provenance(city, "archive", file.name, file.sha256, list(CLIPS))
        jobs = [
            analyse.Job(camera, FileStream(VideoFile(clip), camera.id, 0.0, FPS), camera.id)
            for camera, clip in zip(city.cameras, clips, strict=True)
        ]
        summary = analyse.Run(city, detector, provenance, out, annotate=False)(jobs)
        detector.close()
        assert all(summary.frames[name] >= 45 for name in CLIPS)
        found[settings] = finding.read([out])
    patch.undo()
    return found


@pytest.mark.needs_data
@pytest.mark.parametrize("clip", CLIPS)
def test_no_alert_by_default(ran, clip):
    """`intrusion` aside: it is told here that nobody may be anywhere, and people are there."""
    said = [f for f in ran["default"] if f.camera == clip]
    assert [f.kind for f in said if f.severity == "alert" and f.kind != footage.PRESENCE] == []
    assert any(f.kind == footage.PRESENCE for f in said), "people were seen, so silence is no pass"


@pytest.mark.needs_data
@pytest.mark.parametrize("clip", CLIPS)
def test_the_same_footage_can_alert(ran, clip):
    """Shorter thresholds do fire on it: crowds and groups that a viewer sees too, and nothing about a thing taken."""
    kinds = {f.kind for f in ran["eager"] if f.camera == clip}
    assert {"crowding", "group_loitering"} <= kinds
    assert not kinds & {"item_taken", "vehicle_taken", "snatch", "animal_taken", "prowling", "object_removed"}


def test_thinning_keeps_what_a_stream_at_that_rate_would_have_sampled():
    assert footage.thin(_recording(30, 60), 5.0).times.tolist() == pytest.approx([k / 5 for k in range(10)], abs=1e-3)
    assert len(footage.thin(_recording(3, 8), 5.0)) == 8, "a slower recording stays as it is"
    assert footage.thin(_recording(30, 60), None).times.size == 60
    thinned = footage.thin(_recording(30, 60), 10.0)
    assert [len(rows) for _, rows in thinned] == [k % 3 for k in range(0, 60, 3)]


def _recording(fps: int, frames: int):
    """Frame k has k % 3 boxes."""
    import numpy as np

    from pipeline.recording import Recording

    counts = np.array([k % 3 for k in range(frames)])
    boxes = int(counts.sum())
    return Recording(
        times=np.round(np.arange(frames) / fps, 3),
        starts=np.concatenate([[0], np.cumsum(counts)]),
        xyxy=np.tile([0.0, 0.0, 5.0, 5.0], (boxes, 1)),
        confidence=np.ones(boxes),
        class_id=np.zeros(boxes, np.int64),
        track=np.full(boxes, -1),
        names=("person",),
    )
