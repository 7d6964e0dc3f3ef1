"""What the tests of several commands need."""

import sys

import pytest

from pipeline.__main__ import main


@pytest.fixture
def matthan(monkeypatch, capsys):
    """Run a command as the entry point does; returns stdout and stderr."""

    def run(*args, code=0):
        monkeypatch.setattr(sys, "argv", ["matthan", *map(str, args)])
        with pytest.raises(SystemExit) as stopped:
            main()
        told = capsys.readouterr()
        assert stopped.value.code == code, told.out + told.err
        return told.out, told.err

    return run
