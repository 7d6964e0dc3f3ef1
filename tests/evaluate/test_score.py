"""What counts as found, and the numbers made of it: near misses, repeats, hand-computed and published intervals."""

import itertools
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2

from pipeline import wire
from pipeline.errors import ConfigError, InputError
from pipeline.evaluate import score
from pipeline.evaluate.finding import Finding
from pipeline.evaluate.gate import Limits, failures
from pipeline.evaluate.interval import f1, rate, share
from pipeline.evaluate.match import match
from pipeline.evaluate.truth import Truth
from pipeline.evaluate.watched import hours_of
from pipeline.types import Event

PROVENANCE = wire.Provenance(mode="live", run="r", model="m", model_sha256=None, config_sha256="c", version="0")


def found(started, opened, ended=None, camera="c1", kind="loitering", zone="alley", name=""):
    event_id = f"{camera} {kind} {zone} {started} {opened} {name}"
    last = opened if ended is None else ended
    return Finding(camera, kind, zone, "r", "alert", started, opened, ended, last, event_id)


def true(started, ended, camera="c1", kind="loitering", **more):
    return Truth(camera, kind, started, ended, **more)


def counts(matching):
    """Matched, duplicates, false alarms, misses."""
    return tuple(len(getattr(matching, name)) for name in ("matched", "duplicates", "false_alarms", "misses"))


HIT, NO = (1, 0, 0, 0), (0, 0, 1, 1)


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        pytest.param(found(100, 160), HIT, id="as annotated"),
        pytest.param(found(40, 98), HIT, id="opened 2 s before it began"),
        pytest.param(found(40, 97.999), NO, id="1 ms outside tolerance before"),
        pytest.param(found(202, 203), HIT, id="began 2 s after its end"),
        pytest.param(found(202.001, 203), NO, id="1 ms outside tolerance after"),
        pytest.param(found(150, 217), HIT, id="reported at the last moment"),
        pytest.param(found(150, 217.001), NO, id="reported 1 ms too late"),
        pytest.param(found(150, 160, ended=900), HIT, id="lasted much longer"),
        pytest.param(found(0, 150), HIT, id="began much earlier"),
        pytest.param(found(0, 216), HIT, id="around it"),
        pytest.param(found(100, 160, camera="c2"), NO, id="other camera"),
        pytest.param(found(100, 160, kind="intrusion"), NO, id="other kind"),
        pytest.param(found(100, 160, zone="gate"), NO, id="other zone"),
        pytest.param(found(100, 160, zone=None), NO, id="no zone where the truth has one"),
    ],
)
def test_what_counts_as_found(finding, expected):
    assert counts(match([finding], [true(100, 200, zone="alley")])) == expected


def test_tolerance_and_lateness_are_settings():
    late, early = found(150, 217.001), found(40, 97.999)
    assert counts(match([late], [true(100, 200)], late_s=16)) == HIT
    assert counts(match([early], [true(100, 200)], tolerance_s=2.001)) == HIT
    assert counts(match([found(40, 100)], [true(100, 200)], tolerance_s=0)) == HIT
    assert counts(match([found(40, 99.999)], [true(100, 200)], tolerance_s=0)) == NO


def test_a_truth_without_a_zone_is_anywhere():
    assert counts(match([found(100, 160, zone=None)], [true(100, 200)])) == HIT
    assert counts(match([found(100, 160, zone="gate")], [true(100, 200)])) == HIT


def test_watched_time_is_nothing_to_find():
    assert counts(match([found(100, 160)], [true(0, 900, kind="none")])) == (0, 0, 1, 0)
    assert counts(match([], [true(0, 900, kind="none")])) == (0, 0, 0, 0)


def test_repeats_are_no_false_alarms_and_find_nothing_else():
    findings = [found(100, 110), found(120, 130), found(150, 160), found(500, 560)]
    matching = match(findings, [true(100, 200), true(800, 900)])
    assert counts(matching) == (1, 2, 1, 1)
    assert {truth.started_at for _, truth in matching.duplicates} == {100}
    assert matching.false_alarms == (findings[3],)


