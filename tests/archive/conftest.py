"""A small month of recordings, and the command that is asked about it."""

import json
import shutil

import pytest
import yaml
from typer.testing import CliRunner

from pipeline.cli import app
from tests.live.rig import city, walk

PART_S = 10
"""Length of a file."""


def stays(t):
    """Comes at 4 s, stands from 5 s on for 17 s, over the ends of two files, and goes."""
    return None if t < 4 or t > 23 else int(100 * (t - 4)) if t < 5 else 100 if t < 22 else int(100 + 100 * (t - 22))


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    """Three files of one camera that follow one another, one of another camera, and what else lies in such folders."""
    folder = tmp_path_factory.mktemp("month")
    for number in range(3):
        begun = number * PART_S
        path = folder / f"gate_20260301_1400{begun:02}.mp4"
        walk(path, PART_S, where=lambda t, begun=begun: stays(begun + t))
    walk(folder / "yard_20260301_140000.mp4", PART_S)
    (folder / "gate_20260301_150000.mp4").write_bytes(b"")
    (folder / "gate_20260301_160000.mp4").write_bytes(b"not a video at all" * 100)
    shutil.copy(folder / "gate_20260301_140010.mp4", folder / "gate_copy_20260301_140010.mp4")
    (folder / "notes.txt").write_text("nothing")
    return folder


@pytest.fixture
def asked(tmp_path):
    """Runs `matthan archive`, and gives what it printed as JSON."""
    model = tmp_path / "none.onnx"
    model.write_bytes(b"the detector of the tests needs none")

    def ask(folder, *options, out="run", rules=None, **sections):
        raw = city([{"id": name, "source": None} for name in ("gate", "yard")], **sections)
        raw["rules"] = rules or raw["rules"]
        raw["model"] = {"name": str(model), "runtime": "tests.cluster.detector:White"}
        raw["timezone"] = sections.get("timezone", "Asia/Ho_Chi_Minh")
        path = tmp_path / "city.yaml"
        path.write_text(yaml.safe_dump(raw))
        command = [
            "archive",
            *([str(folder)] if folder else []),
            "--city",
            str(path),
            "--out",
            str(tmp_path / out),
            "--json",
            *options,
        ]
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 0, done.output + str(done.exception)
        return json.loads(done.stdout)

    ask.out = tmp_path / "run"
    return ask
