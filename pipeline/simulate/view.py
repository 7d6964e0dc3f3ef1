"""A play seen through a camera, without any error: who is in the picture when, where, and how much of him is hidden."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.simulate.camera import PinholeCamera
from pipeline.simulate.street import Actor, Street
from pipeline.types import Bools, Floats, Ints

HEADING_S = 0.3
MOVING_MPS = 0.3
TELEPORT_MPS = 40.0
"""Faster than this nobody moves: he left and came back elsewhere."""
ASTRIDE_Z_M = 0.2
"""A person whose feet are higher than this sits on a two-wheeler."""
SITTING_M = (0.6, 0.5, 1.3)
CARRIED_SHARE = 0.7
"""So much of a carried thing, and of a pillion rider, shows beside whoever is in front of it."""
SOLID_SHARE = 0.8
"""Of a box's width its owner fills so much; the rest of the box hides nothing."""
_GRID = (6, 8)


@dataclass(frozen=True, slots=True)
class View:
    """Boxes in the picture, sorted by (actor, frame); all columns have n rows."""

    frame: Ints
    actor: Ints
    """Index into the play's actors."""
    xyxy: Floats
    """Of the whole road user or thing, hidden or not, clipped to the picture."""
    depth_m: Floats
    visible: Floats
    """Share of the box that nothing nearer hides, 0..1."""
    part: Floats
    """Box around what is visible, (n, 4)."""
    still_s: Floats
    """How long the actor has rested on the ground, seconds; of things alone, 0 for others."""


def view(street: Street, camera: PinholeCamera, times: Floats) -> View:
    """What `camera` sees of the play at `times` (f,), seconds of the play, increasing."""
    ids = {id(actor): i for i, actor in enumerate(street.actors)}
    seen = [s for i, actor in enumerate(street.actors) if (s := _see(actor, i, ids, times)) is not None]
    if not seen:
        none = np.empty(0)
        return View(none.astype(np.int64), none.astype(np.int64), np.empty((0, 4)), none, none, np.empty((0, 4)), none)
    frame, actor, root, carried, still_s = (
        np.concatenate([np.broadcast_to(s[i], s[0].shape) for s in seen]) for i in range(5)
    )
    centre, heading_deg, size_m = (np.concatenate([s[i] for s in seen]) for i in (5, 6, 7))
    xyxy = camera.cuboids(centre, heading_deg, size_m)
    depth_m = camera.project(centre * (1.0, 1.0, 0.0))[1]
    kept = ~np.isnan(xyxy[:, 0])
    frame, actor, root, carried, still_s = (c[kept] for c in (frame, actor, root, carried, still_s))
    xyxy, depth_m = xyxy[kept], depth_m[kept]
    visible, part = _visibility(frame, root, carried, xyxy, depth_m)
    return View(frame, actor, xyxy, depth_m, visible, part, still_s)


def _see(actor: Actor, index: int, ids: dict[int, int], times: Floats) -> tuple[Ints | Floats | Bools, ...] | None:
    """One actor while in sight: frame, actor, root, carried, still_s, centre, heading_deg, size_m."""
    first, last = np.searchsorted(times, (actor.shown[0][0], actor.shown[-1][1]))
    frame = np.arange(first, last)[actor.in_sight(times[first:last])]
    if len(frame) == 0:
        return None
    at = times[frame]
    centre = actor.where(at)
    root, carried = _company(actor, index, ids, at)
    size_m = np.tile((actor.body.length_m, actor.body.width_m, actor.body.height_m), (len(at), 1))
    if actor.body.class_name == "person":
        size_m[centre[:, 2] > ASTRIDE_Z_M] = SITTING_M
    still_s = _rest(actor, at) if actor.body.class_name == "object" else np.zeros(len(at))
    return frame, np.full(len(at), index), root, carried, still_s, centre, _heading_deg(actor, at), size_m


def _company(actor: Actor, index: int, ids: dict[int, int], times: Floats) -> tuple[Ints, Bools]:
    """Who at last carries the actor (himself when nobody does), and is he a burden: carried in the hand, a pillion?"""
    root = np.full(len(times), index)
    burden = np.zeros(len(times), bool)
    for part in actor.carried:
        during = (times >= part.start) & (times < part.end)
        led = actor.body.class_name == "dog" and part.offset[2] == 0
        if during.any() and not led:
            root[during] = _company(part.host, ids.get(id(part.host), -1), ids, times[during])[0]
            burden[during] = part.offset[2] > 0 and (actor.body.class_name != "person" or part.offset[0] != 0)
    return root, burden


