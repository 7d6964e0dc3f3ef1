"""What one camera's place in the ward believes, and what it does not."""

import os
from dataclasses import asdict

import numpy as np
import pytest

from pipeline import build, config
from pipeline.live.post import LiveFrame, Post
from pipeline.mailbox import Mailbox
from pipeline.streams.planes import Layout
from tests.live.rig import city, spots, street

SIZE = (320, 240)


def image():
    shown = street(SIZE)
    shown[80:120, 100:140] = 250
    return shown


def frame(number, epoch=0):
    return LiveFrame("one", epoch, 1000.0 + number, SIZE, lambda w, h: image(), number, 0.0)


@pytest.fixture
def post():
    settings = config.check(city([{"id": "one", "source": "rtsp://127.0.0.1/one"}]))
    camera = settings.cameras[0]
    origin = build.origin(settings, camera, build.provenance(settings, "live", "spots", None, ["x"]))
    made = Post(settings, camera, ("person",), origin)
    begin(made, 0)
    yield made
    made.close()


def begin(post, epoch):
    layout = Layout("yuv420p", *SIZE, 5, 1)
    mailbox = Mailbox.create(layout.room)
    said = {"epoch": epoch, "layout": asdict(layout), "room": layout.room}
    post.begin(said, os.dup(mailbox.descriptor))
    mailbox.close()


def test_who_stays_is_an_event(post):
    events = [event for number in range(6) for event in post.step(frame(number), spots(image()))]
    assert [event.kind for event in events] == ["loitering"]


def test_an_answer_to_a_frame_of_an_earlier_epoch_is_no_news(post):
    begin(post, 1)
    assert [post.step(frame(number), spots(image())) for number in range(6)] == [[]] * 6
    assert post.lane is None
    assert post.counts["analysed"] == 0


def test_what_a_camera_shows_that_is_unfit_is_not_believed(post):
    post.problems = ("blocked",)
    assert [post.step(frame(number), spots(image())) for number in range(6)] == [[]] * 6
    assert post.again(1010.0, 0) is None


def test_nothing_changed_since_the_last_answer_and_no_other(post):
    post.step(frame(3), spots(image()))
    assert post.again(1003.5, 2) is None
    assert post.again(1003.0, 3) is None, "that instant was shown already"
    shown, events = post.again(1004.0, 3)
    assert shown.number == 3
    assert events == []
    assert post.again(1006.5, 3)[1][0].kind == "loitering", "who stands still dwells"


def test_times_only_go_on(post):
    post.step(frame(3), spots(image()))
    assert post.step(frame(2), spots(image())) == []
    assert post.counts["analysed"] == 1


def test_after_an_interruption_all_begins_anew(post):
    for number in range(6):
        post.step(frame(number), spots(image()))
    assert [event.phase for event in post.interrupt()] == ["closed"]
    assert post.again(1010.0, 5) is None
    assert post.step(frame(11), spots(image())) == []


def test_some_causes_are_enough(post):
    assert post.blame("refused")
    assert not post.blame("refused")
    for n in range(20):
        post.blame(f"another {n}")
    assert post.why.startswith("refused; another 0")
    assert post.why.count(";") == 5


def test_rates_are_measured_anew_after_an_outage(post):
    def beat(sampled):
        post.heartbeat({"counts": {"pictures": sampled, "sampled": sampled, "sent": 0}})

    beat(0)
    assert post.rates(100.0) is None
    beat(50)
    assert post.rates(110.0)["low_rate"] == (False, {"fps": 5.0, "wanted_fps": 5.0})
    begin(post, 1)
    assert post.rates(130.0) is None, "nothing came for ten seconds, which is told otherwise"
    beat(100)
    assert post.rates(140.0)["low_rate"][0] is False
    beat(110)
    holds, measured = post.rates(150.0)["low_rate"]
    assert holds
    assert np.isclose(measured["fps"], 1.0)
