"""Items taken: from the wheel, the market, the kerb, by a swap; and those that stay, or go with whom they belong to."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    biker,
    carrying,
    comer,
    edge,
    go_out,
    passers,
    pull_up,
    ride_out,
    sets_down,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_until_gone
from pipeline.simulate.street import Street


@scenario("item_taken", 90)
def backpack_left_at_the_wheel_of_his_motorbike(street: Street) -> None:
    """He parks, sets his backpack down at the wheel and goes into a shop; a walker takes it and strolls back."""
    owner, _ = biker(street, vary(street, 3, 6), 12.6)
    bag = carrying(street, owner, "backpack")
    x = vary(street, -1.5, 1.5)
    pull_up(owner, x, 12.6).dismount(0.0, -0.8).wait(1).put(bag, 0.6, -0.2).wait(3)
    owner.walk(x - 2.2, 12.2).walk(x - 4, 17).leave()
    thief = comer(street, owner.time + vary(street, 4, 9), 10.8, 1).walk(x + 0.9, 11.0).wait(1.5).take(bag)
    start = thief.time
    go_out(thief, 1, 1.5)
    owner.appear(start + vary(street, 9, 12), x - 4, 17).walk(x - 2.2, 12.2).walk(x + 0.3, 11.6).wait(8)
    traffic(street, 19)
    expect_until_gone(street, "item_taken", start, thief)


@scenario("item_taken", 90)
def market_stream_carries_off_a_shopping_bag(street: Street) -> None:
    """She haggles two metres from her bag in a busy market; a woman in the stream stops, takes it, walks on."""
    owner, bag = sets_down(street, "handbag", 10)
    x = bag.place[0]
    for dx in (-4.6, -0.4, 4.4):
        street.add("object", 0, x + dx, 12.9)
    owner.wait(1).walk(x - 0.4, 11.6).until(70)
    for dx in (-4.8, 4.2):
        shopper = comer(street, vary(street, 2, 9), 11.8, -1 if dx < 0 else 1).walk(x + dx, 11.8)
        go_out(shopper.wait(vary(street, 34, 44)), -1 if dx < 0 else 1)
    thief = comer(street, vary(street, 28, 34), 9.2).walk(x - 0.4, 9.2).wait(2).take(bag)
    start = thief.time
    go_out(thief, 1, 1.3)
    go_out(owner, -1)
    passers(street, 8.2, 14.6, 15.6, every_s=6)
    expect_until_gone(street, "item_taken", start, thief)


@scenario("item_taken", 90)
def drops_it_as_she_runs_after_him(street: Street) -> None:
    """A thief runs off with her backpack, she after him; six metres on he drops it and flees, and she takes it back."""
    owner, bag = sets_down(street, "backpack", 12)
    x, y = bag.place
    side = -1 if x > 0 else 1
    owner.wait(2).walk(x - 3.4 * side, 13.2)
    thief = (
        comer(street, owner.time + vary(street, 12, 18), 11, side).walk(x + 0.5 * side, 11.2, 1.4).wait(0.5).take(bag)
    )
    start = thief.time
    thief.walk(x + 6.5 * side, 11.2, 2.8).put(bag, 0.2, -0.3)
    dropped = thief.time
    go_out(thief, side, 4.2)
    owner.until(start + 0.8).walk(bag.place[0] - 0.5 * side, y - 0.6, 3.2).wait(1).take(bag).wait(4)
    go_out(owner, -side)
    passers(street, 17.5)
    street.expect("item_taken", start, dropped)


@scenario("item_taken", 100)
def sets_his_case_beside_hers_and_takes_hers(street: Street) -> None:
    """A man sets his suitcase a metre from one whose owner telephones, rests, and walks off with hers, not his."""
    owner, case = sets_down(street, "suitcase", 12)
    x = case.place[0]
    owner.wait(3).walk(x - 4.8, 14.6).until(80)
    man = comer(street, owner.keys[0][0] + vary(street, 28, 33), 11.4, 1)
    own = carrying(street, man, "suitcase")
    man.walk(x + 1.7, 11.8).put(own, -0.4, -0.1).wait(vary(street, 4, 6)).walk(x + 0.3, 11.0).wait(0.5).take(case)
    start = man.time
    go_out(man.wait(0.5), 1, 1.3, y=10.2)
    go_out(owner, -1)
    passers(street, 18)
    expect_until_gone(street, "item_taken", start, man)


@scenario("item_taken", 90)
def while_he_pays_the_taxi(street: Street) -> None:
    """He sets his suitcase on the kerb and turns back to the driver's window; a walker takes it behind his back."""
    x = vary(street, -1.5, 1.0)
    taxi = street.add("car", vary(street, 3, 6), -edge(15.8) - 5, 15.8).drive(x, 15.8, 6.5)
    guest = street.person(taxi.time + 2, x - 0.8, 14.3)
    case = carrying(street, guest, "suitcase")
    guest.wait(1).walk(x + 0.3, 12.0).put(case, 0.4, -0.3).wait(2).walk(x + 1.0, 14.3)
    thief = comer(street, guest.time + vary(street, 4, 8), 11, 1).walk(x + 1.2, 11.3, 1.4).wait(1).take(case)
    start = thief.time
    go_out(thief, 1, 2.0)
    guest.until(start + 3).walk(x + 4.5, 12.5, 2.6).wait(14)
    taxi.until(start + vary(street, 9, 12)).drive(edge(15.8) + 5, 15.8, 6.0).leave()
    go_out(guest, 1)
    traffic(street, 20)
    expect_until_gone(street, "item_taken", start, thief)


