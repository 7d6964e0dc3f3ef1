"""Prowling: one person tries one parked vehicle after the other, or only has business at one or two of them."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    ROW_Y,
    beside,
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


def _tries(street: Street, person: Actor, vehicles: list[Actor], low: float, high: float, dy: float = -0.6) -> None:
    """He stands for a while at each of the vehicles and steps back between them."""
    for vehicle in vehicles:
        beside(person, vehicle, vary(street, -0.15, 0.15), dy).wait(vary(street, low, high))
        person.walk(person.place[0], person.place[1] - 1.2)


def _expect(street: Street, person: Actor, vehicles: list[Actor], low: float, high: float, dy: float = -0.6) -> None:
    """From his arrival at the first vehicle until he leaves the last."""
    beside(person, vehicles[0], 0.0, dy)
    start = person.time
    _tries(street, person, vehicles, low, high, dy)
    street.expect("prowling", start, person.time - 1.2 / 1.3)


@scenario("prowling", 110)
def thief_tries_three_motorbikes(street: Street) -> None:
    """He stands at three motorbikes in a row for 8 to 12 s each and goes away on foot."""
    passers(street, 17)
    man = comer(street, vary(street, 6, 12), 11)
    _expect(street, man, parked_row(street)[:3], 8, 12)
    go_out(man, 1)


@scenario("prowling", 120)
def prowler_goes_through_a_row_of_bicycles(street: Street) -> None:
    """Four bicycles, 7 to 9 s at each."""
    traffic(street, 18)
    man = comer(street, vary(street, 6, 12), 11, 1)
    _expect(street, man, parked_row(street, 4, "bicycle")[::-1], 7, 9)
    go_out(man, -1)


@scenario("prowling", 170)
def prowler_who_takes_his_time(street: Street) -> None:
    """He lights a cigarette between the vehicles: three of them within 90 s, each for 10 s."""
    row = parked_row(street)
    man = beside(comer(street, vary(street, 6, 10), 11), row[0], 0, -0.6)
    start = man.time
    for vehicle in (row[0], row[2], row[3]):
        beside(man, vehicle, 0, -0.6).wait(vary(street, 9, 11))
        end = man.time
        man.walk(vehicle.place[0] - 0.5, 9.8).wait(vary(street, 18, 24))
    street.expect("prowling", start, end)
    go_out(man, 1)


@scenario("prowling", 100, settings={"count": 4, "dwell_s": 3, "window_s": 120})
def quick_look_at_four_motorbikes(street: Street) -> None:
    """A rule for four vehicles and 3 s, and somebody who spends 5 to 6 s at each of five."""
    passers(street, 9.5, 17)
    man = comer(street, vary(street, 6, 12), 11)
    _expect(street, man, parked_row(street, 5, pitch_m=2.6), 5, 6)
    go_out(man, 1)


@scenario("prowling", 110)
def prowler_runs_when_somebody_comes(street: Street) -> None:
    """He is at the third motorbike when an owner comes out of a house, and runs off."""
    row = parked_row(street, 3)
    man = comer(street, vary(street, 8, 14), 11)
    _expect(street, man, row, 8, 10)
    owner = street.person(man.time - 2, 4, 17).walk(3, 14.5)
    go_out(man, -1, 3.5)
    owner.wait(10).walk(4, 17).leave()


@scenario("prowling", 130)
def prowler_looks_into_three_parked_cars(street: Street) -> None:
    """Cars at the kerb; he stands for 10 s close to the side of each, within half a metre of the body."""
    cars = parked(street, -6.2, 0.0, 6.2, y=15.5, kind="car", heading_deg=0)
    traffic(street, 20)
    man = comer(street, vary(street, 6, 12), 13)
    _expect(street, man, cars, 9, 12, dy=-1.25)
    go_out(man, 1)


@scenario("prowling", 100, positive=False)
def owner_looks_for_his_bike_and_rides_off(street: Street) -> None:
    """He stops at one motorbike, which is not his, finds his own next to it, and rides off: two vehicles."""
    passers(street, 17)
    row = parked_row(street)
    man = comer(street, vary(street, 8, 14), 11)
    _tries(street, man, row[:1], 7, 10)
    beside(man, row[1], 0, -0.7).wait(vary(street, 6, 9)).mount(row[1])
    ride_out(man, row[1], 1)


@scenario("prowling", 100, positive=False)
def stroller_walks_slowly_along_the_row(street: Street) -> None:
    """He passes five parked motorbikes at arm's length and 0.9 m/s without stopping, there and back."""
    parked_row(street, 5)
    man = comer(street, vary(street, 6, 12), ROW_Y - 0.8).walk(8, ROW_Y - 0.8, 0.9)
    go_out(man, -1, 0.9)


