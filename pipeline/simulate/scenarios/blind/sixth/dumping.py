"""Dumping: what is left by somebody who goes on without it, and what is waited with, fetched again or was always there.

`VERGE` is the watched strip in most plays; `KERB` lies right under the camera and `PLOT` far away from it.
"""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    abreast,
    beside,
    biker,
    carrying,
    comer,
    edge,
    go_out,
    lorry_stands,
    passers,
    pillion,
    pull_up,
    ride_out,
    traffic,
    vary,
)
from pipeline.simulate.street import Street

VERGE = [(-4.5, 9.5), (4.5, 9.5), (4.5, 14.5), (-4.5, 14.5)]
KERB = [(-4.0, 6.4), (4.0, 6.4), (4.0, 10.5), (-4.0, 10.5)]
PLOT = [(-5.0, 12.5), (5.0, 12.5), (5.0, 18.5), (-5.0, 18.5)]


@scenario("dumping", 125)
def dog_walker_drops_her_rubbish_on_the_evening_round(street: Street) -> None:
    """Her dog sniffs about while she sets a bag down; she comes home on the far side, five metres from it."""
    street.zones["verge"] = VERGE
    woman = comer(street, vary(street, 5, 9), 12)
    woman.lead(street.add("dog", woman.time, *woman.place))
    bag = carrying(street, woman, "object")
    woman.walk(vary(street, -2, 1), 12, 1.1).wait(vary(street, 3, 5)).put(bag, 0.1, 0.5)
    start = woman.time
    go_out(woman.wait(vary(street, 2, 4)), 1, 1.2)
    go_out(woman.appear(woman.time + vary(street, 14, 18), edge(17.8), 17.8), -1, 1.2)
    traffic(street, 8.3, every_s=14)
    street.expect("dumping", start, street.seconds, "verge")


@scenario("dumping", 150)
def tea_seller_packs_up_and_leaves_her_waste_behind(street: Street) -> None:
    """For 40 s she serves between basket and waste bag as guests come and go; then she takes the basket only."""
    street.zones["verge"] = VERGE
    seller = comer(street, vary(street, 3, 6), 12.4, 1)
    basket = carrying(street, seller, "object")
    waste = street.add("object", seller.time, *seller.place)
    seller.take(waste, (-0.4, -0.1, 0.4)).walk(vary(street, -0.8, 0.8), 12.4, 1.2)
    seller.put(basket, 0.8, -0.4).wait(1).put(waste, -0.9, 0.3)
    start = seller.time
    for i, side in enumerate((-1.0, 1.0)):
        guest = comer(street, start + 2 + 9 * i, 11.2, side).walk(seller.place[0] + 0.5 * i, 11.2)
        go_out(guest.wait(vary(street, 7, 10)), -side)
    go_out(seller.wait(vary(street, 38, 43)).walk(basket.place[0] - 0.2, 12.4, 0.8).wait(1).take(basket), -1)
    passers(street, 16.5, every_s=14)
    street.expect("dumping", start, street.seconds, "verge")


@scenario("dumping", 125)
def shoulder_pole_comes_with_two_and_goes_with_one(street: Street) -> None:
    """Far off a man lets one of two loads down, shifts the pole, and walks on with the other still hanging from it."""
    street.zones["plot"] = PLOT
    man = comer(street, vary(street, 4, 8), 15.5)
    loads = [street.add("object", man.time, *man.place) for _ in range(2)]
    man.take(loads[0], (0.9, 0, 0.3)).take(loads[1], (-0.9, 0, 0.3)).walk(vary(street, -2, 1), 15.5, 1.2).wait(2)
    start = man.put(loads[1], -0.9, 0.4).time
    go_out(man.wait(vary(street, 3, 5)), 1, 1.2)
    passers(street, 11, every_s=9)
    street.expect("dumping", start, street.seconds, "plot")


