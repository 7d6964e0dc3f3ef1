"""New and vanished still things of any kind, found by comparing two backgrounds."""

from __future__ import annotations

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from pipeline.detectors.background import ELLIPSE, Backgrounds, Luma, beyond_light, same_texture
from pipeline.detectors.contour import MARGIN, MIN_EDGE, judge
from pipeline.detectors.letterbox import fit
from pipeline.detectors.still_thing import StillThing
from pipeline.geometry import box_iou
from pipeline.types import Bools, Floats, Image

GROWTH = 0.1
"""Known boxes cover so much more of their size on every side: feet, wheels and shadows stick out."""
KNOWN_IOU = 0.4
"""A known box this much over a thing is the thing."""
MIN_FILL = 0.3
"""A region fills at least this share of its box: less is the rim of a shadow, or the edges of a moved camera."""
UNDECIDED = 0.05
"""Below this the pictures do not say whether a region came or went."""
SAME_VIEW = 0.6
"""When less of the calm, textured picture than this still shows the surfaces it showed, the camera was moved."""
CALM = 0.3
"""… which is asked only when so much of it is calm at all,"""
MOSTLY = 0.4
"""… or when so much of the picture has settled to something else."""
BRIDGE = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
"""Parts of a thing that are as bright as the ground behind them do not split it."""


