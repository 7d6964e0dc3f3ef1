"""What tests need from outside: a broker, and the shared test data."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).parent.parent


def unmet(why: str) -> NoReturn:
    """Skip the test and say why; where `MATTHAN_CI` is set nothing may be missing, and it fails."""
    if os.environ.get("MATTHAN_CI"):
        pytest.fail(f"MATTHAN_CI is set, and {why}")
    pytest.skip(why)


@pytest.fixture(scope="session")
def data() -> Path:
    """The shared test data: weights, clips, MOT sequences."""
    folder = Path(os.environ.get("MATTHAN_TEST_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        unmet(f"{folder}: no test data there; MATTHAN_TEST_DATA names its folder")
    return folder