@scenario("item_taken", 100, positive=False)
def like_suitcases_are_carried_past(street: Street) -> None:
    """Three travellers carry suitcases past one like theirs, closely, and one halts there; then its owner takes it."""
    owner, case = sets_down(street, "suitcase", 12.2)
    x = case.place[0]
    owner.wait(1).walk(x - 1.1, 13, 0.9)
    last = owner.time
    for i, side in enumerate((1.0, -1.0, 1.0)):
        other = comer(street, owner.time + 5 + 11 * i + vary(street, 0, 2), 11.0, side)
        carrying(street, other, "suitcase")
        if i == 1:
            other.walk(x - 0.4, 11.0).wait(vary(street, 3, 5))
        go_out(other, -side, 1.3)
        last = other.time
    owner.until(last + 4).walk(x - 0.3, 12.5, 0.9).take(case).wait(1)
    go_out(owner, -1)
    traffic(street, 18)


@scenario("item_taken", 110, positive=False)
def hawker_moves_on_with_her_two_baskets(street: Street) -> None:
    """Twice she sets her baskets down, customers stand around, and she takes both up as the last of them walks away."""
    hawker = comer(street, vary(street, 3, 5), 11.3)
    baskets = [carrying(street, hawker, "object")]
    baskets.append(street.add("object", hawker.time, *hawker.place))
    hawker.take(baskets[1], (-0.7, -0.2, 0.4))
    for x in (-3.2, 3.0):
        hawker.walk(x, 11.3, 1.1).put(baskets[0], 0.7, -0.3).put(baskets[1], -0.7, -0.3)
        busy = hawker.time + vary(street, 20, 24)
        for i, side in enumerate((1.0, -1.0)):
            customer = comer(street, hawker.time - 8 + 3 * i, 12.7, side).walk(x + 0.9 * side, 12.7)
            go_out(customer.until(busy - 4 + 4 * i), side)
        hawker.until(busy).take(baskets[0]).take(baskets[1], (-0.7, -0.2, 0.4)).wait(0.5)
    go_out(hawker, 1, 1.1)
    passers(street, 17.5)


@scenario("item_taken", 90, positive=False)
def rides_home_with_her_case_on_her_knees(street: Street) -> None:
    """Her brother comes to fetch her; she lifts her suitcase herself, sits up behind him with it, and off they go."""
    owner, case = sets_down(street, "suitcase", 11.4)
    x = owner.place[0]
    brother, bike = biker(street, owner.time + vary(street, 22, 28), 12.9, 1)
    pull_up(brother, x + 0.2, 12.9)
    owner.until(brother.time + vary(street, 2, 4)).take(case).wait(1).walk(x + 0.1, 12.1, 1.0).mount(bike)
    brother.until(owner.time)
    ride_out(brother, bike, -1, end_speed=7.5)
    go_out(comer(street, brother.time - 20, 15.5), 1)
    passers(street, 18)