def _heading_deg(actor: Actor, times: Floats) -> Floats:
    """Direction of motion; at rest the last one known, at first `heading_deg`."""
    step = actor.where(times + HEADING_S)[:, :2] - actor.where(times - HEADING_S)[:, :2]
    speed_mps = np.hypot(step[:, 0], step[:, 1]) / (2 * HEADING_S)
    moving = (speed_mps > MOVING_MPS) & (speed_mps < TELEPORT_MPS)
    heading = np.degrees(np.arctan2(step[:, 1], step[:, 0]))
    return np.where(moving, heading, _last_heading_deg(actor, times))


def _last_heading_deg(actor: Actor, times: Floats) -> Floats:
    """Where the last stretch went that ended before each time, whether a frame saw it or not."""
    keys = np.array(actor.keys)
    steps = np.diff(keys, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        speed_mps = np.hypot(steps[:, 1], steps[:, 2]) / steps[:, 0]
    went = (speed_mps > MOVING_MPS) & (speed_mps < TELEPORT_MPS)
    ends = keys[1:][went, 0]
    known = np.append(actor.heading_deg, np.degrees(np.arctan2(steps[went, 2], steps[went, 1])))
    return known[np.searchsorted(np.maximum.accumulate(ends), times, side="right")]


def _rest(actor: Actor, times: Floats) -> Floats:
    """Seconds since the actor was last carried or moved; without end when it never was."""
    moves = [k for a, k in zip(actor.keys, actor.keys[1:], strict=False) if a[1:] != k[1:]]
    ends = np.array([k[0] for k in moves] + [part.end for part in actor.carried if part.end < np.inf])
    rest = np.full(len(times), np.inf)
    for end in np.sort(ends):
        rest = np.where(times >= end, times - end, rest)
    for part in actor.carried:
        rest[(times >= part.start) & (times < part.end)] = 0.0
    return rest


def _visibility(frame: Ints, root: Ints, carried: Bools, xyxy: Floats, depth_m: Floats) -> tuple[Floats, Floats]:
    """Visible share (n,) and the box around the visible part (n, 4), on a grid of 6×8 points a box."""
    visible, part = np.ones(len(frame)), xyxy.copy()
    near, far = _pairs(frame, xyxy, depth_m)
    together = root[near] == root[far]
    visible[carried] = CARRIED_SHARE
    near, far = near[~together], far[~together]
    order = np.argsort(far, kind="stable")
    near, far = near[order], far[order]
    if len(far) == 0:
        return visible, part
    x, y = (
        xyxy[far][:, i, None] + (np.arange(n) + 0.5) / n * (xyxy[far][:, i + 2] - xyxy[far][:, i])[:, None]
        for i, n in enumerate(_GRID)
    )
    middle, half = (xyxy[near, 0] + xyxy[near, 2]) / 2, SOLID_SHARE * (xyxy[near, 2] - xyxy[near, 0]) / 2
    within_x = np.abs(x - middle[:, None]) <= half[:, None]
    within_y = (y >= xyxy[near, 1, None]) & (y <= xyxy[near, 3, None])
    hidden = within_x[:, :, None] & within_y[:, None, :]
    starts = np.flatnonzero(np.diff(far, prepend=-1))
    free = ~np.logical_or.reduceat(hidden, starts, axis=0)
    rows = far[starts]
    visible[rows] *= free.mean(axis=(1, 2))
    part[rows] = _extent(xyxy[rows], free)
    return visible, part


def _pairs(frame: Ints, xyxy: Floats, depth_m: Floats) -> tuple[Ints, Ints]:
    """Rows of one frame whose boxes overlap: the nearer one, the farther one."""
    order = np.lexsort((depth_m, frame))
    sorted_frame, box = frame[order], xyxy[order]
    near: list[Ints] = []
    far: list[Ints] = []
    crowd = int(np.bincount(frame).max()) if len(frame) else 0
    for lag in range(1, crowd):
        first = np.flatnonzero(sorted_frame[lag:] == sorted_frame[:-lag])
        a, b = box[first], box[first + lag]
        first = first[
            (a[:, 0] < b[:, 2]) & (b[:, 0] < a[:, 2]) & (a[:, 1] < b[:, 3]) & (b[:, 1] < a[:, 3])
        ]  # fmt: skip
        near.append(order[first])
        far.append(order[first + lag])
    empty = np.empty(0, np.int64)
    return np.concatenate([empty, *near]), np.concatenate([empty, *far])


def _extent(xyxy: Floats, free: Bools) -> Floats:
    """The box around the free points (n, 6, 8) of each box (n, 4); the whole box where none is free."""
    part = xyxy.copy()
    for i, axis in enumerate((2, 1)):
        some = np.asarray(free.any(axis=axis), bool)
        n = some.shape[1]
        step = (xyxy[:, i + 2] - xyxy[:, i]) / n
        begin, end = some.argmax(axis=1), n - some[:, ::-1].argmax(axis=1)
        part[:, i], part[:, i + 2] = xyxy[:, i] + begin * step, xyxy[:, i] + end * step
    return part
