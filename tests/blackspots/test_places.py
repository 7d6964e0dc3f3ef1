"""What is read, where it belongs, and where it is dense."""

from __future__ import annotations

import json
import warnings
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from scipy import ndimage

from pipeline.blackspots import exposure, hotspots, incidents, places
from pipeline.blackspots.incidents import Incidents
from pipeline.errors import InputError
from pipeline.sinks.outbox import Outbox
from pipeline.wire import Message
from tests.blackspots.city import BEGUN, conflict, count, lines
from tests.conftest import needs

HA_TINH = ZoneInfo("Asia/Ho_Chi_Minh")


def test_an_event_counts_once_with_its_last_word(tmp_path: Path) -> None:
    first = conflict(1, "a", 18.3, 105.9, BEGUN, ttc_s=1.2)
    last = conflict(1, "a", 18.4, 105.9, BEGUN, ttc_s=0.4)
    last["data"]["revision"] = 1
    other = conflict(2, "b", 18.3, 105.9, BEGUN, kind="loitering")
    found = incidents.read([lines(tmp_path / "events.jsonl", [first, last, last, other])], HA_TINH)
    assert (found.lat.tolist(), found.weight.tolist(), found.sources) == ([18.4], [4.0], ("a",))


def test_events_without_a_place_are_counted_as_dropped(tmp_path: Path) -> None:
    nowhere = conflict(1, "a", 0, 0, BEGUN)
    nowhere["data"]["location"] = None
    found = incidents.read([lines(tmp_path / "e.jsonl", [nowhere, conflict(2, "a", 18.3, 105.9, BEGUN)])], HA_TINH)
    assert (len(found), found.dropped) == (1, 1)


def test_a_line_half_written_is_left_out_and_counted(tmp_path: Path) -> None:
    whole = lines(tmp_path / "e.jsonl", [conflict(n, "a", 18.3, 105.9, BEGUN) for n in range(3)])
    text = whole.read_text()
    whole.write_text(text[:-40])
    found = incidents.read([whole], HA_TINH)
    assert (len(found), found.dropped) == (2, 1)
    counted = [count(0, "a", "gate", 70, BEGUN), count(1, "a", "gate", 9, BEGUN)]
    traffic = lines(tmp_path / "c.jsonl", counted)
    traffic.write_text(traffic.read_text()[:-40])
    assert exposure.read([traffic]).road_users.tolist() == [70.0]


def test_an_outbox_and_parquet_tell_the_same(tmp_path: Path) -> None:
    import duckdb

    event = conflict(1, "a", 18.3, 105.9, BEGUN, ttc_s=0.9)
    with Outbox(tmp_path / "outbox.sqlite") as outbox:
        body = json.dumps(event).encode()
        outbox.put([Message("e1", 0, ("matthan.traffic.w",), "a", body, "r")])
    duckdb.sql(f"COPY (SELECT 'e1' AS event_id, 'conflict' AS kind, 'a' AS source, 18.3 AS lat, 105.9 AS lon, "
               f"{BEGUN.timestamp()} AS time, 2.0 AS weight) TO '{tmp_path}/p.parquet'")  # fmt: skip
    both = [incidents.read([tmp_path / name], HA_TINH) for name in ("outbox.sqlite", "p.parquet")]
    for column in ("lat", "lon", "time", "weight"):
        assert getattr(both[0], column).tolist() == getattr(both[1], column).tolist() != []


RECORDS = {
    "an ISO time": ("lat,lon,time\n18.3,105.9,2026-03-02T07:30:00", 7.5),
    "a spreadsheet's day and a time of day": ("lat,lon,date,time\n18.3,105.9,46083,7:30", 7.5),
    "a date and a time of day": ("Latitude,Longitude,Date,Time\n18.3,105.9,2026-03-02,19:05", 19 + 5 / 60),
    "a date, day first": ("lat,lon,date,time\n18.3,105.9,02/03/2026,19:05", 19 + 5 / 60),
    "a time, day first": ("lat,lon,time\n18.3,105.9,02/03/2026 07:30", 7.5),
}


