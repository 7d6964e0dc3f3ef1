"""Loitering: somebody stays in the zone for a minute and longer, or has his reasons to be gone before."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    biker,
    car_by,
    comer,
    friends,
    go_out,
    parked,
    passers,
    pull_up,
    ride_out,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_stay
from pipeline.simulate.street import Street

ALLEY = [(-4.0, 9.0), (4.0, 9.0), (4.0, 15.0), (-4.0, 15.0)]


@scenario("loitering", 130)
def man_waits_at_a_gate_for_a_minute_and_a_half(street: Street) -> None:
    """He enters the alley, stands before a gate for 75 to 90 s and goes on: well over a minute in the zone."""
    street.zones["alley"] = ALLEY
    passers(street, 10, 18)
    man = comer(street, vary(street, 4, 8), 12.5).walk(vary(street, -1, 1), 12.5).wait(vary(street, 75, 90))
    go_out(man, 1)
    expect_stay(street, "loitering", [man], "alley")


@scenario("loitering", 140)
def lookout_paces_up_and_down_in_the_alley(street: Street) -> None:
    """He walks to and fro inside the alley for more than 80 s and never leaves it: moving about is presence too."""
    street.zones["alley"] = ALLEY
    man = comer(street, vary(street, 4, 8), 12, 1).walk(2.5, 12)
    stop = man.time + vary(street, 80, 95)
    while man.time < stop:
        man.walk(-man.place[0], vary(street, 11, 13.5), 1.0).wait(vary(street, 2, 5))
    go_out(man, 1)
    expect_stay(street, "loitering", [man], "alley")


@scenario("loitering", 110)
def smoker_comes_out_of_a_door_and_goes_back(street: Street) -> None:
    """He steps out of a house, stands there for 70 to 80 s and goes in again, in view of a camera without zones."""
    traffic(street, 16)
    man = street.person(vary(street, 8, 14), vary(street, -3, 3), 13.5)
    man.walk(man.place[0], 11.5).wait(vary(street, 70, 80)).walk(man.place[0], 13.5).leave()
    expect_stay(street, "loitering", [man])


@scenario("loitering", 135)
def loiterer_steps_out_of_the_zone_for_two_seconds(street: Street) -> None:
    """After 40 s he steps over the border for 2 s and comes back for 45 s: too short an absence to start anew."""
    street.zones["alley"] = ALLEY
    passers(street, 17, 19)
    man = comer(street, vary(street, 4, 8), 12, 1).walk(3.0, 12).wait(vary(street, 38, 42))
    man.walk(5.0, 12).wait(0.5).walk(3.0, 12).wait(vary(street, 42, 48))
    go_out(man, -1)
    expect_stay(street, "loitering", [man], "alley")


@scenario("loitering", 80, settings={"seconds": 20})
def short_patience_at_the_cash_machine(street: Street) -> None:
    """A zone where 20 s are enough, and somebody stands in it for about half a minute."""
    street.zones["machine"] = [(-2.0, 9.0), (3.0, 9.0), (3.0, 13.0), (-2.0, 13.0)]
    passers(street, 15.5, 18)
    man = comer(street, vary(street, 8, 14), 11).walk(0.5, 11).wait(vary(street, 24, 32))
    go_out(man, 1)
    expect_stay(street, "loitering", [man], "machine")


@scenario("loitering", 135)
def loiterer_behind_lorries_that_drive_by(street: Street) -> None:
    """Two lorries pass between him and the camera and hide him for about a second each; he stays 80 s in all."""
    street.zones["alley"] = [(-4.0, 10.5), (4.0, 10.5), (4.0, 15.0), (-4.0, 15.0)]
    man = comer(street, vary(street, 4, 8), 12).walk(vary(street, -1, 1), 12).wait(vary(street, 76, 88))
    car_by(street, man.time - 60 + vary(street, -4, 4), 8, -1, 8, kind="truck")
    car_by(street, man.time - 30 + vary(street, -4, 4), 8, 1, 8, kind="truck")
    go_out(man, 1)
    expect_stay(street, "loitering", [man], "alley")


@scenario("loitering", 125, settings={"active_hours": "20:00-05:00", "max_displacement_m": 3.0})
def still_figure_at_night_under_the_lamp(street: Street) -> None:
    """At night he stands in view for 75 s and moves less than a metre: loitering with a bound on displacement."""
    street.zones["alley"] = [(-2.0, 10.0), (2.0, 10.0), (2.0, 14.0), (-2.0, 14.0)]
    man = comer(street, vary(street, 5, 9), 12).walk(-1.6, 12)
    for _ in range(4):
        man.wait(vary(street, 18.5, 21)).walk(vary(street, -1.5, -0.9), vary(street, 11.8, 12.2), 0.6)
    go_out(man, -1)
    expect_stay(street, "loitering", [man], "alley")


@scenario("loitering", 230)
def two_loiterers_one_after_the_other(street: Street) -> None:
    """One stays for 75 s; 20 s after he has gone another comes for as long: two events."""
    street.zones["alley"] = ALLEY
    start = vary(street, 4, 8)
    for side in (-1.0, 1.0):
        man = comer(street, start, 12, side).walk(vary(street, -1, 1), 12).wait(vary(street, 70, 78))
        go_out(man, -side)
        start = man.time + vary(street, 8, 12)
        expect_stay(street, "loitering", [man], "alley")


@scenario("loitering", 100, positive=False)
def waiting_man_leaves_after_fifty_five_seconds(street: Street) -> None:
    """He is in the alley for 54 to 56 s, from border to border: a near miss."""
    street.zones["alley"] = ALLEY
    passers(street, 18)
    man = comer(street, vary(street, 4, 8), 12).walk(0, 12).wait(vary(street, 48, 49.5))
    go_out(man, 1)


@scenario("loitering", 190, positive=False)
def three_short_visits_to_the_alley(street: Street) -> None:
    """The same person comes in for 25 s three times and stays away for 20 s in between: every visit counts anew."""
    street.zones["alley"] = ALLEY
    man = comer(street, vary(street, 4, 8), 12).walk(-6, 12)
    for _ in range(3):
        man.walk(-2, 12).wait(vary(street, 20, 22)).walk(-6, 12).wait(vary(street, 17, 19))
    go_out(man, -1)


@scenario("loitering", 150, positive=False)
def busy_pavement_through_the_zone(street: Street) -> None:
    """There is nearly always somebody in the alley, but nobody for longer than it takes to walk through."""
    street.zones["alley"] = ALLEY
    passers(street, 10, 12, 14, every_s=4)
    traffic(street, 18)


@scenario("loitering", 140, positive=False)
def long_wait_just_outside_the_zone(street: Street) -> None:
    """He waits for 100 s, but more than a metre beside the zone."""
    street.zones["alley"] = ALLEY
    passers(street, 12)
    go_out(comer(street, vary(street, 4, 8), 12, 1).walk(vary(street, 5.3, 6.0), 12).wait(vary(street, 95, 105)), 1)


@scenario("loitering", 120, positive=False, settings={"active_hours": "22:00-05:00"})
def evening_wait_before_the_active_hours(street: Street) -> None:
    """He stays for 80 s at nine in the evening, an hour before the rule's hours begin."""
    street.zones["alley"] = ALLEY
    go_out(comer(street, vary(street, 4, 8), 12).walk(0, 12).wait(vary(street, 75, 85)), 1)