def test_two_cameras_do_not_help_each_other():
    findings = [found(100, 160, camera="a"), found(100, 160, camera="a", name="again")]
    matching = match(findings, [true(100, 200, camera="a"), true(100, 200, camera="b")])
    assert counts(matching) == (1, 1, 0, 1)
    assert matching.misses[0].camera == "b"


def test_more_matches_go_before_more_overlap():
    """The long finding overlaps the first truth best, but only it can be the second."""
    long, short = found(100, 199, ended=200), found(100, 105, ended=106)
    first, second = true(100, 190), true(195, 200)
    matching = match([short, long], [first, second])
    assert set(matching.matched) == {(short, first), (long, second)}


def test_of_two_findings_the_one_that_overlaps_longer_is_the_match():
    brief, whole = found(100, 101, ended=102), found(110, 120, ended=200)
    matching = match([brief, whole], [true(100, 200)])
    assert (matching.matched[0][0], matching.duplicates[0][0]) == (whole, brief)


def test_instants_pair_with_the_closest():
    """Line crossings have no length, so overlap cannot decide."""
    crossings = [found(t, t, ended=t, kind="line_crossing") for t in (10.0, 11.5, 12.9)]
    matching = match(crossings, [true(11.4, 11.4, kind="line_crossing")])
    assert [finding.started_at for finding, _ in matching.matched] == [11.5]
    assert counts(matching) == (1, 2, 0, 0)


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12), st.integers(0, 12)), max_size=4)


@settings(derandomize=True, max_examples=150)
@given(SPANS, SPANS)
def test_no_assignment_is_better(spans, annotated):
    """Against every assignment there is: first the number of matches, then the seconds of overlap."""
    findings = [found(s, s + a, ended=s + a + b, name=i) for i, (s, a, b) in enumerate(spans)]
    truths = [true(s, s + a) for s, a, _ in annotated]

    def worth(pairs):
        return len(pairs), sum(max(0, min(f.until, t.ended_at) - max(f.started_at, t.started_at)) for f, t in pairs)

    def possible(f, t):
        return f.started_at <= t.ended_at + 1 and t.started_at - 1 <= f.opened_at <= t.ended_at + 1 + 3

    padded = [*truths, *[None] * len(findings)]
    best = max(
        worth([(f, t) for f, t in zip(findings, order, strict=False) if t is not None and possible(f, t)])
        for order in itertools.permutations(padded, len(findings))
    )
    matching = match(findings, truths, tolerance_s=1, late_s=3)
    assert worth(matching.matched) == best
    assert all(possible(f, t) for f, t in (*matching.matched, *matching.duplicates))
    assert len(matching.matched) + len(matching.duplicates) + len(matching.false_alarms) == len(findings)
    assert len(matching.matched) + len(matching.misses) == len(truths)


def random_case(seed, cameras=("a", "b"), kinds=("loitering", "intrusion")):
    chance = random.Random(seed)
    truths = [
        true(s := chance.randint(0, 300), s + chance.randint(0, 40), camera=chance.choice(cameras),
             kind=chance.choice(kinds), noise=chance.choice([None, "rain", "fog"]))
        for _ in range(30)
    ]  # fmt: skip
    findings = [
        found(s := chance.randint(0, 300), s + 3, s + chance.randint(3, 30), chance.choice(cameras),
              chance.choice(kinds), name=i)
        for i in range(40)
    ]  # fmt: skip
    return findings, [*truths, *(true(0, 340, camera=c, kind="none", noise="fog") for c in cameras)]


@pytest.mark.parametrize("seed", range(5))
def test_order_changes_nothing(seed):
    findings, truths = random_case(seed)
    expected = score.as_dict(score.evaluate(findings, truths))
    assert all(expected["all"][name] for name in ("true_positives", "false_alarms", "duplicates", "misses"))
    shuffled, others = list(findings), list(truths)
    random.Random(seed + 99).shuffle(shuffled)
    random.Random(seed + 98).shuffle(others)
    assert score.as_dict(score.evaluate(shuffled, others)) == expected


def test_all_is_the_sum_of_the_kinds():
    table = score.evaluate(*random_case(7)).table
    for name in ("truths", "true_positives", "misses", "false_alarms", "duplicates"):
        assert getattr(table.total, name) == sum(getattr(kind, name) for kind in table.kinds)


