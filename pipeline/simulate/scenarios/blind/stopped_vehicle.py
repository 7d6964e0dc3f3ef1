"""Stopped vehicle: it blocks the lane for a minute and more; a bus at its stop and a queue at a light do not count."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.conflict import on_wheels, roll, stop_after
from pipeline.simulate.scenarios.cast import car_by, edge, passers, ride_by, vary
from pipeline.simulate.street import Actor, Street

LANE = [(-7.0, 10.0), (7.0, 10.0), (9.5, 14.5), (-9.5, 14.5)]
BEHIND_Y = 18.0
"""So far from the camera others go round whatever stands in the lane."""


def stream(street: Street, y: float, side: float, every_s: float) -> None:
    """All through the play motorbikes, and now and then a car, come from one side, all at one speed."""
    time, speed = vary(street, 1.0, every_s), vary(street, 6.0, 8.0)
    while time < street.seconds - 6.0:
        if street.rng.random() < 0.25:
            car_by(street, time, y, side, speed)
        else:
            ride_by(street, time, y, side, speed)
        time += every_s * vary(street, 0.7, 1.4)


def comes_to_rest(street: Street, kind: str, time: float, x: float, y: float, speed: float = 6.0) -> Actor:
    """It comes in from the left at `time` and brakes gently to rest at (x, y)."""
    away = edge(y) + 8
    vehicle = on_wheels(street, kind, time, -away, y)
    return roll(vehicle, [(x, y)], speed, *stop_after(x + away, speed, vary(street, 2.0, 2.6)))


def drives_on(vehicle: Actor, time: float, speed: float = 6.0) -> None:
    """It stands until `time` and goes out to the right."""
    y = vehicle.place[1]
    roll(vehicle.until(time), [(edge(y) + 5, y)], 0.3, (4.0, speed)).leave()


@scenario("stopped_vehicle", 115)
def car_breaks_down_in_the_lane(street: Street) -> None:
    """It stands alone in the lane for a minute and a quarter, and the others go round it."""
    street.zones["lane"] = LANE
    stream(street, BEHIND_Y, -1, 9.0)
    car = comes_to_rest(street, "car", vary(street, 3, 8), vary(street, -2, 2), 12.5)
    stopped, goes = car.time, car.time + vary(street, 72, 80)
    drives_on(car, goes)
    street.expect("stopped_vehicle", stopped, goes, "lane")


@scenario("stopped_vehicle", 120)
def lorry_unloads_and_creeps_forward(street: Street) -> None:
    """A lorry stands, rolls two metres on at a slow walk and stands again: never as fast as 4 km/h all that time."""
    street.zones["lane"] = LANE
    passers(street, 17.0)
    lorry = comes_to_rest(street, "truck", vary(street, 3, 8), -2.0, 12.5)
    stopped = lorry.time
    lorry.wait(vary(street, 35, 40)).drive(0.0, 12.5, 0.7)
    goes = float(lorry.time) + vary(street, 38, 42)
    drives_on(lorry, goes, 5.0)
    street.expect("stopped_vehicle", stopped, goes, "lane")


@scenario("stopped_vehicle", 110)
def rider_sits_on_his_motorbike_in_the_lane(street: Street) -> None:
    """He stops to telephone and stays in the saddle for more than a minute; others pass close by."""
    street.zones["lane"] = LANE
    bike = comes_to_rest(street, "motorcycle", vary(street, 3, 8), vary(street, -2, 2), 12.0)
    stopped, goes = bike.time, bike.time + vary(street, 70, 78)
    drives_on(bike, goes)
    for i in range(4):
        ride_by(street, 14 + 18 * i + vary(street, 0, 6), 14.5, 1 if i % 2 else -1)
    street.expect("stopped_vehicle", stopped, goes, "lane")


@scenario("stopped_vehicle", 120)
def two_cars_stand_after_a_bump(street: Street) -> None:
    """Two cars stand one behind the other and their drivers argue; two are no queue, and each blocks the lane."""
    street.zones["lane"] = LANE
    stream(street, BEHIND_Y, 1, 14.0)
    start, away = vary(street, 4, 7), vary(street, 84, 88)
    for i, x in enumerate((3.4, -2.6)):
        car = comes_to_rest(street, "car", start + 3.5 * i, x, 12.5)
        stopped, goes = car.time, start + away + 4 * i
        drives_on(car, goes)
        street.expect("stopped_vehicle", stopped, goes, "lane")
    for i, x in enumerate((0.0, 0.9)):
        man = street.person(start + 14, x, 10.8 + 0.3 * i)
        man.wait(vary(street, 50, 56)).leave()


@scenario("stopped_vehicle", 80, positive=False)
def bus_halts_at_its_stop(street: Street) -> None:
    """A bus stands half a minute in the lane while people get on, and drives on."""
    street.zones["lane"] = LANE
    bus = comes_to_rest(street, "bus", vary(street, 4, 9), 0.0, 13.0, 5.0)
    for i in range(3):
        man = street.person(0.0, 3.0 - 1.1 * i, 10.2 + vary(street, -0.2, 0.2)).until(bus.time + 4 + 5 * i)
        man.walk(4.0, 11.5, 1.0).leave()
    drives_on(bus, bus.time + vary(street, 27, 33), 5.0)


@scenario("stopped_vehicle", 125, positive=False)
def queue_waits_at_a_long_red_light(street: Street) -> None:
    """Cars and motorbikes wait close behind one another for well over a minute, and all go when it turns green."""
    street.zones["lane"] = LANE
    start = vary(street, 3, 5)
    green = start + vary(street, 88, 92)
    row = (("car", 5.3, 13.0), ("motorcycle", 0.4, 13.0), ("motorcycle", -2.6, 13.0), ("car", -7.0, 13.0))
    for i, (kind, x, y) in enumerate((*row, ("motorcycle", 6.0, 11.0), ("motorcycle", 3.2, 11.0))):
        vehicle = comes_to_rest(street, kind, start + 3.0 * i, x, y)
        drives_on(vehicle, green + 1.8 * (i % 4), 5.5)


@scenario("stopped_vehicle", 115, positive=False)
def car_stands_in_a_bay_beside_the_lane(street: Street) -> None:
    """It stands for a minute and a half two metres beyond the lane's edge; those in the lane pass in front of it."""
    street.zones["lane"] = LANE
    stream(street, 12.0, -1, 11.0)
    car = comes_to_rest(street, "car", vary(street, 3, 8), vary(street, -2, 2), 17.6)
    drives_on(car, car.time + vary(street, 78, 85))


