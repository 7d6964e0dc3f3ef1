"""Loitering, where clocks may break: people who are hidden, who turn on their heel together, who take a place over."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    abreast,
    biker,
    comer,
    go_out,
    lorry_stands,
    pace_until,
    passers,
    pull_up,
    ride_out,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_stay
from pipeline.simulate.street import Street

ALLEY = [(-4.5, 9.5), (4.5, 9.5), (4.5, 16.0), (-4.5, 16.0)]


@scenario("loitering", 150)
def loiterer_hidden_by_a_lorry_for_twenty_seconds(street: Street) -> None:
    """He waits for 95 s; a lorry stops before him for 20 s of them: out of sight he has not left."""
    street.zones["alley"] = ALLEY
    man = comer(street, vary(street, 4, 8), 12.5, 1).walk(vary(street, -1, 1), 12.5)
    lorry_stands(street, man.time + vary(street, 25, 32), vary(street, 16, 20), y=8.8)
    go_out(man.wait(vary(street, 90, 98)), -1)
    expect_stay(street, "loitering", [man], "alley")


@scenario("loitering", 140)
def loiterer_walks_behind_a_parked_lorry_and_on(street: Street) -> None:
    """He paces to and fro past a parked lorry and is out of sight behind it for about 6 s every time."""
    street.zones["alley"] = [(-7.5, 8.0), (7.5, 8.0), (7.5, 16.0), (-7.5, 16.0)]
    street.add("truck", 0.0, 0.0, 10.0)
    man = comer(street, vary(street, 4, 7), 13.5).walk(-6.0, 13.5)
    for side in (1.0, -1.0, 1.0, -1.0, 1.0):
        man.wait(vary(street, 5, 7)).walk(6.0 * side, 13.5, 1.5)
    go_out(man, 1)
    expect_stay(street, "loitering", [man], "alley", gap_s=10)


@scenario("loitering", 135)
def two_guards_pace_in_step(street: Street) -> None:
    """Two walk up and down side by side for 85 s and turn on their heel together, a metre apart: two events."""
    street.zones["alley"] = ALLEY
    stop = vary(street, 98, 104)
    for guard in abreast(street, vary(street, 4, 7), 12.0, 13.0):
        x = 2.0 * (guard.place[1] - 12.5)
        guard.walk(x, guard.place[1], 1.3)
        pace_until(guard, stop, 10.3, 15.2)
        go_out(guard, 1)
        expect_stay(street, "loitering", [guard], "alley")


@scenario("loitering", 120)
def rider_waits_in_the_saddle(street: Street) -> None:
    """A rider pulls up, stays in the saddle for 70 to 76 s, and rides on: he never sets foot on the ground."""
    street.zones["alley"] = ALLEY
    passers(street, 18)
    rider, bike = biker(street, vary(street, 5, 9), 12.5)
    pull_up(rider, vary(street, -1, 1), 12.5).wait(vary(street, 70, 76))
    ride_out(rider, bike, 1)
    expect_stay(street, "loitering", [rider], "alley")


@scenario("loitering", 130)
def loiterer_in_the_thick_of_passers_by(street: Street) -> None:
    """He stands for 75 s in the row in which people walk by, before and behind him, within half a metre."""
    street.zones["alley"] = ALLEY
    passers(street, 12.1, 13.1, every_s=5)
    man = comer(street, vary(street, 4, 8), 12.6, 1).walk(vary(street, -1, 1), 12.6).wait(vary(street, 74, 82))
    go_out(man, -1)
    expect_stay(street, "loitering", [man], "alley")


@scenario("loitering", 140, positive=False)
def relay_behind_a_lorry(street: Street) -> None:
    """A lorry hides one who waits; he walks out of its shadow, another walks in and waits at the same place."""
    street.zones["alley"] = ALLEY
    first = comer(street, vary(street, 4, 6), 12.5).walk(0.0, 12.5).wait(vary(street, 26, 28))
    lorry_stands(street, first.time - 4, 16, y=8.8)
    go_out(first, -1)
    second = comer(street, first.time - 12, 12.5, 1).walk(0.0, 12.5).wait(vary(street, 30, 33))
    go_out(second, 1)


@scenario("loitering", 130, positive=False)
def queue_that_moves_up(street: Street) -> None:
    """Four wait in a row and move up onto the place just left: each is in the alley for some 45 s, none for 60."""
    street.zones["alley"] = ALLEY
    served = vary(street, 50, 53)
    for i in range(4):
        person = comer(street, served - 46 + 9 * i, 12.5, 1).walk(-1.0 + 1.0 * min(i, 3), 12.5)
        for j in range(min(i, 3)):
            person.until(served + 9 * (i - min(i, 3) + j) + 1).walk(person.place[0] - 1.0, 12.5, 1.0)
        go_out(person.until(served + 9 * i), -1, y=10.5)


@scenario("loitering", 160, positive=False)
def step_aside_for_nine_seconds(street: Street) -> None:
    """He is there for 50 s, two metres beside the alley for more than 7 s, in full view, and back for 45 s."""
    street.zones["alley"] = ALLEY
    man = comer(street, vary(street, 4, 7), 12.5).walk(-3.5, 12.5).wait(vary(street, 46, 49)).walk(-6.5, 12.5)
    man.wait(vary(street, 5.2, 6.2)).walk(-3.5, 12.5).wait(vary(street, 40, 44))
    go_out(man, -1)


@scenario("loitering", 120, positive=False)
def one_takes_the_seat_of_the_other(street: Street) -> None:
    """One gets up from a bench after 45 s as another comes up to it, and they pass each other before it."""
    street.zones["alley"] = ALLEY
    first = comer(street, vary(street, 4, 7), 12.5).walk(0.0, 12.5).wait(vary(street, 40, 43))
    second = comer(street, first.time - (12.9 + 0.8) / 1.3, 12.1, 1).walk(0.8, 12.1)
    go_out(first, 1)
    go_out(second.walk(0.0, 12.5).wait(vary(street, 38, 42)), 1)
