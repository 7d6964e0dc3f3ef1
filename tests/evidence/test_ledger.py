"""The ledger: every change of evidence or of the ledger itself is found."""

import hashlib
import json
import random
import shutil
import threading

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import InputError, OutboxFull
from pipeline.evidence.ledger import KEY, LEDGER, PUBLIC, Entry, Ledger, files, verify
from pipeline.evidence.retention import expire
from pipeline.evidence.settings import EvidenceSettings
from pipeline.wire import canonical_json
from tests.conftest import fill

DAY = 86_400.0
COUNT = 8
TRIALS = 10_000


def store(ledger, name, data, event="e1", severity="alert"):
    path = ledger.folder / "evidence" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    facts = {"severity": severity, "bytes": len(data)}
    return ledger.append("file", f"evidence/{name}", hashlib.sha256(data).hexdigest(), event, facts)


@pytest.fixture
def node(tmp_path):
    """A node with some evidence of three events."""
    chance = random.Random(0)
    ledger = Ledger(tmp_path)
    for n in range(COUNT):
        store(ledger, f"2026-03-0{n % 3 + 1}/{n}.bin", chance.randbytes(chance.randrange(200, 4000)), f"e{n % 3}")
    return tmp_path


def wrong(folder, **options):
    return [str(one) for one in verify(folder, **options)[1]]


def test_untouched_it_is_whole(node):
    entries, found = verify(node)
    assert found == []
    assert len(entries) == COUNT + 1
    assert (node / KEY).stat().st_mode & 0o077 == 0


def test_ten_thousand_random_corruptions(node):
    """A bit of any evidence file, of the ledger or of the public key, whichever: `verify` finds it, every time."""
    chance = random.Random(1)
    paths = sorted(p for p in node.rglob("*") if p.is_file() and p.name not in (KEY, f"{LEDGER}.lock"))
    sizes = [path.stat().st_size for path in paths]
    for trial in range(TRIALS):
        (path,) = chance.choices(paths, weights=sizes if trial % 2 else None)
        good = path.read_bytes()
        at, bit = chance.randrange(len(good)), chance.randrange(8)
        bad = bytearray(good)
        bad[at] ^= 1 << bit
        path.write_bytes(bad)
        assert wrong(node), f"bit {bit} of byte {at} of {path.name}"
        path.write_bytes(good)
    assert wrong(node) == []


def lines(node):
    return (node / LEDGER).read_bytes().splitlines(keepends=True)


def missing(node):
    (node / "evidence/2026-03-01/0.bin").unlink()


def added(node):
    (node / "evidence/2026-03-01/more.bin").write_bytes(b"x")


def swapped(node):
    one, other = node / "evidence/2026-03-01/0.bin", node / "evidence/2026-03-02/1.bin"
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def renamed(node):
    (node / "evidence/2026-03-01/0.bin").rename(node / "evidence/2026-03-01/00.bin")


def reordered(node):
    made = lines(node)
    made[2], made[3] = made[3], made[2]
    (node / LEDGER).write_bytes(b"".join(made))


def line_taken_out(node):
    made = lines(node)
    del made[3]
    (node / LEDGER).write_bytes(b"".join(made))


def line_and_file_taken_out(node):
    entry = json.loads(lines(node)[3])
    (node / entry["path"]).unlink()
    line_taken_out(node)


def line_put_in_twice(node):
    made = lines(node)
    (node / LEDGER).write_bytes(b"".join([*made, made[-1]]))


def end_cut_off(node):
    (node / LEDGER).write_bytes(b"".join(lines(node)[:-1]))


def emptied(node):
    (node / LEDGER).write_bytes(b"")


def resigned_by_another(node):
    """Everything is made anew with another key, but the public one is left."""
    public = (node / PUBLIC).read_bytes()
    _anew(node)
    (node / PUBLIC).write_bytes(public)


def _anew(node):
    found = [json.loads(line) for line in lines(node)[1:]]
    for name in (LEDGER, KEY, PUBLIC):
        (node / name).unlink()
    ledger = Ledger(node)
    for entry in found:
        ledger.append("file", entry["path"], entry["sha256"], entry["event_id"], entry["facts"])


@pytest.mark.parametrize(
    "deed",
    [missing, added, swapped, renamed, reordered, line_taken_out, line_and_file_taken_out, line_put_in_twice,
     end_cut_off, emptied, resigned_by_another],
    ids=lambda deed: deed.__name__,
)  # fmt: skip
def test_every_deed_is_found(node, deed):
    deed(node)
    assert wrong(node)


def test_replacing_key_and_ledger_together_is_found_by_the_key_noted_elsewhere(node):
    noted = (node / PUBLIC).read_text().strip()
    _anew(node)
    assert wrong(node) == []
    assert wrong(node, key=noted)


def test_after_a_crash(node):
    """Half a line is cut off, half a file goes, and a whole one that nobody noted is noted as found."""
    with (node / LEDGER).open("ab") as file:
        file.write(b'{"number":9,"aft')
    (node / "evidence/2026-03-01/half.mp4.part").write_bytes(b"x")
    (node / "evidence/2026-03-01/whole.mp4").write_bytes(b"y")
    assert wrong(node)
    ledger = Ledger(node)
    assert ledger.tidy() == ["evidence/2026-03-01/whole.mp4"]
    assert ledger.tidy() == []
    assert wrong(node) == []
    assert not list(node.rglob("*.part"))


