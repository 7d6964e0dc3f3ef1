"""Hands all over a Ray cluster, whose machines see the footage under the same paths."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import ray
from ray.exceptions import RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from pipeline import logs
from pipeline.archive.crew import Lost, Means, Progress, Said, Worker
from pipeline.archive.processes import here
from pipeline.errors import InputError

WAIT_S = 1.0
GONE_S = 5.0


def over(device: str, workers: int) -> Means:
    """A run whose files are looked at all over the cluster, and judged here by so many processes."""

    def crew(most: int, make: Callable[[], Worker]) -> Actors:
        return Actors(most, make, device)

    return Means(crew, here(workers).judging, 1)


class _Actor:
    """A worker in an actor."""

    def __init__(self, make: Callable[[], Worker]) -> None:
        logs.configure()
        self._worker = make()

    def do(self, task: Any) -> Iterator[Said]:
        yield from self._worker.do(task)


class Actors:
    """`crew.Hands` on every core of the cluster, or on every GPU of machines that have some.

    Where a machine is lost, the run goes on with those that are left. The process must be connected.
    """

    def __init__(self, count: int, make: Callable[[], Worker], device: str) -> None:
        """At most `count`; `device` is the detector's. Raises `InputError` where the cluster has nothing to work on."""
        self._make = make
        self._homes = [home for node in ray.nodes() if node["Alive"] for home in _homes(node, device)][:count]
        if not self._homes:
            raise InputError("--ray: no machine of the cluster has a core or a GPU to work on; add one with ray start")
        self.count = len(self._homes)
        self._actors = [self._start(hand) for hand in range(self.count)]
        self._saying: dict[int, Any] = {}

    def give(self, hand: int, task: Any) -> None:
        self._saying[hand] = self._actors[hand].do.options(num_returns="streaming").remote(task)

    def hear(self) -> list[tuple[int, Said]]:
        speakers = {saying: hand for hand, saying in self._saying.items()}
        ready, _ = ray.wait(list(speakers), num_returns=len(speakers), timeout=WAIT_S)
        return [(speakers[saying], self._receive(speakers[saying], saying)) for saying in ready]

    def close(self) -> None:
        for actor in self._actors:
            ray.kill(actor)

    def _receive(self, hand: int, saying: Any) -> Said:
        try:
            said: Said = ray.get(next(saying))
        except (RayError, StopIteration) as exc:
            del self._saying[hand]
            ray.kill(self._actors[hand])
            gone = self._machine_gone(self._homes[hand][0])
            if not gone:
                self._actors[hand] = self._start(hand)
            why = str(exc).strip().splitlines()[-1] if str(exc) else type(exc).__name__
            return Lost(why, replaced=not gone, blameless=gone)
        if not isinstance(said, Progress):
            del self._saying[hand]
        return said

    def _machine_gone(self, node: str) -> bool:
        """Whether the machine has died too, which may show a moment later."""
        end = time.monotonic() + GONE_S
        while time.monotonic() < end:
            if node not in {one["NodeID"] for one in ray.nodes() if one["Alive"]}:
                return True
            time.sleep(GONE_S / 10)
        return False

    def _start(self, hand: int) -> Any:
        node, resources = self._homes[hand]
        where = NodeAffinitySchedulingStrategy(node, soft=False)
        return ray.remote(_Actor).options(max_restarts=0, scheduling_strategy=where, **resources).remote(self._make)


def _homes(node: dict[str, Any], device: str) -> list[tuple[str, dict[str, int]]]:
    """Where hands of a machine live, and what each takes of it."""
    has = node["Resources"]
    gpus = 0 if device.lower() == "cpu" else int(has.get("GPU", 0))
    each = [{"num_gpus": 1, "num_cpus": 1}] * gpus or [{"num_cpus": 1}] * int(has.get("CPU", 0))
    return [(node["NodeID"], resources) for resources in each]
