"""Still things that came or went, on streets made by the test: noise, light, shadows, walkers, a shaken pole."""

from dataclasses import dataclass, replace
from itertools import takewhile

import cv2
import numpy as np
import pytest
import supervision as sv

from pipeline import build
from pipeline.config import check
from pipeline.detectors.background import Backgrounds
from pipeline.detectors.settings import DetectorSettings
from pipeline.detectors.static_change import StaticChange, StaticChangeSettings
from pipeline.detectors.with_static_change import OBJECT, VANISHED, WithStaticChange
from pipeline.errors import ConfigError
from pipeline.geometry import box_iou
from pipeline.streams.decode import VideoFile
from pipeline.streams.file import FileStream
from pipeline.types import Frame, empty

SIZE = (640, 480)
"""Of the source; the pictures handed over are half as large, the size that is compared."""
SETTINGS = StaticChangeSettings(stood_s=20)
BAG = (200, 160, 236, 200)
T0 = 1_700_000_000.0


def texture(width, height, level, amplitude, seed):
    """Smooth random texture, as a street or a full bag has it."""
    rough = np.random.default_rng(seed).normal(0, 1, (height, width)).astype(np.float32)
    smooth = cv2.GaussianBlur(rough, (0, 0), 1.5)
    return level + smooth * (amplitude / smooth.std())


GROUND = texture(320, 240, 120, 8, 1) + np.linspace(-20, 20, 240, dtype=np.float32)[:, None]
LOOK = texture(36, 40, 45, 6, 2)


