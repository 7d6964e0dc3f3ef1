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


class ItemTakenSettings(RuleSettings):
    """Defaults: 3 m, farther than one moves a thing out of one's way (PETS 2007 calls theft "spatial only")."""

    kind: Literal["item_taken"] = "item_taken"
    classes: tuple[str, ...] = Field(THINGS, min_length=1)
    distance_m: float = Field(3.0, gt=0, description="Moved farther than this with somebody it does not belong to.")


def _tell(zone: str, measures: Measures) -> dict[str, str]:
    moved, limit = float(measures["moved_m"]), float(measures["distance_m"])
    name, attended = str(measures["class"]), bool(measures["attended"])
    vi, en = f"{words.noun(name)} tại khu vực “{zone}”", f"{words.a(name)} in zone “{zone}”"
    if measures["seen_along"]:
        vi += f" được mang đi {words.number(moved)} m (ngưỡng {words.number(limit)} m) bởi"
        en += f" was carried {moved:.1f} m (threshold {limit:.1f} m) by"
    else:
        vi += f" không còn ở chỗ cũ; lúc mất dấu, ở gần và sau đó rời đi hơn {words.number(limit)} m là"
        en += f" is gone from its place; within reach when it was last seen, and now more than {limit:.1f} m away, was"
    return {
        "vi": f"{vi} người không phải người đặt xuống hay người đi cùng; lúc đó "
        f"{'có' if attended else 'không có'} người trông.",
        "en": f"{en} somebody who neither set it down nor came with whoever did; it was "
        f"{'attended' if attended else 'unattended'}.",
    }


_WORDING = Wording("item_taken", "alerts", None, _tell)


class ItemTaken:
    """Fires when an item with an owner has moved > `distance_m` with somebody who is neither him nor his company.

    An item that is gone for 5 s in plain view and was not seen to go counts as moved by whoever was within 1.2 m when
    it was last seen and is > `distance_m` away now, unless one of its people was within reach too.

    Attended or unattended, said which: was one of them within 3 m when it left. Whoever comes into view where the
    owner went out of view may be him, and whoever walked or stood with him for 4 s is his company (for half of that one
    may hide the other; who walks up to 2.5 m behind him and as fast counts, too, the less the farther), as is whoever
    stood where an item lies that hardly anybody was seen to bring, and who begins where its owner was 3 s before: a
    taker who does any of this is missed. Where more than 24 may be one of its people it may be anybody's, and nothing
    is told of it; nor where something like it still stands in its place, or begins beside one who stood by it. Where a
    taker has just met one of its people, it is told once it shows who is who, some 4 s later at most. It cannot see an
    item that is hidden in a bag or under a coat at once, what is too small for the detector, nor a word of consent.
    """

    def __init__(self, place: Place, settings: ItemTakenSettings) -> None:
        self._taking = Taking(place, settings, _WORDING, settings.distance_m)

    def judge(self, scene: Scene) -> Sequence[Event]:
        return self._taking.judge(scene, lambda thing: True)

    def close(self, scene: Scene, reason: Reason) -> Sequence[Event]:
        return self._taking.close(scene, reason)

    def readings(self, scene: Scene) -> Sequence[Reading]:
        return self._taking.readings(scene)
