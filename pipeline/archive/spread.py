"""Hands all over a Ray cluster, whose machines see the footage under the same paths."""

from __future__ import annotations

from typing import Any

import ray
from ray.exceptions import RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from pipeline import logs
from pipeline.archive.crew import Lost, Said
from pipeline.archive.look import Hand
from pipeline.archive.timeline import Part
from pipeline.config import City
from pipeline.errors import InputError

WAIT_S = 1.0


class _Actor(Hand):
    """A hand in an actor."""

    def __init__(self, city: City, threads: int, precision: str) -> None:
        logs.configure()
        super().__init__(city, threads, precision)


class Actors:
    """`crew.Hands` on every core of the cluster, or on every GPU of machines that have some.

    Where a machine is lost, its hands begin again on others as soon as there is room. The process must be connected.
    """

    def __init__(self, city: City, precision: str) -> None:
        """Raises `InputError` where the cluster has no machine to work on."""
        self._given = (city, 1, precision)
        self._homes = [home for node in ray.nodes() if node["Alive"] for home in _homes(node, city.model.device)]
        if not self._homes:
            raise InputError("--ray: no machine of the cluster has a core or a GPU to work on; add one with ray start")
        self.count = len(self._homes)
        self._actors = [self._start(hand) for hand in range(self.count)]
        self._saying: dict[int, Any] = {}

    def give(self, hand: int, part: Part) -> None:
        self._saying[hand] = self._actors[hand].look.options(num_returns="streaming").remote(part)

    def hear(self) -> list[tuple[int, Said]]:
        speakers = {saying: hand for hand, saying in self._saying.items()}
        ready, _ = ray.wait(list(speakers), num_returns=len(speakers), timeout=WAIT_S)
        return [(speakers[saying], self._receive(speakers[saying], saying)) for saying in ready]

    def close(self) -> None:
        for actor in self._actors:
            ray.kill(actor)
        ray.shutdown()

    def _receive(self, hand: int, saying: Any) -> Said:
        try:
            said: Said = ray.get(next(saying))
        except (RayError, StopIteration) as exc:
            ray.kill(self._actors[hand])
            self._actors[hand] = self._start(hand, anywhere=True)
            del self._saying[hand]
            return Lost(str(exc).strip().splitlines()[-1] if str(exc) else type(exc).__name__)
        if not isinstance(said, float):
            del self._saying[hand]
        return said

    def _start(self, hand: int, anywhere: bool = False) -> Any:
        node, resources = self._homes[hand]
        where = NodeAffinitySchedulingStrategy(node, soft=anywhere)
        return ray.remote(_Actor).options(max_restarts=0, scheduling_strategy=where, **resources).remote(*self._given)


def _homes(node: dict[str, Any], device: str) -> list[tuple[str, dict[str, int]]]:
    """Where hands of a machine live, and what each takes of it."""
    has = node["Resources"]
    gpus = 0 if device.lower() == "cpu" else int(has.get("GPU", 0))
    each = [{"num_gpus": 1, "num_cpus": 1}] * gpus or [{"num_cpus": 1}] * int(has.get("CPU", 0))
    return [(node["NodeID"], resources) for resources in each]
