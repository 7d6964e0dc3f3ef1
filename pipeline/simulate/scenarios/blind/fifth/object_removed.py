"""Removed objects: what had stood there for long and is carried off, and what was lifted, hidden or only passing."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    biker,
    car_by,
    carrying,
    comer,
    edge,
    go_out,
    lorry_stands,
    parked,
    passers,
    pull_up,
    ride_out,
    traffic,
    vary,
)
from pipeline.simulate.street import Street

YARD = [(-4.0, 9.5), (4.0, 9.5), (4.0, 16.0), (-4.0, 16.0)]


@scenario("object_removed", 110)
def incense_burner_leaves_the_shrine(street: Street) -> None:
    """It has stood there since before the play; a man steps up as if to pray, lifts it, and goes off at the back."""
    street.zones["yard"] = YARD
    burner = street.add("object", 0, vary(street, -1, 1), 13.5)
    passers(street, 10.3, every_s=11)
    man = (
        comer(street, vary(street, 34, 40), 12.4)
        .walk(burner.place[0] - 0.3, 12.5)
        .wait(vary(street, 6, 8))
        .take(burner)
    )
    start = man.time
    man.walk(burner.place[0] + 2, 14.5).walk(5, 20).leave()
    street.expect("object_removed", start, street.seconds, "yard")


@scenario("object_removed", 120)
def shop_sign_goes_with_the_lorry(street: Street) -> None:
    """A lorry stops behind the sign; the driver's mate carries the sign over to it, climbs in, and they drive off."""
    street.zones["yard"] = YARD
    sign = street.add("object", 0, vary(street, -1.5, 0), 12.5)
    x = sign.place[0]
    lorry = street.add("truck", vary(street, 34, 40), -26, 18).drive(-6, 18, 7).drive(x + 2.5, 18, 2.5)
    mate = street.person(lorry.time + 1, x + 4.5, 16.5).walk(x + 0.7, 12.9).wait(2).take(sign)
    start = mate.time
    mate.wait(1).walk(x + 4.5, 16.5, 1.1).leave()
    lorry.until(mate.time + 2).drive(x + 9, 18, 2.5).drive(26, 18, 7).leave()
    traffic(street, 8.5, every_s=15)
    street.expect("object_removed", start, street.seconds, "yard")


@scenario("object_removed", 120)
def gas_bottle_is_moved_to_the_next_house(street: Street) -> None:
    """A lodger carries it six metres along the wall and leaves it there, still in view but out of the yard."""
    street.zones["yard"] = YARD
    bottle = street.add("object", 0, vary(street, 0, 1), 13.5)
    x = bottle.place[0]
    lodger = street.person(vary(street, 40, 46), 2, 18).walk(x + 0.7, 13.9).wait(2).take(bottle)
    start = lodger.time
    lodger.wait(1).walk(x + 6.5, 14, 0.9).put(bottle, 0.3, -0.3).wait(3).walk(x + 6.5, 18).leave()
    passers(street, 10.5, 16.9)
    street.expect("object_removed", start, street.seconds, "yard")


@scenario("object_removed", 130)
def child_lugs_the_toy_chest_home(street: Street) -> None:
    """A child carries the chest off very slowly, setting it down once on the way, among people who walk past."""
    street.zones["yard"] = YARD
    chest = street.add("object", 0, vary(street, -0.5, 1), 12.5)
    passers(street, 10.4, 15, every_s=10)
    child = comer(street, vary(street, 34, 40), 12.2, 1).walk(chest.place[0] + 0.6, 12.3).wait(2).take(chest)
    start = child.time
    child.walk(child.place[0] + 2.5, 12.3, 0.6).put(chest, 0.4, -0.2).wait(3).take(chest)
    child.walk(edge(12.3), 12.3, 0.7).leave()
    street.expect("object_removed", start, street.seconds, "yard")


@scenario("object_removed", 120, positive=False)
def four_riders_halt_in_front_of_the_sacks(street: Street) -> None:
    """Four motorbikes stop side by side for 25 s and hide two sacks; they ride on, and the sacks are still there."""
    street.zones["yard"] = YARD
    for x in (-1.0, 1.0):
        street.add("object", 0, x, 13.2)
    start = vary(street, 38, 42)
    riders = []
    for i in range(4):
        rider, bike = biker(street, start + 2.5 * i, 11.4 + 0.3 * (i % 2), -1)
        riders.append((pull_up(rider, 3.2 - 2.2 * i, 11.4 + 0.3 * (i % 2)), bike))
    stop = max(rider.time for rider, _ in riders) + vary(street, 22, 26)
    for i, (rider, bike) in enumerate(riders):
        rider.until(stop + 1.5 * i)
        ride_out(rider, bike, 1)
    passers(street, 17.5)


