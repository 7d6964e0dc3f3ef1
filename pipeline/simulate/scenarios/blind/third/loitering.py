"""Loitering, third set: presence of one person for a minute, and all that only looks like it."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.third.moves import potter
from pipeline.simulate.scenarios.cast import comer, go_out, parked, passers, ride_by, traffic, vary
from pipeline.simulate.scenarios.moments import expect_stay
from pipeline.simulate.street import Street

KIND = "loitering"


@scenario(KIND, 150)
def idler_among_the_shoppers_of_a_market_front(street: Street) -> None:
    """A man drifts from stall to stall for 80 s while shoppers keep crossing in front: tracks break and swap."""
    street.zones["stalls"] = [(-5.5, 9.5), (5.5, 9.5), (5.5, 13.5), (-5.5, 13.5)]
    passers(street, 9.9, 12.9, every_s=7)
    traffic(street, 17, 19, every_s=12)
    man = comer(street, vary(street, 8, 12), 11.2).walk(-3.5, 11.3)
    potter(street, man, man.time + vary(street, 76, 84), (-4, 4), (10.6, 12.2))
    go_out(man, 1)
    expect_stay(street, KIND, [man], "stalls")


@scenario(KIND, 140)
def girl_under_the_eaves_at_the_end_of_the_alley(street: Street) -> None:
    """Small and far away somebody waits 75 s under a roof; motorbikes pass between her and the camera."""
    street.zones["alley"] = [(-4, 19), (4, 19), (4, 25), (-4, 25)]
    traffic(street, 14.5, 16.5, every_s=9)
    passers(street, 20.0, every_s=25)
    parked(street, -7.5, -8.6, y=21)
    girl = comer(street, vary(street, 5, 9), 22.5, 1).walk(vary(street, 0.5, 2.0), 22.8)
    girl.wait(vary(street, 70, 78)).walk(girl.place[0] - 0.8, 23.2, 0.8).wait(3)
    go_out(girl, -1)
    expect_stay(street, KIND, [girl], "alley")


@scenario(KIND, 160)
def long_phone_call_in_circles(street: Street) -> None:
    """A man on the phone walks in circles for 95 s and strays out of the zone twice, for three seconds each."""
    street.zones["forecourt"] = [(-1, 9.5), (6, 9.5), (6, 14), (-1, 14)]
    passers(street, 8.6, every_s=13)
    traffic(street, 17, 20, every_s=14)
    man = comer(street, vary(street, 6, 10), 11.5, 1).walk(3.5, 11.5)
    end = man.time + vary(street, 88, 96)
    strays = [man.time + 28, man.time + 60]
    while man.time < end:
        if strays and man.time > strays[0]:
            strays.pop(0)
            man.walk(0.0, 12.2, 1.1).walk(-2.3, 12.2, 1.1).wait(0.6).walk(0.2, 12.0, 1.1)
        for dx, dy in ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)):
            man.walk(2.8 + dx, 11.7 + dy, vary(street, 0.6, 0.9))
    go_out(man, 1)
    expect_stay(street, KIND, [man], "forecourt")


@scenario(KIND, 170)
def two_youths_remain_after_the_school_bell(street: Street) -> None:
    """Pupils stream out of a gate and past; two youths who do not belong there stay 70 and 90 s on opposite sides."""
    street.zones["gate"] = [(-5, 10), (5, 10), (5, 16), (-5, 16)]
    for i in range(12):
        side = 1.0 if i % 2 else -1.0
        pupil = street.person(20 + 5 * i + vary(street, 0, 3), vary(street, -0.8, 0.8), 15.5).walk(0.5 * side, 13.2)
        go_out(pupil, side, vary(street, 1.2, 1.6))
    traffic(street, 19, every_s=11)
    first = comer(street, vary(street, 4, 8), 11.0).walk(-3.6, 11.0).wait(vary(street, 66, 72))
    second = comer(street, vary(street, 14, 18), 14.6, 1).walk(3.6, 14.6).wait(vary(street, 84, 92))
    go_out(first, -1)
    go_out(second, 1)
    for youth in (first, second):
        expect_stay(street, KIND, [youth], "gate")


@scenario(KIND, 170, positive=False)
def parents_relieve_one_another_at_the_kindergarten(street: Street) -> None:
    """Somebody always waits at the gate, but each parent only half a minute: one's clock must not go on to the next."""
    street.zones["gate"] = [(-3.5, 10), (3.5, 10), (3.5, 14.5), (-3.5, 14.5)]
    traffic(street, 18, 20, every_s=12)
    for i in range(6):
        side = -1.0 if i % 2 else 1.0
        x, y = vary(street, -1.8, 1.8), 11.2 + 1.1 * (i % 3)
        parent = comer(street, 5 + 23 * i + vary(street, 0, 3), y, side).walk(x, y).wait(vary(street, 26, 36))
        go_out(parent, side)


