"""Line crossing: every passage over a line on the ground counts once; coming near does not."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
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
from pipeline.simulate.scenarios.moments import expect_crossings
from pipeline.simulate.street import Street

GATE = ((0.0, 9.0), (0.0, 17.0))
ALONG = ((-5.0, 13.0), (5.0, 13.0))
WALKERS = {"classes": ["person"]}
MOTORBIKES = {"classes": ["motorcycle"]}


@scenario("line_crossing", 50, settings=WALKERS)
def one_walker_goes_through_the_gate(street: Street) -> None:
    """A single person crosses the line once, from left to right."""
    street.lines["gate"] = GATE
    expect_crossings(
        street, go_out(comer(street, vary(street, 8, 15), vary(street, 11, 15)), 1, vary(street, 1.1, 1.5))
    )


@scenario("line_crossing", 90, settings=WALKERS)
def walker_goes_through_and_comes_back(street: Street) -> None:
    """He crosses, stays behind the line for 20 s and crosses it the other way: two crossings."""
    street.lines["gate"] = GATE
    man = comer(street, vary(street, 5, 10), 13).walk(vary(street, 3.5, 5), 13).wait(vary(street, 18, 24))
    expect_crossings(street, go_out(man, -1))


@scenario("line_crossing", 70, settings=WALKERS)
def three_walkers_in_single_file(street: Street) -> None:
    """Three people cross one after the other, 4 s apart: three crossings."""
    street.lines["gate"] = GATE
    start = vary(street, 6, 12)
    expect_crossings(street, *(go_out(comer(street, start + 4 * i, 12 + i, 1), -1) for i in range(3)))


@scenario("line_crossing", 60, settings=WALKERS)
def walkers_from_both_sides_meet_at_the_gate(street: Street) -> None:
    """Two people cross at about the same time in opposite directions, two metres apart in depth."""
    street.lines["gate"] = GATE
    start = vary(street, 8, 14)
    right = go_out(comer(street, start, vary(street, 10.8, 11.5)), 1)
    expect_crossings(street, right, go_out(comer(street, start + vary(street, -1, 1), vary(street, 14, 15), 1), -1))


@scenario("line_crossing", 70, settings=MOTORBIKES)
def motorbikes_cross_the_gate(street: Street) -> None:
    """Three motorbikes with riders cross, at 15 to 30 km/h; only motorbikes count here, walkers pass as well."""
    street.lines["gate"] = GATE
    passers(street, 10.5)
    for i in range(3):
        _, bike = ride_by(street, vary(street, 5, 10) + 18 * i, 13.5, (-1) ** i, vary(street, 4.5, 8))
        expect_crossings(street, bike)


@scenario("line_crossing", 60)
def two_cars_cross_the_counting_line(street: Street) -> None:
    """Two cars drive over the line with the rule as it comes."""
    street.lines["gate"] = GATE
    for i in range(2):
        expect_crossings(street, car_by(street, vary(street, 6, 12) + 22 * i, 13.5, (-1) ** i, vary(street, 5, 8)))


@scenario("line_crossing", 60, settings=WALKERS)
def walker_comes_towards_the_camera_over_a_line_across(street: Street) -> None:
    """The line lies across the picture and he walks over it towards the camera."""
    street.lines["gate"] = ALONG
    man = comer(street, vary(street, 5, 10), 17).walk(vary(street, -1, 1), 17, 1.5)
    expect_crossings(street, go_out(man.walk(man.place[0], 9.5), 1))


@scenario("line_crossing", 90, settings=WALKERS)
def walker_waits_before_the_gate_and_then_goes(street: Street) -> None:
    """He stops a metre and a half before the line for 25 s and then crosses it."""
    street.lines["gate"] = GATE
    man = comer(street, vary(street, 5, 10), 12.5, 1).walk(vary(street, 1.4, 1.8), 12.5).wait(vary(street, 22, 28))
    expect_crossings(street, go_out(man, -1))


@scenario("line_crossing", 50, settings={"classes": ["bicycle"]})
def cyclist_crosses_where_bicycles_count(street: Street) -> None:
    """A bicycle with its rider crosses the line at 12 to 16 km/h."""
    street.lines["gate"] = GATE
    _, bike = ride_by(street, vary(street, 8, 14), 12.5, 1, vary(street, 3.4, 4.5), kind="bicycle")
    expect_crossings(street, bike)


@scenario("line_crossing", 70, positive=False, settings=WALKERS)
def walker_turns_back_before_the_gate(street: Street) -> None:
    """He comes within a metre and a half of the line, hesitates, and goes back."""
    street.lines["gate"] = GATE
    go_out(comer(street, vary(street, 6, 12), 13).walk(vary(street, -2, -1.4), 13).wait(vary(street, 4, 9)), -1)


@scenario("line_crossing", 90, positive=False, settings=WALKERS)
def patrol_walks_along_the_line(street: Street) -> None:
    """He walks its whole length three times, a metre beside it."""
    street.lines["gate"] = GATE
    man = comer(street, vary(street, 5, 9), 9.5, 1).walk(vary(street, 1.0, 1.5), 9.5)
    for y in (16.5, 9.5, 16.5):
        man.walk(man.place[0], y)
    go_out(man, 1)


@scenario("line_crossing", 80, positive=False, settings=WALKERS)
def walkers_pass_beyond_the_end_of_the_line(street: Street) -> None:
    """They cross where the line would be if it were longer, at least two metres beyond either end."""
    street.lines["gate"] = ((0.0, 11.5), (0.0, 15.0))
    passers(street, 8.8, 18, every_s=9)


@scenario("line_crossing", 70, positive=False, settings=WALKERS)
def bodies_cover_the_line_but_feet_do_not_cross(street: Street) -> None:
    """People walk nearer to the camera than the line lies: in the picture they cover it, on the ground they do not."""
    street.lines["gate"] = ALONG
    passers(street, 11.3, 12.0, every_s=8)


@scenario("line_crossing", 70, positive=False, settings=WALKERS)
def dogs_and_cars_cross_where_walkers_count(street: Street) -> None:
    """Two dogs and a car cross a line that counts persons only."""
    street.lines["gate"] = GATE
    for i in range(2):
        street.add("dog", vary(street, 5, 9) + 20 * i, -edge(11), 11).walk(edge(11), 11, vary(street, 1.5, 3)).leave()
    car_by(street, vary(street, 12, 18), 14, 1)


@scenario("line_crossing", 80, positive=False, settings=MOTORBIKES)
def walkers_and_bicycles_cross_where_motorbikes_count(street: Street) -> None:
    """Walkers and a cyclist cross; a parked motorbike near the line stays where it is."""
    street.lines["gate"] = GATE
    parked(street, 2.0, y=15)
    passers(street, 10.5, 12)
    ride_by(street, vary(street, 10, 30), 13.5, -1, 4, kind="bicycle")


@scenario("line_crossing", 70, positive=False)
def car_stops_before_the_line_and_backs_out(street: Street) -> None:
    """It comes up to three metres before the line, waits and reverses; its front stays nearly two short."""
    street.lines["gate"] = GATE
    car = street.add("car", vary(street, 6, 12), -edge(13) - 5, 13).drive(-4.0, 13, 5).wait(vary(street, 8, 14))
    car.drive(-edge(13) - 5, 13, 3).leave()


@scenario("line_crossing", 70, positive=False, settings=WALKERS)
def customer_enters_the_shop_before_the_line(street: Street) -> None:
    """He vanishes in a door a metre and more before the line, and later leaves as he came."""
    street.lines["gate"] = GATE
    man = comer(street, vary(street, 5, 9), 13).walk(-1.6, 13).walk(-1.6, 15.5).leave()
    go_out(man.appear(man.time + vary(street, 15, 20), -1.6, 15.5).walk(-1.6, 13), -1)


@scenario("line_crossing", 110, positive=False, settings=WALKERS)
def two_people_stand_on_either_side_of_the_line(street: Street) -> None:
    """They talk over the line for a minute, each a metre from it, and go back to their own sides."""
    street.lines["gate"] = GATE
    for side in (-1.0, 1.0):
        man = comer(street, vary(street, 5, 9), 12.5, side).walk(side * vary(street, 1.0, 1.3), 12.5)
        go_out(man.wait(vary(street, 55, 65)), side)


@scenario("line_crossing", 70, positive=False, settings=MOTORBIKES)
def rider_parks_before_the_line(street: Street) -> None:
    """He pulls up three metres before the line, gets down for 15 s and rides back."""
    street.lines["gate"] = GATE
    rider, bike = biker(street, vary(street, 5, 9), 13, 1)
    pull_up(rider, vary(street, 3.2, 4), 13).dismount().wait(vary(street, 12, 18)).mount(bike)
    ride_out(rider, bike, 1)