class StaticChangeSettings(BaseModel):
    """When a changed region counts as a thing; the areas are shares of the frame."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    settle_s: float = Field(5.0, gt=0, description="Reported once it has stood still for so long.")
    remember_s: float = Field(900.0, gt=0, description="After so long it belongs to the scene.")
    stood_s: float = Field(60.0, ge=0, description="What vanishes is reported if it had been there for so long.")
    hold_s: float = Field(10.0, ge=0, description="Reported for so long while something hides it.")
    gone_s: float = Field(0.6, ge=0, description="The ground must be in view for so long before a thing is gone.")
    fast_s: float = Field(2.0, gt=0, description="The fast background is the mean of the last so many seconds.")
    slow_s: float = Field(120.0, gt=0, description="Time constant of the slow background.")
    learn_s: float = Field(3.0, gt=0, description="A pixel is scene once it was first still for so long.")
    grace_s: float = Field(0.3, ge=0, description="A pixel may differ for so long and still count as still.")
    period_s: float = Field(0.2, ge=0, description="Pictures closer than this are not looked at.")
    side: int = Field(320, ge=160, le=640, description="Longer side of the picture that is compared, pixels.")
    contrast: float = Field(14.0, gt=0, description="Least difference of brightness, of 255.")
    min_area: float = Field(0.0008, gt=0, lt=1, description="Smaller regions are ignored.")
    max_area: float = Field(0.12, gt=0, lt=1, description="Larger regions are ignored.")
    max_aspect: float = Field(
        5.0, ge=1, description="Longer side of its box over the shorter; a pole's shadow is long."
    )


class StaticChange:
    """Watches one camera, for one epoch of its stream; see `Backgrounds` for the idea.

    A region of the picture becomes a thing when it has differed from the slow background and been still for `settle_s`,
    shows another surface than before (not only other light on it), has an outline, and is no known thing. It is given
    out in every picture, always with the same box, until the ground is seen again, or until `remember_s` are over.

    What it cannot see: a thing smaller than about 8 pixels of the compared picture; one of nearly the brightness of the
    ground behind it, whatever its colour; a plain one on plain ground, as dark as a shadow would be; one inside the box
    of something known; what is put down where it never calms down (foliage, water, dense traffic); anything while
    the camera itself moves, and for `learn_s` + `settle_s` after that.
    """

    def __init__(self, settings: StaticChangeSettings, size: tuple[int, int]) -> None:
        """`size` is width and height of the source picture, pixels."""
        self.settings = settings
        self._inner = fit(size, min(settings.side, max(size))).inner
        self._scale = np.array(size * 2, float) / (self._inner * 2)
        self._start()

    def _start(self) -> None:
        self._backgrounds: Backgrounds | None = None
        self._things: list[StillThing] = []
        self._first = self._last = -np.inf

    def due(self, time: float) -> bool:
        """Whether `update` would look at a picture of this time; if not, it needs none."""
        return not 0 <= time - self._last < self.settings.period_s - 0.001

    def update(
        self, time: float, picture: Image | None, known_xyxy: Floats | None = None
    ) -> tuple[Floats, Floats, Bools]:
        """What stands, and what is gone, at `time` (seconds, UTC).

        `picture` is grey (height, width) or blue-green-red (height, width, 3), of any size; None where it is not
        `due`. `known_xyxy` (k, 4) are boxes of people, vehicles and other things that somebody else reports, pixels of
        the source frame. Returns boxes (n, 4) in pixels of the source frame, confidence (n,) from 0.5 to 1, and
        whether each is a thing that vanished (n,), in the order in which they were found.
        """
        known = np.empty((0, 4)) if known_xyxy is None else known_xyxy / self._scale
        if picture is not None and self.due(time):
            if not 0 < time - self._last <= self.settings.remember_s:
                self._start()
            self._look(time, self._shrink(picture), known)
        return self._report(time, known)

    def _look(self, time: float, luma: Luma, known: Floats) -> None:
        settings = self.settings
        if self._backgrounds is None:
            self._backgrounds = Backgrounds(luma, settings)
            self._first = self._last = time
            return
        dt, now = time - self._last, time - self._first
        self._last = time
        backgrounds, covered = self._backgrounds, self._cover(known)
        # However long the pause between two pictures: one of them alone proves no stillness.
        backgrounds.watch(dt, min(dt, settings.settle_s / 2), luma, covered)
        self._keep(time, now, dt, luma)
        owned = self._owned()
        relit = backgrounds.relit()
        changed = backgrounds.changed(relit)
        ripe = changed & ~owned & (backgrounds.still >= settings.settle_s)
        if ripe.any():
            same, textured = same_texture(backgrounds.fast, relit)
            if self._moved(ripe & ~same, same, textured & ~owned):
                self._start()
                return
            changed = beyond_light(changed, same) & ~owned
            self._find(time, now, relit, changed)
        backgrounds.follow(now, dt, changed | owned | covered)

    def _moved(self, ripe: Bools, same: Bools, textured: Bools) -> bool:
        """Whether the picture as a whole is another one: nothing can be said until it has been learnt again."""
        backgrounds = self._backgrounds
        assert backgrounds is not None
        known = np.isfinite(backgrounds.known_since)
        told = textured & known
        calm = told & (backgrounds.still >= self.settings.settle_s / 2)
        enough = calm.sum() >= max(CALM * told.sum(), 1)
        return bool(ripe.sum() > MOSTLY * known.sum() or (enough and same[calm].mean() < SAME_VIEW))

    def _find(self, time: float, now: float, relit: Luma, changed: Bools) -> None:
        """Turn settled regions into things, and take for the scene what was in none for `remember_s`."""
        settings, backgrounds = self.settings, self._backgrounds
        assert backgrounds is not None
        ripe = changed & (backgrounds.still >= settings.settle_s)
        backgrounds.adopt(now, changed & (backgrounds.still >= settings.remember_s))
        almost = (changed & (backgrounds.still >= settings.settle_s / 2)).astype(np.uint8)
        almost = cv2.morphologyEx(cv2.morphologyEx(almost, cv2.MORPH_OPEN, ELLIPSE), cv2.MORPH_CLOSE, BRIDGE)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(almost, connectivity=8)
        for label, (x, y, width, height, area) in enumerate(stats.tolist()):
            if label == 0 or not self._fits(width, height, area):
                continue
            part = labels[y : y + height, x : x + width] == label
            if ripe[y : y + height, x : x + width][part].mean() > 0.5:
                self._admit(time, now, relit, (x, y, x + width, y + height), labels == label)

    def _fits(self, width: int, height: int, area: int) -> bool:
        settings, total = self.settings, self._inner[0] * self._inner[1]
        sized = settings.min_area * total <= area <= settings.max_area * total
        return sized and max(width, height) <= settings.max_aspect * min(width, height) and (
            area >= MIN_FILL * width * height
        )  # fmt: skip

    def _admit(self, time: float, now: float, relit: Luma, box: tuple[int, int, int, int], region: Bools) -> None:
        backgrounds, settings = self._backgrounds, self.settings
        assert backgrounds is not None
        x1, y1, x2, y2 = box
        crop = (slice(max(0, y1 - MARGIN), y2 + MARGIN), slice(max(0, x1 - MARGIN), x2 + MARGIN))
        part, look = region[crop].astype(np.uint8), backgrounds.fast[crop].copy()
        grounds = relit[crop], backgrounds.slow[crop]
        under = min(grounds, key=lambda ground: float(np.abs(look - ground)[part == 0].mean())).copy()
        evidence = judge(look, under, part)
        if evidence.light or evidence.edge < MIN_EDGE or abs(evidence.novelty) < UNDECIDED:
            return
        vanished = evidence.novelty < 0
        if vanished and now - float(np.median(backgrounds.known_since[region])) < settings.stood_s:
            backgrounds.adopt(now, region)
            return
        confidence = 0.5 + 0.5 * min(1.0, abs(evidence.novelty) * 2)
        self._things.append(StillThing(box, crop, part, look, under, vanished, confidence, time, time))

    def _keep(self, time: float, now: float, dt: float, luma: Luma) -> None:
        """Watch the things; forget those that are gone or long unseen, and take the old ones for the scene."""
        settings, backgrounds = self.settings, self._backgrounds
        assert backgrounds is not None
        for thing in self._things:
            thing.watch(time, dt, luma)
            if time - thing.since >= settings.remember_s:
                where = np.zeros(luma.shape, bool)
                where[thing.crop] = cv2.dilate(thing.region, ELLIPSE) > 0
                backgrounds.adopt(now, where)
        self._things = [
            thing
            for thing in self._things
            if time - thing.since < settings.remember_s
            and time - thing.seen <= settings.hold_s
            and thing.uncovered_s < settings.gone_s
        ]

    def _owned(self) -> Bools:
        """Pixels of the things there are, with a rim: they are judged already."""
        owned = np.zeros(self._inner[::-1], bool)
        for thing in self._things:
            owned[thing.crop] |= cv2.dilate(thing.region, ELLIPSE, iterations=2) > 0
        return owned

    def _cover(self, known: Floats) -> Bools:
        covered = np.zeros(self._inner[::-1], bool)
        grown = (known[:, 2:] - known[:, :2]) * GROWTH
        low, high = np.floor(known[:, :2] - grown), np.ceil(known[:, 2:] + grown)
        for x1, y1, x2, y2 in np.maximum(np.concatenate([low, high], axis=1), 0).astype(int).tolist():
            covered[y1:y2, x1:x2] = True
        return covered

    def _shrink(self, picture: Image) -> Luma:
        small = (
            picture
            if picture.shape[1::-1] == self._inner
            else cv2.resize(picture, self._inner, interpolation=cv2.INTER_AREA)
        )
        grey = small if small.ndim == 2 else cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
        luma: Luma = cv2.GaussianBlur(grey, (3, 3), 0).astype(np.float32)
        return luma

    def _report(self, time: float, known: Floats) -> tuple[Floats, Floats, Bools]:
        boxes = np.array([thing.box for thing in self._things], float).reshape(-1, 4)
        shown = ~(box_iou(boxes, known) >= KNOWN_IOU).any(axis=1)
        confidence = np.array([thing.confidence for thing in self._things])
        vanished = np.array([thing.vanished for thing in self._things], bool)
        return (boxes * self._scale)[shown], confidence[shown], vanished[shown]
