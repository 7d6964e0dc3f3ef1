"""Intrusion, second set: somebody is where nobody may be at this hour, or all but."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.second.backdrop import enter_at, lane, yard
from pipeline.simulate.scenarios.cast import (
    biker,
    car_by,
    carrying,
    comer,
    go_out,
    parked,
    passers,
    ride_out,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_stay
from pipeline.simulate.street import Street

KIND = "intrusion"
NIGHT = {"active_hours": "20:00-05:00"}
LATE = {"active_hours": "22:30-05:00"}
YARD = [(-6.0, 14.0), (6.0, 14.0), (6.0, 22.0), (-6.0, 22.0)]


@scenario(KIND, 90, settings=NIGHT)
def over_the_wall_to_the_shed(street: Street) -> None:
    """Somebody drops from the rear wall into the yard, tries the shed, and goes back the way he came."""
    street.zones["yard"] = YARD
    passers(street, 10.5, every_s=16)
    parked(street, -4.0, 3.8, y=20.0)
    man = street.person(vary(street, 15, 30), vary(street, -2, 2), 21.4)
    x = man.place[0]
    man.walk(x + 1.0, 17.0, 1.2).wait(vary(street, 5, 10)).walk(x, 21.5, 1.6).leave()
    expect_stay(street, KIND, [man], "yard")


@scenario(KIND, 80, settings=NIGHT)
def boy_darts_in_for_the_ball(street: Street) -> None:
    """A boy slips into the closed playground for three or four seconds and out again."""
    street.zones["playground"] = [(-2.0, 11.0), (7.0, 11.0), (7.0, 16.5), (-2.0, 16.5)]
    lane(street)
    boy = comer(street, vary(street, 8, 20), 13.5, -1).walk(-3.2, 13.5, 1.5).wait(vary(street, 3, 8))
    boy.walk(0.3, 13.8, 1.9).wait(vary(street, 0.8, 1.4)).walk(-3.6, 13.4, 2.0)
    go_out(boy, -1, 1.8)
    expect_stay(street, KIND, [boy], "playground")


@scenario(KIND, 90, settings=NIGHT)
def rider_through_the_closed_market(street: Street) -> None:
    """A rider takes a short cut through the closed market hall at walking pace and never gets off."""
    street.zones["hall"] = [(-8.0, 11.0), (8.0, 11.0), (8.0, 17.0), (-8.0, 17.0)]
    passers(street, 20.0, every_s=18)
    parked(street, -9.0, 9.5, y=23.0)
    rider, bike = biker(street, vary(street, 14, 34), 13.8, -1)
    rider.ride(-8.5, 13.8, 4.0).ride(7.0, 14.6, vary(street, 2.4, 3.2))
    ride_out(rider, bike, 1, speed=3.0, end_speed=6.0)
    expect_stay(street, KIND, [rider], "hall")


@scenario(KIND, 110, settings=NIGHT)
def second_burglar_follows_later(street: Street) -> None:
    """One goes into the building site, the other keeps watch outside and follows later: two intruders."""
    street.zones["site"] = [(-3.0, 10.5), (8.0, 10.5), (8.0, 17.0), (-3.0, 17.0)]
    lane(street, walk=19.5, road=23.0)
    first = comer(street, vary(street, 5, 12), 13.0, -1).walk(2.0, 13.0).wait(vary(street, 22, 28))
    second = comer(street, first.keys[0][0] + 1.5, 12.2, -1).walk(-5.0, 12.2)
    second.until(first.time - vary(street, 8, 11)).walk(0.2, 12.4)
    second.wait(vary(street, 14, 18))
    go_out(first.walk(4.5, 15.0, 1.0).wait(vary(street, 6, 9)), -1, 1.8)
    go_out(second, -1, 1.7)
    expect_stay(street, KIND, [first], "site")
    expect_stay(street, KIND, [second], "site")


@scenario(KIND, 80, positive=False, settings=LATE)
def staff_still_about_before_closing(street: Street) -> None:
    """At nine the staff carry things about in the yard, which is forbidden from half past ten on only."""
    street.zones["yard"] = YARD
    passers(street, 10.5, every_s=20)
    for i in range(2):
        one = comer(street, vary(street, 2, 12), 17.0 + 2 * i, -1 if i else 1)
        carrying(street, one, "object")
        one.walk(-2.0 + 3 * i, 17.0 + 2 * i).wait(vary(street, 8, 20)).walk(3.0 - 4 * i, 16.0 + 2 * i)
        go_out(one, 1)


@scenario(KIND, 100, positive=False, settings=NIGHT)
def stroller_along_the_fence(street: Street) -> None:
    """A man walks the whole length of the fence a metre outside it, halts, looks in, and walks back."""
    street.zones["yard"] = YARD
    lane(street, walk=25.0, road=28.0)
    man = comer(street, vary(street, 3, 8), 12.8, -1).walk(vary(street, -1, 2), 12.8).wait(vary(street, 8, 14))
    man.walk(4.5, 12.7, 1.0).wait(vary(street, 4, 8)).walk(-2, 12.8, 1.2)
    go_out(man, -1)


@scenario(KIND, 90, positive=False, settings=NIGHT)
def postman_cuts_the_corner(street: Street) -> None:
    """Walkers round the corner of the plot take one or two steps across it, hardly more than a second each."""
    street.zones["plot"] = [(0.0, 12.0), (9.0, 12.0), (9.0, 18.0), (0.0, 18.0)]
    passers(street, 8.5, every_s=16)
    for time in (vary(street, 4, 10), vary(street, 36, 44)):
        corner = vary(street, 0.9, 1.1)
        one = comer(street, time, 10.4, 1).walk(1.0 + corner, 10.9, 1.4).walk(-1.0, 12.0 + corner + 0.8, 1.5)
        one.walk(-2.5, 20.0, 1.3)
        go_out(one, -1)


@scenario(KIND, 90, positive=False, settings=NIGHT)
def dogs_in_the_yard_at_night(street: Street) -> None:
    """Two watchdogs run about in the forbidden yard and bark at people on the pavement; no person is inside."""
    street.zones["yard"] = [(-7.0, 11.5), (5.0, 11.5), (5.0, 17.0), (-7.0, 17.0)]
    passers(street, 9.5, every_s=9)
    passers(street, 20.0, every_s=16)
    for x, y in ((-4.0, 13.0), (2.0, 15.0)):
        dog = street.add("dog", 0, x, y)
        while dog.time < 80:
            dog.walk(vary(street, -6, 4), vary(street, 12.3, 16), vary(street, 1.2, 2.6)).wait(vary(street, 1, 7))


@scenario(KIND, 90, positive=False, settings=NIGHT)
def taxi_turns_in_the_gateway(street: Street) -> None:
    """A car drives into the forbidden gateway, stands with its lights on, backs out; nobody gets out."""
    street.zones["gateway"] = [(-3.0, 14.0), (5.0, 14.0), (5.0, 21.0), (-3.0, 21.0)]
    passers(street, 9.0, every_s=11)
    car = street.add("car", vary(street, 8, 16), enter_at(-1, 12.0) - 3, 12.0).drive(-2.0, 12.5, 5.0)
    car.drive(1.5, 17.0, 2.5).wait(vary(street, 10, 18)).drive(-1.0, 12.6, 1.6).drive(4.0, 12.0, 3.0)
    car.drive(enter_at(1, 12.0) + 3, 12.0, 6.0).leave()
    car_by(street, vary(street, 55, 65), 11.0, 1)


@scenario(KIND, 110, positive=False, settings=NIGHT)
def parcel_set_over_the_threshold(street: Street) -> None:
    """A courier reaches over the line and sets a parcel down inside; he himself stays outside all the while."""
    street.zones["porch"] = [(-3.0, 13.0), (4.0, 13.0), (4.0, 17.0), (-3.0, 17.0)]
    yard(street)
    x = vary(street, -1, 2)
    rider, bike = biker(street, vary(street, 3, 8), 11.0, 1)
    parcel = carrying(street, rider, "object")
    pull_up_at = x - 1.0
    rider.ride(pull_up_at, 11.0, 5.0).dismount(0.6, 0.7).walk(x, 12.0, 0.9).wait(vary(street, 2, 4))
    rider.put(parcel, 0.2, 1.4).wait(vary(street, 10, 18)).walk(pull_up_at + 0.4, 11.7, 1.0).mount(bike)
    ride_out(rider, bike, -1)
