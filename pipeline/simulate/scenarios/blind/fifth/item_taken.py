"""Items taken: a stranger walks off with a bag whose owner is near or far, and all who may carry it themselves."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    car_by,
    carrying,
    comer,
    edge,
    go_out,
    parked,
    passers,
    ride_out,
    sets_down,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_until_gone
from pipeline.simulate.street import Actor, Street


def with_him(street: Street, owner: Actor, dx: float, y: float) -> Actor:
    """Somebody who comes in right behind the owner and then stands dx metres from him, at depth y."""
    return comer(street, owner.keys[0][0] + 1.2, y).walk(owner.place[0] + dx, y).until(owner.time)


@scenario("item_taken", 90)
def boy_runs_off_with_a_backpack_from_the_noodle_queue(street: Street) -> None:
    """Her backpack stands behind her at the stall; a boy comes up, takes it and runs; she runs after him."""
    street.add("object", 0, 0, 16.2)
    street.person(0, 0, 17.2)
    owner, bag = sets_down(street, "backpack", 13)
    x = bag.place[0]
    owner.wait(2).walk(x - 0.3, 14.6)
    boy = comer(street, owner.time + vary(street, 18, 24), 12, 1).walk(x + 0.6, 12.3, 1.5).take(bag)
    start = boy.time
    go_out(boy, 1, 3.2)
    owner.until(start + 1.5).walk(x + 5, 13, 2.8).wait(12)
    go_out(owner, -1)
    traffic(street, 9, every_s=15)
    expect_until_gone(street, "item_taken", start, boy)


@scenario("item_taken", 100)
def schoolbag_goes_while_its_owner_plays_shuttlecock(street: Street) -> None:
    """Two girls play seven metres away with their eyes on the shuttlecock; a youth strolls by and takes one's bag."""
    owner, bag = sets_down(street, "backpack", 12)
    x = bag.place[0]
    mate = with_him(street, owner, 1.5, 13)
    for girl, far_x, far_y in ((owner.wait(4), x + 6, 14.5), (mate.wait(5), x + 7.5, 16.0)):
        girl.walk(far_x, far_y, 1.8)
        while girl.time < 70:
            girl.walk(far_x + vary(street, -0.6, 0.6), far_y + vary(street, -0.6, 0.6), 1.2).wait(vary(street, 1, 3))
    youth = comer(street, vary(street, 36, 42), 11.3, 1).walk(x + 0.5, 11.3).wait(1).take(bag)
    start = youth.time
    go_out(youth, -1, 1.4)
    passers(street, 18.5)
    expect_until_gone(street, "item_taken", start, youth)


@scenario("item_taken", 100)
def suitcase_disappears_in_the_house_behind(street: Street) -> None:
    """He telephones five metres off with his back to it; somebody comes out of a door, takes it, and goes in again."""
    owner, case = sets_down(street, "suitcase", 12)
    x = case.place[0]
    owner.wait(4).walk(x - 5, 11.2).until(85)
    man = street.person(vary(street, 32, 38), x + 2.5, 18.5)
    man.walk(x + 0.5, 12.6, 1.2).wait(1).take(case)
    start = man.time
    man.walk(x + 2.5, 18.5, 1.5).leave()
    go_out(owner, -1)
    passers(street, 9.3, 15.5, every_s=14)
    expect_until_gone(street, "item_taken", start, man)


@scenario("item_taken", 110)
def stolen_soon_after_a_lorry_rolled_past(street: Street) -> None:
    """A lorry hides owner and suitcase for moments; when it is past, a stranger walks up and takes the suitcase."""
    owner, case = sets_down(street, "suitcase", 12.5)
    x = case.place[0]
    owner.wait(3).walk(x - 2.8, 14)
    lorry = street.add("truck", owner.time + vary(street, 6, 9), -18, 8.5).drive(18, 8.5, 4.0).leave()
    thief = comer(street, lorry.time + vary(street, 3, 6), 11.4, 1).walk(x + 0.6, 12).wait(2).take(case)
    start = thief.time
    go_out(thief, 1, 1.6)
    owner.until(start + 8).walk(x + 4, 12.5, 2.0).wait(6)
    go_out(owner, -1)
    passers(street, 17.5)
    expect_until_gone(street, "item_taken", start, thief)


@scenario("item_taken", 100, positive=False)
def grandfather_carries_the_schoolbag_home(street: Street) -> None:
    """They come together; the boy drops his bag and plays, his grandfather stands by it, takes it up and calls him."""
    boy, bag = sets_down(street, "backpack", 12)
    x = bag.place[0]
    grandfather = with_him(street, boy, 1.2, 12.9)
    boy.wait(2).walk(x + 4.5, 14.5, 1.8)
    while boy.time < grandfather.time + 26:
        boy.walk(x + 4.5 + vary(street, -0.8, 0.8), 14.5 + vary(street, -0.8, 0.8), 1.4).wait(vary(street, 1, 3))
    grandfather.until(boy.time).walk(x + 0.3, 12.3, 1.0).wait(1).take(bag).wait(2)
    go_out(grandfather, 1, 1.1)
    go_out(boy.until(grandfather.keys[-2][0] + 1.5), 1, 1.2)
    passers(street, 9.3, 17.5)


