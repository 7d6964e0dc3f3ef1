"""Half hours of ordinary life in which something once looked like an event, and what it was."""

import pytest

from benchmarks.eventless import settings
from pipeline import build
from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.noise import REALISTIC
from pipeline.simulate.record import START, record
from pipeline.simulate.traffic import BUSY, CALM, eventless

CAMERA = PinholeCamera()
LIVES = {
    "who-walks-beside-an-owner-riding-off-has-not-taken-it": (CALM, 20045, 60.0, 290.0),
    "who-came-along-and-then-hid-the-other-is-company": (CALM, 20016, 1110.0, 1140.0),
    "a-dog-that-showed-between-two-looks-is-not-gone": (CALM, 20038, 660.0, 690.0),
    "who-stands-where-a-bag-shows-may-have-brought-it": (BUSY, 20000, 1760.0, 1790.0),
    "who-comes-in-where-a-rider-went-out-is-another": (BUSY, 20009, 140.0, 230.0),
    "who-comes-in-where-a-walker-went-out-is-another": (BUSY, 20006, 560.0, 640.0),
    "a-walker-does-not-jump-onto-the-motorbike-that-hides-him": (BUSY, 52010, 1690.0, 1720.0),
    "who-stands-where-another-stood-may-be-one-who-came-later": (BUSY, 63032, 1355.0, 1425.0),
    "who-walks-back-from-a-crowd-may-be-anybody-of-it": (BUSY, 63002, 1685.0, 1755.0),
    "an-owner-mixed-up-with-whom-he-met-takes-his-own": (BUSY, 85014, 1270.0, 1320.0),
    "one-bad-look-is-no-run": (BUSY, 96009, 200.0, 245.0),
    "who-is-cut-off-by-what-passes-before-him-does-not-run": (BUSY, 96015, 1265.0, 1296.0),
    "who-was-missed-for-a-moment-still-comes-back-by-his-door": (CALM, 96074, 410.0, 690.0),
    "a-pillion-does-not-get-off-where-somebody-stands-whom-he-hid": (CALM, 96040, 415.0, 460.0),
    "a-dog-that-a-cyclist-hides-on-its-way-is-still-there": (BUSY, 107004, 440.0, 485.0),
    "a-dog-that-trots-behind-a-cyclist-out-of-the-picture-went-out": (BUSY, 63034, 1005.0, 1050.0),
    "a-dog-that-may-have-walked-out-is-not-taken": (CALM, 107065, 1225.0, 1262.0),
    "who-left-a-dog-behind-has-not-taken-it": (BUSY, 85007, 1665.0, 1705.0),
    "what-may-be-too-many-peoples-may-be-anybodys": (BUSY, 74000, 400.0, 592.0),
    "who-rides-out-of-the-picture-did-not-only-walk-by": (BUSY, 52001, 1560.0, 1770.0),
}


@pytest.mark.parametrize(("density", "seed", "begin", "end"), LIVES.values(), ids=list(LIVES))
def test_it_is_no_event(density, seed, begin, end):
    """Judged from some time before: the half hour is drawn as a whole, so that every box is where it was."""
    city = settings(CAMERA)
    street = next(eventless(seed, 0.5, density))
    recording = record(street, CAMERA, 5.0, REALISTIC, seed * 1000)
    lane = build.lane(city, city.cameras[0], recording.names, CAMERA.frame_size)
    found = []
    for time, rows in recording:
        if begin <= time - START <= end:
            found += [event.kind for event in lane.step(time, rows)[1] if event.phase == "opened"]
    assert [kind for kind in found if kind != "line_crossing"] == []
