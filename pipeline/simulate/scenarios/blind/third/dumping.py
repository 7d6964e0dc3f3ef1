"""Dumping, third set: what is left lying by those who go away, and what is not left."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.third.moves import potter
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
    vary,
)
from pipeline.simulate.street import Street

KIND = "dumping"


@scenario(KIND, 130)
def sack_slung_from_the_seat_at_the_canal(street: Street) -> None:
    """Two stop at a canal bank, the one behind slings a sack aside without getting down, and they ride on."""
    street.zones["bank"] = [(-7, 11), (7, 11), (7, 17), (-7, 17)]
    passers(street, 9.2, every_s=12)
    traffic(street, 19, every_s=13)
    driver, bike = biker(street, vary(street, 8, 14), 12.6)
    helper = pillion(street, bike)
    sack = street.add("object", helper.time, *bike.place)
    helper.take(sack, (-0.3, 0.4, 0.6))
    driver.until(helper.time)
    pull_up(driver, vary(street, -1.5, 1.0), 12.6).wait(2.5)
    helper.until(driver.time - 1).put(sack, 0.2, 1.1)
    street.expect(KIND, helper.time, street.seconds, "bank")
    helper.until(driver.time)
    ride_out(driver, bike, 1)


@scenario(KIND, 130)
def kitchen_waste_carried_over_the_pavement(street: Street) -> None:
    """A cook comes out of a door, sets a bag down at a tree on the other side of the pavement and goes in again."""
    passers(street, 11.6, every_s=9)
    parked(street, -4.5, -5.6, y=15)
    cook = street.person(vary(street, 12, 18), 2.5, 18.5)
    bag = carrying(street, cook, "object")
    cook.walk(1.0, 13.4, 1.2).put(bag, -0.4, -0.4)
    street.expect(KIND, cook.time, street.seconds)
    cook.wait(vary(street, 2, 4)).walk(2.5, 18.5).leave()
    traffic(street, 9.2, every_s=16)


@scenario(KIND, 150)
def rubble_out_of_a_car_boot(street: Street) -> None:
    """A car stops, its driver drags a sack from the boot to the wall, looks round, gets in and drives away."""
    street.zones["wall"] = [(-8, 10), (8, 10), (8, 14.5), (-8, 14.5)]
    passers(street, 9.0, every_s=12)
    car = street.add("car", vary(street, 6, 12), 23, 16.5, 180).drive(8, 16.5, 7).drive(1.5, 16.5, 3)
    driver = street.person(car.time + 2, 1.5, 15.1).walk(4.0, 15.6).wait(4)
    sack = carrying(street, driver, "object")
    driver.walk(3.6, 12.8, 0.8).put(sack, 0.3, -0.3)
    street.expect(KIND, driver.time, street.seconds, "wall")
    driver.wait(vary(street, 2, 4)).walk(1.5, 15.1, 1.5).leave()
    car.until(driver.time + 2).drive(-5, 16.5, 3).drive(-24, 16.5, 7).leave()


@scenario(KIND, 140)
def old_cyclist_leaves_a_bag_under_the_far_trees(street: Street) -> None:
    """At 18 m a cyclist gets down, sets a bag beside the road, stands a quarter of a minute and cycles off."""
    traffic(street, 12.0, every_s=12)
    passers(street, 21.0, every_s=14)
    parked(street, -5.5, -6.8, y=18)
    man, cycle = biker(street, vary(street, 5, 9), 17.4, 1, "bicycle")
    bag = carrying(street, man, "object")
    pull_up(man, 1.5, 17.4, 4).dismount(0, 0.8).walk(0.6, 18.6, 0.9).put(bag, -0.3, 0.3)
    street.expect(KIND, man.time, street.seconds)
    man.wait(vary(street, 11, 16)).walk(1.5, 18.3).mount(cycle)
    ride_out(man, cycle, -1, speed=1.5, end_speed=4)


@scenario(KIND, 140, positive=False)
def goods_wait_until_the_bike_is_parked(street: Street) -> None:
    """A trader sets a box down, parks her motorbike ten metres off and has fetched the box within forty seconds."""
    passers(street, 9.2, every_s=12)
    traffic(street, 19, every_s=13)
    woman, bike = biker(street, vary(street, 5, 9), 13)
    box = carrying(street, woman, "object")
    pull_up(woman, 2.0, 13).dismount(0, 0.9).walk(2.6, 14.0).put(box, 0.4, 0.2).wait(2).walk(2.0, 13.9).mount(bike)
    woman.ride(-5.5, 13, 2.5).wait(1).dismount(0, 0.9).wait(vary(street, 6, 10))
    woman.walk(2.6, 14.0, 1.4).take(box).walk(4.5, 18, 1.1).leave()


@scenario(KIND, 150, positive=False)
def builder_works_beside_his_sacks(street: Street) -> None:
    """A builder lays two sacks down and works beside them, never more than two metres off, until he takes them up."""
    traffic(street, 18, every_s=12)
    passers(street, 9.0, every_s=12)
    man = street.person(vary(street, 5, 9), -4, 18)
    sacks = []
    for i in range(2):
        sack = street.add("object", man.time, *man.place)
        man.take(sack, (0.3, -0.2 - 0.3 * i, 0.5))
        sacks.append(sack)
    man.walk(-0.5, 13.0)
    for i, sack in enumerate(sacks):
        man.put(sack, 0.3 + 0.9 * i, -0.3)
    potter(street, man, man.time + vary(street, 92, 102), (-1.0, 1.0), (13.0, 14.2), (5, 12))
    man.walk(0.2, 13.0)
    for sack in sacks:
        man.take(sack)
    man.walk(-4, 18).leave()


@scenario(KIND, 150, positive=False, settings={"collection_hours": "20:30-22:30"})
def households_put_their_bags_out_for_the_lorry(street: Street) -> None:
    """In the hour of collection three neighbours put a bag each at the kerb and go in; a lorry comes for them later."""
    passers(street, 9.4, every_s=14)
    parked(street, 6.5, y=15)
    bags = []
    for i in range(3):
        x = -4.0 + 3.2 * i
        neighbour = street.person(6 + 9 * i + vary(street, 0, 4), x, 18.5)
        bag = carrying(street, neighbour, "object")
        neighbour.walk(x + 0.3, 13.2).put(bag, -0.2, -0.4).wait(1.5).walk(x, 18.5).leave()
        bags.append(bag)
    lorry = street.add("truck", vary(street, 110, 114), 26, 15.5, 180).drive(7, 15.5, 6).drive(1, 15.5, 3).wait(16)
    man = street.person(lorry.time - 14, 3.5, 13.9)
    for bag in bags[::-1]:
        man.walk(bag.place[0] + 0.4, 13.2, 1.6).take(bag)
    lorry.drive(-26, 15.5, 6).leave()
    go_out(man, -1, 1.8, 13)


@scenario(KIND, 140, positive=False)
def cyclist_parks_beside_an_old_heap(street: Street) -> None:
    """A man parks his bicycle beside a heap that has always lain there and goes away: nothing was dumped."""
    for i in range(2):
        street.add("object", 0, 0.8 + 0.7 * i, 13.6)
    passers(street, 9.4, every_s=11)
    traffic(street, 19, every_s=12)
    man, _ = biker(street, vary(street, 20, 28), 12.8, -1, "bicycle")
    pull_up(man, -0.6, 12.8, 4).dismount(0, -0.8).wait(vary(street, 4, 7))
    go_out(man, 1)


@scenario(KIND, 110, positive=False)
def load_tied_anew_by_the_roadside(street: Street) -> None:
    """A rider takes a slipping sack down, sets it on the ground, ties it anew and rides on with it."""
    passers(street, 9.2, every_s=12)
    traffic(street, 19, every_s=12)
    man, bike = biker(street, vary(street, 6, 12), 12.4, 1)
    sack = carrying(street, man, "object")
    pull_up(man, vary(street, -1, 1), 12.4).dismount(0, 0.9).walk(bike.place[0] + 1.0, 13.3).put(sack, 0.8, -0.4)
    man.wait(vary(street, 10, 14)).walk(bike.place[0] - 3.6, 14.5).wait(5).walk(bike.place[0] + 1.0, 13.4)
    man.wait(6).take(sack).walk(bike.place[0], 13.2).mount(bike)
    ride_out(man, bike, -1, sack)


@scenario(KIND, 140, positive=False)
def bag_put_at_the_lawful_corner_beside_the_zone(street: Street) -> None:
    """A neighbour crosses the watched ground with her bag and puts it down two metres outside, where she may."""
    street.zones["monument"] = [(-6, 11), (1.5, 11), (1.5, 17), (-6, 17)]
    passers(street, 9.2, every_s=11)
    woman = comer(street, vary(street, 8, 14), 13.4)
    bag = carrying(street, woman, "object")
    woman.walk(-2.0, 13.4).wait(vary(street, 4, 7)).walk(3.4, 13.4).put(bag, 0.5, -0.2).wait(2)
    go_out(woman, -1, 1.3, 13.8)
    traffic(street, 20, every_s=12)