@scenario("item_taken", 100, positive=False)
def friends_swap_their_loads_after_the_rest(street: Street) -> None:
    """Two come together, one with a backpack and one with a suitcase; after half a minute each carries the other's."""
    first, pack = sets_down(street, "backpack", 12)
    x = pack.place[0]
    second = comer(street, first.keys[0][0] + 1.2, 13)
    case = carrying(street, second, "suitcase")
    second.walk(x + 0.8, 13, 1.3).put(case, 0.4, -0.3).wait(1)
    stop = second.time + vary(street, 24, 30)
    first.walk(x - 0.2, 12.8, 0.8).until(stop).walk(x + 0.9, 12.2, 1.0).take(case).wait(1)
    second.until(stop + 0.5).walk(x + 0.4, 12.6, 1.0).take(pack).wait(1)
    go_out(first, 1, 1.2)
    go_out(second, 1, 1.2, y=13.6)
    traffic(street, 17.5)


@scenario("item_taken", 110, positive=False)
def he_fetches_his_bicycle_and_then_the_bag(street: Street) -> None:
    """He sets his bag down, walks to his bicycle seven metres away, wheels it to the bag, and cycles off with both."""
    owner, bag = sets_down(street, "backpack", 12.5)
    x = bag.place[0]
    cycle = street.add("bicycle", 0, x + 7.2, 14.5)
    owner.wait(4).walk(x + 7, 13.8).wait(vary(street, 8, 12)).push(cycle, x + 1.3, 10.9, 1.2).wait(2)
    owner.walk(x + 1.0, 10.4).walk(x, 10.6).walk(x, 11.8).take(bag).wait(1).walk(x, 10.6).walk(x + 1.2, 10.4)
    owner.mount(cycle)
    ride_out(owner, cycle, -1, end_speed=4.5)
    passers(street, 9, 18, every_s=13)


@scenario("item_taken", 100, positive=False)
def bus_rolls_by_as_she_lifts_her_suitcase(street: Street) -> None:
    """Just as the owner bends down a bus drives by before her; when it is past she walks on with her own suitcase."""
    owner, case = sets_down(street, "suitcase", 12)
    x = case.place[0]
    owner.wait(2).walk(x - 1.2, 13.2, 0.8).wait(vary(street, 22, 28)).walk(x - 0.2, 12.3, 0.8)
    owner.wait(1).take(case)
    car_by(street, owner.time - (edge(8) + 5 + x) / 9, 8, -1, 9, kind="bus")
    owner.wait(2)
    go_out(owner, 1)
    stranger = comer(street, owner.keys[-3][0] - 30, 14.8, 1).walk(x + 3.8, 14.8).wait(vary(street, 42, 48))
    go_out(stranger, 1)
    passers(street, 17.5)


@scenario("item_taken", 100, positive=False)
def waiter_lifts_it_out_of_the_puddle(street: Street) -> None:
    """A waiter carries a guest's bag a metre and a half aside and back after the sweeping; then she takes it."""
    owner, bag = sets_down(street, "backpack", 12.5)
    x = bag.place[0]
    owner.wait(4).walk(x - 3.5, 15)
    waiter = street.person(vary(street, 32, 36), x + 2, 18).walk(x + 0.6, 12.6).take(bag).wait(1)
    waiter.walk(x + 1.4, 13, 0.8).put(bag, 0.0, -0.4).wait(vary(street, 8, 11)).take(bag).walk(x + 0.4, 12.6, 0.8)
    waiter.put(bag, -0.4, -0.4).wait(2).walk(x + 2, 18).leave()
    owner.until(waiter.time + vary(street, 3, 6)).walk(x - 0.2, 12.6).take(bag)
    go_out(owner, -1)
    traffic(street, 9, every_s=14)


@scenario("item_taken", 100, positive=False)
def porter_sets_it_down_and_the_lady_carries_it_on(street: Street) -> None:
    """A porter comes with her and carries her suitcase; he is paid and stays, and she walks off with it alone."""
    porter, case = sets_down(street, "suitcase", 12)
    x = case.place[0]
    lady = with_him(street, porter, 1.3, 12.7).wait(vary(street, 16, 22)).walk(x + 0.4, 12.2, 0.8).take(case).wait(1)
    porter.walk(x - 0.8, 12.8, 0.8).until(lady.time + 4)
    go_out(lady, 1)
    go_out(porter, -1)
    parked(street, -6, -4.8, y=15.5)
    passers(street, 9.3, 17.5, every_s=13)
