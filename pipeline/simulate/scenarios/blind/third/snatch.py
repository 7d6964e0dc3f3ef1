"""Snatching, third set: a rider tears something away, or merely rides close."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.third.moves import potter, raider
from pipeline.simulate.scenarios.cast import (
    biker,
    car_by,
    carrying,
    comer,
    edge,
    go_out,
    parked,
    passers,
    pillion,
    pull_up,
    ride_by,
    ride_out,
    traffic,
    vanish,
    vary,
)
from pipeline.simulate.scenarios.moments import last_seen
from pipeline.simulate.street import Street

KIND = "snatch"


@scenario(KIND, 70)
def handbag_gone_at_the_edge_of_the_road(street: Street) -> None:
    """A woman walks along the road; a rider from behind takes her handbag in passing and opens the throttle."""
    passers(street, 16.0, every_s=11)
    parked(street, -6, 5.5, y=13.5)
    woman = comer(street, vary(street, 6, 12), 10.5)
    bag = carrying(street, woman, "handbag")
    woman.walk(vary(street, -4, -2.5), 10.5, 1.2)
    meet = woman.time
    rider, bike = raider(street, meet, woman.place[0] - 0.2, 9.5, -1, 6.0)
    rider.take(bag, (0.1, 0.3, 0.7))
    ride_out(rider, bike, 1, bag, speed=6.2, end_speed=12)
    woman.wait(1.0).walk(woman.place[0] + 5, 10.2, 3.2).wait(8)
    go_out(woman, -1, 1.2)
    street.expect(KIND, meet, last_seen(street, bike))


@scenario(KIND, 70)
def phone_torn_from_a_waiting_man(street: Street) -> None:
    """A man stands at the kerb with his phone; a rider passes within a metre, speeds up and the man runs after him."""
    traffic(street, 18.5, every_s=10)
    passers(street, 15.2, every_s=12)
    man = comer(street, vary(street, 3, 6), 12.6, 1).walk(vary(street, 2, 4), 12.6).wait(vary(street, 14, 18))
    meet = man.time
    rider, bike = raider(street, meet, man.place[0], 11.7, 1, 6.5)
    ride_out(rider, bike, -1, speed=6.8, end_speed=12.5)
    man.wait(0.5).walk(man.place[0] - 8, 11.9, 4.2).wait(6)
    go_out(man, 1, 1.2)
    street.expect(KIND, meet, last_seen(street, bike))


@scenario(KIND, 80)
def pillion_pulls_the_backpack_off_a_schoolgirl(street: Street) -> None:
    """Two ride by from the front, the one behind pulls a backpack away, and the girl is thrown to a stop."""
    passers(street, 16.5, every_s=13)
    girl = comer(street, vary(street, 8, 14), 13.0, 1)
    bag = carrying(street, girl, "backpack")
    girl.walk(vary(street, -4, -2), 13.0, 1.25)
    meet, speed = girl.time, 7.0
    start = meet - (girl.place[0] + edge(12.0)) / speed - 2.0
    driver, bike = biker(street, start, 12.0)
    helper = pillion(street, bike)
    driver.until(helper.time).ride(*(girl.place[0], 12.0), speed)
    helper.take(bag, (0.2, 0.3, 0.7))
    ride_out(driver, bike, 1, bag, speed=7.2, end_speed=13)
    girl.walk(girl.place[0] + 0.8, 12.9, 1.6).wait(vary(street, 9, 12))
    go_out(girl, -1, 1.0)
    street.expect(KIND, meet, last_seen(street, bike))


@scenario(KIND, 80)
def one_of_a_couple_is_robbed_far_down_the_road(street: Street) -> None:
    """At 19 m two walk side by side; the bag of the one at the road goes off with a rider while traffic flows."""
    traffic(street, 14.5, every_s=12)
    start = vary(street, 4, 8)
    outer, inner = comer(street, start, 19.0), comer(street, start, 19.9)
    bag = carrying(street, outer, "handbag")
    x = vary(street, -3, 0)
    outer.walk(x, 19.0, 1.25)
    inner.walk(x, 19.9, 1.25)
    meet = outer.time
    rider, bike = raider(street, meet, x, 18.0, -1, 6.5)
    rider.take(bag, (0.1, 0.3, 0.7))
    ride_out(rider, bike, 1, bag, speed=6.7, end_speed=12)
    for person in (outer, inner):
        person.wait(0.7).walk(person.place[0] + 4, person.place[1], 3.0).wait(6)
        go_out(person, -1, 1.3)
    street.expect(KIND, meet, last_seen(street, bike))


@scenario(KIND, 80, positive=False)
def racers_keep_their_distance(street: Street) -> None:
    """Riders accelerate hard past walkers, but at three metres, and nobody breaks step."""
    for i in range(4):
        side = -1.0 if i % 2 else 1.0
        walker = comer(street, 4 + 14 * i + vary(street, 0, 3), 10.8, side)
        carrying(street, walker, "handbag")
        x = vary(street, -2, 2)
        seconds = abs(x - walker.place[0]) / 1.25
        rider, bike = raider(street, walker.time + seconds, x, 13.9, side, 6.5)
        ride_out(rider, bike, -side, speed=6.8, end_speed=12)
        go_out(walker, -side, 1.25)
    parked(street, -5, 5, y=17)


@scenario(KIND, 80, positive=False)
def stranger_asks_the_way(street: Street) -> None:
    """A rider brakes beside a walking woman, they talk, he hurries off and she walks on with her bag."""
    passers(street, 16.5, every_s=11)
    woman = comer(street, vary(street, 4, 8), 11.6)
    carrying(street, woman, "handbag")
    woman.walk(vary(street, -2, 0), 11.6)
    rider, bike = biker(street, woman.time - 3.5, 10.5)
    pull_up(rider, woman.place[0] + 1.3, 10.8, 5.5)
    woman.until(rider.time + vary(street, 10, 14))
    rider.until(woman.time + 0.3)
    ride_out(rider, bike, 1, speed=1.5, end_speed=10)
    go_out(woman, 1)
    traffic(street, 19, every_s=12)


@scenario(KIND, 90, positive=False)
def schoolboys_cycle_between_the_walkers(street: Street) -> None:
    """Boys on bicycles pass walkers at arm's length at walking-and-a-half pace, 11 km/h, and ring their bells."""
    for i in range(5):
        side = -1.0 if i % 2 else 1.0
        y = 11.0 + 1.2 * (i % 3)
        walker = comer(street, 4 + 13 * i + vary(street, 0, 3), y, side)
        if i % 2:
            carrying(street, walker, "backpack")
        x = vary(street, -2, 2)
        meet = walker.time + abs(x - walker.place[0]) / 1.2
        go_out(walker, -side, 1.2)
        seconds = abs(x + side * edge(y - 0.9)) / 3.0
        boy, cycle = biker(street, max(meet - seconds - 1, 0.0), y - 0.9, -side, "bicycle")
        boy.ride(side * edge(y), y - 0.9, 3.0)
        cycle.leave()
    passers(street, 17.5, every_s=14)


