"""Intrusion, at the border of the yard and of the hours: saddles above the road, hidden feet, glimpses."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    biker,
    comer,
    go_out,
    lorry_stands,
    parked,
    passers,
    pull_up,
    ride_by,
    ride_out,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_stay, together
from pipeline.simulate.street import Street

NIGHT = {"active_hours": "20:00-05:00"}
YARD = [(-4.0, 12.0), (4.0, 12.0), (4.0, 18.0), (-4.0, 18.0)]
FAR_YARD = [(-4.0, 18.0), (5.0, 18.0), (5.0, 26.0), (-4.0, 26.0)]


@scenario("intrusion", 80, settings=NIGHT)
def rider_turns_in_the_yard(street: Street) -> None:
    """He rides into the yard, waits there in the saddle for some 10 s, and rides out again."""
    street.zones["yard"] = YARD
    passers(street, 9.5)
    rider, bike = biker(street, vary(street, 10, 18), 14.5)
    pull_up(rider, vary(street, -1, 1), 14.5).wait(vary(street, 8, 12))
    ride_out(rider, bike, 1)
    expect_stay(street, "intrusion", [rider], "yard")


@scenario("intrusion", 90, settings=NIGHT)
def intruder_seen_beside_a_parked_lorry_only(street: Street) -> None:
    """He crosses a wide yard behind a lorry: seen for some 3 s before it, out of sight behind it, seen again."""
    street.zones["yard"] = [(-9.0, 12.0), (9.0, 12.0), (9.0, 18.0), (-9.0, 18.0)]
    street.add("truck", 0.0, 0.0, 10.0)
    man = go_out(comer(street, vary(street, 15, 30), 14.0), 1, vary(street, 1.2, 1.4))
    expect_stay(street, "intrusion", [man], "yard", gap_s=10)


@scenario("intrusion", 110, settings={"active_hours": "21:01-05:00"})
def visitor_stays_beyond_closing_time(street: Street) -> None:
    """He is in the yard when it closes at a minute past nine, and stays for 20 s more: his stay is forbidden then."""
    street.zones["yard"] = YARD
    man = comer(street, vary(street, 15, 25), 14.5).walk(0.0, 14.5).until(vary(street, 80, 86))
    go_out(man, 1, 1.5)
    street.expect("intrusion", 60.0, together(street, [man], zone="yard")[0][1], "yard")


@scenario("intrusion", 90, settings=NIGHT)
def intruder_among_people_on_the_pavement(street: Street) -> None:
    """One of many who walk along the fence steps over it, looks about for 5 s, and walks on with the others."""
    street.zones["yard"] = YARD
    passers(street, 10.6, every_s=4)
    man = comer(street, vary(street, 12, 20), 10.8).walk(0.0, 10.8).walk(0.5, 13.5).wait(vary(street, 4, 6))
    go_out(man.walk(1.0, 10.8), 1)
    expect_stay(street, "intrusion", [man], "yard")


@scenario("intrusion", 90, positive=False, settings=NIGHT)
def riders_roll_along_the_far_fence(street: Street) -> None:
    """Riders pass slowly before the yard: wheels on the road, but their feet, off the ground, look farther away."""
    street.zones["yard"] = FAR_YARD
    passers(street, 10)
    for i in range(3):
        ride_by(street, vary(street, 4, 10) + 22 * i, 17.3, (-1) ** i, vary(street, 2.2, 2.8))


@scenario("intrusion", 90, positive=False, settings=NIGHT)
def rider_waits_before_the_gate(street: Street) -> None:
    """He stops for 25 s on the road before the yard; his motorbike stands outside with both wheels."""
    street.zones["yard"] = FAR_YARD
    rider, bike = biker(street, vary(street, 6, 12), 17.3, 1)
    pull_up(rider, vary(street, -1, 1), 17.3).wait(vary(street, 22, 28))
    ride_out(rider, bike, -1)


@scenario("intrusion", 90, positive=False, settings=NIGHT)
def legs_hidden_by_parked_cars_before_the_yard(street: Street) -> None:
    """People walk between parked cars and the fence: their feet are hidden, their bodies stand before the yard."""
    street.zones["yard"] = YARD
    parked(street, -2.4, 2.4, y=9.0, kind="car", heading_deg=0)
    passers(street, 10.9, every_s=8)
    man = comer(street, vary(street, 10, 16), 11.0).walk(vary(street, -2, 2), 11.0).wait(vary(street, 20, 30))
    go_out(man, 1)


@scenario("intrusion", 70, positive=False, settings=NIGHT)
def child_fetches_its_ball(street: Street) -> None:
    """It steps over the border and back at once: hardly more than a second inside, where two are asked for."""
    street.zones["yard"] = YARD
    child = comer(street, vary(street, 8, 14), 11.0).walk(0.0, 11.0).wait(6).walk(0.0, 12.7, 1.6).walk(0.0, 11.0, 1.6)
    go_out(child.wait(4), -1)


@scenario("intrusion", 110, positive=False, settings={"active_hours": "21:01-05:00"})
def guard_leaves_as_the_yard_closes(street: Street) -> None:
    """He is out of the yard 4 s before it closes and stands before it for half a minute; a lorry passes."""
    street.zones["yard"] = YARD
    guard = comer(street, vary(street, 12, 20), 14.0).walk(0.0, 14.0).until(53.5).walk(0.0, 10.6, 1.5)
    lorry_stands(street, vary(street, 96, 98), 2, y=8.0)
    go_out(guard.until(90), 1)
