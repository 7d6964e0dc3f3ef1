"""Example consumer of matthan.alerts.<ward> (Python, confluent-kafka, SQLite).

    pip install confluent-kafka
    python consumer.py --bootstrap HOST:9092 --ward my-ward --state ./state --idle-s 60

It may be killed at any time: what it knows is in SQLite, and a Kafka offset is committed only after the
transaction that holds the messages before it. It stops after idle-s seconds without a message and then writes
state.json. idle-s should be longer than the session timeout below: so long may one that was killed still hold its
partitions.
"""

import argparse
import json
import signal
import sqlite3
import sys
import time
import uuid
from pathlib import Path

from confluent_kafka import Consumer, KafkaException

TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
-- Every message ever taken, with its bytes: the memory that makes repeats harmless.
CREATE TABLE IF NOT EXISTS message (event_id TEXT, revision INTEGER, body BLOB NOT NULL,
                                    PRIMARY KEY (event_id, revision));
-- What is shown: one row per event, the state of its highest revision (the rest of it is in that message).
CREATE TABLE IF NOT EXISTS event (event_id TEXT PRIMARY KEY, revision INTEGER NOT NULL, phase TEXT, kind TEXT,
                                  camera TEXT, ended_at TEXT);
-- Evidence is only ever added. The revision says which message brought it: the uri is relative to that one's run.
CREATE TABLE IF NOT EXISTS evidence (event_id TEXT, uri TEXT, sha256 TEXT, revision INTEGER,
                                     PRIMARY KEY (event_id, uri, sha256));
-- Messages set aside for a human. The offset in the key: one that is read again is not counted again.
CREATE TABLE IF NOT EXISTS aside (topic TEXT, part INTEGER, offset INTEGER, why TEXT NOT NULL, detail TEXT,
                                  body BLOB, PRIMARY KEY (topic, part, offset));
"""


def check(ok, what):
    if not ok:
        raise ValueError(what)


def text(value):
    check(isinstance(value, str) and value != "", "not a text")
    value.encode("utf-8")  # a ValueError for half a surrogate pair, which can't be stored


def parse(body):
    """The `data` of a message. ValueError if it can't be used. Checks what is used here; ignores all else."""
    check(body is not None, "no value")
    try:
        event = json.loads(body.decode("utf-8"), parse_constant=lambda name: check(False, f"{name} is not JSON"))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    check(isinstance(event, dict), "not an object")
    check(event.get("dataschema") == "urn:matthan:event:1", "unknown dataschema")
    data = event.get("data")
    check(isinstance(data, dict), "no data")
    revision = data.get("revision")
    if isinstance(revision, float) and revision.is_integer():  # JSON has one kind of number: 1.0 is 1
        data["revision"] = revision = int(revision)
    check(type(revision) is int and 0 <= revision < 2**53, "bad revision")
    for name in ("event_id", "kind", "camera"):
        text(data.get(name))
    check(data.get("phase") in ("opened", "updated", "closed"), "bad phase")
    check("ended_at" in data, "no ended_at")
    if data["ended_at"] is not None:
        text(data["ended_at"])
    if data.get("evidence") is None:
        data["evidence"] = []
    check(isinstance(data["evidence"], list), "bad evidence")
    for file in data["evidence"]:
        check(isinstance(file, dict), "bad evidence")
        text(file.get("uri"))
        text(file.get("sha256"))
    return data


def set_aside(db, msg, why, detail):
    print(f"{why}: {msg.topic()}[{msg.partition()}] offset {msg.offset()}: {detail}", file=sys.stderr)
    db.execute(
        "INSERT OR IGNORE INTO aside VALUES (?,?,?,?,?,?)",
        (msg.topic(), msg.partition(), msg.offset(), why, detail, msg.value()),
    )


