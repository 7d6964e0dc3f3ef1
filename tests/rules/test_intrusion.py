"""Intrusion: presence during forbidden hours."""

import pytest

from tests.scenarios import INSIDE, OUTSIDE, T0, city, csv, instants, judge, opened, record, stand

MIDNIGHT = T0 + 3 * 3600
"""2026-03-02 00:00 in Hà Tĩnh."""


@pytest.mark.parametrize(
    ("span", "begin", "starts"),
    [
        pytest.param((0, 1.9), MIDNIGHT, [], id="1.8 s is silent"),
        pytest.param((0, 2.2), MIDNIGHT, [0.0], id="2.1 s speaks"),
        pytest.param((0, 30), T0, [], id="not at 21:00"),
        pytest.param((0, 100), T0 + 3570, [30.0], id="already there when the hours begin"),
        pytest.param((0, 30), MIDNIGHT - 5, [0.0], id="across midnight"),
    ],
)
def test_forbidden_hours(tmp_path, span, begin, starts):
    rules = {"closed": {"kind": "intrusion", "active_hours": "22:00-05:00"}}
    text = csv([stand(INSIDE, span, away=OUTSIDE)], instants(60, 10), begin)
    found = opened(judge(record(tmp_path, text), city(rules)))
    assert [e.started_at - begin for e in found] == pytest.approx(starts, abs=0.11)


def test_the_end_of_the_hours_closes(tmp_path):
    rules = {"closed": {"kind": "intrusion", "active_hours": "20:00-21:01"}}
    events = judge(record(tmp_path, csv([stand(INSIDE, (0, 100))], instants(100, 10))), city(rules))
    assert [e.phase for e in events] == ["opened", "closed"]
    assert events[-1].ended_at - T0 == pytest.approx(60, abs=0.11)
