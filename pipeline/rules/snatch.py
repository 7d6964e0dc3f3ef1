"""A rider passes close by somebody on foot and speeds away, and the walker's motion breaks or a bag goes along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import Field

from pipeline.paths import Path, T
from pipeline.rules import words
from pipeline.rules.ledger import Ledger, Measures, Place, Wording
from pipeline.rules.settings import RuleSettings
from pipeline.scene import Scene, whole_pixels
from pipeline.types import Event, Floats, Gauge, Reading, Reason
from pipeline.view import BAGS, TWO_WHEELERS

FOLLOW_S = 4.0
"""What follows a pass within this time belongs to it."""
IN_VIEW_S = 0.5
"""A vehicle wholly in the picture for less has just come in: neither where nor how fast it was is known."""
RELATIVE_MPS = 2.0
"""A pass is faster than this, seen from the walker: whoever rides beside him does not pass him."""
BEFORE_S, AROUND_S, AFTER_S = 1.5, 0.5, 1.2
SHAKEN_S = 2.8
"""Whoever turns later does so for reasons of his own."""
STOOD_MPS, WALK_MPS = 0.5, 1.9
"""Slower than the one before and than the other after, a walker only set off."""
LOST_S = 2.0
"""A walker may be hidden by the rider for so long before he is passed."""
STROLL_MPS, SPRINT_MPS = 2.2, 4.5
"""Faster than the one, whoever was lost was no walker; than the other, whoever was found is not he."""
FOUND_M, FOUND_MPS = 2.5, 1.5
"""A walker whose track broke begins anew so near, and so much farther with every second."""
CARRIED = 1.0
"""Seconds (weighted by nearness) a bag must have been with the walker to be his."""


class SnatchSettings(RuleSettings):
    """Defaults: an arm's length between two bodies; 15 km/h is faster than anybody runs beside a walker."""

    kind: Literal["snatch"] = "snatch"
    classes: tuple[str, ...] = Field(TWO_WHEELERS, min_length=1, description="What the rider rides.")
    distance_m: float = Field(1.5, gt=0, description="The pass is no farther than this from the walker.")
    speed_kmh: float = Field(15.0, gt=0, description="The rider is at least so fast as he passes.")
    gain_mps: float = Field(1.5, gt=0, description="So much faster is he within 4 s; jitter alone gives 0.4.")
    break_mps: float = Field(1.0, gt=0, description="So much the walker's velocity changes: a walker stops or turns.")


def _tell(zone: str, measures: Measures) -> dict[str, str]:
    near, speed, gain = (float(measures[name]) for name in ("passed_m", "speed_kmh", "gain_kmh"))
    change, bag = float(measures["walker_change_mps"]), bool(measures["bag_along"])
    return {
        "vi": f"Tại khu vực “{zone}”, xe hai bánh chạy {words.number(speed)} km/h vượt sát người đi bộ "
        f"{words.number(near)} m rồi tăng tốc thêm {words.number(gain)} km/h; "
        f"{'một túi rời đi cùng xe' if bag else f'chuyển động của người đi bộ đổi {words.number(change)} m/s'}.",
        "en": f"In zone “{zone}” a two-wheeler at {speed:.1f} km/h passed a walker at {near:.1f} m and sped up by "
        f"{gain:.1f} km/h; {'a bag left with it' if bag else f'the walker’s motion changed by {change:.1f} m/s'}.",
    }


_WORDING = Wording("snatch", "alerts", None, _tell)


@dataclass(slots=True)
class _Pass:
    vehicle: int
    walker: int
    time: float
    near_m: float
    speed_mps: float
    seen: float
    """When the walker was last seen before it."""
    measured: bool = False
    """Is `speed_mps` how fast he was as he passed? Until then it is how fast he was when he was nearest."""
    before: Floats | None = None
    """How the walker moved before, m/s."""
    gain_mps: float = 0.0
    change_mps: float = 0.0
    bag: int = -1
    told: bool = False