@scenario("item_taken", 90, positive=False)
def display_cases_go_back_into_the_shop(street: Street) -> None:
    """Two suitcases have stood before the luggage shop all along, nobody's own; its man carries them in one by one."""
    x = vary(street, -1.5, 1.5)
    cases = [street.add("suitcase", 0, x + dx, 13.2) for dx in (0.0, 1.1)]
    man = street.person(vary(street, 32, 38), x + 0.6, 18.2)
    for case in cases:
        man.walk(case.place[0] - 0.3, 13.7).wait(1).take(case).wait(0.5).walk(x + 0.6, 18.2, 1.2).hide(case).leave()
        if case is cases[0]:
            man.appear(man.time + vary(street, 4, 6), x + 0.6, 18.2)
    passers(street, 7.9, every_s=13)


@scenario("item_taken", 100, positive=False)
def lifts_the_wrong_bag_and_turns_back(street: Street) -> None:
    """A stranger takes up the wrong backpack, sees it after a step and a half, puts it back and leaves with his own."""
    owner, bag = sets_down(street, "backpack", 12)
    x, y = bag.place
    owner.wait(1).walk(x - 1.6, 13.2)
    man = comer(street, owner.keys[0][0] + vary(street, 6, 8), 11.6, 1)
    own = carrying(street, man, "backpack")
    man.walk(x + 2.4, 12).put(own, -0.4, -0.3).wait(1).walk(x + 3.4, 13.2).wait(vary(street, 18, 24))
    man.walk(x + 0.5, 11.3).take(bag).walk(x + 0.8, 10.6, 1.0).wait(1.5).walk(x + 0.5, 11.3, 1.0)
    man.put(bag, x - man.place[0], y - man.place[1]).wait(1).walk(x + 2.3, 11.2).take(own).wait(0.5)
    go_out(man, 1)
    owner.until(man.time - vary(street, 0, 2)).walk(x - 0.3, 12.3).take(bag).wait(1)
    go_out(owner, -1)
    passers(street, 17.5)


@scenario("item_taken", 105, positive=False)
def back_from_the_shop_windows_she_carries_it_on(street: Street) -> None:
    """They come together; she looks at windows far off for long, returns, and carries on the case he watched."""
    husband, case = sets_down(street, "suitcase", 12)
    x = husband.place[0]
    wife = comer(street, husband.keys[0][0] + 0.8, 12.9).walk(x - 0.6, 12.9).until(husband.time + 6)
    wife.walk(x + 4.5, 16.8).wait(vary(street, 10, 14)).walk(x + 7, 16.8, 1.0).wait(vary(street, 6, 9))
    wife.walk(x + 0.7, 12.4).wait(3).take(case).wait(1)
    husband.until(wife.time + 3)
    go_out(wife, 1, 1.1)
    go_out(husband, 1, 1.3, y=12.8)
    passers(street, 8.6, 19, every_s=13)


@scenario("item_taken", 105, positive=False)
def car_lets_guests_with_bags_out_before_it(street: Street) -> None:
    """A car halts before a backpack and hides it, two with bags of their own get out and go; then it is still there."""
    owner, bag = sets_down(street, "backpack", 12.4)
    x = bag.place[0]
    owner.wait(2).walk(x + 5.0, 13.8)
    halt = 0.77 * x
    car = street.add("car", owner.time + vary(street, 3, 6), -edge(9.4) - 5, 9.4).drive(halt, 9.4, 5.5)
    for i, side in enumerate((-1.0, 1.0)):
        guest = street.person(car.time + 2 + i, halt + 0.5 * side, 7.9)
        carrying(street, guest, "backpack")
        go_out(guest.wait(vary(street, 2, 4)), side)
    car.wait(vary(street, 18, 22)).drive(edge(9.4) + 5, 9.4, 5.5).leave()
    owner.until(car.time + 3).walk(x + 0.3, 12.8).wait(1).take(bag).wait(1)
    go_out(owner, -1)
    passers(street, 18)
