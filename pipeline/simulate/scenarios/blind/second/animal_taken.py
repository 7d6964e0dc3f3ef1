"""Animals taken, second set: a dog is gone with somebody who leaves fast, or goes its own way."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.blind.second.backdrop import lane, market, yard
from pipeline.simulate.scenarios.cast import (
    beside,
    biker,
    comer,
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


def _dozing(street: Street, x: float, y: float, until: float) -> Actor:
    """A dog that trots about a little and lies down again, until some time."""
    dog = street.add("dog", 0, x, y)
    while dog.time < until - 12:
        dog.wait(vary(street, 4, 9)).walk(x + vary(street, -1.2, 1.2), y + vary(street, -0.6, 0.6), 0.7)
    return dog.walk(x, y, 0.7).until(until)


@scenario(KIND, 90)
def scooped_up_from_the_saddle(street: Street) -> None:
    """A rider stops beside a dog on the pavement, lifts it into a sack in two seconds and roars off."""
    lane(street, walk=18.5, road=22.0)
    x, y = vary(street, -2, 2), vary(street, 11, 12.5)
    rider, bike = biker(street, vary(street, 22, 34), y + 0.8, -1)
    pull_up(rider, x - 0.3, y + 0.8).wait(vary(street, 1.5, 3.5))
    dog = _dozing(street, x, y, rider.time)
    rider.take(dog)
    start = rider.time
    rider.hide(dog).wait(vary(street, 0.8, 1.6))
    ride_out(rider, bike, 1, speed=2.5, end_speed=10)
    street.expect(KIND, start, last_seen(street, bike))


@scenario(KIND, 90)
def noose_from_the_pillion_seat(street: Street) -> None:
    """Two on a motorbike roll past a dog at walking pace; the pillion pulls it up by a noose and they race away."""
    market(street, walks=(8.0, 18.5), road=23.0)
    x, y = vary(street, -1, 2), vary(street, 12, 13.5)
    driver, bike = biker(street, vary(street, 20, 40), y - 0.8, 1)
    mate = pillion(street, bike)
    driver.ride(x + 5, y - 0.8, 6.0).ride(x + 0.3, y - 0.8, 6.0, 1.2)
    start = driver.time
    dog = _dozing(street, x, y, start)
    mate.wait(start - mate.time).take(dog).hide(dog)
    ride_out(driver, bike, -1, mate, speed=1.2, end_speed=10)
    street.expect(KIND, start, last_seen(street, bike))


@scenario(KIND, 90)
def grabbed_on_foot_and_off_at_a_run(street: Street) -> None:
    """A man lures a dog, stuffs it under his coat, runs to the motorbike of a mate who waits, and they are gone."""
    yard(street)
    x, y = vary(street, 0, 2), 13.5
    driver, bike = biker(street, vary(street, 6, 10), 11.5, -1)
    man = pillion(street, bike)
    pull_up(driver, x - 6.0, 11.5)
    man.dismount(0.6, 0.8).walk(x - 1.0, y - 0.2, 1.2).wait(vary(street, 3, 6)).walk(x - 0.5, y - 0.2, 0.8)
    dog = _dozing(street, x, y, man.time + 0.5)
    man.until(man.time + 1.0).take(dog)
    start = man.time
    man.hide(dog).walk(x - 5.6, 11.9, 3.4).mount(bike)
    driver.until(man.time)
    ride_out(driver, bike, -1, man, speed=2.5, end_speed=9)
    street.expect(KIND, start, last_seen(street, bike))


@scenario(KIND, 90)
def one_of_two_playing_dogs(street: Street) -> None:
    """Two dogs play at the roadside; a rider brakes between them, snatches one, the other bolts barking."""
    passers(street, 18.0, every_s=13)
    traffic(street, 22.5, every_s=18)
    x, y = vary(street, -2, 1), vary(street, 12, 13)
    other = street.add("dog", 0, x + 1.8, y + 0.8)
    rider, bike = biker(street, vary(street, 24, 36), y - 0.8, 1)
    pull_up(rider, x + 0.3, y - 0.8)
    dog = street.add("dog", 0, x, y)
    while dog.time < rider.time - 8:
        dog.walk(x + vary(street, -1.4, 0.6), y + vary(street, -0.5, 1.0), 1.4).wait(vary(street, 0.5, 2))
    dog.walk(x, y, 1.2)
    while other.time < rider.time - 2:
        other.walk(x + 1.8 + vary(street, 0, 1.5), y + vary(street, 0, 1.2), 1.4).wait(vary(street, 0.5, 2))
    rider.wait(0.5).take(dog)
    start = rider.time
    rider.hide(dog)
    ride_out(rider, bike, -1, speed=2.0, end_speed=9.5)
    go_out(other.until(start + 0.5), 1, 4.0)
    street.expect(KIND, start, last_seen(street, bike))


@scenario(KIND, 80, positive=False)
def jogger_with_his_dog_on_the_leash(street: Street) -> None:
    """A jogger runs through the picture with his dog on the leash, halts for it to sniff, and runs on out of it."""
    lane(street, walk=18.5, road=22.0)
    man = comer(street, vary(street, 4, 14), 12.5, -1)
    dog = street.add("dog", man.time, man.place[0] + 0.6, 12.2)
    man.lead(dog).walk(vary(street, -2, 2), 12.5, 2.4).wait(vary(street, 6, 14))
    go_out(man, 1, 2.6)


@scenario(KIND, 90, positive=False)
def dog_slips_into_the_house(street: Street) -> None:
    """A dog trots through an open door; just then motorbikes go by, four metres and more away from it."""
    passers(street, 9.0, every_s=14)
    x = vary(street, -3, 3)
    dog = _dozing(street, x, 16.5, vary(street, 36, 46))
    dog.walk(x + 0.8, 17.8, 1.4).leave()
    for delay, side in ((-2.0, -1), (0.5, 1), (6.0, -1)):
        ride_by(street, dog.time + delay - 3.0, 12.6, side, vary(street, 6, 9))


@scenario(KIND, 90, positive=False)
def girl_cuddles_the_puppy(street: Street) -> None:
    """A girl picks the puppy up, carries it about in her arms for half a minute and puts it down again."""
    yard(street)
    x = vary(street, -2, 2)
    dog = _dozing(street, x, 12.5, 24)
    girl = comer(street, 12, 11.8, -1)
    beside(girl, dog, -0.2, -0.7).until(25).take(dog, (0.3, -0.2, 0.7)).walk(x + 3.0, 13.5, 0.9)
    girl.wait(vary(street, 14, 22)).walk(x, 12.4, 0.9).wait(4).put(dog, 0.5, -0.2).wait(2)
    dog.wait(3).walk(x + 2.0, 13.0, 1.0).wait(5)
    go_out(girl, -1)


@scenario(KIND, 100, positive=False)
def asleep_behind_the_parked_truck(street: Street) -> None:
    """A dog goes to sleep behind a parked lorry; riders tear along before the lorry; later it trots out again."""
    passers(street, 8.5, every_s=15)
    x = vary(street, -2, 1)
    parked(street, x, y=14.0, kind="truck", heading_deg=0.0)
    dog = street.add("dog", 0, x - 6.5, 16.4).wait(vary(street, 10, 14)).walk(x, 16.6, 0.9)
    hidden = dog.time
    dog.wait(vary(street, 24, 32)).walk(x + 6.5, 16.2, 1.0).wait(60)
    for delay, side in ((4.0, -1), (10.0, 1), (17.0, -1)):
        ride_by(street, hidden + delay, 11.6, side, vary(street, 6, 9))


@scenario(KIND, 110, positive=False)
def comes_and_goes_on_the_footboard(street: Street) -> None:
    """A man comes with his dog on the footboard, lets it run about for a while, and takes it away likewise."""
    market(street, walks=(18.5,), road=22.5)
    x, y = vary(street, -2, 1), 12.5
    rider, bike = biker(street, vary(street, 3, 8), y, -1)
    dog = street.add("dog", rider.time, *rider.place)
    rider.take(dog, (0.5, -0.1, 0.5))
    pull_up(rider, x, y).put(dog, 0.4, -1.0).dismount(0.0, -0.9)
    man_time = rider.time
    dog.until(man_time + 2).walk(x + 2.6, y - 1.0, 0.9)
    rider.wait(1).walk(x + 1.6, y - 1.0, 0.9).wait(vary(street, 22, 34)).walk(x + 0.2, y - 0.9, 0.9)
    dog.until(rider.time - 2).walk(x + 0.7, y - 0.8, 0.9)
    rider.until(dog.time).mount(bike).take(dog, (0.5, -0.1, 0.5)).wait(vary(street, 2, 4))
    ride_out(rider, bike, 1, dog, speed=1.5, end_speed=6.0)


@scenario(KIND, 80, positive=False)
def dog_chases_the_motorbikes(street: Street) -> None:
    """A street dog barks at riders, runs a few metres after each, comes back, and at last trots off."""
    passers(street, 18.5, every_s=13)
    dog = street.add("dog", 0, vary(street, -2, 2), 14.0)
    for i in range(3):
        side = -1 if i % 2 else 1
        time = 8 + 17 * i + vary(street, 0, 3)
        speed = vary(street, 6, 8)
        ride_by(street, time, 11.2, side, speed)
        dog.until(time + 2.6).walk(dog.place[0] - side * 4.0, 13.4, 3.5).wait(1.5)
        dog.walk(vary(street, -1.5, 1.5), 14.2, 1.2)
    go_out(dog.wait(4), 1, 1.4)
