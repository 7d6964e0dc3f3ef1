"""Abandoned objects: left by owner and company for more than a minute, or never quite out of somebody's care."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    biker,
    carrying,
    comer,
    go_out,
    pace_until,
    parked,
    passers,
    pillion,
    pull_up,
    ride_out,
    sets_down,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import back, expect_alone, left
from pipeline.simulate.street import Street


@scenario("object_abandoned", 125)
def pillion_forgets_her_suitcase_at_the_kerb(street: Street) -> None:
    """Two stop, she sets the suitcase down to tie her poncho, and both ride off without it for good."""
    rider, bike = biker(street, vary(street, 4, 7), 12)
    girl = pillion(street, bike)
    case = street.add("suitcase", girl.time, *girl.place)
    girl.take(case, (-0.3, -0.3, 0.5))
    pull_up(rider, 0, 12)
    girl.dismount(-0.4, -0.9).wait(1).put(case, -0.6, -0.2).wait(vary(street, 7, 9)).walk(-0.4, 11.4).mount(bike)
    rider.until(girl.time)
    ride_out(rider, bike, 1)
    traffic(street, 16)
    expect_alone(street, [rider, girl], case)


@scenario("object_abandoned", 130)
def bag_stays_at_the_shutter_while_its_owner_is_indoors(street: Street) -> None:
    """He sets his suitcase down, goes in at a door five metres away for 80 s, and fetches it; people walk close by."""
    owner, case = sets_down(street, "suitcase", 12)
    passers(street, 10.5, 13.5, every_s=12)
    set_down = case.time
    owner.wait(4).walk(case.place[0] + 2, 17.5).leave()
    owner.appear(owner.time + vary(street, 76, 84), *owner.place).walk(case.place[0], 12.5).take(case)
    go_out(owner, 1)
    start = left(street, [owner], case, 3.0, set_down + 0.5)
    street.expect("object_abandoned", start, back(street, [owner], case, 3.0, start))


@scenario("object_abandoned", 160)
def peddler_fetches_one_of_two_and_forgets_the_other(street: Street) -> None:
    """After 25 s he comes back for the one of his two bags and is gone: the other lies alone for 75 s from then on."""
    owner = comer(street, vary(street, 3, 5), 12)
    first, second = carrying(street, owner, "backpack"), carrying(street, owner, "suitcase")
    owner.walk(0, 12).put(first, 0.6, -0.4).put(second, -0.6, 0.3).wait(7).walk(6.5, 13).wait(vary(street, 19, 23))
    owner.walk(0.4, 12.3).wait(1).take(first).wait(1)
    gone = owner.time
    go_out(owner, -1, y=14)
    traffic(street, 17)
    street.expect("object_abandoned", left(street, [owner], second, 3.0, gone), street.seconds)


@scenario("object_abandoned", 150)
def three_friends_leave_the_backpack_one_after_another(street: Street) -> None:
    """The owner goes first, his two friends stay beside it for 10 and 20 s more; only then is it alone, for 80 s."""
    owner, bag = sets_down(street, "backpack", 12)
    x, start = bag.place[0], owner.keys[0][0]
    group = [owner, *(comer(street, start + i, 12 + i).walk(x - 0.4 + 0.8 * i, 12 + 0.9 * i) for i in (1, 2))]
    stop = max(person.time for person in group)
    for i, person in enumerate(group):
        go_out(person.until(stop + vary(street, 9, 11) + 10 * i), -1 if i == 1 else 1)
    passers(street, 16)
    expect_alone(street, group, bag)


@scenario("object_abandoned", 110, positive=False)
def owner_chats_at_the_next_stall_for_fifty_seconds(street: Street) -> None:
    """He is six metres away for 46 to 50 s, his back to the bag, and then takes it along: short of a minute."""
    owner, bag = sets_down(street, "backpack", 12)
    seller = street.person(0, bag.place[0] + 7.2, 13.5)
    owner.wait(4).walk(bag.place[0] + 6.0, 13).wait(vary(street, 40, 43)).walk(bag.place[0], 12.3, 1.5).take(bag)
    go_out(owner, -1)
    seller.until(street.seconds)


@scenario("object_abandoned", 150, positive=False)
def mechanic_walks_round_the_motorbike_beside_his_bag(street: Street) -> None:
    """For 100 s he works at both ends of a parked motorbike, never more than two and a half metres from his bag."""
    owner, bag = sets_down(street, "backpack", 12)
    x = bag.place[0]
    parked(street, x + 1.3, y=13.2, heading_deg=0)
    stop = owner.time + vary(street, 95, 105)
    while owner.time < stop:
        owner.walk(x + 2.2, 12.2, 1.0).wait(vary(street, 8, 12)).walk(x + 0.1, 12.6, 1.0).wait(vary(street, 8, 12))
    owner.take(bag)
    go_out(owner, 1)


@scenario("object_abandoned", 150, positive=False)
def husband_queues_and_wife_stays_with_the_suitcase(street: Street) -> None:
    """They come together; he is away for 90 s while she walks up and down within two metres of the suitcase."""
    husband, case = sets_down(street, "suitcase", 12)
    x = case.place[0]
    wife = comer(street, husband.keys[0][0] + 1, 13).walk(x + 0.6, 13).until(husband.time)
    husband.wait(4)
    go_out(husband, 1)
    husband.appear(husband.time + vary(street, 80, 88), *husband.place)
    pace_until(wife.wait(3), husband.time + 4, 12.6, 13.6, 0.5)
    husband.walk(x + 0.2, 11.3).until(wife.time).take(case)
    go_out(husband, -1)
    go_out(wife, -1)
    passers(street, 16)


@scenario("object_abandoned", 130, positive=False)
def left_in_the_care_of_a_friend_who_was_waiting(street: Street) -> None:
    """He sets his suitcase down at the feet of a waiting friend, they talk for 20 s, and the friend stays with it."""
    friend = street.person(0, 0.8, 12.8)
    owner = comer(street, vary(street, 3, 6), 12)
    case = carrying(street, owner, "suitcase")
    owner.walk(-0.4, 12).put(case, 0.5, -0.3).wait(vary(street, 18, 22))
    go_out(owner, -1)
    traffic(street, 16)
    friend.until(street.seconds)


@scenario("object_abandoned", 150, positive=False)
def loader_is_away_twice_for_half_a_minute(street: Street) -> None:
    """The box is alone twice for 33 s at most, and between the two he stands over it for a quarter of a minute."""
    owner, box = sets_down(street, "object", 12)
    owner.wait(4)
    for _ in range(2):
        owner.walk(box.place[0] + 5.5, 14).wait(vary(street, 24, 27)).walk(box.place[0], 12.6).wait(
            vary(street, 13, 16)
        )
    owner.take(box)
    go_out(owner, 1)
    passers(street, 16, 9)


@scenario("object_abandoned", 140, positive=False)
def sister_who_came_along_carries_it_home(street: Street) -> None:
    """The brother sets the backpack down and runs off; his sister plays beside it for a minute and takes it home."""
    brother, bag = sets_down(street, "backpack", 12)
    x = bag.place[0]
    sister = comer(street, brother.keys[0][0] + 1.2, 12.8).walk(x + 0.5, 12.9).until(brother.time)
    brother.wait(5)
    go_out(brother, 1, 2.6)
    for _ in range(4):
        sister.wait(vary(street, 9, 11)).walk(x - 0.8, 13.2, 0.6).wait(vary(street, 3, 5)).walk(x + 0.5, 12.9, 0.6)
    sister.walk(x, 12.5).take(bag)
    go_out(sister, 1)
    passers(street, 17)
