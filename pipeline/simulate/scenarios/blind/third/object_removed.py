"""Things gone, third set: whoever took them, and things that are still there or never counted."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.third.moves import stand_around
from pipeline.simulate.scenarios.cast import (
    biker,
    carrying,
    comer,
    go_out,
    parked,
    passers,
    pillion,
    pull_up,
    ride_out,
    traffic,
    vanish,
    vary,
)
from pipeline.simulate.street import Street

KIND = "object_removed"


@scenario(KIND, 130)
def tool_bag_gone_while_the_workmen_eat(street: Street) -> None:
    """A suitcase of tools stands at a site; the workmen stand eating 6 m off as a man carries it out of the picture."""
    street.zones["site"] = [(-5, 10), (3, 10), (3, 15), (-5, 15)]
    case = street.add("suitcase", 0, -1.5, 12.5)
    passers(street, 9.0, every_s=12)
    for worker in stand_around(street, [(6.0, 13.0), (6.9, 13.6)], 3, 2):
        worker.until(125)
    man = comer(street, vary(street, 48, 58), 11.9).walk(-1.7, 11.9).wait(2).take(case)
    street.expect(KIND, man.time, street.seconds, "site")
    go_out(man, -1, 1.6)


@scenario(KIND, 130)
def pillion_loads_a_parcel_and_both_ride_off(street: Street) -> None:
    """Two stop on a motorbike, the one behind gets down, takes a box from a doorstep and they ride off with it."""
    box = street.add("object", 0, 2.5, 13.8)
    passers(street, 10.2, every_s=13)
    traffic(street, 20, every_s=12)
    driver, bike = biker(street, vary(street, 44, 52), 12.4)
    helper = pillion(street, bike)
    pull_up(driver, 1.5, 12.4).wait(1)
    helper.until(driver.time).dismount(0, 0.8).walk(2.2, 13.3, 1.2).wait(1).take(box)
    street.expect(KIND, helper.time, street.seconds)
    helper.walk(1.3, 13.1).mount(bike)
    driver.until(helper.time)
    ride_out(driver, bike, 1, box)


@scenario(KIND, 130)
def owner_fetches_what_stood_for_a_while(street: Street) -> None:
    """A woman sets a suitcase down, waits beside it for a minute and takes it along: an object is gone all the same."""
    street.zones["platform"] = [(-4, 9.5), (6, 9.5), (6, 14), (-4, 14)]
    passers(street, 16, every_s=12)
    woman = comer(street, vary(street, 3, 6), 11.4, 1)
    case = carrying(street, woman, "suitcase")
    woman.walk(1.0, 11.4).put(case, -0.7, -0.2).wait(vary(street, 55, 62)).take(case)
    street.expect(KIND, woman.time, street.seconds, "platform")
    go_out(woman, 1)


@scenario(KIND, 140)
def box_shifted_some_metres_along_the_wall(street: Street) -> None:
    """A shopkeeper carries one of two boxes four metres on and leaves it there; the other one stays."""
    box, _ = street.add("object", 0, -2.5, 13.5), street.add("object", 0, -4.2, 13.7)
    traffic(street, 18, every_s=12)
    passers(street, 10.0, every_s=11)
    man = street.person(vary(street, 46, 56), 0.5, 18).walk(-2.3, 14.4).wait(2).take(box)
    street.expect(KIND, man.time, street.seconds)
    man.walk(2.2, 14.2, 1.0).put(box, 0.2, -0.6).wait(2).walk(0.5, 18).leave()


@scenario(KIND, 140, positive=False)
def car_parks_in_front_for_good(street: Street) -> None:
    """A car parks between the camera and a standing suitcase and stays there: hidden is not gone."""
    street.add("suitcase", 0, 1.0, 15.2)
    passers(street, 9.0, every_s=12)
    car = street.add("car", vary(street, 45, 52), -20, 13).drive(-5, 13.2, 6).drive(1.2, 13.4, 2.5)
    driver = street.person(car.time + 3, 2.0, 12.2)
    go_out(driver, 1)
    traffic(street, 20, every_s=15)


@scenario(KIND, 110, positive=False)
def backpack_rests_for_twenty_seconds(street: Street) -> None:
    """A hiker sets his backpack down for twenty seconds only and takes it up again, and a second one does the same."""
    passers(street, 9.5, every_s=12)
    traffic(street, 18, every_s=14)
    for time, y, side in ((vary(street, 4, 7), 11.5, -1.0), (vary(street, 45, 50), 13.5, 1.0)):
        hiker = comer(street, time, y, side)
        bag = carrying(street, hiker, "backpack")
        hiker.walk(vary(street, -2, 2), y).put(bag, 0.5, -0.1).wait(vary(street, 17, 22)).take(bag)
        go_out(hiker, -side)


@scenario(KIND, 130, positive=False)
def sweeper_nudges_the_crates_aside(street: Street) -> None:
    """A sweeper pushes two boxes aside by half a metre each and walks on: they are still there."""
    boxes = [street.add("object", 0, -1.0 + 2.4 * i, 12.0) for i in range(2)]
    traffic(street, 18, every_s=12)
    passers(street, 9.4, every_s=14)
    sweeper = comer(street, vary(street, 42, 50), 12.9)
    for box in boxes:
        x = box.place[0]
        sweeper.walk(x - 0.3, 12.9, 0.9).wait(2).take(box, (0.3, -0.9, 0.0)).walk(x + 0.2, 12.9, 0.4).put(
            box, 0.3, -0.9
        )
        sweeper.wait(4)
    go_out(sweeper, 1)


@scenario(KIND, 130, positive=False)
def outer_suitcase_fetched_inner_one_stays(street: Street) -> None:
    """Two suitcases stand 3.5 m apart, one in the zone and one not; the one outside is carried off past the other."""
    street.zones["porch"] = [(-1, 10), (6, 10), (6, 14.5), (-1, 14.5)]
    street.add("suitcase", 0, 1.2, 12.6)
    outer = street.add("suitcase", 0, -2.6, 12.4)
    passers(street, 16.5, every_s=11)
    man = comer(street, vary(street, 46, 56), 11.6).walk(-2.8, 11.6).wait(3).take(outer)
    go_out(man.walk(0.5, 11.4), 1)


@scenario(KIND, 140, positive=False)
def vendor_lifts_her_boxes_to_sweep(street: Street) -> None:
    """Each of two boxes is carried aside for some nine seconds and set down again where it had stood."""
    boxes = [street.add("suitcase", 0, 1.0 + 1.6 * i, 11.8) for i in range(2)]
    traffic(street, 17, every_s=12)
    vendor = street.person(vary(street, 42, 48), 4.5, 18).walk(3.8, 12.8)
    for box in boxes:
        x, y = box.place
        vendor.walk(x + 0.2, y + 0.8).wait(1.5).take(box).walk(x - 1.8, y + 1.4, 0.9)
        vendor.wait(vary(street, 3.5, 4.5)).walk(x + 0.2, y + 0.8, 0.9).put(box, -0.2, -0.8).wait(5)
    vendor.walk(4.5, 18).leave()
    passers(street, 9.0, every_s=13)


@scenario(KIND, 130, positive=False)
def dog_and_bike_leave_but_the_box_remains(street: Street) -> None:
    """A sleeping dog gets up and a parked motorbike is ridden off; the box between them stays where it is."""
    street.add("object", 0, 0.5, 12.8)
    bike = parked(street, 2.6, y=13.2)[0]
    dog = street.add("dog", 0, -1.4, 12.4).wait(vary(street, 50, 60))
    passers(street, 9.6, every_s=12)
    go_out(dog, -1, 1.5)
    rider = street.person(vary(street, 66, 72), 5, 18).walk(2.8, 14.2).mount(bike)
    rider.wait(2)
    ride_out(rider, bike, 1)
    vanish(rider.time, bike)
    traffic(street, 19, every_s=14)
