"""Room: what is deleted when, what never is, and that every loss is counted and announced."""

import time

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import OutboxConflict, OutboxFull
from pipeline.sinks import intake as module
from pipeline.sinks.intake import Intake, OutboxSettings
from pipeline.sinks.outbox import Outbox
from pipeline.sinks.repair import fault
from pipeline.wire import decode
from tests.conftest import fill
from tests.sinks.messages import message, stream

MB = 2**20


def telemetry(count, camera="road-1", begin=0, wards=("north",)):
    return [
        message(n, camera=camera, topic="traffic", severity="info", wards=wards) for n in range(begin, begin + count)
    ]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "outbox.sqlite"


@pytest.fixture
def outbox(path):
    with Outbox(path) as made:
        yield made


def gaps(outbox):
    """What was announced: by camera, how many messages."""
    found = [decode(m.body).data for m in outbox.messages() if decode(m.body).data.kind == "gap"]
    return [(d.camera, d.measures["dropped_messages"], d.started_at[11:19], d.ended_at[11:19]) for d in found]


def test_only_what_every_sink_has_is_pruned(outbox):
    sent = stream(10)
    outbox.put(sent)
    assert outbox.prune() == 0, "no sink is known: nobody has had anything"
    outbox.delivered("kafka", 6)
    outbox.delivered("webhook", 4)
    assert outbox.prune() == 4
    assert list(outbox.messages()) == sent[4:]
    assert outbox.prune() == 0
    assert [m for _, m in outbox.waiting("webhook", 99)] == sent[4:]


def test_pruning_goes_by_age_and_keeps_what_was_refused(outbox):
    outbox.put(stream(5))
    outbox.delivered("kafka", 5, refused=None)
    outbox.delivered("kafka", 5, refused="too large")
    assert outbox.prune(stored_before_s=time.time() - 60) == 0
    assert outbox.prune(stored_before_s=time.time() + 60) == 4
    assert list(outbox.messages()) == [message(4)]
    outbox.settle(outbox.refusals())
    assert outbox.prune() == 1


@pytest.mark.parametrize(
    ("stored", "stay"),
    [
        pytest.param([message(over=False)], [0], id="open"),
        pytest.param([message(over=False), message(0, 1, over=False)], [1], id="its last phase is enough"),
        pytest.param([message(over=False), message(0, 1)], [], id="over"),
        pytest.param([message(over=False, mode="archive")], [], id="of an archive, which is judged anew"),
    ],
)
def test_what_a_crash_would_leave_open_is_not_pruned(outbox, stored, stay):
    """Else nobody could ever close it."""
    outbox.put(stored)
    outbox.delivered("kafka", len(stored))
    outbox.prune()
    assert list(outbox.messages()) == [stored[n] for n in stay]
    assert outbox.prune() == 0


def test_sequence_numbers_are_not_given_twice(outbox):
    """A cursor would skip a message that got the number of a deleted one."""
    outbox.put(stream(5))
    outbox.delivered("kafka", 5)
    outbox.prune()
    outbox.put([message(9)])
    assert [m for _, m in outbox.waiting("kafka", 9)] == [message(9)]


def test_telemetry_is_shed_and_announced_in_its_place(outbox):
    alerts = [message(n, camera="road-1") for n in range(1000, 1004)]
    outbox.put([*telemetry(6), *alerts, *telemetry(3, "road-2"), *telemetry(2, "road-1", 50, ("north", "south"))])
    outbox.delivered("kafka", 2)
    assert outbox.shed() == 9
    left = [m for _, m in outbox.waiting("kafka", 99)]
    assert left[:4] == alerts
    assert gaps(outbox) == [
        ("road-1", 4, "14:01:02", "14:01:05"),
        ("road-2", 3, "14:01:00", "14:01:02"),
        ("road-1", 2, "14:01:50", "14:01:51"),
    ]  # fmt: skip
    assert [m.topics for m in left[4:]] == [
        ("matthan.health.north",), ("matthan.health.north",), ("matthan.health.north", "matthan.health.south"),
    ]  # fmt: skip
    assert [m.key for m in left[4:]] == ["road-1", "road-2", "road-1"]
    assert outbox.status().dropped == {"road-1": 6, "road-2": 3}
    assert outbox.shed() == 0


