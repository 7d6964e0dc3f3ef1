"""Dumping: somebody stops, leaves rubbish behind and goes; or stays with it, or takes it away again."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    beside,
    biker,
    carrying,
    comer,
    edge,
    go_out,
    parked,
    passers,
    pull_up,
    ride_out,
    traffic,
    vary,
)
from pipeline.simulate.street import Actor, Street

CORNER = [(-4.0, 9.0), (4.0, 9.0), (4.0, 15.0), (-4.0, 15.0)]


def _brings(street: Street, kind: str = "object", side: float = -1, y: float = 11.5) -> tuple[Actor, Actor]:
    """Somebody carries a thing into the corner, stops, and sets it down."""
    street.zones["corner"] = CORNER
    person = comer(street, vary(street, 5, 10), y, side)
    thing = carrying(street, person, kind)
    person.walk(vary(street, -2, 2), y).wait(1.5).put(thing, 0.3, 0.4).wait(vary(street, 1, 2))
    return person, thing


def _expect(street: Street, thing: Actor) -> None:
    """From when it was laid down, still lying there at the end."""
    street.expect("dumping", thing.time, street.seconds, "corner")


@scenario("dumping", 120)
def rubbish_bag_dumped_on_foot(street: Street) -> None:
    """A man carries a bag to the corner, sets it down, and walks out of the picture."""
    passers(street, 17)
    man, bag = _brings(street)
    _expect(street, bag)
    go_out(man, 1)


@scenario("dumping", 110)
def bag_dumped_from_a_motorbike(street: Street) -> None:
    """A rider stops for three seconds, lets a bag down beside the motorbike without dismounting, and rides on."""
    street.zones["corner"] = CORNER
    rider, bike = biker(street, vary(street, 6, 12), 12.5)
    bag = street.add("object", rider.time, *rider.place)
    rider.take(bag, (0.4, -0.3, 0.5))
    pull_up(rider, vary(street, -1, 1), 12.5).wait(1.5).put(bag, 0.2, -0.8).wait(1.5)
    _expect(street, bag)
    ride_out(rider, bike, 1)


@scenario("dumping", 150)
def rubble_dumped_from_a_lorry(street: Street) -> None:
    """A lorry stops, a man gets down, drops a sack at the kerb, gets in again, and the lorry drives off."""
    street.zones["corner"] = CORNER
    passers(street, 19)
    lorry = street.add("truck", vary(street, 6, 12), -edge(13.5) - 5, 13.5).drive(vary(street, -1, 0), 13.5, 6)
    man = street.person(lorry.time + 2, lorry.place[0] + 3, 11.9)
    sack = street.add("object", man.time, *man.place)
    man.take(sack).walk(lorry.place[0] + 1, 10.8).put(sack, 0.3, -0.4)
    _expect(street, sack)
    man.wait(2).walk(lorry.place[0] + 3, 11.9).leave()
    lorry.until(man.time + 2).drive(edge(13.5) + 5, 13.5, 5).leave()


@scenario("dumping", 120)
def boxes_left_behind_by_a_car(street: Street) -> None:
    """A car stops for 12 s; its driver sets a box on the pavement and drives away."""
    street.zones["corner"] = CORNER
    car = street.add("car", vary(street, 6, 12), edge(12.8) + 5, 12.8, 180).drive(vary(street, -0.5, 1), 12.8, 6)
    driver = street.person(car.time + 2, car.place[0] - 0.5, 11.5)
    box = street.add("object", driver.time, *driver.place)
    driver.take(box).walk(car.place[0] - 1, 10.6).put(box, -0.3, -0.3)
    _expect(street, box)
    driver.wait(1.5).walk(car.place[0] - 0.5, 11.5).leave()
    car.until(driver.time + 3).drive(-edge(12.8) - 5, 12.8, 5).leave()


@scenario("dumping", 130)
def two_neighbours_carry_out_an_old_cupboard(street: Street) -> None:
    """Two people bring it, rest beside it for ten seconds, and both walk back the way they came."""
    traffic(street, 18)
    man, thing = _brings(street, y=12)
    mate = comer(street, man.keys[0][0], 11).walk(thing.place[0] + 0.9, 11.4).until(man.time)
    _expect(street, thing)
    go_out(man.wait(10), -1)
    go_out(mate.wait(11), -1)


@scenario("dumping", 75, settings={"seconds": 30, "away_s": 5})
def suitcase_of_rags_where_half_a_minute_counts(street: Street) -> None:
    """A quicker rule; an old suitcase is left, and its bringer vanishes in a door six metres away."""
    man, case = _brings(street, "suitcase", 1)
    _expect(street, case)
    man.walk(man.place[0] + 1, 17).leave()


@scenario("dumping", 130, settings={"collection_hours": "18:00-19:30"})
def rubbish_brought_out_after_collection(street: Street) -> None:
    """The lorry came between six and half past seven; at nine a woman puts her bag on the corner and goes home."""
    passers(street, 16.5, 18)
    woman, bag = _brings(street, side=1)
    _expect(street, bag)
    go_out(woman, 1)


@scenario("dumping", 160, positive=False)
def man_stays_beside_what_he_laid_down(street: Street) -> None:
    """He sets his load down and stays within two metres of it until the end, for two minutes."""
    passers(street, 17)
    man, thing = _brings(street)
    man.walk(thing.place[0] - 1.6, 12)
    while man.time < street.seconds - 10:
        man.wait(vary(street, 10, 20)).walk(thing.place[0] + vary(street, -1.6, 1.6), 12, 0.8)


@scenario("dumping", 120, positive=False)
def load_taken_away_again_after_forty_seconds(street: Street) -> None:
    """He sets it down, goes to ring a bell six metres off, comes back, and carries it on after some 40 s."""
    man, thing = _brings(street)
    man.walk(thing.place[0] + 5, 14.5).wait(vary(street, 26, 30))
    go_out(beside(man, thing, -0.3, -0.4).take(thing), 1)


@scenario("dumping", 130, positive=False, settings={"collection_hours": "20:30-21:30"})
def rubbish_brought_out_at_collection_time(street: Street) -> None:
    """Between half past eight and half past nine bags may stand on the corner, and two neighbours bring theirs."""
    for side in (-1.0, 1.0):
        person, _ = _brings(street, side=side, y=11.5 + side)
        go_out(person, side)


@scenario("dumping", 130, positive=False)
def bag_put_down_beside_the_zone(street: Street) -> None:
    """The bag is left two metres and more outside the forbidden corner."""
    traffic(street, 18)
    street.zones["corner"] = CORNER
    man = comer(street, vary(street, 5, 10), 11.5, 1)
    bag = carrying(street, man, "object")
    go_out(man.walk(vary(street, 6.2, 6.8), 11.5).wait(1.5).put(bag, 0.2, 0.3).wait(1), 1)


@scenario("dumping", 110, positive=False)
def people_stop_and_leave_nothing(street: Street) -> None:
    """A walker and a rider stop on the corner for 10 s each and go on with all they brought."""
    street.zones["corner"] = CORNER
    man = comer(street, vary(street, 5, 10), 11)
    carrying(street, man, "backpack")
    go_out(man.walk(0, 11).wait(vary(street, 8, 12)), 1)
    rider, bike = biker(street, vary(street, 45, 55), 13)
    pull_up(rider, 0, 13).wait(vary(street, 8, 12))
    ride_out(rider, bike, 1)


@scenario("dumping", 120, positive=False)
def parcel_fetched_by_the_shopkeeper(street: Street) -> None:
    """A courier leaves a parcel at a shop door and rides on; the shopkeeper takes it in after half a minute."""
    passers(street, 17.5)
    street.zones["corner"] = CORNER
    rider, bike = biker(street, vary(street, 6, 10), 11.5)
    parcel = street.add("object", rider.time, *rider.place)
    rider.take(parcel)
    pull_up(rider, 0, 11.5).dismount(0.3, 0.9).walk(0.6, 13.6).put(parcel, 0.2, 0.4).wait(2)
    keeper = street.person(rider.time + vary(street, 26, 34), 0.8, 15.2).walk(0.8, 14.4)
    beside(rider, bike, 0, 0.7).mount(bike)
    ride_out(rider, bike, 1)
    keeper.wait(1).take(parcel).walk(0.8, 15.2).leave()


@scenario("dumping", 120, positive=False)
def passers_stop_at_an_old_heap(street: Street) -> None:
    """The heap lay there before the play; two people stop beside it for 8 s and walk on."""
    street.zones["corner"] = CORNER
    street.add("object", 0, vary(street, -1, 1), 12)
    for i in range(2):
        man = comer(street, vary(street, 30, 36) + 35 * i, 11, (-1) ** i)
        go_out(man.walk(vary(street, -0.8, 0.8), 11).wait(vary(street, 7, 10)), -((-1) ** i))


@scenario("dumping", 110, positive=False)
def sweeper_removes_it_in_time(street: Street) -> None:
    """The bag lies there for 48 to 55 s, then a sweeper takes it away: a near miss."""
    man, bag = _brings(street)
    laid = bag.time
    go_out(man, 1)
    sweeper = comer(street, laid + 37, 12, -1)
    go_out(beside(sweeper, bag, -0.4, 0.3, 1.5).until(laid + vary(street, 48, 53)).take(bag), -1)


@scenario("dumping", 150, positive=False, settings={"away_s": 20})
def vendor_leaves_her_baskets_for_moments(street: Street) -> None:
    """She sells from behind her basket for two minutes and twice steps aside for some ten seconds."""
    traffic(street, 18)
    vendor, basket = _brings(street)
    x, y = vendor.place
    for _ in range(2):
        vendor.wait(vary(street, 25, 30)).walk(x + 4.5, y).wait(vary(street, 4, 6)).walk(x, y)
    go_out(vendor.wait(vary(street, 25, 30)).take(basket), 1)


@scenario("dumping", 110, positive=False)
def lorry_waits_on_the_corner(street: Street) -> None:
    """A lorry stops for 25 s, its driver gets out and in again, and nothing lies there afterwards."""
    street.zones["corner"] = CORNER
    parked(street, 6, 7.2, y=17)
    lorry = street.add("truck", vary(street, 8, 14), -edge(13) - 5, 13).drive(0, 13, 6)
    driver = street.person(lorry.time + 3, 3, 11.4).walk(0, 10.8).wait(vary(street, 8, 12)).walk(3, 11.4).leave()
    lorry.until(driver.time + 4).drive(edge(13) + 5, 13, 5).leave()


@scenario("dumping", 110, positive=False)
def traveller_rests_on_his_suitcase(street: Street) -> None:
    """He sets it down, stays at its side for half a minute, and takes it along."""
    man, case = _brings(street, "suitcase", 1)
    go_out(man.wait(vary(street, 24, 32)).take(case), -1)
