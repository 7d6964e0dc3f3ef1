"""Runs a program that kills itself (-9) at a chosen step.

    python -m benchmarks.chaos.armed pipeline.sinks.outbox:Outbox.put after 3 pipeline analyse VIDEO …

The method is the third time just finished (or, with `before`, just not begun) when the process dies: what was written
before that stays, what comes after never happens.
"""

from __future__ import annotations

import importlib
import os
import runpy
import signal
import sys
from functools import wraps
from typing import Any


def arm(point: str, when: str, count: int) -> None:
    """Kill this process before or after the `count`-th call of `module:Class.method` or `module:function`."""
    module, _, path = point.partition(":")
    owner: Any = importlib.import_module(module)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    inner, calls = getattr(owner, name), iter(range(1, sys.maxsize))

    @wraps(inner)
    def armed(*args: Any, **kwargs: Any) -> Any:
        due = next(calls) == count
        if due and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = inner(*args, **kwargs)
        if due:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, armed)


def main() -> None:
    point, when, count, program, *arguments = sys.argv[1:]
    arm(point, when, int(count))
    sys.argv = [program, *arguments]
    runpy.run_module(program, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
