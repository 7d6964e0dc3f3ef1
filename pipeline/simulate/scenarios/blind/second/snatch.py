"""Snatches, second set: a rider at speed close to a walker, and what happens to walker, bag and pace."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.second.backdrop import lane, market
from pipeline.simulate.scenarios.cast import (
    biker,
    carrying,
    comer,
    edge,
    go_out,
    parked,
    passers,
    pillion,
    pull_up,
    ride_out,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import last_seen
from pipeline.simulate.street import Actor, Street

KIND = "snatch"


def _meet(street: Street, time: float, x: float, y: float, side: float, speed: float) -> tuple[Actor, Actor]:
    """A rider at constant speed who is at (x, y) at `time`."""
    rider, bike = biker(street, time - 1.0 - abs(x - side * edge(y)) / speed, y, side)
    return rider.ride(x, y, speed), bike


@scenario(KIND, 70)
def shoulder_bag_from_behind(street: Street) -> None:
    """A rider comes from behind along the kerb, takes the bag in passing and opens the throttle; she runs."""
    market(street, walks=(8.0, 18.5), road=23.5)
    y, x = vary(street, 11.5, 13), vary(street, -6, -3)
    woman = comer(street, vary(street, 8, 20), y, -1).walk(x, y, 1.2)
    bag = carrying(street, woman, "handbag")
    start, speed = woman.time, vary(street, 5.5, 7)
    rider, bike = _meet(street, start, x, y - 0.9, -1, speed)
    rider.take(bag)
    ride_out(rider, bike, 1, bag, speed=speed, end_speed=speed + 5)
    woman.wait(vary(street, 0.8, 1.5)).walk(x + 5, y, 2.8).wait(vary(street, 8, 12))
    go_out(woman, -1)
    street.expect(KIND, start, last_seen(street, bike))


@scenario(KIND, 70)
def necklace_torn_off_head_on(street: Street) -> None:
    """A rider comes towards a woman, tears at her neck, and speeds up; nothing to see is carried, but she falls."""
    lane(street, walk=19.0, road=22.5)
    y, x = vary(street, 12, 13.5), vary(street, 2, 5)
    woman = comer(street, vary(street, 6, 16), y, -1).walk(x, y, 1.3)
    start, speed = woman.time, vary(street, 5, 6.5)
    rider, bike = _meet(street, start, x, y + 0.85, 1, speed)
    ride_out(rider, bike, -1, speed=speed, end_speed=speed + 5)
    woman.walk(x - 0.8, y - 0.4, 1.4).wait(vary(street, 9, 14))
    go_out(woman, 1, 0.9)
    street.expect(KIND, start, last_seen(street, bike))


@scenario(KIND, 70)
def pillion_rips_the_phone_bag(street: Street) -> None:
    """Two on a motorbike pass a man who walks with his bag in his hand; the pillion grabs it and they race off."""
    passers(street, 18.0, every_s=12)
    traffic(street, 22.0, every_s=14)
    y, x = vary(street, 11, 12.5), vary(street, 1, 3)
    man = comer(street, vary(street, 8, 18), y, 1).walk(x, y, 1.3)
    bag = carrying(street, man, "backpack")
    start, speed = man.time, vary(street, 5.5, 7)
    side = 1.0
    driver, bike = biker(street, start - 2.0 - abs(x - side * edge(y - 0.9)) / speed, y - 0.9, side)
    mate = pillion(street, bike)
    driver.ride(x, y - 0.9, speed)
    mate.wait(driver.time - mate.time).take(bag)
    ride_out(driver, bike, -1, mate, bag, speed=speed, end_speed=speed + 4.5)
    man.walk(x - 3.0, y, 3.2).wait(vary(street, 6, 10))
    go_out(man, 1)
    street.expect(KIND, start, last_seen(street, bike))


@scenario(KIND, 90)
def cruises_past_turns_and_strikes(street: Street) -> None:
    """A rider passes a couple wide, turns out of the picture, comes back close to the outer one and takes her bag."""
    market(street, walks=(8.0,), road=23.0)
    y = vary(street, 14.5, 16)
    woman, friend = comer(street, 8, y, -1), comer(street, 8.4, y + 0.9, -1)
    bag = carrying(street, woman, "handbag")
    x = vary(street, 3, 5)
    woman.walk(x, y, 1.2)
    start, speed = woman.time, vary(street, 5.5, 6.5)
    rider, bike = biker(street, 6, y - 3.2, -1)
    rider.ride(edge(y - 3.2), y - 3.2, 6.0)
    for actor in (bike, rider):
        actor.shown[-1][1] = bike.time
    again, same = _meet(street, start, x, y - 0.85, 1, speed)
    again.take(bag)
    ride_out(again, same, -1, bag, speed=speed, end_speed=speed + 5)
    woman.wait(vary(street, 2, 3.5)).walk(x - 3.0, y - 0.3, 2.2).wait(6)
    friend.walk(x - 0.5, y + 0.9, 1.2).until(start + 1.0).walk(x - 2.4, y + 0.5, 1.8).until(woman.time)
    go_out(woman, 1)
    go_out(friend, 1)
    street.expect(KIND, start, last_seen(street, same))


@scenario(KIND, 80, positive=False)
def narrow_lane_and_nobody_minds(street: Street) -> None:
    """In a narrow lane riders squeeze past walkers at an arm's length, at even speed; everybody just walks on."""
    y = vary(street, 11.5, 13)
    parked(street, -6.5, 6.0, y=16.5)
    passers(street, 19.0, every_s=14)
    for time, side, bike_side in ((3.0, -1, -1), (24.0, 1, -1), (46.0, -1, 1)):
        x, pace = vary(street, -2, 2), vary(street, 1.1, 1.4)
        walker = comer(street, time + vary(street, 0, 4), y, side).walk(x, y, pace)
        carrying(street, walker, "handbag")
        speed = vary(street, 5, 6.5)
        rider, bike = _meet(street, walker.time, x, y - 1.0, bike_side, speed)
        ride_out(rider, bike, -bike_side, speed=speed, end_speed=speed)
        go_out(walker, -side, pace)


