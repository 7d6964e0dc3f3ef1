"""Intrusion: who is in the yard in the forbidden hours, and all who only come near it."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import car_by, carrying, comer, go_out, parked, passers, traffic, vary
from pipeline.simulate.scenarios.moments import expect_stay
from pipeline.simulate.street import Street

YARD = [(-4.0, 11.0), (4.0, 11.0), (4.0, 17.0), (-4.0, 17.0)]
NIGHT = {"active_hours": "20:00-05:00"}


@scenario("intrusion", 70, settings=NIGHT)
def copper_thief_drops_from_the_back_wall(street: Street) -> None:
    """He comes over the wall at the back, goes from car to car in the yard, and climbs out the same way."""
    street.zones["yard"] = YARD
    parked(street, -2.2, 2.2, y=13.6, kind="car")
    passers(street, 9, every_s=9)
    thief = street.person(vary(street, 10, 15), 0, 18.2).walk(0, 16).walk(0, 13.5, 1.0).wait(vary(street, 4, 7))
    thief.walk(0, 12.0).wait(vary(street, 3, 5)).walk(0, 18.2, 1.8).leave()
    expect_stay(street, "intrusion", [thief], "yard")


@scenario("intrusion", 60, settings=NIGHT)
def drinker_takes_the_short_cut_home(street: Street) -> None:
    """He cuts across a corner of the yard, in it for 4 to 6 s, and sways on along the pavement."""
    street.zones["yard"] = YARD
    traffic(street, 8)
    man = comer(street, vary(street, 8, 14), 10).walk(-2.5, 10, 1.1).walk(1.5, 12.3, 0.9).walk(3.0, 10, 0.9)
    go_out(man, 1)
    expect_stay(street, "intrusion", [man], "yard")


@scenario("intrusion", 90, settings=NIGHT)
def two_boys_from_two_sides_at_different_times(street: Street) -> None:
    """One walks through from the left, another half a minute later from the right: two intruders, two events."""
    street.zones["yard"] = YARD
    first = comer(street, vary(street, 3, 6), 14)
    go_out(first.walk(0, 14).wait(vary(street, 2, 4)), 1)
    second = comer(street, vary(street, 42, 46), 13, 1).walk(1, 13).wait(vary(street, 3, 5))
    go_out(second, -1)
    for boy in (first, second):
        expect_stay(street, "intrusion", [boy], "yard")


@scenario("intrusion", 75, settings={"active_hours": "20:00-05:00", "seconds": 8})
def searches_the_heap_as_a_bus_goes_by(street: Street) -> None:
    """Eight seconds are allowed; he squats in the yard for 20 s, hidden for a moment by a bus that drives by."""
    street.zones["yard"] = YARD
    street.add("object", 0, -0.3, 15.2)
    man = comer(street, vary(street, 5, 8), 9.5, 1).walk(1.5, 9.5).walk(0.6, 14.6, 1.1).wait(vary(street, 16, 20))
    car_by(street, man.time - vary(street, 10, 12), 8.3, -1, 9, kind="bus")
    man.walk(1.5, 9.5, 1.4)
    go_out(man, 1)
    expect_stay(street, "intrusion", [man], "yard")


@scenario("intrusion", 90, positive=False, settings=NIGHT)
def lovers_sit_on_the_wall_behind_the_yard(street: Street) -> None:
    """They sit for a minute a metre and a half behind the far border and walk along it, but never go in."""
    street.zones["yard"] = YARD
    for i, y in enumerate((18.6, 19.6)):
        one = comer(street, vary(street, 2, 3) + i, y).walk(-0.5 + i, y).wait(vary(street, 45, 50) - i)
        go_out(one, 1)


@scenario("intrusion", 60, positive=False, settings={"active_hours": "20:00-05:00", "seconds": 8})
def girl_fetches_her_shuttlecock(street: Street) -> None:
    """Eight seconds are allowed; she runs in, picks the shuttlecock up and is out again after about three."""
    street.zones["yard"] = YARD
    girl = comer(street, vary(street, 6, 10), 9.5).walk(0, 9.5).wait(vary(street, 8, 12))
    girl.walk(0.6, 13, 2.6).wait(vary(street, 1.2, 1.8)).walk(0, 9.5, 2.6).wait(8)
    go_out(girl, -1)
    partner = comer(street, 5, 9.3, 1).walk(4.5, 9.3).until(girl.time - 10)
    go_out(partner, 1)


@scenario("intrusion", 80, positive=False, settings={"active_hours": "22:30-05:00"})
def caretaker_sweeps_before_the_gate_is_closed(street: Street) -> None:
    """At nine in the evening, an hour and a half before the forbidden hours, he works in the yard for 40 s."""
    street.zones["yard"] = YARD
    man = comer(street, vary(street, 3, 6), 14)
    for x in (-3, -1, 1, 3):
        man.walk(x, vary(street, 12.5, 15.5), 0.8).wait(vary(street, 4, 7))
    go_out(man, 1)


@scenario("intrusion", 80, positive=False, settings=NIGHT)
def dogs_have_the_yard_and_a_car_turns_in_it(street: Street) -> None:
    """Two dogs chase each other through the yard and a car turns there; the only man stands on the pavement."""
    street.zones["yard"] = YARD
    for y, pause in ((13.0, 0.0), (14.2, 0.6)):
        dog = street.add("dog", 5 + pause, -13, y).walk(3, y, 3.2).wait(1).walk(-2, y + 1.5, 3).wait(vary(street, 3, 5))
        dog.walk(13, y + 1.5, 3.5).leave()
    car = street.add("car", vary(street, 24, 28), -18, 8).drive(-4, 8, 5).drive(0, 13.5, 3).wait(3)
    car.drive(4, 8, 3).drive(18, 8, 5).leave()
    man = comer(street, 2, 9.3, 1).walk(6, 9.3).wait(vary(street, 50, 55))
    go_out(man, 1)


@scenario("intrusion", 80, positive=False, settings=NIGHT)
def tall_men_before_the_border_seem_to_stand_inside(street: Street) -> None:
    """Three talk on the pavement a metre before the yard: in the picture their bodies cover it, their feet do not."""
    street.zones["yard"] = YARD
    start = vary(street, 3, 5)
    for i, x in enumerate((-1.5, 0.2, 1.8)):
        man = comer(street, start + i, 9.7 + 0.2 * (i % 2)).walk(x, 9.7 + 0.2 * (i % 2)).wait(vary(street, 40, 45))
        go_out(man, 1 if i else -1, y=9.7 - 0.5 * i)


@scenario("intrusion", 75, positive=False, settings=NIGHT)
def parcel_is_handed_in_over_the_side_fence(street: Street) -> None:
    """A courier on foot sets a parcel down inside the fence from a metre outside it, and a neighbour walks past."""
    street.zones["yard"] = YARD
    courier = comer(street, vary(street, 5, 8), 14, 1)
    parcel = carrying(street, courier, "object")
    courier.walk(5.0, 14).wait(2).put(parcel, -1.5, 0).wait(vary(street, 8, 12))
    go_out(courier, 1)
    go_out(comer(street, vary(street, 22, 28), 9.5), 1)
