"""Loitering, second set: presence in the zone reaches 60 s (gap 5 s), or comes close to it."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.second.backdrop import lane, market, to_and_fro, yard
from pipeline.simulate.scenarios.cast import biker, comer, go_out, parked, passers, pull_up, ride_out, vary
from pipeline.simulate.scenarios.moments import expect_stay
from pipeline.simulate.street import Street

KIND = "loitering"
GATE = [(-5.0, 10.0), (3.0, 10.0), (3.0, 14.5), (-5.0, 14.5)]


@scenario(KIND, 150)
def gate_scout_paces_before_the_wall(street: Street) -> None:
    """A man walks up and down before a gate, halting each time; neighbours pass between him and the camera."""
    street.zones["gate"] = GATE
    lane(street)
    passers(street, 8.5, every_s=25)
    man = comer(street, vary(street, 2, 8), 12.0, -1).walk(-4.0, 12.0)
    to_and_fro(street, man, -4.0, 1.8, vary(street, 72, 92), vary(street, 0.6, 0.9))
    go_out(man, 1, 1.4)
    expect_stay(street, KIND, [man], "gate")


@scenario(KIND, 150)
def lookout_steps_to_the_corner_and_back(street: Street) -> None:
    """He waits in the alley, twice steps out of the zone for three seconds to look round the corner, and resumes."""
    street.zones["alley"] = [(-2.0, 12.0), (6.0, 12.0), (6.0, 19.0), (-2.0, 19.0)]
    lane(street, walk=21.0)
    man = comer(street, vary(street, 2, 7), 15.0, 1).walk(4.4, 15.0)
    for _ in range(2):
        man.wait(vary(street, 21, 28)).walk(6.9, 15.0, 1.4).wait(vary(street, 1.2, 2.0)).walk(4.4, 15.0, 1.4)
    man.wait(vary(street, 21, 28))
    go_out(man, 1)
    expect_stay(street, KIND, [man], "alley", gap_s=4.9)


@scenario(KIND, 160)
def rider_idles_beside_his_bike_at_the_school(street: Street) -> None:
    """A rider stops at the school fence, gets off, leans about beside his motorbike and rides on."""
    street.zones["fence"] = [(-7.0, 13.0), (5.0, 13.0), (5.0, 18.0), (-7.0, 18.0)]
    market(street, walks=(8.5, 20.0), road=23.5)
    x = vary(street, -4, 1)
    rider, bike = biker(street, vary(street, 3, 8), 15.5, -1)
    pull_up(rider, x, 15.5).dismount(0.3, -0.9).wait(vary(street, 25, 35))
    rider.walk(x + 1.8, 14.6, 0.8).wait(vary(street, 20, 28)).walk(x + 0.3, 14.6, 0.8).wait(vary(street, 18, 26))
    rider.mount(bike)
    ride_out(rider, bike, 1)
    expect_stay(street, KIND, [rider], "fence")


@scenario(KIND, 150)
def stranger_behind_the_parked_cars(street: Street) -> None:
    """Somebody hangs about behind a row of parked cars, whose roofs hide his legs from time to time."""
    street.zones["kerb"] = [(-8.0, 15.8), (8.0, 15.8), (8.0, 21.0), (-8.0, 21.0)]
    parked(street, -4.5, 1.0, 6.5, y=14.0, kind="car", heading_deg=0.0)
    traffic_row = vary(street, 8.5, 9.5)
    passers(street, traffic_row, every_s=14)
    man = comer(street, vary(street, 2, 6), 18.5, 1).walk(vary(street, 4, 6), 18.5)
    to_and_fro(street, man, 5.0, -3.0, vary(street, 74, 95), vary(street, 0.4, 0.6))
    go_out(man, -1, 1.4)
    expect_stay(street, KIND, [man], "kerb")


@scenario(KIND, 140, positive=False)
def two_smokers_one_after_the_other(street: Street) -> None:
    """One smokes at the gate for 40 s; a second joins him, the first goes, the second stays: nobody a minute."""
    street.zones["gate"] = GATE
    lane(street)
    first = comer(street, vary(street, 2, 6), 12.0, -1).walk(-1.5, 12.0).wait(vary(street, 37, 42))
    second = comer(street, first.time - 16.0, 11.4, 1).walk(0.2, 11.4, 1.3)
    go_out(first.until(second.time + 4.0), -1)
    go_out(second.wait(vary(street, 40, 45)), 1)


@scenario(KIND, 110, positive=False)
def girl_waits_for_her_lift(street: Street) -> None:
    """A girl waits at the kerb for fifty seconds, a motorbike picks her up and both are gone."""
    street.zones["kerb"] = [(-6.0, 10.5), (4.0, 10.5), (4.0, 14.5), (-6.0, 14.5)]
    market(street, walks=(8.0, 17.5))
    x = vary(street, -2, 1)
    girl = comer(street, 2, 13.4, 1).walk(x, 13.4)
    arrival = girl.time + vary(street, 42, 45)
    rider, bike = biker(street, arrival - 5.0, 12.6, -1)
    pull_up(rider, x - 0.5, 12.6)
    girl.until(rider.time).walk(x - 0.4, 13.2).mount(bike)
    ride_out(rider, bike, 1, girl)


@scenario(KIND, 160, positive=False)
def guard_on_his_round_comes_by_again(street: Street) -> None:
    """A guard looks about for 40 s, goes round the corner for a quarter of a minute, and returns for 40 s more."""
    street.zones["yard"] = [(-6.0, 12.0), (4.0, 12.0), (4.0, 18.0), (-6.0, 18.0)]
    yard(street)
    guard = comer(street, vary(street, 2, 6), 15.0, 1).walk(1.0, 15.0).wait(vary(street, 14, 18))
    guard.walk(-2.0, 16.0, 0.8).wait(vary(street, 11, 14)).walk(6.2, 15.0, 1.2).wait(vary(street, 9, 12))
    guard.walk(-1.0, 14.0, 1.1).wait(vary(street, 28, 34))
    go_out(guard, -1)


@scenario(KIND, 160, positive=False)
def xe_om_driver_just_beside_the_zone(street: Street) -> None:
    """A motorbike-taxi driver waits two minutes for a fare, a good metre outside the watched forecourt."""
    street.zones["forecourt"] = [(-1.0, 10.0), (7.0, 10.0), (7.0, 14.0), (-1.0, 14.0)]
    market(street, walks=(12.0, 18.0))
    x = vary(street, -3.2, -2.6)
    driver, bike = biker(street, 2, 12.2, -1)
    pull_up(driver, x - 1.2, 12.2).dismount(0.9, -0.6).wait(vary(street, 50, 60)).walk(x, 13.0, 0.6)
    driver.wait(vary(street, 40, 55)).walk(x - 0.4, 11.7, 0.8).mount(bike)
    ride_out(driver, bike, -1)


@scenario(KIND, 150, positive=False, settings={"max_displacement_m": 3.0})
def sweeper_works_along_the_shops(street: Street) -> None:
    """A street sweeper is in the zone for more than a minute, yet never lingers: she works along fifteen metres."""
    street.zones["shops"] = [(-9.0, 12.0), (9.0, 12.0), (9.0, 17.0), (-9.0, 17.0)]
    passers(street, 9.0, every_s=18)
    passers(street, 21.0, every_s=22)
    sweeper = comer(street, 2, 14.0, -1).walk(-7.5, 14.0, 0.9)
    pace = vary(street, 0.36, 0.46)
    for x in (-3.5, 0.0, 3.5, 7.5):
        sweeper.walk(x, 14.0 + vary(street, -0.7, 0.7), pace).wait(vary(street, 0.5, 1.5))
    sweeper.walk(-6.0, 15.6, pace * 1.4)
    go_out(sweeper, -1)


@scenario(KIND, 170, positive=False)
def stall_that_is_never_empty(street: Street) -> None:
    """At the sugar-cane stall somebody always stands, but every customer takes his glass and goes in half a minute."""
    street.zones["stall"] = [(-3.0, 10.5), (4.0, 10.5), (4.0, 14.0), (-3.0, 14.0)]
    market(street, walks=(8.0, 18.0))
    time = 2.0
    for i in range(6):
        side = 1 if i % 2 else -1
        x, y = (-1.5, 0.6, 2.2)[i % 3], 12.0 + 0.5 * (i % 2)
        guest = comer(street, time, y, side).walk(x, y).wait(vary(street, 24, 36))
        go_out(guest, -side)
        time += vary(street, 19, 22)
