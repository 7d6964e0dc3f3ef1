"""Items taken, second set: the bag goes along with a stranger, or with somebody who may."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.second.backdrop import lane, market, yard
from pipeline.simulate.scenarios.cast import (
    beside,
    biker,
    carrying,
    comer,
    go_out,
    passers,
    pillion,
    pull_up,
    ride_out,
    vanish,
    vary,
)
from pipeline.simulate.scenarios.moments import last_seen
from pipeline.simulate.street import Street

KIND = "item_taken"


@scenario(KIND, 120)
def rucksack_from_the_bench_while_he_buys_tea(street: Street) -> None:
    """He leaves his rucksack at the bench and queues for tea; a stroller sits down, waits, and walks off with it."""
    market(street, walks=(8.0, 18.5), road=23.0)
    x = vary(street, -3, -1)
    owner = comer(street, 2, 12.0, -1)
    bag = carrying(street, owner, "backpack")
    owner.walk(x, 12.0).put(bag, -0.5, 0.2).wait(vary(street, 7, 11)).walk(6.0, 15.0)
    thief = comer(street, owner.time - 6, 12.8, -1).walk(x - 1.5, 12.8, 1.2).wait(vary(street, 8, 14))
    beside(thief, bag, -0.3, 0.5, 0.8).wait(1).take(bag)
    start = thief.time
    go_out(thief, -1, 1.4)
    go_out(owner.until(start + vary(street, 14, 20)).walk(x, 12.0, 1.6).wait(6), 1)
    street.expect(KIND, start, last_seen(street, bag))


@scenario(KIND, 110)
def case_from_beside_her_feet(street: Street) -> None:
    """She stands with her back to her suitcase and telephones; a man strolls up, takes it and makes off."""
    lane(street, walk=19.0, road=22.5)
    passers(street, 9.0, every_s=15)
    x = vary(street, 0, 3)
    owner = comer(street, 2, 13.5, 1)
    case = carrying(street, owner, "suitcase")
    owner.walk(x, 13.5).put(case, -1.0, -0.2).wait(vary(street, 24, 34))
    thief = comer(street, owner.time - 14, 12.6, -1)
    beside(thief, case, -0.5, -0.6, 1.2)
    thief.until(max(thief.time, owner.time)).take(case)
    start = thief.time
    go_out(thief, -1, vary(street, 2.2, 2.8))
    owner.until(start + 2.0).walk(x - 4.0, 13.2, 2.2).wait(8)
    go_out(owner, 1)
    street.expect(KIND, start, last_seen(street, case))


@scenario(KIND, 120)
def pillion_hops_off_and_grabs(street: Street) -> None:
    """A bag stands by the wall, its owner three steps off; a pillion hops off, grabs it, and both ride away."""
    yard(street)
    x = vary(street, -1, 2)
    owner = comer(street, 2, 14.0, 1)
    bag = carrying(street, owner, "suitcase")
    owner.walk(x, 14.0).put(bag, -0.4, 0.1).wait(vary(street, 8, 14)).walk(x + 2.2, 14.6, 0.9)
    driver, bike = biker(street, owner.time + vary(street, 8, 14), 12.4, -1)
    mate = pillion(street, bike)
    pull_up(driver, x - 1.2, 12.4)
    mate.dismount(0.5, 0.6)
    beside(mate, bag, -0.2, -0.6, 1.8).take(bag)
    start = mate.time
    mate.walk(x - 1.2, 12.9, 1.8).mount(bike)
    ride_out(driver, bike, 1, mate, bag, speed=2.5)
    owner.until(start + 1.5).walk(x + 0.5, 13.4, 2.0).wait(10)
    go_out(owner, 1)
    street.expect(KIND, start, last_seen(street, bag))


@scenario(KIND, 110)
def handbag_slips_under_the_jacket(street: Street) -> None:
    """A stranger takes an unwatched bag, carries it openly for six metres, and then hides it under his jacket."""
    passers(street, 8.5, 17.5, every_s=11)
    x = vary(street, 1, 3)
    owner = comer(street, 2, 11.5, -1)
    bag = carrying(street, owner, "backpack")
    owner.walk(x, 11.5).put(bag, 0.5, 0.1).wait(vary(street, 7, 12)).walk(x - 7.0, 14.0).wait(vary(street, 30, 38))
    thief = comer(street, owner.keys[-2][0] + vary(street, 4, 8), 10.9, 1)
    beside(thief, bag, 0.3, -0.5, 1.2).wait(vary(street, 1, 2)).take(bag)
    start = thief.time
    thief.walk(x + 3.5, 14.5, 1.5).walk(x + 5.0, 16.0, 1.4).hide(bag)
    go_out(thief, 1, 1.4)
    go_out(owner, -1)
    street.expect(KIND, start, last_seen(street, bag))


@scenario(KIND, 120, positive=False)
def he_fetches_his_own_bag_from_the_other_side(street: Street) -> None:
    """The owner is across the road for half a minute, returns from another side, and carries his own bag off."""
    market(street, walks=(8.0, 18.5), road=23.0)
    x = vary(street, -2, 1)
    owner = comer(street, 2, 12.5, -1)
    bag = carrying(street, owner, "suitcase")
    owner.walk(x, 12.5).put(bag, 0.4, 0.2).wait(vary(street, 7, 10)).walk(x - 1.0, 16.8)
    owner.wait(vary(street, 22, 32)).walk(x + 4.0, 15.0).walk(x + 0.8, 12.2).take(bag)
    go_out(owner, 1)


@scenario(KIND, 120, positive=False)
def daughter_takes_mothers_bag(street: Street) -> None:
    """Mother and daughter arrive together; mother goes to a stall, the daughter carries the bag after her."""
    lane(street, walk=20.0, road=23.0)
    passers(street, 9.0, every_s=13)
    mother, daughter = comer(street, 2, 12.4, 1), comer(street, 2.4, 13.4, 1)
    bag = carrying(street, mother, "suitcase")
    mother.walk(1.5, 12.4).put(bag, -0.5, 0.4).wait(vary(street, 10, 16)).walk(-4.5, 14.0, 1.1)
    daughter.walk(1.7, 13.5).until(mother.time + vary(street, 4, 10)).walk(1.5, 13.2).take(bag)
    daughter.walk(-3.4, 13.6, 1.2).wait(vary(street, 10, 16))
    mother.until(daughter.time + 1)
    go_out(daughter, -1)
    go_out(mother, -1)


@scenario(KIND, 120, positive=False)
def bag_shifted_out_of_the_doorway(street: Street) -> None:
    """A shopkeeper moves a customer's bag two metres out of the doorway and goes back inside; the owner takes it."""
    market(street, walks=(8.0,), road=22.5)
    x = vary(street, -1, 1)
    owner = comer(street, 2, 13.0, -1)
    bag = carrying(street, owner, "suitcase")
    owner.walk(x, 13.0).put(bag, 0.3, 0.3).wait(vary(street, 7, 10)).walk(x - 4.5, 14.5)
    keeper = street.person(owner.time + vary(street, 3, 8), x + 2.0, 16.0).walk(x + 0.9, 13.9).wait(1)
    keeper.take(bag).walk(x + vary(street, 1.9, 2.3), 13.9, 0.8).put(bag, 0.3, -0.4).wait(1)
    keeper.walk(x + 2.0, 16.0).leave()
    owner.until(keeper.time + vary(street, 12, 20)).walk(x + 2.0, 13.0).wait(1).take(bag)
    go_out(owner, -1)


