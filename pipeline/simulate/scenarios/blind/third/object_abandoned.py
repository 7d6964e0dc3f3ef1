"""Abandoned things, third set: left alone for a minute, or only seemingly."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.third.moves import potter
from pipeline.simulate.scenarios.cast import carrying, comer, go_out, parked, passers, traffic, vary
from pipeline.simulate.scenarios.moments import back, left
from pipeline.simulate.street import Actor, Street

KIND = "object_abandoned"


def _expect(street: Street, owners: list[Actor], thing: Actor, after: float) -> None:
    start = left(street, owners, thing, 3.0, after)
    street.expect(KIND, start, back(street, owners, thing, 3.0, start))


@scenario(KIND, 150)
def backpack_forgotten_at_the_bench(street: Street) -> None:
    """A man rests half a minute beside his backpack and walks off without it; passers go close by all the time."""
    passers(street, 9.6, 12.6, every_s=10)
    traffic(street, 17, every_s=13)
    man = comer(street, vary(street, 4, 8), 11.0)
    bag = carrying(street, man, "backpack")
    man.walk(vary(street, -2, 1), 11.2).put(bag, 0.5, 0.2).wait(vary(street, 20, 30))
    put = man.time
    go_out(man, 1, 1.2)
    _expect(street, [man], bag, put)


@scenario(KIND, 150)
def two_come_together_and_part_without_the_suitcase(street: Street) -> None:
    """Two set a suitcase down beside parked bikes, talk, and leave to opposite sides; neither takes it."""
    parked(street, 2.5, 3.6, 4.7, y=14)
    traffic(street, 9.2, every_s=12)
    start = vary(street, 3, 6)
    first, second = comer(street, start, 13.2), comer(street, start + 0.6, 14.0)
    case = carrying(street, first, "suitcase")
    first.walk(-0.6, 13.2).put(case, 0.6, -0.2)
    second.walk(-0.8, 14.1)
    end = max(first.time, second.time) + vary(street, 12, 18)
    go_out(first.until(end), -1, 1.3)
    go_out(second.until(end + 1), 1, 1.3, 15.5)
    _expect(street, [first, second], case, end)


@scenario(KIND, 160)
def suitcase_stands_alone_while_he_queues(street: Street) -> None:
    """A traveller leaves his suitcase 7 m off and queues with his back to it for 85 s, in view, then fetches it."""
    passers(street, 9.0, every_s=13)
    for i in range(2):
        comer(street, 2 + 2 * i, 13.5, 1).walk(5.8 + 0.9 * i, 13.6).until(150)
    man = comer(street, vary(street, 6, 9), 13.0)
    case = carrying(street, man, "suitcase")
    man.walk(-3.0, 13.0).put(case, 0.5, -0.2).wait(vary(street, 7, 9))
    put = man.time
    man.walk(4.6, 13.6, 1.2).wait(vary(street, 82, 90)).walk(-3.2, 13.0).take(case)
    go_out(man, -1)
    _expect(street, [man], case, put)


@scenario(KIND, 140)
def passenger_sets_a_box_down_and_is_driven_off(street: Street) -> None:
    """A car halts, somebody gets out, sets a box down on the pavement, gets in again and the car drives away."""
    passers(street, 9.5, every_s=12)
    car = street.add("car", vary(street, 4, 8), -22, 16).drive(-6, 16, 7).drive(0.5, 16, 3)
    man = street.person(car.time + 1.5, 0.8, 14.6)
    box = carrying(street, man, "object")
    man.walk(1.2, 13.2, 1.0).put(box, 0.3, -0.4).wait(2).walk(0.8, 14.6, 1.3)
    put = man.time
    man.leave()
    car.until(put + 1.5).drive(8, 16, 3).drive(23, 16, 7).leave()
    _expect(street, [man], box, put - 2)


@scenario(KIND, 160, positive=False)
def wife_watches_the_luggage(street: Street) -> None:
    """A couple sets two suitcases down; he is away for 80 s and she stays two steps from them the whole time."""
    passers(street, 9.4, every_s=12)
    traffic(street, 18, every_s=13)
    start = vary(street, 4, 7)
    he, she = comer(street, start, 12.0), comer(street, start + 0.5, 12.9)
    cases = [carrying(street, he, "suitcase"), carrying(street, she, "suitcase")]
    he.walk(0, 12.0).put(cases[0], 0.6, -0.3)
    she.walk(-0.2, 12.9).put(cases[1], 1.1, -0.6)
    he.wait(8)
    go_out(he, 1)
    he.appear(he.time + vary(street, 62, 70), *he.place).walk(1.4, 12.0)
    potter(street, she, he.time, (-0.6, 0.3), (12.8, 13.6))
    he.until(she.time).take(cases[0])
    she.until(he.time).walk(0.4, 12.8).take(cases[1])
    go_out(he, 1)
    go_out(she, 1)


@scenario(KIND, 160, positive=False)
def errands_twice_half_a_minute(street: Street) -> None:
    """The owner leaves her backpack for two errands of half a minute each and stands beside it between them."""
    passers(street, 9.2, every_s=14)
    parked(street, -6, -7.1, y=14)
    woman = comer(street, vary(street, 4, 7), 11.6)
    bag = carrying(street, woman, "backpack")
    woman.walk(-1.5, 11.6).put(bag, -0.5, 0.1).wait(6)
    for x in (6.0, 5.0):
        woman.walk(x, 12.5, 1.3).wait(vary(street, 20, 25)).walk(-1.2, 11.6, 1.3).wait(vary(street, 12, 16))
    woman.take(bag)
    go_out(woman, 1)


@scenario(KIND, 150, positive=False)
def pupils_play_and_one_minds_the_bags(street: Street) -> None:
    """Four pupils pile their backpacks; three chase about far from them, one of the four stays at the pile."""
    traffic(street, 19, every_s=13)
    start = vary(street, 3, 5)
    pupils = [comer(street, start + 0.7 * i, 11.2 + 0.5 * i) for i in range(4)]
    bags = [carrying(street, pupil, "backpack") for pupil in pupils]
    for i, (pupil, bag) in enumerate(zip(pupils, bags, strict=True)):
        pupil.walk(-3.0 + 0.6 * i, 11.4 + 0.4 * (i % 2), 1.3).put(bag, 0.2, -0.4)
    end = vary(street, 104, 110)
    for pupil in pupils[1:]:
        while pupil.time < end:
            pupil.walk(vary(street, 2.5, 6.5), vary(street, 10.5, 15.5), vary(street, 1.6, 2.4)).wait(
                vary(street, 0, 3)
            )
    potter(street, pupils[0], end + 6, (-3.8, -2.2), (11.3, 12.3), (4, 9))
    for pupil, bag in zip(pupils, bags, strict=True):
        pupil.until(end + 6).walk(bag.place[0] - 0.3, bag.place[1] + 0.4, 1.6).take(bag)
    for pupil in pupils:
        go_out(pupil, -1)


@scenario(KIND, 160, positive=False)
def shoe_shiner_moves_his_box_along(street: Street) -> None:
    """A shoe shiner sets his box down here and there, goes to customers some metres off and fetches it each time."""
    passers(street, 9.0, every_s=13)
    guests = [comer(street, 1 + i, 14.0, 1).walk(4.5 - 4.5 * i, 14.2).until(150) for i in range(3)]
    man = comer(street, vary(street, 10, 13), 10.8)
    box = carrying(street, man, "suitcase")
    for guest in guests[::-1]:
        x = guest.place[0]
        man.walk(x - 2.2, 11.0, 1.2).put(box, 0.4, -0.2).wait(3).walk(x + 0.9, 13.2, 1.2)
        man.wait(vary(street, 22, 28)).walk(x - 2.2, 11.0, 1.2).take(box)
    go_out(man, 1)


@scenario(KIND, 150, positive=False)
def luggage_attendant_takes_charge(street: Street) -> None:
    """A traveller hands his suitcase to an attendant, who sets it down and stands by it; the traveller walks away."""
    traffic(street, 18, every_s=12)
    passers(street, 9.0, every_s=14)
    attendant = comer(street, 2, 12.4, 1).walk(1.0, 12.4)
    man = comer(street, vary(street, 7, 10), 12.2)
    case = carrying(street, man, "suitcase")
    man.walk(0.1, 12.3).wait(4)
    man.give(case, attendant)
    attendant.wait(1).put(case, 0.6, 0.1)
    go_out(man.wait(2), -1)
    potter(street, attendant, 142, (0.3, 1.4), (12.0, 12.9))


@scenario(KIND, 150, positive=False)
def boxes_brought_from_the_van_one_by_one(street: Street) -> None:
    """A driver lays out three boxes, away to his van 8 m off for each next one, and carries them in soon after."""
    street.add("truck", 0, -8.5, 16.0)
    passers(street, 9.2, every_s=13)
    man = street.person(vary(street, 4, 6), -4.0, 13.5)
    boxes = []
    for i in range(3):
        box = street.add("object", man.time, *man.place)
        man.take(box).walk(3.0 + 0.8 * (i - 1), 12.2, 1.4).put(box, 0.3, -0.4).wait(1.5)
        boxes.append(box)
        if i < 2:
            man.walk(-4.0, 13.5, 1.4).wait(2)
    for box in boxes:
        man.walk(box.place[0] - 0.3, 12.4, 1.4).take(box).walk(5.5, 13.6, 1.4)
        man.hide(box).put(box)
        box.leave()
        man.wait(1)
    go_out(man, -1, y=13)
