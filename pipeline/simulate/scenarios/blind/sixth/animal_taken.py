"""Dogs taken: tied up, lured or watched over and still bagged by a stranger; or walked, hidden, left and let in."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    beside,
    biker,
    carrying,
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
def tied_dog_goes_while_another_is_led_past(street: Street) -> None:
    """A rider bags the dog tied at a door and speeds off just as a man strolls by behind, his own dog on the leash."""
    dog = lying_dog(street, 12.2)
    x = dog.place[0]
    rider, bike = biker(street, vary(street, 24, 30), 13.5)
    pull_up(rider, x - 0.3, 13.5).dismount(0.1, -0.8)
    seized = seizes(rider, dog)
    rider.mount(bike)
    ride_out(rider, bike, 1, speed=2.0, end_speed=10)
    walker = comer(street, seized - (edge(16) + x) / 1.2 + vary(street, -1, 1), 16)
    other = street.add("dog", walker.time, walker.place[0] + 0.8, 15.7)
    go_out(walker.lead(other), 1, 1.2)
    parked(street, x - 5.5, x - 4.3, y=18)
    expect_until_gone(street, "animal_taken", seized, bike)


@scenario("animal_taken", 85)
def its_master_has_tied_it_up_and_gone_in(street: Street) -> None:
    """He ties it to a tree and goes into a shop; two ride up, one gets down and bags it; he comes out too late."""
    master = comer(street, vary(street, 3, 6), 12.2)
    dog = street.add("dog", master.time, master.place[0] + 0.8, 11.9)
    x = vary(street, -1.5, 1.0)
    master.lead(dog).walk(x, 12.2, 1.2).put(dog, 0.8, -0.1).wait(3).walk(x + 3.5, 17.5).leave()
    driver, bike = biker(street, master.time + vary(street, 9, 14), 10.7, 1)
    second = pillion(street, bike)
    pull_up(driver, x + 2.4, 10.7)
    second.dismount(-0.2, 0.7).walk(x + 1.4, 11.6)
    seized = seizes(second, dog, 0.7)
    second.mount(bike)
    driver.until(second.time)
    ride_out(driver, bike, -1, speed=2.0, end_speed=10.5)
    master.appear(seized + 7, x + 3.5, 17.5).walk(x + 0.8, 13, 1.8).wait(12)
    passers(street, 19)
    expect_until_gone(street, "animal_taken", seized, bike)


@scenario("animal_taken", 75)
def trots_up_to_the_rider_who_whistles(street: Street) -> None:
    """He halts astride and whistles; the dog comes to him from six metres off, is under his coat, and he races away."""
    x = vary(street, 0, 1.5)
    dog = street.add("dog", 0, x - 5.2, 13.5)
    street.person(0, x - 6.8, 15)
    rider, bike = biker(street, vary(street, 20, 27), 10.6)
    pull_up(rider, x, 10.6)
    dog.until(rider.time + vary(street, 2, 4)).walk(x - 0.2, 9.9, 1.6)
    rider.until(dog.time + 0.5)
    seized = seizes(rider, dog, 0.7)
    ride_out(rider, bike, 1, speed=2.0, end_speed=10.5)
    traffic(street, 18, every_s=14)
    expect_until_gone(street, "animal_taken", seized, bike)


@scenario("animal_taken", 90)
def guest_of_the_tea_stall_takes_it_along(street: Street) -> None:
    """He parks, drinks tea for half a minute among others, and on the way to his motorbike puts the dog in a sack."""
    dog = lying_dog(street, 12)
    x = dog.place[0]
    street.add("object", 0, x + 3.6, 15.6)
    for dx in (2.6, 4.8):
        street.person(0, x + dx, 16.2)
    man, bike = biker(street, vary(street, 4, 8), 11.4)
    pull_up(man, x - 2.2, 11.4).dismount(0, -0.8).wait(2)
    man.walk(x, 10.2).walk(x + 3.6, 14.4).wait(vary(street, 26, 32)).walk(x + 0.5, 12.2)
    seized = seizes(man, dog)
    beside(man, bike, 0.8, -0.6, 2.2).mount(bike)
    ride_out(man, bike, -1, speed=2.0, end_speed=10)
    passers(street, 19)
    expect_until_gone(street, "animal_taken", seized, bike)


@scenario("animal_taken", 70)
def into_the_alley_with_the_dog_of_the_repair_shop(street: Street) -> None:
    """It lies before parked motorbikes; a man on foot seizes it and runs round a corner well inside the picture."""
    dog = lying_dog(street, 12.2)
    x = dog.place[0]
    parked(street, x - 3.0, x - 1.8, x - 0.6, y=14.6)
    street.person(0, x - 5.0, 15.5)
    thief = comer(street, vary(street, 16, 24), 11.2, 1).walk(x + 0.6, 12.0)
    seized = seizes(thief, dog)
    thief.walk(x + 7.5, 19.0, 4.2).leave()
    traffic(street, 8.6, every_s=18)
    expect_until_gone(street, "animal_taken", seized, thief)


@scenario("animal_taken", 80, positive=False)
def untied_at_the_gate_and_taken_for_its_walk(street: Street) -> None:
    """Its mistress comes out of the door, unties it and strolls off with it in plain sight; riders race by far off."""
    dog = lying_dog(street, 13)
    x = dog.place[0]
    mistress = street.person(vary(street, 14, 20), x + 1.5, 17).walk(x - 0.8, 13.3, 1.1).wait(3).lead(dog)
    start = mistress.time
    go_out(mistress.wait(1), 1, 1.1)
    for late in (2, 7):
        ride_by(street, start + late + vary(street, 0, 2), 8.4, 1, 9.5)
    passers(street, 19)


@scenario("animal_taken", 75, positive=False)
def motorbikes_wait_before_the_sleeping_dog(street: Street) -> None:
    """Three riders halt two and a half metres before it, half hide it, and speed off one by one; it sleeps on."""
    dog = lying_dog(street, 13.2)
    x = 0.8 * dog.place[0]
    start = vary(street, 12, 18)
    go = start + vary(street, 17, 21)
    for i in range(3):
        rider, bike = biker(street, start + 2.5 * i, 10.5)
        pull_up(rider, x + 2.4 - 2.4 * i, 10.5)
        rider.until(go + 0.9 * i)
        ride_out(rider, bike, 1, speed=1.5, end_speed=9.5)
    passers(street, 18)


@scenario("animal_taken", 80, positive=False)
def follows_its_master_in_as_a_courier_speeds_off(street: Street) -> None:
    """Its master comes home on foot and it goes in at the door beside him; seven metres off a courier speeds away."""
    dog = lying_dog(street, 12.2)
    x = dog.place[0]
    courier, bike = biker(street, vary(street, 5, 9), 9.2)
    pull_up(courier, x + 4.5, 9.2).dismount(0.0, 0.8)
    master = comer(street, vary(street, 14, 18), 12.8).walk(x - 0.9, 12.6).wait(vary(street, 2, 4))
    dog.until(master.time + 0.3).walk(x + 1.1, 16.8, 1.2).leave()
    master.walk(x + 0.4, 17, 1.2).leave()
    courier.until(dog.time - 2).mount(bike)
    ride_out(courier, bike, 1, speed=2.0, end_speed=9.5)
    passers(street, 19.5)


@scenario("animal_taken", 95, positive=False)
def goes_indoors_long_after_the_courier(street: Street) -> None:
    """A courier halts at arm's length from it, waits and races off; twenty seconds later it goes home by itself."""
    dog = lying_dog(street, 12.2)
    x = dog.place[0]
    courier, bike = biker(street, vary(street, 12, 18), 10.9, 1)
    pull_up(courier, x + 0.3, 10.9).dismount(-0.2, 0.6).wait(vary(street, 7, 10)).mount(bike)
    ride_out(courier, bike, -1, speed=2.0, end_speed=10)
    dog.until(courier.time + vary(street, 19, 24)).walk(x + 1.4, 16.9, 1.0).leave()
    passers(street, 8.6, every_s=18)


