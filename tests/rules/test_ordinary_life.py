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
    "a-bag-set-down-where-another-was-carried-off-is-another": (BUSY, 129010, 390.0, 476.0),
    "who-went-out-and-was-seen-there-once-went-out": (BUSY, 129053, 0.0, 64.0),
    "who-turns-where-somebody-lost-would-be-is-that-one": (BUSY, 129011, 570.0, 643.0),
    "nothing-is-told-before-it-shows-who-is-who": (BUSY, 129010, 1130.0, 1172.0),
    "a-cyclist-who-passes-a-bag-has-not-taken-it": (BUSY, 129024, 780.0, 802.0),
    "what-begins-in-the-owners-hand-may-be-his-bag": (BUSY, 129025, 1590.0, 1623.0),
    "who-begins-where-an-owner-may-have-carried-it-may-be-he": (BUSY, 129030, 1465.0, 1508.0),
    "who-shows-again-off-his-way-may-be-an-owner": (BUSY, 129043, 630.0, 666.0),
    "who-begins-where-an-owner-stood-just-now-may-be-he": (BUSY, 129080, 1710.0, 1755.0),
    "who-stops-where-an-owner-was-lost-may-be-he": (BUSY, 129109, 670.0, 715.0),
    "who-only-walked-by-did-not-set-it-down": (BUSY, 129119, 640.0, 685.0),
    "a-rider-whose-bicycle-is-not-seen-keeps-his-distance": (BUSY, 129111, 1085.0, 1120.0),
    "one-long-step-is-no-gain-of-speed": (BUSY, 129105, 1250.0, 1277.0),
    "who-rides-by-unseen-does-not-move-a-walker": (CALM, 129388, 1590.0, 1634.0),
    "a-vehicle-that-was-parked-brought-nothing": (CALM, 129326, 540.0, 822.0),
    "who-has-gone-with-his-own-bag-has-it-in-hand": (CALM, 129297, 340.0, 385.0),
    "who-begins-beside-a-vehicle-just-parked-got-off-it": (CALM, 129466, 1530.0, 1771.0),
    "who-turns-back-at-the-owners-door-may-be-he": (CALM, 129288, 830.0, 1223.0),
    "a-bag-in-the-hand-of-who-stands-is-not-set-down": (BUSY, 140010, 760.0, 809.0),
    "who-walks-out-at-a-side-does-not-stand-there": (BUSY, 151002, 110.0, 186.0),
    "who-is-cut-by-the-other-side-does-not-stand-either": (BUSY, 151032, 405.0, 480.0),
    "who-only-comes-into-the-picture-gains-no-speed": (BUSY, 151009, 260.0, 293.0),
    "who-left-with-his-own-bag-has-it-in-hand": (BUSY, 151014, 665.0, 701.0),
    "who-was-lost-where-a-bag-was-set-down-unseen-may-have-brought-it": (BUSY, 151016, 1040.0, 1092.0),
    "what-shows-in-its-place-again-may-be-it": (CALM, 151076, 595.0, 1227.0),
    "a-dog-that-begins-between-two-looks-is-the-one-lost-there": (CALM, 151077, 1035.0, 1078.0),
    "a-track-that-comes-back-as-a-rider-is-not-who-stood": (BUSY, 140016, 1100.0, 1175.0),
    "where-two-met-and-both-left-their-ways-either-may-be-the-other": (BUSY, 129057, 1520.0, 1596.0),
    "who-stopped-where-he-hid-another-may-be-that-one": (BUSY, 162026, 1350.0, 1422.0),
    "who-takes-the-place-of-another-who-went-is-that-one": (BUSY, 162030, 1665.0, 1739.0),
    "who-came-by-as-it-was-set-down-may-be-seen-later": (BUSY, 162030, 1480.0, 1515.0),
    "a-car-parked-all-day-brought-nothing": (CALM, 129456, 0.0, 631.0),
    "what-begins-in-its-place-as-its-track-leaps-away-is-it": (CALM, 129285, 1150.0, 1346.0),
    "who-brushes-past-another-who-sets-off-may-be-that-one": (BUSY, 173013, 1500.0, 1576.0),
    "nothing-is-told-while-one-like-it-stands-in-its-place": (CALM, 129285, 1150.0, 1332.0),
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
