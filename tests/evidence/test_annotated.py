"""The copy of a clip to show around: the one is marked, the others are blurred, also where the detector misses them."""

from fractions import Fraction

import av
import numpy as np
import pytest

from pipeline.config import check
from pipeline.evidence import annotated
from pipeline.streams.decode import VideoFile
from pipeline.trackers.bytetrack import ByteTrack, ByteTrackSettings
from pipeline.types import Event, TrackBox
from pipeline.wire import decode, encode
from tests.live.rig import Spots, street

SIZE, FPS, BEGAN = (320, 240), 25, 1_700_000_000.0
MOMENT = 2.0
LEFT, RIGHT = 40, 220


def figure():
    """White enough to be found, with fine stripes that no blur leaves."""
    stripes = np.full((48, 40, 3), 255, np.uint8)
    stripes[:, ::2] = 226
    return stripes


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """Two figures for four seconds, the right one walking; nearly lossless, so that the stripes are in it."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv444p"
        stream.options = {"crf": "1", "g": "25", "bf": "0"}
        for i in range(4 * FPS):
            image = street(SIZE)
            image[80:128, LEFT : LEFT + 40] = figure()
            image[80:128, at(i / FPS) : at(i / FPS) + 40] = figure()
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            frame.pts, frame.time_base = i, Fraction(1, FPS)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def at(time):
    return RIGHT - int(20 * time)


class Forgetful(Spots):
    """Does not see anybody for half a second."""

    def detect(self, frames):
        for frame, found in super().detect(frames):
            yield frame, found[:0] if 2.5 < frame.time - BEGAN < 3.0 else found


def event(left=LEFT, tracks=True):
    city = check({"city": "c", "wards": {"w": {}}, "cameras": [{"id": "one", "ward": "w", "source": "rtsp://h/1"}]})
    from pipeline import build

    track = TrackBox(id=1, class_name="person", xyxy=(left, 80, left + 40, 128), ground_m=None)
    made = Event(
        kind="loitering", topic="alerts", rule="stay", rule_sha256="0" * 64, severity="alert", phase="opened",
        zone=None, started_at=BEGAN, time=BEGAN + MOMENT, identity=(1,), measures={}, summary={"en": "x", "vi": "x"},
        tracks=(track,) if tracks else (),
    )  # fmt: skip
    origin = build.origin(city, city.cameras[0], build.provenance(city, "live", "m", None, ["x"]))
    return decode(encode(made, origin).body)


def stripes(path, left):
    """How much of the stripes is left where a figure stands: spread from column to column, by picture. `left` of t."""
    video, found = VideoFile(path), []
    for picture in video:
        x = left(picture.pts_s)
        inside = picture.pixels(*SIZE)[90:118, x + 6 : x + 34].astype(float)
        found.append(float(np.abs(np.diff(inside.mean(axis=(0, 2)), n=2)).mean()))
    return np.array(found)


def made(clip, tmp_path, detector=None, **options):
    to = tmp_path / "copy.mp4"
    tracker = ByteTrack(ByteTrackSettings(), ("person",))
    about = options.pop("about", None) or event()
    masks = options.pop("masks", ())
    counts = annotated.copy(clip, BEGAN, about, detector or Spots(), tracker, {}, masks, to, **options)
    return to, counts


def test_bystanders_are_blurred_and_the_one_is_not(clip, tmp_path):
    to, counts = made(clip, tmp_path)
    assert counts == (1, 1)
    assert stripes(clip, at).min() > 10
    assert stripes(to, lambda _: LEFT).min() > 5
    assert stripes(to, at).max() < 2


def test_a_bystander_stays_blurred_while_the_detector_misses_him(clip, tmp_path):
    to, _ = made(clip, tmp_path, Forgetful())
    assert stripes(to, at).max() < 2


def test_where_nobody_of_the_event_is_found_all_are_blurred(clip, tmp_path):
    for about in (event(left=120), event(tracks=False)):
        to, counts = made(clip, tmp_path, about=about)
        assert counts == (0, 2)
        assert stripes(to, lambda _: LEFT).max() < 2


def test_all_are_shown_where_that_is_asked_for(clip, tmp_path):
    to, counts = made(clip, tmp_path, hide=False)
    assert counts == (1, 0)
    assert stripes(to, at).min() > 5


def test_what_the_city_masks_is_black(clip, tmp_path):
    to, _ = made(clip, tmp_path, masks=(((0, 0), (1, 0), (1, 0.2), (0, 0.2)),))
    for picture in VideoFile(to):
        assert picture.pixels(*SIZE)[:40].max() < 40