def test_the_numbers():
    truths = [true(0, 60), true(100, 160), true(200, 260), true(300, 360), true(0, 7200, kind="none")]
    findings = [
        found(0, 10), found(100, 130), found(200, 220, ended=260), found(201, 230), found(300, 340), found(1000, 1060),
    ]  # fmt: skip
    row = score.evaluate(findings, truths).table.kinds[0]
    assert (row.truths, row.true_positives, row.misses, row.false_alarms, row.duplicates) == (4, 4, 0, 1, 1)
    assert (row.precision.value, row.recall.value, row.f1.value) == (4 / 5, 1, 8 / 9)
    assert (row.hours, row.false_alarms_per_hour.value) == (2.0, 0.5)
    assert row.alerts_per_event == 5 / 4
    assert row.delay_median_s == 25.0, "of 10, 30, 20 and 40 s"
    assert row.delay_p95_s == pytest.approx(38.5), "between 30 and 40 s"


def test_nothing_to_take_a_ratio_of():
    only_false = score.evaluate([found(0, 1)], [true(0, 3600, kind="none")]).table.kinds[0]
    assert (only_false.recall, only_false.alerts_per_event, only_false.delay_median_s) == (None, None, None)
    assert (only_false.precision.value, only_false.f1.value) == (0, 0)
    missed = score.evaluate([], [true(0, 1)]).table.kinds[0]
    assert (missed.precision, missed.recall.value, missed.f1.value) == (None, 0, 0)
    empty = score.evaluate([], [true(0, 3600, kind="none")]).table
    assert (empty.kinds, empty.total.f1, empty.total.false_alarms_per_hour.value) == ((), None, 0)


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
    ids=["8 of 10", "none of 10", "all of 10", "81 of 263 (Newcombe 1998, table I)"],
)
def test_wilson(hits, trials, low, high):
    interval = share(hits, trials)
    assert (interval.low, interval.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    peer = binomtest(hits, trials).proportion_ci(0.95, method="wilson")
    assert (interval.low, interval.high) == (pytest.approx(peer.low), pytest.approx(peer.high))
    assert share(0, 0) is None


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0.0, 3.6889), (1, 0.0253, 5.5716), (5, 1.6235, 11.6683), (10, 4.7954, 18.3904)],
)
def test_garwood(count, low, high):
    """Published in every table of exact Poisson limits; for 2 camera-hours half as high."""
    interval = rate(count, 2.0)
    assert interval.value == count / 2
    assert (interval.low * 2, interval.high * 2) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    assert interval.high * 2 == pytest.approx(chi2.ppf(0.975, 2 * count + 2) / 2)
    assert rate(count, 0.0) is None
    assert rate(count, None) is None


def test_f1_interval():
    """8 found, 2 false, 2 missed: Wilson's interval of 8/12 is 0.39062 to 0.86188, and F1 = 2p / (1 + p)."""
    interval = f1(8, 2, 2)
    assert interval.value == pytest.approx(0.8)
    assert interval.low == pytest.approx(2 * 0.39062 / 1.39062, abs=2e-5)
    assert interval.high == pytest.approx(2 * 0.86188 / 1.86188, abs=2e-5)
    assert f1(0, 0, 0) is None
    assert f1(5, 0, 0).high == 1
    assert 0 < f1(5, 0, 0).low < 1


