"""Whose a file is, when it was recorded, and in which order a camera's files are watched."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.archive.find import files
from pipeline.archive.plan import Said, plan, read_map, whose_is
from pipeline.archive.timeline import Footage, timeline
from pipeline.config import check
from pipeline.errors import ConfigError, InputError
from pipeline.streams.pick import pick
from pipeline.streams.probe import probe
from tests.live.rig import city, walk
from tests.videos import make, make_audio

NOW = datetime(2026, 6, 1, tzinfo=UTC).timestamp()
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOON = datetime(2026, 3, 1, 12, tzinfo=HANOI).timestamp()


def footage(name, start, seconds=60.0, keys=None, **other):
    keys = tuple((float(at), f"{name}-{at}") for at in range(0, int(seconds), 2)) if keys is None else keys
    fields = {"known": True, "size": (640, 360), "digest": name, **other}
    return Footage(Path(f"{name}.mp4"), "one", start, seconds=seconds, keys=keys, **fields)


def order(*those, zone=HANOI):
    parts, findings = timeline(those, zone, NOW)
    return (
        [(part.footage.path.stem, part.epoch, round(part.skip_s, 1)) for part in parts],
        [(finding.kind, finding.path.stem) for finding in findings],
    )


def test_files_that_follow_one_another_are_one_recording():
    assert order(footage("b", NOON + 60.7), footage("a", NOON), footage("c", NOON + 119)) == (
        [("a", 0, 0), ("b", 0, 0), ("c", 0, 0)], [])  # fmt: skip


def test_a_gap_ends_it():
    assert order(footage("a", NOON), footage("b", NOON + 90)) == ([("a", 0, 0), ("b", 1, 0)], [("gap", "b")])


def test_what_two_files_show_is_watched_once():
    """Recorders begin a clip some seconds before the event, which the last clip has too."""
    again = tuple((at, f"a-{52 + at}") for at in (0, 2, 4, 6)) + tuple((float(at), f"b-{at}") for at in range(8, 60, 2))
    assert order(footage("a", NOON), footage("b", NOON + 52, keys=again)) == (
        [("a", 0, 0), ("b", 0, 8)], [("overlap", "b")])  # fmt: skip


def test_a_clock_that_was_set_back_costs_nothing():
    """Three minutes: the names lie over one another, and the pictures are others."""
    names = [footage("a", NOON, 300), footage("b", NOON + 120, 300), footage("c", NOON + 420, 300)]
    assert order(*names) == ([("a", 0, 0), ("b", 1, 0), ("c", 1, 0)], [("clock set back", "b")])


def test_the_same_pictures_twice_are_one_file_whatever_it_is_called():
    twin = footage("b", NOON + 5000, digest="a")
    assert order(footage("a", NOON), twin) == ([("a", 0, 0)], [("duplicate", "b")])


def test_the_hour_that_the_clock_shows_twice():
    berlin = ZoneInfo("Europe/Berlin")
    begun = datetime(2025, 10, 26, 1, 30, tzinfo=berlin).timestamp()

    def named(name, hour, minute):
        return footage(name, datetime(2025, 10, 26, hour, minute, tzinfo=berlin).timestamp(), 1800)

    parts, findings = timeline(
        [footage("a", begun, 1800), named("b", 2, 0), named("c", 2, 30), named("d", 2, 0), named("e", 2, 30),
         named("f", 3, 0)], berlin, NOW)  # fmt: skip
    assert [part.footage.path.stem for part in parts] in (
        list("abcdef"),
        list("abdcef"),
        list("abedcf"),
        list("adcbef"),
    )
    starts = [part.footage.start - begun for part in parts]
    assert starts == [0, 1800, 3600, 5400, 7200, 9000], "five half hours, none over another"
    assert {part.epoch for part in parts} == {0}
    assert {finding.kind for finding in findings} == {"summer time"}


def test_the_hour_that_the_clock_leaves_out():
    berlin = ZoneInfo("Europe/Berlin")
    before = footage("a", datetime(2026, 3, 29, 1, 30, tzinfo=berlin).timestamp(), 1800)
    after = footage("b", datetime(2026, 3, 29, 3, 0, tzinfo=berlin).timestamp(), 1800)
    assert order(before, after, zone=berlin) == ([("a", 0, 0), ("b", 0, 0)], [])


def test_without_a_time_they_follow_one_another_from_1970():
    parts, findings = timeline([footage(name, 0, known=False) for name in "ab"], HANOI, NOW)
    assert [(part.footage.start, part.epoch) for part in parts] == [(0, 0), (120, 1)]
    assert [finding.kind for finding in findings] == ["time unknown", "time unknown", "gap"]


@pytest.mark.parametrize("year", [1998, 2031])
def test_a_year_that_cannot_be_is_told_and_watched(year):
    one = footage("a", datetime(year, 3, 1, tzinfo=UTC).timestamp())
    assert order(one) == ([("a", 0, 0)], [("wrong year", "a")])


def test_another_picture_size_is_another_recording():
    assert order(footage("a", NOON), footage("b", NOON + 60, size=(1920, 1080)))[0] == [("a", 0, 0), ("b", 1, 0)]


def cameras(*ids, **fields):
    return check(city([{"id": name, **fields.get(name.replace("-", "_"), {})} for name in ids]))


def test_whose_a_file_is():
    of = cameras("gate", "gate-2", "yard", yard={"recordings": ["*/ch03_*"]})
    assert whose_is(Path("nvr/gate/20260301.mp4"), of) == "gate"
    assert whose_is(Path("nvr/gate-2_20260301.mp4"), of) == "gate-2"
    assert whose_is(Path("nvr/gate/ch03_20260301.mp4"), of) == "yard"
    with pytest.raises(InputError, match=r"is of no camera .* --map, --camera, or `recordings:`"):
        whose_is(Path("nvr/20260301.mp4"), of)
    with pytest.raises(InputError, match="could be of gate, yard"):
        whose_is(Path("gate/yard/20260301.mp4"), of)
    assert whose_is(Path("anything.mp4"), cameras("gate")) == "gate", "there is only one"


def test_a_map_says_it_and_its_mistakes_are_all_told(tmp_path):
    of = cameras("gate", "yard")
    table = tmp_path / "map.csv"
    table.write_text("path,camera,start\na.mp4,gate,2026-03-01T14:00:00\nb.mp4,,2026-03-01 15:00:00+01:00\n")
    told = read_map(table, of)
    assert told["a.mp4"] == Said("gate", datetime(2026, 3, 1, 14))
    assert told["b.mp4"].start.utcoffset().total_seconds() == 3600
    table.write_text("path,camera,start\na.mp4,door,\nb.mp4,gate,yesterday\n")
    with pytest.raises(ConfigError) as wrong:
        read_map(table, of)
    assert len(wrong.value.mistakes) == 2
    assert "line 2: no camera 'door'" in wrong.value.mistakes[0]
    assert "line 3: start must be like 2026-03-01T14:03:22" in wrong.value.mistakes[1]


def test_files_folders_globs_and_lists(tmp_path):
    deep = tmp_path / "nvr" / "2026-03-01"
    deep.mkdir(parents=True)
    for name in ("b.mp4", "a.MKV", "notes.txt"):
        (deep / name).write_bytes(b"x")
    (tmp_path / "odd.bin").write_bytes(b"x")
    both = [deep / "a.MKV", deep / "b.mp4"]
    assert files([str(tmp_path / "nvr")]) == both
    assert files([str(tmp_path / "**" / "*.mp4"), str(tmp_path)]) == both
    assert files([str(tmp_path / "odd.bin")]) == [tmp_path / "odd.bin"], "it was named"
    (tmp_path / "list.txt").write_text("# March\nnvr\n\nodd.bin\n")
    assert files([f"@{tmp_path / 'list.txt'}"]) == [*both, tmp_path / "odd.bin"]
    (tmp_path / "list.txt").write_text("nvr\ngone.mp4\n")
    with pytest.raises(InputError, match=r"list.txt: line 2: no such file"):
        files([f"@{tmp_path / 'list.txt'}"])
    with pytest.raises(InputError, match="no such file or folder, or no footage in it"):
        files([str(tmp_path / "nowhere")])


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return walk(tmp_path_factory.mktemp("clip") / "clip.mp4", 8)


def test_facts_of_a_file(clip):
    facts = probe(clip)
    assert facts.seconds == pytest.approx(8, abs=0.05)
    assert (facts.size, facts.codec) == ((320, 240), "h264")
    assert [round(time) for time, _ in facts.keys] == list(range(8))
    assert facts.jumps == facts.notes == ()


def test_the_same_pictures_in_another_container_are_the_same(clip, tmp_path):
    import av

    other = tmp_path / "other.mkv"
    with av.open(str(clip)) as source, av.open(str(other), "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                out.mux(packet)
    assert probe(other).digest == probe(clip).digest


def test_time_stamps_that_jump_are_told(tmp_path):
    stamps = [i * 100 + (180_000 if i >= 30 else 0) for i in range(60)]
    facts = probe(make(tmp_path / "jump.mp4", 60, stamps=stamps))
    assert [(jump.at_s, jump.by_s) for jump in facts.jumps] == [(pytest.approx(2.9), pytest.approx(180.1))]
    assert facts.seconds == pytest.approx(6, abs=0.2)


def test_a_clock_that_jumps_within_a_file_moves_what_follows(tmp_path):
    """Three minutes: the file's end is three minutes later, and the next file follows it without a gap."""
    stamps = [i * 100 + (180_000 if i >= 30 else 0) for i in range(60)]
    first = make(tmp_path / "gate_20260301_140000.mp4", 60, stamps=stamps)
    second = walk(tmp_path / "gate_20260301_140306.mp4", 3)
    made = plan([first, second], cameras("gate"), NOW)
    assert [part.epoch for part in made.parts["gate"]] == [0, 0]
    assert made.findings == ()
    assert made.notes == (f"{first}: after 2.9 s its time stamps move by 180.1 s",)
    assert made.seconds == pytest.approx(9, abs=0.3)


