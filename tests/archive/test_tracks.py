"""Tracks come back as the tracker gave them, wherever the row groups end."""

import numpy as np
import pytest
import supervision as sv
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive import tracks as module
from pipeline.archive.tracks import TrackWriter, read_tracks
from pipeline.errors import InputError, OutboxFull
from pipeline.types import TENTATIVE
from tests.conftest import fill

NAMES = ("person", "car", "dog")


def frame(count, seed):
    chance = np.random.default_rng(seed)
    return sv.Detections(
        xyxy=np.round(chance.uniform(0, 999, (count, 4)), 3), confidence=np.round(chance.random(count), 3),
        class_id=chance.integers(0, 3, count), tracker_id=chance.integers(-1, 9, count),
        data={TENTATIVE: chance.random(count) < 0.3},
    )  # fmt: skip


def write(path, frames):
    writer = TrackWriter(path, "gate", NAMES)
    for number, one in enumerate(frames):
        writer.write(1_772_373_600.0 + number / 5, one)
    writer.close()


def same(one, other):
    return (
        np.array_equal(one.xyxy, other.xyxy) and np.array_equal(one.confidence, other.confidence)
        and np.array_equal(one.class_id, other.class_id) and np.array_equal(one.tracker_id, other.tracker_id)
        and np.array_equal(one.data[TENTATIVE], other.data[TENTATIVE])
    )  # fmt: skip


@given(st.lists(st.integers(0, 4), max_size=30), st.sampled_from([1, 3, 1000]))
def test_round_trip(tmp_path_factory, counts, group):
    path = tmp_path_factory.mktemp("t") / "a" / "t.parquet"
    frames = [frame(count, seed) for seed, count in enumerate(counts)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "GROUP", group)
        write(path, frames)
    read = list(read_tracks(path, NAMES))
    assert [time for time, _ in read] == [1_772_373_600.0 + n / 5 for n in range(len(frames))]
    assert all(same(one, other) for (_, one), other in zip(read, frames, strict=True))
    assert [p.name for p in path.parent.iterdir()] == ["t.parquet"]


def test_class_ids_are_the_readers(tmp_path):
    one = frame(40, 1)
    write(tmp_path / "t.parquet", [one])
    ((_, read),) = read_tracks(tmp_path / "t.parquet", ("dog", "bus", "person", "car"))
    assert [("dog", "bus", "person", "car")[i] for i in read.class_id] == [NAMES[i] for i in one.class_id]


def test_left_by_an_exception_there_is_none(tmp_path):
    writer = TrackWriter(tmp_path / "t.parquet", "gate", NAMES)
    writer.write(1.0, frame(3, 1))
    writer.discard()
    assert not list(tmp_path.iterdir())


def test_a_damaged_one_is_told(tmp_path):
    (tmp_path / "t.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(InputError, match="no table of tracks can be read"):
        list(read_tracks(tmp_path / "t.parquet", NAMES))


def test_a_full_disk_is_told(small, monkeypatch):
    monkeypatch.setattr(module, "GROUP", 10_000)
    writer = TrackWriter(small / "t.parquet", "gate", NAMES)
    fill(small)
    with pytest.raises(OutboxFull, match=r"t\.parquet: cannot be written"):
        writer.write(1.0, frame(100_000, 1))
    writer.discard()
    assert not (small / "t.parquet").exists()
