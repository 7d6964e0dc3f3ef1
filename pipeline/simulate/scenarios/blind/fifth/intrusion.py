"""Intrusion: people on closed ground in the forbidden hours, and all the life before, beside and around it."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    biker,
    carrying,
    comer,
    edge,
    go_out,
    parked,
    passers,
    ride_by,
    ride_out,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_stay
from pipeline.simulate.street import Street

YARD = [(-4.0, 11.0), (4.0, 11.0), (4.0, 17.0), (-4.0, 17.0)]
NIGHT = {"active_hours": "19:30-05:30"}


@scenario("intrusion", 90, settings=NIGHT)
def poacher_at_the_fish_pond(street: Street) -> None:
    """He comes from behind the pond with a basket, squats at the bank for 20 s, and goes back into the dark."""
    street.zones["yard"] = YARD
    passers(street, 9, every_s=12)
    man = street.person(vary(street, 8, 14), 2, 19.5)
    carrying(street, man, "object")
    man.walk(0.5, 14.5, 1.0).wait(vary(street, 18, 22)).walk(3, 19.5, 1.3).leave()
    expect_stay(street, "intrusion", [man], "yard")


@scenario("intrusion", 80, settings=NIGHT)
def two_youths_on_the_empty_stage(street: Street) -> None:
    """One climbs on the stage, his friend follows six seconds later, both dance about and run off: two intruders."""
    street.zones["yard"] = YARD
    traffic(street, 8, every_s=12)
    youths = []
    start = vary(street, 8, 12)
    for i in range(2):
        youth = comer(street, start + 6 * i, 13 + 1.6 * i).walk(-1.5 + 2.6 * i, 13 + 1.6 * i)
        for _ in range(3):
            youth.walk(-1.5 + 2.6 * i + vary(street, -0.6, 0.6), 13 + 1.6 * i + vary(street, -0.4, 0.4), 0.9)
            youth.wait(vary(street, 2, 4))
        youths.append(go_out(youth, 1, 2.2))
    for youth in youths:
        expect_stay(street, "intrusion", [youth], "yard")


@scenario("intrusion", 85, settings=NIGHT)
def scrap_picker_behind_the_parked_lorry(street: Street) -> None:
    """A lorry stands before one half of the yard; he goes in on the open side, rummages, and comes out after 15 s."""
    street.zones["yard"] = YARD
    street.add("truck", 0, 5.2, 9.2)
    man = comer(street, vary(street, 6, 10), 9.8).walk(-2.2, 9.8).walk(-2.2, 13, 1.1).wait(vary(street, 4, 6))
    man.walk(-0.2, 15, 0.9).wait(vary(street, 5, 7)).walk(-2.2, 9.8, 1.4)
    go_out(man, -1)
    passers(street, 19)
    expect_stay(street, "intrusion", [man], "yard")


@scenario("intrusion", 80, settings={"active_hours": "19:30-05:30", "seconds": 5})
def one_of_the_party_poses_on_the_closed_lawn(street: Street) -> None:
    """Five seconds are allowed; four friends stay on the path while the fifth poses on the lawn for 12 s."""
    street.zones["lawn"] = YARD
    start = vary(street, 4, 7)
    party = [comer(street, start + i, 9.2).walk(-2.0 + 1.3 * i, 9.2) for i in range(4)]
    girl = comer(street, start + 5, 9.6).walk(2.6, 9.6).wait(2).walk(1.2, 14, 1.2).wait(vary(street, 10, 13))
    girl.walk(3.0, 9.8, 1.4)
    for one in [*party, girl]:
        go_out(one.until(girl.time), 1)
    expect_stay(street, "intrusion", [girl], "lawn")


@scenario("intrusion", 90, positive=False, settings=NIGHT)
def fans_watch_the_training_over_the_fence(street: Street) -> None:
    """Six stand shoulder to shoulder a metre and a half before the yard for 55 s, pushing and changing places."""
    street.zones["yard"] = YARD
    start = vary(street, 3, 6)
    for i in range(6):
        x = -2.5 + i
        fan = comer(street, start + 0.8 * i, 9.3).walk(x, 9.3)
        for _ in range(3):
            fan.wait(vary(street, 10, 14)).walk(x + vary(street, -0.4, 0.4), vary(street, 9.0, 9.5), 0.8)
        go_out(fan.wait(vary(street, 8, 12)), 1 if x > 0 else -1)
    passers(street, 19.3, every_s=14)


@scenario("intrusion", 80, positive=False, settings=NIGHT)
def late_cyclists_past_the_open_gate(street: Street) -> None:
    """Cyclists and motorbikes go by before the open yard; one halts for ten seconds, looks in, and pedals on."""
    street.zones["yard"] = YARD
    for i in range(4):
        ride_by(street, 3 + 17 * i + vary(street, 0, 4), 8.4, -1 if i % 2 else 1, vary(street, 3.5, 6), "bicycle")
    man, cycle = biker(street, vary(street, 20, 26), 9.2, kind="bicycle")
    man.ride(-0.5, 9.2, 3.5).wait(vary(street, 9, 12))
    ride_out(man, cycle, 1, end_speed=4)
    parked(street, -2, 0, 2, y=15)


@scenario("intrusion", 90, positive=False, settings=NIGHT)
def crates_are_reached_over_the_counter(street: Street) -> None:
    """Two porters each set a crate inside the yard with stretched arms, and their own feet stay outside."""
    street.zones["yard"] = YARD
    for i, x in enumerate((-1.6, 1.6)):
        porter = comer(street, vary(street, 4, 7) + 14 * i, 9.2, -1 if x < 0 else 1)
        crate = carrying(street, porter, "object")
        porter.walk(x, 9.9).wait(1).put(crate, 0.0, 1.5).wait(vary(street, 3, 5))
        go_out(porter, -1 if x < 0 else 1, y=9.2)
    traffic(street, 19.5, every_s=14)


@scenario("intrusion", 90, positive=False, settings={"active_hours": "19:30-05:30", "seconds": 10})
def children_dash_to_the_tree_and_back(street: Street) -> None:
    """Ten seconds are allowed; three children in turn dash to the tree in the yard and are back in five at most."""
    street.zones["yard"] = YARD
    for i in range(3):
        x = -2.0 + 2.0 * i
        child = comer(street, vary(street, 2, 3) + i, 9.2).walk(x, 9.3)
        for j in range(2):
            child.until(16 + 9 * i + 32 * j + vary(street, 0, 2)).walk(0.4 * x, 13.2, 2.6)
            child.wait(vary(street, 1.5, 2.5)).walk(x, 9.3, 2.6)
        go_out(child.until(74 + i), 1)
    traffic(street, 19.5)


@scenario("intrusion", 80, positive=False, settings={"active_hours": "23:00-05:00"})
def folk_opera_in_the_yard_at_nine(street: Street) -> None:
    """The yard is forbidden from eleven on; at nine eight people sit there and watch, and late ones come and go."""
    street.zones["yard"] = YARD
    for i in range(8):
        street.person(0, -2.6 + 1.7 * (i % 4), 12.5 + 2.0 * (i // 4))
    for i in range(3):
        guest = comer(street, 6 + 18 * i + vary(street, 0, 4), 11.6, 1).walk(3.0, 11.6).wait(vary(street, 8, 12))
        go_out(guest, 1)
    passers(street, 9.2)


@scenario("intrusion", 100, positive=False, settings=NIGHT)
def watchman_goes_all_the_way_round_outside(street: Street) -> None:
    """He walks along all four sides of the yard, a metre and a half and more outside, and halts at each corner."""
    street.zones["yard"] = YARD
    man = comer(street, vary(street, 3, 6), 9.3)
    for x, y in ((-5.8, 9.3), (-5.8, 18.9), (5.8, 18.9), (5.8, 9.3), (-5.8, 9.3)):
        man.walk(x, y, 1.3).wait(vary(street, 2, 4))
    man.walk(-edge(9.3), 9.3).leave()
    parked(street, -1.5, 1.5, y=14, kind="car")
    street.add("dog", 0, 0.1, 12.3)
