"""Line crossing, third set: everybody who crosses is told, and nobody who does not."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.third.moves import potter
from pipeline.simulate.scenarios.cast import (
    biker,
    car_by,
    carrying,
    comer,
    go_out,
    parked,
    passers,
    pull_up,
    ride_by,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import crossings
from pipeline.simulate.street import Actor, Street

KIND = "line_crossing"
EVERYBODY = {"classes": ["person", "bicycle", "motorcycle", "car", "bus", "truck"]}
"""The default is vehicles; here walkers count, too."""


def _expect(street: Street, actors: list[Actor], line: str) -> None:
    for time in sorted(time for actor in actors for time in crossings(street, actor, line)):
        street.expect(KIND, time, time)


@scenario(KIND, 110, settings=EVERYBODY)
def porters_of_the_night_market(street: Street) -> None:
    """Three porters go through a gate with bags one after another and two come out again with empty hands."""
    street.lines["gate"] = ((-3.5, 13), (3.5, 13))
    traffic(street, 9.2, every_s=14)
    porters = []
    for i in range(3):
        porter = comer(street, 5 + 9 * i + vary(street, 0, 3), 11.0, -1 if i % 2 else 1)
        bag = carrying(street, porter, "handbag" if i else "backpack")
        porter.walk(-1.6 + 1.6 * i, 11.0).walk(-1.6 + 1.6 * i, 16.5, 1.2)
        porter.put(bag)
        porter.wait(vary(street, 12, 16))
        porters.append(porter)
    for porter in porters[:2]:
        porter.walk(porter.place[0], 11.2, 1.4)
        go_out(porter, -1)
    porters[2].walk(3.0, 19, 1.2)
    _expect(street, porters, "gate")


@scenario(KIND, 90, settings=EVERYBODY)
def traffic_over_the_ward_border(street: Street) -> None:
    """Motorbikes, a car and a lorry drive over a line in both directions; people walk along short of it."""
    street.lines["border"] = ((0.5, 12), (0.5, 20))
    actors = [ride_by(street, vary(street, 4, 7), 14, -1, 7)[1], ride_by(street, vary(street, 22, 26), 17.6, 1, 6.5)[1]]
    actors += [
        car_by(street, vary(street, 36, 40), 14.2, -1, 7),
        car_by(street, vary(street, 54, 58), 17.4, 1, 6, "truck"),
    ]
    passers(street, 9.6, every_s=13)
    _expect(street, actors, "border")


@scenario(KIND, 80, settings=EVERYBODY)
def child_runs_over_a_far_line(street: Street) -> None:
    """Far away a child runs across a line lying along the street, towards the camera, and its mother follows."""
    street.lines["kerb"] = ((-9, 20), (9, 20))
    passers(street, 12.0, every_s=14)
    parked(street, -4.5, -5.7, y=17.5)
    child = street.person(vary(street, 10, 18), 1.0, 25).walk(1.5, 22.5).wait(3).walk(2.5, 17.0, 2.8).wait(6)
    mother = (
        street.person(child.shown[0][0] + 1, 0.2, 26).walk(0.6, 22.5).wait(4).walk(2.0, 17.2, 1.8).until(child.time)
    )
    go_out(child, 1)
    go_out(mother, 1, y=17.6)
    _expect(street, [child, mother], "kerb")


@scenario(KIND, 90, settings=EVERYBODY)
def hesitant_visitor_at_a_slanting_gate(street: Street) -> None:
    """A visitor comes close to a slanting line, steps back, waits and then goes through; a cyclist follows him."""
    street.lines["gate"] = ((-4, 11), (1, 16))
    traffic(street, 21, every_s=12)
    man = comer(street, vary(street, 4, 8), 14.5).walk(-4.0, 14.2).walk(-3.2, 13.6, 0.8).wait(4).walk(-4.8, 14.6, 0.8)
    man.wait(vary(street, 6, 10)).walk(1.5, 11.5)
    go_out(man, 1)
    rider, cycle = biker(street, vary(street, 44, 50), 14, -1, "bicycle")
    rider.ride(0.0, 13.8, 3.0).ride(14, 13.0, 3.5).leave()
    cycle.leave()
    _expect(street, [man, cycle], "gate")


@scenario(KIND, 90, positive=False, settings=EVERYBODY)
def traffic_along_the_counting_line(street: Street) -> None:
    """Motorbikes and cars drive along a line on both sides of it, a lane each, and never over it."""
    street.lines["centre"] = ((-10, 14.5), (10, 14.5))
    for i in range(7):
        ride_by(
            street, 3 + 11 * i + vary(street, 0, 3), 12.6 if i % 2 else 17.0, -1 if i % 2 else 1, vary(street, 6, 8)
        )
    car_by(street, 30, 17.6, 1, 7)
    passers(street, 10.0, every_s=14)


@scenario(KIND, 100, positive=False, settings=EVERYBODY)
def football_in_front_of_the_entrance(street: Street) -> None:
    """Four children chase about in front of an entrance, often a metre from its line, never over it."""
    street.lines["entrance"] = ((-4, 14.5), (4, 14.5))
    start = vary(street, 3, 6)
    for i in range(4):
        child = comer(street, start + i, 10.0 + i, 1)
        while child.time < 78:
            child.walk(vary(street, -4, 4), vary(street, 9.5, 13.3), vary(street, 1.5, 2.6)).wait(vary(street, 0.4, 2))
        go_out(child, -1, 1.6)


@scenario(KIND, 110, positive=False, settings=EVERYBODY)
def guard_leans_at_the_barrier(street: Street) -> None:
    """A guard stands 0.9 m before the line for more than a minute and walks up and down beside it."""
    street.lines["barrier"] = ((2, 10), (2, 16))
    passers(street, 18.5, every_s=12)
    guard = comer(street, vary(street, 3, 6), 12.5).walk(1.0, 12.5)
    for y in (14.5, 11.5, 13.5):
        guard.wait(vary(street, 14, 20)).walk(vary(street, 0.8, 1.05), y, 0.8)
    go_out(guard.wait(8).walk(0.3, 13.5), -1)


@scenario(KIND, 90, positive=False, settings={"classes": ["truck", "bus"]})
def motorbikes_and_walkers_where_lorries_count(street: Street) -> None:
    """Only lorries and buses are counted: motorbikes, cyclists and walkers cross the line all the time."""
    street.lines["bridge"] = ((-1, 11), (-1, 20))
    for i in range(6):
        kind = "bicycle" if i == 3 else "motorcycle"
        ride_by(street, 4 + 12 * i + vary(street, 0, 4), 14 + 1.5 * (i % 3), -1 if i % 2 else 1, 4 + 3 * (i != 3), kind)
    passers(street, 12.0, 18.8, every_s=9)


@scenario(KIND, 110, positive=False, settings=EVERYBODY)
def household_between_door_and_street(street: Street) -> None:
    """People come out of a door behind the line, do something in the court and go in: the line is not touched."""
    street.lines["fence"] = ((-8, 11.5), (8, 11.5))
    traffic(street, 8.6, every_s=11)
    for i in range(3):
        person = street.person(vary(street, 3, 6) + 9 * i, 2.0, 18).walk(1.0 - 2 * i, 15)
        potter(street, person, vary(street, 70, 80) + 3 * i, (-6, 5), (13.2, 16.5), (2, 6))
        person.walk(2.0, 18).leave()


@scenario(KIND, 100, positive=False, settings=EVERYBODY)
def taxi_takes_a_customer_short_of_the_line(street: Street) -> None:
    """A taxi stops two and a half metres before the line, a customer gets in and it turns round; people watch."""
    street.lines["checkpoint"] = ((6, 10), (6, 20))
    passengers = [comer(street, vary(street, 3, 5) + i, 11.2 + i).walk(-1.5 + i, 11.4 + i) for i in range(2)]
    taxi = street.add("car", vary(street, 10, 14), -20, 15).drive(-6, 15, 6).drive(1.0, 15, 3)
    for passenger in passengers:
        passenger.until(taxi.time + 1).walk(passenger.place[0], 14.0, 1.2)
    passengers[1].wait(1.5).leave()
    taxi.until(passengers[1].time + 3).drive(1.2, 17.5, 1.5).drive(-4, 19, 3).drive(-24, 19, 6).leave()
    go_out(passengers[0].wait(3), -1)
    parked(street, -8.5, -9.6, y=17)
    rider, bike = biker(street, 55, 12.8)
    pull_up(rider, 3.0, 12.8).wait(8).ride(2.0, 14.5, 2).ride(-18, 16.5, 3, 7).leave()
    bike.leave()
