"""Group loitering: three and more who stay together for a minute, and groups that fall short by a man or some time."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import biker, comer, friends, go_out, parked, pull_up, ride_out, traffic, vary
from pipeline.simulate.scenarios.moments import expect_stay
from pipeline.simulate.street import Street

CORNER = [(-5.0, 9.5), (5.0, 9.5), (5.0, 16.5), (-5.0, 16.5)]


@scenario("group_loitering", 125)
def three_on_stools_beside_the_cane_cart(street: Street) -> None:
    """Three sit round the cart for 75 s while motorbikes pass between them and the camera every few seconds."""
    street.zones["corner"] = CORNER
    street.add("object", 0, 0, 14.2)
    traffic(street, 7.5, every_s=8)
    group = friends(street, 3, vary(street, 3, 6), 0, 12.8)
    stop = group[-1].time + vary(street, 70, 78)
    for person in group:
        go_out(person.until(stop), 1)
    expect_stay(street, "group_loitering", group, "corner", 3)


@scenario("group_loitering", 150)
def fourth_is_called_home_and_three_stay(street: Street) -> None:
    """Four youths come; one leaves for good after half a minute, the other three are there for 80 s."""
    street.zones["corner"] = CORNER
    group = friends(street, 4, vary(street, 3, 6), 0.5, 13)
    stop = group[-1].time + vary(street, 74, 82)
    go_out(group[3].wait(vary(street, 26, 32)), 1, y=11)
    for person in group[:3]:
        go_out(person.until(stop), -1)
    expect_stay(street, "group_loitering", group, "corner", 3)


@scenario("group_loitering", 160)
def third_man_joins_and_a_peddler_walks_through(street: Street) -> None:
    """Two wait for 20 s until the third is there; then all stay for 72 s, and a peddler squeezes past them twice."""
    street.zones["corner"] = CORNER
    start = vary(street, 3, 6)
    group = [comer(street, start, 13).walk(-1, 13), comer(street, start + 1, 13.2, 1).walk(0.6, 13.2)]
    third = comer(street, start + vary(street, 26, 30), 12).walk(-0.2, 12)
    stop = third.time + vary(street, 68, 75)
    for time, side in ((third.time + 5, 1), (third.time + 40, -1)):
        go_out(comer(street, time, 11, side), -side)
    for person in (*group, third):
        go_out(person.until(stop), -1, y=person.place[1] + 1)
    expect_stay(street, "group_loitering", [*group, third], "corner", 3)


@scenario("group_loitering", 140)
def mechanic_talk_round_a_motorbike_far_back(street: Street) -> None:
    """Three stand round a motorbike 17 m away for 80 s; one of them steps out of the zone for two seconds."""
    street.zones["corner"] = [(-4.0, 14.0), (4.0, 14.0), (4.0, 20.0), (-4.0, 20.0)]
    parked(street, 0, y=17)
    start = vary(street, 3, 5)
    group = [
        comer(street, start + i, y, 1).walk(x, y) for i, (x, y) in enumerate(((-1.3, 16.9), (1.3, 17.2), (0, 18.6)))
    ]
    stop = group[-1].time + vary(street, 72, 80)
    group[1].wait(vary(street, 28, 36)).walk(4.8, 17).wait(0.7).walk(1.3, 17.2)
    for person in group:
        go_out(person.until(stop), 1)
    expect_stay(street, "group_loitering", group, "corner", 3)


@scenario("group_loitering", 130, positive=False)
def third_is_fetched_by_his_wife_after_fifty_seconds(street: Street) -> None:
    """All three are together for about 50 s, then his wife leads the third away; the two stay for long."""
    street.zones["corner"] = CORNER
    group = friends(street, 3, vary(street, 3, 6), 0, 13)
    third = group[2].wait(vary(street, 42, 45))
    wife = comer(street, third.time - 11.5, 10.2, -1).walk(-5.8, 10.2).until(third.time)
    go_out(third, -1, y=11.2)
    go_out(wife, -1)
    for person in group[:2]:
        go_out(person.until(third.time + 40), 1)


@scenario("group_loitering", 160, positive=False)
def two_porters_and_a_passer_by_now_and_then(street: Street) -> None:
    """Two wait for more than two minutes; every 20 s a single passer-by is in the zone with them for 8 s."""
    street.zones["corner"] = CORNER
    start = vary(street, 2, 4)
    for x, side in ((-0.8, -1.0), (0.8, 1.0)):
        comer(street, start, 13.5, side).walk(x, 13.5)
    for i in range(6):
        side = 1 if i % 2 else -1
        go_out(comer(street, 12 + 20 * i + vary(street, -1, 1), 11, side), -side)


@scenario("group_loitering", 180, positive=False)
def third_must_look_after_the_stall_again_and_again(street: Street) -> None:
    """Two men chat; the stall keeper joins them for 25 s, then stands at his stall outside for 15 s, three times."""
    street.zones["corner"] = CORNER
    start = vary(street, 2, 4)
    for x, y in ((-1.5, 12.5), (-0.2, 13.6)):
        comer(street, start, y).walk(x, y)
    keeper = street.person(0, 7, 13).until(start + 12)
    for _ in range(3):
        keeper.walk(1.2, 12.6).wait(vary(street, 18, 22)).walk(7, 13).wait(vary(street, 13, 17))


@scenario("group_loitering", 140, positive=False, settings={"count": 4})
def three_and_a_dog_where_four_are_needed(street: Street) -> None:
    """Three and their dog stay for 90 s; a fourth man asks something and is gone after a quarter of a minute."""
    street.zones["corner"] = CORNER
    street.add("dog", 0, 2.6, 12.2)
    group = friends(street, 3, vary(street, 3, 6), 0, 13)
    stop = group[-1].time + vary(street, 85, 95)
    asks = comer(street, vary(street, 35, 42), 11, 1).walk(0.4, 11).wait(vary(street, 8, 11))
    go_out(asks, -1)
    for person in group:
        go_out(person.until(stop), 1)


@scenario("group_loitering", 130, positive=False)
def half_of_the_party_stands_across_the_border(street: Street) -> None:
    """Four talk for 100 s, but the border runs between them: two within, two more than a metre outside."""
    street.zones["corner"] = CORNER
    start = vary(street, 3, 5)
    spots = ((3.9, 12.5), (3.9, 13.9), (6.3, 12.5), (6.3, 13.9))
    group = [comer(street, start + i, y, 1).walk(x, y) for i, (x, y) in enumerate(spots)]
    stop = group[-1].time + vary(street, 90, 100)
    for person in group:
        go_out(person.until(stop), 1)


@scenario("group_loitering", 135, positive=False)
def three_couriers_wait_for_the_same_kitchen(street: Street) -> None:
    """They arrive one after another and leave one after another; all three are there for some 35 s only."""
    street.zones["corner"] = CORNER
    start = vary(street, 3, 5)
    for i, x in enumerate((2.5, 0.0, -2.5)):
        rider, bike = biker(street, start + 14 * i, 12)
        pull_up(rider, x, 12).dismount().walk(x, 13.8).wait(vary(street, 52, 55) - 3 * i).walk(x, 12.8)
        rider.mount(bike)
        ride_out(rider, bike, 1)
