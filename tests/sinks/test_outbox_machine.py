"""Any sequence of storing, delivering, refusing, crashing, pruning, shedding and full disks, against a plain list."""

import resource
import tempfile
from dataclasses import replace
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pipeline.errors import OutboxConflict, OutboxFull
from pipeline.sinks.outbox import Outbox
from pipeline.sinks.selection import ALL
from pipeline.wire import decode
from tests.sinks.messages import keys, message

SINKS = st.sampled_from(["jsonl", "kafka"])


class Machine(RuleBasedStateMachine):
    """Writers, couriers and an operator, any of whom may die between two steps."""

    @initialize()
    def begin(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.path = Path(self.scratch.name) / "outbox.sqlite"
        self.open = [Outbox(self.path)]
        self.made = []  # every message ever stored, with its number
        self.rows = []  # those that must be there now
        self.taken = {"jsonl": [], "kafka": []}
        self.place = {"jsonl": 0, "kafka": 0}
        self.refused = set()
        self.dropped = 0
        for sink in self.place:
            self.outbox.delivered(sink, 0)

    @property
    def outbox(self):
        return self.open[-1]

    def fresh(self, count, telemetry):
        """New messages, at an instant of their own."""
        made = len(self.made) + 10_000 * self.dropped
        severity, topic = ("info", "traffic") if telemetry else ("alert", "alerts")
        return [message(made + n, severity=severity, topic=topic) for n in range(count)]

    def stored(self, messages):
        """They have numbers of their own, higher than any before."""
        rows = list(self.outbox.select(ALL))[-len(messages) :]
        assert [m for _, m in rows] == messages
        assert rows[0][0] > max([seq for seq, _ in self.made], default=0)
        self.made += rows
        self.rows += rows

    @rule(count=st.integers(1, 5), telemetry=st.booleans())
    def put(self, count, telemetry):
        fresh = self.fresh(count, telemetry)
        self.outbox.put(fresh)
        self.stored(fresh)

    @precondition(lambda self: self.rows)
    @rule(draw=st.data())
    def put_the_same_again(self, draw):
        self.outbox.put(draw.draw(st.lists(st.sampled_from([m for _, m in self.rows]), max_size=4)))

    @precondition(lambda self: self.rows)
    @rule(draw=st.data())
    def put_other_bytes(self, draw):
        known = draw.draw(st.sampled_from([m for _, m in self.rows]))
        changed = replace(known, body=known.body + b" ")
        with pytest.raises(OutboxConflict):
            self.outbox.put([message(9_999_999), changed])

    @rule(count=st.sampled_from([40, 400]))
    def put_on_a_full_disk(self, count):
        """All or none: a log that was longer before may still hold it."""
        wal = self.path.with_name(self.path.name + "-wal")
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        room = max(self.path.stat().st_size, wal.stat().st_size if wal.exists() else 0) + 4096
        fresh = self.fresh(count, False)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
        try:
            self.outbox.put(fresh)
        except OutboxFull:
            pass
        else:
            self.stored(fresh)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    @rule(sink=SINKS, count=st.integers(1, 4), crash=st.booleans())
    def deliver(self, sink, count, crash):
        """The sink takes `count`; a crash before the cursor moves makes it take them again later."""
        waiting = self.outbox.waiting(sink, count)
        self.taken[sink] += [m for _, m in waiting]
        if crash:
            self.crash()
        elif waiting:
            self.outbox.delivered(sink, waiting[-1][0])
            self.place[sink] = waiting[-1][0]

    @rule(sink=SINKS)
    def refuse(self, sink):
        for seq, _ in self.outbox.waiting(sink, 1):
            self.outbox.delivered(sink, seq, refused="too large")
            self.place[sink] = seq
            self.refused.add((sink, seq))

    @rule()
    def settle(self):
        self.outbox.settle(self.outbox.refusals())
        self.refused.clear()

    @rule(limit=st.integers(1, 6))
    def prune(self, limit):
        last, kept = min(self.place.values()), {seq for _, seq in self.refused}
        gone = [seq for seq, _ in self.rows if seq <= last and seq not in kept][:limit]
        assert self.outbox.prune(limit=limit) == len(gone)
        self.rows = [row for row in self.rows if row[0] not in gone]

    @rule(limit=st.integers(1, 6))
    def shed(self, limit):
        last = min(self.place.values())
        gone = [seq for seq, m in self.rows if seq > last and m.sheddable][:limit]
        assert self.outbox.shed(limit) == len(gone)
        self.rows = [row for row in self.rows if row[0] not in gone]
        self.refused = {(sink, seq) for sink, seq in self.refused if seq not in gone}
        self.dropped += len(gone)
        if gone:
            (gap,) = list(self.outbox.messages())[len(self.rows) :]
            assert decode(gap.body).data.measures == {"dropped_messages": len(gone)}
            self.stored([gap])

    @rule()
    def crash(self):
        """Nobody closes the file: a second connection opens it as the next process would."""
        self.open.append(Outbox(self.path))

    @rule()
    def restart(self):
        for outbox in self.open:
            outbox.close()
        self.open = [Outbox(self.path)]

    @invariant()
    def what_is_stored_is_there_in_order(self):
        assert list(self.outbox.messages()) == [m for _, m in self.rows]

    @invariant()
    def no_alert_is_gone_that_not_all_have(self):
        there, last = {seq for seq, _ in self.rows}, min(self.place.values())
        assert all(seq in there or seq <= last for seq, m in self.made if not m.sheddable)

    @invariant()
    def no_cursor_passes_what_was_not_delivered(self):
        for sink, place in self.place.items():
            assert self.outbox.waiting(sink, 10_000) == [row for row in self.rows if row[0] > place]
            first_time = list(dict.fromkeys(keys(self.taken[sink])))
            assert first_time == [key for key in keys([m for _, m in self.made]) if key in first_time]

    @invariant()
    def every_loss_is_counted(self):
        status = self.outbox.status()
        assert sum(status.dropped.values()) == self.dropped
        assert sum(status.refused.values()) == len(self.refused)

    def teardown(self):
        if hasattr(self, "open"):
            for outbox in self.open:
                outbox.close()
            self.scratch.cleanup()


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=40, stateful_step_count=30)
