"""Detections files: what may be written in them, in which order, and what is refused with a line number."""

import numpy as np
import pytest
import supervision as sv

from pipeline.errors import InputError
from pipeline.recording import Writer, read_detections
from pipeline.types import TENTATIVE

HEADER = "time,x1,y1,x2,y2,confidence,class"
ROWS = [
    "1.000,10,20,30,40,0.5,person",
    "1.000,50,20,70,40,0.9,car",
    "1.200,,,,,,",
    "1.100,11,20,31,40,0.6,person",
]


def read(tmp_path, *lines, name="x.det.csv"):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n")
    return read_detections(path)


def test_frames_in_order_of_time(tmp_path):
    recording = read(tmp_path, HEADER, *ROWS)
    frames = list(recording)
    assert recording.times.tolist() == [1.0, 1.1, 1.2]
    assert [len(rows) for _, rows in frames] == [2, 1, 0]
    assert recording.names == ("car", "person")
    assert frames[0][1].xyxy.tolist() == [[50, 20, 70, 40], [10, 20, 30, 40]]


def test_order_of_rows_does_not_matter(tmp_path):
    assert read(tmp_path, HEADER, *ROWS).sha256() == read(tmp_path, HEADER, *reversed(ROWS)).sha256()
    assert read(tmp_path, HEADER, *ROWS[:3]).sha256() != read(tmp_path, HEADER, *ROWS).sha256()


@pytest.mark.parametrize("empty", ["2.5", "2.5,,,,,,", " 2.5 , , , , , , "])
def test_an_empty_frame_is_a_time_alone(tmp_path, empty):
    assert read(tmp_path, HEADER, empty).times.tolist() == [2.5]


def test_header_alone_is_an_empty_recording(tmp_path):
    assert len(read(tmp_path, HEADER)) == 0


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "line 1: header must be"),
        (["a,b,c"], "line 1: header must be"),
        ([HEADER, ROWS[0], "x,1,2,3,4,0.5,person"], "line 3"),
        ([HEADER, "1.0,1,2,3,4"], "line 2"),
        ([HEADER, "1.0,9,2,3,4,0.5,person"], "line 2: needs x1 <= x2"),
        ([HEADER, "nan,1,2,3,4,0.5,person"], "line 2: numbers must be finite"),
        ([HEADER, "1.0,1,2,inf,4,0.5,person"], "line 2: numbers must be finite"),
    ],
    ids=["empty file", "other header", "no number", "short row", "turned box", "nan", "inf"],
)
def test_mistakes_are_named(tmp_path, lines, words):
    with pytest.raises(InputError, match=words) as caught:
        read(tmp_path, *lines)
    assert "x.det.csv" in str(caught.value)


@pytest.mark.parametrize("name", ["missing.csv", "", "binary.det.csv", "text.parquet"])
def test_what_is_no_recording(tmp_path, name):
    (tmp_path / "binary.det.csv").write_bytes(b"\xff\xfe\x00\x01" * 100)
    (tmp_path / "text.parquet").write_text("hello")
    with pytest.raises(InputError):
        read_detections(tmp_path / name)


def test_mot_challenge(tmp_path):
    (tmp_path / "seqinfo.ini").write_text("[Sequence]\nname=x\nframeRate=10\nseqLength=4\nimWidth=640\nimHeight=480\n")
    recording = read(tmp_path, "1,-1,10,20,30,40,0.9,-1,-1,-1", "3,-1,12,20,30,40,0.8,-1,-1,-1", name="det.txt")
    assert recording.times.tolist() == [0.0, 0.1, 0.2, 0.3]
    assert recording.frame_size == (640, 480)
    assert [len(rows) for _, rows in recording] == [1, 0, 1, 0]
    assert recording.xyxy[0].tolist() == [10, 20, 40, 60]


def test_mot_needs_its_seqinfo(tmp_path):
    with pytest.raises(InputError, match=r"needs seqinfo\.ini"):
        read(tmp_path, "1,-1,10,20,30,40,0.9,-1,-1,-1", name="det.txt")


@pytest.mark.parametrize("name", ["out.det.csv", "out.parquet"])
def test_what_is_written_is_read_back(tmp_path, name):
    recording = read(tmp_path, HEADER, *ROWS)
    with Writer(tmp_path / name) as writer:
        for time, rows in recording:
            writer.write(time, rows, recording.names, "cam")
    assert read_detections(tmp_path / name, "cam").sha256() == recording.sha256()


def test_cameras_share_a_parquet_file(tmp_path):
    recording = read(tmp_path, HEADER, *ROWS)
    with Writer(tmp_path / "two.parquet") as writer:
        for camera in ("a", "b"):
            for time, rows in recording:
                writer.write(time + (camera == "b"), rows, recording.names, camera)
    assert read_detections(tmp_path / "two.parquet", "b").times.tolist() == [2.0, 2.1, 2.2]
    with pytest.raises(InputError, match="has no camera c; has a, b"):
        read_detections(tmp_path / "two.parquet", "c")


def rows_of(ids, tentative):
    n = len(ids)
    boxes = np.tile([0.0, 0, 10, 10], (n, 1))
    return sv.Detections(xyxy=boxes, confidence=np.ones(n), class_id=np.zeros(n, int), tracker_id=np.array(ids),
                         data={TENTATIVE: np.array(tentative)})  # fmt: skip


def test_tracks_are_written_from_their_first_detection_once_confirmed(tmp_path):
    path = tmp_path / "tracks.csv"
    with Writer(path, tracks=True) as writer:
        writer.write(0.0, rows_of([1, 2, -1], [True, True, False]), ("person",))
        writer.write(0.1, rows_of([1], [False]), ("person",))
        writer.write(5.0, rows_of([], []), ("person",))
    lines = path.read_text().splitlines()
    assert lines[0] == f"{HEADER},track"
    assert [(line.split(",")[0], line.split(",")[-1]) for line in lines[1:]] == [
        ("0.000", "1"),
        ("0.100", "1"),
        ("5.000", ""),
    ]
