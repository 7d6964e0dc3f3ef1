"""Group loitering, second set: three together for a minute, or what only looks like it."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.second.backdrop import lane, market, yard
from pipeline.simulate.scenarios.cast import (
    biker,
    comer,
    friends,
    go_out,
    parked,
    passers,
    pillion,
    pull_up,
    ride_out,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_stay
from pipeline.simulate.street import Street

KIND = "group_loitering"
CORNER = [(-6.0, 10.0), (4.0, 10.0), (4.0, 15.5), (-6.0, 15.5)]


@scenario(KIND, 170)
def drinkers_gather_on_the_kerb(street: Street) -> None:
    """Three men turn up one by one with half a minute between, sit over a bottle, and break up one by one."""
    street.zones["corner"] = CORNER
    lane(street)
    men = []
    for i, (x, y) in enumerate(((-2.5, 12.0), (-0.8, 13.0), (0.6, 12.0))):
        side = -1 if i % 2 else 1
        men.append(comer(street, 3 + vary(street, 13, 17) * i, y, side).walk(x, y))
    end = men[2].time + vary(street, 72, 88)
    for i, man in enumerate(men):
        go_out(man.until(end + 5 * i), -1 if i else 1)
    expect_stay(street, KIND, men, "corner", count=3)


@scenario(KIND, 170)
def four_youths_who_come_and_go(street: Street) -> None:
    """Four hang about; one leaves, another turns up later: always three at least, not always the same three."""
    street.zones["corner"] = [(-4.0, 13.0), (7.0, 13.0), (7.0, 19.0), (-4.0, 19.0)]
    lane(street, walk=22.0, road=25.0)
    spots = ((0.0, 15.6), (1.3, 16.6), (2.8, 15.8), (4.3, 16.4))
    group = [comer(street, vary(street, 2, 5), y, 1).walk(x + vary(street, -0.2, 0.2), y) for x, y in spots]
    start = max(one.time for one in group)
    go_out(group[1].until(start + vary(street, 26, 32)), 1)
    late = comer(street, start + vary(street, 38, 44), 15.2, -1).walk(1.3, 15.2)
    go_out(group[0].until(late.time + vary(street, 12, 18)), -1)
    end = start + vary(street, 84, 96)
    for i, one in enumerate((group[2], group[3], late)):
        go_out(one.until(end + i), -1)
    expect_stay(street, KIND, [*group, late], "corner", count=3)


@scenario(KIND, 160)
def racers_meet_at_the_bridge_head(street: Street) -> None:
    """Two motorbikes bring three young men, who get off and confer beside the machines while traffic goes by."""
    street.zones["verge"] = [(-7.0, 11.0), (6.0, 11.0), (6.0, 16.5), (-7.0, 16.5)]
    market(street, walks=(19.5,), road=23.0)
    a, bike_a = biker(street, vary(street, 2, 5), 13.0, -1)
    b = pillion(street, bike_a)
    pull_up(a, -3.0, 13.0).dismount(0.6, -1.0)
    b.dismount(1.3, 0.6)
    c, bike_c = biker(street, vary(street, 8, 12), 14.5, 1)
    pull_up(c, 1.6, 14.5).dismount(-1.3, -0.8)
    start = max(a.time, b.time, c.time)
    b.walk(-1.0, 12.6, 0.8)
    for one in (a, b, c):
        one.until(start + vary(street, 70, 74))
    end = max(a.time, b.time, c.time) + vary(street, 2, 8)
    b.until(end).walk(-2.6, 13.5).mount(bike_a)
    a.until(end).mount(bike_a)
    ride_out(a, bike_a, 1, b)
    c.until(end + 2).walk(1.4, 13.8).mount(bike_c)
    ride_out(c, bike_c, -1)
    expect_stay(street, KIND, [a, b, c], "verge", count=3)


@scenario(KIND, 160)
def trio_with_a_short_errand(street: Street) -> None:
    """Three loaf at a shutter; halfway one of them steps out of the zone for three seconds to spit and comes back."""
    street.zones["shutter"] = [(-5.0, 9.5), (2.0, 9.5), (2.0, 13.5), (-5.0, 13.5)]
    lane(street, walk=18.0, road=22.0)
    spots = ((-3.2, 11.0), (-1.6, 12.2), (0.4, 11.2))
    group = [comer(street, vary(street, 2, 6), y, 1).walk(x, y) for x, y in spots]
    start = max(one.time for one in group)
    group[2].until(start + vary(street, 30, 38)).walk(2.9, 11.2, 1.4).wait(vary(street, 1.0, 1.8))
    group[2].walk(0.4, 11.2, 1.4)
    end = start + vary(street, 74, 90)
    for i, one in enumerate(group):
        go_out(one.until(end + 2 * i), -1)
    expect_stay(street, KIND, group, "shutter", count=3)


@scenario(KIND, 160, positive=False)
def two_neighbours_and_a_chain_of_third_ones(street: Street) -> None:
    """Two neighbours chat for two minutes; a third stands with them now and then, each time for half a minute."""
    street.zones["corner"] = CORNER
    lane(street)
    pair = [comer(street, 2 + i, 12.0 + 0.8 * i, -1).walk(-1.6 + 1.3 * i, 12.0 + 0.8 * i) for i in range(2)]
    for time in (vary(street, 10, 14), vary(street, 76, 82)):
        third = comer(street, time, 11.6, 1).walk(1.2, 11.6).wait(vary(street, 26, 34))
        go_out(third, 1)
    for one in pair:
        go_out(one.until(vary(street, 138, 142)), -1)


@scenario(KIND, 120, positive=False)
def three_colleagues_say_goodbye(street: Street) -> None:
    """Three come out of work together and talk for not quite a minute before they scatter."""
    street.zones["corner"] = [(-5.0, 13.0), (6.0, 13.0), (6.0, 18.5), (-5.0, 18.5)]
    market(street, walks=(9.0,), road=22.5)
    group = friends(street, 3, vary(street, 3, 8), 0.8, 15.6, -1)
    end = group[2].time + vary(street, 41, 44)
    for i, one in enumerate(group):
        go_out(one.until(end + 0.5 * i), 1 if i == 1 else -1)


@scenario(KIND, 165, positive=False)
def football_boys_dash_off_and_return(street: Street) -> None:
    """Three boys stand about for 40 s, chase their ball out of the zone for a dozen seconds, return for 40 s."""
    street.zones["yard"] = [(-4.0, 12.0), (5.0, 12.0), (5.0, 18.0), (-4.0, 18.0)]
    yard(street)
    spots = ((-0.6, 15.6), (0.9, 14.2), (2.4, 15.4))
    boys = [comer(street, vary(street, 2, 5), y, 1).walk(x, y) for x, y in spots]
    off = max(boy.time for boy in boys) + vary(street, 34, 39)
    rest = vary(street, 36, 41)
    for i, boy in enumerate(boys):
        x, y = boy.place
        boy.until(off + 0.4 * i).walk(-7.0 - i, 14.0 + i, 2.4).wait(vary(street, 8, 10)).walk(x, y, 2.2)
        go_out(boy.wait(rest - 1.5 * i), 1)


@scenario(KIND, 160, positive=False)
def two_couples_in_two_places(street: Street) -> None:
    """A couple at the tea stall, another at the bus stop, for minutes: four people, but nowhere three."""
    street.zones["tea"] = [(-9.0, 11.0), (-2.0, 11.0), (-2.0, 16.0), (-9.0, 16.0)]
    street.zones["stop"] = [(2.0, 11.0), (9.0, 11.0), (9.0, 16.0), (2.0, 16.0)]
    lane(street, walk=19.5, road=23.0)
    for x, side in ((-5.0, -1), (5.0, 1)):
        start = vary(street, 2, 6)
        for i in range(2):
            one = comer(street, start + i, 13.0 + 0.7 * i, side).walk(x + 1.1 * i, 13.0 + 0.7 * i)
            go_out(one.until(vary(street, 130, 138)), side)


@scenario(KIND, 170, positive=False)
def bread_cart_queue(street: Street) -> None:
    """Customers of a bread cart wait and go; mostly two of them, for a moment three, never three for long."""
    street.zones["cart"] = [(-4.0, 10.0), (5.0, 10.0), (5.0, 14.0), (-4.0, 14.0)]
    passers(street, 17.5, every_s=12)
    parked(street, -8.5, 8.0, y=19.5)
    for i in range(7):
        side = -1 if i % 2 else 1
        x, y = -2.0 + 1.5 * (i % 4), 11.6 + 0.7 * (i % 2)
        guest = comer(street, 3 + 17 * i + vary(street, 0, 2), y, side).walk(x, y).wait(vary(street, 33, 38))
        go_out(guest, -side)


@scenario(KIND, 130, positive=False)
def family_strolls_through_with_halts(street: Street) -> None:
    """Grandmother, mother and child amble through the zone and halt at a window, together for half a minute or so."""
    street.zones["shops"] = [(-7.0, 11.0), (7.0, 11.0), (7.0, 16.0), (-7.0, 16.0)]
    market(street, walks=(8.5, 19.0), road=23.5)
    start, halt = vary(street, 3, 12), vary(street, 14, 18)
    for i in range(3):
        one = comer(street, start + 0.7 * i, 13.0 + 0.7 * i, -1).walk(-1.0 - 0.9 * i, 13.0 + 0.7 * i, 0.8)
        go_out(one.wait(halt), 1, 0.75)
