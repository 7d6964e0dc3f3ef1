"""Cut-in: a vehicle moves sideways into the path of one behind, which must brake; with room it is a change of lane."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.conflict import expect_call, on_wheels, roll, sidestep
from pipeline.simulate.scenarios.cast import edge, ride_by, vary
from pipeline.simulate.street import Street


@scenario("cut_in", 40)
def motorbike_cuts_in_before_a_car_and_brakes(street: Street) -> None:
    """It overtakes on the near side, swerves in close before the car and brakes; the car behind has to brake too."""
    y, start, speed = 18.0, vary(street, 7, 14), vary(street, 5.4, 5.6)
    car = on_wheels(street, "car", start, -15.0, y)
    roll(car, [(edge(y) + 5, y)], speed, (2.7, speed), (1.1, 1.2), (1.5, 1.2), (4.0, 6.0)).leave()
    bike = on_wheels(street, "motorcycle", start, -15.0 + vary(street, 0.6, 0.8), y - 1.8)
    path = [*sidestep(-5.5, y - 1.8, 5.5, y), (edge(y) + 5, y)]
    roll(bike, path, 8.2, (1.7, 8.2), (1.3, 2.2), (1.5, 2.2), (3.0, 7.0)).leave()
    expect_call(street, "cut_in", car, bike)


@scenario("cut_in", 45)
def parked_car_pulls_out_before_a_motorbike(street: Street) -> None:
    """A car that stood at the kerb from the start pulls out two metres sideways just when a motorbike comes up."""
    y, out, speed = 15.0, vary(street, 12, 18), vary(street, 6.8, 7.2)
    car = on_wheels(street, "car", 0.0, -2.0, y + 2.4)
    path = [*sidestep(-2.0, y + 2.4, 4.5, y), (edge(y) + 5, y)]
    roll(car.until(out), path, 0.2, (2.0, 3.2), (1.0, 3.4), (3.0, 6.5)).leave()
    away = edge(y) + 5
    near_s = (away - 5.6) / speed
    bike = on_wheels(street, "motorcycle", out + 1.7 - near_s, -away, y)
    roll(bike, [(away, y)], speed, (near_s, speed), (0.95, 2.2), (1.5, 2.2), (3.0, 6.0)).leave()
    expect_call(street, "cut_in", car, bike)


@scenario("cut_in", 40)
def taxi_pulls_over_before_a_cyclist(street: Street) -> None:
    """A taxi passes a cyclist, pulls over to the kerb before him and stops; he brakes late but does not touch it."""
    y, start = 17.0, vary(street, 7, 14)
    bike = on_wheels(street, "bicycle", start, -14.75, y)
    speed = vary(street, 4.4, 4.6)
    roll(bike, [(edge(y) + 3, y)], speed, (2.5, speed), (0.95, 0.0), (4.0, 0.0), (3.0, 3.5)).leave()
    taxi = on_wheels(street, "car", start, -10.0 - vary(street, 2.0, 2.3), y - 1.9)
    path = [*sidestep(-7.5, y - 1.9, 2.5, y), (edge(y) + 5, y)]
    roll(taxi, path, 7.4, (0.9, 7.4), (1.9, 1.0), (0.8, 0.0), (2.0, 0.0), (4.0, 7.0)).leave()
    expect_call(street, "cut_in", taxi, bike)


@scenario("cut_in", 40)
def one_rider_swerves_before_another_on_the_way_out(street: Street) -> None:
    """Two motorbikes drive away from the camera; one swerves a metre and a half into the other's path and brakes."""
    start, x, speed = vary(street, 6, 12), 1.5, vary(street, 5.9, 6.1)
    behind = on_wheels(street, "motorcycle", start, x, 3.5, 90)
    roll(behind, [(x, 45.0)], speed, (2.3, speed), (0.9, 2.0), (1.5, 2.0), (3.0, 7.0)).leave()
    ahead = on_wheels(street, "motorcycle", start - 0.5, x - 1.6, vary(street, 3.5, 3.7), 90)
    bend = [(a, b) for b, a in sidestep(13.5, x - 1.6, 22.5, x)]
    roll(ahead, [*bend, (x, 45.0)], 7.0, (1.95, 7.0), (1.2, 2.2), (1.5, 2.2), (3.0, 7.5)).leave()
    expect_call(street, "cut_in", behind, ahead)


