"""Line crossing, where a path is broken, doubtful or taken for another's: hidden at the line, side by side, turning."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import biker, comer, go_out, parked, passers, ride_out, vary
from pipeline.simulate.scenarios.moments import expect_crossings
from pipeline.simulate.street import Street

GATE = ((0.0, 9.0), (0.0, 17.0))
ALONG = ((-5.0, 13.0), (5.0, 13.0))
WALKERS = {"classes": ["person"]}


@scenario("line_crossing", 70, settings=WALKERS)
def walker_crosses_behind_a_parked_lorry(street: Street) -> None:
    """He goes behind a lorry on one side of the line and comes out on the other: nobody saw him at the line."""
    street.lines["gate"] = GATE
    street.add("truck", 0.0, 0.0, 10.0)
    expect_crossings(street, go_out(comer(street, vary(street, 8, 16), 13.5), 1, vary(street, 1.3, 1.5)))


@scenario("line_crossing", 70, settings=WALKERS)
def walker_zigzags_over_the_line(street: Street) -> None:
    """A drunkard crosses the line five times within some ten seconds, a metre and a half to either side."""
    street.lines["gate"] = GATE
    man = comer(street, vary(street, 6, 12), 12.5).walk(-1.5, 12.5)
    for x in (1.5, -1.5, 1.5, -1.5):
        man.walk(x, 12.5 + vary(street, -0.5, 0.5), 1.4)
    expect_crossings(street, go_out(man, 1))


@scenario("line_crossing", 60, settings=WALKERS)
def two_cross_side_by_side(street: Street) -> None:
    """Two walk abreast, the nearer one hiding half of the other, over the line: two crossings at about one instant."""
    street.lines["gate"] = GATE
    start = vary(street, 6, 14)
    walkers = [comer(street, start + 0.5 * i, 12.2 + 0.9 * i) for i in range(2)]
    expect_crossings(street, *(go_out(walker, 1, 1.3) for walker in walkers))


@scenario("line_crossing", 80, settings=WALKERS)
def walker_hesitates_right_before_the_line(street: Street) -> None:
    """He stops half a metre short of the line for 15 s, shifts his feet, and goes over it: one crossing, then."""
    street.lines["gate"] = GATE
    man = comer(street, vary(street, 6, 12), 12.5).walk(-0.5, 12.5)
    for _ in range(3):
        man.wait(vary(street, 4, 6)).walk(vary(street, -0.6, -0.45), 12.5, 0.5)
    expect_crossings(street, go_out(man, 1))


@scenario("line_crossing", 80, positive=False, settings=WALKERS)
def two_shake_hands_over_the_line_and_turn_back(street: Street) -> None:
    """They come from both sides, meet at the line half a metre from it each, and go back the way they came."""
    street.lines["gate"] = GATE
    meeting = vary(street, 20, 26)
    for side in (-1.0, 1.0):
        man = comer(street, meeting - 9.5, 12.5, side).walk(side * 0.55, 12.5).until(meeting + 5)
        go_out(man, side)


@scenario("line_crossing", 70, positive=False, settings=WALKERS)
def one_goes_in_as_another_comes_out_next_door(street: Street) -> None:
    """On the left of the line one vanishes in a door; a second later, on the right, another steps out of the next."""
    street.lines["gate"] = ((0.0, 9.0), (0.0, 17.5))
    first = comer(street, vary(street, 6, 12), 12.5).walk(-1.0, 12.5).walk(-1.0, 15.5).leave()
    go_out(street.person(first.time + 1.2, 1.0, 15.5).walk(1.0, 12.5), 1)


@scenario("line_crossing", 80, positive=False, settings=WALKERS)
def legs_hidden_by_parked_cars_before_the_line(street: Street) -> None:
    """People walk behind parked cars, before a line that lies across: hidden feet make them look farther away."""
    street.lines["gate"] = ALONG
    parked(street, -2.4, 2.4, y=9.6, kind="car", heading_deg=0)
    passers(street, 11.6, every_s=8)


@scenario("line_crossing", 70, positive=False)
def motorbike_turns_round_before_the_line(street: Street) -> None:
    """It comes up to a metre and a half before the line, turns in a narrow bow, and rides back."""
    street.lines["gate"] = GATE
    rider, bike = biker(street, vary(street, 6, 12), 13.5)
    rider.ride(-4.0, 13.5, 5, 2).ride(-2.2, 13.3, 2).ride(-1.7, 12.6, 1.5).ride(-2.2, 11.9, 1.5).ride(-4, 11.7, 2)
    ride_out(rider, bike, -1, speed=2, end_speed=6)


@scenario("line_crossing", 90, positive=False, settings=WALKERS)
def people_pass_each_other_before_the_line(street: Street) -> None:
    """Five come up to the line one after the other and turn back a metre before it, right beside who comes next."""
    street.lines["gate"] = GATE
    start = vary(street, 5, 9)
    for i in range(5):
        y = 12.2 + 0.6 * (i % 2)
        go_out(comer(street, start + 7 * i, y).walk(-1.0, y).wait(vary(street, 3, 5)), -1)
