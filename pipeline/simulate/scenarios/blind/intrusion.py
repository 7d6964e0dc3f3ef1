"""Intrusion: a person in a forbidden place at a forbidden hour; every play begins at nine in the evening."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import comer, go_out, parked, passers, ride_by, traffic, vary
from pipeline.simulate.scenarios.moments import expect_stay, together
from pipeline.simulate.street import Street

YARD = [(-3.0, 12.0), (4.0, 12.0), (4.0, 18.0), (-3.0, 18.0)]
NIGHT = {"active_hours": "20:00-05:00"}


@scenario("intrusion", 70, settings=NIGHT)
def intruder_cuts_across_the_yard(street: Street) -> None:
    """He walks right through the closed yard, some 6 s inside it, without stopping."""
    street.zones["yard"] = YARD
    passers(street, 9.5)
    man = go_out(comer(street, vary(street, 12, 25), vary(street, 14, 16)), 1, vary(street, 1.0, 1.3))
    expect_stay(street, "intrusion", [man], "yard")


@scenario("intrusion", 90, settings=NIGHT)
def intruder_stays_at_the_shed(street: Street) -> None:
    """He enters from the street, stands at the shed for half a minute and leaves the way he came."""
    street.zones["yard"] = YARD
    traffic(street, 21)
    man = comer(street, vary(street, 6, 12), 9.5).walk(0, 9.5).walk(vary(street, -1, 2), 15).wait(vary(street, 25, 35))
    go_out(man.walk(0, 9.5), -1)
    expect_stay(street, "intrusion", [man], "yard")


@scenario("intrusion", 80, settings=NIGHT)
def two_intruders_enter_side_by_side(street: Street) -> None:
    """Two people climb in at different ends of the yard and leave together: each of them is in it."""
    street.zones["yard"] = YARD
    start = vary(street, 8, 12)
    for row, x in ((10.6, -1.5), (9.6, 2.5)):
        man = comer(street, start, row).walk(x, row).walk(x, 14.5).wait(vary(street, 12, 18)).walk(x, row)
        go_out(man, -1)
        expect_stay(street, "intrusion", [man], "yard")


@scenario("intrusion", 70, settings=NIGHT)
def somebody_comes_out_of_the_shed(street: Street) -> None:
    """He appears at a door inside the yard, so that nobody saw him enter, and walks out to the street."""
    street.zones["yard"] = YARD
    passers(street, 9)
    man = street.person(vary(street, 15, 25), vary(street, 0, 2), 17).wait(vary(street, 4, 6)).walk(0, 9.5)
    go_out(man, 1)
    expect_stay(street, "intrusion", [man], "yard")


@scenario("intrusion", 120, settings=NIGHT)
def intruder_returns_after_twenty_seconds(street: Street) -> None:
    """He is in the yard for 15 s, away for 20 s and in it again: two events."""
    street.zones["yard"] = YARD
    man = comer(street, vary(street, 5, 10), 10).walk(0.5, 10)
    for _ in range(2):
        man.walk(0.5, 14).wait(vary(street, 11, 13)).walk(0.5, 10).wait(vary(street, 17, 19))
    go_out(man, 1)
    for start, end in together(street, [man], zone="yard", gap_s=3):
        street.expect("intrusion", start, end, "yard")


@scenario("intrusion", 80, settings={"active_hours": "20:30-04:30", "seconds": 10, "gap_s": 3})
def patient_rule_and_a_longer_visit(street: Street) -> None:
    """A rule that waits 10 s, and somebody who looks about in the yard for 20 s and more."""
    street.zones["yard"] = YARD
    parked(street, -2, 3, y=17)
    man = comer(street, vary(street, 6, 10), 10.5, 1).walk(2.5, 10.5).walk(1, 14).wait(vary(street, 10, 14))
    go_out(man.walk(-1.5, 15).wait(vary(street, 4, 6)).walk(2.5, 10.5), 1)
    expect_stay(street, "intrusion", [man], "yard")


@scenario("intrusion", 60, settings=NIGHT)
def runner_crosses_the_long_side_of_the_yard(street: Street) -> None:
    """He runs through the whole depth of a long yard at 2.5 m/s, about 4 s inside."""
    street.zones["yard"] = [(-5.0, 12.0), (6.0, 12.0), (6.0, 18.0), (-5.0, 18.0)]
    passers(street, 8.5)
    man = go_out(comer(street, vary(street, 15, 25), 15), 1, vary(street, 2.3, 2.7))
    expect_stay(street, "intrusion", [man], "yard")


@scenario("intrusion", 100, positive=False, settings=NIGHT)
def pavement_runs_along_the_fence(street: Street) -> None:
    """Many people walk by a metre and more before and behind the yard; nobody enters."""
    street.zones["yard"] = YARD
    passers(street, 10.4, 19.5, every_s=6)


@scenario("intrusion", 90, positive=False, settings={"active_hours": "22:00-05:00"})
def guard_walks_the_yard_before_closing_time(street: Street) -> None:
    """Somebody is in the yard for half a minute at nine; it is forbidden from ten."""
    street.zones["yard"] = YARD
    man = comer(street, vary(street, 6, 12), 10).walk(0, 10).walk(1, 15).wait(vary(street, 25, 35)).walk(0, 10)
    go_out(man, 1)


@scenario("intrusion", 80, positive=False, settings=NIGHT)
def stray_dogs_play_in_the_yard(street: Street) -> None:
    """Two dogs run about in the closed yard; the people stay outside."""
    street.zones["yard"] = YARD
    passers(street, 9.5)
    for x in (-1.0, 2.0):
        dog = street.add("dog", vary(street, 5, 10), -15, 14).walk(x, 14, 2.5)
        for _ in range(4):
            dog.wait(vary(street, 2, 5)).walk(vary(street, -2, 3), vary(street, 13, 17), 2.0)
        dog.walk(15.5, 14, 2.5).leave()


@scenario("intrusion", 90, positive=False, settings=NIGHT)
def car_turns_in_the_yard(street: Street) -> None:
    """A car drives into the yard, stands there for 20 s and leaves; no person is to be seen."""
    street.zones["yard"] = YARD
    passers(street, 9.3)
    car = street.add("car", vary(street, 8, 15), -19, 15).drive(0.5, 15, 4.0).wait(vary(street, 18, 24))
    car.drive(20, 15, 4.0).leave()


@scenario("intrusion", 70, positive=False, settings={"active_hours": "20:00-05:00", "seconds": 5, "gap_s": 2})
def walker_brushes_a_corner_of_the_yard(street: Street) -> None:
    """He cuts the corner of the yard and is inside for hardly more than a second; the rule waits five."""
    street.zones["yard"] = YARD
    man = comer(street, vary(street, 10, 20), 9.5).walk(0.0, 9.5).walk(5.5, vary(street, 14.3, 14.7), 1.4)
    go_out(man, 1)


@scenario("intrusion", 90, positive=False, settings=NIGHT)
def man_leans_over_the_fence_from_outside(street: Street) -> None:
    """He stands nearer to the camera than the yard, so his body covers it in the picture, but his feet are outside."""
    street.zones["yard"] = YARD
    man = comer(street, vary(street, 6, 10), 10).walk(vary(street, -1, 2), 11.2).wait(vary(street, 35, 45))
    go_out(man, 1, y=10)


@scenario("intrusion", 90, positive=False, settings=NIGHT)
def neighbour_sits_behind_the_yard(street: Street) -> None:
    """Somebody stays for 50 s a metre behind the far fence."""
    street.zones["yard"] = YARD
    traffic(street, 9)
    go_out(comer(street, vary(street, 5, 9), 19.4).walk(vary(street, -1, 2), 19.4, 1.8).wait(vary(street, 30, 40)), 1)


@scenario("intrusion", 90, positive=False, settings={"active_hours": "19:00-20:30"})
def visit_after_the_forbidden_hours(street: Street) -> None:
    """The yard was closed until half past eight; now people may cross it, and do."""
    street.zones["yard"] = YARD
    passers(street, 13.5, 15, 16.5, every_s=10)


@scenario("intrusion", 150, positive=False, settings={"active_hours": "21:02-05:00"})
def last_customer_leaves_in_time(street: Street) -> None:
    """He leaves the yard twenty seconds and more before it closes at two minutes past nine."""
    street.zones["yard"] = YARD
    man = comer(street, vary(street, 6, 10), 10).walk(0, 10).walk(0, 15).wait(vary(street, 55, 65)).walk(0, 10)
    go_out(man, -1)


@scenario("intrusion", 80, positive=False, settings=NIGHT)
def riders_pass_the_open_gate(street: Street) -> None:
    """Motorbikes ride by two metres from the yard; one slows down and looks in."""
    street.zones["yard"] = YARD
    for i in range(3):
        ride_by(street, vary(street, 5, 12) + 20 * i, 9.5, (-1) ** i, vary(street, 3, 8))
