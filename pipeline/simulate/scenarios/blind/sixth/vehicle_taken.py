"""Vehicles taken: by a stranger, or by another guest; and owners, nephews, wives and fumblers who take nothing."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    abreast,
    beside,
    biker,
    comer,
    edge,
    go_out,
    parked,
    passers,
    pillion,
    pull_up,
    ride_out,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_until_gone
from pipeline.simulate.street import Actor, Street


def stops_at(
    street: Street, time: float, x: float, y: float, side: float = -1, kind: str = "motorcycle"
) -> tuple[Actor, Actor]:
    """A rider comes, parks at (x, y) and stands before what he rode."""
    rider, vehicle = biker(street, time, y, side, kind)
    return pull_up(rider, x, y, 6.5 if kind == "motorcycle" else 4.0).dismount().wait(2), vehicle


def makes_off(rider: Actor, vehicle: Actor, side: float, wait_s: float = 3.0, end_speed: float = 8.5) -> float:
    """He walks up on the camera's side, sits down and rides off along the lane before it; says when he sat."""
    beside(rider, vehicle).wait(wait_s).mount(vehicle)
    start = rider.time
    rider.ride(vehicle.place[0] + 1.5 * side, vehicle.place[1] - 1.9, 1.8)
    ride_out(rider, vehicle, side, end_speed=end_speed)
    return start


@scenario("vehicle_taken", 140)
def one_of_those_who_shelter_from_the_rain(street: Street) -> None:
    """Three riders park and shelter in view under an awning; a walker joins them there and rides off on one bike."""
    bikes = []
    for i, x in enumerate((2.8, 0.0, -2.8)):
        rider, bike = stops_at(street, vary(street, 1, 2) + 7 * i, x, 12)
        bikes.append(bike)
        rider.walk(x - 1.4, 11.4).walk(x - 1.4, 14.0).walk(-2.5 + 1.5 * i, 16.5)
    man = comer(street, vary(street, 30, 36), 16.0, 1).walk(2.0, 16.3)
    man.until(bikes[2].time + vary(street, 76, 82)).walk(1.2, 14.0).walk(-1.4, 14.0).walk(-1.4, 11.4)
    start = makes_off(man, bikes[2], -1)
    passers(street, 8.6, every_s=16)
    expect_until_gone(street, "vehicle_taken", start, bikes[2])


@scenario("vehicle_taken", 150)
def leaves_his_own_and_takes_the_better_one(street: Street) -> None:
    """Two guests park; the first, in view all along, rides off on the other's motorbike, whose owner finds his gone."""
    first, _ = stops_at(street, vary(street, 1, 3), -2.6, 12.5)
    second, better = stops_at(street, vary(street, 8, 10), 1.9, 12.5, 1)
    first.walk(-4.2, 11.9).walk(-5.0, 15.5)
    second.walk(3.6, 11.9).walk(4.0, 18).leave()
    first.until(better.time + vary(street, 72, 78)).walk(-0.6, 14).walk(-0.3, 11.8)
    start = makes_off(first, better, 1)
    second.appear(start + vary(street, 9, 12), 4.0, 18).walk(2.4, 13).wait(8).walk(5.0, 11).wait(15)
    passers(street, 16.5, every_s=14)
    expect_until_gone(street, "vehicle_taken", start, better)


@scenario("vehicle_taken", 140)
def two_walkers_ride_off_on_it_together(street: Street) -> None:
    """Sixteen metres off a woman parks and goes away on foot; two men on foot stop there, and both ride off on it."""
    woman, bike = stops_at(street, vary(street, 2, 5), vary(street, -1, 1), 16)
    go_out(woman.walk(bike.place[0] - 1.5, 15), -1)
    men = abreast(street, bike.time + vary(street, 66, 72), 14.2, 15.0, side=1)
    men[0].walk(bike.place[0] + 0.6, 14.2, 1.2).wait(5)
    beside(men[1], bike, 0.2, -0.8, 1.2).wait(4).mount(bike)
    start = men[1].time
    men[0].until(start).walk(bike.place[0] - 0.2, 15.2).mount(bike)
    men[1].until(men[0].time + 0.5)
    ride_out(men[1], bike, 1)
    traffic(street, 9, 11.5, every_s=11)
    expect_until_gone(street, "vehicle_taken", start, bike)


