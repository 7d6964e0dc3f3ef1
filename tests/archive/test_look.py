"""What goes into a table: gated as a live run is, and the same whatever the detector's pace."""

import io

import numpy as np
import pyarrow.parquet as pq
import pytest

from pipeline import config
from pipeline.archive.look import Looker
from pipeline.errors import InputError
from pipeline.gate import SAME_S, GateSettings
from tests.live.rig import Spots, city, walk


class Ahead(Spots):
    """Takes so many frames before it gives the first one back."""

    def __init__(self, ahead):
        super().__init__()
        self.ahead = ahead

    def detect(self, frames):
        taken = []
        for frame in frames:
            if frame is not None:
                self.calls += 1
                taken.append(frame)
            if taken and (frame is None or len(taken) > self.ahead):
                yield self.one(taken.pop(0))
        for frame in taken:
            yield self.one(frame)

    def one(self, frame):
        ((_, found),) = super().detect([frame])
        self.calls -= 1
        return frame, found


@pytest.fixture(scope="module")
def footage(tmp_path_factory):
    """Comes at 5 s, walks, stands from 8 s to 15 s, goes at 18 s; 40 s in all."""

    def where(t):
        return None if t < 5 or t > 18 else int(40 * (t - 5)) if t < 8 else 120 if t < 15 else int(120 + 60 * (t - 15))

    return walk(tmp_path_factory.mktemp("look") / "one.mp4", 40, where=where)  # fmt: skip


def table(path, detector, **gate):
    settings = config.check(city([{"id": "one"}], gate=gate))
    file = io.BytesIO()
    done = list(Looker(settings, detector).look(path, settings.cameras[0], file))
    assert done == sorted(done)
    return file.getvalue()


def rows(data):
    return pq.read_table(io.BytesIO(data)).to_pylist()


def test_the_table_does_not_depend_on_how_far_the_detector_runs_ahead(footage):
    keen = {"linger_s": 0, "watch_s": 0.2, "idle_s": 3}  # an answer decides whether the next picture is looked at
    one = table(footage, Ahead(0), **keen)
    assert [table(footage, Ahead(ahead), **keen) for ahead in (1, 2, 7)] == [one] * 3


def test_the_gate_leaves_out_what_shows_nothing_new_and_its_time_counts_as_watched(footage):
    seen, gated = Spots(), Spots()
    all_of_it, some = rows(table(footage, seen, enabled=False)), rows(table(footage, gated))
    assert seen.calls == 200
    assert gated.calls < 110, "five seconds before, 22 s after, and some while it stands"
    times = [row["time"] for row in some]
    assert max(np.diff(times)) <= SAME_S + 0.2
    assert times[-1] > 39 - SAME_S
    there = {row["time"]: (row["x1"], row["y1"]) for row in all_of_it if row["class"]}
    for row in some:
        if row["class"]:
            assert (row["x1"], row["y1"]) == pytest.approx(there[row["time"]], abs=2), "also where it was not looked"
        elif row["time"] in there:
            assert row["time"] < 6, "what comes in at the side has to be some cells wide"


def test_the_gate_of_a_camera_can_be_its_own(footage):
    settings = config.check(city([{"id": "one", "gate": {"enabled": False}}]))
    assert settings.cameras[0].gate == GateSettings(enabled=False)
    spots = Spots()
    list(Looker(settings, spots).look(footage, settings.cameras[0], io.BytesIO()))
    assert spots.calls == 200


def test_what_cannot_be_read_is_an_input_error(tmp_path):
    (tmp_path / "bad.mp4").write_bytes(b"nothing of the kind")
    with pytest.raises(InputError, match="not a video"):
        table(tmp_path / "bad.mp4", Spots())


def test_calm_stretches_can_be_left_out(footage):
    """Their time counts as watched all the same, and whoever is there long enough is found."""
    settings = config.check(city([{"id": "one"}]))
    made = []
    for skip in (False, True):
        spots, file = Spots(), io.BytesIO()
        list(Looker(settings, spots, skip).look(footage, settings.cameras[0], file))
        made.append((spots.calls, rows(file.getvalue())))
    (calls, whole), (fewer, some) = made
    assert fewer < calls
    assert max(np.diff([row["time"] for row in some])) <= SAME_S + 0.2
    assert some[-1]["time"] > 39 - SAME_S
    seen = [{round(row["time"]) for row in told if row["class"]} for told in (whole, some)]
    assert len(seen[0] - seen[1]) <= 2, "a second at the ends may be missed"
    assert not seen[1] - seen[0]
