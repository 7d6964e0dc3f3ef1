"""Intrusion, third set: somebody is where nobody may be, or only close to it."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.third.moves import potter
from pipeline.simulate.scenarios.cast import biker, car_by, comer, go_out, parked, passers, pull_up, traffic, vary
from pipeline.simulate.scenarios.moments import expect_stay
from pipeline.simulate.street import Street

KIND = "intrusion"


@scenario(KIND, 90)
def over_the_side_wall_among_parked_cars(street: Street) -> None:
    """Somebody comes over a wall into a car park and goes from car to car, half hidden by them."""
    street.zones["car-park"] = [(-8, 12), (6, 12), (6, 20), (-8, 20)]
    parked(street, -5, -1, 3, y=14.5, kind="car")
    passers(street, 9.5, every_s=11)
    man = street.person(vary(street, 18, 26), -9.5, 17.5).walk(-5, 17.8)
    potter(street, man, man.time + vary(street, 16, 22), (-5.5, 2.5), (17.2, 18.8), (2, 5))
    man.walk(-9.5, 17.6, 1.8).leave()
    expect_stay(street, KIND, [man], "car-park")


@scenario(KIND, 110, settings={"active_hours": "20:00-05:00"})
def motorbike_wheeled_into_the_depot(street: Street) -> None:
    """In forbidden hours a man wheels his motorbike into a yard, stands beside it, and wheels it out again."""
    street.zones["depot"] = [(0, 12.5), (9, 12.5), (9, 19), (0, 19)]
    traffic(street, 9.5, every_s=10)
    man, bike = biker(street, vary(street, 4, 8), 14.5)
    pull_up(man, -3.5, 14.5).dismount(0, -0.8).wait(4)
    man.push(bike, 3.5, 14.7).wait(vary(street, 10, 16)).push(bike, -3.0, 14.5).wait(1)
    man.mount(bike).ride(-16, 14.5, 2, 7).leave()
    bike.leave()
    expect_stay(street, KIND, [man], "depot")


@scenario(KIND, 100)
def one_goes_in_while_the_other_keeps_watch(street: Street) -> None:
    """Two come along the far fence; one slips in for ten seconds, the other stays outside and is no event."""
    street.zones["site"] = [(-3, 18), (8, 18), (8, 26), (-3, 26)]
    traffic(street, 11, 13, every_s=12)
    start = vary(street, 8, 14)
    one = comer(street, start, 16.5).walk(1.0, 16.5)
    other = comer(street, start + 1, 16.0).walk(-0.5, 16.0)
    one.walk(2.0, 20.0).wait(vary(street, 6, 9)).walk(1.0, 16.5)
    go_out(one, 1, 1.7)
    go_out(other.until(one.time - 8), 1, 1.6)
    expect_stay(street, KIND, [one], "site")


@scenario(KIND, 80)
def boy_fetches_his_ball_from_the_substation(street: Street) -> None:
    """A boy dashes in, picks something up and dashes out: five seconds are enough; his friends wait outside."""
    street.zones["substation"] = [(1, 10), (7, 10), (7, 14.5), (1, 14.5)]
    start = vary(street, 14, 22)
    boys = [comer(street, start + i, 9.0 + 0.4 * i).walk(-1.6 - i, 11.0 + i) for i in range(3)]
    boys[0].wait(5).walk(3.4, 12.2, 2.0).wait(vary(street, 1.8, 2.6)).walk(-1.4, 11.2, 2.0)
    for boy in boys:
        go_out(boy.until(boys[0].time + 3), -1, 1.6)
    passers(street, 17.5, every_s=12)
    expect_stay(street, KIND, boys[:1], "substation")


@scenario(KIND, 100, positive=False)
def dog_in_the_yard_and_its_mistress_at_the_gate(street: Street) -> None:
    """A dog runs about in the closed yard; the woman who calls it stays a metre outside."""
    street.zones["yard"] = [(-4, 13), (6, 13), (6, 19), (-4, 19)]
    passers(street, 9.2, every_s=11)
    dog = street.add("dog", 4, -3, 11.5)
    for _ in range(6):
        dog.walk(vary(street, -2, 5), vary(street, 14, 17), 2.0).wait(vary(street, 3, 7))
    woman = comer(street, vary(street, 12, 16), 11.2).walk(0.5, 11.6).until(dog.time + 4)
    dog.walk(0.6, 12.0, 2.0)
    go_out(dog, -1, 1.4, 11.4)
    go_out(woman, -1)


@scenario(KIND, 110, positive=False)
def guests_wait_before_the_closed_gate(street: Street) -> None:
    """Three ring, step to and fro and look in for a minute, all of it a metre and more before the forbidden ground."""
    street.zones["grounds"] = [(-6, 14.2), (6, 14.2), (6, 22), (-6, 22)]
    traffic(street, 9.3, every_s=13)
    start = vary(street, 6, 10)
    for i in range(3):
        guest = comer(street, start + i, 11.6 + 0.3 * i, 1).walk(0.5 - i, 12.4)
        potter(street, guest, start + 66 + 2 * i, (-2.5, 2.5), (11.4, 12.9), (3, 8))
        go_out(guest, 1, y=12)


@scenario(KIND, 110, positive=False, settings={"active_hours": "23:00-05:00"})
def loaders_finish_before_the_curfew(street: Street) -> None:
    """At nine in the evening two men still load a lorry in the yard; it is forbidden from eleven on only."""
    street.zones["yard"] = [(-7, 11), (5, 11), (5, 18), (-7, 18)]
    street.add("truck", 0, -2, 15.5)
    traffic(street, 9, every_s=14)
    for i in range(2):
        loader = comer(street, 4 + 3 * i, 12.8 + 0.7 * i, 1)
        potter(street, loader, vary(street, 74, 84), (-5.5, 3.5), (12.2, 13.6), (2, 6))
        go_out(loader, 1)


@scenario(KIND, 100, positive=False)
def delivery_lorry_backs_into_the_yard(street: Street) -> None:
    """A lorry drives into the yard and out again without anybody getting down; people walk past on the street."""
    street.zones["yard"] = [(-8, 14), (8, 14), (8, 22), (-8, 22)]
    passers(street, 9.0, 11.0, every_s=7)
    lorry = street.add("truck", vary(street, 10, 16), 15, 12.5, 180).drive(3, 13, 5)
    lorry.drive(-2, 17.5, 1.8).wait(vary(street, 24, 32)).drive(-6, 14, 2).drive(-22, 12.5, 5).leave()
    car_by(street, 70, 12.5, 1)


@scenario(KIND, 90, positive=False)
def tipsy_man_sways_along_the_fence(street: Street) -> None:
    """A man sways along outside, now 0.7 m, now 2 m from the forbidden ground, and leans there a while."""
    street.zones["plot"] = [(-12, 13.6), (12, 13.6), (12, 20), (-12, 20)]
    traffic(street, 9.4, every_s=12)
    man = comer(street, vary(street, 4, 9), 12.0)
    x = -10.0
    while x < 9:
        man.walk(x, vary(street, 11.4, 12.8), vary(street, 0.6, 1.0))
        x += vary(street, 1.5, 3)
    go_out(man.wait(4), 1, y=12)


@scenario(KIND, 80, positive=False)
def children_run_over_the_corner_of_the_lawn(street: Street) -> None:
    """Children at play run across a corner of the forbidden lawn, each in little more than a second, none stops."""
    street.zones["lawn"] = [(0, 12), (8, 12), (8, 19), (0, 19)]
    passers(street, 9.4, every_s=12)
    for i in range(3):
        child = comer(street, 8 + 17 * i + vary(street, 0, 4), 10.6).walk(-4, 10.6, 2.0)
        child.walk(3.2, 10.6, 3.0) if i == 1 else child.walk(-1.0, 11.6, 3.0).walk(1.6, 13.6, 3.0).walk(-2.0, 15.2, 3.0)
        go_out(child, -1 if i != 1 else 1, 2.0)
