"""Pictures in the report: of the gravest conflicts whose evidence is at hand, everybody else blurred."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path

import cv2
import numpy as np
import pytest

from pipeline.streams.decode import VideoWriter
from pipeline.types import Event, Evidence, Image, TrackBox
from pipeline.wire import Origin, Provenance, encode
from tests.blackspots.city import BEGUN
from tests.blackspots.test_command import run

SIZE = (640, 360)
BOX = (320, 120, 400, 240)
PROVENANCE = Provenance(mode="live", run="r", model="m", model_sha256=None, config_sha256="0" * 64, version="0")


def event(at: float, ttc_s: float, evidence: tuple[Evidence, ...]) -> Event:
    return Event(
        kind="conflict", topic="traffic", rule="near", rule_sha256="0" * 64, severity="notice", phase="closed",
        zone="all", started_at=at, time=at + 4, identity=(int(at),), ended_at=at,
        tracks=(TrackBox(1, "motorcycle", BOX, None),),
        measures={"ttc_s": ttc_s}, summary={"vi": "Xe máy suýt va chạm.", "en": f"A near miss, {ttc_s:.1f} s left."},
        evidence=evidence, revision=0,
    )  # fmt: skip


def clip(path: Path, seconds: float = 6.0) -> None:
    """Black and white squares of 8 pixels; the picture of second n is n steps of 30 brighter."""
    rows, columns = np.indices(SIZE[::-1]) // 8
    squares = ((rows + columns) % 2 * 80)[:, :, None].repeat(3, 2)
    path.parent.mkdir(exist_ok=True)
    with VideoWriter(path, SIZE, 10) as writer:
        for n in range(round(seconds * 10)):
            writer.write(n / 10, np.asarray(squares + 30 * (n // 10), np.uint8))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[Image]]:
    """The page, and the pictures in it. Eight cameras; only two conflicts of the second have evidence that is there."""
    folder = tmp_path_factory.mktemp("run")
    begun, bodies = BEGUN.timestamp(), []
    for camera in range(8):
        origin = Origin("c", f"cam-{camera}", ("w",), (18.34 + 0.01 * camera, 105.9), PROVENANCE)
        for n in range(12 if camera == 1 else 6):
            at = begun + 86_400 * n + 100 * camera
            name = f"evidence/{camera}-{n}.mp4"
            shown = (Evidence(name, "0" * 64, at - 3.0, at + 3.0),) if camera == 1 and n < 5 else ()
            if camera == 1 and n in (1, 2, 3):
                clip(folder / name)
            bodies.append(encode(event(at, 1.4 - 0.1 * n, shown), origin).body)
    (folder / "events.jsonl").write_bytes(b"".join(body + b"\n" for body in bodies))
    result = run(folder / "events.jsonl", "--out", folder / "out")
    assert result.exit_code == 0, result.output
    text = (folder / "out" / "report.html").read_text(encoding="utf-8")
    found = [b64decode(data) for data in re.findall(r'src="data:image/jpeg;base64,([^"]+)"', text)]
    return text, [np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), np.uint8) for data in found]


def test_the_gravest_of_the_first_place_are_shown(pictures: tuple[str, list[Image]]) -> None:
    text, found = pictures
    assert len(found) == 2
    shown = re.findall(r"A near miss, ([\d.]+) s left", text)
    assert shown == ["1.1", "1.2"], "of the five with evidence the gravest, 1.0, has lost its file"
    assert "1. cam-1" in text


def test_it_is_the_picture_of_the_moment(pictures: tuple[str, list[Image]]) -> None:
    _, found = pictures
    for image in found:
        assert image.shape[:2] == (270, 480)
        assert float(image.mean()) == pytest.approx(40 + 30 * 3, abs=6)


def test_only_those_involved_are_sharp(pictures: tuple[str, list[Image]]) -> None:
    _, found = pictures
    for image in found:
        assert image[110:160, 250:290].std() > 20
        assert image[:80, :200].std() < 8
