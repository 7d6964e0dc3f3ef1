"""Line crossing: all who go over the line, each time they do, and none of those who only come close to it."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    biker,
    car_by,
    carrying,
    comer,
    go_out,
    parked,
    passers,
    ride_by,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_crossings
from pipeline.simulate.street import Street

WALKERS = {"classes": ["person"]}
LORRIES = {"classes": ["car", "bus", "truck"]}


@scenario("line_crossing", 80, settings=WALKERS)
def pupils_come_out_of_the_school_gate(street: Street) -> None:
    """Six pupils walk out of the gate towards the camera, three seconds apart, and turn off to both sides."""
    street.lines["gate"] = ((-3.0, 14.5), (3.0, 14.5))
    start = vary(street, 6, 14)
    pupils = []
    for i in range(6):
        x = -1.5 + 1.5 * (i % 3)
        pupil = street.person(start + 3 * i, x, 18.5).walk(x, 11 + 0.4 * (i % 2), vary(street, 1.1, 1.4))
        pupils.append(go_out(pupil, 1 if i % 2 else -1))
    car_by(street, start + 4, 7.6, -1, 7)
    expect_crossings(street, *pupils)


@scenario("line_crossing", 90)
def ferry_unloads_its_motorbikes_and_a_lorry(street: Street) -> None:
    """Four motorbikes and a lorry come off the ferry one by one and cross; those who walk ashore do not count here."""
    street.lines["ramp"] = ((1.0, 9.5), (1.0, 19.5))
    start = vary(street, 4, 8)
    vehicles = [ride_by(street, start + 6 * i, 12.5 + 1.6 * (i % 2), -1, vary(street, 4, 5.5))[1] for i in range(4)]
    vehicles.append(car_by(street, start + 32, 15, -1, 5, kind="truck"))
    passers(street, 10.2, every_s=9)
    expect_crossings(street, *vehicles, line="ramp")


@scenario("line_crossing", 110, settings=WALKERS)
def woman_has_forgotten_her_umbrella(street: Street) -> None:
    """She goes through the gate, comes back for what she forgot, and goes again: three crossings of one walker."""
    street.lines["gate"] = ((0.5, 9.5), (0.5, 17.5))
    woman = comer(street, vary(street, 4, 8), 12.5).walk(4.5, 12.5).wait(vary(street, 9, 12)).walk(-3.5, 13.5)
    woman.wait(vary(street, 11, 14)).walk(4, 13)
    go_out(woman, 1)
    traffic(street, 8, every_s=14)
    expect_crossings(street, woman)


@scenario("line_crossing", 100, settings=LORRIES)
def lorry_on_the_weighbridge_and_off_again(street: Street) -> None:
    """A lorry drives over the line, stands for a quarter of a minute, and backs out again; motorbikes do not count."""
    street.lines["bridge"] = ((-1.0, 10.0), (-1.0, 20.0))
    lorry = street.add("truck", vary(street, 3, 6), -24, 15).drive(-9, 15, 6).drive(6.5, 15, 3)
    lorry.wait(vary(street, 13, 17)).drive(-9, 15, 2.5).drive(-24, 15, 5).leave()
    for i in range(3):
        ride_by(street, 8 + 24 * i + vary(street, 0, 4), 11.0, 1 if i % 2 else -1, 6)
    expect_crossings(street, lorry, line="bridge")


@scenario("line_crossing", 100, positive=False, settings=WALKERS)
def cinema_queue_before_the_barrier(street: Street) -> None:
    """Five queue along the barrier, a metre and more before it, move up twice, and are sent home again."""
    street.lines["barrier"] = ((-5.0, 14.5), (5.0, 14.5))
    start = vary(street, 3, 6)
    for i in range(5):
        x = -3.0 + 1.3 * i
        guest = comer(street, start + 1.2 * i, 12.9, 1).walk(x + 1.6, 12.9).until(start + 28 + 0.5 * i)
        guest.walk(x + 0.8, 13.0, 0.8).until(start + 46 + 0.5 * i).walk(x, 12.9, 0.8).until(start + 60 + 0.4 * i)
        go_out(guest, 1, y=11.5)
    traffic(street, 8, every_s=13)


@scenario("line_crossing", 90, positive=False)
def riders_turn_round_at_the_flooded_stretch(street: Street) -> None:
    """Four riders come up to the water, turn round three metres before the line and ride back; walkers wade across."""
    street.lines["flood"] = ((2.5, 10.0), (2.5, 18.5))
    start = vary(street, 3, 6)
    for i in range(4):
        rider, bike = biker(street, start + 17 * i, 14.5)
        rider.ride(-3, 14.5, 5).ride(-1.2, 13.6, 2.5).wait(vary(street, 2, 4)).ride(-3, 12.4, 2.0)
        rider.ride(-13.2, 12.4, 4, 6).leave()
        bike.leave()
    passers(street, 16.8, every_s=12)


@scenario("line_crossing", 90, positive=False, settings=WALKERS)
def everybody_walks_round_the_wet_cement(street: Street) -> None:
    """The line runs across fresh cement; people from both sides walk round its ends, two metres away from them."""
    street.lines["cement"] = ((0.0, 12.5), (0.0, 15.0))
    for i in range(6):
        side = 1 if i % 2 else -1
        row = 10.0 if i % 3 else 17.5
        walker = comer(street, 3 + 12 * i + vary(street, 0, 4), 13.5, side).walk(3.5 * side, 13.5)
        walker.wait(vary(street, 1, 2)).walk(1.5 * side, row).walk(-1.5 * side, row)
        go_out(walker, -side)
    street.add("object", 0, 0.6, 13.8)


@scenario("line_crossing", 90, positive=False, settings={"classes": ["bicycle"]})
def motorbikes_and_cars_where_bicycles_count(street: Street) -> None:
    """Only bicycles count; motorbikes, cars and people cross all the time, and two bicycles lean a little beside it."""
    street.lines["bridge"] = ((0.0, 9.5), (0.0, 18.0))
    parked(street, 3.4, 4.6, y=16.5, kind="bicycle")
    traffic(street, 12, 14.5, every_s=9)
    passers(street, 9.6, every_s=12)


@scenario("line_crossing", 100, positive=False, settings=WALKERS)
def parcels_are_pushed_over_the_line(street: Street) -> None:
    """Three people in turn walk up to the line, set a parcel down beyond it, and turn back a metre before it."""
    street.lines["counter"] = ((-4.0, 14.0), (4.0, 14.0))
    for i in range(3):
        x = -2.0 + 2.0 * i
        sender = comer(street, vary(street, 3, 6) + 24 * i, 11.5, -1 if i % 2 else 1)
        parcel = carrying(street, sender, "object")
        sender.walk(x, 11.5).walk(x, 12.9).wait(1).put(parcel, 0.0, 2.0).wait(vary(street, 6, 9)).walk(x, 11.5)
        go_out(sender, 1 if i % 2 else -1)
    passers(street, 9.5)


@scenario("line_crossing", 100, positive=False, settings=LORRIES)
def bus_turns_in_the_loop_before_the_line(street: Street) -> None:
    """A bus and then a car stop well before the line and turn round; motorbikes, which do not count, drive across."""
    street.lines["tollgate"] = ((5.5, 10.0), (5.5, 22.0))
    bus = street.add("bus", vary(street, 3, 6), -26, 17.5).drive(-9, 17.5, 6).drive(-5, 17.5, 2.5)
    bus.wait(vary(street, 8, 12)).drive(-9, 17.5, 2.5).drive(-26, 17.5, 6).leave()
    car = street.add("car", bus.time + 4, -20, 15).drive(-6, 15, 6).drive(-1, 15, 3).drive(-2.5, 17.5, 2)
    car.drive(-8, 18, 4).drive(-24, 18, 7).leave()
    for i in range(4):
        ride_by(street, 6 + 21 * i + vary(street, 0, 4), 12.2, 1 if i % 2 else -1, 6)
