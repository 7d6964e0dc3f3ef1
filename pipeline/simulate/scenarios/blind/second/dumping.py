"""Dumping, second set: something is left lying and whoever brought it is off, or comes back to it in time."""

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
    traffic,
    vary,
)
from pipeline.simulate.street import Street

KIND = "dumping"
PLOT = [(-7.0, 10.5), (5.0, 10.5), (5.0, 17.0), (-7.0, 17.0)]


@scenario(KIND, 130)
def sack_from_the_footboard(street: Street) -> None:
    """A rider stops at an empty plot, swings a sack down from the footboard and is away in a few seconds."""
    street.zones["plot"] = PLOT
    lane(street, walk=20.0, road=23.5)
    x = vary(street, -4, 1)
    rider, bike = biker(street, vary(street, 4, 14), 12.0, 1)
    sack = carrying(street, rider, "object")
    pull_up(rider, x, 12.0).wait(vary(street, 2.5, 5)).put(sack, 0.0, 1.2).wait(1)
    street.expect(KIND, rider.time - 1.0, street.seconds, "plot")
    ride_out(rider, bike, -1)


@scenario(KIND, 140)
def neighbour_sneaks_out_with_the_rubbish(street: Street) -> None:
    """A neighbour carries a bag to the corner, sets it down, goes back and gossips eight metres off for minutes."""
    street.zones["corner"] = [(-6.0, 11.0), (1.5, 11.0), (1.5, 16.0), (-6.0, 16.0)]
    yard(street)
    passers(street, 8.5, every_s=14)
    x = vary(street, -3, -1)
    friend = comer(street, 2, 14.0, 1).walk(7.2, 14.0)
    man = comer(street, vary(street, 4, 10), 13.0, 1)
    bag = carrying(street, man, "object")
    man.walk(x, 13.0).wait(vary(street, 2, 4)).put(bag, -0.5, 0.4).wait(1.5)
    street.expect(KIND, man.time - 1.5, street.seconds, "corner")
    man.walk(6.2, 13.6).until(vary(street, 118, 126))
    go_out(man, 1)
    go_out(friend.until(man.time - 4), 1)


@scenario(KIND, 150)
def rubble_from_the_lorry(street: Street) -> None:
    """A lorry halts at the verge, its driver heaves a load of rubble down behind it, climbs in again and drives on."""
    street.zones["verge"] = [(-8.0, 11.0), (8.0, 11.0), (8.0, 18.0), (-8.0, 18.0)]
    passers(street, 20.5, every_s=13)
    x = vary(street, -1, 2)
    truck = street.add("truck", vary(street, 4, 10), enter_at(-1, 14.5) - 6, 14.5).drive(x, 14.5, 5.5)
    driver = street.person(truck.time + vary(street, 3, 5), x + 2.0, 12.6)
    load = carrying(street, driver, "object")
    driver.walk(x - 3.2, 12.4, 1.1).wait(vary(street, 3, 5)).put(load, -0.9, 0.6)
    street.expect(KIND, driver.time, street.seconds, "verge")
    driver.wait(vary(street, 2, 4)).walk(x + 2.0, 12.6).leave()
    truck.until(driver.time + 2).drive(edge(14.5) + 6, 14.5, 5.5).leave()


@scenario(KIND, 150)
def mattress_at_the_far_wall(street: Street) -> None:
    """A couple carries something bulky to the far wall amid passers-by, leans it there and walks off together."""
    street.zones["wall"] = [(-4.0, 16.5), (8.0, 16.5), (8.0, 22.5), (-4.0, 22.5)]
    passers(street, 9.0, 15.0, every_s=8)
    traffic(street, 12.5, every_s=16)
    x = vary(street, 0, 4)
    one, two = comer(street, vary(street, 4, 8), 19.0, -1), comer(street, 4, 19.0, -1)
    thing = carrying(street, one, "object")
    one.walk(x, 19.0, 1.0).wait(vary(street, 3, 5)).put(thing, 0.5, 0.6).wait(vary(street, 2, 4))
    street.expect(KIND, one.time - 2.0, street.seconds, "wall")
    two.walk(x - 1.2, 19.0, 1.0).until(one.time)
    go_out(one, 1)
    go_out(two, 1)