@scenario(KIND, 110, positive=False)
def lace_tied_beside_a_strangers_bag(street: Street) -> None:
    """A passer-by crouches for ten seconds right at an unwatched bag, gets up, and leaves it where it is."""
    passers(street, 8.5, 18.0, every_s=9)
    x = vary(street, -3, 0)
    owner = comer(street, 2, 12.0, -1)
    bag = carrying(street, owner, "suitcase")
    owner.walk(x, 12.0).put(bag, -0.3, 0.3).wait(vary(street, 7, 10)).walk(x + 5.5, 15.0)
    man = comer(street, owner.time + vary(street, 2, 6), 11.6, -1)
    beside(man, bag, 0.1, -0.6).wait(vary(street, 8, 13))
    go_out(man, 1)
    owner.until(man.time + 2).walk(x + 0.2, 11.8).take(bag)
    go_out(owner, -1)


@scenario(KIND, 130, positive=False)
def driver_who_was_waited_for(street: Street) -> None:
    """A traveller waits with a case; her driver comes, they talk at length, and he carries it off ahead of her."""
    yard(street)
    x = vary(street, -1, 2)
    woman = comer(street, 2, 13.0, -1)
    case = carrying(street, woman, "suitcase")
    woman.walk(x, 13.0).put(case, 0.5, 0.3).wait(vary(street, 12, 18))
    driver = comer(street, woman.time - 8, 12.6, 1).walk(x + 1.3, 12.8)
    driver.wait(vary(street, 20, 28)).take(case)
    woman.until(driver.time + 0.8)
    go_out(driver, 1, 1.2)
    go_out(woman, 1, 1.2)


@scenario(KIND, 120, positive=False)
def two_bags_side_by_side(street: Street) -> None:
    """A stranger sets his own rucksack down beside another's suitcase for a while and leaves with his own."""
    market(street, walks=(8.5, 18.0), road=22.5)
    x = vary(street, 0, 2)
    owner = comer(street, 2, 12.6, 1)
    case = carrying(street, owner, "suitcase")
    owner.walk(x, 12.6).put(case, 0.5, 0.2)
    man = comer(street, vary(street, 10, 14), 12.8, -1)
    own = carrying(street, man, "backpack")
    man.walk(x - 1.5, 12.8).put(own, 0.7, 0.0).wait(vary(street, 18, 28)).take(own)
    go_out(man, -1)
    owner.until(vary(street, 78, 86)).take(case)
    go_out(owner, 1)
    vanish(owner.time, case)
