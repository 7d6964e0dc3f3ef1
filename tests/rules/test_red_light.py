"""Who crosses on red: the signal as a picture shows it, and the rule."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
import supervision as sv

from pipeline import build, config
from pipeline.detectors.with_signals import WithSignals, shows_red
from pipeline.errors import ConfigError
from pipeline.types import Event, Frame, Image
from pipeline.view import RED_SIGNAL

SIZE = (640, 360)
LAMP = ((0.80, 0.10), (0.84, 0.10), (0.84, 0.30), (0.80, 0.30))
COLOURS = {"red": (30, 30, 235), "amber": (20, 170, 240), "green": (110, 230, 40)}
PLACE = {"red": 50, "amber": 72, "green": 94}


def picture(lit: str | None, noise: int = 0, glare: bool = False) -> Image:
    """A grey street with a signal of three lamps, of which one is on; the others are coloured, but dark."""
    image = np.full((360, 640, 3), 120, np.uint8)
    cv2.rectangle(image, (512, 36), (537, 108), (25, 25, 25), -1)
    for name, colour in COLOURS.items():
        dim = tuple(int(part * (1.0 if name == lit else 0.3)) for part in colour)
        cv2.circle(image, (525, PLACE[name]), 8, dim, -1)
        if glare and name == lit:
            cv2.circle(image, (525, PLACE[name]), 5, (250, 250, 255), -1)
    if noise:
        rng = np.random.default_rng(0)
        image = np.clip(image + rng.normal(0, noise, image.shape), 0, 255).astype(np.uint8)
    return image


@pytest.mark.parametrize("lit", [*COLOURS, None])
@pytest.mark.parametrize(("noise", "glare"), [(0, False), (12, False), (8, True)], ids=["clear", "noisy", "glare"])
def test_only_a_red_lamp_is_red(lit: str | None, noise: int, glare: bool) -> None:
    assert shows_red(picture(lit, noise, glare), LAMP) == (lit == "red")


def test_at_night_and_small() -> None:
    for scale in (1.0, 0.5):
        for lit in COLOURS:
            night = (picture(lit).astype(float) * 0.6).astype(np.uint8)
            night = cv2.resize(night, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            assert shows_red(night, LAMP) == (lit == "red"), (lit, scale)


def test_a_zone_outside_the_picture_shows_nothing() -> None:
    assert not shows_red(picture("red"), ((1.0, 0.1), (1.0, 0.1), (1.0, 0.3)))


class Road:
    """A detector of one car that drives down the picture, 40 pixels a frame."""

    names: tuple[str, ...] = ("car",)
    precision = "f32"

    def detect(self, frames: Iterator[Frame | None]) -> Iterator[tuple[Frame, sv.Detections]]:
        for number, frame in enumerate(frame for frame in frames if frame is not None):
            y = 20.0 + 12.0 * number
            yield (
                frame,
                sv.Detections(
                    xyxy=np.array([[280.0, y, 340.0, y + 50]]), confidence=np.array([0.9]), class_id=np.array([0])
                ),
            )

    def close(self) -> None:
        pass


def city(**line: object) -> config.City:
    raw = {
        "city": "t", "wards": {"w": {}}, "rules": {"red": {"kind": "red_light", **line.pop("rule", {})}},
        "cameras": [{"id": "c", "ward": "w", "zones": {"lamp": {"polygon": LAMP}},
                     "lines": {"stop": {"points": [[0.1, 0.6], [0.9, 0.6]], "rules": ["red"], "signal": "lamp",
                                        **line}}}],
    }  # fmt: skip
    return config.check(raw)


def run(shown: list[str | None], **rule: object) -> list[Event]:
    """One frame a fifth of a second, with what the signal shows in each."""
    settings = city(rule=rule)
    detector = WithSignals(Road(), settings.model.signals)
    frames = (
        Frame("c", 0, 100.0 + n / 5, SIZE, lambda width, height, lit=lit: cv2.resize(picture(lit), (width, height)))
        for n, lit in enumerate(shown)
    )
    lane = build.lane(settings, settings.cameras[0], detector.names, SIZE)
    events = [event for frame, found in detector.detect(frames) for event in lane.step(frame.time, found)[1]]
    return [*events, *lane.close("end_of_input")]


def test_over_the_line_on_red() -> None:
    (event,) = run(["red"] * 25)
    assert (event.kind, event.phase, event.zone) == ("red_light", "closed", "stop")
    assert float(event.measures["red_s"]) == pytest.approx(event.started_at - 100, abs=0.5)
    assert event.tracks[0].class_name == "car"
    assert "đèn đã đỏ" in event.summary["vi"]


@pytest.mark.parametrize(
    "shown",
    [["green"] * 25, ["amber"] * 25, [None] * 25, ["green"] * 12 + ["red"] * 13, ["red"] * 7 + ["green"] * 18],
    ids=["green", "amber", "dark", "red just now", "green again"],
)
def test_what_is_no_running_of_a_red_light(shown: list[str | None]) -> None:
    assert run(shown, grace_s=0.9) == []


def test_a_lamp_that_flickers_is_red_all_the_time() -> None:
    (event,) = run(["red", "red", None] * 8)
    assert float(event.measures["red_s"]) > 1


def test_the_other_way_is_left_out_where_that_is_wanted() -> None:
    assert len(run(["red"] * 25, direction="forward")) + len(run(["red"] * 25, direction="backward")) == 1


def test_a_line_without_a_signal_is_refused() -> None:
    with pytest.raises(ConfigError, match="needs the line's signal: the name of the zone"):
        city(signal=None)
    with pytest.raises(ConfigError, match="got 'lantern'; zones are lamp"):
        city(signal="lantern")


def test_a_signal_that_is_nowhere_is_refused_whatever_rules_the_line_has() -> None:
    for named in ("lantern", ["lamp"]):
        with pytest.raises(ConfigError, match=r"stop\.signal: no zone .*; there are lamp"):
            city(signal=named, rules=[])


def test_signals_change_what_stored_detections_are_of_and_nothing_else_does() -> None:
    settings = city()
    assert settings.model.signals == {"c": {"lamp": LAMP}}
    assert "signals" in settings.model.model_dump()
    assert "signals" not in config.check({"city": "t", "wards": {"w": {}}, "cameras": []} | {
        "cameras": [{"id": "c", "ward": "w"}]}).model.model_dump()  # fmt: skip


def test_the_class_has_a_name_of_its_own() -> None:
    assert RED_SIGNAL in WithSignals(Road(), {}).names
