"""Removed things, second set: what had stood there is gone for a quarter of a minute, or was only out of view."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.second.backdrop import enter_at, lane, market, yard
from pipeline.simulate.scenarios.cast import (
    beside,
    biker,
    carrying,
    comer,
    edge,
    go_out,
    passers,
    pull_up,
    ride_out,
    vary,
)
from pipeline.simulate.street import Actor, Street

KIND = "object_removed"
FRONT = [(-6.0, 10.0), (6.0, 10.0), (6.0, 16.0), (-6.0, 16.0)]


@scenario(KIND, 130)
def flower_pot_walks_away(street: Street) -> None:
    """Two pots stand before a house; a passer-by looks round, picks one up and carries it off."""
    street.zones["front"] = FRONT
    lane(street, walk=19.0, road=22.5)
    x = vary(street, -2, 2)
    pot = street.add("object", 0, x, 13.0)
    street.add("object", 0, x + 2.4, 13.2)
    thief = comer(street, vary(street, 48, 56), 12.2, 1).walk(x + 1.0, 12.2).wait(vary(street, 3, 7))
    beside(thief, pot, 0.1, -0.7, 0.8).wait(1).take(pot)
    street.expect(KIND, thief.time, street.seconds, "front")
    go_out(thief, -1, 1.5)


@scenario(KIND, 130)
def rider_lifts_the_suitcase(street: Street) -> None:
    """A suitcase has stood at the shop door; a rider pulls up, lifts it onto his motorbike and is gone."""
    street.zones["front"] = FRONT
    market(street, walks=(8.5, 18.5), road=22.5)
    x = vary(street, -2, 3)
    case = street.add("suitcase", 0, x, 13.2)
    rider, bike = biker(street, vary(street, 46, 56), 12.0, -1)
    pull_up(rider, x - 0.8, 12.0).dismount(0.6, 0.5).wait(vary(street, 0.5, 1.5)).take(case)
    street.expect(KIND, rider.time, street.seconds, "front")
    rider.mount(bike)
    ride_out(rider, bike, 1, case)


@scenario(KIND, 140)
def crate_gone_in_the_rush(street: Street) -> None:
    """A crate by the stalls is carried away by one of many who walk past it in both directions."""
    street.zones["stalls"] = [(-5.0, 12.5), (6.0, 12.5), (6.0, 18.0), (-5.0, 18.0)]
    market(street, walks=(9.0, 13.4), road=22.0)
    crate = street.add("object", 0, vary(street, -1, 2.5), 15.5)
    thief = comer(street, vary(street, 52, 64), 14.6, -1)
    beside(thief, crate, -0.2, -0.8).wait(vary(street, 1.5, 3)).take(crate)
    street.expect(KIND, thief.time, street.seconds, "stalls")
    go_out(thief, 1, 1.2)


@scenario(KIND, 150)
def gone_when_the_van_drives_off(street: Street) -> None:
    """A lorry stops before the gas bottle for half a minute; when it drives on, the bottle is no longer there."""
    street.zones["front"] = [(-5.0, 12.0), (5.0, 12.0), (5.0, 17.5), (-5.0, 17.5)]
    passers(street, 8.5, every_s=16)
    x = vary(street, -1, 1)
    bottle = street.add("object", 0, x, 15.4)
    truck = street.add("truck", vary(street, 44, 50), enter_at(-1, 12.5) - 6, 12.5).drive(x, 12.5, 5.5)
    helper = street.person(truck.time + vary(street, 5, 9), x + 0.9, 15.2)
    helper.wait(1).take(bottle)
    helper.walk(x + 0.5, 14.3, 0.8)
    street.expect(KIND, helper.time, street.seconds, "front")
    helper.leave()
    truck.until(helper.time + vary(street, 8, 14)).drive(edge(12.5) + 6, 12.5, 5.0).leave()


@scenario(KIND, 150, positive=False)
def bus_hides_the_box(street: Street) -> None:
    """A bus stands before a box for forty seconds; afterwards the box is where it was."""
    street.zones["front"] = [(-5.0, 12.0), (5.0, 12.0), (5.0, 17.5), (-5.0, 17.5)]
    passers(street, 8.5, every_s=12)
    x = vary(street, -1, 1)
    street.add("object", 0, x, 15.6)
    bus = street.add("bus", vary(street, 44, 52), enter_at(1, 12.8) + 7, 12.8, 180.0).drive(x, 12.8, 5.5)
    bus.wait(vary(street, 34, 44)).drive(enter_at(-1, 12.8) - 7, 12.8, 5.0).leave()


@scenario(KIND, 130, positive=False)
def sweeper_shoves_the_crate_aside(street: Street) -> None:
    """A sweeper pushes a crate half a metre to the side, sweeps where it stood, and leaves it there."""
    street.zones["front"] = FRONT
    lane(street, walk=19.0, road=22.5)
    crate = street.add("object", 0, vary(street, -1, 2), 13.0)
    x = crate.place[0]
    sweeper = comer(street, vary(street, 42, 50), 12.2, -1).walk(x, 12.2).wait(2).take(crate, (0.0, 0.8, 0.0))
    sweeper.walk(x + vary(street, 0.45, 0.6), 12.2, 0.4).put(crate, 0.0, 0.8).wait(1)
    sweeper.walk(x - 1.2, 12.3, 0.7).wait(vary(street, 6, 12))
    go_out(sweeper, -1)


@scenario(KIND, 140, positive=False)
def borrowed_stool_is_put_back(street: Street) -> None:
    """Somebody takes the box to stand on it a few metres off, and sets it back in its place after ten seconds."""
    street.zones["front"] = FRONT
    yard(street)
    x = vary(street, -2, 0)
    box = street.add("suitcase", 0, x, 13.4)
    man = comer(street, vary(street, 44, 54), 12.7, 1)
    beside(man, box, 0.3, -0.7).wait(1).take(box).walk(x + vary(street, 2.0, 2.4), 12.6, 1.4)
    man.wait(vary(street, 3.5, 5)).walk(x + 0.3, 12.7, 1.4)
    box_x, box_y = x - man.place[0], 13.4 - man.place[1]
    man.put(box, box_x, box_y).wait(vary(street, 3, 6))
    go_out(man, 1)


@scenario(KIND, 120, positive=False)
def delivery_left_for_a_moment(street: Street) -> None:
    """A courier sets a box down for twenty seconds, rings, nobody is in, and he takes it away again."""
    street.zones["front"] = FRONT
    market(street, walks=(8.5, 18.5), road=22.5)
    x = vary(street, -2, 2)
    man = comer(street, vary(street, 6, 16), 12.5, -1)
    box = carrying(street, man, "suitcase")
    man.walk(x, 12.5).put(box, 0.5, 0.4).wait(vary(street, 17, 23)).take(box)
    go_out(man, -1)


@scenario(KIND, 150, positive=False)
def crowd_before_the_display(street: Street) -> None:
    """Shoppers stand before a suitcase on display for half a minute and more and hide it; nobody takes it."""
    street.zones["front"] = [(-5.0, 11.0), (5.0, 11.0), (5.0, 16.0), (-5.0, 16.0)]
    lane(street, walk=20.0, road=23.0)
    case = street.add("suitcase", 0, vary(street, -0.5, 0.5), 14.0)
    for i, dx in enumerate((-0.5, 0.0, 0.5)):
        side = -1 if i % 2 else 1
        one = comer(street, 40 + 3 * i + vary(street, 0, 2), 12.4 + 0.4 * (i % 2), side)
        one.walk(case.place[0] * 0.88 + dx, 12.4 + 0.4 * (i % 2)).wait(vary(street, 32, 45))
        go_out(one, side)


@scenario(KIND, 130, positive=False)
def bag_from_the_other_side_of_the_zone(street: Street) -> None:
    """A bag that stood two metres outside the zone is carried through it; the one inside the zone stays."""
    street.zones["front"] = [(-6.0, 12.5), (3.0, 12.5), (3.0, 17.0), (-6.0, 17.0)]
    passers(street, 8.5, 19.5, every_s=12)
    street.add("suitcase", 0, vary(street, -3, -1), 14.8)
    outside: Actor = street.add("suitcase", 0, vary(street, 5.0, 5.6), 14.0)
    man = comer(street, vary(street, 46, 56), 13.3, 1)
    beside(man, outside, 0.1, -0.7).wait(vary(street, 1, 3)).take(outside)
    go_out(man, -1)
