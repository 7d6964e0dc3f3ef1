"""Recordings looked at all over a Ray cluster, of which a machine is killed."""

import os
import subprocess
import sys
import time

import pytest
import yaml

from tests.archive.conftest import month
from tests.cluster.machines import Machines

__all__ = ["month"]
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def machines():
    made = Machines()
    yield made
    made.close()


def started(folder, files, out, *options):
    model = folder / "none.onnx"
    model.write_bytes(b"the detector of the tests needs none")
    raw = {
        "city": "test-city", "wards": {"w": {}},
        "model": {"name": str(model), "runtime": "tests.cluster.detector:White"},
        "rules": {"stay": {"kind": "loitering", "seconds": 3, "gap_s": 1}}, "gate": {"enabled": False},
        "cameras": [{"id": name, "ward": "w",
                     "zones": {"all": {"polygon": [[0, 0], [1, 0], [1, 1], [0, 1]], "rules": ["stay"]}}}
                    for name in ("gate", "yard")],
    }  # fmt: skip
    (folder / "city.yaml").write_text(yaml.safe_dump(raw))
    with (folder / f"{out}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "pipeline", "archive", str(files), "--city", str(folder / "city.yaml"),
             "--out", str(folder / out), *options], stdout=log, stderr=log,
            env={**os.environ, "PYTHONPATH": os.getcwd()},
        )  # fmt: skip


def tables(out):
    return {path.name: path.read_bytes() for path in (out / "detections").rglob("*.parquet")}


def test_a_lost_machine_costs_the_files_in_hand(machines, month, tmp_path):
    _, second = machines.start(1), machines.start(1)
    assert started(tmp_path, month, "here").wait(120) == 0
    (tmp_path / "slow").touch()
    run = started(tmp_path, month, "there", "--ray", machines.address)
    log, out = tmp_path / "there.log", tmp_path / "there"
    end = time.monotonic() + 90
    while not (made := tables(out)):
        assert run.poll() is None, log.read_text()
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.1)
    assert len(made) < 4
    machines.kill(second)
    assert run.wait(120) == 0, log.read_text()
    assert tables(out) == tables(tmp_path / "here"), "the same, wherever each was made"
    lines = [sorted((folder / "events.jsonl").read_bytes().splitlines()) for folder in (tmp_path / "here", out)]
    assert lines[0] == lines[1]
    assert lines[0]


def test_a_cluster_without_a_core_is_one_clear_line(machines, month, tmp_path):
    run = started(tmp_path, month, "there", "--ray", machines.address)
    assert run.wait(60) != 0
    last = (tmp_path / "there.log").read_text().splitlines()[-1]
    assert last == "error: --ray: no machine of the cluster has a core or a GPU to work on; add one with ray start"