@scenario("dumping", 125)
def left_at_the_foot_of_the_cameras_own_wall(street: Street) -> None:
    """Right below the camera a man leaves a sack and turns back; a woman stops, looks at it a while, and goes on."""
    street.zones["kerb"] = KERB
    man = comer(street, vary(street, 4, 8), 8, 1)
    sack = carrying(street, man, "object")
    man.walk(vary(street, -1, 1), 8).wait(1).put(sack, 0.2, 0.4).wait(1)
    start = man.time - 1
    go_out(man, 1, 1.5)
    woman = beside(comer(street, start + vary(street, 26, 30), 9.5), sack, -0.9, 0.6).wait(vary(street, 7, 10))
    go_out(woman, 1, y=9.5)
    traffic(street, 13, 16, every_s=9)
    street.expect("dumping", start, street.seconds, "kerb")


@scenario("dumping", 115)
def last_of_the_wedding_guests_lets_his_bag_down(street: Street) -> None:
    """Four stroll home in a knot; the one behind halts at the tree, lets a bag down and hurries after the others."""
    street.zones["verge"] = VERGE
    guests = abreast(street, vary(street, 5, 9), 11.2, 11.9, 12.6, side=1)
    for guest in guests:
        go_out(guest, -1, vary(street, 1.05, 1.15))
    last = comer(street, guests[0].keys[0][0] + 1.5, 13.2, 1)
    bag = carrying(street, last, "object")
    last.walk(vary(street, -1, 1.5), 13.2, 1.1).wait(1.5).put(bag, 0.3, 0.4)
    start = last.time
    go_out(last.wait(1.5), -1, 1.9, y=12.4)
    passers(street, 9.9, 16.5, every_s=13)
    street.expect("dumping", start, street.seconds, "verge")


@scenario("dumping", 150, positive=False)
def dog_tied_to_the_post_while_he_buys_bread(street: Street) -> None:
    """He ties his dog up in the strip, is in the shop for 75 s while it lies there quite still, and takes it home."""
    street.zones["verge"] = VERGE
    man = comer(street, vary(street, 4, 8), 12)
    dog = street.add("dog", man.time, *man.place)
    man.lead(dog).walk(vary(street, -1, 1), 12).wait(3).put(dog, 0.8, 0.4).wait(1).walk(5.5, 18).leave()
    man.appear(man.time + vary(street, 68, 74), 5.5, 18).walk(dog.place[0] - 0.5, 12.1).wait(2).lead(dog)
    go_out(man, -1)
    passers(street, 10.3, 16.2, every_s=12)


@scenario("dumping", 150, positive=False)
def passenger_waits_for_her_coach_with_her_suitcase(street: Street) -> None:
    """A rider drops a woman and rides off; she stands by her suitcase for 75 s and boards the coach with it."""
    street.zones["verge"] = VERGE
    rider, bike = biker(street, vary(street, 3, 6), 11)
    woman = pillion(street, bike)
    case = street.add("suitcase", woman.time, *woman.place)
    woman.take(case, (-0.4, -0.3, 0.4))
    pull_up(rider, vary(street, -1, 1), 11)
    woman.dismount(0.2, 0.9).wait(2).put(case, 0.7, 0.1)
    rider.until(woman.time + vary(street, 2, 4))
    ride_out(rider, bike, 1)
    boards = woman.time + vary(street, 72, 78)
    coach = street.add("bus", boards - 12, -26, 17).drive(-5, 17, 5).drive(2, 17, 2.0).until(boards + 9)
    woman.until(boards).take(case).walk(woman.place[0] + 0.5, 15.3, 1.0).leave()
    coach.drive(8, 17, 3).drive(27, 17, 7).leave()
    passers(street, 9.9, every_s=15)


@scenario("dumping", 110, positive=False)
def load_slips_off_the_rack_and_is_fetched(street: Street) -> None:
    """A sack falls from a moving motorbike; the rider stops seven metres on, ties up the rest and comes back for it."""
    street.zones["verge"] = VERGE
    rider, bike = biker(street, vary(street, 8, 14), 12.2, 1)
    sack = street.add("object", rider.time, *rider.place)
    rider.take(sack, (0.7, 0, 0.6)).ride(vary(street, 0.5, 1.5), 12.2, 5).put(sack, 0.7, 0.2)
    pull_up(rider, rider.place[0] - 7, 12.2, 5).dismount().wait(vary(street, 9, 13))
    beside(rider, sack, -0.5, -0.4, 1.5).wait(2).take(sack)
    rider.walk(bike.place[0] + 0.4, 11.5).wait(2).mount(bike)
    ride_out(rider, bike, -1)
    passers(street, 10, 16.5, every_s=12)


