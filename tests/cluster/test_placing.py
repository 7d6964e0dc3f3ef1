"""Which shard gets which camera, and that no two ever have one."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cluster.placing import UNEVEN, even, place
from pipeline.cluster.roster import Roster

CAMERAS = [f"c{n}" for n in range(12)]


def share(placed, cores, cost):
    load = dict.fromkeys(cores, 0.0)
    for camera, shard in placed.items():
        load[shard] += cost[camera]
    return {shard: load[shard] / cores[shard] for shard in cores}


def test_a_larger_machine_gets_more():
    placed = place(CAMERAS, {"small": 2, "large": 4}, {}, dict.fromkeys(CAMERAS, 0.1))
    assert Counter(placed.values()) == {"large": 8, "small": 4}


def test_who_has_a_shard_keeps_it():
    now = dict.fromkeys(CAMERAS, "one")
    assert place(CAMERAS, {"one": 2, "two": 2}, now, {}) == now


def test_a_dead_shards_cameras_go_to_the_least_loaded():
    now = {camera: ("one", "two", "three")[n % 3] for n, camera in enumerate(CAMERAS)}
    cost = {camera: 0.2 if now[camera] == "one" else 0.02 for camera in CAMERAS}
    placed = place(CAMERAS, {"one": 2, "two": 2}, now, cost)
    assert all(placed[camera] == now[camera] for camera in CAMERAS if now[camera] != "three")
    assert {placed[camera] for camera in CAMERAS if now[camera] == "three"} == {"two"}


def test_no_shards_no_places():
    assert place(CAMERAS, {}, {"c0": "gone"}, {}) == {}
    assert even({}, {}, {}, 5) == {}


def test_a_new_machine_takes_its_part():
    cores, cost = {"old": 2, "new": 2}, dict.fromkeys(CAMERAS, 0.12)
    placed = even(dict.fromkeys(CAMERAS, "old"), cores, cost, most=len(CAMERAS))
    assert (
        Counter(placed.values()) == {"old": 6, "new": 6}
        or abs(share(placed, cores, cost)["old"] - share(placed, cores, cost)["new"]) <= UNEVEN
    )


def test_no_move_where_it_is_even_enough_or_none_helps():
    one_dear = {"c0": "one"}
    assert even(one_dear, {"one": 2, "two": 2}, {"c0": 1.9}, 5) == one_dear, "it would only be dear elsewhere"
    nearly = {"c0": "one", "c1": "one", "c2": "two"}
    assert even(nearly, {"one": 2, "two": 2}, dict.fromkeys(nearly, 0.1), 5) == nearly


def test_a_camera_with_somebody_in_view_stays():
    cost = dict.fromkeys(CAMERAS, 0.12)
    busy = CAMERAS[:-2]
    placed = even(dict.fromkeys(CAMERAS, "old"), {"old": 2, "new": 2}, cost, 12, busy)
    assert {camera for camera in CAMERAS if placed[camera] == "new"} == set(CAMERAS[-2:])


costs = st.dictionaries(st.sampled_from(CAMERAS), st.floats(0.001, 0.5), min_size=1)


@given(costs, st.dictionaries(st.sampled_from("abcd"), st.sampled_from([1.0, 2.0, 4.0]), min_size=1), st.data())
def test_evening_out_never_makes_it_worse(cost, cores, data):
    placed = {camera: data.draw(st.sampled_from(sorted(cores))) for camera in cost}
    after = even(placed, cores, cost, data.draw(st.integers(1, 20)))
    assert after.keys() == placed.keys()
    assert max(share(after, cores, cost).values()) <= max(share(placed, cores, cost).values()) + 1e-9


@settings(max_examples=300)
@given(st.data())
def test_no_two_shards_watch_one_camera(data):
    """Plans change at will, shards carry orders out late, and die; each message is answered before the next is sent."""
    roster, cameras = Roster(), CAMERAS[:3]
    watching, flying, answers = {"a": set(), "b": set(), "c": set()}, {}, {}
    alive = set(watching)
    for _ in range(data.draw(st.integers(1, 60))):
        shard = data.draw(st.sampled_from(sorted(watching)))
        deed = data.draw(st.sampled_from(["plan", "order", "arrive", "answer", "die", "start"]))
        if deed == "plan" and alive:
            roster.plan = {camera: data.draw(st.sampled_from(sorted(alive))) for camera in cameras}
        elif deed == "order" and shard in alive and shard not in flying and shard not in answers:
            flying[shard] = roster.order(shard)
        elif deed == "arrive" and shard in flying:
            watching[shard] = set(flying.pop(shard))
            answers[shard] = set(watching[shard])
        elif deed == "answer" and shard in answers:
            roster.watches(shard, answers.pop(shard))
        elif deed == "die" and shard in alive:
            alive.discard(shard)
            watching[shard] = set()
            flying.pop(shard, None)
            answers.pop(shard, None)
            roster.gone(shard)
        elif deed == "start":
            alive.add(shard)
        held = Counter(camera for those in watching.values() for camera in those)
        assert all(count == 1 for count in held.values()), watching


def test_in_the_end_all_are_watched():
    roster = Roster()
    roster.plan = dict.fromkeys(CAMERAS, "a")
    assert set(roster.order("a")) == set(CAMERAS)
    roster.plan = dict.fromkeys(CAMERAS, "b")
    assert roster.order("b") == ()
    assert set(roster.unwatched) == set(CAMERAS)
    assert roster.order("a") == ()
    roster.watches("a", ())
    assert set(roster.order("b")) == set(CAMERAS)
    assert roster.unwatched == ()
