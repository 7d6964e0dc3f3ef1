"""What tests need from outside: a Kafka broker, and the shared test data."""

from __future__ import annotations

import contextlib
import importlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import hypothesis
import pytest
import structlog

from tests import broker as brokers

# How long a test takes says how busy the machine is.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

collect_ignore = ["rtsp/server.py"]
"""Runs under the system's Python, which alone has GStreamer's bindings."""
ROOT = Path(__file__).parent.parent
RAN = pytest.StashKey[str]()


def unmet(why: str) -> NoReturn:
    """Skip the test and say why; where `MATTHAN_CI` is set nothing may be missing, and it fails."""
    if os.environ.get("MATTHAN_CI"):
        pytest.fail(f"MATTHAN_CI is set, and {why}")
    pytest.skip(why, allow_module_level=True)


def needs(module: str) -> Any:
    """A module of an optional extra."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        unmet(f"{module} cannot be imported: {error}")


DATA = Path(os.environ.get("MATTHAN_TEST_DATA") or ROOT.parent / "shared" / "data")


@pytest.fixture(scope="session")
def data() -> Path:
    """The shared test data: weights, clips, MOT sequences."""
    if not DATA.is_dir():
        unmet(f"{DATA}: no test data there; MATTHAN_TEST_DATA names its folder")
    return DATA


@pytest.fixture(scope="session")
def weights() -> Path:
    """YOLO11n where the test data is at hand, else the model that matthan carries."""
    official = DATA / "weights" / "yolo11n.pt"
    return official if official.exists() else ROOT / "models" / "matthan-n.pt"


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Thirty pictures: of the COCO sample where the test data is at hand, else moments of the demo's scene."""
    found = sorted((DATA / "images" / "coco-val-sample" / "images").glob("*.jpg"))[:30]
    if found:
        return found
    needs("ultralytics")
    import cv2

    from pipeline.simulate import demo_scene

    stage, folder = demo_scene.Stage(), tmp_path_factory.mktemp("pictures")
    for n in range(30):
        cv2.imwrite(str(folder / f"{n:02d}.jpg"), stage.frame(n)[0])
    return sorted(folder.iterdir())


@pytest.fixture(scope="session")
def broker(pytestconfig: pytest.Config) -> Iterator[brokers.Broker]:
    """The most real Kafka broker at hand; the summary of the tests says which one it was."""
    with brokers.best() as (found, missing):
        pytestconfig.stash[RAN] = found.about + ("" if found.real else f" ({'; '.join(missing)})")
        if os.environ.get("MATTHAN_CI") and not found.real:
            unmet(f"there is no real broker: {'; '.join(missing)}")
        yield found


@pytest.fixture
def own_broker(broker: brokers.Broker) -> Iterator[brokers.Broker]:
    """A real broker that the test may stop and start; it runs again afterwards."""
    if not broker.ours:
        unmet(f"{broker.about} cannot be stopped and started with its data")
    yield broker
    if broker.process is None:
        broker.start()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of 20 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", folder], check=False, capture_output=True)
    if made.returncode:
        # Only root may mount, and not in every container; nothing that can be installed changes that.
        pytest.skip(f"a small file system cannot be mounted: {made.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(folder: Path) -> None:
    """Take all the room that is left there, as `filler`."""
    with contextlib.suppress(OSError), (folder / "filler").open("ab", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


LONG = ("tests/cluster/test_machines", "tests/live", "tests/test_examples", "tests/cluster", "tests/sinks")
"""Tests that wait for servers begin first: at the end one of them would keep everybody waiting."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: next((n for n, at in enumerate(LONG) if item.nodeid.startswith(at)), len(LONG)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if RAN in config.stash:
        terminalreporter.write_line(f"Kafka broker: {config.stash[RAN]}")


@pytest.fixture(autouse=True)
def _plain_log():
    """A command that ran inside a test has set the log up for streams that are closed by now."""
    yield
    structlog.reset_defaults()
