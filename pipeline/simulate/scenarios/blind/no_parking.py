"""No parking: a vehicle stands at the kerb for longer than allowed; halting for a moment, or elsewhere, is allowed."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.conflict import roll
from pipeline.simulate.scenarios.blind.stopped_vehicle import comes_to_rest, drives_on, stream
from pipeline.simulate.scenarios.cast import biker, comer, edge, go_out, passers, pull_up, ride_out, vary
from pipeline.simulate.street import Street

KERB = [(-7.0, 13.0), (7.0, 13.0), (9.0, 16.5), (-9.0, 16.5)]
BRIEF = {"seconds": 40}


@scenario("no_parking", 100, settings=BRIEF)
def car_parks_at_the_kerb_for_a_minute(street: Street) -> None:
    """It stands where nobody may park for about a minute and drives on, while traffic passes in front of it."""
    street.zones["kerb"] = KERB
    stream(street, 10.5, -1, 9.0)
    car = comes_to_rest(street, "car", vary(street, 4, 9), vary(street, -2, 2), 15.2)
    stopped, goes = car.time, car.time + vary(street, 55, 65)
    drives_on(car, goes)
    street.expect("no_parking", stopped, goes, "kerb")


@scenario("no_parking", 90, settings=BRIEF)
def rider_leaves_his_motorbike_at_the_kerb(street: Street) -> None:
    """He parks, walks off, and the motorbike stands there until the end; walkers pass close to it."""
    street.zones["kerb"] = KERB
    passers(street, 12.5, every_s=11)
    rider, bike = biker(street, vary(street, 5, 10), 15.0)
    pull_up(rider, vary(street, -2, 2), 15.0)
    stopped = bike.time
    go_out(rider.dismount().wait(3), 1)
    street.expect("no_parking", stopped, street.seconds, "kerb")


@scenario("no_parking", 110, settings=BRIEF)
def three_cars_wait_in_a_row_before_the_school(street: Street) -> None:
    """Three cars draw up close behind one another and stand for nearly a minute each; a row is no excuse here."""
    street.zones["kerb"] = KERB
    start = vary(street, 3, 6)
    for i, x in enumerate((5.4, -0.2, -5.8)):
        car = comes_to_rest(street, "car", start + 4.5 * i, x, 15.2)
        stopped, goes = car.time, start + vary(street, 70, 72) + 4 * i
        drives_on(car, goes)
        street.expect("no_parking", stopped, goes, "kerb")


@scenario("no_parking", 120, settings=BRIEF)
def lorry_unloads_behind_the_passing_traffic(street: Street) -> None:
    """A lorry stands for over a minute; buses and motorbikes keep hiding its lower part for a second or two."""
    street.zones["kerb"] = KERB
    stream(street, 9.0, 1, 7.0)
    lorry = comes_to_rest(street, "truck", vary(street, 4, 8), vary(street, -1.5, 1.5), 15.2, 5.0)
    stopped, goes = lorry.time, lorry.time + vary(street, 68, 75)
    drives_on(lorry, goes, 5.0)
    for i in range(3):
        away = edge(11.0) + 6
        street.add("bus", stopped + 10 + 18 * i, -away, 12.0).drive(away, 12.0, vary(street, 5, 6)).leave()
    street.expect("no_parking", stopped, goes, "kerb")


@scenario("no_parking", 70, positive=False, settings=BRIEF)
def taxi_lets_somebody_out(street: Street) -> None:
    """A taxi halts for twenty-odd seconds, somebody gets out, and it drives on."""
    street.zones["kerb"] = KERB
    taxi = comes_to_rest(street, "car", vary(street, 4, 9), vary(street, -2, 2), 15.2)
    fare = street.person(taxi.time + 8, taxi.place[0] + 0.5, 16.6)
    go_out(fare.walk(fare.place[0], 18.0).wait(2), 1)
    drives_on(taxi, taxi.time + vary(street, 20, 26))


@scenario("no_parking", 100, positive=False, settings=BRIEF)
def car_parks_beyond_the_end_of_the_zone(street: Street) -> None:
    """It stands in the next bay for a minute, its front nearly two metres short of the zone."""
    street.zones["kerb"] = [(0.0, 13.0), (7.0, 13.0), (9.0, 16.5), (0.0, 16.5)]
    stream(street, 10.5, 1, 14.0)
    car = comes_to_rest(street, "car", vary(street, 4, 9), -2.15 - vary(street, 1.8, 2.4), 15.0)
    drives_on(car, car.time + vary(street, 60, 68))


@scenario("no_parking", 100, positive=False, settings=BRIEF)
def one_motorbike_after_another_in_the_same_spot(street: Street) -> None:
    """A motorbike stands for 25 seconds and leaves; another takes its place some seconds later for as long again."""
    street.zones["kerb"] = KERB
    start, x = vary(street, 4, 8), vary(street, -1, 1)
    for i in range(2):
        rider, bike = biker(street, start + 42 * i, 15.0)
        pull_up(rider, x + vary(street, -0.3, 0.3), 15.0).dismount().wait(vary(street, 20, 23)).mount(bike)
        ride_out(rider, bike, 1)


@scenario("no_parking", 110, positive=False, settings=BRIEF)
def van_halts_at_two_doors(street: Street) -> None:
    """It stands for 25 seconds, drives ten metres on to the next door and stands there for 25 more."""
    street.zones["kerb"] = KERB
    van = comes_to_rest(street, "car", vary(street, 4, 9), -5.2, 15.0)
    roll(van.wait(vary(street, 23, 27)), [(4.8, 15.0)], 0.3, (1.5, 3.2), (1.5, 3.2), (1.6, 0.0))
    drives_on(van, van.time + vary(street, 23, 27))
    go_out(comer(street, vary(street, 10, 20), 12.0), 1)


@scenario("no_parking", 90, positive=False, settings=BRIEF)
def people_wait_where_cars_may_not(street: Street) -> None:
    """Three people stand at the kerb for a minute and cars drive through, slowly but without a halt."""
    street.zones["kerb"] = KERB
    for i in range(3):
        man = comer(street, vary(street, 4, 7) + i, 15.9, -1).walk(-1.5 + 1.4 * i, 15.9, 1.3)
        go_out(man.wait(vary(street, 50, 55)), 1)
    for i in range(4):
        away = edge(14.0) + 5
        street.add("car", 5 + 17 * i + vary(street, 0, 4), -away, 14.0).drive(away, 14.0, vary(street, 3.2, 4)).leave()
