"""Crowding, third set: fifteen and more at one place, and many people who are no crowd."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.third.moves import disperse, rows_of, stand_around
from pipeline.simulate.scenarios.cast import (
    biker,
    comer,
    go_out,
    parked,
    passers,
    pull_up,
    ride_out,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_stay
from pipeline.simulate.street import Street

KIND = "crowding"


@scenario(KIND, 130)
def quarrel_draws_the_street_together(street: Street) -> None:
    """Two quarrel in the road and twenty people run up from all sides, stand 40 s and disperse."""
    street.zones["crossing"] = [(-8, 9), (8, 9), (8, 20), (-8, 20)]
    parked(street, -11, 11, y=17)
    two = stand_around(street, [(-0.4, 13.5), (0.5, 13.4)], vary(street, 3, 5), 1)
    crowd = stand_around(street, rows_of(street, 20, 6, 0.0, 10.5), vary(street, 14, 18), 12)
    end = max(person.time for person in crowd) + vary(street, 34, 42)
    disperse(street, two + crowd, end, 8)
    expect_stay(street, KIND, two + crowd, "crossing", 15)


@scenario(KIND, 160)
def parents_gather_at_half_past_four(street: Street) -> None:
    """Parents come one by one over half a minute until nineteen stand before a school gate, their bikes beside it."""
    street.zones["gate"] = [(-7, 10), (6, 10), (6, 21), (-7, 21)]
    parked(street, 8.0, 9.1, 10.2, 11.3, y=15)
    parents = stand_around(street, rows_of(street, 19, 6, -0.5, 11.5), vary(street, 4, 8), 32)
    end = max(person.time for person in parents) + vary(street, 46, 56)
    disperse(street, parents, end, 18)
    expect_stay(street, KIND, parents, "gate", 15)


@scenario(KIND, 130, settings={"count": 10})
def queue_for_the_free_lunch(street: Street) -> None:
    """Where ten are too many, thirteen stand in a bent queue for half a minute while people pass behind them."""
    street.zones["kitchen"] = [(-8, 9), (6, 9), (6, 17), (-8, 17)]
    passers(street, 19.0, every_s=12)
    spots = [(-6.0 + 1.3 * i, 11.0) for i in range(8)] + [(4.1 - 1.3 * i, 14.2) for i in range(5)]
    queue = stand_around(street, spots, vary(street, 5, 9), 16)
    end = max(person.time for person in queue) + vary(street, 28, 36)
    disperse(street, queue, end, 12)
    expect_stay(street, KIND, queue, "kitchen", 10)


@scenario(KIND, 120)
def pagoda_procession_halts_for_a_prayer(street: Street) -> None:
    """Twenty-one walk in loose rows of three through a long zone, halt for twelve seconds in it and walk on."""
    street.zones["avenue"] = [(-9, 12), (9, 12), (9, 20), (-9, 20)]
    passers(street, 9.8, every_s=16)
    start = vary(street, 4, 7)
    people = []
    for i in range(21):
        row, file = divmod(i, 3)
        y = 13.2 + 2.1 * file + vary(street, -0.2, 0.2)
        person = street.person(start, -19 - 1.9 * row - 0.5 * (file % 2), y).walk(5.6 - 1.9 * row, y, 1.2)
        people.append(person.wait(vary(street, 11.5, 12.5)))
    for person in people:
        go_out(person, 1, 1.2)
    expect_stay(street, KIND, people, "avenue", 15)


@scenario(KIND, 120, positive=False)
def bus_stop_with_people_walking_behind_it(street: Street) -> None:
    """Eleven wait in the zone for a minute; others walk past behind it so that far more than fifteen are in view."""
    street.zones["stop"] = [(-6, 9), (6, 9), (6, 14.5), (-6, 14.5)]
    waiting = stand_around(street, rows_of(street, 11, 6, -0.3, 10.5), 4, 14)
    passers(street, 17, 18.2, 19.5, every_s=2.5)
    disperse(street, waiting, vary(street, 84, 90), 8)


@scenario(KIND, 130, positive=False)
def market_spread_over_the_whole_picture(street: Street) -> None:
    """Twenty shoppers stand about all over the picture, ten of them in the zone."""
    street.zones["middle"] = [(-4, 11), (4, 11), (4, 17.5), (-4, 17.5)]
    spots = rows_of(street, 10, 4, -0.4, 11.8)
    spots += [(-5.4 - 2.0 * (i % 2), 11.4 + 2.1 * i) for i in range(5)] + [
        (5.6 + 2.0 * (i % 2), 12.0 + 2.1 * i) for i in range(5)
    ]
    shoppers = stand_around(street, spots, 3, 16)
    disperse(street, shoppers, vary(street, 90, 98), 12)


@scenario(KIND, 70, positive=False)
def morning_run_passes_by(street: Street) -> None:
    """Twenty runners in a pack cross the zone; fifteen and more are in it for a few seconds only."""
    street.zones["lane"] = [(-4.5, 11), (4.5, 11), (4.5, 19), (-4.5, 19)]
    start = vary(street, 8, 14)
    for i in range(20):
        row, file = divmod(i, 4)
        y = 12.0 + 1.8 * file + vary(street, -0.2, 0.2)
        runner = street.person(start, -18 - 1.6 * row - 0.6 * (file % 2), y)
        runner.walk(25, y, 2.9 + vary(street, -0.03, 0.03)).leave()
    passers(street, 21.5, every_s=12)


@scenario(KIND, 110, positive=False)
def riders_wait_at_the_level_crossing(street: Street) -> None:
    """Ten riders on their motorbikes wait for a train: twenty boxes, but ten people."""
    street.zones["barrier"] = [(-9, 11), (6, 11), (6, 20), (-9, 20)]
    riders = []
    for i in range(10):
        row, file = divmod(i, 3)
        y = 12.5 + 2.2 * file
        rider, bike = biker(street, 3 + 2.0 * row + vary(street, 0, 0.6), y)
        riders.append((pull_up(rider, 4.0 - 2.8 * row, y, 6), bike))
    go = vary(street, 62, 70)
    for i, (rider, bike) in enumerate(riders):
        rider.until(go + 0.9 * (i // 3))
        ride_out(rider, bike, 1)
    passers(street, 22.5, every_s=14)


@scenario(KIND, 150, positive=False)
def one_class_leaves_as_the_next_arrives(street: Street) -> None:
    """Ten pupils leave the yard before ten others come in: twenty were there, never more than a dozen at once."""
    street.zones["yard"] = [(-7, 10), (7, 10), (7, 18), (-7, 18)]
    traffic(street, 22, every_s=15)
    first = stand_around(street, rows_of(street, 10, 5, 0.0, 11.5), 3, 8)
    disperse(street, first, vary(street, 50, 54), 8)
    second = stand_around(street, rows_of(street, 10, 5, 0.0, 11.8), vary(street, 64, 67), 8)
    disperse(street, second, vary(street, 120, 124), 8)


@scenario(KIND, 130, positive=False)
def a_dozen_watch_the_chess_players(street: Street) -> None:
    """Two play and eleven look on for more than a minute: thirteen where fifteen are too many, with dogs about."""
    street.zones["tree"] = [(-6, 10), (6, 10), (6, 19), (-6, 19)]
    dog = street.add("dog", 2, 4.6, 11.2)
    dog.wait(40).walk(5.2, 13.0, 1.0).wait(40).walk(4.6, 11.0, 1.0)
    people = stand_around(street, rows_of(street, 13, 5, 0.0, 11.5), 4, 16)
    disperse(street, people, vary(street, 92, 100), 10)
    late = comer(street, 60, 20.5)
    go_out(late, 1)