def test_a_crash_between_tombstone_and_removal(node):
    """The picture must not outlive its time."""
    ledger = Ledger(node)
    path = next(files(node))
    ledger.append("removed", path)
    assert wrong(node)
    assert ledger.tidy() == []
    assert not (node / path).exists()
    assert wrong(node) == []


def test_a_full_disk_leaves_no_half_line(small):
    ledger = Ledger(small)
    fill(small)
    with pytest.raises(OutboxFull):
        _append_much(ledger)
    (small / "filler").unlink()
    ledger.append("hold", event_id="e1")
    assert wrong(small) == []


def _append_much(ledger):
    for _ in range(10):
        ledger.append("hold", event_id="e", facts={"much": "x" * 8000})


def test_a_line_that_is_written_anew_with_the_nodes_own_key_is_found(node):
    """Each line is signed; that none was exchanged for another signed one is what the chain says."""
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex((node / KEY).read_text().strip()))
    kept = lines(node)
    content = json.loads(kept[3])
    del content["signature"]
    content["event_id"] = "another"
    kept[3] = Entry(**content, signature=key.sign(canonical_json(content)).hex()).line
    (node / LEDGER).write_bytes(b"".join(kept))
    assert wrong(node) == [f"{LEDGER}:5: does not follow the line before"]


def test_time_over(node):
    """A tombstone stands for each file that went; what is held stays; whole all the while."""
    ledger = Ledger(node)
    ledger.append("hold", event_id="e1", facts={"by": "officer", "reason": "case 7"})
    settings = EvidenceSettings(keep_days={"alert": 10, "notice": 1})
    now = _now(ledger)
    assert expire(ledger, settings, now + 9 * DAY) == 0
    gone = expire(ledger, settings, now + 11 * DAY)
    left = list((node / "evidence").rglob("*.bin"))
    assert gone == COUNT - len(left)
    assert {path.stem for path in left} == {str(n) for n in range(COUNT) if n % 3 == 1}
    assert wrong(node) == []
    ledger.append("release", event_id="e1", facts={"by": "officer", "reason": "closed"})
    assert expire(ledger, settings, now + 11 * DAY) == len(left)
    assert wrong(node) == []


def test_a_hold_that_is_laid_while_files_go_saves_the_rest(node):
    class Slow(Ledger):
        """An officer is faster than the second removal."""

        def append(self, kind, *args, **facts):
            entry = super().append(kind, *args, **facts)
            if kind == "removed" and entry.number == COUNT + 1:
                super().append("hold", event_id="e1", facts={"by": "officer", "reason": "case 7"})
            return entry

    ledger = Slow(node)
    expire(ledger, EvidenceSettings(keep_days={"alert": 10}), _now(ledger) + 11 * DAY)
    left = {int(path.stem) for path in (node / "evidence").rglob("*.bin")}
    assert left == {n for n in range(COUNT) if n % 3 == 1}


def test_while_a_ward_runs_a_file_may_lie_there_a_moment_before_its_line(node):
    data, path = b"picture", node / "evidence/2026-03-01/late.bin"
    path.write_bytes(data)
    noting = threading.Timer(0.3, lambda: store(Ledger(node), "2026-03-01/late.bin", data))
    noting.start()
    assert any("late.bin" in one for one in wrong(node))
    assert wrong(node, settle_s=1.0) == []
    noting.join()
    (node / "evidence/2026-03-01/added.bin").write_bytes(data)
    assert any("added.bin" in one for one in wrong(node, settle_s=0.1))


def test_quota(node):
    ledger = Ledger(node)
    used = sum(path.stat().st_size for path in (node / "evidence").rglob("*.bin"))
    settings = EvidenceSettings(quota_gb=used / 2 / 2**30)
    assert expire(ledger, settings, _now(ledger)) > 0
    left = sum(path.stat().st_size for path in (node / "evidence").rglob("*.bin"))
    assert left <= used / 2
    names = sorted(int(path.stem) for path in (node / "evidence").rglob("*.bin"))
    assert names == list(range(COUNT - len(names), COUNT)), "the oldest went"
    assert wrong(node) == []


def test_a_removed_file_that_is_back_is_found(node):
    kept = node.parent / "kept"
    shutil.copytree(node / "evidence", kept)
    ledger = Ledger(node)
    expire(ledger, EvidenceSettings(quota_gb=1e-9), _now(ledger))
    shutil.copytree(kept, node / "evidence", dirs_exist_ok=True)
    assert any("tombstone" in one for one in wrong(node))


def _now(ledger):
    from pipeline.evidence.ledger import read
    from pipeline.wire import parse_timestamp

    return parse_timestamp(read(ledger.path)[0][-1].at)


def command(*args):
    return CliRunner().invoke(app, [str(arg) for arg in args])


def test_the_commands(node):
    assert command("verify", node).exit_code == 0
    held = command("evidence", "hold", node, "e1", "--by", "officer", "--reason", "case 7")
    assert held.exit_code == 0, held.output
    assert command("verify", node, "--json").exit_code == 0
    assert isinstance(command("evidence", "hold", node, "nobody", "--by", "x", "--reason", "y").exception, InputError)
    assert command("evidence", "release", node, "e1", "--by", "officer", "--reason", "closed").exit_code == 0
    assert isinstance(command("evidence", "release", node, "e1", "--by", "x", "--reason", "y").exception, InputError)
    missing(node)
    told = command("verify", node)
    assert told.exit_code == 1
    assert "evidence/2026-03-01/0.bin: is missing" in told.output
    assert isinstance(command("verify", node / "evidence").exception, InputError)