@scenario("stopped_vehicle", 125, positive=False)
def courier_stops_twice_for_half_a_minute(street: Street) -> None:
    """A motorbike stops for 35 seconds, rides on to the next house and stops again; only the sum is over a minute."""
    street.zones["lane"] = LANE
    bike = comes_to_rest(street, "motorcycle", vary(street, 4, 9), -6.0, 12.5)
    roll(bike.wait(vary(street, 33, 37)), [(5.5, 12.5)], 0.3, (1.5, 3.5), (1.8, 3.5), (1.34, 0.0))
    drives_on(bike, bike.time + vary(street, 33, 37))
    passers(street, 17.5)


@scenario("stopped_vehicle", 130, positive=False)
def jam_moves_up_every_half_minute(street: Street) -> None:
    """Four cars and a motorbike stand nose to tail and move up one place again and again; each is long in the lane."""
    street.zones["lane"] = LANE
    start, wait = vary(street, 3, 5), vary(street, 24, 28)
    for i, kind in enumerate(("car", "car", "motorcycle", "car", "car")):
        back = (0.0, 6.0, 10.8, 15.6, 21.6)[i]
        car = comes_to_rest(street, kind, start + 4.5 * i, 6.0 - back, 12.5, 5.0)
        for move in range(1, 4):
            car.until(start + 12 + wait * move + 1.2 * i)
            if car.place[0] > 5.0:
                break
            roll(car, [(car.place[0] + 6.0, 12.5)], 0.3, (1.5, 2.3), (1.0, 2.3), (1.52, 0.0))
        drives_on(car, car.time + 0.1, 5.0)