def test_a_file_that_is_cut_short_is_watched_as_far_as_it_goes(tmp_path):
    whole = walk(tmp_path / "whole.mkv", 8)
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    facts = probe(cut)
    assert 1 < facts.seconds < 6
    assert len(facts.notes) == 1


@pytest.mark.parametrize("kind", ["empty", "text", "audio"])
def test_what_is_no_video_is_said_in_one_line(tmp_path, kind):
    path = tmp_path / f"{kind}.mp4"
    {"empty": lambda: path.write_bytes(b""), "text": lambda: path.write_bytes(b"text" * 99),
     "audio": lambda: make_audio(path)}[kind]()  # fmt: skip
    with pytest.raises(InputError) as wrong:
        probe(path)
    assert str(path) in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_a_sidecar_says_whose_and_when(tmp_path):
    clip = walk(tmp_path / "x.mp4", 2)
    beside = tmp_path / "x.mp4.json"
    beside.write_text(json.dumps({"camera": "yard", "start": "2026-03-01T14:00:00"}))
    of = cameras("gate", "yard")
    made = plan([clip], of, NOW)
    (part,) = made.parts["yard"]
    assert part.footage.start == datetime(2026, 3, 1, 14, tzinfo=of.zone).timestamp()
    beside.write_text("{half")
    (broken,) = plan([clip], of, NOW).quarantined
    assert "x.mp4.json" in broken.why


def test_one_picture_from_the_middle(clip):
    import numpy as np

    for since in (0.0, 0.4, 3.32, 7.96):
        picture = pick(clip, since)
        assert picture.pts_s == pytest.approx(since, abs=0.002)
        white = np.flatnonzero(picture.pixels(320, 240)[100].min(axis=1) > 225)
        assert white[0] == pytest.approx(int(since * 40) % 280, abs=2)
    with pytest.raises(InputError, match="ends before"):
        pick(clip, 9.0)
