"""A shard may go on for so long as it was told, by its own clock, and never again afterwards."""

import time

from hypothesis import given
from hypothesis import strategies as st

from pipeline.cluster.lease import FENCE_S, GRACE_S, LOST_S, ShardLease, boot_clock


class Hand:
    """A clock that is set by hand."""

    def __init__(self):
        self.at = 100.0

    def __call__(self):
        return self.at


def test_it_holds_until_it_is_over():
    clock = Hand()
    lease = ShardLease(clock)
    clock.at += 1e6
    assert lease.holds(), "nobody has said how long: it watches nothing yet"
    assert lease.renew(clock.at + FENCE_S)
    clock.at += FENCE_S - 0.001
    assert lease.holds()
    clock.at += 0.001
    assert not lease.holds()


def test_an_order_that_comes_too_late_revives_nothing():
    clock = Hand()
    lease = ShardLease(clock)
    lease.renew(clock.at + 5)
    clock.at += 5
    assert not lease.renew(clock.at + 5), "nobody had looked, and it is over all the same"
    assert not lease.holds()
    clock.at -= 3
    assert not lease.holds(), "whatever the clock says then"


def test_an_older_order_shortens_nothing():
    clock = Hand()
    lease = ShardLease(clock)
    lease.renew(clock.at + 8)
    lease.renew(clock.at + 2)
    clock.at += 5
    assert lease.holds()


def test_there_is_a_time_for_closing_and_it_ends_whatever_happened_meanwhile():
    clock = Hand()
    lease = ShardLease(clock)
    assert lease.grace_s() == GRACE_S
    lease.renew(clock.at + 8)
    assert lease.grace_s() == GRACE_S, "it ends for another reason"
    clock.at += 9
    assert lease.grace_s() == GRACE_S - 1
    clock.at += 3600
    assert lease.grace_s() == 0


def test_it_can_be_ended():
    lease = ShardLease(Hand())
    lease.end()
    assert not lease.holds()
    assert not lease.renew(1e9)


@given(st.lists(st.tuples(st.floats(0, 20), st.floats(-20, 40), st.booleans())))
def test_once_over_always_over_and_never_beyond_what_was_said(steps):
    clock, furthest, over = Hand(), None, False
    lease = ShardLease(clock)
    for passed, ahead, look in steps:
        clock.at += passed
        if look:
            held = lease.holds()
            assert not (held and over)
            assert not (held and furthest is not None and clock.at >= furthest)
            over = not held
        else:
            until = clock.at + ahead
            if lease.renew(until):
                assert not over
                furthest = until if furthest is None else max(furthest, until)
            else:
                over = True


def test_the_conductor_waits_longer_than_any_shard_goes_on():
    assert LOST_S > FENCE_S + GRACE_S


def test_the_clock_goes_on():
    before = boot_clock()
    time.sleep(0.01)
    assert 0.01 <= boot_clock() - before < 5