def test_over_the_quota_delivered_goes_first_then_telemetry_and_alerts_stay(outbox):
    intake = Intake(outbox, OutboxSettings(quota_mb=1, reserve_mb=0))
    delivered = stream(500, camera="old")
    intake.put(delivered)
    outbox.delivered("kafka", 500)
    for n in range(40):
        intake.put(telemetry(50, begin=n * 50))
        intake.put(stream(10, camera=f"gate-{n}"))
    kinds = [(m.key, m.sheddable) for m in outbox.messages()]
    assert ("old", False) not in kinds
    assert sum(key.startswith("gate-") for key, _ in kinds) == 400, "every alert is there"
    left, dropped = sum(sheddable for _, sheddable in kinds), outbox.status().dropped["road-1"]
    assert left + dropped == 2000
    assert dropped > 0
    assert sum(count for _, count, *_ in gaps(outbox)) == dropped
    assert outbox.used() < 1.3 * MB


def test_alerts_alone_may_exceed_the_quota(outbox):
    intake = Intake(outbox, OutboxSettings(quota_mb=0.2, reserve_mb=0))
    for n in range(20):
        assert intake.put(stream(100, camera=f"gate-{n}"))
    assert outbox.status().messages == 2000
    assert outbox.used() > 0.2 * MB


def test_a_live_outbox_forgets_what_is_old(outbox, monkeypatch):
    monkeypatch.setattr(module, "LOOK_EVERY", 1)
    intake = Intake(outbox, OutboxSettings(keep_days=1, reserve_mb=0))
    intake.put(stream(3))
    outbox.delivered("kafka", 2)
    outbox._db.execute("UPDATE events SET stored_ms = stored_ms - 90000000")
    intake.put([message(9)])
    assert list(outbox.messages()) == [message(2), message(9)], "undelivered stays, however old"


@pytest.mark.parametrize("jump_s", [-10 * 365 * 86_400, 10 * 365 * 86_400], ids=["ten years back", "ten years on"])
def test_a_clock_that_jumps_loses_nothing_undelivered(outbox, monkeypatch, jump_s):
    monkeypatch.setattr(module, "LOOK_EVERY", 1)
    intake = Intake(outbox, OutboxSettings(keep_days=1, reserve_mb=0))
    sent = stream(20)
    true_ns, true_s = time.time_ns, time.time
    for n, one in enumerate(sent):
        if n == 10:
            monkeypatch.setattr(time, "time_ns", lambda: true_ns() + jump_s * 10**9)
            monkeypatch.setattr(time, "time", lambda: true_s() + jump_s)
        intake.put([one])
    assert [m for _, m in outbox.waiting("kafka", 99)] == sent, "order and content do not hang on the clock"
    assert outbox.status(["kafka"]).oldest_s["kafka"] >= 0


def test_a_full_disk(small):
    """The run goes on, alerts wait in order, telemetry is dropped and announced, and all is well when room is back."""
    path = small / "outbox.sqlite"
    with Outbox(path) as outbox:
        intake = Intake(outbox, OutboxSettings(reserve_mb=0.3))
        first = [*stream(50), *telemetry(100)]
        assert intake.put(first)
        fill(small)
        alerts, dropped = [], 0
        while not intake.full:
            alerts.append(stream(20, camera=f"full-{len(alerts)}"))
            intake.put(alerts[-1])
        shed = outbox.status().dropped["road-1"]
        assert shed == 100, "stored telemetry has made room for alerts"
        for n in range(30):
            alerts.append(stream(20, camera=f"late-{n}"))
            assert not intake.put([*alerts[-1], *telemetry(5, "road-2", n * 5)])
            dropped += 5
        assert fault(path) is None
        assert intake.waiting > 600
        (small / "filler").unlink()
        assert intake.settle(10)
        assert not intake.full
        found = [m for m in outbox.messages() if decode(m.body).data.kind != "gap"]
        assert found == [*stream(50), *(m for batch in alerts for m in batch)], "all alerts, in order"
        assert {(camera, count) for camera, count, *_ in gaps(outbox)} == {("road-1", 100), ("road-2", dropped)}
        assert outbox.status().dropped == {"road-1": 100, "road-2": dropped}
    assert fault(path) is None
    assert (small / "outbox.sqlite.reserve").exists() is False


