"""Wrong way: driving against a zone's lawful direction for a good stretch; turning round or backing a little is not."""

from __future__ import annotations

import numpy as np

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.conflict import Point, on_wheels, roll, sidestep, stop_after
from pipeline.simulate.scenarios.cast import biker, car_by, comer, edge, go_out, pull_up, ride_by, vary
from pipeline.simulate.scenarios.moments import clock, inside
from pipeline.simulate.street import Actor, Street

ROAD = [(-8.0, 10.0), (8.0, 10.0), (11.5, 16.0), (-11.5, 16.0)]
RIGHTWARDS = ((-6.0, 13.0), (6.0, 13.0))


def one_way_road(street: Street) -> None:
    """Lawful travel is from left to right."""
    street.zones["road"] = ROAD
    street.directions["road"] = RIGHTWARDS


def half_turn(x: float, y: float, radius: float, side: float = -1) -> list[Point]:
    """From (x, y), going right, round to the camera's side (-1) or away from it (1), and then going left."""
    return [
        (x + radius * float(np.sin(a)), y + side * radius * (1 - float(np.cos(a)))) for a in np.linspace(0, np.pi, 19)
    ]


def expect_against(street: Street, actor: Actor) -> None:
    """From when it first goes against the arrow in the zone until it last does."""
    times = clock(street, 0.1)
    step = actor.where(times + 0.1)[:, :2] - actor.where(times - 0.1)[:, :2]
    (ax, ay), (bx, by) = street.directions["road"]
    along = step @ np.array([bx - ax, by - ay]) / np.hypot(bx - ax, by - ay)
    length = np.hypot(*step.T)
    against = inside(street, actor, "road") & (length > 0.05) & (along < -0.5 * length)
    street.expect("wrong_way", float(times[against][0]), float(times[against][-1]), "road")


@scenario("wrong_way", 40)
def motorbike_rides_against_the_one_way_street(street: Street) -> None:
    """It comes in on the wrong side and rides straight through, while others go the lawful way before and after."""
    one_way_road(street)
    start = vary(street, 10, 18)
    ride_by(street, vary(street, 2, 4), 13.5)
    car_by(street, start + 8, 14.0, speed=6.5)
    expect_against(street, ride_by(street, start, vary(street, 11.5, 12.5), 1, vary(street, 5.5, 7))[1])


@scenario("wrong_way", 50)
def cyclist_goes_against_along_the_kerb(street: Street) -> None:
    """A bicycle goes slowly against the traffic along the far kerb, and lawful cars pass between it and the camera."""
    one_way_road(street)
    start = vary(street, 8, 14)
    for i in range(3):
        car_by(street, start + vary(street, -2, -1) + 5 * i, 12.0, speed=vary(street, 6, 7))
    expect_against(street, ride_by(street, start, vary(street, 14.8, 15.2), 1, vary(street, 3.2, 3.8), "bicycle")[1])


@scenario("wrong_way", 45)
def motorbike_turns_round_and_rides_back(street: Street) -> None:
    """It comes in lawfully, turns round in the road and rides all the way back; it is wrong only from the turn on."""
    one_way_road(street)
    y, speed = vary(street, 14.8, 15.1), vary(street, 5.5, 6.5)
    away = edge(y) + 3
    bike = on_wheels(street, "motorcycle", vary(street, 8, 15), -away, y)
    x = vary(street, 3.5, 4.5)
    turn = half_turn(x, y, 1.8)
    slow_s = (away + x - 4.6) / speed
    roll(bike, [*turn, (-away, turn[-1][1])], speed, (slow_s, speed), (1.0, 2.8), (2.4, 2.8), (1.5, 5.0)).leave()
    expect_against(street, bike)


@scenario("wrong_way", 45)
def motorbike_comes_towards_the_camera_in_an_outbound_lane(street: Street) -> None:
    """The lane leads away from the camera and he rides towards it, so that he hardly moves sideways in the picture."""
    street.zones["road"] = [(-3.0, 8.0), (3.0, 8.0), (3.0, 30.0), (-3.0, 30.0)]
    street.directions["road"] = ((0.0, 10.0), (0.0, 28.0))
    start, lawful = vary(street, 12, 18), vary(street, 5.5, 7)
    roll(on_wheels(street, "motorcycle", vary(street, 2, 4), -1.5, 4.0, 90), [(-1.5, 45.0)], lawful).leave()
    bike = on_wheels(street, "motorcycle", start, vary(street, 0.8, 1.4), 45.0, -90)
    roll(bike, [(bike.place[0], 4.0)], 0.5, (2.5, vary(street, 5.5, 6.5))).leave()
    expect_against(street, bike)


