"""Dogs taken: seized by somebody who is off with them at once, or at home, on their way, or only nearly run over."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    biker,
    car_by,
    comer,
    edge,
    go_out,
    lying_dog,
    parked,
    passers,
    pillion,
    pull_up,
    ride_by,
    ride_out,
    seizes,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_until_gone
from pipeline.simulate.street import Street


@scenario("animal_taken", 75)
def two_children_look_on(street: Street) -> None:
    """Two children stand five metres from their dog; a rider stops, has it in a sack, and is gone before they move."""
    dog = lying_dog(street, 11.5)
    x = dog.place[0]
    children = [street.person(0, x + 3.6 + 0.8 * i, 15.3) for i in range(2)]
    rider, bike = biker(street, vary(street, 22, 30), 10.2)
    pull_up(rider, x - 0.3, 10.2).dismount(0.1, 0.7)
    seized = seizes(rider, dog)
    rider.mount(bike)
    ride_out(rider, bike, 1, speed=2.0, end_speed=10)
    for i, child in enumerate(children):
        child.until(seized + 3).walk(x + 2.5 + i, 12.5, 2.4).wait(10)
    passers(street, 18)
    expect_until_gone(street, "animal_taken", seized, bike)


@scenario("animal_taken", 75)
def straight_into_the_cage_on_the_carrier(street: Street) -> None:
    """The driver waits with the engine on; the one behind shoves the dog into a cage, sits up and they race away."""
    dog = lying_dog(street, 12)
    x = dog.place[0]
    traffic(street, 17, every_s=12)
    driver, bike = biker(street, vary(street, 20, 28), 10.8, 1)
    second = pillion(street, bike)
    pull_up(driver, x + 0.3, 10.8)
    second.dismount(0.0, 0.7)
    seized = seizes(second, dog)
    second.mount(bike)
    driver.until(second.time)
    ride_out(driver, bike, -1, speed=2.0, end_speed=10.5)
    expect_until_gone(street, "animal_taken", seized, bike)


@scenario("animal_taken", 80)
def one_feeds_it_and_the_other_grabs_it(street: Street) -> None:
    """A man feeds the dog for 10 s; his mate comes from behind and puts it under his coat, and both run off."""
    dog = lying_dog(street, 12.5)
    x = dog.place[0]
    feeder = comer(street, vary(street, 12, 18), 12).walk(x - 1.3, 12.2).wait(10)
    mate = comer(street, feeder.time - 9.5, 13, 1).walk(x + 0.6, 12.8, 1.5).until(feeder.time)
    seized = seizes(mate, dog)
    go_out(mate, 1, 4.0)
    go_out(feeder.until(seized + 1), 1, 3.8, y=11.8)
    street.add("dog", 0, x - 4, 16)
    passers(street, 18)
    expect_until_gone(street, "animal_taken", seized, mate)


@scenario("animal_taken", 80)
def far_away_before_the_rice_store(street: Street) -> None:
    """At 16 m, small in the picture, a lorry has just passed by; a rider stops at the dog, bags it and speeds away."""
    dog = street.add("dog", 0, vary(street, -1.5, 1.5), 16.5)
    x = dog.place[0]
    rider, bike = biker(street, vary(street, 26, 34), 15.2)
    car_by(street, rider.time - 6, 10, -1, 8, kind="truck")
    pull_up(rider, x - 0.3, 15.2).dismount(0.1, 0.7)
    seized = seizes(rider, dog)
    rider.mount(bike)
    ride_out(rider, bike, 1, speed=2.0, end_speed=10)
    parked(street, -5, -3.8, y=18.5)
    expect_until_gone(street, "animal_taken", seized, bike)


@scenario("animal_taken", 110, positive=False)
def girl_takes_her_puppy_home_beside_her_bicycle(street: Street) -> None:
    """She came with it on her arm, lets it romp for half a minute, takes it up and wheels her bicycle slowly off."""
    girl = comer(street, vary(street, 3, 6), 11.8)
    puppy = street.add("dog", girl.time, *girl.place)
    cycle = street.add("bicycle", girl.time, girl.place[0], 11.8)
    girl.take(puppy).take(cycle, (0.0, 0.5, 0.0)).walk(-0.5, 11.8, 1.1).put(cycle, 0.0, 0.6).put(puppy, 0.6, -0.3)
    for _ in range(3):
        puppy.walk(vary(street, 0.5, 2.5), vary(street, 10.5, 13.5), 0.9).wait(vary(street, 5, 8))
    puppy.walk(0.3, 11.4, 0.9)
    girl.until(puppy.time + 1).take(puppy).wait(1).take(cycle, (0.0, 0.5, 0.0))
    go_out(girl, 1, 1.0)
    ride_by(street, girl.time - 20, 8.5, 1, 7)
    passers(street, 17.5)


@scenario("animal_taken", 70, positive=False)
def dog_runs_behind_its_masters_bicycle(street: Street) -> None:
    """He cycles through the picture, rests, and cycles on; his dog always trots three metres behind him, as ever."""
    start = vary(street, 6, 10)
    master, cycle = biker(street, start, 12, kind="bicycle")
    dog = street.add("dog", start, -edge(12), 12.4)
    dog.until(start + 2.2)
    master.ride(0, 12, 2.8).wait(vary(street, 8, 11))
    dog.walk(-3.2, 12.4, 2.8).until(master.time + 0.3).walk(edge(12), 12.4, 3.0).leave()
    ride_out(master, cycle, 1, speed=3.0, end_speed=3.2)
    traffic(street, 17)


@scenario("animal_taken", 90, positive=False)
def dog_slips_into_the_doorway_behind_the_guests(street: Street) -> None:
    """Three guests stand before a door; the dog trots in between two of them, and only half a minute later they go."""
    guests = [street.person(0, -1.6 + 1.6 * i, 14.2 + 0.2 * (i % 2)) for i in range(3)]
    dog = street.add("dog", 0, vary(street, -5, -4), 12).until(vary(street, 18, 24))
    gone = dog.walk(-0.8, 13.2, 1.0).walk(-0.7, 17, 1.0).leave().time
    for i, guest in enumerate(guests):
        go_out(guest.until(gone + vary(street, 28, 32)), 1 if i else -1)
    ride_by(street, gone - 4, 8.5, -1, 8)
    traffic(street, 20)


@scenario("animal_taken", 80, positive=False)
def dog_trots_over_to_another_as_the_rider_leaves(street: Street) -> None:
    """A rider stops at a dog to tie his shoe; it gets up and joins another dog six metres on, and he races off."""
    dog = lying_dog(street, 12)
    x = dog.place[0]
    street.add("dog", 0, x - 6.3, 14.5)
    rider, bike = biker(street, vary(street, 18, 24), 10.8)
    pull_up(rider, x - 0.2, 10.8).dismount(0.2, 0.6).wait(vary(street, 6, 8)).mount(bike)
    dog.until(rider.time - 3).walk(x - 5.4, 14.2, 1.5)
    ride_out(rider, bike, 1, speed=2.0, end_speed=10)
    passers(street, 18)


@scenario("animal_taken", 80, positive=False)
def children_race_past_the_sleeping_dog(street: Street) -> None:
    """Four children run past it at arm's length, one stops to touch it and runs after the rest; it sleeps on."""
    dog = lying_dog(street, 12)
    x = dog.place[0]
    start = vary(street, 14, 20)
    for i in range(4):
        child = comer(street, start + 1.3 * i, 11.2)
        if i == 2:
            child.walk(x - 0.3, 11.3, 3.0).wait(vary(street, 2, 3))
        go_out(child, 1, 3.2)
    traffic(street, 17, every_s=12)


@scenario("animal_taken", 80, positive=False)
def dog_crosses_the_road_between_motorbikes(street: Street) -> None:
    """It crosses at a trot, riders pass before and after it, three metres off, and it goes in at a door."""
    start = vary(street, 22, 28)
    dog = street.add("dog", 0, vary(street, -1, 1), 8.8).until(start)
    x = dog.place[0]
    dog.walk(x, 16.8, 1.4).leave()
    for row, side, late in ((11, -1.0, -2.4), (13.5, 1.0, 2.2)):
        at = start + (row - 8.8) / 1.4 + late
        ride_by(street, at - 1 - (edge(row) - side * x) / 8, row, side, 8)
    passers(street, 18.5)
    street.add("dog", 0, 5.5, 15.5)
