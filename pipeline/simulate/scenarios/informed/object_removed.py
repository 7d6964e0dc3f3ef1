"""Object removed, where a place is hidden or shared: behind a lorry, side by side, moved by a little or by more."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    beside,
    carrying,
    comer,
    edge,
    go_out,
    lorry_stands,
    passers,
    traffic,
    vary,
)
from pipeline.simulate.street import Actor, Street

PLACE = [(-5.0, 9.0), (5.0, 9.0), (5.0, 16.0), (-5.0, 16.0)]


def _things(street: Street, *xs: float, y: float = 12.5, kind: str = "object") -> list[Actor]:
    """Things that have stood in the zone since before the play."""
    street.zones["place"] = PLACE
    return [street.add(kind, 0.0, x, y) for x in xs]


def _expect(street: Street, start: float) -> None:
    street.expect("object_removed", start, street.seconds, "place")


@scenario("object_removed", 110)
def box_dragged_two_metres_aside(street: Street) -> None:
    """A box is moved by more than two metres and left there, in the zone: it is gone from its place."""
    (box,) = _things(street, vary(street, -1.5, -0.5))
    passers(street, 17.5)
    man = beside(comer(street, vary(street, 38, 44), 11.5), box, -0.4, 0.3).wait(1).take(box)
    _expect(street, man.time)
    go_out(man.walk(man.place[0] + vary(street, 2.2, 2.8), man.place[1], 0.8).put(box).wait(2), 1)


@scenario("object_removed", 110)
def one_of_two_boxes_is_taken(street: Street) -> None:
    """Two boxes stand 0.8 m apart; one is carried away, close past the other, which stays."""
    box, _ = _things(street, -0.4, 0.5)
    traffic(street, 19)
    man = beside(comer(street, vary(street, 38, 46), 11.5), box, -0.4, -0.4).wait(1.5).take(box)
    _expect(street, man.time)
    go_out(man, 1)


@scenario("object_removed", 130)
def taken_behind_a_lorry(street: Street) -> None:
    """A lorry stops before the suitcase; somebody goes behind it and comes out with the suitcase; the place is bare."""
    (case,) = _things(street, 0.0, y=12.5, kind="suitcase")
    start = vary(street, 38, 44)
    lorry_stands(street, start, 26, y=8.6)
    man = comer(street, start - 2, 12.8)
    go_out(beside(man, case, -0.4, 0.3).until(start + 14).take(case), 1)
    _expect(street, start - 1.0)


@scenario("object_removed", 120)
def brought_stood_and_taken_by_its_owner(street: Street) -> None:
    """He brings a case, it stands there for 45 s, he takes it away again: the place does not ask whose it is."""
    street.zones["place"] = PLACE
    owner = comer(street, vary(street, 4, 8), 12.0)
    case = carrying(street, owner, "suitcase")
    owner.walk(vary(street, -1, 1), 12.0).put(case).wait(1).walk(owner.place[0] - 2.0, 12.5).wait(vary(street, 42, 48))
    beside(owner, case, -0.4, 0.3).take(case)
    _expect(street, owner.time)
    go_out(owner, 1)


@scenario("object_removed", 120, positive=False)
def pot_carried_eighty_centimetres_aside(street: Street) -> None:
    """A sweeper lifts a pot, sets it down 0.8 m farther, and sweeps on: moved by less than a metre."""
    (pot,) = _things(street, vary(street, -1, 1))
    man = beside(comer(street, vary(street, 38, 46), 11.5), pot, -0.4, 0.3).wait(1).take(pot)
    man.walk(man.place[0] + 0.8, man.place[1], 0.8).put(pot, 0.4, -0.3).wait(vary(street, 6, 10))
    go_out(man, 1)


@scenario("object_removed", 130, positive=False)
def sweeper_lifts_the_box_three_times(street: Street) -> None:
    """He carries it two metres aside for 7 s, three times, and always puts it back: never gone for fifteen."""
    (box,) = _things(street, 0.0)
    x, y = box.place
    man = beside(comer(street, vary(street, 36, 42), 11.5), box, -0.4, 0.3)
    for _ in range(3):
        man.take(box).walk(x - 2.2, y + 0.3, 1.0).wait(vary(street, 2, 3)).walk(x - 0.4, y + 0.3, 1.0)
        man.put(box).wait(vary(street, 7, 9))
    go_out(man, -1)


@scenario("object_removed", 140, positive=False)
def car_parks_so_that_only_the_top_shows(street: Street) -> None:
    """A car parks for 60 s right before the suitcase, of which hardly more than the upper edge is to be seen."""
    _things(street, 0.3, y=12.0, kind="suitcase")
    car = street.add("car", vary(street, 30, 36), -edge(10.4) - 5, 10.4).drive(0.3, 10.4, 5.0)
    car.wait(vary(street, 58, 64)).drive(edge(10.4) + 5, 10.4, 5.0).leave()


@scenario("object_removed", 150, positive=False)
def customers_take_turns_before_the_box(street: Street) -> None:
    """One after the other stands right before the box for some 14 s, with moments between them in which it shows."""
    (box,) = _things(street, 0.0, y=13.5)
    time = vary(street, 32, 36)
    for i in range(5):
        side = (-1.0) ** i
        man = comer(street, time, 12.4, side).walk(box.place[0] * 0.9 + vary(street, -0.1, 0.1), 12.4)
        time += 17
        go_out(man.wait(vary(street, 13, 14.5)), side, y=11.0)


@scenario("object_removed", 130, positive=False)
def neighbour_takes_his_own_box_from_beside_it(street: Street) -> None:
    """Somebody sets his box down beside the one that belongs there for 15 s and takes his own away again."""
    _things(street, -0.4)
    man = comer(street, vary(street, 34, 40), 11.9, 1)
    own = carrying(street, man, "object")
    man.walk(0.9, 11.9).put(own, -0.3, 0.6).wait(vary(street, 13, 17)).take(own)
    go_out(man, 1)