def take(db, msg):
    """Puts one message into the open transaction."""
    try:
        data = parse(msg.value())
    except ValueError as error:
        return set_aside(db, msg, "poison", ascii(str(error))[:200])
    key = data["event_id"], data["revision"]
    known = db.execute("SELECT body FROM message WHERE event_id = ? AND revision = ?", key).fetchone()
    if known:  # a repeat: drop it; with other bytes, the first copy stays and somebody must be told
        if known[0] != msg.value():
            set_aside(db, msg, "conflict", "other bytes under {}.{}".format(*key))
        return None
    db.execute("INSERT INTO message VALUES (?,?,?)", (*key, msg.value()))
    for file in data["evidence"]:
        db.execute("INSERT OR IGNORE INTO evidence VALUES (?,?,?,?)", (key[0], file["uri"], file["sha256"], key[1]))
    shown = db.execute("SELECT revision FROM event WHERE event_id = ?", key[:1]).fetchone()
    if not shown or key[1] > shown[0]:
        db.execute(
            "INSERT OR REPLACE INTO event VALUES (?,?,?,?,?,?)",
            (*key, data["phase"], data["kind"], data["camera"], data["ended_at"]),
        )


def write_state(db, path):
    events = {}
    for event_id, revision, phase, kind, camera, ended_at in db.execute(
        "SELECT event_id, revision, phase, kind, camera, ended_at FROM event ORDER BY event_id"
    ):
        uris = db.execute("SELECT uri FROM evidence WHERE event_id = ? GROUP BY uri ORDER BY min(rowid)", (event_id,))
        seen = db.execute("SELECT revision FROM message WHERE event_id = ? ORDER BY revision", (event_id,))
        events[event_id] = {
            "revision": revision,
            "phase": phase,
            "kind": kind,
            "camera": camera,
            "ended_at": ended_at,
            "evidence": [u for (u,) in uris],
            "revisions": [r for (r,) in seen],
        }
    count = dict(db.execute("SELECT why, count(*) FROM aside GROUP BY why"))
    state = {"events": events, "poison": count.get("poison", 0), "conflicts": count.get("conflict", 0)}
    part = path.with_suffix(".part")
    part.write_text(json.dumps(state, indent=1), encoding="utf-8")
    part.replace(path)


def main():
    args = argparse.ArgumentParser()
    for name, kind in (("bootstrap", str), ("ward", str), ("state", Path), ("idle-s", float)):
        args.add_argument(f"--{name}", type=kind, required=True)
    args = args.parse_args()
    args.state.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(args.state / "alerts.sqlite", isolation_level=None)  # transactions are ours
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")  # on the disk before the offset is committed
    db.executescript(TABLES)
    # The group's offsets belong to this database: a new database gets a new group, which starts at the earliest.
    db.execute("INSERT OR IGNORE INTO meta VALUES ('reader', ?)", (uuid.uuid4().hex[:8],))
    (reader,) = db.execute("SELECT value FROM meta WHERE name = 'reader'").fetchone()
    consumer = Consumer(
        {
            "bootstrap.servers": args.bootstrap,
            "group.id": f"ward-{args.ward}.example-py-{reader}",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "session.timeout.ms": 6000,
            "topic.metadata.refresh.interval.ms": 5000,
        }
    )  # to find a topic that comes later
    # Waiting for partitions is not idleness, unless it takes more than half a minute.
    clock = {"last": time.monotonic() + 30}
    consumer.subscribe(
        [f"matthan.alerts.{args.ward}"],
        on_assign=lambda *_: clock.update(last=time.monotonic()),
        on_revoke=lambda *_: clock.update(last=time.monotonic() + 30),
    )
    stop = []
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.append(True))
    while not stop and time.monotonic() - clock["last"] < args.idle_s:
        batch = []
        for msg in consumer.consume(num_messages=200, timeout=0.5):
            if not msg.error():
                batch.append(msg)
            elif msg.error().fatal():
                raise KafkaException(msg.error())
            else:  # the client goes on trying by itself
                print(msg.error(), file=sys.stderr)
        if not batch:
            continue
        db.execute("BEGIN IMMEDIATE")
        for msg in batch:
            take(db, msg)
        db.execute("COMMIT")
        ends = {(m.topic(), m.partition()): m for m in batch}  # the last message of each partition
        try:
            for msg in ends.values():
                consumer.commit(message=msg, asynchronous=False)
        except KafkaException as error:  # e.g. a rebalance: the messages come again and are dropped as repeats
            print(f"offset not committed: {error}", file=sys.stderr)
        clock["last"] = time.monotonic()
    consumer.close()
    write_state(db, args.state / "state.json")


if __name__ == "__main__":
    main()
