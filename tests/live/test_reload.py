"""What a changed city file means for the cameras of a running ward."""

import copy

import pytest

from pipeline import config
from pipeline.errors import ConfigError
from pipeline.live.reload import compare
from tests.live.rig import city

RAW = city([{"id": name, "source": f"rtsp://127.0.0.1/{name}"} for name in ("a", "b", "c")])


def changed(change):
    raw = copy.deepcopy(RAW)
    change(raw)
    return compare(config.check(RAW), config.check(raw))


def test_nothing():
    assert changed(lambda raw: None) is None


def rule(raw):
    raw["rules"]["stay"]["seconds"] = 5


def unused_rule(raw):
    raw["rules"]["unused"] = {"kind": "crowding"}


def polygon(raw):
    raw["cameras"][1]["zones"]["all"]["polygon"][0] = [0.1, 0.1]


def source(raw):
    raw["cameras"][1]["source"] = "rtsp://127.0.0.1/other"


def ward_name(raw):
    raw["wards"]["w"] = {"name": "Phường"}


@pytest.mark.parametrize(
    ("change", "redrawn"),
    [(rule, ("a", "b", "c")), (unused_rule, ()), (polygon, ("b",)), (source, ()), (ward_name, ())],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_only_what_is_touched(change, redrawn):
    found = changed(change)
    assert found is not None
    assert (found.added, found.removed, found.redrawn) == ((), (), redrawn)


def test_added_and_removed():
    def swap(raw):
        raw["cameras"][2] = {**raw["cameras"][2], "id": "d"}

    found = changed(swap)
    assert found is not None
    assert (found.added, found.removed, found.redrawn) == (("d",), ("c",), ())


def test_what_all_share_needs_a_restart():
    def model(raw):
        raw["model"] = {"name": "another"}
        raw["timezone"] = "Asia/Bangkok"

    with pytest.raises(ConfigError) as caught:
        changed(model)
    assert [mistake.split(":")[0] for mistake in caught.value.mistakes] == ["timezone", "model"]