class Snatch:
    """Fires when a two-wheeler passes a walker at ≥ `speed_kmh` within `distance_m`, leaves faster, and he is shaken.

    Shaken: his velocity changes by `break_mps` from before the pass to after it, or a bag that was with him goes
    along with the vehicle; who only sets off after he let the rider pass is not. A walker whom the rider hides is
    passed where he would be at the pace he had. The nearest distance is measured between frames, at constant
    velocity. It cannot see the grip itself: a walker who is startled by a reckless rider looks the same, one who
    walks on unmoved without a bag that the detector saw is missed, and so is a rider who leaves the picture within
    a second; whoever wheels a bicycle passes for its rider, and nothing is snatched from riders.
    """

    def __init__(self, place: Place, settings: SnatchSettings) -> None:
        self._place = place
        self._settings = settings
        self._ledger = Ledger(place, settings, _WORDING)
        self._passes: dict[tuple[int, int], _Pass] = {}

    def judge(self, scene: Scene) -> Sequence[Event]:
        if not scene.step_s:
            return []
        events: list[Event] = []
        if self._passes:
            for key, passed in list(self._passes.items()):
                events += self._follow(scene, key, passed)
        view = scene.view
        riding = scene.of(self._settings.classes)
        if riding.any():
            fast = np.flatnonzero(riding & (view.speed >= 0.7 * self._settings.speed_kmh / 3.6))
            if len(fast):
                self._find(scene, fast)
        return events

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        return self._ledger.close_all(scene, reason)

    def readings(self, scene: Scene) -> Sequence[Reading]:
        """Either shakes the walker, so a bag that went along stands for his change of motion."""
        own = self._settings
        return [
            Reading((passed.time, passed.vehicle, passed.walker), self._place.zone, (passed.vehicle, passed.walker), (
                Gauge("passed_m", passed.near_m, own.distance_m, at_least=False),
                Gauge("speed_kmh", passed.speed_mps * 3.6, own.speed_kmh),
                Gauge("gain_mps", passed.gain_mps, own.gain_mps),
                Gauge("bag_along", 1, 1) if passed.bag >= 0
                else Gauge("walker_change_mps", passed.change_mps, own.break_mps),
            ))
            for passed in self._passes.values()
        ]  # fmt: skip

    def _find(self, scene: Scene, fast: np.ndarray) -> None:
        """Passes since the last step: the nearest approach of every fast two-wheeler to every walker near by."""
        view = scene.view
        on_foot = [row for row in np.flatnonzero(scene.of(("person",)) & (view.speed < 4.0)).tolist()
                   if view.tracks[row] not in scene.riders.of]  # fmt: skip
        reach = self._settings.distance_m + view.speed[fast] * scene.step_s
        if on_foot:
            walkers = np.array(on_foot)
            near = view.distance_m(fast, walkers) <= reach[:, None]
            for i, j in zip(*near.nonzero(), strict=True):
                row = int(walkers[j])
                if self._rides(scene, row, int(fast[i])):
                    key = (view.tracks[int(fast[i])], view.tracks[row])
                    if key in self._passes and not self._passes[key].told:
                        del self._passes[key]
                elif scene.inside(self._place.shape)[row]:
                    u, v = view.places[row]
                    self._approach(scene, int(fast[i]), view.tracks[row], (u, v), view.velocity[row])
        for path, (u, v), velocity in self._hidden(scene):
            for row, near_m in zip(fast.tolist(), reach.tolist(), strict=True):
                if np.hypot(view.plane[row, 0] - u, view.plane[row, 1] - v) * path.metres <= near_m:
                    self._approach(scene, row, path.id, (u, v), velocity)

    @staticmethod
    def _rides(scene: Scene, walker: int, vehicle: int) -> bool:
        """Is whoever was taken for a walker the only one who can be the rider of this vehicle (both rows)?"""
        persons = np.flatnonzero(scene.of(("person",)))
        return bool(persons[scene.riders.fits(scene.view, persons, np.array([vehicle]))[:, 0]].tolist() == [walker])

    def _hidden(self, scene: Scene) -> list[tuple[Path, tuple[float, float], Floats]]:
        """Walkers lost a moment ago, where they would be now: whoever passes so close hides them."""
        found = []
        for path in scene.paths.lost(scene.time, 1e-3, LOST_S):
            away = scene.time - path.time
            if scene.class_name(path.id) != "person" or path.id in scene.riders.of:
                continue
            velocity = scene.paths.mean_velocity(path, path.time - BEFORE_S, path.time)
            if velocity is None or float(np.hypot(*velocity)) > STROLL_MPS or scene.paths.has_left(path):
                continue
            if self._place.covers(scene, float(path.box[0] + path.box[2]) / 2, float(path.box[3])):
                u, v = (np.array(path.place) + velocity * away / path.metres).tolist()
                found.append((path, (u, v), velocity))
        return found

    def _approach(self, scene: Scene, row: int, walker: int, place: tuple[float, float], velocity: Floats) -> None:
        view, path = scene.view, scene.paths.by_id[walker]
        apart = (view.plane[row] - np.array(place)) * path.metres
        closing = view.velocity[row] - velocity
        relative = float(np.hypot(*closing))
        if relative < RELATIVE_MPS:
            return
        ago = min(max(float(apart @ closing) / relative**2, 0.0), scene.step_s)
        if self._comes_in(scene, row, path, scene.time - ago):
            return
        distance = float(np.hypot(*(apart - closing * ago)))
        key = (view.tracks[row], walker)
        known = self._passes.get(key)
        if distance <= self._settings.distance_m and (known is None or distance < known.near_m):
            time = scene.time - ago
            self._passes[key] = _Pass(*key, time, distance, float(view.speed[row]), min(path.time, time))

    @staticmethod
    def _comes_in(scene: Scene, row: int, walker: Path, time: float) -> bool:
        """Does the side of the picture cut either off, or was the vehicle just in it then? Then places are guesses."""
        vehicle = scene.paths.by_id[scene.view.tracks[row]]
        new = scene.time - vehicle.born < IN_VIEW_S or time - vehicle.cut_at < IN_VIEW_S
        return new or scene.paths.touches_edge(walker.box)

    def _follow(self, scene: Scene, key: tuple[int, int], passed: _Pass) -> list[Event]:
        since = scene.time - passed.time
        if since > FOLLOW_S + 2.0:
            del self._passes[key]
            return self._ledger.close(scene, key, passed.time + FOLLOW_S)
        if passed.told or since > FOLLOW_S or since < 0.6:
            return []
        if passed.walker in scene.riders.of:
            del self._passes[key]
            return []
        self._measure(scene, passed, since)
        own = self._settings
        shaken = passed.change_mps >= own.break_mps or passed.bag >= 0
        fast = passed.speed_mps * 3.6 >= own.speed_kmh
        if not (fast and shaken and passed.gain_mps >= own.gain_mps) or not self._ledger.awake(scene):
            return []
        passed.told = True
        tracks = [t for t in (passed.vehicle, passed.walker, passed.bag) if scene.knows(t)]
        identity = whole_pixels(scene.paths.by_id[passed.walker].box)
        return self._ledger.open(scene, key, passed.time, identity, tuple(map(scene.box, tracks)),
                                 self._measures(passed))  # fmt: skip

    def _measure(self, scene: Scene, passed: _Pass, since: float) -> None:
        """How fast the rider was and became, how the walker moved before and after, and whether a bag went along."""
        paths, at = scene.paths, passed.time
        rider, walker = paths.by_id.get(passed.vehicle), paths.by_id.get(passed.walker)
        if rider is not None and rider.time > at + 0.4:
            then = None if passed.measured else paths.mean_velocity(rider, at - AROUND_S, at + 0.2)
            now = paths.mean_velocity(rider, rider.time - 0.6, rider.time)
            if then is not None:
                passed.speed_mps, passed.measured = float(np.hypot(*then)), True
            if now is not None:
                # One long step is the tracker's, which took up another vehicle; none is a frame that was sent twice.
                steps = paths.steps_mps(rider, rider.time - 0.6, rider.time)
                steps = np.sort(steps[steps > 0.0])
                fast = min(float(np.hypot(*now)), float(steps[(len(steps) - 1) // 2])) if len(steps) else 0.0
                passed.gain_mps = max(passed.gain_mps, fast - passed.speed_mps)
        if walker is not None and since > AFTER_S + 0.2:
            if passed.before is None:
                span = (passed.seen - BEFORE_S, min(passed.seen, at - 0.1))
                known = paths.mean_velocity(walker, *span) is not None
                passed.before = paths.typical_velocity(walker, *span) if known else None
            before = passed.before
            follower = self._found_again(scene, passed, walker)
            after = paths.mean_velocity(follower, at + since - AFTER_S, at + since)
            points = paths.over(follower, since, scene.time)
            in_time = len(points) and scene.time - float(points[0, T]) <= SHAKEN_S
            on_foot = after is not None and float(np.hypot(*after)) < SPRINT_MPS
            if before is not None and after is not None and on_foot and in_time and not _sets_off(before, after):
                change = float(np.hypot(*(after - before)))
                if change >= self._settings.break_mps:
                    typical = paths.typical_velocity(follower, at + since - AFTER_S, at + since)
                    change = min(change, float(np.hypot(*(typical - before))))
                passed.change_mps = max(passed.change_mps, change)
        if passed.bag < 0 and scene.sees(passed.vehicle):
            passed.bag = self._bag(scene, passed)

    @staticmethod
    def _found_again(scene: Scene, passed: _Pass, walker: Path) -> Path:
        """The walker; or, where the rider hid him and his track broke, whoever shows in mid-picture close to there."""
        if walker.time > passed.time + AFTER_S:
            return walker
        for path in scene.paths.by_id.values():
            if path.born >= walker.time and not path.at_edge and not Snatch._rode(scene, path):
                apart = np.hypot(path.birthplace[0] - walker.place[0], path.birthplace[1] - walker.place[1])
                if (
                    apart * path.metres <= FOUND_M + FOUND_MPS * (path.born - walker.time)
                    and scene.class_name(path.id) == "person"
                ):
                    return path
        return walker

    @staticmethod
    def _rode(scene: Scene, path: Path) -> bool:
        """Does or did whoever this is ride? Nobody on foot is that fast."""
        velocity = scene.paths.mean_velocity(path, max(path.born, path.time - 1.0), path.time)
        return path.id in scene.riders.of or (velocity is not None and float(np.hypot(*velocity)) > SPRINT_MPS)

    def _bag(self, scene: Scene, passed: _Pass) -> int:
        """A bag that had been with the walker and is with the vehicle now, farther than an arm from him; -1 if none."""
        view = scene.view
        row, walker = view.row[passed.vehicle], view.row.get(passed.walker)
        for bag in np.flatnonzero(scene.of(BAGS)).tolist():
            track = int(view.ids[bag])
            if scene.things.beside(track).get(passed.walker, 0.0) < CARRIED:
                continue
            with_rider = float(np.hypot(*(view.plane[bag] - view.plane[row])) * view.metres[bag])
            if with_rider < 2.0 and (
                walker is None or view.distance_m(np.array([bag]), np.array([walker]))[0, 0] > 3.0
            ):
                return track
        return -1

    @staticmethod
    def _measures(passed: _Pass) -> Measures:
        return {
            "passed_m": passed.near_m,
            "speed_kmh": passed.speed_mps * 3.6,
            "gain_kmh": passed.gain_mps * 3.6,
            "walker_change_mps": passed.change_mps,
            "bag_along": passed.bag >= 0,
        }


def _sets_off(before: Floats, after: Floats) -> bool:
    """Did a walker who had let the rider pass only walk on?"""
    return bool(np.hypot(*before) < STOOD_MPS and np.hypot(*after) < WALK_MPS)