@scenario("dumping", 140, positive=False)
def crates_pass_through_on_their_way_into_the_bar(street: Street) -> None:
    """Three crates, one after another, come from a lorry and lie in the strip for 17 s until a boy takes each in."""
    street.zones["verge"] = VERGE
    lorry = street.add("truck", vary(street, 2, 4), -26, 17.5).drive(-7, 17.5, 6)
    mate = street.person(lorry.time + 2, -2.5, 15.6)
    for _ in range(3):
        crate = carrying(street, mate, "object")
        mate.walk(0.2, 12.6, 1.1).wait(0.5).put(crate, 0.5, -0.3)
        boy = street.person(mate.time + vary(street, 8, 10), 9, 12).walk(1.4, 12.1).wait(1).take(crate)
        boy.walk(9, 12, 1.1).leave()
        mate.wait(1).walk(-2.5, 15.6).wait(vary(street, 11, 14))
    mate.leave()
    lorry.until(mate.time + 3).drive(26, 17.5, 7).leave()
    passers(street, 9.9, every_s=16)


@scenario("dumping", 110, positive=False)
def called_back_to_take_his_bag_along(street: Street) -> None:
    """He leaves a bag and is seven metres on when a neighbour comes out and scolds; within half a minute he has it."""
    street.zones["verge"] = VERGE
    man = comer(street, vary(street, 6, 10), 12.5)
    bag = carrying(street, man, "object")
    x = man.walk(vary(street, -1.5, 0), 12.5).wait(1).put(bag, 0.2, 0.5).place[0]
    neighbour = street.person(man.time + 3, x + 2.5, 18).walk(x + 1.5, 14.8).wait(vary(street, 30, 34))
    neighbour.walk(x + 2.5, 18).leave()
    man.wait(1).walk(x + 7, 12.3).wait(vary(street, 8, 12)).walk(x + 0.5, 12.5).wait(2).take(bag)
    go_out(man, 1)
    traffic(street, 8.3, every_s=12)


@scenario("dumping", 150, positive=False)
def old_heap_comes_to_light_behind_the_lorry(street: Street) -> None:
    """Two sacks have always lain there; a lorry hides them for 40 s, and when it is gone a passer stops beside them."""
    street.zones["verge"] = VERGE
    for x in (-0.4, 0.9):
        street.add("object", 0, x + vary(street, -0.2, 0.2), 13.2)
    start, rest = vary(street, 24, 28), vary(street, 38, 44)
    lorry_stands(street, start, rest, 0.5)
    driver = go_out(street.person(start + 2, 3.5, 7.2), 1)
    driver.appear(start + rest - 9, edge(7.2), 7.2).walk(3.5, 7.2, 1.4).leave()
    looker = comer(street, start + rest + vary(street, 4, 7), 12.4).walk(-1.2, 12.6).wait(vary(street, 6, 9))
    go_out(looker, 1, y=11.5)
    passers(street, 16.5, every_s=13)


@scenario("dumping", 145, positive=False)
def family_eats_at_the_kerb_around_its_bag(street: Street) -> None:
    """The mother sits by the bag she set down for 95 s; the father goes for tea, the child runs about, all go home."""
    street.zones["verge"] = VERGE
    mother, father, child = abreast(street, vary(street, 4, 7), 11.6, 12.4, 13.2)
    bag = carrying(street, mother, "backpack")
    mother.walk(0, 12).put(bag, 0.6, 0.3)
    father.walk(1.2, 13).wait(vary(street, 12, 16)).walk(7, 14).wait(vary(street, 14, 18)).walk(1.3, 13)
    child.walk(-0.8, 13)
    mother.until(mother.time + vary(street, 92, 97))
    while child.time < mother.time - 12:
        child.walk(vary(street, -4, 4), vary(street, 13, 15), 1.6).walk(-0.8, 13, 1.4).wait(vary(street, 3, 7))
    home = mother.take(bag).time
    for person in (mother, father, child):
        go_out(person.until(home), 1, 1.2)
    traffic(street, 8.3, every_s=15)
