"""Crowding: more people in one place than it can bear, and full streets, waves and queues that stay below it."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import comer, go_out, parked, passers, ride_by, traffic, vary
from pipeline.simulate.scenarios.moments import expect_stay
from pipeline.simulate.street import Actor, Street

SQUARE = [(-5.5, 9.5), (5.5, 9.5), (5.5, 17.5), (-5.5, 17.5)]
Spots = Sequence[tuple[float, float]]


def staggered(columns: int, rows: int, y: float, pitch_m: float = 1.6, x: float = 0.0) -> Spots:
    """Places in rows around x, from y on away from the camera, every other row shifted by half a place."""
    left = x - pitch_m * (columns - 0.5) / 2
    return [
        (left + pitch_m * (i + 0.5 * (j % 2)), y + 1.5 * j + 0.2 * (i % 2)) for j in range(rows) for i in range(columns)
    ]


def arrive(street: Street, time: float, every_s: float, spots: Spots, speed: float = 1.4) -> list[Actor]:
    """People who come one after another, each from the side he will stand on."""
    return [
        comer(street, time + every_s * i, y + vary(street, -0.1, 0.1), -1 if x < 0 else 1).walk(x, y, speed)
        for i, (x, y) in enumerate(spots)
    ]


def scatter(street: Street, people: Sequence[Actor], time: float, speed: float = 1.4) -> None:
    """From `time` on everybody goes off to the side he stands on, those at the sides first."""
    for person in people:
        x = person.place[0]
        go_out(person.until(time + 0.5 * (6.0 - abs(x)) + vary(street, 0, 0.3)), -1 if x < 0 else 1, speed)


@scenario("crowding", 90, settings={"count": 10})
def puppet_play_under_the_banyan_tree(street: Street) -> None:
    """Ten are too many; thirteen stand before the puppets for half a minute, and motorbikes pass in front of them."""
    street.zones["square"] = SQUARE
    street.add("object", 0, 0, 16.8)
    traffic(street, 7.5, every_s=10)
    people = arrive(street, vary(street, 3, 5), 0.9, staggered(5, 3, 11.5)[:13])
    scatter(street, people, people[-1].time + vary(street, 28, 34))
    expect_stay(street, "crowding", people, "square", 10)


@scenario("crowding", 100, settings={"count": 8, "seconds": 20})
def rice_is_given_out_to_a_winding_queue(street: Street) -> None:
    """Eight for 20 s are too many; eleven stand in a winding queue for 40 s, and the first is served and goes."""
    street.zones["square"] = SQUARE
    spots = [(-3.6 + 1.5 * i, 12.2) for i in range(6)] + [(3.2 - 1.5 * i, 14.6) for i in range(5)]
    queue = arrive(street, vary(street, 3, 5), 0.9, spots)
    stop = queue[-1].time + vary(street, 38, 44)
    go_out(queue[0].until(stop - 14), -1, y=11)
    scatter(street, queue[1:], stop)
    passers(street, 19, every_s=12)
    expect_stay(street, "crowding", queue, "square", 8)


@scenario("crowding", 80)
def everybody_runs_under_the_market_roof(street: Street) -> None:
    """No number is set, so fifteen are too many: nineteen run in out of the rain from both sides and wait for 25 s."""
    street.zones["square"] = [(-6.5, 9.5), (6.5, 9.5), (6.5, 18.0), (-6.5, 18.0)]
    people = arrive(street, vary(street, 3, 5), 0.4, [*staggered(6, 3, 11.5, 1.8), (0.0, 16.4)], 2.4)
    scatter(street, people, max(person.time for person in people) + vary(street, 24, 28))
    traffic(street, 21, every_s=12)
    expect_stay(street, "crowding", people, "square", 15)


@scenario("crowding", 90, settings={"count": 7})
def coach_passengers_wait_for_their_bundles(street: Street) -> None:
    """Seven are too many; ten get off a coach, stand before it for half a minute, and go off to both sides."""
    street.zones["square"] = SQUARE
    coach = street.add("bus", vary(street, 2, 4), -26, 18.9).drive(-6, 18.9, 7).drive(0, 18.9, 2.5)
    guests = []
    for i, (x, y) in enumerate(staggered(5, 2, 12.5)):
        guests.append(street.person(coach.time + 1 + 1.2 * i, 3.0, 17.0).walk(x, y, 1.3))
    stop = guests[-1].time + vary(street, 24, 30)
    coach.until(stop).drive(6, 18.9, 2.5).drive(26, 18.9, 7).leave()
    scatter(street, guests, stop)
    expect_stay(street, "crowding", guests, "square", 7)


@scenario("crowding", 110, positive=False, settings={"count": 9})
def guests_come_to_the_altar_in_waves_of_five(street: Street) -> None:
    """Nine are too many; three families of five come one after another and each has gone before the next is there."""
    street.zones["square"] = SQUARE
    time = vary(street, 3, 5)
    for side in (-1.0, 1.0, -1.0):
        family = [
            comer(street, time + 0.6 * i, y, side).walk(x, y, 1.4)
            for i, (x, y) in enumerate(((-1.6, 12.2), (-0.4, 13.4), (0.8, 12.2), (2.0, 13.4), (-0.4, 15)))
        ]
        stop = max(one.time for one in family) + vary(street, 8, 11)
        for one in family:
            go_out(one.until(stop), side, 1.5)
        time = stop + vary(street, 4, 6)
    traffic(street, 19.5, every_s=14)


@scenario("crowding", 70, positive=False, settings={"count": 8})
def pupils_cycle_home_in_a_long_file(street: Street) -> None:
    """Fourteen cycle through the square one behind the other; five of them at most are in it at any time."""
    street.zones["square"] = SQUARE
    start = vary(street, 3, 8)
    for i in range(14):
        ride_by(street, start + 1.5 * i, 12.5 + 1.2 * (i % 2), -1, 3.6, "bicycle")
    for x in (-2.0, 2.0):
        street.person(0, x, 16.5)
    passers(street, 19.5, every_s=16)


@scenario("crowding", 90, positive=False)
def village_school_under_the_open_sky(street: Street) -> None:
    """No number is set, so fifteen are too many: eleven children sit before their teacher, a mother looks in."""
    street.zones["square"] = SQUARE
    for x, y in staggered(4, 3, 12.0, 2.2)[:11]:
        street.person(0, x + vary(street, -0.1, 0.1), y)
    teacher = street.person(0, -2.5, 10.6)
    while teacher.time < 85:
        teacher.walk(-teacher.place[0], 10.6, 0.8).wait(vary(street, 5, 9))
    mother = comer(street, vary(street, 18, 26), 10.2, 1).walk(4.6, 11.2).wait(vary(street, 10, 14))
    go_out(mother, 1)
    passers(street, 19.5)


@scenario("crowding", 80, positive=False, settings={"count": 10})
def night_market_flows_along(street: Street) -> None:
    """Ten are too many; people stream by in both directions between three stall keepers, some six in the square."""
    street.zones["square"] = SQUARE
    for x in (-3.5, 0.0, 3.5):
        street.person(0, x, 16.8)
        street.add("object", 0, x, 15.8)
    passers(street, 11, 13, every_s=4.5)
    passers(street, 18.8, every_s=5)


@scenario("crowding", 90, positive=False, settings={"count": 8})
def five_herdsmen_and_seven_dogs(street: Street) -> None:
    """Eight are too many; twelve stand and lie in the square for the whole play, and seven of those are dogs."""
    street.zones["square"] = SQUARE
    for i in range(5):
        street.person(0, -3.4 + 1.7 * i, 12.4 + 1.3 * (i % 2))
    for i in range(7):
        dog = street.add("dog", 0, -3.9 + 1.3 * i, 15.4 + 0.8 * (i % 2))
        if i % 3 == 0:
            dog.wait(vary(street, 20, 50)).walk(dog.place[0] + 0.6, 15.0, 0.6)
    parked(street, -8.5, 8.5, y=16)
    traffic(street, 8, every_s=13)


@scenario("crowding", 90, positive=False, settings={"count": 8, "seconds": 30})
def people_stop_for_the_loudspeaker_news(street: Street) -> None:
    """Eight for half a minute are too many; twelve stop to listen, and after a dozen seconds all walk on again."""
    street.zones["square"] = SQUARE
    start = vary(street, 6, 10)
    people = arrive(street, start, 0.3, staggered(4, 3, 11.5, 2.0))
    scatter(street, people, max(person.time for person in people) + vary(street, 6, 8), 1.6)
    passers(street, 19, every_s=12)
