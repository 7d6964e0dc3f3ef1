"""A rule in shadow (`publish: false`): its events are stored and in the file, and go to no topic."""

import json

import pytest

from pipeline import replay
from pipeline.sinks.jsonl import JsonLines, JsonLinesSettings
from pipeline.sinks.outbox import Outbox
from tests.scenarios import INSIDE, city, csv, instants, record, stand, walk

ZONES = {"alley": {"polygon": [[0.1, 0.1], [0.6, 0.1], [0.6, 1], [0.1, 1]], "rules": ["loiter"]}}
LINES = {"gate": {"points": [[0.5, 0], [0.5, 1]], "rules": ["cross"]}}


def messages(tmp_path, shadow):
    """A stay (a rule with a ledger), and a crossing with its count (a rule that makes its events itself)."""
    kinds = {
        "loiter": {"kind": "loitering", "seconds": 5},
        "cross": {"kind": "line_crossing", "classes": ["person"]},
    }
    rules = {name: {**own, "publish": name not in shadow} for name, own in kinds.items()}
    settings = city(rules, ZONES, LINES)
    actors = [stand(INSIDE, (0, 12)), walk((2, 1200, 600), (8, 300, 600))]
    return replay.replay(settings, settings.cameras[0], record(tmp_path, csv(actors, instants(14, 10))))


@pytest.mark.parametrize("shadow", [{"loiter"}, {"cross"}, {"loiter", "cross"}], ids=sorted)
def test_stored_but_not_delivered(tmp_path, shadow):
    found = messages(tmp_path, shadow)
    kinds = {json.loads(message.body)["data"]["kind"] for message in found}
    assert kinds == {"loitering", "line_crossing", "count"}
    with Outbox(tmp_path / "outbox.sqlite") as outbox:
        outbox.put(found)
        stored = [message for _, message in outbox.waiting("kafka", 99)]
    assert stored == found
    unsent = {json.loads(message.body)["data"]["rule"] for message in stored if not message.topics}
    sent = {json.loads(message.body)["data"]["rule"] for message in stored if message.topics}
    assert (unsent, sent) == (shadow, {"loiter", "cross"} - shadow)
    sink = JsonLines(JsonLinesSettings(), tmp_path)
    assert sink.deliver(stored) == len(found)
    sink.close()
    assert (tmp_path / "events.jsonl").read_bytes() == b"".join(message.body + b"\n" for message in found)