@scenario("loitering", 150, positive=False)
def things_and_a_dog_stay_but_no_person(street: Street) -> None:
    """Motorbikes, a bag and a lying dog are in the zone all the time; people only pass."""
    street.zones["alley"] = ALLEY
    parked(street, -3, -1.8, y=13.5)
    street.add("dog", 0, vary(street, 0, 2), 11)
    street.add("suitcase", 0, 2.8, 13)
    passers(street, 10, 12)


@scenario("loitering", 130, positive=False)
def relay_of_two_who_each_stay_forty_seconds(street: Street) -> None:
    """One stands there for 40 s and goes; 8 s later another comes for 40 s: nobody reaches a minute."""
    street.zones["alley"] = ALLEY
    first = go_out(comer(street, vary(street, 4, 6), 12).walk(-2, 12).wait(vary(street, 36, 40)), -1)
    go_out(comer(street, first.time + vary(street, 1, 3), 13, 1).walk(2, 13).wait(vary(street, 36, 40)), 1)


@scenario("loitering", 130, positive=False, settings={"max_displacement_m": 2.0})
def window_shopper_strolls_along_the_fronts(street: Street) -> None:
    """He takes 80 s along ten metres of shop fronts, stopping now and then: he stays, but not in one place."""
    street.zones["fronts"] = [(-6.5, 11.0), (6.5, 11.0), (6.5, 16.0), (-6.5, 16.0)]
    man = comer(street, vary(street, 4, 8), 13)
    for x in (-5.5, -3, -0.5, 2, 4.5):
        man.walk(x, 13, 0.9).wait(vary(street, 11, 14))
    go_out(man, 1)


@scenario("loitering", 140, positive=False)
def visitor_goes_away_and_comes_back_after_twelve_seconds(street: Street) -> None:
    """He stays for 45 s, is away for more than 12 s and stays for 45 s again: the absence resets the clock."""
    street.zones["alley"] = ALLEY
    passers(street, 18)
    man = comer(street, vary(street, 4, 8), 12).walk(-1, 12).wait(vary(street, 40, 42)).walk(-6.5, 12)
    man.wait(vary(street, 9, 11)).walk(-1, 12).wait(vary(street, 40, 42))
    go_out(man, -1)


@scenario("loitering", 90, positive=False)
def delivery_rider_waits_half_a_minute_for_his_customer(street: Street) -> None:
    """He stops, gets down, meets the customer at the door and is off again after about 40 s."""
    street.zones["alley"] = ALLEY
    rider, bike = biker(street, vary(street, 5, 10), 12)
    pull_up(rider, 0, 12).dismount().wait(vary(street, 24, 30))
    customer = street.person(rider.time - 15, 1, 14).walk(0.6, 12)
    customer.until(rider.time).walk(1, 14).leave()
    rider.mount(bike)
    ride_out(rider, bike, 1)


@scenario("loitering", 110, positive=False)
def children_picked_up_after_school(street: Street) -> None:
    """Three parents wait for some 40 s at the school gate, then all walk home with the children."""
    street.zones["alley"] = ALLEY
    parents = friends(street, 3, vary(street, 4, 8), 0, 12)
    for i, parent in enumerate(parents):
        child = street.person(parent.time + 28, vary(street, -1, 1), 14.6).walk(*parent.place)
        parent.until(child.time)
        go_out(parent, -1 if i % 2 else 1)
        go_out(child, -1 if i % 2 else 1)