@pytest.mark.parametrize(
    ("truths", "findings", "hours", "value", "source"),
    [
        pytest.param([true(0, 3600, kind="none")], [], None, 1.0, "declared", id="one camera"),
        pytest.param(
            [true(0, 3600, kind="none"), true(1800, 5400, kind="none")], [], None, 1.5, "declared", id="overlapping"
        ),
        pytest.param(
            [true(0, 3600, kind="none"), true(9000, 12600, kind="none")], [], None, 2.0, "declared", id="with a break"
        ),
        pytest.param(
            [true(0, 3600, kind="none"), true(3600, 7200)], [found(9e4, 9e4 + 60)], None, 2.0, "declared",
            id="an event is watched time too, a finding is not",
        ),
        pytest.param(
            [true(0, 3600, kind="none"), true(0, 3600, kind="none", camera="c2")], [], None, 2.0, "declared",
            id="two cameras at once",
        ),
        pytest.param([true(0, 3600, kind="none")], [], 24.0, 24.0, "given", id="the option wins"),
        pytest.param([true(3600, 3660)], [found(0, 60), found(7100, 7150, 7200)], None, 2.0, "estimated", id="neither"),
        pytest.param(
            [true(0, 3600, kind="none")], [found(0, 0, camera="c2"), found(3600, 3600, camera="c2")], None, 2.0,
            "estimated", id="one camera of two",
        ),
        pytest.param([], [], None, 0.0, "estimated", id="nothing"),
    ],
)  # fmt: skip
def test_hours(truths, findings, hours, value, source):
    got = hours_of(findings, truths, hours)
    assert (got.value, got.source) == (value, source)
    assert ("estimated from the first to the last time named" in got.text) == (source == "estimated")


def test_splits():
    truths = [
        true(0, 3600, kind="none", noise="rain", light="night"),
        true(3600, 10800, kind="none", noise="fog"),
        true(100, 160, noise="wind"),
        true(200, 260),
        true(4000, 4060),
    ]
    findings = [found(200, 210), found(4000, 4010), found(4001, 4011), found(1000, 1010), found(20000, 20010)]
    report = score.evaluate(findings, truths)
    assert set(report.splits) == {"noise", "light"}

    def row(key, value):
        total = report.splits[key][value].total
        return total.truths, total.true_positives, total.duplicates, total.false_alarms, total.hours

    assert row("noise", "rain") == (1, 1, 0, 1, 1.0)
    assert row("noise", "fog") == (1, 1, 1, 0, 2.0)
    assert row("noise", "wind") == (1, 0, 0, 0, None), "no row of kind none says how long it blew"
    assert row("light", "night") == (2, 1, 0, 1, 1.0)
    assert report.notes == ("1 false alarms lie outside the time declared as watched",)
    assert score.evaluate(findings, [true(0, 1)]).splits == {}


def test_the_shortest_interval_says_most():
    truths = [true(0, 36000, kind="none", noise="dry"), true(600, 900, kind="none", noise="rain")]
    splits = score.evaluate([found(650, 700), found(899, 901)], truths).splits["noise"]
    assert {value: table.total.false_alarms for value, table in splits.items()} == {"rain": 1, "dry": 1}


def test_kinds_restrict_what_is_compared_but_not_what_was_watched():
    findings, truths = [found(0, 1), found(0, 1, kind="intrusion")], [true(0, 60), true(0, 7200, kind="none")]
    report = score.evaluate(findings, truths, kinds=["loitering"])
    assert [kind.kind for kind in report.table.kinds] == ["loitering"]
    assert (report.table.total.false_alarms, report.table.total.hours) == (0, 2.0)
    for unknown in (["loitring"], ["none"], [""]):
        with pytest.raises(ConfigError, match="there are intrusion, loitering"):
            score.evaluate(findings, truths, kinds=unknown)


def test_what_a_reader_should_know():
    findings = [found(0, 1), found(0, 1, camera="c9", kind="crowding"), found(8000, 8001)]
    notes = score.evaluate(findings, [true(0, 60), true(0, 7200, kind="none")]).notes
    assert notes == (
        "1 false alarms lie outside the time declared as watched",
        "camera c9: the truth does not name it, 1 findings are false alarms",
        "crowding: the truth has none, 1 findings are false alarms",
    )
    assert score.evaluate([found(0, 1)], [true(0, 60)]).notes == ()


