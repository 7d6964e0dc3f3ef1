"""Prowling: one person at three and more parked vehicles in turn, and those who wash, water, hide or wait there."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import comer, edge, go_out, parked, parked_row, passers, traffic, vary
from pipeline.simulate.street import Actor, Street

FRONT_Y = 11.0
BACK_Y = 15.0
"""Here one walks along a row, before or behind it, without coming near any of its vehicles."""


def stays_at(man: Actor, x: float, y: float, seconds: float, path_y: float = FRONT_Y) -> float:
    """From his path he steps in to (x, y), stays so long, and steps out again; says when he was there."""
    man.walk(x, path_y).walk(x, y)
    came = man.time
    man.wait(seconds).walk(x, path_y)
    return came


@scenario("prowling", 110)
def comes_along_behind_the_delivery_bikes(street: Street) -> None:
    """He tries four motorbikes from behind, 8 s each; the vehicles themselves hide his legs from the camera."""
    row = parked_row(street)
    traffic(street, 8.5, every_s=11)
    man = comer(street, vary(street, 4, 8), BACK_Y)
    came = [stays_at(man, bike.place[0] + 0.6, 13.4, vary(street, 7.5, 9), BACK_Y) for bike in row]
    street.expect("prowling", came[0], man.time)
    go_out(man, 1)


@scenario("prowling", 120)
def tries_two_cars_and_the_motorbike_between_them(street: Street) -> None:
    """He pulls at the doors of a car, lingers at a motorbike, and pulls at the doors of the next car: 9 s each."""
    parked(street, -6, 6, y=13, kind="car", heading_deg=0)
    parked(street, 0, y=13)
    passers(street, 9, 17, every_s=12)
    man = comer(street, vary(street, 4, 8), 10.3, 1)
    came = [stays_at(man, x, y, vary(street, 8, 10), 10.3) for x, y in ((6, 11.7), (0.65, 12.7), (-6, 11.7))]
    street.expect("prowling", came[0], man.time)
    go_out(man, -1)


@scenario("prowling", 130)
def feels_under_five_saddles_as_ponchos_hurry_by(street: Street) -> None:
    """In the rain he squats at each of five motorbikes for 7 s, with people hurrying by before him and behind."""
    row = parked_row(street, 5, pitch_m=2.6)
    passers(street, 9.3, 16.5, every_s=7)
    man = comer(street, vary(street, 4, 8), FRONT_Y)
    came = [stays_at(man, bike.place[0] + 0.6, 12.6, vary(street, 6.8, 8)) for bike in row]
    street.expect("prowling", came[0], man.time)
    go_out(man, 1)


@scenario("prowling", 120)
def two_brothers_work_the_row_from_both_ends(street: Street) -> None:
    """Six motorbikes: one tries the three on the left, the other the three on the right, 8 s at each: two events."""
    row = parked_row(street, 6, pitch_m=2.7)
    start = vary(street, 3, 5)
    traffic(street, 18.5, every_s=12)
    for side, bikes, sway in ((-1, row[:3], -0.6), (1, row[:2:-1], 0.6)):
        man = comer(street, start, FRONT_Y, side)
        came = [stays_at(man, bike.place[0] + sway, 12.6, vary(street, 8, 9.5)) for bike in bikes]
        street.expect("prowling", came[0], man.time)
        go_out(man, side, y=10.2)


@scenario("prowling", 90, positive=False)
def fruit_seller_wheels_her_bicycle_past_the_row(street: Street) -> None:
    """She pushes it slowly along five parked motorbikes, an arm's length from them, and calls out without stopping."""
    parked_row(street, 5)
    woman = comer(street, vary(street, 5, 10), 11.4)
    cycle = street.add("bicycle", woman.time, woman.place[0], 11.6)
    woman.push(cycle, edge(11.4), 11.4, 0.9).leave()
    cycle.leave()
    passers(street, 9, 17)


