"""Files as streams: sampling, time stamps, rotation, damage, masks, and every kind of thing that is no video."""

import cv2
import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.streams.decode import VideoFile
from pipeline.streams.file import FileStream
from tests import videos
from tests.live.rig import walk

T0 = 1_772_373_600.0


def read(path, fps=None, start=1000.0, masks=()):
    stream = FileStream(VideoFile(path), "cam", start, fps, masks)
    frames = list(stream)
    stream.close()
    stream.close()
    return stream, frames


@pytest.mark.parametrize("name", ["v.mp4", "v.mkv", "v.avi", "v.ts", "v.mov"])
def test_containers(tmp_path, name):
    stream, frames = read(videos.make(tmp_path / name))
    assert (stream.decoded, len(frames), stream.size) == (50, 50, (320, 240))
    assert stream.notes() == [] or name == "v.avi"  # its muxer gives the last two frames one time
    assert [frame.time for frame in frames][:49] == pytest.approx([1000 + i / 10 for i in range(49)])


@pytest.mark.parametrize("codec", ["mpeg4", "mjpeg", "libx265"])
def test_codecs(tmp_path, codec):
    assert len(read(videos.make(tmp_path / "v.mkv", codec=codec))[1]) == 50


@pytest.mark.parametrize(
    ("source", "fps", "count"), [(30, 10, 20), (30, 5, 10), (25, 10, 20), (10, 25, 20), (12, 5, 10)]
)
def test_sampling_by_media_time(tmp_path, source, fps, count):
    _, frames = read(videos.make(tmp_path / "v.mp4", frames=source * 2, fps=source), fps)
    assert len(frames) == count
    steps = np.diff([frame.time for frame in frames])
    assert steps.mean() == pytest.approx(1 / min(fps, source), rel=0.06)


def test_variable_frame_rate_keeps_its_times(tmp_path):
    stamps = [0, 40, 80, 1000, 1040, 3000, 3033, 9000]
    _, frames = read(videos.make(tmp_path / "v.mp4", frames=8, stamps=stamps))
    assert [round((frame.time - 1000) * 1000) for frame in frames] == stamps


def test_without_time_stamps_frames_come_at_the_mean_rate(tmp_path):
    _stream, frames = read(videos.make(tmp_path / "v.h264", fps=25))
    assert len(frames) == 50
    steps = np.diff([frame.time for frame in frames])
    assert (steps > 0).all()
    assert steps == pytest.approx(np.full(49, 1 / 25), abs=0.002)


def test_rotation(tmp_path):
    path = videos.rotate(videos.make(tmp_path / "v.mp4"))
    stream, frames = read(path)
    upright = np.rot90(videos.picture(0), -1)
    assert stream.size == (240, 320)
    assert np.abs(frames[0].pixels(240, 320).astype(int) - upright).mean() < 3
    assert frames[0].pixels(120, 160).shape == (160, 120, 3)


def test_truncated_tail(tmp_path):
    whole = videos.make(tmp_path / "v.mp4", frames=300, movflags="+faststart").read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: len(whole) * 6 // 10])
    stream, frames = read(cut)
    assert 100 < len(frames) < 250
    assert any("cut.mp4: ends after" in note for note in stream.notes())


def test_damage_in_the_middle_is_passed_over(tmp_path):
    path = videos.make(tmp_path / "v.ts", frames=300)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = bytes(2000)
    path.write_bytes(data)
    _, frames = read(path)
    assert len(frames) > 250
    assert (np.diff([frame.time for frame in frames]) > 0).all()


def test_privacy_masks_are_black(tmp_path):
    mask = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
    _, frames = read(videos.make(tmp_path / "v.mp4"), masks=[mask])
    for size in ((320, 240), (160, 120)):
        image = frames[0].pixels(*size)
        assert image[:, : size[0] // 2 - 1].max() == 0
        assert image[:, size[0] // 2 + 2 :].min() > 0


@pytest.mark.parametrize("size", [(320, 240), (160, 120), (213, 160), (640, 480)], ids=str)
def test_lazy_pixels_are_what_opencv_would_give(tmp_path, size):
    path = videos.make(tmp_path / "v.mp4")
    _, frames = read(path)
    capture = cv2.VideoCapture(str(path))
    reference = cv2.resize(capture.read()[1], size, interpolation=cv2.INTER_LINEAR)
    capture.release()
    assert np.abs(frames[0].pixels(*size).astype(int) - reference).mean() < 2


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("missing", "no such file"),
        ("folder", "is a folder"),
        ("empty", "0 bytes"),
        ("text", "not a video"),
        ("audio", "no video stream, only audio"),
        ("headless", "not a video"),
    ],
)
def test_what_is_no_video(tmp_path, kind, words):
    path = tmp_path / "x.mp4"
    if kind == "folder":
        path.mkdir()
    elif kind == "empty":
        path.touch()
    elif kind == "text":
        path.write_text("not a video at all\n" * 50)
    elif kind == "audio":
        videos.make_audio(path)
    elif kind == "headless":
        path.write_bytes(videos.make(tmp_path / "v.mp4").read_bytes()[5000:])
    with pytest.raises(InputError, match=words) as caught:
        VideoFile(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def damaged(path):
    data = bytearray(path.read_bytes())
    for at in range(len(data) // 3, len(data) // 3 + 400):
        data[at] ^= 0x5A
    path.write_bytes(data)
    return path


def sampled(path, fps):
    stream = FileStream(VideoFile(path), "cam", T0, fps)
    frames = [(frame.time, frame.pixels(*frame.size).tobytes()) for frame in stream]
    stream.close()
    return frames, stream.decoded


@pytest.mark.parametrize("fps", [0.3, 1.0, 3.0, 5.0, 10.0])
@pytest.mark.parametrize(
    "how",
    [
        pytest.param({}, id="regular"),
        pytest.param({"stamps": [i * 100 + (i * 37) % 60 for i in range(50)]}, id="jitter"),
        pytest.param({"stamps": [i * 100 if i < 25 else i * 100 + 7000 for i in range(50)]}, id="a pause"),
        pytest.param({"codec": "mpeg4"}, id="another codec"),
        pytest.param({"codec": "mjpeg"}, id="key frames alone"),
        pytest.param({"bad": "damaged"}, id="damaged in the middle"),
        pytest.param({"bad": "reordered"}, id="pictures that come out of order"),
    ],
)
def test_what_serves_no_sample_is_not_decoded_and_changes_nothing(tmp_path, monkeypatch, how, fps):
    how = dict(how)
    bad = how.pop("bad", None)
    path = tmp_path / "v.mp4"
    if bad == "reordered":
        walk(path, 5, fps=10)  # x264 as it likes, with B-frames
    else:
        videos.make(path, **how)
    if bad == "damaged":
        damaged(path)
    frames, decoded = sampled(path, fps)
    monkeypatch.setattr(VideoFile, "sample", lambda *_: None)
    whole, all_of_them = sampled(path, fps)
    assert frames == whole
    assert decoded <= all_of_them
    if fps <= 1 and not how and not bad:
        assert decoded < all_of_them