@scenario("vehicle_taken", 150)
def put_elsewhere_by_its_owner_first(street: Street) -> None:
    """Close to the camera he wheels it three metres out of a gateway and sits down in view; a walker rides it off."""
    owner, bike = stops_at(street, vary(street, 2, 4), -2.0, 9.2)
    owner.wait(vary(street, 8, 12)).walk(-2.0, 8.7).push(bike, vary(street, 1.0, 1.6), 8.7, 0.8).wait(2)
    owner.walk(bike.place[0] - 1.6, 9.0).walk(-3.5, 14).until(145)
    man = comer(street, bike.time + vary(street, 70, 76), 7.8, 1)
    start = makes_off(man, bike, 1)
    traffic(street, 17, every_s=10)
    expect_until_gone(street, "vehicle_taken", start, bike)


@scenario("vehicle_taken", 160)
def owner_came_back_for_a_raincoat_only(street: Street) -> None:
    """He sits down at a stall in view, fetches something from his motorbike once, and sits again; then it is stolen."""
    owner, bike = stops_at(street, vary(street, 2, 4), vary(street, -1, 1), 12.5, 1)
    x = bike.place[0]
    owner.walk(x + 1.5, 12).walk(x + 5, 15.5).wait(vary(street, 24, 28)).walk(x + 1.5, 12.2)
    beside(owner, bike, 0.3).wait(vary(street, 4, 6)).walk(x + 1.5, 12.2).walk(x + 5, 15.5)
    man = comer(street, owner.time + vary(street, 40, 46), 10.8)
    start = makes_off(man, bike, -1, 4)
    owner.until(start + 4).walk(x + 1, 14, 2.5).walk(x - 4, 12, 3.0).wait(10)
    passers(street, 8.6, 17.5, every_s=13)
    expect_until_gone(street, "vehicle_taken", start, bike)


@scenario("vehicle_taken", 180, positive=False)
def three_clerks_fetch_theirs_from_a_tight_row(street: Street) -> None:
    """Hardly half a metre is between three motorbikes; their riders drink tea in view; each rides off on his own."""
    clerks = []
    for i, x in enumerate((2.4, 0.0, -2.4)):
        clerk, bike = stops_at(street, vary(street, 1, 2) + 8 * i, x, 13)
        clerk.walk(4.3, 12.0).walk(5.6 + 1.1 * i, 15.0 + 0.6 * i)
        clerks.append((clerk, bike))
    for i, turn in enumerate((1, 2, 0)):
        clerk, bike = clerks[turn]
        makes_off(clerk.until(100 + 15 * i + vary(street, 0, 4)).walk(4.3, 12.0), bike, -1 if i == 1 else 1)
    passers(street, 8.6, 17.8, every_s=12)


@scenario("vehicle_taken", 140, positive=False)
def she_stays_astride_while_he_draws_money(street: Street) -> None:
    """He gets down and stands at a cash machine for 75 s, she keeps her seat behind; he mounts and they ride on."""
    man, bike = biker(street, vary(street, 2, 4), 12.5)
    wife = pillion(street, bike)
    pull_up(man, vary(street, -1.5, 0.5), 12.5).dismount(0.3, -0.8).wait(1)
    x = bike.place[0]
    man.walk(x + 1.5, 12).walk(x + 4, 16.5).wait(vary(street, 70, 76)).walk(x + 1.5, 12).walk(x + 0.4, 11.7)
    wife.until(man.time).dismount(-0.7, -0.8)
    man.until(wife.time + 0.5).mount(bike)
    wife.until(man.time).mount(bike)
    man.until(wife.time)
    ride_out(man, bike, 1)
    passers(street, 9.5, every_s=13)


@scenario("vehicle_taken", 150, positive=False)
def nephew_fetches_ice_on_his_uncles_motorbike(street: Street) -> None:
    """Lent half a minute after it was parked, back with the ice half a minute later, and the uncle is soon away."""
    uncle, bike = stops_at(street, vary(street, 3, 6), vary(street, -1, 1), 12.5)
    x, parked_at = bike.place[0], bike.time
    uncle.walk(x - 1.6, 12).walk(x - 3, 15)
    nephew = street.person(parked_at + vary(street, 14, 18), x + 3, 17.5).walk(x + 1.6, 12.2)
    makes_off(nephew, bike, 1)
    nephew.appear(bike.time + vary(street, 24, 30), edge(12.5), 12.5)
    ice = street.add("object", nephew.time, *nephew.place)
    pull_up(nephew.take(ice, (-0.5, -0.1, 0.3)), x, 12.5).dismount().wait(2).walk(x + 1.6, 12.2).walk(
        x + 3, 17.5
    ).leave()
    makes_off(uncle.until(bike.time + vary(street, 16, 20)).walk(x - 1.6, 12), bike, -1)
    traffic(street, 8.4, every_s=14)


