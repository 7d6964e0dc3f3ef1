"""Snatch: a rider tears a bag from a walker and speeds away; and the many riders who only pass."""

from __future__ import annotations

from pipeline.simulate.scenarios import scenario
from pipeline.simulate.scenarios.cast import (
    WALK_Y,
    biker,
    car_by,
    carrying,
    comer,
    edge,
    go_out,
    meets,
    parked,
    passers,
    pull_up,
    ride_by,
    ride_out,
    snatched,
    traffic,
    vary,
    walker_to_meet,
)
from pipeline.simulate.scenarios.moments import expect_until_gone
from pipeline.simulate.street import Carried, Street


@scenario("snatch", 60)
def handbag_torn_away_from_behind(street: Street) -> None:
    """A rider comes from behind at 20 km/h and more, takes the bag, and speeds up; the walker stands still in shock."""
    passers(street, 17.5)
    walker = walker_to_meet(street)
    grip = walker.time
    rider, bike = meets(street, walker, -1, 0.9, vary(street, 5.6, 6.5))
    bag = snatched(street, walker, rider, grip)
    ride_out(rider, bike, 1, bag, speed=6.0, end_speed=vary(street, 10.5, 12))
    go_out(walker.wait(vary(street, 8, 12)), 1)
    expect_until_gone(street, "snatch", grip, bike)


@scenario("snatch", 60)
def pillion_rider_snatches_and_victim_falls(street: Street) -> None:
    """Two on a motorbike; the walker is pulled back half a metre and stays down; the bag is hidden between them."""
    traffic(street, 18.5)
    walker = walker_to_meet(street)
    grip = walker.time
    rider, bike = meets(street, walker, -1, 0.8, vary(street, 5.5, 6.5), two=True)
    ride_out(rider, bike, 1, speed=6.0, end_speed=vary(street, 10.5, 12))
    go_out(walker.walk(walker.place[0] + 0.5, WALK_Y - 0.6, 2.0).wait(vary(street, 10, 14)), -1, 0.9)
    expect_until_gone(street, "snatch", grip, bike)


@scenario("snatch", 60)
def victim_runs_after_the_motorbike(street: Street) -> None:
    """No bag can be seen; after the pass the walker breaks into a run behind the accelerating motorbike."""
    walker = walker_to_meet(street)
    grip = walker.time
    rider, bike = meets(street, walker, -1, 1.0, vary(street, 5.8, 6.8))
    ride_out(rider, bike, 1, speed=6.5, end_speed=vary(street, 11, 12.5))
    go_out(walker.wait(0.7), 1, vary(street, 3.2, 3.8))
    expect_until_gone(street, "snatch", grip, bike)


@scenario("snatch", 60)
def snatched_from_the_front(street: Street) -> None:
    """The motorbike comes towards the walker, passes within a metre, takes the bag and accelerates; he turns round."""
    passers(street, 18)
    walker = walker_to_meet(street, -1, 1.0)
    grip = walker.time
    rider, bike = meets(street, walker, 1, 0.9, vary(street, 5.5, 6.5))
    bag = snatched(street, walker, rider, grip)
    ride_out(rider, bike, -1, bag, speed=6.0, end_speed=vary(street, 11, 12.5))
    go_out(walker.wait(0.5), -1, vary(street, 2.6, 3.2))
    expect_until_gone(street, "snatch", grip, bike)


@scenario("snatch", 80)
def phone_snatched_from_somebody_standing(street: Street) -> None:
    """A woman walks up, stops to telephone for 12 s, is robbed by a passing rider and runs after him."""
    traffic(street, 19)
    woman = walker_to_meet(street).wait(12)
    grip = woman.time
    rider, bike = meets(street, woman, -1, 0.8, vary(street, 5.6, 6.6))
    ride_out(rider, bike, 1, speed=6.2, end_speed=vary(street, 11, 12.5))
    go_out(woman.wait(0.6), 1, vary(street, 3.0, 3.6))
    expect_until_gone(street, "snatch", grip, bike)


@scenario("snatch", 60)
def one_of_two_women_loses_her_bag(street: Street) -> None:
    """Two walk side by side; the one on the side of the road is robbed, both stop."""
    walker = walker_to_meet(street)
    friend = comer(street, walker.keys[0][0], WALK_Y - 1.2)
    x, y = walker.place[0], WALK_Y - 1.2
    friend.walk(x, y, (x - friend.place[0]) / (walker.time - friend.time))
    grip = walker.time
    rider, bike = meets(street, walker, -1, 0.9, vary(street, 5.6, 6.5))
    bag = snatched(street, walker, rider, grip)
    ride_out(rider, bike, 1, bag, speed=6.0, end_speed=vary(street, 10.5, 12))
    stop = vary(street, 9, 13)
    go_out(walker.wait(stop), -1)
    go_out(friend.wait(stop + 1), -1)
    expect_until_gone(street, "snatch", grip, bike)


@scenario("snatch", 60, positive=False)
def motorbike_overtakes_closely_at_constant_speed(street: Street) -> None:
    """It passes within a metre at 22 to 29 km/h, neither slows nor speeds up, and the walker walks on."""
    passers(street, 17.5)
    walker = walker_to_meet(street)
    carrying(street, comer(street, 5, 11, 1), "handbag")
    speed = vary(street, 6, 8)
    rider, bike = meets(street, walker, -1, 1.0, speed)
    ride_out(rider, bike, 1, speed=speed, end_speed=speed)
    go_out(walker, 1)


