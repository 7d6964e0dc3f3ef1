"""READ FIRST: says which shard watches which camera, and sees to it that there are shards."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import ray
import structlog
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client import Counter as Meter
from ray.actor import ActorHandle
from ray.exceptions import ActorDiedError, ActorUnavailableError, RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from pipeline.cluster.lease import FENCE_S, LOST_S, boot_clock
from pipeline.cluster.messages import Answer, Order
from pipeline.cluster.placing import even, place
from pipeline.cluster.roster import Roster
from pipeline.cluster.shard import STOP_S, Shard
from pipeline.config import City
from pipeline.live.reload import CitySource

TICK_S = 0.1
LOOK_S = 1.0
"""Between two orders to one shard, and two looks at the machines."""
START_S = 120.0
"""A shard that has not answered after so long will not; loading a model takes a while."""
TOGETHER_S = 20.0
"""At the beginning, shards that start are waited for so long."""
AGAIN_S = 15.0
"""Before another shard is started where one failed to start, or soon after."""
YOUNG_S = 30.0
"""A shard that lived no longer failed soon."""
EVEN_S = 60.0
"""Between two looks whether the load is uneven."""
MOVES = 0.1
"""At most this part of all cameras moves at once."""
NOTHING: tuple[str, tuple[str, ...]] = ("", ())
log = structlog.get_logger()


@dataclass(slots=True)
class _Member:
    """One shard."""

    name: str
    node: str
    cores: float
    actor: ActorHandle[Any]
    begun: float
    """Seconds of the boot clock, as all times here."""
    heard: float | None = None
    """When its last answer came."""
    asked: float = 0.0
    pending: Any = None
    answer: Answer | None = None
    given: tuple[str, tuple[str, ...]] = NOTHING
    """The city file, and the cameras, of the last order."""
    silent: bool = False
    """It could not be reached at the last attempt."""
    dead: bool = False
    """Ray says so; where its machine is cut off, or it was told to end, that need not be true yet."""
    ended: bool = False
    """It was told to end."""


@dataclass(slots=True)
class _Machine:
    """A machine of the cluster."""

    host: str
    cpus: float
    berths: int
    failed: float = field(default=-AGAIN_S)
    """When a shard could not be started there."""


class Conductor:
    """One thread. The process must be connected to a Ray cluster."""

    def __init__(self, city: City, changes: CitySource, out: str, cores: float, loopback: bool) -> None:
        """`out` is a path on every machine; `cores` is what each shard gets; `loopback`: pages are for this machine."""
        self.city = city
        self._sha256 = city.sha256()
        self.registry = CollectorRegistry()
        self._changes = changes
        self._out = out
        self._cores = cores
        self._loopback = loopback
        self._roster = Roster()
        self._members: dict[str, _Member] = {}
        self._machines: dict[str, _Machine] = {}
        self._started = 0
        self._looked = 0.0
        self._begun = self._evened = boot_clock()
        self.tended = time.monotonic()
        """When it last looked around; seconds of the process clock."""
        self._stop = False
        labels = ["shard"]
        self._load = Gauge("matthan_shard_load", "Part of its cores that it uses", labels, registry=self.registry)
        self._watched = Gauge("matthan_shard_cameras", "Cameras that it watches", labels, registry=self.registry)
        self._unwatched = Gauge("matthan_cameras_unwatched", "Cameras without a shard", registry=self.registry)
        self._lost = Meter("matthan_shards_lost", "Shards that died or were not heard of", registry=self.registry)
        self._moves = Meter("matthan_camera_moves", "Cameras moved because of load", registry=self.registry)

    def stop(self) -> None:
        """End gracefully. May be called from a signal handler."""
        self._stop = True

    def run(self) -> None:
        """Returns once it was told to stop, and the shards have. Raises `RayError` where the cluster is gone."""
        while not self._stop:
            self.tended, now = time.monotonic(), boot_clock()
            if now - self._looked >= LOOK_S:
                self._looked = now
                self._see_machines()
                self._start_missing(now)
                if (change := self._changes.poll(self.city)) is not None:
                    self.city, self._sha256 = change.city, change.sha256
                    log.info("city file taken", **change.summary())
                self._plan(now)
            self._hear()
            for member in list(self._members.values()):
                self._look_after(member, boot_clock())
        self._end()

    # ---- machines and shards

    def _see_machines(self) -> None:
        before, self._machines = self._machines, {}
        for node in ray.nodes():
            if node["Alive"] and (cpus := node["Resources"].get("CPU", 0)) >= 1:
                host = "127.0.0.1" if self._loopback else node["NodeManagerAddress"]
                known = before.get(node["NodeID"])
                self._machines[node["NodeID"]] = known or _Machine(host, cpus, max(1, int(cpus // self._cores)))
        for gone in before.keys() - self._machines.keys():
            log.warning("machine is gone", node=gone[:8])
        for come in self._machines.keys() - before.keys():
            log.info("machine is there", node=come[:8], shards=self._machines[come].berths)

    def _start_missing(self, now: float) -> None:
        have = Counter(member.node for member in self._members.values())
        for node, machine in self._machines.items():
            if now - machine.failed >= AGAIN_S:
                for _ in range(machine.berths - have[node]):
                    self._start(node, machine, now)

    def _start(self, node: str, machine: _Machine, now: float) -> None:
        self._started += 1
        name, cores = f"shard-{self._started}", min(self._cores, machine.cpus)
        actor = ray.remote(Shard).options(
            num_cpus=cores, max_restarts=0, max_task_retries=0,
            scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False),
        ).remote(self.city, self._out, machine.host, max(1, int(cores)))  # fmt: skip
        self._members[name] = _Member(name, node, cores, actor, now)

    def _look_after(self, member: _Member, now: float) -> None:
        """Ask it again, or give it up where it cannot be running any more."""
        if member.heard is None:
            over = member.dead or now - member.begun > START_S
        else:
            gone = member.dead and not member.ended and member.node in self._machines
            over = gone or now - member.heard > LOST_S
        if over:
            self._give_up(member, now)
        elif member.pending is None and not member.dead and now - member.asked >= LOOK_S:
            member.asked, member.pending = now, member.actor.look.remote(self._order(member))

    def _order(self, member: _Member) -> Order:
        if member.answer is None:
            return Order(None, None)
        until, cameras = member.answer.clock + FENCE_S, self._roster.order(member.name)
        mine = set(cameras)
        if (self._sha256, cameras) == member.given and mine == set(member.answer.cameras):
            return Order(until, None)
        member.given = (self._sha256, cameras)
        watched = tuple(camera for camera in self.city.cameras if camera.id in mine)
        return Order(until, self.city.model_copy(update={"cameras": watched}), self._sha256)

    def _hear(self) -> None:
        pending = {member.pending: member for member in self._members.values() if member.pending is not None}
        if not pending:
            time.sleep(TICK_S)
            return
        ready, _ = ray.wait(list(pending), num_returns=len(pending), timeout=TICK_S)
        for reference in ready:
            member = pending[reference]
            member.pending = None
            try:
                answer: Answer = ray.get(reference)
            except ActorDiedError as exc:
                member.dead = True
                self._see_machines()  # before its machine is believed to be alive
                log.warning("shard died", shard=member.name, why=_short(exc))
            except ActorUnavailableError as exc:  # which says nothing of whether it runs
                if not member.silent:
                    log.warning("shard does not answer", shard=member.name, why=_short(exc))
                member.silent, member.given = True, NOTHING  # the order may be lost
            except RayError as exc:
                log.error("shard failed, it is ended", shard=member.name, why=_short(exc))
                ray.kill(member.actor)
                member.ended, member.given = True, NOTHING
            else:
                if member.answer is None:
                    member.asked = 0.0  # it waits for its cameras
                    log.info("shard is there", shard=member.name, folder=answer.folder, metrics=answer.page)
                member.heard, member.answer, member.silent = boot_clock(), answer, False
                self._roster.watches(member.name, answer.cameras)

    def _give_up(self, member: _Member, now: float) -> None:
        del self._members[member.name]
        self._roster.gone(member.name)
        with contextlib.suppress(RayError):
            ray.kill(member.actor)
        machine = self._machines.get(member.node)
        if machine is not None and (member.answer is None or now - member.begun < YOUNG_S):
            machine.failed = now
        if member.answer is None and machine is not None:
            log.error("shard cannot be started", shard=member.name, node=member.node[:8], again_s=AGAIN_S)
        else:
            self._lost.inc()
            log.warning("shard is lost, its cameras go to others", shard=member.name, cameras=len(member.given[1]))
        for gauge in (self._load, self._watched):
            with contextlib.suppress(KeyError):
                gauge.remove(member.name)

    # ---- cameras

    def _plan(self, now: float) -> None:
        begins = any(m.answer is None and now - m.begun < TOGETHER_S for m in self._members.values())
        if not self._roster.plan and (begins or now - self._begun < LOST_S):
            return  # the first shard need not take all; and those of a conductor that died may still go on
        cores = {m.name: m.cores for m in self._members.values() if m.answer is not None and not m.dead}
        cost: dict[str, float] = {}
        for member in self._members.values():
            if member.answer is not None:
                cost |= member.answer.cost
        plan = place([camera.id for camera in self.city.cameras], cores, self._roster.plan, cost)
        if now - self._evened >= EVEN_S:
            self._evened = now
            busy = {c["camera"] for c in self._cameras() if c["tracks"] or c["clips_due"]}
            moved = even(plan, cores, cost, max(1, round(MOVES * len(plan))), busy)
            for camera in (c for c in plan if moved[c] != plan[c]):
                self._moves.inc()
                log.info("camera moves", camera=camera, shard=moved[camera], before=plan[camera])
            plan = moved
        self._roster.plan = plan
        self._unwatched.set(len(self.city.cameras) - len(plan) + len(self._roster.unwatched))
        for shard, has in cores.items():
            watched = [camera for camera, planned in plan.items() if planned == shard]
            self._watched.labels(shard).set(len(watched))
            self._load.labels(shard).set(sum(cost.get(camera, 0.0) for camera in watched) / has)

    def _cameras(self) -> list[dict[str, Any]]:
        answers = [member.answer for member in list(self._members.values()) if member.answer is not None]
        return [camera for answer in answers for camera in answer.status["cameras"]]

    def _end(self) -> None:
        stops = [member.actor.stop.remote() for member in self._members.values() if member.answer is not None]
        if stops:
            stopped, _ = ray.wait(stops, num_returns=len(stops), timeout=STOP_S)
            log.info("shards stopped", stopped=len(stopped), of=len(stops))
        for member in self._members.values():
            ray.kill(member.actor)

    # ---- what is told

    def status(self) -> dict[str, Any]:
        """All cameras in figures, as a ward tells them, and the shards."""
        members = [member for member in list(self._members.values()) if member.answer is not None]
        waiting: Counter[str] = Counter()
        for member in members:
            assert member.answer is not None
            waiting.update(member.answer.status["waiting"])
        shards = [{"shard": m.name, "node": m.node[:8], "folder": m.answer.folder, "metrics": m.answer.page,
                   "cameras": len(m.answer.cameras), "cores": round(sum(m.answer.cost.values()), 3)}
                  for m in members if m.answer is not None]  # fmt: skip
        return {"time": time.time(), "cameras": self._cameras(), "waiting": dict(waiting), "shards": shards,
                "refused_city_file": self._changes.refused}  # fmt: skip

    def targets(self) -> list[dict[str, Any]]:
        """For Prometheus' `http_sd_configs`."""
        return [
            {"targets": [member.answer.page], "labels": {"shard": member.name}}
            for member in list(self._members.values()) if member.answer is not None
        ]  # fmt: skip

    @property
    def watching(self) -> bool:
        """Every camera has a shard."""
        return bool(self._roster.plan) and not self._roster.unwatched


def _short(exc: Exception) -> str:
    """The last line of what Ray says, which names the cause."""
    return str(exc).strip().splitlines()[-1].strip()
