"""Somebody takes an item that others set down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from pipeline.rules import words
from pipeline.rules.ledger import Measures, Place, Wording
from pipeline.rules.object_abandoned import THINGS
from pipeline.rules.settings import RuleSettings
from pipeline.rules.taking import Taking
from pipeline.scene import Scene
from pipeline.types import Event, Reading, Reason

ATTENDED_M = 3.0


class ItemTakenSettings(RuleSettings):
    """Defaults: 3 m, farther than one moves a thing out of one's way (PETS 2007 calls theft "spatial only")."""

    kind: Literal["item_taken"] = "item_taken"
    classes: tuple[str, ...] = Field(THINGS, min_length=1)
    distance_m: float = Field(3.0, gt=0, description="Moved farther than this with somebody it does not belong to.")


def _tell(zone: str, measures: Measures) -> dict[str, str]:
    moved, limit = float(measures["moved_m"]), float(measures["distance_m"])
    name, attended = str(measures["class"]), bool(measures["attended"])
    return {
        "vi": f"{words.noun(name)} tại khu vực “{zone}” được mang đi {words.number(moved)} m (ngưỡng "
        f"{words.number(limit)} m) bởi người không phải người đặt xuống hay người đi cùng; "
        f"lúc đó {'có' if attended else 'không có'} người trông.",
        "en": f"{words.a(name)} in zone “{zone}” was carried {moved:.1f} m (threshold {limit:.1f} m) by somebody who "
        f"neither set it down nor came with whoever did; it was {'attended' if attended else 'unattended'}.",
    }


_WORDING = Wording("item_taken", "alerts", None, _tell)


class ItemTaken:
    """Fires when an item with an owner has moved > `distance_m` with somebody who is neither him nor his company.

    Attended or unattended, said which: was one of them within 3 m when it left. Whoever comes into view where the
    owner went out of view may be him, and whoever stood with him for 4 s is his company, so a taker who does either
    is missed. It cannot see an item that is hidden in a bag or under a coat at once, what is too small for the
    detector, nor a word of consent.
    """

    def __init__(self, place: Place, settings: ItemTakenSettings) -> None:
        self._taking = Taking(place, settings, _WORDING, settings.distance_m, ATTENDED_M)

    def judge(self, scene: Scene) -> Sequence[Event]:
        return self._taking.judge(scene, lambda thing: True)

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        return self._taking.close(scene, reason)

    def readings(self, scene: Scene) -> Sequence[Reading]:
        return self._taking.readings(scene)
