"""When a recording began: option, file name, container, in that order."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.streams.start import recording_start

CITY = ZoneInfo("Asia/Ho_Chi_Minh")
EVENING = datetime(2026, 3, 1, 14, 3, 22, tzinfo=UTC).timestamp()
"""21:03:22 on the city's clock."""


@pytest.mark.parametrize(
    "name",
    [
        "ch01_20260301210322.mp4",
        "NVR_ch2_main_20260301210322_20260301213000.mp4",
        "2026-03-01_21-03-22.mkv",
        "2026-03-01 21.03.22.mov",
        "2026-03-01T21:03:22.mp4",
        "VID_20260301_210322.mp4",
        "cam/2026-03-01/001/dav/21/21.03.22-21.10.00[M][0@0][0].dav",
        "recordings/2026-03-01/21/gate/03.22.mp4",
        "1772373802.mp4",
    ],
)
def test_names_of_recorders(name):
    start = recording_start(Path(name), CITY)
    assert (start.time, start.source) == (EVENING, "file name")


@pytest.mark.parametrize("name", ["street.mp4", "20261399_999999.mp4", "12345678.mp4", "video-720p-2026.mp4"])
def test_names_that_say_nothing(name):
    assert recording_start(Path(name), CITY).source == "unknown"


def test_order_of_trust():
    said, created = datetime(2026, 1, 1, 7), datetime(2025, 1, 1, tzinfo=UTC)
    named = Path("20260301_210322.mp4")
    assert recording_start(named, CITY, said, created).time == datetime(2026, 1, 1, 0, tzinfo=UTC).timestamp()
    assert recording_start(named, CITY, None, created).source == "file name"
    assert recording_start(Path("x.mp4"), CITY, None, created).time == created.timestamp()
    assert recording_start(Path("x.mp4"), CITY).time == 0.0


def test_configured_pattern():
    pattern = r"(?P<d>\d\d)\.(?P<m>\d\d)\.(?P<Y>\d{4})-(?P<H>\d\d)h(?P<M>\d\d)m(?P<S>\d\d)"
    assert recording_start(Path("01.03.2026-21h03m22.avi"), CITY, patterns=[pattern]).time == EVENING