@scenario("animal_taken", 85, positive=False)
def strokes_it_till_his_bus_comes(street: Street) -> None:
    """A man strokes the dog for a while, then runs to the bus across the road and is gone with it; the dog stays."""
    dog = lying_dog(street, 11.6)
    x = dog.place[0]
    man = comer(street, vary(street, 5, 9), 11.4).walk(x - 0.6, 11.5).wait(vary(street, 16, 20))
    bus = street.add("bus", man.time - 5, -(edge(18) + 6), 18).drive(4, 18, 6.5)
    man.until(bus.time + 1).walk(x + 2.2, 16.2, 3.4).leave()
    for i in range(2):
        go_out(street.person(bus.time + 2 + 1.5 * i, 5.5, 16.2), 1)
    bus.wait(9).drive(edge(18) + 6, 18, 6.5).leave()
    ride_by(street, vary(street, 4, 8), 8.6, 1, 7)


@scenario("animal_taken", 70, positive=False)
def two_dogs_chase_out_past_a_jogger(street: Street) -> None:
    """One dog chases the other out of the picture, and a jogger comes towards them three and a half metres aside."""
    first = lying_dog(street, 12)
    x = first.place[0]
    second = street.add("dog", 0, x - 2.2, 12.6)
    start = vary(street, 22, 30)
    first.until(start).walk(edge(12), 12, 3.4).leave()
    second.until(start + 0.3).walk(edge(12), 12.4, 3.4).leave()
    go_out(comer(street, start + 1.5 - (edge(15.8) - x - 5) / 3.0, 15.8, 1), -1, 3.0)
    traffic(street, 19)


@scenario("animal_taken", 110, positive=False)
def puppy_seller_packs_up(street: Street) -> None:
    """She lets a puppy out of her basket; a girl fondles it and goes; she puts it back, rests, and slowly walks off."""
    seller = comer(street, vary(street, 3, 5), 12)
    puppy = carrying(street, seller, "dog")
    x = vary(street, -1.5, 1.5)
    seller.hide(puppy).walk(x, 12, 1.2).wait(1).put(puppy, 0.7, -0.4)
    for dx in (1.8, 0.9, 1.6):
        puppy.walk(x + dx, 11.5 + vary(street, -0.5, 0.5), 0.8).wait(vary(street, 4, 6))
    girl = comer(street, puppy.time - 14, 10.9, 1).walk(x + 2.4, 11.2).until(puppy.time + vary(street, 3, 5))
    go_out(girl, 1, 1.3)
    puppy.until(girl.keys[-2][0] + 1).walk(x + 0.7, 11.8, 0.9)
    seller.until(puppy.time + 1).take(puppy).wait(1).hide(puppy)
    ride_by(street, seller.time - vary(street, 2, 3), 8.2, -1, 8.5)
    go_out(seller.wait(vary(street, 16, 20)), -1, 1.0)
    passers(street, 18)
