"""Line crossing, second set: over the line, along it, up to it, past its end."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.second.backdrop import enter_at
from pipeline.simulate.scenarios.cast import (
    biker,
    car_by,
    comer,
    edge,
    go_out,
    parked,
    passers,
    pull_up,
    ride_by,
    ride_out,
    vary,
)
from pipeline.simulate.scenarios.moments import crossings
from pipeline.simulate.street import Actor, Street

KIND = "line_crossing"


def _expect(street: Street, line: str, *actors: Actor) -> None:
    for actor in actors:
        for time in crossings(street, actor, line):
            street.expect(KIND, time, time)


@scenario(KIND, 100)
def both_ways_through_the_village_gate(street: Street) -> None:
    """A truck, a car and two motorbikes go through the gate from both sides; walkers use it, too, but do not count."""
    street.lines["gate"] = ((1.0, 9.0), (1.0, 21.0))
    passers(street, 9.8, 19.5, every_s=10)
    truck = car_by(street, vary(street, 4, 9), 16.5, -1, vary(street, 5, 7), "truck")
    car = car_by(street, vary(street, 34, 40), 13.0, 1)
    _, one = ride_by(street, vary(street, 55, 60), 15.0, -1, vary(street, 5, 8))
    _, two = ride_by(street, vary(street, 74, 80), 12.0, 1, vary(street, 5, 8))
    _expect(street, "gate", truck, car, one, two)


@scenario(KIND, 90, settings={"classes": ["bicycle"]})
def old_man_wobbles_over_the_rail(street: Street) -> None:
    """A slow cyclist stops at the rails, looks both ways, and crosses at little more than walking pace."""
    street.lines["rails"] = ((-2.0, 8.0), (-2.0, 20.0))
    passers(street, 18.0, every_s=11)
    rider, bicycle = biker(street, vary(street, 4, 12), 13.0, 1, "bicycle")
    pull_up(rider, 0.6, 13.0, 3.5).wait(vary(street, 6, 14))
    ride_out(rider, bicycle, -1, speed=1.6, end_speed=3.2)
    _expect(street, "rails", bicycle)


@scenario(KIND, 110)
def van_waits_for_the_barrier(street: Street) -> None:
    """A car waits three metres short of the barrier until a motorbike has come out, then drives in."""
    street.lines["barrier"] = ((0.0, 10.0), (0.0, 18.0))
    passers(street, 20.5, every_s=10)
    car = street.add("car", vary(street, 4, 9), enter_at(-1, 15.5) - 4, 15.5).drive(-4.5, 15.5, 5.5)
    car.wait(vary(street, 14, 20))
    _, bike = ride_by(street, car.time - 7.0, 12.0, 1, 5.0)
    car.drive(2.0, 15.5, 2.2).drive(edge(15.5) + 4, 15.5, 6.0).leave()
    _expect(street, "barrier", car, bike)


@scenario(KIND, 100, settings={"classes": ["person"]})
def child_runs_over_the_road_line(street: Street) -> None:
    """Walkers keep to the pavement along the line; one child turns off and runs across it, and later comes back."""
    street.lines["kerb"] = ((-9.0, 14.0), (9.0, 14.0))
    passers(street, 10.5, every_s=9)
    child = comer(street, vary(street, 6, 14), 11.6, -1).walk(vary(street, -3, 0), 11.6, 1.4)
    child.walk(child.place[0] + 1.5, 17.0, 2.5).wait(vary(street, 15, 25)).walk(3.5, 11.4, 1.8)
    go_out(child, 1)
    car_by(street, vary(street, 70, 76), 19.0, 1)
    _expect(street, "kerb", child)


@scenario(KIND, 100, positive=False)
def rider_turns_round_before_the_line(street: Street) -> None:
    """Riders come up to the checkpoint, see it, turn round a good two metres short of the line, and ride back."""
    street.lines["checkpoint"] = ((2.0, 9.0), (2.0, 21.0))
    passers(street, 10.0, every_s=10)
    for time, y in ((vary(street, 5, 10), 15.5), (vary(street, 45, 52), 13.5)):
        rider, bike = biker(street, time, y, -1)
        pull_up(rider, -0.6, y, 5.5).wait(vary(street, 1, 4)).ride(-1.6, y + 1.5, 1.5)
        ride_out(rider, bike, -1, speed=2.0, end_speed=7.0)


@scenario(KIND, 90, positive=False)
def round_the_end_of_the_barrier(street: Street) -> None:
    """The barrier closes half of the road; everybody drives past its end, two metres and more away from it."""
    street.lines["barrier"] = ((-1.0, 9.0), (-1.0, 14.0))
    passers(street, 20.5, every_s=12)
    for time, side in ((5.0, -1), (26.0, 1), (48.0, -1)):
        ride_by(street, time + vary(street, 0, 6), 16.8 + vary(street, 0, 1), side, vary(street, 5, 8))
    car_by(street, vary(street, 68, 74), 18.2, -1)


@scenario(KIND, 90, positive=False, settings={"classes": ["truck", "bus"]})
def only_small_ones_over_the_bridge(street: Street) -> None:
    """The line counts lorries; motorbikes, bicycles and walkers go over it, and a lorry drives by behind its end."""
    street.lines["bridge"] = ((0.0, 9.0), (0.0, 15.0))
    passers(street, 10.2, every_s=9)
    for time, side, kind in ((4.0, -1, "motorcycle"), (24.0, 1, "bicycle"), (52.0, -1, "motorcycle")):
        ride_by(street, time + vary(street, 0, 5), 13.2, side, vary(street, 4, 6), kind)
    car_by(street, vary(street, 34, 40), 21.5, 1, 7.0, "truck")


@scenario(KIND, 120, positive=False)
def parked_close_to_the_line(street: Street) -> None:
    """Motorbikes stand for the whole time a metre off the line, their owners get on and ride away from it."""
    street.lines["drive"] = ((1.0, 8.5), (1.0, 20.0))
    passers(street, 10.0, 18.8, every_s=10)
    parked(street, 2.3, y=12.0)
    parked(street, -0.4, y=15.0)
    for time, y in ((vary(street, 4, 8), 13.0), (vary(street, 40, 46), 16.8)):
        rider, bike = biker(street, time, y, -1)
        pull_up(rider, -1.2, y, 5.5).dismount(-0.4, -0.8).wait(vary(street, 14, 22)).mount(bike)
        ride_out(rider, bike, -1)


@scenario(KIND, 90, positive=False)
def traffic_alongside_the_line(street: Street) -> None:
    """Dense traffic runs along the line on both sides of it and nobody changes over."""
    street.lines["middle"] = ((-12.0, 16.0), (12.0, 16.0))
    passers(street, 9.5, every_s=12)
    for i in range(6):
        ride_by(street, 3 + 12 * i + vary(street, 0, 5), 12.6 + vary(street, -0.5, 0.5), -1, vary(street, 5, 8))
        if i % 2:
            car_by(street, 5 + 12 * i + vary(street, 0, 4), 19.8 + vary(street, 0, 0.6), 1)


@scenario(KIND, 100, positive=False)
def loading_just_short_of_the_gate(street: Street) -> None:
    """A car backs up towards the gate, is unloaded on foot across the line, and drives away without crossing it."""
    street.lines["gate"] = ((3.0, 9.0), (3.0, 20.0))
    passers(street, 9.6, every_s=12)
    car = street.add("car", vary(street, 3, 8), enter_at(-1, 14.5) - 4, 14.5).drive(-6.0, 14.5, 5.0)
    car.drive(-0.8, 14.5, 1.8)
    porter = street.person(car.time + 2, -1.0, 13.2)
    for _ in range(2):
        porter.walk(5.5, 13.0, 1.2).wait(vary(street, 2, 4)).walk(-1.0, 13.2, 1.2).wait(vary(street, 2, 4))
    porter.leave()
    car.until(porter.time + 2).drive(enter_at(-1, 14.5) - 4, 14.5, 5.0).leave()
