"""The contract with consumers: what is committed is what is sent, and nothing that was promised is broken."""

import copy
import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from pipeline import wire
from pipeline.cli import app
from pipeline.kinds import KINDS
from pipeline.live.notices import NOT_TAMPERED
from pipeline.wire import DeadLetter, Verdict
from pipeline.wire.compatibility import breaks

FOLDER = Path(__file__).parents[1] / "docs" / "contract"
SAMPLES = sorted((FOLDER / "samples").glob("*.jsonl"))
READERS = {"verdict": Verdict.decode, "dead-letter": DeadLetter.model_validate_json}


def lines(path):
    return path.read_bytes().splitlines()


def schema_of(path):
    name = path.stem if path.stem in READERS else "event"
    return json.loads((FOLDER / f"{name}.schema.json").read_text())


def test_the_committed_contract_is_that_of_the_models():
    """Written anew by `matthan contract --out docs/contract`, which says first whether it breaks a consumer."""
    for name, text in wire.documents().items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, name


def test_there_is_a_sample_of_every_kind():
    """Written anew by `python -m benchmarks.samples`."""
    assert {path.stem for path in SAMPLES} == {
        *KINDS["rule"],
        *NOT_TAMPERED,
        "camera_tampered",
        "count",
        "movement",
        "gap",
        "with-evidence",
        "verdict",
        "dead-letter",
    }


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_samples_are_read_and_written_byte_for_byte(path):
    for line in lines(path):
        read = READERS.get(path.stem, wire.decode)(line)
        assert read.model_dump_json(by_alias=True).encode() == line
        jsonschema.validate(json.loads(line), schema_of(path), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize("path", [p for p in SAMPLES if p.stem not in READERS], ids=lambda path: path.stem)
def test_samples_keep_what_the_page_promises(path):
    events = [json.loads(line) for line in lines(path)]
    assert [e["data"]["revision"] for e in events] == list(range(len(events)))
    assert events[-1]["data"]["phase"] == "closed"
    assert [bool(e["data"]["evidence"]) for e in events].count(True) == (path.stem == "with-evidence") * 2
    for event in events:
        data = event["data"]
        assert event["id"] == f"{data['event_id']}.{data['revision']}"
        assert event["type"] == f"matthan.{data['kind']}.{data['phase']}"
        assert event["subject"] == data["camera"]
        assert set(data["summary"]) == {"vi", "en"}
        assert (data["ended_at"] is not None) == (data["phase"] == "closed")


def test_every_channel_of_the_asyncapi_document_has_its_message():
    document = yaml.safe_load((FOLDER / "asyncapi.yaml").read_text(encoding="utf-8"))
    assert document["asyncapi"] == "3.0.0"
    for channel in document["channels"].values():
        for message in channel["messages"].values():
            name = message["$ref"].rsplit("/", 1)[1]
            payload = document["components"]["messages"][name]["payload"]["schema"]["$ref"]
            assert (FOLDER / payload).is_file()
    for operation in document["operations"].values():
        assert operation["channel"]["$ref"].rsplit("/", 1)[1] in document["channels"]


RELEASED = sorted((FOLDER / "released").glob("*"))


@pytest.mark.parametrize("release", RELEASED, ids=lambda path: path.name)
def test_a_consumer_of_an_older_release_is_not_broken(release):
    """Released contracts are never changed. A model that breaks one needs another dataschema."""
    for path in sorted(release.glob("*.schema.json")):
        now = json.loads(wire.documents()[path.name])
        assert breaks(json.loads(path.read_text()), now) == []


@pytest.mark.parametrize("release", RELEASED, ids=lambda path: path.name)
def test_the_messages_of_an_older_release_are_read(release):
    """Outboxes, archives and topics hold them."""
    paths = sorted(release.glob("*.jsonl"))
    assert len(paths) > 15
    for path in paths:
        for line in lines(path):
            read = READERS.get(path.stem, wire.decode)(line)
            assert json.loads(line).items() <= read.model_dump(mode="json", by_alias=True).items(), path.stem


def changed(path, value):
    """The event schema with one place changed; `...` removes it."""
    made = copy.deepcopy(wire.schema())
    *parents, last = path
    place = made
    for parent in parents:
        place = place[parent]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return made


DATA = ("$defs", "Data", "properties")


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        pytest.param((*DATA, "news"), {"type": "string"}, [], id="a field is added"),
        pytest.param((*DATA, "zone", "description"), "Other words.", [], id="another description"),
        pytest.param((*DATA, "zone"), {"type": "string"}, [], id="what could be null no longer is"),
        pytest.param((*DATA, "zone"), ..., ["message.data.zone: is gone"], id="a field is gone"),
        pytest.param(("$defs", "Data", "required"), ["event_id"], None, id="fields may be absent"),
        pytest.param(
            (*DATA, "camera", "type"),
            "integer",
            ["message.data.camera: may be integer now, was string"],
            id="another type",
        ),
        pytest.param(
            (*DATA, "camera"),
            {"anyOf": [{"type": "string"}, {"type": "null"}]},
            ["message.data.camera: may be null now, was string"],
            id="may be null",
        ),
        pytest.param(
            (*DATA, "phase", "enum"),
            ["opened", "paused", "closed"],
            ["message.data.phase: has values ['paused'] that it had not"],
            id="another phase",
        ),
        pytest.param((*DATA, "phase", "enum"), ["opened", "closed"], [], id="a phase less"),
        pytest.param(
            ("properties", "dataschema", "const"),
            "urn:matthan:event:2",
            ["message.dataschema: is 'urn:matthan:event:2' now, was 'urn:matthan:event:1'"],
            id="another constant",
        ),
        pytest.param(
            ("$defs", "Track", "properties", "class"), ..., ["message.data.tracks[].class: is gone"], id="deep inside"
        ),
        pytest.param(
            ("$defs", "Location", "properties", "lat", "type"),
            "string",
            ["message.data.location: may be string now, was number"],
            id="inside what may be null",
        ),
    ],
)
def test_what_breaks_a_consumer(path, value, says):
    found = breaks(wire.schema(), changed(path, value))
    if says is None:
        assert len(found) > 10
        assert all(line.endswith("may be absent now") for line in found)
    else:
        assert [line.replace("location.lat", "location") for line in found] == says


def test_a_schema_does_not_break_itself():
    assert breaks(wire.schema(), wire.schema()) == []


def test_the_command(tmp_path):
    run = CliRunner().invoke
    assert run(app, ["contract", "--out", str(tmp_path)]).exit_code == 0
    assert run(app, ["contract", "--out", str(tmp_path), "--check"]).exit_code == 0
    old = changed((*DATA, "old"), {"type": "string"})
    (tmp_path / "event.schema.json").write_text(json.dumps(old))
    done = run(app, ["contract", "--out", str(tmp_path), "--check"])
    assert done.exit_code == 1
    assert "message.data.old: is gone" in done.output
    (tmp_path / "event.schema.json").write_text(json.dumps(changed((*DATA, "zone", "description"), "x")))
    assert "nothing of it breaks" in run(app, ["contract", "--out", str(tmp_path), "--check"]).output