@scenario("object_removed", 110, positive=False)
def fruit_seller_turns_her_basket_round(street: Street) -> None:
    """Twice she lifts the basket off the ground for five seconds and sets it down within a hand's breadth."""
    street.zones["yard"] = YARD
    basket = street.add("object", 0, vary(street, -1, 1), 13)
    x = basket.place[0]
    woman = street.person(0, x, 13.9)
    for time in (vary(street, 38, 44), vary(street, 62, 70)):
        woman.until(time).take(basket, (0.1, -0.8, 0.5)).wait(vary(street, 4, 6)).put(
            basket, vary(street, 0, 0.2), -0.9
        )
    customer = comer(street, vary(street, 46, 50), 11.8, 1).walk(x - 0.5, 11.8).wait(vary(street, 5, 8))
    go_out(customer, -1)
    traffic(street, 8.5, 18, every_s=12)


@scenario("object_removed", 120, positive=False)
def box_waits_for_eighteen_seconds_for_the_second_man(street: Street) -> None:
    """A box is set down until the other porter is there, 18 s later, and carried on: it had no place of its own."""
    street.zones["yard"] = YARD
    street.add("object", 0, 2.8, 15)
    porter = comer(street, vary(street, 6, 10), 12.2)
    box = carrying(street, porter, "object")
    porter.walk(-1, 12.2).put(box, 0.6, -0.3)
    mate = comer(street, porter.time + 8, 13.2, 1).walk(0.2, 12.8).until(porter.time + vary(street, 15, 18))
    porter.until(mate.time).take(box)
    go_out(porter, 1, 1.0)
    go_out(mate.wait(0.6), 1, 1.0)
    passers(street, 10, 17.5)


@scenario("object_removed", 150, positive=False)
def painter_moves_his_bucket_along_the_fence(street: Street) -> None:
    """Every 16 s he takes his bucket a metre and a half farther along: it never stands for half a minute."""
    street.zones["yard"] = YARD
    painter = comer(street, vary(street, 3, 6), 14)
    bucket = carrying(street, painter, "object")
    for x in (-3.0, -1.5, 0.0, 1.5, 3.0):
        painter.walk(x, 14, 0.9).put(bucket, 0.4, -0.5).wait(vary(street, 14, 18)).take(bucket)
    go_out(painter, 1)
    traffic(street, 9, every_s=12)
    parked(street, -6, 6.5, y=16)


@scenario("object_removed", 120, positive=False)
def customers_look_the_boxes_over(street: Street) -> None:
    """Two customers in turn stand before three boxes, lift one of them for some seconds, and set it back there."""
    street.zones["yard"] = YARD
    boxes = [street.add("object", 0, x, 14) for x in (-1.7, 0.0, 1.7)]
    for i, (box, side) in enumerate(((boxes[0], -1), (boxes[2], 1))):
        customer = comer(street, 38 + 26 * i + vary(street, 0, 3), 12.9, side).walk(box.place[0] - 0.2, 13.1)
        customer.wait(vary(street, 4, 6)).take(box, (0.2, 0.8, 0.5)).wait(vary(street, 3, 5)).put(box, 0.2, 0.9)
        go_out(customer.wait(vary(street, 3, 5)), side)
    car_by(street, vary(street, 50, 56), 9, 1, 7, kind="bus")
    passers(street, 17.5)


@scenario("object_removed", 120, positive=False)
def loads_are_carried_through_the_yard(street: Street) -> None:
    """Four porters carry their loads past two crates that belong there, and a lorry stands before those for a while."""
    street.zones["yard"] = YARD
    for x in (-1.2, 1.2):
        street.add("object", 0, x, 14.6)
    for i in range(4):
        porter = comer(street, 6 + 22 * i + vary(street, 0, 4), 12.4, 1 if i % 2 else -1)
        carrying(street, porter, "object" if i % 2 else "suitcase")
        go_out(porter, -1 if i % 2 else 1)
    lorry_stands(street, vary(street, 44, 48), vary(street, 18, 22), y=9)