@scenario("cut_in", 40, positive=False)
def lane_change_with_much_room(street: Street) -> None:
    """A motorbike overtakes and moves over in front of the car, but well ahead of it and faster than it."""
    y, start, speed = 18.0, vary(street, 7, 14), vary(street, 4.3, 4.8)
    car = on_wheels(street, "car", start, -17.0, y)
    roll(car, [(edge(y) + 5, y)], speed).leave()
    bike = on_wheels(street, "motorcycle", start, -9.0, y - 2.2)
    roll(bike, [*sidestep(-4.0, y - 2.2, 9.5, y), (edge(y) + 5, y)], vary(street, 6.8, 7.5)).leave()


@scenario("cut_in", 40, positive=False)
def overtaker_stays_in_its_own_lane(street: Street) -> None:
    """A truck is overtaken by two motorbikes which stay two and a half metres beside it all the way."""
    start, speed = vary(street, 7, 12), vary(street, 4.5, 5)
    street.add("truck", start, -20.0, 18.0).drive(edge(18) + 5, 18.0, speed).leave()
    for i in range(2):
        ride_by(street, start + 0.4 + 1.8 * i, 15.0, speed=vary(street, 7.8, 8.2))


@scenario("cut_in", 40, positive=False)
def leader_brakes_in_the_same_lane(street: Street) -> None:
    """A car brakes hard and the motorbike behind comes very close, but both have been in one lane all along."""
    start, y, speed = vary(street, 6, 12), 16.0, vary(street, 6.8, 7.2)
    car = on_wheels(street, "car", start, -11.0, y)
    roll(car, [(edge(y) + 5, y)], speed, (1.2, speed), (1.3, 1.5), (2.0, 1.5), (3.0, 6.0)).leave()
    bike = on_wheels(street, "motorcycle", start, -14.1 - vary(street, 6.5, 6.8), y)
    roll(bike, [(edge(y) + 5, y)], speed, (2.3, speed), (1.0, 1.5), (2.5, 1.5), (3.0, 5.5)).leave()


@scenario("cut_in", 45, positive=False)
def rider_swings_round_a_pothole(street: Street) -> None:
    """The first of two motorbikes swings half a metre to the side and back; the second keeps two seconds behind."""
    start, y, speed = vary(street, 6, 12), 15.0, vary(street, 5.5, 6.2)
    side = vary(street, 0.4, 0.5)
    path = [*sidestep(-6.0, y, -1.0, y + side), *sidestep(1.0, y + side, 6.0, y), (edge(y), y)]
    roll(on_wheels(street, "motorcycle", start, -edge(y), y), path, speed).leave()
    second = on_wheels(street, "motorcycle", start + vary(street, 2.2, 2.6), -edge(y), y)
    roll(second, [(edge(y), y)], speed).leave()


@scenario("cut_in", 40, positive=False)
def car_filters_in_behind(street: Street) -> None:
    """A car moves two metres sideways into the lane of another, but behind it, and the next one is four seconds off."""
    start, y, speed = vary(street, 6, 12), 18.0, vary(street, 5, 5.5)
    away = edge(y) + 5
    roll(on_wheels(street, "car", start, -away, y), [(away, y)], speed).leave()
    changer = on_wheels(street, "car", start + 2.6, -away, y - 2.6)
    roll(changer, [*sidestep(-8.0, y - 2.6, 3.0, y), (away, y)], speed).leave()
    roll(on_wheels(street, "motorcycle", start + 7.4, -away, y), [(away, y)], speed).leave()
