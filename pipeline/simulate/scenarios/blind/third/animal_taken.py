"""Animals taken, third set: dogs that vanish in somebody's hands, and dogs that merely go."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    biker,
    comer,
    edge,
    go_out,
    parked,
    passers,
    pillion,
    pull_up,
    ride_by,
    ride_out,
    traffic,
    vary,
)
from pipeline.simulate.scenarios.moments import last_seen
from pipeline.simulate.street import Actor, Street

KIND = "animal_taken"


def _roam(street: Street, dog: Actor, until: float, xs: tuple[float, float], ys: tuple[float, float]) -> Actor:
    """A dog trots about and lies down again."""
    while dog.time < until:
        dog.walk(vary(street, *xs), vary(street, *ys), vary(street, 1.0, 1.8)).wait(vary(street, 3, 8))
    return dog


@scenario(KIND, 90)
def rider_bags_the_dog_before_the_shop(street: Street) -> None:
    """A dog lies before a shop; a rider stops, gets down, stuffs it in a bag and is gone four seconds later."""
    passers(street, 9.4, every_s=12)
    parked(street, 5.5, 6.6, y=14)
    dog = _roam(street, street.add("dog", 0, -1, 12.4), vary(street, 24, 30), (-1.5, 1.0), (12.0, 12.8))
    x, y = dog.place
    rider, bike = biker(street, dog.time + 2, y - 1.2)
    pull_up(rider, x - 0.6, y - 1.2).dismount(0.2, 0.7).wait(0.8).take(dog).hide(dog)
    begin = rider.time
    rider.wait(1).walk(x - 0.5, y - 0.9).mount(bike)
    ride_out(rider, bike, 1, dog)
    street.expect(KIND, begin, last_seen(street, bike))


@scenario(KIND, 100)
def the_one_behind_jumps_down_for_the_dog(street: Street) -> None:
    """Two thieves ride up to one of two dogs, the one behind grabs it under his jacket and they race away."""
    passers(street, 16.5, every_s=13)
    traffic(street, 20, every_s=12)
    _roam(street, street.add("dog", 0, 4.2, 13.0), 95, (3.6, 5.2), (12.4, 14.0))
    dog = street.add("dog", 0, -1.5, 12.0).wait(vary(street, 30, 38))
    driver, bike = biker(street, dog.time - 5, 10.6, 1)
    helper = pillion(street, bike)
    pull_up(driver, -1.0, 10.6)
    helper.until(driver.time).dismount(-0.2, 0.6).wait(0.6).take(dog).hide(dog)
    begin = helper.time
    helper.wait(0.4).mount(bike)
    driver.until(helper.time)
    ride_out(driver, bike, -1, dog, speed=2)
    street.expect(KIND, begin, last_seen(street, bike))


@scenario(KIND, 90)
def dog_in_a_sack_and_away_on_foot(street: Street) -> None:
    """A man with a sack bends to a dog at the wall, has it in the sack at once and runs to the edge of the picture."""
    traffic(street, 18, every_s=11)
    passers(street, 9.2, every_s=12)
    dog = street.add("dog", 0, 1.6, 13.2).wait(30)
    man = comer(street, vary(street, 28, 36), 12.6, 1).walk(2.2, 12.6, 1.4).wait(vary(street, 1, 2)).take(dog).hide(dog)
    begin = man.time
    man.wait(0.8)
    go_out(man, -1, 3.2)
    street.expect(KIND, begin, last_seen(street, man))


@scenario(KIND, 100)
def puppy_picked_up_from_the_yard_at_dusk(street: Street) -> None:
    """A rider wheels slowly along a yard, leans down to a dog without getting off and shoots away with it."""
    passers(street, 17.5, every_s=13)
    parked(street, -6.5, -5.4, y=15)
    dog = _roam(street, street.add("dog", 0, 2.5, 12.6), vary(street, 30, 36), (0.5, 3.5), (12.0, 13.4))
    x, y = dog.place
    rider, bike = biker(street, dog.time - 4, y - 0.8)
    rider.ride(x - 6, y - 0.8, 5).ride(x - 0.4, y - 0.8, 5, 0.8).wait(0.8).take(dog).hide(dog)
    begin = rider.time
    ride_out(rider, bike, 1, dog, speed=2, end_speed=9)
    street.expect(KIND, begin, last_seen(street, bike))


@scenario(KIND, 100, positive=False)
def dog_creeps_behind_a_parked_car(street: Street) -> None:
    """A dog goes to sleep behind a parked car while a scooter leaves four metres away: nobody was at the dog."""
    parked(street, 2.0, y=13, kind="car", heading_deg=0)
    passers(street, 9.4, every_s=12)
    bike = parked(street, -4.5, y=12.5)[0]
    rider = street.person(vary(street, 30, 34), -6, 18).walk(-4.5, 13.8)
    dog = street.add("dog", 0, -0.8, 12.6).wait(rider.time - 5).walk(-0.9, 15.2, 1.2).walk(2.0, 15.0, 1.2)
    rider.mount(bike)
    ride_out(rider, bike, -1)
    dog.wait(40)
    traffic(street, 20, every_s=13)


@scenario(KIND, 110, positive=False)
def grandmother_holds_her_dog_on_her_arm(street: Street) -> None:
    """A woman takes her dog up, stands with it half a minute, walks slowly a few steps and sets it down again."""
    passers(street, 9.2, every_s=12)
    traffic(street, 18, every_s=11)
    dog = street.add("dog", 0, 0.5, 12.4).wait(20)
    woman = street.person(vary(street, 14, 18), 3.5, 18).walk(1.0, 13.0).wait(6).take(dog, (0.2, -0.3, 0.9))
    woman.wait(vary(street, 26, 32)).walk(-2.0, 12.8, 0.7).put(dog, 0.6, -0.3).wait(6)
    dog.wait(8).walk(1.5, 13.0, 1.0)
    woman.walk(3.5, 18).leave()
    dog.wait(30)


@scenario(KIND, 100, positive=False)
def children_race_with_their_dog(street: Street) -> None:
    """Two children stroke a dog, then all three run down the street and back; the dog is in view all the time."""
    passers(street, 16.5, every_s=13)
    dog = street.add("dog", 0, -1.0, 12.0).wait(vary(street, 20, 24))
    children = [comer(street, 8 + 2 * i, 11.6 + i).walk(-1.7, 11.7 + 0.7 * i).until(dog.time) for i in range(2)]
    for x in (5.5, -5.0, 3.0):
        for child in children:
            child.walk(x, child.place[1], 2.6).wait(vary(street, 2, 4))
        dog.walk(x + 1.0, 11.0, 3.0).wait(3)
    for child in children:
        child.until(dog.time + 2)
        go_out(child, -1, 2.4)
    dog.wait(40)
    traffic(street, 19.5, every_s=13)


@scenario(KIND, 100, positive=False)
def postman_at_the_gate_with_a_dog(street: Street) -> None:
    """A postman stops right beside a lying dog, puts something through the gate and hurries on; the dog stays."""
    passers(street, 9.2, every_s=12)
    dog = street.add("dog", 0, 1.0, 13.2).wait(40)
    rider, bike = biker(street, vary(street, 22, 28), 12.2)
    pull_up(rider, -0.6, 12.2).dismount(0.2, 0.8).walk(0.2, 13.4).wait(vary(street, 3, 5)).walk(-0.6, 12.9).mount(bike)
    ride_out(rider, bike, 1)
    dog.until(rider.time + 4).walk(2.5, 12.6, 0.8).wait(40)
    ride_by(street, 66, 12.2, 1, 6)
    traffic(street, 19, every_s=12)


@scenario(KIND, 90, positive=False)
def dogs_chase_a_motorbike_out_of_the_picture(street: Street) -> None:
    """Two dogs run barking after a motorbike, three and more metres behind, until all are beyond the edge."""
    passers(street, 16.5, every_s=12)
    parked(street, -5, -6.1, y=14.5)
    dogs = [street.add("dog", 0, -2.5 - 1.2 * i, 12.2 + 0.9 * i) for i in range(2)]
    rider, bike = biker(street, vary(street, 26, 32), 10.0)
    rider.ride(3.0, 10.0, 6.5)
    passed = rider.time
    ride_out(rider, bike, 1, speed=6.5, end_speed=6.5)
    for i, dog in enumerate(dogs):
        dog.wait(passed + 0.2 + 0.4 * i).walk(2.0, 10.6 + 0.9 * i, 5.0)
        dog.walk(edge(10.6) + 2, 10.6 + 0.9 * i, 5.5).leave()
    traffic(street, 20, every_s=13)


@scenario(KIND, 90, positive=False)
def jogger_and_his_dog_on_the_leash(street: Street) -> None:
    """A jogger comes with his dog, rests, and runs on with it beside him: both leave the picture together and fast."""
    passers(street, 15.5, every_s=12)
    traffic(street, 19, every_s=12)
    man = comer(street, vary(street, 6, 10), 11.8)
    dog = street.add("dog", man.time, *man.place)
    man.lead(dog).walk(vary(street, -1, 1), 11.8, 2.6).wait(vary(street, 14, 20))
    go_out(man, 1, 2.8)
