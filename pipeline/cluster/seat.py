"""One conductor a city: whoever conducts it holds its seat in the cluster until the process ends, however it ends."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from typing import Any

import ray
from ray.actor import ActorHandle
from ray.exceptions import RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from pipeline.errors import InputError

WAIT_S = 15.0
"""Ray needs a moment to see that a process was killed."""
AGAIN_S = 0.5
ASK_S = 5.0


class _Seat:
    """The actor that bears the city's name."""

    def __init__(self, holder: str) -> None:
        self._holder = holder

    def holder(self) -> str:
        """Who conducts."""
        return self._holder


def take(city: str) -> ActorHandle[Any]:
    """Hold the seat for as long as this process lives. Raises `InputError` where somebody else does, or `RayError`."""
    name = f"conductor of {city}"
    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    mine = ray.remote(_Seat).options(name=name, num_cpus=0, max_restarts=0, scheduling_strategy=here)
    end = time.monotonic() + WAIT_S
    while True:
        try:
            return mine.remote(f"process {os.getpid()} on {socket.gethostname()}")
        except ValueError as exc:  # the name is taken
            if time.monotonic() > end:
                raise InputError(
                    f"city {city} is conducted already, by {_holder(name)}; it has one conductor: stop that one first"
                ) from exc
        time.sleep(AGAIN_S)


def _holder(name: str) -> str:
    with contextlib.suppress(RayError, ValueError):
        told: str = ray.get(ray.get_actor(name).holder.remote(), timeout=ASK_S)
        return told
    return "somebody who does not answer"