@scenario(KIND, 130, positive=False)
def rests_beside_his_load(street: Street) -> None:
    """A carrier sets his load down, rests beside it for most of a minute, shoulders it and goes on."""
    street.zones["plot"] = PLOT
    market(street, walks=(8.5, 19.0), road=23.0)
    x = vary(street, -4, 1)
    man = comer(street, vary(street, 4, 12), 13.0, -1)
    load = carrying(street, man, "object")
    man.walk(x, 13.0, 1.0).put(load, 0.5, 0.4).wait(vary(street, 15, 20)).walk(x - 1.2, 13.2, 0.6)
    man.wait(vary(street, 14, 20)).walk(x, 13.0, 0.6).wait(4).take(load)
    go_out(man, 1, 1.0)


@scenario(KIND, 160, positive=False)
def vendor_spreads_her_wares(street: Street) -> None:
    """A street vendor sets two crates out on the plot and stays within two metres of both for two minutes."""
    street.zones["plot"] = PLOT
    market(street, walks=(8.5, 19.5), road=23.0)
    x = vary(street, -3, 1)
    vendor = comer(street, 3, 13.0, 1)
    crates = [carrying(street, vendor, "object"), carrying(street, vendor, "object")]
    vendor.walk(x, 13.0, 1.1).wait(2).put(crates[0], -0.9, 0.3).put(crates[1], 0.8, 0.4)
    while vendor.time < 128:
        vendor.walk(x + vary(street, -1.0, 1.0), 12.6 + vary(street, -0.2, 0.4), 0.6).wait(vary(street, 8, 20))
    vendor.walk(x, 13.0, 0.8).take(crates[0]).take(crates[1])
    go_out(vendor, 1)


@scenario(KIND, 130, positive=False)
def fetches_the_second_half_and_leaves(street: Street) -> None:
    """He sets a box down, is away for half a minute to fetch something, comes back and carries the box off."""
    street.zones["plot"] = PLOT
    lane(street, walk=20.0, road=23.5)
    x = vary(street, -3, 1)
    man = comer(street, vary(street, 4, 12), 13.0, -1)
    box = carrying(street, man, "object")
    man.walk(x, 13.0).wait(3).put(box, 0.4, 0.4).wait(1.5)
    man.walk(x + 8.0, 15.5, 1.5).wait(vary(street, 24, 30))
    beside(man, box, -0.2, -0.6, 1.5).wait(2).take(box)
    go_out(man, -1)


@scenario(KIND, 130, positive=False, settings={"collection_hours": "20:00-22:00"})
def bins_out_for_the_collection(street: Street) -> None:
    """At nine, when rubbish may be put out, two neighbours set their bags at the corner one after the other and go."""
    street.zones["corner"] = [(-5.0, 11.0), (4.0, 11.0), (4.0, 16.0), (-5.0, 16.0)]
    yard(street)
    passers(street, 8.5, every_s=16)
    for i, side in enumerate((-1, 1)):
        one = comer(street, 4 + 16 * i + vary(street, 0, 6), 13.0, side)
        bag = carrying(street, one, "object")
        one.walk(-1.0 + 1.6 * i, 13.0).wait(vary(street, 2, 4)).put(bag, 0.1, 0.6).wait(1.5)
        go_out(one, side)


@scenario(KIND, 130, positive=False)
def set_down_at_his_own_door_beside_the_zone(street: Street) -> None:
    """A box is left for good, but two metres outside the watched plot, on somebody's own doorstep."""
    street.zones["plot"] = [(-7.0, 10.5), (0.0, 10.5), (0.0, 16.5), (-7.0, 16.5)]
    market(street, walks=(8.5, 19.0), road=23.0)
    x = vary(street, 2.4, 4)
    man = comer(street, vary(street, 4, 12), 13.0, -1)
    box = carrying(street, man, "object")
    man.walk(x, 13.0).wait(vary(street, 3, 6)).put(box, 0.5, 0.4).wait(2)
    go_out(man, 1)


@scenario(KIND, 160, positive=False)
def parks_waits_and_takes_nothing(street: Street) -> None:
    """A rider parks on the plot and walks off for a minute and a half; a man with a sack halts there and goes on."""
    street.zones["plot"] = PLOT
    lane(street, walk=20.0, road=23.5)
    x = vary(street, -4, -1)
    rider, bike = biker(street, vary(street, 3, 7), 13.0, -1)
    pull_up(rider, x, 13.0).dismount(0.2, -0.9).wait(2).walk(x + 9, 15.0).wait(vary(street, 70, 84))
    man = comer(street, vary(street, 26, 34), 12.0, 1)
    sack = carrying(street, man, "backpack")
    man.walk(x + 3.5, 12.0).wait(vary(street, 6, 10)).put(sack, 0.4, 0.3).wait(vary(street, 4, 8)).take(sack)
    go_out(man, -1)
    beside(rider, bike, 0.0, -0.8).mount(bike)
    ride_out(rider, bike, 1)
