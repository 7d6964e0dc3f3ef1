"""Animal taken: a dog is grabbed by somebody who leaves fast, or goes its own way, or belongs to who takes it."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    beside,
    biker,
    comer,
    edge,
    go_out,
    lying_dog,
    passers,
    pillion,
    pull_up,
    ride_by,
    ride_out,
    traffic,
    vanish,
    vary,
)
from pipeline.simulate.scenarios.moments import expect_until_gone
from pipeline.simulate.street import Actor, Street

ON_THE_FLOORBOARD = (0.35, -0.2, 0.35)
BETWEEN_THEM = (-0.2, -0.25, 0.75)


def _stray(street: Street, dog: Actor, until: float) -> None:
    """The dog trots about within two metres until shortly before `until`, and lies down."""
    x, y = dog.place
    while dog.time < until - 6:
        dog.walk(x + vary(street, -1.5, 1.5), y + vary(street, -0.7, 0.7), 1.2).wait(vary(street, 1, 4))
    dog.until(until)


@scenario("animal_taken", 70)
def dog_put_into_a_sack_by_a_rider(street: Street) -> None:
    """A rider stops beside a lying dog, grips it, hides it in a sack and is off within two seconds."""
    passers(street, 17)
    dog = lying_dog(street)
    rider, bike = biker(street, vary(street, 22, 32), dog.place[1] + 0.8)
    pull_up(rider, dog.place[0], dog.place[1] + 0.8).wait(vary(street, 1, 2)).take(dog)
    start = rider.time
    rider.wait(0.6)
    hidden = rider.time
    ride_out(rider, bike, 1, end_speed=10)
    vanish(hidden, dog)
    expect_until_gone(street, "animal_taken", start, bike)


@scenario("animal_taken", 75)
def two_dog_thieves_carry_it_off_between_them(street: Street) -> None:
    """The pillion lifts a straying dog onto the motorbike, where it can be seen, and they speed away."""
    dog = lying_dog(street)
    arrival = vary(street, 28, 36)
    _stray(street, dog, arrival)
    driver, bike = biker(street, arrival - 2, dog.place[1] + 0.8, 1)
    mate = pillion(street, bike)
    pull_up(driver, dog.place[0], dog.place[1] + 0.8).wait(1.2)
    mate.until(driver.time).take(dog, BETWEEN_THEM)
    start = mate.time
    ride_out(driver, bike, -1, dog, end_speed=10.5)
    expect_until_gone(street, "animal_taken", start, bike)


@scenario("animal_taken", 70)
def dog_hidden_under_a_coat_on_foot(street: Street) -> None:
    """A man walks up to the dog, takes it under his coat and runs off at 4 m/s."""
    traffic(street, 18)
    dog = lying_dog(street)
    man = beside(comer(street, vary(street, 18, 28), dog.place[1]), dog, -0.5, 0.1).wait(vary(street, 1, 3)).take(dog)
    start = man.time
    man.wait(0.5)
    hidden = man.time
    go_out(man, 1, vary(street, 3.7, 4.5))
    vanish(hidden, dog)
    expect_until_gone(street, "animal_taken", start, man)


@scenario("animal_taken", 70)
def dog_carried_away_at_a_run(street: Street) -> None:
    """He snatches a small dog from the pavement and runs with it in his arms, in plain view."""
    passers(street, 17)
    dog = lying_dog(street)
    man = beside(comer(street, vary(street, 18, 28), 11, 1), dog, 0.5, -0.1, 1.6).take(dog, (0.1, -0.3, 0.9))
    start = man.time
    go_out(man, -1, vary(street, 3.6, 4.2))
    expect_until_gone(street, "animal_taken", start, man)


@scenario("animal_taken", 60)
def dog_caught_with_a_snare_in_passing(street: Street) -> None:
    """The motorbike rolls past the dog at 9 km/h without stopping, the dog is up and gone, the motorbike speeds up."""
    dog = lying_dog(street)
    rider, bike = biker(street, vary(street, 20, 30), dog.place[1] + 0.7)
    x, y = dog.place[0], bike.place[1]
    rider.ride(x - 4, y, 6, 2.5).ride(x, y, 2.5).take(dog, ON_THE_FLOORBOARD)
    start = rider.time
    ride_out(rider, bike, 1, speed=2.5, end_speed=11)
    vanish(start + 0.3, dog)
    expect_until_gone(street, "animal_taken", start, bike)


@scenario("animal_taken", 80)
def dog_lured_with_food_and_taken_on_the_motorbike(street: Street) -> None:
    """He gets down, feeds the dog for 8 s, then lifts it up, mounts and rides off within 5 s."""
    traffic(street, 18)
    dog = lying_dog(street)
    rider, bike = biker(street, vary(street, 18, 26), dog.place[1] + 1.6)
    pull_up(rider, dog.place[0] - 0.3, bike.place[1]).dismount(0, -0.8).wait(vary(street, 7, 9)).take(dog)
    start = rider.time
    rider.wait(0.8).mount(bike)
    ride_out(rider, bike, 1, dog, end_speed=9.5)
    expect_until_gone(street, "animal_taken", start, bike)


@scenario("animal_taken", 70, positive=False)
def dog_runs_off_by_itself(street: Street) -> None:
    """The dog lies there, gets up and runs out of the picture at 4 m/s; nobody is near it."""
    passers(street, 16.5)
    dog = lying_dog(street)
    dog.wait(vary(street, 25, 35)).walk(edge(11), 11, vary(street, 3, 4.5)).leave()


@scenario("animal_taken", 60, positive=False)
def dog_trots_out_while_a_motorbike_passes(street: Street) -> None:
    """Both leave the picture on the same side and at the same time, three metres and more apart."""
    dog = lying_dog(street, 10)
    rider, bike = biker(street, vary(street, 20, 28), 13.8)
    exit_x = edge(dog.place[1])
    ride_out(rider, bike, 1, speed=6.5, end_speed=6.5)
    dog.until(bike.time - (exit_x - dog.place[0]) / 2.2).walk(exit_x, dog.place[1], 2.2).leave()


@scenario("animal_taken", 110, positive=False)
def owner_takes_his_own_dog_on_his_motorbike(street: Street) -> None:
    """He came with the dog on the floorboard, let it run about beside him for 30 s, and takes it home again."""
    traffic(street, 18)
    rider, bike = biker(street, vary(street, 5, 9), 13)
    dog = street.add("dog", rider.time, *rider.place)
    rider.take(dog, ON_THE_FLOORBOARD)
    pull_up(rider, 0, 13).dismount(0, -0.8).put(dog, 0.8, -0.4)
    spot = dog.place
    _stray(street, dog, dog.time + vary(street, 26, 34))
    dog.walk(*spot, 1.2)
    rider.until(dog.time + 1).take(dog, ON_THE_FLOORBOARD).mount(bike)
    ride_out(rider, bike, 1, dog)


@scenario("animal_taken", 80, positive=False)
def owner_walks_his_dog_on_the_leash(street: Street) -> None:
    """He leads the dog through the picture, stops at a tree and goes on at walking pace; riders pass."""
    traffic(street, 17.5)
    owner = comer(street, vary(street, 6, 12), 11.5)
    dog = street.add("dog", owner.time, owner.place[0] + 0.8, owner.place[1])
    go_out(owner.lead(dog).walk(vary(street, -2, 2), 11.5, 1.1).wait(vary(street, 8, 14)), 1, 1.1)


@scenario("animal_taken", 70, positive=False)
def dog_goes_home_as_a_motorbike_passes(street: Street) -> None:
    """The dog vanishes in its own door just when a motorbike passes it four metres away."""
    dog = lying_dog(street, 10)
    dog.wait(vary(street, 22, 30)).walk(dog.place[0], 8.8, 1.2)
    ride_by(street, dog.time - 3.2, 13.2, -1, 6.5)
    dog.leave()


@scenario("animal_taken", 110, positive=False)
def dog_sleeps_behind_a_parked_lorry(street: Street) -> None:
    """A lorry stops in front of it for 35 s and drives off; the dog has not moved; a motorbike passed far behind."""
    dog = lying_dog(street, 13.5)
    lorry = street.add("truck", vary(street, 15, 22), -edge(9.5) - 5, 9.5).drive(dog.place[0] * 0.7, 9.5, 6)
    ride_by(street, lorry.time + 10, 18, 1, 8)
    lorry.wait(vary(street, 32, 38)).drive(edge(9.5) + 5, 9.5, 5).leave()


@scenario("animal_taken", 80, positive=False)
def stranger_pats_the_dog_and_walks_on(street: Street) -> None:
    """He bends down to the dog for 8 s and walks away; the dog stays."""
    passers(street, 16.5)
    dog = lying_dog(street)
    man = comer(street, vary(street, 12, 20), 11)
    go_out(beside(man, dog, -0.5, -0.1).wait(vary(street, 6, 10)), 1)
    dog.until(street.seconds)


@scenario("animal_taken", 80, positive=False)
def rider_stops_beside_the_dog_and_leaves_it(street: Street) -> None:
    """A rider halts next to the dog, telephones for 12 s, and accelerates away; the dog watches him go."""
    dog = lying_dog(street)
    rider, bike = biker(street, vary(street, 14, 22), dog.place[1] + 0.9)
    pull_up(rider, dog.place[0], bike.place[1]).wait(vary(street, 10, 14))
    ride_out(rider, bike, 1, end_speed=9.5)
    dog.until(street.seconds)


@scenario("animal_taken", 80, positive=False)
def owner_carries_her_dog_into_the_house(street: Street) -> None:
    """She comes out of her door, picks up the dog and walks back in with it at an easy pace."""
    traffic(street, 18)
    dog = lying_dog(street, 12)
    owner = street.person(vary(street, 22, 32), dog.place[0] + 2, 15.5)
    beside(owner, dog, 0.4, 0.2, 1.0).wait(3).take(dog, (0.1, -0.3, 0.9)).walk(dog.place[0] + 2, 15.5, 0.9).leave()


@scenario("animal_taken", 80, positive=False)
def joggers_pass_a_sleeping_dog(street: Street) -> None:
    """Three joggers run past it at 2.8 m/s, two metres away; the dog stays where it is."""
    dog = lying_dog(street, 10)
    for i in range(3):
        go_out(comer(street, vary(street, 8, 14) + 16 * i, dog.place[1] + 2.2, (-1) ** i), -((-1) ** i), 2.8)