@scenario("wrong_way", 50, positive=False)
def oncoming_traffic_keeps_to_its_own_lane(street: Street) -> None:
    """A two-way street: those who come the other way ride in their own lane, two metres and more outside the zone."""
    street.zones["road"] = [(-9.0, 12.5), (9.0, 12.5), (11.5, 16.5), (-11.5, 16.5)]
    street.directions["road"] = ((-6.0, 14.5), (6.0, 14.5))
    for i in range(3):
        ride_by(street, vary(street, 3, 6) + 11 * i, vary(street, 9.3, 9.8), 1, vary(street, 5, 7))
        car_by(street, vary(street, 4, 8) + 11 * i, 15.0, speed=vary(street, 6, 7))


@scenario("wrong_way", 45, positive=False)
def motorbike_turns_round_and_leaves_the_road(street: Street) -> None:
    """It turns round in the road and goes out of it at a slant after some five metres the wrong way."""
    one_way_road(street)
    y, speed, x = vary(street, 14.0, 14.2), vary(street, 5.5, 6.5), vary(street, 2.5, 3.5)
    away = edge(y) + 3
    bike = on_wheels(street, "motorcycle", vary(street, 8, 15), -away, y)
    turn = half_turn(x, y, 1.6)
    path = [*turn, *sidestep(*turn[-1], x - 8.0, 8.4), (-edge(8.4) - 2, 8.4)]
    roll(bike, path, speed, ((away + x - 4.6) / speed, speed), (1.0, 2.8), (2.4, 2.8), (1.5, 5.0)).leave()


@scenario("wrong_way", 60, positive=False)
def car_backs_out_three_metres(street: Street) -> None:
    """It stops, goes back three metres to let somebody out of a gate, waits and drives on."""
    one_way_road(street)
    y, speed = 13.5, vary(street, 5.5, 6.5)
    away = edge(y) + 5
    car = on_wheels(street, "car", vary(street, 5, 9), -away, y)
    roll(car, [(2.0, y)], speed, *stop_after(away + 2.0, speed, 2.5)).wait(vary(street, 2, 4))
    roll(car, [(-1.0, y)], 0.3, (1.0, 1.0), (1.7, 1.0), (1.0, 0.3)).wait(vary(street, 5, 8))
    roll(car, [(away, y)], 0.3, (3.5, speed)).leave()
    go_out(comer(street, 14, 17.5, 1), -1)


@scenario("wrong_way", 75, positive=False)
def motorbike_is_pushed_back_to_the_shop(street: Street) -> None:
    """Its rider has gone too far: he gets down and pushes it five metres against the direction to where he parks."""
    one_way_road(street)
    rider, bike = biker(street, vary(street, 4, 8), 12.5)
    pull_up(rider, vary(street, 2.5, 3.5), 12.5).dismount().wait(2)
    rider.push(bike, rider.place[0] - 5.0, rider.place[1], vary(street, 0.9, 1.1))
    go_out(rider.wait(3), -1, y=17.5)


@scenario("wrong_way", 50, positive=False)
def motorbikes_cross_the_one_way_street(street: Street) -> None:
    """They cross it at a right angle or a little more, from a side street; a man on foot goes against it as well."""
    one_way_road(street)
    for i, (x0, x1) in enumerate(((-3.0, -3.0), (4.0, 1.5), (3.0, 3.0))):
        bike = on_wheels(street, "motorcycle", vary(street, 4, 7) + 12 * i, x0, 27.0, -90)
        roll(bike, [(x1, 4.0)], vary(street, 4.5, 6)).leave()
    go_out(comer(street, vary(street, 3, 6), 11.5, 1), -1)
    ride_by(street, vary(street, 36, 38), 13.0)