def test_the_reserve_is_held_again_when_there_is_room(small, monkeypatch):
    monkeypatch.setattr(module, "LOOK_EVERY", 1)
    with Outbox(small / "outbox.sqlite") as outbox:
        intake = Intake(outbox, OutboxSettings(reserve_mb=0.3))
        intake.put(stream(1))
        reserve = small / "outbox.sqlite.reserve"
        assert reserve.stat().st_blocks * 512 >= 0.3 * MB, "it really takes its room"
        fill(small)
        while intake.put(stream(20, camera=f"{time.monotonic_ns()}")):
            pass
        assert not reserve.exists()
        (small / "filler").unlink()
        assert intake.settle(5)
        intake.put(stream(1, camera="and again"))
        assert reserve.exists()


def test_memory_is_bounded_and_what_was_not_taken_is_told(small, monkeypatch):
    with Outbox(small / "outbox.sqlite") as outbox:
        intake = Intake(outbox, OutboxSettings(reserve_mb=0, memory_messages=100))
        fill(small)
        while not intake.full or intake.waiting <= 70:
            intake.put(stream(30, camera=f"gate-{time.monotonic_ns()}"))
        with pytest.raises(OutboxFull, match="alerts wait in memory, which is all that may"):
            intake.put(stream(30, camera="one too many"))
        assert intake.waiting in range(71, 101), "none of them was taken"


def test_a_conflict_spares_the_others_that_waited(outbox, monkeypatch):
    outbox.put([message(1)])
    intake = Intake(outbox, OutboxSettings(reserve_mb=0))
    true = outbox.put

    def full(*_):
        raise OutboxFull("full")

    monkeypatch.setattr(outbox, "put", full)
    assert not intake.put([message(2), message(1, note=" Differently."), *telemetry(1)])
    monkeypatch.setattr(outbox, "put", true)
    monkeypatch.setattr(intake, "_again", 0.0)
    with pytest.raises(OutboxConflict):
        intake.put([message(3)])
    assert intake.waiting == 0
    assert [m for m in outbox.messages() if decode(m.body).data.kind != "gap"] == [message(1), message(2), message(3)]
    assert outbox.status().dropped == {"road-1": 1}
    with pytest.raises(OutboxConflict):
        intake.put([message(4), message(1, note=" Differently."), message(5)])
    assert intake.waiting == 0
    assert list(outbox.messages())[-2:] == [message(4), message(5)]


def test_a_full_disk_is_no_damage_and_can_be_looked_into_and_cleared(small):
    path = small / "outbox.sqlite"
    with Outbox(path) as outbox:
        intake = Intake(outbox, OutboxSettings(reserve_mb=2))
        intake.put(stream(500))
        outbox.delivered("kafka", 500)
    fill(small)
    assert fault(path) is None
    done = CliRunner().invoke(app, ["outbox", "status", str(small)])
    assert "500 messages" in done.output, done.exception
    done = CliRunner().invoke(app, ["outbox", "purge", str(small), "--yes"])
    assert "500 messages deleted" in done.output, done.exception


def test_a_conflict_found_after_room_was_made_spares_the_others(outbox, monkeypatch):
    outbox.put([message(1)])
    intake = Intake(outbox, OutboxSettings(reserve_mb=0))
    true, refusals = outbox.put, iter([True])

    def put(messages, losses=None):
        if next(refusals, False):
            raise OutboxFull("full")
        true(messages, losses)

    monkeypatch.setattr(outbox, "put", put)
    with pytest.raises(OutboxConflict):
        intake.put([message(2), message(1, note=" Differently."), message(3)])
    assert list(outbox.messages()) == [message(1), message(2), message(3)]


def test_a_sink_that_is_forgotten_holds_nothing_back(outbox):
    outbox.put(stream(5))
    outbox.delivered("kafka", 5)
    outbox.delivered("mqtt", 1, refused="too large")
    assert outbox.prune() == 0
    outbox.forget("mqtt")
    assert outbox.prune() == 5
    assert outbox.status().refused == {}