@scenario(KIND, 80, positive=False)
def window_shopper_stops_before_the_bike_comes(street: Street) -> None:
    """A woman stops at a window; six seconds later a motorbike passes at two and a half metres and accelerates."""
    woman = comer(street, vary(street, 3, 6), 13.0)
    carrying(street, woman, "handbag")
    woman.walk(vary(street, -1, 1.5), 13.0)
    stop = woman.time
    rider, bike = raider(street, stop + vary(street, 5.5, 7), woman.place[0], 10.4, -1, 6.0)
    ride_out(rider, bike, 1, speed=6.2, end_speed=11)
    woman.wait(vary(street, 14, 18))
    go_out(woman, 1)
    passers(street, 16.0, every_s=10)
    ride_by(street, 52, 10.4, 1, 8)


@scenario(KIND, 80, positive=False)
def friend_picks_her_up_with_her_bag(street: Street) -> None:
    """A rider stops beside a waiting woman, she sits down behind him with her bag and they speed off together."""
    traffic(street, 18.5, every_s=11)
    passers(street, 14.8, every_s=12)
    woman = comer(street, vary(street, 3, 6), 12.4, 1)
    bag = carrying(street, woman, "handbag")
    woman.walk(0.5, 12.4)
    rider, bike = biker(street, vary(street, 20, 26), 11.4)
    pull_up(rider, 0.3, 11.4)
    woman.until(rider.time + 3).mount(bike)
    rider.until(woman.time + 0.5)
    ride_out(rider, bike, 1, speed=1.5, end_speed=11)
    vanish(bike.time, bag, woman)


@scenario(KIND, 90, positive=False)
def wedding_convoy_sets_off(street: Street) -> None:
    """Five motorbikes and a car wait, then all accelerate past people who stand two metres and more from their lane."""
    guests = [comer(street, 2 + i, 13.6 + 0.6 * (i % 2)).walk(-3.0 + 2.0 * i, 13.8 + 0.6 * (i % 2)) for i in range(4)]
    riders = []
    for i in range(5):
        rider, bike = biker(street, vary(street, 4, 5) + 2.5 * i, 11.0)
        pull_up(rider, -0.5 - 2.0 * i, 11.0)
        riders.append((rider, bike))
    go = vary(street, 42, 48)
    for i, (rider, bike) in enumerate(riders):
        rider.until(go + 1.2 * i)
        ride_out(rider, bike, 1, speed=1.0, end_speed=11)
    car_by(street, go + 14, 11.0, -1, 8)
    for guest in guests:
        potter(street, guest, go + 16, (-3.5, 4.0), (13.6, 15.0), (4, 9))
        go_out(guest, 1)
