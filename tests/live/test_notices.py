"""Troubles of a camera as events: opened once, closed once, each with its own id."""

import pytest

from pipeline.health import HealthSettings
from pipeline.live.meters import PROBLEMS
from pipeline.live.notices import NOT_TAMPERED, WORDS, Notices
from pipeline.wire import event_id


@pytest.fixture
def notices():
    return Notices(HealthSettings())


def test_it_opens_and_closes(notices):
    (opened,) = notices.set("camera_offline", True, 100.0, 120.0, {"cause": "connection refused"})
    assert (opened.kind, opened.phase, opened.started_at, opened.time) == ("camera_offline", "opened", 100.0, 120.0)
    assert notices.set("camera_offline", True, 100.0, 130.0) == []
    (closed,) = notices.set("camera_offline", False, 150.0, 150.0)
    assert (closed.phase, closed.revision, closed.ended_at) == ("closed", 1, 150.0)
    assert closed.measures == {"cause": "connection refused", "lasted_s": 50.0}
    assert event_id(opened, "c") == event_id(closed, "c")
    assert notices.set("camera_offline", False, 160.0, 160.0) == []


def test_the_next_one_is_another(notices):
    ids = set()
    for start in (100.0, 200.0):
        ids |= {event_id(event, "c") for event in notices.set("dark", True, start, start + 20)}
        notices.set("dark", False, start + 30, start + 30)
    assert len(ids) == 2


def test_two_at_once(notices):
    opened = notices.set("dark", True, 1, 2) + notices.set("camera_offline", True, 1, 2)
    assert [event.kind for event in opened] == ["camera_tampered", "camera_offline"]
    assert opened[0].measures == {"problem": "dark"}
    assert {event.reason for event in notices.close(5.0, "stopped")} == {"stopped"}
    assert notices.open == ()


def test_every_trouble_has_words_in_both_languages():
    assert set(PROBLEMS) | set(NOT_TAMPERED) == set(WORDS)
    assert all(vi and en and vi != en for vi, en in WORDS.values())


def test_a_restart_is_over_when_it_is_told(notices):
    (event,) = notices.restarted("connection refused", 7.5, 100.0)
    assert (event.phase, event.started_at, event.ended_at) == ("closed", 92.5, 100.0)
    assert event.severity == "info"
