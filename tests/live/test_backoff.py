"""Before the next attempt."""

from pipeline.live.backoff import delay


def test_it_doubles_up_to_the_longest_however_often_it_failed():
    for failures in [*range(12), 100, 1023, 1024, 5000, 10**6]:
        wanted = min(0.5 * 2 ** min(failures, 50), 8.0)
        waits = [delay(failures, 0.5, 8.0) for _ in range(200)]
        assert 0.5 * wanted <= min(waits) < max(waits) <= wanted
        assert max(waits) - min(waits) > 0.3 * wanted, "not all at once"
