"""Animal taken, where contact misleads: a dog that bolts, follows, is hidden, or was made friends with before."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    beside,
    biker,
    comer,
    edge,
    go_out,
    lorry_stands,
    lying_dog,
    parked,
    passers,
    pull_up,
    ride_out,
    traffic,
    vanish,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_until_gone
from pipeline.simulate.street import Street

ON_THE_FLOORBOARD = (0.35, -0.2, 0.35)


@scenario("animal_taken", 90)
def he_makes_friends_with_it_first(street: Street) -> None:
    """A stranger gets down, feeds a dog that lay there before for 15 s, lifts it up, and rides off with it."""
    dog = lying_dog(street)
    rider, bike = biker(street, vary(street, 14, 18), dog.place[1] + 1.6)
    pull_up(rider, dog.place[0] - 0.3, bike.place[1]).dismount(0, -0.8).wait(vary(street, 15, 18)).take(dog)
    start = rider.time
    rider.wait(0.8).mount(bike)
    ride_out(rider, bike, 1, dog, end_speed=9.5)
    expect_until_gone(street, "animal_taken", start, bike)


@scenario("animal_taken", 80)
def dog_torn_from_its_leash(street: Street) -> None:
    """An owner walks his dog; a rider stops beside them, seizes it in passing, and is off; the owner runs after him."""
    owner = comer(street, vary(street, 10, 15), 11.5)
    dog = street.add("dog", owner.time, owner.place[0] + 0.8, owner.place[1])
    owner.lead(dog).walk(vary(street, -2, 0), 11.5, 1.1).wait(2)
    rider, bike = biker(street, owner.time - 4.5, 12.2)
    pull_up(rider, owner.place[0] + 0.9, 12.2)
    owner.until(rider.time + 0.5)
    rider.until(owner.time).take(dog, ON_THE_FLOORBOARD)
    start = rider.time
    ride_out(rider, bike, 1, speed=2.0, end_speed=10)
    go_out(owner.wait(0.8), 1, 3.2)
    vanish(start + 0.8, dog)
    expect_until_gone(street, "animal_taken", start, bike)


@scenario("animal_taken", 80)
def one_of_two_dogs_is_taken(street: Street) -> None:
    """Two dogs lie 1.2 m apart; a rider stops, puts one of them in a sack, and is off; the other lies there."""
    traffic(street, 18)
    dog = lying_dog(street)
    street.add("dog", 0.0, dog.place[0] + 1.2, dog.place[1] + 0.2)
    rider, bike = biker(street, vary(street, 22, 30), dog.place[1] + 0.9)
    pull_up(rider, dog.place[0] - 0.3, bike.place[1]).wait(1.5).take(dog)
    start = rider.time
    rider.wait(0.6)
    hidden = rider.time
    ride_out(rider, bike, 1, end_speed=10)
    vanish(hidden, dog)
    expect_until_gone(street, "animal_taken", start, bike)


@scenario("animal_taken", 80)
def cyclist_takes_a_dog(street: Street) -> None:
    """A cyclist stops, lifts a small dog into his basket, where it can be seen, and pedals off at 13 km/h and more."""
    passers(street, 17)
    dog = lying_dog(street)
    rider, bike = biker(street, vary(street, 18, 26), dog.place[1] + 0.8, kind="bicycle")
    pull_up(rider, dog.place[0], bike.place[1], 4.0).wait(vary(street, 1, 2)).take(dog, (0.7, 0.0, 0.8))
    start = rider.time
    ride_out(rider, bike, 1, dog, speed=1.5, end_speed=5.0)
    expect_until_gone(street, "animal_taken", start, bike)


@scenario("animal_taken", 70, positive=False)
def dog_bolts_from_a_rider_into_a_yard(street: Street) -> None:
    """A rider stops beside it and blows his horn; the dog runs five metres into a yard; then he rides on."""
    dog = lying_dog(street)
    rider, bike = biker(street, vary(street, 18, 26), dog.place[1] + 0.9)
    pull_up(rider, dog.place[0], bike.place[1]).wait(0.8)
    dog.until(rider.time).walk(dog.place[0] - 3.5, dog.place[1] + 4.0, 4.0).leave()
    ride_out(rider.wait(0.5), bike, 1, end_speed=10)


@scenario("animal_taken", 90, positive=False)
def dog_follows_its_owner_on_a_motorbike(street: Street) -> None:
    """He comes out of his house, passes his dog, mounts, and rides off slowly; it trots behind on its own feet."""
    traffic(street, 19)
    (bike,) = parked(street, 1.5, y=12.0, heading_deg=0)
    dog = street.add("dog", 0.0, vary(street, -1.0, -0.5), 12.4)
    owner = street.person(vary(street, 20, 28), -1.0, 16.0).walk(-0.5, 13.0)
    beside(owner, bike, -0.6, 0.8).mount(bike)
    start = owner.time
    owner.ride(edge(12), 12.0, 2.6)
    bike.leave()
    dog.until(start + 0.4).walk(edge(12), 12.4, 2.6).leave()


@scenario("animal_taken", 100, positive=False)
def lorry_hides_the_dog_as_a_rider_leaves(street: Street) -> None:
    """A rider stops beside a dog; a lorry pulls up before it for 20 s, he rides off, and the dog still lies there."""
    dog = street.add("dog", 0.0, vary(street, -2.8, -2.4), 12.0)
    start = vary(street, 26, 32)
    rider, bike = biker(street, start - 9, 12.5, 1)
    pull_up(rider, dog.place[0] + 1.1, 12.5).until(start + 1.0)
    ride_out(rider, bike, 1, end_speed=10)
    lorry_stands(street, start, 20, x=-4.0, y=8.8)
    dog.until(street.seconds)


@scenario("animal_taken", 90, positive=False)
def owner_and_dog_take_a_motorbike_taxi(street: Street) -> None:
    """He leads his dog up to the road; a motorbike taxi stops, takes the dog on board, him behind, and is off."""
    owner = comer(street, vary(street, 6, 10), 11.7)
    dog = street.add("dog", owner.time, owner.place[0] + 0.8, owner.place[1])
    owner.lead(dog).walk(vary(street, -1, 1), 11.7, 1.1).wait(3)
    driver, bike = biker(street, owner.time, 12.6)
    pull_up(driver, owner.place[0] + 0.2, 12.6).wait(2)
    owner.until(driver.time)
    driver.take(dog, ON_THE_FLOORBOARD)
    owner.wait(0.5).mount(bike)
    ride_out(driver.until(owner.time), bike, 1, dog, end_speed=8.5)


@scenario("animal_taken", 80, positive=False)
def dog_runs_after_a_stranger_on_a_motorbike(street: Street) -> None:
    """A rider slows down beside a lying dog and goes on; it jumps up and chases him, barking, two metres behind."""
    passers(street, 17)
    dog = lying_dog(street, 12.0)
    x, y = dog.place
    rider, bike = biker(street, vary(street, 18, 26), y + 0.9)
    rider.ride(x - 5, y + 0.9, 6, 3).ride(x, y + 0.9, 3)
    dog.until(rider.time + 0.6)
    rider.ride(edge(13), y + 0.9, 3.5)
    bike.leave()
    dog.walk(edge(13) - 1.5, y + 0.2, 3.5).leave()