def with_bag(image, box=BAG, look=LOOK):
    """A bag, rounded at the corners so that it does not fill its box."""
    x1, y1, x2, y2 = box
    shape = np.zeros((y2 - y1, x2 - x1), np.uint8)
    cv2.ellipse(shape, ((x2 - x1) // 2, (y2 - y1) // 2), ((x2 - x1) // 2, (y2 - y1) // 2), 0, 0, 360, 1, -1)
    out = image.copy()
    out[y1:y2, x1:x2][shape > 0] = cv2.resize(look, (x2 - x1, y2 - y1))[shape > 0]
    return out


def with_person(image, x):
    """A dark walker of 24 × 80 pixels, whose feet stand in row 220."""
    out = image.copy()
    left, right = max(0, int(x) - 12), min(320, int(x) + 12)
    if left < right:
        out[140:220, left:right] = texture(24, 80, 60, 15, 3)[:, : right - left]
    return out


@dataclass
class Seen:
    """What was reported at one instant, in pixels of the pictures handed over."""

    time: float
    boxes: np.ndarray
    confidence: np.ndarray
    vanished: np.ndarray


def watch(scene, seconds, fps=5.0, known=lambda t: (), noise=2.5, settings=SETTINGS, times=None, size=SIZE):
    """Show `scene(t)` (240, 320) for so long; `known(t)` are boxes of known things, in its pixels."""
    grains = np.random.default_rng(9).normal(0, noise, (16, 240, 320)).astype(np.float32)
    detector = StaticChange(settings, size)
    seen = []
    for i, t in enumerate(np.arange(0, seconds, 1 / fps).round(3) if times is None else times):
        image = np.clip(scene(t) + grains[i * 7 % 16], 0, 255).astype(np.uint8)
        boxes = np.array(known(t), float).reshape(-1, 4) * 2
        found, confidence, vanished = detector.update(T0 + t, image, boxes)
        seen.append(Seen(float(t), found / 2, confidence, vanished))
    return seen


def news(seen):
    return [s for s in seen if (~s.vanished).any()]


def gones(seen):
    return [s for s in seen if s.vanished.any()]


def iou(seen, box=BAG):
    return float(box_iou(seen.boxes, np.array([box], float)).max())


def bag_from(start, end=1e9, ground=lambda t: GROUND):
    return lambda t: with_bag(ground(t)) if start <= t < end else ground(t)


@pytest.mark.parametrize("fps", [2, 5, 10, 25])
def test_a_bag_put_down_is_seen_at_any_rate(fps):
    seen = watch(bag_from(10, 30), 40, fps)
    found = news(seen)
    assert 15 <= found[0].time <= 16
    assert all(len(s.boxes) == 1 and iou(s) >= 0.6 for s in found)
    assert all((s.boxes == found[0].boxes).all() and s.confidence[0] >= 0.5 for s in found)
    assert [s.time for s in found] == [s.time for s in seen if found[0].time <= s.time <= found[-1].time]
    assert 30 <= found[-1].time < 31.5
    assert not gones(seen)


def test_rates_agree():
    starts = [news(watch(bag_from(10), 20, fps))[0] for fps in (2, 5, 10, 25)]
    assert max(s.time for s in starts) - min(s.time for s in starts) <= 0.5
    assert all(iou(s, starts[0].boxes[0]) >= 0.8 for s in starts)


def test_irregular_times():
    steps = np.random.default_rng(4).choice([0.04, 0.2, 0.5, 1.1], 200)
    seen = watch(bag_from(20, 60), 0, times=np.cumsum(steps).round(3))
    assert 25 <= news(seen)[0].time <= 26.5
    assert iou(news(seen)[0]) >= 0.6
    assert news(seen)[-1].time < 63


def test_a_pause_of_the_stream_proves_no_stillness():
    """One picture after a gap may show anybody; the bag needs pictures of its own."""
    times = [*np.arange(0, 10, 0.2), *np.arange(60, 70, 0.2)]
    seen = watch(bag_from(50), 0, times=np.round(times, 3))
    assert 64.8 <= news(seen)[0].time <= 66


def test_one_picture_after_a_pause_does_not_settle_what_moved_before_it():
    times = [*np.arange(0, 10.1, 0.2), *np.arange(40, 50, 0.2)]
    seen = watch(bag_from(9.3), 0, times=np.round(times, 3))
    assert 41 <= news(seen)[0].time <= 43


def test_same_input_same_output():
    a, b = (watch(bag_from(8, 16), 20) for _ in range(2))
    assert all((s.boxes == t.boxes).all() and (s.confidence == t.confidence).all() for s, t in zip(a, b, strict=True))


@pytest.mark.parametrize(
    ("left_at", "reported"), [(40, True), (12, False)], ids=["stood there for long", "stood there for 12 s only"]
)
def test_a_thing_of_the_beginning_that_goes_is_reported_as_vanished(left_at, reported):
    seen = watch(bag_from(0, left_at), left_at + 20)
    assert not news(seen)
    assert bool(gones(seen)) == reported
    if reported:
        assert left_at + 5 <= gones(seen)[0].time <= left_at + 6
        assert iou(gones(seen)[0]) >= 0.6


def test_put_back_is_no_longer_vanished():
    seen = watch(lambda t: GROUND if 40 <= t < 60 else with_bag(GROUND), 70)
    assert 59 < gones(seen)[-1].time < 62
    assert not news(seen)


def test_a_thing_becomes_scene_after_remember_s_and_may_then_vanish():
    settings = SETTINGS.model_copy(update={"remember_s": 40.0})
    seen = watch(bag_from(10, 90), 110, settings=settings)
    assert 54 <= news(seen)[-1].time <= 56
    assert 95 <= gones(seen)[0].time <= 96


def test_the_slow_background_does_not_absorb_a_thing_before():
    settings = StaticChangeSettings(slow_s=20, remember_s=300)
    seen = watch(bag_from(10), 290, fps=2, settings=settings)
    assert all((~s.vanished).sum() == 1 for s in seen if s.time > 16)


def test_what_was_hidden_for_long_is_found_again():
    """Only because the slow background did not take the thing for the scene meanwhile."""

    def scene(t):
        image = with_bag(GROUND) if t >= 10 else GROUND
        return with_person(with_person(image, 208), 228) if 60 <= t < 80 else image

    settings = StaticChangeSettings(slow_s=10)
    seen = watch(scene, 100, settings=settings, known=lambda t: [(194, 130, 244, 225)] if 60 <= t < 80 else [])
    assert not any(len(s.boxes) for s in seen if 71 <= s.time < 84)
    assert all(len(s.boxes) == 1 and iou(s) >= 0.6 for s in seen if s.time > 87)


def test_someone_in_front_does_not_end_a_thing():
    def scene(t):
        image = with_bag(GROUND) if t >= 10 else GROUND
        return with_person(image, 215) if 25 <= t < 29 else image

    seen = watch(scene, 45)
    assert all(len(s.boxes) == 1 and iou(s) >= 0.6 for s in seen if s.time > 16)


def test_the_second_bag_is_another_thing():
    second = (130, 160, 160, 195)

    def scene(t):
        image = with_bag(GROUND) if t >= 10 else GROUND
        return with_bag(image, second) if t >= 20 else image

    seen = watch(scene, 35)
    assert len(seen[-1].boxes) == 2
    assert iou(seen[-1], second) >= 0.6
    assert iou(seen[-1]) >= 0.6


def test_a_shift_of_a_pixel_is_no_change():
    stripes = np.where(np.arange(320) // 8 % 2, 200, 60).astype(np.float32) * np.ones((240, 1), np.float32)
    backgrounds, nowhere = Backgrounds(stripes, SETTINGS), np.zeros((240, 320), bool)
    for i, shift in enumerate([0] * 20 + [1] * 20 + [4] * 20):
        backgrounds.watch(0.2, 0.2, np.roll(stripes, shift, 1), nowhere)
        changed = backgrounds.changed(backgrounds.slow)
        backgrounds.follow(i * 0.2, 0.2, changed)
        assert changed[:, 8:-8].any() == (shift > 1 and i > 40), "the fast background leaves after `grace_s`"


def shaded(t):
    """A shadow over the bag's place, moving until 20 s and then staying."""
    x = 40 + 6 * min(t, 20)
    out = GROUND.copy()
    out[100:200, int(x) : int(x) + 90] *= 0.55
    return out


def headlight(t):
    glow = np.zeros((240, 320), np.float32)
    cv2.circle(glow, (int(30 * (t % 12)), 150), 40, 90.0, -1)
    return GROUND + cv2.GaussianBlur(glow, (0, 0), 12)


def lamp(t):
    """A lamp is switched on over a part of the street and stays on."""
    glow = np.zeros((240, 320), np.float32)
    cv2.circle(glow, (160, 120), 60, 0.9, -1)
    return GROUND * (1 + cv2.GaussianBlur(glow, (0, 0), 10)) if t >= 15 else GROUND


def walkers(t):
    return with_person(with_person(GROUND, 40 * (t % 10) - 20), 340 - 25 * (t % 16))


HEDGE = np.random.default_rng(6).normal(0, 1, (60, 60)).astype(np.float32)
HEDGE = 90 + 30 * cv2.GaussianBlur(HEDGE, (0, 0), 1.0) / cv2.GaussianBlur(HEDGE, (0, 0), 1.0).std()


def leaning(t):
    """The leaves of a hedge come to rest a pixel farther."""
    out = GROUND.copy()
    out[60:120, 100:160] = np.roll(HEDGE, 1, 1) if t >= 15 else HEDGE
    return out


def swaying(t):
    return np.roll(GROUND, (round(np.sin(7 * t)), round(np.cos(5 * t))), (0, 1))


NOTHING = {
    "an empty street": lambda t: GROUND,
    "people walk through": walkers,
    "someone stops for 4 s": lambda t: with_person(GROUND, 40 * min(t, 4) + 40 * max(0, t - 8)),
    "30 % more light at once": lambda t: GROUND * (1.3 if t >= 15 else 1.0),
    "30 % less light at once": lambda t: GROUND * (0.7 if t >= 15 else 1.0),
    "brighter by an offset": lambda t: GROUND + (40 if t >= 15 else 0),
    "sunrise": lambda t: GROUND * (0.5 + t / 80),
    "light from one side": lambda t: GROUND * np.linspace(1, 1 + min(t, 40) / 50, 320, dtype=np.float32),
    "a shadow moves, then stays": shaded,
    "a lamp is switched on": lamp,
    "headlights sweep": headlight,
    "a hedge leans by a pixel": leaning,
    "the camera sways by a pixel": swaying,
    "the camera is knocked by two pixels": lambda t: np.roll(GROUND, (2, -1), (0, 1)) if t >= 15 else GROUND,
    "the camera is turned": lambda t: np.roll(GROUND, (60, 90), (0, 1)) if t >= 15 else GROUND,
}


@pytest.mark.parametrize("scene", NOTHING.values(), ids=NOTHING)
@pytest.mark.parametrize("fps", [2, 5])
def test_nothing_came_and_nothing_went(scene, fps):
    seen = watch(scene, 80, fps)
    assert [(s.time, s.boxes.tolist()) for s in seen if len(s.boxes)] == []


@pytest.mark.parametrize(
    "name", ["30 % more light at once", "sunrise", "the camera sways by a pixel", "people walk through"]
)
def test_a_bag_is_seen_all_the_same(name):
    """What hides false alarms must not hide the true one; the light changes while the bag stands, and goes on to."""
    seen = watch(bag_from(10, 50, NOTHING[name]), 60)
    found = [s for s in seen if len(s.boxes) and iou(s) >= 0.6]
    assert found
    assert found[0].time < 25
    assert sum(20 <= s.time < 50 for s in found) > 0.7 * 30 * 5
    assert all((box_iou(s.boxes, np.array([BAG], float)) > 0.3).all() for s in seen if len(s.boxes))
    assert found[-1].time < 62


def person_at(x):
    return [(x - 14, 138, x + 14, 222)]


def test_someone_known_who_stands_for_30_s_is_no_thing_nor_leaves_one():
    seen = watch(
        lambda t: with_person(GROUND, 160) if 10 <= t < 40 else GROUND,
        60,
        known=lambda t: person_at(160) if 10 <= t < 40 else [],
    )
    assert not any(len(s.boxes) for s in seen)


def test_someone_known_from_the_start_leaves_no_ghost():
    seen = watch(
        lambda t: with_person(GROUND, 160) if t < 40 else GROUND,
        60,
        known=lambda t: person_at(160) if t < 40 else [],
    )
    assert not any(len(s.boxes) for s in seen)


def test_someone_the_model_misses_now_and_then():
    seen = watch(
        lambda t: with_person(GROUND, 160) if 10 <= t < 60 else GROUND,
        80,
        known=lambda t: person_at(160) if 10 <= t < 60 and t % 5 < 2 else [],
    )
    assert not any(len(s.boxes) for s in seen)


def test_a_bag_left_by_someone_known_is_judged_when_he_has_gone():
    def scene(t):
        image = with_bag(GROUND) if t >= 20 else GROUND
        return with_person(image, 195) if 10 <= t < 30 else image

    seen = watch(scene, 60, known=lambda t: [(170, 130, 240, 225)] if 10 <= t < 30 else [])
    assert 35 <= news(seen)[0].time <= 36
    assert iou(news(seen)[0]) >= 0.6


def test_what_the_model_calls_a_suitcase_is_not_reported_twice():
    seen = watch(bag_from(10), 40, known=lambda t: [BAG] if t >= 25 else [])
    assert news(seen)[-1].time < 25


@pytest.mark.parametrize(
    ("box", "reported"),
    [
        ((200, 160, 203, 163), False),
        ((20, 20, 220, 220), False),
        ((20, 200, 200, 206), False),
        ((20, 20, 90, 90), True),
    ],
    ids=["too small", "too large", "too long", "right"],
)
def test_sizes(box, reported):
    look = texture(box[2] - box[0], box[3] - box[1], 40, 6, 5)
    seen = watch(lambda t: with_bag(GROUND, box, look) if t >= 10 else GROUND, 25)
    assert bool(news(seen)) == reported


def test_boxes_are_pixels_of_the_source_and_colour_is_allowed():
    detector = StaticChange(SETTINGS, (1280, 960))
    for i in range(100):
        grey = np.clip(bag_from(10)(i / 5), 0, 255).astype(np.uint8)
        picture = cv2.resize(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), SIZE)
        boxes, _, vanished = detector.update(T0 + i / 5, picture)
    assert box_iou(boxes / 4, np.array([BAG], float)).max() >= 0.6
    assert not vanished.any()


def test_time_that_goes_back_or_far_ahead_starts_anew():
    times = [*np.arange(0, 20, 0.2), *np.arange(5, 30, 0.2), *np.arange(5000, 5020, 0.2)]
    seen = watch(bag_from(18), 0, times=np.round(times, 3))
    assert 23 <= news(seen)[0].time <= 24
    assert not any(len(s.boxes) for s in seen[-100:])


class Scripted:
    """A detector that knows beforehand what is in each frame."""

    names = ("person", "handbag", "bench")
    precision = "none"

    def __init__(self, script=lambda time: []):
        self.script = script
        self.closed = 0

    def detect(self, frames):
        for frame in frames:
            rows = self.script(frame.time - T0)
            yield (
                frame,
                empty()
                if not rows
                else sv.Detections(
                    xyxy=np.array([row[0] for row in rows], float),
                    confidence=np.array([row[1] for row in rows]),
                    class_id=np.array([row[2] for row in rows]),
                ),
            )

    def close(self):
        self.closed += 1


def frames(scene, seconds, camera="a", epoch=0, converted=None):
    for t in np.arange(0, seconds, 0.2).round(3):

        def pixels(width, height, t=t):
            if converted is not None:
                converted.append((t, width, height))
            grey = np.clip(scene(t), 0, 255).astype(np.uint8)
            return cv2.resize(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), (width, height))

        yield Frame(camera, epoch, T0 + float(t), SIZE, pixels)


def objects(found, detector):
    return [(f, d[d.class_id == detector.names.index(OBJECT)]) for f, d in found if OBJECT in detector.names]


def test_wrapped_around_a_detector():
    person = ((10.0, 20, 60, 200), 0.9, 0)
    inner = Scripted(lambda t: [person])
    detector = WithStaticChange(inner, SETTINGS)
    assert detector.names == ("person", "handbag", "bench", OBJECT, VANISHED)
    assert detector.precision == "none"
    given = list(frames(bag_from(10), 20))
    found = list(detector.detect(given))
    assert [f.time for f, _ in found] == [f.time for f in given]
    assert all((d.class_id == 0).sum() == 1 for _, d in found)
    boxes = [d.xyxy[0] for _, d in objects(found, detector) if len(d)]
    assert box_iou(np.array(boxes) / 2, np.array([BAG], float)).min() >= 0.6
    detector.close()
    detector.close()
    assert inner.closed == 2


@pytest.mark.parametrize(
    ("row", "shown"),
    [((0.9, 0), False), ((0.1, 0), True), ((0.9, 1), False), ((0.3, 1), True), ((0.9, 2), True)],
    ids=["a person", "hardly a person", "a handbag", "hardly a handbag", "a bench hides nothing"],
)
def test_which_known_things_count(row, shown):
    detector = WithStaticChange(Scripted(lambda t: [(tuple(2 * v for v in BAG), *row)]), SETTINGS)
    found = list(detector.detect(frames(bag_from(10), 20)))
    assert any(len(d) for _, d in objects(found, detector)) == shown


def test_cameras_and_epochs_do_not_mix():
    detector = WithStaticChange(Scripted(), SETTINGS)
    a, b = frames(bag_from(10), 24, "a"), frames(bag_from(4), 24, "b")
    mixed = [frame for pair in zip(a, b, strict=True) for frame in pair]
    mixed = [replace(f, epoch=1) if f.camera == "b" and f.time >= T0 + 12 else f for f in mixed]
    alone = list(detector.detect(frames(bag_from(10), 24, "c")))
    together = list(detector.detect(mixed))
    ours = [d.xyxy.tolist() for f, d in together if f.camera == "a"]
    assert ours == [d.xyxy.tolist() for _, d in alone]
    times = [f.time - T0 for f, d in objects(together, detector) if f.camera == "b" and len(d)]
    assert times[0] < 10
    assert times[-1] < 12.1


def test_pictures_are_converted_only_when_due_and_once():
    class Looks(Scripted):
        def detect(self, given):
            for frame in given:
                frame.pixels(640, 480)
                yield frame, empty()

    converted = []
    list(WithStaticChange(Looks(), SETTINGS).detect(frames(bag_from(10), 4, converted=converted)))
    assert len(converted) == 20
    converted.clear()
    slow = SETTINGS.model_copy(update={"period_s": 1.0})
    list(WithStaticChange(Scripted(), slow).detect(frames(bag_from(10), 4, converted=converted)))
    assert len(converted) == 4


def test_settings_of_the_city_file():
    def model(value):
        raw = {
            "city": "x",
            "wards": {"w": {}},
            "cameras": [{"id": "c", "ward": "w"}],
            "model": {"static_change": value},
        }
        return check(raw).model

    assert model(False).static_change is None
    assert DetectorSettings().static_change is None
    assert model(True).static_change == StaticChangeSettings()
    assert model({"settle_s": 8}).static_change == StaticChangeSettings(settle_s=8)
    again = DetectorSettings.model_validate(model({"settle_s": 8}).model_dump())
    assert again.static_change == StaticChangeSettings(settle_s=8)
    with pytest.raises(ConfigError, match=r"model\.static_change\.settle: unknown setting"):
        model({"settle": 8})
    with pytest.raises(ConfigError, match=r"model\.static_change"):
        model("yes please")


def test_built_by_name(tmp_path):
    (tmp_path / "x.det.csv").write_text("time,x1,y1,x2,y2,confidence,class\n500.0,1,1,9,9,0.5,person\n")
    settings = DetectorSettings(name=str(tmp_path / "x.det.csv"), runtime="recorded", static_change=True)
    detector, _ = build.detector(settings)
    assert detector.names == ("person", OBJECT, VANISHED)
    (tmp_path / "x.det.csv").write_text("time,x1,y1,x2,y2,confidence,class\n500.0,1,1,9,9,0.5,object\n")
    assert build.detector(settings)[0].names == (OBJECT,), "a recording that has them tells them itself"


@pytest.mark.needs_data
def test_a_bag_in_a_room_with_people(data, monkeypatch):
    """Pasted into real footage for 60 s; people come and stand in the room, and the exposure follows them."""
    monkeypatch.setenv("MATTHAN_MODELS", str(data / "weights"))
    bag, look = (300, 350, 356, 394), texture(56, 44, 45, 6, 2)

    def staged(frame):
        def pixels(width, height):
            picture = frame.pixels(width, height)
            if not 20 <= frame.time - T0 < 80:
                return picture
            box = tuple(round(v * width / frame.size[0]) for v in bag)
            return with_bag(picture, box, np.repeat(look[:, :, None], 3, axis=2).astype(np.uint8))

        return replace(frame, pixels=pixels)

    detector, _ = build.detector(DetectorSettings(threads=1, static_change=True))
    video = VideoFile(data / "clips" / "room-one-by-one.mp4")
    given = takewhile(lambda frame: frame.time < T0 + 90, FileStream(video, "room", T0, 2.0))
    reports = {}
    for frame, found in detector.detect(map(staged, given)):
        assert detector.names.index(VANISHED) not in found.class_id
        for box in found.xyxy[found.class_id == detector.names.index(OBJECT)].round().astype(int).tolist():
            reports.setdefault(tuple(box), []).append(frame.time - T0)
    detector.close()
    video.close()
    (box,) = reports
    assert box_iou(np.array([box], float), np.array([bag], float))[0, 0] >= 0.6
    assert 25 <= reports[box][0] <= 40, "people stand before it at first"
    assert 79 <= reports[box][-1] <= 82