@scenario("snatch", 60, positive=False)
def walker_stops_by_himself_as_a_bike_passes(street: Street) -> None:
    """He stops to read a message just when a motorbike passes him at constant speed."""
    walker = walker_to_meet(street)
    speed = vary(street, 5.5, 7.5)
    rider, bike = meets(street, walker, -1, 1.1, speed)
    ride_out(rider, bike, 1, speed=speed, end_speed=speed)
    go_out(walker.wait(vary(street, 8, 12)), 1)


@scenario("snatch", 60, positive=False)
def bike_accelerates_three_metres_away(street: Street) -> None:
    """The rider speeds up and the walker stops, but there are three metres and more between them."""
    walker = walker_to_meet(street)
    rider, bike = meets(street, walker, -1, vary(street, 3.0, 3.8), vary(street, 5.5, 6.5))
    ride_out(rider, bike, 1, speed=6.0, end_speed=11)
    go_out(walker.wait(vary(street, 6, 9)), 1)


@scenario("snatch", 60, positive=False)
def hurried_rider_accelerates_and_walker_walks_on(street: Street) -> None:
    """The rider passes within 1.2 m and speeds up towards a free road; the walker, bag in hand, does not even look."""
    traffic(street, 18.5)
    walker = walker_to_meet(street)
    bag = street.add("handbag", walker.keys[0][0], *walker.keys[0][1:])
    bag.carried = [Carried(bag.time, float("inf"), walker, (0.3, -0.2, 0.4))]
    rider, bike = meets(street, walker, -1, 1.2, vary(street, 5.5, 6.5))
    ride_out(rider, bike, 1, speed=6.0, end_speed=11)
    go_out(walker, 1, (walker.place[0] + edge(WALK_Y)) / (walker.time - walker.keys[0][0]))
    bag.shown[-1][1] = walker.time


@scenario("snatch", 80, positive=False)
def friend_on_a_motorbike_is_given_the_bag(street: Street) -> None:
    """A motorbike stops beside the walker, they talk for 15 s, he hands his bag over, and the friend rides off."""
    walker = walker_to_meet(street)
    bag = street.add("handbag", walker.time, *walker.place)
    walker.take(bag)
    rider, bike = biker(street, walker.time - 2, WALK_Y + 1, -1)
    pull_up(rider, walker.place[0], WALK_Y + 1).wait(15)
    walker.until(rider.time).give(bag, rider)
    ride_out(rider, bike, 1, bag, end_speed=9)
    go_out(walker.wait(3), 1)


@scenario("snatch", 80, positive=False)
def walker_hops_on_a_motorbike_taxi(street: Street) -> None:
    """A motorbike taxi stops, the walker sits down behind the rider, and they accelerate away together."""
    passers(street, 17.5)
    walker = walker_to_meet(street)
    rider, bike = biker(street, walker.time - 1, WALK_Y + 0.9, -1)
    pull_up(rider, walker.place[0], WALK_Y + 0.9).wait(vary(street, 6, 10))
    walker.until(rider.time).mount(bike)
    ride_out(rider, bike, 1, end_speed=9)


@scenario("snatch", 60, positive=False)
def walker_stumbles_with_nobody_near(street: Street) -> None:
    """He stumbles and stays down for 10 s; a motorbike passes only five seconds later, on the far side."""
    walker = walker_to_meet(street)
    ride_by(street, walker.time + 2, 18.5, -1, 7)
    go_out(walker.walk(walker.place[0] + 0.6, WALK_Y - 0.4, 2.0).wait(10), 1, 0.9)


@scenario("snatch", 60, positive=False)
def rider_brakes_after_passing_a_friend(street: Street) -> None:
    """He passes within a metre, the walker calls and stops; the rider brakes to a halt, and they talk."""
    walker = walker_to_meet(street)
    rider, bike = meets(street, walker, -1, 1.0, 5.5)
    rider.ride(walker.place[0] + 6, bike.place[1], 5.5, 0.5).wait(vary(street, 10, 14))
    walker.wait(1).walk(bike.place[0] - 1, WALK_Y).until(rider.time)
    ride_out(rider, bike, 1, end_speed=7)
    go_out(walker, 1)


@scenario("snatch", 60, positive=False)
def car_makes_the_walker_jump_aside(street: Street) -> None:
    """A car drives by closely; the walker jumps aside and stands still for a while: no rider is involved."""
    parked(street, 5, 6.2, y=18)
    walker = walker_to_meet(street)
    row = WALK_Y + 1.8
    car_by(street, walker.time - (walker.place[0] + edge(row) + 5) / 7, row, -1, 7)
    go_out(walker.walk(walker.place[0], WALK_Y - 0.8, 2.0).wait(6), 1)


@scenario("snatch", 60, positive=False)
def slow_cyclist_rings_and_walker_steps_aside(street: Street) -> None:
    """A cyclist at 8 to 10 km/h passes within a metre and pedals on; the walker stops to let him by."""
    walker = walker_to_meet(street)
    x, y = walker.place
    speed = vary(street, 2.3, 2.8)
    start = walker.time - abs(x + edge(y + 1)) / speed - 1
    rider, bike = biker(street, max(start, 0.0), y + 1, -1, "bicycle")
    rider.ride(x, y + 1, speed)
    ride_out(rider, bike, 1, speed=speed, end_speed=3.4)
    go_out(walker.until(bike.time - 5).wait(2), 1)