@scenario("prowling", 130, positive=False)
def lovers_lean_on_one_motorbike_and_then_another(street: Street) -> None:
    """They stand for 30 s at one motorbike and for 30 s at the next, two in all; the others they never near."""
    row = parked_row(street, 4, pitch_m=3.2)
    couple = [comer(street, vary(street, 3, 4) + i, FRONT_Y - 0.6 * i) for i in range(2)]
    for bike in row[:2]:
        stop = max(one.time for one in couple)
        for i, one in enumerate(couple):
            one.until(stop).walk(bike.place[0] + 0.6 + 0.5 * i, FRONT_Y - 0.6 * i).walk(
                bike.place[0] + 0.6, 12.6 - 0.9 * i
            )
            one.wait(vary(street, 28, 32)).walk(bike.place[0] + 0.6, FRONT_Y - 0.6 * i)
    for one in couple:
        go_out(one, -1)
    traffic(street, 18, every_s=12)


@scenario("prowling", 110, positive=False)
def children_play_hide_and_seek_among_the_bikes(street: Street) -> None:
    """Three children crouch for 9 s behind one motorbike each, one of them behind a second; nobody was at three."""
    row = parked_row(street, 4, pitch_m=3.0)
    start = vary(street, 4, 7)
    for i in range(3):
        child = comer(street, start + 1.5 * i, FRONT_Y, -1 if i < 2 else 1).walk(row[i].place[0] + 1.5, FRONT_Y, 1.8)
        child.walk(row[i].place[0] + 1.5, BACK_Y + 0.3, 1.8)
        stays_at(child, row[i].place[0] + 0.4, 14.4, vary(street, 8, 10), BACK_Y + 0.3)
        if i == 2:
            stays_at(child, row[3].place[0] + 0.4, 14.4, vary(street, 8, 10), BACK_Y + 0.3)
        child.walk(row[3].place[0] + 2.8, BACK_Y + 0.3, 2.0).walk(row[3].place[0] + 2.8, 10, 2.0)
        go_out(child, 1, 2.0)
    seeker = comer(street, start, 9.0, 1).walk(5.5, 9.0).wait(vary(street, 28, 32))
    go_out(seeker, 1)


@scenario("prowling", 150, positive=False)
def driver_washes_his_car_from_all_sides(street: Street) -> None:
    """For 90 s he goes round his car with a sponge; the next cars stand four metres away to the left and right."""
    parked(street, -8.6, 0, 8.6, y=13.5, kind="car", heading_deg=0)
    man = street.person(vary(street, 3, 6), 1, 18).walk(1, 15.6)
    street.add("object", 0, 0.6, 11.2)
    for x, y in ((1, 14.9), (2.8, 14.9), (2.8, 12.1), (0.8, 12.1), (-1, 12.1), (-2.8, 12.1), (-2.8, 14.9), (-1, 14.9)):
        man.walk(x, y, 0.9).wait(vary(street, 8, 10))
    man.walk(1, 18).leave()
    passers(street, 9.5, every_s=12)


@scenario("prowling", 120, positive=False, settings={"count": 4})
def insurance_man_photographs_three_where_four_count(street: Street) -> None:
    """Four vehicles are asked for; he writes for 9 s at each of three damaged motorbikes, and two more stand there."""
    row = parked_row(street, 5)
    man = comer(street, vary(street, 4, 8), FRONT_Y)
    for bike in row[1:4]:
        stays_at(man, bike.place[0] + 0.6, 12.6, vary(street, 8, 10))
    man.walk(man.place[0], 9.6)
    go_out(man, -1)
    passers(street, 17, every_s=11)


@scenario("prowling", 120, positive=False)
def gardener_waters_the_pots_before_the_row(street: Street) -> None:
    """She stops for 9 s at each of five pots, which stand two and a half metres in front of the parked motorbikes."""
    row = parked_row(street, 5)
    woman = comer(street, vary(street, 4, 8), 9.4)
    for bike in row:
        street.add("object", 0, bike.place[0], 10.2)
        woman.walk(bike.place[0], 9.4).wait(vary(street, 8, 10))
    go_out(woman, 1)
    passers(street, 16.5)
