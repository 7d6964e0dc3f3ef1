"""Coverage: every second of every camera is in one of three states."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.coverage import Coverage, read
from pipeline.errors import InputError

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOON = 1_772_344_800.0
"""2026-03-01 13:00 in Hà Tĩnh."""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "coverage.sqlite"


def day(path, **expected):
    (found,) = read(path)
    assert (found.analysed_s, found.unfit_s, found.lost_s) == pytest.approx(
        (expected.get("analysed", 0), expected.get("unfit", 0), expected.get("lost", 0)), abs=1e-6
    )


def test_looks_close_together_count(path):
    made = Coverage(path, ZONE)
    made.begin("c", NOON)
    for i in range(1, 601):
        made.look("c", NOON + i / 5)
    made.close()
    day(path, analysed=120)


def test_looks_that_come_late_count_nothing_twice(path):
    """A ward also looks, twice a second, whether nothing came until three seconds ago."""
    made = Coverage(path, ZONE)
    made.begin("c", NOON)
    for i in range(1, 301):
        made.look("c", NOON + i / 5)
        if i % 2 == 0:
            made.look("c", NOON + i / 5 - 3.0, "unfit" if i % 4 else "lost")
    made.close()
    day(path, analysed=60)


def test_a_hole_is_lost(path):
    made = Coverage(path, ZONE)
    made.begin("c", NOON)
    made.look("c", NOON + 1)
    made.look("c", NOON + 61)
    made.end("c", NOON + 71)
    made.close()
    day(path, analysed=3, lost=68)


def test_while_unfit(path):
    made = Coverage(path, ZONE)
    made.begin("c", NOON)
    for i in range(1, 11):
        made.look("c", NOON + i, "unfit" if i > 4 else "analysed")
    made.close()
    day(path, analysed=4, unfit=6)


def test_midnight_parts_the_days(path):
    made = Coverage(path, ZONE)
    midnight = NOON + 11 * 3600
    made.begin("c", midnight - 1)
    made.look("c", midnight + 0.5)
    made.close()
    assert [(d.day, d.analysed_s) for d in read(path)] == [(date(2026, 3, 1), 1.0), (date(2026, 3, 2), 0.5)]


@pytest.mark.parametrize("step", [-3600.0, 86_400.0 * 20_000], ids=["back", "from 1970 to now"])
def test_a_clock_that_is_set_makes_no_hours(path, step):
    made = Coverage(path, ZONE)
    made.begin("c", NOON)
    for i in range(1, 11):
        made.look("c", NOON + i)
    for i in range(1, 11):
        made.look("c", NOON + 10 + step + i)
    made.close()
    days = read(path)
    assert sum(d.analysed_s for d in days) == pytest.approx(19)
    assert sum(d.lost_s for d in days) == 0


def test_it_adds_to_what_is_there(path):
    for start in (0, 100):
        made = Coverage(path, ZONE)
        made.begin("c", NOON + start)
        made.look("c", NOON + start + 1)
        made.look("c", NOON + start + 1)
        made.close()
    day(path, analysed=2)


def test_the_command(path):
    made = Coverage(path, ZONE)
    made.begin("c", NOON)
    made.look("c", NOON + 1.8)
    made.close()
    told = CliRunner().invoke(app, ["coverage", str(path.parent)])
    assert "2026-03-01" in told.output
    assert '"analysed_s": 1.8' in CliRunner().invoke(app, ["coverage", str(path.parent), "--json"]).output
    assert isinstance(CliRunner().invoke(app, ["coverage", str(path)]).exception, InputError)
