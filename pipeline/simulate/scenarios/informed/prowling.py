"""Prowling, where visits are hard to count: hidden on the way, behind the row, in slow walking, in a packed row."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    ROW_Y,
    beside,
    biker,
    comer,
    go_out,
    parked,
    parked_row,
    passers,
    pull_up,
    traffic,
    vary,
)
from pipeline.simulate.street import Actor, Street


def _visits(
    street: Street, man: Actor, vehicles: list[Actor], dx: float = 0.0, dy: float = -0.6, between_s: float = 0.0
) -> None:
    """He stands for 8 s and more at each of the vehicles, steps back in between, and is to be reported for it."""
    beside(man, vehicles[0], dx, dy)
    start = end = man.time
    for vehicle in vehicles:
        beside(man, vehicle, dx + vary(street, -0.15, 0.15), dy).wait(vary(street, 8, 10))
        end = man.time
        man.walk(man.place[0], man.place[1] + (-1.6 if dy < 0 else 1.6)).wait(between_s)
    street.expect("prowling", start, end)


@scenario("prowling", 110)
def prowler_out_of_sight_between_two_vehicles(street: Street) -> None:
    """From the second motorbike to the third he goes along behind a parked lorry, unseen for some 6 s."""
    row = parked(street, -8.5, -6.0, 6.5, 8.8, y=14.5)
    street.add("truck", 0.0, 0.0, 10.0)
    man = comer(street, vary(street, 6, 12), 13.0)
    _visits(street, man, row[:3])
    go_out(man, 1)


@scenario("prowling", 110)
def prowler_behind_the_row(street: Street) -> None:
    """He tries three motorbikes from the wall side, so that they hide his legs."""
    passers(street, 10)
    man = comer(street, vary(street, 6, 12), 15.5)
    _visits(street, man, parked_row(street)[:3], dx=0.5, dy=0.9)
    go_out(man, 1)


@scenario("prowling", 200)
def prowler_three_vehicles_in_two_and_a_half_minutes(street: Street) -> None:
    """He waits a minute between the vehicles and is at the third 145 s after the first: still within the window."""
    man = comer(street, vary(street, 4, 7), 11.0)
    _visits(street, man, parked_row(street)[:3], between_s=vary(street, 56, 60))
    man.until(street.seconds)


@scenario("prowling", 110)
def prowler_and_his_lookout(street: Street) -> None:
    """A mate keeps watch and walks to and fro two metres from the row while he tries four motorbikes: one event."""
    man = comer(street, vary(street, 8, 12), 11.2)
    mate = comer(street, man.time - 4, 10.4).walk(-4, 10.4)
    while mate.time < 70:
        mate.walk(-mate.place[0], 10.4, 1.0).wait(vary(street, 1, 3))
    go_out(mate, -1)
    _visits(street, man, parked_row(street))
    go_out(man, 1)


@scenario("prowling", 110, positive=False)
def stroller_passes_the_row_twice_at_leisure(street: Street) -> None:
    """He walks along five motorbikes at 0.65 m/s, there and back, never stops, and is at each for 4 s at a time."""
    parked_row(street, 5)
    man = comer(street, vary(street, 4, 8), ROW_Y - 1.0).walk(-7.0, ROW_Y - 1.0)
    go_out(man.walk(7.0, ROW_Y - 1.0, 0.65).walk(-7.0, ROW_Y - 1.0, 0.65), -1)


@scenario("prowling", 110, positive=False)
def waits_in_front_of_a_packed_row(street: Street) -> None:
    """Motorbikes stand 0.9 m apart; a man waits between two of them for a minute and shifts from foot to foot."""
    parked_row(street, 6, pitch_m=0.9)
    passers(street, 10.5)
    man = comer(street, vary(street, 4, 8), 11.6).walk(0.45, 11.9)
    for _ in range(6):
        man.wait(vary(street, 8, 10)).walk(0.45 + vary(street, -0.2, 0.2), 11.9 + vary(street, -0.1, 0.1), 0.5)
    go_out(man, 1, y=10.5)


@scenario("prowling", 120, positive=False)
def two_who_meet_between_their_motorbikes(street: Street) -> None:
    """Two strangers are each at two motorbikes; where their ways cross they pass each other within half a metre."""
    row = parked_row(street)
    meeting = vary(street, 34, 38)
    for side, pair in ((-1.0, (row[0], row[1])), (1.0, (row[3], row[2]))):
        man = comer(street, meeting - 26, 11.2 + 0.2 * side, side)
        beside(man, pair[0], 0.0, -0.7).wait(vary(street, 7, 8))
        beside(man, pair[1], 0.0, -0.7).until(meeting + 5)
        man.walk(man.place[0], 11.4 + 0.2 * side)
        go_out(man, -side)


@scenario("prowling", 120, positive=False)
def glances_add_up_to_nothing(street: Street) -> None:
    """He looks for his motorbike: three times along four of them, hardly 2 s at each, never five at a time."""
    traffic(street, 18)
    row = parked_row(street)
    man = comer(street, vary(street, 4, 8), ROW_Y - 1.8)
    for vehicles in (row, row[::-1], row):
        for vehicle in vehicles:
            beside(man, vehicle, 0.0, -0.7).wait(vary(street, 1.3, 1.8))
            man.walk(man.place[0], ROW_Y - 2.2, 1.3)
    go_out(man, 1)


@scenario("prowling", 130, positive=False)
def rider_locks_up_beside_two_others(street: Street) -> None:
    """He parks between two motorbikes, walks round his own for half a minute, leans on either neighbour, and goes."""
    parked(street, -1.3, 1.3, 5.0, y=ROW_Y)
    rider, _ = biker(street, vary(street, 12, 16), 12.6)
    pull_up(rider, 0.0, 12.6).dismount(0.0, -0.7).wait(8)
    for x in (-0.9, 0.9):
        rider.walk(x, 11.9).wait(vary(street, 6, 8)).walk(0.0, 11.7).wait(2)
    go_out(rider, -1, y=10.5)