@scenario("vehicle_taken", 150, positive=False)
def fumbler_is_driven_off_by_the_owners_shout(street: Street) -> None:
    """A man bends over the lock for 12 s; the owner, in view, comes running, the man makes off on foot with nothing."""
    owner, bike = stops_at(street, vary(street, 2, 4), vary(street, -1, 1), 13, 1)
    x = bike.place[0]
    owner.walk(x + 1.5, 12.4).walk(x + 5.5, 16)
    man = beside(comer(street, bike.time + vary(street, 62, 68), 11), bike, 0.2).wait(vary(street, 11, 14))
    owner.until(man.time - 1.5).walk(x + 1.6, 13, 2.8)
    go_out(man, -1, 2.6, y=11)
    makes_off(owner.wait(vary(street, 14, 18)).walk(x + 1.5, 12.3), bike, 1)
    passers(street, 9, 17.5, every_s=14)


@scenario("vehicle_taken", 200, positive=False)
def next_guest_parks_where_the_last_one_stood(street: Street) -> None:
    """One guest leaves on his own motorbike; another parks on the same spot, drinks coffee in view, and leaves, too."""
    x, time = vary(street, -1, 1), vary(street, 2, 4)
    for table, side in ((-5.0, -1.0), (5.0, 1.0)):
        guest, bike = stops_at(street, time, x, 14, side)
        guest.walk(x + 1.6 * side, 13.4).walk(table, 17).wait(vary(street, 68, 73)).walk(x + 1.6 * side, 13.4)
        makes_off(guest, bike, -side)
        time = bike.time + vary(street, 3, 5)
    passers(street, 9, 10.5, every_s=11)


@scenario("vehicle_taken", 150, positive=False)
def she_wheels_her_bicycle_out_of_the_row_before_she_mounts(street: Street) -> None:
    """Her bicycle stands between two that were there before; after a chat in view she wheels it off and rides home."""
    parked(street, -2.3, 2.3, y=12.8, kind="bicycle", heading_deg=0.0)
    girl, cycle = biker(street, vary(street, 2, 4), 11.2, kind="bicycle")
    pull_up(girl, -0.4, 11.2, 4.0).dismount(0, -0.5).wait(1).push(cycle, 0.0, 12.3, 0.8).wait(3)
    mates = [street.person(0, -4.2 - i, 15.5 + 0.5 * i) for i in range(2)]
    girl.walk(-0.6, 11.6).walk(-4.2, 12).walk(-5.0, 14.8).wait(vary(street, 74, 80)).walk(-4.2, 12).walk(0, 11.8)
    girl.take(cycle, (0.0, 1.0, 0.0)).walk(0, 10.0, 0.8).put(cycle, 0, 1.0).walk(0, 10.5).push(cycle, 4, 10.5).mount(
        cycle
    )
    ride_out(girl, cycle, 1, end_speed=4.5)
    for mate in mates:
        go_out(mate.until(girl.time + vary(street, 1, 4)), -1)
    traffic(street, 18, every_s=12)


@scenario("vehicle_taken", 150, positive=False)
def friend_halts_beside_it_for_a_word(street: Street) -> None:
    """He stands by his parked motorbike; a friend pulls up right before it, chats astride, rides on; later he goes."""
    owner, bike = stops_at(street, vary(street, 2, 4), vary(street, -1, 1), 13.5)
    x = bike.place[0]
    owner.walk(x - 1.8, 12.8)
    friend, other = biker(street, bike.time + vary(street, 62, 68), 11.9, 1)
    pull_up(friend, x + 0.3, 11.9).wait(vary(street, 14, 19))
    ride_out(friend, other, -1)
    makes_off(owner.until(other.time + vary(street, 8, 12)), bike, 1)
    passers(street, 9.2, 17, every_s=12)
