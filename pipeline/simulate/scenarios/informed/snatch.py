"""Snatch, and what looks like one by its speeds alone: who waits, turns, meets or speeds up for reasons of his own."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    WALK_Y,
    comer,
    go_out,
    meets,
    passers,
    ride_out,
    snatched,
    traffic,
    vary,
    walker_to_meet,
)
from pipeline.simulate.scenarios.moments import expect_until_gone
from pipeline.simulate.street import Street


@scenario("snatch", 60)
def victim_is_dragged_along(street: Street) -> None:
    """She holds on to the strap and is pulled two metres along at a run before she lets go and stays down."""
    walker = walker_to_meet(street)
    grip = walker.time
    rider, bike = meets(street, walker, -1, 0.8, vary(street, 5.6, 6.4))
    bag = snatched(street, walker, rider, grip)
    ride_out(rider, bike, 1, bag, speed=5.8, end_speed=vary(street, 11, 12))
    go_out(walker.walk(walker.place[0] + 2.2, WALK_Y + 0.2, 3.8).wait(vary(street, 8, 12)), -1, 1.0)
    expect_until_gone(street, "snatch", grip, bike)


@scenario("snatch", 60)
def rider_escapes_into_a_side_street(street: Street) -> None:
    """He snatches at 21 km/h, speeds up and turns off to the back; the victim stops, then runs after him."""
    passers(street, 10.5)
    walker = walker_to_meet(street)
    grip = walker.time
    rider, bike = meets(street, walker, -1, 0.9, vary(street, 5.7, 6.3))
    bag = snatched(street, walker, rider, grip)
    x, y = bike.place
    rider.ride(x + 6, y, 6, 8).ride(x + 9, y + 5, 8, 9).ride(x + 9.5, 36, 9, 11)
    bike.leave()
    bag.shown[-1][1] = bike.time
    go_out(walker.wait(1.0).walk(walker.place[0] + 5, WALK_Y, 3.2).wait(4), -1)
    expect_until_gone(street, "snatch", grip, bike)


@scenario("snatch", 60)
def victim_notices_late(street: Street) -> None:
    """Her bag is off with the rider, but she walks on for 5 s before she stops: the bag alone tells."""
    traffic(street, 18.5)
    walker = walker_to_meet(street, x=-4.0)
    grip = walker.time
    pace = (walker.place[0] - walker.keys[0][1]) / (grip - walker.keys[0][0])
    rider, bike = meets(street, walker, -1, 0.9, vary(street, 5.6, 6.4))
    bag = snatched(street, walker, rider, grip)
    ride_out(rider, bike, 1, bag, speed=6.0, end_speed=vary(street, 10.5, 12))
    go_out(walker.walk(walker.place[0] + 5 * pace, WALK_Y, pace).wait(6), -1)
    expect_until_gone(street, "snatch", grip, bike)


@scenario("snatch", 60)
def jogger_loses_her_bag(street: Street) -> None:
    """A jogger at 2.5 m/s is overtaken closely, loses her bag, and stands still."""
    jogger = comer(street, vary(street, 15, 22), WALK_Y).walk(vary(street, -3.5, -2.5), WALK_Y, 2.5)
    grip = jogger.time
    rider, bike = meets(street, jogger, -1, 0.9, vary(street, 6.2, 7.0))
    bag = snatched(street, jogger, rider, grip)
    ride_out(rider, bike, 1, bag, speed=6.6, end_speed=vary(street, 11, 12.5))
    go_out(jogger.wait(vary(street, 7, 10)), 1)
    expect_until_gone(street, "snatch", grip, bike)


@scenario("snatch", 60, positive=False)
def walker_lets_the_motorbike_pass_and_goes_on(street: Street) -> None:
    """He waits at the kerb until a motorbike, that speeds up, has passed, and then walks on as he had meant to."""
    walker = walker_to_meet(street).wait(vary(street, 4, 6))
    rider, bike = meets(street, walker, -1, 1.1, vary(street, 5.6, 6.4))
    ride_out(rider, bike, 1, speed=6.0, end_speed=11)
    go_out(walker.wait(0.8).walk(walker.place[0] + 0.5, WALK_Y + 4.5, 1.4), 1)


@scenario("snatch", 60, positive=False)
def walker_turns_into_his_door_after_a_pass(street: Street) -> None:
    """A motorbike passes and speeds up; the walker walks on unmoved for 2.5 s, and then turns off to his door."""
    passers(street, 18)
    walker = walker_to_meet(street)
    pace = (walker.place[0] - walker.keys[0][1]) / (walker.time - walker.keys[0][0])
    rider, bike = meets(street, walker, -1, 1.1, vary(street, 5.6, 6.4))
    ride_out(rider, bike, 1, speed=6.0, end_speed=11)
    walker.walk(walker.place[0] + vary(street, 2.3, 2.7) * pace, WALK_Y, pace)
    walker.walk(walker.place[0], WALK_Y - 3.0, pace).leave()


@scenario("snatch", 60, positive=False)
def two_walkers_meet_as_a_motorbike_passes(street: Street) -> None:
    """Two people pass each other half a metre apart just as a motorbike overtakes one of them and speeds up."""
    walker = walker_to_meet(street)
    x = walker.place[0]
    pace = (x - walker.keys[0][1]) / (walker.time - walker.keys[0][0])
    other = comer(street, walker.time - 12, WALK_Y - 0.5, 1)
    other.walk(x, WALK_Y - 0.5, (other.place[0] - x) / 12)
    rider, bike = meets(street, walker, -1, 1.0, vary(street, 5.6, 6.4))
    ride_out(rider, bike, 1, speed=6.0, end_speed=11)
    go_out(walker, 1, pace)
    go_out(other, -1, 1.2)


@scenario("snatch", 60, positive=False)
def walker_stops_three_seconds_before_the_pass(street: Street) -> None:
    """He stops by himself to telephone; 3 s later a motorbike passes closely and speeds up; he stands on."""
    traffic(street, 18.5)
    walker = walker_to_meet(street).wait(vary(street, 2.6, 3.4))
    rider, bike = meets(street, walker, -1, 1.0, vary(street, 5.6, 6.4))
    ride_out(rider, bike, 1, speed=6.0, end_speed=11)
    go_out(walker.wait(vary(street, 10, 14)), 1)


@scenario("snatch", 60, positive=False)
def walker_slows_down_long_after_the_pass(street: Street) -> None:
    """The rider passes within a metre and speeds up; only when he is far, 5 s later, the walker stops at a window."""
    walker = walker_to_meet(street, x=-5.0)
    pace = (walker.place[0] - walker.keys[0][1]) / (walker.time - walker.keys[0][0])
    rider, bike = meets(street, walker, -1, 1.0, vary(street, 5.6, 6.4))
    ride_out(rider, bike, 1, speed=6.0, end_speed=11)
    go_out(walker.walk(walker.place[0] + 5.2 * pace, WALK_Y, pace).wait(8), 1)