@scenario("prowling", 100, positive=False)
def rider_parks_at_the_end_of_the_row(street: Street) -> None:
    """He parks beside the others, busies himself with his lock for 20 s, and walks away: one vehicle, his own."""
    traffic(street, 18)
    parked_row(street)
    rider, _ = biker(street, vary(street, 6, 10), 12.6, 1)
    pull_up(rider, 6.8, 12.6).dismount(0, -0.6).wait(vary(street, 18, 24))
    go_out(rider, -1, y=10)


@scenario("prowling", 150, positive=False)
def waiting_man_before_the_row(street: Street) -> None:
    """He waits for a friend for 100 s, walking up and down, but stays two metres and more from the motorbikes."""
    parked_row(street)
    man = comer(street, vary(street, 4, 8), 10.4)
    for x in (-4, 0, 4, 0, -4, 0):
        man.walk(x, vary(street, 10.2, 10.8), 1.0).wait(vary(street, 11, 14))
    go_out(man, 1)


@scenario("prowling", 90, positive=False)
def glances_at_four_motorbikes(street: Street) -> None:
    """He hardly stops: within a metre of each for less than two seconds."""
    passers(street, 17)
    row = parked_row(street)
    man = comer(street, vary(street, 6, 12), ROW_Y - 0.7)
    for vehicle in row:
        beside(man, vehicle, 0, -0.7).wait(vary(street, 0.2, 0.5))
    go_out(man, 1)


@scenario("prowling", 280, positive=False)
def three_vehicles_in_four_minutes(street: Street) -> None:
    """He is at three vehicles for 8 s each, but more than 200 s lie between the first and the third."""
    row = parked_row(street)
    man = comer(street, vary(street, 4, 7), 10)
    for vehicle in row[:3]:
        beside(man, vehicle, 0, -0.6).wait(vary(street, 7.5, 9))
        man.walk(vehicle.place[0], 9.5).wait(vary(street, 93, 98))
    man.until(street.seconds)


@scenario("prowling", 130, positive=False)
def two_people_with_two_bikes_each(street: Street) -> None:
    """Two colleagues each stop at two motorbikes, four in all: neither comes to three."""
    row = parked_row(street)
    for side, pair in ((-1.0, row[:2]), (1.0, row[:1:-1])):
        man = comer(street, vary(street, 6, 12), 11, side)
        _tries(street, man, pair, 7, 10)
        go_out(man, side)


@scenario("prowling", 140, positive=False)
def mechanic_repairs_one_motorbike(street: Street) -> None:
    """He kneels beside one motorbike for 90 s, walks round it, and fetches a tool from the next one."""
    traffic(street, 18)
    row = parked_row(street)
    man = beside(comer(street, vary(street, 4, 8), 11), row[1], 0, -0.6).wait(vary(street, 40, 45))
    man.walk(row[1].place[0] + 0.6, ROW_Y - 0.4, 0.6).wait(vary(street, 30, 35))
    beside(man, row[2], 0, -0.6).wait(8)
    go_out(beside(man, row[1], 0, -0.6).wait(10), -1, y=10)


@scenario("prowling", 110, positive=False, settings={"count": 5})
def four_visited_where_five_are_needed(street: Street) -> None:
    """A sticker man puts leaflets on four motorbikes, 7 s at each; the rule asks for five."""
    man = comer(street, vary(street, 6, 12), 11)
    _tries(street, man, parked_row(street), 6.5, 8)
    go_out(man, 1)


@scenario("prowling", 130, positive=False)
def busy_pavement_along_a_row_of_bikes(street: Street) -> None:
    """Many people walk past the row, each by himself and without stopping."""
    parked_row(street, 5)
    passers(street, 11.8, 12.1, every_s=5)
    traffic(street, 18)
