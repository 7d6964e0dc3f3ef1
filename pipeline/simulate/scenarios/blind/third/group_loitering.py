"""Group loitering, third set: three and more who stay together, and those who nearly do."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.third.moves import potter
from pipeline.simulate.scenarios.cast import (
    biker,
    comer,
    friends,
    go_out,
    parked,
    passers,
    pull_up,
    ride_out,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_stay
from pipeline.simulate.street import Street

KIND = "group_loitering"


@scenario(KIND, 150)
def four_men_drink_across_the_road(street: Street) -> None:
    """Four stand 80 s in a ring on the far side; lorries and motorbikes of the road in front hide them in passing."""
    street.zones["far-side"] = [(-5, 16), (5, 16), (5, 22), (-5, 22)]
    traffic(street, 10.5, 12.5, every_s=9)
    men = friends(street, 4, vary(street, 5, 9), 0.5, 18.8)
    end = men[-1].time + vary(street, 74, 82)
    for i, man in enumerate(men):
        go_out(man.until(end + i), 1 if i % 2 else -1)
    expect_stay(street, KIND, men, "far-side", 3)


@scenario(KIND, 160)
def three_ride_up_one_after_another_and_talk(street: Street) -> None:
    """Three come on motorbikes, get off and talk 75 s beside them: the bikes stay between them and the camera."""
    street.zones["corner"] = [(-7, 11), (5, 11), (5, 16), (-7, 16)]
    passers(street, 9.0, every_s=14)
    riders = []
    for i in range(3):
        rider, bike = biker(street, vary(street, 3, 5) + 5 * i, 12.6, -1)
        pull_up(rider, 1.5 - 2.2 * i, 12.6).dismount(0.2, 0.9).walk(0.2 - 0.9 * i, 14.0 + 0.5 * (i % 2), 1.0)
        riders.append((rider, bike))
    end = riders[-1][0].time + vary(street, 70, 78)
    for i, (rider, bike) in enumerate(riders):
        rider.until(end + 2 * i).walk(bike.place[0], bike.place[1] + 0.9).mount(bike)
        ride_out(rider, bike, 1)
    expect_stay(street, KIND, [rider for rider, _ in riders], "corner", 3)


@scenario(KIND, 170)
def card_players_and_their_onlookers(street: Street) -> None:
    """Three sit at cards 100 s; onlookers stop for a quarter of a minute and go, and tracks mix."""
    street.zones["pavement"] = [(-1, 9), (7, 9), (7, 14), (-1, 14)]
    traffic(street, 18, 20, every_s=12)
    players = friends(street, 3, vary(street, 4, 8), 3.0, 11.2, 1)
    end = players[-1].time + vary(street, 95, 104)
    for i in range(3):
        onlooker = comer(street, 26 + 27 * i + vary(street, 0, 3), 12.9).walk(2.4 + 0.6 * i, 12.9)
        go_out(onlooker.wait(vary(street, 10, 15)), 1)
    for i, player in enumerate(players):
        go_out(player.until(end + 1.5 * i), -1)
    expect_stay(street, KIND, players, "pavement", 3)


@scenario(KIND, 150)
def waiting_for_the_karaoke_to_open(street: Street) -> None:
    """Three shift about before a closed door for 80 s; one steps out of the zone for three seconds."""
    street.zones["entrance"] = [(-7, 13), (0, 13), (0, 19), (-7, 19)]
    traffic(street, 10.0, every_s=11)
    parked(street, 2.5, 3.8, 5.1, y=16)
    start = vary(street, 4, 7)
    group = [comer(street, start + 1.2 * i, 15 + i).walk(-4.5 + i, 15.0 + i) for i in range(3)]
    end = group[-1].time + vary(street, 76, 84)
    group[2].wait(vary(street, 24, 30)).walk(-0.6, 16.2, 1.2).walk(1.0, 16.2, 1.2).wait(0.5).walk(-1.5, 16.2, 1.2)
    for person in group:
        potter(street, person, end, (-5.5, -1.5), (14.2, 17.6))
    for person in group:
        go_out(person, -1)
    expect_stay(street, KIND, group, "entrance", 3)


@scenario(KIND, 120, positive=False)
def table_breaks_up_after_fifty_seconds(street: Street) -> None:
    """Four stand together for not quite a minute and then go at the same time."""
    street.zones["square"] = [(-5, 10), (5, 10), (5, 16), (-5, 16)]
    passers(street, 8.4, every_s=11)
    traffic(street, 19, every_s=12)
    group = friends(street, 4, vary(street, 6, 10), -0.5, 12.8)
    end = group[-1].time + vary(street, 38, 42)
    for i, person in enumerate(group):
        go_out(person.until(end + 0.5 * i), -1 if i % 2 else 1, 1.4)


@scenario(KIND, 160, positive=False)
def two_sellers_and_a_buyer_now_and_then(street: Street) -> None:
    """Two stay two minutes; a buyer joins them for ten seconds every half minute and leaves again."""
    street.zones["stall"] = [(-4, 9.5), (3, 9.5), (3, 14), (-4, 14)]
    traffic(street, 17, 20, every_s=11)
    start = vary(street, 3, 6)
    sellers = [comer(street, start + i, 12.0 + 0.8 * i).walk(-1.6 + 1.6 * i, 12.0 + 0.8 * i) for i in range(2)]
    for i in range(4):
        buyer = comer(street, 18 + 30 * i + vary(street, 0, 3), 10.8, 1).walk(-0.5, 10.9).wait(vary(street, 6, 10))
        go_out(buyer, -1)
    for seller in sellers:
        go_out(seller.until(145), -1)


@scenario(KIND, 150, positive=False)
def third_one_serves_from_outside(street: Street) -> None:
    """Two guests stand in the zone, the vendor with whom they talk stands 1.4 m beyond its edge all the time."""
    street.zones["walk"] = [(-5, 9), (5, 9), (5, 12.2), (-5, 12.2)]
    traffic(street, 18, 20, every_s=12)
    parked(street, 7, 8.2, y=14)
    vendor = street.person(2, 1.0, 20).walk(0.6, 13.7)
    guests = [comer(street, vary(street, 5, 8) + 2 * i, 10.2 + 0.6 * i).walk(-0.6 + 1.2 * i, 10.4) for i in range(2)]
    end = guests[-1].time + vary(street, 84, 92)
    for guest in guests:
        go_out(guest.until(end), 1)
    vendor.until(end + 10)


@scenario(KIND, 130, positive=False)
def family_packs_two_motorbikes(street: Street) -> None:
    """Four come out of a house, load up, talk and ride off together after three quarters of a minute."""
    street.zones["yard"] = [(-6, 11), (4, 11), (4, 17), (-6, 17)]
    passers(street, 9.2, every_s=13)
    bikes = parked(street, 0.5, -2.5, y=13, heading_deg=0)
    start = vary(street, 10, 14)
    family = []
    for i in range(4):
        bike = bikes[i // 2]
        at = (bike.place[0] + (-0.5 if i % 2 else 0.5), 13.9)
        family.append(street.person(start + 1.5 * i, -1.0, 16.4).walk(*at).wait(2))
    end = family[-1].time + vary(street, 33, 37)
    for i, (driver, passenger) in enumerate((family[:2], family[2:])):
        driver.until(end + i).mount(bikes[i])
        passenger.until(driver.time).mount(bikes[i])
        driver.until(passenger.time)
        ride_out(driver, bikes[i], 1)


@scenario(KIND, 150, positive=False)
def customers_two_at_a_time(street: Street) -> None:
    """A window serves two people at once: five in all come within two minutes, never three together."""
    street.zones["window"] = [(-2, 12), (5, 12), (5, 16.5), (-2, 16.5)]
    traffic(street, 9.5, every_s=15)
    parked(street, -6, -5, y=15)
    for i in range(5):
        side = 1.0 if i % 2 else -1.0
        x = 2.4 if i % 2 else 0.6
        customer = comer(street, 3 + 22 * i + vary(street, 0, 2), 14.3, side).walk(x, 14.3)
        go_out(customer.wait(vary(street, 20, 23)), side, 1.4)


@scenario(KIND, 130, positive=False)
def work_gang_goes_through_and_returns(street: Street) -> None:
    """Five workers with their things walk through the zone in a quarter of a minute, and back a while later."""
    street.zones["lane"] = [(-6, 12), (6, 12), (6, 17), (-6, 17)]
    traffic(street, 20, every_s=14)
    start = vary(street, 3, 6)
    for i in range(5):
        y = 13.2 + 0.7 * i
        worker = comer(street, start + 1.1 * i, y)
        go_out(worker, 1, 1.0)
        worker.appear(worker.time + vary(street, 30, 34), *worker.place)
        go_out(worker, -1, 1.0)
