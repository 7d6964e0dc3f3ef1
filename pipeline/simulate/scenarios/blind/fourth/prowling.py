"""Prowling: one man at three and more parked motorbikes, and all who have business among them."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    biker,
    comer,
    go_out,
    parked,
    parked_row,
    passers,
    pull_up,
    ride_out,
    traffic,
    vary,
)
from pipeline.simulate.street import Actor, Street

PATH_Y = 11.0
"""Here one walks along a row without coming near any of its vehicles."""


def at(man: Actor, vehicle: Actor, seconds: float, dy: float = -0.3) -> float:
    """He steps in beside the vehicle, stays so long, and steps out again; says when he came to it."""
    x, y = vehicle.place[0] + 0.65, vehicle.place[1] + dy
    man.walk(x, PATH_Y).walk(x, y)
    came = man.time
    man.wait(seconds).walk(x, PATH_Y)
    return came


def expect_tour(street: Street, man: Actor, vehicles: list[Actor], low: float, high: float) -> None:
    """He tries one vehicle after the other: prowling from when he is at the first until he turns from the last."""
    came = [at(man, vehicle, vary(street, low, high)) for vehicle in vehicles]
    street.expect("prowling", came[0], man.time)


@scenario("prowling", 110)
def motorbikes_scattered_over_the_square(street: Street) -> None:
    """Four motorbikes stand far apart at various depths; he goes from one to the next and fingers each for 8 s."""
    bikes = [street.add("motorcycle", 0, x, y, 90) for x, y in ((-5.5, 13), (-1.5, 15.5), (2.5, 13), (6, 16))]
    man = comer(street, vary(street, 4, 8), PATH_Y)
    passers(street, 9, every_s=12)
    expect_tour(street, man, bikes, 7.5, 9)
    go_out(man, 1)


@scenario("prowling", 110)
def his_friend_phones_at_the_corner_meanwhile(street: Street) -> None:
    """One tries three motorbikes for 10 s each; his friend, and people who walk by, come near none of them."""
    row = parked_row(street)
    start = vary(street, 3, 6)
    friend = comer(street, start, 9.5, 1).walk(5.5, 9.5)
    man = comer(street, start + 3, PATH_Y, 1)
    passers(street, 17, every_s=10)
    expect_tour(street, man, row[:0:-1], 9, 11)
    go_out(man, -1)
    friend.until(man.time - 5)
    go_out(friend, -1)


@scenario("prowling", 120)
def school_bicycles_are_felt_over(street: Street) -> None:
    """He squats at four bicycles in a row, 8 s each, as cars and motorbikes pass between him and the camera."""
    row = parked_row(street, 4, "bicycle")
    traffic(street, 8, every_s=8)
    man = comer(street, vary(street, 4, 8), PATH_Y)
    expect_tour(street, man, row, 7.5, 9)
    go_out(man, 1)


@scenario("prowling", 150)
def breaks_off_after_two_and_comes_back_for_the_third(street: Street) -> None:
    """After two he strolls off and waits for half a minute across the lane until some people are by; then the third."""
    row = parked_row(street, 3)
    man = comer(street, vary(street, 3, 6), PATH_Y)
    first = at(man, row[0], vary(street, 8, 10))
    at(man, row[1], vary(street, 8, 10))
    man.walk(5, 9.2).wait(vary(street, 26, 32))
    for i in range(3):
        go_out(comer(street, man.time - 22 + 1.5 * i, 16.5 + i), 1)
    at(man, row[2], vary(street, 9, 11))
    street.expect("prowling", first, man.time)
    go_out(man, -1)


@scenario("prowling", 100, positive=False)
def tries_two_and_walks_past_the_others(street: Street) -> None:
    """He spends 12 s at each of two motorbikes, which is one too few, and goes along before the other two at a walk."""
    row = parked_row(street)
    man = comer(street, vary(street, 4, 8), PATH_Y)
    for bike in row[1:3]:
        at(man, bike, vary(street, 11, 13))
    go_out(man, 1)
    passers(street, 9, 17)


@scenario("prowling", 90, positive=False)
def looks_at_five_plates_for_two_seconds_each(street: Street) -> None:
    """He seeks a number: a step to each of five motorbikes, a glance of two seconds, and on to the next."""
    row = parked_row(street, 5)
    man = comer(street, vary(street, 4, 8), PATH_Y)
    for bike in row:
        at(man, bike, vary(street, 0.8, 1.2), -1.0)
    go_out(man, 1)
    traffic(street, 8)


@scenario("prowling", 130, positive=False)
def greengrocer_loads_her_own_at_the_end_of_the_row(street: Street) -> None:
    """She goes to and fro between door and motorbike six times, 7 s at it each time; the others she never nears."""
    row = parked_row(street, 4)
    own = row[3]
    woman = street.person(vary(street, 3, 6), own.place[0] + 3, 17)
    for _ in range(6):
        woman.walk(own.place[0] + 0.7, 13).wait(vary(street, 6, 8)).walk(own.place[0] + 3, 17).wait(vary(street, 2, 4))
    woman.walk(own.place[0] + 0.7, 13).mount(own)
    woman.ride(own.place[0], 10.5, 1.5)
    ride_out(woman, own, 1)


@scenario("prowling", 160, positive=False, settings={"window_s": 60})
def three_bikes_with_a_long_walk_between_each(street: Street) -> None:
    """One minute is the window; between any two of three motorbikes he is away for more than 40 s."""
    row = parked_row(street, 3, pitch_m=4)
    man = comer(street, vary(street, 3, 6), PATH_Y)
    for i, bike in enumerate(row):
        at(man, bike, vary(street, 8, 10))
        if i < 2:
            man.walk(-6 + 4 * i, 9).wait(vary(street, 38, 42))
    go_out(man, 1)


@scenario("prowling", 110, positive=False)
def ticket_seller_stops_before_every_second_bike(street: Street) -> None:
    """She halts for 9 s before each of four motorbikes, but always two metres from its front wheel, facing the lane."""
    row = parked_row(street, 4)
    woman = comer(street, vary(street, 3, 6), 10.0)
    for bike in row:
        woman.walk(bike.place[0], 10.0).wait(vary(street, 8, 10))
    go_out(woman, 1)
    passers(street, 17)


@scenario("prowling", 120, positive=False)
def two_guests_each_between_two_motorbikes(street: Street) -> None:
    """Four motorbikes are visited for 8 to 10 s each, but by two people, two by either: nobody was at three."""
    row = parked_row(street, 4, pitch_m=3.2)
    first = comer(street, vary(street, 3, 5), PATH_Y)
    for bike in row[:2]:
        at(first, bike, vary(street, 8, 10))
    go_out(first, -1)
    second = comer(street, vary(street, 12, 16), PATH_Y, 1)
    for bike in row[:1:-1]:
        at(second, bike, vary(street, 8, 10))
    go_out(second, 1)
    rider, _ = biker(street, vary(street, 55, 60), 9.0)
    pull_up(rider, -6.0, 9.0).dismount(0.0, 0.8).wait(2)
    go_out(rider, 1, y=9.8)
    parked(street, 8.5, y=15)
