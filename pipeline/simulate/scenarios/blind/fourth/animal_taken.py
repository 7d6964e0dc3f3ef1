"""Dogs taken: caught, hidden and carried off fast, or gone by themselves, indoors, or with those they belong to."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    biker,
    comer,
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


@scenario("animal_taken", 70)
def yellow_dog_under_the_tea_table(street: Street) -> None:
    """Between two stools and a passer-by, the one behind gets down, bags the dog, sits up again, and they race off."""
    dog = lying_dog(street, 12)
    for dx in (-1.6, 1.6):
        street.add("object", 0, dog.place[0] + dx, 13)
    rider, bike = biker(street, vary(street, 20, 26), 10.8, 1)
    second = pillion(street, bike)
    pull_up(rider, dog.place[0] + 0.4, 10.8)
    second.dismount(-0.2, 0.7)
    caught = seizes(second, dog, 0.6)
    second.mount(bike)
    rider.until(second.time)
    ride_out(rider, bike, -1, speed=2.0, end_speed=10)
    passers(street, 16)
    expect_until_gone(street, "animal_taken", caught, bike)


@scenario("animal_taken", 70)
def runner_with_a_blanket(street: Street) -> None:
    """He comes at a walk, throws a blanket over the sleeping dog, and runs back the way he came with it."""
    dog = lying_dog(street, 12.5)
    traffic(street, 17)
    man = comer(street, vary(street, 18, 26), 12).walk(dog.place[0] - 0.6, 12.2)
    caught = seizes(man, dog, 0.6)
    go_out(man, -1, 4.0)
    expect_until_gone(street, "animal_taken", caught, man)


@scenario("animal_taken", 75)
def dog_that_trots_about_is_bagged_before_its_mates(street: Street) -> None:
    """Three dogs trot about; a cyclist stops by the one that stands apart, puts it into his basket and pedals off."""
    dog = street.add("dog", 0, -4, 13).walk(2, 14, 0.9).wait(8).walk(vary(street, -1.5, -0.5), 12, 0.8)
    for x, y in ((5.0, 15.0), (6.5, 13.5)):
        mate = street.add("dog", 0, x, y)
        while mate.time < 60:
            mate.walk(x + 1.2, y + 0.6, 0.7).wait(vary(street, 3, 6)).walk(x, y, 0.7).wait(vary(street, 3, 6))
    man, cycle = biker(street, vary(street, 24, 28), 10.8, kind="bicycle")
    pull_up(man, dog.place[0] + 0.3, 10.8, 4.5).dismount(0.0, 0.7)
    caught = seizes(man, dog, 0.6)
    man.mount(cycle)
    ride_out(man, cycle, 1, speed=2.5, end_speed=7)
    expect_until_gone(street, "animal_taken", caught, cycle)


@scenario("animal_taken", 75)
def mistress_sees_it_from_the_door_and_runs_after(street: Street) -> None:
    """She sweeps before her door six metres behind the dog; a rider stops, bags it from the ground, and is away."""
    dog = lying_dog(street, 10.8)
    mistress = street.person(0, dog.place[0] + 3.5, 16.5)
    rider, bike = biker(street, vary(street, 22, 30), 9.6)
    pull_up(rider, dog.place[0] - 0.4, 9.6).dismount(0.1, 0.7)
    caught = seizes(rider, dog, 0.6)
    rider.mount(bike)
    ride_out(rider, bike, 1, speed=2.0, end_speed=10)
    mistress.until(caught + 1.5).walk(dog.keys[0][1] + 5, 11, 3.0).wait(12)
    expect_until_gone(street, "animal_taken", caught, bike)


@scenario("animal_taken", 70, positive=False)
def dog_runs_home_at_the_sound_of_a_motorbike(street: Street) -> None:
    """As a motorbike races by on the near side the dog runs to its door, six metres from the rider, and is indoors."""
    dog = lying_dog(street, 14.5)
    passing = vary(street, 25, 31)
    ride_by(street, passing - 1, 8.5, -1, 9)
    dog.until(passing + 0.4).walk(dog.place[0] + 2, 17.5, 3.2).leave()
    passers(street, 20)


@scenario("animal_taken", 80, positive=False)
def pillion_pats_one_of_two_dogs(street: Street) -> None:
    """Two stop by two dogs, the one behind gets down to pat one, and they race off; both dogs lie where they lay."""
    dog = lying_dog(street, 12)
    street.add("dog", 0, dog.place[0] + 2.2, 12.8)
    rider, bike = biker(street, vary(street, 18, 24), 10.8)
    girl = pillion(street, bike)
    pull_up(rider, dog.place[0] - 0.5, 10.8)
    girl.dismount(0.1, 0.6).wait(vary(street, 5, 8)).mount(bike)
    rider.until(girl.time)
    ride_out(rider, bike, 1, speed=2.0, end_speed=10)
    traffic(street, 17)


@scenario("animal_taken", 90, positive=False)
def boy_carries_the_puppy_to_its_bowl(street: Street) -> None:
    """He lifts it, carries it in plain sight five metres along the wall at a stroll, sets it down and goes home."""
    dog = lying_dog(street, 12)
    x = dog.place[0]
    boy = street.person(vary(street, 14, 20), x - 3, 16.5).walk(x - 0.6, 12.4).wait(3).take(dog)
    boy.wait(1).walk(x + 4.5, 12.6, 0.9).put(dog, 0.5, -0.2).wait(vary(street, 8, 12)).walk(x + 4.5, 16.5).leave()
    ride_by(street, boy.time - 14, 9, 1)
    passers(street, 18)


@scenario("animal_taken", 90, positive=False)
def dog_is_let_in_and_a_runner_comes_half_a_minute_later(street: Street) -> None:
    """The dog goes in at its door while nobody is near; half a minute later a jogger runs through the same spot."""
    dog = lying_dog(street, 13).until(vary(street, 16, 22))
    gone = dog.walk(0.5, 16.5, 1.2).leave().time
    go_out(comer(street, gone + vary(street, 22, 28), 15.8), 1, 3.6)
    go_out(comer(street, 1, 10), 1)


@scenario("animal_taken", 90, positive=False)
def dog_lies_down_behind_a_parked_car(street: Street) -> None:
    """It trots behind a car and stays hidden there; a rider passes on the near side of the car and does not stop."""
    street.add("car", 0, 3, 11.5)
    dog = street.add("dog", 0, -4, 13.2).until(vary(street, 18, 22)).walk(3.2, 13.4, 1.1)
    ride_by(street, dog.time + vary(street, -3, -2), 7.8, 1, 8)
    passers(street, 18)
    street.add("dog", 0, -5.5, 15)


@scenario("animal_taken", 100, positive=False)
def old_man_and_his_dog_stroll_out_and_racers_pass(street: Street) -> None:
    """He leads it on the leash out of the picture at a stroll; two riders race along the far side meanwhile."""
    man = comer(street, vary(street, 3, 6), 11.5)
    dog = street.add("dog", man.time, man.place[0] + 0.8, man.place[1] - 0.3)
    man.lead(dog).walk(0, 11.5, 0.9).wait(vary(street, 10, 14))
    go_out(man, 1, 0.9)
    for i in range(2):
        ride_by(street, man.time - 8 + 2 * i, 17 + i, -1, 11)
    parked(street, -5, -3.8, y=15)
