"""Abandoned objects: forgotten or left for over a minute, or minded, fetched in time, never far from their people."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    biker,
    comer,
    go_out,
    pace_until,
    parked,
    passers,
    pull_up,
    ride_out,
    sets_down,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import back, expect_alone, left
from pipeline.simulate.street import Street


@scenario("object_abandoned", 140)
def schoolbag_beside_the_football_pitch(street: Street) -> None:
    """A boy drops his backpack and plays six metres and more away from it for 85 s, in view, before he fetches it."""
    boy, bag = sets_down(street, "backpack", 12)
    x, set_down = bag.place[0], bag.time
    mates = [comer(street, 6 + i, 14.5 + 1.5 * i, 1).walk(x + 7.5 - i, 15 + i) for i in range(2)]
    boy.wait(5).walk(x + 6.5, 14, 2.0)
    stop = boy.time + vary(street, 80, 86)
    while boy.time < stop:
        boy.walk(x + vary(street, 6, 7.5), vary(street, 13, 17), 1.8).wait(vary(street, 1, 4))
    for mate in mates:
        while mate.time < stop:
            mate.walk(x + vary(street, 6, 7.5), vary(street, 14, 18), 1.8).wait(vary(street, 1, 4))
    boy.walk(x, 12.5, 2.0).take(bag)
    go_out(boy, -1)
    start = left(street, [boy], bag, 3.0, set_down + 0.5)
    street.expect("object_abandoned", start, back(street, [boy], bag, 3.0, start))


@scenario("object_abandoned", 130)
def basket_is_left_after_a_rest_at_the_market(street: Street) -> None:
    """She rests beside her basket for 20 s amid the shoppers and walks home without it; nobody else touches it."""
    woman, basket = sets_down(street, "object", 12.5)
    passers(street, 10.5, 14.5, every_s=9)
    parked(street, 6, 7.2, y=17)
    woman.wait(vary(street, 17, 22))
    go_out(woman, 1)
    expect_alone(street, [woman], basket)


@scenario("object_abandoned", 125)
def cyclist_unstraps_a_suitcase_and_pedals_on(street: Street) -> None:
    """He stops, lifts the suitcase off the carrier to mend the strap, and cycles on without it as motorbikes pass."""
    man, cycle = biker(street, vary(street, 4, 8), 12, 1, "bicycle")
    case = street.add("suitcase", man.time, *man.place)
    man.take(case, (-0.5, 0.0, 0.4))
    pull_up(man, vary(street, -1, 1), 12, 4.0).dismount(0.2, 0.9).wait(2).put(case, 0.9, 0.3)
    man.wait(vary(street, 9, 12)).mount(cycle)
    ride_out(man, cycle, -1, end_speed=4.5)
    traffic(street, 16.5, every_s=10)
    expect_alone(street, [man], case)


@scenario("object_abandoned", 130)
def traveller_boards_the_bus_without_his_bag(street: Street) -> None:
    """He waits beside his suitcase; a bus stops behind him, he walks six metres along it, gets in and is driven off."""
    man, case = sets_down(street, "suitcase", 11.5)
    x = case.place[0]
    bus = street.add("bus", man.time + vary(street, 6, 9), -26, 16.5).drive(-8, 16.5, 7).drive(x + 2, 16.5, 2.5)
    man.until(bus.time + 1).walk(x + 6, 14.8).leave()
    bus.until(man.time + 3).drive(x + 8, 16.5, 2.5).drive(28, 16.5, 7).leave()
    passers(street, 9.3, every_s=12)
    expect_alone(street, [man], case)


@scenario("object_abandoned", 150, positive=False)
def angler_forgets_all_about_his_tackle_box(street: Street) -> None:
    """For 110 s he fishes with his back to his box, now left, now right of it, but never more than two metres off."""
    man, box = sets_down(street, "object", 12.5)
    x = box.place[0]
    stop = man.time + vary(street, 100, 110)
    while man.time < stop:
        man.walk(x + vary(street, 0.8, 1.8), 13.2, 0.7).wait(vary(street, 9, 14))
        man.walk(x - vary(street, 0.8, 1.8), 13.2, 0.7).wait(vary(street, 9, 14))
    man.walk(x - 0.5, 12.6).take(box)
    go_out(man, -1)
    passers(street, 10, 16)


@scenario("object_abandoned", 150, positive=False)
def toddler_runs_off_three_times(street: Street) -> None:
    """The mother leaves her backpack to run after her child, seven metres and back in 15 s, three times over."""
    mother, bag = sets_down(street, "backpack", 12)
    x = bag.place[0]
    child = comer(street, mother.keys[0][0] + 1, 12.8).walk(x + 0.7, 12.9).until(mother.time)
    for _ in range(3):
        rest = vary(street, 14, 18)
        child.wait(rest).walk(x + 7, 14.5, 1.6).wait(2).walk(x + 0.7, 12.9, 1.4)
        mother.wait(rest + 1).walk(x + 6.2, 14.3, 1.8).until(child.time - 5).walk(x - 0.3, 12.5, 1.4).until(child.time)
    mother.wait(3).take(bag)
    go_out(mother, -1)
    go_out(child.until(mother.keys[-2][0]), -1)
    traffic(street, 18)


@scenario("object_abandoned", 150, positive=False)
def two_aunts_mind_the_suitcase_for_the_niece(street: Street) -> None:
    """Three come together; the niece who carried it queues out of sight for 85 s, one aunt or both stay beside it."""
    niece, case = sets_down(street, "suitcase", 12)
    x = case.place[0]
    aunts = []
    for i in range(2):
        place = (x - 0.7 + 1.5 * i, 13 + 0.6 * i)
        aunts.append(comer(street, niece.keys[0][0] + 1 + i, place[1]).walk(*place))
    niece.wait(6)
    go_out(niece, 1)
    niece.appear(niece.time + vary(street, 72, 78), *niece.place)
    aunts[1].until(niece.keys[0][0] + 45).walk(x + 5, 15).wait(vary(street, 12, 16)).walk(x + 0.8, 13.6)
    pace_until(aunts[0].until(aunts[1].time), niece.time + 4, 12.8, 13.6, 0.5)
    niece.walk(x + 0.2, 11.4).until(aunts[0].time).take(case)
    go_out(niece, -1)
    for i, aunt in enumerate(aunts):
        go_out(aunt.until(niece.keys[-2][0] + 1 + i), -1)
    passers(street, 17.5)


@scenario("object_abandoned", 150, positive=False)
def pavement_barber_and_his_bag_of_tools(street: Street) -> None:
    """He sets his bag down by the chair, and for 95 s steps round his customer, never two metres from the bag."""
    barber, bag = sets_down(street, "backpack", 12.4)
    x = bag.place[0]
    customer = comer(street, barber.time + 3, 14.6, 1).walk(x + 0.9, 13.4)
    stop = customer.time + vary(street, 90, 96)
    barber.walk(x + 0.1, 13.2)
    while barber.time < stop:
        for dx, y in ((0.1, 13.4), (0.8, 12.6), (1.5, 13.0)):
            barber.walk(x + dx, y, 0.8).wait(vary(street, 4, 7))
    go_out(customer.until(barber.time), 1, y=14.6)
    barber.walk(x - 0.3, 12.8).take(bag)
    go_out(barber, -1)
    passers(street, 10, 17)


@scenario("object_abandoned", 110, positive=False)
def short_prayer_at_the_wayside_shrine(street: Street) -> None:
    """She leaves her bag on the kerb, prays six metres off for 35 s, and carries it home."""
    woman, bag = sets_down(street, "backpack", 11.5)
    x = bag.place[0]
    street.add("object", 0, x + 5.5, 17.0)
    woman.wait(4).walk(x + 5.5, 15.8).wait(vary(street, 30, 34)).walk(x - 0.2, 11.8).take(bag)
    go_out(woman, -1)
    passers(street, 9.3, 18.5)


@scenario("object_abandoned", 140, positive=False)
def courier_stays_until_the_box_is_fetched(street: Street) -> None:
    """He sets the box down at a gate, rings, and waits beside it for a minute until the housewife carries it in."""
    courier, box = sets_down(street, "object", 13)
    x = box.place[0]
    courier.wait(3).walk(x - 1.2, 13.8, 0.8).wait(vary(street, 55, 60)).walk(x - 0.9, 12.8, 0.8)
    wife = street.person(courier.time, x + 1.5, 18).walk(x + 0.5, 13.6).wait(vary(street, 4, 6)).take(box)
    wife.wait(1).walk(x + 1.5, 18).leave()
    go_out(courier.until(wife.time), -1)
    traffic(street, 9, every_s=13)