GOOD = score.evaluate(
    [found(0, 10), found(100, 110), found(101, 111), found(1000, 1010)],
    [true(0, 60), true(100, 160), true(200, 260), true(0, 7200, kind="none")],
)
"""Precision 2/3, recall 2/3, F1 2/3, 0.5 false alarms per hour, 1.5 alerts per event."""


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        pytest.param(Limits(), None, id="none asked"),
        pytest.param(Limits(2 / 3, 2 / 3, 2 / 3, 0.5, 1.5), None, id="all exactly kept"),
        pytest.param(
            Limits(min_precision=0.67),
            "loitering: precision 0.6667 (2 of 3 findings are true) is below --min-precision 0.67",
            id="precision",
        ),
        pytest.param(
            Limits(min_recall=0.67), "loitering: recall 0.6667 (2 of 3 found) is below --min-recall 0.67", id="recall"
        ),
        pytest.param(
            Limits(min_f1=0.67),
            "loitering: f1 0.6667 (2 found, 1 missed, 1 false alarms) is below --min-f1 0.67",
            id="f1",
        ),
        pytest.param(
            Limits(max_false_per_hour=0.49),
            "loitering: 0.5 false alarms per camera-hour (1 in 2 h) are above --max-false-per-hour 0.49",
            id="false alarms",
        ),
        pytest.param(
            Limits(max_alerts_per_event=1.49),
            "loitering: 1.5 alerts per event (3 for 2) are above --max-alerts-per-event 1.49",
            id="alerts",
        ),
    ],
)
def test_gate(limits, told):
    assert failures(GOOD, limits) == ([told] if told else [])


def test_gate_for_kinds_on_one_side_only():
    strict = Limits(0.9, 0.9, 0.9, 0.1, 1.0)
    unasked = score.evaluate([found(0, 1)], [true(0, 3600, kind="intrusion"), true(0, 3600, kind="none")])
    assert [line[:22] for line in failures(unasked, strict)] == [
        "loitering: precision 0", "intrusion: recall 0 (0", "intrusion: f1 0 (0 fou", "loitering: 1 false ala",
    ]  # fmt: skip


def test_a_limit_that_cannot_be_checked_is_missed():
    instant = score.evaluate([found(0, 0, ended=0)], [true(0, 0)])
    assert failures(instant, Limits(max_false_per_hour=5)) == [
        "loitering: false alarms per hour are unknown, so --max-false-per-hour 5 cannot be checked; give --hours"
    ]
    quiet = score.evaluate([], [true(0, 3600, kind="none")])
    assert failures(quiet, Limits(0.9, 0.9, 0.9, 0.1, 1.0)) == [
        "--min-recall: the truth has no event to hold it against",
        "--min-f1: the truth has no event to hold it against",
    ]


BASE = Event(
    kind="loitering", topic="alerts", rule="r", rule_sha256="ab", severity="notice", phase="opened", zone="alley",
    started_at=100.0, time=160.0, identity=(1,),
)  # fmt: skip


def message(camera="c1", **changes):
    return wire.encode(replace(BASE, **changes), wire.Origin("x", camera, ("w",), None, PROVENANCE))


PHASES = [
    message(),
    message(phase="updated", revision=1, time=220.0, severity="alert"),
    message(phase="closed", revision=2, time=305.0, ended_at=300.0, severity="alert"),
    message(phase="updated", revision=3, time=320.0, severity="alert"),
]


def test_phases_fold_into_one_finding():
    count = message(kind="count", phase="closed", ended_at=900.0, identity=("car",))
    expected = score.findings(PHASES)
    assert [replace(f, event_id="") for f in expected] == [
        Finding("c1", "loitering", "alley", "r", "alert", 100.0, 160.0, 300.0, 320.0, "")
    ]
    assert expected[0].until == 300.0
    for order in itertools.permutations(PHASES):
        assert score.findings([*order, count, order[0], wire.decode(order[1].body)]) == expected


def test_open_and_instant_events():
    (still_open,) = score.findings(PHASES[:2])
    assert (still_open.ended_at, still_open.until, still_open.opened_at) == (None, 220.0, 160.0)
    (instant,) = score.findings([message(phase="closed", time=100.0, ended_at=100.0)])
    assert (instant.opened_at, instant.ended_at) == (100.0, 100.0)


def test_other_cameras_and_identities_stay_apart():
    others = [message("c2"), message(identity=(2,)), message(zone="gate"), message(started_at=100.001)]
    assert len(score.findings([*PHASES, *others])) == 5


def test_what_is_no_event():
    with pytest.raises(InputError, match="not an event"):
        score.findings([replace(PHASES[0], body=b"{}")])