@pytest.mark.parametrize(("text", "hour"), RECORDS.values(), ids=RECORDS.keys())
def test_times_of_records_are_the_citys(tmp_path: Path, text: str, hour: float) -> None:
    (tmp_path / "r.csv").write_text(text)
    found = incidents.read([tmp_path / "r.csv"], HA_TINH)
    assert incidents.hours(found, HA_TINH).tolist() == [int(hour)], "a Monday"
    assert found.time.tolist() == pytest.approx([(BEGUN + timedelta(hours=hour - 7)).timestamp()])


def test_records_without_usable_coordinates_are_counted(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("lat,lon\n18.3,105.9\n,105.9\n0,0\nabc,105\n118,105\n")
    found = incidents.read([tmp_path / "r.csv"], HA_TINH)
    assert (len(found), found.dropped, np.isnan(found.time).tolist()) == (1, 4, [True])


def test_what_is_no_severity_weighs_one_and_is_counted(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("lat,lon,severity\n18.3,105.9,3\n18.3,105.9,fatal\n18.3,105.9,-5\n18.3,105.9,\n")
    found = incidents.read([tmp_path / "r.csv"], HA_TINH)
    assert (sorted(found.weight.tolist()), found.plain) == ([1.0, 1.0, 1.0, 3.0], 3)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [("r.csv", "a,b\n1,2\n", "needs the columns lat and lon, got a, b"),
     ("x.jsonl", "not json\n", "no events or records"),
     ("x.parquet", "PAR", "no events or records"), ("x.sqlite", "nothing", "not an outbox")],
)  # fmt: skip
def test_what_cannot_be_read_is_told(tmp_path: Path, name: str, text: str, says: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=says):
        incidents.read([tmp_path / name], HA_TINH)


def at(xy: np.ndarray, sources: list[str], time: np.ndarray | None = None) -> Incidents:
    """Incidents at metres from a point."""
    names = tuple(sorted(set(sources)))
    n = len(xy)
    return Incidents(
        18.34 + xy[:, 1] / 110_690, 105.9 + xy[:, 0] / 105_700, np.arange(n) * 1e4 if time is None else time,
        np.ones(n), np.zeros(n, int), np.array([names.index(s) for s in sources]), ("conflict",), names,
    )  # fmt: skip


def test_cameras_of_one_junction_are_one_place() -> None:
    xy = np.array([[0.0, 0], [40, 0], [500, 0]]).repeat(4, axis=0)
    found = places.places(at(xy, ["a"] * 4 + ["b"] * 4 + ["c"] * 4))
    assert found.name == ["a+b", "c"]
    assert found.of.tolist() == [0] * 8 + [1] * 4
    assert found.kept.all()


def test_what_two_cameras_saw_at_once_is_one_incident() -> None:
    xy = np.array([[0.0, 0], [3, 0], [3, 0], [30, 0]])
    found = places.places(at(xy, ["a", "b", "b", "b"], np.array([0.0, 1.0, 60.0, 0.5])))
    assert found.kept.tolist() == [True, False, True, True]


def test_records_are_clustered_and_strays_left_out() -> None:
    rng = np.random.default_rng(1)
    xy = np.concatenate([rng.normal(0, 20, (40, 2)), rng.normal(0, 20, (15, 2)) + 900, [[5000.0, 0], [0, 7000]]])
    found = places.places(at(xy, [""] * len(xy)))
    assert len(found) >= 2
    assert found.of[-2:].tolist() == [-1, -1]
    assert not set(found.of[:40].tolist()) & set(found.of[40:55].tolist()) - {-1}
    assert found.radius_m.max() < 60


@pytest.mark.parametrize("seed", range(3))
def test_a_site_with_many_records_is_one_place(seed: int) -> None:
    rng = np.random.default_rng(seed)
    counts = [60, 40, *[8] * 13]
    middle = [np.array([440.0 * (i % 4), 440.0 * (i // 4)]) for i in range(15)]
    xy = np.concatenate([place + rng.normal(0, 11, (n, 2)) for place, n in zip(middle, counts, strict=True)])
    found = places.places(at(xy, [""] * len(xy)))
    assert sorted(np.bincount(found.of[found.of >= 0]).tolist(), reverse=True) == counts


def test_what_is_strewn_along_a_road_is_no_place() -> None:
    rng = np.random.default_rng(4)
    spot, road = rng.normal(0, 15, (20, 2)), np.column_stack([np.linspace(2000, 9000, 24), np.zeros(24)])
    found = places.places(at(np.concatenate([spot, road]), [""] * 44))
    assert np.bincount(found.of[found.of >= 0]).tolist() == [20]
    assert found.radius_m.max() < 40


def test_of_very_many_every_nth_is_clustered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "MOST_CLUSTERED", 200)
    rng = np.random.default_rng(1)
    xy = np.concatenate([rng.normal(0, 10, (900, 2)), rng.normal(0, 10, (300, 2)) + 800])
    of = places.clusters(xy, rng.permutation(1200).astype(float), 20)
    assert (of[:900] >= 0).mean() > 0.6
    assert not set(of[:900]) & set(of[900:]) - {-1}


def test_the_busiest_line_of_a_camera_counts(tmp_path: Path) -> None:
    path = lines(tmp_path / "c.jsonl", [
        count(1, "a", "in", 30, BEGUN), count(2, "a", "out", 50, BEGUN), count(2, "a", "out", 50, BEGUN),
        count(3, "a", "in", 7, BEGUN + timedelta(hours=1)), count(4, "b", "in", 9, BEGUN),
        conflict(9, "a", 18, 105, BEGUN),
    ])  # fmt: skip
    told = exposure.read([path])
    assert told.of(["a", "b", "none"]).tolist() == [57, 9, 0]
    assert told.of(["a"], until=(BEGUN + timedelta(minutes=30)).timestamp()).tolist() == [50]


def test_traffic_from_a_table(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("source,road_users\na,100\nb,20\na,5\n")
    assert exposure.read([tmp_path / "c.csv"]).of(["a", "b"]).tolist() == [105, 20]
    (tmp_path / "t.csv").write_text("source,road_users,time\na,100,2026-03-02T00:00:00Z\na,11,2026-03-09T00:00:00Z\n")
    assert exposure.read([tmp_path / "t.csv"]).of(["a"], since=BEGUN.timestamp() + 86_400).tolist() == [11]


def test_a_table_without_traffic_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("camera,n\na,1\n")
    with pytest.raises(InputError, match="a table with source,road_users"):
        exposure.read([tmp_path / "c.csv"])


def test_a_planted_cluster_is_hot_and_scattered_incidents_are_not() -> None:
    rng = np.random.default_rng(2)
    scattered = rng.uniform(0, 10_000, (800, 2))
    planted = np.concatenate([scattered, rng.uniform(4000, 5500, (150, 2))])
    assert hotspots.cells(at(scattered, [""] * 800)).hot.sum() <= 2
    found = hotspots.cells(at(planted, [""] * 950))
    assert found.hot.sum() >= 6
    middle = (np.median(found.lat[found.hot]) - 18.34) * 110_690
    assert middle == pytest.approx(4750, abs=500)


def test_the_same_seed_gives_the_same_cells() -> None:
    told = at(np.random.default_rng(3).uniform(0, 5000, (200, 2)), [""] * 200)
    assert np.array_equal(hotspots.cells(told, seed=4).p, hotspots.cells(told, seed=4).p)


def test_gi_star_agrees_with_pysal() -> None:
    needs("esda")
    import esda
    import libpysal

    grid = np.random.default_rng(5).poisson(1.0, (12, 15)).astype(float)
    grid[4:7, 4:7] += 5
    z, p = hotspots.gi_star(grid, np.ones(grid.shape, bool))
    weights = libpysal.weights.lat2W(*grid.shape, rook=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = esda.G_Local(
            grid.ravel(), libpysal.weights.fill_diagonal(weights), star=True, transform="B", permutations=9
        )
    assert z.ravel() == pytest.approx(theirs.Zs, abs=1e-9)
    assert p[5, 5] < 1e-3 < p[0, 0]


def test_the_kernel_keeps_what_it_spreads() -> None:
    kernel = hotspots._quartic(1.5)
    assert kernel.sum() == pytest.approx(1)
    assert ndimage.convolve(np.pad([[9.0]], 5), kernel).sum() == pytest.approx(9)
