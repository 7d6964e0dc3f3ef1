"""The gate: what calls the detector, and what does not."""

import cv2
import numpy as np
import pytest

from pipeline.gate import Gate, GateSettings
from tests.live.rig import street

SIZE = (640, 360)
GROUND = street(SIZE)[:, :, 0]


def picture(x=None, y=150, width=24, height=60, level=250, noise=2.0, seed=0):
    """The street, with sensor noise, and with somebody in it where `x` is given."""
    image = GROUND.astype(float)
    if x is not None:
        image[y : y + height, x : x + width] = level
    image += np.random.default_rng(seed).normal(0, noise, image.shape)
    return np.clip(image, 0, 255).astype(np.uint8)


def run(pictures, fps=5.0, answers=None, **settings):
    """What the gate says of each picture; `answers(i)` are boxes and whether people are watched."""
    gate, said = Gate(GateSettings(**settings), SIZE), []
    for i, image in enumerate(pictures):
        why = gate.judge(i / fps, image, i)
        said.append(why)
        if why != "same":
            boxes, watched = answers(i) if answers else ((), False)
            gate.answer(i, np.array(boxes, float).reshape(-1, 4), watched)
    return said


def test_a_calm_picture_with_noise_calls_rarely():
    said = run(picture(seed=i) for i in range(150))
    assert said[0] == "first"
    assert "motion" not in said
    assert said.count("refresh") <= 10


@pytest.mark.parametrize("height", [12, 24, 60, 120])
def test_whoever_walks_calls_with_every_step(height):
    said = run(picture(20 + 6 * i, height=height, width=max(8, height // 3), seed=i) for i in range(50))
    assert said[1:].count("motion") >= 48


def test_whoever_creeps_is_not_overlooked():
    """A pixel a second, in a picture 640 wide: the changes add up."""
    said = run((picture(100 + i // 5, seed=i) for i in range(300)), idle_s=1000)
    assert said.count("motion") >= 5


def test_whoever_stands_still_is_looked_at_again():
    said = run((picture(200, seed=i) for i in range(150)), answers=lambda i: ([(200, 150, 224, 210)], True))
    refreshed = [i for i, why in enumerate(said) if why != "same"]
    assert max(np.diff(refreshed)) <= 10


@pytest.mark.parametrize("gain", [0.5, 0.8, 1.25])
def test_a_sudden_change_of_light_is_no_motion(gain):
    pictures = [np.clip(picture(seed=i) * (gain if i >= 25 else 1.0), 0, 255).astype(np.uint8) for i in range(50)]
    assert "motion" not in run(pictures)


def test_dusk_is_no_motion():
    pictures = [(picture(seed=i % 50) * (1 - 0.7 * i / 600)).astype(np.uint8) for i in range(600)]
    said = run(pictures)
    assert said.count("motion") == 0


def test_what_stirs_without_being_anything_is_learnt():
    """A burnt-in clock: its digits change every second, and the detector never finds anything there."""

    def clock(i):
        image = picture(seed=i)
        cv2.putText(image, f"12:00:{i // 5 % 60:02d}", (10, 30), cv2.FONT_HERSHEY_SIMPLEX, 1, 255, 2)
        return image

    said = run((clock(i) for i in range(600)), linger_s=0)
    assert said[:100].count("motion") > 5
    assert said[300:].count("motion") <= 10, "60 without learning"


def test_and_forgotten_when_something_is_found_there():
    def stirring(i):
        return picture(200 if i % 2 else None, seed=i)

    said = run((stirring(i) for i in range(100)), answers=lambda i: ([(195, 145, 230, 215)], False))
    assert said[1:].count("motion") >= 98


def test_masked_places_do_not_call():
    masks = [[(0.25, 0.3), (0.5, 0.3), (0.5, 0.8), (0.25, 0.8)]]
    moving = [picture(200 + 6 * i % 60, seed=i) for i in range(50)]
    assert "motion" not in run(moving, masks=masks)
    assert run(moving).count("motion") > 20


def test_switched_off_it_lets_everything_through():
    assert "same" not in run((picture(seed=i) for i in range(20)), enabled=False)


@pytest.mark.parametrize("fps", [2.0, 5.0, 10.0, 25.0])
def test_after_long_calm_whoever_comes_is_seen_within_the_doze(fps):
    """Nobody for a minute; then somebody runs through the picture in a second."""
    begun = round(60 * fps)
    came = [picture(20 + round(560 * i / fps), seed=i) for i in range(round(fps))]
    said = run([*(picture(seed=i) for i in range(begun)), *came], fps=fps, idle_s=1000)
    first = next(i for i, why in enumerate(said[begun:]) if why == "motion")
    assert first / fps <= 0.3
    assert said[begun + first :].count("motion") == len(came) - first, "awake, it misses none"


def test_while_it_dozes_it_compares_no_picture_sooner_than_it_must():
    class Counted(np.ndarray):
        shapes = 0

        @property
        def shape(self):
            Counted.shapes += 1
            return super().shape

    gate = Gate(GateSettings(idle_s=1000), SIZE)
    looked = []
    for i in range(150):
        before = Counted.shapes
        gate.judge(i / 5, picture(seed=i).view(Counted), i)
        looked.append(Counted.shapes > before)
    assert all(looked[:50])
    assert sum(looked[52:]) == 49