@scenario(KIND, 70, positive=False)
def overtakes_and_accelerates_harmlessly(street: Street) -> None:
    """A rider overtakes a walker closely and opens the throttle on the free road; she walks on with her bag."""
    market(street, walks=(18.0,), road=22.5)
    y, x, pace = vary(street, 11.5, 13), vary(street, -3, 0), vary(street, 1.1, 1.4)
    walker = comer(street, vary(street, 6, 16), y, -1).walk(x, y, pace)
    carrying(street, walker, "backpack")
    speed = vary(street, 5, 6)
    rider, bike = _meet(street, walker.time, x, y - 1.05, -1, speed)
    ride_out(rider, bike, 1, speed=speed, end_speed=speed + 4)
    go_out(walker, 1, pace)


@scenario(KIND, 80, positive=False)
def waits_at_the_kerb_for_the_traffic(street: Street) -> None:
    """A walker stops at the kerb as motorbikes tear past two and a half metres before her, then runs across."""
    passers(street, 19.5, every_s=13)
    x = vary(street, -2, 2)
    walker = comer(street, vary(street, 3, 8), 17.0, -1).walk(x, 17.0, 1.4).walk(x, 15.2, 1.2)
    carrying(street, walker, "handbag")
    stop = walker.time
    for i, side in enumerate((-1, 1, -1)):
        speed = vary(street, 6, 8)
        rider, bike = _meet(street, stop + 0.5 + 4.0 * i + vary(street, 0, 1), x, 12.6 - 0.5 * i, side, speed)
        ride_out(rider, bike, -side, speed=speed, end_speed=speed + 1.5)
    walker.wait(vary(street, 15, 18)).walk(x + 0.5, 9.0, 2.2)
    go_out(walker, 1)


@scenario(KIND, 80, positive=False)
def hands_her_bag_to_the_rider(street: Street) -> None:
    """Her brother stops beside her, she hands him her bag, he rides off with it, and she walks on."""
    market(street, walks=(8.0, 18.5), road=22.5)
    y, x = 12.5, vary(street, -2, 1)
    woman = comer(street, vary(street, 4, 9), y, -1).walk(x, y)
    bag = carrying(street, woman, "handbag")
    rider, bike = biker(street, woman.time - vary(street, 1, 3), y - 0.9, 1)
    pull_up(rider, x + 0.3, y - 0.9)
    woman.until(rider.time + vary(street, 4, 8)).give(bag, rider)
    ride_out(rider, bike, -1, bag)
    go_out(woman.wait(vary(street, 1, 3)), 1)


@scenario(KIND, 70, positive=False)
def lets_the_slow_rider_pass(street: Street) -> None:
    """A rider creeps up behind two walkers, they step aside and halt, he passes slowly and then speeds away."""
    lane(street, walk=19.0, road=22.5)
    y, x, speed = vary(street, 11.5, 13), vary(street, -1, 2), vary(street, 2.3, 3.0)
    pair = [
        comer(street, vary(street, 5, 6), y + 0.8 * i, -1).walk(x - 1.2 - 0.4 * i, y + 0.8 * i, 1.1) for i in (0, 1)
    ]
    carrying(street, pair[1], "handbag")
    rider, bike = _meet(street, pair[0].time + 1.6, x, y - 0.9, -1, speed)
    rider.ride(x + 4.0, y - 0.9, speed)
    ride_out(rider, bike, 1, speed=speed, end_speed=8.0)
    for one in pair:
        one.walk(one.place[0] + 0.2, one.place[1] + 0.4, 0.9).wait(vary(street, 2.2, 3))
        go_out(one, 1, 1.2)


@scenario(KIND, 80, positive=False)
def stops_to_greet_a_friend_after_the_pass(street: Street) -> None:
    """A rider at even speed passes a walker closely; six steps on she stops, because a friend comes towards her."""
    market(street, walks=(18.5,), road=23.0)
    y, x, pace = vary(street, 12, 13), vary(street, -4, -2), 1.3
    walker = comer(street, vary(street, 5, 10), y, -1).walk(x, y, pace)
    carrying(street, walker, "backpack")
    speed = vary(street, 5.2, 6.5)
    rider, bike = _meet(street, walker.time, x, y - 1.0, 1, speed)
    ride_out(rider, bike, -1, speed=speed, end_speed=speed)
    walker.walk(x + vary(street, 5.8, 6.6), y, pace)
    friend = comer(street, walker.time - 9.0, y + 0.3, 1).walk(walker.place[0] + 0.9, y + 0.3, 1.4)
    walker.until(friend.time + vary(street, 9, 14))
    friend.until(walker.time + 1)
    go_out(walker, 1)
    go_out(friend, -1)
