"""Object abandoned: a thing is set down and all who belong to it go away, or one of them stays or comes back."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    beside,
    biker,
    carrying,
    comer,
    go_out,
    parked,
    passers,
    pull_up,
    ride_out,
    sets_down,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_alone, left
from pipeline.simulate.street import Street


@scenario("object_abandoned", 130)
def suitcase_left_on_the_pavement(street: Street) -> None:
    """A man sets a suitcase down, walks out of the picture and does not come back."""
    passers(street, 15, 17)
    owner, case = sets_down(street, "suitcase", 11.5)
    go_out(owner, 1)
    expect_alone(street, [owner], case)


@scenario("object_abandoned", 170)
def backpack_left_while_owner_waits_far_off(street: Street) -> None:
    """The owner stays in view, but seven metres away, for 85 s; then he fetches the backpack, which ends it."""
    traffic(street, 18)
    owner, bag = sets_down(street, "backpack", 11)
    x = 6.0 if bag.place[0] < 0 else -6.0
    owner.walk(x, 14).wait(vary(street, 80, 90))
    beside(owner, bag, 0.3, 0.4).wait(1)
    expect_alone(street, [owner], bag)
    go_out(owner.take(bag), 1)


@scenario("object_abandoned", 120)
def rider_leaves_a_bag_and_rides_off(street: Street) -> None:
    """A rider stops, gets down, puts a bag at the wall, mounts again and is gone."""
    rider, bike = biker(street, vary(street, 4, 8), 13)
    bag = street.add("backpack", rider.time, *rider.place)
    rider.take(bag)
    pull_up(rider, vary(street, -1, 1), 13).dismount(0, -0.9).walk(bike.place[0] + 0.5, 11).put(bag)
    beside(rider, bike).mount(bike)
    ride_out(rider, bike, 1)
    expect_alone(street, [rider], bag)


@scenario("object_abandoned", 90, settings={"seconds": 30, "radius_m": 2.0})
def handbag_left_where_half_a_minute_is_enough(street: Street) -> None:
    """A stricter place: the owner stays five metres away for the rest of the play."""
    owner, bag = sets_down(street, "handbag", 10)
    owner.walk(bag.place[0] + 5, 12)
    expect_alone(street, [owner], bag, 2.0)


@scenario("object_abandoned", 140)
def couple_leaves_a_suitcase_behind(street: Street) -> None:
    """Two come together and put a suitcase between them; both walk away, one to the left, one to the right."""
    passers(street, 15.5, 17)
    owner, case = sets_down(street, "suitcase", 12)
    wife = comer(street, owner.keys[0][0] + 0.3, 11).walk(owner.place[0] + 0.8, 11).until(owner.time)
    go_out(owner, 1)
    go_out(wife.wait(vary(street, 1, 3)), -1)
    expect_alone(street, [owner, wife], case)


@scenario("object_abandoned", 150)
def box_left_on_a_busy_pavement(street: Street) -> None:
    """A box is left, and strangers walk close by all the time: they are near, but it is not theirs."""
    owner, box = sets_down(street, "object", 11.5, 1)
    go_out(owner, -1)
    passers(street, 10.5, 12.8, 14, every_s=8)
    expect_alone(street, [owner], box)


@scenario("object_abandoned", 140)
def owner_disappears_into_a_house(street: Street) -> None:
    """He puts his bag on the pavement, goes into a door seven metres behind it and stays inside."""
    traffic(street, 17, every_s=25)
    owner, bag = sets_down(street, "backpack", 11)
    owner.walk(bag.place[0] + 1, 18.5).leave()
    expect_alone(street, [owner], bag)


@scenario("object_abandoned", 200, positive=False)
def owner_stays_within_two_metres_for_minutes(street: Street) -> None:
    """He sets his suitcase down and waits beside it for more than two minutes."""
    passers(street, 14.5, 17)
    owner, case = sets_down(street, "suitcase", 11.5)
    owner.walk(case.place[0] - 1.5, 11.8).wait(vary(street, 130, 145))
    go_out(beside(owner, case, 0.3, 0.4).take(case), 1)


@scenario("object_abandoned", 160, positive=False)
def owner_paces_around_his_bag(street: Street) -> None:
    """He walks to and fro for 100 s, on the phone, and is never more than 2.2 m from his bag."""
    traffic(street, 17)
    owner, bag = sets_down(street, "backpack", 11.5)
    x, y = bag.place
    for i in range(14):
        owner.walk(x + (2.0 if i % 2 else -2.0), y + 0.4, 0.9).wait(vary(street, 2, 4))
    go_out(beside(owner, bag, 0.3, 0.4).take(bag), -1)


@scenario("object_abandoned", 150, positive=False)
def friend_keeps_an_eye_on_the_bag(street: Street) -> None:
    """Two come together; the one who carried the bag goes away for 90 s, the other stays beside it."""
    passers(street, 15.5)
    owner, bag = sets_down(street, "backpack", 12)
    friend = comer(street, owner.keys[0][0] + 0.3, 11).walk(owner.place[0] + 0.9, 11.2)
    owner.wait(5)
    go_out(owner, 1)
    owner.appear(owner.time + vary(street, 75, 85), *owner.place)
    beside(owner, bag, 0.3, 0.4).take(bag)
    go_out(owner, -1)
    go_out(friend.until(owner.time - 6), -1)


@scenario("object_abandoned", 120, positive=False)
def owner_back_after_forty_seconds(street: Street) -> None:
    """He leaves his suitcase to look at something eight metres away and is back after some 40 s."""
    owner, case = sets_down(street, "suitcase", 11.5)
    owner.walk(case.place[0] + 7.5, 13.5).wait(vary(street, 31, 34))
    go_out(beside(owner, case, 0.3, 0.4).wait(2).take(case), 1)


@scenario("object_abandoned", 120, positive=False)
def bag_fetched_at_the_last_moment(street: Street) -> None:
    """The bag is alone for 52 to 55 s when its owner, who was in view all the time, comes back: a near miss."""
    passers(street, 16)
    owner, bag = sets_down(street, "backpack", 11)
    owner.walk(bag.place[0] - 6, 11.5, 1.3)
    away = left(street, [owner], bag, 3.0, bag.time)
    owner.until(away + vary(street, 50, 52))
    go_out(beside(owner, bag, 0.3, 0.4).wait(1).take(bag), -1)


@scenario("object_abandoned", 90, positive=False)
def short_rest_with_a_heavy_suitcase(street: Street) -> None:
    """A traveller sets his suitcase down twice for 15 s, stands beside it, and goes on."""
    traffic(street, 18)
    owner, case = sets_down(street, "suitcase", 12)
    go_out(owner.wait(vary(street, 10, 14)).take(case).walk(4.5, 12).put(case).wait(15).take(case), 1)


@scenario("object_abandoned", 170, positive=False)
def vendor_sits_behind_her_baskets(street: Street) -> None:
    """She puts two baskets down and sits behind them for two minutes; customers come and go."""
    vendor = comer(street, vary(street, 3, 6), 12)
    baskets = [carrying(street, vendor, "object") for _ in range(2)]
    vendor.walk(0, 12).put(baskets[0], -0.8, -0.5).put(baskets[1], 0.8, -0.5).wait(vary(street, 110, 125))
    for i in range(3):
        customer = comer(street, 25 + 30 * i, 10.5, (-1) ** i).walk(vary(street, -0.5, 0.5), 10.6)
        go_out(customer.wait(vary(street, 6, 12)), (-1) ** i)
    go_out(vendor.take(baskets[0]).take(baskets[1], (-0.3, -0.2, 0.4)), 1)


@scenario("object_abandoned", 150, positive=False, settings={"radius_m": 7.0})
def owner_four_metres_away_in_a_wide_radius(street: Street) -> None:
    """He waits four to five metres from his bag for 100 s where seven are allowed."""
    passers(street, 16)
    owner, bag = sets_down(street, "backpack", 11)
    owner.walk(bag.place[0] + vary(street, 4, 5), 11.5).wait(vary(street, 95, 105))
    go_out(beside(owner, bag, 0.3, 0.4).take(bag), 1)


@scenario("object_abandoned", 170, positive=False)
def owner_looks_after_his_bag_twice(street: Street) -> None:
    """He goes away for 40 s, comes back to look, and goes away for 40 s again: never away for a minute."""
    owner, bag = sets_down(street, "suitcase", 11.5)
    for _ in range(2):
        owner.walk(bag.place[0] + 6.5, 12.5).wait(vary(street, 30, 33))
        beside(owner, bag, 0.3, 0.5).wait(vary(street, 8, 10))
    go_out(owner.take(bag), 1)


@scenario("object_abandoned", 120, positive=False)
def motorbikes_and_bicycles_are_parked_and_left(street: Street) -> None:
    """A rider parks and walks away for good; a motorbike is no piece of luggage."""
    parked(street, 2, 3.2, y=14)
    rider, _ = biker(street, vary(street, 4, 8), 13)
    go_out(pull_up(rider, -1, 13).dismount().wait(2), 1, y=11.5)
