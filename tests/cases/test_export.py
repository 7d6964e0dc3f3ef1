"""A case as a folder: complete, checkable, and never more than belongs to it."""

import hashlib
import json

import pytest

from pipeline.cases import export, queries, workflow
from pipeline.cases.intake import Intake
from pipeline.errors import InputError
from pipeline.types import Evidence
from tests.cases.test_intake import T0, body, record


@pytest.fixture
def run(tmp_path):
    """The folder of a run with a still, one that was changed, and a secret beside it."""
    folder = tmp_path / "run"
    (folder / "evidence").mkdir(parents=True)
    (folder / "evidence" / "a.jpg").write_bytes(b"picture")
    (folder / "evidence" / "changed.jpg").write_bytes(b"another picture")
    (tmp_path / "secret").write_bytes(b"secret")
    return folder


@pytest.fixture
def case(database, run):
    good = hashlib.sha256(b"picture").hexdigest()
    secret = hashlib.sha256(b"secret").hexdigest()
    stills = [
        Evidence("evidence/a.jpg", good, T0, T0 + 1), Evidence("evidence/changed.jpg", good, T0, T0),
        Evidence("evidence/gone.jpg", good, T0, T0), Evidence("../secret", secret, T0, T0),
    ]  # fmt: skip
    Intake(database, 300).take(record(body(0)))
    Intake(database, 300).take(record(body(0, revision=1, phase="updated", stills=stills)))
    return queries.find(database)[0].case_id


def write(database, case, out, run):
    return export.export(database, case, out, "lan", "report to the city", [run])


def test_what_is_in_the_folder(database, case, run, tmp_path):
    out = tmp_path / "case"
    manifest = write(database, case, out, run)
    assert [file["status"] for file in manifest["evidence"]] == [
        "copied", "has other content than its event says", "not found", "refused: leads out of its folder",
    ]  # fmt: skip
    assert json.loads((out / "manifest.json").read_text()) == json.loads(json.dumps(manifest))
    assert (out / "events.jsonl").read_bytes().splitlines() == queries.messages(database, case)
    assert (out / manifest["evidence"][0]["path"]).read_bytes() == b"picture"
    assert not [p for p in out.rglob("*") if p.is_file() and p.read_bytes() == b"secret"]
    (entry,) = workflow.trail(database, case)
    assert (entry.action, entry.by, entry.reason) == ("exported", "lan", "report to the city")
    assert json.loads((out / "audit.json").read_text())[0]["action"] == "exported"
    assert export.faults(out) == []
    assert export.absent(out) == 3
    (out / "added.txt").touch()
    assert export.faults(out) == [f"{out / 'added.txt'}: is not in the manifest"]


@pytest.mark.parametrize("spoil", ["changed", "removed"])
def test_what_was_changed_afterwards_is_found(database, case, run, tmp_path, spoil):
    out = tmp_path / "case"
    write(database, case, out, run)
    path = out / "events.jsonl"
    path.unlink() if spoil == "removed" else path.write_bytes(b"{}")
    (line,) = export.faults(out)
    assert str(path) in line


def test_what_is_refused(database, case, run, tmp_path):
    with pytest.raises(InputError, match="needs a purpose"):
        export.export(database, case, tmp_path / "x", "lan", " ", [run])
    with pytest.raises(InputError, match="cannot be made"):
        write(database, case, run, run)
    with pytest.raises(InputError, match="no folder there"):
        write(database, case, tmp_path / "z", run / "nowhere")
    with pytest.raises(InputError, match="no exported case there"):
        export.faults(run)
    with pytest.raises(InputError, match="is not known"):
        export.export(database, case, tmp_path / "y", "nobody", "p", [run])
    assert workflow.trail(database, case) == []


@pytest.mark.parametrize("uri", ["//nas/share/a.jpg", "/evidence/a.jpg", "n" * 300, "evidence/a.jpg/x"])
def test_odd_names_of_evidence(database, run, tmp_path, uri):
    Intake(database, 300).take(record(body(0, stills=[Evidence(uri, hashlib.sha256(b"picture").hexdigest(), T0, T0)])))
    manifest = write(database, queries.find(database)[0].case_id, tmp_path / "out", run)
    assert manifest["evidence"][0]["status"] == ("copied" if uri == "/evidence/a.jpg" else "not found")


def test_an_unknown_user_leaves_no_folder(database, case, run, tmp_path):
    with pytest.raises(InputError, match="is not known"):
        export.export(database, case, tmp_path / "out", "nobody", "p", [run])
    write(database, case, tmp_path / "out", run)