@scenario(KIND, 150, positive=False)
def customers_change_places_at_the_juice_cart(street: Street) -> None:
    """Guests of a cart each drink up within 50 s, and the next steps into the very place of the last."""
    street.zones["cart"] = [(-6, 9), (0, 9), (0, 13), (-6, 13)]
    street.add("object", 0, -3.0, 12.2)
    passers(street, 8.2, every_s=14)
    for i in range(4):
        side = 1.0 if i % 2 else -1.0
        guest = comer(street, 4 + 31 * i + vary(street, 0, 2), 10.8, side).walk(-3.2 + 0.7 * (i % 2), 11.2)
        guest.wait(vary(street, 28, 36)).walk(guest.place[0], 10.0)
        go_out(guest, -side)


@scenario(KIND, 160, positive=False)
def old_man_on_the_bench_behind_the_kerb(street: Street) -> None:
    """Somebody rests for two minutes 1.3 m outside the zone, at its far side, while others cross the zone."""
    street.zones["pavement"] = [(-7, 9), (7, 9), (7, 12), (-7, 12)]
    passers(street, 9.8, 11.0, every_s=8)
    traffic(street, 17, 20, every_s=13)
    man = street.person(6, vary(street, 1, 3), 18.5).walk(vary(street, 1, 3), 13.4)
    man.wait(vary(street, 112, 122)).walk(man.place[0] - 1, 19).leave()


@scenario(KIND, 150, positive=False, settings={"max_displacement_m": 4})
def street_sweeper_works_her_way_along(street: Street) -> None:
    """A sweeper is in a long zone for well over a minute but moves on all the time: no stay of one place."""
    street.zones["pavement"] = [(-9, 11), (9, 11), (9, 15), (-9, 15)]
    traffic(street, 18, 20, every_s=12)
    woman = comer(street, vary(street, 4, 8), 12.8).walk(-8.5, 12.8)
    x = -8.5
    while x < 8.5:
        x += vary(street, 0.8, 1.3)
        woman.walk(x, vary(street, 12.3, 13.3), 0.45).wait(vary(street, 0.8, 1.8))
    go_out(woman, 1, y=13)


@scenario(KIND, 170, positive=False)
def parcel_carrier_comes_three_times(street: Street) -> None:
    """The same carrier stands half a minute at a door three times, gone for a quarter of a minute between."""
    street.zones["door"] = [(1, 10), (6, 10), (6, 14), (1, 14)]
    passers(street, 8.4, every_s=15)
    parked(street, -3.0, y=12.5)
    carrier = comer(street, vary(street, 4, 8), 11.8)
    for _ in range(3):
        carrier.walk(3.2, 12.0).wait(vary(street, 25, 33)).walk(-2.2, 11.6).wait(vary(street, 8, 12))
    go_out(carrier, -1)
    ride_by(street, 60, 17, 1)


@scenario(KIND, 120, positive=False)
def couple_parts_at_the_boarding_house_door(street: Street) -> None:
    """Two say goodbye for three quarters of a minute; she goes in, he walks on, passers go between."""
    street.zones["door"] = [(-4, 12), (3, 12), (3, 17), (-4, 17)]
    passers(street, 12.6, every_s=12)
    traffic(street, 9.5, every_s=16)
    start = vary(street, 8, 14)
    she = comer(street, start, 14.2).walk(-0.8, 14.2)
    he = comer(street, start + 0.8, 14.9).walk(-0.2, 14.9)
    end = max(she.time, he.time) + vary(street, 41, 46)
    she.until(end).walk(-0.4, 16.4).leave()
    go_out(he.until(end), 1, 1.5)
